using System.Runtime.CompilerServices;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// Single resources. Most of what is reported repeats a known value, and ends there.
internal ref partial struct ResourceReader
{
    private readonly ValueSlot Slot => new(ref _target.PlaceOf(Resource.Distance), Resource.Type, isElement: false);

    private readonly void ApplySingle(scoped ValueSlot slot, ResourceType type)
    {
        if (Current.IsRemoval)
        {
            _target.Remove(slot, _index);
            return;
        }

        // The value goes in before its presence: whoever sees the bit sees the value.
        if (Put(slot, type) || !_target.IsPresent(_index))
        {
            _target.MarkTaken(_index);
        }

        if (IsBound)
        {
            _target.Follow(_index);
        }
    }

    /// <summary>
    /// Whether the record says the value that is in a place, in its usual form; false also where only a longer look would tell. A Time is
    /// one in a field.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool Holds(in PayloadRecord record, ref byte value, ResourceType type) => type switch
    {
        ResourceType.Integer => record.Holds(ValueSlot.At<long>(ref value)),
        ResourceType.UnsignedInteger => record.Holds(ValueSlot.At<ulong>(ref value)),
        ResourceType.Float => record.Holds(ValueSlot.At<double>(ref value)),
        ResourceType.Boolean => record.Holds(ValueSlot.At<bool>(ref value)),
        ResourceType.String => record.Holds(ValueSlot.At<string>(ref value), _payload),
        ResourceType.Time => record.HoldsTime(ValueSlot.At<long>(ref value)),
        // The others are longer to look at.
        _ => false,
    };

    private void CheckSingle(scoped ValueSlot slot, ResourceType type)
    {
        if (!Admit())
        {
            return;
        }

        // What a server writes is applied where it changes nothing, too: what follows it is to follow.
        if (Current.IsRemoval
            ? IsRemovable()
            : TryJudge(slot, type, _target.IsPresent(_index), out bool repeats) && (!repeats || _mode != ReadMode.Mirror))
        {
            Keep(RecordUse.Changes);
        }
    }

    /// <summary>Judges the record's value: whether it is of the type and in its resource's range.</summary>
    /// <param name="slot">Where the value is that it may repeat.</param>
    /// <param name="type">The type.</param>
    /// <param name="isKnown">Whether there is one.</param>
    /// <param name="repeats">Whether it does.</param>
    private bool TryJudge(scoped ValueSlot slot, ResourceType type, bool isKnown, out bool repeats)
    {
        repeats = false;
        RecordValue value = Value;
        if (ValueSlot.IsText(type))
        {
            // A text is not made before it is to be kept: a payload that is refused costs no allocation, one that is taken a single one.
            bool isText = value.IsTextOf(isKnown ? slot.Text : "", out repeats);
            repeats &= isKnown;
            return IsOfType(isText) && (repeats || IsTextInRange()) && (type != ResourceType.CoreLink || LinksToWhatIsThere());
        }

        if (type == ResourceType.Opaque)
        {
            if (Current.Kind == ValueKind.Streamed)
            {
                return JudgeStreamed();
            }

            bool areBytes = value.TryOpaque(_scratch, out ReadOnlySpan<byte> bytes);
            repeats = isKnown && areBytes && bytes.SequenceEqual(slot.Bytes);
            return IsOfType(areBytes) && (Range is not { } lengths || lengths.Admits(bytes) || OutOfRange((ulong)bytes.Length));
        }

        bool isWord = TryWord(in value, type, out ulong word);
        repeats = isKnown && word == slot.Word;
        if (!IsOfType(isWord))
        {
            return false;
        }

        // What is to be applied need not be decoded again.
        Current.SetWord(word);
        return (!Resource.Has(ResourceTraits.Ranged) || Range!.AdmitsWord(word) || OutOfRange(word))
            && (type != ResourceType.ObjectLink || CanLinkTo(Lwm2m.ObjectLink.Unpack((uint)word)) || FailHere(PayloadFault.NoSuchTarget));
    }

    /// <summary>Puts the record's value, which was judged, in its place; what is equal stays, and nothing is allocated.</summary>
    /// <returns>Whether it is another value.</returns>
    private readonly bool Put(scoped ValueSlot slot, ResourceType type)
    {
        bool differs;
        RecordValue value = Value;
        if (ValueSlot.IsText(type))
        {
            string present = slot.Text;
            value.TryString(present, out string text);
            differs = !ReferenceEquals(text, present);
            if (differs)
            {
                slot.Text = text;
            }
        }
        else if (type == ResourceType.Opaque)
        {
            value.TryOpaque(_scratch, out ReadOnlySpan<byte> bytes);
            differs = !bytes.SequenceEqual(slot.Bytes);
            if (differs)
            {
                slot.SetBytes(bytes.ToArray());
            }
        }
        else
        {
            TryWord(in value, type, out ulong word);
            differs = slot.Word != word;
            if (differs)
            {
                slot.Word = word;
            }
        }

        return differs;
    }

    // The types whose values are one word each: numbers, Booleans, times as UTC ticks, links.
    private readonly bool TryWord(scoped in RecordValue value, ResourceType type, out ulong word)
    {
        if (value.TryJudged(out word))
        {
            return true;
        }

        bool isOfType;
        switch (type)
        {
            case ResourceType.Float:
                isOfType = value.TryFloat(out double number);
                word = BitConverter.DoubleToUInt64Bits(number);
                break;
            case ResourceType.UnsignedInteger:
                isOfType = value.TryUnsigned(out word);
                break;
            case ResourceType.Boolean:
                isOfType = value.TryBoolean(out bool flag);
                word = flag ? 1UL : 0;
                break;
            case ResourceType.ObjectLink:
                isOfType = value.TryObjectLink(_scratch, out ObjectLink link);
                word = link.Packed;
                break;
            default:
                isOfType = type == ResourceType.Time ? value.TryTime(_scratch, out long integer) : value.TryInteger(out integer);
                word = (ulong)integer;
                break;
        }

        return isOfType;
    }

    private bool IsTextInRange()
    {
        if (!Resource.Has(ResourceTraits.Ranged))
        {
            return true;
        }

        Value.TryUtf8(_scratch, out ReadOnlySpan<byte> text);
        return Range!.Admits(text) || OutOfRange((ulong)text.Length);
    }

    /// <summary>
    /// Whether an Objlnk resource that a server writes may point there: at an Object Instance or, with the instance 65535, an Object of the
    /// same device, or nowhere (LwM2M TS Core, 6.3.3). An instance that belongs to no device cannot tell.
    /// </summary>
    private readonly bool CanLinkTo(ObjectLink link) => !IsBound || LinkedTree is not { } tree || tree.CanResolve(link);

    private readonly ObjectTree? LinkedTree => Tree ?? _target.Tree;

    // A Corelnk that a server writes names no Object Instance that is not there; what else it names, and how, is not judged.
    private bool LinksToWhatIsThere()
    {
        if (!IsBound || LinkedTree is not { } tree || !Value.TryUtf8(_scratch, out ReadOnlySpan<byte> text))
        {
            return true;
        }

        return tree.CanResolveAll(text) || FailHere(PayloadFault.NoSuchTarget);
    }

    private readonly ValueRange? Range => _definition.Resources[_index].Range;

    private bool OutOfRange(ulong found)
    {
        _found = found;
        return FailHere(PayloadFault.OutOfRange);
    }

    private bool IsOfType(bool isOfType) =>
        isOfType || FailHere(Current.HasNoInstances ? PayloadFault.WrongMultiplicity : PayloadFault.WrongType);
}
