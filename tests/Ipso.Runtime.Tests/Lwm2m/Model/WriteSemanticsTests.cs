using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>What a write does to an object, and when it is refused (LwM2M TS Core, 6.3.3).</summary>
public class WriteSemanticsTests
{
    private static Rules Rules() => new()
    {
        Level = 50,
        Limits = new() { [0] = 1, [5] = 2 },
        Secret = "hush",
        Serial = "4711",
        Ratio = 0.5,
        Shares = new() { [1] = 0.25 },
        Tags = ["a", "b"],
        Codes = [7],
        Place = 3,
    };

    [Fact]
    public void An_update_changes_what_it_names_and_merges_instances()
    {
        Rules o = Rules();
        Assert.Equal(
            PayloadFault.None, Payloads.ReadJson(o, """[{"bn":"/26242/0/","n":"0","v":51},{"n":"1/5","v":3},{"n":"1/7","v":-5}]"""));
        Assert.Equal(51, o.Level);
        Assert.Equal(new ushort[] { 0, 5, 7 }, o.Limits.Ids.ToArray());
        Assert.Equal([1, 3, -5], o.Limits);
        Assert.Equal(("hush", "4711", 0.5, 3.0), (o.Secret, o.Serial, o.Ratio, o.Place));
        Assert.Equal(["a", "b"], o.Tags);
    }

    [Fact]
    public void A_replacement_removes_what_it_leaves_out_and_is_writable()
    {
        Rules o = Rules();
        Assert.Equal(PayloadFault.None, Payloads.ReadJson(
            o, """[{"bn":"/26242/0/","n":"0","v":51},{"n":"1/5","v":3},{"n":"9/1","vs":"c"}]""", ReadMode.WriteReplace));
        Assert.Equal(51, o.Level);
        Assert.Equal(new ushort[] { 5 }, o.Limits.Ids.ToArray());
        Assert.Equal([3], o.Limits);
        Assert.Equal(new ushort[] { 1 }, o.Tags.Ids.ToArray());
        Assert.Equal((null, null, null), (o.Secret, o.Ratio, o.Place));
        Assert.Empty(o.Shares);

        // What a server may not write it cannot remove either.
        Assert.Equal("4711", o.Serial);
        Assert.Equal([7], o.Codes);
    }

    [Theory]
    [InlineData("""[{"n":"/26242/0/0","v":51}]""")]
    [InlineData("""[{"n":"/26242/0/1/0","v":1}]""")]
    [InlineData("[]")]
    public void A_replacement_without_a_mandatory_resource_is_refused(string json)
    {
        Rules o = Rules();
        byte[] before = Payloads.Write(o, ContentFormat.Tlv);
        Assert.Equal(PayloadFault.MissingMandatory, Payloads.ReadJson(o, json, ReadMode.WriteReplace));
        Assert.Equal(before, Payloads.Write(o, ContentFormat.Tlv));
        Assert.Equal("hush", o.Secret);
    }

    [Fact]
    public void A_mirror_takes_read_only_resources_and_drops_what_is_left_out()
    {
        Rules o = Rules();
        Assert.Equal(
            PayloadFault.None,
            Payloads.ReadJson(o, """[{"bn":"/26242/0/","n":"3","vs":"x"},{"n":"10/3","v":1},{"n":"999","v":1}]""", ReadMode.Mirror));
        Assert.Equal("x", o.Serial);
        Assert.Equal(new ushort[] { 3 }, o.Codes.Ids.ToArray());
        Assert.Empty(o.Limits);
        Assert.Null(o.Place);
        // Not readable: a report says nothing of it.
        Assert.Equal("hush", o.Secret);
    }

