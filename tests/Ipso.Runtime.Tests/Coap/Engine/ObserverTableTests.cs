using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

public class ObserverTableTests
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private static ObserverTable Table(int observers, TimeSpan confirmableInterval)
    {
        var peers = new PeerTable(1, new SeededRandom(1));
        return new ObserverTable(
            observers, 32, confirmableInterval, new NotificationPace(peers, 1, observers, default, new CoapCounters()),
            new PagePool(0));
    }

    private static int Put(ObserverTable table, byte token, ulong tag = 1, double at = 0)
    {
        Arrival arrival = new() { From = Peer, Now = Instant.FromSeconds(at) };
        Assert.True(CoapMessage.TryParse(Con(CoapCode.Get, 1, $"{token:x2}"), out arrival.Message, out _));
        return table.Put(table.Find(Peer, arrival.Message.TokenBytes), arrival, arrival.Message.Payload, isBodyApart: false, tag);
    }

    private static bool HasRoom(ObserverTable table, int existing)
    {
        Assert.True(CoapMessage.TryParse(Con(CoapCode.Get, 1, "01"), out CoapMessage request, out _));
        return table.HasRoom(existing, request, request.Payload, isBodyApart: false);
    }

    [Fact]
    public void Observers_come_and_go_in_any_order_and_the_positions_stay_dense()
    {
        var random = new Random(3);
        var table = Table(10, s_day);
        var model = new HashSet<byte>();
        for (int i = 0; i < 20_000; i++)
        {
            byte token = (byte)random.Next(20);
            int index = table.Find(Peer, [token]);
            Assert.Equal(model.Contains(token), index >= 0);
            if (index >= 0 && random.Next(2) == 0)
            {
                table.Remove(index);
                model.Remove(token);
            }
            else if (HasRoom(table, index))
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

        static byte TokenAt(ObserverTable table, int position) => table.TokenOf(table.IndexAt(position))[0];
    }

    [Fact]
    public void What_is_under_way_keeps_an_observer_out_of_the_queue()
    {
        var table = Table(2, s_day);
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
        var table = Table(2, TimeSpan.FromSeconds(100));
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
        var table = Table(1, s_day);
        int index = Put(table, 1);
        uint generation = table[index].Generation;
        table.Remove(index);
        Assert.False(table.IsCurrent(index, generation));
        Assert.Equal(index, Put(table, 2));
        Assert.False(table.IsCurrent(index, generation));
    }
}
