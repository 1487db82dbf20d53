using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.RobustServerTests;
using static Ipso.Tests.Coap.Engine.Wire;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>Notifications in robust blocks (RFC 9177, 4.4; RFC 7641) in both roles: sets of four blocks of 16 bytes.</summary>
public class RobustNotificationTests : RobustClientScript
{
    private int _length = 140;

    private Script Server() => new(
        (in CoapRequest _, ref CoapResponse response) =>
        {
            response.Code = CoapCode.Content;
            response.Observe(1);
            response.PayloadLength = Encoding.UTF8.GetBytes(Text(_length), response.Payload);
        },
        Small);

    private static WireOption Wants(int number, bool more = false) =>
        (CoapOptionNumber.QBlock2, UInt(new BlockOption(number, more, 0).Value));

    // Of each message: token, Observe and block.
    private static List<string> Said(Script script, out List<ushort> ids)
    {
        var mids = new List<ushort>();
        List<string> said = script.DrainBytes().ConvertAll(datagram =>
        {
            Assert.True(CoapMessage.TryParse(datagram, out CoapMessage message, out _));
            mids.Add(message.MessageId);
            string observe = message.Options.TryGetUInt(CoapOptionNumber.Observe, out uint number) ? $" {number}" : "";
            return message.Options.TryGetUInt(CoapOptionNumber.QBlock2, out uint value)
                ? $"{message.Token}{observe} {BlockOption.FromValue(value).Number}"
                : $"{message.Token}{observe} {message.Code}";
        });
        ids = mids;
        return said;
    }

    [Fact]
    public void Each_block_of_a_notification_bears_its_number_until_the_client_asks_for_the_next_set()
    {
        Script script = Server();
        script.Endpoint.Receive(Con(CoapCode.Get, 1, "01", "", Observe(0), Wants(0, true)), Peer, script.Now);
        Assert.Equal(["01 1 0", "01 1 1", "01 1 2", "01 1 3"], Said(script, out _));
        Assert.Equal(1, script.Endpoint.ObserverCount);

        script.Endpoint.Notify(1);
        Assert.Equal(["01 2 0", "01 2 1", "01 2 2", "01 2 3"], Said(script, out _));
        script.Endpoint.Receive(Non(CoapCode.Get, 2, "02", "", Wants(4, true)), Peer, script.Now);
        Assert.Equal(["02 4", "02 5", "02 6", "02 7"], Said(script, out _));
        script.Endpoint.Receive(Non(CoapCode.Get, 3, "03", "", Wants(1), Wants(8)), Peer, script.Now);
        Assert.Equal(["03 1", "03 8"], Said(script, out _));

        _length = 10;
        script.Endpoint.Notify(1);
        Assert.Equal(["01 3 2.05 Content"], Said(script, out _));
        Assert.Equal(1, script.Endpoint.ObserverCount);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(0, true)]
    public void A_RST_for_any_of_its_blocks_ends_the_observation_and_the_transfer(int which, bool confirmable)
    {
        Script script = Server();
        script.Endpoint.Receive(Con(CoapCode.Get, 1, "01", "", Observe(0), Wants(0, true)), Peer, script.Now);
        Assert.Equal(4, Said(script, out _).Count);
        script.Endpoint.Notify(1, confirmable);
        Assert.Equal(4, Said(script, out List<ushort> ids).Count);
        script.Receive(Rst(ids[which]));
        Assert.Equal(["ObserverRemoved 1 Reset"], script.Events());
        Assert.Equal((0, 0), (script.Endpoint.ObserverCount, script.Endpoint.TransferCount));
        Assert.Null(script.Endpoint.NextDeadline);
    }

    // A registration, acknowledged.
    private (ExchangeId Exchange, string Token) Observing()
    {
        var head = new CoapRequestHead { Method = CoapCode.Get, Path = "/f", RobustBlocks = true, NonConfirmable = true, Observe = true };
        ExchangeId exchange = _script.Endpoint.Request(Peer, head);
        Sent first = Assert.Single(Taken());
        Assert.Equal("0/1", first.Blocks);
        Assert.Contains(" 6= ", first.Text, StringComparison.Ordinal);
        Receive(EmptyAck(first.Mid));
        return (exchange, first.Token);
    }

