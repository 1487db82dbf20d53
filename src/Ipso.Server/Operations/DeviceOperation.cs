using Ipso.Coap.Engine;
using Ipso.Server.Registration;

namespace Ipso.Server.Operations;

/// <summary>A request to one device, from when it is handed in until it is answered, or it is known that it will not be.</summary>
/// <param name="request">The request.</param>
public abstract class DeviceOperation(DeviceRequest request) : IDue
{
    /// <summary>Where it stands.</summary>
    internal enum Stage : byte
    {
        New,
        Waiting,
        UnderWay,
        Done,
    }

    /// <summary>The request.</summary>
    public DeviceRequest Request { get; } = request ?? throw new ArgumentNullException(nameof(request));

    /// <summary>
    /// How long it may wait for the device to be awake, and for those before it. More than 0, or
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for as long as the device is registered; 60 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">0 or less.</exception>
    public TimeSpan Timeout
    {
        get;
        init => field = value > TimeSpan.Zero || value == System.Threading.Timeout.InfiniteTimeSpan
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be more than 0, or infinite.");
    }
    = TimeSpan.FromSeconds(60);

    internal Stage State { get; set; }

    internal RegisteredDevice? Device { get; set; }

    internal ExchangeId Exchange { get; set; }

    /// <summary>Which of the formats that the device may know is tried.</summary>
    internal int Attempt { get; set; }

    /// <summary>Whether it can be sent to no device: it is too long, or its content fails.</summary>
    internal bool IsUnsendable { get; set; }

    /// <summary>Whether it is under way to a device that has not answered the one before it, or none yet.</summary>
    internal bool IsOfSilent { get; set; }

    internal DeviceOperation? Next { get; set; }

    internal DeviceOperation? Previous { get; set; }

    /// <summary>Until when it waits; <see langword="null"/> for as long as the device is registered.</summary>
    internal Instant? Deadline { get; set; }

    Instant? IDue.Due => State == Stage.Waiting ? Deadline : null;

    Instant? IDue.QueuedFor { get; set; }

    /// <summary>
    /// Told, once, what has become of it, inside a call into the server. May hand in other operations; must not throw or block.
    /// </summary>
    /// <param name="response">The response; a view that ends with the call.</param>
    protected internal abstract void OnCompleted(in DeviceResponse response);
}
