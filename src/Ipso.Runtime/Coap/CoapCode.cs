using Ipso.Buffers;

namespace Ipso.Coap;

/// <summary>
/// A CoAP Code: three bits of class and five of detail, written <c>c.dd</c> (RFC 7252, 3 and 12.1). Every byte is a value; the assigned
/// ones have names here.
/// </summary>
/// <param name="Value">The byte on the wire: <c>class &lt;&lt; 5 | detail</c>.</param>
public readonly record struct CoapCode(byte Value)
{
    /// <summary>Makes a code from its two parts.</summary>
    /// <param name="class">0 to 7: 0 request or empty, 2 success, 4 client error, 5 server error; 1, 3, 6 and 7 are reserved over
    /// UDP.</param>
    /// <param name="detail">0 to 31.</param>
    /// <exception cref="ArgumentOutOfRangeException">A part is out of its range.</exception>
    public CoapCode(int @class, int detail)
        : this((byte)(@class << 5 | detail))
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)@class, 7u, nameof(@class));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)detail, 31u, nameof(detail));
    }

    /// <summary>The class, 0 to 7.</summary>
    public int Class => Value >> 5;

    /// <summary>The detail, 0 to 31.</summary>
    public int Detail => Value & 0x1f;

    /// <summary>Whether this is 0.00, the code of an Empty message.</summary>
    public bool IsEmpty => Value == 0;

    /// <summary>Whether this is a Method Code, assigned or not: 0.01 to 0.31.</summary>
    public bool IsRequest => Value is > 0 and < 32;

    /// <summary>
    /// Whether this is a Response Code, assigned or not: class 2, 4 or 5. An unassigned one counts as the c.00 of its class (RFC 7252,
    /// 5.9).
    /// </summary>
    public bool IsResponse => Class is 2 or 4 or 5;

    /// <summary>Whether this is a response of class 2.</summary>
    public bool IsSuccess => Class == 2;

    /// <summary>Whether this is a Signaling Code, assigned or not: class 7, of reliable transports only (RFC 8323, 5.1).</summary>
    public bool IsSignal => Class == 7;

    /// <summary>0.00 Empty: the Empty message: neither request nor response (RFC 7252, 4.1).</summary>
    public static CoapCode Empty => new(0);

    /// <summary>0.01 GET (RFC 7252, 5.8.1).</summary>
    public static CoapCode Get => new(1);

    /// <summary>0.02 POST (RFC 7252, 5.8.2).</summary>
    public static CoapCode Post => new(2);

    /// <summary>0.03 PUT (RFC 7252, 5.8.3).</summary>
    public static CoapCode Put => new(3);

    /// <summary>0.04 DELETE (RFC 7252, 5.8.4).</summary>
    public static CoapCode Delete => new(4);

    /// <summary>0.05 FETCH (RFC 8132, 2).</summary>
    public static CoapCode Fetch => new(5);

    /// <summary>0.06 PATCH (RFC 8132, 3).</summary>
    public static CoapCode Patch => new(6);

    /// <summary>0.07 iPATCH (RFC 8132, 3).</summary>
    public static CoapCode IPatch => new(7);

    /// <summary>2.01 Created (RFC 7252, 5.9.1.1).</summary>
    public static CoapCode Created => new(65);

    /// <summary>2.02 Deleted (RFC 7252, 5.9.1.2).</summary>
    public static CoapCode Deleted => new(66);

    /// <summary>2.03 Valid (RFC 7252, 5.9.1.3).</summary>
    public static CoapCode Valid => new(67);

    /// <summary>2.04 Changed (RFC 7252, 5.9.1.4).</summary>
    public static CoapCode Changed => new(68);

    /// <summary>2.05 Content (RFC 7252, 5.9.1.5).</summary>
    public static CoapCode Content => new(69);

    /// <summary>2.31 Continue: a block was taken, more are expected (RFC 7959, 2.9.1).</summary>
    public static CoapCode Continue => new(95);

    /// <summary>4.00 Bad Request (RFC 7252, 5.9.2.1).</summary>
    public static CoapCode BadRequest => new(128);

    /// <summary>4.01 Unauthorized (RFC 7252, 5.9.2.2).</summary>
    public static CoapCode Unauthorized => new(129);

    /// <summary>4.02 Bad Option: a critical option was not understood (RFC 7252, 5.9.2.3).</summary>
    public static CoapCode BadOption => new(130);

    /// <summary>4.03 Forbidden (RFC 7252, 5.9.2.4).</summary>
    public static CoapCode Forbidden => new(131);

    /// <summary>4.04 Not Found (RFC 7252, 5.9.2.5).</summary>
    public static CoapCode NotFound => new(132);

    /// <summary>4.05 Method Not Allowed (RFC 7252, 5.9.2.6).</summary>
    public static CoapCode MethodNotAllowed => new(133);

    /// <summary>4.06 Not Acceptable (RFC 7252, 5.9.2.7).</summary>
    public static CoapCode NotAcceptable => new(134);

    /// <summary>4.08 Request Entity Incomplete: blocks are missing (RFC 7959, 2.9.2).</summary>
    public static CoapCode RequestEntityIncomplete => new(136);

    /// <summary>4.09 Conflict (RFC 8132, 3.4).</summary>
    public static CoapCode Conflict => new(137);

    /// <summary>4.12 Precondition Failed (RFC 7252, 5.9.2.8).</summary>
    public static CoapCode PreconditionFailed => new(140);

    /// <summary>4.13 Request Entity Too Large (RFC 7252, 5.9.2.9; RFC 7959, 2.9.3).</summary>
    public static CoapCode RequestEntityTooLarge => new(141);

    /// <summary>4.15 Unsupported Content-Format (RFC 7252, 5.9.2.10).</summary>
    public static CoapCode UnsupportedContentFormat => new(143);

    /// <summary>4.22 Unprocessable Entity (RFC 8132, 3.4).</summary>
    public static CoapCode UnprocessableEntity => new(150);

    /// <summary>4.29 Too Many Requests: Max-Age says when to come back (RFC 8516).</summary>
    public static CoapCode TooManyRequests => new(157);

    /// <summary>5.00 Internal Server Error (RFC 7252, 5.9.3.1).</summary>
    public static CoapCode InternalServerError => new(160);

    /// <summary>5.01 Not Implemented (RFC 7252, 5.9.3.2).</summary>
    public static CoapCode NotImplemented => new(161);

    /// <summary>5.02 Bad Gateway (RFC 7252, 5.9.3.3).</summary>
    public static CoapCode BadGateway => new(162);

    /// <summary>5.03 Service Unavailable: Max-Age says when to come back (RFC 7252, 5.9.3.4).</summary>
    public static CoapCode ServiceUnavailable => new(163);

    /// <summary>5.04 Gateway Timeout (RFC 7252, 5.9.3.5).</summary>
    public static CoapCode GatewayTimeout => new(164);

    /// <summary>5.05 Proxying Not Supported (RFC 7252, 5.9.3.6).</summary>
    public static CoapCode ProxyingNotSupported => new(165);

    /// <summary>5.08 Hop Limit Reached (RFC 8768, 4).</summary>
    public static CoapCode HopLimitReached => new(168);

    /// <summary>7.01 CSM: capabilities and settings, the first message of each direction (RFC 8323, 5.3).</summary>
    public static CoapCode Csm => new(225);

    /// <summary>7.02 Ping (RFC 8323, 5.4).</summary>
    public static CoapCode Ping => new(226);

    /// <summary>7.03 Pong: the answer to a Ping, with its token (RFC 8323, 5.4).</summary>
    public static CoapCode Pong => new(227);

    /// <summary>7.04 Release: the sender does not want to go on with the connection (RFC 8323, 5.5).</summary>
    public static CoapCode Release => new(228);

    /// <summary>7.05 Abort: the sender cannot go on with the connection (RFC 8323, 5.6).</summary>
    public static CoapCode Abort => new(229);

    /// <summary>The code as the specifications write it: <c>4.04 Not Found</c>, <c>GET</c>, or <c>2.08</c> if it has no name.</summary>
    /// <returns>The name of a method alone, the number and name of a response.</returns>
    public override string ToString() => Value switch
    {
        0 => "0.00 Empty",
        1 => "GET",
        2 => "POST",
        3 => "PUT",
        4 => "DELETE",
        5 => "FETCH",
        6 => "PATCH",
        7 => "iPATCH",
        65 => "2.01 Created",
        66 => "2.02 Deleted",
        67 => "2.03 Valid",
        68 => "2.04 Changed",
        69 => "2.05 Content",
        95 => "2.31 Continue",
        128 => "4.00 Bad Request",
        129 => "4.01 Unauthorized",
        130 => "4.02 Bad Option",
        131 => "4.03 Forbidden",
        132 => "4.04 Not Found",
        133 => "4.05 Method Not Allowed",
        134 => "4.06 Not Acceptable",
        136 => "4.08 Request Entity Incomplete",
        137 => "4.09 Conflict",
        140 => "4.12 Precondition Failed",
        141 => "4.13 Request Entity Too Large",
        143 => "4.15 Unsupported Content-Format",
        150 => "4.22 Unprocessable Entity",
        157 => "4.29 Too Many Requests",
        160 => "5.00 Internal Server Error",
        161 => "5.01 Not Implemented",
        162 => "5.02 Bad Gateway",
        163 => "5.03 Service Unavailable",
        164 => "5.04 Gateway Timeout",
        165 => "5.05 Proxying Not Supported",
        168 => "5.08 Hop Limit Reached",
        225 => "7.01 CSM",
        226 => "7.02 Ping",
        227 => "7.03 Pong",
        228 => "7.04 Release",
        229 => "7.05 Abort",
        _ => Phrase.Of($"{Class}.{Detail / 10}{Detail % 10}"),
    };
}
