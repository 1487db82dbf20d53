using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests;

namespace Ipso.Server.Remote.Tests;

/// <summary>Object instances as a whole.</summary>
[Trait("Category", "Network")]
public sealed class ObjectTests : AsyncTests
{
    private readonly Loopback _net = new();

    public override ValueTask DisposeAsync() => _net.DisposeAsync();

    [Fact]
    public async Task It_is_read_into_its_generated_type()
    {
        DeviceClient device = await _net.AddAsync(
            new Temperature { SensorValue = 21.5, SensorUnits = "Cel" }, new Temperature { SensorValue = -4, MinMeasuredValue = -10 });

        Temperature first = await device.Object<Temperature>().ReadAsync(_net.Patience);
        Temperature second = await device.Object<Temperature>(1).ReadAsync(_net.Patience);

        Assert.Equal((21.5, "Cel"), (first.SensorValue, first.SensorUnits));
        Assert.Equal((-4, -10, null), (second.SensorValue, second.MinMeasuredValue, second.SensorUnits));
        Assert.Equal([0, 1], device.Objects<Temperature>().Select(static one => (int)one.Path.InstanceId));
        Assert.Equal("device-0/3303/1 (Temperature)", device.Object<Temperature>(1).ToString());
    }

    [Fact]
    public async Task A_write_replaces_what_a_server_may_write_and_an_update_leaves_the_rest()
    {
        EveryRight one = new() { Reading = 1, Switch = true, Label = "old", Levels = [1, 2] };
        DeviceClient device = await _net.AddAsync(one);
        RemoteObject<EveryRight> remote = device.Object<EveryRight>();

        await remote.UpdateAsync(new EveryRight { Reading = 44, Label = "new", Secret = "s" }, _net.Patience);
        Assert.Equal((1, true, "new", "s"), (one.Reading, one.Switch, one.Label, one.Secret));

        await remote.WriteAsync(new EveryRight { Reading = 44, Levels = [7] }, _net.Patience);
        Assert.Equal((1, null, null), (one.Reading, one.Switch, one.Label));
        Assert.Equal([7L], one.Levels);
    }

    [Fact]
    public async Task Some_resources_of_it_are_updated_together()
    {
        LightControl light = new() { OnOff = false };
        DeviceClient device = await _net.AddAsync(light, new Temperature { SensorValue = 1 });
        RemoteObject<LightControl> remote = device.Object<LightControl>();

        await remote.UpdateAsync(new CompositeWrite().Set(remote.OnOff, true).Set(remote.Dimmer, 20), _net.Patience);

        Assert.Equal((true, 20), (light.OnOff, light.Dimmer));
        await Assert.ThrowsAsync<ArgumentException>(() => remote.UpdateAsync(new CompositeWrite(), _net.Patience));
        RemoteObject<LightControl> other = device.Object<LightControl>(1);
        await Assert.ThrowsAsync<ArgumentException>(() => remote.UpdateAsync(new CompositeWrite().Set(other.OnOff, true), _net.Patience));
    }

    [Fact]
    public async Task It_is_observed_as_a_whole()
    {
        Temperature one = new() { SensorValue = 1, SensorUnits = "Cel" };
        DeviceClient device = await _net.AddAsync(one);
        List<(double, string?)> seen = [];
        await foreach (RemoteValue<Temperature> value in device.Object<Temperature>().ObserveAsync(cancellationToken: _net.Patience))
        {
            seen.Add((value.Value.SensorValue, value.Value.SensorUnits));
            if (seen.Count == 2)
            {
                break;
            }

            one.SensorUnits = "K";
        }

        Assert.Equal([(1, "Cel"), (1, "K")], seen);
    }

