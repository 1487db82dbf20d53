using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Server.Remote.Tests;

/// <summary>Which generated version of an object goes with the one that a device has.</summary>
public sealed class VersionTests
{
    // The device's version; whether 1.0, 1.1 and 2.0 can be used; and the one that is chosen among 1.0 and 1.1, and among all.
    [Theory]
    [InlineData(null, "1.0 1.1 2.0", "1.1", "2.0")]
    [InlineData("1.0", "1.0 1.1", "1.0", "1.0")]
    [InlineData("1.1", "1.0 1.1", "1.1", "1.1")]
    [InlineData("1.5", "1.0 1.1", "1.1", "1.1")]
    [InlineData("2.0", "2.0", null, "2.0")]
    [InlineData("2.3", "2.0", null, "2.0")]
    [InlineData("0.9", "", null, null)]
    [InlineData("3.0", "", null, null)]
    public void The_table_of_versions(string? onDevice, string fitting, string? ofTwo, string? ofAll)
    {
        ObjectVersion? version = onDevice is null ? null : Version(onDevice);
        ObjectInfo[] types = [Gauge.Info, GaugeV1_0.Info, GaugeV1_1.Info];

        Assert.Equal(
            fitting, string.Join(' ', types.Where(type => ObjectVersions.Fits(version, type)).Select(static type => type.Version).Order()));
        Assert.Equal(ofTwo, ObjectVersions.Choose(version, GaugeV1_1.Info, GaugeV1_0.Info)?.Version);
        Assert.Equal(ofAll, ObjectVersions.Choose(version, types)?.Version);
    }

    [Fact]
    public void Where_all_types_are_newer_the_oldest_is_chosen() =>
        Assert.Same(GaugeV1_1.Info, ObjectVersions.Choose(new ObjectVersion(1, 0), Newer(), GaugeV1_1.Info));

    [Fact]
    [Trait("Category", "Network")]
    public async Task An_older_type_reads_a_newer_device_and_a_newer_type_an_older_one()
    {
        await using Loopback net = new();
        DeviceClient newer = await net.AddAsync(new GaugeV1_1 { Level = 1.5, Limit = 9 });
        DeviceClient older = await net.AddAsync(new GaugeV1_0 { Level = 2.5 });

        Assert.Equal(1.5, (await newer.Object<GaugeV1_0>().ReadAsync(net.Patience)).Level);
        GaugeV1_1 gauge = await older.Object<GaugeV1_1>().ReadAsync(net.Patience);
        Assert.Equal((2.5, null), (gauge.Level, gauge.Limit));
        Assert.Same(GaugeV1_1.Info, newer.Choose(GaugeV1_0.Info, GaugeV1_1.Info, Gauge.Info));
        Assert.Same(GaugeV1_0.Info, older.Choose(GaugeV1_0.Info, GaugeV1_1.Info, Gauge.Info));
    }

    [Fact]
    [Trait("Category", "Network")]
    public async Task Another_major_version_is_refused_with_both_named()
    {
        await using Loopback net = new();
        DeviceClient device = await net.AddAsync(new Gauge { Level = 3 });

        ObjectVersionException thrown = Assert.Throws<ObjectVersionException>(() => device.Object<GaugeV1_1>());
        Assert.Equal(
            "device-0 has object 32770 (Gauge) in version 2.0, and the type is of version 1.1: a major version is another object.",
            thrown.Message);
        Assert.Equal((true, false, false), (device.Has<Gauge>(), device.Has<GaugeV1_0>(), device.Has<Temperature>()));
        Assert.Equal(3, await device.Object<Gauge>().Level.ReadAsync(net.Patience));
        Assert.Null(device.Choose(GaugeV1_0.Info, GaugeV1_1.Info));
        Assert.Null(device.Choose(Temperature.Info));
        Assert.Throws<ArgumentException>(() => device.Choose(Gauge.Info, Temperature.Info));

        // Of what a device says nothing nobody knows better.
        Assert.Equal(new Lwm2mPath(3303, 0), device.Object<Temperature>().Path);
    }

    private static ObjectInfo Newer() => new(32770, "Gauge", "1.7", "urn:oma:lwm2m:x:32770:1.7", true, false, []);

    private static ObjectVersion Version(string text)
    {
        Assert.True(ObjectVersion.TryParse(text, out ObjectVersion version));
        return version;
    }
}
