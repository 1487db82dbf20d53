using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Registrations with servers that write nonsense, share an address, observe from elsewhere, or leave no room.</summary>
public class RegistrationHostileTests
{
    [Theory]
    [InlineData("Update", 1)]
    [InlineData("Lost", 0)]
    [InlineData("Disable", 0)]
    [InlineData("Stop", 0)]
    [InlineData("Move", 0)]
    public void Observations_end_with_the_registration_wherever_they_came_from(string what, int left)
    {
        RegistrationWorld world = new(Options() with { Servers = [new("coap://s") { AsksFromAnyPort = true }] }, 0, "s", "elsewhere");
        world.Device.Objects.Add(new Temperature { SensorValue = 21.5 });
        world.Device.IsSameHost = static (_, _) => true;
        world.Start();
        Assert.Equal("2.05 21.5", world["elsewhere"].Ask(world.DeviceNode, CoapCode.Get, "/3303/0/5700", observe: true));
        Assert.Equal(1, world.Device.ObserverCount);
        switch (what)
        {
            case "Lost":
                world["s"].Answer = static line => line.StartsWith("POST /rd/", StringComparison.Ordinal) ? CoapCode.NotFound : CoapCode.Forbidden;
                world.ServerObject().RegistrationUpdateTrigger!(default);
                break;
            case "Disable":
                world.ServerObject().Disable!(default);
                break;
            case "Stop":
                world.Device.StopRegistering(world.Network.Now);
                break;
            case "Move":
                world.Device.Objects.Find<Ipso.Lwm2m.Device.LWM2MSecurity>(0)!.LWM2MServerURI = "coap://nowhere";
                break;
            default:
                world.ServerObject().RegistrationUpdateTrigger!(default);
                break;
        }

        world.Device.OnDeadline(world.Network.Now);
        world.Run(10);
        Assert.Equal(left, world.Device.ObserverCount);
    }

    [Fact]
    public void A_lifetime_that_ends_without_room_for_an_Update_is_the_end_of_the_registration()
    {
        RegistrationWorld world = new(Options() with
        {
            Servers = [new("coap://a"), new("coap://b") { Lifetime = TimeSpan.FromSeconds(60) }],
            Coap = new() { Exchanges = 1 },
        }, 0, "a", "b");
        world.Device.Objects.Add(new Temperature { SensorValue = 21.5 });
        world.Start(5);
        Assert.Equal("2.05 21.5", world["b"].Ask(world.DeviceNode, CoapCode.Get, "/3303/0/5700", observe: true));
        world["a"].Node.Stop();
        world.Run(20);

        // The one exchange waits for a server that is gone, for 45 s at least.
        world.ServerObject(0).RegistrationUpdateTrigger!(default);
        world.Device.OnDeadline(world.Network.Now);
        world.Run(55);
        Assert.Contains(world.Events, static e => e.EndsWith("2 failed Expired, next in 0", StringComparison.Ordinal));
        Assert.Equal(0, world.Device.ObserverCount);
    }

    [Theory]
    [InlineData(-1, "0")]
    [InlineData(long.MinValue, "0")]
    [InlineData(long.MaxValue, "9223372036854775807")]
    public void A_lifetime_that_makes_no_sense_is_none(long lifetime, string said)
    {
        RegistrationWorld world = new(Options(), 0, "s");
        world.ServerObject().Lifetime = lifetime;
        world.Start();
        Assert.Contains($"&lt={said}&", Assert.Single(world["s"].Log), StringComparison.Ordinal);
        world.Run(1_000_000);
        Assert.Single(world["s"].Log);
        Assert.True(world.Device.NextDeadline is null || world.Device.NextDeadline > world.Network.Now + TimeSpan.FromDays(20_000));
    }

    [Fact]
    public void A_negative_lifetime_that_a_server_writes_is_said_once()
    {
        RegistrationWorld world = new(Options(), 0, "s");
        world.Start();
        Assert.Equal("2.04", world["s"].Ask(world.DeviceNode, CoapCode.Put, "/1/0/1", "-5"));
        world.Run(1_000_000);
        Assert.Equal("POST /rd/1?lt=0", Assert.Single(world["s"].Updates));
    }

    [Fact]
    public void A_server_at_the_address_of_another_one_is_refused_until_it_has_its_own()
    {
        List<string> lines = [];
        RegistrationWorld world = new(Options("a", "b"), 0, "a", "b");
        PeerId peer = world["a"].Node.Peer;
        world.Device.HostRequested = (host, now) =>
            world.Device.OnResolved(host, host.Name == "a" ? world["a"].Node.Peer : peer, null, now);
        world.Device.RegistrationChanged += e => lines.Add(e.ToString());
        world.Start(10);
        Assert.Equal(["0 2 failed SharedAddress, next in 60", "0 1 registered 1.2"], world.Events);
        Assert.Equal(
            "server 2 at coap://b: failed: server 1 is at the same address and port: their requests could not be told apart; next try in 60 s",
            lines[0]);
        Assert.Single(world["a"].Log);

        peer = world["b"].Node.Peer;
        world.Run(60);
        Assert.Equal("60 2 registered 1.2", world.Events[^1]);
    }

    [Fact]
    public void The_way_to_a_server_is_not_the_way_to_the_one_that_has_taken_its_place()
    {
        RegistrationWorld world = new(Options("a", "b") with { Coap = new() { Exchanges = 1 } }, 0, "a", "b", "c");
        List<(string Name, PeerId? Session)> asked = [];
        List<PeerId> released = [];
        Action<ServerHost, Instant> resolve = Assert.IsType<Action<ServerHost, Instant>>(world.Device.HostRequested);
        world.Device.HostRequested = (host, now) =>
        {
            asked.Add((host.Name, host.Session));
            resolve(host, now);
        };
        world.Device.SessionReleased = released.Add;

        // What goes to a takes the only exchange, so that b is asked for again and again.
        world["a"].Node.Stop();
        world.Start(5);
        PeerId known = world["b"].Node.Peer;
        Assert.Equal(("b", known), asked[^1]);
        world.Device.Objects.Find<Ipso.Lwm2m.Device.LWM2MSecurity>(1)!.LWM2MServerURI = "coap://c";
        world.Run(2);
        Assert.DoesNotContain(("c", known), asked);
        Assert.Contains(("c", null), asked);
        Assert.Equal([known], released);
    }

    [Fact]
    public void An_Update_that_there_was_no_room_for_and_that_is_needed_no_more_leaves_no_deadline_behind()
    {
        RegistrationWorld world = new(Options("a", "b") with { Coap = new() { Exchanges = 1 } }, 0, "a", "b");
        world.Start(10);
        world["a"].Node.Stop();
        world.ServerObject(0).RegistrationUpdateTrigger!(default);
        world.Device.OnDeadline(world.Network.Now);
        world.ServerObject(1).Lifetime = 100;
        world.Device.OnDeadline(world.Network.Now);
        world.ServerObject(1).Lifetime = 86400;

        Instant now = world.Network.Now;
        byte[] buffer = new byte[2048];
        for (int i = 0; i < 10; i++)
        {
            now += TimeSpan.FromSeconds(0.25);
            world.Device.OnDeadline(now);
            while (world.Device.TryTransmit(buffer, now, out _))
            {
            }
        }

        Assert.True(world.Device.NextDeadline > now, $"{world.Device.NextDeadline} at {now}");
    }

    private static DeviceOptions Options(params string[] servers) => new()
    {
        Endpoint = "d",
        Servers = [.. (servers.Length > 0 ? servers : ["s"]).Select(static server => new ServerOptions($"coap://{server}"))],
    };
}
