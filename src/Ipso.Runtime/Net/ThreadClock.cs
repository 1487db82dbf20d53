using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// A clock of a thread of its own, for a program that has one host: it takes neither the platform's timers nor its thread pool, which
/// would be more threads, and 6 KB of a native program.
/// </summary>
internal sealed class ThreadClock : HostClock
{
    /// <summary>Makes one; see <see cref="HostClockFactory"/>. Its time is one that goes by itself, as the system's does.</summary>
    internal static HostClockFactory Factory { get; } = static (gate, time, look) => new ThreadClock(gate, time, look);

    // It is left to the finalizer: who wakes the host may come when it has ended.
#pragma warning disable CA2213
    private readonly AutoResetEvent _signal = new(initialState: false);
#pragma warning restore CA2213
    private readonly Thread _thread;
    private volatile bool _hasEnded;

    private ThreadClock(Lock gate, TimeProvider time, Action look)
        : base(gate, time, look)
    {
        _thread = new(Run) { IsBackground = true, Name = "Ipso clock" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _hasEnded = true;
        _ = _signal.Set();
    }

    /// <inheritdoc/>
    protected override void LookAt(Instant moment, Instant now)
    {
        // The thread itself sees it when it waits again.
        if (Thread.CurrentThread != _thread)
        {
            _ = _signal.Set();
        }
    }

    /// <inheritdoc/>
    protected override void LookNow() => _ = _signal.Set();

    private void Run()
    {
        while (!_hasEnded)
        {
            _ = _signal.WaitOne(MillisecondsToWait());
            bool isDue = TakeDue();
            if ((TakeWake() || isDue) && !_hasEnded)
            {
                Look();
            }
        }
    }

    private int MillisecondsToWait()
    {
        lock (Gate)
        {
            long ticks = ArmedFor is { } moment ? moment.Ticks - Now.Ticks : long.MaxValue;

            // One more, for what is cut off.
            return ticks == long.MaxValue ? Timeout.Infinite
                : ticks <= 0 ? 0
                : (int)(ticks / TimeSpan.TicksPerMillisecond) + 1;
        }
    }

    private bool TakeDue()
    {
        lock (Gate)
        {
            bool isDue = ArmedFor <= Now;
            ArmedFor = isDue ? null : ArmedFor;
            return isDue;
        }
    }
}
