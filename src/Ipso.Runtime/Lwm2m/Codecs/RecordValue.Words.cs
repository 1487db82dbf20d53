using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Codecs;

// The types whose values are one word each, as one.
internal readonly ref partial struct RecordValue
{
    /// <summary>Reads a number, a Boolean, a Time as UTC ticks or an Objlnk (<see cref="ObjectLink.Packed"/>).</summary>
    /// <param name="type">Which of them.</param>
    /// <param name="word">The bits of the value.</param>
    internal bool TryWord(ResourceType type, out ulong word)
    {
        if (_record.Kind == ValueKind.Word)
        {
            word = _record.Bits;
            return true;
        }

        bool isOfType;
        switch (type)
        {
            case ResourceType.Float:
                isOfType = TryFloat(out double number);
                word = BitConverter.DoubleToUInt64Bits(number);
                break;
            case ResourceType.UnsignedInteger:
                isOfType = TryUnsigned(out word);
                break;
            case ResourceType.Boolean:
                isOfType = TryBoolean(out bool flag);
                word = flag ? 1UL : 0;
                break;
            case ResourceType.ObjectLink:
                isOfType = TryObjectLink(out ObjectLink link);
                word = link.Packed;
                break;
            default:
                isOfType = type == ResourceType.Time ? TryTime(out long integer) : TryInteger(out integer);
                word = (ulong)integer;
                break;
        }

        return isOfType;
    }
}
