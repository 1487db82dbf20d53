using System.Runtime.CompilerServices;

namespace Ipso.Lwm2m.Model;

// Multiple resources, one method per type. A line takes all instances that come one after the other.
public ref partial struct ResourceReader
{
    /// <summary>Reads the instances of a multiple Integer resource, if they are what comes next.</summary>
    /// <param name="id">The resource's id.</param>
    /// <param name="field">Where the instances live.</param>
    /// <param name="index">The resource's place in the definition.</param>
    public void Integer(ushort id, ref ResourceInstances<long>? field, int index)
    {
        for (bool isReached = Reaches(id, field, index); isReached; isReached = GoesOn(id))
        {
            ReadInteger(ref field, index);
        }
    }

    private void ReadInteger(ref ResourceInstances<long>? field, int index)
    {
        long value;
        if (IsNoCheck)
        {
            if (Applies(ref field, index) && Value.TryInteger(out value))
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
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void Unsigned(ushort id, ref ResourceInstances<ulong>? field, int index)
    {
        for (bool isReached = Reaches(id, field, index); isReached; isReached = GoesOn(id))
        {
            ReadUnsigned(ref field, index);
        }
    }

    private void ReadUnsigned(ref ResourceInstances<ulong>? field, int index)
    {
        ulong value;
        if (IsNoCheck)
        {
            if (Applies(ref field, index) && Value.TryUnsigned(out value))
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
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void Integer<T>(ushort id, ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum
    {
        for (bool isReached = Reaches(id, field, index); isReached; isReached = GoesOn(id))
        {
            ReadInteger(ref field, index);
        }
    }

    private void ReadInteger<T>(ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum
    {
        long value;
        if (IsNoCheck)
        {
            if (Applies(ref field, index) && Value.TryInteger(out value))
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
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void Unsigned<T>(ushort id, ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum
    {
        for (bool isReached = Reaches(id, field, index); isReached; isReached = GoesOn(id))
        {
            ReadUnsigned(ref field, index);
        }
    }

    private void ReadUnsigned<T>(ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum
    {
        ulong value;
        if (IsNoCheck)
        {
            if (Applies(ref field, index) && Value.TryUnsigned(out value))
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
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void Float(ushort id, ref ResourceInstances<double>? field, int index)
    {
        for (bool isReached = Reaches(id, field, index); isReached; isReached = GoesOn(id))
        {
            ReadFloat(ref field, index);
        }
    }

    private void ReadFloat(ref ResourceInstances<double>? field, int index)
    {
        double value;
        if (IsNoCheck)
        {
            if (Applies(ref field, index) && Value.TryFloat(out value))
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
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void Boolean(ushort id, ref ResourceInstances<bool>? field, int index)
    {
        for (bool isReached = Reaches(id, field, index); isReached; isReached = GoesOn(id))
        {
            ReadBoolean(ref field, index);
        }
    }

    private void ReadBoolean(ref ResourceInstances<bool>? field, int index)
    {
        bool value;
        if (IsNoCheck)
        {
            if (Applies(ref field, index) && Value.TryBoolean(out value))
            {
                Assign(field, value);
            }
        }
        else if (Admit(field, index) && IsOfType(Value.TryBoolean(out value), index))
        {
            KeepInstance(index, IsNext(field, out bool known) && known == value);
        }
    }

    /// <summary>Reads the instances of a multiple String resource.</summary>
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void String(ushort id, ref ResourceInstances<string>? field, int index)
    {
        for (bool isReached = Reaches(id, field, index); isReached; isReached = GoesOn(id))
        {
            ReadString(ref field, index);
        }
    }

    private void ReadString(ref ResourceInstances<string>? field, int index)
    {
        if (IsNoCheck)
        {
            if (Applies(ref field, index) && Value.TryString(Present(field) ?? "", out string value))
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
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void Opaque(ushort id, ref ResourceInstances<ReadOnlyMemory<byte>>? field, int index)
    {
        for (bool isReached = Reaches(id, field, index); isReached; isReached = GoesOn(id))
        {
            ReadOpaque(ref field, index);
        }
    }

    private void ReadOpaque(ref ResourceInstances<ReadOnlyMemory<byte>>? field, int index)
    {
        ReadOnlySpan<byte> value;
        if (IsNoCheck)
        {
            if (Applies(ref field, index) && Value.TryOpaque(_scratch, out value))
            {
                ReadOnlyMemory<byte> current = Present(field);
                Assign(field, current.Span.SequenceEqual(value) ? current : value.ToArray());
            }
        }
        else if (Admit(field, index) && TryOpaque(index, out value))
        {
            KeepInstance(index, IsNext(field, out ReadOnlyMemory<byte> known) && known.Span.SequenceEqual(value));
        }
    }

    /// <summary>Reads the instances of a multiple Time resource.</summary>
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void Time(ushort id, ref ResourceInstances<DateTimeOffset>? field, int index)
    {
        for (bool isReached = Reaches(id, field, index); isReached; isReached = GoesOn(id))
        {
            ReadTime(ref field, index);
        }
    }

    private void ReadTime(ref ResourceInstances<DateTimeOffset>? field, int index)
    {
        long value;
        if (IsNoCheck)
        {
            if (Applies(ref field, index) && Value.TryTime(out value))
            {
                Assign(field, Lwm2mTime.ToDateTimeOffset(value));
            }
        }
        else if (Admit(field, index) && IsOfType(Value.TryTime(out value), index))
        {
            KeepInstance(index, IsNext(field, out DateTimeOffset known) && known.UtcTicks == value);
        }
    }

    /// <summary>Reads the instances of a multiple Objlnk resource.</summary>
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void ObjectLink(ushort id, ref ResourceInstances<ObjectLink>? field, int index)
    {
        for (bool isReached = Reaches(id, field, index); isReached; isReached = GoesOn(id))
        {
            ReadObjectLink(ref field, index);
        }
    }

    private void ReadObjectLink(ref ResourceInstances<ObjectLink>? field, int index)
    {
        ObjectLink value;
        if (IsNoCheck)
        {
            if (Applies(ref field, index) && Value.TryObjectLink(out value))
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
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void CoreLink(ushort id, ref ResourceInstances<CoreLink>? field, int index)
    {
        for (bool isReached = Reaches(id, field, index); isReached; isReached = GoesOn(id))
        {
            ReadCoreLink(ref field, index);
        }
    }

    private void ReadCoreLink(ref ResourceInstances<CoreLink>? field, int index)
    {
        if (IsNoCheck)
        {
            if (Applies(ref field, index) && Value.TryString(Present(field).Text, out string value))
            {
                Assign(field, new CoreLink(value));
            }
        }
        else if (Admit(field, index) && LinkToWhatIsThere(index))
        {
            KeepText(index, IsNext(field, out CoreLink known) ? known.Text : null);
        }
    }
}
