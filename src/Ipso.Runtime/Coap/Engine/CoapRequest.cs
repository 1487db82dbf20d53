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
        scoped in CoapMessage message, scoped in RequestOptions known, scoped in PeerId from, bool isNotification, ulong observeTag)
    {
        _message = message;
        _known = known;
        From = from;
        IsNotification = isNotification;
        ObserveTag = observeTag;
    }

    /// <summary>The method as a code.</summary>
    public CoapCode Code => _message.Code;

    /// <summary>The method as an enumeration, for <c>switch</c>. The engine has answered 4.05 to every other.</summary>
    public CoapMethod Method => (CoapMethod)_message.Code.Value;

    /// <summary>Whether the request came as CON.</summary>
    public bool IsConfirmable => _message.Type == CoapType.Confirmable;

    /// <summary>Who asks.</summary>
    public PeerId From { get; }

    /// <summary>The token.</summary>
    public CoapToken Token => _message.Token;

    /// <summary>
    /// Whether the engine asks on behalf of an observer, to render a notification: the request is the one that registered the observation.
    /// </summary>
    public bool IsNotification { get; }

    /// <summary>The tag that the handler gave the observation; 0 unless <see cref="IsNotification"/>.</summary>
    public ulong ObserveTag { get; }

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

    /// <summary>The payload.</summary>
    public ReadOnlySpan<byte> Payload => _message.Payload;
}
