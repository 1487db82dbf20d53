using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>What a server writes to several objects in one payload, whole or not at all (LwM2M TS Core, 6.3.9).</summary>
public class CompositeReaderTests
{
    private readonly LightControl _light = new() { OnOff = false, Dimmer = 10, Colour = "red" };
    private readonly SetPoint _setPoint = new() { SetPointValue = 20 };
    private readonly Rules _rules =
        new() { Level = 1, Limits = new() { [0] = 1, [4] = 2 }, Tags = ["a", "b"], Serial = "4711", Ratio = 0.5 };
    private readonly Rules _other = new() { Level = 2, Limits = [0], Tags = ["z"] };
    private readonly AllTypes _links = new();
    private readonly ObjectTree _objects = [];

    public CompositeReaderTests()
    {
        _objects.Add(_light);
        _objects.Add(_setPoint);
        _objects.Add(3, _rules);
        _objects.Add(70, _other);
        _objects.Add(_links);
    }

    [Theory]
    [InlineData(ContentFormat.SenMLJson)]
    [InlineData(ContentFormat.SenMLEtchJson)]
    public void Records_of_several_objects_come_in_any_order(ContentFormat format)
    {
        const string Json = """
            [{"n":"/26242/70/9/5","vs":"y"},{"bn":"/3311/0/","n":"5851","v":75},{"bn":"/26242/3/","n":"0","v":9},{"n":"9/1","vs":"B"},
            {"bn":"","n":"/3308/0/5900","v":18.5},{"n":"/3311/0/5850","vb":true},{"n":"/26242/70/0","v":33},{"n":"/26242/3/9/0","vs":"A"}]
            """;
        Assert.Equal(default, Composites.ReadJson(_objects, Json, format));
        Assert.Equal((true, 75, "red", 18.5), (_light.OnOff, _light.Dimmer, _light.Colour, _setPoint.SetPointValue));
        Assert.Equal((9, 33), (_rules.Level, _other.Level));
        Assert.Equal(["A", "B"], _rules.Tags);
        Assert.Equal(new ushort[] { 0, 5 }, _other.Tags.Ids.ToArray());
        Assert.Equal(["z", "y"], _other.Tags);
        Assert.Equal(("4711", 0.5), (_rules.Serial, _rules.Ratio));
    }

    private const string SenMLHex = "83a2006c2f333331312f302f3538353102184b"
        + "a2006c2f333330382f302f3539303002fb4032800000000000a2006c2f333331312f302f3538353004f5";

    [Theory]
    [InlineData(ContentFormat.Lwm2mCbor, "a2190ceca100a119170cfb4032800000000000 190cefa100a21916db184b1916daf5")]
    [InlineData(ContentFormat.Lwm2mCbor, "a383190cef001916db184b 83190cec0019170cfb4032800000000000 83190cef001916daf5")]
    [InlineData(ContentFormat.SenMLCbor, SenMLHex)]
    [InlineData(ContentFormat.SenMLEtchCbor, SenMLHex)]
    public void In_CBOR_too(ContentFormat format, string hex)
    {
        byte[] payload = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(default, Composites.Read(_objects, format, payload));
        Assert.Equal((true, 75, 18.5), (_light.OnOff, _light.Dimmer, _setPoint.SetPointValue));
    }

    [Theory]
    [InlineData("/26242/3/9/0 /26242/3/4 /26242/70/9 /26242/70/9/7", PayloadFault.Duplicate)]
    [InlineData("/26242/70/9 /26242/3/9/0 /26242/3/4 /26242/3/9/77", PayloadFault.None)]
    public void A_null_removes_in_a_patch(string paths, PayloadFault fault)
    {
        string json = Removals(paths.Split(' '));
        string before = Composites.Content(_objects);
        Assert.Equal(fault, Composites.ReadJson(_objects, json, ContentFormat.SenMLEtchJson).Fault);
        if (fault != PayloadFault.None)
        {
            Assert.Equal(before, Composites.Content(_objects));
            return;
        }

        Assert.Equal(["b"], _rules.Tags);
        Assert.Null(_rules.Ratio);
        Assert.Empty(_other.Tags);
    }

