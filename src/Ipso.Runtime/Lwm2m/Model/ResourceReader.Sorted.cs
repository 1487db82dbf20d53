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
