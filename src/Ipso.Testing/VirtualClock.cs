using Ipso.Coap.Engine;

namespace Ipso.Testing;

/// <summary>
/// Time that stands still until it is told to go on, and then jumps from one thing to do to the next. Things due at one moment are done in
/// the order in which they were asked for.
/// </summary>
public sealed class VirtualClock
{
    private readonly PriorityQueue<Action, (long Ticks, long Order)> _actions = new();
    private long _order;

    /// <summary>The moment; tick 0 at first.</summary>
    public Instant Now { get; private set; }

    /// <summary>What a calendar shows at tick 0: midnight of 1 January 2030 in UTC, if nobody says otherwise.</summary>
    public DateTimeOffset Epoch { get; init; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What a calendar shows now.</summary>
    public DateTimeOffset UtcNow => ToUtc(Now);

    /// <summary>When the next thing is to be done; null if there is none.</summary>
    public Instant? Next => _actions.TryPeek(out _, out (long Ticks, long Order) key) ? new Instant(key.Ticks) : null;

    /// <summary>What a calendar shows at a moment.</summary>
    /// <param name="moment">The moment.</param>
    /// <returns><see cref="Epoch"/> and the time since tick 0.</returns>
    public DateTimeOffset ToUtc(Instant moment) => Epoch + new TimeSpan(moment.Ticks);

    /// <summary>Has something done at a moment.</summary>
    /// <param name="moment">When; at once, that is, in the next step, if it is over.</param>
    /// <param name="action">What.</param>
    public void At(Instant moment, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        _actions.Enqueue(action, (Math.Max(moment.Ticks, Now.Ticks), _order++));
    }

    /// <summary>Has something done after a while.</summary>
    /// <param name="span">How long from now.</param>
    /// <param name="action">What.</param>
    public void After(TimeSpan span, Action action) => At(Now + span, action);

    /// <summary>Has something done again and again, for the first time after one interval.</summary>
    /// <param name="interval">The time from one to the next; more than 0.</param>
    /// <param name="action">What; returns false when it was the last time.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not positive: time would stand still.</exception>
    public void Every(TimeSpan interval, Func<bool> action)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(action);
        After(interval, () =>
        {
            if (action())
            {
                Every(interval, action);
            }
        });
    }

    /// <summary>Goes to a later moment. Nothing that is due before it may be left out.</summary>
    internal void Advance(Instant moment) => Now = moment > Now ? moment : Now;

    /// <summary>Does one thing that is due now.</summary>
    internal bool TryDoNext()
    {
        if (!_actions.TryPeek(out Action? action, out (long Ticks, long Order) key) || key.Ticks > Now.Ticks)
        {
            return false;
        }

        _actions.Dequeue();
        action();
        return true;
    }
}
