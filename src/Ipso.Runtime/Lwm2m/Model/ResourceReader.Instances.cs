using System.Runtime.CompilerServices;

namespace Ipso.Lwm2m.Model;

// Multiple resources, one method per type. A line takes all instances that come one after the other.
public ref partial struct ResourceReader
{
    /// <summary>Reads the instances of a multiple Integer resource, if they are what comes next.</summary>
    /// <param name="key">The resource's id and its digits.</param>
    /// <param name="field">Where the instances live.</param>
    /// <param name="index">The resource's place in the definition.</param>
    public void Integer(ulong key, ref ResourceInstances<long>? field, int index)
    {
        for (bool isReached = ReachesInstance(key, field, index); isReached; isReached = GoesOn(key))
        {
            ReadInteger(ref field, index);
        }
    }

    private void ReadInteger(ref ResourceInstances<long>? field, int index)
    {
        long value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryInteger(out value))
            {
                Assign(field, value);
            }
        }
        else if (Admit(field, index) && TryInteger(index, out value))
        {
            KeepInstance(index, IsNext(field, out long known) && known == value);
        }
    }

    /// <summary>Reads the instances of a multiple Unsigned Integer resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void Unsigned(ulong key, ref ResourceInstances<ulong>? field, int index)
    {
        for (bool isReached = ReachesInstance(key, field, index); isReached; isReached = GoesOn(key))
        {
            ReadUnsigned(ref field, index);
        }
    }

    private void ReadUnsigned(ref ResourceInstances<ulong>? field, int index)
    {
        ulong value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryUnsigned(out value))
            {
                Assign(field, value);
            }
        }
        else if (Admit(field, index) && TryUnsigned(index, out value))
        {
            KeepInstance(index, IsNext(field, out ulong known) && known == value);
        }
    }

    /// <summary>Reads the instances of a multiple Integer resource whose values have names.</summary>
    /// <typeparam name="T">The enumeration, one of <see cref="long"/>.</typeparam>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void Integer<T>(ulong key, ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum
    {
        for (bool isReached = ReachesInstance(key, field, index); isReached; isReached = GoesOn(key))
        {
            ReadInteger(ref field, index);
        }
    }

    private void ReadInteger<T>(ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum
    {
        long value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryInteger(out value))
            {
                Assign(field, Unsafe.BitCast<long, T>(value));
            }
        }
        else if (Admit(field, index) && TryInteger(index, out value))
        {
            KeepInstance(index, IsNext(field, out T known) && Unsafe.BitCast<T, long>(known) == value);
        }
    }

    /// <summary>Reads the instances of a multiple Unsigned Integer resource whose values have names.</summary>
    /// <typeparam name="T">The enumeration, one of <see cref="ulong"/>.</typeparam>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void Unsigned<T>(ulong key, ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum
    {
        for (bool isReached = ReachesInstance(key, field, index); isReached; isReached = GoesOn(key))
        {
            ReadUnsigned(ref field, index);
        }
    }

    private void ReadUnsigned<T>(ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum
    {
        ulong value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryUnsigned(out value))
            {
                Assign(field, Unsafe.BitCast<ulong, T>(value));
            }
        }
        else if (Admit(field, index) && TryUnsigned(index, out value))
        {
            KeepInstance(index, IsNext(field, out T known) && Unsafe.BitCast<T, ulong>(known) == value);
        }
    }

    /// <summary>Reads the instances of a multiple Float resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void Float(ulong key, ref ResourceInstances<double>? field, int index)
    {
        for (bool isReached = ReachesInstance(key, field, index); isReached; isReached = GoesOn(key))
        {
            ReadFloat(ref field, index);
        }
    }

    private void ReadFloat(ref ResourceInstances<double>? field, int index)
    {
        double value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryFloat(out value))
            {
                Assign(field, value);
            }
        }
        else if (Admit(field, index) && TryFloat(index, out value))
        {
            KeepInstance(index, IsNext(field, out double known) && known == value);
        }
    }

    /// <summary>Reads the instances of a multiple Boolean resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void Boolean(ulong key, ref ResourceInstances<bool>? field, int index)
    {
        for (bool isReached = ReachesInstance(key, field, index); isReached; isReached = GoesOn(key))
        {
            ReadBoolean(ref field, index);
        }
    }

    private void ReadBoolean(ref ResourceInstances<bool>? field, int index)
    {
        bool value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryBoolean(out value))
            {
                Assign(field, value);
            }
        }
        else if (Admit(field, index) && IsOfType(_records.TryBoolean(out value), index))
        {
            KeepInstance(index, IsNext(field, out bool known) && known == value);
        }
    }

    /// <summary>Reads the instances of a multiple String resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void String(ulong key, ref ResourceInstances<string>? field, int index)
    {
        for (bool isReached = ReachesInstance(key, field, index); isReached; isReached = GoesOn(key))
        {
            ReadString(ref field, index);
        }
    }

    private void ReadString(ref ResourceInstances<string>? field, int index)
    {
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryString(Current(field) ?? "", out string value))
            {
                Assign(field, value);
            }
        }
        else if (Admit(field, index))
        {
            KeepText(index, IsNext(field, out string? known) ? known : null);
        }
    }

    /// <summary>Reads the instances of a multiple Opaque resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void Opaque(ulong key, ref ResourceInstances<ReadOnlyMemory<byte>>? field, int index)
    {
        for (bool isReached = ReachesInstance(key, field, index); isReached; isReached = GoesOn(key))
        {
            ReadOpaque(ref field, index);
        }
    }

    private void ReadOpaque(ref ResourceInstances<ReadOnlyMemory<byte>>? field, int index)
    {
        ReadOnlySpan<byte> value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryOpaque(_scratch, out value))
            {
                ReadOnlyMemory<byte> current = Current(field);
                Assign(field, current.Span.SequenceEqual(value) ? current : value.ToArray());
            }
        }
        else if (Admit(field, index) && TryOpaque(index, out value))
        {
            KeepInstance(index, IsNext(field, out ReadOnlyMemory<byte> known) && known.Span.SequenceEqual(value));
        }
    }

    /// <summary>Reads the instances of a multiple Time resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void Time(ulong key, ref ResourceInstances<DateTimeOffset>? field, int index)
    {
        for (bool isReached = ReachesInstance(key, field, index); isReached; isReached = GoesOn(key))
        {
            ReadTime(ref field, index);
        }
    }

    private void ReadTime(ref ResourceInstances<DateTimeOffset>? field, int index)
    {
        long value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryTime(out value))
            {
                Assign(field, Lwm2mTime.ToDateTimeOffset(value));
            }
        }
        else if (Admit(field, index) && IsOfType(_records.TryTime(out value), index))
        {
            KeepInstance(index, IsNext(field, out DateTimeOffset known) && known.UtcTicks == value);
        }
    }

    /// <summary>Reads the instances of a multiple Objlnk resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void ObjectLink(ulong key, ref ResourceInstances<ObjectLink>? field, int index)
    {
        for (bool isReached = ReachesInstance(key, field, index); isReached; isReached = GoesOn(key))
        {
            ReadObjectLink(ref field, index);
        }
    }

    private void ReadObjectLink(ref ResourceInstances<ObjectLink>? field, int index)
    {
        ObjectLink value;
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryObjectLink(out value))
            {
                Assign(field, value);
            }
        }
        else if (Admit(field, index) && TryObjectLink(index, out value))
        {
            KeepInstance(index, IsNext(field, out ObjectLink known) && known == value);
        }
    }

    /// <summary>Reads the instances of a multiple Corelnk resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ref ResourceInstances{long}?, int)"/>
    public void CoreLink(ulong key, ref ResourceInstances<CoreLink>? field, int index)
    {
        for (bool isReached = ReachesInstance(key, field, index); isReached; isReached = GoesOn(key))
        {
            ReadCoreLink(ref field, index);
        }
    }

    private void ReadCoreLink(ref ResourceInstances<CoreLink>? field, int index)
    {
        if (_pass != Pass.Check)
        {
            if (Applies(ref field, index) && _records.TryString(Current(field).Text, out string value))
            {
                Assign(field, new CoreLink(value));
            }
        }
        else if (Admit(field, index))
        {
            KeepText(index, IsNext(field, out CoreLink known) ? known.Text : null);
        }
    }
}
