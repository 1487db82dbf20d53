using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.RobustServerTests;
using static Ipso.Tests.Coap.Engine.Wire;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>The client role of RFC 9177: sets of four blocks of 16 bytes.</summary>
public class RobustClientTests
{
    private readonly Script _script = new(options: Small);
    private ushort _mid = 100;

    private readonly record struct Sent(CoapType Type, ushort Mid, string Token, string Blocks, string Text);

    // What is sent now: of each message type, Message ID, token, and the robust options as number/M.
    private List<Sent> Taken() => _script.DrainBytes().ConvertAll(static datagram =>
    {
        Assert.True(CoapMessage.TryParse(datagram, out CoapMessage message, out _));
        var blocks = new List<string>();
        foreach (CoapOption option in message.Options)
        {
            if (option.Number is CoapOptionNumber.QBlock1 or CoapOptionNumber.QBlock2
                && BlockOption.TryRead(option.Value, out BlockOption block))
            {
                blocks.Add($"{block.Number}/{(block.More ? 1 : 0)}");
            }
        }

        return new Sent(message.Type, message.MessageId, message.Token.ToString(), string.Join(' ', blocks), Show(datagram));
    });

    private static string Blocks(List<Sent> sent) => string.Join(' ', sent.Select(static s => s.Blocks));

    private ExchangeId Request(CoapCode method, int length, bool confirmable = false, ICoapBodySink? sink = null)
    {
        var head = new CoapRequestHead { Method = method, Path = "/f", NonConfirmable = !confirmable, RobustBlocks = true, Sink = sink };
        return _script.Endpoint.Request(Peer, head, Encoding.UTF8.GetBytes(Text(length)));
    }

    private void Receive(byte[] datagram) => _script.Endpoint.Receive(datagram, Peer, _script.Now);

    private void Say(CoapCode code, string token, string payload = "", params WireOption[] options) =>
        Receive(Non(code, ++_mid, token, payload, options));

    private void Continue(string token, int number) =>
        Say(CoapCode.Continue, token, "", (CoapOptionNumber.QBlock1, UInt(new BlockOption(number, true, 0).Value)));

    private void Miss(string token, string list) =>
        Say(CoapCode.RequestEntityIncomplete, token, list, (CoapOptionNumber.ContentFormat, UInt(272)));

    // A block of a response of so many bytes.
    private void Give(string token, int number, int length, byte tag = 1, int exponent = 0) => Receive(Non(
        CoapCode.Content, ++_mid, token, Text(length)[(number * 16)..Math.Min((number + 1) * 16, length)],
        (CoapOptionNumber.ETag, [tag]),
        (CoapOptionNumber.Size2, UInt((uint)length)),
        (CoapOptionNumber.QBlock2, UInt(new BlockOption(number, (number + 1) * 16 < length, exponent).Value))));

    // The first block of an upload, acknowledged: the rest of its set is out.
    private List<Sent> Begin(int length)
    {
        Request(CoapCode.Put, length);
        Sent first = Assert.Single(Taken());
        Receive(EmptyAck(first.Mid));
        return Taken();
    }

    // A request for a body, acknowledged.
    private Sent Fetch()
    {
        Request(CoapCode.Get, 0);
        Sent first = Assert.Single(Taken());
        Receive(EmptyAck(first.Mid));
        return first;
    }

