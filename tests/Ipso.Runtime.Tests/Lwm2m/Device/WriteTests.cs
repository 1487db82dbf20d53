using Ipso.Coap;
using Ipso.Objects;
using Timer = Ipso.Objects.Timer;

namespace Ipso.Tests.Lwm2m;

/// <summary>Write and Execute over CoAP, datagram by datagram.</summary>
public class WriteTests
{
    private LightControl _light = new() { OnOff = false, Dimmer = 10, Colour = "red" };
    private readonly Rules _rules = new() { Level = 1, Limits = [1], Tags = ["a", "b"], Serial = "4711" };
    private readonly DeviceScript _script;

    public WriteTests() => _script = new(_light, _rules);

    [Fact]
    public void Put_on_a_resource_sets_it()
    {
        Assert.Equal("2.04", _script.Put("/3311/0/5851", "75"));
        Assert.Equal(75, _light.Dimmer);
        Assert.Equal("2.04", _script.Put("/3311/0/5851", "76", format: null));
        Assert.Equal(76, _light.Dimmer);
        Assert.Equal("2.04", _script.Put("/3311/0/5850", """[{"bn":"/3311/0/5850","vb":true}]""", ContentFormat.SenMLJson));
        Assert.True(_light.OnOff);
        Assert.Equal("2.04", _script.Exchange(CoapCode.Put, "/3311/0/5851", Convert.FromHexString("e116db05"), ContentFormat.Tlv));
        Assert.Equal(5, _light.Dimmer);
    }

    [Fact]
    public void Put_on_an_instance_replaces_and_Post_updates()
    {
        Assert.Equal("2.04", _script.Post("/3311/0", """[{"bn":"/3311/0/","n":"5851","v":20}]""", ContentFormat.SenMLJson));
        Assert.Equal(("red", 20), (_light.Colour, _light.Dimmer));
        Assert.Equal("4.00", _script.Put("/3311/0", """[{"bn":"/3311/0/","n":"5851","v":30}]""", ContentFormat.SenMLJson));
        Assert.Equal(("red", 20), (_light.Colour, _light.Dimmer));
        Assert.Equal("2.04", _script.Put("/3311/0", """[{"bn":"/3311/0/","n":"5850","vb":true}]""", ContentFormat.SenMLJson));
        Assert.Equal((true, null, null), (_light.OnOff, _light.Colour, _light.Dimmer));
    }

    [Theory]
    [InlineData("3311:0", "2.04")]
    [InlineData("3311:65535", "2.04")]
    [InlineData("65535:65535", "2.04")]
    [InlineData("3311:1", "4.00")]
    [InlineData("3303:0", "4.00")]
    [InlineData("3303:65535", "4.00")]
    public void An_object_link_has_to_point_at_something_that_is_there(string link, string code)
    {
        DeviceScript script = new(_light = new() { OnOff = false }, new AllTypes());
        Assert.Equal(code, script.Put("/26241/0/7", link));
        Assert.Equal(code, script.Put("/26241/0/107", $$"""[{"bn":"/26241/0/107/","n":"0","vlo":"{{link}}"}]""", ContentFormat.SenMLJson));
    }

    [Fact]
    public void Put_and_Post_on_a_multiple_resource_and_on_its_instances()
    {
        Assert.Equal("2.04", _script.Post("/26242/0/9", """[{"bn":"/26242/0/9/","n":"5","vs":"e"}]""", ContentFormat.SenMLJson));
        Assert.Equal(["a", "b", "e"], _rules.Tags);
        Assert.Equal("2.04", _script.Put("/26242/0/9", """[{"bn":"/26242/0/9/","n":"5","vs":"f"}]""", ContentFormat.SenMLJson));
        Assert.Equal(["f"], _rules.Tags);
        Assert.Equal("2.04", _script.Put("/26242/0/9/5", "g"));
        Assert.Equal(["g"], _rules.Tags);
        Assert.Equal("4.04", _script.Put("/26242/0/9/6", "h"));
        Assert.Equal("4.00", _script.Put("/26242/0/9", "x"));
        Assert.Equal("4.05", _script.Post("/26242/0/9/5", "x", ContentFormat.PlainText));
    }

