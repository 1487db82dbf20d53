using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Objects;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>When a device asks to be bootstrapped, what a Bootstrap-Server may do to it, and how it comes out of what goes wrong.</summary>
public class BootstrapTests
{
    [Fact]
    public void It_waits_for_the_hold_off_time()
    {
        BootstrapWorld world = new(0, BootstrapWorld.Options() with { BootstrapServer = new("coap://bs") { HoldOff = TimeSpan.FromSeconds(10) } });
        world.World.Start(9.9);
        Assert.Empty(world.Log);
        Assert.Equal(BootstrapState.Waiting, world.Device.BootstrapState);
        world.World.Run(1);
        Assert.Equal(10, world.Server.Times[0], 3);
    }

    [Theory]
    [InlineData(0, "POST /bs?ep=urn:dev:ops:1-A")]
    [InlineData(1, "POST /bs?ep=urn:dev:ops:1-A&pct=112")]
    public void Before_1_2_there_is_no_pack_and_before_1_1_no_format_and_no_Read(ushort minor, string asked)
    {
        BootstrapWorld world = new(0, BootstrapWorld.Options() with { Version = new(1, minor) });
        world.Open();
        Assert.Equal([asked], world.Log);
        Assert.Equal(minor == 0 ? "4.05" : "2.05", world.Read("/1")[..4]);
    }

    [Fact]
    public void A_format_that_the_server_does_not_know_is_left_to_it()
    {
        BootstrapWorld world = new(0, BootstrapWorld.Options() with { Version = new(1, 1) });
        world.Server.Answer = static line => line.Contains("pct", StringComparison.Ordinal) ? CoapCode.UnsupportedContentFormat : CoapCode.Changed;
        world.Open();
        Assert.Equal(["POST /bs?ep=urn:dev:ops:1-A&pct=112", "POST /bs?ep=urn:dev:ops:1-A"], world.Log);
    }

    [Fact]
    public void What_the_server_refuses_and_who_has_no_address_is_tried_again()
    {
        BootstrapWorld world = new();
        world.Server.Answer = static _ => CoapCode.BadRequest;
        world.World.Start();
        Assert.Equal("bootstrap Failed 4.00, next in 60", world.Events.Last());
        world.Server.Answer = static line => line.StartsWith("GET", StringComparison.Ordinal) ? CoapCode.NotFound : CoapCode.Changed;
        world.World.Until(() => world.Device.BootstrapState == BootstrapState.Open);
        Assert.Equal(60, world.World.Seconds, 1);

        BootstrapWorld nowhere = new(0, BootstrapWorld.Options() with { BootstrapServer = new("coap://nowhere") });
        nowhere.World.Start();
        Assert.Equal(["bootstrap Started", "bootstrap Failed Unresolved, next in 60"], nowhere.Events);
    }

    [Fact]
    public void A_server_that_does_not_answer_is_asked_for_commands_and_then_later_for_all()
    {
        BootstrapWorld world = new();
        world.World.Network.Cut([world.World.DeviceNode], [world.Server.Node], TimeSpan.FromSeconds(400));
        world.World.Start(300);
        Assert.Equal(
            [
                "bootstrap Started", "bootstrap PackRequested", "bootstrap PackFailed Timeout, next in 0", "bootstrap Requested",
                "bootstrap Failed Timeout, next in 60",
            ],
            world.Events.Take(5));
        world.World.Until(() => world.Device.BootstrapState == BootstrapState.Open);
    }

    [Fact]
    public void Commands_may_come_before_the_answer_that_says_so()
    {
        VirtualNetwork network = new(5);
        PeerId? server = null;
        List<BootstrapEventKind> events = [];
        VirtualNode<DeviceEndpoint> node = network.Add(
            "device", random => new DeviceEndpoint(random, BootstrapWorld.Options() with { Version = new(1, 1) }));
        ScriptedPeer peer = new(network, "bs", node);
        server = peer.Node.Peer;
        node.Protocol.HostRequested = (host, now) => node.Protocol.OnResolved(host, server, null, now);
        node.Protocol.BootstrapChanged = e => events.Add(e.Kind);
        peer.Do(() => node.Protocol.StartRegistering(network.Now)).Expect("CON * POST*")
            .Send(Write(1, "/0/1", BootstrapWorld.Security(1, "coap://s", 7))).Expect("ACK 0x0001 2.04*")
            .Send(Write(2, "/1/0", BootstrapWorld.Account(0, 7))).Expect("ACK 0x0002 2.04*")
            .Send(CoapDatagram.Con(CoapCode.Post, 3).Path("/bs")).Expect("ACK 0x0003 2.04*");
        Assert.Equal([BootstrapEventKind.Started, BootstrapEventKind.Requested, BootstrapEventKind.Finished], events);
        Assert.Single(node.Protocol.Accounts.All);
    }

