using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>A clock of a timer and the thread pool, which all hosts of a program share.</summary>
internal sealed class PoolClock : HostClock
{
    /// <summary>Makes one; see <see cref="HostClockFactory"/>.</summary>
    internal static HostClockFactory Factory { get; } = static (gate, time, look) => new PoolClock(gate, time, look);

    private readonly ITimer _timer;

    private PoolClock(Lock gate, TimeProvider time, Action look)
        : base(gate, time, look) =>
        _timer = time.CreateTimer(
            static clock => ((PoolClock)clock!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public override void Dispose() => _timer.Dispose();

    /// <inheritdoc/>
    protected override void LookAt(Instant moment, Instant now)
    {
        // The timer counts in milliseconds and cuts off.
        TimeSpan wait = moment - now + TimeSpan.FromMilliseconds(1);
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    protected override void LookNow() =>
        ThreadPool.UnsafeQueueUserWorkItem(static clock => clock.OnWake(), this, preferLocal: false);

    private void OnWake()
    {
        _ = TakeWake();
        Look();
    }

    private void OnTimer()
    {
        lock (Gate)
        {
            ArmedFor = null;
        }

        Look();
    }
}
