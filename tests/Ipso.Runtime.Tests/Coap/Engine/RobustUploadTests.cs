using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.RobustServerTests;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

/// <summary>Bodies that go out in robust blocks (RFC 9177, 7.2): the client role.</summary>
public class RobustUploadTests : RobustClientScript
{
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
