using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Blocks put together are, byte for byte, what is written whole.</summary>
public class BlockWriterTests
{
    private static readonly byte[] s_buffer = new byte[1 << 20];
    private static readonly int[] s_sizes = [1, 2, 3, 7, 16, 64, 1024, 100_000];

    public static TheoryData<ContentFormat> Formats => [.. Payloads.Structured];

    public static TheoryData<ContentFormat> AllFormats => [.. Payloads.All, ContentFormat.SenMLEtchJson, ContentFormat.SenMLEtchCbor];

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Every_path_of_random_objects_is_written_as_it_is_whole(ContentFormat format)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            int size = s_sizes[seed % s_sizes.Length];
            AssertSame([o], new(26241, 0), format, size);
            AssertSame([o], new(26241), format, size);
            AssertSame([o], new(26241, 0, 0), format, size);
            AssertSame([o], new(26241, 0, 101, 65534), format, size);
            foreach (Lwm2mPath resource in RoundTripTests.ResourcesOf(o))
            {
                AssertSame([o], resource, format, size);
                foreach (Lwm2mPath instance in RoundTripTests.InstancesOf(o, resource))
                {
                    AssertSame([o], instance, format, size);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Instances_of_an_object_and_of_several_are_written_as_they_are_whole(ContentFormat format)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            ObjectTree tree = [];
            for (int i = 0; i < seed % 5; i++)
            {
                tree.Add((ushort)(i * 300), i % 3 == 2 ? new AllTypes() : new RandomObjects(seed * 5 + i).AllTypes());
            }

            int size = s_sizes[seed % s_sizes.Length];
            AssertSame([.. tree], new(26241), format, size);
            tree.Add(DeckTests.Device());
            tree.Add(new Temperature { SensorValue = 1 });
            AssertSame([.. tree], Lwm2mPath.Root, format, size);
            AssertSame([], new(26241), format, size);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Long_values_of_every_length_are_written_as_they_are_whole(ContentFormat format)
    {
        foreach (int length in (int[])[255, 256, 257, 258, 383, 384, 385, 1151, 1152, 1153, 4096, 70_000])
        {
            foreach (string unit in (string[])["x", "é", "\"", "\u0001", "漢", "\U0001F600", "a\U0001F600", "\uD800", "x\uDC00\uD83D"])
            {
                string text = string.Concat(Enumerable.Repeat(unit, 1 + length / unit.Length))[..length];
                AllTypes o = new()
                {
                    Text = text,
                    Data = OpaqueSinkTests.Data(length),
                    ManyText = new() { [0] = "short", [5] = text },
                    ManyData = new() { [1] = OpaqueSinkTests.Data(length + 1), [400] = new byte[2] },
                };
                AssertSame([o], new(26241, 0), format, 1000);
                AssertSame([o], new(26241), format, 64);
                AssertSame([o], new(26241, 0, 100), format, 64);
                AssertSame([o], new(26241, 0, 105, 1), format, 64);
                AssertSame([o], new(26241, 0, 0), ContentFormat.PlainText, 64);
                AssertSame([o], new(26241, 0, 5), ContentFormat.PlainText, 64);
                AssertSame([o], new(26241, 0, 5), ContentFormat.OctetStream, 64);
                AssertSame([o], new(26241, 0, 0), ContentFormat.OctetStream, 64);
                AssertSame([o], new(26241, 0, 0), ContentFormat.Cbor, 64);
                AssertSame([o], new(26241, 0, 5), ContentFormat.Cbor, 64);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Thousands_of_instances_are_written_as_they_are_whole(ContentFormat format)
    {
        ObjectTree tree = [];
        for (int id = 0; id < 3000; id++)
        {
            tree.Add((ushort)id, new Temperature { SensorValue = id * 0.25, SensorUnits = id % 2 == 0 ? "Cel" : null });
        }

        ObjectInstance[] instances = [.. tree];
        using PayloadBlockWriter writer = new(instances, new(3303), format);
        Assert.Equal(ObjectBlockReaderTests.Thousands(format), Produce(writer, 64));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Instances_of_a_resource_beyond_a_byte_are_written_as_they_are_whole(ContentFormat format)
    {
        AllTypes o = new();
        for (int id = 0; id < 300; id++)
        {
            o.ManyWhole[(ushort)(id * 200)] = id;
        }

        AssertSame([o], new(26241), format, 100);
        AssertSame([o], new(26241, 0), format, 100);
        AssertSame([o], new(26241, 0, 101), format, 100);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_is_produced_can_be_consumed(ContentFormat format)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            o.Data = OpaqueSinkTests.Data(seed * 100);
            MemorySink sink = new();
            AllTypes copy = new();
            using PayloadBlockWriter writer = new([o], new(26241, 0), format);
            BlockReaderOptions options = new BlockReaderOptions { MaxRecordLength = 2048 }.AddSink(new(26241, 0, 5), sink);
            using InstanceBlockReader reader = new(copy, new(26241, 0), format, ReadMode.Mirror, options);
            byte[] block = new byte[64];
            while (!writer.IsComplete)
            {
                Assert.True(reader.Feed(block.AsSpan(0, writer.Next(block))), reader.Error.ToString());
            }

            Assert.True(reader.Complete(out PayloadError error), error.ToString());
            Assert.Equal(o.Data!.Value.ToArray(), sink[new(26241, 0, 5)]);
            copy.Data = o.Data;
            SameContent.Assert(o, copy);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Values_that_change_between_blocks_are_whole_either_way(ContentFormat format)
    {
        Temperature[] instances = [.. Enumerable.Range(0, 20).Select(_ => new Temperature { SensorValue = 0, SensorUnits = "" })];
        ObjectTree tree = [.. instances];
        using PayloadBlockWriter writer = new([.. tree], new(3303), format);
        List<byte> payload = [];
        byte[] block = new byte[16];
        for (int round = 1; !writer.IsComplete; round++)
        {
            payload.AddRange(block.AsSpan(0, writer.Next(block)));
            foreach (Temperature instance in instances)
            {
                instance.SensorValue = round;
                instance.SensorUnits = new('x', round % 20);
            }
        }

        using ObjectBlockReader<Temperature> reader = new(format);
        Assert.Equal(PayloadFault.None, Blocks.Feed(reader, payload.ToArray(), 16).Fault);
        double last = 0;
        foreach ((ushort _, Temperature read) in reader.Instances)
        {
            // Of one moment each, and of later ones the later they come.
            Assert.Equal(read.SensorValue % 20, read.SensorUnits!.Length);
            Assert.InRange(read.SensorValue, last, 10_000);
            last = read.SensorValue;
        }

        Assert.Equal(20, reader.Instances.Count);
        Assert.True(last > 5);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void An_instance_that_gains_or_loses_a_value_ends_the_payload(ContentFormat format)
    {
        foreach (bool isGain in (bool[])[true, false])
        {
            Temperature[] instances = [.. Enumerable.Range(0, 20).Select(_ => new Temperature { SensorValue = 0, SensorUnits = "Cel" })];
            ObjectTree tree = [.. instances];
            using PayloadBlockWriter writer = new([.. tree], new(3303), format);
            byte[] block = new byte[64];
            Assert.Equal(64, writer.Next(block));
            instances[15].MinRangeValue = isGain ? 1 : null;
            instances[15].SensorUnits = isGain ? "Cel" : null;
            tree.Remove(instances[19]);
            while (writer.State == PayloadBlockState.Producing)
            {
                writer.Next(block);
            }

            Assert.Equal(PayloadBlockState.Changed, writer.State);
            Assert.Equal(0, writer.Next(block));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void An_instance_that_comes_or_goes_meanwhile_is_left_as_it_was(ContentFormat format)
    {
        Temperature[] instances = [.. Enumerable.Range(0, 20).Select(_ => new Temperature { SensorValue = 0 })];
        ObjectTree tree = [.. instances];
        byte[] expected = Payloads.Write(tree, new(3303), format);
        using PayloadBlockWriter writer = new([.. tree], new(3303), format);
        byte[] block = new byte[32];
        writer.Next(block);
        tree.Remove(instances[15]);
        tree.Add(50, new Temperature { SensorValue = 1 });
        Assert.Equal(expected, (byte[])[.. block, .. Produce(writer, 32)]);
    }

    [Fact]
    public void More_values_than_an_instance_may_have_end_the_payload()
    {
        AllTypes o = new();
        for (ushort id = 0; id < 50; id++)
        {
            o.ManyWhole[id] = id;
        }

        // One more than the instances: the resource that they are of.
        foreach ((int bound, PayloadBlockState state) in ((int, PayloadBlockState)[])
            [(51, PayloadBlockState.Complete), (50, PayloadBlockState.TooLarge)])
        {
            using PayloadBlockWriter writer = new([o], new(26241, 0), ContentFormat.SenMLCbor, new() { MaxRecordsPerInstance = bound });
            writer.Next(new byte[4096]);
            Assert.Equal(state, writer.State);
        }
    }

    [Fact]
    public void TLV_says_no_more_than_24_bits_of_a_length()
    {
        foreach ((int length, PayloadBlockState state) in ((int, PayloadBlockState)[])
            [(0xFF_FFFF, PayloadBlockState.Complete), (0x100_0000, PayloadBlockState.TooLarge)])
        {
            using PayloadBlockWriter writer = new([new AllTypes { Data = new byte[length] }], new(26241, 0), ContentFormat.Tlv);
            byte[] block = new byte[1 << 20];
            while (writer.State == PayloadBlockState.Producing)
            {
                writer.Next(block);
            }

            Assert.Equal(state, writer.State);
        }
    }

    [Fact]
    public void A_writer_says_how_it_is_used()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PayloadBlockWriter([], new(3), ContentFormat.LinkFormat));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockWriterOptions { MaxRecordsPerInstance = 0 });
        PayloadBlockWriter writer = new([DeckTests.Device()], new(3, 0), ContentFormat.SenMLCbor);
        Assert.Equal(0, writer.Next([]));
        Assert.Equal(10, writer.Next(new byte[10]));
        Assert.Equal((10, PayloadBlockState.Producing), (writer.Position, writer.State));
        writer.Dispose();
        writer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => writer.Next(new byte[10]));
    }

    internal static byte[] Produce(PayloadBlockWriter writer, int size)
    {
        List<byte> payload = [];
        byte[] block = new byte[size];
        while (writer.State == PayloadBlockState.Producing)
        {
            int written = writer.Next(block);
            // Only the last block is not full, and it is known to be the last.
            Assert.True(written == size || writer.State != PayloadBlockState.Producing);
            payload.AddRange(block.AsSpan(0, written));
        }

        return [.. payload];
    }

    private static string Show(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes[..Math.Min(bytes.Length, 500)]);

    private static void AssertSame(ObjectInstance[] instances, Lwm2mPath path, ContentFormat format, int size)
    {
        byte[] buffer = s_buffer;
        RepresentationResult result = Representation.Write(instances, path, format, buffer, out int length);
        using PayloadBlockWriter writer = new(instances, path, format);
        byte[] payload = Produce(writer, size);
        PayloadBlockState expected = result switch
        {
            RepresentationResult.Written => PayloadBlockState.Complete,
            RepresentationResult.Absent => PayloadBlockState.Absent,
            _ => PayloadBlockState.NotRepresentable,
        };
        Assert.True(expected == writer.State, $"{path} as {format}: {result}, in blocks {writer.State}");
        Assert.True(
            buffer.AsSpan(0, length).SequenceEqual(payload),
            $"{path} as {format} in blocks of {size}: {Show(buffer.AsSpan(0, length))}, not {Show(payload)}");
    }
}
