namespace Ipso.Coap.Engine;

/// <summary>The value of a Block1 or Block2 option: which block of a body, and how large the blocks are (RFC 7959, 2.2).</summary>
/// <param name="Number">NUM: 0 to 1048575.</param>
/// <param name="More">M: whether more blocks follow.</param>
/// <param name="Exponent">SZX: 0 to 6 for blocks of 16 to 1024 bytes; 7 for BERT, several blocks of 1024 bytes in one message of a reliable
/// transport (RFC 8323, 6).</param>
internal readonly record struct BlockValue(uint Number, bool More, int Exponent)
{
    public const int Bert = 7;
    public const int MaxExponent = 6;
    public const uint MaxNumber = 0xf_ffff;

    /// <summary>The size of a block, of which a message with <see cref="Bert"/> has several.</summary>
    public int Size => SizeOf(Exponent);

    /// <summary>The offset of the first byte in the body.</summary>
    public long Offset => (long)Number * Size;

    /// <summary>The value as a number, to be written as a uint option.</summary>
    public uint Encoded => (Number << 4) | (More ? 8u : 0) | (uint)Exponent;

    public static BlockValue FromEncoded(uint value) => new(value >> 4, (value & 8) != 0, (int)(value & 7));

    /// <summary>The block that begins at an offset, which must be a multiple of the size.</summary>
    public static BlockValue At(long offset, bool more, int exponent) => new((uint)(offset / SizeOf(exponent)), more, exponent);

    public static int SizeOf(int exponent) => 16 << Math.Min(exponent, MaxExponent);

    /// <summary>The largest exponent whose blocks are not larger than a size of at least 16 bytes.</summary>
    public static int ExponentFor(int size) => Math.Clamp(int.Log2(Math.Max(size, 16)) - 4, 0, MaxExponent);

    /// <summary>NUM/M/size as the RFC writes it, for diagnostics.</summary>
    public override string ToString() => $"{Number}/{(More ? 1 : 0)}/{Size}";
}
