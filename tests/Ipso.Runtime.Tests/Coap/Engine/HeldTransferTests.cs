using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Testing;

namespace Ipso.Tests.Coap.Engine;

/// <summary>Bodies whose bytes are not at hand, and time-outs that tell what was tried; in virtual time.</summary>
public class HeldTransferTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    /// <summary>A body or sink of 4000 bytes that is ready up to an offset only.</summary>
    private sealed class Slow : ICoapBody, ICoapBodySink
    {
        public int ReadyTo { get; set; }

        public int Taken { get; private set; }

        public long? Length => 4000;

        public bool IsReady => Taken + 1024 <= ReadyTo;

        bool ICoapBody.IsReady(long offset, int length) => Math.Min(offset + length, 4000) <= ReadyTo;

        public int Read(long offset, Span<byte> destination, out bool isLast)
        {
            int length = (int)Math.Min(destination.Length, 4000 - offset);
            isLast = offset + length == 4000;
            return length;
        }

        public bool Write(ReadOnlySpan<byte> bytes)
        {
            Taken += bytes.Length;
            return true;
        }

        public void Restart() => Taken = 0;

        public void Abandon()
        {
        }

        public void Close()
        {
        }
    }

    private sealed class Server(Slow body) : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = request.Method == CoapMethod.Get ? CoapCode.Content : CoapCode.Changed;
            if (request.Method == CoapMethod.Get)
            {
                response.SetBody(body);
            }
        }

        public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response) => body;
    }

    private static (VirtualNetwork Network, VirtualNode<CoapEndpoint> Client, PeerId Server, List<string> Events) Pair(Slow body)
    {
        var network = new VirtualNetwork(seed: 3);
        VirtualNode<CoapEndpoint> server = network.Add(
            "server", random => new CoapEndpoint(new CoapEndpointOptions(), random, new Server(body)));
        VirtualNode<CoapEndpoint> client = network.Add("client", random => new CoapEndpoint(new CoapEndpointOptions(), random));
        List<string> events = [];
        client.AfterStep = () =>
        {
            while (client.Protocol.TryTakeEvent(out CoapEvent e))
            {
                events.Add(e.HasMessage ? $"{e.Message.Code}" : $"{e.Kind} {e.Transmissions}");
            }
        };
        return (network, client, server.Peer, events);
    }

    [Fact]
    public void A_client_asks_for_no_block_that_its_sink_cannot_take()
    {
        var (network, client, server, events) = Pair(new Slow { ReadyTo = int.MaxValue });
        var sink = new Slow { ReadyTo = 2048 };
        ExchangeId exchange = client.Protocol.Request(
            server, new CoapRequestHead { Method = CoapCode.Get, Path = "/f", Sink = sink });
        network.Run(s_hour);
        Assert.Equal((2048, 4L, true), (sink.Taken, network.Counters.Sent, client.Protocol.IsOpen(exchange)));
        Assert.True(client.Protocol.Proceed(exchange));
        network.Run(s_hour);
        Assert.Equal((2048, 4L), (sink.Taken, network.Counters.Sent));

        sink.ReadyTo = int.MaxValue;
        Assert.True(client.Protocol.Proceed(exchange));
        network.Run(s_hour);
        Assert.Equal(4000, sink.Taken);
        Assert.Equal(["2.05 Content"], events);
        Assert.False(client.Protocol.Proceed(exchange));
    }

    [Fact]
    public void A_client_sends_no_block_that_its_body_does_not_have()
    {
        var taken = new Slow { ReadyTo = int.MaxValue };
        var (network, client, server, events) = Pair(taken);
        var source = new Slow { ReadyTo = 1024 };
        ExchangeId exchange = client.Protocol.Request(server, new CoapRequestHead { Method = CoapCode.Put, Path = "/f" }, source);

        // Longer than a request goes unanswered, and not as long as the server keeps what is half done.
        network.Run(TimeSpan.FromSeconds(200));
        Assert.Equal((1024, 2L), (taken.Taken, network.Counters.Sent));

        source.ReadyTo = int.MaxValue;
        client.Protocol.Proceed(exchange);
        network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal((4000, 8L), (taken.Taken, network.Counters.Sent));
        Assert.Equal(["2.04 Changed"], events);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    public void A_server_that_is_not_ready_leaves_a_block_to_be_repeated(string method)
    {
        var slow = new Slow { ReadyTo = 2048 };
        var (network, client, server, events) = Pair(slow);
        bool isGet = method == "GET";
        var head = new CoapRequestHead
        {
            Method = isGet ? CoapCode.Get : CoapCode.Put,
            Path = "/f",
            Sink = isGet ? new Slow { ReadyTo = int.MaxValue } : null,
        };
        _ = isGet
            ? client.Protocol.Request(server, head)
            : client.Protocol.Request(server, head, new Slow { ReadyTo = int.MaxValue });
        network.Run(TimeSpan.FromSeconds(10));
        Assert.Empty(events);
        slow.ReadyTo = int.MaxValue;
        network.Run(TimeSpan.FromSeconds(30));
        Assert.Equal([isGet ? "2.05 Content" : "2.04 Changed"], events);
    }

    [Fact]
    public void A_time_out_tells_how_often_it_was_sent_and_a_ping_is_answered_with_a_reset()
    {
        var (network, client, server, events) = Pair(new Slow());
        client.Protocol.Ping(server);
        network.Run(s_hour);
        network.Links = new LinkSettings { Loss = 1 };
        client.Protocol.Ping(server);
        client.Protocol.Request(server, new CoapRequestHead { Method = CoapCode.Get, Path = "/f" });
        network.Run(s_hour);
        Assert.Equal(["Reset 1", "Timeout 5", "Timeout 5"], events);
    }
}
