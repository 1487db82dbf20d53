using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>What <c>docs/conformance.md</c> names and no other class of tests shows.</summary>
public class ConformanceTests
{
    private static readonly CoapEndpointOptions s_small =
        new() { BlockSize = 16, MaxMessageSize = 256, MaxBodySize = 256, Transfers = 3 };

    private static string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));

    private static WireOption Block1(byte value) => (CoapOptionNumber.Block1, [value]);

    private static WireOption Block2(byte value) => (CoapOptionNumber.Block2, [value]);

    private static void Answer(in CoapRequest request, ref CoapResponse response)
    {
        bool reads = request.Method == CoapMethod.Get;
        response.Code = reads ? CoapCode.Content : CoapCode.Changed;
        response.PayloadLength = Encoding.UTF8.GetBytes(reads ? Text(70) : $"{request.Payload.Length}", response.Payload);
    }

    [Fact]
    public void A_response_is_given_out_whatever_the_order_of_its_blocks_and_whatever_comes_in_between()
    {
        var script = new Script(Answer, s_small);
        Assert.EndsWith($" 23=08 \"{Text(70)[..16]}\"", script.Exchange(Con(CoapCode.Get, 1, "01")), StringComparison.Ordinal);
        byte[] third = Con(CoapCode.Get, 2, "02", "", Block2(0x20));
        string answer = script.Exchange(third);
        Assert.EndsWith($" 23=28 \"{Text(70)[32..48]}\"", answer, StringComparison.Ordinal);
        Assert.Equal(answer, script.Exchange(third));
        Assert.Equal("ACK 2.04 Changed #3 t=03 \"1\"", script.Exchange(Con(CoapCode.Post, 3, "03", "x", Path("other"))));
        Assert.Equal("RST 0.00 Empty #4", script.Exchange(Con(CoapCode.Empty, 4)));
        Assert.EndsWith(
            $" 23=18 \"{Text(70)[16..32]}\"", script.Exchange(Con(CoapCode.Get, 5, "04", "", Block2(0x10))), StringComparison.Ordinal);
        Assert.EndsWith(
            $" 23=40 \"{Text(70)[64..]}\"", script.Exchange(Con(CoapCode.Get, 6, "05", "", Block2(0x40))), StringComparison.Ordinal);

        // The representation was made once, and the other request was the only other one.
        Assert.Equal(2, script.Handler!.Calls);
    }

    [Fact]
    public void A_block_of_the_wrong_size_is_refused_and_the_transfer_goes_on()
    {
        var script = new Script(Answer, s_small);
        Assert.Equal("ACK 2.31 Continue #1 27=08", script.Exchange(Con(CoapCode.Put, 1, "", Text(16), Block1(0x08))));
        Assert.Equal(
            "ACK 4.00 Bad Request #2 \"block 1 has 15 bytes, not 16\"", script.Exchange(Con(CoapCode.Put, 2, "", Text(15), Block1(0x18))));
        Assert.Equal("ACK 2.31 Continue #3 27=18", script.Exchange(Con(CoapCode.Put, 3, "", Text(16), Block1(0x18))));
        Assert.Equal("ACK 2.04 Changed #4 27=20 \"36\"", script.Exchange(Con(CoapCode.Put, 4, "", Text(4), Block1(0x20))));
    }

    [Fact]
    public void A_reset_with_a_code_or_a_token_is_none()
    {
        var script = new Script();
        script.Request("/x");
        Assert.True(CoapMessage.TryParse(Assert.Single(script.DrainBytes()), out CoapMessage request, out _));
        (ushort mid, string token) = (request.MessageId, request.Token.ToString());
        Assert.Empty(script.Receive(Message(CoapType.Reset, CoapCode.NotFound, mid, token, "")));
        Assert.Empty(script.Receive([0x71, 0x00, (byte)(mid >> 8), (byte)mid, 0x01]));
        Assert.Empty(script.Events());
        script.Receive(Rst(mid));
        Assert.Equal(["Reset"], script.Events());
    }

    [Fact]
    public void An_acknowledgement_of_a_NON_is_no_answer_to_it()
    {
        var script = new Script();
        script.Request("/x", confirmable: false);
        Assert.True(CoapMessage.TryParse(Assert.Single(script.DrainBytes()), out CoapMessage request, out _));
        (ushort mid, string token) = (request.MessageId, request.Token.ToString());
        Assert.Empty(script.Receive(Ack(CoapCode.Content, mid, token, "wrong")));
        Assert.Empty(script.Events());
        script.Receive(Non(CoapCode.Content, 9, token, "right"));
        Assert.Equal(["Response 2.05 Content \"right\""], script.Events());
    }

    [Theory]
    [InlineData(PeerFailure.Refused, true, new[] { "Refused" })]
    [InlineData(PeerFailure.Refused, false, new string[0])]
    [InlineData(PeerFailure.NotSent, true, new string[0])]
    public void A_request_that_is_refused_ends_at_once_where_that_is_wanted(PeerFailure failure, bool givesUp, string[] events)
    {
        var script = new Script(options: new CoapEndpointOptions { GivesUpWhenRefused = givesUp });
        script.Request("/x");
        script.Drain();
        script.Endpoint.PeerFailed(Other, failure, script.Now);
        Assert.Empty(script.Events());
        script.Endpoint.PeerFailed(Peer, failure, script.Now);
        Assert.Equal(events, script.Events());
        Assert.Equal(1 - events.Length, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void What_has_arrived_is_not_refused_any_more()
    {
        var script = new Script(options: new CoapEndpointOptions { GivesUpWhenRefused = true });
        script.Request("/x");
        Assert.True(CoapMessage.TryParse(Assert.Single(script.DrainBytes()), out CoapMessage request, out _));
        string token = request.Token.ToString();
        script.Receive(EmptyAck(request.MessageId));
        script.Endpoint.PeerFailed(Peer, PeerFailure.Refused, script.Now);
        Assert.Empty(script.Events());
        script.Receive(Con(CoapCode.Content, 9, token, "late"));
        Assert.Equal(["Response 2.05 Content \"late\""], script.Events());
    }
}
