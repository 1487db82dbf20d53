using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>What lies on paths across objects in one payload (LwM2M TS Core, 6.3.8).</summary>
public class CompositeWriterTests
{
    public static TheoryData<ContentFormat> Formats => [.. Composites.Formats];

    private static ObjectTree Tree()
    {
        ObjectTree objects = [];
        objects.Add(2, new Temperature { SensorValue = 21.5, SensorUnits = "Cel" });
        objects.Add(700, new Temperature { SensorValue = -4 });
        objects.Add(5, new Rules
        {
            Level = 1,
            Limits = new() { [0] = 1, [9] = -2 },
            Secret = "hush",
            Serial = "4711",
            Tags = new() { [3] = "c", [300] = "d" },
        });
        objects.Add(new SetPoint { SetPointValue = 20 });
        return objects;
    }

    [Theory]
    [InlineData("/3303/2/5700", """[{"bn":"/3303/2/","n":"5700","v":21.5}]""")]
    [InlineData("/3303/700/5700 /3308/0/5900", """[{"bn":"/3303/700/","n":"5700","v":-4},{"bn":"/3308/0/","n":"5900","v":20}]""")]
    [InlineData("/26242/5/9/300 /26242/5/9/3", """[{"bn":"/26242/5/","n":"9/3","vs":"c"},{"n":"9/300","vs":"d"}]""")]
    [InlineData("/26242/5/9/300 /26242/5/3", """[{"bn":"/26242/5/","n":"3","vs":"4711"},{"n":"9/300","vs":"d"}]""")]
    [InlineData("/26242/5/1 /26242/5/1/9 /26242/5/0", """[{"bn":"/26242/5/","n":"0","v":1},{"n":"1/0","v":1},{"n":"1/9","v":-2}]""")]
    [InlineData(
        "/3303",
        """[{"bn":"/3303/2/","n":"5601","v":21.5},{"n":"5602","v":21.5},{"n":"5700","v":21.5},{"n":"5701","vs":"Cel"},"""
        + """{"bn":"/3303/700/","n":"5601","v":-4},{"n":"5602","v":-4},{"n":"5700","v":-4}]""")]
    public void Each_value_stands_there_once_and_in_order(string paths, string expected) =>
        Assert.Equal(expected, Composites.WriteJson(Tree(), paths.Split(' ')));

