using System.Text;
using Ipso.Coap;
using Ipso.Objects;
using Timer = Ipso.Objects.Timer;

namespace Ipso.Tests.Lwm2m;

/// <summary>Read and discovery over CoAP, datagram by datagram.</summary>
public class ReadTests
{
    private static DeviceScript Script() => new(
        DeckTests.Device(),
        new Temperature { SensorValue = 21.5, SensorUnits = "Cel", MinMeasuredValue = null, MaxMeasuredValue = null },
        new Temperature { SensorValue = -3, ApplicationType = "cellar", MinMeasuredValue = null, MaxMeasuredValue = null },
        new SetPoint { SetPointValue = 20 },
        new AllTypes { Data = new byte[] { 1, 2, 255 }, ManyData = new() { [3] = new byte[] { 4 } }, Flag = true },
        new Timer { DelayDuration = 5, Trigger = static _ => { } },
        new Rules { Level = 1, Limits = [2], Secret = "s", Secrets = [new byte[] { 1 }] });

    [Theory]
    [InlineData("/3303/0/5700", null, "2.05 0 21.5")]
    [InlineData("/3303/0/5701", null, "2.05 0 Cel")]
    [InlineData("/3303/0/5700", 0, "2.05 0 21.5")]
    [InlineData("/3303/0/5700", 110, """2.05 110 [{"bn":"/3303/0/5700","v":21.5}]""")]
    [InlineData("/3303/0/5700", 112, "2.05 112 81a2216c2f333330332f302f3537303002f94d60")]
    [InlineData("/3303/0/5700", 11542, "2.05 11542 e4164441ac0000")]
    [InlineData("/3303/0/5700", 42, "4.06")]
    [InlineData("/3303/0/5700", 60, "2.05 60 f94d60")]
    [InlineData("/3303/0/5701", 60, "2.05 60 cCel")]
    [InlineData("/3303/0/5700", 11543, """2.05 11543 {"bn":"/3303/0/","e":[{"n":"5700","v":21.5}]}""")]
    [InlineData("/3303/0/5700", 11544, "2.05 11544 a1190ce7a100a1191644f94d60")]
    [InlineData("/3303/0/5700", 1542, "4.06")]
    [InlineData("/3303/0/5700", 1543, "4.06")]
    [InlineData("/3303/0", 60, "4.06")]
    [InlineData("/3303", 60, "4.06")]
    [InlineData("/3/0/7", 60, "4.06")]
    [InlineData("/3/0/7/1", 60, "2.05 60 191388")]
    [InlineData("/26241/0/5", 60, "2.05 60 430102ff")]
    [InlineData("/3303/0", null, "2.05 112 82a321682f333330332f302f00643537303002f94d60a2006435373031036343656c")]
    [InlineData("/3303/0", 110, """2.05 110 [{"bn":"/3303/0/","n":"5700","v":21.5},{"n":"5701","vs":"Cel"}]""")]
    [InlineData("/3303/0", 11542, "2.05 11542 e4164441ac0000e3164543656c")]
    [InlineData("/3303/0", 0, "4.06")]
    [InlineData("/3308/0", 0, "4.06")]
    [InlineData("/3308", 0, "4.06")]
    [InlineData("/3308", 42, "4.06")]
    [InlineData(
        "/3303",
        110,
        """2.05 110 [{"bn":"/3303/0/","n":"5700","v":21.5},{"n":"5701","vs":"Cel"},{"bn":"/3303/1/","n":"5700","v":-3},"""
        + """{"n":"5750","vs":"cellar"}]""")]
    [InlineData("/3303", 11542, "2.05 11542 08000de4164441ac0000e3164543656c080110e41644c0400000e6167663656c6c6172")]
    [InlineData(
        "/3303",
        11543,
        """2.05 11543 {"bn":"/3303/","e":[{"n":"0/5700","v":21.5},{"n":"0/5701","sv":"Cel"},{"n":"1/5700","v":-3},"""
        + """{"n":"1/5750","sv":"cellar"}]}""")]
    [InlineData("/3303", 11544, "2.05 11544 a1190ce7a200a2191644f94d601916456343656c01a2191644f9c2001916766663656c6c6172")]
    [InlineData("/3/0/7", null, "2.05 112 82a321672f332f302f372f00613002190ed8a200613102191388")]
    [InlineData("/3/0/7", 110, """2.05 110 [{"bn":"/3/0/7/","n":"0","v":3800},{"n":"1","v":5000}]""")]
    [InlineData("/3/0/7", 11542, "2.05 11542 88070842000ed842011388")]
    [InlineData("/3/0/7", 11543, """2.05 11543 {"bn":"/3/0/","e":[{"n":"7/0","v":3800},{"n":"7/1","v":5000}]}""")]
    [InlineData("/3/0/7", 11544, "2.05 11544 a103a100a107a200190ed801191388")]
    [InlineData("/3/0/7", 0, "4.06")]
    [InlineData("/3/0/11", 0, "4.06")]
    [InlineData("/3/0/7/1", null, "2.05 0 5000")]
    [InlineData("/3/0/7/1", 110, """2.05 110 [{"bn":"/3/0/7/1","v":5000}]""")]
    [InlineData("/3/0/7/1", 11542, "2.05 11542 42011388")]
    [InlineData("/3/0/7/1", 11543, """2.05 11543 {"bn":"/3/0/","e":[{"n":"7/1","v":5000}]}""")]
    [InlineData("/3/0/7/1", 11544, "2.05 11544 a103a100a107a101191388")]
    [InlineData("/26241/0/5", null, "2.05 42 0102ff")]
    [InlineData("/26241/0/5", 0, "2.05 0 AQL/")]
    [InlineData("/26241/0/5", 110, """2.05 110 [{"bn":"/26241/0/5","vd":"AQL_"}]""")]
    [InlineData("/26241/0/5", 11543, """2.05 11543 {"bn":"/26241/0/","e":[{"n":"5","sv":"AQL/"}]}""")]
    [InlineData("/26241/0/105/3", null, "2.05 42 04")]
    [InlineData("/26241/0/4", null, "2.05 0 1")]
    public void A_value_comes_in_the_format_that_is_asked_for(string path, int? accept, string expected) =>
        Assert.Equal(expected, Script().Get(path, (ContentFormat?)accept));