    [Theory]
    [InlineData("""[{"n":"/26242/0/3","vs":"x"}]""", PayloadFault.NotWritable)]
    [InlineData("""[{"n":"/26242/0/10/0","v":1}]""", PayloadFault.NotWritable)]
    [InlineData("""[{"n":"/26242/0/7","v":1}]""", PayloadFault.NotWritable)]
    [InlineData("""[{"n":"/26242/0/0","v":101}]""", PayloadFault.OutOfRange)]
    [InlineData("""[{"n":"/26242/0/0","v":-1}]""", PayloadFault.OutOfRange)]
    [InlineData("""[{"n":"/26242/0/1/3","v":6}]""", PayloadFault.OutOfRange)]
    [InlineData("""[{"n":"/26242/0/4","v":1.5000000000000002}]""", PayloadFault.OutOfRange)]
    [InlineData("""[{"n":"/26242/0/5","v":9}]""", PayloadFault.OutOfRange)]
    [InlineData("""[{"n":"/26242/0/5","v":4294967296}]""", PayloadFault.OutOfRange)]
    [InlineData("""[{"n":"/26242/0/6/0","v":1.1}]""", PayloadFault.OutOfRange)]
    [InlineData("""[{"n":"/26242/0/5","v":-10}]""", PayloadFault.WrongType)]
    [InlineData("""[{"n":"/26242/0/0","vs":"50"}]""", PayloadFault.WrongType)]
    [InlineData("""[{"n":"/26242/0/0","v":0.5}]""", PayloadFault.WrongType)]
    [InlineData("""[{"n":"/26242/0/0","vb":true}]""", PayloadFault.WrongType)]
    [InlineData("""[{"n":"/26242/0/2","v":1}]""", PayloadFault.WrongType)]
    [InlineData("""[{"n":"/26242/0/8/0","vs":"QUI"}]""", PayloadFault.WrongType)]
    [InlineData("""[{"n":"/26242/0/8/0","vd":"QU I"}]""", PayloadFault.WrongType)]
    [InlineData("""[{"n":"/26242/0/8/0","vd":"QUI%"}]""", PayloadFault.WrongType)]
    [InlineData("""[{"n":"/26242/0/0/0","v":1}]""", PayloadFault.WrongMultiplicity)]
    [InlineData("""[{"n":"/26242/0/1","v":1}]""", PayloadFault.WrongMultiplicity)]
    [InlineData("""[{"n":"/26242/0/0","v":1},{"n":"/26242/0/0","v":1}]""", PayloadFault.Duplicate)]
    [InlineData("""[{"n":"/26242/0/1/3","v":1},{"n":"/26242/0/1/3","v":1}]""", PayloadFault.Duplicate)]
    [InlineData("""[{"n":"/26242/0/1/5","v":1},{"n":"/26242/0/1/3","v":1},{"n":"/26242/0/1/5","v":1}]""", PayloadFault.Duplicate)]
    [InlineData("""[{"n":"/26242/0/1/5","v":1},{"n":"/26242/0/0","v":1},{"n":"/26242/0/1/5","v":1}]""", PayloadFault.Duplicate)]
    [InlineData(
        """[{"n":"/26242/0/9/5","vs":""},{"n":"/26242/0/1/3","v":1},{"n":"/26242/0/9/1","vs":""},{"n":"/26242/0/9/5","vs":""}]""",
        PayloadFault.Duplicate)]
    [InlineData("""[{"n":"/26242/1/0","v":1}]""", PayloadFault.OutsidePath)]
    [InlineData("""[{"n":"/26241/0/0","v":1}]""", PayloadFault.OutsidePath)]
    [InlineData("""[{"n":"/26242/0","v":1}]""", PayloadFault.OutsidePath)]
    [InlineData("""[{"n":"/26242/0/0"}]""", PayloadFault.Malformed)]
    [InlineData("""[{"n":"/26242/0/0","v":1,"s":1}]""", PayloadFault.NotUnderstood)]
    [InlineData("""[{"n":"/26242/0/0","v":1,"bv":1}]""", PayloadFault.NotUnderstood)]
    [InlineData("""[{"bver":11,"n":"/26242/0/0","v":1}]""", PayloadFault.NotUnderstood)]
    [InlineData("""[{"bver":-1,"n":"/26242/0/0","v":1}]""", PayloadFault.Malformed)]
    [InlineData("""[{"n":"/26242/0/0","v":1,"x_":1}]""", PayloadFault.NotUnderstood)]
    [InlineData("""[{"n":"/26242/0/0","v":1,"x\u005f":1}]""", PayloadFault.NotUnderstood)]
    public void A_write_that_breaks_a_rule_changes_nothing(string json, PayloadFault fault)
    {
        Rules o = Rules();
        byte[] before = Payloads.Write(o, ContentFormat.Tlv);
        // A valid record before and one behind: neither may be applied.
        string surrounded = $$"""[{"n":"/26242/0/11","v":99},{{json[1..^1]}},{"n":"/26242/0/4","v":0.125}]""";
        foreach (string payload in new[] { json, surrounded })
        {
            Assert.Equal(fault, Payloads.ReadJson(o, payload));
            Assert.Equal(before, Payloads.Write(o, ContentFormat.Tlv));
        }
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("100", 100)]
    [InlineData("1e2", 100)]
    [InlineData("-0", 0)]
    [InlineData("50.0", 50)]
    public void The_ends_of_a_range_belong_to_it(string number, long expected)
    {
        Rules o = Rules();
        Assert.Equal(PayloadFault.None, Payloads.ReadJson(o, $$"""[{"n":"/26242/0/0","v":{{number}}}]"""));
        Assert.Equal(expected, o.Level);
    }

