using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// One method per type. The first pass comes first: it checks, and keeps what changes something; what the others do is set apart.
public ref partial struct ResourceReader
{
    /// <summary>Reads an Integer.</summary>
    /// <param name="field">Where the value lives.</param>
    /// <param name="index">The resource's place in the definition.</param>
    public void Integer(ref long field, int index)
    {
        if (_pass != Pass.Check)
        {
            ApplyInteger(ref field, index);
        }
        else if (Admit(index) && TryInteger(index, out long value) && IsNews(field != value, index))
        {
            Keep(index);
        }
    }

    /// <summary>Reads an Unsigned Integer.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void Unsigned(ref ulong field, int index)
    {
        if (_pass != Pass.Check)
        {
            ApplyUnsigned(ref field, index);
        }
        else if (Admit(index) && TryUnsigned(index, out ulong value) && IsNews(field != value, index))
        {
            Keep(index);
        }
    }

    /// <summary>Reads a Float.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void Float(ref double field, int index)
    {
        if (_pass != Pass.Check)
        {
            ApplyFloat(ref field, index);
        }
        else if (Admit(index) && TryFloat(index, out double value) && IsNews(field != value, index))
        {
            Keep(index);
        }
    }

    /// <summary>Reads a Boolean.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void Boolean(ref bool field, int index)
    {
        if (_pass != Pass.Check)
        {
            ApplyBoolean(ref field, index);
        }
        else if (Admit(index) && IsOfType(_records.TryBoolean(out bool value), index) && IsNews(field != value, index))
        {
            Keep(index);
        }
    }

    /// <summary>Reads a String.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void String(ref string field, int index)
    {
        if (_pass != Pass.Check)
        {
            ApplyString(ref field, index);
        }
        else if (Admit(index) && IsNewText(field, index))
        {
            Keep(index);
        }
    }

    /// <summary>Reads an Opaque.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void Opaque(ref byte[] field, int index)
    {
        if (_pass != Pass.Check)
        {
            ApplyOpaque(ref field, index);
        }
        else if (Admit(index) && TryOpaque(index, out ReadOnlySpan<byte> value) && IsNews(!value.SequenceEqual(field), index))
        {
            Keep(index);
        }
    }

    /// <summary>Reads a Time into UTC ticks of 100 ns.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void Time(ref long field, int index)
    {
        if (_pass != Pass.Check)
        {
            ApplyTime(ref field, index);
        }
        else if (Admit(index) && IsOfType(_records.TryTime(out long value), index) && IsNews(field != value, index))
        {
            Keep(index);
        }
    }

    /// <summary>Reads an Objlnk.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void ObjectLink(ref ObjectLink field, int index)
    {
        if (_pass != Pass.Check)
        {
            ApplyObjectLink(ref field, index);
        }
        else if (Admit(index) && TryObjectLink(index, out ObjectLink value) && IsNews(field != value, index))
        {
            Keep(index);
        }
    }

    /// <summary>Reads a Corelnk.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void CoreLink(ref CoreLink field, int index)
    {
        if (_pass != Pass.Check)
        {
            ApplyCoreLink(ref field, index);
        }
        else if (Admit(index) && IsNewText(field.Text, index))
        {
            Keep(index);
        }
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
