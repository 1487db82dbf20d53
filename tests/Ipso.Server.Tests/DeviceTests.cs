using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>Our devices at our server, through loss.</summary>
[Trait("Category", "Conformance")]
public class DeviceTests
{
    public static TheoryData<double> Losses => ServerWorld.Losses;

    private static DeviceRequest Text(DeviceRequest request) => request.In(ContentFormat.PlainText);

    private static ReadyContent Value(string text) => new(ContentFormat.PlainText, System.Text.Encoding.UTF8.GetBytes(text));

    private static ObjectInstance[] Room() =>
    [
        new Temperature { SensorValue = 21.5, SensorUnits = "Cel" },
        new SetPoint { SetPointValue = 18 },
        new LightControl { OnOff = false, Dimmer = 20 },
    ];

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_device_registers_is_managed_and_leaves(double loss)
    {
        ServerWorld world = new(loss);
        VirtualNode<DeviceEndpoint> node = world.AddDevice("d", objects: Room);
        RegisteredDevice device = world.Await("d");
        Assert.Equal(new ObjectVersion(1, 2), device.Registration.Version);
        Assert.True(device.Registration.Objects.Has(3303, 0));
        Assert.Equal("2.05 21.5", world.Ask(device, Text(DeviceRequest.Read(new(3303, 0, 5700)))));
        Assert.Equal("2.04", world.Ask(device, DeviceRequest.Write(new(3308, 0, 5900), Value("19.5"))));
        Assert.Equal(19.5, node.Protocol.Objects.Find<SetPoint>(0)!.SetPointValue);
        Assert.Equal("4.05", world.Ask(device, DeviceRequest.Write(new(3303, 0, 5700), Value("1")))[..4]);
        Assert.Equal("2.04", world.Ask(device, DeviceRequest.Execute(new(3303, 0, 5605))));
        Assert.StartsWith("2.05 </3303/0>", world.Ask(device, DeviceRequest.Discover(new(3303, 0))), StringComparison.Ordinal);
        Assert.Equal("2.04", world.Ask(device, DeviceRequest.WriteAttributes(new(3303, 0, 5700), "pmin=1&gt=30")));
        Assert.Contains("</3303/0/5700>;pmin=1;gt=30", world.Ask(device, DeviceRequest.Discover(new(3303, 0))), StringComparison.Ordinal);
        Assert.Equal("4.01", world.Ask(device, DeviceRequest.Read(new(0, 0)))[..4]);
        node.Protocol.StopRegistering(world.Network.Now);
        world.Until(() => world.Server.DeviceCount == 0, "the device to leave");
        Assert.Contains(world.Changes, static c => c.Kind == RegistrationChangeKind.Deregistered);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void What_changes_is_told_to_the_last_value(double loss)
    {
        ServerWorld world = new(loss);
        VirtualNode<DeviceEndpoint> node = world.AddDevice("d", objects: Room);
        RegisteredDevice device = world.Await("d");
        List<string> values = world.Observe(device, Text(DeviceRequest.Observe(new(3303, 0, 5700))));
        Temperature temperature = node.Protocol.Objects.Find<Temperature>(0)!;
        for (int i = 0; i < 20; i++)
        {
            temperature.SensorValue = 22 + i;
            world.Network.Run(TimeSpan.FromSeconds(5));
        }

        Assert.Equal("2.05 21.5", values[0]);
        if (loss == 0)
        {
            Assert.Equal(21, values.Count);
            Assert.Equal("2.05 41", values[^1]);
        }
        else
        {
            Assert.InRange(values.Count, 8, 20);
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_device_that_restarts_is_observed_as_before(double loss)
    {
        ServerWorld world = new(loss);
        VirtualNode<DeviceEndpoint> node = world.AddDevice("d", objects: Room);
        RegisteredDevice device = world.Await("d");
        List<string> values = world.Observe(device, Text(DeviceRequest.Observe(new(3303, 0, 5700))));
        RegistrationId before = device.Registration.Id;
        node.Restart();
        world.Until(() => device.Registration.Id != before, "the device to register again");
        Assert.Same(device, world.Server.Find("d"));
        int count = values.Count;
        world.Until(() => values.Count > count, "a value after the restart");
        node.Protocol.Objects.Find<Temperature>(0)!.SensorValue = 30;
        world.Until(() => values[^1] == "2.05 30" || loss > 0, "the change");
        Assert.True(device.IsRegistered);
        Assert.Equal(1, world.Server.ObservationCount);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Instances_that_come_and_go_are_an_Update(double loss)
    {
        ServerWorld world = new(loss);
        VirtualNode<DeviceEndpoint> node = world.AddDevice("d", objects: Room);
        RegisteredDevice device = world.Await("d");
        node.Protocol.Objects.Allow<Temperature>();
        node.Protocol.Objects.Add(7, new Temperature { SensorValue = 1 });
        world.Until(() => device.Registration.Objects.Has(3303, 7), "the new instance");
        Assert.Equal("2.02", world.Ask(device, DeviceRequest.Delete(new(3303, 7))));
        world.Until(() => !device.Registration.Objects.Has(3303, 7), "the instance to be gone");
    }

    // Row 28, both sides.
    [Theory]
    [MemberData(nameof(Losses))]
    public void Row_28_What_waits_for_a_sleeping_device_is_done_when_it_wakes(double loss)
    {
        ServerWorld world = new(loss);
        VirtualNode<DeviceEndpoint> node = world.AddDevice("d", new("coap://server") { Lifetime = TimeSpan.FromSeconds(1000) }, Room, isQueued: true);
        RegisteredDevice device = world.Await("d");
        Assert.True(device.Registration.IsQueueMode);
        world.Network.Run(TimeSpan.FromSeconds(200));
        Assert.False(world.Server.IsAwake(device, world.Network.Now));
        Assert.Equal("2.04", world.Ask(device, DeviceRequest.Write(new(3311, 0, 5851), Value("80"))));
        Assert.Equal(80, node.Protocol.Objects.Find<LightControl>(0)!.Dimmer);
        Assert.True(device.IsRegistered);
    }

    [Fact]
    public void A_hundred_devices_stay_registered_for_a_day()
    {
        ServerWorld world = new(0.1);
        for (int i = 0; i < 100; i++)
        {
            world.AddDevice($"d{i}", new("coap://server") { Lifetime = TimeSpan.FromMinutes(10) });
        }

        world.Until(() => world.Server.DeviceCount == 100, "all to register");
        world.Network.Run(TimeSpan.FromDays(1));
        Assert.Equal(100, world.Server.DeviceCount);
        Assert.InRange(world.Server.QueuedExpiries, 100, 1300);
        Assert.DoesNotContain(world.Changes, static c => c.Kind == RegistrationChangeKind.Refused && c.Fault!.Value.Code != CoapCode.NotFound);
    }
}