    [Fact]
    public void Only_the_Bootstrap_Server_bootstraps_and_only_while_it_was_asked_to()
    {
        BootstrapWorld world = new(0, BootstrapWorld.Options(new("coap://s")), new Temperature { SensorValue = 1 });
        world.World.Start();
        world.AwaitRegistration();
        Assert.StartsWith("4.01", world.Finish(), StringComparison.Ordinal);
        Assert.StartsWith("4.01", world.Delete("/"), StringComparison.Ordinal);
        Assert.True(world.Device.RequestBootstrap(world.World.Network.Now));
        world.World.Until(() => world.Device.BootstrapState == BootstrapState.Open);

        Assert.StartsWith("5.03", Ask(world, "s", CoapCode.Get, "/3303/0/5700"), StringComparison.Ordinal);
        Assert.StartsWith("5.03", Ask(world, "s", CoapCode.Post, "/bs"), StringComparison.Ordinal);
        Assert.StartsWith("4.01", Ask(world, "t", CoapCode.Delete, "/"), StringComparison.Ordinal);
        Assert.Equal("2.04", world.Finish());
        Assert.StartsWith("4.01", world.Finish(), StringComparison.Ordinal);
        Assert.StartsWith("4.01", world.Delete("/"), StringComparison.Ordinal);
        Assert.Equal("2.05 1", Ask(world, "s", CoapCode.Get, "/3303/0/5700"));
    }

    [Fact]
    public void A_Bootstrap_Server_that_is_away_keeps_no_other_server_waiting()
    {
        BootstrapWorld world = new(0, BootstrapWorld.Options(new("coap://s")), new Temperature { SensorValue = 1 });
        world.World.Start();
        world.AwaitRegistration();
        world.Server.Node.Stop();
        Assert.True(world.Device.RequestBootstrap(world.World.Network.Now));
        world.World.Until(() => world.Events.Contains("bootstrap Requested"));
        Assert.Equal(BootstrapState.Requesting, world.Device.BootstrapState);
        Assert.Equal("2.05 1", Ask(world, "s", CoapCode.Get, "/3303/0/5700"));
    }

    [Fact]
    public void A_device_that_waits_for_its_accounts_is_nobodys()
    {
        BootstrapWorld world = new(0, BootstrapWorld.Options(), new Temperature { SensorValue = 1 });
        Assert.StartsWith("4.01", Ask(world, "t", CoapCode.Get, "/3303/0/5700"), StringComparison.Ordinal);
    }

    [Fact]
    public void Others_do_not_keep_a_session_open()
    {
        BootstrapWorld world = new();
        world.Open();
        double start = world.World.Seconds;
        while (world.Device.BootstrapState == BootstrapState.Open)
        {
            Ask(world, "t", CoapCode.Get, "/1");
            world.World.Run(10);
        }

        Assert.InRange(world.World.Seconds - start, 247, 258);
    }

    [Fact]
    public void What_is_written_to_the_programs_objects_is_seen_at_the_end_and_told()
    {
        Temperature temperature = new() { SensorValue = 1, ApplicationType = "old" };
        BootstrapWorld world = new(0, null, temperature);
        List<string> changes = [];
        world.Device.ChangedByServer = change => changes.Add(change.ToString());
        world.Open();
        Assert.Equal("2.04", world.Put("/3303/0/5700", """[{"n":"/3303/0/5700","v":5}]"""));
        Assert.Equal("2.04", world.Put("/3303/0/5750", """[{"n":"/3303/0/5750","vs":"new"}]"""));
        world.Provision();
        Assert.Equal((1, "old"), (temperature.SensorValue, temperature.ApplicationType));
        temperature.MinMeasuredValue = -3;
        Assert.Equal("2.04", world.Finish());
        Assert.Equal((5, "new", -3), (temperature.SensorValue, temperature.ApplicationType, temperature.MinMeasuredValue));
        Assert.Equal(
            [
                "the Bootstrap-Server has created /0/1", "the Bootstrap-Server has created /1/0", "the Bootstrap-Server has written /3303/0",
            ],
            changes);
    }

