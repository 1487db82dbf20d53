using System.Buffers.Text;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ipso.Lwm2m;

namespace Ipso.Tests.Lwm2m.Differential;

/// <summary>What the formats in JSON have in common.</summary>
internal abstract class JsonOracle : IOracle
{
    public abstract List<Record> Read(byte[] payload, int[] path);

    public byte[] Write(IReadOnlyList<Record> records, int[] path, Freedom freedom)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, Options(freedom)))
        {
            Write(writer, records, freedom);
        }

        return stream.ToArray();
    }

    /// <summary>Spaces and escapes of choice.</summary>
    internal static JsonWriterOptions Options(Freedom freedom) => new()
    {
        Indented = freedom.Taken,
        NewLine = freedom.Taken ? "\r\n" : "\n",
        IndentCharacter = freedom.Taken ? '\t' : ' ',
        Encoder = freedom.Taken ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    protected abstract void Write(Utf8JsonWriter writer, IReadOnlyList<Record> records, Freedom freedom);

    internal static void Members(Utf8JsonWriter writer, IEnumerable<(string Label, Action Value)> members, Freedom freedom)
    {
        foreach ((string label, Action value) in freedom.Order(members))
        {
            writer.WritePropertyName(label);
            value();
        }
    }

    internal static (string Label, Action Value) Unknown(Utf8JsonWriter writer, Freedom freedom) =>
        ("unknown", () => writer.WriteRawValue(freedom.Taken ? """[{"n":"/1/2/3"},null,-1.5e-3,"\"}]"]""" : "true"));

    /// <summary>A text as the writer has it, or each character of it escaped.</summary>
    internal static void Text(Utf8JsonWriter writer, string text, Freedom freedom)
    {
        if (freedom.Taken)
        {
            string format = freedom.Taken ? "x4" : "X4";
            writer.WriteRawValue($"\"{string.Concat(text.Select(c => @"\u" + ((int)c).ToString(format, CultureInfo.InvariantCulture)))}\"");
        }
        else
        {
            writer.WriteStringValue(text);
        }
    }

    /// <summary>An integer, plainly or with a fraction or exponent where a double has it exactly.</summary>
    internal static void Integer(Utf8JsonWriter writer, decimal number, Freedom freedom)
    {
        string digits = number.ToString(CultureInfo.InvariantCulture);
        writer.WriteRawValue(Math.Abs(number) < 1L << 53 ? digits + Spelling(freedom) : digits);
    }

    internal static void Float(Utf8JsonWriter writer, double number, Freedom freedom)
    {
        string digits = number.ToString(freedom.Taken ? "E16" : "R", CultureInfo.InvariantCulture);
        bool hasExponent = digits.Contains('E', StringComparison.Ordinal);
        writer.WriteRawValue(hasExponent || digits.Contains('.', StringComparison.Ordinal) ? digits : digits + Spelling(freedom));
    }

    private static string Spelling(Freedom freedom) => freedom.Of(5) switch { 0 => "", 1 => ".0", 2 => "e0", 3 => ".00E+00", _ => "E-0" };

    protected static object Value(JsonElement value, ushort resource, Func<string, byte[]> bytes) => Oracle.TypeOf(resource) switch
    {
        0 => value.GetString()!,
        1 => value.GetInt64(),
        2 => value.GetUInt64(),
        3 => value.GetDouble(),
        4 => value.GetBoolean(),
        5 => (ReadOnlyMemory<byte>)bytes(value.GetString()!),
        6 => DateTimeOffset.FromUnixTimeSeconds(value.GetInt64()),
        7 => Oracle.Link(value.GetString()!),
        _ => new CoreLink(value.GetString()!),
    };
}

/// <summary>SenML JSON.</summary>
internal sealed class SenMLJsonOracle : JsonOracle
{
    public override List<Record> Read(byte[] payload, int[] path)
    {
        using JsonDocument document = JsonDocument.Parse(payload);
        List<Record> records = [];
        string @base = "";
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
        {
            @base = entry.TryGetProperty("bn", out JsonElement bn) ? bn.GetString()! : @base;
            string name = entry.TryGetProperty("n", out JsonElement n) ? n.GetString()! : "";
            JsonProperty value = Assert.Single(entry.EnumerateObject(), member => member.Name is not ("bn" or "n"));
            Record record = Oracle.Record(@base + name, resource => value.Value.ValueKind == JsonValueKind.Null
                ? Removal.Instance
                : Value(value.Value, resource, text => Base64Url.DecodeFromChars(text)));
            Assert.Equal(Label(record.Value), value.Name);
            records.Add(record);
        }

        return records;
    }

