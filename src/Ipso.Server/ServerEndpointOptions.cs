using Ipso.Coap.Engine;
using Ipso.Server.Bootstrap;
using Ipso.Server.Cluster;
using Ipso.Server.Events;
using Ipso.Server.Registration;
using Ipso.Server.Stores;

namespace Ipso.Server;

/// <summary>The bounds and rules of a <see cref="ServerEndpoint"/>. Immutable; wrong values are refused where they are set.</summary>
public sealed record ServerEndpointOptions
{
    /// <summary>
    /// The bounds of the CoAP engine. By default 1024 requests may be under way, 100,000 peers are remembered, and 4096 messages with their
    /// answers for the recognition of duplicates; devices whose values stay the same are not asked whether they are there, which wakes those
    /// that sleep.
    /// </summary>
    /// <exception cref="ArgumentNullException">Null.</exception>
    public CoapEndpointOptions Coap { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = new()
    {
        Exchanges = 1024,
        Observers = 0,
        Peers = 100_000,
        DeduplicationSlots = 4096,
        DeduplicationBytes = 1 << 18,
        Transfers = 256,
        TransferBytes = 1 << 20,
        MaxBodySize = 1 << 16,
        DeferredResponses = 1024,
        RefreshObservations = false,
    };

    /// <summary>How many connections of CoAP over TCP there may be (<see cref="ServerEndpoint.OpenStreams"/>). 1 to 65535; 1024.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxConnections { get; init => field = Within(value, 1, 65535); } = 1024;

    /// <summary>How many devices may be registered. 1 to 10,000,000; 100,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxDevices { get; init => field = Within(value, 1, 10_000_000); } = 100_000;

    /// <summary>
    /// How many devices that have proved nothing of who they are may be registered at one host, so that one does not take the room of all others
    /// (<see cref="ServerEndpoint.HostOf"/>). 1 to 10,000,000; 10,000.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxDevicesPerHost { get; init => field = Within(value, 1, 10_000_000); } = 10_000;

    /// <summary>
    /// How many Objects and Object Instances together a device may register. It is refused (4.00) with more. 1 to 65535; 1000.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxObjectsPerDevice { get; init => field = Within(value, 1, 65535); } = 1000;

    /// <summary>How many operations may wait for one device. 1 to 65535; 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxWaitingPerDevice { get; init => field = Within(value, 1, 65535); } = 100;

    /// <summary>How many operations may wait for all devices together. 1 to 10,000,000; 100,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxWaiting { get; init => field = Within(value, 1, 10_000_000); } = 100_000;

    /// <summary>How many observations there may be of one device. 1 to 65535; 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxObservationsPerDevice { get; init => field = Within(value, 1, 65535); } = 100;

    /// <summary>
    /// Whether a device at UDP is asked at once to end an observation that the program cancels, instead of when it notifies next, by a RST
    /// (RFC 7641, 3.6). False, which costs no message where the device is silent. Devices at connections are asked in any case.
    /// </summary>
    public bool DeregistersObservations { get; init; }

    /// <summary>
    /// How long a device in queue mode is taken to be awake after it was heard of (LwM2M TS Transport, 6.5). More than 0, at most a day; 93 s,
    /// MAX_TRANSMIT_WAIT.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan AwakeTime { get; init => field = Within(value, TimeSpan.FromTicks(1), TimeSpan.FromDays(1)); } = TimeSpan.FromSeconds(93);

    /// <summary>
    /// How long after the end of its lifetime a registration is removed: an Update may still be on its way, repeated. 0 to a day; 10 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan LifetimeGrace { get; init => field = Within(value, TimeSpan.Zero, TimeSpan.FromDays(1)); } = TimeSpan.FromSeconds(10);

    /// <summary>The lifetime of a device that does not say one. More than 0, at most 4,294,967,295 s; a day, as in LwM2M 1.0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan DefaultLifetime
    {
        get;
        init => field = Within(value, TimeSpan.FromTicks(1), DeviceRegistration.MaxLifetime);
    }
    = TimeSpan.FromDays(1);

    /// <summary>
    /// The longest lifetime of a device that has proved nothing of who it is: one that asks for more, or to be registered for ever (<c>lt=0</c>),
    /// is refused (4.00). So what strangers have filled is empty again after that. Less for one that says none, where this is less than
    /// <see cref="DefaultLifetime"/>. A second to 4,294,967,295 s, or <see langword="null"/> for no such bound; 31 days, since
    /// devices on batteries ask for weeks.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan? MaxUnidentifiedLifetime
    {
        get;
        init => field = value is { } bound ? Within(bound, TimeSpan.FromSeconds(1), DeviceRegistration.MaxLifetime) : null;
    }
    = TimeSpan.FromDays(31);

    /// <summary>
    /// Whether devices may register that have proved nothing of who they are. True; false where every device has a key, so that nobody takes
    /// the name of one that is not registered at the moment.
    /// </summary>
    public bool AdmitsUnidentified { get; init; } = true;

    /// <summary>
    /// Which endpoint's name goes with an identity (LwM2M TS Transport, 5.2.6): a device that says another one is answered 4.00. By default the
    /// identity of a key and the name of a certificate are the endpoint's name, and so is an OSCORE Sender ID; raw public keys have none. Null
    /// is an identity that may not register.
    /// </summary>
    /// <exception cref="ArgumentNullException">Null.</exception>
    public Func<PeerIdentity, string?> EndpointOf { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } =
        EndpointIdentity.NameOf;

    /// <summary>
    /// What a device is to have that asks to be bootstrapped: by its name, who it is, or a rule. Null is a device that is refused (4.00).
    /// <see langword="null"/>, the default, for a server that bootstraps nobody. It must not block.
    /// </summary>
    public Func<BootstrapRequest, BootstrapConfiguration?>? Bootstrap { get; init; }

    /// <summary>
    /// Where it stands what a device is to have of which <see cref="Bootstrap"/> knows nothing, or that is not there.
    /// <see langword="null"/>: nowhere.
    /// </summary>
    public IBootstrapStore? BootstrapStore { get; init; }

    /// <summary>
    /// Whether that store is also asked for devices that have proved nothing of who they are: whoever names a device is then given its keys.
    /// False; true on a network where nobody else is, such as that of a factory.
    /// </summary>
    public bool BootstrapsUnidentified { get; init; }

    /// <summary>How many devices may be bootstrapped at a time. 1 to 65535; 1000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxBootstraps { get; init => field = Within(value, 1, 65535); } = 1000;

    /// <summary>
    /// Who the server is among several that share their stores, as <see cref="ClusterNode"/> has it. The default is one that is alone, and knows all
    /// that its stores have.
    /// </summary>
    public NodeIdentity Node { get; init; }

    /// <summary>
    /// Where registrations are kept for longer than the server lives; devices are answered when what they said is durable there.
    /// <see langword="null"/>: nowhere.
    /// </summary>
    public IRegistrationStore? Registrations { get; init; }

    /// <summary>
    /// Where observations are kept for longer than the server lives, but for those under OSCORE, which live with its contexts.
    /// <see langword="null"/>: nowhere.
    /// </summary>
    public IObservationStore? Observations { get; init; }

    /// <summary>
    /// Where commands wait for their devices; <see langword="null"/> where there are none but the operations that wait in memory.
    /// </summary>
    public ICommandStore? Commands { get; init; }

    /// <summary>
    /// Where the keys of devices are. Security contexts of OSCORE are fetched from there when a device is heard of, and go into the
    /// <see cref="Coap.Oscore.OscoreProtection"/> of <see cref="Coap"/>, which has room for as many as it says; pre-shared keys are
    /// <see cref="Security.StoredPreSharedKeys"/>' to fetch. <see langword="null"/>: nowhere.
    /// </summary>
    public ISecurityStore? Security { get; init; }

    /// <summary>
    /// Where it is told what happens to devices: registrations that come, change and go, notifications, Sends, and commands that are over. A sink
    /// that is slow, or fails, holds up no device. <see langword="null"/>: nowhere.
    /// </summary>
    public IEventSink? Events { get; init; }

    /// <summary>
    /// How much may wait for that sink, in bytes, reports of devices three quarters of it at most. What is more is lost. 64 KiB to 1 GiB; 16 MiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int EventBytes { get; init => field = Within(value, 1 << 16, 1 << 30); } = 1 << 24;

    /// <summary>The time of day. The system's.</summary>
    /// <exception cref="ArgumentNullException">Null.</exception>
    public TimeProvider Time { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;

    private static T Within<T>(T value, T min, T max)
        where T : struct, IComparable<T> =>
        value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Must be {min} to {max}.");
}
