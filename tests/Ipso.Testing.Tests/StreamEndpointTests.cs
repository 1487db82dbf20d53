using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests;

/// <summary>Two CoAP endpoints over connections that cut the bytes anywhere.</summary>
public class StreamEndpointTests
{
    private const int Size = 30_000;
    private static readonly CoapEndpointOptions s_options = new()
    {
        MaxMessageSize = 3300, MaxBodySize = 40_000, TransferBytes = 400_000, Exchanges = 40,
    };

    private sealed class Store : ICoapRequestHandler
    {
        public byte[] Body { get; set; } = [];

        public int Handled { get; private set; }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            Handled++;
            if (request.Method == CoapMethod.Get)
            {
                response.Code = CoapCode.Content;
                response.PayloadLength = Body.Length;
                Body.CopyTo(response.Payload);
                response.Observe(1);
            }
            else
            {
                Body = request.Payload.ToArray();
                response.Code = CoapCode.Changed;
            }
        }
    }

    private readonly Store _store = new();
    private readonly List<(CoapEventKind Kind, byte[] Payload)> _events = [];

    private (VirtualNetwork Network, VirtualNode<StreamEndpointNode> Client, VirtualNode<StreamEndpointNode> Server) Make(ulong seed)
    {
        VirtualNetwork network = new(seed);
        VirtualNode<StreamEndpointNode> client = network.Add("client", r => new StreamEndpointNode(new CoapStreamEndpoint(s_options, r)));
        VirtualNode<StreamEndpointNode> server = network.Add(
            "server", r => new StreamEndpointNode(new CoapStreamEndpoint(s_options, r, _store, maxConnections: 2)));
        client.AfterStep = () =>
        {
            while (client.Protocol.Endpoint.TryTakeEvent(out CoapEvent e))
            {
                _events.Add((e.Kind, e.HasMessage ? e.Message.Payload.ToArray() : []));
            }
        };
        return (network, client, server);
    }

    private static void Ask(
        VirtualNode<StreamEndpointNode> node, VirtualConnection connection, CoapCode method, byte[] payload, bool observe = false) =>
        Assert.False(node.Protocol.Endpoint.Request(
            connection.ClientConnection, new CoapRequestHead { Method = method, Path = "/x", Observe = observe }, payload).IsNone);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(7, 200)]
    [InlineData(1, 5000)]
    [InlineData(1, int.MaxValue)]
    public void Bodies_in_blocks_and_observations_come_whole_however_the_bytes_are_cut(int min, int max)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            _events.Clear();
            _store.Body = [];
            (VirtualNetwork network, VirtualNode<StreamEndpointNode> client, VirtualNode<StreamEndpointNode> server) = Make(seed);
            VirtualConnection connection = network.Connect(client, server, new StreamSettings
            {
                MinChunk = min, MaxChunk = max, Delay = LinkDelay.Uniform(TimeSpan.Zero, TimeSpan.FromSeconds(0.01)),
            });
            network.Run(TimeSpan.FromSeconds(1));
            byte[] body = [.. Enumerable.Range(0, Size).Select(i => (byte)(i * (int)seed))];
            Ask(client, connection, CoapCode.Put, body);
            network.Run(TimeSpan.FromSeconds(20));
            Assert.Equal(body, _store.Body);
            Ask(client, connection, CoapCode.Get, [], observe: true);
            network.Run(TimeSpan.FromSeconds(20));
            body = [.. body.Reverse()];
            _store.Body = body;
            server.Protocol.Endpoint.Notify(1);
            network.Run(TimeSpan.FromSeconds(20));
            Assert.Equal(
                [CoapEventKind.Response, CoapEventKind.Notification, CoapEventKind.Notification], _events.Select(static e => e.Kind));
            Assert.Equal(body, _events[2].Payload);
            Assert.Equal(body.Reverse(), _events[1].Payload);
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, int.MaxValue)]
    public void Many_requests_at_once_are_each_answered_once(int min, int max)
    {
        (VirtualNetwork network, VirtualNode<StreamEndpointNode> client, VirtualNode<StreamEndpointNode> server) = Make(3);
        VirtualConnection connection = network.Connect(client, server, new StreamSettings { MinChunk = min, MaxChunk = max });
        network.Run(TimeSpan.FromSeconds(1));
        for (int i = 0; i < s_options.Exchanges; i++)
        {
            Ask(client, connection, CoapCode.Put, [(byte)i]);
        }

        network.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(s_options.Exchanges, _events.Count);
        Assert.All(_events, static e => Assert.Equal(CoapEventKind.Response, e.Kind));
        Assert.Equal((s_options.Exchanges, (byte)(s_options.Exchanges - 1)), (_store.Handled, Assert.Single(_store.Body)));
    }

    [Fact]
    public void A_reset_in_the_middle_ends_the_requests_and_one_connection_too_many_is_reset()
    {
        (VirtualNetwork network, VirtualNode<StreamEndpointNode> client, VirtualNode<StreamEndpointNode> server) = Make(4);
        StreamSettings slow = new() { Delay = LinkDelay.Fixed(TimeSpan.FromSeconds(1)) };
        VirtualConnection[] connections = [.. Enumerable.Range(0, 3).Select(_ => network.Connect(client, server, slow))];
        network.Run(TimeSpan.FromSeconds(10));
        Assert.Equal([true, true, false], connections.Select(static c => c.IsClientOpen));
        Ask(client, connections[0], CoapCode.Put, new byte[Size]);
        network.Run(TimeSpan.FromSeconds(3));
        connections[0].Reset();
        network.Run(TimeSpan.FromSeconds(3));
        Assert.Equal([CoapEventKind.ConnectionClosed], _events.Select(static e => e.Kind));
        Assert.Equal((0, 1), (_store.Handled, server.Protocol.Endpoint.ConnectionCount));
    }

    [Fact]
    public void A_byte_a_minute_is_aborted_within_the_patience_of_the_engine()
    {
        (VirtualNetwork network, VirtualNode<StreamEndpointNode> client, VirtualNode<StreamEndpointNode> server) = Make(5);
        VirtualConnection connection = network.Connect(
            client, server, new StreamSettings { MaxChunk = 1, Pace = TimeSpan.FromMinutes(1) });
        network.Run(TimeSpan.FromMinutes(2));
        Assert.Equal((0, 1L), (server.Protocol.Endpoint.ConnectionCount, server.Protocol.Endpoint.Counters.ConnectionsAborted));
        network.Run(TimeSpan.FromHours(2));
        Assert.False(connection.IsServerOpen || connection.IsClientOpen);
    }
}
