using Ipso.Buffers;

namespace Ipso.Coap;

/// <summary>
/// The value of Block1, Block2, Q-Block1 and Q-Block2: which block, whether more follow, and how large blocks are (RFC 7959, 2.2;
/// RFC 9177, 4.2).
/// </summary>
public readonly record struct BlockOption
{
    /// <summary>The greatest block number: 2^20 - 1.</summary>
    public const int MaxNumber = (1 << 20) - 1;

    /// <summary>The longest value in bytes.</summary>
    public const int MaxLength = 3;

    /// <summary>The size exponent of the largest blocks over datagrams, 1024 bytes.</summary>
    public const int MaxExponent = BertExponent - 1;

    /// <summary>The size exponent of BERT, which is reserved over datagrams (RFC 8323, 6; RFC 7959, 2.2: 4.00 is the answer).</summary>
    public const int BertExponent = 7;

    private const uint MoreFlag = 8;

    private readonly uint _value;

    private BlockOption(uint value) => _value = value;

    /// <summary>Makes a value.</summary>
    /// <param name="number">NUM, 0 to <see cref="MaxNumber"/>.</param>
    /// <param name="more">M: whether more blocks follow.</param>
    /// <param name="sizeExponent">SZX, 0 to 7.</param>
    /// <exception cref="ArgumentOutOfRangeException">A part is out of its range.</exception>
    public BlockOption(int number, bool more, int sizeExponent)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)number, (uint)MaxNumber, nameof(number));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)sizeExponent, (uint)BertExponent, nameof(sizeExponent));
        _value = (uint)number << 4 | (more ? MoreFlag : 0) | (uint)sizeExponent;
    }

    /// <summary>NUM: the number of the block, 0 to <see cref="MaxNumber"/>.</summary>
    public int Number => (int)(_value >> 4);

    /// <summary>M: whether more blocks follow.</summary>
    public bool More => (_value & MoreFlag) != 0;

    /// <summary>SZX: 0 to 6 for 16 to 1024 bytes, or <see cref="BertExponent"/>.</summary>
    public int SizeExponent => (int)(_value & 7);

    /// <summary>Whether this is a BERT block: several blocks of 1024 bytes in one message (RFC 8323, 6).</summary>
    public bool IsBert => SizeExponent == BertExponent;

    /// <summary>The size of a block in bytes, 16 to 1024; of BERT the unit that <see cref="Number"/> counts, 1024.</summary>
    public int Size => GetSize(SizeExponent);

    /// <summary>Where in the body the block begins, in bytes: 0 to 2^30 - 1024.</summary>
    public int Offset => Number * Size;

    /// <summary>The value as a uint, for a writer.</summary>
    public uint Value => _value;

    /// <summary>Reads a value.</summary>
    /// <param name="bytes">The value of the option.</param>
    /// <param name="block">The block; NUM 0, M 0, SZX 0 if the result is false.</param>
    /// <returns>False if there are more than 3 bytes: the option is then one not understood (RFC 7252, 5.4.3).</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out BlockOption block)
    {
        uint value = 0;
        bool isRead = bytes.Length <= MaxLength && CoapUInt.TryRead(bytes, out value);
        block = new(value);
        return isRead;
    }

    /// <summary>The block of a value that was read as a number of at most 3 bytes.</summary>
    internal static BlockOption FromValue(uint value) => new(value & 0xFF_FFFF);

    /// <summary>A value of parts that are known to be in their ranges.</summary>
    internal static BlockOption Of(int number, bool more, int sizeExponent) =>
        new((uint)number << 4 | (more ? MoreFlag : 0) | (uint)sizeExponent);

    /// <summary>The block that begins at an offset.</summary>
    /// <param name="offset">The offset in the body, in bytes: a multiple of the size, not negative.</param>
    /// <param name="more">M.</param>
    /// <param name="sizeExponent">SZX, 0 to 7.</param>
    /// <param name="block">The block.</param>
    /// <returns>False if its number would be too great: blocks so small do not reach so far.</returns>
    internal static bool TryGetAt(long offset, bool more, int sizeExponent, out BlockOption block)
    {
        long number = offset / GetSize(sizeExponent);
        block = number <= MaxNumber ? Of((int)number, more, sizeExponent) : default;
        return number <= MaxNumber;
    }

    /// <summary>Whether a payload has a length that a block of this kind can have (RFC 7959, 2.2; RFC 8323, 6).</summary>
    /// <param name="length">The length of the payload in bytes.</param>
    /// <returns>
    /// With more to follow: exactly the size, or of BERT a multiple of it and not 0. Of a last one: at most the size, or of BERT any
    /// length.
    /// </returns>
    public bool AllowsPayload(int length) =>
        More ? length == Size || (IsBert && length > 0 && length % Size == 0) : IsBert || length <= Size;

    /// <summary>The block behind this one, with M 0, as it is asked for (RFC 7959, 2.4; RFC 8323, 6).</summary>
    /// <param name="payloadLength">The length of this block's payload in bytes; only that of a BERT block says more than the size.</param>
    /// <param name="block">The block.</param>
    /// <returns>False if its number would be too great.</returns>
    public bool TryGetNext(int payloadLength, out BlockOption block)
    {
        long number = Number + (IsBert ? Math.Max(payloadLength / Size, 1) : 1L);
        block = number <= MaxNumber ? new((int)number, false, SizeExponent) : default;
        return number <= MaxNumber;
    }

    /// <summary>The block that begins where this one does, in smaller blocks (RFC 7959, 2.2 and 2.5).</summary>
    /// <param name="sizeExponent">The size exponent wanted. One that is not smaller than this one's changes nothing.</param>
    /// <param name="block">The block, M as here.</param>
    /// <returns>False if its number would be too great.</returns>
    public bool TryShrink(int sizeExponent, out BlockOption block)
    {
        block = this;
        if ((uint)sizeExponent >= (uint)SizeExponent)
        {
            return true;
        }

        int number = Offset / GetSize(sizeExponent);
        if (number > MaxNumber)
        {
            return false;
        }

        block = new(number, More, sizeExponent);
        return true;
    }

    /// <summary>The size of blocks of an exponent.</summary>
    /// <param name="sizeExponent">0 to 7.</param>
    /// <returns>16 to 1024 bytes; 1024 for BERT too.</returns>
    public static int GetSize(int sizeExponent) => 16 << Math.Min(sizeExponent, MaxExponent);

    /// <summary>The greatest size exponent whose blocks are at most this large.</summary>
    /// <param name="size">A size in bytes, 16 or more.</param>
    /// <returns>0 to 6.</returns>
    public static int GetSizeExponent(int size) => Math.Clamp(int.Log2(Math.Max(size, 1)) - 4, 0, MaxExponent);

    /// <summary>The value as RFC 7959 writes it: NUM/M/size, such as <c>3/1/128</c>.</summary>
    /// <returns>Text for logs.</returns>
    public override string ToString() => IsBert ? Phrase.Of($"{Number}/{(More ? 1 : 0)}/BERT") : Phrase.Of($"{Number}/{(More ? 1 : 0)}/{Size}");
}
