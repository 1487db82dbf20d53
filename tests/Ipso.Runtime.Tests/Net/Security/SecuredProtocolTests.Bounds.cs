using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Tests.Net.Security;

// Bounds of number, time and length.
public partial class SecuredProtocolTests
{
    [Fact]
    public void Handshakes_are_bounded_and_end_in_time_and_open_sessions_do_not_suffer()
    {
        (Party client, Party server, PeerId name) = Open(new SecurityOptions { MaxHandshakes = 4, MaxSessions = 2 });
        for (byte i = 10; i < 110; i++)
        {
            // Each proves its address, and goes no further.
            Party stranger = new();
            Connect(stranger);
            server.Protocol.Receive(Take(stranger.Protocol)[0], new PeerId([i]), _now);
            stranger.Protocol.Receive(Take(server.Protocol)[0], s_server, _now);
            server.Protocol.Receive(Take(stranger.Protocol)[0], new PeerId([i]), _now);
            Take(server.Protocol);
        }

        Assert.Equal((1, 4), (server.Protocol.SessionCount, server.Protocol.HandshakeCount));
        Assert.Equal(96, server.Protocol.Counters.HandshakesRefused);
        client.Inner.Out.Enqueue((name, "served on"));
        Exchange(client, server, s_client);
        Assert.Equal(["served on"], server.Inner.Log);

        Assert.Equal(_now + TimeSpan.FromSeconds(30), server.Protocol.NextDeadline);
        _now += TimeSpan.FromSeconds(30);
        server.Protocol.OnDeadline(_now);
        Take(server.Protocol);
        Assert.Equal((1, 0, 4), (server.Protocol.SessionCount, server.Protocol.HandshakeCount, server.Security.Disposed.Count));
        Assert.Equal(4, server.Protocol.Counters.HandshakesFailed);
        Assert.Equal(["served on"], server.Inner.Log);
    }

    [Fact]
    public void The_session_unused_for_longest_gives_way_and_both_ends_hear_of_it()
    {
        Party server = new(new SecurityOptions { MaxSessions = 3 });
        List<(Party Client, PeerId Server, PeerId Address)> clients = [];
        for (byte i = 1; i <= 5; i++)
        {
            Party client = new();
            PeerId name = Connect(client);
            PeerId address = new([i]);
            clients.Add((client, name, address));
            client.Inner.Out.Enqueue((name, $"{i}"));
            Exchange(client, server, address);
            _now += TimeSpan.FromSeconds(1);

            // The first one stays in use.
            clients[0].Client.Inner.Out.Enqueue((clients[0].Server, "."));
            Exchange(clients[0].Client, server, clients[0].Address);
        }

        Assert.Equal("1 . 2 . 3 . SessionClosed 4 . SessionClosed 5 .", string.Join(' ', server.Inner.Log));
        Assert.Equal((3, 2), (server.Protocol.SessionCount, server.Security.Disposed.Count));
        Assert.Equal(2, server.Protocol.Counters.Evicted);

        // The closing goes to the address of the one that is gone.
        Assert.Equal(server.Inner.Peers[2], server.Inner.Peers[6]);
        server.Inner.Out.Enqueue((server.Inner.Peers[2], "to nobody"));
        Assert.Empty(Take(server.Protocol));
        Assert.Equal(1, server.Protocol.Counters.NotSent);
    }

    [Fact]
    public void An_idle_session_is_closed_at_its_time_and_the_peer_is_told()
    {
        (Party client, Party server, PeerId name) = Open(new SecurityOptions { IdleTimeout = TimeSpan.FromHours(1) });
        _now += TimeSpan.FromMinutes(40);
        client.Inner.Out.Enqueue((name, "in use"));
        Exchange(client, server, s_client);
        _now += TimeSpan.FromMinutes(59);
        server.Protocol.OnDeadline(_now);
        Assert.Equal(1, server.Protocol.SessionCount);
        _now += TimeSpan.FromMinutes(1);
        Assert.Equal(_now, server.Protocol.NextDeadline);
        server.Protocol.OnDeadline(_now);
        Assert.Equal("<7", Exchange(client, server, s_client));
        Assert.Equal(["SessionClosed"], client.Inner.Log);
        Assert.Equal(["in use", "SessionClosed"], server.Inner.Log);
        Assert.Null(server.Protocol.NextDeadline);
    }

    [Fact]
    public void A_lost_flight_is_sent_again_at_the_sessions_deadline_until_the_handshake_has_taken_too_long()
    {
        Party client = new();
        PeerId name = Connect(client);
        int flights = 0;
        Instant end = _now + TimeSpan.FromSeconds(30);
        while (client.Protocol.NextDeadline is { } due)
        {
            flights += Take(client.Protocol).Count;
            _now = due;
            client.Protocol.OnDeadline(_now);
        }

        Assert.Equal((30, end), (flights, _now));
        Assert.Equal(["SessionClosed"], client.Inner.Log);
        Assert.Equal([name], client.Inner.Peers);
        Take(client.Protocol);
        Assert.Single(client.Security.Disposed);
    }

    [Fact]
    public void A_message_too_long_for_the_path_is_refused_and_the_next_one_goes()
    {
        (Party client, Party server, PeerId name) = Open();
        client.Inner.Out.Enqueue((name, new string('x', 55)));
        client.Inner.Out.Enqueue((name, new string('y', 54)));
        Exchange(client, server, s_client);
        Assert.Equal(["MessageTooLong"], client.Inner.Log);
        Assert.Equal([new string('y', 54)], server.Inner.Log);
    }
}
