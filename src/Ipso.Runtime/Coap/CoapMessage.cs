using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ipso.Coap;

/// <summary>
/// A CoAP message: a view into the bytes of a datagram or of a frame that have been checked once (RFC 7252, 3; RFC 8323, 3.2 and 4.2).
/// A message that exists is well-formed, and no accessor can fail.
/// </summary>
public readonly ref struct CoapMessage
{
    internal const int HeaderLength = MessageHeader.DatagramLength;
    internal const byte PayloadMarker = 0xff;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _tokenEnd;
    private readonly int _optionsEnd;
    private readonly byte _codeOffset;
    private readonly byte _tokenStart;
    private readonly CoapFraming _framing;

    private CoapMessage(ReadOnlySpan<byte> bytes, CoapFraming framing, scoped in MessageHeader header, int optionsEnd)
    {
        _bytes = bytes;
        _framing = framing;
        _codeOffset = (byte)header.CodeOffset;
        _tokenStart = (byte)header.TokenStart;
        _tokenEnd = header.TokenStart + header.TokenLength;
        _optionsEnd = optionsEnd;
    }

    /// <summary>What the message came in.</summary>
    public CoapFraming Framing => _framing;

    /// <summary>The message type; NON where the framing has none, for nothing acknowledges the message there (RFC 8323, 3.2).</summary>
    public CoapType Type => _framing == CoapFraming.Datagram ? (CoapType)(_bytes[0] >> 4 & 3) : CoapType.NonConfirmable;

    /// <summary>The code: a method, a response code, 0.00, a signal, or one of a reserved class.</summary>
    public CoapCode Code => new(_bytes[_codeOffset]);

    /// <summary>The Message ID; 0 where the framing has none.</summary>
    public ushort MessageId => _framing == CoapFraming.Datagram ? BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]) : (ushort)0;

    /// <summary>The bytes of the token: 0 to 8, or up to <see cref="CoapToken.MaxExtendedLength"/> where such were asked for.</summary>
    public ReadOnlySpan<byte> TokenBytes => _bytes[_tokenStart.._tokenEnd];

    /// <summary>
    /// The token, 0 to 8 bytes. Of a longer one, which only a message has that was parsed with extended tokens, this is the empty token:
    /// who asks for those asks for <see cref="TokenBytes"/>.
    /// </summary>
    public CoapToken Token => _tokenEnd - _tokenStart <= CoapToken.MaxLength ? new(TokenBytes) : default;

    /// <summary>The options, ascending by number.</summary>
    public CoapOptions Options => new(_bytes[_tokenEnd.._optionsEnd]);

    /// <summary>The payload; empty if there is none, as the wire has no empty payload.</summary>
    public ReadOnlySpan<byte> Payload => _optionsEnd < _bytes.Length ? _bytes[(_optionsEnd + 1)..] : default;

    /// <summary>The bytes of the message, its header included: the datagram or the frame.</summary>
    public ReadOnlySpan<byte> Datagram => _bytes;

    /// <summary>Checks a datagram. Total over any input: nothing throws, nothing is allocated.</summary>
    /// <param name="datagram">The whole datagram. The message is a view into it.</param>
    /// <param name="message">The message; not to be used if the result is false.</param>
    /// <param name="error"><see cref="CoapParseError.None"/>, or why there is no message.</param>
    /// <returns>Whether the datagram is a message.</returns>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out CoapMessage message, out CoapParseError error) =>
        TryParse(datagram, CoapFraming.Datagram, extendedTokens: false, out message, out error);

    /// <summary>Checks a datagram or a frame. Total over any input: nothing throws, nothing is allocated.</summary>
    /// <param name="bytes">
    /// The whole datagram or frame; of a stream one message from its first byte to its last (<see cref="CoapStreamFramer"/>). The message
    /// is a view into it.
    /// </param>
    /// <param name="framing">What the bytes came in.</param>
    /// <param name="extendedTokens">
    /// Whether tokens of 13 and more bytes are taken (RFC 8974). If not, they are format errors, as to an endpoint that has never heard of
    /// them. How long a token may be is for the endpoint to say: with a response, for which it needs the message.
    /// </param>
    /// <param name="message">The message; not to be used if the result is false.</param>
    /// <param name="error"><see cref="CoapParseError.None"/>, or why there is no message.</param>
    /// <returns>Whether the bytes are a message.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, CoapFraming framing, bool extendedTokens, out CoapMessage message, out CoapParseError error)
    {
        if (framing == CoapFraming.Datagram)
        {
            return TryParseDatagram(bytes, extendedTokens, out message, out error);
        }

        error = MessageHeader.ReadStream(bytes, framing, extendedTokens, out MessageHeader header);
        return TryParse(bytes, framing, header, out message, ref error);
    }

    /// <summary>Checks a datagram; whoever has nothing else leaves what is for streams out of a native program.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool TryParseDatagram(
        ReadOnlySpan<byte> datagram, bool extendedTokens, out CoapMessage message, out CoapParseError error)
    {
        error = MessageHeader.ReadDatagram(datagram, extendedTokens, out MessageHeader header);
        return TryParse(datagram, CoapFraming.Datagram, header, out message, ref error);
    }

    internal static bool TryParse(
        ReadOnlySpan<byte> bytes, CoapFraming framing, scoped in MessageHeader header, out CoapMessage message,
        scoped ref CoapParseError error)
    {
        int optionsEnd = 0;
        if (error == CoapParseError.None)
        {
            error = Check(bytes, framing, header, out optionsEnd);
        }

        message = error == CoapParseError.None ? new CoapMessage(bytes, framing, header, optionsEnd) : default;
        return error == CoapParseError.None;
    }

    /// <summary>
    /// Reads type and Message ID of a datagram that is no message, so that a malformed CON can be rejected with a RST (RFC 7252, 4.2).
    /// </summary>
    /// <param name="datagram">The whole datagram.</param>
    /// <param name="type">The message type.</param>
    /// <param name="messageId">The Message ID.</param>
    /// <returns>False if the header is cut short or is of another version: such a datagram gets no answer.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> datagram, out CoapType type, out ushort messageId)
    {
        if (datagram.Length < MessageHeader.DatagramLength || datagram[0] >> 6 != 1)
        {
            type = default;
            messageId = 0;
            return false;
        }

        type = (CoapType)(datagram[0] >> 4 & 3);
        messageId = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        return true;
    }

    private static CoapParseError Check(ReadOnlySpan<byte> bytes, CoapFraming framing, in MessageHeader header, out int optionsEnd)
    {
        optionsEnd = 0;
        if (framing == CoapFraming.Datagram)
        {
            // RFC 7252, 4.1: an Empty message is the header alone; with token, options or payload it is a format error. Elsewhere it is
            // ignored whatever it holds (RFC 8323, 3.4).
            if (bytes[header.CodeOffset] == 0 && bytes.Length + header.TokenLength > MessageHeader.DatagramLength)
            {
                return CoapParseError.EmptyMessageWithContent;
            }
        }
        else if (header.BodyLength >= 0 && header.TotalLength != bytes.Length)
        {
            return CoapParseError.FrameLength;
        }

        int position = header.TokenStart + header.TokenLength;
        return position > bytes.Length ? CoapParseError.TokenTruncated : CheckOptions(bytes, position, out optionsEnd);
    }

    private static CoapParseError CheckOptions(ReadOnlySpan<byte> bytes, int position, out int optionsEnd)
    {
        optionsEnd = 0;
        int number = 0;
        while (position < bytes.Length)
        {
            int first = bytes[position];
            if (first == PayloadMarker)
            {
                break;
            }

            int delta = first >> 4;
            int length = first & 0xf;
            int headerLength = 1;
            if (delta >= NibbleLength.OneByte || length >= NibbleLength.OneByte)
            {
                CoapParseError error = OptionHeader.TryRead(bytes[position..], out delta, out length, out headerLength);
                if (error != CoapParseError.None)
                {
                    return error;
                }
            }

            number += delta;
            if (number > ushort.MaxValue)
            {
                return CoapParseError.OptionNumberOverflow;
            }

            position += headerLength + length;
            if (position > bytes.Length)
            {
                return CoapParseError.OptionTruncated;
            }
        }

        if (position == bytes.Length - 1)
        {
            return CoapParseError.PayloadMarkerWithoutPayload;
        }

        optionsEnd = position;
        return CoapParseError.None;
    }
}