    [Fact]
    public void An_instance_that_is_deleted_and_written_is_the_programs_own_again()
    {
        Temperature temperature = new() { SensorValue = 1, ApplicationType = "old" };
        BootstrapWorld world = new(0, null, temperature);
        world.Open();
        world.Provision();
        Assert.Equal("2.04", world.Put("/3303/0/5750", """[{"n":"/3303/0/5750","vs":"lost"}]"""));
        Assert.Equal("2.02", world.Delete("/3303"));
        Assert.StartsWith("4.00", world.Put("/3303/1", """[{"n":"/3303/1/5700","v":5}]"""), StringComparison.Ordinal);
        Assert.Equal("2.04", world.Put("/3303/0", """[{"n":"/3303/0/5700","v":5}]"""));
        Assert.Equal("2.04", world.Finish());
        Assert.Same(temperature, world.Device.Objects.Find<Temperature>(0));
        Assert.Equal((5, null), (temperature.SensorValue, temperature.ApplicationType));
    }

    [Fact]
    public void Instances_are_made_of_what_the_program_knows_and_are_taken_by_it()
    {
        BootstrapWorld world = new();
        world.Device.Objects.Allow<LightControl>(
            light =>
            {
                light.Dimmer ??= 100;
                return light.Dimmer > 0;
            },
            maxInstances: 2);
        world.Open();
        world.Provision();
        Assert.Equal("2.04", world.Put("/3311/4", """[{"n":"/3311/4/5851","v":0}]"""));
        Assert.Equal("2.04", world.Put("/3311/5", "[]"));
        Assert.StartsWith("4.00", world.Put("/3311/6", "[]"), StringComparison.Ordinal);
        Assert.Equal("4.06 the device does not take /3311/4", world.Finish());
        Assert.Equal("2.02", world.Delete("/3311/4"));
        Assert.Equal("4.06 /3311/5 is without its mandatory resource 5850 (On/Off)", world.Finish());
        Assert.Equal("2.04", world.Put("/3311/5/5850", """[{"n":"/3311/5/5850","vb":true}]"""));
        Assert.Equal("2.04", world.Finish());
        LightControl made = world.Device.Objects.Find<LightControl>(5)!;
        Assert.Equal((true, 100), (made.OnOff, made.Dimmer));
        Assert.Null(world.Device.Objects.Find<LightControl>(4));
    }

    [Fact]
    public void More_than_a_bootstrap_may_write_is_refused_and_the_session_goes_on()
    {
        Temperature temperature = new() { SensorValue = 1 };
        BootstrapWorld world = new(
            0, BootstrapWorld.Options() with { Bootstrap = new() { MaxBytes = 4096, MaxInstances = 2 } }, temperature);
        world.Open();
        world.Provision();
        Assert.StartsWith("4.00", world.Put("/1/1", BootstrapWorld.Account(1, 8)), StringComparison.Ordinal);
        string text = new('x', 3000);
        Assert.Equal("2.04", world.Put("/3303/0/5750", $$"""[{"n":"/3303/0/5750","vs":"{{text}}"}]"""));
        Assert.StartsWith("4.00", world.Put("/3303/0/5750", $$"""[{"n":"/3303/0/5750","vs":"{{text}}"}]"""), StringComparison.Ordinal);
        Assert.Equal("2.04", world.Finish());
        Assert.Equal(text, temperature.ApplicationType);
    }

