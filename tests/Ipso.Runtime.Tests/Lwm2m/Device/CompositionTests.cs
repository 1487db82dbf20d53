using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests.Docs;

namespace Ipso.Tests.Lwm2m;

/// <summary>
/// Objects that work together, by links and in one request, and the examples of docs/objects.md: the code stands here as it stands there.
/// </summary>
public class CompositionTests
{
    private const string Evening = """
        [{"n":"/3311/0/5850","vb":false},
         {"n":"/3311/1/5850","vb":false},
         {"n":"/3311/2/5851","v":20},
         {"n":"/3308/0/5900","v":18}]
        """;

    private readonly LightControl[] _lights =
        [new() { OnOff = true, Dimmer = 100 }, new() { OnOff = true, Dimmer = 100 }, new() { OnOff = true, Dimmer = 100 }];

    private readonly SetPoint _setPoint = new() { SetPointValue = 21 };

    [Fact]
    public void A_thermostat_follows_its_links()
    {
        DeviceEndpoint device = new(new Ipso.Testing.SeededRandom(1));

        Temperature room = new() { SensorValue = 19 };
        SetPoint target = new() { SetPointValue = 21 };
        Actuation radiator = new() { OnOff = false };
        Thermostat thermostat = new()
        {
            Temperature = device.Objects.Add(room),
            SetPoint = device.Objects.Add(target),
            Heaters = [device.Objects.Add(radiator)],
        };
        device.Objects.Add(thermostat);

        void Control()
        {
            bool isCold = device.Objects.Find<Temperature>(thermostat.Temperature) is { } sensor
                && device.Objects.Find<SetPoint>(thermostat.SetPoint) is { } wanted
                && sensor.SensorValue < wanted.SetPointValue;
            foreach (Actuation heater in device.Objects.FindAll<Actuation>(thermostat.Heaters))
            {
                heater.OnOff = isCold;
            }
        }

        foreach (BrokenLink broken in device.Objects.FindBrokenLinks())
        {
            Console.WriteLine(broken);                  // /26300/0/26241 points at 3303:7, which is not there
        }

        if (device.Objects.Resolve(thermostat.Temperature, out Temperature? source) != LinkState.Resolved)
        {
            Console.WriteLine("no sensor");             // Null, Broken, OtherClass, WholeObject
        }

        Assert.Same(room, source);
        Control();
        Assert.True(radiator.OnOff);

        // Nobody is cold where there is no sensor.
        Assert.True(device.Objects.Remove(room));
        Control();
        Assert.False(radiator.OnOff);
        Assert.Equal(LinkState.Broken, device.Objects.Resolve(thermostat.Temperature, out source));
        Assert.Equal(new BrokenLink(new(26300, 0, 26241), new(3303, 0)), Assert.Single(device.Objects.FindBrokenLinks()));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void A_server_writes_another_link_and_it_is_followed_and_none_that_leads_nowhere(double loss)
    {
        Temperature here = new() { SensorValue = 10 }, there = new() { SensorValue = 30 };
        Thermostat thermostat = new() { Temperature = new(3303, 0), SetPoint = new(3308, 0), Heaters = [ObjectLink.Null] };
        DeviceNetwork network = new DeviceNetwork(loss, here, there, _setPoint, thermostat).AddAccounts();
        Assert.Equal("2.04", network.Server.Put("/26300/0/26241", "3303:1"));
        Assert.Same(there, network.Device.Objects.Find<Temperature>(thermostat.Temperature));
        Assert.Equal("4.00", network.Server.Put("/26300/0/26241", "3303:2")[..4]);
        Assert.Same(there, network.Device.Objects.Find<Temperature>(thermostat.Temperature));

        // In a composite, with what it is to do.
        Assert.Equal("2.04", network.Server.IPatch("""[{"n":"/26300/0/26241","vlo":"3303:0"},{"n":"/3308/0/5900","v":12}]"""));
        Assert.Same(here, network.Device.Objects.Find<Temperature>(thermostat.Temperature));
        Assert.Equal(12, _setPoint.SetPointValue);
        Assert.Empty(network.Device.Objects.FindBrokenLinks());
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void The_evening_comes_in_one_request_all_or_nothing_and_each_observer_hears_of_it(double loss)
    {
        DeviceNetwork network = new DeviceNetwork(loss, [.. _lights, _setPoint]).AddAccounts();
        NetworkServer server = network.Server;
        string[] observed = ["/3311/0/5850", "/3311/1/5850", "/3311/2/5851", "/3308/0/5900"];
        foreach (string path in observed)
        {
            // Confirmable, so that a loss costs none.
            Assert.Equal("2.04", server.Put(path, "", format: null, query: "con=1"));
            Assert.StartsWith("2.05", server.Observe(path, out _, ContentFormat.SenMLJson), StringComparison.Ordinal);
        }

        Assert.Equal("4.00", server.IPatch(Evening.Replace("\"v\":18", "\"vs\":\"cosy\"", StringComparison.Ordinal))[..4]);
        Assert.Equal("4.04", server.IPatch(Evening.Replace("/3311/2/", "/3311/3/", StringComparison.Ordinal))[..4]);
        network.Network.Run(TimeSpan.FromSeconds(10));
        Assert.Empty(server.Notifications);
        Assert.All(_lights, static light => Assert.Equal((true, 100L), (light.OnOff, light.Dimmer)));
        Assert.Equal(21, _setPoint.SetPointValue);

        Assert.Equal("2.04", server.IPatch(Evening));
        Assert.Equal([(false, 100L), (false, 100L), (true, 20L)], _lights.Select(static light => (light.OnOff, light.Dimmer ?? -1)));
        Assert.Equal(18, _setPoint.SetPointValue);
        network.Await(() => server.Notifications.Count >= observed.Length, "not all have heard");
        Assert.Equal(
            [
                """2.05 110 [{"bn":"/3308/0/5900","v":18}]""", """2.05 110 [{"bn":"/3311/0/5850","vb":false}]""",
                """2.05 110 [{"bn":"/3311/1/5850","vb":false}]""", """2.05 110 [{"bn":"/3311/2/5851","v":20}]""",
            ],
            server.Notifications.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_examples_of_the_page_stand_here()
    {
        DocsPage section = new("objects.md", "Objects that are made of others");
        string[] examples = [.. section.Examples(), .. section.Examples("json")];
        Assert.Equal(3, examples.Length);
        DocsPage.AssertStandHere(examples);
    }
}
