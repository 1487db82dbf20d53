using Ipso.Buffers;

namespace Ipso.Coap.Engine;

/// <summary>A moment on the monotonic clock of the host. The engine compares moments and never asks for one.</summary>
/// <param name="Ticks">Units of 100 ns since a start of the host's choosing.</param>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    /// <summary>The moment <paramref name="seconds"/> after tick 0, for scripts and tests.</summary>
    /// <param name="seconds">Seconds, fractions included.</param>
    /// <returns>The moment.</returns>
    public static Instant FromSeconds(double seconds) => new((long)(seconds * TimeSpan.TicksPerSecond));

    /// <summary>Later than all moments: where there is no deadline.</summary>
    internal static Instant Never => new(long.MaxValue);

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    /// <summary>The earlier of two moments, of which either may be none.</summary>
    /// <param name="left">A moment, or null for never.</param>
    /// <param name="right">A moment, or null for never.</param>
    /// <returns>The earlier one; null if both are.</returns>
    public static Instant? Earlier(Instant? left, Instant? right) =>
        left is not { } l ? right : right is not { } r ? left : l <= r ? l : r;

    /// <summary>The earlier of two moments.</summary>
    internal static Instant Earlier(Instant left, Instant right) => new(Math.Min(left.Ticks, right.Ticks));

    /// <summary>Seconds since tick 0.</summary>
    /// <returns>For example <c>12.5 s</c>.</returns>
    public override string ToString() => Phrase.Of($"{(double)Ticks / TimeSpan.TicksPerSecond} s");

    /// <summary>A later moment.</summary>
    /// <param name="instant">A moment.</param>
    /// <param name="span">How much later.</param>
    /// <returns>The sum.</returns>
    public static Instant operator +(Instant instant, TimeSpan span) => new(instant.Ticks + span.Ticks);

    /// <summary>An earlier moment.</summary>
    /// <param name="instant">A moment.</param>
    /// <param name="span">How much earlier.</param>
    /// <returns>The difference.</returns>
    public static Instant operator -(Instant instant, TimeSpan span) => new(instant.Ticks - span.Ticks);

    /// <summary>The time between two moments.</summary>
    /// <param name="later">The later moment.</param>
    /// <param name="earlier">The earlier moment.</param>
    /// <returns>Negative if the order is the other way.</returns>
    public static TimeSpan operator -(Instant later, Instant earlier) => new(later.Ticks - earlier.Ticks);

    /// <summary>Whether one moment is before the other.</summary>
    /// <param name="left">A moment.</param>
    /// <param name="right">A moment.</param>
    /// <returns>True if <paramref name="left"/> is before.</returns>
    public static bool operator <(Instant left, Instant right) => left.Ticks < right.Ticks;

    /// <summary>Whether one moment is after the other.</summary>
    /// <param name="left">A moment.</param>
    /// <param name="right">A moment.</param>
    /// <returns>True if <paramref name="left"/> is after.</returns>
    public static bool operator >(Instant left, Instant right) => left.Ticks > right.Ticks;

    /// <summary>Whether one moment is before the other or the same.</summary>
    /// <param name="left">A moment.</param>
    /// <param name="right">A moment.</param>
    /// <returns>True if <paramref name="left"/> is not after.</returns>
    public static bool operator <=(Instant left, Instant right) => left.Ticks <= right.Ticks;

    /// <summary>Whether one moment is after the other or the same.</summary>
    /// <param name="left">A moment.</param>
    /// <param name="right">A moment.</param>
    /// <returns>True if <paramref name="left"/> is not before.</returns>
    public static bool operator >=(Instant left, Instant right) => left.Ticks >= right.Ticks;
}
