using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ipso.Coap;

/// <summary>
/// The header of a message up to its options: the one place that knows how the framings differ (RFC 7252, 3; RFC 8323, 3.2 and 4.2;
/// RFC 8974, 2.1).
/// </summary>
internal readonly struct MessageHeader
{
    /// <summary>The length of the part of a datagram's header that is always there.</summary>
    public const int DatagramLength = 4;

    // Length and code of a message without extended length.
    private const int ShortLength = 2;

    private readonly byte _codeOffset;
    private readonly byte _tokenStart;

    private MessageHeader(int codeOffset, int tokenStart, int tokenLength, long bodyLength)
    {
        _codeOffset = (byte)codeOffset;
        _tokenStart = (byte)tokenStart;
        TokenLength = tokenLength;
        BodyLength = bodyLength;
    }

    /// <summary>Where the code is.</summary>
    public int CodeOffset => _codeOffset;

    /// <summary>Where the token begins.</summary>
    public int TokenStart => _tokenStart;

    /// <summary>The length of the token, 0 to <see cref="CoapToken.MaxExtendedLength"/>.</summary>
    public int TokenLength { get; }

    /// <summary>The announced length of options and payload; -1 where what the header came in tells its length.</summary>
    public long BodyLength { get; }

    /// <summary>The announced length of the message; of a stream only.</summary>
    public long TotalLength => TokenStart + TokenLength + BodyLength;

    /// <summary>
    /// Reads the header of a datagram. Where it is cut short (<see cref="CoapParseError.TooShort"/>,
    /// <see cref="CoapParseError.TokenTruncated"/>), it says as much as is known: the length of the body, as soon as it is there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CoapParseError ReadDatagram(ReadOnlySpan<byte> source, bool extendedTokens, out MessageHeader header)
    {
        // What comes most: a token that is not extended.
        if (source.Length >= DatagramLength && source[0] >> 6 == 1 && (source[0] & 0xf) <= CoapToken.MaxLength)
        {
            header = new(1, DatagramLength, source[0] & 0xf, -1);
            return CoapParseError.None;
        }

        return ReadOtherDatagram(source, extendedTokens, out header);
    }

    /// <summary>The size of a header without extended length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int GetSize(CoapFraming framing, int tokenLength) =>
        (framing == CoapFraming.Datagram ? DatagramLength : ShortLength) + NibbleLength.ExtensionSize(tokenLength, CoapToken.MaxLength)
        + tokenLength;

    /// <summary>Writes a header; that of a stream is without length, which <see cref="Complete"/> adds.</summary>
    public static void Write(
        Span<byte> destination, CoapFraming framing, CoapType type, CoapCode code, ushort messageId, scoped ReadOnlySpan<byte> token)
    {
        if (framing == CoapFraming.Datagram)
        {
            WriteDatagram(destination, type, code, messageId, token);
            return;
        }

        destination[1] = code.Value;
        _ = WriteToken(destination, 0, ShortLength, token);
    }

    /// <summary>Writes the header of a datagram; returns its length.</summary>
    public static int WriteDatagram(
        Span<byte> destination, CoapType type, CoapCode code, ushort messageId, scoped ReadOnlySpan<byte> token)
    {
        destination[1] = code.Value;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], messageId);
        return WriteToken(destination, 1 << 6 | (int)type << 4, DatagramLength, token);
    }

    private static int WriteToken(Span<byte> destination, int first, int position, scoped ReadOnlySpan<byte> token)
    {
        int nibble = NibbleLength.Write(destination, token.Length, CoapToken.MaxLength, ref position);
        destination[0] = (byte)(first | nibble);
        token.CopyTo(destination[position..]);
        return position + token.Length;
    }

    /// <summary>The longest body that fits into a buffer behind a header of a size; below 0 where not even the header does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MaxBody(CoapFraming framing, int bufferLength, int headerSize) =>
        framing != CoapFraming.Stream ? bufferLength - headerSize : MaxStreamBody(bufferLength - headerSize);

    /// <summary>Puts the length of the body into the header of a stream's message, and what is behind it further back.</summary>
    /// <param name="buffer">The message, and behind it room for what <see cref="MaxBody"/> has allowed.</param>
    /// <param name="framing">The framing.</param>
    /// <param name="length">The length of the message so far.</param>
    /// <param name="bodyLength">The length of options and payload.</param>
    /// <returns>The length of the message.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Complete(Span<byte> buffer, CoapFraming framing, int length, int bodyLength) =>
        framing != CoapFraming.Stream ? length : CompleteStream(buffer, length, bodyLength);

    private static int MaxStreamBody(int available) =>
        available < NibbleLength.OneByte ? available
            : available <= NibbleLength.TwoBytesOffset ? Math.Max(NibbleLength.OneByte - 1, available - 1)
            : available <= NibbleLength.FourBytesOffset + 1 ? Math.Max(NibbleLength.TwoBytesOffset - 1, available - 2)
            : Math.Max(NibbleLength.FourBytesOffset - 1, available - 4);

    private static int CompleteStream(Span<byte> buffer, int length, int bodyLength)
    {
        int extension = NibbleLength.ExtensionSize(bodyLength, NibbleLength.OneByte - 1);
        if (extension > 0)
        {
            buffer[1..length].CopyTo(buffer[(1 + extension)..]);
        }

        int position = 1;
        buffer[0] |= (byte)(NibbleLength.Write(buffer, bodyLength, NibbleLength.OneByte - 1, ref position) << 4);
        return length + extension;
    }

    private static CoapParseError ReadOtherDatagram(ReadOnlySpan<byte> source, bool extendedTokens, out MessageHeader header)
    {
        header = default;
        if (source.Length < DatagramLength)
        {
            return CoapParseError.TooShort;
        }

        int first = source[0];
        return first >> 6 != 1
            ? CoapParseError.UnknownVersion
            : ReadToken(source, first & 0xf, 1, DatagramLength, -1, extendedTokens, out header);
    }

    /// <summary>The same of a message of a stream, or of a frame of WebSocket: see <see cref="ReadDatagram"/>.</summary>
    public static CoapParseError ReadStream(
        ReadOnlySpan<byte> source, CoapFraming framing, bool extendedTokens, out MessageHeader header)
    {
        header = default;
        if (source.IsEmpty)
        {
            return CoapParseError.TooShort;
        }

        int nibble = source[0] >> 4;
        int tokenNibble = source[0] & 0xf;
        if (IsReserved(tokenNibble, extendedTokens))
        {
            return CoapParseError.TokenLength;
        }

        if (framing == CoapFraming.WebSocket && nibble != 0)
        {
            return CoapParseError.FrameLength;
        }

        int position = 1;
        if (!NibbleLength.TryRead(source, nibble, ref position, out long bodyLength))
        {
            return CoapParseError.TooShort;
        }

        if (framing == CoapFraming.WebSocket)
        {
            bodyLength = -1;
        }

        // The code is not looked at here: all that counts is that there is room for it.
        CoapParseError error = ReadToken(source, tokenNibble, position, position + 1, bodyLength, extendedTokens, out header);
        return position == source.Length ? CoapParseError.TooShort : error;
    }

    private static CoapParseError ReadToken(
        ReadOnlySpan<byte> source, int nibble, int codeOffset, int position, long bodyLength, bool extendedTokens, out MessageHeader header)
    {
        header = new(codeOffset, position, nibble, bodyLength);
        if (nibble <= CoapToken.MaxLength)
        {
            return CoapParseError.None;
        }

        if (IsReserved(nibble, extendedTokens))
        {
            return CoapParseError.TokenLength;
        }

        if (!NibbleLength.TryRead(source, nibble, ref position, out long tokenLength))
        {
            return CoapParseError.TokenTruncated;
        }

        header = new(codeOffset, position, (int)tokenLength, bodyLength);
        return CoapParseError.None;
    }

    // RFC 8974, 2.1: 9 to 12 and 15 stay reserved; without it, 13 and 14 are too (RFC 7252, 3).
    private static bool IsReserved(int nibble, bool extendedTokens) =>
        nibble > CoapToken.MaxLength && (nibble is < NibbleLength.OneByte or > NibbleLength.TwoBytes || !extendedTokens);
}
