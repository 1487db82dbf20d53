using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

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
                    Assert.Equal(model.Count > 0 ? model.Values.Min() : Instant.Never.Ticks, heap.Next.Ticks);
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
                Instant next = heap.Next;
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
