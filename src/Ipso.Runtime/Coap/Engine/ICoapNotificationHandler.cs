namespace Ipso.Coap.Engine;

/// <summary>
/// Keeps observations itself: of more than there are exchanges, or for longer than the endpoint lives, as an LwM2M Server does.
/// <see cref="CoapEngine.Detach"/> hands one over.
/// </summary>
public interface ICoapNotificationHandler
{
    /// <summary>Takes a notification that belongs to no exchange. Called inside the calls that take messages in.</summary>
    /// <param name="notification">What came; a view that ends with the call. Its token and its sender tell whose it is, its
    /// <see cref="CoapNotification.Sequence"/> whether it is news.</param>
    /// <param name="now">The moment.</param>
    /// <returns>True if the observation is known: a Confirmable notification is acknowledged, news or not. False has it rejected with a
    /// RST, which ends it at the server (RFC 7641, 3.6).</returns>
    bool TakeNotification(in CoapNotification notification, Instant now);

    /// <summary>Whether an observation that was handed over has a token: it is in use, and no other request is given it (RFC 7252, 5.3.1).
    /// </summary>
    /// <param name="token">A token that a request may be given.</param>
    /// <returns>False, where it is not said otherwise.</returns>
    bool HasToken(CoapToken token) => false;
}

/// <summary>A notification, or the error that ends an observation: its options have been checked. A view into the datagram.</summary>
public readonly ref struct CoapNotification
{
    internal CoapNotification(scoped in CoapMessage message, scoped in ResponseOptions known, scoped in PeerId from)
    {
        Message = message;
        From = from;
        Sequence = known.Observe;
        ContentFormat = known.ContentFormat;
        IsPart = (known.QBlock2 ?? known.Block2) is { } block && (block.More || block.Number > 0);
    }

    /// <summary>The message.</summary>
    public CoapMessage Message { get; }

    /// <summary>Who sent it.</summary>
    public PeerId From { get; }

    /// <summary>The number in the Observe option; null where there is none: the observation is over (RFC 7641, 4.2).</summary>
    public uint? Sequence { get; }

    /// <summary>The format of the payload; null if it does not say.</summary>
    public ContentFormat? ContentFormat { get; }

    /// <summary>Whether the payload is a block and there are more, which a GET of one's own fetches (RFC 7959, 3.4; RFC 9177, 3.7).</summary>
    public bool IsPart { get; }
}
