using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// When a host looks after its protocol beside what the network brings: at deadlines, and when somebody wakes it. Both come on a thread of
/// the pool, so that no thread has to be got out of a receiving call.
/// </summary>
internal sealed class HostClock : IDisposable
{
    // A timer takes 49 days at most. What is further off is looked at again on the way.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1);

    private readonly Lock _gate;
    private readonly Action _look;
    private readonly TimeProvider _time;
    private readonly double _ticksPerCount;
    private readonly ITimer _timer;
    private Instant? _armedFor;
    private int _wakeUnderWay;

    /// <summary>Makes a clock that is set for nothing yet.</summary>
    /// <param name="gate">The lock of the host.</param>
    /// <param name="time">The clock.</param>
    /// <param name="look">What is to be done then. It is not called under the lock, must not throw, and may come once more than is needed.
    /// </param>
    public HostClock(Lock gate, TimeProvider time, Action look)
    {
        _gate = gate;
        _look = look;
        _time = time;
        _ticksPerCount = (double)TimeSpan.TicksPerSecond / time.TimestampFrequency;
        _timer = time.CreateTimer(
            static clock => ((HostClock)clock!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The moment.</summary>
    public Instant Now => new((long)(_time.GetTimestamp() * _ticksPerCount));

    /// <summary>
    /// Sets the timer, under the lock. One that fires too early does no harm, so that it is set anew only for a deadline before the one it
    /// is set for. It waits a day at most: for a deadline beyond that the host looks then, and sets it again.
    /// </summary>
    public void Arm(Instant? next, Instant now)
    {
        if (next is { } deadline && !(deadline >= _armedFor))
        {
            Instant armedFor = Instant.Earlier(deadline, now + s_longestWait);

            // The timer counts in milliseconds and cuts off.
            TimeSpan wait = armedFor - now + TimeSpan.FromMilliseconds(1);
            _armedFor = armedFor;
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Looks soon. For any thread; several wakes at once become one.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _wakeUnderWay, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static clock => clock.OnWake(), this, preferLocal: false);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnWake()
    {
        // A wake from now on is another one; what those before are about is seen under the lock.
        Interlocked.Exchange(ref _wakeUnderWay, 0);
        _look();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _armedFor = null;
        }

        _look();
    }
}
