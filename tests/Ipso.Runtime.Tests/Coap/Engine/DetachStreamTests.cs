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
    private readonly List<string> _sent = [];
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
        _network.Sent = entry =>
        {
            if (entry.From == _client)
            {
                _sent.Add($"{entry.Datagram.Length} bytes");
            }
        };
    }

    private CoapStreamEndpoint Client => _client.Protocol.Endpoint;

    [Fact]
    public void Its_exchange_is_free_and_notifications_go_to_its_keeper_without_an_answer()
    {
        string token = Detached();
        _sent.Clear();
        Change("b");
        Change("c");
        Assert.Equal(["b", "c"], Payloads());
        Assert.All(_keeper.Heard, line => Assert.StartsWith(token, line, StringComparison.Ordinal));
        Assert.Equal([_connection.ClientConnection, _connection.ClientConnection], _keeper.From);
        Assert.Empty(_sent);
        Assert.Equal(0, Client.ExchangeCount);
        Assert.False(Client.TryTakeEvent(out _));

        // The only exchange serves another, whose token is not that one, and both go on.
        string other = Detached();
        Assert.NotEqual(token, other);
        Change("d");
        Assert.Equal(["b", "c", "d", "d"], Payloads());
    }

    // RFC 8323, 7.1: there is no RST. The server goes on until it is asked to stop, under the same token, or the connection is closed.
    [Fact]
    public void What_the_keeper_does_not_know_is_ignored_and_the_server_goes_on()
    {
        Detached();
        _keeper.Known.Clear();
        _sent.Clear();
        long dropped = Client.Counters.Dropped;
        Change("b");
        Change("c");
        Assert.Empty(_keeper.Heard);
        Assert.Empty(_sent);
        Assert.Equal(dropped + 2, Client.Counters.Dropped);
        Assert.Equal(1, _server.Protocol.Endpoint.ObserverCount);
        Assert.Equal(1, Client.ConnectionCount);
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

    private void Answer(in CoapRequest request, ref CoapResponse response)
    {
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
