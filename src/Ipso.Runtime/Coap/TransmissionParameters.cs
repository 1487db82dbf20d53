using Ipso.Buffers;

namespace Ipso.Coap;

/// <summary>
/// The transmission parameters and the times that follow from them (RFC 7252, 4.8), by the names of the RFC. Immutable; a value out of
/// range throws where it is set.
/// </summary>
public sealed record TransmissionParameters
{
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    /// <summary>The defaults of RFC 7252, 4.8.</summary>
    public static TransmissionParameters Default { get; } = new();

    /// <summary>
    /// ACK_TIMEOUT: the shortest wait for an acknowledgement before the first retransmission. More than 0, at most 10 minutes; 2 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan AckTimeout { get; init => field = Within(value, s_tick, s_longest); } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// ACK_RANDOM_FACTOR: the first wait is drawn from ACK_TIMEOUT to ACK_TIMEOUT times this, so that devices do not fall into step. 1 to
    /// 10; 1.5.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public double AckRandomFactor { get; init => field = value is >= 1 and <= 10 ? value : throw OutOfRange(value, 1, 10); } = 1.5;

    /// <summary>MAX_RETRANSMIT: how often a Confirmable message is repeated before its sender gives up. 0 to 16; 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxRetransmit { get; init => field = value is >= 0 and <= 16 ? value : throw OutOfRange(value, 0, 16); } = 4;

    /// <summary>NSTART: how many Confirmable messages may be under way to one peer at a time. 1 to 65535; 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int Nstart { get; init => field = value is >= 1 and <= 65535 ? value : throw OutOfRange(value, 1, 65535); } = 1;

    /// <summary>
    /// PROBING_RATE: how many bytes a second go on average to a peer that does not answer (RFC 7252, 4.7), as far as neither the
    /// exponential back-off of Confirmable messages nor rules of their own (RFC 7641, 4.5.1; RFC 9177, 7.2) hold them back: what is left are
    /// Non-confirmable requests. The average is taken over EXCHANGE_LIFETIME. 0 to 1000000000, 0 for no limit; 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int ProbingRate
    {
        get;
        init => field = value is >= 0 and <= 1_000_000_000 ? value : throw OutOfRange(value, 0, 1_000_000_000);
    }
    = 1;

    /// <summary>
    /// The time on average from one Non-confirmable notification to the next to a client whose round-trip time is not known (RFC 7641,
    /// 4.5.1); where acknowledgements have told it, that is the time. After a pause 10 may go at once. What changes meanwhile becomes one
    /// notification, of the newest state. 0 to 10 minutes, 0 for no limit; 3 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan NotificationInterval
    {
        get;
        init => field = Within(value, TimeSpan.Zero, s_longest);
    }
    = TimeSpan.FromSeconds(3);

    /// <summary>MAX_LATENCY: the longest that a datagram is expected to be under way. 0 to 1 hour; 100 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan MaxLatency { get; init => field = Within(value, TimeSpan.Zero, TimeSpan.FromHours(1)); } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// MAX_PAYLOADS: how many blocks of a robust transfer go out at once (RFC 9177, 7.2). Both ends should have the same, else one waits
    /// for the other. 1 to 32; 10.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxPayloads { get; init => field = value is >= 1 and <= 32 ? value : throw OutOfRange(value, 1, 32); } = 10;

    /// <summary>
    /// NON_TIMEOUT: how long a robust transfer waits at least after MAX_PAYLOADS blocks before it goes on without a word from the peer, and
    /// at most ACK_RANDOM_FACTOR times that (RFC 9177, 7.2); ACK_TIMEOUT.
    /// </summary>
    public TimeSpan NonTimeout => AckTimeout;

    /// <summary>
    /// NON_RECEIVE_TIMEOUT: how long a missing block is waited for before it is asked for; doubled each time (RFC 9177, 7.2). Twice
    /// NON_TIMEOUT, and at least a second more than it; 4 s.
    /// </summary>
    public TimeSpan NonReceiveTimeout => NonTimeout + (NonTimeout > s_second ? NonTimeout : s_second);

    /// <summary>NON_MAX_RETRANSMIT: how often missing blocks are asked for in vain (RFC 9177, 7.2); MAX_RETRANSMIT.</summary>
    public int NonMaxRetransmit => MaxRetransmit;

    /// <summary>
    /// NON_PROBING_WAIT: the longest that PROBING_RATE makes the next message wait for a robust transfer that was not answered (RFC 9177,
    /// 7.2); 247 s.
    /// </summary>
    public TimeSpan NonProbingWait => ExchangeLifetime;

    /// <summary>PROCESSING_DELAY: how long a peer takes to answer a Confirmable message; ACK_TIMEOUT.</summary>
    public TimeSpan ProcessingDelay => AckTimeout;

    /// <summary>MAX_TRANSMIT_SPAN: from the first transmission of a Confirmable message to its last; 45 s.</summary>
    public TimeSpan MaxTransmitSpan => AckTimeout * (Math.ScaleB(1, MaxRetransmit) - 1) * AckRandomFactor;

    /// <summary>MAX_TRANSMIT_WAIT: from the first transmission of a Confirmable message to the moment its sender gives up; 93 s.</summary>
    public TimeSpan MaxTransmitWait => AckTimeout * (Math.ScaleB(1, MaxRetransmit + 1) - 1) * AckRandomFactor;

    /// <summary>MAX_RTT: the longest round trip; 202 s.</summary>
    public TimeSpan MaxRtt => (2 * MaxLatency) + ProcessingDelay;

    /// <summary>EXCHANGE_LIFETIME: how long the Message ID of a Confirmable message must not be used again; 247 s.</summary>
    public TimeSpan ExchangeLifetime => MaxTransmitSpan + (2 * MaxLatency) + ProcessingDelay;

    /// <summary>NON_LIFETIME: the same for a Non-confirmable message; 145 s.</summary>
    public TimeSpan NonLifetime => MaxTransmitSpan + MaxLatency;

    private static TimeSpan Within(TimeSpan value, TimeSpan min, TimeSpan max) =>
        value >= min && value <= max ? value : throw OutOfRange(value, min, max);

    private static ArgumentOutOfRangeException OutOfRange<T>(T value, T min, T max) =>
        new(nameof(value), value, Phrase.Of($"Must be {min} to {max}."));

    /// <summary>The name alone: a native program would have all that formats the values, whether it prints them or not.</summary>
    public override string ToString() => nameof(TransmissionParameters);

    /// <inheritdoc/>
    // Of one value: no table has options for its keys, and one of all values is up to 1 KB of native code.
    public override int GetHashCode() => AckTimeout.GetHashCode();
}
