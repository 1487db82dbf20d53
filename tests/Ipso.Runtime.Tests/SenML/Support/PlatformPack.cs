using System.Buffers;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Ipso.SenML;

namespace Ipso.Tests.SenML;

/// <summary>Packs by way of System.Text.Json and System.Formats.Cbor, which share no line with ours.</summary>
internal static partial class PlatformPack
{
    private static readonly SearchValues<char> s_notBase64Url = SearchValues.Create(" \t\r\n%+/");

    private static readonly string[] s_cborLabels =
        ["bs", "bv", "bu", "bt", "bn", "bver", "n", "u", "v", "vs", "vb", "s", "t", "ut", "vd"];

    /// <summary>What the platform and the reference make of a pack; null where they refuse it.</summary>
    internal static List<Resolved>? Read(byte[] pack, SenMLFormat format, SenMLPackKind kind)
    {
        try
        {
            List<RawRecord>? records = format == SenMLFormat.Json ? ParseJson(pack, kind) : ParseCbor(pack, kind);
            return records is null ? null : RawRecord.Resolve(records, kind);
        }
        catch (Exception e) when (
            e is JsonException or InvalidOperationException or CborContentException or FormatException or OverflowException)
        {
            return null;
        }
    }

    internal static bool HasBaseValue(byte[] pack, SenMLFormat format)
    {
        List<RawRecord>? records = format == SenMLFormat.Json
            ? ParseJson(pack, SenMLPackKind.Values)
            : ParseCbor(pack, SenMLPackKind.Values);
        return records!.Any(record => record.Fields.ContainsKey("bv"));
    }

    internal static List<RawRecord>? ParseJson(byte[] pack, SenMLPackKind kind)
    {
        if (!Utf8.IsValid(pack))
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(pack);
        List<RawRecord> records = [];
        foreach (JsonElement element in document.RootElement.EnumerateArray())
        {
            RawRecord record = new();
            foreach (JsonProperty property in element.EnumerateObject())
            {
                if (!RawRecord.IsKnown(property.Name))
                {
                    if (property.Name.EndsWith('_'))
                    {
                        return null;
                    }

                    continue;
                }

                if (!record.Fields.TryAdd(property.Name, JsonValue(property, kind)))
                {
                    return null;
                }
            }

            records.Add(record);
        }

        return records;
    }

    private static object? JsonValue(JsonProperty property, SenMLPackKind kind)
    {
        JsonElement value = property.Value;
        if (kind == SenMLPackKind.Fetch && RawRecord.Values.Contains(property.Name))
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.Number when IsInteger(value) && value.TryGetInt64(out long signed) => (decimal)signed,
            JsonValueKind.Number when IsInteger(value) && value.TryGetUInt64(out ulong unsigned) => (decimal)unsigned,
            JsonValueKind.Number => RawRecord.Normal(value.GetDouble()),
            JsonValueKind.String when property.Name == "vd" => Data(value),
            JsonValueKind.String => value.GetString(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Null => null,
            _ => throw new FormatException(),
        };
    }

    private static bool IsInteger(JsonElement number) => number.GetRawText().IndexOfAny(['.', 'e', 'E']) < 0;

    // base64url with or without padding, nothing else (RFC 8428, 4.3, and what is met in the field).
    private static byte[] Data(JsonElement value)
    {
        string raw = value.GetRawText()[1..^1];
        string text = value.GetString()!;
        return raw == text && !text.AsSpan().ContainsAny(s_notBase64Url) ? Base64Url.DecodeFromChars(text) : throw new FormatException();
    }

    internal static List<RawRecord>? ParseCbor(byte[] pack, SenMLPackKind kind)
    {
        CborReader reader = new(pack, CborConformanceMode.Lax);
        List<RawRecord> records = [];
        reader.ReadStartArray();
        while (reader.PeekState() != CborReaderState.EndArray)
        {
            RawRecord record = new();
            reader.ReadStartMap();
            while (reader.PeekState() != CborReaderState.EndMap)
            {
                string? label = CborLabel(reader);
                if (label is null || kind == SenMLPackKind.Fetch && RawRecord.Values.Contains(label))
                {
                    reader.SkipValue();
                    if (label is not null && !record.Fields.TryAdd(label, null))
                    {
                        return null;
                    }
                }
                else if (label.EndsWith('_') || !record.Fields.TryAdd(label, CborValue(reader, label)))
                {
                    return null;
                }
            }

            reader.ReadEndMap();
            records.Add(record);
        }

        reader.ReadEndArray();
        return reader.BytesRemaining == 0 ? records : null;
    }

    // Null for a label that is not known and may be passed over.
    private static string? CborLabel(CborReader reader)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.UnsignedInteger:
                ulong label = reader.ReadUInt64();
                return label <= 8 ? s_cborLabels[6 + (int)label] : null;
            case CborReaderState.NegativeInteger:
                ulong negative = reader.ReadCborNegativeIntegerRepresentation();
                return negative <= 5 ? s_cborLabels[5 - (int)negative] : null;
            default:
                string text = Text(reader);
                return text == "vlo" || text.EndsWith('_') ? text : null;
        }
    }

    private static object? CborValue(CborReader reader, string label)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.UnsignedInteger:
                return (decimal)reader.ReadUInt64();
            case CborReaderState.NegativeInteger:
                return (decimal)reader.ReadInt64();
            case CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat:
                return RawRecord.Normal(reader.ReadDouble());
            case CborReaderState.Boolean:
                return reader.ReadBoolean();
            case CborReaderState.Null:
                reader.ReadNull();
                return null;
            case CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString:
                return Text(reader);
            case CborReaderState.ByteString or CborReaderState.StartIndefiniteLengthByteString:
                return reader.ReadByteString();
            case CborReaderState.Tag when RawRecord.IsKnown(label):
                return Tagged(reader);
            default:
                throw new FormatException();
        }
    }

    private static object? Tagged(CborReader reader)
    {
        CborTag tag = reader.ReadTag();
        if (tag == CborTag.UnixTimeSeconds && reader.PeekState() != CborReaderState.Tag)
        {
            return CborValue(reader, "t") is { } number and (decimal or double) ? number : throw new FormatException();
        }

        if (tag != CborTag.DecimalFraction)
        {
            throw new FormatException();
        }

        reader.ReadStartArray();
        double exponent = Integer(reader), mantissa = Integer(reader);
        reader.ReadEndArray();
        return RawRecord.Normal(mantissa * Math.Pow(10, exponent));
    }

    private static double Integer(CborReader reader) => reader.PeekState() == CborReaderState.NegativeInteger
        ? -1 - (double)reader.ReadCborNegativeIntegerRepresentation()
        : reader.ReadUInt64();

    // Lax reading would mend what is no UTF-8.
    private static string Text(CborReader reader)
    {
        if (reader.PeekState() == CborReaderState.StartIndefiniteLengthTextString)
        {
            StringBuilder text = new();
            reader.ReadStartIndefiniteLengthTextString();
            while (reader.PeekState() != CborReaderState.EndIndefiniteLengthTextString)
            {
                text.Append(TextInOnePiece(reader));
            }

            reader.ReadEndIndefiniteLengthTextString();
            return text.ToString();
        }

        return TextInOnePiece(reader);
    }

    private static string TextInOnePiece(CborReader reader)
    {
        ReadOnlyMemory<byte> bytes = reader.ReadDefiniteLengthTextStringBytes();
        return Utf8.IsValid(bytes.Span) ? Encoding.UTF8.GetString(bytes.Span) : throw new FormatException();
    }
}
