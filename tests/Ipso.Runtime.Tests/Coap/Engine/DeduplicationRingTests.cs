using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

public class DeduplicationRingTests
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromSeconds(10);

    [Fact]
    public void It_knows_exactly_the_newest_messages_and_their_replies_whatever_their_sizes()
    {
        // Against a model without cleverness: a list from which the oldest entries go.
        var random = new Random(5);
        const int Bytes = 300;
        const int Entries = 20;
        var ring = new DeduplicationRing(Entries, Bytes, new CoapCounters());
        var model = new List<(ushort Mid, byte[] Reply)>();
        for (int i = 0; i < 20_000; i++)
        {
            var reply = new byte[random.Next(3) == 0 ? 0 : random.Next(1, Bytes / 3)];
            random.NextBytes(reply);
            ushort mid = (ushort)i;
            ring.Add(Peer, mid, default, s_lifetime, reply);
            model.Add((mid, reply));

            // What the ring still has must be an unbroken run of the newest, each with its own bytes.
            model.RemoveRange(0, model.Count - ring.Count);
            foreach ((ushort known, byte[] expected) in model)
            {
                Assert.True(ring.TryFind(Peer, known, default, out ReplyHandle handle));
                Assert.True(ring.GetReply(handle).SequenceEqual(expected));
            }

            Assert.False(ring.TryFind(Peer, (ushort)(i - ring.Count), default, out _));
            Assert.InRange(ring.Count, 1, Entries);
            Assert.InRange(model.Sum(m => m.Reply.Length), 0, Bytes);
        }
    }

    [Fact]
    public void A_reply_as_large_as_the_ring_pushes_out_all_others()
    {
        var ring = new DeduplicationRing(8, 100, new CoapCounters());
        ring.Add(Peer, 1, default, s_lifetime, new byte[60]);
        ReplyHandle first = ring.Add(Peer, 2, default, s_lifetime, new byte[30]);
        ReplyHandle large = ring.Add(Peer, 3, default, s_lifetime, new byte[100]);
        Assert.Equal(1, ring.Count);
        Assert.Equal(100, ring.GetReply(large).Length);
        Assert.True(ring.GetReply(first).IsEmpty);
    }

    [Fact]
    public void An_entry_ends_with_its_lifetime_and_the_same_id_can_come_again()
    {
        var ring = new DeduplicationRing(8, 100, new CoapCounters());
        ring.Add(Peer, 1, default, s_lifetime, [1]);
        Assert.True(ring.TryFind(Peer, 1, Instant.FromSeconds(9.9), out _));
        Assert.False(ring.TryFind(Peer, 1, Instant.FromSeconds(10), out _));
        ring.Add(Peer, 1, Instant.FromSeconds(10), s_lifetime, [2]);
        Assert.True(ring.TryFind(Peer, 1, Instant.FromSeconds(11), out ReplyHandle handle));
        Assert.Equal([2], ring.GetReply(handle).ToArray());
    }

    [Fact]
    public void Only_entries_that_give_way_before_their_time_are_counted()
    {
        var counters = new CoapCounters();
        var ring = new DeduplicationRing(1, 100, counters);
        ring.Add(Peer, 1, default, s_lifetime, [1]);
        ring.Add(Peer, 2, Instant.FromSeconds(10), s_lifetime, [1]);
        Assert.Equal(0, counters.DeduplicationEvictions);
        ring.Add(Peer, 3, Instant.FromSeconds(10), s_lifetime, [1]);
        Assert.Equal(1, counters.DeduplicationEvictions);
    }
}
