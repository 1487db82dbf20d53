using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>The maps of LwM2M CBOR: keys in every form, counts, depth, and several instances.</summary>
public class LwM2MCborTests
{
    // 26241 is 19 6681.
    [Theory]
    [InlineData("a1196681a100a10105")]
    [InlineData("a183196681000105")]
    [InlineData("a182196681 00a10105")]
    [InlineData("a1196681a182000105")]
    [InlineData("a181196681a18100a1810105")]
    [InlineData("bf196681bf00bf0105ffffff")]
    [InlineData("bf9f196681ff bf9f00ffbf9f01ff05ffffff")]
    [InlineData("bf9f1966810001ff05ff")]
    [InlineData("a1196681bf00a10105ff")]
    [InlineData("a11b0000000000006681a11a00000000a1190001 1805")]
    [InlineData("a2196681a0196681a100a10105")]
    [InlineData("a1196681a200bfff00a10105")]
    [InlineData("bb0000000000000001196681a100a10105")]
    public void A_number_is_found(string hex)
    {
        AllTypes o = new();
        Assert.Equal(PayloadFault.None, Read(o, hex));
        Assert.Equal(5, o.Whole);
    }

    [Theory]
    [InlineData("a1196681a100a1186 5a20105190100 06")]
    [InlineData("a2841966810018650105841966810018651901 0006")]
    [InlineData("a183196681001865bf0105190100 06ff")]
    public void Resource_instances_are_found(string hex)
    {
        AllTypes o = new();
        Assert.Equal(PayloadFault.None, Read(o, hex));
        Assert.Equal([1, 256], o.ManyWhole.Ids.ToArray());
        Assert.Equal([5, 6], o.ManyWhole);
    }

    [Theory]
    [InlineData("a384196681001865190100068319668100010584196681001865 0105")]
    [InlineData("a1196681a100a31865a1190100060105 1865a10105")]
    [InlineData("a1196681a100a31865a101050105 1865bf19010006ff")]
    [InlineData("a2196681a100a11865a1190100 06196681a100a2010518 65a10105")]
    [InlineData("bf9f196681001865ffbf19010006ff83196681000105 84196681001865010 5ff")]
    public void A_multiple_resource_may_stand_in_two_parts(string hex)
    {
        byte[] payload = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        foreach (ReadMode mode in Enum.GetValues<ReadMode>())
        {
            AllTypes o = new() { ManyWhole = [9] };
            Assert.Equal(PayloadFault.None, Payloads.Read(o, new(26241, 0), ContentFormat.Lwm2mCbor, payload, mode));
            Assert.Equal(5, o.Whole);
            Assert.Equal(mode == ReadMode.WriteUpdate ? [0, 1, 256] : new ushort[] { 1, 256 }, o.ManyWhole.Ids.ToArray());
            Assert.Equal((5, 6), (o.ManyWhole[1], o.ManyWhole[256]));
            Blocks.AssertSame(() => new AllTypes { ManyWhole = [9] }, new(26241, 0), ContentFormat.Lwm2mCbor, payload, mode);
        }
    }

    [Theory]
    [InlineData("a1196681a100a31865a101050105 1865a10106")]
    [InlineData("a1196681a100a31865a00105 1865a10106")]
    [InlineData("a1196681a100a31865a101060105 1865a0")]
    public void Two_parts_do_not_say_the_same_twice(string hex)
    {
        AllTypes o = new() { Whole = 1, ManyWhole = [9] };
        Assert.Equal(PayloadFault.Duplicate, Read(o, hex));
        Assert.Equal((1, 9), (o.Whole, Assert.Single(o.ManyWhole)));
    }

    [Theory]
    [InlineData("a1196681a100a11865a0")]
    [InlineData("a1196681a100a11865bfff")]
    [InlineData("a183196681001865a0")]
    public void A_multiple_resource_may_be_said_to_have_no_instances(string hex)
    {
        AllTypes o = new() { ManyWhole = [1, 2], ManyReal = [3] };
        Assert.Equal(PayloadFault.None, Payloads.ReadHex(o, "/26241/0/101", ContentFormat.Lwm2mCbor, hex, ReadMode.WriteReplace));
        Assert.Empty(o.ManyWhole);
        Assert.Single(o.ManyReal);
    }

