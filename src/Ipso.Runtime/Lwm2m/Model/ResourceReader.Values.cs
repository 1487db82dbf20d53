using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// One method per type. What repeats a known value ends first; then the first pass checks, and keeps what changes something; what the others
// do is set apart.
public ref partial struct ResourceReader
{
    /// <summary>Reads an Integer, if it is what comes next.</summary>
    /// <param name="key">The resource's id and its digits.</param>
    /// <param name="field">Where the value lives.</param>
    /// <param name="index">The resource's place in the definition.</param>
    /// <returns>Whether the value has been set, and by a server's write: what follows it has to follow now.</returns>
    public bool Integer(ulong key, ref long field, int index) => IsNext(key) && TakeInteger(key, ref field, index);

    private bool TakeInteger(ulong key, ref long field, int index)
    {
        bool isWritten = Take(key) && !(_records.Holds(field) && Repeats(index)) && ReadInteger(ref field, index);
        Advance();
        return isWritten;
    }

    private bool ReadInteger(ref long field, int index)
    {
        if (_pass != Pass.Check)
        {
            return ApplyInteger(ref field, index);
        }

        if (Admit(index) && TryInteger(index, out long value) && IsNews(field != value, index))
        {
            Keep(index);
        }

        return false;
    }

    /// <summary>Reads an Unsigned Integer, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ulong, ref long, int)"/>
    public bool Unsigned(ulong key, ref ulong field, int index) => IsNext(key) && TakeUnsigned(key, ref field, index);

    private bool TakeUnsigned(ulong key, ref ulong field, int index)
    {
        bool isWritten = Take(key) && !(_records.Holds(field) && Repeats(index)) && ReadUnsigned(ref field, index);
        Advance();
        return isWritten;
    }

    private bool ReadUnsigned(ref ulong field, int index)
    {
        if (_pass != Pass.Check)
        {
            return ApplyUnsigned(ref field, index);
        }

        if (Admit(index) && TryUnsigned(index, out ulong value) && IsNews(field != value, index))
        {
            Keep(index);
        }

        return false;
    }

    /// <summary>Reads a Float, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ulong, ref long, int)"/>
    public bool Float(ulong key, ref double field, int index) => IsNext(key) && TakeFloat(key, ref field, index);

    private bool TakeFloat(ulong key, ref double field, int index)
    {
        bool isWritten = Take(key) && !(_records.Holds(field) && Repeats(index)) && ReadFloat(ref field, index);
        Advance();
        return isWritten;
    }

    private bool ReadFloat(ref double field, int index)
    {
        if (_pass != Pass.Check)
        {
            return ApplyFloat(ref field, index);
        }

        if (Admit(index) && TryFloat(index, out double value) && IsNews(field != value, index))
        {
            Keep(index);
        }

        return false;
    }

    /// <summary>Reads a Boolean, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ulong, ref long, int)"/>
    public bool Boolean(ulong key, ref bool field, int index) => IsNext(key) && TakeBoolean(key, ref field, index);

    private bool TakeBoolean(ulong key, ref bool field, int index)
    {
        bool isWritten = Take(key) && !(_records.Holds(field) && Repeats(index)) && ReadBoolean(ref field, index);
        Advance();
        return isWritten;
    }

    private bool ReadBoolean(ref bool field, int index)
    {
        if (_pass != Pass.Check)
        {
            return ApplyBoolean(ref field, index);
        }

        if (Admit(index) && IsOfType(_records.TryBoolean(out bool value), index) && IsNews(field != value, index))
        {
            Keep(index);
        }

        return false;
    }

    /// <summary>Reads a String, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ulong, ref long, int)"/>
    public bool String(ulong key, ref string field, int index) => IsNext(key) && TakeString(key, ref field, index);

    private bool TakeString(ulong key, ref string field, int index)
    {
        bool isWritten = !RepeatsText(key, field, index) && Take(key) && ReadString(ref field, index);
        Advance();
        return isWritten;
    }

    private bool RepeatsText(ulong key, string known, int index)
    {
        ulong bit = 1UL << index;
        if ((uint)index >= 64 || (_repeatable & bit) == 0 || !_records.IsExpecting || !_records.TryTakeText(key, known))
        {
            return false;
        }

        _repeatable ^= bit;
        return true;
    }

    private bool ReadString(ref string field, int index)
    {
        if (_pass != Pass.Check)
        {
            return ApplyString(ref field, index);
        }

        if (Admit(index) && IsNewText(field, index))
        {
            Keep(index);
        }

        return false;
    }

    /// <summary>Reads an Opaque, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ulong, ref long, int)"/>
    public bool Opaque(ulong key, ref byte[] field, int index) => IsNext(key) && TakeOpaque(key, ref field, index);

    private bool TakeOpaque(ulong key, ref byte[] field, int index)
    {
        bool isWritten = Take(key) && ReadOpaque(ref field, index);
        Advance();
        return isWritten;
    }

    private bool ReadOpaque(ref byte[] field, int index)
    {
        if (_pass != Pass.Check)
        {
            return ApplyOpaque(ref field, index);
        }

        if (Admit(index) && TryOpaque(index, out ReadOnlySpan<byte> value) && IsNews(!value.SequenceEqual(field), index))
        {
            Keep(index);
        }

        return false;
    }

    /// <summary>Reads a Time into UTC ticks of 100 ns, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ulong, ref long, int)"/>
    public bool Time(ulong key, ref long field, int index) => IsNext(key) && TakeTime(key, ref field, index);

    private bool TakeTime(ulong key, ref long field, int index)
    {
        bool isWritten = Take(key) && !(_records.HoldsTime(field) && Repeats(index)) && ReadTime(ref field, index);
        Advance();
        return isWritten;
    }

    private bool ReadTime(ref long field, int index)
    {
        if (_pass != Pass.Check)
        {
            return ApplyTime(ref field, index);
        }

        if (Admit(index) && IsOfType(_records.TryTime(out long value), index) && IsNews(field != value, index))
        {
            Keep(index);
        }

        return false;
    }

    /// <summary>Reads an Objlnk, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ulong, ref long, int)"/>
    public bool ObjectLink(ulong key, ref ObjectLink field, int index) => IsNext(key) && TakeObjectLink(key, ref field, index);

    private bool TakeObjectLink(ulong key, ref ObjectLink field, int index)
    {
        bool isWritten = Take(key) && ReadObjectLink(ref field, index);
        Advance();
        return isWritten;
    }

    private bool ReadObjectLink(ref ObjectLink field, int index)
    {
        if (_pass != Pass.Check)
        {
            return ApplyObjectLink(ref field, index);
        }

        if (Admit(index) && TryObjectLink(index, out ObjectLink value) && IsNews(field != value, index))
        {
            Keep(index);
        }

        return false;
    }

    /// <summary>Reads a Corelnk, if it is what comes next.</summary>
    /// <inheritdoc cref="Integer(ulong, ref long, int)"/>
    public bool CoreLink(ulong key, ref CoreLink field, int index) => IsNext(key) && TakeCoreLink(key, ref field, index);

    private bool TakeCoreLink(ulong key, ref CoreLink field, int index)
    {
        bool isWritten = Take(key) && ReadCoreLink(ref field, index);
        Advance();
        return isWritten;
    }

    private bool ReadCoreLink(ref CoreLink field, int index)
    {
        if (_pass != Pass.Check)
        {
            return ApplyCoreLink(ref field, index);
        }

        if (Admit(index) && IsNewText(field.Text, index))
        {
            Keep(index);
        }

        return false;
    }

    /// <summary>Whether a value is to be applied. What a server writes always is, as what follows it is to follow.</summary>
    private readonly bool IsNews(bool differs, int index) => differs || _mode != ReadMode.Mirror || !_target.IsPresent(index);

    // A text is not made before it is to be kept: a payload that is refused costs no allocation, one that is taken a single one.
    private bool IsNewText(string current, int index) =>
        IsOfType(_records.IsTextOf(current, out bool isCurrent), index)
        && (isCurrent || IsTextInRange(index))
        && IsNews(!isCurrent, index);

    private bool IsTextInRange(int index)
    {
        if (!_definition.Has(index, ResourceTraits.Ranged))
        {
            return true;
        }

        _records.TryUtf8(_scratch, out ReadOnlySpan<byte> text);
        return RangeOf(index)!.Admits(text) || OutOfRange(index, (ulong)text.Length);
    }

    private bool TryInteger(int index, out long value) =>
        IsOfType(_records.TryInteger(out value), index) && (!_definition.Has(index, ResourceTraits.Ranged) || IsInRange(index, value));

    private bool TryUnsigned(int index, out ulong value) =>
        IsOfType(_records.TryUnsigned(out value), index) && (!_definition.Has(index, ResourceTraits.Ranged) || IsInRange(index, value));

    private bool TryFloat(int index, out double value) =>
        IsOfType(_records.TryFloat(out value), index) && (!_definition.Has(index, ResourceTraits.Ranged) || IsInRange(index, value));

    private bool TryOpaque(int index, out ReadOnlySpan<byte> value) =>
        _records.IsStreamed ? JudgeStreamed(index, out value)
        : IsOfType(_records.TryOpaque(_scratch, out value), index)
        && (RangeOf(index) is not { } range || range.Admits(value) || OutOfRange(index, (ulong)value.Length));

    private bool TryObjectLink(int index, out ObjectLink value) =>
        IsOfType(_records.TryObjectLink(out value), index)
        && (!IsBound || _target.CanLinkTo(value) || Fail(PayloadFault.NoSuchTarget, index));

    private bool IsInRange(int index, long value) =>
        RangeOf(index) is not NumericRange<long> range || range.Contains(value) || OutOfRange(index, (ulong)value);

    private bool IsInRange(int index, ulong value) =>
        RangeOf(index) is not NumericRange<ulong> range || range.Contains(value) || OutOfRange(index, value);

    private bool IsInRange(int index, double value) =>
        RangeOf(index) is not NumericRange<double> range || range.Contains(value)
            || OutOfRange(index, BitConverter.DoubleToUInt64Bits(value));

    private readonly ValueRange? RangeOf(int index) => _definition.Resources[index].Range;

    private bool OutOfRange(int index, ulong found)
    {
        _found = found;
        return Fail(PayloadFault.OutOfRange, index);
    }

    private bool IsOfType(bool isOfType, int index) => isOfType || FailType(index);

    private bool FailType(int index) =>
        Fail(_records.HasNoInstances ? PayloadFault.WrongMultiplicity : PayloadFault.WrongType, index);
}