    [Fact]
    public void A_body_goes_out_in_sets_after_a_first_block_that_is_confirmable()
    {
        Request(CoapCode.Put, 140);
        Sent first = Assert.Single(Taken());
        Assert.Equal((CoapType.Confirmable, "0/1"), (first.Type, first.Blocks));
        Assert.Matches($" 11=66 19=08 60=8c 292=[0-9a-f]{{8}} \"{Text(16)}\"$", first.Text);
        Receive(EmptyAck(first.Mid));

        List<Sent> sent = Taken();
        Assert.Equal("1/1 2/1 3/1", Blocks(sent));
        Assert.All(sent, s => Assert.Equal((CoapType.NonConfirmable, first.Token[..12]), (s.Type, s.Token[..12])));
        Assert.Equal(4, sent.Append(first).Select(static s => s.Token).Distinct().Count());

        Continue(sent[^1].Token, 3);
        sent = Taken();
        Assert.Equal("4/1 5/1 6/1 7/1", Blocks(sent));
        Continue(sent[^1].Token, 7);
        sent = Taken();
        Assert.Equal("8/0", Blocks(sent));
        Assert.EndsWith($" 60=8c {first.Text.Split(' ')[^2]} \"{Text(140)[128..]}\"", sent[0].Text);
        Say(CoapCode.Changed, sent[0].Token, "done");
        Assert.Equal(["Response 2.04 Changed \"done\""], _script.Events());
        Assert.Equal(0, _script.Endpoint.ExchangeCount);
        Assert.Null(_script.Endpoint.NextDeadline);
    }

