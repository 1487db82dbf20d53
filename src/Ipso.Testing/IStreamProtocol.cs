using Ipso.Coap.Engine;

namespace Ipso.Testing;

/// <summary>How a connection has ended.</summary>
public enum StreamEnd : byte
{
    /// <summary>The other side has closed it, and all its bytes have been given.</summary>
    Closed,

    /// <summary>The other side has reset it, or is not there any longer. Bytes under way are lost.</summary>
    Reset,
}

/// <summary>
/// A protocol over connections, CoAP over TCP for example (RFC 8323), without I/O: the counterpart of <see cref="IDatagramProtocol"/> for
/// byte streams. A connection has a <see cref="PeerId"/> that no other open one of the same protocol has.
/// </summary>
/// <remarks>One thread at a time. The moments never go back.</remarks>
public interface IStreamProtocol
{
    /// <summary>A connection is there.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isInitiator">Whether this side has opened it.</param>
    /// <param name="now">The moment.</param>
    void Opened(in PeerId connection, bool isInitiator, Instant now);

    /// <summary>Takes bytes, cut wherever the network has cut them. Whatever they hold, nothing is thrown.</summary>
    /// <param name="bytes">At least one; not needed after the call.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="now">The moment.</param>
    void Receive(ReadOnlySpan<byte> bytes, in PeerId connection, Instant now);

    /// <summary>A connection is gone, other than by <see cref="TryClose"/>. Nothing more is given to it or taken from it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="end">How.</param>
    /// <param name="now">The moment.</param>
    void Closed(in PeerId connection, StreamEnd end, Instant now);

    /// <summary>Gives the next bytes to be sent. To be called until it says false, after every call that may cause some.</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="now">The moment.</param>
    /// <param name="transmit">The connection, and how many bytes.</param>
    /// <returns>False if there is nothing to send for now.</returns>
    bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit);

    /// <summary>Gives the next connection that the protocol is done with. What it has given out before is still sent.</summary>
    /// <param name="connection">The connection, which the protocol has forgotten.</param>
    /// <param name="isReset">Whether to reset it instead: bytes under way are lost.</param>
    /// <returns>False if there is none.</returns>
    bool TryClose(out PeerId connection, out bool isReset);

    /// <summary>When <see cref="OnDeadline"/> wants to be called; null for never. Any other call may change it.</summary>
    Instant? NextDeadline { get; }

    /// <summary>Does what is due. A call too early does nothing.</summary>
    /// <param name="now">The moment.</param>
    void OnDeadline(Instant now);
}
