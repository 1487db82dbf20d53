using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Row 95 of docs/conformance.md: data that the device pushes (LwM2M TS Core, 6.4.6; Transport, 6.4.5).</summary>
[Trait("Category", "Conformance")]
public class SendConformanceTests
{
    private static readonly Lwm2mPath s_value = new(3303, 0, 5700);
    private static readonly DateTimeOffset s_start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly List<string> _results = [];
    private readonly Temperature _temperature = new() { SensorValue = 21.5 };

    private RegistrationWorld World(double loss = 0, ushort minor = 2, bool? muted = false, int servers = 1, ReportingOptions? reporting = null)
    {
        string[] names = ["s", "t"];
        RegistrationWorld world = new(
            new()
            {
                Endpoint = "urn:dev:ops:1-A",
                Servers = [.. names[..servers].Select(name => new ServerOptions($"coap://{name}") { MutesSend = muted })],
                Version = new(1, minor),
                Reporting = reporting ?? new(),
            },
            loss, names[..servers]);
        world.Device.Objects.Add(_temperature);
        world.Device.SendEnded = result => _results.Add(result.ToString());
        world.Device.Clock = new ScriptedWallClock(() => s_start + TimeSpan.FromSeconds(world.Seconds));
        return world;
    }

    private static RegistrationWorld Registered(RegistrationWorld world)
    {
        world.Start(runSeconds: 0);
        world.Until(() => world.Device.GetServers(world.Network.Now).All(static server => server.State == ServerState.Registered));
        return world;
    }

    private static string[] Sent(RegistrationWorld world, string server = "s") =>
        [.. world[server].Log.Where(static line => line.StartsWith("POST /dp", StringComparison.Ordinal))];