    [Theory]
    [InlineData("/", "4.00")]
    [InlineData("/9", "4.04")]
    [InlineData("/9/0", "4.04")]
    [InlineData("/3303/2", "4.04")]
    [InlineData("/3303/2/5700", "4.04")]
    [InlineData("/3303/0/5601", "4.04")]
    [InlineData("/3303/0/1", "4.04")]
    [InlineData("/3303/0/5605", "4.05")]
    [InlineData("/26242/0/2", "4.05")]
    [InlineData("/26242/0/8", "4.05")]
    [InlineData("/26242/0/8/0", "4.05")]
    [InlineData("/3303/0/5700/0", "4.05")]
    [InlineData("/3/0/7/2", "4.04")]
    [InlineData("/3/0/22/0", "4.04")]
    [InlineData("/0", "4.01")]
    [InlineData("/0/0/0", "4.01")]
    [InlineData("/21/0", "4.01")]
    [InlineData("/3303/0/5700/0/0", "4.02")]
    [InlineData("/rd", "4.04")]
    [InlineData("/65535", "4.04")]
    [InlineData("/03303/0/5700", "4.04")]
    public void What_cannot_be_read_is_told_apart(string path, string code) => Assert.Equal(code, Script().Get(path));

    [Fact]
    public void An_absent_resource_is_missing_before_a_format_is()
    {
        Assert.Equal("4.04", Script().Get("/3303/0/5601", ContentFormat.LinkFormat));
        Assert.Equal("4.04", Script().Get("/3303/7", ContentFormat.LinkFormat));
    }