    [Theory]
    [InlineData("", PayloadFault.Malformed)]
    [InlineData("80", PayloadFault.Malformed)]
    [InlineData("a1", PayloadFault.Malformed)]
    [InlineData("bf", PayloadFault.Malformed)]
    [InlineData("ff", PayloadFault.Malformed)]
    [InlineData("a2196681a100a10105", PayloadFault.Malformed)]
    [InlineData("a1196681a100a10105ff", PayloadFault.Malformed)]
    [InlineData("bf196681a100a10105", PayloadFault.Malformed)]
    [InlineData("a1196681a100a201 05", PayloadFault.Malformed)]
    [InlineData("bf196681a100a10105196681ff", PayloadFault.Malformed)]
    [InlineData("a1ff05", PayloadFault.Malformed)]
    [InlineData("bb7fffffffffffffff196681a100a10105", PayloadFault.Malformed)]
    [InlineData("bbffffffffffffffff196681a100a10105", PayloadFault.Malformed)]
    [InlineData("ba00000006196681a100a10105", PayloadFault.Malformed)]
    [InlineData("a19bffffffffffffffff01", PayloadFault.Malformed)]
    [InlineData("a185196681000101 0205", PayloadFault.Malformed)]
    [InlineData("a19f19668100010203ff05", PayloadFault.Malformed)]
    [InlineData("a19fff05", PayloadFault.Malformed)]
    [InlineData("a1836196010105", PayloadFault.Malformed)]
    [InlineData("a1819f196681ff05", PayloadFault.Malformed)]
    [InlineData("a120a100a10105", PayloadFault.Malformed)]
    [InlineData("a1c0196681a100a10105", PayloadFault.Malformed)]
    [InlineData("a119ffffa100a10105", PayloadFault.Malformed)]
    [InlineData("a11b0000000100006681a100a10105", PayloadFault.Malformed)]
    [InlineData("a119668105", PayloadFault.Malformed)]
    [InlineData("a1196681a100a1018105", PayloadFault.Malformed)]
    [InlineData("a1196681a100a11865a101a10105", PayloadFault.Malformed)]
    [InlineData("a1196681a101a10105", PayloadFault.OutsidePath)]
    [InlineData("a2196681a100a1010519 6682a100a10105", PayloadFault.OutsidePath)]
    [InlineData("a1196681a100a201050105", PayloadFault.Duplicate)]
    [InlineData("a2196681a100a10105831966810001 05", PayloadFault.Duplicate)]
    [InlineData("a1196681a100a1186505", PayloadFault.WrongMultiplicity)]
    [InlineData("a1196681a100a101a0", PayloadFault.WrongMultiplicity)]
    [InlineData("a1196681a100a101a10105", PayloadFault.WrongMultiplicity)]
    [InlineData("a1196681a100a101f6", PayloadFault.WrongType)]
    public void What_is_wrong_is_refused(string hex, object fault)
    {
        AllTypes o = new() { Whole = 1 };
        Assert.Equal((PayloadFault)fault, Read(o, hex));
        Assert.Equal(1, o.Whole);
    }

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Assert.Equal(PayloadFault.Malformed, Read(new(), string.Concat(Enumerable.Repeat("bf00", 50_000))));

    [Fact]
    public void Empty_maps_and_chunks_without_end_are_gone_over_once() =>
        Assert.Equal(PayloadFault.Malformed, Read(new(), "bf" + string.Concat(Enumerable.Repeat("00a0", 500_000)) + "0161"));

    [Fact]
    public void An_object_without_content_is_an_empty_map()
    {
        Assert.Equal([0xA0], Payloads.Write(new AllTypes(), ContentFormat.Lwm2mCbor));
        Assert.Equal(PayloadFault.None, Read(new(), "a0"));
        Assert.Equal(PayloadFault.None, Read(new(), "bfff"));
    }

    [Fact]
    public void What_has_no_content_has_no_key()
    {
        ObjectTree tree = [];
        AllTypes[] instances = [new(), new() { Whole = 5, ManyReal = [] }, new()];
        for (ushort id = 0; id < instances.Length; id++)
        {
            tree.Add(id, instances[id]);
        }

        Assert.Equal("A1196681A101A10105", Convert.ToHexString(Payloads.Write(tree, new(26241), ContentFormat.Lwm2mCbor)));
    }

    [Theory]
    [InlineData(23, "B7", 1)]
    [InlineData(24, "B818", 2)]
    [InlineData(255, "B8FF", 2)]
    [InlineData(256, "B90100", 3)]
    public void A_map_has_the_shortest_head_for_its_count(int count, string head, int length)
    {
        AllTypes o = new();
        ObjectTree tree = [];
        for (int id = 0; id < count; id++)
        {
            o.ManyFlag[(ushort)id] = true;
            tree.Add((ushort)id, new AllTypes { Flag = true });
        }

        byte[] resource = Payloads.Write(o, ContentFormat.Lwm2mCbor);
        Assert.Equal("A1196681A100A11868" + head, Convert.ToHexString(resource, 0, 9 + length));
        Assert.True(Representation.TryRead(0, ContentFormat.Lwm2mCbor, resource, out AllTypes copy, out PayloadError error), $"{error}");
        SameContent.Assert(o, copy);

        byte[] instances = Payloads.Write(tree, new(26241), ContentFormat.Lwm2mCbor);
        Assert.Equal("A1196681" + head, Convert.ToHexString(instances, 0, 4 + length));
        RecordReader reader = new(instances, ContentFormat.Lwm2mCbor, new(26241));
        for (int id = 0; id < count; id++)
        {
            Assert.True(reader.Next());
            Assert.Equal(new(26241, (ushort)id, 4), reader.Path);
        }

        Assert.False(reader.Next());
        Assert.Equal(PayloadFault.None, reader.Fault);
    }

    [Fact]
    public void Paths_of_several_objects_and_of_one_instance_share_their_maps()
    {
        var buffer = new byte[200];
        RecordWriter writer = new(buffer, ContentFormat.Lwm2mCbor);
        foreach ((Lwm2mPath path, long value) in
            new (Lwm2mPath, long)[] { (new(1, 0, 1), 86400), (new(3, 0, 9), 100), (new(3, 0, 10), 15), (new(3, 1, 9), 50) })
        {
            writer.BeginInstance(path, wrap: false);
            writer.Integer(ResourceKey.Of(path.ResourceId), value);
            writer.EndInstance();
        }

        Assert.Equal("A201A100A1011A0001518003A200A20918640A0F01A1091832", Convert.ToHexString(buffer, 0, writer.Finish()));
    }

    private static PayloadFault Read(AllTypes o, string hex) =>
        Payloads.ReadHex(o, "/26241/0", ContentFormat.Lwm2mCbor, hex.Replace(" ", "", StringComparison.Ordinal));
}
