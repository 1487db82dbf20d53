using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>When a device registers with which server, and what it does when that fails (LwM2M TS Core, 6.2.1.1).</summary>
public class RegistrationTests
{
    [Fact]
    public void A_version_that_a_server_refuses_is_followed_by_the_next_lower_one_at_once()
    {
        RegistrationWorld world = new(Options("s"), 0, "s");
        world["s"].Answer = static line =>
            line.Contains("lwm2m=1.2", StringComparison.Ordinal) || line.Contains("lwm2m=1.1", StringComparison.Ordinal)
                ? CoapCode.PreconditionFailed
                : null;
        world.Start();
        Assert.Equal(
            [
                "POST /rd?ep=d&lt=86400&lwm2m=1.2&b=U 40 </>;rt=\"oma.lwm2m\",</1/0>",
                "POST /rd?ep=d&lt=86400&lwm2m=1.1&b=U 40 </>;rt=\"oma.lwm2m\",</1>;ver=1.2,</1/0>",
                "POST /rd?ep=d&lt=86400&lwm2m=1.0&b=U 40 </>;rt=\"oma.lwm2m\",</1>;ver=\"1.2\",</1/0>",
            ],
            world["s"].Log);
        Assert.Equal(["0 1 registered 1.0"], world.Events);
        Assert.Equal(new ObjectVersion(1, 0), world.Device.GetServers(world.Network.Now)[0].Version);
    }

    [Fact]
    public void A_server_that_refuses_every_version_is_a_failure_and_is_offered_the_newest_again()
    {
        RegistrationWorld world = new(Options("s"), 0, "s");
        world["s"].Answer = static _ => CoapCode.PreconditionFailed;
        world.Start(61);
        Assert.Equal([0, 0, 0, 60, 60, 60], world["s"].Times);
        Assert.Equal(["0 1 failed 4.12, next in 60", "60 1 failed 4.12, next in 120"], world.Events);
    }

    [Fact]
    public void Attempts_and_sequences_are_spaced_as_the_server_object_says_and_bootstrap_is_asked_for_when_all_have_failed()
    {
        ServerOptions server = new("coap://s")
        {
            RetryCount = 3,
            RetryTimer = TimeSpan.FromSeconds(10),
            SequenceDelay = TimeSpan.FromSeconds(1000),
            SequenceCount = 2,
        };
        RegistrationWorld world = new(Options() with { Server = server }, 0, "s");
        world["s"].Answer = static _ => CoapCode.Forbidden;
        world.Start(3000);
        Assert.Equal([0, 10, 30, 1030, 1040, 1060, 2060, 2070, 2090], world["s"].Times);
        Assert.Equal("1060 1 failed 4.03, next in 1000", world.Events[5]);
        Assert.Equal("1060 1 BootstrapRequested", world.Events[6]);
        Assert.Single(world.Events, static e => e.EndsWith("BootstrapRequested", StringComparison.Ordinal));
    }

    [Fact]
    public void The_longest_sequence_delay_means_that_there_is_no_further_sequence()
    {
        RegistrationWorld world = new(Options() with { Server = new("coap://s") { RetryCount = 1, BootstrapsOnFailure = false } }, 0, "s");
        world.ServerObject().CommunicationSequenceDelayTimer = ulong.MaxValue;
        world["s"].Answer = static _ => CoapCode.Forbidden;
        world.Start(1_000_000);
        Assert.Equal(["0 1 failed 4.03"], world.Events);
        Assert.True(world.Device.HasStopped);
    }

    [Fact]
    public void Without_a_further_sequence_bootstrap_is_asked_for_whatever_the_count()
    {
        RegistrationWorld world = new(Options() with { Server = new("coap://s") { RetryCount = 1, SequenceCount = 3 } }, 0, "s");
        world.ServerObject().CommunicationSequenceDelayTimer = uint.MaxValue;
        world["s"].Answer = static _ => CoapCode.Forbidden;
        world.Start(1_000_000);
        Assert.Equal(["0 1 failed 4.03", "0 1 BootstrapRequested"], world.Events);
    }

    [Fact]
    public void A_count_of_sequences_that_was_lowered_is_reached_and_that_is_said_once()
    {
        ServerOptions server = new("coap://s") { RetryCount = 1, SequenceDelay = TimeSpan.FromSeconds(100), SequenceCount = 5 };
        RegistrationWorld world = new(Options() with { Server = server }, 0, "s");
        world["s"].Answer = static _ => CoapCode.Forbidden;
        world.Start(150);
        world.ServerObject().CommunicationSequenceRetryCount = 1;
        world.Run(1000);
        Assert.Equal("200 1 BootstrapRequested", Assert.Single(world.Events, static e => e.EndsWith("Requested", StringComparison.Ordinal)));
        Assert.Equal(12, world["s"].Times.Count);
    }

