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

    internal static byte[] Write(RoutedCommand command) => RecordBytes.Write(Version, writer =>
    {
        writer.Write(command.Endpoint);
        writer.Write(command.Epoch);
        writer.Write(command.Timeout.Ticks);
        writer.WriteCounted(RequestCodec.Write(command.Request));
    });

    internal static RoutedCommand? TryReadCommand(ReadOnlyMemory<byte> data) => RecordBytes.TryRead(data, Version, static reader =>
    {
        string endpoint = reader.ReadString();
        long epoch = reader.ReadInt64();
        TimeSpan timeout = new(reader.ReadInt64());
        return RequestCodec.TryRead(reader.ReadCounted()) is { } request && timeout > TimeSpan.Zero
            ? new RoutedCommand(endpoint, epoch, request, timeout)
            : throw new FormatException("A request cannot be read.");
    });

    internal static byte[] Write(RoutedAnswer answer) => RecordBytes.Write(Version, writer =>
    {
        writer.Write((byte)answer.Outcome);
        writer.Write(answer.Answer is not null);
        if (answer.Answer is not { } said)
        {
            return;
        }

        writer.Write((byte)said.Outcome);
        writer.Write(said.Code.Value);
        writer.WriteOptional(said.Reason);
        writer.WriteOptional(said.Location?.ToString());
        writer.Write(said.ContentFormat is not null);
        writer.Write((ushort)said.ContentFormat.GetValueOrDefault());
        writer.WriteCounted(said.Payload.Span);
    });

    internal static RoutedAnswer? TryReadAnswer(ReadOnlyMemory<byte> data) => RecordBytes.TryRead(data, Version, static reader =>
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
        string? reason = reader.ReadOptional(), location = reader.ReadOptional();
        bool hasFormat = reader.ReadBoolean();
        ContentFormat format = (ContentFormat)reader.ReadUInt16();
        Lwm2mPath? path = location is null ? null
            : Lwm2mPath.TryParse(Encoding.UTF8.GetBytes(location), out Lwm2mPath parsed) ? parsed
            : throw new FormatException("A path is none.");
        return outcome <= DeviceOutcome.Cancelled
            ? new(outcome, reason, code, hasFormat ? format : null, reader.ReadCounted(), path)
            : throw new FormatException("An outcome is none.");
    }
}
