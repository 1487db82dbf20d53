using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// Makes a host's clock. Who makes the host has it at hand, so that of two kinds a native program has the one that it uses.
/// </summary>
/// <param name="gate">The lock of the host.</param>
/// <param name="time">The clock.</param>
/// <param name="look">What is to be done at deadlines and when somebody wakes the host. It is not called under the lock, must not throw,
/// and may come once more than is needed.</param>
internal delegate HostClock HostClockFactory(Lock gate, TimeProvider time, Action look);

/// <summary>
/// When a host looks after its protocol beside what the network brings: at deadlines, and when somebody wakes it. Both come on another
/// thread, so that none has to be got out of a receiving call.
/// </summary>
internal abstract class HostClock : IDisposable
{
    // A timer takes 49 days at most. What is further off is looked at again on the way.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly double _ticksPerCount;
    private readonly Action _look;
    private int _wakeUnderWay;

    /// <summary>Makes a clock that is set for nothing yet; see <see cref="HostClockFactory"/>.</summary>
    protected HostClock(Lock gate, TimeProvider time, Action look)
    {
        Gate = gate;
        _time = time;
        _ticksPerCount = (double)TimeSpan.TicksPerSecond / time.TimestampFrequency;
        _look = look;
    }

    /// <summary>The moment.</summary>
    public Instant Now => new((long)(_time.GetTimestamp() * _ticksPerCount));

    /// <summary>The lock of the host.</summary>
    protected Lock Gate { get; }

    /// <summary>What it is set for; under the lock.</summary>
    protected Instant? ArmedFor { get; set; }

    /// <summary>
    /// Sets the clock, under the lock. A look that comes too early does no harm, so that it is set anew only for a deadline before the one
    /// it is set for. It waits a day at most: for a deadline beyond that the host looks then, and sets it again.
    /// </summary>
    public void Arm(Instant? next, Instant now)
    {
        if (next is { } deadline && !(deadline >= ArmedFor))
        {
            Instant armedFor = Instant.Earlier(deadline, now + s_longestWait);
            ArmedFor = armedFor;
            LookAt(armedFor, now);
        }
    }

    /// <summary>Looks soon. For any thread; several wakes at once become one.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _wakeUnderWay, 1) == 0)
        {
            LookNow();
        }
    }

    /// <summary>Ends it. A look may be under way, and a wake does no harm.</summary>
    public abstract void Dispose();

    /// <summary>Has the other thread look at a moment, which is before the one that it was told last.</summary>
    protected abstract void LookAt(Instant moment, Instant now);

    /// <summary>Has the other thread look at once.</summary>
    protected abstract void LookNow();

    /// <summary>Whether there was a wake. One from now on is another one; what those before are about is seen under the lock.</summary>
    protected bool TakeWake() => Interlocked.Exchange(ref _wakeUnderWay, 0) != 0;

    /// <summary>Looks.</summary>
    protected void Look() => _look();
}
