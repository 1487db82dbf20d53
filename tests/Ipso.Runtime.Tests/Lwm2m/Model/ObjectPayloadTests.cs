using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Payloads for a whole object, with several Object Instances in them, into typed instances.</summary>
public class ObjectPayloadTests
{
    public static TheoryData<ContentFormat> Formats => [.. Payloads.Structured];

    private static PayloadError Read<T>(
        ObjectTree objects, ContentFormat format, ReadOnlySpan<byte> payload, ReadMode mode = ReadMode.Mirror)
        where T : ObjectInstance, ILwm2mObject<T>
    {
        bool isTaken = objects.TryReadObject<T>(format, payload, mode, out PayloadError error);
        Assert.Equal(isTaken, error.Fault == PayloadFault.None);
        Assert.NotEmpty(error.ToString());
        return error;
    }

    private static PayloadError ReadJson<T>(ObjectTree objects, string json, ReadMode mode = ReadMode.Mirror)
        where T : ObjectInstance, ILwm2mObject<T> => Read<T>(objects, ContentFormat.SenMLJson, Encoding.UTF8.GetBytes(json), mode);

    private static PayloadError ReadTlv<T>(ObjectTree objects, string hex, ReadMode mode = ReadMode.Mirror)
        where T : ObjectInstance, ILwm2mObject<T> =>
        Read<T>(objects, ContentFormat.Tlv, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), mode);

    private static string Ids(ObjectTree objects, ushort objectId) =>
        string.Join(' ', objects.OfObject(objectId).ToArray().Select(i => i.InstanceId));

    [Theory]
    [MemberData(nameof(Formats))]
    public void An_object_that_is_written_comes_back_whole(ContentFormat format)
    {
        for (int seed = 1; seed <= 60; seed++)
        {
            RandomObjects random = new(seed);
            ObjectTree peer = [], mirror = [];
            foreach (ushort id in new ushort[] { 0, 3, 200, 65534 })
            {
                if (random.Chance())
                {
                    AllTypes o = random.AllTypes();
                    // Of an instance without values only TLV speaks.
                    o.Flag = true;
                    peer.Add(id, o);
                }

                if (random.Chance())
                {
                    mirror.Add(id, new RandomObjects(seed + 1000).AllTypes());
                }
            }

            Temperature bystander = new() { SensorValue = 1 };
            mirror.Add(bystander);
            AllTypes? known = mirror.Find<AllTypes>(3);
            byte[] payload = Payloads.Write(peer, new(AllTypes.ObjectId), format);
            Assert.Equal(default, Read<AllTypes>(mirror, format, payload));
            Assert.Equal(Ids(peer, AllTypes.ObjectId), Ids(mirror, AllTypes.ObjectId));
            foreach (ObjectInstance instance in peer)
            {
                SameContent.Assert((AllTypes)instance, mirror.Find<AllTypes>(instance.InstanceId)!);
            }

            Assert.Same(bystander, mirror.Find<Temperature>(0));
            if (known is not null && peer.Find<AllTypes>(3) is not null)
            {
                Assert.Same(known, mirror.Find<AllTypes>(3));
            }
        }
    }

    [Fact]
    public void Records_of_an_instance_may_stand_apart()
    {
        ObjectTree objects = [];
        const string Json = """
            [{"bn":"/3303/","n":"9/5700","v":1},{"n":"2/5701","vs":"Cel"},{"n":"9/5701","vs":"K"},{"n":"2/5700","v":2}]
            """;
        Assert.Equal(default, ReadJson<Temperature>(objects, Json));
        Assert.Equal("2 9", Ids(objects, 3303));
        Assert.Equal((2, "Cel"), (objects.Find<Temperature>(2)!.SensorValue, objects.Find<Temperature>(2)!.SensorUnits));
        Assert.Equal((1, "K"), (objects.Find<Temperature>(9)!.SensorValue, objects.Find<Temperature>(9)!.SensorUnits));
    }

    // An Object Instance TLV each: 0 {0: 7}, 300 {9: {1: "x"}}.
    [Fact]
    public void TLV_by_hand()
    {
        ObjectTree objects = [];
        Assert.Equal(default, ReadTlv<Rules>(objects, "03 00 c10007  25 012c 83 09 410178"));
        Assert.Equal("0 300", Ids(objects, 26242));
        Assert.Equal(7, objects.Find<Rules>(0)!.Level);
        Assert.Equal([(ushort)1], objects.Find<Rules>(300)!.Tags.Ids.ToArray());
        Assert.Equal(["x"], objects.Find<Rules>(300)!.Tags);

        // With nothing in it an instance is there all the same.
        Assert.Equal(default, ReadTlv<Rules>(objects, "00 05"));
        Assert.Equal("5", Ids(objects, 26242));
        Assert.Equal(default, ReadTlv<Rules>(objects, ""));
        Assert.Empty(objects);
    }

    [Theory]
    [InlineData("c10007", PayloadFault.OutsidePath)]
    [InlineData("03 00 c10007 c10007", PayloadFault.OutsidePath)]
    [InlineData("03 00 c10007 03 00 c10008", PayloadFault.Duplicate)]
    [InlineData("04 00 c10007", PayloadFault.Malformed)]
    [InlineData("05 00 03 01 c10007", PayloadFault.Malformed)]
    [InlineData("23 ffff c10007", PayloadFault.Malformed)]
    [InlineData("03 00 c10007 03 01 c165", PayloadFault.Malformed)]
    [InlineData("03 00 c10007 05 01 c3 09 787878 c1", PayloadFault.Malformed)]
    [InlineData("03 00 c10007 03 01 c10065", PayloadFault.OutOfRange)]
    public void TLV_that_is_wrong_changes_nothing(string hex, PayloadFault fault)
    {
        ObjectTree objects = [];
        objects.Add(new Rules { Level = 1, Limits = [] });
        string before = Composites.Content(objects);
        Assert.Equal(fault, ReadTlv<Rules>(objects, hex).Fault);
        Assert.Equal(before, Composites.Content(objects));
    }

    [Theory]
    [InlineData("c0 00 c1 09 64")]
    [InlineData("05 00 c0 00 c1 09 64")]
    public void Of_the_one_instance_that_there_can_be_TLV_need_not_speak(string hex)
    {
        ObjectTree objects = [];
        Assert.Equal(default, ReadTlv<Device>(objects, hex));
        Assert.Equal(("", 100), (objects.Find<Device>(0)!.Manufacturer, objects.Find<Device>(0)!.BatteryLevel));
    }

    [Fact]
    public void There_is_no_second_instance_where_there_can_be_one()
    {
        ObjectTree objects = [];
        objects.Add(new Device { ErrorCode = [0], SupportedBindingAndModes = "U", Reboot = null, BatteryLevel = 3 });
        PayloadError error = ReadJson<Device>(objects, """[{"n":"/3/0/9","v":5},{"n":"/3/1/9","v":5}]""");
        Assert.Equal((PayloadFault.UnknownInstance, "/3/1/9"), (error.Fault, error.Path.ToString()));
        Assert.Equal(PayloadFault.UnknownInstance, ReadTlv<Device>(objects, "03 01 c10905").Fault);
        Assert.Equal(3, objects.Find<Device>(0)!.BatteryLevel);
    }

    [Theory]
    [InlineData("""[{"n":"/3303/0/5700","v":2},{"n":"/3303/4/5700","vs":"x"}]""", PayloadFault.WrongType, "/3303/4/5700")]
    [InlineData("""[{"n":"/3303/4/5700","v":2},{"n":"/3303/0/5701","v":1}]""", PayloadFault.WrongType, "/3303/0/5701")]
    [InlineData("""[{"n":"/3303/4/5700","v":2},{"n":"/3303/4/5700","v":2}]""", PayloadFault.Duplicate, "/3303/4/5700")]
    [InlineData("""[{"n":"/3303/4/5700","v":2},{"n":"/3304/0/5700","v":2}]""", PayloadFault.OutsidePath, "")]
    [InlineData("""[{"n":"/3303/4/5700","v":2},{"n":"/3303/5","v":2}]""", PayloadFault.OutsidePath, "")]
    [InlineData("""[{"n":"/3303/4/5700","v":2}""", PayloadFault.Malformed, "")]
    public void One_fault_and_no_instance_is_made_changed_or_removed(string json, PayloadFault fault, string path)
    {
        foreach (ReadMode mode in new[] { ReadMode.Mirror, ReadMode.Bootstrap })
        {
            ObjectTree objects = [];
            objects.Add(new Temperature { SensorValue = 1 });
            objects.Add(9, new Temperature { SensorValue = 9 });
            string before = Composites.Content(objects);
            PayloadError error = ReadJson<Temperature>(objects, json, mode);
            Assert.Equal((fault, path), (error.Fault, $"{error.Path}"));
            Assert.Equal(3303, error.Object!.ObjectId);
            Assert.Equal(before, Composites.Content(objects));
        }
    }

    [Fact]
    public void A_report_removes_the_instances_that_it_leaves_out_and_a_Bootstrap_Write_does_not()
    {
        const string Json = """[{"n":"/26242/7/0","v":7},{"n":"/26242/1/0","v":1}]""";
        ObjectTree objects = [];
        Rules kept = new() { Level = 5, Limits = [1], Secret = "s", Serial = "4711", Ratio = 1, Tags = ["a"], Codes = [1] };
        objects.Add(1, kept);
        objects.Add(3, new Rules { Level = 3, Limits = [] });
        Assert.Equal(default, ReadJson<Rules>(objects, Json, ReadMode.Bootstrap));
        Assert.Equal("1 3 7", Ids(objects, 26242));
        Assert.Same(kept, objects.Find<Rules>(1));

        // Optional resources that it leaves out go, but for those that are the device's own; mandatory ones stay.
        Assert.Equal((1, null, null, "4711"), (kept.Level, kept.Secret, kept.Ratio, kept.Serial));
        Assert.Empty(kept.Tags);
        Assert.Equal([1], kept.Codes);
        Assert.Equal([1], kept.Limits);

        Assert.Equal(default, ReadJson<Rules>(objects, Json));
        Assert.Equal("1 7", Ids(objects, 26242));
        Assert.Equal(default, ReadJson<Rules>(objects, "[]", ReadMode.Bootstrap));
        Assert.Equal("1 7", Ids(objects, 26242));
        Assert.Equal(default, ReadJson<Rules>(objects, "[]"));
        Assert.Equal("", Ids(objects, 26242));
    }

    [Fact]
    public void A_Bootstrap_Write_sets_what_no_server_may()
    {
        ObjectTree objects = [];
        const string Json = """
            [{"bn":"/0/1/","n":"0","vs":"coap://a"},{"n":"1","vb":false},{"n":"2","v":3},{"n":"3","vd":""},{"n":"4","vd":""},
            {"n":"5","vd":"AQI"},{"n":"10","v":7},{"bn":"/0/0/","n":"0","vs":"coap://b"},{"n":"1","vb":true},{"n":"2","v":3},
            {"n":"999","v":1},{"n":"17","vlo":"21:0"}]
            """;
        Assert.Equal(default, ReadJson<LWM2MSecurity>(objects, Json, ReadMode.Bootstrap));
        LWM2MSecurity server = objects.Find<LWM2MSecurity>(1)!, bootstrap = objects.Find<LWM2MSecurity>(0)!;
        Assert.Equal(("coap://a", false, 7), (server.LWM2MServerURI, server.BootstrapServer, server.ShortServerID));
        Assert.Equal([1, 2], server.SecretKey.ToArray());
        Assert.Equal(("coap://b", true, null), (bootstrap.LWM2MServerURI, bootstrap.BootstrapServer, bootstrap.ShortServerID));
        Assert.Equal(new ObjectLink(21, 0), bootstrap.OSCORESecurityMode);

        // Written once more, and without the Short Server ID and the link.
        Assert.Equal(default, ReadJson<LWM2MSecurity>(
            objects, """[{"n":"/0/1/0","vs":"coap://c"},{"n":"/0/0/2","v":2}]""", ReadMode.Bootstrap));
        Assert.Equal(("coap://c", null, "coap://b"), (server.LWM2MServerURI, server.ShortServerID, bootstrap.LWM2MServerURI));
        Assert.Null(bootstrap.OSCORESecurityMode);
        Assert.Equal(PayloadFault.OutOfRange, ReadJson<LWM2MSecurity>(objects, """[{"n":"/0/1/2","v":9}]""", ReadMode.Bootstrap).Fault);

        // The same mode for one instance, and for one resource.
        Assert.Equal(PayloadFault.None, Payloads.Read(
            server, new(0, 1, 10), ContentFormat.PlainText, "8"u8, ReadMode.Bootstrap));
        Assert.Equal(8, server.ShortServerID);
    }

    [Fact]
    public void Who_observes_the_object_hears_of_what_comes_and_goes()
    {
        DeviceScript script = new(new Temperature { SensorValue = 1 }, new Temperature { SensorValue = 2 });
        script.Get("/3303", ContentFormat.SenMLJson, observe: 0, token: "0a");
        Assert.Equal(default, ReadJson<Temperature>(script.Device.Objects, """[{"n":"/3303/1/5700","v":2},{"n":"/3303/5/5700","v":5}]"""));
        Assert.Equal(1, script.Wakes);
        Assert.Equal(
            """NOTIFY 0a 2.05 110 [{"bn":"/3303/1/","n":"5700","v":2},{"bn":"/3303/5/","n":"5700","v":5}]""",
            Assert.Single(script.Drain()));
    }

    [Fact]
    public void Formats_and_modes_that_make_no_sense_are_the_callers_fault()
    {
        ObjectTree objects = [];
        Assert.Throws<ArgumentOutOfRangeException>(() => objects.TryReadObject<Rules>(ContentFormat.PlainText, [], ReadMode.Mirror, out _));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => objects.TryReadObject<Rules>(ContentFormat.LinkFormat, [], ReadMode.Mirror, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => objects.TryReadObject<Rules>(ContentFormat.Tlv, [], ReadMode.WriteUpdate, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => objects.TryReadObject<Rules>(ContentFormat.Tlv, [], ReadMode.WriteReplace, out _));
    }

    [Fact]
    public void The_old_number_of_a_format_will_do()
    {
        ObjectTree objects = [];
        Assert.Equal(default, Read<Rules>(objects, ContentFormat.TlvBefore10, Convert.FromHexString("0300c10007")));
        Assert.Equal(7, objects.Find<Rules>(0)!.Level);
    }
}
