using Ipso.Coap;
using Ipso.Objects;
using Timer = Ipso.Objects.Timer;

namespace Ipso.Tests.Lwm2m;

/// <summary>Rows 58 to 63 of docs/conformance.md: Execute, Create, Delete.</summary>
[Trait("Category", "Conformance")]
public class CreateConformanceTests
{
    private const string On = "e116da01";

    private readonly List<string> _calls = [];
    private readonly List<string> _changes = [];

    private DeviceNetwork Make(double loss)
    {
        DeviceNetwork network = new(
            loss,
            new Device { ErrorCode = [0], SupportedBindingAndModes = "U", Reboot = a => _calls.Add($"reboot {a.ToString()}") },
            new Timer { DelayDuration = 1, Trigger = a => _calls.Add(a.ToString()) });
        network.Device.Objects.Allow<LightControl>();
        network.Device.Objects.Allow<Rules>();
        network.Device.ChangedByServer = change => _changes.Add(change.ToString());
        return network;
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_58_Arguments_of_an_Execute_reach_the_handler_once(double loss)
    {
        NetworkServer server = Make(loss).Server;
        Assert.Equal("2.04", server.Post("/3/0/4"));
        Assert.Equal("2.04", server.Post("/3340/0/5523", "0='a',1,5", ContentFormat.PlainText));
        Assert.Equal("4.00", server.Post("/3340/0/5523", "later"));
        Assert.Equal("4.15", server.Post("/3340/0/5523", "[]", ContentFormat.SenMLJson));
        Assert.Equal(["reboot ", "0='a',1,5"], _calls);
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_59_What_is_not_executable_is_not_executed(double loss)
    {
        NetworkServer server = Make(loss).Server;
        Assert.Equal("4.05", server.Post("/3/0/16"));
        Assert.Equal("4.05", server.Post("/3340/0/5521"));
        Assert.Equal("4.04", server.Post("/3/0/12"));
        Assert.Equal("4.04", server.Post("/3/0/99"));
        Assert.Equal("4.04", server.Post("/3340/1/5523"));
        Assert.Equal("4.01", server.Post("/0/0/1"));
        Assert.Empty(_calls);
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_60_An_id_that_is_chosen_is_told_and_one_that_is_given_is_not(double loss)
    {
        DeviceNetwork network = Make(loss);
        NetworkServer server = network.Server;
        Assert.Equal("2.01 /3311/0", server.AskHex(CoapCode.Post, "/3311", On, ContentFormat.Tlv));
        Assert.Equal("2.01 /3311/1", server.AskHex(CoapCode.Post, "/3311", "a182190cef19ffffa11916daf5", ContentFormat.Lwm2mCbor));
        Assert.Equal("2.01 /3311/2", server.AskHex(CoapCode.Post, "/3311", "a1190cefa119ffffa11916daf5", ContentFormat.Lwm2mCbor));
        Assert.Equal("2.01", server.AskHex(CoapCode.Post, "/3311", "0404" + On, ContentFormat.Tlv));
        Assert.Equal("2.01 /3311/3", server.AskHex(CoapCode.Post, "/3311", On, ContentFormat.Tlv));
        Assert.Equal("2.01", server.Post("/3311", """[{"bn":"/3311/7/","n":"5850","vb":true}]""", ContentFormat.SenMLJson));
        Assert.Equal("2.01", server.AskHex(CoapCode.Post, "/3311", "a1190cefa108a11916daf5", ContentFormat.Lwm2mCbor));
        Assert.Equal([0, 1, 2, 3, 4, 7, 8], network.Device.Objects.OfObject(3311).ToArray().Select(static o => (int)o.InstanceId));
        Assert.All(network.Device.Objects.OfType<LightControl>(), static light => Assert.True(light.OnOff));
        Assert.Equal("somebody has created /3311/0", _changes[0]);
        Assert.Equal(7, _changes.Count);
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_61_One_request_creates_several(double loss)
    {
        DeviceNetwork network = Make(loss);
        Assert.Equal("2.01", network.Server.AskHex(CoapCode.Post, "/3311", "0403" + On + "0405e116da00", ContentFormat.Tlv));
        Assert.True(network.Device.Objects.Find<LightControl>(3)!.OnOff);
        Assert.False(network.Device.Objects.Find<LightControl>(5)!.OnOff);
        const string Two = """[{"bn":"/3311/","n":"9/5850","vb":true},{"n":"8/5850","vb":false},{"n":"9/5851","v":20}]""";
        Assert.Equal("2.01", network.Server.Post("/3311", Two, ContentFormat.SenMLJson));
        Assert.Equal(20, network.Device.Objects.Find<LightControl>(9)!.Dimmer);
        Assert.Equal(4, network.Device.Objects.OfObject(3311).Length);
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_62_A_Create_that_cannot_be_makes_nothing(double loss)
    {
        DeviceNetwork network = Make(loss);
        NetworkServer server = network.Server;
        server.AskHex(CoapCode.Post, "/3311", On, ContentFormat.Tlv);
        int count = network.Device.Objects.Count;
        (string Path, int? Format, string Payload, string Code)[] requests =
        [
            ("/3311", 11542, "e116db14", "4.00"), ("/3311", 11542, "0400" + On, "4.00"), ("/3311", 11542, "0401" + On + "0400" + On, "4.00"),
            ("/3311", 0, "31", "4.00"), ("/3311", 42, "31", "4.00"), ("/3311", 60, "f5", "4.00"), ("/3311", null, On, "4.00"),
            ("/3311", 50, "31", "4.15"), ("/3311", 322, "80", "4.15"), ("/3311", 40, "31", "4.15"), ("/3311", 11542, "e116", "4.00"),
            ("/9999", 11542, On, "4.04"), ("/3", 11542, "", "4.05"), ("/3340", 11542, "", "4.05"), ("/0", 11542, "", "4.01"),
            ("/", 11542, "", "4.00"), ("/3311/5", 11542, On, "4.04"), ("/3311", 11542, On + "0406" + On, "4.00"),
        ];
        foreach ((string path, int? format, string payload, string code) in requests)
        {
            Assert.Equal((path, payload, code), (path, payload, server.AskHex(CoapCode.Post, path, payload, (ContentFormat?)format)));
        }

        Assert.Equal(count, network.Device.Objects.Count);
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_63_What_was_created_is_deleted(double loss)
    {
        DeviceNetwork network = Make(loss);
        NetworkServer server = network.Server;
        server.AskHex(CoapCode.Post, "/3311", On, ContentFormat.Tlv);
        Assert.Equal("4.05", server.Delete("/3311"));
        Assert.Equal("4.05", server.Delete("/3311/0/5850"));
        Assert.Equal("2.02", server.Delete("/3311/0"));
        Assert.Equal("4.04", server.Delete("/3311/0"));
        Assert.Equal("2.05 112", server.Get("/3311"));
        Assert.Equal("4.05", server.Delete("/3/0"));
        Assert.Equal("4.05", server.Delete("/3340/0"));
        Assert.Equal("4.01", server.Delete("/0/0"));
        Assert.Equal(["somebody has created /3311/0", "somebody has deleted /3311/0"], _changes);
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void A_resource_instance_is_deleted_where_it_could_be_written(double loss)
    {
        DeviceNetwork network = Make(loss);
        Rules rules = new() { Level = 1, Limits = [1, 2], Tags = ["a", "b"], Codes = [7] };
        network.Device.Objects.Add(rules);
        NetworkServer server = network.Server;
        Assert.Equal("2.02", server.Delete("/26242/0/9/0"));
        Assert.Equal("4.04", server.Delete("/26242/0/9/0"));
        Assert.Equal("2.02", server.Delete("/26242/0/1/0"));
        Assert.Equal("4.01", server.Delete("/26242/0/1/1"));
        Assert.Equal("4.05", server.Delete("/26242/0/10/0"));
        Assert.Equal("4.05", server.Delete("/26242/0/0/0"));
        Assert.Equal(["b"], rules.Tags);
        Assert.Equal([2], rules.Limits);
        Assert.Equal([7], rules.Codes);
    }
}
