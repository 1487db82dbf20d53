using Ipso.Coap.Engine;

namespace Ipso.Testing;

/// <summary>Lets a <see cref="CoapStreamEndpoint"/> run on a <see cref="VirtualNetwork"/>, driven as a host drives it over TCP.</summary>
/// <param name="endpoint">The endpoint; not to be driven by anybody else.</param>
public sealed class StreamEndpointNode(CoapStreamEndpoint endpoint) : IStreamProtocol
{
    private readonly LinkedList<(PeerId Connection, byte[] Bytes)> _rests = new();
    private readonly Queue<PeerId> _refused = new();

    /// <summary>The endpoint, for requests and events.</summary>
    public CoapStreamEndpoint Endpoint { get; } = endpoint;

    /// <inheritdoc/>
    public Instant? NextDeadline => Endpoint.NextDeadline;

    /// <inheritdoc/>
    public void Opened(in PeerId connection, bool isInitiator, Instant now)
    {
        if (!Endpoint.Open(connection, now))
        {
            _refused.Enqueue(connection);
        }
    }

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> bytes, in PeerId connection, Instant now)
    {
        // What the endpoint has no room for waits until it has given out its answers, and nothing overtakes it.
        int taken = _rests.Count > 0 ? 0 : Endpoint.Receive(bytes, connection, now);
        if (taken < bytes.Length)
        {
            _rests.AddLast((connection, bytes[taken..].ToArray()));
        }
    }

    /// <inheritdoc/>
    public void Closed(in PeerId connection, StreamEnd end, Instant now) => Endpoint.Close(connection);

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        while (!Endpoint.TryTransmit(buffer, now, out transmit))
        {
            // What comes over a connection that is held waits, and stops no other.
            LinkedListNode<(PeerId Connection, byte[] Bytes)>? rest = _rests.First;
            while (rest is not null && Endpoint.IsHeld(rest.Value.Connection))
            {
                rest = rest.Next;
            }

            if (rest is null)
            {
                return false;
            }

            int taken = Endpoint.Receive(rest.Value.Bytes, rest.Value.Connection, now);
            rest.Value = (rest.Value.Connection, rest.Value.Bytes[taken..]);
            if (rest.Value.Bytes.Length == 0)
            {
                _rests.Remove(rest);
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public bool TryClose(out PeerId connection, out bool isReset)
    {
        isReset = _refused.TryDequeue(out connection);
        return isReset || Endpoint.TryTakeClosing(out connection);
    }

    /// <inheritdoc/>
    public void OnDeadline(Instant now) => Endpoint.OnDeadline(now);
}
