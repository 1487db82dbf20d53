using Ipso.Coap.Engine;

namespace Ipso.Net.Security;

/// <summary>How far a session is.</summary>
public enum SessionState : byte
{
    /// <summary>Keys and identities are being agreed on.</summary>
    Handshaking,

    /// <summary>Data flows.</summary>
    Open,

    /// <summary>It is over: by us, by the peer, or by a fault. There may still be something to transmit.</summary>
    Closed,
}

/// <summary>What a datagram was to a session: the first three are what it has not taken.</summary>
public enum DatagramVerdict : byte
{
    /// <summary>Nothing: forged, replayed, damaged, or of another session. It has changed nothing.</summary>
    Discarded,

    /// <summary>Nothing, and no peer sends it: no record, or one that cannot be. It has changed nothing.</summary>
    Malformed,

    /// <summary>
    /// One of more than are kept for a handshake, of which nothing can be said before it is done. It has changed nothing.
    /// </summary>
    Surplus,

    /// <summary>Part of the handshake, which nothing proves yet.</summary>
    Handshake,

    /// <summary>Authentic.</summary>
    Authentic,

    /// <summary>
    /// Authentic, and newer than everything received before: what a change of address may be concluded from (RFC 9146, 6).
    /// </summary>
    AuthenticAndNewest,
}

/// <summary>One security session with one peer, without I/O.</summary>
/// <remarks>
/// After each call, what <see cref="TryTransmit"/> gives is to be sent, and <see cref="State"/>, <see cref="NextDeadline"/> may have
/// changed. Nothing is thrown on what a peer sends. Disposing forgets keys and frees memory, and sends nothing.
/// </remarks>
public abstract class SecuritySession : IDisposable
{
    /// <summary>How far it is.</summary>
    public abstract SessionState State { get; }

    /// <summary>Who the peer is; null until <see cref="State"/> is <see cref="SessionState.Open"/>. The same from then on.</summary>
    public abstract PeerIdentity? Identity { get; }

    /// <summary>The longest plaintext in bytes that one datagram carries at the path's MTU; 0 before the session is open.</summary>
    public abstract int MaxPayload { get; }

    /// <summary>When <see cref="OnDeadline"/> wants to be called; null for never.</summary>
    public abstract Instant? NextDeadline { get; }

    /// <summary>Why the session has ended or failed, in words for a log; null where nothing is known.</summary>
    public virtual string? Failure => null;

    /// <summary>The index in the table of the <see cref="SecuredProtocol"/>; -1 outside.</summary>
    internal int Slot { get; set; } = -1;

    /// <summary>Takes a datagram and opens its first record.</summary>
    /// <param name="datagram">Any bytes.</param>
    /// <param name="plain">Where the plaintext goes; as long as the datagram at least.</param>
    /// <param name="now">The moment of arrival.</param>
    /// <param name="length">The length of the plaintext; 0 for none.</param>
    /// <returns>What the datagram was.</returns>
    public abstract DatagramVerdict Receive(ReadOnlySpan<byte> datagram, Span<byte> plain, Instant now, out int length);

    /// <summary>Opens the next record of the datagram received last (RFC 6347, 4.1.1: several may share one).</summary>
    /// <param name="plain">Where the plaintext goes.</param>
    /// <param name="length">The length of the plaintext.</param>
    /// <returns>False if there is no more.</returns>
    public virtual bool TryReadMore(Span<byte> plain, out int length)
    {
        length = 0;
        return false;
    }

    /// <summary>Protects a message.</summary>
    /// <param name="plain">At most <see cref="MaxPayload"/> bytes.</param>
    /// <param name="datagram">Where the datagram goes.</param>
    /// <param name="now">The moment.</param>
    /// <returns>The length of the datagram; 0 if the message is too long or the session is not open.</returns>
    public abstract int Protect(ReadOnlySpan<byte> plain, Span<byte> datagram, Instant now);

    /// <summary>Gives the next datagram of the session itself: handshake, alert.</summary>
    /// <param name="datagram">Where it goes.</param>
    /// <param name="now">The moment.</param>
    /// <param name="length">Its length.</param>
    /// <returns>False if there is none.</returns>
    public abstract bool TryTransmit(Span<byte> datagram, Instant now, out int length);

    /// <summary>Does what is due. A call too early does nothing.</summary>
    /// <param name="now">The moment.</param>
    public abstract void OnDeadline(Instant now);

    /// <summary>Ends the session and has the peer told, as far as the protocol can.</summary>
    public abstract void Close();

    /// <summary>What resumes the session later, perhaps after a restart. Holds secrets.</summary>
    /// <returns>Bytes for <see cref="DatagramSecurity.Connect"/>; empty where the session cannot be resumed.</returns>
    public virtual byte[] Export() => [];

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Forgets keys and frees memory.</summary>
    /// <param name="disposing">False when called by a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
