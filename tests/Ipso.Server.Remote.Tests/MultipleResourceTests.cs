using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests;

namespace Ipso.Server.Remote.Tests;

/// <summary>Multiple resources, and their instances one by one.</summary>
[Trait("Category", "Network")]
public sealed class MultipleResourceTests : AsyncTests
{
    private readonly Loopback _net = new();

    public override ValueTask DisposeAsync() => _net.DisposeAsync();

    [Fact]
    public async Task Values_keep_their_ids()
    {
        DeviceClient device = await _net.AddAsync(new EveryRight
        {
            Reading = 0, Levels = new() { [3] = 30, [65534] = 100 }, Names = ["zero", "one"], Targets = [new(3303, 0)],
        });
        RemoteObject<EveryRight> remote = device.Object<EveryRight>();

        ResourceInstances<long> levels = await remote.Levels.ReadAsync(_net.Patience);
        Assert.Equal([3, 65534], levels.Ids.ToArray());
        Assert.Equal([30L, 100L], levels);
        Assert.Equal(["zero", "one"], await remote.Names.ReadAsync(_net.Patience));
        Assert.Equal(100, await remote.Levels[65534].ReadAsync(_net.Patience));
        Assert.Equal("one", await remote.Names[1].ReadAsync(_net.Patience));
        Assert.Equal(new ObjectLink(3303, 0), await remote.Targets[0].ReadAsync(_net.Patience));
        Assert.Throws<ArgumentOutOfRangeException>(() => remote.Levels[65535]);
    }

    [Fact]
    public async Task A_write_replaces_and_an_update_adds()
    {
        EveryRight one = new() { Reading = 0, Levels = new() { [1] = 1, [2] = 2 } };
        DeviceClient device = await _net.AddAsync(one);
        RemoteObject<EveryRight> remote = device.Object<EveryRight>();

        await remote.Levels.WriteAsync(new() { [5] = 50, [600] = 60 }, _net.Patience);
        Assert.Equal([5, 600], one.Levels.Ids.ToArray());
        await remote.Levels.UpdateAsync(new() { [6] = 66 }, _net.Patience);
        Assert.Equal([5, 6, 600], one.Levels.Ids.ToArray());
        await remote.Levels[6].WriteAsync(67, _net.Patience);
        Assert.Equal([50L, 67L, 60L], one.Levels);
        await remote.Tokens.WriteAsync([new byte[] { 1 }, new byte[] { 2, 3 }], _net.Patience);
        Assert.Equal([[1], [2, 3]], one.Tokens.Select(static token => token.ToArray()));
        await Assert.ThrowsAsync<ArgumentException>(() => remote.Levels.WriteAsync([], _net.Patience));
    }

    [Fact]
    public async Task An_instance_is_deleted_on_a_device_of_1_2()
    {
        EveryRight one = new() { Reading = 0, Levels = [0, 1, 2] };
        DeviceClient device = await _net.AddAsync(tree => tree.Add(one), new ObjectVersion(1, 2));

        await device.Object<EveryRight>().Levels.DeleteAsync(1, _net.Patience);

        Assert.Equal([0, 2], one.Levels.Ids.ToArray());
        await Assert.ThrowsAsync<DeviceException>(() => device.Object<EveryRight>().Levels.DeleteAsync(1, _net.Patience));
    }

    [Fact]
    public async Task All_instances_are_observed_together_or_one_alone()
    {
        EveryRight one = new() { Reading = 0, Levels = [10, 20] };
        DeviceClient device = await _net.AddAsync(one);
        List<long[]> seen = [];
        await foreach (RemoteValue<ResourceInstances<long>> levels in device.Object<EveryRight>().Levels.ObserveAsync(cancellationToken: _net.Patience))
        {
            seen.Add([.. levels.Value]);
            if (seen.Count == 2)
            {
                break;
            }

            one.Levels[7] = 70;
        }

        Assert.Equal([[10, 20], [10, 20, 70]], seen);
        await foreach (RemoteValue<long> level in device.Object<EveryRight>().Levels[7].ObserveAsync(cancellationToken: _net.Patience))
        {
            Assert.Equal(70, level.Value);
            break;
        }
    }
}
