using Ipso.Lwm2m;
using Ipso.Objects;
using Ipso.Tests;

namespace Ipso.Server.Remote.Tests;

/// <summary>Objects that are made of others, followed from link to link.</summary>
[Trait("Category", "Network")]
public sealed class LinkTests : AsyncTests
{
    private readonly Loopback _net = new();

    public override ValueTask DisposeAsync() => _net.DisposeAsync();

    private Task<DeviceClient> AddThermostatAsync() => _net.AddAsync(tree =>
    {
        tree.Add(new Thermostat
        {
            Temperature = tree.Add(new Temperature { SensorValue = 19 }),
            SetPoint = ObjectLink.Null,
            Heaters = [tree.Add(new Actuation { OnOff = false }), ObjectLink.Null, new(3303, 0), tree.Add(new Actuation { OnOff = true })],
        });
    });

    [Fact]
    public async Task A_link_leads_to_the_object_that_it_points_at()
    {
        DeviceClient device = await AddThermostatAsync();
        RemoteObject<Thermostat> thermostat = device.Object<Thermostat>();

        RemoteObject<Temperature>? sensor = await thermostat.Temperature.FollowAsync<Temperature>(_net.Patience);
        Assert.Equal(19, await sensor!.SensorValue.ReadAsync(_net.Patience));
        RemoteNode? node = await thermostat.Temperature.FollowAsync(_net.Patience);
        Assert.Equal(new Lwm2mPath(3303, 0), node!.Path);
    }

    [Fact]
    public async Task A_link_to_nowhere_or_to_something_else_leads_nowhere()
    {
        RemoteObject<Thermostat> thermostat = (await AddThermostatAsync()).Object<Thermostat>();

        Assert.Null(await thermostat.SetPoint.FollowAsync<SetPoint>(_net.Patience));
        Assert.Null(await thermostat.SetPoint.FollowAsync(_net.Patience));
        Assert.Null(await thermostat.Temperature.FollowAsync<SetPoint>(_net.Patience));
    }

    [Fact]
    public async Task The_links_of_a_multiple_resource_lead_to_all_objects_of_a_type()
    {
        RemoteObject<Thermostat> thermostat = (await AddThermostatAsync()).Object<Thermostat>();

        IReadOnlyList<RemoteObject<Actuation>> heaters = await thermostat.Heaters.FollowAsync<Actuation>(_net.Patience);

        Assert.Equal([0, 1], heaters.Select(static heater => (int)heater.Path.InstanceId));
        Assert.True(await heaters[1].OnOff.ReadAsync(_net.Patience));
        Assert.Equal(new Lwm2mPath(3306, 1), (await thermostat.Heaters[3].FollowAsync<Actuation>(_net.Patience))!.Path);
    }
}