    [Theory]
    [InlineData("/26242/0/4", "-1.5", PayloadFault.None)]
    [InlineData("/26242/0/4", "1.5", PayloadFault.None)]
    [InlineData("/26242/0/4", "NaN", PayloadFault.WrongType)]
    [InlineData("/26242/0/4", "Infinity", PayloadFault.WrongType)]
    [InlineData("/26242/0/4", "1e999", PayloadFault.WrongType)]
    [InlineData("/26242/0/5", "10", PayloadFault.None)]
    [InlineData("/26242/0/5", "4294967295", PayloadFault.None)]
    [InlineData("/26242/0/5", "4294967296", PayloadFault.OutOfRange)]
    [InlineData("/26242/0/0", "9223372036854775808", PayloadFault.WrongType)]
    [InlineData("/26242/0/9", "x", PayloadFault.WrongMultiplicity)]
    [InlineData("/26242/0/9/0", "x", PayloadFault.None)]
    [InlineData("/26242/0/9/2", "x", PayloadFault.UnknownResource)]
    [InlineData("/26242/0/3", "x", PayloadFault.NotWritable)]
    [InlineData("/26242/0/99", "x", PayloadFault.UnknownResource)]
    public void One_value_in_plain_text(string path, string text, PayloadFault fault) =>
        Assert.Equal(fault, Payloads.ReadText(Rules(), path, text));

    [Fact]
    public void Not_a_number_in_CBOR_is_no_Float()
    {
        foreach (string bits in new[] { "f97e00", "f97c00", "fa7fc00000", "fb7ff0000000000000" })
        {
            string pack = "81a2216b2f32363234322f302f313102" + bits;
            Assert.Equal(PayloadFault.WrongType, Payloads.ReadHex(Rules(), "/26242/0/11", ContentFormat.SenMLCbor, pack));
        }
    }

    [Fact]
    public void Unknown_resources_in_the_write_of_an_instance_are_ignored()
    {
        Rules o = Rules();
        const string Json = """[{"bn":"/26242/0/","n":"99","v":1},{"n":"99/3","vs":"x"},{"n":"0","v":2},{"n":"99","vb":true}]""";
        Assert.Equal(PayloadFault.None, Payloads.ReadJson(o, Json));
        Assert.Equal(2, o.Level);
        Assert.Equal(PayloadFault.None, Payloads.ReadHex(o, "/26242/0", ContentFormat.Tlv, "c16301" + "8664410001410102" + "c10003"));
        Assert.Equal(3, o.Level);
    }

    [Fact]
    public void A_write_to_a_multiple_resource_replaces_or_merges()
    {
        Rules o = Rules();
        byte[] tags = Encoding.UTF8.GetBytes("""[{"bn":"/26242/0/9/","n":"1","vs":"B"},{"n":"4","vs":"d"}]""");
        Assert.Equal(PayloadFault.None, Payloads.Read(o, new(26242, 0, 9), ContentFormat.SenMLJson, tags, ReadMode.WriteUpdate));
        Assert.Equal(["a", "B", "d"], o.Tags);
        Assert.Equal(PayloadFault.None, Payloads.Read(o, new(26242, 0, 9), ContentFormat.SenMLJson, tags, ReadMode.WriteReplace));
        Assert.Equal(["B", "d"], o.Tags);
        Assert.Equal(new ushort[] { 1, 4 }, o.Tags.Ids.ToArray());
        Assert.Equal(50, o.Level);
    }