    private static IReadOnlyList<SendResult>? Send(RegistrationWorld world, SendContent content, ushort? server = null, bool awaits = true)
    {
        IReadOnlyList<SendResult>? results = null;
        world.Device.Send(content, server, all => results = all, world.Network.Now);
        world.Device.WakeRequested?.Invoke();
        if (awaits)
        {
            world.Until(() => results is not null);
        }

        return results;
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0.3, 2)]
    public void Row_95_What_lies_on_paths_is_sent_as_it_is(double loss, ushort minor)
    {
        RegistrationWorld world = Registered(World(loss, minor));
        Assert.Equal(
            [new(1, SendOutcome.Delivered, CoapCode.Changed)],
            Send(world, new(s_value, new Lwm2mPath(3303, 0, 5701), new Lwm2mPath(1, 0, 1)) { Format = ContentFormat.SenMLJson }));
        Assert.Equal(
            ["""POST /dp 110 [{"bn":"/1/0/","n":"1","v":86400},{"bn":"/3303/0/","n":"5700","v":21.5}]"""], Sent(world));
        Assert.Equal(["send to server 1: delivered"], _results);
    }

    [Theory]
    [InlineData(null, 2, "112 ")]
    [InlineData(ContentFormat.SenMLCbor, 1, "112 ")]
    [InlineData(ContentFormat.SenMLJson, 1, "110 ")]
    [InlineData(ContentFormat.Lwm2mCbor, 2, "11544 ")]
    [InlineData(ContentFormat.Lwm2mCbor, 1, "112 ")]
    public void Row_95_It_goes_in_the_formats_that_the_version_has(ContentFormat? format, ushort minor, string expected)
    {
        RegistrationWorld world = Registered(World(minor: minor));
        Send(world, new(new Lwm2mPath(3303)) { Format = format });
        Assert.StartsWith("POST /dp " + expected, Assert.Single(Sent(world)), StringComparison.Ordinal);
    }

    [Fact]
    public void Row_95_Values_that_were_kept_go_with_their_times_the_latest_last()
    {
        RegistrationWorld world = Registered(World());
        SendContent content = new() { Format = ContentFormat.SenMLJson };
        content.Add(s_start + TimeSpan.FromSeconds(10), s_value, 3.0).Add(s_start, s_value, 1.0).Add(s_start + TimeSpan.FromSeconds(5), s_value, 2.0);
        Send(world, content);
        Assert.Equal(
            ["""POST /dp 110 [{"bn":"/3303/0/5700","bt":1767323045,"v":1},{"bt":1767323050,"v":2},{"bt":1767323055,"v":3}]"""],
            Sent(world));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(null)]
    public void Row_95_A_server_that_is_mute_hears_nothing(bool? muted)
    {
        RegistrationWorld world = Registered(World(muted: muted));
        Assert.Equal([new(1, SendOutcome.Muted)], Send(world, new(s_value)));
        Assert.Empty(Sent(world));
        world.ServerObject().MuteSend = false;
        Assert.Equal([new(1, SendOutcome.Delivered, CoapCode.Changed)], Send(world, new(s_value)));
        Assert.Single(Sent(world));
    }

    [Fact]
    public void Row_95_In_LwM2M_1_0_there_is_no_Send()
    {
        RegistrationWorld world = Registered(World(minor: 0));
        Assert.Equal([new(1, SendOutcome.NotSupported)], Send(world, new(s_value)));
        Assert.Empty(Sent(world));
        Assert.Equal(["send to server 1: not in this version of LwM2M"], _results);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0, 0, 0)]
    [InlineData(21)]
    [InlineData(9)]
    [InlineData(3303, 7)]
    [InlineData(3303, 0, 5605)]
    public void Row_95_Keys_and_what_is_not_there_are_never_sent(params int[] ids)
    {
        RegistrationWorld world = Registered(World());
        Lwm2mPath path = ids.Aggregate(Lwm2mPath.Root, static (path, id) => path.Append((ushort)id));
        Assert.Equal([new(1, SendOutcome.NothingToSend)], Send(world, new(path)));
        if (path.Depth == 3)
        {
            SendContent kept = new();
            kept.Add(s_start, path, 7L);
            Assert.Equal([new(1, SendOutcome.NothingToSend)], Send(world, kept));
        }

        Assert.Empty(Sent(world));
    }

    [Fact]
    public void Row_95_Who_is_told_of_a_result_may_send_again_though_there_is_no_more_room()
    {
        RegistrationWorld world = World(reporting: new() { BufferedSends = 1 });
        int calls = 0;
        Lwm2mPath nowhere = new(3303, 7);
        world.Device.Send(
            new(nowhere), null,
            _ =>
            {
                calls++;
                world.Device.Send(new(s_value), null, _ => calls++, world.Network.Now);
            },
            world.Network.Now);
        Registered(world).Run(1);
        Assert.Equal(["send to server 1: nothing that the server may read", "send to server 1: delivered"], _results);
        Assert.Equal(2, calls);
        Assert.Equal(0, world.Device.ReportingCounters.SendsDropped);
    }

    [Fact]
    public void Row_95_Each_server_is_sent_what_it_may_read()
    {
        RegistrationWorld world = World(servers: 2);
        world.Device.Objects.Add(new Temperature { SensorValue = 7 });
        Registered(world);
        world.Device.Access.Grant(new(3303, 0), 1, AccessRights.Read);
        world.Device.Access.Grant(new(3303, 1), 1, AccessRights.Read);
        world.Device.Access.Grant(new(3303, 1), 2, AccessRights.Read);
        world.Run(5);
        SendContent content = new(s_value, new Lwm2mPath(3303, 1, 5700)) { Format = ContentFormat.SenMLJson };
        Assert.Equal(
            [new(1, SendOutcome.Delivered, CoapCode.Changed), new(2, SendOutcome.Delivered, CoapCode.Changed)], Send(world, content));
        Assert.Equal(
            ["""POST /dp 110 [{"bn":"/3303/0/","n":"5700","v":21.5},{"bn":"/3303/1/","n":"5700","v":7}]"""], Sent(world));
        Assert.Equal(["""POST /dp 110 [{"bn":"/3303/1/","n":"5700","v":7}]"""], Sent(world, "t"));

        // One alone, and one that may have none of it.
        Assert.Equal([new(2, SendOutcome.NothingToSend)], Send(world, new(s_value), server: 2));
        Assert.Equal([new(3, SendOutcome.NotRegistered)], Send(world, new(s_value), server: 3));
        Assert.Single(Sent(world));
    }

    [Fact]
    public void Row_95_An_answer_that_is_an_error_is_told_and_so_is_none()
    {
        RegistrationWorld world = Registered(World());
        world["s"].Answer = static line => line.StartsWith("POST /dp", StringComparison.Ordinal) ? CoapCode.NotFound : null;
        Assert.Equal([new(1, SendOutcome.Refused, CoapCode.NotFound)], Send(world, new(s_value)));
        world.Network.Links = world.Network.Links with { Loss = 1 };
        Assert.Equal([new(1, SendOutcome.TimedOut)], Send(world, new(s_value)));
        Assert.Equal(["send to server 1: refused, 4.04 Not Found", "send to server 1: no answer"], _results);
    }

    [Fact]
    public void Row_95_What_is_longer_than_a_message_goes_in_blocks_and_what_is_longer_than_a_body_not_at_all()
    {
        RegistrationWorld world = World();
        for (int i = 0; i < 60; i++)
        {
            world.Device.Objects.Add(new Temperature { SensorValue = i, ApplicationType = new('x', 50) });
        }

        Registered(world);
        Assert.Equal(
            [new(1, SendOutcome.Delivered, CoapCode.Changed)], Send(world, new(new Lwm2mPath(3303)) { Format = ContentFormat.SenMLJson }));
        string sent = Assert.Single(Sent(world));
        Assert.Contains("""{"bn":"/3303/60/","n":"5601","v":59}""", sent, StringComparison.Ordinal);
        for (int i = 0; i < 200; i++)
        {
            world.Device.Objects.Add(new Temperature { SensorValue = i, ApplicationType = new('x', 100) });
        }

        world.Run(10);
        Assert.Equal([new(1, SendOutcome.TooLarge)], Send(world, new(new Lwm2mPath(3303)) { Format = ContentFormat.SenMLJson }));
        Assert.Single(Sent(world));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void Row_95_What_is_sent_before_the_server_is_registered_waits_with_its_time(double loss)
    {
        RegistrationWorld world = World(loss);
        SendContent content = new(s_value) { Format = ContentFormat.SenMLJson };
        Assert.Null(Send(world, content, awaits: false));
        world.Run(10);
        _temperature.SensorValue = 30;
        Assert.Null(Send(world, content, awaits: false));
        world.Run(10);
        _temperature.SensorValue = 40;
        Registered(world);
        world.Until(() => _results.Count == 2);
        Assert.Equal(
            ["""POST /dp 110 [{"bn":"/3303/0/5700","bt":1767323045,"v":21.5}]""", """POST /dp 110 [{"bn":"/3303/0/5700","bt":1767323055,"v":30}]"""],
            Sent(world));
    }

    [Fact]
    public void Row_95_Without_a_clock_what_has_waited_is_so_many_seconds_old()
    {
        RegistrationWorld world = World();
        world.Device.Clock = null;
        Send(world, new(s_value) { Format = ContentFormat.SenMLJson }, awaits: false);
        Send(world, new(s_value), awaits: false);
        world.Run(10);
        Registered(world);
        world.Until(() => _results.Count == 2);
        Assert.StartsWith("""POST /dp 110 [{"bn":"/3303/0/5700","bt":-10,"v":21.5}]""", Sent(world)[0], StringComparison.Ordinal);
        Assert.StartsWith("POST /dp 112 ", Sent(world)[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, true, false)]
    [InlineData(1, true, true)]
    [InlineData(2, false, true)]
    public void Row_95_What_may_get_lost_is_sent_once_to_a_server_of_1_2(ushort minor, bool isNon, bool isConfirmable)
    {
        RegistrationWorld world = Registered(World(minor: minor));
        SendContent content = new(s_value) { NonConfirmable = isNon };
        Assert.Equal([new(1, SendOutcome.Delivered, CoapCode.Changed)], Send(world, content));
        Assert.Equal(isConfirmable, world["s"].IsConfirmable);
        Assert.Single(Sent(world));

        _ = world.Network.Cut([world.DeviceNode], [world["s"].Node]);
        long before = world.Network.Counters.Sent;
        Assert.Equal([new(1, SendOutcome.TimedOut)], Send(world, content));
        Assert.Equal(isConfirmable ? 5 : 1, world.Network.Counters.Sent - before);
    }

    [Fact]
    public void Row_95_So_many_wait_and_the_oldest_go()
    {
        RegistrationWorld world = World(reporting: new() { BufferedSends = 2 });
        for (int i = 1; i <= 4; i++)
        {
            _temperature.SensorValue = i;
            Send(world, new(s_value) { Format = ContentFormat.SenMLJson }, awaits: false);
        }

        Assert.Equal(2, world.Device.ReportingCounters.SendsDropped);
        Assert.Equal(Enumerable.Repeat("send to server 1: dropped, more was waiting than is kept", 2), _results);
        Registered(world);
        world.Until(() => _results.Count == 4);
        Assert.Equal(["3}]", "4}]"], Sent(world).Select(static line => line[(line.LastIndexOf(':') + 1)..]));
    }

    [Fact]
    public void Row_95_What_comes_while_one_is_under_way_waits_for_it()
    {
        RegistrationWorld world = Registered(World());
        for (int i = 1; i <= 3; i++)
        {
            _temperature.SensorValue = i;
            Send(world, new(s_value) { Format = ContentFormat.SenMLJson }, awaits: false);
        }

        world.Until(() => _results.Count == 3);
        Assert.All(_results, static result => Assert.Equal("send to server 1: delivered", result));
        Assert.Equal(
            ["1}]", "2}]", "3}]"], Sent(world).Select(static line => line[(line.LastIndexOf(':') + 1)..]));
    }

    [Fact]
    public void Row_95_An_instance_is_sent_when_the_server_knows_of_it()
    {
        RegistrationWorld world = Registered(World());
        world.Device.Objects.Add(new Temperature { SensorValue = 5 });
        Send(world, new(new Lwm2mPath(3303, 1, 5700)) { Format = ContentFormat.SenMLJson });
        Assert.Equal(["POST /rd/1", "POST /dp"], world["s"].Log.TakeLast(2).Select(static line => line.Split(' ', 3) is var w ? $"{w[0]} {w[1]}" : ""));
    }

    [Fact]
    public void Row_95_Whoever_waits_hears_of_the_end()
    {
        RegistrationWorld world = World();
        Send(world, new(s_value), awaits: false);
        world.Device.StopRegistering(world.Network.Now);
        world.Run(1);
        Assert.Equal(["send to server 1: not registered"], _results);
        Assert.Equal([new(1, SendOutcome.NotRegistered)], Send(world, new(s_value)));
    }

    [Fact]
    public void What_makes_no_sense_is_said_at_once()
    {
        RegistrationWorld world = World();
        Assert.Throws<ArgumentException>(() => world.Device.Send(new(), null, null, world.Network.Now));
        Assert.Throws<ArgumentException>(() => new SendContent(Lwm2mPath.Root));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SendContent(s_value) { Format = ContentFormat.Tlv });
        Assert.Throws<ArgumentException>(() => new SendContent().Add(s_start, new Lwm2mPath(3303, 0), 1.0));
        Assert.Throws<ArgumentException>(() => new SendContent().Add(s_start, s_value, double.NaN));
        Assert.Throws<ArgumentException>(() => new SendContent().Add(new(1970, 5, 5, 0, 0, 0, TimeSpan.Zero), s_value, 1.0));
        Assert.Throws<InvalidOperationException>(() => new DeviceEndpoint(new Ipso.Testing.SeededRandom(1)).Send(new(s_value), null, null, default));
    }

    [Fact]
    public void Every_type_of_value_can_be_kept()
    {
        AllTypes types = new() { Whole = 1, Natural = 1, Real = 1, Flag = false };
        RegistrationWorld world = World();
        world.Device.Objects.Add(types);
        Registered(world);
        SendContent content = new() { Format = ContentFormat.SenMLJson };
        Lwm2mPath instance = new(26241, 0);
        content.Add(s_start, instance.Append(1), -5L).Add(s_start, instance.Append(2), 5UL).Add(s_start, instance.Append(3), 0.5)
            .Add(s_start, instance.Append(4), true).Add(s_start, instance.Append(101).Append(3), 9L);
        Send(world, content);
        const string At = "\"bt\":1767323045,";
        Assert.Equal(
            $$"""POST /dp 110 [{"bn":"/26241/0/1",{{At}}"v":-5},{"bn":"/26241/0/2",{{At}}"v":5},{"bn":"/26241/0/3",{{At}}"v":0.5},"""
            + $$"""{"bn":"/26241/0/4",{{At}}"vb":true},{"bn":"/26241/0/101/3",{{At}}"v":9}]""",
            Assert.Single(Sent(world)));
    }
}
