using System.Buffers.Binary;
using Ipso.Coap;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Stores;

namespace Ipso.Server.Events;

/// <summary>Events, and what goes with them, as bytes. The first byte is the version of their form.</summary>
internal static class EventCodec
{
    private const byte Version = 1;

    // Behind the largest number that is a format.
    private const int NoFormat = 1 << 16;

    internal static byte[] Write(DeviceEvent e) => RecordBytes.Write(Version, writer =>
    {
        writer.Write(e.Id.Incarnation);
        writer.Write(e.Id.Number);
        writer.Write((byte)e.Kind);
        writer.Write(e.Endpoint);
        writer.Write(e.Epoch);
        writer.Write(e.At.UtcTicks);
        writer.WriteCounted(e.Data.Span);
    });

    internal static DeviceEvent? TryRead(ReadOnlyMemory<byte> data) => RecordBytes.TryRead(data, Version, static reader => new DeviceEvent(
        new(reader.ReadInt64(), reader.ReadInt64()), (DeviceEventKind)reader.ReadByte(), reader.ReadString(), reader.ReadInt64(),
        new(reader.ReadInt64(), TimeSpan.Zero), reader.ReadCounted()));

    // The id goes before what a store of registrations would have, which knows it otherwise.
    internal static byte[] WriteRegistration(DeviceRegistration registration)
    {
        ReadOnlySpan<byte> record = RegistrationCodec.ToRecord(registration).Data.Span;
        byte[] data = new byte[sizeof(ulong) + record.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(data, registration.Id.Value);
        record.CopyTo(data.AsSpan(sizeof(ulong)));
        return data;
    }

    internal static DeviceRegistration? TryReadRegistration(DeviceEvent e) => e.Data.Length < sizeof(ulong)
        ? null
        : RegistrationCodec.TryRead(new(
            e.Endpoint, new(BinaryPrimitives.ReadUInt64LittleEndian(e.Data.Span)), e.Epoch, null, e.Data[sizeof(ulong)..]));

    internal static byte[] WriteReport(ReadOnlyMemory<byte> request, ContentFormat? format, ReadOnlySpan<byte> payload)
    {
        byte[] body = payload.ToArray();
        return RecordBytes.Write(Version, writer =>
        {
            writer.WriteCounted(request.Span);
            writer.Write7BitEncodedInt(format is { } known ? (int)known : NoFormat);
            writer.WriteCounted(body);
        });
    }

    internal static EventReport? TryReadReport(ReadOnlyMemory<byte> data) => RecordBytes.TryRead(data, Version, static reader =>
    {
        byte[] request = reader.ReadCounted();
        int format = reader.Read7BitEncodedInt();
        return new EventReport(
            request.Length == 0 ? null : RequestCodec.TryRead(request) ?? throw new FormatException("A request cannot be read."),
            format is >= 0 and < NoFormat ? (ContentFormat)format : null,
            reader.ReadCounted());
    });

    internal static byte[] WriteCommand(CommandRecord command) => RecordBytes.Write(Version, writer =>
    {
        writer.Write(command.Id);
        writer.WriteOptional(command.Key);
        writer.Write(command.EnqueuedAt.UtcTicks);
        writer.Write(command.ExpiresAt.UtcTicks);
        writer.Write(command.IsIdempotent);
        writer.Write((byte)command.State);
        writer.WriteCounted(command.Request.Span);
        writer.WriteCounted(command.Answer.Span);
    });

    internal static QueuedCommand? TryReadCommand(DeviceEvent e) => RecordBytes.TryRead(e.Data, Version, reader =>
    {
        long id = reader.ReadInt64();
        string? key = reader.ReadOptional();
        return new QueuedCommand(new(
            id, e.Endpoint, key, new(reader.ReadInt64(), TimeSpan.Zero), new(reader.ReadInt64(), TimeSpan.Zero),
            reader.ReadBoolean(), (CommandState)reader.ReadByte(), default, reader.ReadCounted(), reader.ReadCounted()));
    });
}
