using System.Runtime.CompilerServices;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// Single resources. Most of what is reported repeats a known value, and ends there.
internal ref partial struct ResourceReader
{
    private readonly void ApplySingle()
    {
        if (Current.IsRemoval)
        {
            _target.Remove(in _slot, _index);
            return;
        }

        // The value goes in before its presence: whoever sees the bit sees the value.
        if (Put() || !_target.IsPresent(_index))
        {
            _target.MarkTaken(_index);
        }

        if (IsBound)
        {
            _target.Follow(_index);
        }
    }

    /// <summary>
    /// Whether the record says the value that is in a place, in its usual form; false also where only a longer look would tell.
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

    private void CheckSingle()
    {
        if (!Admit())
        {
            return;
        }

        // What a server writes is applied where it changes nothing, too: what follows it is to follow.
        if (Current.IsRemoval
            ? IsRemovable()
            : TryJudge(_target.IsPresent(_index), out bool repeats) && (!repeats || _mode != ReadMode.Mirror))
        {
            Keep(RecordUse.Changes);
        }
    }

    /// <summary>Judges the record's value: whether it is of the type and in its resource's range.</summary>
    /// <param name="isKnown">Whether there is a value in the place that it may repeat.</param>
    /// <param name="repeats">Whether it does.</param>
    private bool TryJudge(bool isKnown, out bool repeats)
    {
        ResourceType type = _resource.Type;
        repeats = false;
        if (ValueSlot.IsText(type))
        {
            // A text is not made before it is to be kept: a payload that is refused costs no allocation, one that is taken a single one.
            bool isText = _value.IsTextOf(isKnown ? _slot.Text : "", out repeats);
            repeats &= isKnown;
            return IsOfType(isText) && (type != ResourceType.CoreLink && Range is null || IsTextTaken(type));
        }

        if (type == ResourceType.Opaque)
        {
            if (Current.Kind == ValueKind.Streamed)
            {
                return JudgeStreamed();
            }

            bool areBytes = _value.TryOpaque(_scratch, out ReadOnlySpan<byte> bytes);
            repeats = isKnown && areBytes && bytes.SequenceEqual(_slot.Bytes);
            return IsOfType(areBytes) && IsInRange(bytes);
        }

        bool isWord = TryWord(type, out ulong word);
        repeats = isKnown && word == _slot.Word;
        if (!IsOfType(isWord))
        {
            return false;
        }

        // What is to be applied need not be decoded again.
        Current.SetWord(word);
        return (Range is not { } range || range.AdmitsWord(word) || OutOfRange(word))
            && (type != ResourceType.ObjectLink || LinkedTree is not { } tree
                || tree.CanResolve(Lwm2m.ObjectLink.Unpack((uint)word)) || FailHere(PayloadFault.NoSuchTarget));
    }

    /// <summary>Puts the record's value, which was judged, in its place; what is equal stays, and nothing is allocated.</summary>
    /// <returns>Whether it is another value.</returns>
    private readonly bool Put()
    {
        ResourceType type = _resource.Type;
        bool differs;
        if (ValueSlot.IsText(type))
        {
            _value.TryString(_slot.Text, out string text);
            differs = !_slot.RefersTo(text);
            if (differs)
            {
                _slot.Text = text;
            }
        }
        else if (type == ResourceType.Opaque)
        {
            _value.TryOpaque(_scratch, out ReadOnlySpan<byte> bytes);
            differs = !bytes.SequenceEqual(_slot.Bytes);
            if (differs)
            {
                _slot.Bytes = bytes.ToArray();
            }
        }
        else
        {
            TryWord(type, out ulong word);
            differs = _slot.Word != word;
            if (differs)
            {
                _slot.Word = word;
            }
        }

        return differs;
    }

    // The types whose values are one word each: numbers, Booleans, times as UTC ticks, links.
    private readonly bool TryWord(ResourceType type, out ulong word)
    {
        if (_value.TryJudged(out word))
        {
            return true;
        }

        bool isOfType;
        switch (type)
        {
            case ResourceType.Float:
                isOfType = _value.TryFloat(out double number);
                word = BitConverter.DoubleToUInt64Bits(number);
                break;
            case ResourceType.UnsignedInteger:
                isOfType = _value.TryUnsigned(out word);
                break;
            case ResourceType.Boolean:
                isOfType = _value.TryBoolean(out bool flag);
                word = flag ? 1UL : 0;
                break;
            case ResourceType.ObjectLink:
                isOfType = _value.TryObjectLink(_scratch, out ObjectLink link);
                word = link.Packed;
                break;
            default:
                isOfType = type == ResourceType.Time ? _value.TryTime(_scratch, out long integer) : _value.TryInteger(out integer);
                word = (ulong)integer;
                break;
        }

        return isOfType;
    }

    private bool IsTextTaken(ResourceType type)
    {
        _value.TryUtf8(_scratch, out ReadOnlySpan<byte> text);
        return IsInRange(text)
            // A Corelnk names no Object Instance that is not there; what else it names, and how, is not judged.
            && (type != ResourceType.CoreLink || LinkedTree is not { } tree || tree.CanResolveAll(text)
                || FailHere(PayloadFault.NoSuchTarget));
    }

    private bool IsInRange(ReadOnlySpan<byte> bytes) => Range is not { } lengths || lengths.Admits(bytes) || OutOfRange((ulong)bytes.Length);

    /// <summary>
    /// Where a link has to point that a server writes: an Objlnk at an Object Instance or, with the instance 65535, an Object of the same
    /// device, or nowhere (LwM2M TS Core, 6.3.3). An instance that belongs to no device cannot tell.
    /// </summary>
    private readonly ObjectTree? LinkedTree => IsBound ? Tree ?? _target.Tree : null;

    private readonly ValueRange? Range => _definition.Resources[_index].Range;

    private bool OutOfRange(ulong found)
    {
        _found = found;
        return FailHere(PayloadFault.OutOfRange);
    }

    private bool IsOfType(bool isOfType) =>
        isOfType || FailHere(Current.HasNoInstances ? PayloadFault.WrongMultiplicity : PayloadFault.WrongType);
}
