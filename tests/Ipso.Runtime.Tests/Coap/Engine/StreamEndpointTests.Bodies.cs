using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

// Bodies in blocks, of 1024 bytes and of several times that.
public partial class StreamEndpointTests
{
    [Fact]
    public void BERT_blocks_carry_several_blocks_of_1024_bytes()
    {
        // RFC 8323, 6: NUM counts in units of 1024.
        CoapStreamEndpoint endpoint = Connected(
            (in _, ref response) =>
            {
                response.Code = CoapCode.Content;
                response.PayloadLength = 12_903;
            },
            s_large);
        endpoint.Receive(Frame(CoapCode.Csm, "", "", ((CoapOptionNumber)2, [0x20, 0]), ((CoapOptionNumber)4, [])), Peer, default);
        var seen = new List<string>();
        foreach (byte[] block in new byte[][] { [], [0x77] })
        {
            endpoint.Receive(
                block.Length == 0 ? Frame(CoapCode.Get) : Frame(CoapCode.Get, "", "", (CoapOptionNumber.Block2, block)), Peer, default);
            string shown = Assert.Single(Drain(endpoint));
            string value = System.Text.RegularExpressions.Regex.Match(shown, " 23=([0-9a-f]*)").Groups[1].Value;
            seen.Add($"{value} {shown.Split('"')[1].Length}");
        }

        Assert.Equal(["0f 7168", "77 5735"], seen);
    }

    [Fact]
    public void A_peer_that_has_not_spoken_of_block_wise_transfer_gets_single_blocks_that_it_has_room_for()
    {
        CoapStreamEndpoint endpoint = Connected(
            (in _, ref response) =>
            {
                response.Code = CoapCode.Content;
                response.PayloadLength = 5000;
            },
            s_large);
        endpoint.Receive(Frame(CoapCode.Get), Peer, default);
        string shown = Assert.Single(Drain(endpoint));
        Assert.Contains(" 23=0e ", shown, StringComparison.Ordinal);
        Assert.Equal(1024, shown.Split('"')[1].Length);
    }

    [Theory]
    [InlineData(8192, 1)]
    [InlineData(8192, 7)]
    [InlineData(1152, 1000)]
    public void Client_and_server_exchange_bodies_and_notifications_over_any_cut(int size, int piece)
    {
        CoapEndpointOptions options = s_large with { MaxMessageSize = size };
        int state = 0;
        CoapStreamEndpoint server = Server(
            (in request, ref response) =>
            {
                response.Code = request.Method == CoapMethod.Get ? CoapCode.Content : CoapCode.Changed;
                response.Observe(1);
                if (request.Method == CoapMethod.Get)
                {
                    response.PayloadLength = 20_000;
                    response.Payload[..20_000].Fill((byte)state);
                }
                else
                {
                    request.Payload.CopyTo(response.Payload);
                    response.PayloadLength = request.Payload.Length;
                }
            },
            options);
        var client = new CoapStreamEndpoint(options, new SeededRandom(2));
        server.Open(Peer, default);
        client.Open(Other, default);
        Carry();

        var body = new byte[50_000];
        new Random(1).NextBytes(body);
        client.Request(Other, new CoapRequestHead { Method = CoapCode.Post, Path = "/e" }, body);
        Carry();
        Assert.True(client.TryTakeEvent(out CoapEvent e));
        Assert.True(e.Message.Payload.SequenceEqual(body));

        client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/s", Observe = true });
        for (state = 1; state < 4; state++)
        {
            server.Notify(1, confirmable: true);
            Carry();
            Assert.True(client.TryTakeEvent(out e));
            Assert.Equal(CoapEventKind.Notification, e.Kind);
            Assert.Equal((20_000, state), (e.Message.Payload.Length, (int)e.Message.Payload[19_999]));
        }

        Assert.True(client.Cancel(e.Exchange));
        Carry();
        Assert.Equal((0, 0L), (server.ObserverCount, server.Counters.Malformed + client.Counters.Malformed));
        server.Close(Peer);
        Assert.Equal(0, server.ConnectionCount);

        void Carry()
        {
            bool moved = true;
            while (moved)
            {
                moved = Move(client, server, Peer) | Move(server, client, Other);
            }
        }

        bool Move(CoapStreamEndpoint from, CoapStreamEndpoint to, PeerId name)
        {
            bool moved = false;
            while (from.TryTransmit(_buffer, default, out Transmit transmit))
            {
                moved = true;
                for (int i = 0; i < transmit.Length; i += piece)
                {
                    int length = Math.Min(piece, transmit.Length - i);
                    Assert.Equal(length, to.Receive(_buffer.AsSpan(i, length), name, default));
                }
            }

            return moved;
        }
    }
}
