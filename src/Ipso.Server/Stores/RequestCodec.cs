using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Server.Operations;

namespace Ipso.Server.Stores;

/// <summary>
/// Requests to devices as bytes, for stores. The first byte is the version of their form. What a request brings is written in every format that
/// it can be written in, since the device that will choose is not there.
/// </summary>
internal static class RequestCodec
{
    private const byte Version = 1;

    private static ReadOnlySpan<ContentFormat> Formats =>
    [
        ContentFormat.PlainText, ContentFormat.LinkFormat, ContentFormat.OctetStream, ContentFormat.Cbor, ContentFormat.SenMLJson,
        ContentFormat.SenMLCbor, ContentFormat.SenMLEtchJson, ContentFormat.SenMLEtchCbor, ContentFormat.Tlv, ContentFormat.Lwm2mJson,
        ContentFormat.Lwm2mCbor,
    ];

    [Flags]
    private enum Traits : byte
    {
        None = 0,
        IsIdempotent = 1,
        WantsValues = 2,
        Observes = 4,
        HasAccept = 8,
        HasContent = 16,
    }

    internal static byte[] Write(DeviceRequest request) => RecordBytes.Write(Version, writer =>
    {
        Traits traits = (request.IsIdempotent ? Traits.IsIdempotent : Traits.None)
            | (request.WantsValues ? Traits.WantsValues : Traits.None)
            | (request.Observes ? Traits.Observes : Traits.None)
            | (request.Accept is not null ? Traits.HasAccept : Traits.None)
            | (request.Content is not null ? Traits.HasContent : Traits.None);
        writer.Write((byte)traits);
        writer.Write(request.Method.Value);
        writer.Write(request.Path.ToString());
        writer.Write(request.Query);
        writer.Write((ushort)request.Accept.GetValueOrDefault());
        if (request.Content is { } content)
        {
            foreach (ContentFormat format in Formats)
            {
                if (content.Supports(format))
                {
                    writer.Write((ushort)format);
                    writer.WriteCounted(content.Write(format).Span);
                }
            }

            writer.Write(ushort.MaxValue);
        }
    });

    /// <summary>Reads a request.</summary>
    /// <param name="data">What <see cref="Write"/> has written.</param>
    /// <returns><see langword="null"/> where it cannot be read: it is damaged, or of a later version.</returns>
    internal static DeviceRequest? TryRead(ReadOnlyMemory<byte> data) => RecordBytes.TryRead(data, Version, Read);

    private static DeviceRequest Read(BinaryReader reader)
    {
        Traits traits = (Traits)reader.ReadByte();
        CoapCode method = new(reader.ReadByte());
        if (!Lwm2mPath.TryParse(Encoding.UTF8.GetBytes(reader.ReadString()), out Lwm2mPath path))
        {
            throw new FormatException("A path is none.");
        }

        string query = reader.ReadString();
        ContentFormat accept = (ContentFormat)reader.ReadUInt16();
        StoredContent? content = null;
        if (traits.HasFlag(Traits.HasContent))
        {
            content = new();
            for (ushort format = reader.ReadUInt16(); format != ushort.MaxValue; format = reader.ReadUInt16())
            {
                content.Add((ContentFormat)format, reader.ReadCounted());
            }
        }

        return DeviceRequest.Restore(
            method, path, query, content, traits.HasFlag(Traits.IsIdempotent), traits.HasFlag(Traits.WantsValues),
            traits.HasFlag(Traits.Observes), traits.HasFlag(Traits.HasAccept) ? accept : null);
    }

    private sealed class StoredContent : IDeviceContent
    {
        private readonly List<(ContentFormat Format, byte[] Payload)> _payloads = [];

        public bool Supports(ContentFormat format) => _payloads.Exists(p => p.Format == format);

        public ReadOnlyMemory<byte> Write(ContentFormat format) => _payloads.Find(p => p.Format == format).Payload;

        internal void Add(ContentFormat format, byte[] payload) => _payloads.Add((format, payload));
    }
}
