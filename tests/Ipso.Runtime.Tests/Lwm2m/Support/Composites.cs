using System.Buffers.Text;
using System.Formats.Cbor;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Tests.Lwm2m;

/// <summary>Payloads about several Object Instances, and their records by path as the platform's own decoders find them.</summary>
internal static class Composites
{
    internal static readonly ContentFormat[] Formats = [ContentFormat.SenMLJson, ContentFormat.SenMLCbor, ContentFormat.Lwm2mCbor];

    internal static Lwm2mPath[] Paths(params string[] texts) => [.. texts.Select(Payloads.Path)];

    internal static byte[] Write(ObjectTree objects, ContentFormat format, params Lwm2mPath[] paths)
    {
        var buffer = new byte[256 * 1024];
        Assert.Equal(RepresentationResult.Written, objects.WriteComposite(paths, format, buffer, out int written));
        return buffer[..written];
    }

    internal static string WriteJson(ObjectTree objects, params string[] paths) =>
        Encoding.UTF8.GetString(Write(objects, ContentFormat.SenMLJson, Paths(paths)));

    internal static PayloadError Read(ObjectTree objects, ContentFormat format, ReadOnlySpan<byte> payload)
    {
        bool isTaken = objects.TryReadComposite(format, payload, out PayloadError error);
        Assert.Equal(isTaken, error.Fault == PayloadFault.None);
        return error;
    }

    internal static PayloadError ReadJson(ObjectTree objects, string json, ContentFormat format = ContentFormat.SenMLJson) =>
        Read(objects, format, Encoding.UTF8.GetBytes(json));

    /// <summary>All that a tree holds, readable or not, to compare.</summary>
    internal static string Content(ObjectTree objects)
    {
        StringBuilder text = new();
        foreach (ObjectInstance instance in objects)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{Payloads.PathOf(instance)} {instance.PresentBits(0):x} {Payloads.WriteText(instance)}\n");
        }

        return text.ToString();
    }

    /// <summary>The records of a payload by path; none may stand in it twice.</summary>
    internal static SortedDictionary<string, string> Records(ContentFormat format, byte[] payload)
    {
        SortedDictionary<string, string> records = new(StringComparer.Ordinal);
        switch (format)
        {
            case ContentFormat.SenMLJson:
                ReadJsonPack(payload, records);
                break;
            case ContentFormat.SenMLCbor:
                ReadCborPack(payload, records);
                break;
            default:
                // Strict: no key twice in a map.
                CborReader reader = new(payload, CborConformanceMode.Strict);
                ReadMap(reader, "", records);
                Assert.Equal(0, reader.BytesRemaining);
                break;
        }

        return records;
    }

    private static void ReadJsonPack(byte[] payload, SortedDictionary<string, string> records)
    {
        string baseName = "";
        using JsonDocument document = JsonDocument.Parse(payload);
        foreach (JsonElement record in document.RootElement.EnumerateArray())
        {
            string name = "", value = "";
            foreach (JsonProperty field in record.EnumerateObject())
            {
                switch (field.Name)
                {
                    case "bn": baseName = field.Value.GetString()!; break;
                    case "n": name = field.Value.GetString()!; break;
                    case "v": value = Number(field.Value.GetDouble()); break;
                    case "vb": value = field.Value.GetBoolean() ? "true" : "false"; break;
                    case "vd": value = Convert.ToHexStringLower(Base64Url.DecodeFromChars(field.Value.GetString())); break;
                    default: value = field.Value.GetString()!; break;
                }
            }

            records.Add(baseName + name, value);
        }
    }

    private static void ReadCborPack(byte[] payload, SortedDictionary<string, string> records)
    {
        string baseName = "";
        CborReader reader = new(payload, CborConformanceMode.Strict);
        for (int? count = reader.ReadStartArray(); count > 0; count--)
        {
            string name = "", value = "";
            for (int? fields = reader.ReadStartMap(); fields > 0; fields--)
            {
                if (reader.PeekState() == CborReaderState.TextString)
                {
                    Assert.Equal("vlo", reader.ReadTextString());
                    value = reader.ReadTextString();
                    continue;
                }

                switch (reader.ReadInt32())
                {
                    case -2: baseName = reader.ReadTextString(); break;
                    case 0: name = reader.ReadTextString(); break;
                    default: value = Value(reader); break;
                }
            }

            reader.ReadEndMap();
            records.Add(baseName + name, value);
        }

        reader.ReadEndArray();
        Assert.Equal(0, reader.BytesRemaining);
    }

    private static void ReadMap(CborReader reader, string path, SortedDictionary<string, string> records)
    {
        for (int? count = reader.ReadStartMap(); count > 0; count--)
        {
            string below = $"{path}/{reader.ReadUInt32()}";
            if (reader.PeekState() == CborReaderState.StartMap)
            {
                ReadMap(reader, below, records);
            }
            else
            {
                records.Add(below, Value(reader));
            }
        }

        reader.ReadEndMap();
    }

    private static string Value(CborReader reader) => reader.PeekState() switch
    {
        CborReaderState.UnsignedInteger => Number(reader.ReadUInt64()),
        CborReaderState.NegativeInteger => Number(reader.ReadInt64()),
        CborReaderState.Boolean => reader.ReadBoolean() ? "true" : "false",
        CborReaderState.TextString => reader.ReadTextString(),
        CborReaderState.ByteString => Convert.ToHexStringLower(reader.ReadByteString()),
        _ => Number(reader.ReadDouble()),
    };

    // As precise as JSON's numbers are to whoever reads them as IEEE 754.
    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
