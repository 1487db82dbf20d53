using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

/// <summary>How a device stands with a server.</summary>
public enum ServerState : byte
{
    /// <summary>Its turn has not come, or the device has not started.</summary>
    Waiting,

    /// <summary>A Register is under way, or about to be; or the next try is.</summary>
    Registering,

    /// <summary>The server knows the device.</summary>
    Registered,

    /// <summary>The server has disabled itself for a while.</summary>
    Disabled,

    /// <summary>Nothing more will be tried.</summary>
    Ended,
}

/// <summary>How a device stands with a server at a moment.</summary>
/// <param name="ShortServerId">The Short Server ID.</param>
/// <param name="Uri">The server's URI.</param>
/// <param name="State">How it stands.</param>
/// <param name="Version">The version of LwM2M that is registered with, or will be tried.</param>
/// <param name="IsAsleep">Whether the device is in queue mode and asleep, as far as this server is concerned.</param>
/// <param name="LastFailure">The last failure; <see cref="RegistrationFailure.None"/> since the last success.</param>
/// <param name="NextIn">How long until the next Register or Update; <see langword="null"/> where none is planned.</param>
public readonly record struct ServerStatus(
    ushort ShortServerId,
    string Uri,
    ServerState State,
    ObjectVersion Version,
    bool IsAsleep,
    RegistrationFailure LastFailure,
    TimeSpan? NextIn);

/// <summary>The host of a server, whose address or session the device wants to know.</summary>
/// <param name="ShortServerId">The server; 0 for the Bootstrap-Server.</param>
/// <param name="Name">A name in lower case, or an address without brackets, perhaps with its zone.</param>
/// <param name="IsAddress">Whether it is an address.</param>
/// <param name="Port">The port.</param>
/// <param name="Lookup">The number of the question: an answer that comes after the account has been replaced is to another one.</param>
public readonly record struct ServerHost(ushort ShortServerId, string Name, bool IsAddress, ushort Port, uint Lookup = 0)
{
    /// <summary>
    /// The scheme of the server's URI. But for <see cref="CoapScheme.Coap"/> the peer that is wanted is not an address: it is a security
    /// session, or a connection.
    /// </summary>
    public CoapScheme Scheme { get; init; }

    /// <summary>The account, with what security needs; <see langword="null"/> where nobody has asked.</summary>
    internal LWM2MSecurity? Security { get; init; }

    /// <summary>The session there was, if nothing speaks against it.</summary>
    internal PeerId? Session { get; init; }
}
