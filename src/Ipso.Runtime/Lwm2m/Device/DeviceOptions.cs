using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Who a device is, which servers it registers with, and how it serves its objects. Immutable; a value that makes no sense throws where it
/// is set, and what does not fit together where the device is made.
/// </summary>
public sealed record DeviceOptions
{
    private static readonly ObjectVersion s_newest = new(1, 2);

    /// <summary>
    /// The Endpoint Client Name, unique among the devices of a server: by preference a URN such as <c>urn:dev:mac:0024befffe804ff1</c>
    /// (LwM2M TS Core, 7.4.1); up to 252 bytes. Needed by a device with servers, unless all of them know it by its keys: then a device
    /// without a name says none, and the server takes the one that its identity or certificate has (6.2.1).
    /// </summary>
    public string? Endpoint { get; init; }

    /// <summary>The server to register with; the first one, if there are <see cref="Servers"/> too.</summary>
    public ServerOptions? Server { get; init; }

    /// <summary>Further servers.</summary>
    public ImmutableArray<ServerOptions> Servers
    {
        get;
        init => field = value.IsDefault ? None<ServerOptions>() : value;
    }
    = None<ServerOptions>();

    /// <summary>
    /// The server that gives the device its server accounts: where there are none, where all registrations have failed, and when a server
    /// wants it (1/x/9).
    /// </summary>
    public BootstrapServerOptions? BootstrapServer { get; init; }

    /// <summary>The accounts that the device leaves the factory with, instead of <see cref="Server"/> and <see cref="Servers"/>.</summary>
    public FactoryBootstrap? FactoryBootstrap { get; init; }

    /// <summary>How the device bootstraps, and how much a Bootstrap-Server may make it hold.</summary>
    public BootstrapOptions Bootstrap { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <summary>
    /// The version of LwM2M to register with, 1.0, 1.1 or 1.2, which is the default. A server that refuses it (4.12) is offered the next
    /// lower one.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version.</exception>
    public ObjectVersion Version
    {
        get;
        init => field = value >= ObjectVersion.Default && value <= s_newest
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A device speaks LwM2M 1.0, 1.1 or 1.2.");
    } = s_newest;

    /// <summary>The path that servers are told that the objects lie below; <c>/</c> by default (LwM2M TS Transport, 6.4.1).</summary>
    public string AlternatePath { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = "/";

    /// <summary>The Content-Formats to announce, as <c>ct</c> of the root; none by default, since there are servers that refuse formats
    /// that they do not know.</summary>
    public ImmutableArray<ContentFormat> ContentFormats { get; init; } = None<ContentFormat>();

    /// <summary>
    /// The profiles that say which Object Instances the device has (<c>pid</c>; LwM2M TS Core, 6.2.1), such as <c>oma:example</c>: to servers of
    /// LwM2M 1.2 it registers with their ids in place of its links, and with the links where a server does not know them (4.09, 4.00). An Update
    /// says all links, as always. None by default.
    /// </summary>
    /// <exception cref="ArgumentException">An id is empty or has other characters than letters, digits and <c>:-._</c>; or together they have
    /// more than 128.</exception>
    public ImmutableArray<string> Profiles
    {
        get;
        init => field = RegistrationRequest.Profiles(value.IsDefault ? None<string>() : value);
    }
    = None<string>();

    /// <summary>
    /// Queue mode: servers hold their requests while the device sleeps, which it does <see cref="AwakeTime"/> after the last message
    /// (LwM2M TS Transport, 6.5).
    /// </summary>
    public bool QueueMode { get; init; }

    /// <summary>
    /// How long a device in queue mode stays awake after the last message to or from a server, at least a second;
    /// <see langword="null"/> for MAX_TRANSMIT_WAIT, 93 s, which the specification recommends.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than a second.</exception>
    public TimeSpan? AwakeTime
    {
        get;
        init => field = value is null || value >= TimeSpan.FromSeconds(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A device is awake for a second at least.");
    }

    /// <summary>
    /// By which fraction the waits between attempts to register and to bootstrap are longer than the Server object (1/x/18, 1/x/19) and
    /// <see cref="BootstrapOptions"/> say, at most: each by a fraction of its own, so that devices that were turned away together do not come
    /// back together. 0 to 1; 0.1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public double RetrySpread
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A wait is longer by 0 to 1 of it.");
    } = 0.1;

    /// <summary>
    /// How long the first Register or the first bootstrap waits at most, by a time of chance, on top of 1/x/14 or 0/x/11: so that
    /// devices that get power back together do not come together. Zero to a day; zero.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan StartSpread
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A start is spread over zero to a day.");
    }

    /// <summary>How long a stop may take for the De-register, zero to an hour; 5 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan StopTimeout
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A stop takes zero to an hour.");
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Where the device keeps what it is to remember when it starts again: its server accounts with all that servers have changed in them,
    /// who may do what, the notification attributes that servers have assigned, and Sends that were not delivered. Where something
    /// is kept, it counts, and not <see cref="Server"/> and <see cref="Servers"/>. By default nothing is.
    /// </summary>
    public IStateStorage? Storage { get; init; }

    /// <summary>
    /// Protects the messages to and from servers whose accounts ask for it: OSCORE (<see cref="OscoreAccounts"/>). It belongs to one
    /// device, and needs <see cref="Storage"/>. Null: an account that asks for it is not registered with.
    /// </summary>
    public DeviceProtection? Protection { get; init; }

    /// <summary>The CoAP engine's sizes and times.</summary>
    public CoapEndpointOptions Coap { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <summary>
    /// Servers may move bodies by Q-Block1 and Q-Block2 (RFC 9177), which gains where much is lost. LwM2M does not ask for it; by default
    /// the device does not know these options, and who offers them goes on with Block1 and Block2.
    /// </summary>
    public bool RobustBlocks
    {
        get => MakeRobustEndpoint is not null;
        init => MakeRobustEndpoint = value ? static (options, random, device) => new(options, random, device) : null;
    }

    /// <summary>Reached by what a program sets, so that a native one that does not set it leaves robust transfers out.</summary>
    internal Func<CoapEndpointOptions, IRandomSource, DeviceEndpoint, CoapEndpoint>? MakeRobustEndpoint { get; private init; }

    /// <summary>Bounds and choices of information reporting.</summary>
    public ReportingOptions Reporting { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <summary>The name alone: a native program would have all that formats the values, whether it prints them or not.</summary>
    public override string ToString() => nameof(DeviceOptions);

    /// <inheritdoc/>
    // Of one value: no table has options for its keys, and one of all values is up to 1 KB of native code.
    public override int GetHashCode() => Endpoint?.GetHashCode() ?? 0;

    // Not the platform's empty one: it is a static structure with a reference, which a native program keeps boxed, and with it the code of
    // all interfaces that such an array has.
    private static ImmutableArray<T> None<T>() => ImmutableCollectionsMarshal.AsImmutableArray<T>([]);
}
