using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>The client role of RFC 7959, 2.4: what a server says between two blocks when it no longer has the body of the first.</summary>
public class ForgottenBodyTests
{
    private static readonly CoapEndpointOptions s_small = new() { BlockSize = 32, MaxMessageSize = 256, MaxBodySize = 256 };

    private static string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));

    private static WireOption Block1(byte value) => (CoapOptionNumber.Block1, [value]);

    private static WireOption Block2(byte value) => (CoapOptionNumber.Block2, [value]);

    private static (ushort Mid, string Token, string Tail) Sent(Script script)
    {
        byte[] datagram = Assert.Single(script.DrainBytes());
        Assert.True(CoapMessage.TryParse(datagram, out CoapMessage message, out _));
        string shown = Show(datagram);
        string token = message.Token.ToString();
        return (message.MessageId, token, shown[(shown.IndexOf(token, StringComparison.Ordinal) + token.Length + 1)..]);
    }

    private static void Answer(Script script, CoapCode code, string payload = "", params WireOption[] options)
    {
        (ushort mid, string token, _) = Sent(script);
        script.Endpoint.Receive(Ack(code, mid, token, payload, options), Peer, script.Now);
    }

    private static (CoapEventKind Kind, TransferFault Fault) Ended(Script script)
    {
        Assert.True(script.Endpoint.TryTakeEvent(out CoapEvent e));
        Assert.Equal(0, script.Endpoint.ExchangeCount);
        return (e.Kind, e.TransferFault);
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

    [Theory]
    [InlineData(0x88)]
    [InlineData(0x80)]
    public void A_server_that_has_forgotten_the_body_is_asked_from_the_start(byte code)
    {
        var script = new Script(options: s_small);
        script.Request("/f");
        Answer(script, CoapCode.Content, Text(32), Block2(0x09));
        Answer(script, new CoapCode(code), "gone");
        (ushort mid, string token, string rest) = Sent(script);
        Assert.Equal("11=66 23=01", rest);
        script.Endpoint.Receive(Ack(CoapCode.Content, mid, token, Text(40)[..32], Block2(0x09)), Peer, script.Now);
        Answer(script, CoapCode.Content, Text(40)[32..], Block2(0x11));
        Assert.Equal([$"Response 2.05 Content \"{Text(40)}\""], script.Events());
        Assert.Equal(1, script.Endpoint.Counters.TransfersRestarted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void As_often_as_the_option_says(int restarts)
    {
        var script = new Script(options: s_small with { TransferRestarts = restarts });
        script.Request("/f");
        for (int i = 0; i <= restarts; i++)
        {
            Answer(script, CoapCode.Content, Text(32), Block2(0x09));
            Answer(script, CoapCode.RequestEntityIncomplete, "gone");
        }

        Assert.Equal((CoapEventKind.TransferFailed, TransferFault.Forgotten), Ended(script));
        Assert.Equal(1, script.Endpoint.Counters.TransfersDropped);

        // A changed entity-tag counts the same.
        script.Request("/f");
        for (int i = 0; i <= restarts; i++)
        {
            Answer(script, CoapCode.Content, Text(32), (CoapOptionNumber.ETag, [1]), Block2(0x09));
            Answer(script, CoapCode.Content, Text(32), (CoapOptionNumber.ETag, [2]), Block2(0x19));
        }

        Assert.Equal((CoapEventKind.TransferFailed, TransferFault.Changed), Ended(script));
    }

    [Fact]
    public void What_changes_something_is_not_done_again()
    {
        var script = new Script(options: s_small);
        script.Request("/f", method: CoapCode.Post, payload: "x");
        Answer(script, CoapCode.Changed, Text(32), Block2(0x09));
        Answer(script, CoapCode.RequestEntityIncomplete, "gone");
        Assert.Empty(script.Drain());
        Assert.Equal((CoapEventKind.TransferFailed, TransferFault.Forgotten), Ended(script));
    }

    [Fact]
    public void A_FETCH_whose_payload_went_out_in_blocks_goes_out_in_blocks_again()
    {
        var script = new Script(options: s_small);
        script.Request("/f", method: CoapCode.Fetch, payload: Text(40));
        Answer(script, CoapCode.Continue, "", Block1(0x09));
        Answer(script, CoapCode.Content, Text(32), Block2(0x09), Block1(0x11));
        Answer(script, CoapCode.RequestEntityIncomplete, "gone");
        (ushort mid, string token, string rest) = Sent(script);
        Assert.Contains($" 27=09 60=28 \"{Text(32)}\"", rest, StringComparison.Ordinal);
        script.Endpoint.Receive(Ack(CoapCode.Continue, mid, token, "", Block1(0x09)), Peer, script.Now);
        Answer(script, CoapCode.Content, "new", Block1(0x11));
        Assert.Equal(["Response 2.05 Content \"new\""], script.Events());
    }

    [Fact]
    public void An_error_between_two_blocks_is_the_response_without_what_came_before()
    {
        var script = new Script(options: s_small);
        script.Request("/f");
        Answer(script, CoapCode.Content, Text(32), Block2(0x09));
        Answer(script, CoapCode.NotFound, "no more");
        Assert.Equal(["Response 4.04 Not Found \"no more\""], script.Events());

        var sink = new Sink();
        script.Endpoint.Request(Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/f", Sink = sink });
        Answer(script, CoapCode.Content, Text(32), Block2(0x09));
        Answer(script, CoapCode.NotFound, "no more");
        Assert.Equal(["Response 4.04 Not Found \"no more\""], script.Events());
        Assert.Equal(1, sink.Abandoned);
    }

    [Fact]
    public void A_body_that_has_become_short_enough_for_one_message_is_the_response()
    {
        var script = new Script(options: s_small);
        script.Request("/f");
        Answer(script, CoapCode.Content, Text(32), (CoapOptionNumber.ETag, [1]), Block2(0x09));
        Answer(script, CoapCode.Content, "short", (CoapOptionNumber.ETag, [2]));
        Assert.Equal(["Response 2.05 Content \"short\""], script.Events());

        var sink = new Sink();
        script.Endpoint.Request(Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/f", Sink = sink });
        Answer(script, CoapCode.Content, Text(32), (CoapOptionNumber.ETag, [1]), Block2(0x09));
        Answer(script, CoapCode.Content, "short", (CoapOptionNumber.ETag, [2]), Block2(0x01));
        Assert.Equal(["Response 2.05 Content \"\""], script.Events());
        Assert.Equal(("short", 0), (sink.Text.ToString(), sink.Abandoned));
    }

    [Fact]
    public void A_server_that_starts_anew_between_two_blocks_is_asked_again_until_the_body_is_whole()
    {
        byte[] body = Encoding.UTF8.GetBytes(Text(200));
        void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Content;
            response.SetETag([9]);
            body.CopyTo(response.Payload);
            response.PayloadLength = body.Length;
        }

        var client = new Script(options: s_small);
        var server = new Script(Handle, options: s_small);
        client.Request("/f", method: CoapCode.Fetch, payload: Text(40));
        for (int round = 0; client.Endpoint.ExchangeCount > 0 && round < 60; round++)
        {
            if (round == 4)
            {
                // What the FETCH asked for has gone with the body: the new server cannot render it.
                server = new Script(Handle, options: s_small, seed: 2);
            }

            foreach (byte[] datagram in client.DrainBytes())
            {
                server.Endpoint.Receive(datagram, Peer, client.Now);
            }

            foreach (byte[] datagram in server.DrainBytes())
            {
                client.Endpoint.Receive(datagram, Peer, client.Now);
            }

            if (client.Events() is [var e])
            {
                Assert.Equal($"Response 2.05 Content \"{Text(200)}\"", e);
                Assert.Equal(1, client.Endpoint.Counters.TransfersRestarted);
                return;
            }
        }

        Assert.Fail("The body has not come.");
    }
}
