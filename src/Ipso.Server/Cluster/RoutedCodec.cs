using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Server.Operations;
using Ipso.Server.Stores;

namespace Ipso.Server.Cluster;

/// <summary>Commands to devices of other servers, and their answers, as bytes. The first byte is the version of their form.</summary>
internal static class RoutedCodec
{
    private const byte Version = 1;

    internal static byte[] Write(RoutedCommand command) => Write(writer =>
    {
        writer.Write(command.Endpoint);
        writer.Write(command.Epoch);
        writer.Write(command.Timeout.Ticks);
        Write(writer, RequestCodec.Write(command.Request));
    });

    internal static RoutedCommand? TryReadCommand(ReadOnlyMemory<byte> data) => TryRead(data, static reader =>
    {
        string endpoint = reader.ReadString();
        long epoch = reader.ReadInt64();
        TimeSpan timeout = new(reader.ReadInt64());
        return RequestCodec.TryRead(ReadBytes(reader)) is { } request && timeout > TimeSpan.Zero
            ? new RoutedCommand(endpoint, epoch, request, timeout)
            : throw new FormatException("A request cannot be read.");
    });

    internal static byte[] Write(RoutedAnswer answer) => Write(writer =>
    {
        writer.Write((byte)answer.Outcome);
        writer.Write(answer.Answer is not null);
        if (answer.Answer is not { } said)
        {
            return;
        }

        writer.Write((byte)said.Outcome);
        writer.Write(said.Code.Value);
        WriteText(writer, said.Reason);
        WriteText(writer, said.Location?.ToString());
        writer.Write(said.ContentFormat is not null);
        writer.Write((ushort)said.ContentFormat.GetValueOrDefault());
        Write(writer, said.Payload.Span);
    });

    internal static RoutedAnswer? TryReadAnswer(ReadOnlyMemory<byte> data) => TryRead(data, static reader =>
    {
        RoutedOutcome outcome = (RoutedOutcome)reader.ReadByte();
        return new RoutedAnswer(
            outcome <= RoutedOutcome.Expired ? outcome : throw new FormatException("An outcome is none."),
            reader.ReadBoolean() ? ReadAnswer(reader) : null);
    });

    private static DeviceAnswer ReadAnswer(BinaryReader reader)
    {
        DeviceOutcome outcome = (DeviceOutcome)reader.ReadByte();
        CoapCode code = new(reader.ReadByte());
        string? reason = ReadText(reader), location = ReadText(reader);
        bool hasFormat = reader.ReadBoolean();
        ContentFormat format = (ContentFormat)reader.ReadUInt16();
        Lwm2mPath? path = location is null ? null
            : Lwm2mPath.TryParse(Encoding.UTF8.GetBytes(location), out Lwm2mPath parsed) ? parsed
            : throw new FormatException("A path is none.");
        return outcome <= DeviceOutcome.Cancelled
            ? new(outcome, reason, code, hasFormat ? format : null, ReadBytes(reader), path)
            : throw new FormatException("An outcome is none.");
    }

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

    private static void WriteText(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        writer.Write(text ?? "");
    }

    private static string? ReadText(BinaryReader reader)
    {
        bool isThere = reader.ReadBoolean();
        string text = reader.ReadString();
        return isThere ? text : null;
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
