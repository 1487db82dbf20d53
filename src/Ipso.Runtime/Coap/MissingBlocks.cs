using System.Buffers.Binary;

namespace Ipso.Coap;

/// <summary>
/// Reads the payload of a 4.08 that says which blocks of a request body are missing: application/missing-blocks+cbor-seq, a CBOR sequence
/// (RFC 8742) of unsigned integers in ascending order (RFC 9177, 5).
/// </summary>
/// <param name="payload">The payload.</param>
public ref struct MissingBlocksReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;
    private int _last = -1;

    /// <summary>
    /// Whether the payload has turned out to be none of this format: not an unsigned integer, beyond <see cref="BlockOption.MaxNumber"/>,
    /// not greater than the one before, or cut off. A client drops the whole response (RFC 9177, 5).
    /// </summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Reads the next number.</summary>
    /// <param name="number">The number of a missing block, 0 to <see cref="BlockOption.MaxNumber"/>; 0 if the result is false.</param>
    /// <returns>False at the end, and at a fault: see <see cref="IsMalformed"/>.</returns>
    public bool TryRead(out int number)
    {
        number = 0;
        if (_rest.IsEmpty || IsMalformed)
        {
            return false;
        }

        // RFC 8949, 3: major type 0 and the argument, in the initial byte or the 1, 2, 4 or 8 bytes behind it.
        int initial = _rest[0];
        int length = initial < 24 ? 0 : initial <= 27 ? 1 << (initial - 24) : int.MaxValue;
        if (length >= _rest.Length)
        {
            return Fail();
        }

        ulong value = length == 0 ? (ulong)initial : 0;
        foreach (byte b in _rest.Slice(1, length))
        {
            value = value << 8 | b;
        }

        if (value > BlockOption.MaxNumber || (int)value <= _last)
        {
            return Fail();
        }

        _rest = _rest[(1 + length)..];
        _last = number = (int)value;
        return true;
    }

    private bool Fail()
    {
        IsMalformed = true;
        return false;
    }
}

/// <summary>Writes what <see cref="MissingBlocksReader"/> reads, each number in its shortest form (RFC 8949, 4.2.1).</summary>
/// <param name="destination">The room.</param>
public ref struct MissingBlocksWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private int _last = -1;

    /// <summary>How many bytes have been written.</summary>
    public int Length { get; private set; }

    /// <summary>Writes a number.</summary>
    /// <param name="number">Greater than the one before, at most <see cref="BlockOption.MaxNumber"/>.</param>
    /// <returns>False, with nothing written, if there is no room: what has been written is a list too (RFC 9177, 5).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range or out of order.</exception>
    public bool TryWrite(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(number, _last);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, BlockOption.MaxNumber);
        Span<byte> room = _destination[Length..];
        int length = number < 24 ? 1 : number <= 0xff ? 2 : number <= 0xffff ? 3 : 5;
        if (length > room.Length)
        {
            return false;
        }

        switch (length)
        {
            case 1:
                room[0] = (byte)number;
                break;
            case 2:
                room[0] = 24;
                room[1] = (byte)number;
                break;
            case 3:
                room[0] = 25;
                BinaryPrimitives.WriteUInt16BigEndian(room[1..], (ushort)number);
                break;
            default:
                room[0] = 26;
                BinaryPrimitives.WriteUInt32BigEndian(room[1..], (uint)number);
                break;
        }

        Length += length;
        _last = number;
        return true;
    }
}
