namespace Ipso.Coap.Engine;

/// <summary>A datagram that is to be sent.</summary>
/// <param name="To">The peer.</param>
/// <param name="Length">How many bytes of the buffer count, from its start.</param>
public readonly record struct Transmit(PeerId To, int Length);

/// <summary>
/// A protocol without I/O: it takes datagrams and moments, and gives datagrams and deadlines. Whoever owns socket and clock drives it in
/// a loop: wait until readable, deadline or wake; <see cref="Receive"/> or <see cref="OnDeadline"/>; <see cref="TryTransmit"/> until it
/// says false; take the events of the class at hand; read <see cref="NextDeadline"/>.
/// </summary>
/// <remarks>One thread at a time, or a lock around every call. The moments never go back.</remarks>
public interface IDatagramProtocol
{
    /// <summary>Takes a datagram. Whatever it holds, nothing is thrown.</summary>
    /// <param name="datagram">The whole datagram; not needed after the call.</param>
    /// <param name="from">The peer.</param>
    /// <param name="now">The moment of arrival.</param>
    void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now);

    /// <summary>
    /// Takes a datagram that was sent to a multicast group (RFC 7252, 8). A protocol that knows nothing of groups ignores it.
    /// </summary>
    /// <param name="datagram">The whole datagram; not needed after the call.</param>
    /// <param name="from">The peer. What is sent to it leaves from an address of the interface, not from the group's.</param>
    /// <param name="now">The moment of arrival.</param>
    void ReceiveMulticast(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
    {
    }

    /// <summary>Hears that what was sent to a peer has not arrived. A protocol may ignore it and let its time-outs find out.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="failure">What is known.</param>
    /// <param name="now">The moment.</param>
    void PeerFailed(in PeerId peer, PeerFailure failure, Instant now)
    {
    }

    /// <summary>Gives the next datagram to be sent. To be called until it says false, after every call that may cause one.</summary>
    /// <param name="buffer">Where the datagram goes; as long as the longest message that the protocol sends.</param>
    /// <param name="now">The moment.</param>
    /// <param name="transmit">Peer and length.</param>
    /// <returns>False if there is nothing to send for now.</returns>
    /// <exception cref="ArgumentException">The buffer is too short.</exception>
    bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit);

    /// <summary>The CoAP engine that it is or has, for a host's instruments to show what that counts; null for a protocol without.</summary>
    CoapEngine? Engine => null;

    /// <summary>When <see cref="OnDeadline"/> wants to be called; null for never. Any other call may change it.</summary>
    Instant? NextDeadline { get; }

    /// <summary>Does what is due. A call too early does nothing.</summary>
    /// <param name="now">The moment.</param>
    void OnDeadline(Instant now);
}
