using System.Buffers.Binary;
using Ipso.Coap.Engine;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>A state is taken as a whole or not at all, whatever is in it, and what was lost opens no door.</summary>
public class StoredStateTests
{
    private const int Mutations = 20_000;
    private const int Crashes = 1000;

    private static readonly DeviceOptions s_options = new()
    {
        Endpoint = "d",
        Servers = [new("coap://192.0.2.1") { Lifetime = TimeSpan.FromMinutes(5) }, new("coap://192.0.2.2")],
    };

    private readonly CrashingStorage _storage = new(new(1));

    [Theory]
    [InlineData("reserved", "/1/65535 has the id that is reserved")]
    [InlineData("twice", "/1/0 is there twice")]
    [InlineData("cut", "a section is cut short")]
    [InlineData("empty", "it has no account of a server")]
    [InlineData("security alone", "it has no account of a server")]
    [InlineData("anybody", "it is that of a device without servers")]
    [InlineData("incomplete", "/0/0/0 is mandatory, and missing")]
    public void A_state_that_makes_no_sense_is_said_and_the_one_before_is_taken(string what, string fault)
    {
        StateSlots slots = new(_storage);
        slots.Save(State(lifetime: 77));
        slots.Save(Nonsense(what));

        DeviceEndpoint device = Start(s_options);
        Assert.Equal($"slot 1: {fault}", device.StorageFault);
        Assert.Equal((2, 77), (device.Accounts.All.Count, device.Accounts.All[0].Server.Lifetime));
        Assert.Equal(4, device.Objects.Count);

        // It is the next one to be written.
        Save(device);
        Assert.Null(Start(s_options).StorageFault);
    }

    [Fact]
    public void Where_no_slot_makes_sense_the_device_goes_by_its_options()
    {
        StateSlots slots = new(_storage);
        slots.Save(Nonsense("twice"));
        slots.Save(Nonsense("reserved"));
        DeviceEndpoint device = Start(s_options);
        Assert.Equal("slot 1: /1/65535 has the id that is reserved; slot 0: /1/0 is there twice", device.StorageFault);
        Assert.Equal((2, 300), (device.Accounts.All.Count, device.Accounts.All[0].Server.Lifetime));
        Assert.Equal(4, device.Objects.Count);
    }

