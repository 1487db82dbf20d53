namespace Ipso.Coap;

/// <summary>Why bytes are no CoAP message: a message format error (RFC 7252, 3; RFC 8323, 5.6).</summary>
/// <remarks>
/// A code of a reserved class, an Empty NON, or an ACK that carries a request are well-formed: what to do with them is for the
/// message layer to decide (RFC 7252, 4.2 and 4.3).
/// </remarks>
public enum CoapParseError : byte
{
    /// <summary>There is a message.</summary>
    None,

    /// <summary>Shorter than the header: than 4 bytes in a datagram.</summary>
    TooShort,

    /// <summary>The version is not 1: to be ignored silently (RFC 7252, 3).</summary>
    UnknownVersion,

    /// <summary>
    /// The field for the token length is 9 to 15, which is reserved (RFC 7252, 3); but for 13 and 14 where extended tokens are taken
    /// (RFC 8974, 2.1).
    /// </summary>
    TokenLength,

    /// <summary>The bytes end inside the token or its length.</summary>
    TokenTruncated,

    /// <summary>The bytes end inside an option.</summary>
    OptionTruncated,

    /// <summary>A delta or length nibble is 15 without being the payload marker (RFC 7252, 3.1).</summary>
    OptionNibbleReserved,

    /// <summary>The deltas sum up to more than 65535.</summary>
    OptionNumberOverflow,

    /// <summary>The payload marker is the last byte (RFC 7252, 3).</summary>
    PayloadMarkerWithoutPayload,

    /// <summary>Code 0.00 with bytes after the Message ID (RFC 7252, 4.1).</summary>
    EmptyMessageWithContent,

    /// <summary>
    /// The length in the header is not that of the frame: of a stream's message, or of one in a WebSocket, where it has to be 0
    /// (RFC 8323, 4.2).
    /// </summary>
    FrameLength,

    /// <summary>
    /// The message of a stream is announced longer than the Max-Message-Size that its sender was told (RFC 8323, 5.3.1).
    /// </summary>
    MessageTooLarge,
}
