using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>A state is taken as a whole or not at all, whatever is in it, and what was lost opens no door.</summary>
public class StoredStateTests
{
    private const int Mutations = 20_000;
    private const int Crashes = 1000;

    private readonly CrashingStorage _storage = new(new(1));

    [Theory]
    [InlineData("reserved", "/1/65535 has the id that is reserved")]
    [InlineData("twice", "/1/0 is there twice")]
    [InlineData("cut", "a section is cut short")]
    [InlineData("empty", "it has no account of a server")]
    [InlineData("security alone", "it has no account of a server")]
    [InlineData("anybody", "it is that of a device without servers")]
    [InlineData("incomplete", "/0/0/0 is mandatory, and missing")]
    [InlineData("attributes of nobody", "attributes without a server, or a path that has any")]
    [InlineData("attributes of keys", "attributes without a server, or a path that has any")]
    [InlineData("attributes that contradict", "the attributes at /3303/0/5700 are none")]
    [InlineData("attributes at the wrong level", "the attributes at /3303/0 are none")]
    [InlineData("attributes twice", "the attributes of server 1 at /3303 are there twice")]
    [InlineData("a Send to nobody", "a Send that is none")]
    [InlineData("a Send of keys", "a Send that is none")]
    [InlineData("a Send of the future", "a Send that is none")]
    [InlineData("a Send of no number", "a Send that is none")]
    public void A_state_that_makes_no_sense_is_said_and_the_one_before_is_taken(string what, string fault)
    {
        StateSlots slots = new(_storage);
        slots.Save(StoredImages.State(lifetime: 77));
        slots.Save(StoredImages.Nonsense(what));

        DeviceEndpoint device = Start(StoredImages.Options);
        Assert.Equal($"slot 1: {fault}", device.StorageFault);
        Assert.Equal((2, 77), (device.Accounts.All.Length, device.Accounts.All[0].Server.Lifetime));
        Assert.Equal(4, device.Objects.Count);

        // It is the next one to be written.
        Save(device);
        Assert.Null(Start(StoredImages.Options).StorageFault);
    }

    [Fact]
    public void Where_no_slot_makes_sense_the_device_goes_by_its_options()
    {
        StateSlots slots = new(_storage);
        slots.Save(StoredImages.Nonsense("twice"));
        slots.Save(StoredImages.Nonsense("reserved"));
        DeviceEndpoint device = Start(StoredImages.Options);
        Assert.Equal("slot 1: /1/65535 has the id that is reserved; slot 0: /1/0 is there twice", device.StorageFault);
        Assert.Equal((2, 300), (device.Accounts.All.Length, device.Accounts.All[0].Server.Lifetime));
        Assert.Equal(4, device.Objects.Count);
    }

    [Fact]
    public void Whatever_is_stored_nothing_throws_and_what_is_taken_makes_sense()
    {
        byte[] state = StoredImages.State(lifetime: 300).ToArray();
        new StateSlots(_storage).Save(state);
        byte[] image = _storage[0];
        int taken = 0;
        int[] kept = new int[2];
        for (int seed = 0; seed < Mutations; seed++)
        {
            Random random = new(seed);
            CrashingStorage storage = new(random);
            if (random.Next(4) == 0)
            {
                storage[random.Next(2)] = StoredImages.Mutated(image, random);
            }
            else
            {
                // The checksum is right, as after a fault in the program that wrote it.
                new StateSlots(storage).Save(StoredImages.Mutated(state, random));
            }

            Life life = new(storage, makes: false);
            if (!life.IsRestored)
            {
                Assert.True(
                    life.Tree.Count == 0 && (life.Memory.Fault is not null || storage[0].Length + storage[1].Length == 0), $"seed {seed}");
                continue;
            }

            taken++;
            Assert.True(
                life.Accounts.All.Length > 0 || life.Tree.OfObject(0).ToArray().Any(static one => ((LWM2MSecurity)one).BootstrapServer),
                $"seed {seed}");
            foreach (ServerAccount account in life.Accounts.All)
            {
                Assert.InRange(account.ShortServerId, 1, 65534);
                _ = ServerUri.TryParse(account.Security.LWM2MServerURI, out _, out _);
                Assert.NotNull(account.Server.Binding);
            }

            foreach (StoredAttributes attributes in life.Attributes.All)
            {
                kept[0]++;
                Assert.True(attributes.Values.IsConsistent && attributes.Path.Depth > 0, $"seed {seed}");
                Assert.Contains(life.Accounts.All, account => account.ShortServerId == attributes.Server);
            }

            life.Sends.Awake(new(7));
            foreach (SendJob job in life.Sends.All)
            {
                kept[1]++;
                Assert.All(job.Snapshot!, static value => Assert.InRange(value.SecondsAt(null, new(7)), -4e9, 3e11));
            }

            life.Memory.MarkStale();
            Assert.True(life.Memory.TrySave(new(7), out _));
            Life again = new(storage, makes: false);
            Assert.True(again.IsRestored && again.Attributes.Count == life.Attributes.Count, $"seed {seed}: {again.Memory.Fault}");
        }

        Assert.True(kept[0] > taken && kept[1] > taken, $"{kept[0]} and {kept[1]} of {taken}");

        // Values that changed are no fault that could be seen.
        Assert.InRange(taken, 100, Mutations / 2);
    }

