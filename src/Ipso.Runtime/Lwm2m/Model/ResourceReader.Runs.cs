using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// The instances of a multiple resource come one after the other as a rule: a run of records.
internal ref partial struct ResourceReader
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

    /// <summary>Whether the payload's instances join the ones that are there; else they take their place.</summary>
    private readonly bool Merges => _mode == ReadMode.WriteUpdate || _path.ResourceInstanceId != Lwm2mPath.MaxId;

    /// <summary>Judges a record of a multiple resource by all but its value; false also where there is no value to read.</summary>
    private bool Admit(ResourceInstances? field) =>
        AdmitToRun(field is null ? 0 : field.Count) && !Current.HasNoInstances && HasRoom(field);

    private bool AdmitToRun(int present)
    {
        ref readonly PayloadRecord record = ref Current;
        bool isOfKind = record.InstanceId != Lwm2mPath.MaxId || record.IsOfAllInstances;
        if (!isOfKind || !_resource.Has(_demanded))
        {
            return Refuse(isOfKind);
        }

        if (_index != _run.Index)
        {
            NoteRepeated();
            if (IsIn(_seen, _index))
            {
                return NeedSorting();
            }

            BeginRun(present);
        }
        // Sorted ones have all that is equal side by side, and behind its instances what is said of a whole resource.
        else if (record.Path.Packed <= _run.Highest || record.IsOfAllInstances)
        {
            return _isSorted ? FailHere(PayloadFault.Duplicate) : NeedSorting();
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

    private void BeginRun(int present)
    {
        EndRun();
        _seen[_index >> 6] |= 1UL << _index;
        _run = new() { Index = _index, Present = present, IsKnown = _mode == ReadMode.Mirror && !Merges && !_isSorted };
    }

    private void EndRun()
    {
        bool isKnown = _run.IsKnown && _run.Count == _run.Present;
        if (_run.Index >= 0 && !isKnown)
        {
            _gathered[_run.Index >> 6] |= 1UL << _run.Index;
        }
    }

    private bool HasRoom(ResourceInstances? field)
    {
        ResourceInstances? kept = Merges ? field : null;
        if (kept is not null && kept.Contains(Current.InstanceId))
        {
            return true;
        }
        // A write to one instance is for one that is there; new ones come by writing to the resource.
        if (_path.ResourceInstanceId != Lwm2mPath.MaxId && IsBound)
        {
            return FailHere(PayloadFault.UnknownResource);
        }
        return ++_run.Count + (kept?.Count ?? 0) <= ResourceInstances.MaxByPeer
            || FailHere(PayloadFault.TooManyInstances);
    }
}