    [Fact]
    public void Unreadable_resources_are_left_out_of_an_instance() =>
        Assert.Equal(
            """2.05 110 [{"bn":"/26242/0/","n":"0","v":1},{"n":"1/0","v":2}]""", Script().Get("/26242/0", ContentFormat.SenMLJson));

    [Fact]
    public void The_device_comes_in_the_bytes_of_the_specification()
    {
        DeviceScript script = Script();
        foreach (ContentFormat format in Payloads.Structured)
        {
            script.Get("/3/0", format);
            Assert.Equal(DeckTests.Payload(format), script.LastPayload);
        }
    }

    [Fact]
    public void A_query_is_not_understood() => Assert.Equal("4.00", Script().Get("/3303/0/5700", query: "pmin=10"));

    [Fact]
    public void A_slash_at_the_end_names_nothing_further() => Assert.Equal("2.05 0 21.5", Script().Get("/3303/0/5700/"));

    [Fact]
    public void What_does_not_fit_a_body_is_an_error_of_ours()
    {
        DeviceScript script = new(new AllTypes { Text = new string('x', 17_000) });
        Assert.Equal("5.00", script.Get("/26241/0/0"));
        Assert.Equal("5.00", script.Get("/26241/0"));
    }

    [Fact]
    public void Discovery_lists_objects_with_version_and_instances()
    {
        DeviceScript script = Script();
        Assert.Equal(
            "2.05 40 </>;rt=\"oma.lwm2m\",</3>;rt=\"urn:oma:lwm2m:oma:3:1.2\";ver=1.2,</3/0>,"
            + "</3303>;rt=\"urn:oma:lwm2m:ext:3303:1.1\";ver=1.1,</3303/0>,</3303/1>,"
            + "</3308>;rt=\"urn:oma:lwm2m:ext:3308:1.1\";ver=1.1,</3308/0>,</3340>;rt=\"urn:oma:lwm2m:ext:3340\",</3340/0>,"
            + "</26241>;rt=\"urn:oma:lwm2m:x:26241\",</26241/0>,</26242>;rt=\"urn:oma:lwm2m:x:26242\",</26242/0>",
            script.Get("/.well-known/core"));
        Assert.Equal("2.05 40 </>;rt=\"oma.lwm2m\"", new DeviceScript().Get("/.well-known/core", ContentFormat.LinkFormat));
        Assert.Equal("4.06", script.Get("/.well-known/core", ContentFormat.PlainText).Replace(" 0", "", StringComparison.Ordinal));
        Assert.Equal("4.00", script.Get("/.well-known/core", query: "rt"));
        Assert.Equal("4.05", script.Put("/.well-known/core", "x"));
        Assert.Equal("4.04", script.Get("/.well-known"));
        Assert.Equal("4.04", script.Get("/.well-known/core/x"));
    }

    [Theory]
    [InlineData("/", "4.00")]
    [InlineData("/3303", "4.05")]
    [InlineData("/3303/0", "4.05")]
    [InlineData("/3303/0/5700", "4.05")]
    [InlineData("/9999/0", "4.04")]
    [InlineData("/9999", "4.05")]
    public void Nothing_is_deleted_that_the_program_does_not_allow(string path, string code) =>
        Assert.Equal(code, Script().Exchange(CoapCode.Delete, path));

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Operations_that_are_not_there_are_not_allowed(byte method)
    {
        DeviceScript script = Script();
        bool isComposite = method is 5 or 7;
        foreach (string path in new[] { "/", "/3303", "/3303/0", "/3303/0/5700", "/9999/0" }.Where(p => !isComposite || p != "/"))
        {
            Assert.Equal("4.05", script.Exchange(new CoapCode(method), path, Encoding.UTF8.GetBytes("[]"), ContentFormat.SenMLJson));
        }
    }
}
