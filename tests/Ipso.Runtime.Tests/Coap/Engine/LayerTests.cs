using System.Text;
using Ipso.Coap;
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

public class MessageLayerTests
{
    private readonly byte[] _buffer = new byte[256];

    private static MessageLayer Layer(int slots = 4, int nstart = 1) =>
        new(slots, 256, new TransmissionParameters { Nstart = nstart, AckRandomFactor = 1 }, new SeededRandom(1), Peers(slots), new());

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
        Assert.Null(layer.NextDeadline);
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

public class RequestLayerTests
{
    private static RequestLayer Layer(int exchanges) => new(exchanges, 256, 1024, new PagePool(1024), new SeededRandom(1), new());

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
        Assert.Null(layer.NextDeadline);
        layer.Await(first, Instant.FromSeconds(9));
        layer.Await(second, Instant.FromSeconds(5));
        Assert.Equal(Instant.FromSeconds(5), layer.NextDeadline);
        Assert.True(layer.TryTakeDue(Instant.FromSeconds(5), out int due, out bool isStale));
        Assert.Equal((second, false), (due, isStale));
        Assert.Equal(Instant.FromSeconds(9), layer.NextDeadline);
        layer.Close(first);
        Assert.Null(layer.NextDeadline);
    }
}

public class ObserverTableTests
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private static int Put(ObserverTable table, byte token, ulong tag = 1, double at = 0)
    {
        Assert.True(CoapMessage.TryParse(Con(CoapCode.Get, 1, $"{token:x2}"), out CoapMessage request, out _));
        return table.Put(table.Find(Peer, request.Token), Peer, request, tag, Instant.FromSeconds(at));
    }

    [Fact]
    public void Observers_come_and_go_in_any_order_and_the_positions_stay_dense()
    {
        var random = new Random(3);
        var table = new ObserverTable(10, 32, s_day);
        var model = new HashSet<byte>();
        for (int i = 0; i < 20_000; i++)
        {
            byte token = (byte)random.Next(20);
            int index = table.Find(Peer, new CoapToken([token]));
            Assert.Equal(model.Contains(token), index >= 0);
            if (index >= 0 && random.Next(2) == 0)
            {
                table.Remove(index);
                model.Remove(token);
            }
            else if (table.HasRoom(index, 5))
            {
                Put(table, token);
                model.Add(token);
            }

            if (random.Next(3) == 0 && table.Count > 0)
            {
                table.MarkDirty(table.IndexAt(random.Next(table.Count)), false);
            }

            if (random.Next(5) == 0 && table.TryDequeue(out int dirty))
            {
                Assert.True(table.IsCurrent(dirty, table[dirty].Generation));
                table[dirty].IsDirty = false;
            }

            Assert.Equal(model.Count, table.Count);
            Assert.InRange(table.QueueCount, 0, table.Count);
            Assert.Equal(model, Enumerable.Range(0, table.Count).Select(p => TokenAt(table, p)).ToHashSet());
        }

        static byte TokenAt(ObserverTable table, int position)
        {
            Span<byte> bytes = stackalloc byte[8];
            table[table.IndexAt(position)].Token.CopyTo(bytes);
            return bytes[0];
        }
    }

    [Fact]
    public void What_is_under_way_keeps_an_observer_out_of_the_queue()
    {
        var table = new ObserverTable(2, 32, s_day);
        int index = Put(table, 1);
        table[index].InFlight = 7;
        table.MarkDirty(index, false);
        Assert.Equal(0, table.QueueCount);
        table[index].InFlight = -1;
        table.Enqueue(index);
        table.Enqueue(index);
        Assert.Equal(1, table.QueueCount);
    }

    [Fact]
    public void The_proof_that_an_observer_is_there_is_asked_for_once_an_interval()
    {
        var table = new ObserverTable(2, 32, TimeSpan.FromSeconds(100));
        int first = Put(table, 1, at: 0);
        int second = Put(table, 2, at: 50);
        Assert.Equal(Instant.FromSeconds(100), table.NextDeadline);
        table.OnDeadline(Instant.FromSeconds(100));
        Assert.True(table[first].MustConfirm);
        Assert.False(table[second].MustConfirm);
        Assert.Equal(Instant.FromSeconds(150), table.NextDeadline);
        table.Confirmed(second, Instant.FromSeconds(140));
        table.OnDeadline(Instant.FromSeconds(150));
        Assert.False(table[second].MustConfirm);
        Assert.Equal(Instant.FromSeconds(200), table.NextDeadline);
    }

    [Fact]
    public void An_entry_taken_anew_is_another_generation()
    {
        var table = new ObserverTable(1, 32, s_day);
        int index = Put(table, 1);
        uint generation = table[index].Generation;
        table.Remove(index);
        Assert.False(table.IsCurrent(index, generation));
        Assert.Equal(index, Put(table, 2));
        Assert.False(table.IsCurrent(index, generation));
    }
}

