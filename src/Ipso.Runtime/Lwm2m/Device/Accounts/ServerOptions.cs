using Ipso.Buffers;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// A server to register with. The values become an instance each of the Security (0) and the Server object (1); a server may change the
/// latter later. Immutable; a value that makes no sense throws where it is set.
/// </summary>
/// <example>
/// <code>
/// Server = new("coap://leshan.example") { Lifetime = TimeSpan.FromMinutes(5) }
/// </code>
/// </example>
public sealed record ServerOptions : IServerSide
{
    private const long MaxSeconds = int.MaxValue;

    /// <summary>Names a server.</summary>
    /// <param name="uri"><c>coap://host</c> or <c>coaps://host</c>, perhaps with <c>:port</c>; the host is a name or an address (0/x/0).</param>
    /// <exception cref="UriFormatException">It is no such URI, or its scheme is unknown or has no transport.</exception>
    public ServerOptions(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!ServerUri.TryParse(uri, out _, out string fault))
        {
            throw new UriFormatException(Phrase.Of($"'{uri}' {fault}."));
        }

        Uri = uri;
    }

    /// <summary>Where the server is (0/x/0).</summary>
    public string Uri { get; }

    /// <summary>How the server and the device prove who they are; <see cref="ServerSecurity.NoSec"/> by default, which is for
    /// <c>coap://</c>, as every other is for <c>coaps://</c>.</summary>
    public ServerSecurity Security { get; init; } = ServerSecurity.NoSec;

    /// <summary>
    /// The Short Server ID, 1 to 65534 (0/x/10 and 1/x/0); <see langword="null"/> for the server's place among the device's, from 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">0 or 65535, which the specification reserves.</exception>
    public ushort? ShortServerId
    {
        get;
        init => field = value is null or (> 0 and < Lwm2mPath.MaxId)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, "A Short Server ID is 1 to 65534: 0 and 65535 are reserved (LwM2M TS Core, 7.4).");
    }

    /// <summary>
    /// How long a registration lasts without an Update (1/x/1): whole seconds up to 2147483647, or zero for ever, which LwM2M 1.2 has.
    /// A day by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan Lifetime { get; init => field = Seconds(value); } = TimeSpan.FromDays(1);

    /// <summary>The transports that the server may use, letters out of U M H T S N (1/x/7); U, UDP, by default. UQ is LwM2M 1.0's way to
    /// ask for queue mode, which <see cref="DeviceOptions.QueueMode"/> does for every version.</summary>
    /// <exception cref="ArgumentException">Another letter, a letter twice, or none.</exception>
    public string Binding
    {
        get;
        init => field = IsBinding(value) ? value : throw new ArgumentException(Phrase.Of($"'{value}' is no Binding: U, UQ, UT ..."), nameof(value));
    } = "U";

    /// <summary>The pmin of observations that have none (1/x/2), in whole seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan? DefaultMinimumPeriod { get; init => field = Seconds(value); }

    /// <summary>The pmax of observations that have none (1/x/3), in whole seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan? DefaultMaximumPeriod { get; init => field = Seconds(value); }

    /// <summary>How long a Disable lasts (1/x/5), in whole seconds; a day where nobody says.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan? DisableTimeout { get; init => field = Seconds(value); }

    /// <summary>Whether notifications are kept while the server cannot be reached (1/x/6).</summary>
    public bool StoresNotifications { get; init; } = true;

    /// <summary>
    /// The place in the order of registration, lowest first (1/x/13): the next server's turn comes when this one's first communication
    /// sequence has succeeded or failed. <see langword="null"/> to register without regard to the others.
    /// </summary>
    public uint? PriorityOrder { get; init; }

    /// <summary>How long to wait when its turn comes (1/x/14), in whole seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan? InitialDelay { get; init => field = Seconds(value); }

    /// <summary>Whether the servers behind it in the order wait until it has succeeded (1/x/15); no where nobody says.</summary>
    public bool? BlocksOnFailure { get; init; }

    /// <summary>Whether a failed registration is a reason to bootstrap (1/x/16); yes where nobody says.</summary>
    public bool? BootstrapsOnFailure { get; init; }

    /// <summary>The attempts of a communication sequence (1/x/17), from 1; 5 where nobody says.</summary>
    public uint? RetryCount { get; init; }

    /// <summary>The wait after the first attempt of a sequence, doubled with each (1/x/18), in whole seconds; 60 s where nobody
    /// says.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan? RetryTimer { get; init => field = Seconds(value); }

    /// <summary>The wait after a sequence that has failed (1/x/19), in whole seconds; a day where nobody says.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan? SequenceDelay { get; init => field = Seconds(value); }

    /// <summary>The sequences after which the registration has failed (1/x/20), from 1; 1 where nobody says.</summary>
    public uint? SequenceCount { get; init; }

    /// <summary>Whether the device may not Send (1/x/23).</summary>
    public bool? MutesSend { get; init; }

    /// <summary>
    /// Whether the server's requests may come from another port of its address than the one in <see cref="Uri"/>: there are servers, such
    /// as coap-shepherd, that have a socket of its own for them. Without security any program on that host then passes for the server.
    /// </summary>
    public bool AsksFromAnyPort { get; init; }

    /// <summary>
    /// The keys of OSCORE that all messages to and from the server are protected by (0/x/17); the device then has
    /// <see cref="DeviceOptions.Protection"/>. <see langword="null"/>: no protection.
    /// </summary>
    public OscoreKeys? Oscore { get; init; }

    /// <inheritdoc/>
    ServerAccounts IServerSide.MakeAccounts(DeviceOptions options, ObjectTree objects) => AccountSetup.Make(options, objects);

    /// <inheritdoc/>
    Registrations IServerSide.MakeRegistrations(DeviceEndpoint device) => ServerSide.MakeRegistrations(device);

    /// <inheritdoc/>
    Bootstrapper? IServerSide.MakeBootstrapper(DeviceEndpoint device, Registrations registrations) =>
        ((IServerSide?)device.Options.BootstrapServer)?.MakeBootstrapper(device, registrations);

    /// <summary>The instance of Security that says this.</summary>
    /// <param name="shortServerId">The Short Server ID, and the id of the instance with its keys of OSCORE.</param>
    internal LWM2MSecurity ToSecurity(ushort shortServerId)
    {
        LWM2MSecurity security = Security.ToInstance(Uri, isBootstrapServer: false);
        security.ShortServerID = shortServerId;
        security.OSCORESecurityMode = Oscore is null ? null : new ObjectLink(21, shortServerId);
        return security;
    }

    /// <summary>The instance of Server that says this.</summary>
    /// <param name="shortServerId">The Short Server ID.</param>
    internal LwM2MServer ToServer(ushort shortServerId) => new()
    {
        ShortServerID = shortServerId,
        Lifetime = (long)Lifetime.TotalSeconds,
        DefaultMinimumPeriod = Whole(DefaultMinimumPeriod),
        DefaultMaximumPeriod = Whole(DefaultMaximumPeriod),
        DisableTimeout = Whole(DisableTimeout),
        NotificationStoringWhenDisabledOrOffline = StoresNotifications,
        Binding = Binding,
        RegistrationUpdateTrigger = null,
        RegistrationPriorityOrder = PriorityOrder,
        InitialRegistrationDelayTimer = (ulong?)Whole(InitialDelay),
        RegistrationFailureBlock = BlocksOnFailure,
        BootstrapOnRegistrationFailure = BootstrapsOnFailure,
        CommunicationRetryCount = RetryCount,
        CommunicationRetryTimer = (ulong?)Whole(RetryTimer),
        CommunicationSequenceDelayTimer = (ulong?)Whole(SequenceDelay),
        CommunicationSequenceRetryCount = SequenceCount,
        MuteSend = MutesSend,
    };

    private static long? Whole(TimeSpan? span) => span is { } s ? (long)s.TotalSeconds : null;

    private static TimeSpan? Seconds(TimeSpan? span) => span is { } s ? Seconds(s) : null;

    /// <summary>A time that a resource carries: whole seconds.</summary>
    internal static TimeSpan Seconds(TimeSpan span) =>
        span >= TimeSpan.Zero && span.Ticks % TimeSpan.TicksPerSecond == 0 && span.Ticks / TimeSpan.TicksPerSecond <= MaxSeconds
            ? span
            : throw new ArgumentOutOfRangeException(
                nameof(span), span, Phrase.Of($"A time is whole seconds, 0 to {MaxSeconds}."));

    private static bool IsBinding(string? letters)
    {
        bool isBinding = letters is { Length: > 0 };
        for (int i = 0; isBinding && i < letters!.Length; i++)
        {
            isBinding = "UMHTSNQ".Contains(letters[i], StringComparison.Ordinal) && letters.LastIndexOf(letters[i]) == i;
        }

        return isBinding;
    }

    /// <summary>The name alone: a native program would have all that formats the values, whether it prints them or not.</summary>
    public override string ToString() => nameof(ServerOptions) + " " + Uri;

    /// <inheritdoc/>
    // Of one value: no table has options for its keys, and one of all values is up to 1 KB of native code.
    public override int GetHashCode() => Uri.GetHashCode();
}
