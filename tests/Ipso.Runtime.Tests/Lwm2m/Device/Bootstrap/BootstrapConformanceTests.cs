using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>The bootstrap interface as a Bootstrap-Server sees it (LwM2M TS Core, 6.1), on a network that loses nothing and on one that loses
/// three datagrams of ten.</summary>
[Trait("Category", "Conformance")]
public class BootstrapConformanceTests
{
    public static TheoryData<double> Losses => [0, 0.3];

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_device_without_an_account_asks_is_given_one_and_registers(double loss)
    {
        BootstrapWorld world = new(loss, null, new Temperature { SensorValue = 1 });
        world.Bootstrap();
        world.AwaitRegistration();
        Assert.Equal(
            ["GET /bspack?ep=urn:dev:ops:1-A", "POST /bs?ep=urn:dev:ops:1-A&pct=112"],
            world.Log.Distinct());
        Assert.StartsWith("POST /rd?ep=urn:dev:ops:1-A&lt=300&lwm2m=1.2&b=U", world.World["s"].Log[0], StringComparison.Ordinal);
        Assert.Equal(
            ["bootstrap Started", "bootstrap PackRequested", "bootstrap PackFailed 5.01, next in 0", "bootstrap Requested", "bootstrap Finished"],
            world.Events);
        Assert.Equal(BootstrapState.Idle, world.Device.BootstrapState);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void All_is_deleted_but_the_account_of_the_Bootstrap_Server_and_Device(double loss)
    {
        BootstrapWorld world = new(loss, null, NewDevice(), new Temperature { SensorValue = 1 });
        world.Open();
        world.Provision();
        Assert.Equal("2.02", world.Delete("/"));
        Assert.Equal("2.05 </>;lwm2m=1.2,</0/0>,</1>,</2>,</3/0>", world.Discover("/"));

        // Nobody but the Bootstrap-Server sees that yet.
        Assert.NotNull(world.Device.Objects.Find<Temperature>(0));
        world.Provision();
        Assert.Equal("2.04", world.Finish());
        Assert.NotNull(world.Device.Objects.Find<Device>(0));
        Assert.Null(world.Device.Objects.Find<Temperature>(0));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_server_triggers_a_bootstrap(double loss)
    {
        BootstrapWorld world = new(loss);
        world.Bootstrap();
        world.AwaitRegistration();
        world.World.Run(60);
        int asked = world.Log.Count;
        Assert.StartsWith("2.04", world.World["s"].Ask(world.World.DeviceNode, CoapCode.Post, "/1/0/9"), StringComparison.Ordinal);
        world.World.Until(() => world.Device.BootstrapState == BootstrapState.Open);
        Assert.Equal(["GET /bspack?ep=urn:dev:ops:1-A", "POST /bs?ep=urn:dev:ops:1-A&pct=112"], world.Log.Skip(asked).Distinct());
        Assert.Equal("2.04", world.Finish());
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_device_with_an_account_registers_and_does_not_bootstrap(double loss)
    {
        BootstrapWorld world = new(loss, BootstrapWorld.Options(new("coap://s")));
        world.World.Start();
        world.AwaitRegistration();
        world.World.Run(100_000);
        Assert.Empty(world.Log);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(0.3, null)]
    [InlineData(0, false)]
    public void Where_no_registration_succeeds_it_bootstraps_unless_that_is_not_wanted(double loss, bool? bootstraps)
    {
        BootstrapWorld world = new(loss, BootstrapWorld.Options(new("coap://s") { BootstrapsOnFailure = bootstraps, RetryCount = 2 }));
        world.World["s"].Answer = static _ => CoapCode.Forbidden;
        world.World.Start();
        if (bootstraps == false)
        {
            world.World.Run(3600);
            Assert.Empty(world.Log);
            return;
        }

        world.World.Until(() => world.Device.BootstrapState == BootstrapState.Open);
        Assert.Equal(2, world.World["s"].Registers.Count());
        Assert.Equal("2.04", world.Put("/0/1/0", """[{"bn":"/0/1/0","vs":"coap://t"}]"""));
        Assert.Equal("2.04", world.Finish());
        world.AwaitRegistration("t");
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Accounts_and_rights_are_read_and_nothing_else(double loss)
    {
        BootstrapWorld world = new(loss, null, new Temperature { SensorValue = 1 });
        world.Open();
        Assert.Equal("2.05", world.Read("/1"));
        Assert.StartsWith("4.04", world.Read("/1/0"), StringComparison.Ordinal);
        world.Provision();
        string account = BootstrapWorld.Account(0, 7);
        Assert.Equal("2.05 " + account, world.Read("/1/0"));
        Assert.Equal("2.05 " + account, world.Read("/1"));
        Assert.Equal("2.05", world.Read("/2"));
        foreach (string path in (string[])["/", "/0", "/0/0", "/0/1/0", "/1/0/1", "/3303", "/3303/0", "/3303/0/5700"])
        {
            Assert.StartsWith("4.05", world.Read(path), StringComparison.Ordinal);
        }

        Assert.StartsWith("4.06", world.Command(CoapCode.Get, "/1", accept: ContentFormat.SenMLEtchJson), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void An_end_that_is_inconsistent_is_refused_and_may_be_corrected(double loss)
    {
        BootstrapWorld world = new(loss);
        world.Open();
        Assert.Equal("4.06 there is no server account", world.Finish());
        Assert.Equal("2.04", world.Put("/0/1", BootstrapWorld.Security(1, "coap://s", 7)));
        Assert.Equal("4.06 /0/1 has the Short Server ID 7, which 0 instances of object 1 have", world.Finish());
        Assert.Equal(BootstrapState.Open, world.Device.BootstrapState);
        Assert.Equal("2.04", world.Put("/1/0", BootstrapWorld.Account(0, 7)));
        Assert.Equal("2.04", world.Finish());
        world.AwaitRegistration();
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Discover_shows_what_there_is_and_whose_it_is(double loss)
    {
        BootstrapWorld world = new(loss, null, new Temperature { SensorValue = 1 });
        world.Open();
        Assert.Equal("2.05 </>;lwm2m=1.2,</0/0>,</1>,</2>,</3303>;ver=1.1,</3303/0>", world.Discover("/"));
        world.Provision();
        Assert.Equal(
            "2.05 </>;lwm2m=1.2,</0/0>,</0/1>;ssid=7;uri=\"coap://s\",</1/0>;ssid=7,</2>,</3303>;ver=1.1,</3303/0>",
            world.Discover("/"));
        Assert.Equal("2.05 </>;lwm2m=1.2,</1/0>;ssid=7", world.Discover("/1"));
        Assert.StartsWith("4.04", world.Discover("/3304"), StringComparison.Ordinal);
        Assert.StartsWith("4.00", world.Discover("/1/0"), StringComparison.Ordinal);
        Assert.StartsWith("4.00", world.Command(CoapCode.Get, "/1", accept: ContentFormat.LinkFormat, query: "depth=1"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void What_is_no_command_is_refused(double loss)
    {
        BootstrapWorld world = new(loss, null, NewDevice());
        world.Open();
        world.Provision();
        foreach ((CoapCode method, string path, string code) in new[]
        {
            (CoapCode.Get, "/", "4.05"), (CoapCode.Put, "/", "4.05"), (CoapCode.Post, "/", "4.05"),
            (CoapCode.Post, "/1", "4.05"), (CoapCode.Post, "/1/0", "4.05"), (CoapCode.Post, "/1/0/1", "4.05"), (CoapCode.Fetch, "/", "4.05"),
            (CoapCode.Delete, "/1/0/1", "4.00"), (CoapCode.Delete, "/1/2/3", "4.00"), (CoapCode.Delete, "/3304", "4.00"),
            (CoapCode.Delete, "/3304/0", "4.00"), (CoapCode.Delete, "/0/0", "4.00"), (CoapCode.Delete, "/3/0", "4.00"),
            (CoapCode.Delete, "/x", "4.00"), (CoapCode.Delete, "/1/9", "2.02"), (CoapCode.Delete, "/3", "2.02"),
            (CoapCode.Get, "/1/2/3/4/5", "4.02"), (CoapCode.Put, "/1/2/3/4/5", "4.02"), (CoapCode.Delete, "/1/2/3/4/5", "4.02"),
            (CoapCode.Get, "/bs", "4.05"), (CoapCode.Put, "/bs", "4.05"),
        })
        {
            Assert.StartsWith(code, world.Command(method, path), StringComparison.Ordinal);
        }

        Assert.StartsWith("4.00", world.Put("/3304/0", """[{"n":"/3304/0/5700","v":1}]"""), StringComparison.Ordinal);
        Assert.StartsWith("4.00", world.Put("/1/0/1/0", """[{"n":"/1/0/1/0","v":1}]"""), StringComparison.Ordinal);
        Assert.StartsWith("4.00", world.Put("/1/0", """[{"n":"/1/0/1","vs":"x"}]"""), StringComparison.Ordinal);
        Assert.StartsWith("4.00", world.Put("/1/0", """[{"n":"/1/1/1","v":1}]"""), StringComparison.Ordinal);
        Assert.StartsWith("4.00", world.Put("/1/0/999", """[{"n":"/1/0/999","v":1}]"""), StringComparison.Ordinal);
        Assert.StartsWith("4.15", world.Command(CoapCode.Put, "/1/0", "x", (ContentFormat)999), StringComparison.Ordinal);
        Assert.StartsWith("4.00", world.Command(CoapCode.Put, "/1/0", "x", ContentFormat.PlainText), StringComparison.Ordinal);
        Assert.StartsWith("4.00", world.Command(CoapCode.Put, "/1/0", query: "pmin=1"), StringComparison.Ordinal);
        Assert.StartsWith("4.00", world.Command(CoapCode.Post, "/bs", query: "x"), StringComparison.Ordinal);
        Assert.StartsWith("4.00", world.Command(CoapCode.Post, "/bs", "x", ContentFormat.PlainText), StringComparison.Ordinal);

        // Nothing of all that has changed anything.
        Assert.Equal("2.04", world.Finish());
        world.AwaitRegistration();
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Every_format_is_written_to_instances_and_to_objects_and_resources(double loss)
    {
        foreach (ContentFormat format in Payloads.Structured)
        {
            BootstrapWorld world = new(loss);
            world.Open();
            (ObjectInstance security, ObjectInstance server) = Account();
            Assert.Equal("2.04", Put(world, "/0/1", Write(format, security), format));
            Assert.Equal("2.04", Put(world, "/1", Payloads.Write(Of(server), new(1), format), format));
            Assert.Equal("2.04", world.Command(CoapCode.Put, "/1/0/1", "120", ContentFormat.PlainText));
            Assert.Equal("2.04", world.Finish());
            world.AwaitRegistration();
            Assert.Contains("&lt=120&", world.World["s"].Log[0], StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Rights_that_come_by_bootstrap_are_in_force_afterwards(double loss)
    {
        BootstrapWorld world = new(loss, null, new Temperature { SensorValue = 1 });
        world.Open();
        world.Provision();
        Assert.Equal("2.04", world.Put("/0/2", BootstrapWorld.Security(2, "coap://t", 8)));
        Assert.Equal("2.04", world.Put("/1/1", BootstrapWorld.Account(1, 8)));
        Assert.Equal(
            "2.04",
            world.Put("/2", """[{"bn":"/2/0/","n":"0","v":3303},{"n":"1","v":0},{"n":"2/8","v":1},{"n":"3","v":65535}]"""));
        Assert.Equal("2.04", world.Finish());
        world.AwaitRegistration("s");
        world.AwaitRegistration("t");
        Assert.StartsWith("4.01", world.World["s"].Ask(world.World.DeviceNode, CoapCode.Get, "/3303/0/5700"), StringComparison.Ordinal);
        Assert.Equal("2.05 1", world.World["t"].Ask(world.World.DeviceNode, CoapCode.Get, "/3303/0/5700"));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Without_an_end_all_is_as_it_was_and_the_next_try_comes_later_each_time(double loss)
    {
        BootstrapWorld world = new(loss, null, new Temperature { SensorValue = 1 });
        string before = world.Content;
        world.Open();
        world.Provision();
        double last = world.World.Seconds;
        world.World.Until(() => world.Device.BootstrapState == BootstrapState.Waiting);
        Assert.InRange(world.World.Seconds - last, 247 - 0.001, loss == 0 ? 247.001 : 260);
        Assert.Equal(before, world.Content);
        Assert.Empty(world.World["s"].Log);

        // Nobody says anything: the next waits are longer, and the last of them the longest there is.
        world.World.Until(() => world.Events.Count(static e => e == "bootstrap Failed Unfinished, next in 3600") == 2, days: 2);
        Assert.Equal(
            ["60", "120", "240", "480", "960", "1920", "3600", "3600"],
            world.Events.Where(static e => e.Contains("Unfinished", StringComparison.Ordinal)).Select(static e => e[(e.LastIndexOf(' ') + 1)..]));
        Assert.Equal(before, world.Content);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_pack_is_all_that_is_needed(double loss)
    {
        foreach (ContentFormat format in Composites.Formats)
        {
            BootstrapWorld world = new(loss, null, new Temperature { SensorValue = 1 });
            (ObjectInstance security, ObjectInstance server) = Account();
            byte[] pack = Write(format, security, server);
            world.Server.Content = line => line.StartsWith("GET /bspack", StringComparison.Ordinal) ? (format, pack) : null;
            world.World.Start();
            world.AwaitRegistration();
            Assert.Equal(["GET /bspack?ep=urn:dev:ops:1-A"], world.Log.Distinct());
            Assert.Equal(["bootstrap Started", "bootstrap PackRequested", "bootstrap Finished"], world.Events);
            Assert.NotNull(world.Device.Objects.Find<Temperature>(0));
        }
    }

    private static string Put(BootstrapWorld world, string path, byte[] payload, ContentFormat format) =>
        world.Server.Ask(world.World.DeviceNode, CoapCode.Put, path, payload, format);

    // All of some Object Instances, also what nobody may read.
    private static byte[] Write(ContentFormat format, params ObjectInstance[] instances)
    {
        byte[] buffer = new byte[2048];
        ResourceWriter writer = new(buffer, format);
        foreach (ObjectInstance instance in instances)
        {
            writer.WriteWhole(instance);
        }

        return buffer[..writer.Finish()];
    }

    private static Device NewDevice() => new() { ErrorCode = [0], SupportedBindingAndModes = "U", Reboot = static _ => { } };

    private static ObjectTree Of(ObjectInstance instance)
    {
        ObjectTree tree = new();
        tree.Add(Copy(instance));
        return tree;
    }

    private static ObjectInstance Copy(ObjectInstance server) => InstanceCopy.Of(server, InstanceFactory.Of<Ipso.Lwm2m.Device.LwM2MServer>());

    private static (ObjectInstance Security, ObjectInstance Server) Account()
    {
        ServerOptions options = new("coap://s") { Lifetime = TimeSpan.FromSeconds(300) };
        ObjectTree tree = new();
        ObjectInstance security = options.ToSecurity(7), server = options.ToServer(7);
        tree.Add(1, security);
        tree.Add(0, server);
        return (security, server);
    }
}
