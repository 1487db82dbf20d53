using System.Buffers.Binary;
using Ipso.Buffers;

namespace Ipso.Coap;

/// <summary>
/// A Token of 0 to 8 bytes: matches a response to its request (RFC 7252, 5.3.1). The length counts: <c>01</c> and <c>0100</c> are two
/// tokens.
/// </summary>
public readonly struct CoapToken : IEquatable<CoapToken>
{
    /// <summary>The longest token in bytes (RFC 7252, 3).</summary>
    public const int MaxLength = 8;

    // The first byte in the lowest bits; those beyond the length are zero, so that two words compare all.
    private readonly ulong _bytes;
    private readonly byte _length;

    /// <summary>Copies a token.</summary>
    /// <param name="bytes">0 to 8 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more than 8 bytes.</exception>
    public CoapToken(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxLength, nameof(bytes));
        _bytes = SpanWindow.Read64(bytes, 0);
        _length = (byte)bytes.Length;
    }

    /// <summary>The length in bytes, 0 to 8.</summary>
    public int Length => _length;

    /// <summary>Writes the token.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int CopyTo(Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _bytes);
        bytes[.._length].CopyTo(destination);
        return _length;
    }

    /// <inheritdoc/>
    public bool Equals(CoapToken other) => _bytes == other._bytes && _length == other._length;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CoapToken other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_bytes, _length);

    /// <summary>The bytes in hexadecimal, lower case; nothing for the empty token.</summary>
    /// <returns>0 to 16 digits.</returns>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        return Convert.ToHexStringLower(bytes[..CopyTo(bytes)]);
    }

    /// <summary>Whether length and bytes are equal.</summary>
    /// <param name="left">One token.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if both are the same token.</returns>
    public static bool operator ==(CoapToken left, CoapToken right) => left.Equals(right);

    /// <summary>Whether length or bytes differ.</summary>
    /// <param name="left">One token.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they are two tokens.</returns>
    public static bool operator !=(CoapToken left, CoapToken right) => !left.Equals(right);
}
