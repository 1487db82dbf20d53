using Ipso.Coap;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Rows 37 to 44 and 64 of docs/conformance.md: what is read, in which format, and what cannot be.</summary>
[Trait("Category", "Conformance")]
public class ReadConformanceTests
{
    private static DeviceNetwork Make(double loss) => new(
        loss,
        new Device { Manufacturer = "Ipso", ErrorCode = [0], SupportedBindingAndModes = "U", Reboot = _ => { } },
        new Temperature { SensorValue = 21.5, SensorUnits = "Cel" },
        new Temperature { SensorValue = 18 });

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_37_A_value_is_the_same_in_every_format(double loss)
    {
        NetworkServer server = Make(loss).Server;
        Assert.Equal("2.05 0 Ipso", server.Get("/3/0/0", ContentFormat.PlainText));
        Assert.Equal("2.05 11542 c4004970736f", server.Get("/3/0/0", ContentFormat.Tlv));
        Assert.Equal("""2.05 11543 {"bn":"/3/0/","e":[{"n":"0","sv":"Ipso"}]}""", server.Get("/3/0/0", ContentFormat.Lwm2mJson));
        Assert.Equal("2.05 60 dIpso", server.Get("/3/0/0", ContentFormat.Cbor));
        Assert.Equal("""2.05 110 [{"bn":"/3/0/0","vs":"Ipso"}]""", server.Get("/3/0/0", ContentFormat.SenMLJson));
        Assert.Equal("2.05 112 81a221662f332f302f3003644970736f", server.Get("/3/0/0", ContentFormat.SenMLCbor));
        Assert.Equal("2.05 11544 a103a100a100644970736f", server.Get("/3/0/0", ContentFormat.Lwm2mCbor));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_38_Without_Accept_the_format_is_the_devices(double loss)
    {
        NetworkServer server = Make(loss).Server;
        Assert.StartsWith("2.05 112 ", server.Get("/3303"), StringComparison.Ordinal);
        Assert.StartsWith("2.05 112 ", server.Get("/3303/0"), StringComparison.Ordinal);
        Assert.Equal("2.05 0 21.5", server.Get("/3303/0/5700"));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_39_Objects_instances_resources_and_their_instances_are_read(double loss)
    {
        NetworkServer server = Make(loss).AddAccounts().Server;
        Assert.Equal(
            """2.05 110 [{"bn":"/3303/0/","n":"5601","v":21.5},{"n":"5602","v":21.5},{"n":"5700","v":21.5},{"n":"5701","vs":"Cel"},"""
            + """{"bn":"/3303/1/","n":"5601","v":18},{"n":"5602","v":18},{"n":"5700","v":18}]""",
            server.Get("/3303", ContentFormat.SenMLJson));
        Assert.Equal(
            """2.05 110 [{"bn":"/3/0/","n":"0","vs":"Ipso"},{"n":"11/0","v":0},{"n":"16","vs":"U"}]""",
            server.Get("/3", ContentFormat.SenMLJson));
        Assert.Equal(
            """2.05 110 [{"bn":"/1/0/","n":"0","v":1},{"n":"1","v":86400},{"n":"6","vb":true},{"n":"7","vs":"U"}]""",
            server.Get("/1/0", ContentFormat.SenMLJson));
        Assert.Equal("2.05 0 U", server.Get("/3/0/16"));
        Assert.Equal("2.05 0 0", server.Get("/3/0/11/0"));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_40_An_object_without_instances_is_empty(double loss)
    {
        DeviceNetwork network = Make(loss);
        network.Device.Objects.Declare<LightControl>();
        foreach (ContentFormat format in new[] { ContentFormat.Tlv, ContentFormat.SenMLJson, ContentFormat.SenMLCbor })
        {
            Assert.Equal($"2.05 {(int)format}", network.Server.Get("/3311", format));
        }

        Assert.Equal("2.05 40 </3311>", network.Server.Discover("/3311"));
        Assert.Equal("4.04", network.Server.Get("/3311/0"));
        Assert.Equal("4.05", network.Server.Post("/3311", """[{"bn":"/3311/0/","n":"5850","vb":true}]""", ContentFormat.SenMLJson));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_41_What_is_absent_and_what_is_not_readable(double loss)
    {
        NetworkServer server = Make(loss).Server;
        foreach (string path in new[] { "/9", "/9/0", "/9/0/0", "/3303/2", "/3303/2/5700", "/3303/0/1", "/3303/1/5701", "/3/0/11/1" })
        {
            Assert.Equal("4.04", server.Get(path));
        }

        Assert.Equal("4.05", server.Get("/3/0/4"));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_42_A_single_resource_has_no_instances(double loss)
    {
        NetworkServer server = Make(loss).Server;
        // The path is wrong whatever instance it names.
        foreach (string path in new[] { "/3303/0/5700/0", "/3303/7/5700/0" })
        {
            Assert.Equal("4.05", server.Get(path));
            Assert.Equal("4.05", server.Put(path, "1"));
            Assert.Equal("4.05", server.Delete(path));
            Assert.Equal("4.05", server.Observe(path, out _));
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_43_Keys_are_nobodys_whether_they_are_there_or_not(double loss)
    {
        NetworkServer server = Make(loss).AddAccounts().Server;
        foreach (string path in new[] { "/0", "/0/0", "/0/0/0", "/0/7", "/21", "/21/0", "/23/0/1" })
        {
            Assert.Equal("4.01", server.Get(path));
            Assert.Equal("4.01", server.Discover(path));
            Assert.Equal("4.01", server.Observe(path, out _));
            Assert.Equal("4.01", server.Put(path, "x"));
            Assert.Equal("4.01", server.Put(path, "", format: null, query: "pmin=1"));
            Assert.Equal("4.01", server.Post(path));
            Assert.Equal("4.01", server.Delete(path));
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_44_Formats_that_are_not_known_are_told_apart(double loss)
    {
        NetworkServer server = Make(loss).Server;
        Assert.Equal("4.06", server.Get("/3303/0", (ContentFormat)50));
        Assert.Equal("4.06", server.Get("/3303/0", ContentFormat.PlainText));
        Assert.Equal("4.15", server.Put("/3303/0", "{}", (ContentFormat)50));
        Assert.Equal("4.15", server.Put("/3303/0/5750", "x", ContentFormat.LinkFormat));
        Assert.Equal("4.15", server.Put("/3303/0/5750", "[]", ContentFormat.SenMLEtchJson));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_64_The_root_and_paths_that_are_none(double loss)
    {
        NetworkServer server = Make(loss).Server;
        foreach (CoapCode method in new[] { CoapCode.Get, CoapCode.Put, CoapCode.Post, CoapCode.Delete })
        {
            Assert.Equal("4.00", server.Ask(method, "/"));
            Assert.Equal("4.02", server.Ask(method, "/1/2/3/4/5"));
            Assert.Equal("4.05", server.Ask(method, "/3303//5700"));
        }

        Assert.Equal("4.00", server.Discover("/"));
        Assert.Equal("2.05 0 21.5", server.Get("/3303/0/5700/"));
    }
}
