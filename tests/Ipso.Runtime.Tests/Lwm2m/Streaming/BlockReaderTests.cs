using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>A payload in blocks is taken and refused as the same payload whole.</summary>
public class BlockReaderTests
{
    private const int PayloadsPerFormat = 6_000;

    private static readonly ReadMode[] s_modes = [ReadMode.Mirror, ReadMode.WriteUpdate, ReadMode.WriteReplace];

    public static TheoryData<ContentFormat> Formats => [.. Payloads.Structured];

    public static TheoryData<ContentFormat> AllFormats => [.. Payloads.All, ContentFormat.SenMLEtchJson, ContentFormat.SenMLEtchCbor];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_whole_instance_and_each_resource_comes_back(ContentFormat format)
    {
        for (int seed = 0; seed < 100; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            Assert.Equal(
                PayloadFault.None,
                Blocks.AssertSame(() => new AllTypes(), new(26241, 0), format, Payloads.Write(o, format), s_modes[seed % 3]));
            foreach (Lwm2mPath path in RoundTripTests.ResourcesOf(o))
            {
                Blocks.AssertSame(() => new AllTypes(), path, format, Payloads.Write(o, path, format), ReadMode.WriteReplace, 5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Mutated_and_cut_payloads_fare_as_they_do_whole(ContentFormat format)
    {
        Random random = new(991 + (int)format);
        List<byte[]> seeds = [.. HostileInputTests.Seeds(format, new RandomObjects(23))];
        Lwm2mPath[] paths = [.. HostileInputTests.Paths.Select(Payloads.Path)];
        int taken = 0;
        for (int i = 0; i < PayloadsPerFormat; i++)
        {
            byte[] payload = HostileInputTests.Mutated(seeds[random.Next(seeds.Count)], random);
            Lwm2mPath path = i % 2 == 0 ? paths[0] : paths[random.Next(paths.Length)];
            int recipe = i % 97;
            PayloadFault fault = Blocks.AssertSame(
                () => recipe % 5 == 0 ? new() : new RandomObjects(recipe).AllTypes(), path, format, payload, s_modes[i % 3],
                1 + random.Next(40));
            taken += fault == PayloadFault.None ? 1 : 0;
        }

        Assert.InRange(taken, PayloadsPerFormat / 100, PayloadsPerFormat * 99 / 100);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_cut_of_a_payload_fares_as_it_does_whole(ContentFormat format)
    {
        byte[] payload = DeckTests.Payload(format);
        for (int length = 0; length < payload.Length; length++)
        {
            Blocks.AssertSame(static () => DeckTests.Device(), new(3, 0), format, payload[..length], ReadMode.Mirror, 1, 16);
        }
    }

    [Fact]
    public void As_others_write_it()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            byte[] cbor = LwM2MCborElsewhere.Write(o, new Random(seed));
            byte[] json = OmaJsonElsewhere.Write(o, new Random(seed));
            Assert.Equal(
                PayloadFault.None, Blocks.AssertSame(() => new AllTypes(), new(26241, 0), ContentFormat.Lwm2mCbor, cbor, ReadMode.Mirror));
            Assert.Equal(
                PayloadFault.None, Blocks.AssertSame(() => new AllTypes(), new(26241, 0), ContentFormat.Lwm2mJson, json, ReadMode.Mirror));
        }
    }

    [Theory]
    [InlineData("""{"e":[{"n":"0","sv":"a"}],"bn":"/26241/0/"}""", PayloadFault.None)]
    [InlineData("""{"e":[{"n":"0","sv":"a"}],"bn":"/3/0/"}""", PayloadFault.OutsidePath)]
    [InlineData("""{"bn":"/26241/0/","e":[],"bn":"/26241/0/"}""", PayloadFault.Malformed)]
    [InlineData("""{"e":[{"n":"0","sv":"a"}],"e":[]}""", PayloadFault.Malformed)]
    [InlineData("""{"\u0062n":"\/26241\/0/","\u0065":[{"\u006e":"\u0030","s\u0076":"a"}]}""", PayloadFault.None)]
    [InlineData("""{"e":[{"n":"101/1","v":1},{"n":"101/0","v":1},{"n":"101/1","v":2}]}""", PayloadFault.Duplicate)]
    [InlineData("""{"bn":"/26241/0/"}""", PayloadFault.Malformed)]
    [InlineData("""{}""", PayloadFault.Malformed)]
    [InlineData("""{"bt":"x","e":[]}""", PayloadFault.Malformed)]
    [InlineData(""" { "x" : [ { } , "]" ] , "y" : 1e3 , "e" : [ { "n" : "/26241/0/0" , "sv" : "}" } ] , "z":null } """, PayloadFault.None)]
    public void Members_of_OMA_JSON_come_in_any_order(string json, PayloadFault fault) =>
        Assert.Equal(fault, Blocks.AssertSame(
            static () => new AllTypes(), new(26241, 0), ContentFormat.Lwm2mJson, Encoding.UTF8.GetBytes(json), ReadMode.Mirror));

    [Fact]
    public void A_base_name_that_no_path_begins_with_spoils_every_entry()
    {
        string name = new('7', 400);
        foreach (string entries in (string[])["", """{"n":"/26241/0/0","sv":"a"}"""])
        {
            Blocks.AssertSame(
                static () => new AllTypes(), new(26241, 0), ContentFormat.Lwm2mJson,
                Encoding.UTF8.GetBytes($$"""{"bn":"{{name}}","e":[{{entries}}]}"""), ReadMode.Mirror);
        }
    }

    [Fact]
    public void A_reader_says_how_it_is_used()
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new InstanceBlockReader(new AllTypes(), new(26241), ContentFormat.Tlv, ReadMode.Mirror));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new InstanceBlockReader(new AllTypes(), new(26241, 0), ContentFormat.LinkFormat, ReadMode.Mirror));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ObjectBlockReader<AllTypes>(ContentFormat.PlainText));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ObjectBlockReader<AllTypes>(ContentFormat.Tlv, ReadMode.WriteUpdate));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockReaderOptions { MaxRecordLength = 63 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockReaderOptions { MaxStagedBytes = 63 });

        InstanceBlockReader reader = new(new AllTypes(), new(26241, 0, 0), ContentFormat.PlainText, ReadMode.Mirror);
        Assert.True(reader.Feed("a"u8));
        Assert.True(reader.Complete(out _));
        Assert.Throws<InvalidOperationException>(() => reader.Feed("b"u8));
        Assert.Throws<InvalidOperationException>(() => reader.Complete(out _));
        reader.Dispose();
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.Feed("b"u8));
    }
}
