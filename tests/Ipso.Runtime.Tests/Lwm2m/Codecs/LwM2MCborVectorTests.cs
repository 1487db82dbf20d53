using System.Globalization;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Lwm2m;

/// <summary>LwM2M CBOR and CBOR of a single value, of the specification and of other implementations.</summary>
[Trait("Category", "Vectors")]
public class LwM2MCborVectorTests
{
    private const string File = "lwm2mcbor.json";

    public static TheoryData<string> Trees => VectorFile.Ids(File, "lwm2m-cbor");

    public static TheoryData<string> Malformed => VectorFile.Ids(File, "lwm2m-cbor-malformed");

    public static TheoryData<string> Singles => VectorFile.Ids(File, "cbor-single");

    [Fact]
    public void Every_kind_is_covered() =>
        Assert.Empty(VectorFile.Kinds(File).Except(["lwm2m-cbor", "lwm2m-cbor-malformed", "cbor-single"]));

    [Theory]
    [MemberData(nameof(Trees))]
    public void A_tree_reads_as_its_records(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        JsonElement[] expected = [.. vector.GetProperty("expect").GetProperty("values").EnumerateArray()];
        RecordReader reader = new(vector.Hex("cbor_hex"), ContentFormat.Lwm2mCbor, RequestOf(vector));
        int count = 0;
        while (reader.Next())
        {
            Assert.True(count < expected.Length, $"{reader.Path} is one too many");
            JsonElement record = expected[count++];
            Assert.Equal(record.GetProperty("path").GetString(), reader.Path.ToString());
            AssertValue(record.GetProperty("value"), in reader);
        }

        if (!IsDisputed(vector) || reader.Fault == PayloadFault.None)
        {
            Assert.Equal((PayloadFault.None, expected.Length), (reader.Fault, count));
        }
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_payload_is_refused(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        RecordReader reader = new(vector.Hex("cbor_hex"), ContentFormat.Lwm2mCbor, RequestOf(vector));
        while (reader.Next())
        {
        }

        Assert.True(IsDisputed(vector) || reader.Fault is PayloadFault.Malformed or PayloadFault.OutsidePath, $"{reader.Fault}");
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_payload_changes_nothing(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        Lwm2mPath request = RequestOf(vector);
        Device device = DeckTests.Device();
        byte[] before = DeckTests.Payload(ContentFormat.Lwm2mCbor);
        if (request.Depth < 2)
        {
            request = new(13, 26);
        }

        PayloadFault fault = Payloads.Read(device, request, ContentFormat.Lwm2mCbor, vector.Hex("cbor_hex"), ReadMode.Mirror);
        Assert.True(IsDisputed(vector) || fault != PayloadFault.None);
        Assert.Equal(before, Payloads.Write(device, ContentFormat.Lwm2mCbor));
    }

    [Theory]
    [MemberData(nameof(Singles))]
    public void A_single_value_is_of_its_type(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        byte[] payload = vector.Hex("cbor_hex");
        RecordReader reader = new(payload, ContentFormat.Cbor, new(26241, 0, 1));
        if (!vector.GetProperty("valid").GetBoolean())
        {
            Assert.True(!reader.Next() || IsDisputed(vector));
            Assert.True(reader.Fault == PayloadFault.Malformed || IsDisputed(vector), $"{reader.Fault}");
            return;
        }

        Assert.True(reader.Next());
        JsonElement value = vector.GetProperty("expect").GetProperty("value");
        if (value.ValueKind == JsonValueKind.Number && payload[0] >> 5 == 6)
        {
            AssertTagged(value, payload);
        }
        else
        {
            AssertValue(value, in reader);
        }

        Assert.False(reader.Next());
        Assert.Equal(PayloadFault.None, reader.Fault);
    }

    // A tag says which type is meant: 0 and 1 a Time, 4 a Float.
    private static void AssertTagged(JsonElement value, byte[] payload)
    {
        AllTypes o = new();
        if ((payload[0] & 0x1F) == 4)
        {
            Assert.Equal(PayloadFault.None, Payloads.Read(o, new(26241, 0, 3), ContentFormat.Cbor, payload));
            Assert.Equal(value.GetDouble(), o.Real);
        }
        else
        {
            Assert.Equal(PayloadFault.None, Payloads.Read(o, new(26241, 0, 6), ContentFormat.Cbor, payload));
            Assert.Equal(value.GetDouble(), (o.Moment!.Value - DateTimeOffset.UnixEpoch).TotalSeconds);
        }
    }

    private static bool IsDisputed(JsonElement vector) =>
        vector.GetProperty("verified").GetString()!.StartsWith("disputed", StringComparison.Ordinal);

    private static Lwm2mPath RequestOf(JsonElement vector) =>
        vector.TryGetProperty("request_path", out JsonElement path) ? Payloads.Path(path.GetString()!) : Lwm2mPath.Root;

    private static void AssertValue(JsonElement value, scoped in RecordReader reader)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                Assert.True(reader.Value.IsNull);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                Assert.True(reader.Value.TryBoolean(out bool flag));
                Assert.Equal(value.GetBoolean(), flag);
                break;
            case JsonValueKind.String:
                AssertText(value.GetString()!, in reader);
                break;
            case JsonValueKind.Object:
                Assert.True(reader.Value.TryOpaque(new byte[reader.Value.ScratchLength], out ReadOnlySpan<byte> data));
                Assert.Equal(value.GetProperty("opaque_hex").GetString(), Convert.ToHexStringLower(data));
                break;
            default:
                AssertNumber(value, in reader);
                break;
        }
    }

    private static void AssertText(string expected, scoped in RecordReader reader)
    {
        Assert.True(reader.Value.TryString("", out string text));
        Assert.Equal(expected, text);
        if (expected.Split(':') is [string o, string i]
            && ushort.TryParse(o, NumberStyles.None, CultureInfo.InvariantCulture, out ushort objectId)
            && ushort.TryParse(i, NumberStyles.None, CultureInfo.InvariantCulture, out ushort instanceId))
        {
            Assert.True(reader.Value.TryObjectLink(new byte[ObjectLink.MaxTextLength], out ObjectLink link));
            Assert.Equal(new(objectId, instanceId), link);
        }
    }

    private static void AssertNumber(JsonElement value, scoped in RecordReader reader)
    {
        Assert.True(reader.Value.TryFloat(out double number));
        Assert.Equal(value.GetDouble(), number);
        if (value.TryGetInt64(out long signed))
        {
            Assert.True(reader.Value.TryInteger(out long integer));
            Assert.Equal(signed, integer);
        }
        else if (value.TryGetUInt64(out ulong unsigned))
        {
            Assert.True(reader.Value.TryUnsigned(out ulong natural));
            Assert.Equal(unsigned, natural);
        }
    }
}
