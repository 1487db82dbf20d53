using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// A server that manages the device: an instance each of the Security (0) and the Server object (1) that have one Short Server ID
/// (LwM2M TS Core, 6.1.2).
/// </summary>
/// <param name="security">Its instance of Security, which says where it is.</param>
/// <param name="server">Its instance of Server, which says how it is registered with.</param>
internal sealed class ServerAccount(LWM2MSecurity security, LwM2MServer server)
{
    /// <summary>Its instance of Security.</summary>
    internal LWM2MSecurity Security { get; } = security;

    /// <summary>Its instance of Server.</summary>
    internal LwM2MServer Server { get; } = server;

    /// <summary>The Short Server ID, 1 to 65534.</summary>
    internal ushort ShortServerId { get; } = (ushort)server.ShortServerID;

    /// <summary>Whether its requests may come from another port than the one that it is registered with at.</summary>
    internal bool AsksFromAnyPort { get; init; }

    /// <summary>As whom the engine knows it; <see langword="null"/> as long as its URI was not resolved.</summary>
    internal PeerId? Peer { get; set; }

    // What follows is of an instance and not inlined: a native program without servers has nothing of rights in it, nor of servers' addresses.

    /// <summary>Whether its server is at an address.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool IsAt(in PeerId peer) => Peer is { } known && known == peer;

    /// <summary>Whether its server may ask from an address that it is not registered with at.</summary>
    /// <param name="peer">The address.</param>
    /// <param name="isSameHost">Whether two peers are one host; <see langword="null"/> where nobody can tell.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool MayAskFrom(in PeerId peer, Func<PeerId, PeerId, bool>? isSameHost) =>
        AsksFromAnyPort && Peer is { } known && isSameHost?.Invoke(known, peer) == true;

    /// <summary>Whether it may do something.</summary>
    /// <inheritdoc cref="AccessControl.Permits"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool IsPermitted(AccessControl access, Lwm2mPath target, AccessRights needed) =>
        !access.IsInForce || (access.RightsOf(ShortServerId, target) & needed) == needed;

    /// <inheritdoc cref="DeviceManagement.IsPermitted(ServerAccount, CoapMethod, bool, in DeviceManagement.Target)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool IsPermitted(
        DeviceManagement management, CoapMethod method, bool isWriteAttributes, in DeviceManagement.Target target) =>
        management.IsPermitted(this, method, isWriteAttributes, target);

    /// <inheritdoc cref="AccessControl.Readable(ServerAccount, ReadOnlySpan{ObjectInstance}, ref ObjectInstance[])"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal ReadOnlySpan<ObjectInstance> Readable(
        AccessControl access, ReadOnlySpan<ObjectInstance> instances, scoped ref ObjectInstance[]? rented) =>
        access.Readable(this, instances, ref rented);

    /// <inheritdoc cref="CompositeOperations.NameNothingOf"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    [SuppressMessage("Performance", "CA1822", Justification = "Of an instance, as is said above.")]
    internal bool IsKeptFrom(ReadOnlySpan<Lwm2mPath> paths, ReadOnlySpan<ObjectInstance> all, ReadOnlySpan<ObjectInstance> readable) =>
        CompositeOperations.NameNothingOf(paths, all, readable);

    /// <inheritdoc cref="AccessControl.PermitsNews"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool MayHear(AccessControl access, Lwm2mPath instance) => access.PermitsNews(this, instance);

    /// <inheritdoc cref="Reporter.IsKept(ServerAccount, Observation)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool IsKept(Reporter reporter, Observation observation) => reporter.IsKept(this, observation);

    /// <inheritdoc cref="Reporter.TellWithheld(ServerAccount, ObservationTarget, Instant)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void TellWithheld(Reporter reporter, ObservationTarget target, Instant now) => reporter.TellWithheld(this, target, now);

    /// <summary>Makes it the owner of what it has created.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Own(AccessControl access, ObjectInstance instance) => access.SetCreator(ShortServerId, instance);
}
