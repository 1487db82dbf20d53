namespace Ipso.Coap.Engine;

/// <summary>What the Observe option of a request asks for (RFC 7641, 2).</summary>
public enum ObserveAction : byte
{
    /// <summary>0: add the client to the observers.</summary>
    Register = 0,

    /// <summary>1: remove the client from the observers.</summary>
    Deregister = 1,
}

/// <summary>
/// A request as the handler sees it: every option that it may rely on has been checked for length and repetition. A view into the datagram.
/// </summary>
public readonly ref struct CoapRequest
{
    private readonly CoapMessage _message;
    private readonly RequestOptions _known;

    internal CoapRequest(
        scoped in Arrival arrival, ReadOnlySpan<byte> payload, ICoapBodySink? sink, PeerIdentity? identity)
    {
        _message = arrival.Message;
        _known = arrival.Known;
        From = arrival.From;
        Payload = payload;
        Sink = sink;
        Identity = identity;
        ObserveTag = arrival.ObserveTag;
        Deferred = arrival.Deferred;
        IsNotification = arrival.IsNotification;
        IsMulticast = arrival.IsMulticast;
    }

    /// <summary>The method as a code.</summary>
    public CoapCode Code => _message.Code;

    /// <summary>The method as an enumeration, for <c>switch</c>. The engine has answered 4.05 to every other.</summary>
    public CoapMethod Method => (CoapMethod)_message.Code.Value;

    /// <summary>Whether the request came as CON.</summary>
    public bool IsConfirmable => _message.Type == CoapType.Confirmable;

    /// <summary>Who asks.</summary>
    public PeerId From { get; }

    /// <summary>
    /// Who asks, as the protection of the message has proved (<see cref="CoapEndpointOptions.Protection"/>); null for a request that came
    /// without. What a transport has proved, its host knows (<see cref="IPeerDirectory"/>).
    /// </summary>
    public PeerIdentity? Identity { get; }

    /// <summary>The token.</summary>
    public CoapToken Token => _message.Token;

    /// <summary>The token's bytes, also those of one of more than 8.</summary>
    internal ReadOnlySpan<byte> TokenBytes => _message.TokenBytes;

    /// <summary>
    /// Whether the engine asks on behalf of an observer, to render a notification: the request is the one that registered the observation.
    /// </summary>
    public bool IsNotification { get; }

    /// <summary>The tag that the handler gave the observation; 0 unless <see cref="IsNotification"/>.</summary>
    public ulong ObserveTag { get; }

    /// <summary>The id of the response that was put off and is wanted now (<see cref="CoapResponse.Defer"/>); none for a new request.
    /// A body that came in blocks is there again if <see cref="CoapEndpointOptions.KeptBodyBytes"/> had room for it, else it is empty.</summary>
    public ResponseId Deferred { get; }

    /// <summary>
    /// The sink that has taken the whole body (<see cref="ICoapRequestHandler.BeginBody"/>); null if the body is in <see cref="Payload"/>.
    /// </summary>
    public ICoapBodySink? Sink { get; }

    /// <summary>Whether the request went to a group of servers: errors and empty answers are kept to oneself (RFC 7252, 8.2).</summary>
    public bool IsMulticast { get; }

    /// <summary>The length of the whole body that the client has announced at its first block; null if it has not (RFC 7959, 4).</summary>
    public uint? Size1 => _known.Size1;

    /// <summary>All options, also those with accessors of their own, unchecked.</summary>
    public CoapOptions Options => _message.Options;

    /// <summary>The segments of the path, each at most 255 bytes of what should be UTF-8.</summary>
    public CoapOptionValues UriPath => _message.Options.Values(CoapOptionNumber.UriPath);

    /// <summary>The arguments of the query, each at most 255 bytes of what should be UTF-8.</summary>
    public CoapOptionValues UriQuery => _message.Options.Values(CoapOptionNumber.UriQuery);

    /// <summary>The entity-tags of If-Match, each at most 8 bytes; an empty one asks for existence (RFC 7252, 5.10.8.1).</summary>
    public CoapOptionValues IfMatch => _message.Options.Values(CoapOptionNumber.IfMatch);

    /// <summary>Whether the request is to be done only if the target does not exist (RFC 7252, 5.10.8.2).</summary>
    public bool IfNoneMatch => _known.IfNoneMatch;

    /// <summary>The format of the payload; null if the request does not say.</summary>
    public ContentFormat? ContentFormat => _known.ContentFormat;

    /// <summary>The format wanted; null if any. The handler answers 4.06 if it has no such representation (RFC 7252, 5.10.4).</summary>
    public ContentFormat? Accept => _known.Accept;

    /// <summary>What the request asks about observation; null for nothing, and for methods other than GET and FETCH.</summary>
    public ObserveAction? Observe => _known.Observe;

    /// <summary>The entity-tags of the representations that the client has stored, each 1 to 8 bytes (RFC 7252, 5.10.6.2).</summary>
    public CoapOptionValues ETags => _message.Options.Values(CoapOptionNumber.ETag);

    /// <summary>The payload: the whole body, also of one that came in blocks.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>
    /// Judges If-Match and If-None-Match (RFC 7252, 5.10.8): whether the request may be done, given the state of its target. If not, the
    /// answer is 4.12.
    /// </summary>
    /// <param name="exists">Whether the target exists.</param>
    /// <param name="eTag">The entity-tag of its current representation; empty if it has none.</param>
    /// <returns>True if there are no preconditions, or they hold.</returns>
    public bool PreconditionsHold(bool exists, scoped ReadOnlySpan<byte> eTag = default)
    {
        if (IfNoneMatch && exists)
        {
            return false;
        }

        bool isConditional = false;
        foreach (ReadOnlySpan<byte> value in IfMatch)
        {
            if (exists && (value.IsEmpty || value.SequenceEqual(eTag)))
            {
                return true;
            }

            isConditional = true;
        }

        return !isConditional;
    }

    /// <summary>
    /// Whether the client has stored the representation of this entity-tag: 2.03 Valid is then the whole answer (RFC 7252, 5.9.1.3). The
    /// engine does this by itself for a 2.05 that has an entity-tag; a handler may ask before it renders.
    /// </summary>
    /// <param name="eTag">The entity-tag of the current representation.</param>
    /// <returns>True if one of the request's entity-tags is equal.</returns>
    public bool HasETag(scoped ReadOnlySpan<byte> eTag)
    {
        foreach (ReadOnlySpan<byte> value in ETags)
        {
            if (value.SequenceEqual(eTag))
            {
                return true;
            }
        }

        return false;
    }
}
