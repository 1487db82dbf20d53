using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Objects;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>Accounts come, change and go with a bootstrap while the device is registered.</summary>
public class BootstrapAccountTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_account_that_is_as_it_was_keeps_its_registration_and_its_observations(bool isRewritten)
    {
        BootstrapWorld world = Bootstrapped(new Temperature { SensorValue = 1 });
        Assert.Equal("2.05 1", world.World["s"].Ask(world.World.DeviceNode, CoapCode.Get, "/3303/0/5700", observe: true));
        Again(world);
        if (isRewritten)
        {
            Assert.Equal("2.02", world.Delete("/0"));
            Assert.Equal("2.02", world.Delete("/1"));
            world.Provision();
        }

        Assert.Equal("2.04", world.Finish());
        world.World.Run(100);
        Assert.Single(world.World["s"].Registers);
        Assert.Equal(1, world.Device.ObserverCount);
        Assert.Equal(ServerState.Registered, Assert.Single(world.Device.GetServers(world.World.Network.Now)).State);
    }

    [Fact]
    public void An_account_that_is_gone_is_left_with_its_rights_and_attributes()
    {
        BootstrapWorld world = Bootstrapped(new Temperature { SensorValue = 1 });
        ServerNode s = world.World["s"];
        Assert.Equal("2.04", s.Ask(world.World.DeviceNode, CoapCode.Put, "/3303/0/5700", [], null, query: "pmin=5"));
        world.Device.Access.Grant(new(3303, 0), 7, AccessRights.Read);
        Again(world);
        Assert.Equal("2.02", world.Delete("/0"));
        Assert.Equal("2.04", world.Put("/0/2", BootstrapWorld.Security(2, "coap://t", 8)));
        Assert.Equal("2.04", world.Put("/1/1", BootstrapWorld.Account(1, 8)));
        Assert.Equal("2.04", world.Finish());
        world.AwaitRegistration("t");
        world.World.Run(1);
        Assert.Equal("DELETE /rd/1", s.Log[^1]);
        Assert.Null(world.Device.Objects.Find(1, 0));
        Assert.Equal(0, world.Device.Reporter.Attributes.Count);
        Assert.Equal(8, Assert.Single(world.Device.GetServers(world.World.Network.Now)).ShortServerId);
        Assert.StartsWith("4.01", s.Ask(world.World.DeviceNode, CoapCode.Get, "/3303/0/5700"), StringComparison.Ordinal);

        // Only it could access that.
        Assert.Null(world.Device.Objects.Find<Temperature>(0));
    }

    [Fact]
    public void An_account_with_a_new_URI_moves_and_one_with_a_new_lifetime_says_so()
    {
        BootstrapWorld world = Bootstrapped();
        Again(world);
        Assert.Equal("2.04", world.Command(CoapCode.Put, "/1/0/1", "600", ContentFormat.PlainText));
        Assert.Equal("2.04", world.Finish());
        world.World.Run(5);
        Assert.Equal("POST /rd/1?lt=600", world.World["s"].Log[^1]);

        Again(world);
        Assert.Equal("2.04", world.Command(CoapCode.Put, "/0/1/0", "coap://t", ContentFormat.PlainText));
        Assert.Equal("2.04", world.Finish());
        world.AwaitRegistration("t");
        Assert.Equal("DELETE /rd/1", world.World["s"].Log[^1]);
    }

    [Fact]
    public void A_server_with_another_Short_Server_ID_is_registered_with_anew_and_no_word_of_parting_comes_after_it()
    {
        BootstrapWorld world = Bootstrapped();
        Again(world);
        Assert.Equal("2.02", world.Delete("/1"));
        Assert.Equal("2.02", world.Delete("/0"));
        world.Provision(id: 9);
        Assert.Equal("2.04", world.Finish());
        world.World.Run(100);
        Assert.Equal(2, world.World["s"].Registers.Count());
        Assert.DoesNotContain(world.World["s"].Log, static line => line.StartsWith("DELETE", StringComparison.Ordinal));
        Assert.Equal(9, Assert.Single(world.Device.GetServers(world.World.Network.Now)).ShortServerId);
    }

    [Fact]
    public void New_accounts_are_registered_with_in_their_order_behind_those_that_are()
    {
        BootstrapWorld world = Bootstrapped();
        Again(world);
        string order = ",{\"n\":\"13\",\"v\":2},{\"n\":\"14\",\"v\":30}";
        Assert.Equal("2.04", world.Put("/1/0/13", """[{"n":"/1/0/13","v":1}]"""));
        Assert.Equal("2.04", world.Put("/0/2", BootstrapWorld.Security(2, "coap://t", 8)));
        Assert.Equal("2.04", world.Put("/1/1", BootstrapWorld.Account(1, 8, more: order)));
        Assert.Equal("2.04", world.Finish());
        double finished = world.World.Seconds;
        world.AwaitRegistration("t");
        Assert.Equal(30, world.World.Seconds - finished, 1);
        Assert.Single(world.World["s"].Registers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_registration_that_is_kept_holds_up_nobody_behind_it_in_the_order(bool isDisabled)
    {
        BootstrapWorld world = Bootstrapped();
        if (isDisabled)
        {
            Assert.Equal("2.04", world.World["s"].Ask(world.World.DeviceNode, CoapCode.Post, "/1/0/4"));
            world.World.Run(1);
            Assert.Equal(ServerState.Disabled, Assert.Single(world.Device.GetServers(world.World.Network.Now)).State);
        }

        Again(world);
        Assert.Equal("2.04", world.Put("/1/0/13", """[{"n":"/1/0/13","v":2}]"""));
        Assert.Equal("2.04", world.Put("/0/2", BootstrapWorld.Security(2, "coap://t", 8)));
        Assert.Equal("2.04", world.Put("/1/1", BootstrapWorld.Account(1, 8, more: ",{\"n\":\"13\",\"v\":1}")));
        Assert.Equal("2.04", world.Put("/0/3", BootstrapWorld.Security(3, "coap://nowhere", 9)));
        Assert.Equal("2.04", world.Put("/1/2", BootstrapWorld.Account(2, 9, more: ",{\"n\":\"13\",\"v\":3}")));
        Assert.Equal("2.04", world.Finish());
        world.AwaitRegistration("t");
        world.World.Run(1);
        Assert.Single(world.World["s"].Registers);
        Assert.Contains(world.World.Events, static e => e.EndsWith(" 9 failed Unresolved, next in 60", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_address_that_comes_late_is_not_that_of_another_account_with_the_same_id(bool isReplaced)
    {
        BootstrapWorld world = new();
        List<ServerHost> asked = [];
        Action<ServerHost, Instant> resolve = Assert.IsType<Action<ServerHost, Instant>>(world.Device.HostRequested);
        world.Device.HostRequested = (host, now) =>
        {
            if (host.ShortServerId == 7)
            {
                asked.Add(host);
            }
            else
            {
                resolve(host, now);
            }
        };
        world.Bootstrap().World.Run(1);
        Again(world);
        Assert.Equal("2.02", world.Delete("/0"));
        Assert.Equal("2.02", world.Delete("/1"));
        if (isReplaced)
        {
            Assert.Equal("2.04", world.Put("/0/2", BootstrapWorld.Security(2, "coap://t", 7)));
            Assert.Equal("2.04", world.Put("/1/1", BootstrapWorld.Account(1, 7)));
        }
        else
        {
            world.Provision("coap://t");
        }

        Assert.Equal("2.04", world.Finish());
        world.World.Run(1);
        Assert.Equal(["s", "t"], asked.Select(static host => host.Name));

        resolve(asked[0], world.World.Network.Now);
        world.Device.OnDeadline(world.World.Network.Now);
        world.World.Run(1);
        Assert.Empty(world.World["s"].Log);
        resolve(asked[1], world.World.Network.Now);
        world.Device.WakeRequested?.Invoke();
        world.AwaitRegistration("t");
        Assert.Empty(world.World["s"].Log);
    }

    [Fact]
    public void What_had_failed_is_tried_at_once()
    {
        BootstrapWorld world = new(0, BootstrapWorld.Options(new("coap://s") { RetryCount = 1 }));
        world.World["s"].Answer = static _ => CoapCode.Forbidden;
        world.World.Start();
        Assert.Equal(BootstrapState.Open, world.Device.BootstrapState);
        world.World["s"].Answer = null;
        Assert.Equal("2.04", world.Finish());
        world.World.Run(1);
        Assert.Equal(2, world.World["s"].Registers.Count());
        Assert.Equal(ServerState.Registered, Assert.Single(world.Device.GetServers(world.World.Network.Now)).State);
    }

    [Fact]
    public void It_bootstraps_when_no_server_is_left_and_one_of_them_wants_it()
    {
        BootstrapWorld world = new(0, BootstrapWorld.Options() with
        {
            Servers =
            [
                new("coap://s") { RetryCount = 1 },
                new("coap://t") { RetryCount = 2, RetryTimer = TimeSpan.FromSeconds(60), BootstrapsOnFailure = false },
            ],
        });
        world.World["s"].Answer = world.World["t"].Answer = static _ => CoapCode.Forbidden;
        world.World.Start(59);
        Assert.Empty(world.Log);
        world.World.Run(2);
        Assert.Equal(BootstrapState.Open, world.Device.BootstrapState);
    }

    [Fact]
    public void A_device_that_starts_again_has_its_accounts_and_does_not_bootstrap()
    {
        CrashingStorage storage = new(new Random(1));
        DeviceOptions options = BootstrapWorld.Options() with { Storage = storage };
        BootstrapWorld world = new(0, options);
        world.Bootstrap();
        world.World.Run(1);

        BootstrapWorld again = new(0, options);
        again.World.Start();
        again.AwaitRegistration();
        Assert.Empty(again.Log);
        Assert.Contains("&lt=300&", again.World["s"].Log[0], StringComparison.Ordinal);
        Assert.NotNull(Bootstrapper.FindAccount(again.Device.Objects));
    }

    [Fact]
    public void A_device_that_starts_again_before_the_end_bootstraps_again()
    {
        CrashingStorage storage = new(new Random(1));
        DeviceOptions options = BootstrapWorld.Options() with { Storage = storage };
        BootstrapWorld world = new(0, options);
        world.Open();
        world.Provision();
        world.World.Run(1);

        BootstrapWorld again = new(0, options);
        again.World.Start();
        Assert.Equal(BootstrapState.Open, again.Device.BootstrapState);
        Assert.Null(again.Device.Objects.Find(1, 0));
    }

    [Fact]
    public void Accounts_come_from_the_factory()
    {
        string pack = BootstrapWorld.Pack(
            BootstrapWorld.Security(0, "coap://bs", null, isBootstrap: true), BootstrapWorld.Security(1, "coap://s", 7), BootstrapWorld.Account(0, 7));
        BootstrapWorld world = new(0, new()
        {
            Endpoint = "d",
            FactoryBootstrap = new(Encoding.UTF8.GetBytes(pack), ContentFormat.SenMLJson),
        });
        world.World.Start();
        world.AwaitRegistration();
        Assert.Empty(world.Log);
        Assert.True(world.Device.RequestBootstrap(world.World.Network.Now));
        world.World.Until(() => world.Device.BootstrapState == BootstrapState.Open);
    }

    [Theory]
    [InlineData("[", "The factory's pack is of no use: ")]
    [InlineData("[]", "The factory's pack is of no use: there is no server account.")]
    [InlineData("""[{"n":"/3303/0/5700","v":1}]""", "The factory's pack is of no use: /3303/0/5700 is none of the accounts and rights (objects 0, 1 and 2).")]
    public void A_pack_from_the_factory_that_is_of_no_use_is_refused(string pack, string message)
    {
        DeviceOptions options = new() { Endpoint = "d", FactoryBootstrap = new(Encoding.UTF8.GetBytes(pack), ContentFormat.SenMLJson) };
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new DeviceEndpoint(new SeededRandom(1), options));
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new DeviceEndpoint(new SeededRandom(1), options with { Server = new("coap://s") }));
    }

    private static BootstrapWorld Bootstrapped(params Ipso.Lwm2m.Model.ObjectInstance[] objects)
    {
        BootstrapWorld world = new(0, null, objects);
        world.Bootstrap();
        world.AwaitRegistration();
        world.World.Run(1);
        return world;
    }

    private static void Again(BootstrapWorld world)
    {
        Assert.True(world.Device.RequestBootstrap(world.World.Network.Now));
        world.World.Until(() => world.Device.BootstrapState == BootstrapState.Open);
    }
}