    [Fact]
    public void An_empty_multiple_resource_in_TLV_empties_it()
    {
        Rules o = Rules();
        Assert.Equal(PayloadFault.None, Payloads.ReadHex(o, "/26242/0", ContentFormat.Tlv, "8009", ReadMode.WriteUpdate));
        Assert.Equal(["a", "b"], o.Tags);
        Assert.Equal(PayloadFault.None, Payloads.ReadHex(o, "/26242/0/9", ContentFormat.Tlv, "8009", ReadMode.WriteReplace));
        Assert.Empty(o.Tags);
        Assert.Equal(PayloadFault.WrongMultiplicity, Payloads.ReadHex(o, "/26242/0", ContentFormat.Tlv, "8000"));
        Assert.Equal(PayloadFault.Duplicate, Payloads.ReadHex(o, "/26242/0", ContentFormat.Tlv, "80098009"));
    }

    [Theory]
    [InlineData("80098309410061")]
    [InlineData("830941006180 09")]
    public void A_multiple_resource_that_is_empty_and_is_not_is_refused(string hex) =>
        Assert.Equal(
            PayloadFault.Duplicate,
            Payloads.ReadHex(Rules(), "/26242/0", ContentFormat.Tlv, hex.Replace(" ", "", StringComparison.Ordinal)));

    private static string Tags(int start, int end) =>
        "[" + string.Join(',', Enumerable.Range(start, end - start).Select(i => $$"""{"n":"/26242/0/9/{{i}}","vs":"x"}""")) + "]";

    [Fact]
    public void A_peer_creates_so_many_instances_and_no_more()
    {
        Rules o = Rules();
        o.Tags = [];
        Assert.Equal(PayloadFault.None, Payloads.ReadJson(o, Tags(0, 256)));
        Assert.Equal(256, o.Tags.Count);
        Assert.Equal(PayloadFault.None, Payloads.ReadJson(o, Tags(100, 256)));
        Assert.Equal(PayloadFault.TooManyInstances, Payloads.ReadJson(o, Tags(256, 257)));
        Assert.Equal(256, o.Tags.Count);

        // A replacement counts by what will be there, not by what was.
        Assert.Equal(PayloadFault.None, Payloads.Read(
            o, Payloads.Path("/26242/0/9"), ContentFormat.SenMLJson, Encoding.UTF8.GetBytes(Tags(1000, 1256)), ReadMode.WriteReplace));
        Assert.Equal(1000, o.Tags.Ids.Span[0]);
        Assert.Equal(PayloadFault.TooManyInstances, Payloads.Read(
            o, Payloads.Path("/26242/0/9"), ContentFormat.SenMLJson, Encoding.UTF8.GetBytes(Tags(0, 257)), ReadMode.WriteReplace));
    }

    [Theory]
    [InlineData(ReadMode.WriteUpdate)]
    [InlineData(ReadMode.WriteReplace)]
    [InlineData(ReadMode.Mirror)]
    public void Coming_back_to_a_resource_gives_it_no_more_room(ReadMode mode)
    {
        const string Others = """{"n":"/26242/0/1/0","v":1},{"n":"/26242/0/0","v":1},""";
        string begun = Tags(0, 200)[..^1] + "," + Others;
        Rules empty = new() { Level = 1, Limits = [] };
        Assert.Equal(PayloadFault.None, Payloads.ReadJson(empty, begun + Tags(200, 256)[1..], mode));
        Assert.Equal(PayloadFault.TooManyInstances, Payloads.ReadJson(Rules(), begun + Tags(200, 257)[1..], mode));
    }

    [Fact]
    public void Each_multiple_resource_has_room_of_its_own()
    {
        Rules o = Rules();
        string limits = string.Join(',', Enumerable.Range(10, 200).Select(i => $$"""{"n":"/26242/0/1/{{i}}","v":1}"""));
        Assert.Equal(PayloadFault.None, Payloads.ReadJson(o, $"[{limits},{Tags(10, 210)[1..]}"));
        Assert.Equal((202, 202), (o.Limits.Count, o.Tags.Count));
    }

