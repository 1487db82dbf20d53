using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Server.Operations;
using Ipso.Server.Registration;

namespace Ipso.Server.Bootstrap;

/// <summary>A device that asks to be bootstrapped.</summary>
/// <param name="Endpoint">The endpoint's name, or that which goes with what it has proved to be.</param>
/// <param name="Identity">Who it has proved to be; <see langword="null"/> without security.</param>
/// <param name="From">Where it is.</param>
/// <param name="Preferred">The format that it wants to be written in (<c>pct</c>, LwM2M 1.1), or the pack in (Accept);
/// <see langword="null"/> where it does not say.</param>
/// <param name="IsPack">Whether it asks for all in one payload (LwM2M 1.2).</param>
public sealed record BootstrapRequest(string Endpoint, PeerIdentity? Identity, PeerId From, ContentFormat? Preferred, bool IsPack);

/// <summary>What has become of a bootstrap.</summary>
public enum BootstrapChangeKind : byte
{
    /// <summary>A device has asked, and is bootstrapped.</summary>
    Started,

    /// <summary>The device has carried out a command: <see cref="BootstrapChange.Answer"/> is what it has said.</summary>
    Done,

    /// <summary>The device has what it is to have, and agrees.</summary>
    Finished,

    /// <summary>The device was given all in one payload; it does not say what it makes of it.</summary>
    Packed,

    /// <summary>The device has refused a command, or not answered: <see cref="BootstrapChange.Answer"/> says which.</summary>
    Failed,

    /// <summary>A request to be bootstrapped was refused: <see cref="BootstrapChange.Fault"/> says why.</summary>
    Refused,
}

/// <summary>Tells of a bootstrap.</summary>
/// <param name="Kind">What has become of it.</param>
/// <param name="Endpoint">The endpoint's name.</param>
public sealed record BootstrapChange(BootstrapChangeKind Kind, string Endpoint)
{
    /// <summary>The command at hand; <see langword="null"/> for the Finish, and where there is none.</summary>
    public BootstrapCommand? Command { get; init; }

    /// <summary>What the device has answered.</summary>
    public DeviceAnswer? Answer { get; init; }

    /// <summary>Why a request was refused.</summary>
    public RegistrationFault? Fault { get; init; }

    /// <summary>A sentence, for logs.</summary>
    public override string ToString() => $"Bootstrap of {Endpoint}: {Kind}{(Command is { } c ? $", {c.Request}" : "")}"
        + $"{(Answer is { } a ? $", {a}" : "")}{(Fault is { } f ? $", {f}" : "")}";
}
