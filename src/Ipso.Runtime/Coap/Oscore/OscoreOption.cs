namespace Ipso.Coap.Oscore;

/// <summary>The value of the OSCORE option: what of the COSE object goes in the clear (RFC 8613, 6.1). A view into the message.</summary>
internal readonly ref struct OscoreOption
{
    /// <summary>The longest Partial IV in bytes.</summary>
    public const int MaxPartialIv = 5;

    private const int PartialIvBits = 0x07;
    private const int KidFlag = 0x08;
    private const int KidContextFlag = 0x10;
    private const int ReservedBits = 0xe0;

    /// <summary>The Partial IV, 0 to 5 bytes; empty for none, since 0 is a byte too.</summary>
    public ReadOnlySpan<byte> PartialIv { get; init; }

    /// <summary>Whether there is a kid, which may be empty.</summary>
    public bool HasKid { get; init; }

    /// <summary>The Sender ID of who has protected the message.</summary>
    public ReadOnlySpan<byte> Kid { get; init; }

    /// <summary>Whether there is a kid context, which may be empty.</summary>
    public bool HasKidContext { get; init; }

    /// <summary>The ID Context, 0 to 255 bytes.</summary>
    public ReadOnlySpan<byte> KidContext { get; init; }

    /// <summary>The Partial IV as a number; 0 for none.</summary>
    public ulong Sequence
    {
        get
        {
            ulong value = 0;
            foreach (byte b in PartialIv)
            {
                value = value << 8 | b;
            }

            return value;
        }
    }

    /// <summary>Reads a value. Total over any input.</summary>
    /// <returns>False for reserved flags and lengths, and where a part is cut short or has bytes behind it.</returns>
    public static bool TryRead(ReadOnlySpan<byte> value, out OscoreOption option)
    {
        option = default;
        if (value.IsEmpty)
        {
            return true;
        }

        int flags = value[0];
        int ivLength = flags & PartialIvBits;
        if (flags == 0 || (flags & ReservedBits) != 0 || ivLength > MaxPartialIv || value.Length < 1 + ivLength)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = value[(1 + ivLength)..];
        ReadOnlySpan<byte> context = default;
        if ((flags & KidContextFlag) != 0)
        {
            if (rest.IsEmpty || rest.Length < 1 + rest[0])
            {
                return false;
            }

            context = rest.Slice(1, rest[0]);
            rest = rest[(1 + rest[0])..];
        }

        bool hasKid = (flags & KidFlag) != 0;
        if (!hasKid && !rest.IsEmpty)
        {
            return false;
        }

        option = new OscoreOption
        {
            PartialIv = value.Slice(1, ivLength),
            HasKid = hasKid,
            Kid = rest,
            HasKidContext = (flags & KidContextFlag) != 0,
            KidContext = context,
        };
        return true;
    }

    /// <summary>Writes the value.</summary>
    /// <param name="destination">At least 8 bytes more than kid and kid context have.</param>
    /// <returns>Its length.</returns>
    public int Write(Span<byte> destination)
    {
        int flags = PartialIv.Length | (HasKid ? KidFlag : 0) | (HasKidContext ? KidContextFlag : 0);
        if (flags == 0)
        {
            return 0;
        }

        destination[0] = (byte)flags;
        PartialIv.CopyTo(destination[1..]);
        int length = 1 + PartialIv.Length;
        if (HasKidContext)
        {
            destination[length++] = (byte)KidContext.Length;
            KidContext.CopyTo(destination[length..]);
            length += KidContext.Length;
        }

        Kid.CopyTo(destination[length..]);
        return length + Kid.Length;
    }

    /// <summary>Writes a sequence number as a Partial IV: without leading zeros, 0 as one byte (RFC 8613, 5).</summary>
    /// <returns>Its length, 1 to 5.</returns>
    public static int WritePartialIv(Span<byte> destination, ulong sequence)
    {
        int length = 1;
        while (length < MaxPartialIv && sequence >> (8 * length) != 0)
        {
            length++;
        }

        WritePartialIv(destination[..length], sequence, length);
        return length;
    }

    /// <summary>Writes a sequence number as a Partial IV of a length.</summary>
    public static void WritePartialIv(Span<byte> destination, ulong sequence, int length)
    {
        for (int i = length - 1; i >= 0; i--)
        {
            destination[i] = (byte)sequence;
            sequence >>= 8;
        }
    }
}
