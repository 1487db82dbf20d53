using System.Text;
using Ipso.Coap;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>When the observers of several paths at once are notified (LwM2M TS Core, 6.4).</summary>
[Trait("Category", "Conformance")]
public class CompositeReportingTests
{
    private readonly AllTypes _types = new() { Whole = 3000 };
    private readonly Temperature _temperature = new() { SensorValue = 1 };
    private readonly DeviceScript _script;

    public CompositeReportingTests() => _script = new(_types, _temperature);

    private string Fetch(string paths, string? query = null, uint observe = 0) => _script.Exchange(
        CoapCode.Fetch, "/", Encoding.UTF8.GetBytes(paths), ContentFormat.SenMLEtchJson, ContentFormat.SenMLJson, observe, query: query);

    // Row 94.
    [Fact]
    public void A_composite_is_notified_whole_when_one_of_its_paths_asks_for_it()
    {
        const string Paths = """[{"n":"/3303/0/5700"},{"n":"/26241/0/1"},{"n":"/3308/0/5900"}]""";
        _script.WriteAttributes("/26241/0/1", "st=100");
        Assert.Equal(
            """2.05 110 observed [{"bn":"/3303/0/","n":"5700","v":1},{"bn":"/26241/0/","n":"1","v":3000}]""", Fetch(Paths));
        _types.Whole = 3050;
        _temperature.ApplicationType = "elsewhere";
        Assert.Empty(_script.Drain());
        _temperature.SensorValue = 2;
        Assert.Equal(
            ["""NOTIFY 01 2.05 110 [{"bn":"/3303/0/","n":"5700","v":2},{"bn":"/26241/0/","n":"1","v":3050}]"""], _script.Drain());

        // The step counts from what was sent.
        _types.Whole = 3149;
        Assert.Empty(_script.Drain());
        _types.Whole = 3150;
        Assert.Single(_script.Drain());

        // What was not there appears once it is.
        _script.Device.Objects.Add(new SetPoint { SetPointValue = 5 });
        Assert.Equal(
            ["""NOTIFY 01 2.05 110 [{"bn":"/3303/0/","n":"5700","v":2},{"bn":"/3308/0/","n":"5900","v":5},"""
             + """{"bn":"/26241/0/","n":"1","v":3150}]"""],
            _script.Drain());

        Fetch(Paths, observe: 1);
        Assert.Equal(0, _script.Device.ObserverCount);
        _temperature.SensorValue = 3;
        Assert.Empty(_script.Drain());
    }

    [Fact]
    public void What_is_for_bootstrap_only_gives_no_sign_of_itself()
    {
        Assert.StartsWith("2.05", Fetch("""[{"n":"/0"},{"n":"/"},{"n":"/0/0/5"}]"""), StringComparison.Ordinal);
        LWM2MSecurity security = new()
        {
            LWM2MServerURI = "coap://x",
            BootstrapServer = false,
            SecurityMode = 3,
            PublicKeyOrIdentity = default,
            ServerPublicKey = default,
            SecretKey = default,
        };
        _script.Device.Objects.Add(security);
        Assert.Empty(_script.Drain());
        int wakes = _script.Wakes;
        security.SecurityMode = 0;
        Assert.Empty(_script.Drain());
        Assert.Equal(wakes, _script.Wakes);
        _temperature.SensorValue = 2;
        Assert.Single(_script.Drain());
    }

    // Row 94.
    [Theory]
    [InlineData("pmin=10&pmax=20&con=1", "2.05")]
    [InlineData("epmin=1&epmax=2", "2.05")]
    [InlineData("gt=1", "4.00")]
    [InlineData("st=1", "4.00")]
    [InlineData("edge=1", "4.00")]
    [InlineData("hqmax=1", "4.00")]
    [InlineData("pmin", "4.00")]
    public void A_composite_takes_periods_and_con(string query, string code) =>
        Assert.StartsWith(code, Fetch("""[{"n":"/3303/0/5700"}]""", query), StringComparison.Ordinal);

    // Row 94.
    [Fact]
    public void The_periods_of_a_composite_stand_for_those_of_its_paths()
    {
        _script.WriteAttributes("/3303/0/5700", "pmin=50&gt=10");
        Assert.StartsWith("2.05", Fetch("""[{"n":"/3303/0/5700"}]""", "pmin=5&con=1"), StringComparison.Ordinal);
        _temperature.SensorValue = 9;
        Assert.Empty(_script.RunFor(20));
        _temperature.SensorValue = 11;
        Assert.Single(_script.RunFor(1));
        Assert.Equal(CoapType.Confirmable, _script.LastMessage.Type);
        _temperature.SensorValue = 9;
        Assert.Equal(4, Assert.Single(_script.RunFor(100)).After);
    }

    [Fact]
    public void A_composite_that_is_observed_anew_under_its_token_takes_its_own_room()
    {
        Temperature temperature = new() { SensorValue = 1 };
        DeviceScript script = new(new Ipso.Lwm2m.Device.DeviceOptions { Reporting = new() { CompositePaths = 2 } }, temperature);
        byte[] paths = """[{"n":"/3303/0/5700"},{"n":"/3303/0/5601"},{"n":"/3303/0/5602"}]"""u8.ToArray();
        for (int i = 0; i < 3; i++)
        {
            Assert.StartsWith(
                "2.05 110 observed ",
                script.Exchange(CoapCode.Fetch, "/", paths, ContentFormat.SenMLEtchJson, ContentFormat.SenMLJson, observe: 0),
                StringComparison.Ordinal);
            Assert.Equal(1, script.Device.ObserverCount);
        }

        temperature.SensorValue = 2;
        Assert.Single(script.Drain());
    }

    [Fact]
    public void Paths_of_composites_are_bounded_and_others_find_room_still()
    {
        DeviceScript script = new(
            new Ipso.Lwm2m.Device.DeviceOptions { Coap = new() { Observers = 2 }, Reporting = new() { CompositePaths = 1 } },
            new Temperature { SensorValue = 1 });
        byte[] three = """[{"n":"/3303/0/5700"},{"n":"/3303/0/5601"},{"n":"/3303/0/5602"}]"""u8.ToArray();
        byte[] two = """[{"n":"/3303/0/5700"},{"n":"/3303/0/5601"}]"""u8.ToArray();
        for (int i = 0; i < 3; i++)
        {
            Assert.DoesNotContain("observed", Observe(three, "0a"), StringComparison.Ordinal);
            Assert.Contains("observed", Observe(two, "0a"), StringComparison.Ordinal);
            Assert.DoesNotContain("observed", Observe(two, "0b"), StringComparison.Ordinal);
            Assert.Contains("observed", script.Get("/3303/0/5700", observe: 0, token: "0b"), StringComparison.Ordinal);
            Assert.DoesNotContain("observed", script.Get("/3303/0/5700", observe: 0, token: "0c"), StringComparison.Ordinal);
            Assert.DoesNotContain("observed", Observe(two, "0a", observe: 1), StringComparison.Ordinal);
            Assert.Equal(1, script.Device.ObserverCount);
            script.Get("/3303/0/5700", observe: 1, token: "0b");
            Assert.Equal(0, script.Device.ObserverCount);
        }

        string Observe(byte[] paths, string token, uint observe = 0) => script.Exchange(
            CoapCode.Fetch, "/", paths, ContentFormat.SenMLEtchJson, ContentFormat.SenMLJson, observe, token: token);
    }
}
