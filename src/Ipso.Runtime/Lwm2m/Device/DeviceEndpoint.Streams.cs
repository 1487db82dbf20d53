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

    /// <summary>Makes the engine for byte streams.</summary>
    /// <param name="isStream">Whether a peer is a connection, be it one that is gone.</param>
    /// <param name="maxConnections">How many servers over TCP there may be at a time.</param>
    internal CoapStreamEndpoint OpenStreams(Predicate<PeerId> isStream, int maxConnections)
    {
        CoapStreamEndpoint streams = new(Protected(_options) with { IdleTimeout = s_idleTime }, _random, this, maxConnections)
        {
            FirstExchangeId = FirstStreamExchange,
            Arriving = OnArriving,
            Released = OnStreamReleased,
            Closed = OnStreamClosed,
        };
        _engines.Add(streams, isStream);
        return streams;
    }

    /// <summary>
    /// Takes what has become of connections; after each of their cycles. The calls for datagrams are due then as well: a notification that was
    /// rendered for a connection has made the next one due at a time, and so may an answer.
    /// </summary>
    /// <param name="now">The moment.</param>
    internal void TakeStreams(Instant now)
    {
        _now = now;
        TakeEvents(now);
    }

    // As a datagram does.
    private void OnArriving(PeerId from, Instant now)
    {
        _now = now;
        Reporter.TakeChanges(now);
        _registrations?.OnMessage(from, now);
        _bootstrapper?.OnMessage(from, now);
    }

    private void OnStreamReleased(PeerId peer, TimeSpan holdOff) => _registrations?.OnReleased(peer, _now + holdOff);

    private void OnStreamClosed(PeerId peer)
    {
        OnSessionClosed(peer, _now);
    }

    private void OnSessionClosed(in PeerId peer, Instant now)
    {
        TakeEvents(now);
        _registrations?.OnSessionClosed(peer, now);
        _bootstrapper?.OnSessionClosed(peer, now);
    }
}