    [Theory]
    [InlineData("/3303/0")]
    [InlineData("/3303/2/5750")]
    [InlineData("/3303/2/1")]
    [InlineData("/3303/2/5605")]
    [InlineData("/3303/2/5700/0")]
    [InlineData("/26242/5/2")]
    [InlineData("/26242/5/8")]
    [InlineData("/26242/5/9/4")]
    [InlineData("/26242/5/10 /26242/5/1/1")]
    [InlineData("/1 /9999/0/1 /65534/65534/65534/65534")]
    [InlineData("")]
    public void What_is_not_there_or_not_readable_is_left_out(string text)
    {
        string[] paths = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("[]", Composites.WriteJson(Tree(), paths));
        Assert.Equal([0x80], Composites.Write(Tree(), ContentFormat.SenMLCbor, Composites.Paths(paths)));
        Assert.Equal([0xA0], Composites.Write(Tree(), ContentFormat.Lwm2mCbor, Composites.Paths(paths)));
        Assert.Equal(
            """[{"bn":"/3308/0/","n":"5900","v":20}]""", Composites.WriteJson(Tree(), [.. paths, "/3308/0/5900"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(21)]
    [InlineData(23)]
    public void Objects_for_bootstrap_alone_are_nobodys(int id)
    {
        ObjectTree objects = Tree();
        ObjectInfo info = new(
            (ushort)id, "Keys", "1.0", "urn:x", true, false, [new(1, "Key", ResourceType.Integer, Operations.Read)]);
        objects.Add(new OneInteger(info, 42));
        string rest = Composites.WriteJson(Tree(), "/");
        Assert.Equal(rest, Composites.WriteJson(objects, "/"));
        Assert.Equal("[]", Composites.WriteJson(objects, $"/{id}", $"/{id}/0/1"));
        Assert.Equal("[]", Composites.WriteJson(objects, $"/{id}/0"));
        // The same object under another id is read.
        objects.Add(new OneInteger(new(22, "Keys", "1.0", "urn:x", true, false, info.Resources), 42));
        Assert.Equal("""[{"bn":"/22/0/","n":"1","v":42}]""", Composites.WriteJson(objects, "/22/0"));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void It_holds_what_single_reads_hold(ContentFormat format)
    {
        Random random = new(11);
        for (int seed = 1; seed <= 150; seed++)
        {
            ObjectTree objects = RandomTree(seed);
            Lwm2mPath[] paths = [.. Enumerable.Range(0, random.Next(20)).Select(_ => RandomPath(objects, random))];
            SortedDictionary<string, string> expected = new(StringComparer.Ordinal);
            foreach (ObjectInstance instance in objects)
            {
                foreach ((string path, string value) in Composites.Records(format, Payloads.Write(instance, format)))
                {
                    if (paths.Any(p => p.Contains(Payloads.Path(path))))
                    {
                        expected.Add(path, value);
                    }
                }
            }

            Assert.Equal(expected, Composites.Records(format, Composites.Write(objects, format, paths)));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_destination_that_is_just_long_enough_will_do_and_no_shorter_one(ContentFormat format)
    {
        ObjectTree objects = Tree();
        foreach (string[] paths in new string[][] { ["/"], ["/3303", "/26242/5/9/3"], [] })
        {
            byte[] payload = Composites.Write(objects, format, Composites.Paths(paths));
            for (int length = 0; length <= payload.Length; length++)
            {
                var destination = new byte[length];
                RepresentationResult result = objects.WriteComposite(Composites.Paths(paths), format, destination, out int written);
                Assert.Equal(length < payload.Length ? RepresentationResult.TooLarge : RepresentationResult.Written, result);
                Assert.Equal(length < payload.Length ? 0 : length, written);
            }

            Assert.Equal(payload, Composites.Write(objects, format, Composites.Paths(paths)));
        }
    }

    [Fact]
    public void The_callers_paths_stay_as_they_are()
    {
        Lwm2mPath[] paths = Composites.Paths("/3308/0", "/3303/2/5700", "/3308");
        Lwm2mPath[] before = [.. paths];
        Composites.Write(Tree(), ContentFormat.SenMLCbor, paths);
        Assert.Equal(before, paths);
    }

    [Theory]
    [InlineData(ContentFormat.Tlv)]
    [InlineData(ContentFormat.Lwm2mJson)]
    [InlineData(ContentFormat.PlainText)]
    [InlineData(ContentFormat.Cbor)]
    [InlineData(ContentFormat.SenMLEtchCbor)]
    [InlineData(ContentFormat.LinkFormat)]
    public void A_format_for_one_path_is_the_callers_fault(ContentFormat format)
    {
        Assert.False(Representation.SupportsComposite(format));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tree().WriteComposite([Lwm2mPath.Root], format, new byte[100], out _));
    }

    internal static ObjectTree RandomTree(int seed)
    {
        RandomObjects random = new(seed);
        ObjectTree objects = [];
        foreach (ushort id in new ushort[] { 0, 1, 7, 300, 65534 })
        {
            if (random.Chance())
            {
                objects.Add(id, random.AllTypes());
            }

            if (random.Chance())
            {
                objects.Add(id, new Temperature { SensorValue = random.Next(100), SensorUnits = random.Chance() ? "Cel" : null });
            }
        }

        return objects;
    }

    // Half of the ids are ones that are there.
    private static Lwm2mPath RandomPath(ObjectTree objects, Random random)
    {
        Lwm2mPath path = Lwm2mPath.Root;
        ushort[][] ids =
        [
            [26241, 26241, 3303, 3303, 3304],
            [.. objects.Select(i => i.InstanceId), 2],
            [0, 3, 100, 101, 101, 105, 107, 5700, 5701, 5605, 9],
            [0, 1, 2, 3, 40_000],
        ];
        // The root covers all: it is not often asked for.
        for (int depth = random.Next(30) == 0 ? 0 : random.Next(1, 5); depth > 0; depth--)
        {
            ushort[] level = ids[path.Depth];
            path = path.Append(level[random.Next(level.Length)]);
        }

        return path;
    }

    private sealed class OneInteger(ObjectInfo definition, long value) : ObjectInstance(definition)
    {
        protected override void WriteTo(ref ResourceWriter w) => w.Integer(0x0001_0000_0000_3161, value);
    }
}
