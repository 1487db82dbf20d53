namespace Ipso.Testing;

/// <summary>
/// How a connection carries bytes: in which pieces, how long they take. Immutable; a value out of range throws where it is set. Nothing is
/// lost: a connection repeats what a link loses, which its delay stands for.
/// </summary>
public sealed record StreamSettings
{
    /// <summary>The shortest piece in bytes, the last one of what was sent excepted. 1 or more; 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MinChunk { get; init => field = Positive(value); } = 1;

    /// <summary>
    /// The longest piece in bytes. With 1 each byte comes alone; with large pieces, what was sent at one moment comes in one. 1 or more;
    /// no bound.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxChunk { get; init => field = Positive(value); } = int.MaxValue;

    /// <summary>How long a piece takes. Pieces never overtake each other.</summary>
    public LinkDelay Delay { get; init; }

    /// <summary>The time that lies between the arrivals of two pieces, at least. 0 or more; 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan Pace
    {
        get;
        init => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 0 or more.");
    }

    private static int Positive(int value) =>
        value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 1 or more.");
}
