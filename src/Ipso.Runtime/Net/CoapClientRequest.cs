using Ipso.Coap;

namespace Ipso.Net;

/// <summary>
/// A request with everything that it may say, for <see cref="CoapClient.SendAsync(CoapClientRequest, CancellationToken)"/>.
/// </summary>
/// <param name="Method">The method.</param>
/// <param name="Uri">An absolute URI, <c>coap://host:port/path?query</c>; for a client of one server also a path.</param>
public sealed record CoapClientRequest(CoapCode Method, string Uri)
{
    /// <summary>The payload, of any length; not to be changed before the response is there.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>
    /// A payload that is read while it is sent, from its position on, in place of <see cref="Payload"/>. One that can seek is read on the
    /// client's thread as the blocks go out, and should be fast, as files and memory are; any other is read ahead, within
    /// <see cref="CoapClientOptions.StreamBuffer"/>. It is left open.
    /// </summary>
    public Stream? Body { get; init; }

    /// <summary>The format of the payload; null to say nothing.</summary>
    public ContentFormat? ContentFormat { get; init; }

    /// <summary>The format wanted; null for any.</summary>
    public ContentFormat? Accept { get; init; }

    /// <summary>
    /// The entity-tag of the representation that one has: 2.03 says that it is still good (RFC 7252, 5.10.6.2). 1 to 8 bytes; empty for
    /// none.
    /// </summary>
    public ReadOnlyMemory<byte> ETag { get; init; }

    /// <summary>The request is to be done only if this is the target's entity-tag (RFC 7252, 5.10.8.1). Empty for no condition.</summary>
    public ReadOnlyMemory<byte> IfMatch { get; init; }

    /// <summary>The request is to be done only if the target does not exist (RFC 7252, 5.10.8.2).</summary>
    public bool IfNoneMatch { get; init; }

    /// <summary>
    /// Offers a robust transfer of bodies (RFC 9177), as <see cref="CoapClientOptions.RobustBlocks"/> does for all requests.
    /// </summary>
    public bool RobustBlocks { get; init; }

    /// <summary>
    /// For an observation: how it goes on when it is lost; null to do as <see cref="CoapClientOptions.Reregistration"/> says.
    /// </summary>
    public CoapReregistration? Reregistration { get; init; }

    /// <summary>False sends the request once, as NON.</summary>
    public bool Confirmable { get; init; } = true;
}
