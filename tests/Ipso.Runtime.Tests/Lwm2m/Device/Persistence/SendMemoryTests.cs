using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Objects;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>Sends that were not delivered survive a loss of power, and do not wear the storage.</summary>
public class SendMemoryTests
{
    private static readonly Lwm2mPath s_value = new(3303, 0, 5700);
    private static readonly DateTimeOffset s_start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly CrashingStorage _storage = new(new(1));
    private readonly List<string> _results = [];
    private Temperature _temperature = new() { SensorValue = 0 };
    private bool _hasClock = true;

    private int Writes => int.MaxValue - _storage.WritesLeft;

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void What_waits_is_delivered_in_order_and_with_its_times_when_the_device_has_started_again(double loss)
    {
        RegistrationWorld world = World(loss: loss);
        Send(world, 1);
        world.Run(10);
        Send(world, 2);
        world.Run(600);
        Restart(world);
        world.Run(50);

        // What comes now comes behind them.
        Send(world, 3);
        world.Start(runSeconds: 0);
        world.Until(() => _results.Count == 3);
        Assert.Equal(
            [
                """POST /dp 110 [{"bn":"/3303/0/5700","bt":1767323045,"v":1}]""",
                """POST /dp 110 [{"bn":"/3303/0/5700","bt":1767323055,"v":2}]""",
                """POST /dp 110 [{"bn":"/3303/0/5700","bt":1767323705,"v":3}]""",
            ],
            Sent(world));
        Assert.All(_results, static result => Assert.Equal("send to server 1: delivered", result));
    }

    [Fact]
    public void Without_a_clock_the_time_that_the_device_was_off_is_not_counted()
    {
        _hasClock = false;
        RegistrationWorld world = World().Run(1);
        Send(world, 1);
        world.Run(700);
        Restart(world);
        world.Run(20).Start(runSeconds: 0);
        world.Until(() => _results.Count == 1);

        // Stored when it was 600 s old, and 20 s since the start.
        Assert.Equal(["""POST /dp 110 [{"bn":"/3303/0/5700","bt":-620,"v":1}]"""], Sent(world));
    }

