using System.Buffers.Text;
using System.Formats.Cbor;
using System.Globalization;
using System.Text.Json;
using Ipso.SenML;
using Ipso.Tests.Lwm2m.Differential;

namespace Ipso.Tests.SenML;

// Writing, in whichever of the forms that RFC 8428 allows.
internal static partial class PlatformPack
{
    internal static byte[] Write(IReadOnlyList<RawRecord> records, SenMLFormat format, Freedom freedom) =>
        format == SenMLFormat.Json ? WriteJson(records, freedom) : WriteCbor(records, freedom);

    private static byte[] WriteJson(IReadOnlyList<RawRecord> records, Freedom freedom)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, JsonOracle.Options(freedom)))
        {
            writer.WriteStartArray();
            foreach (RawRecord record in records)
            {
                List<(string, Action)> members = [.. record.Fields.Select(f => (f.Key, (Action)(() => Value(writer, f.Value, freedom))))];
                if (members.Count > 0 && freedom.Taken)
                {
                    members.Add(JsonOracle.Unknown(writer, freedom));
                }

                writer.WriteStartObject();
                JsonOracle.Members(writer, members, freedom);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return stream.ToArray();
    }

    private static void Value(Utf8JsonWriter writer, object? value, Freedom freedom)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: JsonOracle.Text(writer, text, freedom); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case decimal whole: JsonOracle.Integer(writer, whole, freedom); break;
            case double number: JsonOracle.Float(writer, number, freedom); break;
            case byte[] data: writer.WriteStringValue(Base64Url.EncodeToString(data) + (freedom.Taken ? Padding(data.Length) : "")); break;
            default: throw new ArgumentException(value.GetType().Name);
        }
    }

    // RFC 8428, 4.3 has none; some send it all the same.
    private static string Padding(int length) => new('=', (3 - length % 3) % 3);

    private static byte[] WriteCbor(IReadOnlyList<RawRecord> records, Freedom freedom)
    {
        CborWriter writer = new(CborConformanceMode.Lax);
        writer.WriteStartArray(freedom.Taken ? null : records.Count);
        foreach (RawRecord record in records)
        {
            List<(string Label, Action Value)> fields =
                [.. record.Fields.Select(f => (f.Key, (Action)(() => Value(writer, f.Key, f.Value, freedom))))];
            if (fields.Count > 0 && freedom.Taken)
            {
                string label = freedom.Of(3) switch { 0 => "99", 1 => "-99", _ => "x" };
                fields.Add((label, () => writer.WriteEncodedValue([0x9F, 0x01, 0xA1, 0x02, 0xF6, 0x5F, 0x41, 0x00, 0xFF, 0xFF])));
            }

            writer.WriteStartMap(freedom.Taken ? null : fields.Count);
            foreach ((string label, Action value) in freedom.Order(fields))
            {
                int known = Array.IndexOf(s_cborLabels, label);
                if (known >= 0)
                {
                    CborOracle.Integer(writer, known - 6, freedom);
                }
                else if (int.TryParse(label, out int number))
                {
                    CborOracle.Integer(writer, number, freedom);
                }
                else
                {
                    writer.WriteTextString(label);
                }

                value();
            }

            writer.WriteEndMap();
        }

        writer.WriteEndArray();
        return writer.Encode();
    }

    private static void Value(CborWriter writer, string label, object? value, Freedom freedom)
    {
        // A time may say that it is one.
        if (label is "bt" or "t" && freedom.Taken)
        {
            writer.WriteTag(CborTag.UnixTimeSeconds);
        }
        else if (value is double fraction && freedom.Taken && TryDecimalFraction(writer, fraction, freedom))
        {
            return;
        }

        switch (value)
        {
            case null: writer.WriteNull(); break;
            case string text: CborOracle.Text(writer, text, freedom.Taken); break;
            case bool flag: writer.WriteBoolean(flag); break;
            case decimal and > long.MaxValue and var whole: CborOracle.Head(writer, 0x00, (ulong)whole, freedom); break;
            case decimal whole: CborOracle.Integer(writer, (long)whole, freedom); break;
            case double real: CborOracle.Float(writer, real, freedom); break;
            case byte[] data: CborOracle.Bytes(writer, data, freedom.Taken); break;
            default: throw new ArgumentException(value.GetType().Name);
        }
    }

    // The shortest decimal digits of a number, and how far they stand behind the point (RFC 8949, 3.4.4).
    private static bool TryDecimalFraction(CborWriter writer, double number, Freedom freedom)
    {
        string shortest = number.ToString("R", CultureInfo.InvariantCulture);
        if (shortest.Contains('E', StringComparison.Ordinal)
            || !decimal.TryParse(shortest, CultureInfo.InvariantCulture, out decimal exact))
        {
            return false;
        }

        int scale = exact.Scale;
        decimal mantissa = exact * (decimal)Math.Pow(10, scale);
        if (Math.Abs(mantissa) > long.MaxValue)
        {
            return false;
        }

        writer.WriteTag(CborTag.DecimalFraction);
        writer.WriteStartArray(freedom.Taken ? null : 2);
        CborOracle.Integer(writer, -scale, freedom);
        CborOracle.Integer(writer, (long)mantissa, freedom);
        writer.WriteEndArray();
        return true;
    }
}
