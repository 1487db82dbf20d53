using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests;

namespace Ipso.Server.Remote.Tests;

/// <summary>Paths of a device without a type.</summary>
[Trait("Category", "Network")]
public sealed class UntypedTests : AsyncTests
{
    private readonly Loopback _net = new();

    public override ValueTask DisposeAsync() => _net.DisposeAsync();

    [Fact]
    public async Task A_path_is_read_as_records()
    {
        DeviceClient device = await _net.AddAsync(new SetPoint { SetPointValue = 20, Colour = "red" }, new SetPoint { SetPointValue = 21 });

        ResourceRecords records = await device.Node(new(3308)).ReadAsync(_net.Patience);

        Assert.Equal(["/3308/0/5706 red", "/3308/0/5900 20", "/3308/1/5900 21"], records.Select(static record => record.ToString()).Order());
        Assert.True(records.TryGet(new(3308, 1, 5900), out double value));
        Assert.Equal(21, value);
    }

    [Fact]
    public async Task Every_operation_is_offered_and_the_device_says_what_it_thinks()
    {
        SetPoint one = new() { SetPointValue = 20 };
        List<string> calls = [];
        DeviceClient device = await _net.AddAsync(one, new EveryRight { Reading = 2, Act = arguments => calls.Add(arguments.ToString()) });
        RemoteNode value = device.Node(new(3308, 0, 5900));
        CancellationToken ct = _net.Patience;

        await value.WriteAsync(18.5, ct);
        Assert.Equal(18.5, await value.ReadAsync<double>(ct));
        await device.Node(new(32769, 0, 3)).ExecuteAsync("1", ct);
        Assert.Equal(["1"], calls);
        ResourceWrites writes = new();
        writes.Add(value.Path, 17.0);
        await device.Node(new(3308, 0)).UpdateAsync(writes, ct);
        Assert.Equal(17, one.SetPointValue);
        await Assert.ThrowsAsync<DeviceException>(() => device.Node(new(32769, 0, 0)).WriteAsync(1.0, ct));
        await Assert.ThrowsAsync<DeviceException>(() => value.ExecuteAsync(cancellationToken: ct));
        await Assert.ThrowsAsync<DeviceException>(() => device.Node(new(3308, 0)).DeleteAsync(ct));
        await Assert.ThrowsAsync<ArgumentException>(() => device.Node(new(3308, 1)).UpdateAsync(writes, ct));
        InvalidCastException thrown = await Assert.ThrowsAsync<InvalidCastException>(() => value.ReadAsync<ObjectLink>(ct));
        Assert.Equal("device-0 has no ObjectLink at /3308/0/5900: /3308/0/5900 17", thrown.Message);
        await Assert.ThrowsAsync<NotSupportedException>(() => value.WriteAsync(1, ct));
        Assert.NotEmpty(await device.Node(new(3308)).DiscoverAsync(ct));
        await value.WriteAttributesAsync(new() { MaximumPeriod = 60 }, cancellationToken: ct);
        await foreach (RemoteValue<ResourceRecords> state in value.ObserveAsync(cancellationToken: ct))
        {
            Assert.Equal("/3308/0/5900 17", Assert.Single(state.Value).ToString());
            break;
        }
    }
}
