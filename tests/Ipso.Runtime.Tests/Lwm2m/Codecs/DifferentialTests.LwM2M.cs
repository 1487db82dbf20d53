using System.Formats.Cbor;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

// LwM2M CBOR, CBOR and OMA JSON: what is written here, read elsewhere; and what is written elsewhere, read here.
public partial class DifferentialTests
{
    [Fact]
    public void LwM2M_CBOR_reads_the_same_elsewhere()
    {
        for (int seed = 0; seed < Objects; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            byte[] payload = Payloads.Write(o, ContentFormat.Lwm2mCbor);
            // No key twice; below, no length that is indefinite.
            CborReader reader = new(payload, CborConformanceMode.Strict);
            List<string> records = [];
            ReadMaps(reader, "", 0, records);
            Assert.Equal(0, reader.BytesRemaining);
            Assert.Equal(WithoutLinks(Expected(o)), records);
        }
    }

    [Fact]
    public void LwM2M_CBOR_from_elsewhere_reads_the_same()
    {
        for (int seed = 0; seed < Objects; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            byte[] payload = LwM2MCborElsewhere.Write(o, new Random(seed));
            AllTypes copy = new();
            Assert.Equal(PayloadFault.None, Payloads.Read(copy, new(26241, 0), ContentFormat.Lwm2mCbor, payload));
            SameContent.Assert(o, copy);
        }
    }

    [Fact]
    public void A_value_in_CBOR_reads_the_same_elsewhere()
    {
        for (int seed = 0; seed < Objects; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            List<string> records = [];
            foreach (Lwm2mPath resource in RoundTripTests.ResourcesOf(o))
            {
                IEnumerable<Lwm2mPath> paths = resource.ResourceId is < 100 or 26260 ? [resource] : RoundTripTests.InstancesOf(o, resource);
                foreach (Lwm2mPath path in paths)
                {
                    CborReader reader = new(Payloads.Write(o, path, ContentFormat.Cbor), CborConformanceMode.Strict);
                    records.Add($"{path} {CborValue(reader)}");
                    Assert.Equal(0, reader.BytesRemaining);
                }
            }

            Assert.Equal(WithoutLinks(Expected(o)), records);
        }
    }

    [Fact]
    public void OMA_JSON_reads_the_same_elsewhere()
    {
        for (int seed = 0; seed < Objects; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            Assert.Equal(WithBase64(Expected(o)), OmaJsonRecords(Payloads.Write(o, ContentFormat.Lwm2mJson)));
        }
    }

    [Fact]
    public void OMA_JSON_from_elsewhere_reads_the_same()
    {
        for (int seed = 0; seed < Objects; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            byte[] payload = OmaJsonElsewhere.Write(o, new Random(seed));
            AllTypes copy = new();
            Assert.Equal(PayloadFault.None, Payloads.Read(copy, new(26241, 0), ContentFormat.Lwm2mJson, payload));
            SameContent.Assert(o, copy);
        }
    }

    // A link is a text like any other in CBOR.
    private static IEnumerable<string> WithoutLinks(IEnumerable<string> records) =>
        records.Select(record => record.Replace(" vlo ", " text ", StringComparison.Ordinal));

    private static IEnumerable<string> WithBase64(IEnumerable<string> records) => records.Select(record =>
        record.Split(" data ", 2) is [var path, var hex] && path.StartsWith('/') && !path.Contains(' ', StringComparison.Ordinal)
            ? $"{path} text {Convert.ToBase64String(Convert.FromHexString(hex))}"
            : record);

    private static void ReadMaps(CborReader reader, string path, int depth, List<string> records)
    {
        int? entries = reader.ReadStartMap();
        Assert.NotNull(entries);
        Assert.True(entries > 0 || depth == 0);
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            string below = $"{path}/{reader.ReadUInt32()}";
            if (reader.PeekState() == CborReaderState.StartMap)
            {
                ReadMaps(reader, below, depth + 1, records);
            }
            else
            {
                records.Add($"{below} {CborValue(reader)}");
            }
        }

        reader.ReadEndMap();
    }

    private static string CborValue(CborReader reader) => reader.PeekState() switch
    {
        CborReaderState.TextString => Notation(reader.ReadTextString()),
        CborReaderState.ByteString => Notation((ReadOnlyMemory<byte>)reader.ReadByteString()),
        CborReaderState.Boolean => Notation(reader.ReadBoolean()),
        _ => CborNumber(reader),
    };

    private static List<string> OmaJsonRecords(byte[] payload)
    {
        using JsonDocument document = JsonDocument.Parse(payload);
        string @base = document.RootElement.GetProperty("bn").GetString()!;
        List<string> records = [];
        foreach (JsonElement entry in document.RootElement.GetProperty("e").EnumerateArray())
        {
            JsonProperty value = Assert.Single(entry.EnumerateObject(), member => member.Name != "n");
            string notation = value.Name switch
            {
                "v" => JsonNumber(value.Value),
                "sv" => Notation(value.Value.GetString()!),
                "bv" => Notation(value.Value.GetBoolean()),
                "ov" => $"vlo {value.Value.GetString()}",
                _ => throw new ArgumentException(value.Name),
            };
            records.Add($"{@base}{entry.GetProperty("n").GetString()} {notation}");
        }

        return records;
    }
}
