namespace Ipso.Coap.Engine;

/// <summary>Why something sent to a peer has not arrived, as far as the system or the security knows.</summary>
/// <remarks>
/// All but <see cref="SessionClosed"/> may be said by an ICMP message, which a stranger on the path can forge: a hint, not a proof.
/// </remarks>
public enum PeerFailure : byte
{
    /// <summary>Nobody listens on the port (ICMP port unreachable).</summary>
    Refused,

    /// <summary>There is no way to the host or network, or a filter forbids it.</summary>
    Unreachable,

    /// <summary>The datagram was longer than the way, the system or the security session takes. A smaller one may arrive.</summary>
    MessageTooLong,

    /// <summary>The system could not send for a reason of its own, such as lack of buffers. To the peer it looks like loss.</summary>
    NotSent,

    /// <summary>The security session with the peer has ended, or did not come about. The peer will not be heard of under this name.</summary>
    SessionClosed,
}
