namespace Ipso.Server.Tests;

/// <summary>A clock that goes when a test says so, and its timers with it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private TimeSpan _elapsed;
    private (int Count, TaskCompletionSource Reached) _awaited = (int.MaxValue, new());

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero) + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
            {
                return _elapsed;
            }
        }
    }

    /// <summary>How many timers run.</summary>
    internal int TimerCount
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count;
            }
        }
    }

    /// <summary>Ends when as many timers run as a test expects, or more: who was woken waits again.</summary>
    internal Task WaitForTimersAsync(int count)
    {
        lock (_gate)
        {
            if (_timers.Count >= count)
            {
                return Task.CompletedTask;
            }

            _awaited = (count, new(TaskCreationOptions.RunContinuationsAsynchronously));
            return _awaited.Reached.Task;
        }
    }

    /// <summary>Lets time go on, and timers be called.</summary>
    internal void Advance(TimeSpan span)
    {
        Timer[] due;
        lock (_gate)
        {
            _elapsed += span;
            due = [.. _timers.Where(timer => timer.Due <= _elapsed).OrderBy(static timer => timer.Due)];
            _timers.RemoveAll(due.Contains);
        }

        foreach (Timer timer in due)
        {
            timer.Call();
        }
    }

    private sealed class Timer(ManualTime time, Action call) : ITimer
    {
        internal TimeSpan Due { get; private set; }

        internal void Call() => call();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = time._elapsed + dueTime;
                    time._timers.Add(this);
                    if (time._timers.Count >= time._awaited.Count)
                    {
                        time._awaited.Reached.TrySetResult();
                    }
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
