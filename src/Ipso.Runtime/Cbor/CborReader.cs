using Ipso.Buffers;

namespace Ipso.Cbor;

/// <summary>The major types of RFC 8949, 3.1.</summary>
internal enum CborMajor : byte
{
    Unsigned = 0,
    Negative = 1,
    Bytes = 2,
    Text = 3,
    Array = 4,
    Map = 5,
    Tag = 6,
    Simple = 7,
}

/// <summary>The head of a CBOR data item: initial byte, with major type and additional information, and argument (RFC 8949, 3).</summary>
/// <remarks>Two words, so that it is returned in registers.</remarks>
internal readonly record struct CborHead(byte Initial, ulong Argument)
{
    internal CborMajor Major => (CborMajor)(Initial >> 5);

    internal byte AdditionalInformation => (byte)(Initial & 0x1F);

    internal bool IsIndefinite => AdditionalInformation == 31;

    /// <summary>The "break" that ends an item of indefinite length.</summary>
    internal bool IsBreak => Major == CborMajor.Simple && AdditionalInformation == 31;

    internal bool IsNull => Major == CborMajor.Simple && Argument == 22 && AdditionalInformation < 24;

    internal bool IsBoolean => Major == CborMajor.Simple && Argument is 20 or 21 && AdditionalInformation < 24;

    internal bool IsFloat => Major == CborMajor.Simple && AdditionalInformation is 25 or 26 or 27;

    internal double Float => AdditionalInformation switch
    {
        25 => HalfToDouble((ushort)Argument),
        26 => BitConverter.UInt32BitsToSingle((uint)Argument),
        _ => BitConverter.UInt64BitsToDouble(Argument),
    };

    /// <summary>Whether an initial byte is that of an integer, positive or negative.</summary>
    internal static bool IsInteger(byte initial) => initial < 0x40;

    /// <summary>The number of binary16 bits; exactly, as every half is a single.</summary>
    internal static double HalfToDouble(ushort bits) =>
        IsFiniteHalf(bits) ? FiniteHalfToDouble(bits)
        : (bits & 0x3FF) != 0 ? double.NaN
        : (bits & 0x8000) == 0 ? double.PositiveInfinity
        : double.NegativeInfinity;

    /// <summary>Whether binary16 bits are of a number, and no infinity or NaN.</summary>
    internal static bool IsFiniteHalf(ushort bits) => (bits & 0x7C00) != 0x7C00;

    /// <summary>The number of binary16 bits that <see cref="IsFiniteHalf"/>.</summary>
    internal static double FiniteHalfToDouble(ushort bits)
    {
        // Exponent and fraction move to a single's place, and the multiplication makes up for the other bias, for subnormals too.
        const float BiasDifference = 5.192296858534828E+33f; // 2^112
        float magnitude = BitConverter.UInt32BitsToSingle((bits & 0x7FFFu) << 13) * BiasDifference;
        return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }
}

/// <summary>
/// Reads CBOR data items off a span, as much of RFC 8949 as SenML and LwM2M need. Failures stick and nothing throws; nesting is limited.
/// </summary>
internal ref struct CborReader(ReadOnlySpan<byte> source)
{
    /// <summary>How deep a skipped item may nest.</summary>
    private const int MaxDepth = 8;

    private SpanReader _reader = new(source);

    internal readonly bool Failed => _reader.Failed;

    internal readonly bool IsAtEnd => _reader.IsAtEnd;

    internal readonly int Position => _reader.Position;

    internal void Fail() => _reader.Fail();

    internal void MoveTo(int position) => _reader.MoveTo(position);

    /// <summary>The head of the next item; on malformed input the reader fails and the head is one of no use.</summary>
    internal CborHead ReadHead()
    {
        byte initial = _reader.ReadByte();
        byte information = (byte)(initial & 0x1F);
        return information < 24 ? new(initial, information) : ReadLongHead(initial, information);
    }

    private CborHead ReadLongHead(byte initial, byte information)
    {
        CborMajor major = (CborMajor)(initial >> 5);

        ulong argument = information <= 27 ? _reader.ReadUInt(1 << information - 24) : 0;

        // 28 to 30 are reserved; integers and tags have no indefinite length; a simple value below 32 is never in two bytes
        // (RFC 8949, 3.3).
        bool malformed = information is >= 28 and <= 30
            || information == 31 && major is CborMajor.Unsigned or CborMajor.Negative or CborMajor.Tag
            || major == CborMajor.Simple && information == 24 && argument < 32;
        if (malformed)
        {
            _reader.Fail();
        }

        return _reader.Failed ? default : new(initial, argument);
    }

    /// <summary>Takes these bytes where they come next.</summary>
    internal bool TryTake(ReadOnlySpan<byte> bytes) => _reader.TryTake(bytes);

    /// <summary>Whether the next item is the "break"; takes it if so.</summary>
    internal bool TryReadBreak()
    {
        if (_reader.Peek() != 0xFF)
        {
            return false;
        }

        _reader.ReadByte();
        return true;
    }

    /// <summary>The content of a string of definite length whose head was read.</summary>
    internal ReadOnlySpan<byte> ReadString(CborHead head) => _reader.Take(head.Argument);

    /// <summary>
    /// The content of a string whose head was read. One of indefinite length stays in its chunks: as a rule there is one, and nothing to
    /// join. Several are given back as they are, heads included.
    /// </summary>
    /// <param name="head">The head.</param>
    /// <param name="areChunks">Whether there are several, which <see cref="CborChunks"/> joins.</param>
    internal ReadOnlySpan<byte> ReadString(CborHead head, out bool areChunks)
    {
        areChunks = false;
        if (!head.IsIndefinite)
        {
            return ReadString(head);
        }

        ReadOnlySpan<byte> rest = _reader.Rest;
        int start = Position;
        int chunks = 0;
        ReadOnlySpan<byte> content = default;
        while (!TryReadBreak())
        {
            CborHead chunk = ReadHead();
            if (chunk.Major != head.Major || chunk.IsIndefinite)
            {
                Fail();
            }

            if (Failed)
            {
                return default;
            }

            content = ReadString(chunk);
            chunks++;
        }

        areChunks = chunks > 1;
        return areChunks ? rest[..(Position - start - 1)] : content;
    }

    /// <summary>Goes past one whole item.</summary>
    internal void Skip() => SkipContent(ReadHead(), 0);

    /// <summary>Goes past the content of an item whose head was read.</summary>
    internal void SkipContent(CborHead head) => SkipContent(head, 0);

    private void SkipContent(CborHead head, int depth)
    {
        if (depth > MaxDepth || head.IsBreak)
        {
            _reader.Fail();
            return;
        }

        switch (head.Major)
        {
            case CborMajor.Bytes or CborMajor.Text:
                ReadString(head, out _);
                break;
            case CborMajor.Array or CborMajor.Map:
                SkipItems(head, depth);
                break;
            case CborMajor.Tag:
                SkipContent(ReadHead(), depth + 1);
                break;
            default:
                break;
        }
    }

    private void SkipItems(CborHead head, int depth)
    {
        int itemsPerEntry = head.Major == CborMajor.Map ? 2 : 1;
        // An item takes a byte at least: a larger count cannot be met, and must not keep us busy.
        if (!head.IsIndefinite && head.Argument > (ulong)_reader.Remaining)
        {
            _reader.Fail();
            return;
        }

        for (ulong entry = 0; !Failed && (head.IsIndefinite ? !TryReadBreak() : entry < head.Argument); entry++)
        {
            for (int item = 0; item < itemsPerEntry; item++)
            {
                SkipContent(ReadHead(), depth + 1);
            }
        }
    }
}
