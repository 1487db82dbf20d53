using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

public class MessageLayerTests
{
    private readonly byte[] _buffer = new byte[256];

    private static MessageLayer Layer(int slots = 4, int nstart = 1) =>
        new(
            slots,
            new CoapEndpointOptions
            {
                MaxMessageSize = 256,
                Transmission = new TransmissionParameters { Nstart = nstart, AckRandomFactor = 1 },
            },
            new SeededRandom(1), Peers(slots), new());

    private static PeerTable Peers(int peers) => new(peers, new SeededRandom(2));

    private static void Start(MessageLayer layer, int slot, PeerId peer, bool confirmable = true)
    {
        layer.GetBuffer(slot)[0] = (byte)slot;
        layer.Start(slot, peer, (ushort)(100 + slot), 1, confirmable);
    }

    /// <summary>The slots whose messages are sent now, in their order.</summary>
    private List<int> Drain(MessageLayer layer, double at = 0)
    {
        var slots = new List<int>();
        while (layer.TryTransmit(_buffer, Instant.FromSeconds(at), out Transmit transmit, out _))
        {
            Assert.Equal(1, transmit.Length);
            slots.Add(_buffer[0]);
        }

        return slots;
    }

    [Fact]
    public void Message_IDs_follow_each_other_around_for_each_peer()
    {
        // RFC 7252, 4.4: none comes twice to one peer within EXCHANGE_LIFETIME, however many go to others.
        MessageLayer layer = Layer();
        ushort first = layer.NextMessageId(Peer);
        ushort other = layer.NextMessageId(Other);
        for (int i = 1; i < 65_536; i++)
        {
            Assert.Equal((ushort)(first + i), layer.NextMessageId(Peer));
        }

        Assert.Equal(first, layer.NextMessageId(Peer));
        Assert.Equal((ushort)(other + 1), layer.NextMessageId(Other));
    }

    [Fact]
    public void NSTART_holds_back_what_goes_to_the_same_peer()
    {
        MessageLayer layer = Layer(nstart: 2);
        Start(layer, 0, Peer);
        Start(layer, 1, Peer);
        Start(layer, 2, Peer);
        Start(layer, 3, Other);
        Assert.Equal([0, 1, 3], Drain(layer));
        Assert.False(layer.MayStart(Peer));
        layer.Release(1);
        Assert.Equal([2], Drain(layer));
    }

    [Fact]
    public void A_message_without_acknowledgement_is_not_held_back_and_done_when_sent()
    {
        MessageLayer layer = Layer();
        Start(layer, 0, Peer);
        Start(layer, 1, Peer, confirmable: false);
        Assert.True(layer.TryTransmit(_buffer, default, out _, out int finished));
        Assert.Equal(-1, finished);
        Assert.True(layer.TryTransmit(_buffer, default, out _, out finished));
        Assert.Equal(1, finished);
        Assert.Equal((1, -1), (layer.ActiveCount, layer.Find(Peer, 101)));
    }

    [Fact]
    public void Retransmissions_come_after_2_4_8_and_16_seconds_and_the_end_after_32()
    {
        MessageLayer layer = Layer();
        Start(layer, 0, Peer);
        double now = 0;
        foreach (double wait in new double[] { 2, 4, 8, 16 })
        {
            Assert.Equal([0], Drain(layer, now));
            now += wait;
            Assert.Equal(Instant.FromSeconds(now), layer.NextDeadline);
            Assert.False(layer.TryTakeExpired(Instant.FromSeconds(now), out _));
        }

        Assert.Equal([0], Drain(layer, now));
        Assert.True(layer.TryTakeExpired(Instant.FromSeconds(now + 32), out int expired));
        Assert.Equal(0, expired);
        layer.Release(expired);
        Assert.Equal(Instant.Never, layer.NextDeadline);
    }

    [Fact]
    public void A_message_released_before_it_was_sent_is_not_sent()
    {
        MessageLayer layer = Layer();
        Start(layer, 0, Peer);
        Start(layer, 1, Other);
        Start(layer, 2, Peer);
        layer.Release(0);
        layer.Release(0);
        Assert.Equal([1, 2], Drain(layer));
        Assert.Equal(-1, layer.Find(Peer, 100));
        Assert.Equal(2, layer.Find(Peer, 102));
        Assert.Equal(-1, layer.Find(Other, 102));
    }
}