    [Theory]
    [InlineData("""{"n":"/26242/0/9/0","vs":"\u00e9\ud83d\ude00\"\\\/\b\f\n\r\t\u0000"}""", "é\U0001F600\"\\/\b\f\n\r\t\0")]
    [InlineData("""{"n":"\/26242\/0\/9\/0","vs":"é😀"}""", "é\U0001F600")]
    [InlineData("""{"n":"\u002f26242/0/\u0039/0","vs":"x"}""", "x")]
    [InlineData("""{"\u006e":"/26242/0/9/0","v\u0073":"x"}""", "x")]
    [InlineData("""{"vs":"x","bt":1,"t":-1e1,"ut":2,"u":"V","n":"9/0","bu":"A","bn":"/26242/0/","bver":10,"z":{"a":[1,{}]}}""", "x")]
    [InlineData("""{"bn":"/262"},{"n":"42/0/9/0","vs":"x"}""", "x")]
    [InlineData("""{"bn":"/26242/0/9/0"},{"vs":"x"}""", "x")]
    [InlineData("""{"bn":"/26242/0","n":"/9/0","vs":"x"}""", "x")]
    public void JSON_in_all_its_spellings(string record, string expected)
    {
        Rules o = Rules();
        Assert.Equal(PayloadFault.None, Payloads.ReadJson(o, $"[{record}]"));
        Assert.Equal(expected, o.Tags[0]);
    }

    [Theory]
    [InlineData("""{"n":"/26242/0/9/0","vs":"\ud83d"}""")]
    [InlineData("""{"n":"/26242/0/9/0","vs":"\ude00\ud83d"}""")]
    [InlineData("""{"n":"/26242/0/9/0","vs":"\ud83d\u0041"}""")]
    public void A_lone_surrogate_is_no_text(string record) =>
        Assert.NotEqual(PayloadFault.None, Payloads.ReadJson(Rules(), $"[{record}]"));

    [Theory]
    [InlineData("22c3 28")]
    [InlineData("22ff22")]
    [InlineData("22eda08022")]
    public void JSON_that_is_no_UTF_8_is_refused(string hex)
    {
        byte[] value = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        foreach (string label in new[] { "vs", "u", "zz" })
        {
            byte[] payload =
            [
                .. Encoding.UTF8.GetBytes("[{\"n\":\"/26242/0/9/0\"," + (label == "vs" ? "" : "\"vs\":\"x\",") + $"\"{label}\":"),
                .. value, .. "}]"u8,
            ];
            Assert.NotEqual(PayloadFault.None, Payloads.Read(Rules(), Payloads.Path("/26242/0"), ContentFormat.SenMLJson, payload));
        }
    }

    [Theory]
    [InlineData("9fbf 00 6c2f32363234322f302f392f30 03 7f6178ff ffff")]
    [InlineData("81a2 03 6178 00 6c2f32363234322f302f392f30")]
    [InlineData("81a2 03 7f6178ff 00 6c2f32363234322f302f392f30")]
    [InlineData("81a3 03 6178 00 6c2f32363234322f302f392f30 6161 82a0f6")]
    [InlineData("81a3 03 6178 00 6c2f32363234322f302f392f30 190909 01")]
    [InlineData("9fbf 03 6178 00 6c2f32363234322f302f392f30 ffff")]
    // Strings in chunks (RFC 8949, 3.2.3): the value, the name cut anywhere, the base name behind it, a unit.
    [InlineData("81a2 03 7f60617860ff 00 6c2f32363234322f302f392f30")]
    [InlineData("81a2 03 6178 00 7f 662f3236323432 662f302f392f30 ff")]
    [InlineData("81a2 03 6178 00 7f 60 622f32 66363234322f30 622f39 612f 6130 60 ff")]
    [InlineData("81a3 03 6178 00 7f 6139 622f30 ff 21 7f 652f32363234 64322f302f ff")]
    [InlineData("82a1 21 7f 652f32363234 64322f302f ff a2 00 63392f30 03 6178")]
    [InlineData("81a3 03 6178 00 6c2f32363234322f302f392f30 01 7f 6143 62656c ff")]
    public void CBOR_in_all_its_spellings(string hex)
    {
        Rules o = Rules();
        hex = hex.Replace(" ", "", StringComparison.Ordinal);
        Assert.Equal(PayloadFault.None, Payloads.ReadHex(o, "/26242/0", ContentFormat.SenMLCbor, hex));
        Assert.Equal("x", o.Tags[0]);
    }

