using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>SenML-ETCH (RFC 8790): removals in a write, lists of paths.</summary>
public class SenMLEtchTests
{
    public static TheoryData<ContentFormat> Etch => [ContentFormat.SenMLEtchJson, ContentFormat.SenMLEtchCbor];

    public static TheoryData<ContentFormat> PathFormats =>
        [ContentFormat.SenMLJson, ContentFormat.SenMLCbor, ContentFormat.SenMLEtchJson, ContentFormat.SenMLEtchCbor];

    private static Rules Rules() => new()
    {
        Level = 50,
        Limits = new() { [0] = 1, [5] = 2 },
        Secret = "hush",
        Serial = "4711",
        Ratio = 0.5,
        Shares = new() { [1] = 0.25, [2] = 0.5 },
        Tags = ["a", "b", "c"],
        Codes = [7],
        Place = 3,
    };

    [Fact]
    public void Null_removes_and_values_are_set()
    {
        Rules o = Rules();
        Assert.Equal(PayloadFault.None, Patch(
            o,
            """
            [{"bn":"/26242/0/","n":"2","v":null},{"n":"4","v":null},{"n":"6","v":null},{"n":"9/1","v":null},{"n":"9/7","vs":"d"},
             {"n":"1/0","v":null},{"n":"0","v":51}]
            """));
        Assert.Equal((51, null, null, 3.0), (o.Level, o.Secret, o.Ratio, o.Place));
        Assert.Empty(o.Shares);
        Assert.Equal(new ushort[] { 0, 2, 7 }, o.Tags.Ids.ToArray());
        Assert.Equal(["a", "c", "d"], o.Tags);
        Assert.Equal([2], o.Limits);
        Assert.DoesNotContain("\"6/", Payloads.WriteText(o), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Etch))]
    public void What_is_not_there_is_no_error_to_remove(ContentFormat format)
    {
        Rules o = new() { Level = 1, Limits = [1] };
        byte[] before = Payloads.Write(o, ContentFormat.SenMLCbor);
        byte[] patch = Removals(format, "/26242/0/4", "/26242/0/6", "/26242/0/6/3", "/26242/0/9/9", "/26242/0/999");
        // The resource and one of its instances at once are twice the same.
        Assert.Equal(PayloadFault.Duplicate, Payloads.Read(o, new(26242, 0), format, patch));
        patch = Removals(format, "/26242/0/4", "/26242/0/6/3", "/26242/0/9/9", "/26242/0/999", "/26242/0/1/77");
        Assert.Equal(PayloadFault.None, Payloads.Read(o, new(26242, 0), format, patch));
        Assert.Equal(before, Payloads.Write(o, ContentFormat.SenMLCbor));
    }

    [Theory]
    [InlineData("""[{"n":"/26242/0/0","v":null}]""", PayloadFault.MissingMandatory)]
    [InlineData("""[{"n":"/26242/0/1","v":null}]""", PayloadFault.MissingMandatory)]
    [InlineData("""[{"n":"/26242/0/1/0","v":null},{"n":"/26242/0/1/5","v":null}]""", PayloadFault.MissingMandatory)]
    [InlineData(
        """[{"n":"/26242/0/1/0","v":null},{"n":"/26242/0/4","v":null},{"n":"/26242/0/1/5","v":null}]""", PayloadFault.MissingMandatory)]
    [InlineData("""[{"n":"/26242/0/3","v":null}]""", PayloadFault.NotWritable)]
    [InlineData("""[{"n":"/26242/0/10/0","v":null}]""", PayloadFault.NotWritable)]
    [InlineData("""[{"n":"/26242/0/7","v":null}]""", PayloadFault.NotWritable)]
    [InlineData("""[{"n":"/26242/0/4/0","v":null}]""", PayloadFault.WrongMultiplicity)]
    [InlineData("""[{"n":"/26242/0","v":null}]""", PayloadFault.OutsidePath)]
    [InlineData("""[{"n":"/26242/1/4","v":null}]""", PayloadFault.OutsidePath)]
    [InlineData("""[{"n":"/26242/0/4","v":null},{"n":"/26242/0/4","v":1}]""", PayloadFault.Duplicate)]
    [InlineData("""[{"n":"/26242/0/9/1","v":null},{"n":"/26242/0/9/1","v":null}]""", PayloadFault.Duplicate)]
    [InlineData("""[{"n":"/26242/0/9/1","vs":"x"},{"n":"/26242/0/9","v":null}]""", PayloadFault.Duplicate)]
    [InlineData("""[{"n":"/26242/0/2","vs":null}]""", PayloadFault.Malformed)]
    [InlineData("""[{"n":"/26242/0/4","v":null,"t":null}]""", PayloadFault.Malformed)]
    [InlineData("""[{"n":"/26242/0/4","v":nul}]""", PayloadFault.Malformed)]
    [InlineData("""[{"n":"/26242/0/4"}]""", PayloadFault.Malformed)]
    public void A_removal_that_may_not_be_is_refused_with_all_that_stands_beside_it(string json, PayloadFault expected)
    {
        string patch = "[{\"n\":\"/26242/0/11\",\"v\":99}," + json[1..];
        Rules o = Rules();
        byte[] before = Payloads.Write(o, ContentFormat.SenMLCbor);
        Assert.Equal(expected, Patch(o, patch));
        Assert.Equal(before, Payloads.Write(o, ContentFormat.SenMLCbor));
    }

    [Theory]
    [InlineData("81a2006a2f32363234322f302f3402f6", ContentFormat.SenMLEtchCbor, PayloadFault.None)]
    [InlineData("81a202f6006a2f32363234322f302f34", ContentFormat.SenMLEtchCbor, PayloadFault.None)]
    [InlineData("81a3006a2f32363234322f302f3402f606f6", ContentFormat.SenMLEtchCbor, PayloadFault.Malformed)]
    [InlineData("81a2006a2f32363234322f302f3402f7", ContentFormat.SenMLEtchCbor, PayloadFault.Malformed)]
    [InlineData("81a2006a2f32363234322f302f3402f6", ContentFormat.SenMLCbor, PayloadFault.Malformed)]
    public void Null_in_CBOR_is_for_patches_alone(string hex, ContentFormat format, PayloadFault expected)
    {
        Rules o = Rules();
        Assert.Equal(expected, Payloads.ReadHex(o, "/26242/0", format, hex));
        Assert.Equal(expected == PayloadFault.None ? null : 0.5, o.Ratio);
    }

    [Fact]
    public void Null_in_JSON_is_for_patches_alone()
    {
        Rules o = Rules();
        Assert.Equal(PayloadFault.Malformed, Payloads.ReadJson(o, """[{"n":"/26242/0/4","v":null}]"""));
        Assert.Equal(0.5, o.Ratio);
    }

    [Theory]
    [InlineData(ReadMode.Mirror)]
    [InlineData(ReadMode.WriteReplace)]
    public void A_report_or_a_replacement_has_no_removals(ReadMode mode)
    {
        Rules o = Rules();
        const string Patched = """[{"bn":"/26242/0/","n":"0","v":51},{"n":"1/5","v":3},{"n":"4","v":null}]""";
        Assert.Equal(PayloadFault.Malformed, Patch(o, Patched, mode));
        Assert.Equal(50, o.Level);
    }

    [Fact]
    public void A_removal_on_the_path_of_the_instance_itself()
    {
        Rules o = Rules();
        byte[] patch = """[{"n":"/26242/0/9/1","v":null}]"""u8.ToArray();
        Assert.Equal(PayloadFault.None, Payloads.Read(o, Payloads.Path("/26242/0/9/1"), ContentFormat.SenMLEtchJson, patch));
        Assert.Equal(["a", "c"], o.Tags);
    }

    [Fact]
    public void A_payload_of_more_records_than_are_kept_is_read_twice_and_removes_the_same()
    {
        AllTypes o = new();
        StringBuilder json = new("[{\"n\":\"/26241/0/100/0\",\"v\":null}");
        for (int i = 0; i < 60; i++)
        {
            o.ManyText[(ushort)i] = "x";
            json.Append($",{{\"n\":\"/26241/0/101/{i}\",\"v\":{i}}}");
        }

        json.Append(",{\"n\":\"/26241/0/100/59\",\"v\":null}]");
        Assert.Equal(PayloadFault.None, Patch(o, json.ToString()));
        Assert.Equal(58, o.ManyText.Count);
        Assert.Equal(60, o.ManyWhole.Count);
    }

    [Theory]
    [MemberData(nameof(Etch))]
    public void An_instance_that_is_written_as_a_patch_is_taken_as_one(ContentFormat format)
    {
        for (int seed = 0; seed < 50; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            byte[] patch = Payloads.Write(o, format);
            ContentFormat plain = format == ContentFormat.SenMLEtchJson ? ContentFormat.SenMLJson : ContentFormat.SenMLCbor;
            Assert.Equal(patch, Payloads.Write(o, plain));
            AllTypes other = new();
            Assert.Equal(PayloadFault.None, Payloads.Read(other, new(26241, 0), format, patch));
            SameContent.Assert(o, other);
        }
    }

    [Theory]
    [MemberData(nameof(Etch))]
    public void A_patch_cut_or_flipped_anywhere_is_taken_whole_or_changes_nothing(ContentFormat format)
    {
        byte[] patch = Removals(format, "/26242/0/2", "/26242/0/4", "/26242/0/6", "/26242/0/9/1", "/26242/0/1/0");
        int taken = 0;
        for (int at = 0; at < patch.Length * 9; at++)
        {
            byte[] damaged = at % 9 == 8 ? patch[..(at / 9)] : [.. patch];
            if (at % 9 != 8)
            {
                damaged[at / 9] ^= (byte)(1 << at % 9);
            }

            Rules o = Rules();
            byte[] before = Payloads.Write(o, ContentFormat.SenMLCbor);
            if (Payloads.Read(o, new(26242, 0), format, damaged) == PayloadFault.None)
            {
                taken++;
            }
            else
            {
                Assert.Equal(before, Payloads.Write(o, ContentFormat.SenMLCbor));
            }

            Assert.Equal(50, o.Level);
            Assert.NotEmpty(o.Limits);
        }

        Assert.InRange(taken, 1, patch.Length);
    }

    [Fact]
    public void A_device_takes_patches_by_no_method_that_it_has()
    {
        Assert.True(Representation.IsPatch(ContentFormat.SenMLEtchCbor) && Representation.IsPatch(ContentFormat.SenMLEtchJson));
        Assert.DoesNotContain(Payloads.All, Representation.IsPatch);
        DeviceScript script = new(new SetPoint { SetPointValue = 1 });
        Assert.Equal("4.06", script.Get("/3308/0", ContentFormat.SenMLEtchJson));
        Assert.Equal("4.15", script.Put("/3308/0", "[]", ContentFormat.SenMLEtchJson));
    }

    [Theory]
    [MemberData(nameof(PathFormats))]
    public void Paths_come_back(ContentFormat format)
    {
        Lwm2mPath[] paths = [.. ((string[])["/3/0/0", "/3", "/1/0", "/", "/65534/65534/65534/65534"]).Select(Payloads.Path)];
        var buffer = new byte[256];
        Assert.True(PathPack.TryWrite(paths, format, buffer, out int written));
        Assert.Equal(paths, Read(buffer[..written], format, out PayloadFault fault));
        Assert.Equal(PayloadFault.None, fault);
        for (int length = 0; length < written; length++)
        {
            Assert.False(PathPack.TryWrite(paths, format, buffer.AsSpan(0, length), out int none));
            Assert.Equal(0, none);
        }

        Assert.True(PathPack.TryWrite(paths, format, buffer.AsSpan(0, written), out _));
        Assert.False(PathPack.TryWrite([], format, buffer, out _));
    }

    [Theory]
    [InlineData("""[{"bn":"/4/0/","n":"0"},{"n":"1"},{"bn":"/3/0/9"}]""", "/4/0/0 /4/0/1 /3/0/9", PayloadFault.None)]
    [InlineData("""[{"n":"/3/0/9","v":1,"t":5,"u":"Cel"}]""", "/3/0/9", PayloadFault.None)]
    [InlineData("""[{"n":"/3/0/9"},{"n":"/3/0/9/"}]""", "/3/0/9", PayloadFault.Malformed)]
    [InlineData("""[{"n":"/3/0/9"},{"n":"urn:dev"}]""", "/3/0/9", PayloadFault.Malformed)]
    [InlineData("""[{"n":"/3","x_":1}]""", "", PayloadFault.NotUnderstood)]
    [InlineData("""[{"n":"/3","bver":11}]""", "", PayloadFault.NotUnderstood)]
    [InlineData("""[{"n":"/3"}""", "/3", PayloadFault.Malformed)]
    [InlineData("[]", "", PayloadFault.Malformed)]
    public void A_list_of_paths_reads(string json, string expected, PayloadFault expectedFault)
    {
        List<Lwm2mPath> paths = Read(Encoding.UTF8.GetBytes(json), ContentFormat.SenMLEtchJson, out PayloadFault fault);
        Assert.Equal(expected, string.Join(' ', paths));
        Assert.Equal(expectedFault, fault);
    }

    [Fact]
    public void Formats_that_have_no_paths_or_no_removals_are_a_mistake_of_the_caller()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PathPack.TryWrite([Lwm2mPath.Root], ContentFormat.Tlv, new byte[9], out _));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => PathPack.TryWriteRemovals([Lwm2mPath.Root], ContentFormat.SenMLJson, new byte[9], out _));
    }

    private static byte[] Removals(ContentFormat format, params string[] paths)
    {
        var buffer = new byte[512];
        Assert.True(PathPack.TryWriteRemovals([.. paths.Select(Payloads.Path)], format, buffer, out int written));
        return buffer[..written];
    }

    private static List<Lwm2mPath> Read(byte[] payload, ContentFormat format, out PayloadFault fault)
    {
        PathPack pack = new(payload, format);
        List<Lwm2mPath> paths = [];
        while (pack.Next(out Lwm2mPath path))
        {
            paths.Add(path);
        }

        fault = pack.Fault;
        return paths;
    }

    private static PayloadFault Patch(ObjectInstance o, string json, ReadMode mode = ReadMode.WriteUpdate) =>
        Payloads.Read(o, Payloads.PathOf(o), ContentFormat.SenMLEtchJson, Encoding.UTF8.GetBytes(json), mode);
}