    protected override void Write(Utf8JsonWriter writer, IReadOnlyList<Record> records, Freedom freedom)
    {
        string @base = "";
        writer.WriteStartArray();
        foreach (Record record in freedom.Order(records))
        {
            (string? bn, string? n) = SenMLNames.Split(record.Name, ref @base, freedom);
            List<(string, Action)> members = [];
            if (bn is not null)
            {
                members.Add(("bn", () => Text(writer, bn, freedom)));
            }

            if (n is not null)
            {
                members.Add(("n", () => Text(writer, n, freedom)));
            }

            members.Add((Label(record.Value), () => Value(writer, record.Value, freedom)));
            if (freedom.Taken)
            {
                members.Add(Unknown(writer, freedom));
            }

            writer.WriteStartObject();
            Members(writer, members, freedom);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Value(Utf8JsonWriter writer, object value, Freedom freedom)
    {
        switch (value)
        {
            case string text: Text(writer, text, freedom); break;
            case CoreLink links: Text(writer, links.Text, freedom); break;
            case ObjectLink link: writer.WriteStringValue($"{link.ObjectId}:{link.InstanceId}"); break;
            case ReadOnlyMemory<byte> data: writer.WriteStringValue(Base64Url.EncodeToString(data.Span)); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case long number: Integer(writer, number, freedom); break;
            case ulong number: Integer(writer, number, freedom); break;
            case DateTimeOffset moment: Integer(writer, moment.ToUnixTimeSeconds(), freedom); break;
            case double number: Float(writer, number, freedom); break;
            case Removal: writer.WriteNullValue(); break;
            default: throw new ArgumentException(value.GetType().Name);
        }
    }

    private static string Label(object value) => value switch
    {
        string or CoreLink => "vs",
        bool => "vb",
        ReadOnlyMemory<byte> => "vd",
        ObjectLink => "vlo",
        _ => "v",
    };
}

/// <summary>OMA JSON.</summary>
internal sealed class OmaJsonOracle : JsonOracle
{
    public override List<Record> Read(byte[] payload, int[] path)
    {
        using JsonDocument document = JsonDocument.Parse(payload);
        string @base = document.RootElement.GetProperty("bn").GetString()!;
        List<Record> records = [];
        foreach (JsonElement entry in document.RootElement.GetProperty("e").EnumerateArray())
        {
            string name = entry.TryGetProperty("n", out JsonElement n) ? n.GetString()! : "";
            JsonProperty value = Assert.Single(entry.EnumerateObject(), member => member.Name != "n");
            Record record = Oracle.Record(@base + name, resource => Value(value.Value, resource, Convert.FromBase64String));
            Assert.Equal(Label(record.Value), value.Name);
            records.Add(record);
        }

        return records;
    }

    protected override void Write(Utf8JsonWriter writer, IReadOnlyList<Record> records, Freedom freedom)
    {
        // What all names start with, or less.
        string @base = "/26241/0/"[..(freedom.Taken ? freedom.Of("/26241/0/".Length) : "/26241/0/".Length)];
        List<(string, Action)> members =
            [("bn", () => Text(writer, @base, freedom)), ("e", () => Entries(writer, records, @base, freedom))];
        if (freedom.Taken)
        {
            members.Add(Unknown(writer, freedom));
        }

        writer.WriteStartObject();
        Members(writer, members, freedom);
        writer.WriteEndObject();
    }

    private static void Entries(Utf8JsonWriter writer, IReadOnlyList<Record> records, string @base, Freedom freedom)
    {
        writer.WriteStartArray();
        foreach (Record record in freedom.Order(records))
        {
            List<(string, Action)> members =
            [
                ("n", () => Text(writer, record.Name[@base.Length..], freedom)),
                (Label(record.Value), () => Value(writer, record.Value, freedom)),
            ];
            if (freedom.Taken)
            {
                members.Add(Unknown(writer, freedom));
            }

            writer.WriteStartObject();
            Members(writer, members, freedom);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Value(Utf8JsonWriter writer, object value, Freedom freedom)
    {
        switch (value)
        {
            case string text: Text(writer, text, freedom); break;
            case CoreLink links: Text(writer, links.Text, freedom); break;
            case ObjectLink link: writer.WriteStringValue($"{link.ObjectId}:{link.InstanceId}"); break;
            case ReadOnlyMemory<byte> data: Text(writer, Convert.ToBase64String(data.Span), freedom); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case long number: Integer(writer, number, freedom); break;
            case ulong number: Integer(writer, number, freedom); break;
            case DateTimeOffset moment: Integer(writer, moment.ToUnixTimeSeconds(), freedom); break;
            case double number: Float(writer, number, freedom); break;
            default: throw new ArgumentException(value.GetType().Name);
        }
    }

    private static string Label(object value) => value switch
    {
        string or CoreLink or ReadOnlyMemory<byte> => "sv",
        bool => "bv",
        ObjectLink => "ov",
        _ => "v",
    };
}