    [Fact]
    public void Whatever_is_stored_nothing_throws_and_what_is_taken_makes_sense()
    {
        byte[] state = State(lifetime: 300).ToArray();
        new StateSlots(_storage).Save(state);
        byte[] image = _storage[0];
        int taken = 0;
        for (int seed = 0; seed < Mutations; seed++)
        {
            Random random = new(seed);
            CrashingStorage storage = new(random);
            if (random.Next(4) == 0)
            {
                storage[random.Next(2)] = Mutated(image, random);
            }
            else
            {
                // The checksum is right, as after a fault in the program that wrote it.
                new StateSlots(storage).Save(Mutated(state, random));
            }

            ObjectTree tree = new();
            DeviceMemory memory = new(storage, tree, hasServers: true);
            if (!memory.TryRestore())
            {
                Assert.True(tree.Count == 0 && (memory.Fault is not null || storage[0].Length + storage[1].Length == 0), $"seed {seed}");
                continue;
            }

            taken++;
            ServerAccounts accounts = AccountSetup.Find(s_options, tree);
            Assert.True(accounts.All.Count > 0 || tree.OfObject(0).ToArray().Any(static one => ((LWM2MSecurity)one).BootstrapServer), $"seed {seed}");
            foreach (ServerAccount account in accounts.All)
            {
                Assert.InRange(account.ShortServerId, 1, 65534);
                _ = ServerUri.TryParse(account.Security.LWM2MServerURI, out _, out _);
                Assert.NotNull(account.Server.Binding);
            }

            memory.MarkStale();
            Assert.True(memory.TrySave(accounts, default, out _));
            Assert.True(new DeviceMemory(storage, new ObjectTree(), hasServers: true).TryRestore());
        }

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
                ObjectTree tree = new();
                DeviceMemory memory = new(storage, tree, hasServers: true);
                ServerAccounts accounts = memory.TryRestore() ? AccountSetup.Find(s_options, tree) : AccountSetup.Make(s_options, tree);
                LwM2MServer server = accounts.All[0].Server;
                Assert.True(server.Lifetime == before || server.Lifetime == after, $"seed {seed}, life {life}: {server.Lifetime}");
                Assert.True(accounts.All.Count == 2 && tree.Count == 4, $"seed {seed}, life {life}");
                found[life > 0 && server.Lifetime == after ? 1 : 0]++;
                before = after = server.Lifetime;
                storage.WritesLeft = random.Next(0, 5);
                try
                {
                    while (true)
                    {
                        after = server.Lifetime = random.NextInt64(1, long.MaxValue);
                        memory.MarkStale();
                        Assert.True(memory.TrySave(accounts, default, out _));
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
        Assert.False(new DeviceEndpoint(new SeededRandom(1), s_options).AdmitsAnybody);

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
        slots.Save(what == "rotten" ? State(lifetime: 60) : Nonsense(what));
        slots.Save(what == "rotten" ? State(lifetime: 70) : Nonsense(what));
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
        ServerAccount[] both = [.. AccountSetup.Make(s_options, new ObjectTree()).All];
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
        DeviceEndpoint device = Start(s_options);
        List<Exception> failures = [];
        device.HandlerFailed = failures.Add;
        device.Objects.Find<LWM2MSecurity>(1)!.SecretKey = new byte[StateWriter.MaxLength];
        Save(device);
        string message = Assert.IsType<StateStorageException>(Assert.Single(failures)).Message;
        Assert.StartsWith("With /0/1 the state of the device would have more than 16777216 bytes: ", message, StringComparison.Ordinal);
        Assert.NotNull(device.NextDeadline);
        Assert.Throws<StateStorageException>(() => new StateWriter().Write(StateSection.Attributes, new byte[StateWriter.MaxLength]));
    }

    private static ReadOnlySpan<byte> State(long lifetime)
    {
        ObjectTree tree = new();
        ServerAccounts accounts = AccountSetup.Make(s_options, tree);
        accounts.All[0].Server.Lifetime = lifetime;
        StateWriter writer = new();
        foreach (ObjectInstance instance in tree)
        {
            writer.Write(instance);
        }

        return writer.Written;
    }

    private static byte[] Nonsense(string what)
    {
        ObjectTree tree = new();
        ServerAccount account = AccountSetup.Make(s_options, tree).All[0];
        StateWriter writer = new();
        switch (what)
        {
            case "anybody":
                writer.Write(StateSection.Anybody, []);
                break;
            case "empty":
                break;
            case "incomplete":
                ObjectTree blank = new();
                LWM2MSecurity nothing = (LWM2MSecurity)InstanceFactory.Of<LWM2MSecurity>().Create();
                nothing.ShortServerID = 1;
                blank.Add(nothing);
                writer.Write(nothing);
                writer.Write(account.Server);
                break;
            default:
                writer.Write(account.Security);
                break;
        }

        if (what is "reserved" or "twice" or "cut")
        {
            writer.Write(account.Server);
        }

        if (what == "twice")
        {
            writer.Write(account.Server);
        }

        byte[] state = writer.Written.ToArray();
        if (what == "reserved")
        {
            // The second section's Object Instance id.
            int second = StateWriter.HeaderLength + BinaryPrimitives.ReadInt32BigEndian(state.AsSpan(2));
            BinaryPrimitives.WriteUInt16BigEndian(state.AsSpan(second + StateWriter.HeaderLength + 2), Lwm2mPath.MaxId);
        }

        return what == "cut" ? state[..^3] : state;
    }

    private static byte[] Mutated(byte[] bytes, Random random)
    {
        List<byte> mutated = [.. bytes];
        for (int left = random.Next(1, 5); left > 0 && mutated.Count > 0; left--)
        {
            int at = random.Next(mutated.Count), length = Math.Min(random.Next(1, 40), mutated.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    mutated[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    // 65535 is an id that nothing has.
                    mutated[at] = mutated[Math.Min(at + 1, mutated.Count - 1)] = 0xFF;
                    break;
                case 2:
                    mutated.RemoveRange(at, length);
                    break;
                case 3:
                    mutated.InsertRange(random.Next(mutated.Count), mutated.GetRange(at, length));
                    break;
                case 4:
                    mutated.RemoveRange(at, mutated.Count - at);
                    break;
                default:
                    mutated.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. mutated];
    }

    private static void Save(DeviceEndpoint device)
    {
        device.Remember();
        _ = device.TryTransmit(new byte[2048], default, out Transmit _);
    }

    private DeviceEndpoint Start(DeviceOptions options) => new(new SeededRandom(1), options with { Storage = _storage });
}
