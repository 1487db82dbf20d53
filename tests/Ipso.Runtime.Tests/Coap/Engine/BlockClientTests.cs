using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>The client role of RFC 7959: bodies that are sent and fetched in blocks.</summary>
public partial class BlockClientTests
{
    private static readonly CoapEndpointOptions s_small = new() { BlockSize = 32, MaxMessageSize = 256, MaxBodySize = 256 };

    private static string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));

    private static WireOption Block1(byte value) => (CoapOptionNumber.Block1, [value]);

    private static WireOption Block2(byte value) => (CoapOptionNumber.Block2, [value]);

    private static WireOption Tag(byte value) => (CoapOptionNumber.ETag, [value]);

    /// <summary>The one request that is sent now: its Message ID, token, and the rest in a line.</summary>
    private static (ushort Mid, string Token, string Tail) Sent(Script script)
    {
        byte[] datagram = Assert.Single(script.DrainBytes());
        Assert.True(CoapMessage.TryParse(datagram, out CoapMessage message, out _));
        string shown = Show(datagram);
        string token = message.Token.ToString();
        return (message.MessageId, token, shown[(shown.IndexOf(token, StringComparison.Ordinal) + token.Length + 1)..]);
    }

    private static void Answer(Script script, ushort mid, string token, CoapCode code, string payload = "", params WireOption[] options) =>
        script.Endpoint.Receive(Ack(code, mid, token, payload, options), Peer, script.Now);

    [Fact]
    public void A_long_payload_is_sent_block_by_block()
    {
        var script = new Script(options: s_small);
        script.Request("/f", method: CoapCode.Put, payload: Text(70));
        (ushort mid, string token, string rest) = Sent(script);
        Assert.Equal($"11=66 23=01 27=09 60=46 \"{Text(70)[..32]}\"", rest);
        Answer(script, mid, token, CoapCode.Continue, "", Block1(0x09));

        (mid, string second, rest) = Sent(script);
        Assert.Equal($"11=66 23=01 27=19 \"{Text(70)[32..64]}\"", rest);
        Assert.NotEqual(token, second);
        Answer(script, mid, second, CoapCode.Continue, "", Block1(0x19));

        (mid, token, rest) = Sent(script);
        Assert.Equal($"11=66 23=01 27=21 \"{Text(70)[64..]}\"", rest);
        Answer(script, mid, token, CoapCode.Changed, "", Block1(0x21));
        Assert.Equal(["Response 2.04 Changed \"\""], script.Events());
        Assert.Equal(0, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void One_token_may_be_kept_for_a_body_and_its_response()
    {
        var script = new Script(options: s_small with { TokenPerBlock = false });
        script.Request("/f", method: CoapCode.Put, payload: Text(70));
        (ushort mid, string token, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Continue, "", Block1(0x09));
        (mid, string second, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Continue, "", Block1(0x19));
        (mid, string third, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Changed, Text(32), Block2(0x09), Block1(0x21));
        (mid, string fourth, _) = Sent(script);
        Assert.Equal([token, token, token], [second, third, fourth]);
        Answer(script, mid, token, CoapCode.Changed, "end", Block2(0x11));
        Assert.Equal([$"Response 2.04 Changed \"{Text(32)}end\""], script.Events());

        script.Request("/f");
        Assert.NotEqual(token, Sent(script).Token);
    }

    [Fact]
    public void The_server_may_ask_for_smaller_blocks_at_any_time()
    {
        // RFC 7959, 3.2, Figure 9: after block 0 of 32 bytes comes block 2 of 16.
        var script = new Script(options: s_small);
        script.Request("/f", method: CoapCode.Put, payload: Text(70));
        (ushort mid, string token, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Continue, "", Block1(0x08));
        Assert.Contains($" 27=28 \"{Text(70)[32..48]}\"", Sent(script).Tail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_with_a_smaller_size_is_tried_again_from_the_start_and_one_without_is_the_answer()
    {
        // RFC 7959, 2.9.3.
        var script = new Script(options: s_small);
        script.Request("/f", method: CoapCode.Put, payload: Text(70));
        (ushort mid, string token, _) = Sent(script);
        Answer(script, mid, token, CoapCode.RequestEntityTooLarge, "", Block1(0x00));
        (mid, token, string rest) = Sent(script);
        Assert.Contains($" 27=08 60=46 \"{Text(70)[..16]}\"", rest, StringComparison.Ordinal);
        Answer(script, mid, token, CoapCode.RequestEntityTooLarge, "full", (CoapOptionNumber.Size1, [10]));
        Assert.Equal(["Response 4.13 Request Entity Too Large \"full\""], script.Events());
    }

    [Fact]
    public void A_server_that_lost_a_block_gets_the_body_again_but_not_for_ever()
    {
        // RFC 7959, 2.9.2.
        var script = new Script(options: s_small);
        script.Request("/f", method: CoapCode.Put, payload: Text(70));
        for (int i = 0; i < 4; i++)
        {
            (ushort mid, string token, string rest) = Sent(script);
            Assert.Contains(" 27=09 ", rest, StringComparison.Ordinal);
            Answer(script, mid, token, CoapCode.Continue, "", Block1(0x09));
            (mid, token, _) = Sent(script);
            Answer(script, mid, token, CoapCode.RequestEntityIncomplete, "lost");
        }

        Assert.Equal(["Response 4.08 Request Entity Incomplete \"lost\""], script.Events());
    }

    [Fact]
    public void An_error_in_the_middle_ends_the_request()
    {
        var script = new Script(options: s_small);
        script.Request("/f", method: CoapCode.Put, payload: Text(70));
        (ushort mid, string token, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Forbidden, "no", Block1(0x09));
        Assert.Equal(["Response 4.03 Forbidden \"no\""], script.Events());
        Assert.Empty(script.Drain());
    }

    [Fact]
    public void Two_bodies_to_one_peer_at_a_time_bear_a_tag()
    {
        // RFC 9175, 3.4: else the server would mix their blocks.
        var script = new Script(options: s_small with { Transmission = new TransmissionParameters { Nstart = 2 } });
        script.Request("/f", method: CoapCode.Put, payload: Text(70));
        script.Request("/f", method: CoapCode.Put, payload: Text(60));
        List<string> sent = script.Drain();
        Assert.DoesNotContain(" 292=", sent[0], StringComparison.Ordinal);
        Assert.Contains(" 292=01 ", sent[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_response_in_blocks_arrives_whole()
    {
        var script = new Script(options: s_small);
        script.Request("/f");
        (ushort mid, string token, string rest) = Sent(script);
        Assert.Equal("11=66 23=01", rest);
        Answer(script, mid, token, CoapCode.Content, Text(70)[..32], Tag(1), (CoapOptionNumber.ContentFormat, [60]), Block2(0x09));
        (mid, token, rest) = Sent(script);
        Assert.Equal("11=66 23=11", rest);
        Answer(script, mid, token, CoapCode.Content, Text(70)[32..64], Tag(1), Block2(0x19));
        (mid, token, rest) = Sent(script);
        Assert.Equal("11=66 23=21", rest);
        Answer(script, mid, token, CoapCode.Content, Text(70)[64..], Tag(1), Block2(0x21));

        Assert.True(script.Endpoint.TryTakeEvent(out CoapEvent e));
        Assert.Equal(Text(70), Encoding.UTF8.GetString(e.Message.Payload));
        Assert.True(e.Message.Options.TryGetUInt(CoapOptionNumber.ContentFormat, out uint format));
        Assert.Equal(60u, format);
        Assert.False(e.Message.Options.TryGet(CoapOptionNumber.Block2, out _));
    }

    [Fact]
    public void The_servers_smaller_blocks_are_followed()
    {
        var script = new Script(options: s_small);
        script.Request("/f");
        (ushort mid, string token, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Content, Text(16), Block2(0x08));
        Assert.Equal("11=66 23=10", Sent(script).Tail);
    }

    [Fact]
    public void A_representation_that_changes_is_fetched_anew_but_not_for_ever()
    {
        // RFC 7959, 2.4.
        var script = new Script(options: s_small);
        script.Request("/f");
        for (byte i = 0; i < 4; i++)
        {
            (ushort mid, string token, string rest) = Sent(script);
            Assert.Equal("11=66 23=01", rest);
            Answer(script, mid, token, CoapCode.Content, Text(32), Tag(i), Block2(0x09));
            (mid, token, rest) = Sent(script);
            Assert.Equal("11=66 23=11", rest);
            Answer(script, mid, token, CoapCode.Content, Text(4), Tag((byte)(i + 1)), Block2(0x11));
        }

        Assert.True(script.Endpoint.TryTakeEvent(out CoapEvent e));
        Assert.Equal((CoapEventKind.TransferFailed, TransferFault.Changed), (e.Kind, e.TransferFault));
        Assert.Equal(0, script.Endpoint.ExchangeCount);
    }

    [Theory]
    [InlineData(0x29, 32)]
    [InlineData(0x19, 31)]
    public void A_block_out_of_place_or_of_the_wrong_size_ends_the_request(byte block, int length)
    {
        var script = new Script(options: s_small);
        script.Request("/f");
        (ushort mid, string token, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Content, Text(32), Block2(0x09));
        (mid, token, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Content, Text(length), Block2(block));
        Assert.True(script.Endpoint.TryTakeEvent(out CoapEvent e));
        Assert.Equal((CoapEventKind.TransferFailed, TransferFault.BlockMismatch), (e.Kind, e.TransferFault));
    }

    [Fact]
    public void A_body_larger_than_allowed_is_given_up_early_if_its_size_is_told_and_late_if_not()
    {
        var script = new Script(options: s_small);
        script.Request("/f");
        (ushort mid, string token, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Content, Text(32), Block2(0x09), (CoapOptionNumber.Size2, [1, 1]));
        Assert.True(script.Endpoint.TryTakeEvent(out CoapEvent e));
        Assert.Equal((CoapEventKind.TransferFailed, TransferFault.TooLarge), (e.Kind, e.TransferFault));

        script.Request("/f");
        for (int i = 0; i < 9; i++)
        {
            (mid, token, _) = Sent(script);
            byte[] value = i < 8 ? [(byte)((i << 4) | 9)] : [0x89];
            Answer(script, mid, token, CoapCode.Content, Text(32), (CoapOptionNumber.Block2, value));
        }

        Assert.True(script.Endpoint.TryTakeEvent(out e));
        Assert.Equal((CoapEventKind.TransferFailed, TransferFault.TooLarge), (e.Kind, e.TransferFault));
        Assert.Empty(script.Drain());
    }

    [Fact]
    public void A_FETCH_repeats_its_payload_and_a_POST_does_not()
    {
        // RFC 8132, 2; RFC 7959, 3.3.
        foreach ((CoapCode method, string expected) in new[] { (CoapCode.Fetch, "11=66 23=11 \"q\""), (CoapCode.Post, "11=66 23=11") })
        {
            var script = new Script(options: s_small);
            script.Request("/f", method: method, payload: "q");
            (ushort mid, string token, _) = Sent(script);
            Answer(script, mid, token, CoapCode.Content, Text(32), Block2(0x09));
            Assert.Equal(expected, Sent(script).Tail);
        }
    }

    [Fact]
    public void A_FETCH_in_blocks_whose_representation_changes_is_sent_anew()
    {
        var script = new Script(options: s_small);
        script.Request("/f", method: CoapCode.Fetch, payload: Text(40));
        (ushort mid, string token, string first) = Sent(script);
        Answer(script, mid, token, CoapCode.Continue, "", Block1(0x09));
        (mid, token, string second) = Sent(script);
        Answer(script, mid, token, CoapCode.Content, Text(32), Tag(1), Block2(0x09), Block1(0x11));
        (mid, token, string rest) = Sent(script);
        Assert.Equal("11=66 23=11", rest);
        Answer(script, mid, token, CoapCode.Content, "new", Tag(2), Block2(0x11));

        (mid, token, rest) = Sent(script);
        Assert.Equal(first, rest);
        Answer(script, mid, token, CoapCode.Continue, "", Block1(0x09));
        (mid, token, rest) = Sent(script);
        Assert.Equal(second, rest);
        Answer(script, mid, token, CoapCode.Content, "new", Tag(2));
        Assert.Equal(["Response 2.05 Content \"new\""], script.Events());
    }

    [Fact]
    public void A_lost_block_is_repeated_and_a_server_that_falls_silent_ends_the_request()
    {
        var script = new Script(options: s_small);
        script.Request("/f");
        (ushort mid, string token, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Content, Text(32), Block2(0x09));
        string second = Assert.Single(script.Drain());
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal([second], script.Deadline());
        }

        Assert.Empty(script.Deadline());
        Assert.Equal(["Timeout"], script.Events());
    }

    [Fact]
    public void The_rest_of_a_notification_is_fetched_without_Observe()
    {
        // RFC 7959, 2.6 and 3.4.
        var script = new Script(options: s_small);
        script.Request("/f", observe: true);
        (ushort mid, string token, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Content, Text(40)[..32], Tag(1), Observe(1), Block2(0x09));
        Assert.Empty(script.Events());
        (ushort fetch, string other, string rest) = Sent(script);
        Assert.Equal("11=66 23=11", rest);
        Assert.NotEqual(token, other);
        Answer(script, fetch, other, CoapCode.Content, Text(40)[32..], Tag(1), Block2(0x11));
        Assert.Equal([$"Notification 2.05 Content \"{Text(40)}\""], script.Events());

        // The observation goes on under its own token.
        script.Receive(Non(CoapCode.Content, 700, token, "small", Observe(2)));
        Assert.Equal(["Notification 2.05 Content \"small\""], script.Events());
        Assert.Equal(1, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void A_new_notification_ends_the_fetch_of_the_old_one()
    {
        var script = new Script(options: s_small);
        script.Request("/f", observe: true);
        (ushort mid, string token, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Content, "first", Observe(1));
        script.Events();
        script.Endpoint.Receive(Non(CoapCode.Content, 700, token, Text(32), Tag(1), Observe(2), Block2(0x09)), Peer, script.Now);
        (ushort fetch, string old, _) = Sent(script);
        script.Endpoint.Receive(
            Non(CoapCode.Content, 701, token, new string('z', 32), Tag(2), Observe(3), Block2(0x09)), Peer, script.Now);
        (ushort newer, string other, _) = Sent(script);
        Answer(script, fetch, old, CoapCode.Content, "old", Tag(1), Block2(0x11));
        Answer(script, newer, other, CoapCode.Content, "zz", Tag(2), Block2(0x11));
        Assert.Equal([$"Notification 2.05 Content \"{new string('z', 34)}\""], script.Events());
        Assert.Equal(1, script.Endpoint.Counters.TransfersDropped);
        Assert.Equal(1, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void Cancelling_in_the_middle_gives_everything_back()
    {
        var script = new Script(options: s_small with { Exchanges = 2 });
        ExchangeId id = script.Request("/f", observe: true);
        (ushort mid, string token, _) = Sent(script);
        Answer(script, mid, token, CoapCode.Content, Text(32), Observe(1), Block2(0x09));
        Sent(script);
        Assert.Equal(2, script.Endpoint.ExchangeCount);
        Assert.True(script.Endpoint.Forget(id));
        Assert.Equal(0, script.Endpoint.ExchangeCount);
        Assert.Null(script.Endpoint.NextDeadline);

        var source = new Source(100);
        id = script.Endpoint.Request(Peer, new CoapRequestHead { Method = CoapCode.Put, Path = "/f" }, source);
        Sent(script);
        Assert.True(script.Endpoint.Cancel(id));
        Assert.Equal((0, 1), (script.Endpoint.ExchangeCount, source.Closed));
    }
}
