using Ipso.Coap;
using Ipso.Server.Operations;
using Ipso.Server.Registration;

namespace Ipso.Server.Events;

/// <summary>What has happened. The numbers stay as they are, since events are stored.</summary>
public enum DeviceEventKind : byte
{
    /// <summary>The device has registered: <see cref="DeviceEvent.ReadRegistration"/>.</summary>
    Registered = 0,

    /// <summary>It has updated its registration, which is given as it is now.</summary>
    Updated = 1,

    /// <summary>It registers anew; given is what was before.</summary>
    Replaced = 2,

    /// <summary>It has de-registered; given is what was before.</summary>
    Deregistered = 3,

    /// <summary>Its lifetime is over; given is what was before.</summary>
    Expired = 4,

    /// <summary>The program has removed it; given is what was before.</summary>
    Removed = 5,

    /// <summary>It has notified of what is observed, the answer to the request among it: <see cref="DeviceEvent.ReadReport"/>.</summary>
    Notified = 6,

    /// <summary>It has sent something of its own accord (Send): <see cref="DeviceEvent.ReadReport"/>.</summary>
    Sent = 7,

    /// <summary>A command is over: <see cref="DeviceEvent.ReadCommand"/>.</summary>
    CommandEnded = 8,

    /// <summary>The device has registered at another server; given is what was before.</summary>
    Moved = 9,
}

/// <summary>Tells an event from all others.</summary>
/// <param name="Incarnation">The server, from its start to its end.</param>
/// <param name="Number">1 for its first event, and one more for each: where some are missing, the sink did not keep up.</param>
public readonly record struct DeviceEventId(long Incarnation, long Number);

/// <summary>Something that has happened to a device: a value, which can be written as bytes.</summary>
/// <param name="Id">The same whenever it is published.</param>
/// <param name="Kind">What has happened.</param>
/// <param name="Endpoint">The device's endpoint name.</param>
/// <param name="Epoch">The epoch of its registration; 0 for a command of one that is not registered.</param>
/// <param name="At">When it has happened, by the server's clock.</param>
/// <param name="Data">What goes with it, in a form of the server's.</param>
public sealed record DeviceEvent(
    DeviceEventId Id, DeviceEventKind Kind, string Endpoint, long Epoch, DateTimeOffset At, ReadOnlyMemory<byte> Data)
{
    /// <summary>Reads a registration.</summary>
    /// <returns><see langword="null"/> where the event is of another kind, or cannot be read: it is damaged, or of a later version.</returns>
    public DeviceRegistration? ReadRegistration() =>
        Kind is <= DeviceEventKind.Removed or DeviceEventKind.Moved ? EventCodec.TryReadRegistration(this) : null;

    /// <summary>Reads what the device has reported.</summary>
    /// <returns><see langword="null"/> where the event is of another kind, or cannot be read: it is damaged, or of a later version.</returns>
    public EventReport? ReadReport() =>
        Kind is DeviceEventKind.Notified or DeviceEventKind.Sent ? EventCodec.TryReadReport(Data) : null;

    /// <summary>Reads a command and what has become of it.</summary>
    /// <returns><see langword="null"/> where the event is of another kind, or cannot be read: it is damaged, or of a later version.</returns>
    public QueuedCommand? ReadCommand() => Kind == DeviceEventKind.CommandEnded ? EventCodec.TryReadCommand(this) : null;

    /// <summary>Writes it, for whatever carries bytes.</summary>
    /// <returns>Bytes for <see cref="TryRead"/>; the first is the version of their form.</returns>
    public byte[] ToBytes() => EventCodec.Write(this);

    /// <summary>Reads an event.</summary>
    /// <param name="data">What <see cref="ToBytes"/> has written.</param>
    /// <returns><see langword="null"/> where it cannot be read: it is damaged, or of a later version.</returns>
    public static DeviceEvent? TryRead(ReadOnlyMemory<byte> data) => EventCodec.TryRead(data);

    /// <summary>Number, endpoint and kind, for logs.</summary>
    public override string ToString() => $"{Id.Number}: {Endpoint} {Kind}";
}

/// <summary>What a device has reported, for <see cref="Lwm2m.Model.ResourceRecords.TryRead"/>.</summary>
/// <param name="Request">What is observed; <see langword="null"/> for what the device has sent of its own accord.</param>
/// <param name="ContentFormat">The format of the payload; <see langword="null"/> where the device does not say.</param>
/// <param name="Payload">The payload as it came.</param>
public sealed record EventReport(DeviceRequest? Request, ContentFormat? ContentFormat, ReadOnlyMemory<byte> Payload);
