using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Ipso.Buffers;

namespace Ipso.Coap;

/// <summary>
/// Up to 8 bytes held in place, with their length: tokens, entity-tags, Request-Tags. Tables of them are without references.
/// </summary>
internal readonly struct Opaque8 : IEquatable<Opaque8>
{
    public const int MaxLength = 8;

    // The bytes in wire order, as they lie in memory; those beyond the length are zero, so that two words compare all.
    private readonly ulong _bytes;
    private readonly byte _length;

    /// <summary>Copies 0 to 8 bytes.</summary>
    public Opaque8(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(MemoryMarshal.AsBytes(new Span<ulong>(ref _bytes)));
        _length = (byte)bytes.Length;
    }

    public int Length => _length;

    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in _bytes))[.._length];

    public bool Equals(Opaque8 other) => _bytes == other._bytes && _length == other._length;

    public override bool Equals(object? obj) => obj is Opaque8 other && Equals(other);

    // Peers choose these too, and tables are searched for them.
    public override int GetHashCode() => TableHash.Of(_bytes) + _length;

    /// <summary>The bytes in hexadecimal, lower case.</summary>
    public override string ToString() => HexText.Of(Bytes);
}
