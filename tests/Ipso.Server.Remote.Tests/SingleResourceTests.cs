using Ipso.Lwm2m;
using Ipso.Objects;
using Ipso.Tests;

namespace Ipso.Server.Remote.Tests;

/// <summary>Resources with one value, on a device of ours.</summary>
[Trait("Category", "Network")]
public sealed class SingleResourceTests : AsyncTests
{
    private readonly Loopback _net = new();

    public override ValueTask DisposeAsync() => _net.DisposeAsync();

    [Fact]
    public async Task A_value_is_read_by_its_name_and_has_its_type()
    {
        DeviceClient device = await _net.AddAsync(new EveryRight
        {
            Reading = 21.5, Switch = true, Count = ulong.MaxValue, Mode = EveryRight.Values.Mode.Heat, At = DateTimeOffset.UnixEpoch.AddDays(20_000),
            Blob = new byte[] { 1, 2, 3, 4 }, Target = new(3303, 0), Links = new("</3303/0>;pmin=10"), Path = "a/b", Label = "äöü",
        });
        RemoteObject<EveryRight> remote = device.Object<EveryRight>();
        CancellationToken ct = _net.Patience;

        Assert.Equal(21.5, await remote.Reading.ReadAsync(ct));
        Assert.True(await remote.Switch.ReadAsync(ct));
        Assert.Equal(ulong.MaxValue, await remote.Count.ReadAsync(ct));
        Assert.Equal(EveryRight.Values.Mode.Heat, await remote.Mode.ReadAsync(ct));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddDays(20_000), await remote.At.ReadAsync(ct));
        Assert.Equal([1, 2, 3, 4], (await remote.Blob.ReadAsync(ct)).ToArray());
        Assert.Equal(new ObjectLink(3303, 0), await remote.Target.ReadAsync(ct));
        Assert.Equal("</3303/0>;pmin=10", (await remote.Links.ReadAsync(ct)).Text);
        Assert.Equal("äöü", await remote.Label.ReadAsync(ct));
    }

    [Fact]
    public async Task A_resource_that_is_called_as_a_member_has_its_id_behind_its_name()
    {
        DeviceClient device = await _net.AddAsync(new EveryRight { Reading = 0, Path = "a/b" });

        Assert.Equal("a/b", await device.Object<EveryRight>().Path14.ReadAsync(_net.Patience));
        Assert.Equal(new Lwm2mPath(32769, 0), device.Object<EveryRight>().Path);
    }

    [Fact]
    public async Task What_is_written_is_on_the_device()
    {
        EveryRight one = new() { Reading = 0 };
        DeviceClient device = await _net.AddAsync(one, new Temperature { SensorValue = 1 });
        RemoteObject<EveryRight> remote = device.Object<EveryRight>();
        CancellationToken ct = _net.Patience;

        await remote.Switch.WriteAsync(true, ct);
        await remote.Secret.WriteAsync("geheim", ct);
        await remote.Mode.WriteAsync(EveryRight.Values.Mode.Cool, ct);
        await remote.At.WriteAsync(DateTimeOffset.UnixEpoch.AddSeconds(-1), ct);
        await remote.Blob.WriteAsync(new byte[] { 9, 8 }, ct);
        await remote.Target.WriteAsync(device.Object<Temperature>().ToLink(), ct);
        await remote.Label.WriteAsync("\"quoted\"\n", ct);

        Assert.Equal((true, "geheim", EveryRight.Values.Mode.Cool), (one.Switch, one.Secret, one.Mode));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(-1), one.At);
        Assert.Equal([9, 8], one.Blob!.Value.ToArray());
        Assert.Equal((new ObjectLink(3303, 0), "\"quoted\"\n"), (one.Target, one.Label));
    }

    [Fact]
    public async Task What_the_registry_does_not_admit_is_not_sent()
    {
        DeviceClient device = await _net.AddAsync(new EveryRight { Reading = 0 });
        RemoteObject<EveryRight> remote = device.Object<EveryRight>();

        var thrown = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => remote.Secret.WriteAsync("too long a secret", _net.Patience));
        Assert.StartsWith("Resource 2 (Secret) of object 32769 (Every Right) takes 1..8 bytes.", thrown.Message, StringComparison.Ordinal);
        thrown = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => remote.Levels[0].WriteAsync(101, _net.Patience));
        Assert.StartsWith("Resource 4 (Levels) of object 32769 (Every Right) takes 0..100.", thrown.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => device.Object<SetPoint>().SetPointValue.WriteAsync(double.NaN, _net.Patience));
        await Assert.ThrowsAsync<ArgumentNullException>(() => remote.Label.WriteAsync(null!, _net.Patience));
    }

    [Fact]
    public async Task What_the_device_refuses_is_an_exception_with_its_words()
    {
        DeviceClient device = await _net.AddAsync(new EveryRight { Reading = 0 });

        DeviceException thrown = await Assert.ThrowsAsync<DeviceException>(() => device.Object<EveryRight>().Label.ReadAsync(_net.Patience));
        Assert.Equal("device-0, GET /32769/0/16: 4.04 Not Found: no such resource", thrown.Message);
        thrown = await Assert.ThrowsAsync<DeviceException>(() => device.Object<EveryRight>(7).Reading.ReadAsync(_net.Patience));
        Assert.StartsWith("device-0, GET /32769/7/0: 4.04", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_executed_gets_its_arguments()
    {
        List<string> calls = [];
        DeviceClient device = await _net.AddAsync(new EveryRight { Reading = 0, Act = arguments => calls.Add(arguments.ToString()) });

        await device.Object<EveryRight>().Act.ExecuteAsync(cancellationToken: _net.Patience);
        await device.Object<EveryRight>().Act.ExecuteAsync("0='a',5", _net.Patience);

        Assert.Equal(["", "0='a',5"], calls);
    }

    [Fact]
    public async Task A_value_that_is_observed_comes_with_its_time()
    {
        EveryRight one = new() { Reading = 1 };
        DeviceClient device = await _net.AddAsync(one);
        DateTimeOffset before = DateTimeOffset.UtcNow;
        List<double> values = [];
        await foreach (RemoteValue<double> reading in device.Object<EveryRight>().Reading.ObserveAsync(cancellationToken: _net.Patience))
        {
            Assert.False(reading.IsTimestamped);
            Assert.InRange(reading.Time, before, DateTimeOffset.UtcNow);
            values.Add(reading.Value);
            if (values.Count == 3)
            {
                break;
            }

            one.Reading++;
        }

        Assert.Equal([1, 2, 3], values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Attributes_of_an_observation_hold_on_devices_of_each_version(ushort minor)
    {
        EveryRight one = new() { Reading = 1 };
        DeviceClient device = await _net.AddAsync(tree => tree.Add(one), new ObjectVersion(1, minor));
        List<double> values = [];
        await foreach (RemoteValue<double> reading in device.Object<EveryRight>().Reading.ObserveAsync(new() { GreaterThan = 10 }, _net.Patience))
        {
            values.Add(reading.Value);
            if (values.Count == 2)
            {
                break;
            }

            // What does not cross the threshold is not reported.
            one.Reading = 5;
            one.Reading = 15;
        }

        Assert.Equal([1, 15], values);
        DiscoveredLink link = (await device.Object<EveryRight>().Reading.DiscoverAsync(_net.Patience))[0];
        Assert.Equal(minor == 1 ? 10 : null, link.Attributes.GreaterThan);
    }

    [Fact]
    public async Task Attributes_are_written_discovered_and_taken_away()
    {
        DeviceClient device = await _net.AddAsync(new EveryRight { Reading = 1 });
        ReadableResource<double> reading = device.Object<EveryRight>().Reading;

        await reading.WriteAttributesAsync(new() { MinimumPeriod = 10, MaximumPeriod = 60, Step = 0.5 }, cancellationToken: _net.Patience);
        await reading.WriteAttributesAsync(default, Lwm2m.Codecs.NotificationAttributeNames.MinimumPeriod, _net.Patience);

        DiscoveredLink link = Assert.Single(await reading.DiscoverAsync(_net.Patience));
        Assert.Equal(new Lwm2mPath(32769, 0, 0), link.Path);
        Assert.Equal(new NotificationAttributes { MaximumPeriod = 60, Step = 0.5 }, link.Attributes);
        await Assert.ThrowsAsync<ArgumentException>(() => reading.WriteAttributesAsync(default, cancellationToken: _net.Patience));
        await Assert.ThrowsAsync<ArgumentException>(
            () => reading.WriteAttributesAsync(new() { LessThan = 5, GreaterThan = 1 }, cancellationToken: _net.Patience));
    }
}
