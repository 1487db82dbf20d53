using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.RobustServerTests;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

/// <summary>A RST, or ICMP's word that nobody listens, ends a robust transfer (RFC 9177) in either role.</summary>
public class RobustResetTests : RobustClientScript
{
    private sealed class Sink : ICoapBodySink
    {
        public int Abandoned { get; private set; }

        public bool Write(ReadOnlySpan<byte> bytes) => true;

        public void Restart()
        {
        }

        public void Abandon() => Abandoned++;
    }

    private sealed class Taker(Sink sink) : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Content;
            response.PayloadLength = Encoding.UTF8.GetBytes(Text(request.Code == CoapCode.Get ? 140 : 1), response.Payload);
        }

        public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response) => sink;
    }

    private readonly byte[] _buffer = new byte[256];
    private readonly Sink _sink = new();

    private CoapEndpoint Server(bool givesUp = false) =>
        new(Small with { GivesUpWhenRefused = givesUp }, new SeededRandom(1), new Taker(_sink));

    private List<ushort> SentBy(CoapEndpoint endpoint)
    {
        var ids = new List<ushort>();
        while (endpoint.TryTransmit(_buffer, default, out Transmit transmit))
        {
            Assert.True(CoapMessage.TryParse(_buffer.AsSpan(0, transmit.Length), out CoapMessage message, out _));
            ids.Add(message.MessageId);
        }

        return ids;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_RST_for_any_block_of_a_set_ends_an_upload(int which)
    {
        List<Sent> set = Begin(140);
        Assert.Equal(3, set.Count);
        Receive(Rst(set[which].Mid));
        Assert.Equal(["Reset"], _script.Events());
        Assert.Equal(0, _script.Endpoint.ExchangeCount);
        Assert.Null(_script.Endpoint.NextDeadline);
    }

    [Fact]
    public void A_RST_for_a_request_that_was_followed_by_another_ends_a_download()
    {
        Sent first = Fetch();
        for (int i = 0; i < 4; i++)
        {
            Give(first.Token, i, 140);
        }

        Sent second = Assert.Single(Taken());
        for (int i = 4; i < 8; i++)
        {
            Give(second.Token, i, 140);
        }

        Assert.Single(Taken());

        // One of another peer, or for what was never sent, is nobody's.
        _script.Endpoint.Receive(Rst(second.Mid), Other, _script.Now);
        Receive(Rst((ushort)(second.Mid + 40)));
        Assert.Empty(_script.Events());
        Receive(Rst(second.Mid));
        Assert.Equal(["Reset"], _script.Events());
    }

    [Fact]
    public void A_RST_for_what_has_not_gone_out_yet_is_no_word_of_the_peer()
    {
        // NSTART holds the first block back behind another request, and PROBING_RATE one of the requests.
        var script = new Script(options: Small with { Exchanges = 16 });
        script.Request();
        Assert.True(CoapMessage.TryParse(Assert.Single(script.DrainBytes()), out CoapMessage asked, out _));
        ushort mid = asked.MessageId;
        script.Endpoint.Request(
            Peer, new CoapRequestHead { Method = CoapCode.Put, Path = "/f", NonConfirmable = true, RobustBlocks = true },
            Encoding.UTF8.GetBytes(Text(140)));
        for (int i = 0; i < 10; i++)
        {
            script.Request(new string('/', 40), confirmable: false);
        }

        int sent = script.Drain().Count;
        Assert.InRange(script.Endpoint.Counters.RequestsHeld, 1, 9);
        for (int i = 1; i <= 2; i++)
        {
            Assert.Empty(script.Receive(Rst((ushort)(mid + i))));
        }

        Assert.Empty(script.Events());
        Assert.Equal(12, script.Endpoint.ExchangeCount);
        Assert.NotEmpty(script.Receive(Rst(mid)));
        Assert.Equal(["Reset"], script.Events());
        Assert.NotEqual(0, sent);
    }

    [Fact]
    public void A_RST_for_what_is_missing_ends_the_request_body_at_the_server()
    {
        CoapEndpoint server = Server();
        server.Receive(Block(1, 0, 140), Peer, default);
        server.Receive(Block(2, 2, 140), Peer, default);
        server.Receive(Block(3, 4, 140), Peer, default);
        ushort asked = Assert.Single(SentBy(server));
        server.Receive(Rst(asked), Other, default);
        Assert.Equal((1, 0), (server.TransferCount, _sink.Abandoned));
        server.Receive(Rst(asked), Peer, default);
        Assert.Equal((0, 1), (server.TransferCount, _sink.Abandoned));
        Assert.Equal((1, 1), (server.Counters.TransfersReset, server.Counters.TransfersDropped));
        Assert.Null(server.NextDeadline);
    }

    [Fact]
    public void A_RST_for_what_is_asked_for_in_time_ends_it_too()
    {
        CoapEndpoint server = Server();
        server.Receive(Block(1, 1, 48), Peer, default);
        Assert.Empty(SentBy(server));
        server.OnDeadline(Instant.FromSeconds(4));
        server.Receive(Rst(Assert.Single(SentBy(server))), Peer, Instant.FromSeconds(5));
        Assert.Equal((0, 1), (server.TransferCount, _sink.Abandoned));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_RST_for_a_block_of_a_response_ends_it(int which)
    {
        CoapEndpoint server = Server();
        server.Receive(Non(CoapCode.Get, 1, "01", "", Path("f"), (CoapOptionNumber.QBlock2, UInt(8))), Peer, default);
        List<ushort> blocks = SentBy(server);
        Assert.Equal(4, blocks.Count);
        Assert.Equal(1, server.TransferCount);
        server.Receive(Rst(blocks[which]), Peer, default);
        Assert.Equal((0, 1), (server.TransferCount, server.Counters.TransfersReset));
    }

    [Fact]
    public void The_answer_to_a_body_that_has_come_is_kept_whatever_is_rejected()
    {
        // Else a block that comes again would be the first of a new body.
        Script script = new((in CoapRequest _, ref CoapResponse response) => response.Code = CoapCode.Changed, Small);
        script.Receive(Block(1, 0, 140));
        script.Receive(Block(2, 2, 140));
        Assert.True(CoapMessage.TryParse(ReceiveBytes(script, Block(3, 4, 140)), out CoapMessage asked, out _));
        ushort mid = asked.MessageId;
        foreach (int number in (int[])[1, 3, 5, 6, 7, 8])
        {
            script.Receive(Block((ushort)(number + 10), number, 140));
        }

        Assert.Equal(1, script.Handler!.Calls);
        script.Receive(Rst(mid));
        Assert.Equal("ACK 2.04 Changed #30 t=001e", script.Exchange(Block(30, 8, 140, confirmable: true)));
        Assert.Equal(1, script.Handler.Calls);
    }

    private static byte[] ReceiveBytes(Script script, byte[] datagram)
    {
        script.Endpoint.Receive(datagram, Peer, script.Now);
        return Assert.Single(script.DrainBytes());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ICMP_ends_them_if_the_options_say_so(bool givesUp)
    {
        CoapEndpoint server = Server(givesUp);
        server.Receive(Block(1, 0, 140), Peer, default);
        server.Receive(Block(1, 0, 140), Other, default);
        server.PeerFailed(Peer, PeerFailure.Refused, default);
        Assert.Equal(givesUp ? 1 : 2, server.TransferCount);
        Assert.Equal(givesUp ? 1 : 0, _sink.Abandoned);

        var client = new Script(options: Small with { GivesUpWhenRefused = givesUp });
        client.Endpoint.Request(
            Peer, new CoapRequestHead { Method = CoapCode.Put, Path = "/f", NonConfirmable = true, RobustBlocks = true },
            Encoding.UTF8.GetBytes(Text(140)));
        Assert.True(CoapMessage.TryParse(Assert.Single(client.DrainBytes()), out CoapMessage first, out _));
        client.Receive(EmptyAck(first.MessageId));

        // Nothing waits for an acknowledgement here: the set is out.
        client.Endpoint.PeerFailed(Peer, PeerFailure.Refused, client.Now);
        Assert.Equal(givesUp ? ["Refused"] : [], client.Events());
    }
}
