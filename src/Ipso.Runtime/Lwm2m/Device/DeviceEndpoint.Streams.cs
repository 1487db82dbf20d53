using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

// Servers over TCP: a second engine, which another host drives under the same lock. What is due at a time is done by the calls for datagrams,
// which go on all the while.
public sealed partial class DeviceEndpoint
{
    // Those of the engine for datagrams are below.
    private const ushort FirstStreamExchange = 0x8000;

    // So long may a server be quiet until a Ping asks whether it is there (RFC 8323, 5.4).
    private static readonly TimeSpan s_idleTime = TimeSpan.FromMinutes(2);

    private bool _streamsMoved;

    /// <summary>Makes the engine for byte streams.</summary>
    /// <param name="isStream">Whether a peer is a connection, be it one that is gone.</param>
    /// <param name="maxConnections">How many servers over TCP there may be at a time.</param>
    internal CoapStreamEndpoint OpenStreams(Predicate<PeerId> isStream, int maxConnections)
    {
        CoapStreamEndpoint streams = new(Protected(_options) with { IdleTimeout = s_idleTime }, _random, this, maxConnections)
        {
            FirstExchangeId = FirstStreamExchange,
            Arriving = OnArriving,
            Closed = OnStreamClosed,
        };
        _engines.Add(streams, isStream);
        return streams;
    }

    /// <summary>Takes what has become of connections; after each of their cycles.</summary>
    /// <param name="now">The moment.</param>
    /// <returns>Whether anything has: then the calls for datagrams are due as well.</returns>
    internal bool TakeStreams(Instant now)
    {
        _now = now;
        TakeEvents(now);
        bool moved = _streamsMoved;
        _streamsMoved = false;
        return moved;
    }

    // As a datagram does.
    private void OnArriving(PeerId from, Instant now)
    {
        _now = now;
        _streamsMoved = true;
        Reporter.TakeChanges(now);
        _registrations?.OnMessage(from, now);
        _bootstrapper?.OnMessage(from, now);
    }

    private void OnStreamClosed(PeerId peer)
    {
        _streamsMoved = true;
        OnSessionClosed(peer, _now);
    }

    private void OnSessionClosed(in PeerId peer, Instant now)
    {
        TakeEvents(now);
        _registrations?.OnSessionClosed(peer, now);
        _bootstrapper?.OnSessionClosed(peer, now);
    }
}
