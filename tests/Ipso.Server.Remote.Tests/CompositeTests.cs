using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests;

namespace Ipso.Server.Remote.Tests;

/// <summary>Several resources of several objects at once.</summary>
[Trait("Category", "Network")]
public sealed class CompositeTests : AsyncTests
{
    private readonly Loopback _net = new();

    public override ValueTask DisposeAsync() => _net.DisposeAsync();

    [Fact]
    public async Task They_are_read_at_once_and_what_is_not_there_is_absent()
    {
        DeviceClient device = await _net.AddAsync(
            new Temperature { SensorValue = 21.5 }, new SetPoint { SetPointValue = 20 },
            new EveryRight { Reading = 3, Levels = new() { [4] = 40 }, Label = "l" });
        RemoteObject<Temperature> temperature = device.Object<Temperature>();
        RemoteObject<SetPoint> setPoint = device.Object<SetPoint>();
        RemoteObject<EveryRight> every = device.Object<EveryRight>();
        RemoteObject<SetPoint> absent = device.Object<SetPoint>(9);

        CompositeReading reading = await device.ReadAsync(
            [temperature.SensorValue, temperature.SensorUnits, setPoint, every.Levels, device.Node(new(32769, 0, 16)), absent], _net.Patience);

        Assert.Equal(21.5, reading.Get(temperature.SensorValue));
        Assert.False(reading.TryGet(temperature.SensorUnits, out _));
        Assert.Throws<KeyNotFoundException>(() => reading.Get(temperature.SensorUnits));
        Assert.True(reading.TryGet(setPoint, out SetPoint? whole));
        Assert.Equal(20, whole.SetPointValue);
        Assert.True(reading.TryGet(every.Levels, out ResourceInstances<long> levels));
        Assert.Equal(40, levels[4]);
        Assert.True(reading.Records.TryGet(new(32769, 0, 16), out string? label));
        Assert.Equal("l", label);
        Assert.False(reading.TryGet(absent, out _));
    }

    [Fact]
    public async Task They_are_written_all_or_none()
    {
        LightControl first = new() { OnOff = true }, second = new() { OnOff = true };
        SetPoint setPoint = new() { SetPointValue = 21 };
        EveryRight every = new() { Reading = 1, Levels = [1] };
        DeviceClient device = await _net.AddAsync(first, second, setPoint, every);
        CompositeWrite night = new CompositeWrite()
            .Set(device.Object<LightControl>(0).OnOff, false)
            .Set(device.Object<LightControl>(1).OnOff, false)
            .Set(device.Object<EveryRight>().Levels, new() { [9] = 90 })
            .Set(device.Object<EveryRight>().Tokens, [new byte[] { 1 }])
            .Set(device.Object<EveryRight>().Secret, "s")
            .Set(device.Object<SetPoint>().SetPointValue, 18.5);

        await device.WriteAsync(night, _net.Patience);
        Assert.Equal((false, false, 18.5), (first.OnOff, second.OnOff, setPoint.SetPointValue));
        Assert.Equal([0, 9], every.Levels.Ids.ToArray());
        Assert.Equal((1, "s"), (every.Tokens.Count, every.Secret));

        await Assert.ThrowsAsync<DeviceException>(() => device.WriteAsync(
            new CompositeWrite().Set(device.Object<LightControl>(0).OnOff, true).Set(device.Object<LightControl>(2).OnOff, true), _net.Patience));
        Assert.False(first.OnOff);
    }

    [Fact]
    public async Task They_are_observed_together()
    {
        Temperature temperature = new() { SensorValue = 1 };
        DeviceClient device = await _net.AddAsync(temperature, new SetPoint { SetPointValue = 20 });
        RemoteObject<Temperature> remote = device.Object<Temperature>();
        List<double> seen = [];
        await foreach (RemoteValue<CompositeReading> reading in device.ObserveAsync(
            [remote.SensorValue, device.Object<SetPoint>().SetPointValue], _net.Patience))
        {
            seen.Add(reading.Value.Get(remote.SensorValue));
            Assert.Equal(20, reading.Value.Get(device.Object<SetPoint>().SetPointValue));
            if (seen.Count == 2)
            {
                break;
            }

            temperature.SensorValue = 2;
        }

        Assert.Equal([1, 2], seen);
    }

    [Fact]
    public async Task Of_two_devices_nothing_is_mixed()
    {
        DeviceClient one = await _net.AddAsync(new LightControl { OnOff = true });
        DeviceClient other = await _net.AddAsync(new LightControl { OnOff = true });
        CompositeWrite writes = new CompositeWrite().Set(one.Object<LightControl>().OnOff, false);

        Assert.Throws<ArgumentException>(() => writes.Set(other.Object<LightControl>().OnOff, false));
        await Assert.ThrowsAsync<ArgumentException>(() => other.WriteAsync(writes, _net.Patience));
        await Assert.ThrowsAsync<ArgumentException>(() => one.ReadAsync([other.Object<LightControl>()], _net.Patience));
        await Assert.ThrowsAsync<ArgumentException>(() => one.ReadAsync([], _net.Patience));
    }
}