    [Fact]
    public void A_retry_timer_of_zero_is_no_flood()
    {
        RegistrationWorld world = new(
            Options() with { Server = new("coap://s") { RetryTimer = TimeSpan.Zero, RetryCount = 1000, SequenceDelay = TimeSpan.Zero } }, 0, "s");
        world["s"].Answer = static _ => CoapCode.ServiceUnavailable;
        world.Start(100);
        Assert.InRange(world["s"].Times.Count, 50, 101);
        Assert.All(world["s"].Times.Zip(world["s"].Times.Skip(1)), static pair => Assert.True(pair.Second - pair.First >= 1));
    }

    [Fact]
    public void A_host_without_an_address_is_a_failure_with_its_reason_and_is_looked_up_again()
    {
        List<RegistrationEvent> events = [];
        RegistrationWorld world = new(Options("nowhere"), 0, "s");
        world.Device.RegistrationChanged += events.Add;
        world.Start(60);
        Assert.Equal(["0 1 failed Unresolved, next in 60", "60 1 failed Unresolved, next in 120"], world.Events);
        Assert.Equal("server 1 at coap://nowhere: failed: no nowhere here; next try in 60 s", events[0].ToString());
    }

    [Fact]
    public void A_server_that_does_not_answer_is_a_failure_and_so_is_one_whose_location_is_missing_or_too_long()
    {
        RegistrationWorld world = new(Options("s") with { Coap = new() { MaxMessageSize = 256 } }, 0, "s");
        world["s"].Answer = static _ => CoapCode.Changed;
        world.Start();
        world["s"].Answer = null;
        world["s"].Location = [new('ü', 44)];
        world.Run(60);
        world["s"].Node.Stop();
        world.Until(() => world.Events.Count == 3);
        Assert.Equal(["0 1 failed NoLocation, next in 60", "60 1 failed NoLocation, next in 120"], world.Events[..2]);
        Assert.EndsWith("1 failed Timeout, next in 240", world.Events[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_location_is_whatever_a_server_likes()
    {
        RegistrationWorld world = new(Options("s"), 0, "s");
        world["s"].Location = ["rd", "a b/c?d&e=f%ü"];
        world.Start();
        Assert.Equal("2.04", world["s"].Ask(world.DeviceNode, CoapCode.Put, "/1/0/1", "100"));
        world.Run(1);
        Assert.Equal("POST /rd/a b/c?d&e=f%ü?lt=100", world["s"].Log[^1]);
    }

    [Fact]
    public void Servers_without_an_order_do_not_wait_for_each_other()
    {
        RegistrationWorld world = new(Options("a", "b", "c"), 0, "a", "b", "c");
        world["a"].Answer = static _ => CoapCode.Forbidden;
        world.Start();
        Assert.Equal(["0 1 failed 4.03, next in 60", "0 2 registered 1.2", "0 3 registered 1.2"], world.Events);
        Assert.Equal([ServerState.Registering, ServerState.Registered, ServerState.Registered],
            world.Device.GetServers(world.Network.Now).Select(static s => s.State));
    }

    [Fact]
    public void Servers_are_taken_in_ascending_order_each_after_its_initial_delay()
    {
        DeviceOptions options = Options() with
        {
            Server = new("coap://a") { PriorityOrder = 3, InitialDelay = TimeSpan.FromSeconds(5) },
            Servers = [new("coap://b") { PriorityOrder = 1, InitialDelay = TimeSpan.FromSeconds(7) }, new("coap://c") { PriorityOrder = 2 }],
        };
        RegistrationWorld world = new(options, 0, "a", "b", "c");
        world.Start(100);
        Assert.Equal(["7 2 registered 1.2", "7 3 registered 1.2", "12 1 registered 1.2"], world.Events);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_failed_sequence_lets_the_next_server_have_its_turn_unless_it_blocks(bool blocks)
    {
        DeviceOptions options = Options() with
        {
            Server = new("coap://a") { PriorityOrder = 1, BlocksOnFailure = blocks, RetryCount = 2, SequenceDelay = TimeSpan.FromSeconds(500) },
            Servers = [new("coap://b") { PriorityOrder = 2 }],
        };
        RegistrationWorld world = new(options, 0, "a", "b");
        world["a"].Answer = static _ => CoapCode.Forbidden;
        world.Start(100);
        Assert.Equal(!blocks, world.Events.Contains("60 2 registered 1.2"));

        // What has blocked blocks no longer once it has succeeded.
        world["a"].Answer = null;
        world.Run(1000);
        Assert.Contains("560 1 registered 1.2", world.Events);
        Assert.Equal(blocks, world.Events.Contains("560 2 registered 1.2"));
    }

    [Fact]
    public void What_comes_and_goes_together_is_one_Update()
    {
        RegistrationWorld world = Registered();
        for (int i = 0; i < 10; i++)
        {
            world.Device.Objects.Add(new Temperature { SensorValue = i });
            world.Run(0.05);
        }

        Assert.Empty(world["s"].Updates);
        world.Run(10);
        Assert.EndsWith("</3303/9>,</3303/10>", Assert.Single(world["s"].Updates), StringComparison.Ordinal);
    }

    [Fact]
    public void An_instance_that_is_added_wakes_a_device_that_registers()
    {
        RegistrationWorld world = Registered();
        int wakes = 0;
        world.Device.WakeRequested = () => wakes++;
        world.Device.Objects.Add(new Temperature { SensorValue = 1 });
        Assert.Equal(1, wakes);
    }

    [Fact]
    public void Updates_of_a_year_are_as_many_as_the_lifetime_asks_for()
    {
        RegistrationWorld world = new(Options() with { Server = new("coap://s") { Lifetime = TimeSpan.FromHours(1) } }, 0, "s");
        world.Start(365 * 86400);
        Assert.Single(world["s"].Registers);

        // 3600 s less MAX_TRANSMIT_WAIT, and a little more or less for each.
        Assert.InRange(world["s"].Updates.Count(), 365 * 86400 / 3508, 365 * 86400 / 3506);
    }

    [Fact]
    public void A_lifetime_without_end_needs_no_Update()
    {
        RegistrationWorld world = new(Options() with { Server = new("coap://s") { Lifetime = TimeSpan.Zero } }, 0, "s");
        world.Start(1_000_000);
        Assert.Contains("&lt=0&", Assert.Single(world["s"].Log), StringComparison.Ordinal);
        Assert.Null(world.Device.NextDeadline);
    }

    [Fact]
    public void In_LwM2M_1_0_a_server_puts_a_device_into_queue_mode_by_its_Binding()
    {
        RegistrationWorld world = new(Options("s") with { Version = new(1, 0) }, 0, "s");
        world.Start();
        Assert.Equal("2.04", world["s"].Ask(world.DeviceNode, CoapCode.Put, "/1/0/7", "UQ"));
        world.Run(1);
        Assert.Equal("POST /rd/1?b=UQ", world["s"].Log[^1]);
        world.Run(100);
        Assert.EndsWith("1 Sleeping", world.Events[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Observations_end_with_the_registration()
    {
        RegistrationWorld world = Registered();
        Assert.Equal("2.05 21.5", world["s"].Ask(world.DeviceNode, CoapCode.Get, "/3303/0/5700", observe: true));
        Assert.Equal(1, world.Device.ObserverCount);
        world.Run(90_000);
        Assert.Equal(1, world.Device.ObserverCount);
        world["s"].Answer = static line => line == "POST /rd/1" ? CoapCode.NotFound : null;
        world.Run(90_000);
        Assert.Equal(0, world.Device.ObserverCount);
    }

    [Fact]
    public void The_Bootstrap_Request_Trigger_is_an_event()
    {
        RegistrationWorld world = Registered();
        Assert.Equal("2.04", world["s"].Ask(world.DeviceNode, CoapCode.Post, "/1/0/9"));
        Assert.EndsWith("1 BootstrapRequested", world.Events[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Only_servers_with_an_account_manage_the_device_and_nobody_sees_object_0()
    {
        RegistrationWorld world = new(Options("s"), 0, "s", "stranger");
        world.Device.Objects.Add(new Temperature { SensorValue = 21.5 });
        world.Start();
        Assert.StartsWith("4.01", world["stranger"].Ask(world.DeviceNode, CoapCode.Get, "/3303/0/5700"), StringComparison.Ordinal);
        Assert.StartsWith("4.01", world["s"].Ask(world.DeviceNode, CoapCode.Get, "/0/0/0"), StringComparison.Ordinal);
        Assert.DoesNotContain("</0", world["s"].Ask(world.DeviceNode, CoapCode.Get, "/.well-known/core"), StringComparison.Ordinal);
        Assert.DoesNotContain("coap://s", world.Device.Objects.ToText(), StringComparison.Ordinal);
        Assert.Equal("2.05 86400", world["s"].Ask(world.DeviceNode, CoapCode.Get, "/1/0/1"));
    }

    [Fact]
    public void A_stop_before_the_answer_to_a_Register_is_the_end()
    {
        RegistrationWorld world = new(Options("s"), 0, "s");
        world["s"].Node.Stop();
        world.Start(10);
        world.Device.StopRegistering(world.Network.Now);
        Assert.True(world.Device.HasStopped);
        world["s"].Node.Start();
        world.Run(1000);
        Assert.Empty(world["s"].Log);
    }

    [Fact]
    public void More_servers_than_exchanges_take_turns()
    {
        DeviceOptions options = Options("a", "b", "c") with { Coap = new() { Exchanges = 1 } };
        RegistrationWorld world = new(options, 0, "a", "b", "c");
        world.Start(10);
        Assert.Equal(3, world.Events.Count(static e => e.EndsWith("registered 1.2", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_Update_that_there_is_no_exchange_for_is_sent_a_little_later()
    {
        DeviceOptions options = Options("a", "b") with { Coap = new() { Exchanges = 1 } };
        RegistrationWorld world = new(options, 0, "a", "b");
        world.Start(10);
        world["a"].Node.Stop();
        world.ServerObject(0).RegistrationUpdateTrigger!(default);
        world.Run(5);
        world.ServerObject(1).RegistrationUpdateTrigger!(default);
        world.Run(5);
        Assert.Empty(world["b"].Updates);
        world.Until(() => world["b"].Updates.Any());
    }

    [Fact]
    public void A_server_may_ask_from_another_port_where_that_is_allowed()
    {
        DeviceOptions options = Options() with { Server = new("coap://s") { AsksFromAnyPort = true } };
        RegistrationWorld world = new(options, 0, "s", "stranger");
        world.Start();
        Assert.StartsWith("4.01", world["stranger"].Ask(world.DeviceNode, CoapCode.Get, "/1/0/1"), StringComparison.Ordinal);
        PeerId other = world["stranger"].Node.Peer, server = world["s"].Node.Peer;
        world.Device.IsSameHost = (left, right) => left == server && right == other;
        Assert.Equal("2.05 86400", world["stranger"].Ask(world.DeviceNode, CoapCode.Get, "/1/0/1"));
    }

    [Fact]
    public void Links_that_are_longer_than_a_body_may_be_are_a_failure()
    {
        RegistrationWorld world = new(Options("s") with { Coap = new() { MaxBodySize = 2000 } }, 0, "s");
        for (int i = 0; i < 300; i++)
        {
            world.Device.Objects.Add(new Temperature { SensorValue = i });
        }

        world.Start();
        Assert.Equal(["0 1 failed TooLarge, next in 60"], world.Events);
    }

    [Fact]
    public void An_Update_allocates_nothing()
    {
        // The server is a script here, so that what is measured is the device's alone.
        UpdateLoop loop = new();
        loop.Run(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        loop.Run(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(10_100, loop.Updates);
    }

    private static DeviceOptions Options(params string[] servers) => new()
    {
        Endpoint = "d",
        Servers = [.. servers.Select(static server => new ServerOptions($"coap://{server}"))],
    };

    private static RegistrationWorld Registered()
    {
        RegistrationWorld world = new(Options("s"), 0, "s");
        world.Device.Objects.Add(new Temperature { SensorValue = 21.5 });
        world.Start();
        Assert.Equal(["0 1 registered 1.2"], world.Events);
        return world;
    }

    private sealed class UpdateLoop
    {
        private readonly byte[] _buffer = new byte[2048];
        private readonly byte[] _answer = new byte[64];
        private readonly PeerId _server = new([1]);
        private readonly DeviceEndpoint _device;
        private Instant _now = Instant.FromSeconds(1);

        internal UpdateLoop()
        {
            _device = new(new Ipso.Testing.SeededRandom(1), Options("s"));
            _device.HostRequested = (host, now) => _device.OnResolved(host, _server, null, now);
            _device.RegistrationChanged = e => Updates += e.Kind == RegistrationEventKind.Updated ? 1 : 0;
            _device.StartRegistering(_now);
            Exchange();
        }

        internal int Updates { get; private set; }

        internal void Run(int updates)
        {
            for (int i = 0; i < updates; i++)
            {
                _now = _device.NextDeadline!.Value;
                _device.OnDeadline(_now);
                Exchange();
            }
        }

        private void Exchange()
        {
            while (_device.TryTransmit(_buffer, _now, out Transmit transmit))
            {
                Assert.True(CoapMessage.TryParse(_buffer.AsSpan(0, transmit.Length), out CoapMessage request, out _));
                bool isRegister = !request.Payload.IsEmpty;
                CoapMessageWriter writer = new(
                    _answer, CoapType.Acknowledgement, isRegister ? CoapCode.Created : CoapCode.Changed, request.MessageId, request.Token);
                if (isRegister)
                {
                    writer.Option(CoapOptionNumber.LocationPath, "rd"u8);
                    writer.Option(CoapOptionNumber.LocationPath, "7"u8);
                }

                _device.Receive(_answer.AsSpan(0, writer.Finish()), _server, _now);
            }
        }
    }
}
