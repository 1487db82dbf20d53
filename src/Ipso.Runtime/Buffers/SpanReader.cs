namespace Ipso.Buffers;

/// <summary>
/// Reads big-endian values off a span. The first read past the end makes <see cref="Failed"/> stick: from then on every read gives zero or
/// nothing, so that a parser checks once, at its end. Nothing throws.
/// </summary>
internal ref struct SpanReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private int _position;

    /// <summary>Whether a read went past the end, or the parser said so.</summary>
    internal bool Failed { get; private set; }

    internal readonly int Position => _position;

    internal readonly int Remaining => _source.Length - _position;

    /// <summary>Whether nothing is left, or reading failed.</summary>
    internal readonly bool IsAtEnd => _position >= _source.Length;

    internal void Fail()
    {
        Failed = true;
        _position = _source.Length;
    }

    internal void MoveTo(int position)
    {
        if ((uint)position > (uint)_source.Length)
        {
            Fail();
        }
        else if (!Failed)
        {
            _position = position;
        }
    }

    internal byte ReadByte()
    {
        if ((uint)_position < (uint)_source.Length)
        {
            return _source[_position++];
        }

        Fail();
        return 0;
    }

    /// <summary>The next byte without taking it; -1 at the end.</summary>
    internal readonly int Peek() => (uint)_position < (uint)_source.Length ? _source[_position] : -1;

    /// <summary>What is left, without taking it.</summary>
    internal readonly ReadOnlySpan<byte> Rest => _source[_position..];

    /// <summary>An unsigned integer of some bytes, at most eight; of no use where there are not as many.</summary>
    internal ulong ReadUInt(int length)
    {
        ulong value = 0;
        for (; length > 0; length--)
        {
            value = value << 8 | ReadByte();
        }

        return value;
    }

    /// <summary>The next bytes; nothing where there are not as many.</summary>
    internal ReadOnlySpan<byte> Take(ulong count)
    {
        if (count <= (ulong)Remaining)
        {
            ReadOnlySpan<byte> bytes = _source.Slice(_position, (int)count);
            _position += (int)count;
            return bytes;
        }

        Fail();
        return default;
    }

    /// <summary>Takes these bytes where they come next.</summary>
    internal bool TryTake(ReadOnlySpan<byte> bytes)
    {
        if (!_source[_position..].StartsWith(bytes))
        {
            return false;
        }

        _position += bytes.Length;
        return true;
    }
}
