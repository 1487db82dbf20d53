using Ipso.Coap;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Rows 89 to 93 of docs/conformance.md: Read-Composite and Write-Composite.</summary>
[Trait("Category", "Conformance")]
public class CompositeConformanceTests
{
    private readonly LightControl[] _lights =
        [new() { OnOff = true, Dimmer = 50 }, new() { OnOff = true, Dimmer = 50 }, new() { OnOff = true, Dimmer = 50 }];

    private readonly SetPoint _setPoint = new() { SetPointValue = 21 };
    private readonly Rules _rules = new() { Level = 1, Limits = [1], Tags = ["a", "b"], Serial = "4711" };

    private DeviceNetwork Make(double loss) => new DeviceNetwork(
        loss,
        [
            new Device { Manufacturer = "Ipso", ErrorCode = [0], SupportedBindingAndModes = "U", Reboot = null },
            .. _lights, _setPoint, _rules,
        ]).AddAccounts();

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_89_Several_objects_are_read_at_once(double loss)
    {
        NetworkServer server = Make(loss).Server;
        const string Paths = """[{"n":"/3"},{"n":"/1/0/1"}]""";
        const string Expected =
            """2.05 110 [{"bn":"/1/0/","n":"1","v":86400},{"bn":"/3/0/","n":"0","vs":"Ipso"},{"n":"11/0","v":0},{"n":"16","vs":"U"}]""";
        Assert.Equal(Expected, server.Fetch(Paths));
        Assert.Equal(Expected, server.Fetch(Paths, ContentFormat.SenMLEtchJson));
        Assert.StartsWith("2.05 112 ", server.Fetch(Paths, accept: ContentFormat.SenMLCbor), StringComparison.Ordinal);
        Assert.StartsWith("2.05 11544 ", server.Fetch(Paths, accept: ContentFormat.Lwm2mCbor), StringComparison.Ordinal);
        Assert.Equal("4.06", server.Fetch(Paths, accept: ContentFormat.Tlv));
        Assert.Equal("4.15", server.Fetch(Paths, ContentFormat.PlainText));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_90_What_is_absent_or_not_readable_is_left_out(double loss)
    {
        NetworkServer server = Make(loss).Server;
        Assert.Equal(
            """2.05 110 [{"bn":"/1/0/","n":"1","v":86400},{"n":"7","vs":"U"}]""",
            server.Fetch("""[{"n":"/1/0/1"},{"n":"/1/0/7"},{"n":"/1/0/8"},{"n":"/9"},{"n":"/3311/9"}]"""));
        Assert.Equal("2.05 110 []", server.Fetch("""[{"n":"/9/0"}]"""));
        Assert.Equal("4.01", server.Fetch("""[{"n":"/0/0/1"}]"""));
        string everything = server.Fetch("""[{"n":"/"}]""");
        foreach (string there in new[] { "/1/0/", "/3/0/", "/3311/2/", "/3308/0/", "/26242/0/" })
        {
            Assert.Contains($$"""{"bn":"{{there}}",""", everything, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("coap://", everything, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_91_Several_objects_are_written_at_once(double loss)
    {
        DeviceNetwork network = Make(loss);
        List<string> changes = [];
        network.Device.ChangedByServer = change => changes.Add(change.ToString());
        const string Pack = """
            [{"n":"/3311/0/5850","vb":false},{"n":"/3311/1/5850","vb":false},{"n":"/3311/2/5851","v":20},{"n":"/3308/0/5900","v":18},
            {"n":"/26242/0/9/5","vs":"f"}]
            """;
        Assert.Equal("2.04", network.Server.IPatch(Pack));
        Assert.Equal([(false, 50), (false, 50), (true, 20)], _lights.Select(static light => (light.OnOff, (int)light.Dimmer!)));
        Assert.Equal(18, _setPoint.SetPointValue);
        Assert.Equal(["a", "b", "f"], _rules.Tags);
        Assert.Equal(
            ["/3308/0", "/3311/0", "/3311/1", "/3311/2", "/26242/0"], changes.Select(static c => c.Replace("server 1 has written ", "")));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_92_One_bad_item_and_nothing_changes(double loss)
    {
        DeviceNetwork network = Make(loss);
        string before = Composites.Content(network.Device.Objects);
        (string Bad, string Code)[] items =
        [
            ("""{"n":"/3311/1/5851","v":101}""", "4.00"),
            ("""{"n":"/3311/1/5850","vs":"x"}""", "4.00"), ("""{"n":"/3311/1","v":1}""", "4.00"),
            ("""{"n":"/3311/7/5850","vb":true}""", "4.04"), ("""{"n":"/9/0/1","v":1}""", "4.04"), ("""{"n":"/3311/1/1","v":1}""", "4.04"),
            ("""{"n":"/26242/0/3","vs":"x"}""", "4.05"), ("""{"n":"/1/0/8","v":1}""", "4.05"), ("""{"n":"/0/0/0","vs":"x"}""", "4.01"),
        ];
        foreach ((string bad, string code) in items)
        {
            Assert.Equal(code, network.Server.IPatch($$"""[{"n":"/3311/0/5850","vb":false},{{bad}}]"""));
        }

        Assert.Equal("4.15", network.Server.IPatch("""[{"n":"/3311/0/5850","vb":false}]""", ContentFormat.PlainText));
        Assert.Equal("4.15", network.Server.IPatch("""[{"n":"/3311/0/5850","vb":false}]""", ContentFormat.Tlv));
        Assert.Equal(before, Composites.Content(network.Device.Objects));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_93_A_null_removes_a_resource_instance(double loss)
    {
        NetworkServer server = Make(loss).Server;
        const string Pack = """[{"n":"/26242/0/9/0","v":null},{"n":"/26242/0/9/7","v":null},{"n":"/26242/0/0","v":5}]""";
        Assert.Equal("4.00", server.IPatch(Pack));
        Assert.Equal("2.04", server.IPatch(Pack, ContentFormat.SenMLEtchJson));
        Assert.Equal(["b"], _rules.Tags);
        Assert.Equal(5, _rules.Level);
        Assert.Equal("2.04", server.AskHex(CoapCode.IPatch, "/", "81a2006c2f32363234322f302f392f3102f6", ContentFormat.SenMLEtchCbor));
        Assert.Empty(_rules.Tags);
    }
}
