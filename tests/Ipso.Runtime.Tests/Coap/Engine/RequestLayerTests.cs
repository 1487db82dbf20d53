using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

public class RequestLayerTests
{
    private static RequestLayer Layer(int exchanges) => new(
        new CoapEndpointOptions { Exchanges = exchanges, MaxMessageSize = 256, MaxBodySize = 1024 }, new PagePool(1024), new SeededRandom(1), new());

    [Fact]
    public void A_token_finds_its_exchange_for_its_peer_only_and_is_new_each_time()
    {
        var layer = Layer(2);
        Assert.True(layer.TryOpen(Peer, 1, false, out int index, out CoapToken token));
        Assert.Equal(index, layer.Find(Peer, token));
        Assert.Equal(-1, layer.Find(Other, token));
        Assert.Equal(-1, layer.Find(Peer, default));
        Assert.Equal(-1, layer.Find(Peer, new CoapToken([0xff, 0xff, 1, 2, 3, 4])));
        ExchangeId id = layer.GetId(index);
        layer.Close(index);
        Assert.Equal(-1, layer.Find(Peer, token));
        Assert.True(layer.TryOpen(Peer, 1, false, out int again, out CoapToken other));
        Assert.Equal(index, again);
        Assert.NotEqual(token, other);
        Assert.NotEqual(id, layer.GetId(again));
        Assert.False(layer.IsOpen(id));
    }

    [Fact]
    public void An_exchange_is_freed_when_its_last_event_is_taken()
    {
        var layer = Layer(1);
        layer.TryOpen(Peer, 1, false, out int index, out CoapToken token);
        Assert.Equal(Meaning.Response, layer.Judge(index, CoapCode.Content, null, isAnswer: false, default));
        layer.Store(index, Ack(CoapCode.Content, 1, token.ToString(), "x"));
        layer.Respond(index);
        Assert.False(layer.TryOpen(Peer, 2, false, out _, out _));
        Assert.True(layer.TryTakeEvent(out CoapEvent e));
        Assert.Equal("x", Encoding.UTF8.GetString(e.Message.Payload));
        Assert.True(layer.TryOpen(Peer, 2, false, out _, out _));
    }

    [Fact]
    public void The_end_of_an_exchange_takes_the_place_of_a_notification_that_nobody_took()
    {
        var layer = Layer(1);
        layer.TryOpen(Peer, 1, true, out int index, out CoapToken token);
        Assert.Equal(Meaning.Notification, layer.Judge(index, CoapCode.Content, 1, isAnswer: false, default));
        layer.Observe(index, stale: null);
        layer.Store(index, Ack(CoapCode.Content, 1, token.ToString(), "x"));
        layer.Notify(index);
        Assert.True(layer.IsObserving(index));
        layer.End(index, CoapEventKind.Reset);
        Assert.True(layer.TryTakeEvent(out CoapEvent e));
        Assert.Equal(CoapEventKind.Reset, e.Kind);
        Assert.False(layer.TryTakeEvent(out _));
        Assert.Equal(0, layer.Count);
    }

    [Fact]
    public void Only_what_waits_for_a_response_has_a_deadline()
    {
        var layer = Layer(2);
        layer.TryOpen(Peer, 1, false, out int first, out _);
        layer.TryOpen(Peer, 2, false, out int second, out _);
        Assert.Equal(Instant.Never, layer.NextDeadline);
        layer.Await(first, Instant.FromSeconds(9));
        layer.Await(second, Instant.FromSeconds(5));
        Assert.Equal(Instant.FromSeconds(5), layer.NextDeadline);
        Assert.True(layer.TryTakeDue(Instant.FromSeconds(5), out int due, out bool isStale));
        Assert.Equal((second, false), (due, isStale));
        Assert.Equal(Instant.FromSeconds(9), layer.NextDeadline);
        layer.Close(first);
        Assert.Equal(Instant.Never, layer.NextDeadline);
    }
}
