using System.Globalization;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Lwm2m;

/// <summary>TLV of the specification and of other implementations.</summary>
[Trait("Category", "Vectors")]
public class TlvVectorTests
{
    private const string File = "tlv.json";

    // Whole objects, and a Create: the server's side, which is not there yet.
    private static readonly string[] s_leftOut =
        ["device-object", "acl-two-instances", "server-object", "obj66-links", "object-three-instances", "create-without-iid"];

    public static TheoryData<string> Values => VectorFile.Ids(File, "tlv-value");

    public static TheoryData<string> Malformed => VectorFile.Ids(File, "tlv-malformed");

    public static TheoryData<string> Headers => VectorFile.Ids(File, "tlv-header");

    public static TheoryData<string> Trees
    {
        get
        {
            TheoryData<string> ids = [];
            foreach (string id in VectorFile.Ids(File, "tlv-tree"))
            {
                if (!s_leftOut.Contains(id))
                {
                    ids.Add(id);
                }
            }

            return ids;
        }
    }

    [Fact]
    public void Every_kind_is_covered() =>
        Assert.Empty(VectorFile.Kinds(File).Except(["tlv-tree", "tlv-value", "tlv-header", "tlv-malformed"]));

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_of_its_type(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        ushort resource = ResourceOf(vector.GetProperty("data_type").GetString()!);
        byte[] value = vector.Hex("value_hex");
        byte[] payload = [0xD0, (byte)resource, (byte)(value.Length >> 8), (byte)value.Length, .. value];
        AllTypes o = new();
        bool isDisputed = vector.GetProperty("verified").GetString()!.StartsWith("disputed", StringComparison.Ordinal);
        PayloadFault fault = Payloads.Read(o, new(26241, 0, resource), ContentFormat.Tlv, payload);
        if (!vector.GetProperty("valid").GetBoolean())
        {
            Assert.True(isDisputed || fault == PayloadFault.WrongType, $"{fault}");
            return;
        }

        if (isDisputed && fault != PayloadFault.None)
        {
            return;
        }

        Assert.Equal(PayloadFault.None, fault);
        JsonElement expect = vector.GetProperty("expect");
        Assert.Equal(TextOf(expect.GetProperty("value")), TextOf(o, resource));
        if (expect.TryGetProperty("encoder_emits_exactly_this", out JsonElement exact) && exact.ValueKind == JsonValueKind.True)
        {
            byte[] written = Payloads.Write(o, new(26241, 0, resource), ContentFormat.Tlv);
            Assert.Equal(Convert.ToHexString(value), Convert.ToHexString(written.AsSpan(written.Length - value.Length)));
        }
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_payload_is_refused(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        // What is wrong by itself is so for any object; what is wrong by its path is for the Device, of which most is read-only.
        string path = vector.TryGetProperty("request_path", out JsonElement p) ? p.GetString()! : "/26241/0";
        ObjectInstance target = path.StartsWith("/3/", StringComparison.Ordinal) ? DeckTests.Device() : new AllTypes();
        PayloadFault fault = Payloads.Read(target, Payloads.Path(path), ContentFormat.Tlv, vector.Hex("hex"), ReadMode.Mirror);
        Assert.NotEqual(PayloadFault.None, fault);
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_header_reads_and_writes(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        JsonElement expect = vector.GetProperty("expect");
        if (expect.TryGetProperty("encode", out _))
        {
            AllTypes tooLong = new() { Data = new byte[RecordWriter.TlvMaxLength + 1] };
            var large = new byte[RecordWriter.TlvMaxLength + 1000];
            Assert.Equal(RepresentationResult.TooLarge, Representation.Write(tooLong, ContentFormat.Tlv, large, out _));
            tooLong.Data = tooLong.Data.Value[1..];
            Assert.Equal(RepresentationResult.Written, Representation.Write(tooLong, ContentFormat.Tlv, large, out _));
            return;
        }

        byte[] header = vector.Hex("header_hex");
        int length = expect.GetProperty("length").GetInt32();
        ushort element = expect.GetProperty("id").GetUInt16();
        Assert.Equal("resource", expect.GetProperty("type").GetString());

        byte[] payload = [.. header, .. new byte[length]];
        RecordReader reader = new(payload, ContentFormat.Tlv, new(26241, 0));
        Assert.True(reader.Next());
        Assert.Equal(new(26241, 0, element), reader.Path);
        Assert.True(reader.Value.TryOpaque([], out ReadOnlySpan<byte> value));
        Assert.Equal(length, value.Length);

        byte[] buffer = new byte[payload.Length + RecordWriter.Slack];
        RecordWriter writer = new(buffer, ContentFormat.Tlv);
        writer.BeginInstance(new(26241, 0), wrap: false);
        writer.Opaque(ResourceKey.Of(element), new byte[length]);
        writer.EndInstance();
        Assert.Equal(payload.Length, writer.Finish());
        Assert.Equal(payload, buffer[..payload.Length]);
    }

    [Theory]
    [MemberData(nameof(Trees))]
    public void A_tree_reads_as_its_records(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        List<string> expected = [];
        string requestPath = vector.TryGetProperty("request_path", out JsonElement p) ? p.GetString()! : "/3/0";
        Lwm2mPath request = Payloads.Path(requestPath);
        foreach (JsonElement element in vector.GetProperty("expect").GetProperty("tlv").EnumerateArray())
        {
            bool wraps = element.GetProperty("type").GetString() == "objectInstance";
            if (wraps)
            {
                request = new(request.ObjectId, element.GetProperty("id").GetUInt16());
            }

            IEnumerable<JsonElement> resources = wraps ? element.GetProperty("children").EnumerateArray() : [element];
            foreach (JsonElement resource in resources)
            {
                Flatten(new Lwm2mPath(request.ObjectId, request.InstanceId), resource, expected);
            }
        }

        List<string> actual = [];
        RecordReader reader = new(vector.Hex("hex"), ContentFormat.Tlv, request);
        while (reader.Next())
        {
            reader.Value.TryOpaque([], out ReadOnlySpan<byte> value);
            actual.Add(reader.Record.HasNoInstances ? $"{reader.Path} none" : $"{reader.Path} {Convert.ToHexStringLower(value)}");
        }

        Assert.Equal(PayloadFault.None, reader.Fault);
        Assert.Equal(expected, actual);
    }

    private static void Flatten(Lwm2mPath instance, JsonElement resource, List<string> records)
    {
        Lwm2mPath path = instance.Append(resource.GetProperty("id").GetUInt16());
        if (resource.GetProperty("type").GetString() == "resource")
        {
            records.Add($"{path} {resource.GetProperty("value").GetString()}");
            return;
        }

        JsonElement children = resource.GetProperty("children");
        if (children.GetArrayLength() == 0)
        {
            records.Add($"{path} none");
        }

        foreach (JsonElement child in children.EnumerateArray())
        {
            records.Add($"{path.Append(child.GetProperty("id").GetUInt16())} {child.GetProperty("value").GetString()}");
        }
    }

    internal static ushort ResourceOf(string dataType) => dataType switch
    {
        "string" or "str" => 0,
        "int" or "integer" => 1,
        "uint" or "unsigned" => 2,
        "float" => 3,
        "bool" or "boolean" => 4,
        "opaque" => 5,
        "time" => 6,
        "objlnk" => 7,
        "corelnk" => 8,
        _ => throw new ArgumentException(dataType),
    };

    internal static string? TextOf(AllTypes o, ushort resource) => resource switch
    {
        0 => o.Text,
        1 => o.Whole?.ToString(CultureInfo.InvariantCulture),
        2 => o.Natural?.ToString(CultureInfo.InvariantCulture),
        3 => o.Real?.ToString("R", CultureInfo.InvariantCulture),
        4 => o.Flag?.ToString(),
        5 => Convert.ToHexStringLower(o.Data!.Value.Span),
        6 => o.Moment?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        7 => o.Link?.ToString(),
        _ => o.Links?.Text,
    };

    internal static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number when value.TryGetInt64(out long integer) => integer.ToString(CultureInfo.InvariantCulture),
        JsonValueKind.Number => value.GetDouble().ToString("R", CultureInfo.InvariantCulture),
        _ => value.GetBoolean().ToString(),
    };
}
