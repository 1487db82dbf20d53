using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Read-Composite and Write-Composite over CoAP, datagram by datagram (LwM2M TS Transport, 6.4.4).</summary>
public class CompositeTests
{
    private readonly LightControl _light = new() { OnOff = false, Dimmer = 10 };
    private readonly Rules _rules = new() { Level = 1, Limits = [1], Tags = ["a", "b"], Serial = "4711", Secret = "hush" };
    private readonly Temperature _temperature = new() { SensorValue = 21.5 };
    private readonly DeviceScript _script;

    public CompositeTests()
    {
        _script = new(_light, _rules, _temperature);
        _script.Device.Objects.Add(new LWM2MSecurity
        {
            LWM2MServerURI = "coap://x",
            BootstrapServer = false,
            SecurityMode = 3,
            PublicKeyOrIdentity = default,
            ServerPublicKey = default,
            SecretKey = default,
        });
    }

    private string Fetch(
        string payload, ContentFormat? format = ContentFormat.SenMLJson, ContentFormat? accept = null, string path = "/") =>
        _script.Exchange(CoapCode.Fetch, path, Encoding.UTF8.GetBytes(payload), format, accept);

    private string Patch(string payload, ContentFormat? format = ContentFormat.SenMLJson, string path = "/") =>
        _script.Exchange(CoapCode.IPatch, path, Encoding.UTF8.GetBytes(payload), format);

    [Theory]
    [InlineData("""[{"n":"/3303/0/5700"},{"n":"/3311/0"}]""",
        """[{"bn":"/3303/0/","n":"5700","v":21.5},{"bn":"/3311/0/","n":"5850","vb":false},{"n":"5851","v":10}]""")]
    [InlineData("""[{"bn":"/26242/0/","n":"9/1"},{"n":"3"},{"n":"9"}]""",
        """[{"bn":"/26242/0/","n":"3","vs":"4711"},{"n":"9/0","vs":"a"},{"n":"9/1","vs":"b"}]""")]
    [InlineData("""[{"n":"/26242/0/2"},{"n":"/26242/0/7"},{"n":"/3303/1"},{"n":"/9/9/9/9"},{"n":"/0"},{"n":"/3303/0/5700"}]""",
        """[{"bn":"/3303/0/","n":"5700","v":21.5}]""")]
    [InlineData("""[{"n":"/3303/7"}]""", "[]")]
    public void Fetch_reads_what_is_there(string paths, string expected)
    {
        Assert.Equal($"2.05 110 {expected}", Fetch(paths));
        Assert.Equal($"2.05 110 {expected}", Fetch(paths, ContentFormat.SenMLEtchJson));
    }

