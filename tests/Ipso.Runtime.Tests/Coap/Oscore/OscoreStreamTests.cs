using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Testing;

namespace Ipso.Tests.Coap.Oscore;

/// <summary>Protected messages over byte streams that are cut anywhere (RFC 8323).</summary>
[Trait("Category", "Security")]
public class OscoreStreamTests
{
    private static readonly CoapEndpointOptions s_options = new()
    {
        MaxMessageSize = 3300, MaxBodySize = 40_000, TransferBytes = 400_000,
    };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 200)]
    [InlineData(1, int.MaxValue)]
    public void Requests_bodies_and_observations_go_protected_however_the_bytes_are_cut(int min, int max)
    {
        byte[] body = new byte[30_000];
        new Random(5).NextBytes(body);
        var store = new Store();
        VirtualNetwork network = new(9);
        using var serverProtection = new OscoreProtection { RequiresProtection = true };
        using var clientProtection = new OscoreProtection();
        Assert.True(serverProtection.TryAdd(Keys.Of(server: true)));
        VirtualNode<StreamEndpointNode> client = network.Add(
            "client", r => new StreamEndpointNode(new CoapStreamEndpoint(s_options with { Protection = clientProtection }, r)));
        VirtualNode<StreamEndpointNode> server = network.Add(
            "server", r => new StreamEndpointNode(new CoapStreamEndpoint(s_options with { Protection = serverProtection }, r, store)));
        List<(CoapEventKind Kind, byte[] Payload)> events = [];
        client.AfterStep = () =>
        {
            while (client.Protocol.Endpoint.TryTakeEvent(out CoapEvent e))
            {
                events.Add((e.Kind, e.HasMessage ? e.Message.Payload.ToArray() : []));
            }
        };
        List<byte> wire = [];
        network.Sent = entry => wire.AddRange(entry.Datagram.Span);
        VirtualConnection connection = network.Connect(client, server, new StreamSettings { MinChunk = min, MaxChunk = max });
        network.Run(TimeSpan.FromSeconds(1));
        Assert.True(clientProtection.TryAdd(Keys.Of(server: false), connection.ClientConnection));

        Ask(CoapCode.Put, body);
        network.Run(TimeSpan.FromSeconds(60));
        Assert.Equal((CoapEventKind.Response, 0), (Assert.Single(events).Kind, events[0].Payload.Length));
        Assert.Equal(body, store.Body);
        Assert.Equal(new PeerIdentity(PeerIdentityKind.Oscore, [0, 1]), store.Who);
        // BERT blocks: several kilobytes in one message.
        Assert.InRange(clientProtection.Counters.Protected, 10, 16);

        Ask(CoapCode.Get, [], observe: true);
        network.Run(TimeSpan.FromSeconds(60));
        Assert.Equal(CoapEventKind.Notification, events[^1].Kind);
        Assert.Equal(body, events[^1].Payload);
        for (byte i = 0; i < 3; i++)
        {
            store.Body = [i, 2, 3];
            server.Protocol.Endpoint.Notify(1);
            network.Run(TimeSpan.FromSeconds(60));
            Assert.Equal(store.Body, events[^1].Payload);
        }

        Assert.Equal(5, events.Count);
        Assert.True(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(wire).IndexOf("secret-path"u8) < 0);
        Assert.True(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(wire).IndexOf(body.AsSpan(5000, 16)) < 0);

        // What comes without is refused, also over a connection that has a context.
        clientProtection.Dispose();
        Ask(CoapCode.Put, [9]);
        network.Run(TimeSpan.FromSeconds(60));
        Assert.Equal(CoapEventKind.Response, events[^1].Kind);
        Assert.Equal([2, 2, 3], store.Body);

        void Ask(CoapCode method, byte[] payload, bool observe = false) => Assert.False(client.Protocol.Endpoint.Request(
            connection.ClientConnection, new CoapRequestHead { Method = method, Path = "/secret-path", Observe = observe }, payload).IsNone);
    }

    [Fact]
    public void A_block_that_is_held_back_is_verified_again_and_is_no_replay()
    {
        var taker = new Taker();
        using var serverProtection = new OscoreProtection();
        using var clientProtection = new OscoreProtection();
        Assert.True(serverProtection.TryAdd(Keys.Of(server: true)));
        VirtualNetwork network = new(9);
        VirtualNode<StreamEndpointNode> client = network.Add(
            "client", r => new StreamEndpointNode(new CoapStreamEndpoint(s_options with { Protection = clientProtection }, r)));
        VirtualNode<StreamEndpointNode> server = network.Add(
            "server", r => new StreamEndpointNode(new CoapStreamEndpoint(s_options with { Protection = serverProtection }, r, taker)));
        VirtualConnection connection = network.Connect(client, server, new StreamSettings());
        network.Run(TimeSpan.FromSeconds(1));
        Assert.True(clientProtection.TryAdd(Keys.Of(server: false), connection.ClientConnection));
        string? end = null;
        client.AfterStep = () => end = client.Protocol.Endpoint.TryTakeEvent(out CoapEvent e) ? $"{e.Kind} {e.Message.Code}" : end;
        client.Protocol.Endpoint.Request(
            connection.ClientConnection, new CoapRequestHead { Method = CoapCode.Put, Path = "/a" }, new byte[9000]);
        network.Run(TimeSpan.FromSeconds(10));
        Assert.Null(end);
        Assert.Equal(0, taker.Taken);
        taker.IsReady = true;
        server.Protocol.Endpoint.Proceed(connection.ServerConnection, network.Now);
        network.Run(TimeSpan.FromSeconds(10));
        Assert.Equal("Response 2.04 Changed", end);
        Assert.Equal(9000, taker.Taken);
        Assert.Equal(0, serverProtection.Counters.Replays);
    }

    private sealed class Store : ICoapRequestHandler
    {
        public byte[] Body { get; set; } = [];

        public PeerIdentity? Who { get; private set; }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            Who = request.Identity;
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

    private sealed class Taker : ICoapRequestHandler, ICoapBodySink
    {
        public int Taken { get; private set; }

        public bool IsReady { get; set; }

        public void Handle(in CoapRequest request, ref CoapResponse response) => response.Code = CoapCode.Changed;

        public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response) => this;

        public bool Write(ReadOnlySpan<byte> bytes)
        {
            Taken += bytes.Length;
            return true;
        }

        public void Restart() => Taken = 0;

        public void Abandon()
        {
        }
    }
}
