using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Write-Attributes, and what a Discover shows of them (LwM2M TS Core, 6.3.2 and 6.3.4).</summary>
[Trait("Category", "Conformance")]
public class AttributeWriteTests
{
    private readonly Temperature _temperature = new() { SensorValue = 21.5, ApplicationType = "room" };
    private readonly AllTypes _types = new() { Whole = 1, Natural = 2, Flag = true, Text = "x", ManyWhole = [1, 2] };
    private readonly DeviceScript _script;

    public AttributeWriteTests() => _script = new(DeckTests.Device(), _temperature, _types);

    private string Discover(string path, string? query = null) => _script.Get(path, ContentFormat.LinkFormat, query: query);

    // Row 68.
    [Theory]
    [InlineData("/9")]
    [InlineData("/3303/7")]
    [InlineData("/3303/0/5701")]
    public void What_is_absent_is_neither_discovered_nor_given_attributes(string path)
    {
        Assert.Equal("4.04", Discover(path));
        Assert.Equal("4.04", _script.WriteAttributes(path, "pmin=1"));
    }

    // Row 69.
    [Fact]
    public void Attributes_are_shown_at_their_level_and_inherited_by_what_is_asked_for()
    {
        Assert.Equal("2.04", _script.WriteAttributes("/3", "pmin=10&pmax=200"));
        Assert.Equal("2.05 40 </3>;pmin=10;pmax=200", Discover("/3", "depth=0"));
        Assert.StartsWith("2.05 40 </3/0>;pmin=10;pmax=200,</3/0/0>,", Discover("/3/0"), StringComparison.Ordinal);
        Assert.Equal("2.05 40 </3/0/7>;dim=2;pmin=10;pmax=200,</3/0/7/0>,</3/0/7/1>", Discover("/3/0/7"));
    }

    // Row 69: other attributes at each level of a multiple resource.
    [Fact]
    public void Each_level_shows_its_own()
    {
        Assert.Equal("2.04", _script.WriteAttributes("/3/0/11", "pmin=10&pmax=320"));
        Assert.Equal("2.04", _script.WriteAttributes("/3/0/11/0", "pmax=100&epmin=1&epmax=20"));
        Assert.Equal("2.05 40 </3/0/11>;dim=1;pmin=10;pmax=320,</3/0/11/0>;pmax=100;epmin=1;epmax=20", Discover("/3/0/11"));
    }

    [Fact]
    public void Requests_add_up_and_a_name_without_value_takes_away()
    {
        Assert.Equal("2.04", _script.WriteAttributes("/3303/0/5700", "pmin=10&gt=-1.5e1"));
        Assert.Equal("2.04", _script.WriteAttributes("/3303/0/5700", "pmin=20&st=0.25&con=1&hqmax=5"));
        Assert.Equal("2.05 40 </3303/0/5700>;pmin=20;gt=-15;st=0.25;con=1;hqmax=5", Discover("/3303/0/5700"));

        // Row 72.
        Assert.Equal("2.04", _script.WriteAttributes("/3303/0/5700", "pmin&gt&hqmax&con=0"));
        Assert.Equal("2.05 40 </3303/0/5700>;st=0.25;con=0", Discover("/3303/0/5700"));
        Assert.Equal("2.04", _script.WriteAttributes("/3303/0/5700", "st&con"));
        Assert.Equal("2.05 40 </3303/0/5700>", Discover("/3303/0/5700"));
        Assert.Equal(0, _script.Device.Reporter.Attributes.Count);
    }

    // Row 70, and the types that the others want.
    [Theory]
    [InlineData("/3303/0/5750", "gt=1", "4.00")]
    [InlineData("/3303/0/5750", "lt=1", "4.00")]
    [InlineData("/3303/0/5750", "st=1", "4.00")]
    [InlineData("/3303/0/5750", "pmin=1", "2.04")]
    [InlineData("/3303/0/5700", "gt=1", "2.04")]
    [InlineData("/26241/0/1", "lt=1", "2.04")]
    [InlineData("/26241/0/2", "st=1", "2.04")]
    [InlineData("/26241/0/4", "gt=1", "4.00")]
    [InlineData("/26241/0/4", "edge=1", "2.04")]
    [InlineData("/26241/0/1", "edge=1", "4.00")]
    [InlineData("/26241/0/101/1", "gt=1", "2.04")]
    [InlineData("/26241/0/101/7", "gt=1", "4.04")]
    [InlineData("/3303/0", "gt=1", "4.00")]
    [InlineData("/3303", "edge=1", "4.00")]
    [InlineData("/3303/0/5605", "gt=1", "4.00")]
    [InlineData("/3303/0/5700/0", "pmin=1", "4.05")]
    [InlineData("/0", "pmin=1", "4.01")]
    [InlineData("/", "pmin=1", "4.00")]
    public void Attributes_go_where_they_mean_something(string path, string query, string code) =>
        Assert.Equal(code, _script.WriteAttributes(path, query));

    // Row 71. That pmax is below pmin is no error: it is ignored (row 77).
    [Theory]
    [InlineData("epmin=10&epmax=10")]
    [InlineData("epmin=10&epmax=5")]
    [InlineData("gt=1&lt=1")]
    [InlineData("gt=1&lt=2")]
    [InlineData("lt=10&gt=20&st=5")]
    [InlineData("lt=10&gt=20&st=6")]
    [InlineData("pmin=1&nonsense=1")]
    [InlineData("pmin=1&pmin=2")]
    [InlineData("dim=1")]
    [InlineData("ver=1.0")]
    [InlineData("ssid=1")]
    [InlineData("uri=x")]
    [InlineData("lwm2m=1.2")]
    [InlineData("pmin=-1")]
    [InlineData("pmin=1.5")]
    [InlineData("pmin=")]
    [InlineData("pmin=1&gt=abc")]
    [InlineData("st=0")]
    [InlineData("edge=2")]
    [InlineData("con=2")]
    [InlineData("hqmax=x")]
    public void What_is_wrong_or_contradicts_itself_changes_nothing(string query)
    {
        Assert.Equal("2.04", _script.WriteAttributes("/3303/0/5700", "pmax=60"));
        Assert.Equal("4.00", _script.WriteAttributes("/3303/0/5700", query));
        Assert.Equal("2.05 40 </3303/0/5700>;pmax=60", Discover("/3303/0/5700"));
    }

