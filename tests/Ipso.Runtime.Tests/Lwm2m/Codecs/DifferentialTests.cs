using System.Buffers.Text;
using System.Formats.Cbor;
using System.Globalization;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>What is written here must mean the same to the CBOR and JSON readers of the platform, which share no line with ours.</summary>
public partial class DifferentialTests
{
    private const int Objects = 400;

    [Fact]
    public void SenML_CBOR_reads_the_same_elsewhere()
    {
        for (int seed = 0; seed < Objects; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            byte[] payload = Payloads.Write(o, ContentFormat.SenMLCbor);
            Assert.Equal(Expected(o), CborRecords(payload));
            // The shortest forms throughout (RFC 8949, 4.2.1): as the platform would write them.
            CborReader canonical = new(payload, CborConformanceMode.Strict);
            canonical.SkipValue();
            Assert.Equal(0, canonical.BytesRemaining);
        }
    }

    [Fact]
    public void SenML_JSON_reads_the_same_elsewhere()
    {
        for (int seed = 0; seed < Objects; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            Assert.Equal(Expected(o), JsonRecords(Payloads.Write(o, ContentFormat.SenMLJson)));
        }
    }

    // Path and value, the value in a notation of this test: the same for both formats.
    private static List<string> Expected(AllTypes o)
    {
        List<string> records = [];
        void Add(int id, object? value, int instance = -1)
        {
            if (value is not null)
            {
                records.Add($"/26241/0/{id}{(instance < 0 ? "" : $"/{instance}")} {Notation(value)}");
            }
        }

        void AddAll<T>(int id, Ipso.Lwm2m.Model.ResourceInstances<T> values)
        {
            foreach (ushort instance in values.Ids.Span)
            {
                Add(id, values[instance], instance);
            }
        }

        Add(0, o.Text);
        Add(1, o.Whole);
        Add(2, o.Natural);
        Add(3, o.Real);
        Add(4, o.Flag);
        Add(5, o.Data);
        Add(6, o.Moment);
        Add(7, o.Link);
        Add(8, o.Links);
        AddAll(100, o.ManyText);
        AddAll(101, o.ManyWhole);
        AddAll(102, o.ManyNatural);
        AddAll(103, o.ManyReal);
        AddAll(104, o.ManyFlag);
        AddAll(105, o.ManyData);
        AddAll(106, o.ManyMoment);
        AddAll(107, o.ManyLink);
        AddAll(108, o.ManyLinks);
        Add(26260, o.Far);
        return records;
    }

    private static string Notation(object value) => value switch
    {
        string text => $"text {text}",
        CoreLink links => $"text {links.Text}",
        bool flag => $"bool {flag}",
        ReadOnlyMemory<byte> data => $"data {Convert.ToHexString(data.Span)}",
        DateTimeOffset moment => Number(moment.ToUnixTimeSeconds()),
        ObjectLink link => $"vlo {link.ObjectId}:{link.InstanceId}",
        long number => Number(number),
        ulong number => Number(number),
        double number => Number(number),
        _ => throw new ArgumentException(value.GetType().Name),
    };

    // Integers exactly; a double that is none in its shortest form.
    private static string Number(object value) => value is double d && (d != Math.Truncate(d) || Math.Abs(d) > 1e15)
        ? "number " + d.ToString("R", CultureInfo.InvariantCulture)
        : "number " + (value is double whole ? (long)whole : value);

    private static List<string> CborRecords(byte[] payload)
    {
        List<string> records = [];
        CborReader reader = new(payload, CborConformanceMode.Strict);
        string @base = "";
        for (int? left = reader.ReadStartArray(); left > 0; left--)
        {
            string name = "", value = "";
            for (int? fields = reader.ReadStartMap(); fields > 0; fields--)
            {
                string label = reader.PeekState() == CborReaderState.TextString ? reader.ReadTextString() : $"{reader.ReadInt32()}";
                switch (label)
                {
                    case "-2": @base = reader.ReadTextString(); break;
                    case "0": name = reader.ReadTextString(); break;
                    case "2": value = CborNumber(reader); break;
                    case "3": value = Notation(reader.ReadTextString()); break;
                    case "4": value = Notation(reader.ReadBoolean()); break;
                    case "8": value = Notation((ReadOnlyMemory<byte>)reader.ReadByteString()); break;
                    case "vlo": value = $"vlo {reader.ReadTextString()}"; break;
                    default: Assert.Fail(label); break;
                }
            }

            reader.ReadEndMap();
            records.Add($"{@base}{name} {value}");
        }

        reader.ReadEndArray();
        Assert.Equal(0, reader.BytesRemaining);
        return records;
    }

    private static string CborNumber(CborReader reader) => reader.PeekState() switch
    {
        CborReaderState.UnsignedInteger => Number(reader.ReadUInt64()),
        CborReaderState.NegativeInteger => Number(reader.ReadInt64()),
        _ => Number(reader.ReadDouble()),
    };

    private static List<string> JsonRecords(byte[] payload)
    {
        using JsonDocument document = JsonDocument.Parse(payload);
        List<string> records = [];
        string @base = "";
        foreach (JsonElement record in document.RootElement.EnumerateArray())
        {
            string name = "", value = "";
            foreach (JsonProperty field in record.EnumerateObject())
            {
                switch (field.Name)
                {
                    case "bn": @base = field.Value.GetString()!; break;
                    case "n": name = field.Value.GetString()!; break;
                    case "v": value = JsonNumber(field.Value); break;
                    case "vs": value = Notation(field.Value.GetString()!); break;
                    case "vb": value = Notation(field.Value.GetBoolean()); break;
                    case "vd": value = Notation((ReadOnlyMemory<byte>)Base64Url.DecodeFromChars(field.Value.GetString())); break;
                    case "vlo": value = $"vlo {field.Value.GetString()}"; break;
                    default: Assert.Fail(field.Name); break;
                }
            }

            records.Add($"{@base}{name} {value}");
        }

        return records;
    }

    private static string JsonNumber(JsonElement value) =>
        value.TryGetInt64(out long signed) ? Number(signed)
        : value.TryGetUInt64(out ulong unsigned) ? Number(unsigned)
        : Number(value.GetDouble());
}
