using Ipso.Buffers;

namespace Ipso.Coap.Engine;

/// <summary>
/// The bounds of an endpoint. Memory is taken when the endpoint is made, but for what bodies in blocks and responses that are put off need,
/// which comes with the first of them; nothing that a peer does makes it grow beyond these bounds. Immutable; a value out of range throws where it is set.
/// </summary>
/// <remarks>
/// <see cref="MaxMemory"/> says what it comes to: less than 220 KiB with the defaults, and less than 58 KiB with those of <see cref="Constrained"/>.
/// </remarks>
public sealed record CoapEndpointOptions
{
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan s_day = TimeSpan.FromHours(24);

    /// <summary>
    /// Bounds for a device that has little memory and talks to a few servers, which does not listen to a group: two requests under way, 16
    /// observers, bodies of 2 KiB that are kept whole. Longer ones, such as firmware, go to sinks in blocks as ever.
    /// </summary>
    // Made for who asks for it: what sets and judges a value is not in a native program that leaves all as it is.
    public static CoapEndpointOptions Constrained => field ??= new()
    {
        DeduplicationSlots = 16,
        DeduplicationBytes = 1536,
        Exchanges = 2,
        Observers = 16,
        ObserverRequestSize = 128,
        KeptBodyBytes = 512,
        ConfirmableNotifications = 2,
        MaxBodySize = 2048,
        Transfers = 2,
        TransferBytes = 3072,
        DeferredResponses = 0,
        Peers = 4,
    };

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
    /// The longest registration in bytes that is accepted as an observation, since it is kept to render notifications from; of one whose
    /// body has come in blocks, without that body (<see cref="KeptBodyBytes"/>). 16 to 65507; 256.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int ObserverRequestSize { get; init => field = Within(value, 16, 65507); } = 256;

    /// <summary>
    /// The bytes that bodies may take together that have come in blocks (RFC 8132, 2.4; RFC 7959) and are wanted again: those of
    /// registrations, and of requests whose response was put off. Each is rounded up to 512. 0 to 1 GiB; 4096.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int KeptBodyBytes { get; init => field = Within(value, 0, 1 << 30); } = 4096;

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

    /// <summary>
    /// The largest block of a block-wise transfer in bytes, sent and asked for: a power of two, 16 to 1024; 1024 (RFC 7959, 2.2). Blocks
    /// are smaller where <see cref="MaxMessageSize"/> or the peer wants it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range, or no power of two.</exception>
    public int BlockSize
    {
        get;
        init => field = int.IsPow2(Within(value, 16, 1024))
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be a power of two.");
    }
    = 1024;

    /// <summary>
    /// The longest body in bytes that is kept whole: what a handler writes or is handed, what a request is given or its response brings.
    /// Longer ones go through <see cref="ICoapBody"/> and <see cref="ICoapBodySink"/>. 128 to 64 MiB, at least
    /// <see cref="MaxMessageSize"/> less 128; 16384.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxBodySize { get => Math.Max(field, MaxMessageSize - 128); init => field = Within(value, 128, 1 << 26); } = 16 * 1024;

    /// <summary>How many block-wise transfers the server role keeps, both ways together. 0 to 65535; 8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int Transfers { get; init => field = Within(value, 0, 65535); } = 8;

    /// <summary>The bytes that all bodies on their way may take together, in both roles. 0 to 1 GiB; 32768.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int TransferBytes { get; init => field = Within(value, 0, 1 << 30); } = 32 * 1024;

    /// <summary>
    /// How long the server role keeps a transfer that does not go on. More than 0, at most 24 hours; 247 s, the default EXCHANGE_LIFETIME,
    /// as RFC 7959, 2.4 and 2.5, ask for.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan TransferLifetime { get; init => field = Within(value, s_tick, s_day); } = TimeSpan.FromSeconds(247);

    /// <summary>
    /// How often the client role begins the transfer of one body anew: because the server wants smaller blocks or has forgotten those that
    /// it had (RFC 7959, 2.9), or because the representation that is fetched has changed or is kept no longer (2.4). A fetch begins anew only
    /// for GET and FETCH, which change nothing. 0 to 100; 3.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int TransferRestarts { get; init => field = Within(value, 0, 100); } = 3;

    /// <summary>How many responses may be put off at a time, those to multicast requests included. 0 to 65535; 8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int DeferredResponses { get; init => field = Within(value, 0, 65535); } = 8;

    /// <summary>
    /// How long a Confirmable request whose response is put off goes unacknowledged, in case the response comes soon and can be piggybacked
    /// (RFC 7252, 5.2.2). 0 to 10 minutes, less than the ACK_TIMEOUT of the clients; 0: acknowledged at once.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan SeparateAfter { get; init => field = Within(value, TimeSpan.Zero, TimeSpan.FromMinutes(10)); }

    /// <summary>
    /// How long a handler may take for a response that it has put off; then it is answered with 5.03. More than 0, at most 24 hours; 93 s,
    /// as long as a client waits.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan DeferredTimeout { get; init => field = Within(value, s_tick, s_day); } = TimeSpan.FromSeconds(93);

    /// <summary>Leisure: responses to a multicast request are spread over this time (RFC 7252, 8.2). 0 to 10 minutes; 5 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan Leisure { get; init => field = Within(value, TimeSpan.Zero, TimeSpan.FromMinutes(10)); } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many peers are remembered beyond those with messages under way: their next Message ID, so that none is used twice within
    /// EXCHANGE_LIFETIME, and whether their address is proven. 1 to 1048576; 64.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int Peers { get; init => field = Within(value, 1, 1 << 20); } = 64;