    [Fact]
    public void What_contradicts_earlier_values_changes_nothing()
    {
        Assert.Equal("2.04", _script.WriteAttributes("/3303/0/5700", "gt=20&lt=10"));
        Assert.Equal("4.00", _script.WriteAttributes("/3303/0/5700", "pmin=3&st=5"));
        Assert.Equal("2.05 40 </3303/0/5700>;gt=20;lt=10", Discover("/3303/0/5700"));
    }

    [Fact]
    public void A_query_beside_a_payload_and_one_for_a_read_are_refused()
    {
        Assert.Equal("4.00", _script.Exchange(CoapCode.Put, "/26241/0/1", "7"u8.ToArray(), ContentFormat.PlainText, query: "pmin=1"));
        Assert.Equal("4.00", _script.Get("/3303/0/5700", query: "pmin=1"));
        Assert.Equal(1, _types.Whole);
        Assert.Equal(0, _script.Device.Reporter.Attributes.Count);
    }

    // Row 73.
    [Fact]
    public void Attributes_go_with_their_instance()
    {
        Assert.Equal("2.04", _script.WriteAttributes("/3303", "pmin=1"));
        Assert.Equal("2.04", _script.WriteAttributes("/3303/0", "pmin=2"));
        Assert.Equal("2.04", _script.WriteAttributes("/3303/0/5700", "pmin=3"));
        _script.Device.Objects.Remove(_temperature);
        _script.Device.Objects.Add(_temperature);
        Assert.Equal("2.05 40 </3303/0/5700>;pmin=1", Discover("/3303/0/5700"));
        Assert.Equal(1, _script.Device.Reporter.Attributes.Count);
    }

    // Row 73.
    [Fact]
    public void Attributes_of_an_instance_that_is_gone_are_in_effect_no_more_where_observations_stay()
    {
        byte[] paths = """[{"n":"/3303/0/5700"},{"n":"/26241/0/101/1"}]"""u8.ToArray();
        _script.WriteAttributes("/3303/0/5700", "pmin=100");
        _script.WriteAttributes("/26241/0/101/1", "pmin=100");
        _script.Exchange(CoapCode.Fetch, "/", paths, ContentFormat.SenMLJson, observe: 0);
        _script.Device.Objects.Remove(_temperature);
        Assert.Single(_script.RunFor(1));
        _script.Device.Objects.Add(_temperature);
        Assert.Single(_script.RunFor(1));
        _temperature.SensorValue = 77;
        Assert.Single(_script.RunFor(1));

        _types.ManyWhole.Remove(1);
        Assert.Single(_script.RunFor(1));
        _types.ManyWhole[1] = 8;
        Assert.Single(_script.RunFor(1));
    }

    // Row 73.
    [Fact]
    public void Attributes_go_with_their_resource_instance()
    {
        Assert.Equal("2.04", _script.WriteAttributes("/26241/0/101/0", "pmin=3"));
        Assert.Equal("2.04", _script.WriteAttributes("/26241/0/101/1", "pmin=4"));
        _types.ManyWhole.Remove(1);
        Assert.Equal("2.05 40 </26241/0/101>;dim=1,</26241/0/101/0>;pmin=3", Discover("/26241/0/101"));
        _types.ManyWhole[1] = 7;
        Assert.Equal("2.05 40 </26241/0/101>;dim=2,</26241/0/101/0>;pmin=3,</26241/0/101/1>", Discover("/26241/0/101"));
    }

    [Fact]
    public void Each_server_has_its_own()
    {
        _script.AddServer(101, new([1]));
        _script.AddServer(102, new([2]));
        Assert.Equal("2.04", _script.WriteAttributes("/3303/0/5700", "pmin=1"));
        _script.Peer = new([2]);
        Assert.Equal("2.05 40 </3303/0/5700>", Discover("/3303/0/5700"));
        Assert.Equal("2.04", _script.WriteAttributes("/3303/0/5700", "pmin=2"));
        _script.Peer = new([1]);
        Assert.Equal("2.05 40 </3303/0/5700>;pmin=1", Discover("/3303/0/5700"));
        _script.Device.Reporter.ForgetAttributes(101, _script.Now);
        Assert.Equal("2.05 40 </3303/0/5700>", Discover("/3303/0/5700"));
        Assert.Equal(1, _script.Device.Reporter.Attributes.Count);
    }

    [Fact]
    public void There_is_room_for_so_many_and_no_more()
    {
        DeviceScript script = new(new DeviceOptions { Reporting = new() { AssignedPaths = 2 } }, new Temperature { SensorValue = 1 });
        Assert.Equal("2.04", script.WriteAttributes("/3303", "pmin=1"));
        Assert.Equal("2.04", script.WriteAttributes("/3303/0", "pmin=1"));
        Assert.Equal("5.00", script.WriteAttributes("/3303/0/5700", "pmin=1"));
        Assert.Equal("2.04", script.WriteAttributes("/3303/0", "pmin=2"));
        Assert.Equal("2.04", script.WriteAttributes("/3303/0", "pmin"));
        Assert.Equal("2.04", script.WriteAttributes("/3303/0/5700", "pmin=1"));
    }
}
