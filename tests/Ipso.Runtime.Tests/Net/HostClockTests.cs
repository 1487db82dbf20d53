using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>A host looks at its deadlines however far off they are.</summary>
public class HostClockTests
{
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
        clock = new(gate, time, () =>
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
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue / 2)]
    public void No_deadline_is_too_far_off_for_the_timer_of_the_system(long ticks)
    {
        using HostClock clock = new(new(), TimeProvider.System, static () => { });
        clock.Arm(new(ticks), clock.Now);
    }

    [Fact]
    public void A_nearer_deadline_goes_before_the_look_of_the_day()
    {
        ManualClock time = new();
        int looks = 0;
        using HostClock clock = new(new(), time, () => looks++);
        clock.Arm(new(TimeSpan.FromDays(400).Ticks), clock.Now);
        clock.Arm(new(TimeSpan.FromSeconds(2).Ticks), clock.Now);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(1, looks);
    }
}
