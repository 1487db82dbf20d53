using System.Buffers.Binary;

namespace Ipso.Coap;

/// <summary>
/// The delta and length in front of an option value (RFC 7252, 3.1): two nibbles, each extended by 1 byte (13) or 2 bytes (14).
/// </summary>
internal static class OptionHeader
{
    public const int MaxLength = 5;

    private const int OneByte = 13;
    private const int TwoBytes = 14;
    private const int TwoBytesOffset = 269;

    /// <summary>Reads the header at the start of a span that is not empty and does not begin with the payload marker.</summary>
    public static CoapParseError TryRead(ReadOnlySpan<byte> source, out int delta, out int length, out int consumed)
    {
        consumed = 1;
        length = 0;
        CoapParseError error = Extend(source, source[0] >> 4, ref consumed, out delta);
        return error == CoapParseError.None ? Extend(source, source[0] & 0xf, ref consumed, out length) : error;
    }

    /// <summary>Reads the header of an option that <see cref="TryRead"/> has accepted before.</summary>
    public static void ReadTrusted(ReadOnlySpan<byte> source, out int delta, out int length, out int consumed)
    {
        int first = source[0];
        delta = first >> 4;
        length = first & 0xf;
        consumed = 1;
        if (delta >= OneByte || length >= OneByte)
        {
            consumed = 1;
            _ = Extend(source, delta, ref consumed, out delta);
            _ = Extend(source, length, ref consumed, out length);
        }
    }

    /// <summary>The size of the header in bytes, 1 to 5.</summary>
    public static int GetSize(int delta, int length) => 1 + ExtensionSize(delta) + ExtensionSize(length);

    /// <summary>Writes the header.</summary>
    public static int Write(Span<byte> destination, int delta, int length)
    {
        int position = 1;
        int high = WriteExtension(destination, delta, ref position);
        destination[0] = (byte)(high << 4 | WriteExtension(destination, length, ref position));
        return position;
    }

    private static CoapParseError Extend(ReadOnlySpan<byte> source, int nibble, ref int position, out int value)
    {
        value = nibble;
        switch (nibble)
        {
            case < OneByte:
                return CoapParseError.None;
            case OneByte:
                if (source.Length - position < 1)
                {
                    return CoapParseError.OptionTruncated;
                }

                value = OneByte + source[position++];
                return CoapParseError.None;
            case TwoBytes:
                if (source.Length - position < 2)
                {
                    return CoapParseError.OptionTruncated;
                }

                value = TwoBytesOffset + BinaryPrimitives.ReadUInt16BigEndian(source[position..]);
                position += 2;
                return CoapParseError.None;
            default:
                return CoapParseError.OptionNibbleReserved;
        }
    }

    private static int ExtensionSize(int value) => value < OneByte ? 0 : value < TwoBytesOffset ? 1 : 2;

    private static int WriteExtension(Span<byte> destination, int value, ref int position)
    {
        switch (ExtensionSize(value))
        {
            case 0:
                return value;
            case 1:
                destination[position++] = (byte)(value - OneByte);
                return OneByte;
            default:
                BinaryPrimitives.WriteUInt16BigEndian(destination[position..], (ushort)(value - TwoBytesOffset));
                position += 2;
                return TwoBytes;
        }
    }
}
