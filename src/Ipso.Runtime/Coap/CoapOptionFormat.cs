namespace Ipso.Coap;

/// <summary>The formats of option values (RFC 7252, 3.2).</summary>
public enum CoapOptionFormat : byte
{
    /// <summary>No bytes: that the option is there says all.</summary>
    Empty,

    /// <summary>Any bytes.</summary>
    Opaque,

    /// <summary>A number, big-endian without leading zero bytes; see <see cref="CoapUInt"/>.</summary>
    UInt,

    /// <summary>A text in UTF-8.</summary>
    String,
}
