using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>The registration interface as a server sees it (LwM2M TS Core, 6.2), on a network that loses nothing and on one that loses
/// three datagrams of ten.</summary>
[Trait("Category", "Conformance")]
public class RegistrationConformanceTests
{
    private const string Links = "</>;rt=\"oma.lwm2m\",</1/0>,</3303>;ver=1.1,</3303/0>";

    public static TheoryData<double> Losses => [0, 0.3];

    [Theory]
    [MemberData(nameof(Losses))]
    public void Register_says_who_it_is_and_what_it_has_and_keeps_the_location(double loss)
    {
        RegistrationWorld world = Registered(loss);
        Assert.Equal($"POST /rd?ep=urn:dev:ops:1-A&lt=86400&lwm2m=1.2&b=U 40 {Links}", world["s"].Log[0]);
        world["s"].Ask(world.DeviceNode, CoapCode.Post, "/1/0/8");
        world.Until(() => world["s"].Updates.Any());
        Assert.Equal("POST /rd/1", world["s"].Log[^1]);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Links_say_the_version_of_what_is_not_at_its_default_and_the_formats_that_are_announced(double loss)
    {
        RegistrationWorld world = Registered(loss, Options() with { Version = new(1, 0), ContentFormats = [ContentFormat.Tlv, ContentFormat.SenMLCbor] });
        Assert.EndsWith(
            " 40 </>;rt=\"oma.lwm2m\";ct=\"11542 112\",</1>;ver=\"1.2\",</1/0>,</3303>;ver=\"1.1\",</3303/0>",
            world["s"].Log[0], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_lifetime_that_a_server_writes_is_in_the_next_Update_which_comes_at_once(double loss)
    {
        RegistrationWorld world = Registered(loss);
        Assert.Equal("2.04", world["s"].Ask(world.DeviceNode, CoapCode.Put, "/1/0/1", "20"));
        double written = world.Seconds;
        world.Until(() => world["s"].Updates.Any());
        Assert.Equal("POST /rd/1?lt=20", world["s"].Updates.First());
        Assert.True(world.Seconds - written < (loss == 0 ? 0.001 : 100));

        // From here on it is what Updates are timed by, without being said again.
        world.Until(() => world["s"].Updates.Count() > 1);
        Assert.Equal("POST /rd/1", world["s"].Updates.ElementAt(1));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_device_that_stops_deregisters(double loss)
    {
        RegistrationWorld world = Registered(loss);
        world.Device.StopRegistering(world.Network.Now);
        world.Until(() => world.Device.HasStopped);
        Assert.Equal("DELETE /rd/1", world["s"].Log[^1]);
        Assert.EndsWith("1 Deregistered", world.Events[^1], StringComparison.Ordinal);
        int count = world["s"].Log.Count;
        world.Run(200_000);
        Assert.Equal(count, world["s"].Log.Count);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void The_Registration_Update_Trigger_is_answered_and_then_an_Update_comes(double loss)
    {
        RegistrationWorld world = Registered(loss);
        Assert.Equal("2.04", world["s"].Ask(world.DeviceNode, CoapCode.Post, "/1/0/8"));
        world.Until(() => world["s"].Updates.Any());
        Assert.Single(world["s"].Registers.Distinct());
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void An_Update_that_is_answered_with_4_04_is_followed_by_a_Register(double loss)
    {
        RegistrationWorld world = Registered(loss);
        world["s"].Answer = static line => line.StartsWith("POST /rd/1", StringComparison.Ordinal) ? CoapCode.NotFound : null;
        world["s"].Ask(world.DeviceNode, CoapCode.Post, "/1/0/8");
        world.Until(() => world["s"].Registers.Count() == 2);
        world["s"].Ask(world.DeviceNode, CoapCode.Post, "/1/0/8");
        world.Until(() => world["s"].Log[^1] == "POST /rd/2");
        Assert.Contains(world.Events, static e => e.EndsWith("1 failed 4.04, next in 0", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void An_Update_comes_before_the_lifetime_ends(double loss)
    {
        RegistrationWorld world = Registered(loss, Options(lifetime: 300));
        double registered = world["s"].Times[0];
        world.Until(() => world["s"].Updates.Any());
        double time = world["s"].Times[^1] - registered;

        // A Register that is repeated is heard later than it was sent.
        Assert.InRange(time, loss == 0 ? 206.999 : 160, loss == 0 ? 207.001 : 300);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void After_the_end_of_the_lifetime_it_registers_anew(double loss)
    {
        RegistrationWorld world = Registered(loss, Options(lifetime: 60));
        world.Network.Cut([world.DeviceNode], [world["s"].Node], TimeSpan.FromSeconds(100));
        world.Until(() => world["s"].Registers.Count() == 2);
        Assert.Contains(world.Events, static e => e.EndsWith("1 failed Expired, next in 0", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void An_Update_that_nobody_answers_is_followed_by_a_Register(double loss)
    {
        RegistrationWorld world = Registered(loss);
        world.ServerObject().RegistrationUpdateTrigger!(default);
        world.Network.Cut([world.DeviceNode], [world["s"].Node], TimeSpan.FromSeconds(120));
        world.Until(() => world["s"].Registers.Count() == 2);
        Assert.Contains(world.Events, static e => e.EndsWith("1 failed Timeout, next in 0", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void An_instance_that_comes_or_goes_is_an_Update_with_all_links(double loss)
    {
        RegistrationWorld world = Registered(loss);
        Temperature second = new() { SensorValue = 2 };
        world.Device.Objects.Add(second);
        world.Until(() => world["s"].Updates.Any());
        Assert.Equal($"POST /rd/1 40 {Links},</3303/1>", world["s"].Log[^1]);
        world.Run(100);
        world.Device.Objects.Remove(second);
        world.Until(() => world["s"].Updates.Distinct().Count() == 2);
        Assert.Equal($"POST /rd/1 40 {Links}", world["s"].Log[^1]);
    }

    [Theory]
    [InlineData(0, 0, "b=UQ")]
    [InlineData(0.3, 0, "b=UQ")]
    [InlineData(0, 1, "b=U&Q")]
    [InlineData(0.3, 1, "b=U&Q")]
    [InlineData(0, 2, "b=U&Q")]
    [InlineData(0.3, 2, "b=U&Q")]
    public void Queue_mode_is_said_as_the_version_says_it(double loss, ushort minor, string binding)
    {
        RegistrationWorld world = Registered(loss, Options() with { QueueMode = true, Version = new(1, minor) });
        Assert.Contains($"&lwm2m=1.{minor}&{binding} 40 ", world["s"].Log[0], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void In_queue_mode_it_sleeps_after_the_last_message_and_wakes_with_an_Update(double loss)
    {
        RegistrationWorld world = Registered(loss, Options(lifetime: 3600) with { QueueMode = true });
        double last = 0;
        world.Network.Sent = _ => last = world.Seconds;
        world["s"].Ask(world.DeviceNode, CoapCode.Get, "/3303/0/5700");
        world.Until(() => world.Events[^1].EndsWith("Sleeping", StringComparison.Ordinal));
        Assert.InRange(world.Seconds - last, 92.9, 93.1);
        Assert.True(world.Device.GetServers(world.Network.Now)[0].IsAsleep);

        world.Until(() => world.Events[^1].EndsWith("Awake", StringComparison.Ordinal));
        world.Until(() => world["s"].Updates.Any());
        Assert.Equal("2.05 21.5", world["s"].Ask(world.DeviceNode, CoapCode.Get, "/3303/0/5700"));
        Assert.False(world.Device.GetServers(world.Network.Now)[0].IsAsleep);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_Register_that_is_longer_than_a_block_comes_in_blocks(double loss)
    {
        RegistrationWorld world = new(Options(), loss, "s");
        for (ushort i = 0; i < 400; i++)
        {
            world.Device.Objects.Add(new Temperature { SensorValue = i });
        }

        world.Start();
        world.Until(() => world.Events.Any(static e => e.Contains("registered", StringComparison.Ordinal)));
        Assert.EndsWith(",</3303/398>,</3303/399>", world["s"].Log[^1], StringComparison.Ordinal);
        Assert.True(world["s"].Log[^1].Length > 4096);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_server_that_disables_itself_is_left_alone_for_its_time(double loss)
    {
        RegistrationWorld world = Registered(loss, Options(disable: 600));
        Assert.Equal("2.04", world["s"].Ask(world.DeviceNode, CoapCode.Post, "/1/0/4"));
        world.Until(() => world.Events[^1].EndsWith("1 Disabled, next in 600", StringComparison.Ordinal));
        Assert.Equal("DELETE /rd/1", world["s"].Log[^1]);
        double disabled = world.Seconds;
        Assert.Equal(ServerState.Disabled, world.Device.GetServers(world.Network.Now)[0].State);
        Assert.StartsWith("4.01", world["s"].Ask(world.DeviceNode, CoapCode.Get, "/3303/0/5700"), StringComparison.Ordinal);

        world.Until(() => world["s"].Registers.Count() == 2);
        Assert.InRange(world.Seconds - disabled, 600, loss == 0 ? 601 : 700);
        world.Until(() => world.Device.GetServers(world.Network.Now)[0].State == ServerState.Registered);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_server_that_refuses_is_asked_again_as_the_retry_resources_say(double loss)
    {
        RegistrationWorld world = new(Options(), loss, "s");
        world["s"].Answer = static _ => CoapCode.Forbidden;
        world.Start();
        world.Until(() => world["s"].Times.Count == 6, days: 3);
        double[] gaps = [.. world["s"].Times.Zip(world["s"].Times.Skip(1), static (a, b) => b - a)];
        double[] least = [60, 120, 240, 480, 86400];
        for (int i = 0; i < least.Length; i++)
        {
            // Answers are lost too: an attempt ends later than the server has heard of it.
            // (A difference of seconds is right to a fraction of a tick.)
            Assert.InRange(gaps[i], least[i] - 1e-7, least[i] + (loss == 0 ? 0.01 : 200));
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_server_with_a_new_URI_is_registered_with_at_the_new_place(double loss)
    {
        RegistrationWorld world = new(Options(), loss, "s", "other");
        world.Device.Objects.Add(new Temperature { SensorValue = 21.5 });
        world.Start();
        world.Until(() => world["s"].Registers.Any());
        world.Run(100);
        world.Device.Objects.Find<Ipso.Lwm2m.Device.LWM2MSecurity>(0)!.LWM2MServerURI = "coap://other";
        world.Device.OnDeadline(world.Network.Now);
        world.Until(() => world["other"].Registers.Any());
        Assert.Equal("DELETE /rd/1", world["s"].Log[^1]);
        world.Run(100);
        Assert.Equal("2.05 21.5", world["other"].Ask(world.DeviceNode, CoapCode.Get, "/3303/0/5700"));
        Assert.StartsWith("4.01", world["s"].Ask(world.DeviceNode, CoapCode.Get, "/3303/0/5700"), StringComparison.Ordinal);
    }

    private static DeviceOptions Options(int lifetime = 86400, int disable = 86400) => new()
    {
        Endpoint = "urn:dev:ops:1-A",
        Server = new("coap://s") { Lifetime = TimeSpan.FromSeconds(lifetime), DisableTimeout = TimeSpan.FromSeconds(disable) },
    };

    private static RegistrationWorld Registered(double loss, DeviceOptions? options = null)
    {
        RegistrationWorld world = new(options ?? Options(), loss, "s");
        world.Device.Objects.Add(new Temperature { SensorValue = 21.5 });
        world.Start();
        world.Until(() => world.Events.Any(static e => e.Contains("registered", StringComparison.Ordinal)));
        return world;
    }
}
