namespace Ipso.Coap;

/// <summary>
/// CoAP Option Numbers (RFC 7252, 12.2, and the IANA registry that it opened). A number without a name here is a valid value.
/// </summary>
/// <remarks>
/// The number itself says what an endpoint or proxy that does not know it has to do (RFC 7252, 5.4.6): C critical, U unsafe to forward,
/// N no part of the cache key; R marks those that may occur more than once.
/// <see cref="CoapOptionInfo"/> has these facts for programs.
/// <code>
/// No.  Flags  Name            Length  Specification
/// 1    C--R   If-Match        0-8     RFC 7252, 5.10.8.1
/// 3    CU--   Uri-Host        1-255   RFC 7252, 5.10.1
/// 4    ---R   ETag            1-8     RFC 7252, 5.10.6
/// 5    C---   If-None-Match   0       RFC 7252, 5.10.8.2
/// 6    -U--   Observe         0-3     RFC 7641, 2
/// 7    CU--   Uri-Port        0-2     RFC 7252, 5.10.1
/// 8    ---R   Location-Path   0-255   RFC 7252, 5.10.7
/// 9    C---   OSCORE          0-255   RFC 8613, 2
/// 11   CU-R   Uri-Path        0-255   RFC 7252, 5.10.1
/// 12   ----   Content-Format  0-2     RFC 7252, 5.10.3
/// 14   -U--   Max-Age         0-4     RFC 7252, 5.10.5
/// 15   CU-R   Uri-Query       0-255   RFC 7252, 5.10.1
/// 16   ----   Hop-Limit       1       RFC 8768, 3
/// 17   C---   Accept          0-2     RFC 7252, 5.10.4
/// 19   CU--   Q-Block1        0-3     RFC 9177, 4.1
/// 20   ---R   Location-Query  0-255   RFC 7252, 5.10.7
/// 23   CU--   Block2          0-3     RFC 7959, 2.1
/// 27   CU--   Block1          0-3     RFC 7959, 2.1
/// 28   --N-   Size2           0-4     RFC 7959, 4
/// 31   CU-R   Q-Block2        0-3     RFC 9177, 4.1
/// 35   CU--   Proxy-Uri       1-1034  RFC 7252, 5.10.2
/// 39   CU--   Proxy-Scheme    1-255   RFC 7252, 5.10.2
/// 60   --N-   Size1           0-4     RFC 7252, 5.10.9
/// 252  --N-   Echo            1-40    RFC 9175, 2.2
/// 258  -U--   No-Response     0-1     RFC 7967, 2
/// 292  ---R   Request-Tag     0-8     RFC 9175, 3.2
/// </code>
/// </remarks>
public enum CoapOptionNumber : ushort
{
    /// <summary>If-Match: 0 to 8 bytes, repeatable (RFC 7252, 5.10.8.1).</summary>
    IfMatch = 1,

    /// <summary>Uri-Host: 1 to 255 bytes of UTF-8 (RFC 7252, 5.10.1).</summary>
    UriHost = 3,

    /// <summary>ETag: 1 to 8 bytes, repeatable in a request (RFC 7252, 5.10.6).</summary>
    ETag = 4,

    /// <summary>If-None-Match: empty (RFC 7252, 5.10.8.2).</summary>
    IfNoneMatch = 5,

    /// <summary>Observe: uint of 0 to 3 bytes (RFC 7641, 2).</summary>
    Observe = 6,

    /// <summary>Uri-Port: uint of 0 to 2 bytes (RFC 7252, 5.10.1).</summary>
    UriPort = 7,

    /// <summary>Location-Path: 0 to 255 bytes of UTF-8, repeatable (RFC 7252, 5.10.7).</summary>
    LocationPath = 8,

    /// <summary>OSCORE: 0 to 255 bytes (RFC 8613, 2).</summary>
    Oscore = 9,

    /// <summary>Uri-Path: 0 to 255 bytes of UTF-8, repeatable (RFC 7252, 5.10.1).</summary>
    UriPath = 11,

    /// <summary>Content-Format: uint of 0 to 2 bytes (RFC 7252, 5.10.3).</summary>
    ContentFormat = 12,

    /// <summary>Max-Age: uint of 0 to 4 bytes, seconds (RFC 7252, 5.10.5).</summary>
    MaxAge = 14,

    /// <summary>Uri-Query: 0 to 255 bytes of UTF-8, repeatable (RFC 7252, 5.10.1).</summary>
    UriQuery = 15,

    /// <summary>Hop-Limit: uint of 1 byte (RFC 8768, 3).</summary>
    HopLimit = 16,

    /// <summary>Accept: uint of 0 to 2 bytes (RFC 7252, 5.10.4).</summary>
    Accept = 17,

    /// <summary>Q-Block1: uint of 0 to 3 bytes (RFC 9177, 4.1).</summary>
    QBlock1 = 19,

    /// <summary>Location-Query: 0 to 255 bytes of UTF-8, repeatable (RFC 7252, 5.10.7).</summary>
    LocationQuery = 20,

    /// <summary>Block2: uint of 0 to 3 bytes (RFC 7959, 2.1).</summary>
    Block2 = 23,

    /// <summary>Block1: uint of 0 to 3 bytes (RFC 7959, 2.1).</summary>
    Block1 = 27,

    /// <summary>Size2: uint of 0 to 4 bytes (RFC 7959, 4).</summary>
    Size2 = 28,

    /// <summary>Q-Block2: uint of 0 to 3 bytes, repeatable in a request (RFC 9177, 4.1).</summary>
    QBlock2 = 31,

    /// <summary>Proxy-Uri: 1 to 1034 bytes of UTF-8 (RFC 7252, 5.10.2).</summary>
    ProxyUri = 35,

    /// <summary>Proxy-Scheme: 1 to 255 bytes of UTF-8 (RFC 7252, 5.10.2).</summary>
    ProxyScheme = 39,

    /// <summary>Size1: uint of 0 to 4 bytes (RFC 7252, 5.10.9).</summary>
    Size1 = 60,

    /// <summary>Echo: 1 to 40 bytes (RFC 9175, 2.2).</summary>
    Echo = 252,

    /// <summary>No-Response: uint of 0 to 1 byte (RFC 7967, 2).</summary>
    NoResponse = 258,

    /// <summary>Request-Tag: 0 to 8 bytes, repeatable (RFC 9175, 3.2).</summary>
    RequestTag = 292,
}

/// <summary>What an Option Number says about itself (RFC 7252, 5.4.6).</summary>
public static class CoapOptionNumberExtensions
{
    extension(CoapOptionNumber number)
    {
        /// <summary>Whether an endpoint that does not understand the option must reject the message (RFC 7252, 5.4.1).</summary>
        public bool IsCritical => ((int)number & 1) != 0;

        /// <summary>Whether a proxy that does not understand the option must not forward the message (RFC 7252, 5.4.2).</summary>
        public bool IsUnsafe => ((int)number & 2) != 0;

        /// <summary>Whether the option, being safe to forward, is no part of the cache key (RFC 7252, 5.4.2).</summary>
        public bool IsNoCacheKey => ((int)number & 0x1e) == 0x1c;
    }
}
