using System.Net;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests;

public class VirtualNetworkTests
{
    private readonly VirtualNetwork _network = new(seed: 1);
    private readonly VirtualNode<Recorder> _a;
    private readonly VirtualNode<Recorder> _b;

    public VirtualNetworkTests()
    {
        _a = _network.Add("a", static _ => new Recorder());
        _b = _network.Add("b", static _ => new Recorder());
    }

    private List<byte> ReceivedByB => [.. _b.Protocol.Received.Select(static r => r.Datagram[0])];

    [Fact]
    public void Perfect_links_deliver_everything_at_once_and_in_order()
    {
        SendNumbers(100);
        Assert.Equal(Enumerable.Range(0, 100).Select(static i => (byte)i), ReceivedByB);
        Assert.All(_b.Protocol.Received, static r => Assert.Equal(default, r.At));
        Assert.Equal((100, 100), (_network.Counters.Sent, _network.Counters.Delivered));
        Assert.Equal((100, 100), (_a.Sent, _b.Received));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Links_lose_the_part_that_they_are_to_lose(double loss)
    {
        _network.Links = new LinkSettings { Loss = loss };
        SendNumbers(10_000);
        Assert.InRange(_network.Counters.Lost, (loss - 0.02) * 10_000, (loss + 0.02) * 10_000);
        Assert.Equal(10_000, _network.Counters.Lost + _network.Counters.Delivered);
        Assert.Equal(_network.Counters.Delivered, _b.Protocol.Received.Count);
    }

    [Fact]
    public void Links_double_the_part_that_they_are_to_double()
    {
        _network.Links = new LinkSettings { Duplication = 0.25 };
        SendNumbers(10_000);
        Assert.InRange(_network.Counters.Duplicated, 2_300, 2_700);
        Assert.Equal(10_000 + _network.Counters.Duplicated, _b.Protocol.Received.Count);
        Assert.Equal(_network.Counters.Duplicated, _network.Trace.Count(static e => e.IsDuplicate));
    }

    [Fact]
    public void What_is_held_back_is_overtaken()
    {
        _network.Links = new LinkSettings { Reordering = 0.2, ReorderingTime = TimeSpan.FromSeconds(1) };
        SendNumbers(200);
        Assert.Equal(200, ReceivedByB.Count);
        Assert.NotEqual(ReceivedByB.Order(), ReceivedByB);
        Assert.InRange(_network.Counters.HeldBack, 20, 60);
        Assert.All(_b.Protocol.Received, static r => Assert.InRange(r.At.Ticks, 0, TimeSpan.TicksPerSecond));
    }

    [Fact]
    public void A_fixed_delay_is_the_same_for_each()
    {
        _network.Links = new LinkSettings { Delay = LinkDelay.Fixed(TimeSpan.FromMilliseconds(70)) };
        SendNumbers(10);
        Assert.All(_b.Protocol.Received, static r => Assert.Equal(Instant.FromSeconds(0.07), r.At));
    }

    [Fact]
    public void A_uniform_delay_fills_its_range_and_lets_datagrams_overtake()
    {
        _network.Links = new LinkSettings { Delay = LinkDelay.Uniform(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)) };
        SendNumbers(250);
        double[] seconds = [.. _b.Protocol.Received.Select(static r => TimeSpan.FromTicks(r.At.Ticks).TotalSeconds)];
        Assert.InRange(seconds.Min(), 1, 1.1);
        Assert.InRange(seconds.Max(), 2.9, 3);
        Assert.InRange(seconds.Average(), 1.9, 2.1);
        Assert.NotEqual(ReceivedByB.Order(), ReceivedByB);
    }

    [Fact]
    public void Jitter_keeps_the_order()
    {
        _network.Links = new LinkSettings { Delay = LinkDelay.Jitter(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.9)) };
        for (byte i = 0; i < 200; i++)
        {
            _a.Protocol.Send(_b, i);
            _network.Run(TimeSpan.FromMilliseconds(20));
        }

