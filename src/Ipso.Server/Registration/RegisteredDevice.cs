using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Server.Operations;
using Ipso.Server.Reporting;

namespace Ipso.Server.Registration;

/// <summary>
/// A device that is registered, or was: it is the same object from its first Register to its last moment, whatever registrations it has in
/// between.
/// </summary>
public sealed class RegisteredDevice : IDue
{
    private DeviceRegistration _registration;

    internal RegisteredDevice(DeviceRegistration registration) => _registration = registration;

    /// <summary>The registration, the last one where the device is registered no more. May be read by any thread.</summary>
    public DeviceRegistration Registration
    {
        get => Volatile.Read(ref _registration);
        internal set => Volatile.Write(ref _registration, value);
    }

    /// <summary>The endpoint's name.</summary>
    public string Endpoint => Registration.Endpoint;

    /// <summary>Whether it is registered now.</summary>
    public bool IsRegistered { get; internal set; } = true;

    /// <summary>When its lifetime ends; <see langword="null"/> for never.</summary>
    internal Instant? Due { get; set; }

    /// <inheritdoc/>
    Instant? IDue.Due => Due;

    /// <inheritdoc/>
    Instant? IDue.QueuedFor { get; set; }

    /// <summary>Where it has registered; <see langword="null"/> where it is not to be reached before it is heard of.</summary>
    internal EngineSide? Side { get; set; }

    /// <summary>The host that it is counted at; <see langword="null"/> for one that is not counted.</summary>
    internal PeerId? Host { get; set; }

    /// <summary>The next one that has registered from the same address.</summary>
    internal RegisteredDevice? NextAtPeer { get; set; }

    /// <summary>The one before it.</summary>
    internal RegisteredDevice? PreviousAtPeer { get; set; }

    /// <summary>When it was heard of last: a device with a queue is taken to be awake for a while after that.</summary>
    internal Instant HeardAt { get; set; }

    /// <summary>Whether it answered what it was asked last.</summary>
    internal bool HasAnswered { get; set; }

    /// <summary>The operation that is under way; there is one at a time (LwM2M TS Transport, 6.5).</summary>
    internal DeviceOperation? UnderWay { get; set; }

    /// <summary>The operations that wait.</summary>
    internal OperationQueue Waiting { get; } = new();

    /// <summary>Whether it stands among those that have something to be sent.</summary>
    internal bool IsReady { get; set; }

    /// <summary>The format that it has answered in, or taken, last; <see langword="null"/> before.</summary>
    internal ContentFormat? KnownFormat { get; set; }

    /// <summary>What it is observed by.</summary>
    internal List<DeviceObservation> Observations { get; } = [];

    /// <summary>Whether any of these has lapsed.</summary>
    internal bool HasLapsed { get; set; }

    /// <summary>Whether there may be commands for it in their store.</summary>
    internal bool HasCommands { get; set; }

    /// <summary>Whether these are being taken.</summary>
    internal bool IsTakingCommands { get; set; }

    /// <summary>How many were taken, and are not done.</summary>
    internal int CommandsTaken { get; set; }

    /// <summary>The registration, for logs.</summary>
    public override string ToString() => Registration.ToString();
}
