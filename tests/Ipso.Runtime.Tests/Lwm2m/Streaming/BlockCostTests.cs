using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>
/// What payloads in blocks cost: each byte is looked at a fixed number of times, and memory does not grow with what is not held.
/// </summary>
public class BlockCostTests
{
    private const int Megabytes16 = (16 << 20) - 1024;

    private static readonly Lwm2mPath s_data = new(26241, 0, 5);

    public static TheoryData<ContentFormat> Formats => [.. Payloads.Structured];

    public static TheoryData<ContentFormat> AllFormats => [.. Payloads.All];

    /// <summary>Counts bytes, and checks each against the one that belongs there.</summary>
    private sealed class CountingSink : IOpaqueSink
    {
        internal long Count { get; private set; }

        internal bool IsEnded { get; private set; }

        public bool Begin(Lwm2mPath path, long? length) => length is null or Megabytes16;

        public bool Write(ReadOnlySpan<byte> bytes)
        {
            bool isRight = true;
            foreach (byte b in bytes)
            {
                isRight &= b == ByteAt(Count++);
            }

            return isRight;
        }

        public void End(Lwm2mPath path) => IsEnded = true;

        public void Abort(Lwm2mPath path) => IsEnded = false;
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Sixteen_megabytes_take_no_memory_and_one_look(ContentFormat format)
    {
        byte[] data = new byte[Megabytes16];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = ByteAt(i);
        }

        byte[] payload = WholePayload(new AllTypes { Data = data }, data.Length, format);
        CountingSink sink = new();
        BlockReaderOptions options = new BlockReaderOptions().AddSink(s_data, sink);
        AllTypes target = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        using InstanceBlockReader reader = new(target, s_data, format, ReadMode.WriteReplace, options);
        for (int at = 0; at < payload.Length; at += 1024)
        {
            reader.Feed(payload.AsSpan(at, Math.Min(1024, payload.Length - at)));
        }

        Assert.True(reader.Complete(out PayloadError error), error.ToString());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
        Assert.Equal((Megabytes16, true), (sink.Count, sink.IsEnded));
        Assert.InRange(reader.Scanned, payload.Length, payload.Length + 1024);
        Assert.InRange(reader.Capacity, 0, 4096);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Many_records_are_looked_at_a_fixed_number_of_times(ContentFormat format)
    {
        byte[] payload = ObjectBlockReaderTests.Thousands(format);
        foreach (int size in (int[])[1, 64, payload.Length])
        {
            using ObjectBlockReader<Temperature> reader = new(format);
            Assert.Equal(PayloadFault.None, Blocks.Feed(reader, payload, size).Fault);
            // Once to find the record's end and once to read it, behind its base name or path.
            Assert.InRange(reader.Scanned, payload.Length, payload.Length * 6L);
        }
    }

    // What makes a reader go over the same bytes again and again, if anything does: nesting, escapes, counts, chunks of nothing, names.
    [Theory]
    [MemberData(nameof(Formats))]
    public void An_enemy_gets_no_more_looks(ContentFormat format)
    {
        const int Length = 60_000;
        foreach (byte[] unit in (byte[][])
            [
                [0x9F], [0x81], [0xBF, 0x00], [0xC1], [0x5F, 0x40], [0xA1, 0x00], "{\"a\":["u8.ToArray(), "[{"u8.ToArray(),
                "\\\\"u8.ToArray(), "[{\"bn\":\"1\"},"u8.ToArray(), [0x00, 0x00], [0x88, 0x00, 0x00],
            ])
        {
            foreach (byte[] start in (byte[][])
                [
                    [], [0x9F], [0xBF], "["u8.ToArray(), "[{\"n\":\""u8.ToArray(), "{\"e\":["u8.ToArray(), "{\"x\":"u8.ToArray(),
                ])
            {
                byte[] payload = [.. start, .. Enumerable.Repeat(unit, Length / unit.Length).SelectMany(static bytes => bytes)];
                using InstanceBlockReader reader = new(new AllTypes(), new(26241, 0), format, ReadMode.Mirror, Blocks.Wide);
                Blocks.Feed(reader, payload, 512);
                Assert.InRange(reader.Scanned, 0, payload.Length * 4L);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Sixteen_megabytes_are_written_without_memory(ContentFormat format)
    {
        byte[] data = new byte[Megabytes16];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = ByteAt(i);
        }

        ObjectInstance[] instances = [new AllTypes { Data = data }];
        byte[] expected = WholePayload(instances[0], data.Length, format);
        byte[] block = new byte[1024];
        long before = GC.GetAllocatedBytesForCurrentThread();
        using PayloadBlockWriter writer = new(instances, s_data, format);
        int length = 0;
        bool isSame = true;
        while (writer.State == PayloadBlockState.Producing)
        {
            int written = writer.Next(block);
            isSame &= expected.AsSpan(length, written).SequenceEqual(block.AsSpan(0, written));
            length += written;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
        Assert.Equal((true, expected.Length, PayloadBlockState.Complete), (isSame, length, writer.State));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Thousands_of_instances_are_written_with_the_memory_of_one(ContentFormat format)
    {
        ObjectTree tree = [];
        for (int id = 0; id < 3000; id++)
        {
            tree.Add((ushort)id, new Temperature { SensorValue = id, SensorUnits = "Cel", ApplicationType = new('x', 100) });
        }

        ObjectInstance[] instances = [.. tree];
        byte[] block = new byte[256];
        long before = GC.GetAllocatedBytesForCurrentThread();
        using PayloadBlockWriter writer = new(instances, new(3303), format);
        while (writer.State == PayloadBlockState.Producing)
        {
            writer.Next(block);
        }

        // Which instances there are, in 8 bytes each, and how many values each has, in 4 of the pool.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, instances.Length * 16 + (16 * 1024));
        Assert.Equal(PayloadBlockState.Complete, writer.State);
        Assert.InRange(writer.Position, 300_000, 800_000);
    }

    private static byte ByteAt(long index) => (byte)(index * 7 + (index >> 8));

    private static byte[] WholePayload(ObjectInstance instance, int length, ContentFormat format)
    {
        byte[] buffer = new byte[length / 3 * 4 + 1024];
        Assert.Equal(RepresentationResult.Written, Representation.Write([instance], s_data, format, buffer, out int written));
        return buffer[..written];
    }
}
