using System.Runtime.CompilerServices;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// One method per type, single and multiple: check in the first pass, assign in the second, remove when settling.
public ref partial struct ResourceReader
{
    /// <summary>Reads an Integer.</summary>
    /// <param name="field">Where the value lives.</param>
    /// <param name="index">The resource's place in the definition.</param>
    public void Integer(ref long field, int index)
    {
        if (_pass >= Pass.CheckRemoval)
        {
            Remove(ref field, 0, index);
        }
        else if (TryInteger(index, isMultiple: false, out long value))
        {
            _target.Assign(ref field, value, index);
        }
    }

    /// <summary>Reads an Unsigned Integer.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void Unsigned(ref ulong field, int index)
    {
        if (_pass >= Pass.CheckRemoval)
        {
            Remove(ref field, 0UL, index);
        }
        else if (TryUnsigned(index, isMultiple: false, out ulong value))
        {
            _target.Assign(ref field, value, index);
        }
    }

    /// <summary>Reads a Float.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void Float(ref double field, int index)
    {
        if (_pass >= Pass.CheckRemoval)
        {
            Remove(ref field, 0.0, index);
        }
        else if (TryFloat(index, isMultiple: false, out double value))
        {
            _target.Assign(ref field, value, index);
        }
    }

    /// <summary>Reads a Boolean.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void Boolean(ref bool field, int index)
    {
        if (_pass >= Pass.CheckRemoval)
        {
            Remove(ref field, false, index);
        }
        else if (Admit(index, isMultiple: false) && Typed(_records.TryBoolean(out bool value), index))
        {
            _target.Assign(ref field, value, index);
        }
    }

    /// <summary>Reads a String.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void String(ref string field, int index)
    {
        if (_pass >= Pass.CheckRemoval)
        {
            Remove(ref field, "", index);
        }
        else if (TryString(field, index, isMultiple: false, out string value))
        {
            _target.Assign(ref field, value, index);
        }
    }

    /// <summary>Reads an Opaque.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void Opaque(ref byte[] field, int index)
    {
        if (_pass >= Pass.CheckRemoval)
        {
            Remove(ref field, [], index);
        }
        else if (Admit(index, isMultiple: false) && TryOpaque(index, out ReadOnlySpan<byte> value))
        {
            _target.Assign(ref field, value, index);
        }
    }

    /// <summary>Reads a Time into UTC ticks of 100 ns.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void Time(ref long field, int index)
    {
        if (_pass >= Pass.CheckRemoval)
        {
            Remove(ref field, 0, index);
        }
        else if (Admit(index, isMultiple: false) && Typed(_records.TryTime(out long value), index))
        {
            _target.Assign(ref field, value, index);
        }
    }

    /// <summary>Reads an Objlnk.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void ObjectLink(ref ObjectLink field, int index)
    {
        if (_pass >= Pass.CheckRemoval)
        {
            Remove(ref field, default, index);
        }
        else if (Admit(index, isMultiple: false) && TryObjectLink(index, out ObjectLink value))
        {
            _target.Assign(ref field, value, index);
        }
    }

    /// <summary>Reads a Corelnk.</summary>
    /// <inheritdoc cref="Integer(ref long, int)"/>
    public void CoreLink(ref CoreLink field, int index)
    {
        if (_pass >= Pass.CheckRemoval)
        {
            Remove(ref field, default, index);
        }
        else if (TryString(field.Text, index, isMultiple: false, out string value))
        {
            _target.Assign(ref field, new CoreLink(value), index);
        }
    }

    /// <summary>Reads an instance of a multiple Integer resource.</summary>
    /// <param name="field">Where the instances live.</param>
    /// <param name="index">The resource's place in the definition.</param>
    public void Integer(ref ResourceInstances<long>? field, int index)
    {
        if (AdmitInstance(ref field, index) && TryInteger(index, isMultiple: true, out long value))
        {
            AssignInstance(field, value);
        }
    }

    /// <summary>Reads an instance of a multiple Unsigned Integer resource.</summary>
    /// <inheritdoc cref="Integer(ref ResourceInstances{long}?, int)"/>
    public void Unsigned(ref ResourceInstances<ulong>? field, int index)
    {
        if (AdmitInstance(ref field, index) && TryUnsigned(index, isMultiple: true, out ulong value))
        {
            AssignInstance(field, value);
        }
    }

    /// <summary>Reads an instance of a multiple Integer resource whose values have names.</summary>
    /// <typeparam name="T">The enumeration, one of <see cref="long"/>.</typeparam>
    /// <inheritdoc cref="Integer(ref ResourceInstances{long}?, int)"/>
    public void Integer<T>(ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum
    {
        if (AdmitInstance(ref field, index) && TryInteger(index, isMultiple: true, out long value))
        {
            AssignInstance(field, Unsafe.BitCast<long, T>(value));
        }
    }

    /// <summary>Reads an instance of a multiple Unsigned Integer resource whose values have names.</summary>
    /// <typeparam name="T">The enumeration, one of <see cref="ulong"/>.</typeparam>
    /// <inheritdoc cref="Integer(ref ResourceInstances{long}?, int)"/>
    public void Unsigned<T>(ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum
    {
        if (AdmitInstance(ref field, index) && TryUnsigned(index, isMultiple: true, out ulong value))
        {
            AssignInstance(field, Unsafe.BitCast<ulong, T>(value));
        }
    }

    /// <summary>Reads an instance of a multiple Float resource.</summary>
    /// <inheritdoc cref="Integer(ref ResourceInstances{long}?, int)"/>
    public void Float(ref ResourceInstances<double>? field, int index)
    {
        if (AdmitInstance(ref field, index) && TryFloat(index, isMultiple: true, out double value))
        {
            AssignInstance(field, value);
        }
    }

    /// <summary>Reads an instance of a multiple Boolean resource.</summary>
    /// <inheritdoc cref="Integer(ref ResourceInstances{long}?, int)"/>
    public void Boolean(ref ResourceInstances<bool>? field, int index)
    {
        if (AdmitInstance(ref field, index) && Typed(_records.TryBoolean(out bool value), index))
        {
            AssignInstance(field, value);
        }
    }

    /// <summary>Reads an instance of a multiple String resource.</summary>
    /// <inheritdoc cref="Integer(ref ResourceInstances{long}?, int)"/>
    public void String(ref ResourceInstances<string>? field, int index)
    {
        if (AdmitInstance(ref field, index) && TryString(Current(field) ?? "", index, isMultiple: true, out string value))
        {
            AssignInstance(field, value);
        }
    }

    /// <summary>Reads an instance of a multiple Opaque resource.</summary>
    /// <inheritdoc cref="Integer(ref ResourceInstances{long}?, int)"/>
    public void Opaque(ref ResourceInstances<ReadOnlyMemory<byte>>? field, int index)
    {
        if (!AdmitInstance(ref field, index) || !TryOpaque(index, out ReadOnlySpan<byte> value))
        {
            return;
        }

        ReadOnlyMemory<byte> current = Current(field);
        AssignInstance(field, current.Span.SequenceEqual(value) ? current : value.ToArray());
    }

    /// <summary>Reads an instance of a multiple Time resource.</summary>
    /// <inheritdoc cref="Integer(ref ResourceInstances{long}?, int)"/>
    public void Time(ref ResourceInstances<DateTimeOffset>? field, int index)
    {
        if (AdmitInstance(ref field, index) && Typed(_records.TryTime(out long value), index))
        {
            AssignInstance(field, Lwm2mTime.ToDateTimeOffset(value));
        }
    }

    /// <summary>Reads an instance of a multiple Objlnk resource.</summary>
    /// <inheritdoc cref="Integer(ref ResourceInstances{long}?, int)"/>
    public void ObjectLink(ref ResourceInstances<ObjectLink>? field, int index)
    {
        if (AdmitInstance(ref field, index) && TryObjectLink(index, out ObjectLink value))
        {
            AssignInstance(field, value);
        }
    }

    /// <summary>Reads an instance of a multiple Corelnk resource.</summary>
    /// <inheritdoc cref="Integer(ref ResourceInstances{long}?, int)"/>
    public void CoreLink(ref ResourceInstances<CoreLink>? field, int index)
    {
        if (AdmitInstance(ref field, index) && TryString(Current(field).Text, index, isMultiple: true, out string value))
        {
            AssignInstance(field, new CoreLink(value));
        }
    }

    private bool TryInteger(int index, bool isMultiple, out long value)
    {
        value = 0;
        return (isMultiple || Admit(index, isMultiple))
            && IsOfType(_records.TryInteger(out value), index)
            && (_pass != Pass.Check || RangeOf(index) is not NumericRange<long> range || range.Contains(value) || OutOfRange(index, (ulong)value))
            && _pass == Pass.Apply;
    }

    private bool TryUnsigned(int index, bool isMultiple, out ulong value)
    {
        value = 0;
        return (isMultiple || Admit(index, isMultiple))
            && IsOfType(_records.TryUnsigned(out value), index)
            && (_pass != Pass.Check || RangeOf(index) is not NumericRange<ulong> range || range.Contains(value) || OutOfRange(index, value))
            && _pass == Pass.Apply;
    }

    private bool TryFloat(int index, bool isMultiple, out double value)
    {
        value = 0;
        return (isMultiple || Admit(index, isMultiple))
            && IsOfType(_records.TryFloat(out value), index)
            && (_pass != Pass.Check || RangeOf(index) is not NumericRange<double> range || range.Contains(value)
                || OutOfRange(index, BitConverter.DoubleToUInt64Bits(value)))
            && _pass == Pass.Apply;
    }

    private bool TryObjectLink(int index, out ObjectLink value) =>
        IsOfType(_records.TryObjectLink(out value), index)
        && (_mode == ReadMode.Mirror || _target.CanLinkTo(value) || Fail(PayloadFault.NoSuchTarget, index))
        && _pass == Pass.Apply;

    // A text is not made before it is to be kept: a payload that is refused costs no allocation, one that is taken a single one.
    private bool TryString(string current, int index, bool isMultiple, out string value)
    {
        value = current;
        if (_pass != Pass.Check)
        {
            return _records.TryString(current, out value);
        }

        if (isMultiple || Admit(index, isMultiple))
        {
            CheckString(index);
        }

        return false;
    }

    private void CheckString(int index)
    {
        if (RangeOf(index) is not { } range)
        {
            IsOfType(_records.IsString(), index);
        }
        else if (IsOfType(_records.TryUtf8(_scratch, out ReadOnlySpan<byte> text), index) && !range.Admits(text))
        {
            OutOfRange(index, (ulong)text.Length);
        }
    }

    private bool TryOpaque(int index, out ReadOnlySpan<byte> value) =>
        _records.IsStreamed ? JudgeStreamed(index, out value)
        : IsOfType(_records.TryOpaque(_scratch, out value), index)
        && (_pass != Pass.Check || RangeOf(index) is not { } range || range.Admits(value) || OutOfRange(index, (ulong)value.Length))
        && _pass == Pass.Apply;

    private bool IsOfType(bool isOfType, int index) => isOfType || Fail(PayloadFault.WrongType, index);

    private readonly ValueRange? RangeOf(int index) => _definition.Resources[index].Range;

    private bool OutOfRange(int index, ulong found)
    {
        _found = found;
        return Fail(PayloadFault.OutOfRange, index);
    }

    /// <summary>Whether a value is there to be assigned.</summary>
    private bool Typed(bool isOfType, int index) => IsOfType(isOfType, index) && _pass == Pass.Apply;

    private bool AdmitInstance<T>(ref ResourceInstances<T>? field, int index)
    {
        switch (_pass)
        {
            case Pass.Check:
                return Admit(index, isMultiple: true) && !_records.HasNoInstances && HasRoom(field, index);
            case Pass.Apply:
                _target.InstancesIn(ref field, index);
                return !_records.HasNoInstances;
            default:
                SettleOrRemove(field, index);
                return false;
        }
    }

    /// <summary>Whether the payload's instances join the ones that are there; else they take their place.</summary>
    private readonly bool Merges => _mode == ReadMode.WriteUpdate || _path.Depth == 4;

    private bool HasRoom<T>(ResourceInstances<T>? field, int index)
    {
        ResourceInstances<T>? kept = Merges ? field : null;
        if (kept is not null && kept.Contains(_records.Path.ResourceInstanceId))
        {
            return true;
        }
        // A write to one instance is for one that is there; new ones come by writing to the resource.
        if (_path.Depth == 4 && _mode != ReadMode.Mirror)
        {
            return Fail(PayloadFault.UnknownResource, index);
        }
        // Rare: the payload comes back to a resource after another one.
        if (index != _countedIndex)
        {
            (_countedIndex, _counted) = (index, CountBefore(kept));
        }

        return ++_counted + (kept?.Count ?? 0) <= ResourceInstances<T>.MaxInstancesByPeer
            || Fail(PayloadFault.TooManyInstances, index);
    }

    private readonly int CountBefore<T>(ResourceInstances<T>? kept)
    {
        int count = 0;
        RecordReader before = _records.Rewound();
        while (before.Next() && before.Position < _records.Position)
        {
            bool isOfResource = before.Path.ResourceId == _records.Path.ResourceId && !before.HasNoInstances && !before.IsRemoval;
            if (isOfResource && kept?.Contains(before.Path.ResourceInstanceId) != true)
            {
                count++;
            }
        }

        return count;
    }

    private readonly void AssignInstance<T>(ResourceInstances<T>? field, T value)
    {
        ushort id = _records.Path.ResourceInstanceId;
        if (Merges)
        {
            field!.Assign(id, value);
        }
        else
        {
            field!.Stage(id, value);
        }
    }

    private readonly T? Current<T>(ResourceInstances<T>? field) =>
        field is not null && field.TryGetValue(_records.Path.ResourceInstanceId, out T? current) ? current : default;
}
