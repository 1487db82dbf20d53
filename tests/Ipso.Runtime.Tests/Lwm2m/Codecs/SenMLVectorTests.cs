using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.SenML;
using Ipso.Tests.SenML;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Lwm2m;

/// <summary>
/// SenML packs of the specifications and of other implementations, as records of one Object Instance or as writes to typed objects.
/// </summary>
[Trait("Category", "Vectors")]
public partial class SenMLVectorTests
{
    private const string File = "senml.json";

    public static TheoryData<string> Packs
    {
        get
        {
            TheoryData<string> ids = [];
            foreach (string id in VectorFile.Ids(File, "json-decode", "cbor-decode"))
            {
                if (IsOfOneInstance(VectorFile.Get(File, id)))
                {
                    ids.Add(id);
                }
            }

            return ids;
        }
    }

    public static TheoryData<string> Malformed => VectorFile.Ids(File, "json-malformed", "cbor-malformed");

    public static TheoryData<string> LwM2MMalformed => VectorFile.Ids(File, "lwm2m-malformed");

    public static TheoryData<string> Numbers => VectorFile.Ids(File, "number-format");

    [Fact]
    public void Every_kind_is_covered() =>
        Assert.Empty(VectorFile.Kinds(File).Except(
            ["json-decode", "cbor-decode", "json-malformed", "cbor-malformed", "lwm2m-malformed", "number-format"]));

