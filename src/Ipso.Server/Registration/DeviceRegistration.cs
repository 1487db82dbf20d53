using Ipso.Coap.Engine;
using Ipso.Lwm2m;

namespace Ipso.Server.Registration;

/// <summary>A registration as it is at a moment (LwM2M TS Core, 6.2). Immutable: what changes it makes another.</summary>
public sealed record DeviceRegistration
{
    /// <summary>The longest lifetime: the most that Resource 1 of the Server object takes.</summary>
    internal static readonly TimeSpan MaxLifetime = TimeSpan.FromSeconds(uint.MaxValue);

    internal static IReadOnlyDictionary<string, string> NoAttributes { get; } = new Dictionary<string, string>();

    /// <summary>Its name, <c>/rd/{id}</c> being its location.</summary>
    public required RegistrationId Id { get; init; }

    /// <summary>The endpoint's name, which one device has.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The version of LwM2M that the device speaks.</summary>
    public required ObjectVersion Version { get; init; }

    /// <summary>How long it counts from the last Register or Update on; <see langword="null"/> for ever (<c>lt=0</c>, LwM2M 1.2).</summary>
    public required TimeSpan? Lifetime { get; init; }

    /// <summary>The transports that the device says it has.</summary>
    public required TransportBindings Bindings { get; init; }

    /// <summary>Whether the device sleeps between its messages, and requests wait until it is awake (LwM2M TS Transport, 6.5).</summary>
    public required bool IsQueueMode { get; init; }

    /// <summary>Where the device is reached by SMS; <see langword="null"/> where it does not say.</summary>
    public string? SmsNumber { get; init; }

    /// <summary>The ids of profiles that stand for the Objects, as the device spells them (<c>pid</c>); <see langword="null"/> for none.
    /// </summary>
    public string? Profiles { get; init; }

    /// <summary>What the device has.</summary>
    public required RegisteredObjects Objects { get; init; }

    /// <summary>What else the device has said in the query, by name.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = NoAttributes;

    /// <summary>Where the device is: what requests are sent to.</summary>
    public required PeerId Peer { get; init; }

    /// <summary>Who the device has proved to be; <see langword="null"/> without security.</summary>
    public PeerIdentity? Identity { get; init; }

    /// <summary>When the device has registered.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>When it has registered or updated its registration last.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Greater with each Register: whoever writes by an older one is too late.</summary>
    public required long Epoch { get; init; }

    /// <summary>The version that an Object has on the device; <see langword="null"/> where it has no such Object.</summary>
    /// <param name="objectId">The Object's id.</param>
    public ObjectVersion? VersionOf(ushort objectId) => Objects.VersionOf(objectId, Version);

    /// <summary>Endpoint, version and location, for logs.</summary>
    public override string ToString() => $"{Endpoint} (LwM2M {Version}, /rd/{Id})";
}
