using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// Records that were gathered and sorted before: those of one Object Instance out of a payload for several.
public ref partial struct ResourceReader
{
    /// <summary>Reads records that were read before, in ascending order of their paths.</summary>
    /// <param name="target">What they are for.</param>
    /// <param name="path">Its path, or the one below it that all of them lie on.</param>
    /// <param name="records">The payload's reader.</param>
    /// <param name="slots">The records.</param>
    /// <param name="isPatch">Whether there may be removals among them.</param>
    /// <param name="mode">What they mean.</param>
    /// <param name="seen">Which resources they name, one bit each; none in the beginning.</param>
    /// <param name="scratch">Room for a value, as long as the payload.</param>
    internal ResourceReader(
        ObjectInstance target, Lwm2mPath path, scoped in RecordReader records, Span<RecordSlot> slots, bool isPatch, ReadMode mode,
        Span<ulong> seen, Span<byte> scratch)
    {
        _target = target;
        _definition = target.Definition;
        _path = path;
        _mode = mode;
        _isPatch = isPatch;
        _isSorted = true;
        _seen = seen;
        _scratch = scratch;
        _slots = slots;
        _records = records;
        _count = slots.Length;
        _faultyIndex = _countedIndex = -1;
    }
}
