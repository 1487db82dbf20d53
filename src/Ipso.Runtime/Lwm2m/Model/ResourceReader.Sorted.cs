using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// Records that were read before, in ascending order of their paths: those of one Object Instance out of a payload for several.
public ref partial struct ResourceReader
{
    /// <summary>Reads records that were read before, in ascending order of their paths.</summary>
    /// <param name="target">What they are for.</param>
    /// <param name="path">Its path, or the one below it that all of them lie on.</param>
    /// <param name="records">The payload's reader.</param>
    /// <param name="slots">The records.</param>
    /// <param name="isPatch">Whether there may be removals among them.</param>
    /// <param name="mode">What they mean.</param>
    /// <param name="sets">Two sets of resources, all zero in the beginning; another reader of the same may apply what one has checked.</param>
    /// <param name="scratch">Room for a value, as long as the payload.</param>
    internal ResourceReader(
        ObjectInstance target, Lwm2mPath path, scoped in RecordReader records, Span<RecordSlot> slots, bool isPatch, ReadMode mode,
        Span<ulong> sets, Span<byte> scratch)
    {
        _target = target;
        _definition = target.Definition;
        _path = path;
        _mode = mode;
        _demanded = IsBound ? ResourceTraits.Writable : ResourceTraits.None;
        _isPatch = isPatch;
        _isSorted = true;
        _seen = sets[..(sets.Length / 2)];
        _gathered = sets[(sets.Length / 2)..];
        _scratch = scratch;
        _slots = slots;
        _count = slots.Length;
        _records = records;
        _faultyIndex = -1;
        _run.Index = -1;
    }

    // The instances of a multiple resource come in ascending order as a rule, with nothing between them. Where they do not, all is sorted.
    private bool NeedSorting()
    {
        _needsSorting = true;
        return _records.Fail(PayloadFault.Malformed);
    }

    /// <summary>Checks the payload from its start, its records in ascending order of their paths.</summary>
    private bool TryCheckSorted(out PayloadError error)
    {
        SortedRecords sorted = new(_records.Rewound(), _slots);
        bool isRead = sorted.TryRead(defaultInstance: null, nullRemoves: false);
        sorted.HandOver(ref _rentedSlots);
        _records = sorted.Reader;
        _slots = sorted.All;
        (_count, _replayed) = (_slots.Length, 0);
        (_isSorted, _needsSorting, _hasChanges, _isUnknown) = (true, false, false, false);
        (_pass, _faultyIndex, _removedIndex, _removed) = (Pass.Check, -1, 0, 0);
        _run = new() { Index = -1 };
        _seen.Clear();
        _gathered.Clear();
        if (!isRead)
        {
            error = Explain();
            return false;
        }

        if (TryCheck(out error))
        {
            return true;
        }

        int position = sorted.PositionOf(RecordPath, defaultInstance: null, isSecond: error.Fault == PayloadFault.Duplicate, out int record);
        error = error.Fault == PayloadFault.MissingMandatory ? error : error with { Position = position, Record = record };
        return false;
    }

    private bool NextSorted()
    {
        if (_replayed == _count || _records.Fault != PayloadFault.None)
        {
            return false;
        }

        _records.Restore(in _slots[_replayed++]);
        return true;
    }
}
