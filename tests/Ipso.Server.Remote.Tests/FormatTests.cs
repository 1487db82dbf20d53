using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests;

namespace Ipso.Server.Remote.Tests;

/// <summary>Whatever format a device has, the same values come and go.</summary>
[Trait("Category", "Network")]
public sealed class FormatTests : AsyncTests
{
    private readonly Loopback _net = new();

    public static TheoryData<ContentFormat, ushort> Formats => new()
    {
        { ContentFormat.Tlv, 0 },
        { ContentFormat.Lwm2mJson, 1 },
        { ContentFormat.SenMLJson, 1 },
        { ContentFormat.SenMLCbor, 1 },
        { ContentFormat.Tlv, 1 },
        { ContentFormat.Lwm2mCbor, 2 },
    };

    public override ValueTask DisposeAsync() => _net.DisposeAsync();

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task What_is_written_is_read_alone_and_in_the_whole(ContentFormat format, ushort minor)
    {
        EveryRight one = new() { Reading = -12.25, Names = new() { [2] = "zwei", [300] = "" }, Count = 7, Links = new("</1>") };
        DeviceClient device = await _net.AddAsync(
            tree => Loopback.AddAll(tree, one, new Temperature { SensorValue = 1 }), new ObjectVersion(1, minor), format);
        RemoteObject<EveryRight> remote = device.Object<EveryRight>();
        CancellationToken ct = _net.Patience;

        await remote.Switch.WriteAsync(false, ct);
        await remote.Mode.WriteAsync(EveryRight.Values.Mode.Heat, ct);
        await remote.At.WriteAsync(DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000), ct);
        await remote.Blob.WriteAsync(new byte[] { 0, 1, 255, 4 }, ct);
        await remote.Target.WriteAsync(new(3303, 0), ct);
        await remote.Levels.WriteAsync(new() { [0] = 1, [9] = 2, [10_000] = 100 }, ct);
        await remote.Label.WriteAsync("Größe \"4\"", ct);
        await remote.UpdateAsync(new CompositeWrite().Set(remote.Path14, "p").Set(remote.Secret, "geheim"), ct);

        EveryRight whole = await remote.ReadAsync(ct);
        Assert.Equal((-12.25, false, EveryRight.Values.Mode.Heat, 7UL), (whole.Reading, whole.Switch, whole.Mode, whole.Count));
        Assert.Equal([0, 1, 255, 4], whole.Blob!.Value.ToArray());
        Assert.Equal((one.At, one.Target, "</1>", "p", "Größe \"4\""), (whole.At, whole.Target, whole.Links!.Value.Text, whole.Path, whole.Label));
        Assert.Equal([0, 9, 10_000], whole.Levels.Ids.ToArray());
        Assert.Equal((null, "geheim"), (whole.Secret, one.Secret));

        Assert.Equal(whole.Reading, await remote.Reading.ReadAsync(ct));
        Assert.Equal(whole.Switch, await remote.Switch.ReadAsync(ct));
        Assert.Equal(whole.Mode, await remote.Mode.ReadAsync(ct));
        Assert.Equal(whole.At, await remote.At.ReadAsync(ct));
        Assert.Equal([0, 1, 255, 4], (await remote.Blob.ReadAsync(ct)).ToArray());
        Assert.Equal(whole.Target, await remote.Target.ReadAsync(ct));
        Assert.Equal(whole.Levels, await remote.Levels.ReadAsync(ct));
        Assert.Equal(100, await remote.Levels[10_000].ReadAsync(ct));
        Assert.Equal(["zwei", ""], await remote.Names.ReadAsync(ct));
        Assert.Equal(whole.Links, await remote.Links.ReadAsync(ct));
        Assert.Equal(whole.Label, await remote.Label.ReadAsync(ct));

        ResourceRecords records = await device.Node(new(32769)).ReadAsync(ct);
        Assert.True(records.TryRead(0, out EveryRight untyped, out _));
        Assert.Equal((whole.Reading, whole.Label, whole.Count), (untyped.Reading, untyped.Label, untyped.Count));
        Assert.Equal(whole.Levels, untyped.Levels);
        Assert.Equal(format, (await device.SendAsync(DeviceRequest.Read(remote.Path), ct)).ContentFormat);
    }

    [Theory]
    [InlineData(ContentFormat.SenMLJson, 1)]
    [InlineData(ContentFormat.SenMLCbor, 1)]
    [InlineData(ContentFormat.Lwm2mCbor, 2)]
    public async Task Composites_come_and_go(ContentFormat format, ushort minor)
    {
        EveryRight one = new() { Reading = 1, Levels = new() { [3] = 30 } };
        LightControl light = new() { OnOff = false };
        DeviceClient device = await _net.AddAsync(tree => Loopback.AddAll(tree, one, light), new ObjectVersion(1, minor), format);
        RemoteObject<EveryRight> remote = device.Object<EveryRight>();

        await device.WriteAsync(
            new CompositeWrite().Set(device.Object<LightControl>().OnOff, true).Set(remote.Levels, new() { [4] = 40 }).Set(remote.Label, "l"),
            _net.Patience);
        Assert.Equal((true, "l"), (light.OnOff, one.Label));
        CompositeReading reading = await device.ReadAsync([remote.Levels, remote.Label, device.Object<LightControl>()], _net.Patience);
        Assert.True(reading.TryGet(remote.Levels, out ResourceInstances<long> levels));
        Assert.Equal([30L, 40L], levels);
        Assert.True(reading.TryGet(device.Object<LightControl>(), out LightControl? lit));
        Assert.Equal(("l", true), (reading.Get(remote.Label), lit.OnOff));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_whole_object_is_created_and_written(ContentFormat format, ushort minor)
    {
        ObjectTree objects = null!;
        DeviceClient device = await _net.AddAsync(
            tree =>
            {
                objects = tree;
                tree.Allow<EveryRight>(static one =>
                {
                    one.Reading = 1;
                    return true;
                });
                tree.Add(new Temperature { SensorValue = 1 });
            },
            new ObjectVersion(1, minor), format);
        EveryRight values = new() { Reading = 9, Switch = true, Secret = "s", Levels = new() { [4] = 40 }, Blob = new byte[] { 1 } };

        RemoteObject<EveryRight> remote = await device.CreateAsync(values, 5, _net.Patience);
        EveryRight one = objects.Find<EveryRight>(5)!;
        Assert.Equal((1, true, "s", 40), (one.Reading, one.Switch, one.Secret, one.Levels[4]));

        await remote.WriteAsync(new EveryRight { Reading = 9, Label = "only" }, _net.Patience);
        Assert.Equal((1, null, "only", 0), (one.Reading, one.Switch, one.Label, one.Levels.Count));
    }
}
