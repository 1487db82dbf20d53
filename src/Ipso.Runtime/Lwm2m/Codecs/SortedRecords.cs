using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// All records of a payload in ascending order of their paths, so that those of an Object Instance, a resource, a path that stands there
/// twice are side by side wherever they stood. They take 32 bytes each, and a record at least two bytes of the payload.
/// </summary>
internal ref struct SortedRecords
{
    private readonly Lwm2mPath _request;
    private RecordReader _reader;
    private Span<RecordSlot> _slots;
    private byte[]? _rented;
    private int _count;

    /// <summary>Takes a payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="format">Its format, one that <see cref="RecordWriter.Supports"/>.</param>
    /// <param name="request">The root, or the Object that the payload is for.</param>
    /// <param name="slots">Where records are kept as long as there is room.</param>
    internal SortedRecords(ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request, Span<RecordSlot> slots)
    {
        _request = request;
        _reader = new(payload, format, request);
        _slots = slots;
    }

    /// <summary>Takes a payload, all of whose records say their Object Instance.</summary>
    /// <param name="reader">Its reader, at its start.</param>
    /// <param name="slots">Where records are kept as long as there is room.</param>
    internal SortedRecords(scoped in RecordReader reader, Span<RecordSlot> slots)
    {
        _request = Lwm2mPath.Root;
        _reader = reader;
        _slots = slots;
    }

    /// <summary>The reader, which is behind the last record.</summary>
    internal readonly RecordReader Reader => _reader;

    /// <summary>The records.</summary>
    internal readonly Span<RecordSlot> All => _slots[.._count];

    /// <summary>
    /// Reads and sorts the records. All are of a resource or a resource instance, but for an Object Instance with nothing in it, where the
    /// payload is an object's.
    /// </summary>
    /// <param name="defaultInstance">The Object Instance of records that do not say one; <see langword="null"/> where all have to.</param>
    /// <param name="nullRemoves">Whether a null is a removal in whatever format.</param>
    /// <returns>Whether nothing is wrong; where not, the reader says what.</returns>
    internal bool TryRead(ushort? defaultInstance, bool nullRemoves)
    {
        bool isSorted = true;
        ulong previous = 0;
        while (_reader.Next())
        {
            Lwm2mPath path = WithInstance(_reader.Path, defaultInstance);
            if (path.Depth < 3 && !(path.Depth == 2 && _reader.HasNoInstances))
            {
                return _reader.Fail(PayloadFault.OutsidePath);
            }

            if (nullRemoves)
            {
                _reader.TakeNullAsRemoval();
            }

            if (_count == _slots.Length)
            {
                Grow();
            }

            ref RecordSlot slot = ref _slots[_count++];
            _reader.Save(ref slot);
            slot.Path = path;
            isSorted &= previous <= path.Packed;
            previous = path.Packed;
        }

        if (!isSorted)
        {
            All.Sort(static (x, y) => x.Path.Packed.CompareTo(y.Path.Packed));
        }

        return _reader.Fault == PayloadFault.None;
    }

    /// <summary>Where in the payload a record ends, in bytes.</summary>
    /// <param name="path">The record's path.</param>
    /// <param name="defaultInstance">What the records were read with.</param>
    /// <param name="isSecond">Whether the second one of the path is meant.</param>
    /// <param name="record">Which one it is, the first being 1.</param>
    internal readonly int PositionOf(Lwm2mPath path, ushort? defaultInstance, bool isSecond, out int record)
    {
        RecordReader again = _reader.Rewound();
        record = 0;
        while (again.Next())
        {
            record++;
            if (WithInstance(again.Path, defaultInstance) != path)
            {
                continue;
            }

            if (!isSecond)
            {
                return again.Position;
            }

            isSecond = false;
        }

        return again.Position;
    }

    /// <summary>How many records from one on lie on a path.</summary>
    internal readonly int CountOn(Lwm2mPath path, int start)
    {
        int end = start;
        while (end < _count && path.Contains(_slots[end].Path))
        {
            end++;
        }

        return end - start;
    }

    /// <summary>Leaves what was borrowed to somebody else to give back, who gives back what they had.</summary>
    internal void HandOver(ref byte[]? rented)
    {
        if (_rented is null)
        {
            return;
        }

        RecordSlot.Return(rented);
        rented = _rented;
        _rented = null;
    }

    /// <summary>Gives back what was borrowed.</summary>
    internal void Dispose()
    {
        RecordSlot.Return(_rented);
        _rented = null;
    }

    private readonly Lwm2mPath WithInstance(Lwm2mPath path, ushort? instance) =>
        instance is { } id && path.InstanceId == Lwm2mPath.MaxId && _request.Depth == 1
            ? new(path.ObjectId, id, path.ResourceId, path.ResourceInstanceId)
            : path;

    private void Grow()
    {
        RecordSlot.Grow(ref _slots, ref _rented);
    }
}
