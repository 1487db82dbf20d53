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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool IsInstanceNext(ulong key) =>
        _records.IsInstanceNext(key) || _reached == ResourceKey.Id(key);

    /// <summary>Reads the next record if it is of an instance of this resource, and the run is not one that can be passed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool ReachesInstance<T>(ulong key, ResourceInstances<T>? field, int index) =>
        IsInstanceNext(key) && !RepeatsAll(key, field, index) && TakeInstance(key);

    private bool GoesOn(ulong key)
    {
        Advance();
        return IsInstanceNext(key) && TakeInstance(key);
    }

    private bool TakeInstance(ulong key) => _records.IsExpecting && _records.TryTakeInstance(key) || TakeInGeneral();

    /// <summary>Passes all instances at once where they are those that are there, with their values; else none.</summary>
    private bool RepeatsAll<T>(ulong key, ResourceInstances<T>? field, int index)
    {
        ulong bit = 1UL << index;
        if ((uint)index >= 64 || (_repeatable & bit) == 0 || field is null || !_records.IsExpecting)
        {
            return false;
        }

        ExpectedPlace start = _records.Place;
        field.View(out ReadOnlySpan<ushort> ids, out ReadOnlySpan<T> values);
        for (int i = 0; i < ids.Length; i++)
        {
            if (!_records.IsInstanceNext(key) || !_records.TryTakeInstance(key)
                || ids[i] != _records.Path.ResourceInstanceId || !_records.HoldsAny(values[i]))
            {
                _records.ReturnTo(start);
                return false;
            }
        }

        if (ids.IsEmpty || _records.IsInstanceNext(key))
        {
            _records.ReturnTo(start);
            return false;
        }

        _repeatable ^= bit;
        Advance();
        return true;
    }

    /// <summary>Whether the payload's instances join the ones that are there; else they take their place.</summary>
    private readonly bool Merges => _mode == ReadMode.WriteUpdate || _path.Depth == 4;

    /// <summary>Judges a record of a multiple resource by all but its value; false also where there is no value to read.</summary>
    private bool Admit<T>(ResourceInstances<T>? field, int index) =>
        AdmitToRun(index, field is null ? 0 : field.Count) && !_records.HasNoInstances && HasRoom(field, index);

    private bool AdmitToRun(int index, int present)
    {
        Lwm2mPath path = _records.Path;
        bool isOfKind = path.ResourceInstanceId != Lwm2mPath.MaxId || _records.IsOfAllInstances;
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
        else if (path.Packed <= _run.Highest || _records.IsOfAllInstances)
        {
            return _isSorted ? Fail(PayloadFault.Duplicate, index) : NeedSorting();
        }

        _run.Highest = Math.Max(_run.Highest, path.Packed);
        return true;
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
        return _run.IsKnown && field is not null && field.TryGetAt(_run.Count - 1, _records.Path.ResourceInstanceId, out known);
    }

    private void KeepInstance(int index, bool isKnown)
    {
        _run.IsKnown &= isKnown;
        Keep(index, isOfRun: !Merges);
    }

    private void KeepText(int index, string? known)
    {
        bool isText = IsOfType(_records.IsTextOf(known ?? "", out bool isKnown), index);
        isKnown &= known is not null;
        if (isText && (isKnown || IsTextInRange(index)))
        {
            KeepInstance(index, isKnown);
        }
    }

    private bool HasRoom<T>(ResourceInstances<T>? field, int index)
    {
        ResourceInstances<T>? kept = Merges ? field : null;
        if (kept is not null && kept.Contains(_records.Path.ResourceInstanceId))
        {
            return true;
        }
        // A write to one instance is for one that is there; new ones come by writing to the resource.
        if (_path.Depth == 4 && IsBound)
        {
            return Fail(PayloadFault.UnknownResource, index);
        }
        return ++_run.Count + (kept?.Count ?? 0) <= ResourceInstances<T>.MaxInstancesByPeer
            || Fail(PayloadFault.TooManyInstances, index);
    }

    /// <summary>In the passes after the first: whether there is an instance to assign.</summary>
    private bool Applies<T>(ref ResourceInstances<T>? field, int index)
    {
        if (_pass != Pass.Apply)
        {
            SettleOrRemove(field, index);
            return false;
        }

        _target.InstancesIn(ref field, index);
        return true;
    }

    private readonly void Assign<T>(ResourceInstances<T>? field, T value)
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
