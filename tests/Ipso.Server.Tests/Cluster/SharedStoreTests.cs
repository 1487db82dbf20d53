using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Server.Cluster;
using Ipso.Server.Registration;
using Ipso.Server.Stores;
using Ipso.Testing;

namespace Ipso.Server.Tests.Cluster;

/// <summary>What a server does with what others have in the same store.</summary>
public class SharedStoreTests
{
    private static readonly NodeIdentity s_own = new(1, 10), s_other = new(2, 11);

    [Fact]
    public async Task A_device_that_has_gone_elsewhere_has_not_expired_and_stays_that_ones()
    {
        MemoryRegistrationStore store = new();
        ServerScript script = new(new() { Registrations = store, Node = s_own, LifetimeGrace = TimeSpan.Zero });
        script.Locate("ep=gone&lt=60");
        script.Locate("ep=left&lt=70");
        RegistrationRecord gone = (await store.FindAsync("gone"))!;
        Assert.Equal(s_own, gone.Node);
        long epoch = await store.ClaimAsync(gone with { Node = s_other });
        script.Device.At(100);
        Assert.Equal(["gone Moved", "left Expired"], script.Changes.Where(static c => c.Kind != RegistrationChangeKind.Registered).Select(static c => $"{c.Endpoint} {c.Kind}"));
        Assert.Equal((epoch, s_other), ((await store.FindAsync("gone"))!.Epoch, (await store.FindAsync("gone"))!.Node));
        Assert.Null(await store.FindAsync("left"));
        Assert.Equal((0, 0), (script.Server.DeviceCount, script.Server.KeptCount));
    }

    [Fact]
    public async Task Devices_of_a_server_that_has_ended_expire_by_the_hand_of_another()
    {
        MemoryRegistrationStore store = new();
        ServerScript dead = new(new() { Registrations = store, Node = s_other });
        dead.Locate("ep=lost&lt=60");
        ServerScript script = new(new() { Registrations = store, Node = s_own, LifetimeGrace = TimeSpan.Zero });
        script.Locate("ep=own&lt=60");
        script.Device.At(119);
        Assert.NotNull(await store.FindAsync("lost"));
        Assert.Null(await store.FindAsync("own"));
        script.Device.At(250);
        Assert.Null(await store.FindAsync("lost"));
        Assert.Equal(["own Expired", "lost Expired"], script.Changes.Where(static c => c.Kind != RegistrationChangeKind.Registered).Select(static c => $"{c.Endpoint} {c.Kind}"));
    }

    [Theory]
    [InlineData(CoapMethod.Post, "4.04")]
    [InlineData(CoapMethod.Delete, "4.04")]
    public async Task What_a_device_says_here_that_is_another_servers_changes_nothing_there(CoapMethod method, string expected)
    {
        MemoryRegistrationStore store = new();
        ServerScript script = new(new() { Registrations = store, Node = s_own });
        string location = script.Locate("ep=d");
        await store.ClaimAsync((await store.FindAsync("d"))! with { Node = s_other });
        Assert.StartsWith(expected, script.Ask(new CoapCode((byte)method), location), StringComparison.Ordinal);
        Assert.Equal(RegistrationChangeKind.Moved, script.Changes[^1].Kind);
        Assert.Equal(s_other, (await store.FindAsync("d"))!.Node);
        Assert.Equal(0, script.Server.DeviceCount);

        // It comes back with a Register.
        script.Locate("ep=d");
        Assert.Equal(s_own, (await store.FindAsync("d"))!.Node);
    }

    [Fact]
    public async Task A_server_knows_its_own_devices_and_one_that_is_alone_all()
    {
        MemoryRegistrationStore store = new();
        ServerScript script = new(new() { Registrations = store, Node = s_own });
        script.Locate("ep=own");
        await store.ClaimAsync((await store.FindAsync("own"))! with { Endpoint = "other", Id = new(5), Node = s_other });
        await store.ClaimAsync((await store.FindAsync("own"))! with { Endpoint = "before", Id = new(6), Node = s_own with { Epoch = 9 } });
        List<RegistrationRecord> records = [];
        await foreach (RegistrationRecord record in store.ScanAsync())
        {
            records.Add(record);
        }

        foreach ((NodeIdentity node, string[] known) in ((NodeIdentity, string[])[])[(s_own, ["own"]), (s_other, ["other"]), (default, ["before", "other", "own"])])
        {
            ServerEndpoint server = new(new SeededRandom(1), new() { Registrations = store, Node = node });
            Assert.Equal(0, server.Restore(records, static peer => peer, Instant.FromSeconds(1)));
            Assert.Equal(known, server.Devices.Select(static device => device.Endpoint).Order());
        }
    }
}