    [Theory]
    [InlineData("/3311/0/5851", 60, "182a", "2.04")]
    [InlineData("/3311/0/5851", 60, "1865", "4.00")]
    [InlineData("/3311/0/5851", 60, "182aff", "4.00")]
    [InlineData("/3311/0/5851", 11544, "a1190cefa100a11916db182a", "2.04")]
    [InlineData("/3311/0/5851", 11544, "bf9f190cef001916dbff182aff", "2.04")]
    [InlineData("/3311/0/5851", 11544, "a1190cefa101a11916db182a", "4.00")]
    [InlineData("/3311/0/5851", 11542, "e116db2a", "2.04")]
    [InlineData("/3311/0/5851", 1542, "e116db2a", "2.04")]
    [InlineData("/3311/0/5851", 11543, "7b2265223a5b7b2276223a34327d5d7d", "2.04")]
    [InlineData("/3311/0/5851", 1543, "7b2265223a5b7b2276223a34327d5d7d", "2.04")]
    [InlineData("/3311/0/5851", 1541, "3432", "4.15")]
    [InlineData("/3311/0/5851", 1544, "2a", "4.15")]
    public void Put_takes_the_format_that_it_names(string path, int format, string hex, string code)
    {
        Assert.Equal(code, _script.Exchange(CoapCode.Put, path, Convert.FromHexString(hex), (ContentFormat)format));
        Assert.Equal(code == "2.04" ? 42 : 10, _light.Dimmer);
    }

    [Theory]
    [InlineData("/3311/0/5851", "101", 0, "4.00")]
    [InlineData("/3311/0/5851", "bright", 0, "4.00")]
    [InlineData("/3311/0/5851", "1", 60, "4.00")]
    [InlineData("/3311/0", "1", 60, "4.00")]
    [InlineData("/3311/0", "1", 1541, "4.15")]
    [InlineData("/3311/0", "1", 1543, "4.00")]
    [InlineData("/3311/0", "1", 11543, "4.00")]
    [InlineData("/3311/0", "1", 11544, "4.00")]
    [InlineData("/3311/0/5851", "1", 40, "4.15")]
    [InlineData("/3311/0/5851", "1", 42, "4.00")]
    [InlineData("/3311/0/5851", """[{"bn":"/3311/0/5850","vb":true}]""", 110, "4.00")]
    [InlineData("/3311/0", "1", 0, "4.00")]
    [InlineData("/3311/0", "{", 110, "4.00")]
    [InlineData("/3311/0", "x", null, "4.15")]
    [InlineData("/3311/0/5805", "1", 0, "4.05")]
    [InlineData("/26242/0/3", "x", 0, "4.05")]
    [InlineData("/26242/0/7", "x", 0, "4.05")]
    [InlineData("/3311/0/5850/0", "1", 0, "4.05")]
    [InlineData("/3311/0/1", "1", 0, "4.04")]
    [InlineData("/3311/1/5850", "1", 0, "4.04")]
    [InlineData("/3311/1", "[]", 110, "4.04")]
    [InlineData("/3311", "[]", 110, "4.05")]
    [InlineData("/9999", "[]", 110, "4.05")]
    [InlineData("/", "[]", 110, "4.00")]
    [InlineData("/0/0/0", "x", 0, "4.01")]
    public void A_write_that_cannot_be_is_told_why(string path, string payload, int? format, string code)
    {
        Assert.Equal(code, _script.Put(path, payload, (ContentFormat?)format));
        Assert.Equal((false, 10, "red"), (_light.OnOff, _light.Dimmer, _light.Colour));
    }

    [Fact]
    public void A_write_to_a_read_only_resource_of_an_instance_does_nothing_at_all()
    {
        const string Json = """[{"bn":"/26242/0/","n":"0","v":9},{"n":"3","vs":"x"}]""";
        Assert.Equal("4.05", _script.Post("/26242/0", Json, ContentFormat.SenMLJson));
        Assert.Equal((1, "4711"), (_rules.Level, _rules.Serial));
    }