    [Theory]
    [InlineData("", "4.06 there is no server account")]
    [InlineData("/0/1 coap://s 7;/1/0 7;/0/2 coap://t 7", "4.06 /0/2 has the Short Server ID 7, as another one has")]
    [InlineData("/0/1 coap://s 7;/1/0 7;/1/1 7", "4.06 /0/1 has the Short Server ID 7, which 2 instances of object 1 have")]
    [InlineData("/0/1 coap://s 7;/1/0 7;/0/2 coap://t -", "4.06 /0/2 has no Short Server ID (10)")]
    [InlineData("/0/1 coap://s 7;/1/0 7;/0/2 coap://t 8", "4.06 /0/2 has the Short Server ID 8, which 0 instances of object 1 have")]
    [InlineData("/0/1 coap://s 7;/1/0 7;/0/2 coap://S:5683 8;/1/1 8", "4.06 /0/2 is at coap://S:5683, as another one is")]
    [InlineData("/0/1 coap://s 7;/1/0 7;/0/2 coap://b bs", "4.06 /0/2 is a second account of a Bootstrap-Server")]
    [InlineData("/0/1 nonsense 7;/1/0 7", "4.06 /0/1 has no scheme of CoAP: a server is at coap://host or coaps://host, perhaps with :port: nonsense")]
    [InlineData("/0/1 coaps://s 7;/1/0 7", "4.06 /0/1 has the security mode 3, no security, and coaps does not go without")]
    [InlineData("/0/1 coap+ws://s 7;/1/0 7", "4.06 /0/1 has the scheme coap+ws, and there is no transport for it, as there is for coap, coaps, coap+tcp and coaps+tcp: coap+ws://s")]
    [InlineData("/0/1 coap://s psk;/1/0 7", "4.06 /0/1 is without its mandatory resource 3 (Public Key or Identity)")]
    [InlineData("/0/1 coap://s 7;/1/0 -", "4.06 /1/0 is without its mandatory resource 1 (Lifetime)")]
    public void What_does_not_fit_together_is_said(string commands, string answer)
    {
        BootstrapWorld world = new();
        string before = world.Content;
        world.Open();
        foreach (string[] command in commands.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static one => one.Split(' ')))
        {
            int instance = command[0][^1] - '0';
            string payload = command.Length == 3
                ? BootstrapWorld.Security(
                    instance, command[1], int.TryParse(command[2], out int id) ? id : command[2] == "psk" ? 7 : null, command[2] == "bs",
                    command[2] == "psk" ? 0 : 3)
                : command[1] == "-" ? """[{"n":"/1/0/0","v":7}]"""
                : BootstrapWorld.Account(instance, command[1][0] - '0');
            Assert.Equal("2.04", world.Put(command[0], payload));
        }