    /// <summary>
    /// How many times as long as its request a response may be before the client must prove its address with Echo (RFC 9175, 2.3), so that
    /// nobody has this server flood a victim whose address he forges. The same is asked of who wants to observe. 0 to 1000, 0 for no limit;
    /// 0.
    /// </summary>
    /// <remarks>
    /// Off by default since a client that does not know Echo takes the 4.01 for an answer, and a peer behind DTLS has proven its address.
    /// A server without security on a network that is not its own should set 3.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int AmplificationFactor
    {
        get;
        init
        {
            field = Within(value, 0, 1000);
            MakeEcho = value == 0 ? null : static engine => new(engine);
        }
    }

    /// <summary>
    /// How long an Echo value counts from its issue, and an address as proven from its proof. 1 second to 24 hours; 5 minutes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan EchoLifetime { get; init => field = Within(value, TimeSpan.FromSeconds(1), s_day); } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The longest token in bytes that the server role takes and gives back: 8, or 13 to 128 for the extended tokens of stateless clients
    /// (RFC 8974). A request with a longer one of those is answered with 4.00. 8 to 128; 8: longer ones are malformed, as to RFC 7252, 3.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxTokenLength { get; init => field = Within(value, CoapToken.MaxLength, 128); } = CoapToken.MaxLength;

    /// <summary>
    /// Whether the client role gives the request for each block a token of its own, so that a late response to one is never taken for the
    /// response to the next. True. False keeps one token for a whole body, for servers that put blocks together by token; node-coap does.
    /// </summary>
    public bool TokenPerBlock { get; init; } = true;

    /// <summary>
    /// Whether a Confirmable request ends with <see cref="CoapEventKind.Refused"/> as soon as ICMP says that nobody listens on the port,
    /// instead of being repeated MAX_RETRANSMIT times, and a robust transfer of either role instead of going on. False: the server may only be
    /// starting, and a stranger on the path can forge ICMP.
    /// </summary>
    public bool GivesUpWhenRefused { get; init; }

    /// <summary>
    /// Whether the client role registers an observation anew when the Max-Age of the last notification has passed without another, which
    /// finds servers that have forgotten it (RFC 7641, 3.3.1). True.
    /// </summary>
    public bool RefreshObservations { get; init; } = true;

    /// <summary>
    /// How long a connection may be there before its CSM has come (RFC 8323, 5.3); of meaning over byte streams. More than 0, at most 24
    /// hours; 30 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan CsmTimeout { get; init => field = Within(value, s_tick, s_day); } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a message may take from its first byte to its last, or the answer to a Ping; of meaning over byte streams. More than 0, at
    /// most 24 hours; 30 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan MessageTimeout { get; init => field = Within(value, s_tick, s_day); } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After what time without a message a peer is sent a Ping (RFC 8323, 5.4), to be aborted if nothing comes within
    /// <see cref="MessageTimeout"/>; of meaning over byte streams. 0 to 24 hours; 0: never, since observers and sleeping devices are quiet.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan IdleTimeout { get; init => field = Within(value, TimeSpan.Zero, s_day); }

    /// <summary>
    /// Protects messages to and from the endpoints that it has security contexts for, such as OSCORE (RFC 8613). Null: nothing is
    /// protected, and a protected request is answered with 4.02. It takes another message's bytes for each entry that sends.
    /// </summary>
    public MessageProtection? Protection { get; init; }

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
        ((long)MaxMessageSize * ((2 * Exchanges) + ConfirmableNotifications + (2 * DeferredResponses) + 4))
        + Math.Max(DeduplicationBytes, MaxMessageSize)
        + (2L * MaxBodySize)
        + TransferBytes
        + (TransferBytes / 64)
        + KeptBodyBytes
        + (KeptBodyBytes / 64)
        + (88L * DeduplicationSlots)
        + ((ObserverRequestSize + ObserverTable.EntrySize) * (long)Observers)
        + (712L * Exchanges)
        + (216L * ConfirmableNotifications)
        + (452L * DeferredResponses)
        + ((384L + MaxTokenLength) * Transfers)
        + (PeerTable.EntrySize * (long)(Peers + Exchanges + ConfirmableNotifications + DeferredResponses))
        + (Protection is null ? 0 : MaxProtection)
        + 24_000;

    // A message for each that may be sent again, what binds it, and three to work in.
    private long MaxProtection =>
        (((long)MaxMessageSize + 48) * (Exchanges + ConfirmableNotifications + DeferredResponses))
        + (40L * (Observers + DeferredResponses))
        + (3L * (MaxMessageSize + 16));

    // What proof of address takes: reached through what asks for it, so that a native program that does not leaves it out.
    internal Func<CoapEngine, CoapEngine.EchoRole>? MakeEcho { get; private init; }

    // The size of a body that a message surely has room for beside its header and options.
    internal int LargestExponent => BlockOption.GetSizeExponent(Math.Min(BlockSize, MaxMessageSize - 128));

    private static T Within<T>(T value, T min, T max)
        where T : struct, IComparable<T> =>
        value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, Phrase.Of($"Must be {min} to {max}."));

    /// <summary>The name alone: a native program would have all that formats the values, whether it prints them or not.</summary>
    public override string ToString() => nameof(CoapEndpointOptions);

    /// <inheritdoc/>
    // Of one value: no table has options for its keys, and one of all values is up to 1 KB of native code.
    public override int GetHashCode() => MaxMessageSize;
}
