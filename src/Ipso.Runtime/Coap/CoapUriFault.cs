namespace Ipso.Coap;

/// <summary>Why a text is no URI of CoAP (RFC 7252, 6; RFC 3986).</summary>
public enum CoapUriFault : byte
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>It has no scheme, or none of CoAP's, or no <c>//</c> behind it.</summary>
    Scheme,

    /// <summary>There is no host, one of more than 255 bytes, or an address in brackets that is none of IPv6.</summary>
    Host,

    /// <summary>There is a user before the host: CoAP knows none.</summary>
    UserInfo,

    /// <summary>The port is no number from 1 to 65535.</summary>
    Port,

    /// <summary>There is a fragment: it is for the client alone and goes on no wire (RFC 7252, 6.4).</summary>
    Fragment,

    /// <summary>A character that would have to be escaped, a lone surrogate, or a percent sign without two hexadecimal digits.</summary>
    Character,

    /// <summary>A path segment or an argument of the query has more than 255 bytes (RFC 7252, 5.10.1).</summary>
    TooLong,

    /// <summary>The buffer is shorter than the text.</summary>
    BufferTooSmall,
}