    [Fact]
    public void After_a_loss_of_power_the_accounts_are_those_of_before_or_after()
    {
        int[] found = new int[2];
        for (int seed = 0; seed < Crashes; seed++)
        {
            Random random = new(seed);
            CrashingStorage storage = new(random);
            long before = 300, after = 300;
            for (int life = 0; life < 4; life++)
            {
                Life one = new(storage, makes: true);
                LwM2MServer server = one.Accounts.All[0].Server;
                Assert.True(server.Lifetime == before || server.Lifetime == after, $"seed {seed}, life {life}: {server.Lifetime}");
                Assert.True(one.Accounts.All.Length == 2 && one.Tree.Count == 4, $"seed {seed}, life {life}");

                // All of one state, or all of the other.
                long lifetime = server.Lifetime;
                one.Sends.Awake(default);
                Assert.Equal(one.IsRestored ? lifetime : null, one.Attributes.Get(1, StoredImages.Path).MinimumPeriod);
                Assert.Equal(one.IsRestored ? [lifetime] : [], one.Sends.All.Select(static job => (long)job.Snapshot![0].Value.Bits));
                found[life > 0 && server.Lifetime == after ? 1 : 0]++;
                before = after = server.Lifetime;
                storage.WritesLeft = random.Next(0, 5);
                try
                {
                    while (true)
                    {
                        after = server.Lifetime = random.NextInt64(1, long.MaxValue);
                        one.Assign(after);
                        one.Memory.MarkStale();
                        Assert.True(one.Memory.TrySave(default, out _));
                        before = after;
                    }
                }
                catch (PowerLossException)
                {
                    // And the device starts again.
                }
            }
        }

        Assert.True(found[0] > Crashes && found[1] > Crashes / 4, $"{found[0]} and {found[1]}");
    }

    [Fact]
    public void Anybody_manages_a_device_that_was_made_without_servers_and_only_that()
    {
        DeviceOptions none = new() { Endpoint = "d" };
        Assert.True(new DeviceEndpoint(new SeededRandom(1), none).AdmitsAnybody);
        Assert.False(new DeviceEndpoint(new SeededRandom(1), StoredImages.Options).AdmitsAnybody);

        // Also when it starts again, and when power was lost while the first state of all was written.
        Save(Start(none));
        Assert.True(Start(none).AdmitsAnybody);
        _storage[0] = _storage[0][..20];
        Assert.True(Start(none).AdmitsAnybody);
    }

    [Theory]
    [InlineData("rotten")]
    [InlineData("twice")]
    [InlineData("empty")]
    public void Where_accounts_were_lost_nobody_manages_the_device(string what)
    {
        DeviceOptions none = new() { Endpoint = "d" };
        StateSlots slots = new(_storage);
        slots.Save(what == "rotten" ? StoredImages.State(lifetime: 60) : StoredImages.Nonsense(what));
        slots.Save(what == "rotten" ? StoredImages.State(lifetime: 70) : StoredImages.Nonsense(what));
        if (what == "rotten")
        {
            _storage[0][^1] ^= 1;
            _storage[1][^1] ^= 1;
        }

        // It stays so.
        for (int i = 0; i < 3; i++)
        {
            DeviceEndpoint device = Start(none);
            Assert.NotNull(device.StorageFault);
            Assert.False(device.AdmitsAnybody);
            Assert.False(device.Accounts.TryFind(new([1]), out _));
            Save(device);
        }
    }

