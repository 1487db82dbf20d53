namespace Ipso.Coap.Engine;

/// <summary>What a <see cref="CoapEvent"/> tells.</summary>
public enum CoapEventKind : byte
{
    /// <summary>
    /// The response to a request; the exchange is over. A request with Observe that ends so was not accepted as an observation.
    /// </summary>
    Response,

    /// <summary>A notification, the first one being the response that accepted the observation; the exchange lives on.</summary>
    Notification,

    /// <summary>The server has ended the observation, with the error or plain response in the event; the exchange is over.</summary>
    ObservationEnded,

    /// <summary>No acknowledgement after MAX_RETRANSMIT retransmissions, or no response in time; the exchange is over.</summary>
    Timeout,

    /// <summary>The peer has rejected the request with a RST; the exchange is over.</summary>
    Reset,

    /// <summary>
    /// The response was rejected: it carries a critical option that is not understood (RFC 7252, 5.4.1); the exchange is over.
    /// </summary>
    Rejected,

    /// <summary>
    /// A body could not be sent or fetched whole: see <see cref="CoapEvent.TransferFault"/>; the exchange is over.
    /// </summary>
    TransferFailed,

    /// <summary>The connection to the peer has been closed; the exchange is over.</summary>
    ConnectionClosed,

    /// <summary>
    /// Nobody listens where the request went, as ICMP says (<see cref="CoapEndpointOptions.GivesUpWhenRefused"/>); the exchange is over.
    /// </summary>
    Refused,

    /// <summary>
    /// A protected request was answered with an error that is not protected: the server knows no context for it, or takes it for a
    /// repetition (RFC 8613, 8.2). Anybody may have said so. The exchange is over.
    /// </summary>
    Unprotected,

    /// <summary>An observer of this server is gone: see <see cref="CoapEvent.ObserverEnd"/>.</summary>
    ObserverRemoved,

    /// <summary>An observer of this server has acknowledged a Confirmable notification: see <see cref="CoapEvent.Tag"/>.</summary>
    NotificationAcknowledged,

    /// <summary>The handler has thrown: see <see cref="CoapEvent.Exception"/>. The peer was answered 5.00.</summary>
    HandlerFault,
}

/// <summary>Why an observer was removed.</summary>
public enum ObserverEnd : byte
{
    /// <summary>It asked for it (RFC 7641, 3.6).</summary>
    Deregistered,

    /// <summary>It rejected a notification with a RST (RFC 7641, 3.6).</summary>
    Reset,

    /// <summary>It did not acknowledge a Confirmable notification (RFC 7641, 4.5).</summary>
    Timeout,

    /// <summary>The handler answered a notification with an error, which was the last notification (RFC 7641, 4.2).</summary>
    Failed,

    /// <summary>A new registration with the same token took its place, or was refused (RFC 7641, 4.1).</summary>
    Replaced,
}

/// <summary>Why a body could not be sent or fetched whole (RFC 7959).</summary>
public enum TransferFault : byte
{
    /// <summary>It could.</summary>
    None,

    /// <summary>A block came out of its place, of another size than it said, or not at all.</summary>
    BlockMismatch,

    /// <summary>The representation changed again and again while it was fetched (RFC 7959, 2.4).</summary>
    Changed,

    /// <summary>
    /// The server keeps the response no longer (4.08), and the request cannot be repeated for it: it changes something, or has been
    /// repeated <see cref="CoapEndpointOptions.TransferRestarts"/> times. What it asked for has been done.
    /// </summary>
    Forgotten,

    /// <summary>The body is longer than <see cref="CoapEndpointOptions.MaxBodySize"/>, or there is no room left for it.</summary>
    TooLarge,

    /// <summary>The source of the body gave no more, or its sink took no more.</summary>
    Broken,
}

/// <summary>
/// Something that the owner of an endpoint may want to know. The message in it lies in the endpoint's memory and is valid until the next
/// call into the endpoint; a body that came in blocks is whole in it, unless a sink has taken it.
/// </summary>
public readonly ref struct CoapEvent
{
    /// <summary>What has happened.</summary>
    public CoapEventKind Kind { get; internal init; }

    /// <summary>The exchange; none for the events of the server role.</summary>
    public ExchangeId Exchange { get; internal init; }

    /// <summary>The peer.</summary>
    public PeerId Peer { get; internal init; }

    /// <summary>Whether there is a <see cref="Message"/>: for Response, Notification, ObservationEnded and Unprotected.</summary>
    public bool HasMessage { get; internal init; }

    /// <summary>The response; not to be read unless <see cref="HasMessage"/>.</summary>
    public CoapMessage Message { get; internal init; }

    /// <summary>Why a body could not be sent or fetched; for TransferFailed.</summary>
    public TransferFault TransferFault { get; internal init; }

    /// <summary>
    /// How often the last request of an exchange that has ended without response was sent: once, and each retransmission (RFC 7252, 4.2); 0
    /// if it was not sent at all, since PROBING_RATE held it back (<see cref="TransmissionParameters.ProbingRate"/>).
    /// </summary>
    public int Transmissions { get; internal init; }

    /// <summary>The tag of the observer that was removed, or has acknowledged.</summary>
    public ulong Tag { get; internal init; }

    /// <summary>Why the observer was removed.</summary>
    public ObserverEnd ObserverEnd { get; internal init; }

    /// <summary>What the handler has thrown; null for every other kind.</summary>
    public Exception? Exception { get; internal init; }
}

/// <summary>An observer of this server.</summary>
/// <param name="Peer">The client.</param>
/// <param name="Token">
/// The token of its registration; the empty one for a token of more than 8 bytes (<see cref="CoapEngine.GetObserverToken"/>).
/// </param>
/// <param name="Tag">The tag that the handler gave.</param>
public readonly record struct CoapObserver(PeerId Peer, CoapToken Token, ulong Tag);
