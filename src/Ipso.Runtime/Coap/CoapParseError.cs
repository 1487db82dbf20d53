namespace Ipso.Coap;

/// <summary>Why a datagram is no CoAP message: a message format error (RFC 7252, 3).</summary>
/// <remarks>
/// A code of a reserved class, an Empty NON, or an ACK that carries a request are well-formed: what to do with them is for the
/// message layer to decide (RFC 7252, 4.2 and 4.3).
/// </remarks>
public enum CoapParseError : byte
{
    /// <summary>The datagram is a message.</summary>
    None,

    /// <summary>Shorter than the header of 4 bytes.</summary>
    TooShort,

    /// <summary>The version is not 1: to be ignored silently (RFC 7252, 3).</summary>
    UnknownVersion,

    /// <summary>The token length is 9 to 15, which is reserved (RFC 7252, 3).</summary>
    TokenLength,

    /// <summary>The datagram ends inside the token.</summary>
    TokenTruncated,

    /// <summary>The datagram ends inside an option.</summary>
    OptionTruncated,

    /// <summary>A delta or length nibble is 15 without being the payload marker (RFC 7252, 3.1).</summary>
    OptionNibbleReserved,

    /// <summary>The deltas sum up to more than 65535.</summary>
    OptionNumberOverflow,

    /// <summary>The payload marker ends the datagram (RFC 7252, 3).</summary>
    PayloadMarkerWithoutPayload,

    /// <summary>Code 0.00 with bytes after the Message ID (RFC 7252, 4.1).</summary>
    EmptyMessageWithContent,
}