    [Fact]
    public void Who_had_an_account_once_is_not_for_anybody_and_the_registered_address_goes_before_any_port()
    {
        ServerAccounts accounts = new() { AdmitsAnybody = true, IsSameHost = static (_, _) => true };
        Assert.True(accounts.TryFind(new([9]), out ServerAccount? found));
        Assert.Null(found);
        ServerAccount[] both = [.. AccountSetup.Make(StoredImages.Options, new ObjectTree()).All];
        accounts.Add(new(both[0].Security, both[0].Server) { AsksFromAnyPort = true, Peer = new([1]) });
        accounts.Add(new(both[1].Security, both[1].Server) { Peer = new([2]) });
        Assert.False(accounts.AdmitsAnybody);
        Assert.True(accounts.TryFind(new([2]), out found));
        Assert.Equal(2, found!.ShortServerId);
        Assert.True(accounts.TryFind(new([3]), out found));
        Assert.Equal(1, found!.ShortServerId);
    }

    [Fact]
    public void Who_observed_while_anybody_could_hears_no_more_when_there_is_a_server()
    {
        Ipso.Objects.Temperature temperature = new() { SensorValue = 1 };
        DeviceScript script = new(temperature);
        script.Get("/3303/0/5700", observe: 0);
        Assert.Equal(1, script.Device.ObserverCount);
        script.AddServer(101, new([77]));
        temperature.SensorValue = 2;
        Assert.StartsWith("NOTIFY 01 4.01", Assert.Single(script.Drain()), StringComparison.Ordinal);
        Assert.Equal(0, script.Device.ObserverCount);
    }

    [Fact]
    public void An_instance_that_no_state_has_room_for_is_told_with_its_path_and_tried_again()
    {
        DeviceEndpoint device = Start(StoredImages.Options);
        List<Exception> failures = [];
        device.HandlerFailed = failures.Add;
        device.Objects.Find<LWM2MSecurity>(1)!.SecretKey = new byte[StateWriter.MaxLength];
        Save(device);
        string message = Assert.IsType<StateStorageException>(Assert.Single(failures)).Message;
        Assert.StartsWith("With /0/1 the state of the device would have more than 16777216 bytes: ", message, StringComparison.Ordinal);
        Assert.NotNull(device.NextDeadline);
        Assert.Throws<StateStorageException>(() => new StateWriter().Write(StateSection.Attributes, new byte[StateWriter.MaxLength]));
    }

    // One start of a device and what it has of its own.
    private sealed class Life
    {
        internal Life(IStateStorage storage, bool makes)
        {
            Memory = new(storage, Tree, new(), hasServers: true);
            IsRestored = Memory.TryRestore();
            Accounts = IsRestored ? AccountSetup.Find(StoredImages.Options, Tree) : makes ? AccountSetup.Make(StoredImages.Options, Tree) : new();
            Memory.Bind(Accounts, Attributes, Sends);
        }

        internal ObjectTree Tree { get; } = new();

        internal DeviceMemory Memory { get; }

        internal bool IsRestored { get; }

        internal ServerAccounts Accounts { get; }

        internal AttributeTable Attributes { get; } = new(64);

        internal SendQueue Sends { get; } = new(16, new());

        // Attributes and a Send that tell of a number.
        internal void Assign(long number)
        {
            Assert.True(Attributes.TrySet(1, StoredImages.Path, new() { MinimumPeriod = number }));
            SendJob job = Sends.Make(new());
            job.Snapshot = [StoredImages.Value(number)];
            _ = Sends.TryTake(Sends.LineOf(1), out _);
            Sends.Wait(Sends.LineOf(1), job);
        }
    }

    private static void Save(DeviceEndpoint device)
    {
        device.Remember();
        _ = device.TryTransmit(new byte[2048], default, out Transmit _);
    }

    private DeviceEndpoint Start(DeviceOptions options) => new(new SeededRandom(1), options with { Storage = _storage });
}
