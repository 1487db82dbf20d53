using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>A host looks at its deadlines however far off they are.</summary>
public class HostClockTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(50)]
    [InlineData(365)]
    [InlineData(100 * 365)]
    public void A_deadline_is_kept_however_far_off_it_is(int days)
    {
        ManualClock time = new();
        Lock gate = new();
        int looks = 0;
        HostClock? clock = null;
        Instant deadline = new(TimeSpan.FromDays(days).Ticks);
        Instant? reached = null;
        clock = PoolClock.Factory(gate, time, () =>
        {
            looks++;
            if (clock!.Now >= deadline)
            {
                reached ??= clock.Now;
            }
            else
            {
                clock.Arm(deadline, clock.Now);
            }
        });
        clock.Arm(deadline, clock.Now);
        for (int day = 0; day <= days && reached is null; day++)
        {
            Assert.InRange(looks, 0, day);
            time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMilliseconds(1));
        }

        Assert.NotNull(reached);
        Assert.InRange(looks, days - 1, days);
        clock.Dispose();
    }

    [Theory]
    [InlineData(long.MaxValue, false)]
    [InlineData(long.MaxValue / 2, false)]
    [InlineData(long.MaxValue, true)]
    [InlineData(long.MaxValue / 2, true)]
    public void No_deadline_is_too_far_off_for_the_timer_of_the_system(long ticks, bool hasThread)
    {
        Lock gate = new();
        using HostClock clock = OfTheSystem(hasThread)(gate, TimeProvider.System, static () => { });
        lock (gate)
        {
            clock.Arm(new(ticks), clock.Now);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_clock_of_the_system_looks_at_its_deadlines_and_when_it_is_woken(bool hasThread)
    {
        Lock gate = new();
        using SemaphoreSlim looks = new(0);
        HostClock? made = null;
        Instant second = default;
        using HostClock clock = OfTheSystem(hasThread)(gate, TimeProvider.System, () =>
        {
            lock (gate)
            {
                // Set by the look itself, as a host does.
                if (second != default && made!.Now < second)
                {
                    made.Arm(second, made.Now);
                }
            }

            looks.Release();
        });
        made = clock;
        clock.Wake();
        Assert.True(looks.Wait(s_patience));
        Instant first = clock.Now + TimeSpan.FromMilliseconds(20);
        lock (gate)
        {
            second = first + TimeSpan.FromMilliseconds(20);
            clock.Arm(clock.Now + TimeSpan.FromHours(1), clock.Now);
            clock.Arm(first, clock.Now);
        }

        while (clock.Now < second)
        {
            Assert.True(looks.Wait(s_patience));
        }

        // After both nothing is left but the wakes.
        clock.Wake();
        Assert.True(looks.Wait(s_patience));
    }

    private static HostClockFactory OfTheSystem(bool hasThread) => hasThread ? ThreadClock.Factory : PoolClock.Factory;

    [Fact]
    public void A_nearer_deadline_goes_before_the_look_of_the_day()
    {
        ManualClock time = new();
        int looks = 0;
        using HostClock clock = PoolClock.Factory(new(), time, () => looks++);
        clock.Arm(new(TimeSpan.FromDays(400).Ticks), clock.Now);
        clock.Arm(new(TimeSpan.FromSeconds(2).Ticks), clock.Now);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(1, looks);
    }
}