    private static string Removals(params string[] paths) =>
        $"[{string.Join(',', paths.Select(path => $$"""{"n":"{{path}}","v":null}"""))}]";

    // /26242/3 {4: null, 9: {0: null}} in LwM2M CBOR, and the same as SenML, which is no patch.
    [Fact]
    public void A_null_removes_in_LwM2M_CBOR_and_not_in_SenML()
    {
        Assert.Equal(default, Composites.Read(_objects, ContentFormat.Lwm2mCbor, Convert.FromHexString("a1196682a103a204f609a100f6")));
        Assert.Equal(["b"], _rules.Tags);
        Assert.Null(_rules.Ratio);
        Assert.Equal(PayloadFault.Malformed, Composites.ReadJson(_objects, """[{"n":"/26242/3/9/1","v":null}]""").Fault);
        Assert.Equal(["b"], _rules.Tags);
    }

    [Fact]
    public void A_mandatory_resource_keeps_an_instance()
    {
        string before = Composites.Content(_objects);
        string all = Removals("/3311/0/5851", "/26242/3/1/4", "/26242/70/9/0", "/26242/3/1/0");
        PayloadError error = Composites.ReadJson(_objects, all, ContentFormat.SenMLEtchJson);
        Assert.Equal((PayloadFault.MissingMandatory, 1), (error.Fault, error.Resource!.Id));
        Assert.Equal(before, Composites.Content(_objects));
        Assert.Equal(default, Composites.ReadJson(_objects, """[{"n":"/26242/3/1/4","v":null}]""", ContentFormat.SenMLEtchJson));
        Assert.Equal([1], _rules.Limits);
    }

    [Theory]
    [InlineData("""{"n":"/26242/70/0","v":101}""", PayloadFault.OutOfRange, "/26242/70/0: resource 0 (Level) takes 0..100, not 101")]
    [InlineData("""{"n":"/26242/70/0","vs":"x"}""", PayloadFault.WrongType, "/26242/70/0: resource 0 (Level) takes Integer")]
    [InlineData("""{"n":"/26242/70/3","vs":"x"}""", PayloadFault.NotWritable, "/26242/70/3: resource 3 (Serial) is not writable")]
    [InlineData("""{"n":"/26242/70/7","v":1}""", PayloadFault.NotWritable, "/26242/70/7: resource 7 (Run) is not writable")]
    [InlineData("""{"n":"/26242/70/77","v":1}""", PayloadFault.UnknownResource, "/26242/70/77: object 26242 (Rules) has no such resource")]
    [InlineData("""{"n":"/26242/71/0","v":1}""", PayloadFault.UnknownInstance, "/26242/71/0: there is no such object instance")]
    [InlineData("""{"n":"/65534/0/0","v":1}""", PayloadFault.UnknownInstance, "/65534/0/0: there is no such object instance")]
    [InlineData("""{"n":"/0/0/0","vs":"coap://x"}""", PayloadFault.BootstrapOnly, "/0/0/0: this object is for bootstrap only")]
    [InlineData("""{"n":"/21/0/0","vs":"x"}""", PayloadFault.BootstrapOnly, "/21/0/0: this object is for bootstrap only")]
    [InlineData(
        """{"n":"/26242/70/0/1","v":1}""", PayloadFault.WrongMultiplicity, "/26242/70/0/1: resource 0 (Level) takes a single value")]
    [InlineData("""{"n":"/26242/70/9","vs":"x"}""", PayloadFault.WrongMultiplicity, null)]
    [InlineData(
        """{"n":"/3311/0/5851","v":2}""", PayloadFault.Duplicate, "/3311/0/5851: resource 5851 (Dimmer) stands in the payload twice")]
    [InlineData("""{"n":"/26242/3/9/1","vs":"again"}""", PayloadFault.Duplicate, null)]
    [InlineData("""{"n":"/26241/0/7","vlo":"3303:0"}""", PayloadFault.NoSuchTarget, null)]
    [InlineData("""{"n":"/26242/70","v":1}""", PayloadFault.OutsidePath, null)]
    [InlineData("""{"n":"/26242","v":1}""", PayloadFault.OutsidePath, null)]
    [InlineData("""{"n":"x","v":1}""", PayloadFault.Malformed, null)]
    [InlineData("""{"n":"/26242/70/0"}""", PayloadFault.Malformed, null)]
    [InlineData("""{"n":"/26242/70/0","v":1,"x_":1}""", PayloadFault.NotUnderstood, null)]
    [InlineData("""{"n":"/26242/70/0","v":1""", PayloadFault.Malformed, null)]
    public void One_fault_wherever_it_stands_and_nothing_is_changed_anywhere(string record, PayloadFault fault, string? sentence)
    {
        string before = Composites.Content(_objects);
        string[] good =
        [
            """{"n":"/3311/0/5851","v":75}""", """{"n":"/3308/0/5900","v":1}""", """{"n":"/26242/3/9/1","vs":"B"}""",
            """{"n":"/26241/0/7","vlo":"3311:0"}""",
        ];
        // Two records for one resource are a fault of their own kind.
        string[] others = fault == PayloadFault.NoSuchTarget ? good[..3] : good;
        for (int place = others.Length; place >= 0; place--)
        {
            string json = $"[{string.Join(',', [.. others[..place], record, .. others[place..]])}]";
            if (record[^1] != '}' && place < others.Length)
            {
                continue;
            }

            PayloadError error = Composites.ReadJson(_objects, json);
            Assert.Equal(fault, error.Fault);
            if (sentence is not null)
            {
                Assert.Equal(sentence, error.ToString());
            }

            if (fault != PayloadFault.Duplicate && error.Path is { } path)
            {
                // The record that is to blame has just been read there.
                Assert.Contains(path.ToString(), json[..error.Position], StringComparison.Ordinal);
                Assert.EndsWith(record, json[..error.Position], StringComparison.Ordinal);
            }

            Assert.Equal(before, Composites.Content(_objects));
            Assert.All(_objects, instance => Assert.False(HasNewChanges(instance)));
        }

        Assert.Equal(default, Composites.ReadJson(_objects, $"[{string.Join(',', good)}]"));
        Assert.NotEqual(before, Composites.Content(_objects));
    }

    private static bool HasNewChanges(ObjectInstance instance) => instance.HasChanges && instance.TakeChange() >= 0;

    [Fact]
    public void Existence_goes_before_rights_and_rights_go_before_values()
    {
        const string Value = """{"n":"/3311/0/5851","v":101}""", Right = """{"n":"/26242/3/3","vs":"x"}""";
        const string Instance = """{"n":"/26242/71/0","v":1}""", Protected = """{"n":"/21/0/0","vs":"x"}""";
        Assert.Equal(PayloadFault.BootstrapOnly, Composites.ReadJson(_objects, $"[{Value},{Right},{Instance},{Protected}]").Fault);
        Assert.Equal(PayloadFault.UnknownInstance, Composites.ReadJson(_objects, $"[{Value},{Right},{Instance}]").Fault);
        Assert.Equal(PayloadFault.NotWritable, Composites.ReadJson(_objects, $"[{Value},{Right}]").Fault);
        Assert.Equal(PayloadFault.OutOfRange, Composites.ReadJson(_objects, $"[{Value}]").Fault);
    }

    [Fact]
    public void Each_multiple_resource_of_each_instance_has_room_of_its_own()
    {
        string Tags(int instance, int end) =>
            string.Join(',', Enumerable.Range(0, end).Reverse().Select(i => $$"""{"n":"/26242/{{instance}}/9/{{i}}","vs":"x"}"""));
        Assert.Equal(default, Composites.ReadJson(_objects, $"[{Tags(3, 256)},{Tags(70, 256)}]"));
        Assert.Equal((256, 256), (_rules.Tags.Count, _other.Tags.Count));
        PayloadError error = Composites.ReadJson(_objects, $$"""[{{Tags(3, 256)}},{"n":"/26242/70/9/256","vs":"x"}]""");
        Assert.Equal((PayloadFault.TooManyInstances, Payloads.Path("/26242/70/9/256")), (error.Fault, error.Path));
    }

    [Fact]
    public void More_records_than_are_kept_on_the_stack_and_values_longer_than_that()
    {
        string text = new('é', 900);
        string links = string.Join(',', Enumerable.Range(0, 100).Select(i => $$"""{"n":"/26241/0/101/{{i * 600}}","v":{{i}}}"""));
        string data = System.Buffers.Text.Base64Url.EncodeToString(new byte[3000]);
        Assert.Equal(default, Composites.ReadJson(
            _objects,
            $$"""[{"n":"/26242/3/9/0","vs":"{{text}}"},{{links}},{"n":"/26241/0/5","vd":"{{data}}"},{"n":"/3311/0/5851","v":7}]"""));
        Assert.Equal((text, 7, 3000, 100), (_rules.Tags[0], _light.Dimmer, _links.Data!.Value.Length, _links.ManyWhole.Count));
        Assert.Equal(99, _links.ManyWhole[59_400]);
    }

    [Fact]
    public void A_payload_in_the_worst_order_takes_no_longer_than_one_in_the_best()
    {
        // Twenty thousand records: a reader that went back for each would not come to an end here.
        string[] records = [.. Enumerable.Range(0, 20_000).Select(i => $$"""{"n":"/26242/3/9/{{i % 20}}","vs":"{{i}}"}""")];
        PayloadError error = Composites.ReadJson(_objects, $"[{string.Join(',', records)}]");
        Assert.Equal((PayloadFault.Duplicate, Payloads.Path("/26242/3/9/0")), (error.Fault, error.Path));
        Array.Reverse(records);
        Assert.Equal(PayloadFault.Duplicate, Composites.ReadJson(_objects, $"[{string.Join(',', records)}]").Fault);

        string[] distinct = [.. Enumerable.Range(0, 20_000).Reverse().Select(i => $$"""{"n":"/26242/3/9/{{i}}","vs":"{{i}}"}""")];
        Assert.Equal(PayloadFault.TooManyInstances, Composites.ReadJson(_objects, $"[{string.Join(',', distinct)}]").Fault);
        Assert.Equal(["a", "b"], _rules.Tags);
    }

    [Fact]
    public void Nothing_to_write_writes_nothing()
    {
        string before = Composites.Content(_objects);
        Assert.Equal(default, Composites.ReadJson(_objects, "[]"));
        Assert.Equal(default, Composites.Read(_objects, ContentFormat.Lwm2mCbor, [0xA0]));
        Assert.Equal(PayloadFault.Malformed, Composites.Read(_objects, ContentFormat.Lwm2mCbor, []).Fault);
        Assert.Equal(before, Composites.Content(_objects));
    }

    [Theory]
    [InlineData(ContentFormat.Tlv)]
    [InlineData(ContentFormat.Lwm2mJson)]
    [InlineData(ContentFormat.PlainText)]
    public void A_format_for_one_path_is_the_callers_fault(ContentFormat format)
    {
        Assert.False(Representation.CanReadComposite(format));
        Assert.Throws<ArgumentOutOfRangeException>(() => _objects.TryReadComposite(format, [], out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => _objects.TryReadCompositeReport([], format, [], out _));
    }

    public static TheoryData<ContentFormat> Formats => [.. Composites.Formats];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_report_on_paths_makes_a_mirror_of_what_lies_on_them(ContentFormat format)
    {
        for (int seed = 1; seed <= 100; seed++)
        {
            ObjectTree peer = CompositeWriterTests.RandomTree(seed);
            ObjectTree mirror = [];
            foreach (ObjectInstance instance in peer)
            {
                mirror.Add(
                    instance.InstanceId,
                    instance is AllTypes ? new RandomObjects(seed + 1000).AllTypes() : new Temperature { SensorValue = 1 });
            }

            string[][] some = [["/"], ["/26241", "/3303/0", "/3303/0/5700"], ["/26241/0/101", "/3303"]];
            Lwm2mPath[] paths = Composites.Paths(some[seed % 3]);
            byte[] payload = Composites.Write(peer, format, paths);
            Assert.True(mirror.TryReadCompositeReport(paths, format, payload, out PayloadError error), $"{error}");
            foreach (ObjectInstance instance in peer.Where(i => paths.Any(p => p.Contains(Payloads.PathOf(i)))))
            {
                // Of what the payload does not speak nothing is known.
                if (Payloads.WriteText(instance) != "[]")
                {
                    ObjectInstance image = mirror.Find(instance.Definition.ObjectId, instance.InstanceId)!;
                    Assert.Equal(Payloads.WriteText(instance), Payloads.WriteText(image));
                }
            }

            // A resource is reported with all of its instances.
            if (seed % 3 == 2 && peer.Find<AllTypes>(0) is { ManyWhole.Count: > 0 } one)
            {
                Assert.Equal(one.ManyWhole.Ids.ToArray(), mirror.Find<AllTypes>(0)!.ManyWhole.Ids.ToArray());
                Assert.Equal(one.ManyWhole, mirror.Find<AllTypes>(0)!.ManyWhole);
            }
        }
    }

    [Theory]
    [InlineData("/26242/3/9/1", """[{"n":"/26242/3/9/1","vs":"B"}]""", "a B", PayloadFault.None)]
    [InlineData("/26242/3/9", """[{"n":"/26242/3/9/1","vs":"B"}]""", "B", PayloadFault.None)]
    [InlineData("/26242/3/9 /26242/3/3", """[{"n":"/26242/3/3","vs":"s"}]""", "a b", PayloadFault.None)]
    [InlineData("/26242/3", """[{"n":"/26242/3/0","v":3}]""", "", PayloadFault.None)]
    [InlineData("/26242 /9999", """[{"n":"/26242/5/9/1","vs":"B"},{"n":"/9999/0/0","v":1}]""", "a b", PayloadFault.None)]
    [InlineData("/26242/3/9/1", """[{"n":"/26242/3/9/1","vs":"B"},{"n":"/26242/3/9/0","vs":"A"}]""", "a b", PayloadFault.OutsidePath)]
    [InlineData("/26242/3", """[{"n":"/26242/3/9/1","vs":"B"},{"n":"/26242/70/0","v":1}]""", "a b", PayloadFault.OutsidePath)]
    [InlineData("/", """[{"n":"/26242/3/9/1","vs":"B"},{"n":"/26242/70/0","v":"x"}]""", "a b", PayloadFault.Malformed)]
    [InlineData("/", """[{"n":"/26242/3/9/1","vs":"B"},{"n":"/26242/70/0","v":101}]""", "a b", PayloadFault.OutOfRange)]
    public void A_report_is_about_its_paths(string paths, string json, string tags, PayloadFault fault)
    {
        Assert.Equal(fault == PayloadFault.None, _objects.TryReadCompositeReport(
            Composites.Paths(paths.Split(' ')), ContentFormat.SenMLJson, Encoding.UTF8.GetBytes(json), out PayloadError error));
        Assert.Equal(fault, error.Fault);
        Assert.Equal(tags, string.Join(' ', _rules.Tags));
    }

    [Fact]
    public void Observers_hear_of_each_instance_once_when_all_is_set()
    {
        int wakes = 0;
        List<int?> seen = [];
        _objects.OnChange = () =>
        {
            wakes++;
            seen.Add((int?)_light.Dimmer);
            seen.Add((int)_setPoint.SetPointValue);
        };
        _light.IsObserved = _setPoint.IsObserved = true;
        Assert.Equal(default, Composites.ReadJson(
            _objects, """[{"n":"/3308/0/5900","v":5},{"n":"/3311/0/5851","v":6},{"n":"/3311/0/5850","vb":true}]"""));
        Assert.Equal(1, wakes);
        Assert.Equal([6, 5], seen);
        Assert.True(_light.HasChanges && _setPoint.HasChanges);
    }
}