    [Fact]
    public void What_is_of_a_time_that_the_program_has_given_keeps_it()
    {
        RegistrationWorld world = World();
        SendContent content = new() { Format = ContentFormat.SenMLJson };
        content.Add(s_start - TimeSpan.FromDays(1), s_value, 1.5).Add(s_start, s_value, 2.5);
        world.Device.Send(content, null, null, world.Network.Now);
        world.Run(700);
        _hasClock = false;
        Restart(world);
        world.Start(runSeconds: 0);
        world.Until(() => _results.Count == 1);
        Assert.Equal(["""POST /dp 110 [{"bn":"/3303/0/5700","bt":1767236645,"v":1.5},{"bt":1767323045,"v":2.5}]"""], Sent(world));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void What_is_delivered_in_time_is_never_written(int secondsUnderWay)
    {
        RegistrationWorld world = World().Start(runSeconds: 5);
        world.Network.Links = world.Network.Links with { Delay = LinkDelay.Fixed(TimeSpan.FromSeconds(secondsUnderWay)) };
        int writes = Writes;
        for (int i = 0; i < 200; i++)
        {
            Send(world, i);
            world.Run(10);
        }

        Assert.Equal((200, writes), (_results.Count, Writes));
    }

    [Fact]
    public void A_queue_that_changes_all_the_time_is_written_once_in_ten_minutes()
    {
        RegistrationWorld world = World();
        world.Run(1);
        int writes = Writes;
        for (int i = 0; i < 720; i++)
        {
            Send(world, i);
            world.Run(10);
        }

        Assert.Equal(12, Writes - writes);
    }

    [Fact]
    public void A_device_that_stops_stores_what_waits_and_says_so()
    {
        RegistrationWorld world = World();
        Send(world, 1);
        world.Device.StopRegistering(world.Network.Now);
        world.Run(1);
        Assert.Equal(["send to server 1: stored until the device starts again"], _results);

        // Once, whatever is stored later.
        world.Device.Remember();
        world.Run(1000);
        Assert.Single(_results);
        Restart(world);
        world.Start(runSeconds: 5);
        Assert.Equal(["""POST /dp 110 [{"bn":"/3303/0/5700","bt":1767323045,"v":1}]"""], Sent(world));

        // What was delivered is not sent again after the next start.
        world.Run(700);
        Restart(world);
        world.Start(runSeconds: 50);
        Assert.Single(Sent(world));
    }

    [Fact]
    public void A_device_that_goes_on_after_a_stop_sends_what_it_has_stored()
    {
        RegistrationWorld world = World();
        Send(world, 1);
        world.Device.StopRegistering(world.Network.Now);
        world.Run(1);
        Assert.Equal(["send to server 1: stored until the device starts again"], _results);
        Restart(world);
        world.Device.StopRegistering(world.Network.Now);
        world.Run(1);
        Restart(world);
        world.Start(runSeconds: 5);
        Assert.Single(Sent(world));
    }

    [Fact]
    public void Who_asks_has_them_stored_at_once()
    {
        RegistrationWorld world = World();
        Send(world, 1);
        int writes = Writes;
        Assert.True(world.Device.StoreSends(world.Network.Now));
        Assert.True(world.Device.StoreSends(world.Network.Now));
        Assert.Equal(writes + 1, Writes);
        Restart(world);
        world.Start(runSeconds: 5);
        Assert.Single(Sent(world));
    }

    [Fact]
    public void What_is_under_way_is_stored_too_where_everything_is()
    {
        RegistrationWorld world = World(new() { StoresSendsAfter = TimeSpan.Zero }).Start(runSeconds: 5);
        world.Network.Links = world.Network.Links with { Loss = 1 };
        Send(world, 7);
        world.Run(5);
        Restart(world);
        world.Network.Links = world.Network.Links with { Loss = 0 };
        world.Start(runSeconds: 5);
        Assert.Equal(["""POST /dp 110 [{"bn":"/3303/0/5700","bt":1767323050,"v":7}]"""], Sent(world));
    }

    [Fact]
    public void Each_server_gets_what_it_has_not_had()
    {
        RegistrationWorld world = World(servers: ["s", "t"]);
        world["t"].Answer = static line => line.StartsWith("POST /rd", StringComparison.Ordinal) ? CoapCode.ServiceUnavailable : null;
        world.Start(runSeconds: 5);
        Send(world, 1);
        world.Run(700);
        Assert.Equal(["send to server 1: delivered"], _results);
        Restart(world);
        world["t"].Answer = null;
        world.Start(runSeconds: 50);
        Assert.Equal(["send to server 1: delivered", "send to server 2: delivered"], _results);
        Assert.Equal((1, 1), (Sent(world).Length, Sent(world, "t").Length));
    }

    [Fact]
    public void So_many_bytes_are_stored_and_the_oldest_are_left_out()
    {
        // Of each Send 4 bytes of servers, 2 of a format, and 26 of a number with its path, time and type.
        RegistrationWorld world = World(new() { StoredSendBytes = 64 });
        for (int i = 1; i <= 4; i++)
        {
            Send(world, i);
        }

        world.Device.StopRegistering(world.Network.Now);
        world.Run(1);
        Assert.Equal(
            ["not registered", "not registered", "stored until the device starts again", "stored until the device starts again"],
            _results.Select(static result => result["send to server 1: ".Length..]));
        Restart(world);
        world.Start(runSeconds: 5);
        Assert.Equal(["3}]", "4}]"], Sent(world).Select(static line => line[(line.LastIndexOf(':') + 1)..]));
    }

    [Fact]
    public void Where_none_are_to_be_stored_none_are()
    {
        RegistrationWorld world = World(new() { StoresSendsAfter = null });
        Send(world, 1);
        world.Run(7000);
        world.Device.StopRegistering(world.Network.Now);
        world.Run(1);
        Assert.Equal(["send to server 1: not registered"], _results);
        Restart(world);
        world.Start(runSeconds: 5);
        Assert.Empty(Sent(world));
    }

    [Fact]
    public void Every_type_of_value_is_stored_as_it_is()
    {
        DateTimeOffset time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Lwm2mPath path = new(26241, 0);
        SendContent content = new() { Format = ContentFormat.Lwm2mCbor };
        content.Add(time, path.Append(1), -5L).Add(time, path.Append(2), ulong.MaxValue).Add(time, path.Append(3), -0.5)
            .Add(time, path.Append(4), true).Add(time, path.Append(5), "grün\0").Add(time, path.Append(6), new byte[] { 0, 255 })
            .Add(time, path.Append(7), ObjectLink.Null).Add(time, path.Append(101).Append(3), 9L);
        SectionWriter section = new();
        new StoredSend([1, 65534], content.Format, [.. content.Values]).WriteTo(section);
        Assert.Null(StoredSend.Read(section.Written, out StoredSend read));
        Assert.Equal([1, 65534], read.Servers);
        Assert.Equal(ContentFormat.Lwm2mCbor, read.Format);
        Assert.Equal(content.Values.Select(Show), read.Values.Select(Show));
        for (int length = 0; length < section.Written.Length; length++)
        {
            // Whole values may be missing; nothing else.
            string? fault = StoredSend.Read(section.Written[..length], out read);
            Assert.True(fault is not null || content.Values.Take(read.Values.Length).Select(Show).SequenceEqual(read.Values.Select(Show)));
        }

        static string Show(RecordedValue value) =>
            $"{value.Path} {value.Ticks} {value.IsUtc} {value.Value.Kind} {value.Value.Bits} {value.Value.Reference} {Convert.ToHexString(value.Value.Bytes.Span)}";
    }

    private RegistrationWorld World(ReportingOptions? reporting = null, double loss = 0, params string[] servers)
    {
        servers = servers.Length > 0 ? servers : ["s"];
        RegistrationWorld world = new(
            new()
            {
                Endpoint = "urn:dev:ops:1-A",
                Servers = [.. servers.Select((name, i) => new ServerOptions($"coap://{name}") { MutesSend = false, ShortServerId = (ushort)(i + 1) })],
                Reporting = reporting ?? new(),
                Storage = _storage,
            },
            loss, servers);
        return Begin(world);
    }

    // As a program does when it starts.
    private RegistrationWorld Begin(RegistrationWorld world)
    {
        _temperature = new() { SensorValue = 0 };
        world.Device.Objects.Add(_temperature);
        world.Device.SendEnded = result => _results.Add(result.ToString());
        world.Device.Clock = _hasClock ? new ScriptedWallClock(() => s_start + TimeSpan.FromSeconds(world.Seconds)) : null;
        Assert.Null(world.Device.StorageFault);
        return world;
    }

    private void Restart(RegistrationWorld world)
    {
        world.DeviceNode.Restart();
        Begin(world);
    }

    private void Send(RegistrationWorld world, double value)
    {
        _temperature.SensorValue = value;
        world.Device.Send(new(s_value) { Format = ContentFormat.SenMLJson }, null, null, world.Network.Now);
        world.Device.WakeRequested?.Invoke();
    }

    private static string[] Sent(RegistrationWorld world, string server = "s") =>
        [.. world[server].Log.Where(static line => line.StartsWith("POST /dp", StringComparison.Ordinal))];
}