    [Fact]
    public async Task It_is_created_with_an_id_of_the_servers_or_the_devices_choice_and_deleted()
    {
        ObjectTree objects = null!;
        DeviceClient device = await _net.AddAsync(tree =>
        {
            objects = tree;
            tree.Add(new Temperature { SensorValue = 0 });
            tree.Allow<SetPoint>();
        });
        CancellationToken ct = _net.Patience;

        RemoteObject<SetPoint> chosen = await device.CreateAsync(new SetPoint { SetPointValue = 21.5 }, 7, ct);
        Assert.Equal(new Lwm2mPath(3308, 7), chosen.Path);
        Assert.Equal(21.5, objects.Find<SetPoint>(7)!.SetPointValue);

        RemoteObject<SetPoint> given = await device.CreateAsync(new SetPoint { SetPointValue = 5, Colour = "red" }, cancellationToken: ct);
        Assert.Equal(new Lwm2mPath(3308, 0), given.Path);
        Assert.Equal((5, "red"), (await given.SetPointValue.ReadAsync(ct), await given.Colour.ReadAsync(ct)));

        await chosen.DeleteAsync(ct);
        Assert.Null(objects.Find<SetPoint>(7));
        DeviceException thrown = await Assert.ThrowsAsync<DeviceException>(() => chosen.DeleteAsync(ct));
        Assert.StartsWith("device-0, DELETE /3308/7: 4.04", thrown.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DeviceException>(() => device.CreateAsync(new Temperature { SensorValue = 1 }, 3, ct));
    }

    [Fact]
    public async Task What_is_written_is_what_it_was_when_it_was_asked_for()
    {
        EveryRight one = new() { Reading = 1 };
        DeviceClient device = await _net.AddAsync(one);
        EveryRight values = new() { Reading = 1, Label = "then" };
        Task writing = device.Object<EveryRight>().UpdateAsync(values, _net.Patience);
        values.Label = "now";
        await writing;
        Assert.Equal("then", one.Label);

        CompositeWrite writes = new CompositeWrite().Set(device.Object<EveryRight>().Label, "first");
        writing = device.WriteAsync(writes, _net.Patience);
        writes.Set(device.Object<EveryRight>().Label, "second");
        await writing;
        Assert.Equal("first", one.Label);
        await Assert.ThrowsAsync<ArgumentException>(() => device.Object<Gauge>().WriteAsync(new Gauge { Level = 1 }, _net.Patience));
    }

    [Fact]
    public async Task What_is_longer_than_the_server_sends_is_not_sent()
    {
        EveryRight one = new() { Reading = 1 };
        DeviceClient device = await _net.AddAsync(one);

        await device.Object<EveryRight>().Label.WriteAsync(new string('x', 10_000), _net.Patience);
        Assert.Equal(10_000, one.Label!.Length);
        DeviceException thrown = await Assert.ThrowsAsync<DeviceException>(
            () => device.Object<EveryRight>().Label.WriteAsync(new string('x', 70_000), _net.Patience));
        Assert.Equal(DeviceOutcome.NoFormat, thrown.Answer.Outcome);
        await Assert.ThrowsAsync<ArgumentException>(() => device.Object<EveryRight>().Act.ExecuteAsync(new string('1', 70_000), _net.Patience));
        IRemoteReadable[] many = [.. Enumerable.Range(0, 2000).Select(i => device.Node(new(32769, (ushort)i)))];
        await Assert.ThrowsAsync<ArgumentException>(() => device.ReadAsync(many, _net.Patience));
        Assert.Equal(1, await device.Object<EveryRight>().Reading.ReadAsync(_net.Patience));
    }

    [Fact]
    public async Task What_there_is_of_it_is_discovered()
    {
        DeviceClient device = await _net.AddAsync(new EveryRight { Reading = 1, Levels = [1, 2], Secret = "s" });
        await device.Object<EveryRight>().WriteAttributesAsync(new() { MinimumPeriod = 5 }, cancellationToken: _net.Patience);

        IReadOnlyList<DiscoveredLink> links = await device.Object<EveryRight>().DiscoverAsync(_net.Patience);

        Assert.Equal(new Lwm2mPath(32769, 0), links[0].Path);
        Assert.Equal(5, links[0].Attributes.MinimumPeriod);
        Assert.Equal((ushort)2, links.Single(static link => link.Path == new Lwm2mPath(32769, 0, 4)).Dimension);
    }
}
