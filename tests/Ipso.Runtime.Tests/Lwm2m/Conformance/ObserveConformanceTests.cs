using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Rows 85 and 86 of docs/conformance.md: how long an observation lasts, and whose changes are told to whom.</summary>
[Trait("Category", "Conformance")]
public class ObserveConformanceTests
{
    private const string Value = "/3303/0/5700";

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_85_An_Update_keeps_observations_and_a_Register_ends_them(double loss)
    {
        Temperature temperature = new() { SensorValue = 1 };
        RegistrationWorld world = new(new() { Endpoint = "d", Server = new("coap://s") }, loss, "s");
        ServerNode server = world["s"];
        world.Device.Objects.Add(temperature);
        world.Start();
        world.Until(() => IsRegistered(world));
        Assert.Equal("2.05 1", server.Ask(world.DeviceNode, CoapCode.Get, Value, [], null, observe: true, query: "con=1"));
        world.ServerObject().RegistrationUpdateTrigger!(default);
        world.Until(() => world.Events[^1].EndsWith("1 Updated", StringComparison.Ordinal));
        temperature.SensorValue = 2;
        world.Until(() => server.Notifications.Contains("2.05 2"));

        server.Answer = static line => line.StartsWith("POST /rd/1", StringComparison.Ordinal) ? CoapCode.NotFound : null;
        world.ServerObject().RegistrationUpdateTrigger!(default);
        world.Until(() => server.Registers.Distinct().Count() == 1 && server.Registers.Count() >= 2 && IsRegistered(world));
        Assert.Equal(0, world.Device.ObserverCount);
        temperature.SensorValue = 3;
        world.Run(300);
        Assert.DoesNotContain("2.05 3", server.Notifications);
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_86_A_Write_of_one_server_is_told_to_all_that_observe_also_to_the_one_that_writes(double loss)
    {
        DeviceNetwork network = new DeviceNetwork(loss, 3, static random =>
        {
            DeviceEndpoint device = new(random);
            device.Objects.Add(new LightControl { OnOff = false, Dimmer = 1 });
            return device;
        }).AddAccounts();
        foreach (NetworkServer server in network.Servers)
        {
            Assert.Equal("2.05 0 1", server.Observe("/3311/0/5851", out _, query: "con=1"));
        }

        Assert.Equal("2.04", network.Server.Put("/3311/0/5851", "5"));
        network.Await(
            () => network.Servers.All(static server => server.Notifications.LastOrDefault() == "2.05 0 5"), "not all have heard of the Write");

        // A Write that changes nothing is no news to anybody.
        int count = network.Servers.Sum(static server => server.Notifications.Count);
        Assert.Equal("2.04", network.Servers[1].Put("/3311/0/5851", "5"));
        network.Network.Run(TimeSpan.FromMinutes(5));
        Assert.Equal(count, network.Servers.Sum(static server => server.Notifications.Count));
    }

    private static bool IsRegistered(RegistrationWorld world) =>
        world.Events.Count > 0 && world.Events[^1].EndsWith("1 registered 1.2", StringComparison.Ordinal);
}
