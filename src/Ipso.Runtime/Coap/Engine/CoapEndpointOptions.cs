namespace Ipso.Coap.Engine;

/// <summary>
/// The bounds of an endpoint. All memory is taken when the endpoint is made; nothing that a peer does makes it grow. Immutable; a value out
/// of range throws where it is set.
/// </summary>
/// <remarks><see cref="MaxMemory"/> says what it comes to: some 80 KiB with the defaults.</remarks>
public sealed record CoapEndpointOptions
{
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan s_day = TimeSpan.FromHours(24);

    /// <summary>The longest message in bytes, in and out. 256 to 65507; 1152 (RFC 7252, 4.6).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxMessageSize { get; init => field = Within(value, 256, 65507); } = 1152;

    /// <summary>
    /// How many messages are remembered to recognise their duplicates. When all are taken, the oldest gives way. 1 to 1048576; 128.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int DeduplicationSlots { get; init => field = Within(value, 1, 1 << 20); } = 128;

    /// <summary>
    /// The room for the responses that duplicates are answered with. At least one message of <see cref="MaxMessageSize"/> always has room.
    /// 0 to 1 GiB; 16384.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int DeduplicationBytes { get; init => field = Within(value, 0, 1 << 30); } = 16 * 1024;

    /// <summary>How many requests of our own may be under way, observations included. 1 to 65535; 8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int Exchanges { get; init => field = Within(value, 1, 65535); } = 8;

    /// <summary>How many observers there may be. 0 to 1048576; 32.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int Observers { get; init => field = Within(value, 0, 1 << 20); } = 32;

    /// <summary>
    /// The longest registration in bytes that is accepted as an observation, since it is kept to render notifications from. 16 to 65507;
    /// 256.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int ObserverRequestSize { get; init => field = Within(value, 16, 65507); } = 256;

    /// <summary>How many Confirmable notifications may be under way. 1 to 65535; 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int ConfirmableNotifications { get; init => field = Within(value, 1, 65535); } = 4;

    /// <summary>
    /// Every how many notifications to an observer one is Confirmable; 1 for all, 0 to leave it to <see cref="ConfirmableInterval"/>. 0 to
    /// 1000000; 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int ConfirmableEvery { get; init => field = Within(value, 0, 1_000_000); }

    /// <summary>
    /// The longest time without a Confirmable notification to an observer, changes or not: finds the observers that are gone. More than 0,
    /// at most the 24 hours of RFC 7641, 4.5; 24 h.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan ConfirmableInterval { get; init => field = Within(value, s_tick, s_day); } = s_day;

    /// <summary>
    /// How long to wait for a response once the request is acknowledged, or sent as NON. RFC 7252 leaves it open. More than 0, at most 24
    /// hours; 93 s, the default MAX_TRANSMIT_WAIT.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan ResponseTimeout { get; init => field = Within(value, s_tick, s_day); } = TimeSpan.FromSeconds(93);

    /// <summary>The transmission parameters.</summary>
    /// <exception cref="ArgumentNullException">Null.</exception>
    public TransmissionParameters Transmission
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    }
    = TransmissionParameters.Default;

    /// <summary>
    /// The memory that an endpoint with these bounds takes, at most, in bytes: the messages, then a fixed sum for each entry of each table.
    /// </summary>
    public long MaxMemory =>
        ((long)MaxMessageSize * ((2 * Exchanges) + ConfirmableNotifications + 1))
        + Math.Max(DeduplicationBytes, MaxMessageSize)
        + (88L * DeduplicationSlots)
        + ((ObserverRequestSize + 136L) * Observers)
        + (240L * Exchanges)
        + (128L * ConfirmableNotifications)
        + 14_000;

    private static T Within<T>(T value, T min, T max)
        where T : struct, IComparable<T> =>
        value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Must be {min} to {max}.");
}
