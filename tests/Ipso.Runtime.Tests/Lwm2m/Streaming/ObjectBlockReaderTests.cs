using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>All instances of an object out of one payload in blocks.</summary>
public class ObjectBlockReaderTests
{
    private const int Instances = 3000;

    public static TheoryData<ContentFormat> Formats => [.. Payloads.Structured];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Thousands_of_instances_come_back(ContentFormat format)
    {
        byte[] payload = Thousands(format);
        using ObjectBlockReader<Temperature> reader = new(format);
        Assert.Equal(PayloadFault.None, Blocks.Feed(reader, payload, 64).Fault);
        Assert.Equal(Enumerable.Range(0, Instances).Select(id => (ushort)id), reader.Instances.Select(instance => instance.Key));
        Assert.All(reader.Instances, instance => Assert.Equal(instance.Key * 0.25, instance.Value.SensorValue));
        Assert.All(reader.Instances, instance => Assert.Equal(instance.Key % 2 == 0 ? "Cel" : null, instance.Value.SensorUnits));

        // The records of one instance are held at a time.
        Assert.InRange(reader.Capacity, 1, 1024);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Random_instances_come_back_in_blocks_of_any_size(ContentFormat format)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            ObjectTree tree = [];
            for (int i = 0; i < 5; i++)
            {
                tree.Add((ushort)(i * 100), new RandomObjects(seed * 5 + i).AllTypes());
            }

            byte[] payload = Payloads.Write(tree, new(26241), format);
            using ObjectBlockReader<AllTypes> reader = new(format, ReadMode.WriteReplace, Blocks.Wide);
            Assert.Equal(PayloadFault.None, Blocks.Feed(reader, payload, 1 + seed).Fault);
            Dictionary<ushort, AllTypes> read = new(reader.Instances);
            foreach (AllTypes instance in tree.Cast<AllTypes>())
            {
                // An instance without resources has no records.
                SameContent.Assert(instance, read.GetValueOrDefault(instance.InstanceId, new()));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Nothing_is_given_out_of_a_payload_that_is_refused(ContentFormat format)
    {
        byte[] payload = Thousands(format);
        using ObjectBlockReader<Temperature> reader = new(format);
        Assert.Equal(PayloadFault.Malformed, Blocks.Feed(reader, payload.AsSpan(0, payload.Length - 1), 64).Fault);
        Assert.Empty(reader.Instances);
    }

    [Fact]
    public void A_value_of_the_wrong_type_is_found_where_its_instance_ends()
    {
        byte[] payload = """
            [{"n":"/3303/0/5700","v":1},{"n":"/3303/1/5700","vs":"x"},{"n":"/3303/2/5700","v":1},{"n":"/3303/3/5700","v":1}]
            """u8.ToArray();
        using ObjectBlockReader<Temperature> reader = new(ContentFormat.SenMLJson);
        PayloadError error = Blocks.Feed(reader, payload, 1);
        Assert.Equal(PayloadFault.WrongType, error.Fault);
        Assert.Equal("record 2: resource 5700 (Sensor Value) takes Float", error.ToString());
        Assert.InRange(reader.Position, 0, payload.Length - 20);
    }

    [Theory]
    [InlineData("""[{"n":"/3303/0/5700","v":1},{"n":"/3303/1/5700","v":1},{"n":"/3303/0/5701","vs":"Cel"}]""", PayloadFault.Scattered)]
    [InlineData("""[{"n":"/3303/0/5700","v":1},{"n":"/3304/0/5700","v":1}]""", PayloadFault.OutsidePath)]
    [InlineData("""[{"n":"/3303/0","v":1}]""", PayloadFault.OutsidePath)]
    [InlineData("""[{"n":"/3303","v":1}]""", PayloadFault.OutsidePath)]
    [InlineData("""[{"n":"/3303/0/5700","v":1},{"n":"/3303/0/5700","v":1}]""", PayloadFault.Duplicate)]
    [InlineData("[]", PayloadFault.None)]
    public void Names_are_of_the_object_and_stand_together(string json, PayloadFault fault)
    {
        using ObjectBlockReader<Temperature> reader = new(ContentFormat.SenMLJson);
        PayloadError error = Blocks.Feed(reader, Encoding.UTF8.GetBytes(json), 3);
        Assert.Equal(fault, error.Fault);
        Assert.Empty(reader.Instances);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Thousands_of_instances_come_back_where_they_may_be_scattered(ContentFormat format)
    {
        using ObjectBlockReader<Temperature> reader = new(format, options: new() { TakesScattered = true });
        Assert.Equal(PayloadFault.None, Blocks.Feed(reader, Thousands(format), 64).Fault);
        Assert.Equal(Enumerable.Range(0, Instances).Select(id => (ushort)id), reader.Instances.Select(instance => instance.Key));
        Assert.All(reader.Instances, instance => Assert.Equal(instance.Key * 0.25, instance.Value.SensorValue));
        Assert.All(reader.Instances, instance => Assert.Equal(instance.Key % 2 == 0 ? "Cel" : null, instance.Value.SensorUnits));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Scattered_records_are_each_of_their_instance(int size)
    {
        Random random = new(size);
        string[] records = [.. Enumerable.Range(0, 200).Select(i =>
            i % 2 == 0 ? $$"""{"n":"/3303/{{i / 2}}/5700","v":{{i}}}""" : $$"""{"n":"/3303/{{i / 2}}/5701","vs":"u{{i}}"}""")];
        random.Shuffle(records);
        using ObjectBlockReader<Temperature> reader = new(ContentFormat.SenMLJson, ReadMode.Bootstrap, new() { TakesScattered = true });
        Assert.Equal(PayloadFault.None, Blocks.Feed(reader, Encoding.UTF8.GetBytes($"[{string.Join(',', records)}]"), size).Fault);
        Assert.Equal(100, reader.Instances.Count);
        Assert.Equal(records[0].Split('/')[2], $"{reader.Instances[0].Key}");
        Assert.All(reader.Instances, instance => Assert.Equal(instance.Key * 2, instance.Value.SensorValue));
        Assert.All(reader.Instances, instance => Assert.Equal($"u{instance.Key * 2 + 1}", instance.Value.SensorUnits));
    }

    [Fact]
    public void Paths_of_LwM2M_CBOR_may_be_scattered()
    {
        // 3303 is 19 0CE7, 5700 is 19 1644, 5701 is 19 1645.
        byte[] payload = Convert.FromHexString("A3" + "83190CE70019164401" + "83190CE70119164402" + "83190CE7001916456143");
        using ObjectBlockReader<Temperature> reader = new(ContentFormat.Lwm2mCbor, options: new() { TakesScattered = true });
        Assert.Equal(PayloadFault.None, Blocks.Feed(reader, payload, 2).Fault);
        Assert.Equal([(1, "C"), (2, null)], reader.Instances.Select(instance => (instance.Value.SensorValue, instance.Value.SensorUnits)));
    }

    [Theory]
    [InlineData("""[{"n":"/3303/0/5700","v":1},{"n":"/3303/1/5700","v":1},{"n":"/3303/0/5700","v":2}]""", PayloadFault.Duplicate, 3)]
    [InlineData("""[{"n":"/3303/0/5700","v":1},{"n":"/3303/1/5701","v":1},{"n":"/3303/0/5701","vs":"x"}]""", PayloadFault.WrongType, 2)]
    [InlineData("""[{"n":"/3303/0/5700","v":1},{"n":"/3304/0/5700","v":1}]""", PayloadFault.OutsidePath, 2)]
    [InlineData("""[{"n":"/3303/0","v":1}]""", PayloadFault.OutsidePath, 1)]
    public void What_is_wrong_among_scattered_records_is_refused(string json, PayloadFault fault, int record)
    {
        using ObjectBlockReader<Temperature> reader = new(ContentFormat.SenMLJson, options: new() { TakesScattered = true });
        PayloadError error = Blocks.Feed(reader, Encoding.UTF8.GetBytes(json), 3);
        Assert.Equal((fault, record), (error.Fault, error.Record));
        Assert.Empty(reader.Instances);
    }

    [Fact]
    public void Scattered_records_have_to_fit_in_what_may_be_held()
    {
        byte[] payload = Thousands(ContentFormat.SenMLJson);
        using ObjectBlockReader<Temperature> reader =
            new(ContentFormat.SenMLJson, options: new() { TakesScattered = true, MaxStagedBytes = 4096 });
        PayloadError error = Blocks.Feed(reader, payload, 64);
        Assert.Equal((PayloadFault.TooLarge, 4096), (error.Fault, error.Bound));
        Assert.InRange(reader.Capacity, 1, 2 * 4096 + 1024);
        Assert.Empty(reader.Instances);
    }

    [Theory]
    [InlineData("", PayloadFault.None)]
    [InlineData("0007", PayloadFault.None)]
    [InlineData("080000", PayloadFault.None)]
    [InlineData("C100FF", PayloadFault.Malformed)]
    [InlineData("8000", PayloadFault.Malformed)]
    [InlineData("4000", PayloadFault.Malformed)]
    [InlineData("02000007", PayloadFault.Malformed)]
    [InlineData("0500C1", PayloadFault.Malformed)]
    [InlineData("0200C101", PayloadFault.Malformed)]
    public void TLV_of_an_object_has_its_instances_around_everything(string hex, PayloadFault fault)
    {
        using ObjectBlockReader<Temperature> reader = new(ContentFormat.Tlv);
        Assert.Equal(fault, Blocks.Feed(reader, Convert.FromHexString(hex), 1).Fault);
    }

    [Fact]
    public void Values_of_each_instance_go_to_the_sinks_of_their_paths()
    {
        ObjectTree tree = [];
        tree.Add(0, new AllTypes { Data = OpaqueSinkTests.Data(2000), Text = "a" });
        tree.Add(1, new AllTypes { Data = OpaqueSinkTests.Data(200), Text = "b" });
        MemorySink sink = new();
        BlockReaderOptions options = new BlockReaderOptions { MaxRecordLength = 512 }.AddSink(new(26241, 0, 5), sink);
        foreach (ContentFormat format in Payloads.Structured)
        {
            using ObjectBlockReader<AllTypes> reader = new(format, options: options);
            Assert.Equal(PayloadFault.None, Blocks.Feed(reader, Payloads.Write(tree, new(26241), format), 64).Fault);
            Assert.Null(reader.Instances[0].Value.Data);
            Assert.Equal(200, reader.Instances[1].Value.Data!.Value.Length);
        }

        Assert.Equal(Payloads.Structured.Length, sink.Count);
    }

    internal static byte[] Thousands(ContentFormat format)
    {
        ObjectTree tree = [];
        for (int id = 0; id < Instances; id++)
        {
            tree.Add((ushort)id, new Temperature { SensorValue = id * 0.25, SensorUnits = id % 2 == 0 ? "Cel" : null });
        }

        byte[] buffer = new byte[1 << 20];
        Assert.Equal(
            RepresentationResult.Written,
            Representation.Write(tree.Instances, new(3303), format, buffer, out int written));
        return buffer[..written];
    }
}