    [Fact]
    public void Preconditions_are_met_or_fail()
    {
        Assert.Equal("2.04", _script.Put("/3311/0/5851", "1", ifMatch: []));
        Assert.Equal("4.12", _script.Put("/3311/0/5851", "2", ifMatch: [1]));
        Assert.Equal("4.12", _script.Put("/3311/0/5851", "3", ifNoneMatch: true));
        Assert.Equal(1, _light.Dimmer);
    }

    [Fact]
    public void Execute_hands_the_arguments_to_the_handler()
    {
        List<string> calls = [];
        Timer timer = new() { DelayDuration = 1, Trigger = a => calls.Add(a.ToString()) };
        DeviceScript script = new(timer, new Temperature { SensorValue = 1, ResetMinAndMaxMeasuredValues = null });
        Assert.Equal("2.04", script.Post("/3340/0/5523"));
        Assert.Equal("2.04", script.Post("/3340/0/5523", "0='now',1"));
        Assert.Equal("2.04", script.Post("/3340/0/5523", "5", ContentFormat.PlainText));
        Assert.Equal(["", "0='now',1", "5"], calls);

        Assert.Equal("4.00", script.Post("/3340/0/5523", "later"));
        Assert.Equal("4.15", script.Post("/3340/0/5523", "[]", ContentFormat.SenMLJson));
        Assert.Equal("4.05", script.Put("/3340/0/5523", "1"));
        Assert.Equal("4.05", script.Get("/3340/0/5523"));
        Assert.Equal("4.05", script.Post("/3340/0/5521", "1"));
        Assert.Equal("4.05", script.Post("/3340/0/5523/0"));
        Assert.Equal("4.05", script.Post("/3340"));
        Assert.Equal("4.04", script.Post("/3303/0/5605"));
        Assert.Equal("4.04", script.Post("/3340/1/5523"));
        Assert.Equal(3, calls.Count);
    }

    [Fact]
    public void A_handler_that_throws_is_an_error_of_ours_and_told()
    {
        List<Exception> told = [];
        InvalidOperationException exception = new("stuck");
        DeviceScript script = new(new Timer { DelayDuration = 1, Trigger = _ => throw exception });
        script.Device.HandlerFailed = told.Add;
        Assert.Equal("5.00", script.Post("/3340/0/5523"));
        Assert.Same(exception, Assert.Single(told));
        Assert.Equal("2.05 0 1", script.Get("/3340/0/5521"));
    }

    [Fact]
    public void A_repeated_Execute_runs_once_and_gets_the_same_answer()
    {
        int calls = 0;
        DeviceScript script = new(new Timer { DelayDuration = 1, Trigger = _ => calls++ });
        byte[] request = script.Request(CoapCode.Post, "/3340/0/5523");
        Assert.Equal(["2.04"], script.Receive(request));
        Assert.Equal(["2.04"], script.Receive(request));
        Assert.Equal(["2.04"], script.Receive(request));
        Assert.Equal(1, calls);
        Assert.Equal("2.04", script.Post("/3340/0/5523"));
        Assert.Equal(2, calls);
    }

    [Fact]
    public void A_repeated_Write_writes_once()
    {
        byte[] request = _script.Request(CoapCode.Put, "/3311/0/5851", "75"u8.ToArray());
        _script.Receive(request);
        _light.Dimmer = 3;
        Assert.Equal(["2.04"], _script.Receive(request));
        Assert.Equal(3, _light.Dimmer);
    }

    [Fact]
    public void Whoever_logs_hears_of_each_request()
    {
        List<string> lines = [];
        _script.Device.RequestHandled = (in Ipso.Lwm2m.Device.HandledRequest handled) => lines.Add(handled.ToString());
        _script.Get("/3311/0/5851");
        _script.Put("/3311/0/5851", "101");
        _script.Put("/3311/0/5851", "50");
        _script.Get("/");
        Assert.Equal("GET /3311/0/5851 -> 2.05 Content, PlainText, 2 bytes", lines[0]);
        Assert.StartsWith("PUT /3311/0/5851 -> 4.00 Bad Request: resource 5851 (Dimmer) takes 0..100", lines[1], StringComparison.Ordinal);
        Assert.Equal("PUT /3311/0/5851 -> 2.04 Changed", lines[2]);
        Assert.StartsWith("GET / -> 4.00", lines[3], StringComparison.Ordinal);
    }
}
