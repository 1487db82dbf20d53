using System.Text;
using Ipso.Coap;

namespace Ipso.Testing;

/// <summary>A CoAP message as a test writes it: what it says in any order, the options put into theirs when the bytes are made.</summary>
/// <remarks>Nothing is checked but what the wire cannot carry: a test may send what no endpoint would.</remarks>
public sealed class CoapDatagram
{
    private readonly CoapType _type;
    private readonly CoapCode _code;
    private readonly ushort _messageId;
    private readonly List<(CoapOptionNumber Number, byte[] Value)> _options = [];
    private byte[] _token = [];
    private byte[] _payload = [];

    private CoapDatagram(CoapType type, CoapCode code, ushort messageId) => (_type, _code, _messageId) = (type, code, messageId);

    /// <summary>A Confirmable message.</summary>
    /// <param name="code">Method or response code; 0.00 for a ping.</param>
    /// <param name="messageId">The Message ID.</param>
    /// <returns>The message.</returns>
    public static CoapDatagram Con(CoapCode code, ushort messageId) => new(CoapType.Confirmable, code, messageId);

    /// <summary>A Non-confirmable message.</summary>
    /// <param name="code">Method or response code.</param>
    /// <param name="messageId">The Message ID.</param>
    /// <returns>The message.</returns>
    public static CoapDatagram Non(CoapCode code, ushort messageId) => new(CoapType.NonConfirmable, code, messageId);

    /// <summary>An Acknowledgement that carries a response.</summary>
    /// <param name="code">The response code.</param>
    /// <param name="messageId">The Message ID of what is acknowledged.</param>
    /// <returns>The message.</returns>
    public static CoapDatagram Ack(CoapCode code, ushort messageId) => new(CoapType.Acknowledgement, code, messageId);

    /// <summary>An empty Acknowledgement.</summary>
    /// <param name="messageId">The Message ID of what is acknowledged.</param>
    /// <returns>The message.</returns>
    public static CoapDatagram Ack(ushort messageId) => new(CoapType.Acknowledgement, CoapCode.Empty, messageId);

    /// <summary>A Reset.</summary>
    /// <param name="messageId">The Message ID of what is rejected.</param>
    /// <returns>The message.</returns>
    public static CoapDatagram Rst(ushort messageId) => new(CoapType.Reset, CoapCode.Empty, messageId);

    /// <summary>A piggybacked response: an Acknowledgement with the Message ID and the token of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="code">The response code.</param>
    /// <returns>The message.</returns>
    /// <exception cref="ArgumentException">The request is no CoAP message.</exception>
    public static CoapDatagram AnswerTo(ReadOnlySpan<byte> request, CoapCode code) =>
        CoapMessage.TryParse(request, out CoapMessage message, out CoapParseError error)
            ? Ack(code, message.MessageId).Token(message.Token.ToString())
            : throw new ArgumentException($"The request is no message: {error}.", nameof(request));

    /// <summary>Sets the token.</summary>
    /// <param name="digits">0 to 16 hexadecimal digits, two to a byte.</param>
    /// <returns>This message.</returns>
    /// <exception cref="FormatException">Other characters, or half a byte.</exception>
    public CoapDatagram Token(string digits)
    {
        _token = Convert.FromHexString(digits);
        return this;
    }

    /// <summary>Adds Uri-Path options.</summary>
    /// <param name="path">Segments, each behind a slash: <c>/3303/0/5700</c>; <c>/</c> or nothing for none. Nothing is decoded.</param>
    /// <returns>This message.</returns>
    public CoapDatagram Path(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path is not ("" or "/"))
        {
            foreach (string segment in (path[0] == '/' ? path[1..] : path).Split('/'))
            {
                Option(CoapOptionNumber.UriPath, segment);
            }
        }

        return this;
    }

    /// <summary>Adds Uri-Query options.</summary>
    /// <param name="query">Arguments between ampersands: <c>ep=node&amp;lt=300</c>. Nothing is decoded.</param>
    /// <returns>This message.</returns>
    public CoapDatagram Query(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        foreach (string argument in query.Split('&'))
        {
            Option(CoapOptionNumber.UriQuery, argument);
        }

        return this;
    }

    /// <summary>Adds an Observe option.</summary>
    /// <param name="value">0 to register, 1 to deregister, or the number of a notification.</param>
    /// <returns>This message.</returns>
    public CoapDatagram Observe(uint value) => Option(CoapOptionNumber.Observe, value);

    /// <summary>Adds a Content-Format option.</summary>
    /// <param name="format">The format; null to add nothing.</param>
    /// <returns>This message.</returns>
    public CoapDatagram ContentFormat(ContentFormat? format) =>
        format is { } f ? Option(CoapOptionNumber.ContentFormat, (uint)f) : this;

    /// <summary>Adds an Accept option.</summary>
    /// <param name="format">The format; null to add nothing.</param>
    /// <returns>This message.</returns>
    public CoapDatagram Accept(ContentFormat? format) => format is { } f ? Option(CoapOptionNumber.Accept, (uint)f) : this;

    /// <summary>Adds an option of the format uint.</summary>
    /// <param name="number">The Option Number.</param>
    /// <param name="value">The value.</param>
    /// <returns>This message.</returns>
    public CoapDatagram Option(CoapOptionNumber number, uint value)
    {
        Span<byte> bytes = stackalloc byte[CoapUInt.MaxLength];
        return Option(number, bytes[..CoapUInt.Write(bytes, value)]);
    }

    /// <summary>Adds an option of the format string.</summary>
    /// <param name="number">The Option Number.</param>
    /// <param name="value">The value.</param>
    /// <returns>This message.</returns>
    public CoapDatagram Option(CoapOptionNumber number, string value) => Option(number, Encoding.UTF8.GetBytes(value));

    /// <summary>Adds an option.</summary>
    /// <param name="number">The Option Number.</param>
    /// <param name="value">The value.</param>
    /// <returns>This message.</returns>
    public CoapDatagram Option(CoapOptionNumber number, ReadOnlySpan<byte> value)
    {
        _options.Add((number, value.ToArray()));
        return this;
    }

    /// <summary>Sets the payload.</summary>
    /// <param name="text">A text, sent as UTF-8.</param>
    /// <returns>This message.</returns>
    public CoapDatagram Payload(string text) => Payload(Encoding.UTF8.GetBytes(text));

    /// <summary>Sets the payload.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>This message.</returns>
    public CoapDatagram Payload(ReadOnlySpan<byte> bytes)
    {
        _payload = bytes.ToArray();
        return this;
    }

    /// <summary>The bytes of the message.</summary>
    /// <returns>A datagram, options ascending, those of one number in the order in which they were added.</returns>
    /// <exception cref="InvalidOperationException">The message does not fit into a datagram.</exception>
    public byte[] ToArray()
    {
        byte[] buffer = new byte[VirtualNetwork.MaxDatagram];
        CoapMessageWriter writer = new(buffer, _type, _code, _messageId, new CoapToken(_token));
        foreach ((CoapOptionNumber number, byte[] value) in _options.OrderBy(static option => option.Number))
        {
            writer.Option(number, value);
        }

        writer.Payload(_payload);
        int length = writer.Finish();
        return length >= 0
            ? buffer[..length]
            : throw new InvalidOperationException($"The message is longer than {VirtualNetwork.MaxDatagram} bytes.");
    }

    /// <summary>The message in one line: see <see cref="CoapText.Describe"/>.</summary>
    /// <returns>For example <c>CON 0x0001 GET /a</c>.</returns>
    public override string ToString() => CoapText.Describe(ToArray());
}