        _network.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(Enumerable.Range(0, 200).Select(static i => (byte)i), ReceivedByB);
        Assert.True(_network.Trace.Select(static e => e.Arrives!.Value - e.Sent).Distinct().Count() > 50);
    }

    [Fact]
    public void Datagrams_beyond_the_MTU_are_dropped_and_counted()
    {
        _network.Links = new LinkSettings { Mtu = 128 };
        _a.Protocol.Send(_b, new byte[100]);
        _a.Protocol.Send(_b, new byte[101]);
        _network.Run(TimeSpan.Zero);
        Assert.Equal(100, Assert.Single(_b.Protocol.Received).Datagram.Length);
        Assert.Equal(1, _network.Counters.TooLarge);
        Assert.Equal([DatagramFate.Delivered, DatagramFate.TooLarge], _network.Trace.Select(static e => e.Fate));
    }

    [Fact]
    public void IPv6_takes_more_of_the_MTU()
    {
        VirtualNode<Recorder> c = _network.Add("c", static _ => new Recorder(), IPEndPoint.Parse("[2001:db8::1]:5683"));
        VirtualNode<Recorder> d = _network.Add("d", static _ => new Recorder(), IPEndPoint.Parse("[2001:db8::2]:5683"));
        _network.Links = new LinkSettings { Mtu = 128 };
        c.Protocol.Send(d, new byte[80]);
        c.Protocol.Send(d, new byte[81]);
        _a.Protocol.Send(d, 1);
        _network.Run(TimeSpan.Zero);
        Assert.Equal(80, Assert.Single(d.Protocol.Received).Datagram.Length);
        Assert.Equal((1, 1), (_network.Counters.TooLarge, _network.Counters.Unreachable));
    }

    [Fact]
    public void A_link_has_settings_of_its_own_in_one_direction()
    {
        _network.SetLink(_a, _b, new LinkSettings { Loss = 1 });
        _a.Protocol.Send(_b, 1);
        _b.Protocol.Send(_a, 2);
        _network.Run(TimeSpan.Zero);
        Assert.Empty(_b.Protocol.Received);
        Assert.Single(_a.Protocol.Received);
        _network.SetLinks(_a, _b, null);
        SendNumbers(1);
        Assert.Single(_b.Protocol.Received);
    }

    [Fact]
    public void A_cut_drops_what_is_sent_across_until_it_is_healed()
    {
        VirtualNode<Recorder> c = _network.Add("c", static _ => new Recorder());
        Partition cut = _network.Cut([_a], [_b, c]);
        SendNumbers(1);
        _b.Protocol.Send(_a, 1);
        _b.Protocol.Send(c, 2);
        _network.Run(TimeSpan.Zero);
        Assert.Empty(_a.Protocol.Received);
        Assert.Empty(_b.Protocol.Received);
        Assert.Single(c.Protocol.Received);
        Assert.Equal(2, _network.Counters.Partitioned);

        cut.Heal();
        SendNumbers(1);
        Assert.Single(_b.Protocol.Received);
    }

    [Fact]
    public void Cuts_overlap_and_heal_in_their_time()
    {
        _network.Cut([_a], [_b], TimeSpan.FromSeconds(10));
        _network.Cut([_a], [_b], TimeSpan.FromSeconds(20));
        foreach (double second in (double[])[5, 15, 25])
        {
            _network.RunTo(Instant.FromSeconds(second));
            _a.Protocol.Send(_b, (byte)second);
            _network.Run(TimeSpan.Zero);
        }

        Assert.Equal([25], ReceivedByB);
    }

    [Fact]
    public void A_restart_makes_a_new_protocol_at_the_old_address_that_gets_what_is_under_way()
    {
        Recorder old = _b.Protocol;
        _network.Links = new LinkSettings { Delay = LinkDelay.Fixed(TimeSpan.FromSeconds(1)) };
        _a.Protocol.Send(_b, 1);
        _network.Run(TimeSpan.FromSeconds(0.5));
        _b.Restart();
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.Empty(old.Received);
        Assert.Equal([1], ReceivedByB);
        Assert.Equal(2, _b.Incarnation);
    }

    [Fact]
    public void A_node_that_is_down_gets_nothing_and_says_nothing()
    {
        _b.Protocol.Send(_a, 9);
        _b.Stop();
        SendNumbers(3);
        Assert.Empty(_a.Protocol.Received);
        Assert.Equal(3, _network.Counters.Down);
        Assert.Throws<InvalidOperationException>(() => _b.Protocol);
        _b.Start();
        SendNumbers(1);
        Assert.Single(_b.Protocol.Received);
    }

    [Fact]
    public void What_is_scheduled_comes_in_order_and_deadlines_after_it()
    {
        List<string> order = [];
        _a.Protocol.NextDeadline = Instant.FromSeconds(2);
        _a.Protocol.Due = now => order.Add($"deadline {now}");
        _network.Clock.At(Instant.FromSeconds(2), () => order.Add("second"));
        _network.Clock.At(Instant.FromSeconds(1), () => order.Add("first"));
        _network.Clock.At(Instant.FromSeconds(2), () => order.Add("third"));
        _network.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(["first", "second", "third", "deadline 2 s"], order);
        Assert.Equal(Instant.FromSeconds(5), _network.Now);
        Assert.Equal(_network.Clock.Epoch.AddSeconds(5), _network.Clock.UtcNow);
    }

    [Fact]
    public void Waiting_ends_when_the_condition_holds_or_the_time_is_up()
    {
        int ticks = 0;
        _network.Clock.Every(TimeSpan.FromSeconds(1), () => ++ticks < 1000);
        Assert.True(_network.RunUntil(() => ticks == 5, TimeSpan.FromSeconds(10)));
        Assert.Equal(Instant.FromSeconds(5), _network.Now);
        Assert.False(_network.RunUntil(() => ticks == 500, TimeSpan.FromSeconds(10)));
        Assert.Equal(Instant.FromSeconds(15), _network.Now);
    }

    [Fact]
    public void A_deadline_that_stays_in_the_past_is_an_error_and_no_endless_loop()
    {
        Recorder stuck = _a.Protocol;
        stuck.NextDeadline = Instant.FromSeconds(1);
        stuck.Due = now => stuck.NextDeadline = now;
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => _network.Run(TimeSpan.FromSeconds(5)));
        Assert.Contains("At 1 s", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_seed_decides_everything()
    {
        Assert.Equal(Run(7), Run(7));
        Assert.NotEqual(Run(7), Run(8));

        static string Run(ulong seed)
        {
            VirtualNetwork network = new(seed)
            {
                Links = new LinkSettings
                {
                    Loss = 0.3,
                    Duplication = 0.3,
                    Reordering = 0.3,
                    Delay = LinkDelay.Uniform(TimeSpan.Zero, TimeSpan.FromSeconds(1)),
                },
            };
            VirtualNode<Recorder> a = network.Add("a", static _ => new Recorder());
            VirtualNode<Recorder> b = network.Add("b", static _ => new Recorder());
            for (byte i = 0; i < 100; i++)
            {
                a.Protocol.Send(b, i);
                b.Protocol.Send(a, i);
                network.Run(TimeSpan.FromMilliseconds(100));
            }

            return network.Trace.ToString();
        }
    }

    [Fact]
    public void Two_nodes_cannot_have_one_address() =>
        Assert.Throws<ArgumentException>(() => _network.Add("c", static _ => new Recorder(), _a.Address));

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkSettings { Loss = 1.01 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkSettings { Duplication = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkSettings { Mtu = 67 });
        Assert.Throws<ArgumentOutOfRangeException>(() => LinkDelay.Uniform(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinkDelay.Jitter(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)));
    }

    private void SendNumbers(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _a.Protocol.Send(_b, (byte)i);
        }

        _network.Run(TimeSpan.FromSeconds(5));
    }
}
