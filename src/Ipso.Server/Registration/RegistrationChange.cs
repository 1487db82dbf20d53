using Ipso.Coap.Engine;

namespace Ipso.Server.Registration;

/// <summary>What has become of a registration.</summary>
public enum RegistrationChangeKind : byte
{
    /// <summary>A device has registered.</summary>
    Registered,

    /// <summary>A device has updated its registration.</summary>
    Updated,

    /// <summary>A device has de-registered.</summary>
    Deregistered,

    /// <summary>The device has registered anew, and this one is what was before.</summary>
    Replaced,

    /// <summary>The lifetime is over.</summary>
    Expired,

    /// <summary>The program has removed it.</summary>
    Removed,

    /// <summary>The device has registered at another server, which shares the store.</summary>
    Moved,

    /// <summary>A Register, Update or De-register was refused: <see cref="RegistrationChange.Fault"/> says why.</summary>
    Refused,
}

/// <summary>Tells of a registration.</summary>
/// <param name="Kind">What has become of it.</param>
/// <param name="Endpoint">The endpoint's name; empty where a refused request has none.</param>
public sealed record RegistrationChange(RegistrationChangeKind Kind, string Endpoint)
{
    /// <summary>The registration as it is now, or was last; <see langword="null"/> where a request was refused.</summary>
    public DeviceRegistration? Registration { get; init; }

    /// <summary>What it was before an Update; <see langword="null"/> for any other kind.</summary>
    public DeviceRegistration? Before { get; init; }

    /// <summary>Why a request was refused.</summary>
    public RegistrationFault? Fault { get; init; }

    /// <summary>Who sent the request; of no meaning where there was none.</summary>
    public PeerId From { get; init; }

    /// <summary>A sentence, for logs.</summary>
    public override string ToString() => Fault is { } fault
        ? $"{(Endpoint.Length > 0 ? Endpoint : "A device without a name")} was refused, {fault}"
        : $"{Registration} {Kind}";
}
