namespace Ipso.Testing;

/// <summary>How long a link takes: always the same, evenly from a range, or around a value with datagrams kept in order.</summary>
public readonly record struct LinkDelay
{
    private LinkDelay(TimeSpan min, TimeSpan max, bool keepsOrder)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(min, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, min);
        (Min, Max, KeepsOrder) = (min, max, keepsOrder);
    }

    /// <summary>The shortest time.</summary>
    public TimeSpan Min { get; }

    /// <summary>The longest time.</summary>
    public TimeSpan Max { get; }

    /// <summary>Whether a datagram waits for those sent before it on the same link, if that takes longer.</summary>
    public bool KeepsOrder { get; }

    /// <summary>The same time for each datagram.</summary>
    /// <param name="delay">0 or more.</param>
    /// <returns>The delay.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static LinkDelay Fixed(TimeSpan delay) => new(delay, delay, keepsOrder: false);

    /// <summary>Any time of a range, each as likely as the other. Datagrams that follow closely overtake each other.</summary>
    /// <param name="min">The shortest, 0 or more.</param>
    /// <param name="max">The longest.</param>
    /// <returns>The delay.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or the range is empty.</exception>
    public static LinkDelay Uniform(TimeSpan min, TimeSpan max) => new(min, max, keepsOrder: false);

    /// <summary>
    /// A time around a value, the more likely the nearer, as a queue on the way makes it: a datagram arrives after those sent before it.
    /// </summary>
    /// <param name="delay">The value in the middle.</param>
    /// <param name="jitter">The largest deviation, 0 to <paramref name="delay"/>.</param>
    /// <returns>The delay.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The deviation is negative, or larger than the delay.</exception>
    public static LinkDelay Jitter(TimeSpan delay, TimeSpan jitter) => new(delay - jitter, delay + jitter, keepsOrder: true);

    internal TimeSpan Draw(SeededRandom random)
    {
        if (Min == Max)
        {
            return Min;
        }

        // The mean of two draws is triangular, and needs no function whose last bit a platform may choose.
        return KeepsOrder ? (random.Next(Min, Max) + random.Next(Min, Max)) / 2 : random.Next(Min, Max);
    }
}
