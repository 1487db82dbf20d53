using Ipso.Coap;
using static Ipso.Tests.Coap.Engine.RobustServerTests;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

/// <summary>Servers that do not know robust blocks, or were not offered them (RFC 9177, 4.1): the client role.</summary>
public class RobustFallbackTests : RobustClientScript
{
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
}
