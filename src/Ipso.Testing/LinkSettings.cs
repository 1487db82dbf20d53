namespace Ipso.Testing;

/// <summary>
/// What a link does to the datagrams of one direction. Immutable; a value out of range throws where it is set. By default it does nothing:
/// every datagram arrives, once and at once.
/// </summary>
public sealed record LinkSettings
{
    /// <summary>Every datagram arrives, once and at the moment it is sent.</summary>
    public static LinkSettings Perfect { get; } = new();

    /// <summary>The probability that a datagram is lost; that of its copy, if it is doubled, is drawn anew. 0 to 1; 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public double Loss { get; init => field = Probability(value); }

    /// <summary>The probability that a datagram comes twice, the second time after a delay of its own. 0 to 1; 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public double Duplication { get; init => field = Probability(value); }

    /// <summary>The probability that a datagram is held back, so that later ones overtake it. 0 to 1; 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public double Reordering { get; init => field = Probability(value); }

    /// <summary>The longest time that a datagram is held back beyond its delay. 0 or more; 1 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan ReorderingTime
    {
        get;
        init => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 0 or more.");
    }
    = TimeSpan.FromSeconds(1);

    /// <summary>How long a datagram takes; no time by default.</summary>
    public LinkDelay Delay { get; init; }

    /// <summary>
    /// The longest IP packet in bytes, headers of IP (IPv4: 20, IPv6: 40) and UDP (8) included. What is longer is dropped and counted, as
    /// if fragments did not get through. 68 or more; no bound.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than the 68 bytes that every IPv4 link carries.</exception>
    public int Mtu
    {
        get;
        init => field = value >= 68 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 68 or more.");
    }
    = int.MaxValue;

    private static double Probability(double value) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 0 to 1.");
}