    [Fact]
    public void Without_a_word_the_next_set_goes_out_after_NON_TIMEOUT()
    {
        Begin(140);
        Instant due = Assert.NotNull(_script.Endpoint.NextDeadline);
        Assert.InRange(due - default(Instant), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
        _script.At((due - default(Instant)).TotalSeconds).Endpoint.OnDeadline(due);
        Assert.Equal("4/1 5/1 6/1 7/1", Blocks(Taken()));
    }

    [Fact]
    public void Blocks_that_are_missing_go_out_before_the_body_goes_on()
    {
        // RFC 9177, 10.1.3.
        List<Sent> sent = Begin(140);
        Miss(sent[^1].Token, "\u0001\u0003");
        sent = Taken();
        Assert.Equal("1/1 3/1", Blocks(sent));
        Continue(sent[^1].Token, 3);
        Assert.Equal("4/1 5/1 6/1 7/1", Blocks(Taken()));
    }

    [Fact]
    public void After_the_last_block_the_server_has_its_time_and_is_asked_once()
    {
        List<Sent> sent = Begin(40);
        Assert.Equal("1/1 2/0", Blocks(sent));
        Assert.Equal(Instant.FromSeconds(8), _script.Endpoint.NextDeadline);
        _script.At(8).Endpoint.OnDeadline(_script.Now);
        Sent probe = Assert.Single(Taken());
        Assert.Equal((CoapType.Confirmable, "2/0"), (probe.Type, probe.Blocks));

        // The acknowledgement says what is missing.
        Receive(Message(
            CoapType.Acknowledgement, CoapCode.RequestEntityIncomplete, probe.Mid, probe.Token, "\u0001",
            (CoapOptionNumber.ContentFormat, UInt(272))));
        Sent missing = Assert.Single(Taken());
        Assert.Equal((CoapType.NonConfirmable, "1/1"), (missing.Type, missing.Blocks));
        Say(CoapCode.Changed, missing.Token);
        Assert.Equal(["Response 2.04 Changed \"\""], _script.Events());
    }

    [Fact]
    public void A_server_that_only_acknowledges_ends_in_a_timeout()
    {
        Begin(40);
        _script.At(8).Endpoint.OnDeadline(_script.Now);
        Receive(EmptyAck(Assert.Single(Taken()).Mid));
        Assert.Equal(Instant.FromSeconds(8 + 93), _script.Endpoint.NextDeadline);
        Assert.Empty(_script.Deadline());
        Assert.Equal(["Timeout"], _script.Events());
    }

    [Fact]
    public void Confirmable_blocks_go_out_one_after_the_other()
    {
        // RFC 9177, 7.1.
        Request(CoapCode.Put, 100, confirmable: true);
        for (int i = 0; i < 7; i++)
        {
            Sent sent = Assert.Single(Taken());
            Assert.Equal((CoapType.Confirmable, $"{i}/{(i < 6 ? 1 : 0)}"), (sent.Type, sent.Blocks));
            Receive(i < 6 ? EmptyAck(sent.Mid) : Ack(CoapCode.Changed, sent.Mid, sent.Token, "all"));
        }

        Assert.Equal(["Response 2.04 Changed \"all\""], _script.Events());
    }

    [Fact]
    public void Where_the_server_does_not_know_the_options_bodies_go_by_Block1()
    {
        Request(CoapCode.Put, 40);
        Sent first = Assert.Single(Taken());
        Receive(Ack(CoapCode.BadOption, first.Mid, first.Token, "Option 19 is not supported"));
        Sent block = Assert.Single(Taken());
        Assert.Equal(CoapType.Confirmable, block.Type);
        Assert.Contains($" 27=08 60=28", block.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(" 19=", block.Text, StringComparison.Ordinal);
        Say(CoapCode.Continue, block.Token, "", (CoapOptionNumber.Block1, [0x08]));
        Assert.Contains(" 27=18 ", Assert.Single(Taken()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void And_are_fetched_by_Block2()
    {
        Request(CoapCode.Get, 0);
        Sent first = Assert.Single(Taken());
        Assert.Equal((CoapType.Confirmable, "0/1"), (first.Type, first.Blocks));
        Receive(Ack(CoapCode.BadOption, first.Mid, first.Token));
        Sent again = Assert.Single(Taken());
        Assert.Equal("", again.Blocks);
        Say(CoapCode.Content, again.Token, Text(16), (CoapOptionNumber.Block2, [0x08]));
        again = Assert.Single(Taken());
        Assert.EndsWith(" 23=10", again.Text);
        Say(CoapCode.Content, again.Token, "end", (CoapOptionNumber.Block2, [0x10]));
        Assert.Equal([$"Response 2.05 Content \"{Text(16)}end\""], _script.Events());

        // A 4.02 for another reason is the answer.
        Request(CoapCode.Get, 0);
        first = Assert.Single(Taken());
        Receive(Ack(CoapCode.BadOption, first.Mid, first.Token));
        Say(CoapCode.BadOption, Assert.Single(Taken()).Token, "no");
        Assert.Equal(["Response 4.02 Bad Option \"no\""], _script.Events());
    }

    [Fact]
    public void A_refusal_with_a_smaller_size_begins_anew_with_another_tag()
    {
        var script = new Script(options: Small with { BlockSize = 32 });
        var head = new CoapRequestHead { Method = CoapCode.Put, Path = "/f", RobustBlocks = true };
        script.Endpoint.Request(Peer, head, Encoding.UTF8.GetBytes(Text(70)));
        byte[] first = Assert.Single(script.DrainBytes());
        Assert.True(CoapMessage.TryParse(first, out CoapMessage message, out _));
        Assert.Contains(" 19=09 60=46 ", Show(first), StringComparison.Ordinal);
        string token = message.Token.ToString();
        byte[] refusal = Ack(CoapCode.RequestEntityTooLarge, message.MessageId, token, "", (CoapOptionNumber.QBlock1, []));
        script.Endpoint.Receive(refusal, Peer, script.Now);
        string second = Assert.Single(script.Drain());
        Assert.Contains(" 19=08 60=46 ", second, StringComparison.Ordinal);
        Assert.NotEqual(Show(first).Split(" 292=")[1][..8], second.Split(" 292=")[1][..8]);
    }

    [Theory]
    [InlineData("\u0003\u0001")]
    [InlineData("\u0001\u0001")]
    [InlineData("\u0018")]
    [InlineData("x")]
    [InlineData("\u0018\u0020")]
    [InlineData("")]
    public void A_list_of_missing_blocks_that_is_none_is_dropped(string list)
    {
        List<Sent> sent = Begin(140);
        Miss(sent[^1].Token, list);
        Assert.Empty(Taken());
        Assert.Equal(1, _script.Endpoint.Counters.Dropped);
    }

    [Fact]
    public void A_server_cannot_go_back_or_ask_for_ever()
    {
        List<Sent> sent = Begin(140);
        Continue(sent[^1].Token, 3);
        sent = Taken();
        Miss(sent[^1].Token, "\u0001");
        Continue(sent[^1].Token, 3);
        Continue(sent[^1].Token, 8);
        Assert.Empty(Taken());
        Assert.Equal(3, _script.Endpoint.Counters.Dropped);

        int asked = 0;
        while (_script.Endpoint.ExchangeCount > 0 && _script.Events() is not ["TransferFailed"])
        {
            Miss(sent[^1].Token, "\u0005");
            asked += Taken().Count;
        }

        Assert.InRange(asked, 4, 30);
        Assert.Equal(0, _script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void A_response_is_fetched_set_by_set()
    {
        // RFC 9177, 10.2.2.
        Sent first = Fetch();
        Give(first.Token, 0, 140);
        Give(first.Token, 1, 140);
        Give(first.Token, 2, 140);
        Assert.Empty(Taken());
        Give(first.Token, 3, 140);
        Sent next = Assert.Single(Taken());
        Assert.Equal((CoapType.NonConfirmable, "4/1"), (next.Type, next.Blocks));
        for (int i = 4; i < 8; i++)
        {
            // Also with the token of a request before.
            Give(i % 2 == 0 ? next.Token : first.Token, i, 140);
        }

        next = Assert.Single(Taken());
        Assert.Equal("8/1", next.Blocks);
        Give(next.Token, 8, 140);
        Assert.Equal([$"Response 2.05 Content \"{Text(140)}\""], _script.Events());
        Assert.Equal(0, _script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void The_block_in_the_acknowledgement_counts_though_others_overtake_it()
    {
        Request(CoapCode.Get, 0);
        Sent first = Assert.Single(Taken());
        Give(first.Token, 1, 40);
        Give(first.Token, 2, 40);
        Receive(Ack(
            CoapCode.Content, first.Mid, first.Token, Text(16), (CoapOptionNumber.ETag, [1]), (CoapOptionNumber.Size2, UInt(40)),
            (CoapOptionNumber.QBlock2, UInt(8))));
        Assert.Equal([$"Response 2.05 Content \"{Text(40)}\""], _script.Events());
        Assert.Null(_script.Endpoint.NextDeadline);
    }

    [Fact]
    public void Missing_blocks_are_asked_for_together_in_time()
    {
        Sent first = Fetch();
        Give(first.Token, 0, 140);
        Give(first.Token, 2, 140);
        Give(first.Token, 2, 140);
        Assert.Equal(Instant.FromSeconds(4), _script.Endpoint.NextDeadline);
        _script.At(4).Endpoint.OnDeadline(_script.Now);
        Sent asks = Assert.Single(Taken());
        Assert.Equal((CoapType.Confirmable, "1/0 3/1"), (asks.Type, asks.Blocks));
        Receive(EmptyAck(asks.Mid));
        Assert.Equal(Instant.FromSeconds(4 + 8), _script.Endpoint.NextDeadline);
        Give(asks.Token, 3, 140);
        Give(asks.Token, 1, 140);
        Assert.Equal("4/1", Assert.Single(Taken()).Blocks);
    }

    [Fact]
    public void Or_at_once_when_the_next_set_begins()
    {
        Sent first = Fetch();
        Give(first.Token, 0, 140);
        Give(first.Token, 2, 140);
        Give(first.Token, 4, 140);
        Assert.Equal("1/0 3/0", Assert.Single(Taken()).Blocks);
        Give(first.Token, 5, 140);
        Assert.Empty(Taken());
    }

    [Fact]
    public void A_server_that_falls_silent_is_given_up_after_NON_MAX_RETRANSMIT()
    {
        Give(Fetch().Token, 0, 140);
        double time = 4;
        foreach (double wait in (double[])[8, 16, 32, 64])
        {
            Assert.Equal(Instant.FromSeconds(time), _script.Endpoint.NextDeadline);
            _script.At(time).Endpoint.OnDeadline(_script.Now);
            Sent asks = Assert.Single(Taken());
            Assert.Equal("1/1", asks.Blocks);
            Receive(EmptyAck(asks.Mid));
            time += wait;
        }

        Assert.Equal(Instant.FromSeconds(time), _script.Endpoint.NextDeadline);
        _script.At(time).Endpoint.OnDeadline(_script.Now);
        Assert.Empty(Taken());
        Assert.Equal(["Timeout"], _script.Events());
    }

    [Fact]
    public void Blocks_that_lie_are_dropped()
    {
        string token = Fetch().Token;
        Give(token, 0, 140);
        Give(token, 1, 140, exponent: 1);
        foreach ((int number, bool more, int bytes) in ((int, bool, int)[])[(1_048_575, true, 16), (1, false, 16), (1, true, 15), (1, false, 0)])
        {
            byte[] value = UInt(new BlockOption(number, more, 0).Value);
            Say(CoapCode.Content, token, Text(bytes), (CoapOptionNumber.ETag, [1]), (CoapOptionNumber.QBlock2, value));
        }

        Assert.Empty(_script.Events());
        Assert.Equal(5, _script.Endpoint.Counters.Dropped);
        for (int i = 1; i < 4; i++)
        {
            Give(token, i, 140);
        }

        Assert.Equal("4/1", Assert.Single(Taken()).Blocks);
    }

    [Fact]
    public void A_body_that_is_too_long_ends_the_request_at_its_first_block()
    {
        string token = Fetch().Token;
        Say(CoapCode.Content, token, Text(16), (CoapOptionNumber.Size2, UInt(513)), (CoapOptionNumber.QBlock2, UInt(8)));
        Assert.Equal(["TransferFailed"], _script.Events());
    }

    [Fact]
    public void A_representation_that_changes_is_fetched_anew_and_not_mixed()
    {
        Sent first = Fetch();
        for (int i = 0; i < 4; i++)
        {
            Give(first.Token, i, 96);
        }

        Sent next = Assert.Single(Taken());
        Give(first.Token, 4, 96, tag: 2);
        Give(next.Token, 4, 96, tag: 2);
        Sent asks = Assert.Single(Taken());
        Assert.Equal("0/0 1/0 2/0 3/0", asks.Blocks);
        for (int i = 0; i < 6; i++)
        {
            Give(first.Token, i, 96, tag: 1);
            Give(asks.Token, i, 96, tag: 2);
        }

        Assert.Equal([$"Response 2.05 Content \"{Text(96)}\""], _script.Events());
    }

    [Fact]
    public void A_server_that_sends_Block2_all_the_same_is_understood_and_an_error_is_the_answer()
    {
        Request(CoapCode.Get, 0);
        Say(CoapCode.Content, Assert.Single(Taken()).Token, Text(16), (CoapOptionNumber.Block2, [0x08]));
        Sent next = Assert.Single(Taken());
        Assert.EndsWith(" 23=10", next.Text);
        Say(CoapCode.Content, next.Token, "end", (CoapOptionNumber.Block2, [0x10]));
        Assert.Equal([$"Response 2.05 Content \"{Text(16)}end\""], _script.Events());

        Sent first = Fetch();
        Give(first.Token, 0, 96);
        Say(CoapCode.NotFound, first.Token, "gone");
        Assert.Equal(["Response 4.04 Not Found \"gone\""], _script.Events());
        Assert.Null(_script.Endpoint.NextDeadline);
    }

    [Fact]
    public void Without_the_offer_a_robust_block_is_rejected()
    {
        _script.Request();
        Say(CoapCode.Content, Assert.Single(Taken()).Token, Text(16), (CoapOptionNumber.QBlock2, UInt(8)));
        Assert.Equal(["Rejected"], _script.Events());
    }

    [Fact]
    public void An_address_that_must_be_proven_is_proven_and_the_transfer_goes_on()
    {
        Request(CoapCode.Put, 40);
        Sent first = Assert.Single(Taken());
        Receive(Ack(CoapCode.Unauthorized, first.Mid, first.Token, "", (CoapOptionNumber.Echo, [9, 9])));
        Sent again = Assert.Single(Taken());
        Assert.Equal((CoapType.Confirmable, "0/1"), (again.Type, again.Blocks));
        Assert.Contains(" 252=0909 292=", again.Text, StringComparison.Ordinal);
        Receive(EmptyAck(again.Mid));
        Assert.Equal("1/1 2/0", Blocks(Taken()));
    }
}
