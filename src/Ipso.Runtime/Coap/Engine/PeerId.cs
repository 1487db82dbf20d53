using System.Buffers.Binary;
using Ipso.Buffers;

namespace Ipso.Coap.Engine;

/// <summary>A peer: the bytes of a transport address, opaque to the engine, which only compares them. A value without heap.</summary>
public readonly struct PeerId : IEquatable<PeerId>
{
    /// <summary>The longest address in bytes: that of an IPv6 socket.</summary>
    public const int MaxLength = 28;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly uint _d;

    // The length of the address in the lowest byte. Above it the hash: a peer is hashed when it comes up, and looked up in many tables.
    private readonly uint _hashAndLength;

    /// <summary>Copies an address.</summary>
    /// <param name="address">0 to 28 bytes. Two peers are one if all bytes are equal.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more than 28 bytes.</exception>
    public PeerId(ReadOnlySpan<byte> address)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address.Length, MaxLength, nameof(address));
        Span<byte> bytes = stackalloc byte[32];
        bytes.Clear();
        address.CopyTo(bytes);
        _a = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]);
        _hashAndLength = HashAndLength(_a, bytes, address.Length);
    }

    /// <summary>Takes the first bytes as they lie in memory; the others are 0.</summary>
    internal PeerId(ulong head, int length)
    {
        _a = head;
        _hashAndLength = HashAndLength(head, default, length);
    }

    /// <summary>The first eight bytes as they lie in memory.</summary>
    internal ulong Head => _a;

    /// <summary>The length of the address in bytes, 0 to 28.</summary>
    public int Length => (byte)_hashAndLength;

    /// <summary>Writes the address.</summary>
    /// <param name="destination">At least 28 bytes, of which the first <see cref="Length"/> count; the others become 0.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than 28 bytes.</exception>
    public int CopyTo(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, MaxLength, nameof(destination));
        BinaryPrimitives.WriteUInt64LittleEndian(destination, _a);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[24..], _d);
        return Length;
    }

    /// <inheritdoc/>
    public bool Equals(PeerId other) =>
        ((_a ^ other._a) | (_b ^ other._b) | (_c ^ other._c) | (_d ^ other._d) | (_hashAndLength ^ other._hashAndLength)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PeerId other && Equals(other);

    /// <summary>24 bits under a key of the process, so that peers with equal hashes cannot be made up.</summary>
    /// <returns>0 to 2^24 - 1.</returns>
    public override int GetHashCode() => (int)(_hashAndLength >> 8);

    /// <summary>The bytes in hexadecimal, for logs.</summary>
    /// <returns>0 to 56 digits.</returns>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        return HexText.Of(bytes[..CopyTo(bytes)]);
    }

    /// <summary>The hash of a message of this peer. Messages that follow one another are neighbours, so that a table keeps them in few
    /// lines of the cache.</summary>
    internal int HashOf(ushort messageId) => GetHashCode() + messageId;

    // The peer without an address is the default value, whose hash is 0. Of most, the first word is all there is.
    private static uint HashAndLength(ulong head, ReadOnlySpan<byte> bytes, int length)
    {
        int hash = length == 0 ? 0 : length <= sizeof(ulong) ? TableHash.Of(head) : TableHash.Of(bytes);
        return ((uint)hash << 8) | (uint)length;
    }

    /// <summary>Whether two addresses are equal.</summary>
    /// <param name="left">One peer.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if both are the same peer.</returns>
    public static bool operator ==(in PeerId left, in PeerId right) => left.Equals(right);

    /// <summary>Whether two addresses differ.</summary>
    /// <param name="left">One peer.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they are two peers.</returns>
    public static bool operator !=(in PeerId left, in PeerId right) => !left.Equals(right);
}