    [Theory]
    [InlineData("81a2 03 6178 00 71 5c2f32363234325c2f305c2f395c2f30")]
    [InlineData("81a3 03 6178 00 6c2f32363234322f302f392f30 6261 5f 01")]
    [InlineData("81a3 03 6178 03 6178 00 6c2f32363234322f302f392f30")]
    [InlineData("81a3 03 6178 00 6c2f32363234322f302f392f30 01 61ff")]
    [InlineData("81a3 03 6178 00 6c2f32363234322f302f392f30 61ff 01")]
    [InlineData("81a2 03 61ff 00 6c2f32363234322f302f392f30")]
    // Chunks: a character cut in two, bytes among text, chunks in a chunk, none that ends them, a path that is none, names of base alone.
    [InlineData("81a2 03 7f61c361a9ff 00 6c2f32363234322f302f392f30")]
    [InlineData("81a3 03 6178 00 6c2f32363234322f302f392f30 01 7f61c261b0ff")]
    [InlineData("81a2 03 6178 00 7f 662f3236323432 46 2f302f392f30 ff")]
    [InlineData("81a2 03 6178 00 7f 662f3236323432 7f 662f302f392f30 ff ff")]
    [InlineData("81a2 03 6178 00 7f 662f3236323432 662f302f392f30")]
    [InlineData("81a2 03 6178 00 7f 662f3236323432 642f302f30 63392f30 ff")]
    [InlineData("82a1 21 7f61c361a9ff a2 00 6c2f32363234322f302f392f30 03 6178")]
    public void CBOR_that_is_wrong_is_refused(string hex) =>
        Assert.NotEqual(
            PayloadFault.None,
            Payloads.ReadHex(Rules(), "/26242/0", ContentFormat.SenMLCbor, hex.Replace(" ", "", StringComparison.Ordinal)));

    // SenML says the type of a text in its label, whether it is in one piece or in chunks: a String is no Time and no Objlnk.
    [Theory]
    [InlineData("81a2 00 6a2f32363234312f302f37 63766c6f 7f 623333 6330333a 6130 ff", PayloadFault.None)]
    [InlineData("81a2 00 6a2f32363234312f302f37 63766c6f 7f 623333 6330333a ff", PayloadFault.WrongType)]
    [InlineData("81a2 00 6a2f32363234312f302f37 03 7f 6433333033 623a30 ff", PayloadFault.WrongType)]
    [InlineData("81a2 00 6a2f32363234312f302f30 63766c6f 7f 623333 6330333a 6130 ff", PayloadFault.WrongType)]
    [InlineData("81a2 00 6a2f32363234312f302f36 03 7f 6a323032302d30312d3031 6a5430303a30303a30305a ff", PayloadFault.WrongType)]
    public void Chunks_are_of_the_type_that_their_label_says(string hex, PayloadFault fault)
    {
        AllTypes o = new();
        hex = hex.Replace(" ", "", StringComparison.Ordinal);
        Assert.Equal(fault, Payloads.ReadHex(o, "/26241/0", ContentFormat.SenMLCbor, hex));
        Assert.Equal(fault == PayloadFault.None ? new Ipso.Lwm2m.ObjectLink(3303, 0) : null, o.Link);
    }

    [Fact]
    public void Formats_and_paths_that_make_no_sense_are_the_callers_fault()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Payloads.Read(Rules(), new(26242, 0), ContentFormat.LinkFormat, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Payloads.Read(Rules(), new(26242), ContentFormat.Tlv, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Representation.Write(Rules(), ContentFormat.TlvBefore10, [], out _));
    }

    [Theory]
    [InlineData("/26242/0", RepresentationResult.NotRepresentable)]
    [InlineData("/26242", RepresentationResult.NotRepresentable)]
    [InlineData("/26242/0/9", RepresentationResult.NotRepresentable)]
    [InlineData("/26242/0/9/0", RepresentationResult.Written)]
    [InlineData("/26242/0/9/1", RepresentationResult.Absent)]
    [InlineData("/26242/0/5", RepresentationResult.Absent)]
    [InlineData("/26242/0/6", RepresentationResult.Absent)]
    public void Plain_text_is_for_one_value_even_where_there_is_no_second(string path, RepresentationResult result)
    {
        Rules o = new() { Level = 1, Limits = [], Tags = ["a"] };
        Assert.Equal(result, Representation.Write([o], Payloads.Path(path), ContentFormat.PlainText, new byte[256], out _));
        if (path.Length > "/26242/0".Length)
        {
            return;
        }

        Temperature alone = new() { SensorValue = 1 };
        Assert.Equal(
            RepresentationResult.NotRepresentable,
            Representation.Write([alone], path.Length > 6 ? new(3303, 0) : new(3303), ContentFormat.PlainText, new byte[256], out _));
    }
}
