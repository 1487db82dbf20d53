using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ipso.Buffers;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// The records of a payload. They take 32 bytes each, and a record at least two bytes of the payload: what is held is in proportion to what
/// came.
/// </summary>
/// <param name="room">Where they are kept as long as there is room.</param>
internal ref struct RecordList(Span<PayloadRecord> room)
{
    private const int MinRented = 64;

    private Span<PayloadRecord> _room = room;
    private byte[]? _rented;
    private int _count;

    /// <summary>The records.</summary>
    internal readonly Span<PayloadRecord> All => _room[.._count];

    /// <summary>The room that there is; what is put there is kept when it is taken.</summary>
    internal readonly Span<PayloadRecord> Room => _room;

    /// <summary>A record more, whose content is what was there before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref PayloadRecord Add()
    {
        if (_count >= _room.Length)
        {
            Grow(_room.Length * 2);
        }

        return ref _room[_count++];
    }

    /// <summary>Begins anew.</summary>
    internal void Clear() => _count = 0;

    /// <summary>Makes room for as many records as there may be.</summary>
    /// <returns>The room, whose content is what was there before.</returns>
    internal Span<PayloadRecord> Reserve(int count)
    {
        if (count > _room.Length)
        {
            Grow(count);
        }

        return _room[..count];
    }

    /// <summary>Takes the first records of the room as they have been put there.</summary>
    internal void Take(int count) => _count = count;

    /// <summary>
    /// Puts them in ascending order of their paths, so that those of an Object Instance, a resource, a path that stands there twice are side
    /// by side wherever they stood.
    /// </summary>
    internal readonly void Sort()
    {
        Span<PayloadRecord> all = All;
        for (int i = 1; i < all.Length; i++)
        {
            if (all[i].Path.Packed < all[i - 1].Path.Packed)
            {
                Sorting.Sort<PayloadRecord, ByPath>(all);
                return;
            }
        }
    }

    private readonly struct ByPath : IOrder<PayloadRecord>
    {
        public static bool IsBefore(in PayloadRecord x, in PayloadRecord y) =>
            x.Path == y.Path ? x.End < y.End : x.Path.Packed < y.Path.Packed;
    }

    /// <summary>Which record of the payload ends at a position, the first being 1, in whatever order they are; 0 where there are none.</summary>
    internal readonly int CountTo(int end)
    {
        int record = _count == 0 ? 0 : 1;
        foreach (ref readonly PayloadRecord other in All)
        {
            record += other.End < end ? 1 : 0;
        }

        return record;
    }

    /// <summary>How many records from one on lie on a path.</summary>
    internal readonly int CountOn(Lwm2mPath path, int start)
    {
        int end = start;
        while (end < _count && path.Contains(_room[end].Path))
        {
            end++;
        }

        return end - start;
    }

    /// <summary>Gives back what was borrowed.</summary>
    internal void Dispose()
    {
        if (_rented is not null)
        {
            SpareBytes.Return(_rented);
            _rented = null;
        }
    }

    // Bytes are what everything else rents: one kind of spares is enough.
    private void Grow(int count)
    {
        count = Math.Max(MinRented, count);
        byte[] larger = SpareBytes.Rent(count * Unsafe.SizeOf<PayloadRecord>());
        Span<PayloadRecord> room = MemoryMarshal.Cast<byte, PayloadRecord>(larger.AsSpan());
        All.CopyTo(room);
        Dispose();
        _room = room;
        _rented = larger;
    }
}
