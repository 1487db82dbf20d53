using System.Runtime.CompilerServices;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// Multiple resources: a record for each instance, and as a rule one after the other.
public ref partial struct ResourceReader
{
    /// <summary>Reads the instances of a multiple Integer resource, if they are what comes next.</summary>
    /// <param name="id">The resource's id.</param>
    /// <param name="field">Where the instances live.</param>
    /// <param name="index">The resource's place in the definition.</param>
    public void Integer(ushort id, ref ResourceInstances<long>? field, int index) => Multiple(id, ref field, ResourceType.Integer, index);

    /// <summary>Reads the instances of a multiple Unsigned Integer resource.</summary>
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void Unsigned(ushort id, ref ResourceInstances<ulong>? field, int index) => Multiple(id, ref field, ResourceType.UnsignedInteger, index);

    /// <summary>Reads the instances of a multiple Integer resource whose values have names.</summary>
    /// <typeparam name="T">The enumeration, one of <see cref="long"/>.</typeparam>
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void Integer<T>(ushort id, ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum => Multiple(id, ref field, ResourceType.Integer, index);

    /// <summary>Reads the instances of a multiple Unsigned Integer resource whose values have names.</summary>
    /// <typeparam name="T">The enumeration, one of <see cref="ulong"/>.</typeparam>
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void Unsigned<T>(ushort id, ref ResourceInstances<T>? field, int index)
        where T : unmanaged, Enum => Multiple(id, ref field, ResourceType.UnsignedInteger, index);

    /// <summary>Reads the instances of a multiple Float resource.</summary>
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void Float(ushort id, ref ResourceInstances<double>? field, int index) => Multiple(id, ref field, ResourceType.Float, index);

    /// <summary>Reads the instances of a multiple Boolean resource.</summary>
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void Boolean(ushort id, ref ResourceInstances<bool>? field, int index) => Multiple(id, ref field, ResourceType.Boolean, index);

    /// <summary>Reads the instances of a multiple String resource.</summary>
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void String(ushort id, ref ResourceInstances<string>? field, int index) => Multiple(id, ref field, ResourceType.String, index);

    /// <summary>Reads the instances of a multiple Opaque resource.</summary>
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void Opaque(ushort id, ref ResourceInstances<ReadOnlyMemory<byte>>? field, int index) => Multiple(id, ref field, ResourceType.Opaque, index);

    /// <summary>Reads the instances of a multiple Time resource.</summary>
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void Time(ushort id, ref ResourceInstances<DateTimeOffset>? field, int index) => Multiple(id, ref field, ResourceType.Time, index);

    /// <summary>Reads the instances of a multiple Objlnk resource.</summary>
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void ObjectLink(ushort id, ref ResourceInstances<ObjectLink>? field, int index) => Multiple(id, ref field, ResourceType.ObjectLink, index);

    /// <summary>Reads the instances of a multiple Corelnk resource.</summary>
    /// <inheritdoc cref="Integer(ushort, ref ResourceInstances{long}?, int)"/>
    public void CoreLink(ushort id, ref ResourceInstances<CoreLink>? field, int index) => Multiple(id, ref field, ResourceType.CoreLink, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool ReachesInstance(ushort id) => _reached >> 16 == id;

    // All that needs the type of the values: to make what they live in.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Multiple<T>(ushort id, ref ResourceInstances<T>? field, ResourceType type, int index)
    {
        if (!ReachesInstance(id))
        {
            return;
        }

        ResourceInstances? instances = field;
        if (instances is null && IsAssigned)
        {
            instances = _target.InstancesIn(ref field, index);
        }

        Multiple(id, instances, type, index);
    }

    private void Multiple(ushort id, ResourceInstances? field, ResourceType type, int index)
    {
        _index = index;
        if (RepeatsAll(field, type))
        {
            return;
        }

        do
        {
            Instance(field, type);
            Advance();
        }
        // What is gathered in the end is of the whole resource.
        while (ReachesInstance(id) && (field is not null || !IsAssigned));
    }

    private readonly bool IsAssigned => _stage == Stage.Apply && !Current.IsRemoval;

    private void Instance(ResourceInstances? field, ResourceType type)
    {
        if (_stage == Stage.Check)
        {
            CheckInstance(field, type);
        }
        else if (_stage == Stage.Settle)
        {
            // Where the payload named the resource its instances are gathered now; where it did not there are none.
            field?.CommitStaged();
        }
        else if (Current.IsRemoval)
        {
            RemoveInstances(field);
        }
        else
        {
            Put(field!.Stage(Current.InstanceId), type);
            if (Merges)
            {
                field.MergeStaged();
            }
        }
    }

    private void CheckInstance(ResourceInstances? field, ResourceType type)
    {
        if (Current.IsRemoval)
        {
            CheckRemoval(field);
        }
        else if (Admit(field))
        {
            // One that the record may be about to repeat.
            ValueSlot slot = default;
            bool isKnown = _run.IsKnown && field is not null && field.TryGetSlot(_run.Count - 1, Current.InstanceId, out slot);
            if (TryJudge(slot, type, isKnown, out bool repeats))
            {
                _run.IsKnown &= repeats;
                Keep(Merges ? RecordUse.Changes : RecordUse.JoinsRun);
            }
        }
    }

    /// <summary>Passes all instances at once where they are those that are there, with their values; else none.</summary>
    private bool RepeatsAll(ResourceInstances? field, ResourceType type)
    {
        if (!MayRepeat(_index) || field is null)
        {
            return false;
        }

        ref byte value = ref field.View(out ReadOnlySpan<ushort> ids, out int length);
        ReadOnlySpan<PayloadRecord> records = OfInstances(ids);
        foreach (ref readonly PayloadRecord record in records)
        {
            if (!Holds(in record, ref value, type))
            {
                return false;
            }

            value = ref Unsafe.Add(ref value, length);
        }

        if (records.IsEmpty)
        {
            return false;
        }

        _current = ref Unsafe.Add(ref _current, records.Length - 1);
        Pass(_index);
        return true;
    }

    private readonly bool Holds(in PayloadRecord record, ref byte value, ResourceType type) => type switch
    {
        ResourceType.Integer => record.Holds(ValueSlot.At<long>(ref value)),
        ResourceType.UnsignedInteger => record.Holds(ValueSlot.At<ulong>(ref value)),
        ResourceType.Float => record.Holds(ValueSlot.At<double>(ref value)),
        ResourceType.Boolean => record.Holds(ValueSlot.At<bool>(ref value)),
        ResourceType.String => record.Holds(ValueSlot.At<string>(ref value), _payload),
        // The others are longer to look at.
        _ => false,
    };

    // The next records where they are of these instances of the resource that was reached, and the one behind them is not; else none.
    private readonly ReadOnlySpan<PayloadRecord> OfInstances(ReadOnlySpan<ushort> ids)
    {
        ReadOnlySpan<PayloadRecord> records = _records[Place..];
        uint resource = _current.Place & ~(uint)Lwm2mPath.MaxId;
        if (records.Length < ids.Length || records.Length > ids.Length && records[ids.Length].Place >> 16 == resource >> 16)
        {
            return default;
        }

        for (int i = 0; i < ids.Length; i++)
        {
            if (records[i].Place != (resource | ids[i]))
            {
                return default;
            }
        }

        return records[..ids.Length];
    }
}
