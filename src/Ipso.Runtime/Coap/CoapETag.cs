using System.Diagnostics.CodeAnalysis;

namespace Ipso.Coap;

/// <summary>An entity-tag of 1 to 8 bytes: names a representation of a resource (RFC 7252, 5.10.6). The default is none.</summary>
public readonly struct CoapETag : IEquatable<CoapETag>
{
    /// <summary>The longest entity-tag in bytes.</summary>
    public const int MaxLength = Opaque8.MaxLength;

    private readonly Opaque8 _value;

    private CoapETag(Opaque8 value) => _value = value;

    /// <summary>Copies an entity-tag.</summary>
    /// <param name="bytes">1 to 8 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more or fewer.</exception>
    public CoapETag(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bytes.Length, nameof(bytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxLength, nameof(bytes));
        _value = new(bytes);
    }

    /// <summary>Whether this is none.</summary>
    public bool IsEmpty => _value.Length == 0;

    /// <summary>The bytes, a view into this very variable.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => _value.Bytes;

    /// <summary>Reads the value of an ETag.</summary>
    /// <param name="bytes">The value of the option.</param>
    /// <param name="tag">The entity-tag; none if the result is false.</param>
    /// <returns>False if there is no byte, or more than 8: the option is then to be ignored (RFC 7252, 5.4.3).</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CoapETag tag)
    {
        bool isRead = bytes.Length is >= 1 and <= MaxLength;
        tag = isRead ? new(new Opaque8(bytes)) : default;
        return isRead;
    }

    /// <inheritdoc/>
    public bool Equals(CoapETag other) => _value.Equals(other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CoapETag other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <summary>The bytes in hexadecimal, lower case; nothing for none.</summary>
    /// <returns>0 to 16 digits.</returns>
    public override string ToString() => _value.ToString();

    /// <summary>Whether length and bytes are equal.</summary>
    /// <param name="left">One entity-tag.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if both are the same.</returns>
    public static bool operator ==(CoapETag left, CoapETag right) => left.Equals(right);

    /// <summary>Whether length or bytes differ.</summary>
    /// <param name="left">One entity-tag.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they are two.</returns>
    public static bool operator !=(CoapETag left, CoapETag right) => !left.Equals(right);
}