    private void Tell(string token, uint observe, int number, int length, byte tag) => Say(
        CoapCode.Content, token, Text(length)[(number * 16)..Math.Min((number + 1) * 16, length)],
        (CoapOptionNumber.ETag, [tag]),
        Observe(observe),
        (CoapOptionNumber.Size2, UInt((uint)length)),
        (CoapOptionNumber.QBlock2, UInt(new BlockOption(number, (number + 1) * 16 < length, 0).Value)));

    [Fact]
    public void Its_blocks_are_gathered_in_any_order_and_the_next_set_is_asked_for_without_Observe()
    {
        (_, string token) = Observing();
        foreach (int number in (int[])[1, 0, 3, 1, 2])
        {
            Tell(token, 1, number, 140, tag: 1);
        }

        Sent next = Assert.Single(Taken());
        Assert.Equal((CoapType.NonConfirmable, "4/1"), (next.Type, next.Blocks));
        Assert.NotEqual(token, next.Token);
        Assert.DoesNotContain(" 6=", next.Text, StringComparison.Ordinal);
        for (int number = 4; number < 8; number++)
        {
            Give(next.Token, number, 140);
        }

        next = Assert.Single(Taken());
        Assert.Equal("8/1", next.Blocks);
        Give(next.Token, 8, 140);
        Assert.Equal([$"Notification 2.05 Content \"{Text(140)}\""], _script.Events());
        Assert.Equal(1, _script.Endpoint.ExchangeCount);

        // What comes of it once more is old; a notification of one message is one as ever.
        Tell(token, 1, 2, 140, tag: 1);
        Assert.Empty(_script.Events());
        Say(CoapCode.Content, token, "short", Observe(2));
        Assert.Equal(["Notification 2.05 Content \"short\""], _script.Events());
    }

    [Fact]
    public void What_is_missing_of_it_is_asked_for_in_time()
    {
        (_, string token) = Observing();
        Tell(token, 1, 0, 60, tag: 1);
        Tell(token, 1, 3, 60, tag: 1);
        Assert.Empty(Taken());
        Assert.Equal(Instant.FromSeconds(4), _script.Endpoint.NextDeadline);
        _script.At(4).Endpoint.OnDeadline(_script.Now);
        Sent asks = Assert.Single(Taken());
        Assert.Equal((CoapType.Confirmable, "1/0 2/0"), (asks.Type, asks.Blocks));
        Receive(EmptyAck(asks.Mid));
        Give(asks.Token, 1, 60);
        Give(asks.Token, 2, 60);
        Assert.Equal([$"Notification 2.05 Content \"{Text(60)}\""], _script.Events());
    }

    [Fact]
    public void A_newer_one_takes_the_place_of_one_that_is_not_whole_and_an_older_one_does_not()
    {
        (ExchangeId exchange, string token) = Observing();
        Tell(token, 1, 0, 60, tag: 1);
        Tell(token, 2, 2, 40, tag: 2);
        Tell(token, 1, 1, 60, tag: 1);
        Tell(token, 2, 0, 40, tag: 2);
        Assert.Empty(_script.Events());
        Tell(token, 2, 1, 40, tag: 2);
        Assert.Equal([$"Notification 2.05 Content \"{Text(40)}\""], _script.Events());
        Assert.True(_script.Endpoint.Forget(exchange));
        Assert.Equal(0, _script.Endpoint.ExchangeCount);
        Assert.Null(_script.Endpoint.NextDeadline);
    }

    [Fact]
    public void The_registration_says_each_time_that_robust_blocks_are_welcome_and_does_without_where_they_are_not_known()
    {
        (_, string token) = Observing();
        Say(CoapCode.Content, token, "a", Observe(1));
        _script.At(76).Endpoint.OnDeadline(_script.Now);
        Sent again = Assert.Single(Taken());
        Assert.Equal((token, "0/1"), (again.Token, again.Blocks));
        Receive(Ack(CoapCode.BadOption, again.Mid, token));
        Sent plain = Assert.Single(Taken());
        Assert.Equal((token, ""), (plain.Token, plain.Blocks));
        Assert.Contains(" 6= ", plain.Text, StringComparison.Ordinal);
        Receive(Ack(CoapCode.Content, plain.Mid, token, "b", Observe(2)));
        Assert.Equal(["Notification 2.05 Content \"b\""], _script.Events());
    }
}