public class SipHashTests
{
    [Fact]
    public void It_agrees_with_the_values_that_its_authors_publish()
    {
        // The key 00 01 .. 0f and the inputs 00 .. n-1 of the reference; the one of 15 bytes is in the paper, appendix A.
        var hash = new SipHash(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);
        byte[] input = [.. Enumerable.Range(0, 15).Select(i => (byte)i)];
        Assert.Equal(0xa129_ca61_49be_45e5UL, hash.Of(input));
        Assert.Equal(0x726f_db47_dd0e_0e31UL, hash.Of([]));
        Assert.NotEqual(hash.Of(input), new SipHash(0x0706_0504_0302_0101, 0x0f0e_0d0c_0b0a_0908).Of(input));
    }
}

public class TableTests
{
    [Fact]
    public void The_heap_gives_deadlines_in_order_whatever_is_set_and_cleared()
    {
        var random = new Random(4);
        var heap = new TimerHeap(50);
        var model = new Dictionary<int, long>();
        for (int i = 0; i < 50_000; i++)
        {
            int entry = random.Next(50);
            switch (random.Next(3))
            {
                case 0:
                    heap.Clear(entry);
                    model.Remove(entry);
                    break;
                case 1:
                    heap.Set(entry, new Instant(random.Next(1000)));
                    model[entry] = 0;
                    model[entry] = Due(heap, entry);
                    break;
                default:
                    Assert.Equal(model.Count > 0 ? model.Values.Min() : null, heap.Next?.Ticks);
                    if (model.Count > 0 && heap.TryTakeDue(new Instant(model.Values.Min()), out int taken))
                    {
                        Assert.Equal(model.Values.Min(), model[taken]);
                        model.Remove(taken);
                    }

                    break;
            }

            Assert.Equal(model.ContainsKey(entry), heap.IsSet(entry));
        }

        // What was set is what comes out: the heap alone knows, so it is asked by taking and setting again.
        static long Due(TimerHeap heap, int entry)
        {
            var others = new List<(int Entry, Instant Due)>();
            long due = -1;
            while (due < 0)
            {
                Instant next = Assert.NotNull(heap.Next);
                Assert.True(heap.TryTakeDue(next, out int taken));
                others.Add((taken, next));
                due = taken == entry ? next.Ticks : -1;
            }

            others.ForEach(o => heap.Set(o.Entry, o.Due));
            return due;
        }
    }

    [Fact]
    public void Pages_give_back_what_was_put_in_and_are_used_again()
    {
        var random = new Random(5);
        var pool = new PagePool(20 * PagePool.PageSize);
        int free = pool.FreeBytes;
        var bodies = new PagedBytes[6];
        var model = new List<byte>[6];
        Array.Fill(model, []);
        for (int i = 0; i < 20_000; i++)
        {
            int body = random.Next(6);
            if (random.Next(8) == 0)
            {
                pool.Release(ref bodies[body]);
                model[body] = [];
                continue;
            }

            var bytes = new byte[random.Next(900)];
            random.NextBytes(bytes);
            int before = pool.FreeBytes;
            if (pool.TryAppend(ref bodies[body], bytes))
            {
                model[body] = [.. model[body], .. bytes];
            }
            else
            {
                Assert.Equal(before, pool.FreeBytes);
            }

            int offset = random.Next(model[body].Count + 1);
            var part = new byte[random.Next(2000)];
            int length = pool.CopyTo(bodies[body], offset, part);
            Assert.Equal(Math.Min(part.Length, model[body].Count - offset), length);
            Assert.True(part.AsSpan(0, length).SequenceEqual([.. model[body].Skip(offset).Take(length)]));
        }

        for (int i = 0; i < 6; i++)
        {
            pool.Release(ref bodies[i]);
        }

        Assert.Equal(free, pool.FreeBytes);
    }

    [Fact]
    public void The_peer_that_was_quiet_longest_gives_way_and_one_with_messages_under_way_does_not()
    {
        var peers = new PeerTable(2, new SeededRandom(1));
        int first = peers.Get(Peer);
        peers.Hold(first);
        int second = peers.Get(Other);
        ushort id = peers[first].MessageId;
        for (byte i = 10; i < 60; i++)
        {
            Assert.Equal(second, peers.Get(new PeerId([i])));
        }

        Assert.Equal((first, -1), (peers.Find(Peer), peers.Find(Other)));
        Assert.Equal(id, peers[first].MessageId);
        peers[first].MessageId += 1000;
        peers.LetGo(first);
        peers.Get(Other);
        peers.Get(new PeerId([9]));
        Assert.Equal(-1, peers.Find(Peer));

        // Who comes back sees no Message ID again.
        Assert.Equal((ushort)(id + 1000), peers[peers.Get(Peer)].MessageId);
    }
}
