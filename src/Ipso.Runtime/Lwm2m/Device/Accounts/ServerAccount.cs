using System.Runtime.CompilerServices;
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

    /// <summary>Whether it may do something. Of an instance and not inlined: a native program without servers has no rights in
    /// it.</summary>
    /// <inheritdoc cref="AccessControl.Permits"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool IsPermitted(AccessControl access, Lwm2mPath target, AccessRights needed) =>
        !access.IsInForce || (access.RightsOf(ShortServerId, target) & needed) == needed;

    /// <summary>Makes it the owner of what it has created.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Own(AccessControl access, ObjectInstance instance) => access.SetCreator(ShortServerId, instance);
}
