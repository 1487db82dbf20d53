using System.Text;
using Ipso.Coap;

namespace Ipso.Net;

/// <summary>Why a request got no response, or not the one that was asked for.</summary>
public enum CoapFailure
{
    /// <summary>The server did not answer in time.</summary>
    Timeout,

    /// <summary>The server rejected the request with a RST (RFC 7252, 4.2).</summary>
    Reset,

    /// <summary>Nobody listens at the server's port, as ICMP says (<see cref="Coap.Engine.CoapEndpointOptions.GivesUpWhenRefused"/>).</summary>
    Refused,

    /// <summary>The response carried a critical option that is not understood (RFC 7252, 5.4.1).</summary>
    Rejected,

    /// <summary>A body in blocks did not come through, to the server or back (RFC 7959).</summary>
    Transfer,

    /// <summary>The client was disposed, or its socket broke.</summary>
    Closed,

    /// <summary>The name of the server has no address.</summary>
    NoAddress,

    /// <summary>The server answered with an error: see <see cref="CoapResponseException"/>.</summary>
    Response,

    /// <summary>
    /// The server answered a protected request with an error that is not protected: it knows no security context for it, or takes it for a
    /// repetition (RFC 8613, 8.2).
    /// </summary>
    Unprotected,

    /// <summary>The server goes on no longer with an observation that it had accepted (RFC 7641, 4.2).</summary>
    ObservationEnded,

    /// <summary>
    /// There is no security session with the server: it has another key, its certificate is not trusted, or ours is not, or there was no
    /// answer. Or there is no security context for it, and nothing may go out in the clear.
    /// </summary>
    Security,
}

/// <summary>
/// A request got no response. An error that the server answered with is no exception but a response, until
/// <see cref="CoapClientResponse.EnsureSuccess"/> makes it one.
/// </summary>
public class CoapException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="failure">Why there is no response.</param>
    /// <param name="message">One line for a human.</param>
    /// <param name="inner">What has caused it.</param>
    public CoapException(CoapFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    /// <summary>Why there is no response.</summary>
    public CoapFailure Failure { get; }

    /// <summary>How often the last message of the request was sent; 0 where nobody has counted.</summary>
    public int Transmissions { get; init; }

    /// <summary>How long the request had been under way; zero where nobody has measured.</summary>
    public TimeSpan Elapsed { get; init; }
}

/// <summary>
/// An error response (class 4 or 5) as an exception: what a client that demands success throws, and what a handler of
/// <see cref="CoapServer"/> may throw to answer with that error.
/// </summary>
public sealed class CoapResponseException : CoapException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="code">The response code.</param>
    /// <param name="diagnostic">The diagnostic payload (RFC 7252, 5.5.2); empty for none.</param>
    /// <param name="request">The request that it answers, <c>GET /x</c>; null to say nothing about it.</param>
    public CoapResponseException(CoapCode code, string diagnostic = "", string? request = null)
        : base(CoapFailure.Response, Describe(code, diagnostic, request)) => (Code, Diagnostic) = (code, diagnostic);

    /// <summary>The response code.</summary>
    public CoapCode Code { get; }

    /// <summary>What Max-Age says; of 5.03 the time after which to ask again (RFC 7252, 5.9.3.4).</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>The diagnostic payload; empty if there is none.</summary>
    public string Diagnostic { get; }

    private static string Describe(CoapCode code, string diagnostic, string? request)
    {
        var text = new StringBuilder();
        if (request is not null)
        {
            text.Append(request).Append(": ");
        }

        text.Append(code);
        return diagnostic?.Length > 0 ? text.Append(" (").Append(diagnostic).Append(')').ToString() : text.ToString();
    }
}
