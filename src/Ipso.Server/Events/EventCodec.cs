using System.Buffers.Binary;
using System.Text;
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

    internal static byte[] Write(DeviceEvent e) => Write(writer =>
    {
        writer.Write(e.Id.Incarnation);
        writer.Write(e.Id.Number);
        writer.Write((byte)e.Kind);
        writer.Write(e.Endpoint);
        writer.Write(e.Epoch);
        writer.Write(e.At.UtcTicks);
        Write(writer, e.Data.Span);
    });

    internal static DeviceEvent? TryRead(ReadOnlyMemory<byte> data) => TryRead(data, static reader => new DeviceEvent(
        new(reader.ReadInt64(), reader.ReadInt64()), (DeviceEventKind)reader.ReadByte(), reader.ReadString(), reader.ReadInt64(),
        new(reader.ReadInt64(), TimeSpan.Zero), ReadBytes(reader)));

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
        return Write(writer =>
        {
            Write(writer, request.Span);
            writer.Write7BitEncodedInt(format is { } known ? (int)known : NoFormat);
            Write(writer, body);
        });
    }

    internal static EventReport? TryReadReport(ReadOnlyMemory<byte> data) => TryRead(data, static reader =>
    {
        byte[] request = ReadBytes(reader);
        int format = reader.Read7BitEncodedInt();
        return new EventReport(
            request.Length == 0 ? null : RequestCodec.TryRead(request) ?? throw new FormatException("A request cannot be read."),
            format is >= 0 and < NoFormat ? (ContentFormat)format : null,
            ReadBytes(reader));
    });

    internal static byte[] WriteCommand(CommandRecord command) => Write(writer =>
    {
        writer.Write(command.Id);
        writer.Write(command.Key is not null);
        writer.Write(command.Key ?? "");
        writer.Write(command.EnqueuedAt.UtcTicks);
        writer.Write(command.ExpiresAt.UtcTicks);
        writer.Write(command.IsIdempotent);
        writer.Write((byte)command.State);
        Write(writer, command.Request.Span);
        Write(writer, command.Answer.Span);
    });

    internal static QueuedCommand? TryReadCommand(DeviceEvent e) => TryRead(e.Data, reader =>
    {
        long id = reader.ReadInt64();
        bool hasKey = reader.ReadBoolean();
        string key = reader.ReadString();
        return new QueuedCommand(new(
            id, e.Endpoint, hasKey ? key : null, new(reader.ReadInt64(), TimeSpan.Zero), new(reader.ReadInt64(), TimeSpan.Zero),
            reader.ReadBoolean(), (CommandState)reader.ReadByte(), default, ReadBytes(reader), ReadBytes(reader)));
    });

    private static byte[] Write(Action<BinaryWriter> write)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream, Encoding.UTF8);
        writer.Write(Version);
        write(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static T? TryRead<T>(ReadOnlyMemory<byte> data, Func<BinaryReader, T> read)
        where T : class
    {
        try
        {
            using BinaryReader reader = new(new MemoryStream(data.ToArray()), Encoding.UTF8);
            return reader.ReadByte() == Version ? read(reader) : null;
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static void Write(BinaryWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write7BitEncodedInt(bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] ReadBytes(BinaryReader reader)
    {
        int length = RegistrationCodec.ReadCount(reader);
        byte[] bytes = reader.ReadBytes(length);
        return bytes.Length == length ? bytes : throw new FormatException("It is cut off.");
    }
}
