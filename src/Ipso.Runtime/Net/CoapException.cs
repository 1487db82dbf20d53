namespace Ipso.Net;

/// <summary>Why a request got no response.</summary>
public enum CoapFailure
{
    /// <summary>The server did not answer in time.</summary>
    Timeout,

    /// <summary>The server rejected the request with a RST (RFC 7252, 4.2).</summary>
    Reset,

    /// <summary>The response carried a critical option that is not understood (RFC 7252, 5.4.1).</summary>
    Rejected,

    /// <summary>A body in blocks did not come through, to the server or back (RFC 7959).</summary>
    Transfer,

    /// <summary>The client was disposed, or its socket broke.</summary>
    Closed,
}

/// <summary>A request got no response. An error that the server answered with is no exception but a response.</summary>
public sealed class CoapException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="failure">Why there is no response.</param>
    /// <param name="message">One line for a human.</param>
    public CoapException(CoapFailure failure, string message)
        : base(message) => Failure = failure;

    /// <summary>Why there is no response.</summary>
    public CoapFailure Failure { get; }
}
