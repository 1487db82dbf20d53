using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Testing;

namespace Ipso.Tests.Coap.Engine;

/// <summary>Observations that the application keeps itself, over connections (RFC 8323): there is no acknowledgement and no RST.</summary>
public class DetachStreamTests
{
    private readonly VirtualNetwork _network = new(5);
    private readonly DetachTests.Keeper _keeper = new();
    private readonly List<(string Method, uint? Observe, string Token)> _asked = [];
    private readonly VirtualNode<StreamEndpointNode> _client;
    private readonly VirtualNode<StreamEndpointNode> _server;
    private readonly VirtualConnection _connection;
    private string _state = "a";
    private CoapCode _code = CoapCode.Content;

    public DetachStreamTests()
    {
        CoapEndpointOptions options = new() { Exchanges = 1, MaxBodySize = 5000, TransferBytes = 20_000 };
        _client = _network.Add("client", r => new StreamEndpointNode(new CoapStreamEndpoint(options, r) { NotificationHandler = _keeper }));
        _server = _network.Add("server", r => new StreamEndpointNode(new CoapStreamEndpoint(options, r, new Handler(Answer))));
        _connection = _network.Connect(_client, _server, new StreamSettings { MinChunk = 1, MaxChunk = 5 });
        _network.Run(TimeSpan.FromSeconds(1));
    }

    private CoapStreamEndpoint Client => _client.Protocol.Endpoint;

    // The bytes that the client has written to the connection.
    private int Sent => _network.Trace.Where(entry => entry.From == _client).Sum(static entry => entry.Datagram.Length);

    [Fact]
    public void Its_exchange_is_free_and_notifications_go_to_its_keeper_without_an_answer()
    {
        string token = Detached();
        int sent = Sent;
        Change("b");
        Change("c");
        Assert.Equal(["b", "c"], Payloads());
        Assert.All(_keeper.Heard, line => Assert.StartsWith(token, line, StringComparison.Ordinal));
        Assert.Equal([_connection.ClientConnection, _connection.ClientConnection], _keeper.From);
        Assert.Equal(sent, Sent);
        Assert.Equal(0, Client.ExchangeCount);
        Assert.False(Client.TryTakeEvent(out _));

        // The only exchange serves another, whose token is not that one, and both go on.
        string other = Detached();
        Assert.NotEqual(token, other);
        Change("d");
        Assert.Equal(["b", "c", "d", "d"], Payloads());
    }

    // RFC 8323, 3: there is no RST. The server is asked to end what nobody observes, by the token, which is all that is known of the request.
    [Fact]
    public void What_the_keeper_does_not_know_the_server_is_asked_to_end()
    {
        Detached();
        _keeper.Known.Clear();
        int sent = Sent;
        long dropped = Client.Counters.Dropped;
        Change("b");
        Change("c");
        Assert.Empty(_keeper.Heard);

        // Once: length, code, a token of 6 bytes, and the option.
        Assert.Equal(sent + 10, Sent);
        Assert.Equal(0, _server.Protocol.Endpoint.ObserverCount);
        Assert.Equal((0, 1), (Client.ExchangeCount, Client.ConnectionCount));

        // The notification, and what was answered.
        Assert.Equal(dropped + 2, Client.Counters.Dropped);
    }

    [Fact]
    public void A_server_that_takes_that_for_another_observation_is_asked_once_a_second()
    {
        CoapStreamEndpoint client = new(new(), new SeededRandom(1));
        PeerId peer = new([1]);
        Assert.True(client.Open(peer, default));
        byte[] buffer = new byte[client.TransmitSize];
        Assert.Equal(1, Drain(client, buffer, default));
        client.Receive([0x00, 0xe1], peer, default);
        byte[] notification = [0x31, 0x45, 0x07, 0x60, 0xff, 0x78];
        foreach ((double seconds, int asked) in ((double, int)[])[(1, 1), (1, 0), (1.9, 0), (2, 1)])
        {
            client.Receive(notification, peer, Instant.FromSeconds(seconds));
            Assert.Equal(asked, Drain(client, buffer, Instant.FromSeconds(seconds)));
        }

        // GET under the token, and Observe 1.
        Assert.Equal("2101076101", Convert.ToHexStringLower(buffer[..5]));

        // What is no notification is nothing that could end.
        client.Receive([0x01, 0x45, 0x07], peer, Instant.FromSeconds(9));
        client.Receive([0x11, 0x84, 0x07, 0x60], peer, Instant.FromSeconds(9));
        Assert.Equal(0, Drain(client, buffer, Instant.FromSeconds(9)));
    }

