using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// The instances of a multiple resource come one after the other as a rule: a run of records.
public ref partial struct ResourceReader
{
    private struct InstanceRun
    {
        /// <summary>The resource's place in the definition; -1 where there is no run.</summary>
        internal int Index;

        /// <summary>How many instances of the payload so far will be there besides the ones that stay.</summary>
        internal int Count;

        /// <summary>How many instances there are.</summary>
        internal int Present;

        /// <summary>The highest path so far.</summary>
        internal ulong Highest;

        /// <summary>Whether all so far are the first ones that are there, with the same values.</summary>
        internal bool IsKnown;
    }

    /// <summary>Whether the record that was reached is of an instance of this resource, and the run is not one that can be passed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Reaches<T>(ushort id, ResourceInstances<T>? field, int index) => ReachesInstance(id) && !RepeatsAll(field, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool ReachesInstance(ushort id) => _reached >> 16 == id;

    private bool GoesOn(ushort id)
    {
        Advance();
        return ReachesInstance(id);
    }

    /// <summary>Passes all instances at once where they are those that are there, with their values; else none.</summary>
    private bool RepeatsAll<T>(ResourceInstances<T>? field, int index)
    {
        if (!IsComparable<T>() || !MayRepeat(index) || field is null)
        {
            return false;
        }

        field.View(out ReadOnlySpan<ushort> ids, out ReadOnlySpan<T> values);
        ReadOnlySpan<PayloadRecord> records = OfInstances(ids);
        for (int i = 0; i < records.Length; i++)
        {
            if (!Holds(in records[i], values[i]))
            {
                return false;
            }
        }

        return Pass(index, records.Length);
    }

    // The next records where they are of these instances of the resource that was reached, and the one behind them is not; else none.
    private readonly ReadOnlySpan<PayloadRecord> OfInstances(ReadOnlySpan<ushort> ids)
    {
        ReadOnlySpan<PayloadRecord> records = _records[Place..];
        if (records.Length < ids.Length || records.Length > ids.Length && records[ids.Length].Place >> 16 == _reached >> 16)
        {
            return default;
        }

        for (int i = 0; i < ids.Length; i++)
        {
            if (records[i].Place != (_reached & Nothing << 16 | ids[i]))
            {
                return default;
            }
        }

        return records[..ids.Length];
    }

    /// <summary>Passes the instances of a resource.</summary>
    /// <returns>Whether there are any.</returns>
    private bool Pass(int index, int instances)
    {
        if (instances == 0)
        {
            return false;
        }

        _repeatable ^= 1UL << index;
        _current = ref Unsafe.Add(ref _current, instances - 1);
        Advance();
        return true;
    }

    // Values of the other types are longer to look at.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsComparable<T>() =>
        !typeof(T).IsValueType || typeof(T) == typeof(long) || typeof(T) == typeof(ulong) || typeof(T) == typeof(double) || typeof(T) == typeof(bool);

    // To the JIT each type is a method of its own with one line in it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool Holds<T>(in PayloadRecord record, T value) =>
        typeof(T) == typeof(long) ? record.Holds((long)(object)value!)
        : typeof(T) == typeof(ulong) ? record.Holds((ulong)(object)value!)
        : typeof(T) == typeof(double) ? record.Holds((double)(object)value!)
        : typeof(T) == typeof(bool) ? record.Holds((bool)(object)value!)
        : value is string text && record.Holds(text, _payload);

    /// <summary>Whether the payload's instances join the ones that are there; else they take their place.</summary>
    private readonly bool Merges => _mode == ReadMode.WriteUpdate || _path.ResourceInstanceId != Lwm2mPath.MaxId;

    /// <summary>Judges a record of a multiple resource by all but its value; false also where there is no value to read.</summary>
    private bool Admit(ResourceInstances? field, int index) =>
        AdmitToRun(index, field is null ? 0 : field.Count) && !Current.HasNoInstances && HasRoom(field, index);

    private bool AdmitToRun(int index, int present)
    {
        ref readonly PayloadRecord record = ref Current;
        bool isOfKind = record.InstanceId != Lwm2mPath.MaxId || record.IsOfAllInstances;
        if (!isOfKind || !_definition.Has(index, _demanded))
        {
            return Refuse(index, isOfKind);
        }

        if (index != _run.Index)
        {
            NoteRepeated();
            if (IsIn(_seen, index))
            {
                return NeedSorting();
            }

            BeginRun(index, present);
        }
        // Sorted ones have all that is equal side by side, and behind its instances what is said of a whole resource.
        else if (record.Path.Packed <= _run.Highest || record.IsOfAllInstances)
        {
            return _isSorted ? Fail(PayloadFault.Duplicate, index) : NeedSorting();
        }

        _run.Highest = Math.Max(_run.Highest, record.Path.Packed);
        return true;
    }

    // The instances of a multiple resource come in ascending order as a rule, with nothing between them. Where they do not, all is sorted.
    private bool NeedSorting()
    {
        NeedsSorting = _fault == PayloadFault.None;
        return Fail(PayloadFault.Malformed);
    }

    private void BeginRun(int index, int present)
    {
        EndRun();
        _seen[index >> 6] |= 1UL << index;
        _run = new() { Index = index, Present = present, IsKnown = _mode == ReadMode.Mirror && !Merges && !_isSorted };
    }

    private void EndRun()
    {
        bool isKnown = _run.IsKnown && _run.Count == _run.Present;
        if (_run.Index >= 0 && !isKnown)
        {
            _gathered[_run.Index >> 6] |= 1UL << _run.Index;
        }
    }

    /// <summary>The instance that is there, where the record may be about to repeat it.</summary>
    private readonly bool IsNext<T>(ResourceInstances<T>? field, [MaybeNullWhen(false)] out T known)
    {
        known = default;
        return _run.IsKnown && field is not null && field.TryGetAt(_run.Count - 1, Current.InstanceId, out known);
    }

    private void KeepInstance(int index, bool isKnown)
    {
        _run.IsKnown &= isKnown;
        Keep(index, Merges ? RecordUse.Changes : RecordUse.JoinsRun);
    }

    private void KeepText(int index, string? known)
    {
        bool isText = IsOfType(Value.IsTextOf(known ?? "", out bool isKnown), index);
        isKnown &= known is not null;
        if (isText && (isKnown || IsTextInRange(index)))
        {
            KeepInstance(index, isKnown);
        }
    }

    private bool HasRoom(ResourceInstances? field, int index)
    {
        ResourceInstances? kept = Merges ? field : null;
        if (kept is not null && kept.Contains(Current.InstanceId))
        {
            return true;
        }
        // A write to one instance is for one that is there; new ones come by writing to the resource.
        if (_path.ResourceInstanceId != Lwm2mPath.MaxId && IsBound)
        {
            return Fail(PayloadFault.UnknownResource, index);
        }
        return ++_run.Count + (kept?.Count ?? 0) <= ResourceInstances.MaxByPeer
            || Fail(PayloadFault.TooManyInstances, index);
    }

    /// <summary>In the passes after the first: whether there is an instance to assign.</summary>
    private bool Applies<T>(ref ResourceInstances<T>? field, int index)
    {
        if (!IsAssigned)
        {
            SettleOrRemove(field, index);
            return false;
        }

        _target.InstancesIn(ref field, index);
        return true;
    }

    private readonly void Assign<T>(ResourceInstances<T>? field, T value)
    {
        ushort id = Current.InstanceId;
        if (Merges)
        {
            field!.Assign(id, value);
        }
        else
        {
            field!.Stage(id, value);
        }
    }

    private readonly T? Present<T>(ResourceInstances<T>? field) =>
        field is not null && field.TryGetValue(Current.InstanceId, out T? current) ? current : default;
}
