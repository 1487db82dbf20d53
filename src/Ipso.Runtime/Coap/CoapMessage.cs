using System.Buffers.Binary;

namespace Ipso.Coap;

/// <summary>
/// A CoAP message over UDP: a view into a datagram that has been checked once (RFC 7252, 3). A message that exists is well-formed, and no
/// accessor can fail.
/// </summary>
public readonly ref struct CoapMessage
{
    internal const int HeaderLength = 4;
    internal const byte PayloadMarker = 0xff;

    private readonly ReadOnlySpan<byte> _datagram;
    private readonly int _optionsEnd;

    private CoapMessage(ReadOnlySpan<byte> datagram, int optionsEnd)
    {
        _datagram = datagram;
        _optionsEnd = optionsEnd;
    }

    /// <summary>The message type.</summary>
    public CoapType Type => (CoapType)(_datagram[0] >> 4 & 3);

    /// <summary>The code: a method, a response code, 0.00, or one of a reserved class.</summary>
    public CoapCode Code => new(_datagram[1]);

    /// <summary>The Message ID.</summary>
    public ushort MessageId => BinaryPrimitives.ReadUInt16BigEndian(_datagram[2..]);

    /// <summary>The token, 0 to 8 bytes.</summary>
    public CoapToken Token => new(_datagram.Slice(HeaderLength, TokenLength));

    /// <summary>The options, ascending by number.</summary>
    public CoapOptions Options => new(_datagram[(HeaderLength + TokenLength).._optionsEnd]);

    /// <summary>The payload; empty if there is none, as the wire has no empty payload.</summary>
    public ReadOnlySpan<byte> Payload => _optionsEnd < _datagram.Length ? _datagram[(_optionsEnd + 1)..] : default;

    /// <summary>The datagram itself.</summary>
    public ReadOnlySpan<byte> Datagram => _datagram;

    private int TokenLength => _datagram[0] & 0xf;

    /// <summary>Checks a datagram. Total over any input: nothing throws, nothing is allocated.</summary>
    /// <param name="datagram">The whole datagram. The message is a view into it.</param>
    /// <param name="message">The message; not to be used if the result is false.</param>
    /// <param name="error"><see cref="CoapParseError.None"/>, or why there is no message.</param>
    /// <returns>Whether the datagram is a message.</returns>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out CoapMessage message, out CoapParseError error)
    {
        message = default;
        error = Check(datagram, out int optionsEnd);
        if (error != CoapParseError.None)
        {
            return false;
        }

        message = new CoapMessage(datagram, optionsEnd);
        return true;
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
        if (datagram.Length < HeaderLength || datagram[0] >> 6 != 1)
        {
            type = default;
            messageId = 0;
            return false;
        }

        type = (CoapType)(datagram[0] >> 4 & 3);
        messageId = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        return true;
    }

    private static CoapParseError Check(ReadOnlySpan<byte> datagram, out int optionsEnd)
    {
        optionsEnd = 0;
        if (datagram.Length < HeaderLength)
        {
            return CoapParseError.TooShort;
        }

        if (datagram[0] >> 6 != 1)
        {
            return CoapParseError.UnknownVersion;
        }

        int tokenLength = datagram[0] & 0xf;
        if (tokenLength > CoapToken.MaxLength)
        {
            return CoapParseError.TokenLength;
        }

        // RFC 7252, 4.1: an Empty message is the header alone; with token, options or payload it is a format error.
        if (datagram[1] == 0 && (tokenLength > 0 || datagram.Length > HeaderLength))
        {
            return CoapParseError.EmptyMessageWithContent;
        }

        int position = HeaderLength + tokenLength;
        return position > datagram.Length ? CoapParseError.TokenTruncated : CheckOptions(datagram, position, out optionsEnd);
    }

    private static CoapParseError CheckOptions(ReadOnlySpan<byte> datagram, int position, out int optionsEnd)
    {
        int number = 0;
        while (position < datagram.Length && datagram[position] != PayloadMarker)
        {
            CoapParseError error = OptionHeader.TryRead(datagram[position..], out int delta, out int length, out int consumed);
            if (error != CoapParseError.None)
            {
                optionsEnd = 0;
                return error;
            }

            number += delta;
            position += consumed;
            if (number > ushort.MaxValue)
            {
                optionsEnd = 0;
                return CoapParseError.OptionNumberOverflow;
            }

            if (length > datagram.Length - position)
            {
                optionsEnd = 0;
                return CoapParseError.OptionTruncated;
            }

            position += length;
        }

        optionsEnd = position;
        return position == datagram.Length - 1 ? CoapParseError.PayloadMarkerWithoutPayload : CoapParseError.None;
    }
}
