using System.Text;
using Ipso.Coap;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Rows 45 to 57 and 65 of docs/conformance.md: Write, in all formats and of all types.</summary>
[Trait("Category", "Conformance")]
public class WriteConformanceTests
{
    private static DeviceNetwork Make(double loss) => new DeviceNetwork(
        loss,
        new Device { Manufacturer = "Ipso", ErrorCode = [0], SupportedBindingAndModes = "U", Reboot = null },
        new LightControl { OnOff = false, Dimmer = 10 },
        new Portfolio { Identity = ["a", "b"] },
        new Rules { Level = 1, Limits = [1], Tags = ["a", "b"], Serial = "4711" },
        new AllTypes()).AddAccounts();

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_45_A_resource_is_written_in_every_format(double loss)
    {
        NetworkServer server = Make(loss).Server;
        (int Format, string Hex)[] writes =
        [
            (0, "313031"), (11542, "c10265"), (60, "1865"), (112, "81a221662f312f302f32021865"), (11544, "a101a100a1021865"),
            (110, Hex("""[{"bn":"/1/0/2","v":101}]""")), (11543, Hex("""{"bn":"/1/0/2","e":[{"v":101}]}""")),
        ];
        foreach ((int format, string hex) in writes)
        {
            Assert.Equal("2.04", server.AskHex(CoapCode.Put, "/1/0/2", hex, (ContentFormat)format));
            Assert.Equal("2.05 0 101", server.Get("/1/0/2"));
            Assert.Equal("2.04", server.Put("/1/0/2", "7"));
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_46_What_is_only_to_be_read_keeps_its_value(double loss)
    {
        NetworkServer server = Make(loss).Server;
        Assert.Equal("4.05", server.Put("/1/0/0", "7"));
        Assert.Equal("4.05", server.Put("/3/0/0", "x"));
        Assert.Equal("2.05 0 1", server.Get("/1/0/0"));
        Assert.Equal("2.05 0 Ipso", server.Get("/3/0/0"));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_47_A_partial_update_leaves_the_rest(double loss)
    {
        NetworkServer server = Make(loss).Server;
        server.Put("/1/0/2", "5");
        Assert.Equal("2.04", server.Post("/1/0", """[{"bn":"/1/0/","n":"1","v":60},{"n":"6","vb":false}]""", ContentFormat.SenMLJson));
        Assert.Equal(
            """2.05 110 [{"bn":"/1/0/","n":"0","v":1},{"n":"1","v":60},{"n":"2","v":5},{"n":"6","vb":false},{"n":"7","vs":"U"}]""",
            server.Get("/1/0", ContentFormat.SenMLJson));
        Assert.Equal("4.05", server.Post("/1/0", """[{"bn":"/1/0/","n":"1","v":61},{"n":"0","v":9}]""", ContentFormat.SenMLJson));
        Assert.Equal("2.05 0 60", server.Get("/1/0/1"));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_48_A_replacement_has_what_is_mandatory_and_removes_what_it_does_not_name(double loss)
    {
        NetworkServer server = Make(loss).Server;
        server.Put("/1/0/2", "5");
        Assert.Equal("4.00", server.Put("/1/0", """[{"bn":"/1/0/","n":"1","v":60},{"n":"6","vb":true}]""", ContentFormat.SenMLJson));
        Assert.Equal("2.05 0 86400", server.Get("/1/0/1"));
        const string Whole = """[{"bn":"/1/0/","n":"1","v":60},{"n":"6","vb":true},{"n":"7","vs":"U"},{"n":"999","v":1}]""";
        Assert.Equal("2.04", server.Put("/1/0", Whole, ContentFormat.SenMLJson));
        Assert.Equal("2.05 0 60", server.Get("/1/0/1"));
        Assert.Equal("4.04", server.Get("/1/0/2"));
        Assert.Equal("2.05 0 1", server.Get("/1/0/0"));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_49_A_resource_and_a_resource_instance_are_replaced(double loss)
    {
        NetworkServer server = Make(loss).Server;
        Assert.Equal("2.04", server.Put("/1/0/1", "63"));
        Assert.Equal("2.05 0 63", server.Get("/1/0/1"));
        Assert.Equal("2.04", server.Put("/16/0/0/0", "host"));
        Assert.Equal("4.04", server.Put("/16/0/0/7", "model"));
        Assert.Equal("2.04", server.Post("/16/0/0", """[{"bn":"/16/0/0/","n":"7","vs":"model"}]""", ContentFormat.SenMLJson));
        Assert.Equal(
            """2.05 110 [{"bn":"/16/0/0/","n":"0","vs":"host"},{"n":"1","vs":"b"},{"n":"7","vs":"model"}]""",
            server.Get("/16/0/0", ContentFormat.SenMLJson));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_50_Every_type_is_written_and_texts_and_bytes_may_be_empty(double loss)
    {
        NetworkServer server = Make(loss).Server;
        (string Path, string Text)[] writes =
        [
            ("/26241/0/0", "x y"), ("/26241/0/1", "-5"), ("/26241/0/2", "18446744073709551615"), ("/26241/0/3", "-0.5"), ("/26241/0/4", "1"),
            ("/26241/0/5", "AQL/"), ("/26241/0/6", "1700000000"), ("/26241/0/7", "3311:0"), ("/26241/0/8", "</3311/0>"),
            ("/26241/0/0", ""), ("/26241/0/5", ""),
        ];
        foreach ((string path, string text) in writes)
        {
            Assert.Equal("2.04", server.Put(path, text));
            Assert.Equal(text.Length > 0 ? $"2.05 0 {text}" : "2.05 0", server.Get(path, ContentFormat.PlainText));
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_51_What_is_not_of_the_type_is_refused(double loss)
    {
        NetworkServer server = Make(loss).Server;
        (string Path, string Text)[] writes =
        [
            ("/26241/0/1", "x"), ("/26241/0/1", "1.5"), ("/26241/0/2", "-1"), ("/26241/0/3", "nan"), ("/26241/0/4", "true"),
            ("/26241/0/6", "now"), ("/26241/0/7", new('7', 32)), ("/26241/0/7", "3311:9"), ("/26241/0/7", "9:65535"),
            ("/26241/0/8", "</3/0>,</3311/9>;x=1"), ("/26241/0/8", "</9/0/1>"),
        ];
        foreach ((string path, string text) in writes)
        {
            Assert.Equal((text, "4.00"), (text, server.Put(path, text)));
            Assert.Equal("4.04", server.Get(path));
        }

        Assert.Equal("4.00", server.Put("/26241/0/1", "1", ContentFormat.OctetStream));
        Assert.Equal("4.04", server.Get("/26241/0/1"));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_52_Bytes_in_text_are_Base64_of_any_length(double loss)
    {
        NetworkServer server = Make(loss).Server;
        foreach (int length in new[] { 1, 2, 3, 4, 3000 })
        {
            byte[] value = [.. Enumerable.Range(0, length).Select(static i => (byte)(i * 7))];
            Assert.Equal("2.04", server.Put("/26241/0/5", Convert.ToBase64String(value)));
            Assert.StartsWith("2.05 42", server.Get("/26241/0/5", ContentFormat.OctetStream), StringComparison.Ordinal);
            Assert.Equal(value, server.LastPayload);
        }

        foreach (string wrong in new[] { "A", "AQ", "AQL", "AQL_", "AQ=L", "A QL/" })
        {
            Assert.Equal("4.00", server.Put("/26241/0/5", wrong));
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Rows_53_to_56_What_does_not_lie_on_the_path_is_refused(double loss)
    {
        NetworkServer server = Make(loss).Server;
        Assert.Equal("4.00", server.AskHex(CoapCode.Put, "/3311/0/5851", "e116da01", ContentFormat.Tlv));
        string[] packs =
        [
            """[{"bn":"/3303/0/","n":"5850","vb":true}]""", """[{"bn":"/3311/1/","n":"5850","vb":true}]""",
            """[{"bn":"/3311/0/5850/0/","n":"1","vb":true}]""", """[{"bn":"/3311/0/","n":"123456","vb":true}]""",
            """[{"bn":"/3311/0/","n":"5850","vb":true}] x""", """[{"bn":"/3311/0","vb":true}]""", """[{"bn":"/3311","n":"/0","v":1}]""",
        ];
        foreach (string pack in packs)
        {
            Assert.Equal("4.00", server.Put("/3311/0", pack, ContentFormat.SenMLJson));
            Assert.Equal("4.00", server.Post("/3311/0", pack, ContentFormat.SenMLJson));
        }

        // A pack, and bytes behind it; a value for a multiple resource as a whole.
        Assert.Equal(
            "4.00", server.AskHex(CoapCode.Post, "/3311/0", "81a2216c2f333331312f302f3538353004f500", ContentFormat.SenMLCbor));
        Assert.Equal("4.00", server.Put("/26242/0/9", """[{"bn":"/26242/0/9","vs":"x"}]""", ContentFormat.SenMLJson));
        Assert.Equal("2.05 0 0", server.Get("/3311/0/5850"));
        Assert.Equal("2.05 0 a", server.Get("/26242/0/9/0"));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_57_A_Float_takes_every_number_of_CBOR(double loss)
    {
        NetworkServer server = Make(loss).Server;
        (string Hex, string Text)[] writes =
            [("03", "3"), ("f93e00", "1.5"), ("fa3fc00000", "1.5"), ("fb4004000000000000", "2.5"), ("22", "-3")];
        foreach ((string hex, string text) in writes)
        {
            Assert.Equal("2.04", server.AskHex(CoapCode.Put, "/26241/0/3", hex, ContentFormat.Cbor));
            Assert.Equal($"2.05 0 {text}", server.Get("/26241/0/3"));
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_65_A_write_that_fails_in_part_does_nothing(double loss)
    {
        DeviceNetwork network = Make(loss);
        string before = Composites.Content(network.Device.Objects);
        const string Bad = """[{"bn":"/26242/0/","n":"0","v":9},{"n":"1/1","v":2},{"n":"9/0","vs":"z"},{"n":"4","v":99}]""";
        Assert.Equal("4.00", network.Server.Post("/26242/0", Bad, ContentFormat.SenMLJson));
        Assert.Equal("4.00", network.Server.Put("/26242/0", Bad, ContentFormat.SenMLJson));
        Assert.Equal(before, Composites.Content(network.Device.Objects));
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));
}
