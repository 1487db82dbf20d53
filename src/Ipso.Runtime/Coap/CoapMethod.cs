namespace Ipso.Coap;

/// <summary>
/// The Method Codes as an enumeration, for <c>switch</c>. The values are those of <see cref="CoapCode"/> (RFC 7252, 12.1.1; RFC 8132).
/// </summary>
public enum CoapMethod : byte
{
    /// <summary>0.01 GET: safe, idempotent (RFC 7252, 5.8.1).</summary>
    Get = 1,

    /// <summary>0.02 POST: neither safe nor idempotent (RFC 7252, 5.8.2).</summary>
    Post = 2,

    /// <summary>0.03 PUT: idempotent (RFC 7252, 5.8.3).</summary>
    Put = 3,

    /// <summary>0.04 DELETE: idempotent (RFC 7252, 5.8.4).</summary>
    Delete = 4,

    /// <summary>0.05 FETCH: a GET with a body (RFC 8132, 2).</summary>
    Fetch = 5,

    /// <summary>0.06 PATCH: not idempotent (RFC 8132, 3).</summary>
    Patch = 6,

    /// <summary>0.07 iPATCH: idempotent PATCH (RFC 8132, 3).</summary>
    IPatch = 7,
}
