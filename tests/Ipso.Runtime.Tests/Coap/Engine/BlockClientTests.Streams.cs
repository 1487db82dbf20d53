using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

// Bodies that are not in memory as a whole.
public partial class BlockClientTests
{
    private sealed class Source(int length) : ICoapBody
    {
        public int Closed { get; private set; }

        public long? Length => length;

        public int Read(long offset, Span<byte> destination, out bool isLast)
        {
            int count = (int)Math.Min(destination.Length, length - offset);
            for (int i = 0; i < count; i++)
            {
                destination[i] = (byte)('a' + ((offset + i) % 26));
            }

            isLast = offset + count == length;
            return count;
        }

        public void Close() => Closed++;
    }

    private sealed class Sink : ICoapBodySink
    {
        public StringBuilder Text { get; } = new();

        public int Abandoned { get; private set; }

        public bool Write(ReadOnlySpan<byte> bytes)
        {
            Text.Append(Encoding.UTF8.GetString(bytes));
            return true;
        }

        public void Restart() => Text.Clear();

        public void Abandon() => Abandoned++;
    }

    /// <summary>A server that answers a PUT with the length of its body and a GET with a text, as a peer over a perfect network.</summary>
    private static void Talk(CoapEndpoint client, CoapEndpoint server, Instant now)
    {
        var buffer = new byte[1152];
        bool moved = true;
        while (moved)
        {
            moved = false;
            while (client.TryTransmit(buffer, now, out Transmit transmit))
            {
                server.Receive(buffer.AsSpan(0, transmit.Length), Other, now);
                moved = true;
            }

            while (server.TryTransmit(buffer, now, out Transmit transmit))
            {
                client.Receive(buffer.AsSpan(0, transmit.Length), Peer, now);
                moved = true;
            }
        }
    }

    [Fact]
    public void Bodies_larger_than_memory_stream_both_ways()
    {
        var taken = new Sink();
        var server = new CoapEndpoint(new CoapEndpointOptions { TransferBytes = 4096 }, new SeededRandom(1), new Relay(taken));
        var client = new CoapEndpoint(new CoapEndpointOptions { TransferBytes = 0 }, new SeededRandom(2));
        var source = new Source(1_000_000);
        var sink = new Sink();
        client.Request(Peer, new CoapRequestHead { Method = CoapCode.Post, Path = "/f", Sink = sink }, source);
        Talk(client, server, default);
        Assert.True(client.TryTakeEvent(out CoapEvent e));
        Assert.Equal((CoapEventKind.Response, CoapCode.Changed, 0), (e.Kind, e.Message.Code, e.Message.Payload.Length));
        Assert.Equal(Text(1_000_000), taken.Text.ToString());
        Assert.Equal(Text(500_000), sink.Text.ToString());
        Assert.Equal((1, 0), (source.Closed, sink.Abandoned));
        Assert.Equal(0, client.Counters.TransfersDropped + server.Counters.TransfersDropped);
    }

    private sealed class Relay(Sink sink) : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Changed;
            response.SetBody(new Source(500_000));
        }

        public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response)
        {
            Assert.Equal(1_000_000u, request.Size1);
            return sink;
        }
    }

    [Fact]
    public void A_sink_has_the_body_of_one_message_too_and_is_told_of_a_failure()
    {
        var script = new Script(options: s_small);
        var sink = new Sink();
        script.Endpoint.Request(Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/f", Sink = sink });
        (ushort mid, string token, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Content, "short");
        Assert.Equal(["Response 2.05 Content \"\""], script.Events());
        Assert.Equal(("short", 0), (sink.Text.ToString(), sink.Abandoned));

        script.Endpoint.Request(Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/f", Sink = sink });
        (mid, token, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Content, Text(32), Block2(0x09));
        script.Receive(Rst(Sent(script).Mid));
        Assert.Equal(["Reset"], script.Events());
        Assert.Equal(1, sink.Abandoned);
    }

    [Fact]
    public void A_request_that_is_refused_leaves_its_sink_untouched()
    {
        var script = new Script(options: new CoapEndpointOptions { MaxBodySize = 2000, TransferBytes = 1500, Exchanges = 1 });
        var sink = new Sink();
        Assert.True(Ask(2000).IsNone);
        Assert.Throws<ArgumentException>(() => Ask(2001));
        Assert.False(Ask(0).IsNone);
        Assert.True(Ask(0).IsNone);
        Assert.Equal((0, 1), (sink.Abandoned, script.Endpoint.ExchangeCount));

        ExchangeId Ask(int length) => script.Endpoint.Request(
            Peer, new CoapRequestHead { Method = CoapCode.Post, Path = "/f", Sink = sink }, new byte[length]);
    }
}
