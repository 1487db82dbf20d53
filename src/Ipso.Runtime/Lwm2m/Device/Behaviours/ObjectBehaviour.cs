using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// What a device does with an Object Instance besides keeping its values: it fills in what is about to be read, judges and follows what
/// servers write, and acts when a time has come. <see cref="DeviceEndpoint.Attach"/> gives it to a device, once.
/// </summary>
/// <remarks>Everything is called on the device's thread, and should return soon.</remarks>
public abstract class ObjectBehaviour
{
    private const long Nothing = -1;

    private DeviceEndpoint? _device;

    // How long from now on OnDue is wanted, in ticks; what any thread may say, and the device's turns into a moment.
    private long _delay = Nothing;

    /// <param name="instance">The Object Instance.</param>
    protected ObjectBehaviour(ObjectInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        Target = instance;
    }

    /// <summary>The Object Instance.</summary>
    public ObjectInstance Target { get; }

    /// <summary>When <see cref="OnDue"/> is to be called.</summary>
    internal Instant Due { get; private set; } = Instant.Never;

    /// <summary>What time it is (<see cref="DeviceEndpoint.Clock"/>); <see langword="null"/> where nobody knows.</summary>
    protected DateTimeOffset? Clock => _device?.Clock?.UtcNow;

    /// <summary>
    /// Whether servers may write now. A Bootstrap-Server, which needs no right, is refused too: 4.00 to its Write, or 4.06 to its Finish.
    /// </summary>
    /// <param name="path">What a Write is for: the Object Instance, or something below it; of a Write-Composite the Object Instance.</param>
    /// <returns><see langword="null"/>, or why not: the server gets it with 4.05, and nothing is written.</returns>
    protected internal virtual string? RefuseWrite(Lwm2mPath path) => null;

    /// <summary>A server has written. The values are in the instance by now, and the answer has not gone out.</summary>
    /// <param name="path">What the Write was for: the Object Instance, or something below it.</param>
    protected internal virtual void OnWritten(Lwm2mPath path)
    {
    }

    /// <summary>
    /// The instance is about to be read, maybe: values that nobody sets as they change are set here. One that changes each time would
    /// have every read notify those who observe it.
    /// </summary>
    protected internal virtual void OnReading()
    {
    }

    /// <summary>The time has come that <see cref="ActIn"/> has named.</summary>
    protected internal virtual void OnDue()
    {
    }

    /// <summary>A device has it now, and its instance among its objects.</summary>
    /// <param name="device">The device.</param>
    private protected virtual void OnAttached(DeviceEndpoint device)
    {
    }

    /// <summary>A message of the device's came or went.</summary>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="isSent">Whether it went.</param>
    private protected virtual void OnMessage(int length, bool isSent)
    {
    }

    /// <summary>Has <see cref="OnDue"/> called after a while, once, instead of when it was to be called before. From any thread.</summary>
    /// <param name="delay">How long, from the device's next turn on, which is soon.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    /// <exception cref="InvalidOperationException">No device has it.</exception>
    protected void ActIn(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        DeviceEndpoint device = _device ?? throw new InvalidOperationException("Attach it to a device first.");
        Volatile.Write(ref _delay, delay.Ticks);
        device.WakeRequested?.Invoke();
    }

    /// <summary>Has <see cref="OnDue"/> not called any more. On the device's thread.</summary>
    protected void ActNever()
    {
        Volatile.Write(ref _delay, Nothing);
        Due = Instant.Never;
    }

    /// <summary>Has the program hear of an exception out of its own code (<see cref="DeviceEndpoint.HandlerFailed"/>). From any thread.</summary>
    /// <param name="exception">The exception.</param>
    protected void Report(Exception exception) => _device?.HandlerFailed?.Invoke(exception);

    internal void AttachTo(DeviceEndpoint device)
    {
        if (Interlocked.CompareExchange(ref _device, device, null) is not null)
        {
            throw new InvalidOperationException("It belongs to a device already.");
        }

        if (device.Objects.Find(Target.Definition.ObjectId, Target.InstanceId) != Target)
        {
            device.Objects.Add(Target);
        }

        OnAttached(device);
    }

    internal void TakeMessage(int length, bool isSent) => OnMessage(length, isSent);

    /// <summary>Turns what <see cref="ActIn"/> has asked for into a moment.</summary>
    internal void Plan(Instant now)
    {
        if (Volatile.Read(ref _delay) != Nothing && Interlocked.Exchange(ref _delay, Nothing) is >= 0 and var delay)
        {
            Due = now + TimeSpan.FromTicks(delay);
        }
    }

    internal void Drive(Instant now)
    {
        if (now >= Due)
        {
            Due = Instant.Never;
            OnDue();
        }
    }
}
