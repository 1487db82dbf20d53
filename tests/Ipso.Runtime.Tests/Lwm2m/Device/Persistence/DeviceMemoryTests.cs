using Ipso.Coap.Engine;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Objects;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>What a server has changed is there when the device starts again, and what was lost is said.</summary>
public class DeviceMemoryTests
{
    private static readonly DeviceOptions s_options = new()
    {
        Endpoint = "d",
        Servers =
        [
            new("coap://192.0.2.1") { ShortServerId = 1, Lifetime = TimeSpan.FromMinutes(5), AsksFromAnyPort = true },
            new("coap://192.0.2.2") { ShortServerId = 2 },
        ],
    };

    private readonly PlainStorage _storage = new();
    private readonly List<Exception> _failures = [];

    [Fact]
    public void What_a_server_has_written_is_there_when_the_device_starts_again()
    {
        DeviceEndpoint device = Start();
        Server(device, 1).Server.Lifetime = 60;
        Write(device);

        DeviceEndpoint again = Start();
        ServerAccount account = Server(again, 1);
        Assert.Equal((60, "coap://192.0.2.1", true), (account.Server.Lifetime, account.Security.LWM2MServerURI, account.AsksFromAnyPort));
        Assert.Equal(2, again.Accounts.All.Length);
        Assert.Null(again.StorageFault);
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void What_was_answered_has_been_stored(double loss)
    {
        DeviceNetwork? network = null;
        network = new(loss, 1, random =>
        {
            DeviceEndpoint device = new(random, new DeviceOptions { Endpoint = "d", Storage = _storage });
            if (network is null)
            {
                return device;
            }

            // A device that starts again has its accounts; where the servers are it finds out.
            Server(device, 1).Peer = network.Server.Node.Peer;
            return device;
        });
        network.AddAccounts();
        Assert.Equal("2.04", network.Server.Put("/1/0/1", "60"));
        network.Node.Restart();
        Assert.Equal("2.05 0 60", network.Server.Get("/1/0/1"));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Attributes_are_there_when_the_device_starts_again_and_notifications_go_by_them(double loss)
    {
        DeviceNetwork network = Network(loss, new ReportingOptions(), out Func<Temperature> temperature);
        NetworkServer server = network.Server;
        Assert.Equal("2.04", server.Put("/3303/0/5700", "", format: null, query: "gt=30"));
        Assert.Equal("2.04", server.Put("/3303", "", format: null, query: "pmin=2&con=1"));
        Assert.Equal("2.04", server.Put("/3303/0", "", format: null, query: "pmax=500"));
        Assert.Equal("2.04", server.Put("/3303/0", "", format: null, query: "pmax"));
        string before = server.Discover("/3303");
        network.Node.Restart();
        Assert.Equal(before, server.Discover("/3303"));
        Assert.Contains("gt=30", before, StringComparison.Ordinal);
        Assert.DoesNotContain("pmax", before, StringComparison.Ordinal);

        Assert.Equal("2.05 0 1", server.Observe("/3303/0/5700", out _));
        temperature().SensorValue = 29;
        network.Network.Run(TimeSpan.FromSeconds(60));
        Assert.Empty(server.Notifications);
        temperature().SensorValue = 31;
        network.Await(() => server.Notifications.Count == 1, "no notification");
        Assert.Equal(["2.05 0 31"], server.Notifications);
    }

    [Fact]
    public void Attributes_of_a_server_that_has_no_account_are_void()
    {
        DeviceEndpoint device = Start();
        Assert.True(device.Reporter.Attributes.TrySet(1, new(3303), new() { MinimumPeriod = 1 }));
        Assert.True(device.Reporter.Attributes.TrySet(2, new(3303), new() { MinimumPeriod = 2 }));
        Assert.True(device.Reporter.Attributes.TrySet(3, new(3303), new() { MinimumPeriod = 3 }));
        Drive(device);
        Assert.Equal([1, 2], Start().Reporter.Attributes.All.Select(static one => (int)one.Server).Order());

        device.OnAccountRemoved(2);
        Drive(device);
        Assert.Equal([1], Start().Reporter.Attributes.All.Select(static one => (int)one.Server));
    }

    [Fact]
    public void Attributes_of_what_has_not_come_back_take_no_room_and_are_not_those_of_what_comes_in_its_place()
    {
        DeviceNetwork network = Network(0, new ReportingOptions { AssignedPaths = 2 }, out _);
        NetworkServer server = network.Server;
        Assert.Equal("2.01", server.Post("/3311", """[{"n":"/3311/0/5850","vb":true}]""", Ipso.Coap.ContentFormat.SenMLJson));
        Assert.Equal("2.04", server.Put("/3311/0/5850", "", format: null, query: "edge=1"));
        Assert.Equal("2.04", server.Put("/3311/0", "", format: null, query: "pmin=10"));
        Assert.Equal("5.00", server.Put("/3303/0", "", format: null, query: "pmin=10")[..4]);

        // What a server has created is not remembered.
        network.Node.Restart();
        Assert.Equal("4.04", server.Discover("/3311/0")[..4]);
        Assert.Equal("2.01", server.Post("/3311", """[{"n":"/3311/0/5850","vb":true}]""", Ipso.Coap.ContentFormat.SenMLJson));
        Assert.DoesNotContain("edge", server.Discover("/3311/0"), StringComparison.Ordinal);
        Assert.Equal("2.04", server.Put("/3311/0/5850", "", format: null, query: "edge=1"));
        Assert.Equal("2.04", server.Put("/3311/0", "", format: null, query: "pmin=10"));
        network.Node.Restart();
        Assert.Equal("2.04", server.Put("/3303/0", "", format: null, query: "pmin=10"));
        Assert.Contains("pmin=10", server.Discover("/3303/0"), StringComparison.Ordinal);
    }

    [Fact]
    public void Sections_of_a_newer_version_are_passed_over()
    {
        StateWriter writer = new();
        DeviceEndpoint device = Start();
        foreach (Ipso.Lwm2m.Model.ObjectInstance instance in device.Objects)
        {
            writer.Write((StateSection)999, [1, 2, 3]);
            writer.Write(instance);
        }

        new StateSlots(_storage).Save(writer.Written);
        DeviceEndpoint again = Start();
        Assert.Null(again.StorageFault);
        Assert.Equal(2, again.Accounts.All.Length);
    }

    [Fact]
    public void Rights_are_there_when_the_device_starts_again()
    {
        DeviceEndpoint device = Start();
        device.Access.Grant(new Lwm2mPath(3303, 0), 2, AccessRights.Read);
        device.Access.SetOwner(new Lwm2mPath(3303, 0), 1);
        Drive(device);

        DeviceEndpoint again = Start();
        Assert.True(again.Access.IsInForce);
        Assert.Equal(AccessRights.Read, again.Access.RightsOf(2, new Lwm2mPath(3303, 0)));
        Assert.True((again.Access.RightsOf(1, new Lwm2mPath(3303, 0)) & AccessRights.Delete) != 0);
    }

    [Fact]
    public void What_is_stored_counts_and_not_what_the_program_says()
    {
        Drive(Start());
        DeviceEndpoint again = Start(s_options with { Servers = [new("coap://192.0.2.9")] });
        Assert.Equal("coap://192.0.2.2", Server(again, 2).Security.LWM2MServerURI);
    }

    [Fact]
    public void It_is_stored_before_the_answer_goes_out_and_reads_store_nothing()
    {
        DeviceEndpoint device = Start();
        Drive(device);
        int writes = _storage.Writes;
        for (int i = 0; i < 3; i++)
        {
            device.Objects.Add(new Temperature { SensorValue = i });
            Drive(device);
        }

        Assert.Equal(writes, _storage.Writes);
        Write(device);
        Assert.Equal(writes + 1, _storage.Writes);
    }

    [Fact]
    public void A_damaged_slot_is_said_and_the_state_before_is_taken()
    {
        DeviceEndpoint device = Start();
        Drive(device);
        Server(device, 1).Server.Lifetime = 60;
        Write(device);
        _storage[1][^1] ^= 0xFF;

        DeviceEndpoint again = Start();
        Assert.Equal("slot 1: the checksum is wrong", again.StorageFault);
        Assert.Equal(300, Server(again, 1).Server.Lifetime);
    }

    [Fact]
    public void With_nothing_that_can_be_read_the_device_goes_by_its_options()
    {
        _storage[0] = [1, 2, 3];
        DeviceEndpoint device = Start();
        Assert.Equal("slot 0: 3 bytes are not even a header", device.StorageFault);
        Assert.Equal(2, device.Accounts.All.Length);
    }

    [Fact]
    public void What_cannot_be_stored_is_told_and_tried_again()
    {
        DeviceEndpoint device = Start();
        _storage.IsFull = true;
        Drive(device);
        Assert.IsType<StateStorageException>(Assert.Single(_failures));
        Instant retry = Assert.NotNull(device.NextDeadline);
        _storage.IsFull = false;
        Drive(device, retry);
        Assert.Single(_failures);
        Assert.Equal(1, _storage.Writes);
    }

    // A device that remembers, with an object of its own and one that servers may create.
    private DeviceNetwork Network(double loss, ReportingOptions reporting, out Func<Temperature> temperature)
    {
        DeviceNetwork? network = null;
        Temperature current = null!;
        network = new(loss, 1, random =>
        {
            DeviceEndpoint device = new(random, new DeviceOptions { Endpoint = "d", Storage = _storage, Reporting = reporting });
            device.Objects.Add(current = new() { SensorValue = 1 });
            device.Objects.Allow<LightControl>();
            if (network is not null)
            {
                Server(device, 1).Peer = network.Server.Node.Peer;
            }

            return device;
        });
        network.AddAccounts();
        temperature = () => current;
        return network;
    }

    private static ServerAccount Server(DeviceEndpoint device, ushort id) =>
        device.Accounts.All.Single(account => account.ShortServerId == id);

    // As a Write of a server ends.
    private static void Write(DeviceEndpoint device)
    {
        device.Remember();
        Drive(device);
    }

    private static void Drive(DeviceEndpoint device, Instant now = default)
    {
        byte[] buffer = new byte[2048];
        while (device.TryTransmit(buffer, now, out _))
        {
        }
    }

    private DeviceEndpoint Start(DeviceOptions? options = null) =>
        new(new SeededRandom(1), (options ?? s_options) with { Storage = _storage }) { HandlerFailed = _failures.Add };

    private sealed class PlainStorage : IStateStorage
    {
        private readonly byte[][] _slots = [[], []];

        internal ref byte[] this[int slot] => ref _slots[slot];

        internal bool IsFull { get; set; }

        internal int Writes { get; private set; }

        public ReadOnlyMemory<byte> Read(int slot) => _slots[slot].ToArray();

        public void Write(int slot, ReadOnlySpan<byte> content)
        {
            if (IsFull)
            {
                throw new StateStorageException("no room");
            }

            _slots[slot] = content.ToArray();
            Writes++;
        }
    }
}
