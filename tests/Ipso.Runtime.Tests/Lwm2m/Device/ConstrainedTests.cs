using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Objects;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>A device with little memory does what any does.</summary>
public class ConstrainedTests
{
    private const int Instances = 10;

    [Fact]
    public void The_bounds_of_an_endpoint_come_to_what_their_page_says()
    {
        Assert.InRange(new CoapEndpointOptions().MaxMemory, 210 * 1024, 220 * 1024);
        Assert.InRange(CoapEndpointOptions.Constrained.MaxMemory, 50 * 1024, 58 * 1024);
    }

    [Fact]
    public void A_device_with_ten_instances_takes_fifty_KiB_at_most()
    {
        _ = Make();
        long before = GC.GetAllocatedBytesForCurrentThread();
        DeviceEndpoint device = Make();
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(device);
        Assert.InRange(taken, 1, 50 * 1024);
        Assert.InRange(CoapEndpointOptions.Constrained.MaxMemory, 1, 64 * 1024);
    }

    [Fact]
    public void Nor_does_it_take_more_when_all_are_observed()
    {
        Observe(Make());
        long before = GC.GetAllocatedBytesForCurrentThread();
        DeviceEndpoint device = Make();
        Observe(device);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(device);
        Assert.InRange(taken, 1, 50 * 1024);
    }

    [Fact]
    public void What_blocks_need_comes_with_the_first_of_them_and_then_no_more()
    {
        DeviceEndpoint device = Make();
        Observe(device);
        byte[] buffer = new byte[2048];
        PeerId server = new([1]);
        long Begin(byte id)
        {
            // PUT /3303/0, the first 16 bytes of a body that goes on: it has to be kept.
            byte[] block = [0x40, 3, 1, id, 0xb4, .. "3303"u8, 0x01, (byte)'0', 0xd1, 0x03, 0x08, 0xff, .. new byte[16]];
            long before = GC.GetAllocatedBytesForCurrentThread();
            device.Receive(block, server, default);
            bool answers = device.TryTransmit(buffer, default, out _);
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(answers);
            Assert.Equal((byte)CoapCode.Continue.Value, buffer[1]);
            return taken;
        }

        long first = Begin(1);
        Assert.InRange(first, CoapEndpointOptions.Constrained.TransferBytes, CoapEndpointOptions.Constrained.TransferBytes + 4096);
        Assert.Equal(0, Begin(2));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void It_takes_an_image_in_blocks(double loss)
    {
        ImageSink sink = new();
        FirmwareUpdater updater = new(sink, static () => { });
        DeviceNetwork network = new(loss, 1, random =>
        {
            DeviceEndpoint device = new(random, new() { Coap = CoapEndpointOptions.Constrained, Reporting = ReportingOptions.Constrained });
            device.Attach(updater);
            return device;
        });
        byte[] image = [.. Enumerable.Range(0, 50_000).Select(static i => (byte)(i * 7 >> 3))];
        Assert.Equal("2.04", network.Server.Ask(CoapCode.Put, "/5/0/0", image, ContentFormat.OctetStream));
        Assert.Equal(image, sink.Image);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void It_registers_with_long_links_is_observed_and_sends(double loss)
    {
        RegistrationWorld world = new(
            new() { Endpoint = "urn:dev:ops:1-A", Server = new("coap://s") { MutesSend = false }, Coap = CoapEndpointOptions.Constrained }, loss, "s");
        List<Temperature> all = [];
        for (int i = 0; i < 100; i++)
        {
            all.Add(new() { SensorValue = i });
            world.Device.Objects.Add(all[i]);
        }

        world.Start(0);
        world.Until(() => world.Events.Exists(static e => e.EndsWith("1 registered 1.2", StringComparison.Ordinal)));
        Assert.Contains("</3303/99>", world["s"].Registers.Last(), StringComparison.Ordinal);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal($"2.05 {i}", world["s"].Ask(world.DeviceNode, CoapCode.Get, $"/3303/{i}/5700", observe: true, accept: ContentFormat.PlainText));
        }

        all[3].SensorValue = 7;
        all[2].SensorValue = 5;
        IReadOnlyList<SendResult>? results = null;
        world.Device.Send(new(new Ipso.Lwm2m.Lwm2mPath(3303, 99)), null, ended => results = ended, world.Network.Now);
        world.Device.WakeRequested?.Invoke();
        world.Until(() => results is not null);
        Assert.Equal(SendOutcome.Delivered, results![0].Outcome);
        Assert.Equal(4, world.Device.ObserverCount);
    }

    // It registers, and each instance is observed.
    private static void Observe(DeviceEndpoint device)
    {
        byte[] buffer = new byte[2048];
        PeerId server = new([1]);
        device.HostRequested = (host, now) => device.OnResolved(host, server, null, now);
        device.StartRegistering(default);
        Assert.True(device.TryTransmit(buffer, default, out _));
        for (byte i = 0; i < Instances; i++)
        {
            device.Receive([0x41, 1, 0, i, i, 0x60, 0x54, .. "3303"u8, 0x01, (byte)('0' + i)], server, default);
            Assert.True(device.TryTransmit(buffer, default, out _));
        }

        Assert.Equal(Instances, device.ObserverCount);
    }

    private static DeviceEndpoint Make()
    {
        DeviceOptions options = new()
        {
            Endpoint = "urn:dev:ops:1-A",
            Server = new("coap://s"),
            Coap = CoapEndpointOptions.Constrained,
            Reporting = ReportingOptions.Constrained,
        };
        DeviceEndpoint device = new(new SeededRandom(1), options);
        for (int i = 0; i < Instances; i++)
        {
            device.Objects.Add(new Temperature { SensorValue = i, SensorUnits = "Cel", ApplicationType = "room" });
        }

        return device;
    }
}
