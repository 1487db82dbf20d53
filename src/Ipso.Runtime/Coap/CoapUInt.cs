using System.Buffers.Binary;

namespace Ipso.Coap;

/// <summary>
/// Option values of the format <c>uint</c>: big-endian without leading zero bytes; zero is the empty value (RFC 7252, 3.2).
/// </summary>
public static class CoapUInt
{
    /// <summary>The longest value in bytes that this type reads.</summary>
    public const int MaxLength = 4;

    /// <summary>Reads a value. Leading zero bytes are accepted, as a recipient must (RFC 7252, 3.2).</summary>
    /// <param name="bytes">The value of an option.</param>
    /// <param name="value">The number; 0 if the result is false.</param>
    /// <returns>False if there are more than 4 bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out uint value)
    {
        value = 0;
        if (bytes.Length > MaxLength)
        {
            return false;
        }

        foreach (byte b in bytes)
        {
            value = value << 8 | b;
        }

        return true;
    }

    /// <summary>The length of a value in its shortest form.</summary>
    /// <param name="value">Any number.</param>
    /// <returns>0 to 4 bytes.</returns>
    public static int GetLength(uint value) => value switch
    {
        0 => 0,
        <= 0xff => 1,
        <= 0xffff => 2,
        <= 0xff_ffff => 3,
        _ => 4,
    };

    /// <summary>Writes a value in its shortest form.</summary>
    /// <param name="destination">At least 4 bytes.</param>
    /// <param name="value">Any number.</param>
    /// <returns>The number of bytes that count, from the start: 0 to 4.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is shorter than 4 bytes.</exception>
    public static int Write(Span<byte> destination, uint value)
    {
        int length = GetLength(value);
        BinaryPrimitives.WriteUInt32BigEndian(destination, length == 0 ? 0 : value << (8 * (MaxLength - length)));
        return length;
    }
}
