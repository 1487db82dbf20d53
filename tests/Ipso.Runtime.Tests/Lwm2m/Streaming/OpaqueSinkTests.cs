using System.Buffers.Text;
using System.Text;
using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Opaque values that go to a sink as they come, in every format that has them.</summary>
public class OpaqueSinkTests
{
    private static readonly Lwm2mPath s_data = new(26241, 0, 5);
    private static readonly Lwm2mPath s_instance = new(26241, 0);

    public static TheoryData<ContentFormat> Structured => [.. Payloads.Structured];

    public static TheoryData<ContentFormat> OfOneValue => [ContentFormat.OctetStream, ContentFormat.PlainText, ContentFormat.Cbor];

    [Theory]
    [MemberData(nameof(OfOneValue))]
    public void A_value_alone_goes_to_its_sink(ContentFormat format)
    {
        foreach (int length in (int[])[0, 1, 2, 3, 4, 23, 24, 1023, 1024, 1025, 5000])
        {
            byte[] data = Data(length);
            byte[] payload = Payloads.Write(new AllTypes { Data = data }, s_data, format);
            foreach (int size in (int[])[1, 2, 3, 7, 64, 10_000])
            {
                MemorySink sink = new();
                AllTypes o = new();
                PayloadError error = Blocks.Read(o, s_data, format, payload, ReadMode.WriteReplace, size, Small(s_data, sink));
                Assert.Equal(PayloadFault.None, error.Fault);
                Assert.Equal(data, sink[s_data]);
                Assert.Null(o.Data);
                string expected = format == ContentFormat.Cbor ? $"begin {s_data} {length}" : $"begin {s_data} ?";
                Assert.Equal(length == 0 ? [expected, $"end {s_data}"] : [expected, $"write {length}", $"end {s_data}"], sink.Story);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Structured))]
    public void A_value_among_others_goes_to_its_sink_and_the_others_to_the_object(ContentFormat format)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            byte[] data = Data(seed * 40);
            o.Data = data;
            byte[] payload = Payloads.Write(o, format);
            int size = 1 + seed % 50;
            MemorySink sink = new();
            AllTypes copy = new();
            PayloadError error = Blocks.Read(copy, s_instance, format, payload, ReadMode.Mirror, size, Small(s_data, sink));
            Assert.True(error.Fault == PayloadFault.None, $"{error}");
            Assert.Equal(data, sink[s_data]);
            Assert.Null(copy.Data);
            copy.Data = data;
            SameContent.Assert(o, copy);
        }
    }

    [Theory]
    [MemberData(nameof(Structured))]
    public void Each_instance_of_a_multiple_resource_is_a_value(ContentFormat format)
    {
        AllTypes o = new() { ManyData = new() { [0] = Data(700), [3] = Data(3), [700] = Data(2000) } };
        Lwm2mPath path = s_instance.Append(105);
        MemorySink sink = new();
        AllTypes copy = new();
        Assert.Equal(
            PayloadFault.None,
            Blocks.Read(copy, path, format, Payloads.Write(o, path, format), ReadMode.WriteReplace, 50, Small(path, sink)).Fault);
        Assert.Equal([0, 3, 700], (int[])[.. o.ManyData.Ids.ToArray()]);
        Assert.All(o.ManyData.Ids.ToArray(), id => Assert.Equal(o.ManyData[id].ToArray(), sink[path.Append(id)]));
        Assert.Equal([$"end {path}/0", $"end {path}/3", $"end {path}/700"], sink.Story[^3..]);
        Assert.Empty(copy.ManyData);

        // One of them alone.
        MemorySink one = new();
        byte[] payload = Payloads.Write(o, path, format);
        Assert.Equal(
            PayloadFault.None, Blocks.Read(copy, path, format, payload, ReadMode.WriteReplace, 50, Small(path.Append(3), one, 4096)).Fault);
        Assert.Equal(1, one.Count);
        Assert.Equal([0, 700], (int[])[.. copy.ManyData.Ids.ToArray()]);
    }

    [Theory]
    [MemberData(nameof(Structured))]
    public void A_refused_payload_aborts_what_was_begun(ContentFormat format)
    {
        // The value is there before what is wrong with the payload is.
        AllTypes o = new() { Data = Data(1000), Link = new(3303, 0) };
        byte[] payload = Payloads.Write(o, format);
        MemorySink sink = new();
        AllTypes copy = new();
        _ = new ObjectTree { copy };
        PayloadError error = Blocks.Read(copy, s_instance, format, payload, ReadMode.WriteUpdate, 16, Small(s_data, sink));
        Assert.Equal(PayloadFault.NoSuchTarget, error.Fault);
        Assert.Equal([$"write 1000", $"abort {s_data}"], sink.Story[1..]);
        Assert.Null(copy.Link);

        sink = new();
        error = Blocks.Read(copy, s_instance, format, payload.AsSpan(0, payload.Length - 5), ReadMode.Mirror, 16, Small(s_data, sink));
        Assert.Equal(PayloadFault.Malformed, error.Fault);
        Assert.Equal($"abort {s_data}", sink.Story[^1]);
    }

    [Fact]
    public void A_payload_that_is_given_up_aborts_what_was_begun()
    {
        MemorySink sink = new();
        BlockReaderOptions options = Small(s_data, sink);
        using (InstanceBlockReader reader = new(new AllTypes(), s_data, ContentFormat.OctetStream, ReadMode.WriteReplace, options))
        {
            Assert.True(reader.Feed(Data(100)));
        }

        Assert.Equal([$"begin {s_data} ?", "write 100", $"abort {s_data}"], sink.Story);
    }

    [Theory]
    [MemberData(nameof(OfOneValue))]
    public void A_sink_that_has_no_room_ends_it(ContentFormat format)
    {
        byte[] payload = Payloads.Write(new AllTypes { Data = Data(1000) }, s_data, format);
        MemorySink sink = new() { Room = 500 };
        PayloadError error = Blocks.Read(new AllTypes(), s_data, format, payload, ReadMode.WriteReplace, 16, Small(s_data, sink));
        Assert.Equal(PayloadFault.TooLarge, error.Fault);
        Assert.Contains("no room", error.ToString(), StringComparison.Ordinal);
        // Who refuses a value at its beginning is not told of its end.
        Assert.Equal(sink.Story.Count == 1 ? $"begin {s_data} 1000" : $"abort {s_data}", sink.Story[^1]);
        Assert.InRange(error.Position, 0, payload.Length - 1);
    }

    [Theory]
    [MemberData(nameof(Structured))]
    public void A_value_without_a_sink_is_refused_where_the_bound_ends(ContentFormat format)
    {
        AllTypes o = new() { Data = Data(5000) };
        byte[] payload = Payloads.Write(o, format);
        PayloadError error = Blocks.Read(
            new AllTypes(), s_instance, format, payload, ReadMode.Mirror, 64, new() { MaxRecordLength = 1000 });
        Assert.Equal((PayloadFault.TooLarge, 1000), (error.Fault, error.Bound));
        Assert.InRange(error.Position, 0, 1100);
        Assert.Equal($"record 1: the payload has more than 1000 bytes to hold at a time, near byte {error.Position}", error.ToString());

        // A text has no sink, whatever is registered.
        o = new() { Text = new('x', 5000) };
        Lwm2mPath text = s_instance.Append(0);
        MemorySink sink = new();
        error = Blocks.Read(
            new AllTypes(), s_instance, format, Payloads.Write(o, format), ReadMode.Mirror, 64, Small(text, sink));
        Assert.NotEqual(PayloadFault.None, error.Fault);
    }

    [Theory]
    [MemberData(nameof(Structured))]
    public void All_records_together_are_bounded(ContentFormat format)
    {
        AllTypes o = new() { ManyText = new() };
        for (ushort id = 0; id < 100; id++)
        {
            o.ManyText[id] = new('x', 50);
        }

        byte[] payload = Payloads.Write(o, format);
        PayloadError error = Blocks.Read(
            new AllTypes(), s_instance, format, payload, ReadMode.Mirror, 64, new() { MaxStagedBytes = 2000 });
        Assert.Equal((PayloadFault.TooLarge, 2000), (error.Fault, error.Bound));
        Assert.Equal(
            PayloadFault.None,
            Blocks.Read(new AllTypes(), s_instance, format, payload, ReadMode.Mirror, 64, new() { MaxStagedBytes = 7600 }).Fault);
    }

    [Fact]
    public void What_cannot_be_written_is_refused_before_its_bytes_come()
    {
        MemorySink sink = new();
        // Neither the Manufacturer of the Device, which a server may not write, nor a Text is a place for bytes.
        PayloadError error = Blocks.Read(
            DeckTests.Device(), new(3, 0, 0), ContentFormat.OctetStream, Data(100), ReadMode.WriteReplace, 1, Small(new(3, 0, 0), sink));
        Assert.Equal((PayloadFault.NotWritable, 0), (error.Fault, error.Position));
        Assert.Equal("resource 0 (Manufacturer) is not writable", error.ToString());
        error = Blocks.Read(
            new AllTypes(), s_instance.Append(0), ContentFormat.OctetStream, Data(100), ReadMode.WriteReplace, 1,
            Small(s_instance.Append(0), sink));
        Assert.Equal((PayloadFault.WrongType, 0), (error.Fault, error.Position));
        Assert.Empty(sink.Story);
    }

    [Fact]
    public void The_range_of_a_length_holds_for_a_sink_too()
    {
        // Key (26244) takes 16, 32 or 48 bytes.
        Lwm2mPath key = new(26244, 0, 5);
        foreach (int length in (int[])[16, 17, 32, 4000])
        {
            MemorySink sink = new();
            PayloadError error = Blocks.Read(
                new Limits(), key, ContentFormat.OctetStream, Data(length), ReadMode.WriteReplace, 10, Small(key, sink));
            Assert.Equal(length % 16 == 0 && length < 100 ? PayloadFault.None : PayloadFault.OutOfRange, error.Fault);
            Assert.Equal(error.Fault == PayloadFault.None ? $"end {key}" : $"abort {key}", sink.Story[^1]);
        }
    }

    // The name comes behind the value, under an escaped label, twice, or another one than before it.
    [Theory]
    [InlineData("""[{"vd":"AAEC","n":"/26241/0/5"}]""", PayloadFault.None)]
    [InlineData("""[{"n":"/26241/0/5","v\u0064":"AAEC"}]""", PayloadFault.None)]
    [InlineData("""[{"bn":"/26241/","bt":1},{"n":"0/5","vd":"AAEC"}]""", PayloadFault.None)]
    [InlineData("""[{"bn":"/26241/0/5","vd":"AAEC"}]""", PayloadFault.None)]
    [InlineData("""[{"n":"/26241/0/5","vd":"AAE"}]""", PayloadFault.None)]
    [InlineData("""[{"n":"/26241/0/5","vd":"AAE","x":{"vd":"A\n"}}]""", PayloadFault.None)]
    [InlineData("""[{"n":"/26241/0/5","vd":"AAE="}]""", PayloadFault.None)]
    [InlineData("""[{"n":"/26241/0/5","vd":"AA/C"}]""", PayloadFault.WrongType)]
    [InlineData("""[{"n":"/26241/0/5","vd":"AAECA"}]""", PayloadFault.WrongType)]
    [InlineData("""[{"n":"/26241/0/5","vd":"AA\u0045C"}]""", PayloadFault.Malformed)]
    [InlineData("""[{"n":"/26241/0/5","vd":"AAEC","vd":"AAEC"}]""", PayloadFault.Malformed)]
    [InlineData("""[{"n":"/26241/0/5","vd":"AAEC","v":1}]""", PayloadFault.Malformed)]
    [InlineData("""[{"n":"/26241/0/5","vd":"AAEC"},{"n":"/26241/0/5","vd":"AAEC"}]""", PayloadFault.Duplicate)]
    [InlineData("""[{"n":"/26241/0/5","vs":"AAEC"}]""", PayloadFault.WrongType)]
    [InlineData("""[{"n":"5","vd":"AAEC","bn":"/26241/0/"}]""", PayloadFault.None)]
    [InlineData("""[{"bn":"/26241/0/","n":"0","vs":""},{"n":"5","vd":"AAEC","bn":"/26241/0/10"}]""", PayloadFault.TooLarge)]
    public void SenML_JSON_may_say_it_in_many_ways(string json, PayloadFault fault)
    {
        foreach (int size in Blocks.Sizes)
        {
            MemorySink sink = new();
            PayloadError error = Blocks.Read(
                new AllTypes(), s_instance, ContentFormat.SenMLJson, Encoding.UTF8.GetBytes(json), ReadMode.WriteUpdate, size,
                Small(s_data, sink));
            Assert.Equal(fault, error.Fault);
            string end = $"{(fault == PayloadFault.None ? "end" : "abort")} {s_data}";
            Assert.All(sink.Story.Where(line => line[0] == 'b'), _ => Assert.Equal(end, sink.Story[^1]));
            if (fault == PayloadFault.None)
            {
                Assert.True(sink[s_data].AsSpan().StartsWith((byte[])[0, 1]));
            }
        }
    }

    [Theory]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"5","sv":"+\/\u002b\/+\/8="}]}""", PayloadFault.None)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"5","sv":"-_-_-_8="}]}""", PayloadFault.None)]
    [InlineData("""{"e":[{"n":"/26241/0/5","sv":"+/+/+/8="}]}""", PayloadFault.None)]
    [InlineData("""{"e":[{"n":"5","sv":"+/+/+/8="}]}""", PayloadFault.None)]
    [InlineData("""{"e":[{"n":"5","sv":"+/+/+/8="}],"bn":"/26241/0/"}""", PayloadFault.None)]
    [InlineData("""{"e":[{"n":"/5","sv":"+/+/+/8="}],"bn":"/26241/0"}""", PayloadFault.None)]
    [InlineData("""{"e":[{"n":"5","sv":"+/+/+/8="}],"bn":"/26241/0/10"}""", PayloadFault.TooLarge)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"5","sv":"+/+\n/+/8="}]}""", PayloadFault.WrongType)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"5","sv":"+/+\u00e9/+/8="}]}""", PayloadFault.WrongType)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"5","sv":"+/+\u00x9/+/8="}]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"5","sv":"+/+/+/8"}]}""", PayloadFault.WrongType)]
    public void OMA_JSON_may_say_it_in_many_ways(string json, PayloadFault fault)
    {
        foreach (int size in Blocks.Sizes)
        {
            MemorySink sink = new();
            PayloadError error = Blocks.Read(
                new AllTypes(), s_instance, ContentFormat.Lwm2mJson, Encoding.UTF8.GetBytes(json), ReadMode.WriteUpdate, size,
                Small(s_data, sink));
            Assert.Equal(fault, error.Fault);
            if (fault == PayloadFault.None)
            {
                Assert.Equal("FBFFBFFBFF", Convert.ToHexString(sink[s_data]));
            }
        }
    }

    [Theory]
    [InlineData(ContentFormat.Cbor, "/26241/0/5", "5F4100420102FF", PayloadFault.None)]
    [InlineData(ContentFormat.Cbor, "/26241/0/5", "5FFF", PayloadFault.None)]
    [InlineData(ContentFormat.Cbor, "/26241/0/5", "5F40FF", PayloadFault.None)]
    [InlineData(ContentFormat.Cbor, "/26241/0/5", "5F6100FF", PayloadFault.Malformed)]
    [InlineData(ContentFormat.Cbor, "/26241/0/5", "5F5F4100FFFF", PayloadFault.Malformed)]
    [InlineData(ContentFormat.Cbor, "/26241/0/5", "4300010200", PayloadFault.Malformed)]
    [InlineData(ContentFormat.Cbor, "/26241/0/5", "6100", PayloadFault.WrongType)]
    [InlineData(ContentFormat.Lwm2mCbor, "/26241/0", "A11966 81A100A1055F4100420102FF", PayloadFault.None)]
    [InlineData(ContentFormat.Lwm2mCbor, "/26241/0", "BF84196681000500 4100FF", PayloadFault.WrongMultiplicity)]
    [InlineData(ContentFormat.Lwm2mCbor, "/3/0", "A183196681000541 00", PayloadFault.OutsidePath)]
    [InlineData(ContentFormat.SenMLCbor, "/26241/0", "81A2006A2F32363234312F302F35085F420001FF", PayloadFault.None)]
    [InlineData(ContentFormat.SenMLCbor, "/26241/0", "81BF006A2F32363234312F302F35085FFFFF", PayloadFault.None)]
    [InlineData(ContentFormat.SenMLCbor, "/26241/0", "81A2006A2F32363234312F302F35085F41004101FF", PayloadFault.None)]
    [InlineData(ContentFormat.SenMLCbor, "/26241/0", "81A2007F662F3236323431642F302F35FF085F41004101FF", PayloadFault.None)]
    [InlineData(ContentFormat.SenMLCbor, "/26241/0", "81A2085F41004101FF007F662F3236323431642F302F35FF", PayloadFault.None)]
    [InlineData(ContentFormat.SenMLCbor, "/26241/0", "81A3217F632F3236653234312F30FF007F612F6135FF085F404100420102FF", PayloadFault.None)]
    [InlineData(ContentFormat.SenMLCbor, "/26241/0", "81A2007F662F3236323431642F302F35FF085F41006141FF", PayloadFault.Malformed)]
    [InlineData(ContentFormat.SenMLCbor, "/26241/0", "81A2084100006A2F32363234312F302F35", PayloadFault.None)]
    [InlineData(ContentFormat.SenMLCbor, "/26241/0", "81A2006A2F32363234312F302F3518084100", PayloadFault.None)]
    [InlineData(ContentFormat.SenMLCbor, "/26241/0", "81A3006A2F32363234312F302F3508410008 4100", PayloadFault.Malformed)]
    public void CBOR_may_say_it_in_many_ways(ContentFormat format, string path, string hex, PayloadFault fault)
    {
        byte[] payload = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(fault, Blocks.AssertSame(static () => new AllTypes(), Payloads.Path(path), format, payload, ReadMode.WriteUpdate));
        foreach (int size in Blocks.Sizes)
        {
            MemorySink sink = new();
            PayloadError error = Blocks.Read(
                new AllTypes(), Payloads.Path(path), format, payload, ReadMode.WriteUpdate, size, Small(s_data, sink));
            Assert.Equal(fault, error.Fault);
            AllTypes whole = new();
            if (fault == PayloadFault.None)
            {
                Payloads.Read(whole, Payloads.Path(path), format, payload);
                Assert.Equal(whole.Data!.Value.ToArray(), sink[s_data]);
            }
        }
    }

    // The base name is the path of a sink by itself, and the name, in chunks, makes it another resource's.
    [Fact]
    public void A_name_in_chunks_counts_before_a_value_goes_to_a_sink()
    {
        byte[] payload = Convert.FromHexString("82A1216A2F32363234312F302F35A2007F606130FF08420102");
        foreach (int size in Blocks.Sizes)
        {
            MemorySink sink = new();
            PayloadError error = Blocks.Read(
                new AllTypes(), s_instance, ContentFormat.SenMLCbor, payload, ReadMode.WriteUpdate, size, Small(s_data, sink));
            Assert.Equal(PayloadFault.None, error.Fault);
            Assert.Empty(sink.Story);
        }
    }

    [Fact]
    public void Base64_in_pieces_is_what_it_is_whole()
    {
        Random random = new(7);
        const string Alphabet = "ABYZaz09+/-_== %\n";
        Span<byte> scratch = stackalloc byte[Base64Pieces.ScratchLength];
        Span<byte> expected = stackalloc byte[64];
        int good = 0;
        for (int i = 0; i < 60_000; i++)
        {
            byte[] text = new byte[random.Next(14)];
            int letters = i % 3 == 0 ? Alphabet.Length : i % 3 == 1 ? 10 : 15;
            for (int j = 0; j < text.Length; j++)
            {
                text[j] = (byte)Alphabet[random.Next(letters)];
            }

            bool isUrl = random.Next(2) == 0;
            int consumed = 0, written = 0;
            // The platform lets that pass.
            bool isHalfPadded = isUrl && text.Length % 4 != 0 && text.AsSpan().Contains((byte)'=');
            bool isWhole = !isHalfPadded && (isUrl
                    ? Base64Url.DecodeFromUtf8(text, expected, out consumed, out written)
                    : Base64.DecodeFromUtf8(text, expected, out consumed, out written)) == System.Buffers.OperationStatus.Done
                && consumed == text.Length && text.AsSpan().IndexOfAny(" %\n"u8) < 0;
            Base64Pieces pieces = new(isUrl ? Base64Alphabet.Url : Base64Alphabet.Standard);
            List<byte> actual = [];
            bool isGood = true;
            for (int at = 0; at < text.Length && isGood;)
            {
                int length = 1 + random.Next(text.Length - at);
                isGood = pieces.TryDecode(text.AsSpan(at, length), scratch, out ReadOnlySpan<byte> bytes);
                actual.AddRange(bytes);
                at += length;
            }

            if (isGood)
            {
                isGood = pieces.TryFinish(scratch, out ReadOnlySpan<byte> last);
                actual.AddRange(last);
            }

            Assert.True(isWhole == isGood, $"{Encoding.ASCII.GetString(text)} url {isUrl}: whole {isWhole}");
            if (isWhole)
            {
                good++;
                Assert.Equal(expected[..written].ToArray(), actual);
            }
        }

        Assert.InRange(good, 5_000, 55_000);
    }

    [Fact]
    public void Sinks_are_registered_once_and_for_resources()
    {
        MemorySink sink = new();
        BlockReaderOptions options = new BlockReaderOptions().AddSink(s_data, sink);
        Assert.Throws<ArgumentException>(() => options.AddSink(s_data, sink));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.AddSink(s_instance, sink));
    }

    internal static byte[] Data(int length)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        return data;
    }

    private static BlockReaderOptions Small(Lwm2mPath path, IOpaqueSink sink, int maxRecordLength = 1024) =>
        new BlockReaderOptions { MaxRecordLength = maxRecordLength }.AddSink(path, sink);
}
