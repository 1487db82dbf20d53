using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>
/// The rows that a server asks a device for, by our server of our device, without loss and with three datagrams of ten lost: what comes back does
/// not depend on how often it had to be said.
/// </summary>
[Trait("Category", "Conformance")]
public class RowTests
{
    private static readonly Lwm2mPath s_value = new(3303, 0, 5700);

    // Each in a world of its own: the row, what it says, what is asked one after the other, and how the answers begin.
    private static readonly (int Row, string Says, (DeviceRequest Request, string Answer)[] Asked)[] s_rows =
    [
        (37, "one resource in each format",
        [
            (In(Get(s_value), ContentFormat.PlainText), "2.05 21.5"),
            (In(Get(s_value), ContentFormat.Cbor), "2.05 #f94d60"),
            (In(Get(s_value), ContentFormat.Tlv), "2.05 #e41644"),
            (In(Get(s_value), ContentFormat.SenMLJson), """2.05 [{"bn":"/3303/0/5700","v":21.5}]"""),
            (In(Get(s_value), ContentFormat.SenMLCbor), "2.05 #81a2216c2f333330332f302f3537303002f94d60"),
            (In(Get(s_value), ContentFormat.Lwm2mCbor), "2.05 #"),
        ]),
        (38, "an object in the format that the server prefers", [(Get(new(3308)), "2.05 #")]),
        (39, "object, instance, resource and resource instance",
        [
            (In(Get(new(3)), ContentFormat.SenMLJson), """2.05 [{"bn":"/3/0/","n":"0","vs":"Ipso"},"""),
            (In(Get(new(3, 0)), ContentFormat.SenMLJson), """2.05 [{"bn":"/3/0/","n":"0","vs":"Ipso"},"""),
            (In(Get(new(3, 0, 7)), ContentFormat.SenMLJson), """2.05 [{"bn":"/3/0/7/","n":"0","v":3800},{"n":"5","v":5000}]"""),
            (In(Get(new(3, 0, 7, 5)), ContentFormat.PlainText), "2.05 5000"),
        ]),
        (40, "an object without instances", [(In(Get(new(3301)), ContentFormat.SenMLJson), "2.05")]),
        (41, "what is not there, and what is executed",
        [
            (Get(new(3302)), "4.04"), (Get(new(3303, 7)), "4.04"), (Get(new(3303, 0, 5999)), "4.04"), (Get(new(3, 0, 4)), "4.05"),
        ]),
        (42, "a resource instance of a single resource", [(Get(new(3303, 0, 5700, 0)), "4.05"), (Put(new(3308, 0, 5900, 0), "1"), "4.05")]),
        (43, "the objects of accounts", [(Get(new(0)), "4.01"), (Get(new(0, 0, 0)), "4.01"), (Get(new(21)), "4.01"), (Put(new(0, 0, 0), "x"), "4.01")]),
        (44, "a format that cannot have it", [(In(Get(new(3303, 0)), ContentFormat.PlainText), "4.06")]),
        (45, "a text written and read back", [(Put(new(3308, 0, 5900), "-3.25"), "2.04"), (In(Get(new(3308, 0, 5900)), ContentFormat.PlainText), "2.05 -3.25")]),
        (46, "a resource that is for reading", [(Put(s_value, "1"), "4.05"), (In(Get(s_value), ContentFormat.PlainText), "2.05 21.5")]),
        (47, "a partial update, and one of a resource for reading",
        [
            (Post(new(3311, 0), """[{"n":"5851","v":7}]"""), "2.04"),
            (In(Get(new(3311, 0, 5851)), ContentFormat.PlainText), "2.05 7"),
            (In(Get(new(3311, 0, 5850)), ContentFormat.PlainText), "2.05 1"),
            (Post(new(3303, 0), """[{"n":"5700","v":7}]"""), "4.05"),
        ]),
        (48, "an instance replaced, and replaced by less than it must have",
        [
            (Json(DeviceRequest.Write, new(3311, 0), """[{"n":"5850","vb":false}]"""), "2.04"),
            (In(Get(new(3311, 0, 5850)), ContentFormat.PlainText), "2.05 0"),
            (Get(new(3311, 0, 5851)), "4.04"),
            (Json(DeviceRequest.Write, new(3311, 0), """[{"n":"5851","v":1}]"""), "4.00"),
            (In(Get(new(3311, 0, 5850)), ContentFormat.PlainText), "2.05 0"),
        ]),
        (51, "a text that is none of the type", [(Put(new(3311, 0, 5851), "x"), "4.00"), (Put(new(3311, 0, 5850), "2"), "4.00"), (Put(new(3311, 0, 5851), "101"), "4.00")]),
        (54, "a pack that points elsewhere",
        [
            (Json(DeviceRequest.Write, new(3311, 0), """[{"n":"/3308/0/5900","v":1}]"""), "4.00"),
            (Json(DeviceRequest.Write, new(3311, 0, 5851), """[{"bn":"/3311/0/5850","vb":false}]"""), "4.00"),
        ]),
        (55, "a pack with more after its end",
            [(DeviceRequest.Write(new(3311, 0, 5851), new ReadyContent(ContentFormat.SenMLCbor, new byte[] { 0x81, 0xa1, 0x02, 0x05, 0x00 })), "4.00")]),
        (58, "an Execute with arguments, and with none that make sense",
        [
            (DeviceRequest.Execute(new(3303, 0, 5605)), "2.04"), (DeviceRequest.Execute(new(3303, 0, 5605), "0='a',1,5"), "2.04"),
            (DeviceRequest.Execute(new(3303, 0, 5605), "0='a"), "4.00"),
        ]),
        (59, "an Execute of a value, of nothing, and of an account",
            [(DeviceRequest.Execute(s_value), "4.05"), (DeviceRequest.Execute(new(3303, 9, 5605)), "4.04"), (DeviceRequest.Execute(new(0, 0, 1)), "4.01")]),
        (60, "a Create without an id and with one",
        [
            (DeviceRequest.Create(3311, new ReadyContent(ContentFormat.Tlv, new byte[] { 0xe1, 0x16, 0xda, 1 })), "2.01"),
            (In(Get(new(3311, 1, 5850)), ContentFormat.PlainText), "2.05 1"),
            (DeviceRequest.Create(3311, new ReadyContent(ContentFormat.Tlv, new byte[] { 4, 9, 0xe1, 0x16, 0xda, 0 })), "2.01"),
            (In(Get(new(3311, 9, 5850)), ContentFormat.PlainText), "2.05 0"),
        ]),
        (62, "a Create that lacks something, of an object that is not there or has one instance, and of an id in use",
        [
            (Json(New, new(3311), """[{"n":"5851","v":1}]"""), "4.00"), (Json(New, new(3302), """[{"n":"5850","vb":true}]"""), "4.04"),
            (Json(New, new(3), """[{"n":"0","vs":"x"}]"""), "4.05"), (Json(New, new(3311), """[{"n":"0/5850","vb":true}]"""), "4.00"),
            (Json(New, new(0), """[{"n":"0","vs":"x"}]"""), "4.01"),
        ]),
        (63, "a Delete of what may go, and of what may not",
        [
            (DeviceRequest.Delete(new(3308, 0)), "2.02"), (DeviceRequest.Delete(new(3308, 0)), "4.04"), (DeviceRequest.Delete(new(3, 0)), "4.05"),
            (DeviceRequest.Delete(new(0, 0)), "4.01"), (DeviceRequest.Delete(new(3311, 0, 5850)), "4.05"), (DeviceRequest.Delete(new(3311)), "4.05"),
        ]),
        (64, "the root", [(In(Get(Lwm2mPath.Root), ContentFormat.SenMLCbor), "4.00"), (DeviceRequest.Delete(Lwm2mPath.Root), "4.00")]),
        (65, "a write that fails in its middle",
        [
            (Post(new(3311, 0), """[{"n":"5851","v":7},{"n":"5850","v":3}]"""), "4.00"),
            (In(Get(new(3311, 0, 5851)), ContentFormat.PlainText), "2.05 20"),
        ]),
        (66, "Discover of an object and an instance",
        [
            (DeviceRequest.Discover(new(3)), "2.05 </3>,</3/0>,</3/0/0>,"),
            (DeviceRequest.Discover(new(3308, 0)), "2.05 </3308/0>"),
        ]),
        (67, "Discover of a multiple resource", [(DeviceRequest.Discover(new(3, 0, 7)), "2.05 </3/0/7>;dim=2,</3/0/7/0>,</3/0/7/5>")]),
        (68, "Discover of what is not there", [(DeviceRequest.Discover(new(3302)), "4.04"), (DeviceRequest.Discover(new(3303, 4)), "4.04"), (DeviceRequest.Discover(new(3303, 0, 1)), "4.04")]),
        (69, "Write-Attributes, and what Discover says then",
        [
            (DeviceRequest.WriteAttributes(new(3303), "pmin=10&pmax=200"), "2.04"), (DeviceRequest.WriteAttributes(s_value, "gt=25"), "2.04"),
            (DeviceRequest.Discover(s_value), "2.05 </3303/0/5700>;pmin=10;pmax=200;gt=25"),
        ]),
        (70, "gt of a text", [(DeviceRequest.WriteAttributes(new(3303, 0, 5701), "gt=1"), "4.00")]),
        (71, "attributes that contradict each other",
        [
            (DeviceRequest.WriteAttributes(s_value, "epmin=20&epmax=10"), "4.00"), (DeviceRequest.WriteAttributes(s_value, "gt=1&lt=2"), "4.00"),
            (DeviceRequest.WriteAttributes(s_value, "gt=3&lt=2&st=1"), "4.00"),
        ]),
        (72, "an attribute that is taken away",
        [
            (DeviceRequest.WriteAttributes(s_value, "pmin=10&gt=1"), "2.04"), (DeviceRequest.WriteAttributes(s_value, "pmin"), "2.04"),
            (DeviceRequest.Discover(s_value), "2.05 </3303/0/5700>;gt=1"),
        ]),
        (74, "Discover in the depth that is asked for",
            [(DeviceRequest.Discover(new(3308), 0), "2.05 </3308>;ver=1.1"), (DeviceRequest.Discover(new(3308), 1), "2.05 </3308>;ver=1.1,</3308/0>")]),
        (89, "Read-Composite",
            [(In(Paths("""[{"n":"/3308/0/5900"},{"n":"/3311/0"}]"""), ContentFormat.SenMLJson), """2.05 [{"bn":"/3308/0/","n":"5900","v":18},{"bn":"/3311/0/","n":"5850","vb":true},{"n":"5851","v":20}]""")]),
        (90, "Read-Composite of what is there in part",
        [
            (In(Paths("""[{"n":"/3308/0/5900"},{"n":"/3302/0"},{"n":"/3/0/4"}]"""), ContentFormat.SenMLJson), """2.05 [{"bn":"/3308/0/","n":"5900","v":18}]"""),
        ]),
        (91, "Write-Composite",
        [
            (Compose("""[{"n":"/3311/0/5850","vb":false},{"n":"/3308/0/5900","v":19}]"""), "2.04"),
            (In(Get(new(3311, 0, 5850)), ContentFormat.PlainText), "2.05 0"), (In(Get(new(3308, 0, 5900)), ContentFormat.PlainText), "2.05 19"),
        ]),
        (92, "Write-Composite with one bad item",
        [
            (Compose("""[{"n":"/3311/0/5850","vb":false},{"n":"/3303/0/5700","v":19}]"""), "4.0"),
            (In(Get(new(3311, 0, 5850)), ContentFormat.PlainText), "2.05 1"),
        ]),
    ];