        Assert.Equal(answer, world.Finish());
        world.World.Run(300);
        Assert.Contains("bootstrap Failed Inconsistent, next in 60", world.Events);
        Assert.Equal(before, world.Content);
    }

    [Theory]
    [InlineData("[", "PackFailed Unreadable")]
    [InlineData("""[{"n":"/1/0/1","vs":"x"}]""", "PackFailed Unreadable")]
    [InlineData("""[{"n":"/1/0/1","v":1}]""", "PackFailed Inconsistent")]
    [InlineData("[]", "PackFailed Inconsistent")]
    public void A_pack_that_is_of_no_use_changes_nothing_and_commands_are_asked_for(string pack, string failure)
    {
        BootstrapWorld world = new(0, null, new Temperature { SensorValue = 1 });
        string before = world.Content;
        world.Server.Content = line => line.StartsWith("GET", StringComparison.Ordinal) ? (ContentFormat.SenMLJson, Encoding.UTF8.GetBytes(pack)) : null;
        world.Open();
        Assert.Contains($"bootstrap {failure}, next in 0", world.Events);
        Assert.Equal(before, world.Content);
        world.Server.Content = line => (ContentFormat.PlainText, "x"u8.ToArray());
        world.Provision();
        Assert.Equal("2.04", world.Finish());
    }

    [Fact]
    public void A_pack_replaces_all_instances_of_its_objects_but_what_is_protected()
    {
        BootstrapWorld world = new(0, BootstrapWorld.Options(new("coap://t") { ShortServerId = 9 }), new Temperature { SensorValue = 1 });
        world.Device.Objects.Add(1, new Temperature { SensorValue = 2 });
        world.Device.Objects.Add(new Device { ErrorCode = [0], SupportedBindingAndModes = "U", Manufacturer = "Ipso", Reboot = static _ => { } });
        string pack = BootstrapWorld.Pack(
            BootstrapWorld.Security(0, "coap://other", null, isBootstrap: true), BootstrapWorld.Security(3, "coap://s", 7),
            BootstrapWorld.Account(0, 7), """[{"bn":"/3303/1/","n":"5700","v":8},{"bn":"/3/0/","n":"0","vs":"x"},{"bn":"/9999/0/","n":"0","v":1}]""");
        world.Server.Content = line => line.StartsWith("GET", StringComparison.Ordinal) ? (ContentFormat.SenMLJson, Encoding.UTF8.GetBytes(pack)) : null;
        world.World.Start();
        world.Device.RequestBootstrap(world.World.Network.Now);
        world.AwaitRegistration();
        Assert.Equal("bootstrap Finished", world.Events.Last());
        Assert.Equal("coap://bs", Bootstrapper.FindAccount(world.Device.Objects)!.LWM2MServerURI);
        Assert.Equal([(ushort)7], world.Device.Accounts.All.Select(static one => one.ShortServerId));
        Assert.Null(world.Device.Objects.Find<Temperature>(0));
        Assert.Equal(8, world.Device.Objects.Find<Temperature>(1)!.SensorValue);
        Assert.Equal("Ipso", world.Device.Objects.Find<Device>(0)!.Manufacturer);
    }

    [Fact]
    public void The_account_of_the_Bootstrap_Server_goes_when_its_time_is_over()
    {
        BootstrapWorld world = new(0, BootstrapWorld.Options() with { BootstrapServer = new("coap://bs") { AccountTimeout = TimeSpan.FromHours(1) } });
        world.Bootstrap();
        world.World.Run(3599);
        Assert.NotNull(Bootstrapper.FindAccount(world.Device.Objects));
        world.World.Run(2);
        Assert.Null(Bootstrapper.FindAccount(world.Device.Objects));
        Assert.Equal("bootstrap AccountExpired", world.Events.Last());
        Assert.False(world.Device.RequestBootstrap(world.World.Network.Now));
        Assert.StartsWith("4.01", Ask(world, "t", CoapCode.Get, "/1/0/1"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_is_told_when_the_last_bootstrap_was()
    {
        DateTimeOffset time = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);
        BootstrapWorld world = new();
        world.Device.Clock = new ScriptedWallClock(() => time);
        world.Bootstrap();
        world.AwaitRegistration();
        Assert.Equal($"2.05 {time.ToUnixTimeSeconds()}", Ask(world, "s", CoapCode.Get, "/1/0/12"));
    }

    [Fact]
    public void A_device_that_stops_bootstraps_no_more()
    {
        BootstrapWorld world = new();
        world.Open();
        world.Provision();
        string before = world.Content;
        world.Device.StopRegistering(world.World.Network.Now);
        Assert.StartsWith("4.01", world.Finish(), StringComparison.Ordinal);
        world.World.Run(10_000);
        Assert.Equal(BootstrapState.Idle, world.Device.BootstrapState);
        Assert.Equal(2, world.Log.Count);
        Assert.Equal(before, world.Content);
    }

    [Fact]
    public void Values_out_of_range_are_refused_where_they_are_set()
    {
        Assert.Throws<UriFormatException>(() => new BootstrapServerOptions("http://bs"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BootstrapServerOptions("coap://bs") { HoldOff = TimeSpan.FromSeconds(0.5) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BootstrapOptions { MaxBytes = 255 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BootstrapOptions { MaxInstances = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BootstrapOptions { RetryDelay = TimeSpan.Zero });
        Assert.Throws<ArgumentException>(() => new DeviceEndpoint(new SeededRandom(1), new() { BootstrapServer = new("coap://bs") }));
    }

    [Fact]
    public void An_event_is_a_line_for_a_log()
    {
        BootstrapEvent e = new(BootstrapEventKind.Failed, "coap://bs")
        {
            Failure = BootstrapFailure.Inconsistent,
            Reason = "there is no server account",
            NextTryIn = TimeSpan.FromSeconds(60),
        };
        Assert.Equal(
            "bootstrap server at coap://bs: bootstrap failed: the accounts do not fit together: there is no server account; next try in 60 s",
            e.ToString());
    }

    private static CoapDatagram Write(ushort messageId, string path, string json) =>
        CoapDatagram.Con(CoapCode.Put, messageId).Path(path).ContentFormat(ContentFormat.SenMLJson).Payload(json);

    private static string Ask(BootstrapWorld world, string server, CoapCode method, string path) =>
        world.World[server].Ask(world.World.DeviceNode, method, path);
}