    [Theory]
    [MemberData(nameof(Packs))]
    public void A_pack_reads_as_its_records(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        JsonElement[] expected = [.. vector.GetProperty("expect").GetProperty("records").EnumerateArray()];
        Lwm2mPath first = Payloads.Path(expected[0].GetProperty("n").GetString()!);
        byte[] payload = PayloadOf(vector, out ContentFormat format);
        RecordReader reader = new(payload, format, new(first.ObjectId, first.InstanceId));
        foreach (JsonElement record in expected)
        {
            Assert.True(reader.Next(), $"{reader.Fault} before {record}");
            Assert.Equal(record.GetProperty("n").GetString(), reader.Path.ToString());
            AssertValue(record, reader);
        }

        Assert.False(reader.Next());
        Assert.Equal(PayloadFault.None, reader.Fault);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_pack_is_refused_wherever_it_is_written_to(string id)
    {
        byte[] payload = PayloadOf(VectorFile.Get(File, id), out ContentFormat format);
        foreach (string path in (string[])["/3/0", "/34/0", "/5/0", "/66/0", "/3311/0"])
        {
            PayloadFault fault = Payloads.Read(new AllTypes(), Payloads.Path(path), format, payload, Ipso.Lwm2m.Model.ReadMode.Mirror);
            Assert.NotEqual(PayloadFault.None, fault);
        }
    }

    [Theory]
    [MemberData(nameof(LwM2MMalformed))]
    public void What_breaks_a_rule_of_LwM2M_is_refused(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        byte[] payload = PayloadOf(vector, out ContentFormat format);
        string meaning = vector.GetProperty("meaning").GetString()!;

        // What a vector calls a resource of some type is one of 26241, which has one of each and may be written.
        PayloadFault fault =
            OfType().Match(meaning) is { Success: true } type ? Write(new AllTypes(), Renamed(payload, ResourceOf(type.Value)))
            : payload.AsSpan().IndexOf("vlo"u8) >= 0 ? Write(new AllTypes(), Renamed(payload, ResourceOf("Objlnk")))
            : Request().Match(meaning) is { Success: true } request
                ? Payloads.Read(new AllTypes(), Payloads.Path(request.Groups[1].Value), format, payload)
            : Write(DeckTests.Device(), payload);
        string code = fault == PayloadFault.NotWritable ? "4.05" : "4.00";
        Assert.Equal(vector.GetProperty("expect").GetProperty("coap_code").GetString(), code);
        Assert.NotEqual(PayloadFault.None, fault);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_is_written_in_its_shortest_form(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        string text = vector.GetProperty("expect").GetProperty("text_example").GetString()!;
        AllTypes o = text.Any(c => c is '.' or 'E') ? new() { Real = double.Parse(text, CultureInfo.InvariantCulture) }
            : text[0] == '-' ? new() { Whole = long.Parse(text, CultureInfo.InvariantCulture) }
            : new() { Natural = ulong.Parse(text, CultureInfo.InvariantCulture) };
        // The "e" of an exponent is in lower case (RFC 8428, 5); the vectors give an example.
        Assert.Contains($"\"v\":{text.Replace('E', 'e')}}}", Payloads.WriteText(o), StringComparison.Ordinal);
    }

    // Packs of several Object Instances, of names that are no resources' paths, without values, or with base values are not for one object.
    private static bool IsOfOneInstance(JsonElement vector)
    {
        JsonElement[] records = [.. vector.GetProperty("expect").GetProperty("records").EnumerateArray()];
        List<Lwm2mPath> paths = [];
        foreach (JsonElement record in records)
        {
            bool isOfResource = Lwm2mPath.TryParse(Encoding.UTF8.GetBytes(record.GetProperty("n").GetString()!), out Lwm2mPath path)
                && path.Depth >= 3
                && RawRecord.Values.Any(label => record.TryGetProperty(label, out _))
                && !record.TryGetProperty("s", out _);
            paths.Add(isOfResource ? path : Lwm2mPath.Root);
        }

        byte[] payload = PayloadOf(vector, out ContentFormat format);
        return paths.Count > 0
            && paths.All(path => path.Depth > 0 && path.Packed >> 32 == paths[0].Packed >> 32)
            && !PlatformPack.HasBaseValue(payload, format == ContentFormat.SenMLJson ? SenMLFormat.Json : SenMLFormat.Cbor);
    }

    private static byte[] PayloadOf(JsonElement vector, out ContentFormat format)
    {
        if (vector.TryGetProperty("json", out JsonElement json))
        {
            format = ContentFormat.SenMLJson;
            return Encoding.UTF8.GetBytes(json.GetString()!);
        }

        format = ContentFormat.SenMLCbor;
        return vector.Hex("cbor_hex");
    }

    [GeneratedRegex("Integer|Unsigned Integer|Float|Boolean|Opaque|Time|Objlnk|Corelnk")]
    private static partial Regex OfType();

    [GeneratedRegex("Write to (/[0-9/]+) ")]
    private static partial Regex Request();

    [GeneratedRegex("/[0-9]+/[0-9]+/[0-9]+")]
    private static partial Regex ResourcePath();

    private static ushort ResourceOf(string type) =>
        AllTypes.Info.Resources.ToArray().First(resource => !resource.IsMultiple && resource.Type == type switch
        {
            "Integer" => ResourceType.Integer,
            "Unsigned Integer" => ResourceType.UnsignedInteger,
            "Float" => ResourceType.Float,
            "Boolean" => ResourceType.Boolean,
            "Opaque" => ResourceType.Opaque,
            "Time" => ResourceType.Time,
            "Objlnk" => ResourceType.ObjectLink,
            _ => ResourceType.CoreLink,
        }).Id;

    private static byte[] Renamed(byte[] payload, ushort resource) =>
        Encoding.UTF8.GetBytes(ResourcePath().Replace(Encoding.UTF8.GetString(payload), $"/26241/0/{resource}"));

    private static PayloadFault Write(ObjectInstance target, byte[] payload) =>
        Payloads.Read(target, Payloads.PathOf(target), ContentFormat.SenMLJson, payload);

    private static void AssertValue(JsonElement record, scoped in RecordReader reader)
    {
        if (record.TryGetProperty("v", out JsonElement v))
        {
            Assert.True(reader.Value.TryFloat(out double number));
            Assert.Equal(v.GetDouble(), number);
            if (v.TryGetInt64(out long signed))
            {
                Assert.True(reader.Value.TryInteger(out long integer));
                Assert.Equal(signed, integer);
            }
            else if (v.TryGetUInt64(out ulong unsigned))
            {
                Assert.True(reader.Value.TryUnsigned(out ulong natural));
                Assert.Equal(unsigned, natural);
            }
        }
        else if (record.TryGetProperty("vs", out JsonElement vs))
        {
            Assert.True(reader.Value.TryString("", out string text));
            Assert.Equal(vs.GetString(), text);
        }
        else if (record.TryGetProperty("vb", out JsonElement vb))
        {
            Assert.True(reader.Value.TryBoolean(out bool flag));
            Assert.Equal(vb.GetBoolean(), flag);
        }
        else if (record.TryGetProperty("vlo", out JsonElement vlo))
        {
            Assert.True(reader.Value.TryObjectLink(new byte[ObjectLink.MaxTextLength], out ObjectLink link));
            Assert.Equal(vlo.GetString(), link.ToString());
        }
        else
        {
            Assert.True(reader.Value.TryOpaque(new byte[reader.Value.ScratchLength], out ReadOnlySpan<byte> data));
            Assert.Equal(record.GetProperty("vd").GetString(), Convert.ToHexStringLower(data));
        }
    }
}