    public static TheoryData<int, string, double> Rows
    {
        get
        {
            TheoryData<int, string, double> data = [];
            foreach ((int row, string says, _) in s_rows)
            {
                data.Add(row, says, 0);
                data.Add(row, says, 0.3);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row(int row, string says, double loss)
    {
        ServerWorld world = new(loss, seed: (ulong)row);
        ObjectTree objects = world.AddDevice("d", objects: static () =>
        [
            new Device { Manufacturer = "Ipso", PowerSourceVoltage = { [0] = 3800, [5] = 5000 }, ErrorCode = [0], SupportedBindingAndModes = "U", Reboot = null },
            new Temperature { SensorValue = 21.5, SensorUnits = "Cel" },
            new SetPoint { SetPointValue = 18 },
            new LightControl { OnOff = true, Dimmer = 20 },
        ]).Protocol.Objects;
        objects.Allow<Illuminance>();
        objects.Allow<LightControl>();
        objects.Allow<SetPoint>();
        RegisteredDevice device = world.Await("d");
        foreach ((DeviceRequest request, string answer) in s_rows.Single(r => r.Row == row && r.Says == says).Asked)
        {
            string said = Ask(world, device, request);
            Assert.StartsWith(answer, said, StringComparison.Ordinal);
        }
    }

    // Row 84.
    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void Row_84_What_is_observed_goes_and_the_observation_with_it(double loss)
    {
        ServerWorld world = new(loss, seed: 84);
        VirtualNode<DeviceEndpoint> node = world.AddDevice("d", objects: static () => [new SetPoint { SetPointValue = 18 }]);
        RegisteredDevice device = world.Await("d");
        List<string> values = world.Observe(device, In(DeviceRequest.Observe(new(3308, 0)), ContentFormat.SenMLJson));
        node.Protocol.Objects.Allow<SetPoint>();
        Assert.Equal("2.02", Ask(world, device, DeviceRequest.Delete(new(3308, 0))));
        world.Until(() => values[^1].StartsWith("ended 4.04", StringComparison.Ordinal), "the end");
        Assert.Equal(0, world.Server.ObservationCount);
    }

    // Row 94.
    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void Row_94_What_is_observed_together_is_told_together(double loss)
    {
        ServerWorld world = new(loss, seed: 94);
        VirtualNode<DeviceEndpoint> node = world.AddDevice(
            "d", objects: static () => [new SetPoint { SetPointValue = 18 }, new LightControl { OnOff = true, Dimmer = 20 }]);
        RegisteredDevice device = world.Await("d");
        ReadyContent paths = new(ContentFormat.SenMLJson, """[{"n":"/3308/0/5900"},{"n":"/3311/0/5851"}]"""u8.ToArray());
        List<string> values = world.Observe(device, In(DeviceRequest.ObserveComposite(paths), ContentFormat.SenMLJson));
        Assert.Equal("""2.05 [{"bn":"/3308/0/","n":"5900","v":18},{"bn":"/3311/0/","n":"5851","v":20}]""", values[0]);
        for (int i = 0; i < 10; i++)
        {
            node.Protocol.Objects.Find<LightControl>(0)!.Dimmer = 30 + i;
            world.Network.Run(TimeSpan.FromSeconds(10));
        }

        Assert.All(values, static v => Assert.Contains("\"n\":\"5900\",\"v\":18", v, StringComparison.Ordinal));
        Assert.InRange(values.Count, loss == 0 ? 11 : 4, 11);
    }

    // One request of thirty is lost with all its repetitions.
    private static string Ask(ServerWorld world, RegisteredDevice device, DeviceRequest request)
    {
        string answer;
        do
        {
            answer = world.Ask(device, request);
        }
        while (answer == "Unknown");
        return answer;
    }

    private static DeviceRequest Get(Lwm2mPath path) => DeviceRequest.Read(path);

    private static DeviceRequest In(DeviceRequest request, ContentFormat format) => request.In(format);

    private static DeviceRequest Put(Lwm2mPath path, string text) =>
        DeviceRequest.Write(path, new ReadyContent(ContentFormat.PlainText, Encoding.UTF8.GetBytes(text)));

    private static DeviceRequest Post(Lwm2mPath path, string pack) => Json(DeviceRequest.Update, path, pack);

    private static DeviceRequest New(Lwm2mPath path, IDeviceContent content) => DeviceRequest.Create(path.ObjectId, content);

    // The names of a pack continue the path, unless they say all themselves.
    private static DeviceRequest Json(Func<Lwm2mPath, IDeviceContent, DeviceRequest> make, Lwm2mPath path, string pack)
    {
        string based = pack.StartsWith("""[{"n":"/""", StringComparison.Ordinal) || !pack.StartsWith("""[{"n""", StringComparison.Ordinal)
            ? pack
            : pack.Insert(2, $"\"bn\":\"{path}/\",");
        return make(path, new ReadyContent(ContentFormat.SenMLJson, Encoding.UTF8.GetBytes(based)));
    }

    private static DeviceRequest Paths(string pack) =>
        DeviceRequest.ReadComposite(new ReadyContent(ContentFormat.SenMLJson, Encoding.UTF8.GetBytes(pack)));

    private static DeviceRequest Compose(string pack) =>
        DeviceRequest.WriteComposite(new ReadyContent(ContentFormat.SenMLJson, Encoding.UTF8.GetBytes(pack)));
}
