using System.Diagnostics.CodeAnalysis;

namespace Ipso.Coap;

/// <summary>
/// A Token of 0 to 8 bytes: matches a response to its request (RFC 7252, 5.3.1). The length counts: <c>01</c> and <c>0100</c> are two
/// tokens.
/// </summary>
/// <remarks>
/// It is held in place, and is what an endpoint makes for its own requests. The longer tokens of RFC 8974, which an endpoint takes from
/// its peers and gives back, are the bytes that they came in (<see cref="CoapMessage.TokenBytes"/>).
/// </remarks>
public readonly struct CoapToken : IEquatable<CoapToken>
{
    /// <summary>The longest token in bytes (RFC 7252, 3).</summary>
    public const int MaxLength = Opaque8.MaxLength;

    /// <summary>The longest extended token in bytes (RFC 8974, 2.1).</summary>
    public const int MaxExtendedLength = 65804;

    private readonly Opaque8 _value;

    /// <summary>Copies a token.</summary>
    /// <param name="bytes">0 to 8 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more than 8 bytes.</exception>
    public CoapToken(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxLength, nameof(bytes));
        _value = new(bytes);
    }

    /// <summary>The length in bytes, 0 to 8.</summary>
    public int Length => _value.Length;

    /// <summary>The bytes, a view into this very variable.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => _value.Bytes;

    /// <summary>Whether the wire has a form for a token of a length: 9 to 12 bytes have none (RFC 8974, 2.1).</summary>
    /// <param name="length">A length in bytes.</param>
    /// <returns>True from 0 to 8 and from 13 to <see cref="MaxExtendedLength"/>.</returns>
    public static bool IsLength(int length) => length is >= 0 and <= MaxLength or >= NibbleLength.OneByte and <= MaxExtendedLength;

    /// <summary>Writes the token.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int CopyTo(Span<byte> destination)
    {
        Bytes.CopyTo(destination);
        return Length;
    }

    /// <summary>Whether the token of a message, of whatever length, is this one.</summary>
    /// <param name="bytes">The bytes of a token.</param>
    /// <returns>True if length and bytes are equal.</returns>
    public bool Equals(ReadOnlySpan<byte> bytes) => Bytes.SequenceEqual(bytes);

    /// <inheritdoc/>
    public bool Equals(CoapToken other) => _value.Equals(other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CoapToken other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <summary>The bytes in hexadecimal, lower case; nothing for the empty token.</summary>
    /// <returns>0 to 16 digits.</returns>
    public override string ToString() => _value.ToString();

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
