using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

/// <summary>Puts the head of a data item together that is cut by blocks.</summary>
internal struct CborHeadScanner
{
    private ulong _bytes;
    private int _count;
    private int _length;

    /// <summary>Takes bytes of a head.</summary>
    /// <returns>How many; the head is whole where <paramref name="isWhole"/> says so.</returns>
    internal int Feed(ReadOnlySpan<byte> rest, out bool isWhole)
    {
        int used = 0;
        if (_count == 0)
        {
            Initial = rest[0];
            int information = Initial & 0x1F;
            _length = information is >= 24 and <= 27 ? 1 + (1 << information - 24) : 1;
            _bytes = 0;
            _count = used = 1;
        }

        for (; _count < _length && used < rest.Length; used++, _count++)
        {
            _bytes = _bytes << 8 | rest[used];
        }

        isWhole = _count == _length;
        _count = isWhole ? 0 : _count;
        return used;
    }

    internal byte Initial { get; private set; }

    /// <summary>Whether a head has begun and is not whole.</summary>
    internal readonly bool IsCut => _count > 0;

    /// <summary>The head, where it is one (RFC 8949, 3).</summary>
    internal readonly bool TryGet(Span<byte> text, out int length, out CborHead head)
    {
        length = _length;
        text[0] = Initial;
        Span<byte> argument = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(argument, _bytes);
        argument[^(_length - 1)..].CopyTo(text[1..]);
        CborReader reader = new(text[..length]);
        head = reader.ReadHead();
        return !reader.Failed;
    }
}

/// <summary>What the head of an item has behind it.</summary>
internal enum CborNext : byte
{
    /// <summary>Another head.</summary>
    Head,

    /// <summary>The bytes of a string.</summary>
    Content,

    /// <summary>Nothing: the item that was begun is whole.</summary>
    End,

    Malformed,
}

/// <summary>Finds the end of a data item from its heads, with a small stack and without going back (RFC 8949, 3).</summary>
internal struct CborNesting
{
    // A record's map, and what is passed over in it: 8 levels, as CborReader has it.
    private const int MaxDepth = 12;

    private Frames _frames;
    private int _depth;
    private bool _isTagged;

    private struct Frame
    {
        internal ulong Left;
        internal CborMajor Major;
        internal bool IsIndefinite;
        internal bool IsChunked;
        internal bool IsAtValue;
    }

    [InlineArray(MaxDepth)]
    private struct Frames
    {
        private Frame _first;
    }

    /// <summary>How deep the next item is: 1 the item itself, 2 what is in it.</summary>
    internal readonly int Depth => _depth;

    /// <summary>Whether the next item is a key of the map that it is in.</summary>
    internal readonly bool IsAtKey => _frames[_depth - 1] is { Major: CborMajor.Map, IsAtValue: false } && !_isTagged;

    /// <summary>Whether the next item is a value of the map that it is in.</summary>
    internal readonly bool IsAtValue => _frames[_depth - 1] is { Major: CborMajor.Map, IsAtValue: true } && !_isTagged;

    /// <summary>Whether a string of indefinite length is open.</summary>
    internal readonly bool IsInString => _depth > 0 && _frames[_depth - 1].IsChunked;

    /// <summary>Begins an item.</summary>
    internal void Begin()
    {
        _depth = 1;
        _isTagged = false;
        _frames[0] = new() { Left = 1 };
    }

    /// <summary>Notes the next head.</summary>
    internal CborNext Note(CborHead head)
    {
        ref Frame frame = ref Top;
        if (head.IsBreak)
        {
            if (!frame.IsIndefinite || frame.IsAtValue || _isTagged)
            {
                return CborNext.Malformed;
            }

            _depth--;
            return EndItem();
        }

        if (frame.IsChunked)
        {
            return head.Major == frame.Major && !head.IsIndefinite ? ContentOf(head) : CborNext.Malformed;
        }

        _isTagged = head.Major == CborMajor.Tag;
        switch (head.Major)
        {
            case CborMajor.Tag:
                return CborNext.Head;
            case CborMajor.Bytes or CborMajor.Text when head.IsIndefinite:
                return Open(new() { Major = head.Major, IsIndefinite = true, IsChunked = true });
            case CborMajor.Bytes or CborMajor.Text:
                return ContentOf(head);
            case CborMajor.Array or CborMajor.Map when head.IsIndefinite:
                return Open(new() { Major = head.Major, IsIndefinite = true });
            case CborMajor.Array or CborMajor.Map:
                int itemsPerEntry = head.Major == CborMajor.Map ? 2 : 1;
                return head.Argument == 0 ? EndItem()
                    : head.Argument > int.MaxValue ? CborNext.Malformed
                    : Open(new() { Major = head.Major, Left = head.Argument * (ulong)itemsPerEntry });
            default:
                return EndItem();
        }
    }

    /// <summary>Notes that the bytes of a string are over.</summary>
    internal CborNext EndContent() => Top.IsChunked ? CborNext.Head : EndItem();

    private CborNext ContentOf(CborHead head) => head.Argument == 0 ? EndContent() : CborNext.Content;

    private CborNext Open(Frame frame)
    {
        if (_depth == MaxDepth)
        {
            return CborNext.Malformed;
        }

        _frames[_depth++] = frame;
        return CborNext.Head;
    }

    private CborNext EndItem()
    {
        while (_depth > 0)
        {
            ref Frame frame = ref Top;
            frame.IsAtValue = frame.Major == CborMajor.Map && !frame.IsAtValue;
            if (frame.IsIndefinite || --frame.Left > 0)
            {
                return CborNext.Head;
            }

            _depth--;
        }

        return CborNext.End;
    }

    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    private ref Frame Top => ref _frames[_depth - 1];
}