    [Fact]
    public void The_root_is_everything_but_keys()
    {
        string everything = Fetch("""[{"n":"/"}]""");
        Assert.StartsWith("""2.05 110 [{"bn":"/3303/0/",""", everything, StringComparison.Ordinal);
        Assert.Contains("""{"bn":"/26242/0/",""", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("coap://x", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", everything, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ContentFormat.SenMLJson, null, "2.05 110")]
    [InlineData(
        ContentFormat.SenMLJson, ContentFormat.SenMLCbor,
        "2.05 112 82a321682f333330332f302f00643537303002f94d60a321682f333331312f302f00643538353004f4")]
    [InlineData(ContentFormat.SenMLJson, ContentFormat.Lwm2mCbor, "2.05 11544 a2190ce7a100a1191644f94d60190cefa100a11916daf4")]
    [InlineData(ContentFormat.SenMLJson, ContentFormat.Tlv, "4.06")]
    [InlineData(ContentFormat.SenMLJson, ContentFormat.PlainText, "4.06")]
    [InlineData(ContentFormat.SenMLJson, ContentFormat.SenMLEtchJson, "4.06")]
    [InlineData(ContentFormat.SenMLJson, ContentFormat.LinkFormat, "4.06")]
    [InlineData(null, null, "4.15")]
    [InlineData(ContentFormat.PlainText, null, "4.15")]
    [InlineData(ContentFormat.Lwm2mCbor, null, "4.15")]
    [InlineData(ContentFormat.PlainText, ContentFormat.Tlv, "4.15")]
    public void Fetch_speaks_the_formats_of_composites(ContentFormat? format, ContentFormat? accept, string expected) =>
        Assert.StartsWith(
            expected, Fetch("""[{"n":"/3303/0/5700"},{"n":"/3311/0/5850"}]""", format, accept), StringComparison.Ordinal);

    [Fact]
    public void Fetch_in_CBOR_is_answered_in_CBOR()
    {
        byte[] paths = new byte[100];
        Assert.True(PathPack.TryWrite(Composites.Paths("/3303/0/5700"), ContentFormat.SenMLCbor, paths, out int length));
        foreach (ContentFormat format in new[] { ContentFormat.SenMLCbor, ContentFormat.SenMLEtchCbor })
        {
            Assert.Equal(
                "2.05 112 81a321682f333330332f302f00643537303002f94d60", _script.Exchange(CoapCode.Fetch, "/", paths[..length], format));
        }
    }

    [Theory]
    [InlineData("", "4.00")]
    [InlineData("[]", "4.00")]
    [InlineData("[{", "4.00")]
    [InlineData("""[{"n":"x"}]""", "4.00")]
    [InlineData("""[{"n":"/3303/0/5700/0/0"}]""", "4.00")]
    [InlineData("""[{"n":"/3303/65535"}]""", "4.00")]
    [InlineData("""[{"n":"/3303/0/5700"},{"n":"/03"}]""", "4.00")]
    [InlineData("""[{"n":"/3303/0/5700","v":1}]""", "4.00")]
    [InlineData("""[{"n":"/0/0/0"}]""", "4.01")]
    [InlineData("""[{"n":"/21"},{"n":"/0"}]""", "4.01")]
    public void Fetch_of_what_makes_no_sense_is_told_why(string paths, string code) => Assert.Equal(code, Fetch(paths));

    [Fact]
    public void A_diagnostic_says_which_record_is_wrong()
    {
        Fetch("""[{"n":"/3303/0/5700"},{"n":"/03"}]""");
        Assert.Equal("the name of record 2 is no path", Encoding.UTF8.GetString(_script.LastPayload));
        Fetch("""[{"n":"/3303"},{"n":1}]""");
        Assert.StartsWith("record 2", Encoding.UTF8.GetString(_script.LastPayload), StringComparison.Ordinal);
        Patch("""[{"n":"/3311/0/5851","v":101}]""");
        Assert.Equal("/3311/0/5851: resource 5851 (Dimmer) takes 0..100, not 101", Encoding.UTF8.GetString(_script.LastPayload));
    }

    [Fact]
    public void Many_paths_and_the_same_ones_over_and_over()
    {
        string paths = string.Join(',', Enumerable.Range(0, 60).Select(i => $$"""{"n":"{{5700 + i % 3}}"}"""));
        Assert.Equal("""2.05 110 [{"bn":"/3303/0/","n":"5700","v":21.5}]""", Fetch($$"""[{"bn":"/3303/0/",{{paths[1..]}}]"""));
    }

    [Fact]
    public void What_does_not_fit_a_body_is_an_error_of_ours()
    {
        _rules.Tags[7] = new('x', 17_000);
        Assert.Equal("5.00", Fetch("""[{"n":"/"}]"""));
        Assert.StartsWith("2.05", Fetch("""[{"n":"/3303"}]"""), StringComparison.Ordinal);
    }

    [Fact]
    public void An_iPatch_changes_several_objects_and_whoever_observes_one_hears_of_it()
    {
        _script.Get("/3311/0/5851", observe: 0, token: "0a");
        byte[] request = _script.Request(
            CoapCode.IPatch, "/", """[{"n":"/3311/0/5851","v":75},{"n":"/26242/0/9/4","vs":"e"},{"n":"/26242/0/0","v":7}]"""u8.ToArray(),
            ContentFormat.SenMLJson);
        Assert.Equal(["2.04", "NOTIFY 0a 2.05 0 75"], _script.Receive(request).Order());
        Assert.Equal((75, 7), (_light.Dimmer, _rules.Level));
        Assert.Equal(["a", "b", "e"], _rules.Tags);
    }

    [Theory]
    [InlineData("""{"n":"/26242/0/0","v":101}""", 110, "4.00")]
    [InlineData("""{"n":"/26242/0/0","vs":"x"}""", 110, "4.00")]
    [InlineData("""{"n":"/26242/0","v":1}""", 110, "4.00")]
    [InlineData("""{"n":"/26242/0/9/0","v":null}""", 110, "4.00")]
    [InlineData("""{"n":"/26242/0/0","v":1},{"n":"/26242/0/0","v":2}""", 110, "4.00")]
    [InlineData("""{"n":"/26242/0/0" """, 110, "4.00")]
    [InlineData("""{"n":"/0/0/0","vs":"coap://y"}""", 110, "4.01")]
    [InlineData("""{"n":"/26242/1/0","v":1}""", 110, "4.04")]
    [InlineData("""{"n":"/9999/0/0","v":1}""", 110, "4.04")]
    [InlineData("""{"n":"/26242/0/77","v":1}""", 320, "4.04")]
    [InlineData("""{"n":"/26242/0/3","vs":"x"}""", 320, "4.05")]
    [InlineData("""{"n":"/26242/0/7","v":1}""", 320, "4.05")]
    [InlineData("""{"n":"/26242/0/3","v":null}""", 320, "4.05")]
    [InlineData("""{"n":"/26242/0/0","v":null}""", 320, "4.00")]
    [InlineData("""{"n":"/26242/0/0","v":1}""", 0, "4.15")]
    [InlineData("""{"n":"/26242/0/0","v":1}""", 11542, "4.15")]
    [InlineData("""{"n":"/26242/0/0","v":1}""", 11543, "4.15")]
    [InlineData("""{"n":"/26242/0/0","v":1}""", null, "4.15")]
    public void An_iPatch_that_cannot_be_is_told_why_and_does_nothing(string record, int? format, string code)
    {
        string before = Composites.Content(_script.Device.Objects);
        Assert.Equal(code, Patch($$"""[{"n":"/3311/0/5851","v":75},{{record}}]""", (ContentFormat?)format));
        Assert.Equal(code, Patch($$"""[{{record}},{"n":"/3311/0/5851","v":75}]""", (ContentFormat?)format));
        Assert.Equal(before, Composites.Content(_script.Device.Objects));
    }

    [Fact]
    public void A_null_in_a_patch_removes()
    {
        Assert.Equal("2.04", Patch("""[{"n":"/26242/0/9/0","v":null},{"n":"/3311/0/5851","v":null}]""", ContentFormat.SenMLEtchJson));
        Assert.Equal(["b"], _rules.Tags);
        Assert.Null(_light.Dimmer);
    }

    [Fact]
    public void Composites_are_of_the_root_alone_and_take_no_query()
    {
        foreach (string path in new[] { "/3311", "/3311/0", "/3311/0/5851" })
        {
            Assert.Equal("4.05", Fetch("""[{"n":"/3311"}]""", path: path));
            Assert.Equal("4.05", Patch("""[{"n":"/3311/0/5851","v":1}]""", path: path));
        }

        Assert.Equal("4.00", _script.Exchange(CoapCode.Fetch, "/", "[]"u8.ToArray(), ContentFormat.SenMLJson, query: "pmin=1"));
        Assert.Equal("4.12", _script.Exchange(CoapCode.IPatch, "/", "[]"u8.ToArray(), ContentFormat.SenMLJson, ifNoneMatch: true));
        Assert.Equal(10, _light.Dimmer);
    }

    [Fact]
    public void Keys_of_any_kind_are_nobodys()
    {
        Assert.Equal("4.01", _script.Get("/23/0"));
        Assert.Equal("4.01", _script.Get("/21"));
        Assert.Equal("4.01", _script.Put("/23/0/1", "x"));
    }
}
