using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.RobustServerTests;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

/// <summary>Bodies that come in robust blocks (RFC 9177, 7.2): the client role.</summary>
public class RobustFetchTests : RobustClientScript
{
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
    public void A_server_that_has_forgotten_the_body_is_asked_from_the_start()
    {
        Sent first = Fetch();
        for (int i = 0; i < 4; i++)
        {
            Give(first.Token, i, 140);
        }

        Sent next = Assert.Single(Taken());
        Say(CoapCode.RequestEntityIncomplete, next.Token, "gone");
        Sent again = Assert.Single(Taken());
        Assert.Equal("0/1", again.Blocks);

        // What still comes of the old body, and of what was said of it, is late.
        Give(first.Token, 4, 140);
        Say(CoapCode.RequestEntityIncomplete, next.Token, "gone");
        for (int i = 0; i < 3; i++)
        {
            Give(again.Token, i, 40, tag: 2);
        }

        Assert.Equal([$"Response 2.05 Content \"{Text(40)}\""], _script.Events());
        Assert.Equal(1, _script.Endpoint.Counters.TransfersRestarted);
    }

    [Fact]
    public void What_is_late_of_a_first_try_is_no_answer_to_a_FETCH_that_is_sent_in_blocks_once_more()
    {
        Request(CoapCode.Fetch, 40);
        Sent first = Assert.Single(Taken());
        Receive(EmptyAck(first.Mid));
        string asked = Taken()[^1].Token;
        for (int i = 0; i < 4; i++)
        {
            Give(asked, i, 140);
        }

        Sent next = Assert.Single(Taken());
        Say(CoapCode.RequestEntityIncomplete, next.Token, "gone");
        Sent again = Assert.Single(Taken());
        Assert.Equal("0/1", again.Blocks);

        Give(next.Token, 4, 140);
        Continue(asked, 0);
        Say(CoapCode.RequestEntityIncomplete, asked, "gone");
        Say(CoapCode.Content, asked, "late");
        Assert.Empty(_script.Events());
        Assert.Empty(Taken());
        Receive(EmptyAck(again.Mid));
        List<Sent> rest = Taken();
        Assert.Equal("1/1 2/0", Blocks(rest));
        for (int i = 0; i < 3; i++)
        {
            Give(i == 0 ? rest[^1].Token : again.Token, i, 40, tag: 2);
        }

        Assert.Equal([$"Response 2.05 Content \"{Text(40)}\""], _script.Events());
        Assert.Equal(1, _script.Endpoint.Counters.TransfersRestarted);
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
}
