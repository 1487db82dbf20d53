namespace Ipso.Net;

/// <summary>
/// How an observation goes on that was lost (RFC 7641, 3.3.1): it is registered anew, over a connection that is made anew, or with a server
/// that has started anew. Immutable; a value out of range throws where it is set.
/// </summary>
/// <remarks>
/// <para>That is so once the server has accepted the observation, and when the connection was lost, a server did not answer or rejected
/// (RST, ICMP), blocks did not come through, a name has no address for now, or the answer was 5.03. Any other error is the server's word
/// and ends the observation, and so does a server that observes no longer (<see cref="CoapFailure.ObservationEnded"/>). A body in a stream
/// goes out anew from where it began; where the stream cannot seek, the observation ends when it is lost.</para>
/// <para>The first attempt comes after <see cref="FirstDelay"/>, each further one after twice the time, up to <see cref="MaxDelay"/>; of
/// each a random half at most is left off, so that clients do not all come at once. A registration that has stood for
/// <see cref="MaxDelay"/> lets the count begin anew.</para>
/// </remarks>
public sealed record CoapReregistration
{
    /// <summary>The time before the first attempt. 1 ms to 24 hours; 1 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan FirstDelay { get; init => field = Within(value); } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The longest time before an attempt, also where a 5.03 asks for more (RFC 7252, 5.9.3.4). 1 ms to 24 hours; 1 minute.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan MaxDelay { get; init => field = Within(value); } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long to try: an attempt that would begin later is not made, and the observation ends with the last failure. 0 to 365 days; null,
    /// the default, to try until the observation is cancelled.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan? GiveUpAfter
    {
        get;
        init => field = value is null || (value >= TimeSpan.Zero && value <= TimeSpan.FromDays(365))
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 0 to 365 days.");
    }

    /// <summary>
    /// Told when the observation is lost, and of each attempt that fails, where the notifications are awaited; null for nobody. What it
    /// throws ends the observation.
    /// </summary>
    public Action<CoapObservationLoss>? Lost { get; init; }

    private static TimeSpan Within(TimeSpan value) =>
        value >= TimeSpan.FromMilliseconds(1) && value <= TimeSpan.FromHours(24)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 1 ms to 24 hours.");
}

/// <summary>An observation was lost, and is to be registered anew.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Attempt">The number of the attempt that comes next, from 1 on.</param>
/// <param name="Delay">How long it is until then.</param>
public readonly record struct CoapObservationLoss(CoapException Cause, int Attempt, TimeSpan Delay);