    [Fact]
    public void It_is_ended_by_its_request_under_its_token_in_an_exchange_of_its_own()
    {
        string token = Detached();
        ExchangeId id = Client.Request(
            _connection.ClientConnection, new CoapRequestHead { Method = CoapCode.Get, Path = "/a", Deregister = Token(token) });
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(("GET", 1u, token), _asked[^1]);
        Assert.Equal(0, _server.Protocol.Endpoint.ObserverCount);
        Assert.True(Client.TryTakeEvent(out CoapEvent e));
        Assert.Equal((id, CoapEventKind.Response, 0), (e.Exchange, e.Kind, Client.ExchangeCount));
    }

    // It is on its way, and may be accepted before it is known here that nobody wants it any more.
    [Fact]
    public void One_that_is_ended_before_it_is_answered_is_ended_at_the_server_too()
    {
        ExchangeId id = Observe();
        Assert.True(_network.RunUntil(() => _asked.Count > 0, TimeSpan.FromSeconds(1)));
        Assert.False(Client.TryTakeEvent(out _));
        Assert.Equal(1, _server.Protocol.Endpoint.ObserverCount);
        Assert.True(Client.Cancel(id));
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal([0u, 1u], _asked.Select(static asked => asked.Observe));
        Assert.Equal(0, _server.Protocol.Endpoint.ObserverCount);
        Assert.True(Client.TryTakeEvent(out CoapEvent e));
        Assert.Equal((id, CoapEventKind.Response), (e.Exchange, e.Kind));
        Assert.False(Client.TryTakeEvent(out _));
        Assert.Equal(0, Client.ExchangeCount);
    }

    [Fact]
    public void An_error_ends_it_and_has_no_number()
    {
        string token = Detached();
        _code = CoapCode.NotFound;
        Change("gone");
        Assert.Equal([$"{token} none  \"gone\""], _keeper.Heard);
        Assert.Equal(0, _server.Protocol.Endpoint.ObserverCount);
    }

    [Fact]
    public void A_notification_in_blocks_is_handed_over_as_a_part()
    {
        Detached();
        Change(new string('x', 3000));
        Assert.EndsWith(" in part", Assert.Single(_keeper.Heard), StringComparison.Ordinal);
        Assert.Equal(0, Client.ExchangeCount);
    }

    [Fact]
    public void Of_a_connection_that_is_closed_there_is_no_event_for_what_was_handed_over()
    {
        Detached();
        ExchangeId id = Observe();
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.True(Client.TryTakeEvent(out CoapEvent e));
        Assert.Equal(CoapEventKind.Notification, e.Kind);
        _connection.Reset();
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.True(Client.TryTakeEvent(out e));
        Assert.Equal((id, CoapEventKind.ConnectionClosed), (e.Exchange, e.Kind));
        Assert.False(Client.TryTakeEvent(out _));
        Assert.False(Client.Detach(id, out _));
    }

    private static CoapToken Token(string digits) => new(Convert.FromHexString(digits));

    private static int Drain(CoapStreamEndpoint endpoint, byte[] buffer, Instant now)
    {
        int count = 0;
        while (endpoint.TryTransmit(buffer, now, out _))
        {
            count++;
        }

        return count;
    }

    private void Answer(in CoapRequest request, ref CoapResponse response)
    {
        if (!request.IsNotification)
        {
            _asked.Add((request.Method.ToString().ToUpperInvariant(), (uint?)request.Observe, request.Token.ToString()));
        }

        response.Code = _code;
        response.Observe(1);
        response.PayloadLength = Encoding.UTF8.GetBytes(_state, response.Payload);
    }

    private void Change(string state)
    {
        _state = state;
        _server.Protocol.Endpoint.Notify(1);
        _network.Run(TimeSpan.FromSeconds(10));
    }

    private string[] Payloads() => [.. _keeper.Heard.Select(static line => line.Split('"')[1])];

    private ExchangeId Observe()
    {
        ExchangeId id = Client.Request(
            _connection.ClientConnection, new CoapRequestHead { Method = CoapCode.Get, Path = "/a", Observe = true });
        Assert.False(id.IsNone);
        return id;
    }

    private string Detached()
    {
        ExchangeId id = Observe();
        _network.Run(TimeSpan.FromSeconds(10));
        Assert.True(Client.TryTakeEvent(out CoapEvent e));
        Assert.Equal((id, CoapEventKind.Notification), (e.Exchange, e.Kind));
        Assert.True(Client.Detach(id, out CoapToken token));
        _keeper.Known.Add(token.ToString());
        return token.ToString();
    }
}
