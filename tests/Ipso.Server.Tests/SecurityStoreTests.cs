using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Lwm2m.Device;
using Ipso.Net.Security;
using Ipso.Objects;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Security;
using Ipso.Server.Stores;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>Keys that are in a store come when their devices do, and no number is used twice under them.</summary>
[Trait("Category", "Security")]
public sealed class SecurityStoreTests : IDisposable
{
    private readonly OscoreProtection _protection = new(300) { RequiresProtection = true };
    private readonly Counting _store = new();
    private readonly List<OscoreAccounts> _accounts = [];
    private readonly List<Exception> _faults = [];

    public static TheoryData<double> Losses => ServerWorld.Losses;

    public void Dispose()
    {
        _protection.Dispose();
        _accounts.ForEach(static accounts => accounts.Dispose());
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task A_device_is_known_by_its_stored_keys_also_to_the_next_server_and_no_number_serves_twice(double loss)
    {
        await _store.PutOscoreAsync(Record("d"));
        ServerWorld world = Start(loss);
        HashSet<string> sent = [];
        int repeated = 0;
        world.Network.Sent = entry =>
        {
            // What is sent again is the same to the last byte.
            if (entry.From == world.Node && NumberOf(entry.Datagram.Span) is { } number && !sent.Add($"{number} {Convert.ToHexString(entry.Datagram.Span)}"))
            {
                repeated++;
            }
        };
        AddDevice(world, "d");
        for (int round = 0; round < 3; round++)
        {
            RegisteredDevice device = world.Await("d");
            Assert.Equal(new PeerIdentity(PeerIdentityKind.Oscore, "\0d"u8), device.Registration.Identity);
            for (int i = 0; i < 5; i++)
            {
                Assert.StartsWith("2.05", world.Ask(device, DeviceRequest.Read(new(3303, 0, 5700)).In(ContentFormat.PlainText)), StringComparison.Ordinal);
            }

            Assert.Equal(1, _protection.Count);

            // The process is killed, and all that it knows but what it has stored.
            _protection.Dispose();
            world.Node.Restart();
        }

        Assert.Equal(sent.Count, sent.Select(static one => one.Split(' ')[0]).Distinct().Count());
        Assert.Contains(sent, static one => ulong.Parse(one.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) >= 2000);
        Assert.True(loss > 0 || repeated == 0);
        Assert.Empty(_faults);
    }

    [Fact]
    public void Who_is_in_no_store_is_refused_and_not_looked_for_again_and_again()
    {
        ServerWorld world = Start(0);
        CoapEndpoint client = Client(world, "nobody", out Func<string> ask);
        Assert.Equal("4.01", ask());
        Assert.Equal("4.01", ask());
        Assert.Equal((1, 0), (_store.Finds, _protection.Count));
        Assert.NotNull(client);
    }

    // Anybody may name any kid.
    [Fact]
    public async Task Names_without_end_take_no_more_than_there_is_room_for_and_whoever_is_known_goes_on()
    {
        await _store.PutOscoreAsync(Record("d"));
        ServerWorld world = Start(0);
        Client(world, "d", out Func<string> ask);
        Assert.Equal("4.04", ask());
        _store.Hangs = true;
        world.Network.Add("stranger", _ => new Flood(world.Node.Peer, 2000));
        world.Network.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(OscoreContexts.MaxSeeking, _store.Finds - 1);
        Assert.Equal(OscoreContexts.MaxSeeking, world.Server.KeptCount);
        Assert.Equal("4.04", ask());
    }

    [Fact]
    public async Task Keys_that_cannot_be_used_or_have_no_room_are_told()
    {
        ServerWorld world = Start(0);
        await _store.PutOscoreAsync(Record("bad") with { SenderId = "bad"u8.ToArray() });
        Client(world, "bad", out Func<string> ask);
        Assert.Equal("4.01", ask());
        Assert.Contains("Sender ID and Recipient ID are equal", Assert.Single(_faults).Message, StringComparison.Ordinal);
        for (int i = 0; i < 300; i++)
        {
            Assert.True(_protection.TryAdd(new SecurityContext(new SecurityContextKeys
            {
                MasterSecret = "x"u8, SenderId = "s"u8, RecipientId = Encoding.UTF8.GetBytes($"{i}"),
            })));
        }

        await _store.PutOscoreAsync(Record("d"));
        Client(world, "d", out ask);
        Assert.Equal("4.01", ask());
        Assert.Contains("no room", _faults[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_that_was_removed_is_forgotten_and_one_with_other_keys_is_fetched()
    {
        await _store.PutOscoreAsync(Record("d"));
        ServerWorld world = Start(0);
        Client(world, "d", out Func<string> ask);
        Assert.Equal("4.04", ask());
        await _store.RemoveOscoreAsync("d"u8.ToArray(), default);
        Assert.True(world.Server.ForgetContext("d"u8, default));
        Assert.False(world.Server.ForgetContext("d"u8, default));
        Assert.Equal("4.01", ask());
        await _store.PutOscoreAsync(Record("d"));
        Assert.False(world.Server.ForgetContext("d"u8, default));
        Assert.Equal("4.04", ask());
    }

    [Fact]
    public void The_next_numbers_are_taken_while_half_are_left_and_without_any_nothing_is_sent()
    {
        int reservations = 0;
        ReservedNumbers numbers = new(Record("d"), 3000, _ => reservations++);
        for (ulong next = 3001; next <= 3500; next++)
        {
            Assert.True(numbers.TryStore(next));
        }

        Assert.Equal(0, reservations);
        for (ulong next = 3501; next <= 4000; next++)
        {
            Assert.True(numbers.TryStore(next));
        }

        Assert.False(numbers.TryStore(4001));
        Assert.Equal(1, reservations);

        // The store could not; it is asked again, and then could.
        numbers.Take(null);
        Assert.False(numbers.TryStore(4001));
        Assert.Equal(2, reservations);
        numbers.Take(4000);
        Assert.True(numbers.TryStore(4001));
        Assert.False(numbers.TryStore(5001));
        Assert.Equal(3, reservations);

        // Somebody else was given some: what this server has left is all that it may use, and it is not.
        numbers.Take(6000);
        Assert.True(numbers.IsLost);
        Assert.False(numbers.TryStore(4002));
        Assert.Equal(3, reservations);
    }

    [Fact]
    public async Task A_context_that_another_server_uses_is_given_up()
    {
        await _store.PutOscoreAsync(Record("d"));
        ServerWorld world = Start(0);
        AddDevice(world, "d");
        RegisteredDevice device = world.Await("d");
        await _store.ReserveSequenceAsync("d"u8.ToArray(), default, 1000);
        List<string> answers = [];
        while (answers.Count < 600 && _protection.Count > 0)
        {
            answers.Add(world.Ask(device, DeviceRequest.Read(new(3303, 0, 5700)).In(ContentFormat.PlainText)));
        }

        // The answer to the last one cannot be read any more.
        Assert.Equal(("Unknown", "2.05 21.5", 0), (answers[^1], Assert.Single(answers[..^1].Distinct()), _protection.Count));

        // When the device is heard of here, it is fetched again, and its numbers are new ones.
        ulong? first = null;
        world.Network.Sent = entry => first ??= entry.From == world.Node ? NumberOf(entry.Datagram.Span) : null;
        world.Until(() => _protection.Count > 0, "an Update");
        world.Network.Run(TimeSpan.FromMinutes(1));
        Assert.StartsWith("2.05", world.Ask(world.Await("d"), DeviceRequest.Read(new(3303, 0, 5700)).In(ContentFormat.PlainText)), StringComparison.Ordinal);
        Assert.InRange(first!.Value, 3000UL, 3999UL);
    }

    [Fact]
    public async Task Pre_shared_keys_are_fetched_for_the_next_handshake_and_forgotten()
    {
        await _store.PutPskAsync(new("d"u8.ToArray(), new byte[] { 1, 2, 3 }));
        await _store.PutPskAsync(new("e"u8.ToArray(), new byte[] { 4 }));
        await _store.PutPskAsync(new("long"u8.ToArray(), new byte[65]));
        using StoredPreSharedKeys keys = new(_store, maxKeys: 1);
        PreSharedKeyLookup lookup = keys.Find;
        byte[] key = new byte[64];
        Assert.Equal(0, lookup("d"u8, key));
        Assert.True(SpinWait.SpinUntil(() => keys.FetchingCount == 0, TimeSpan.FromSeconds(30)));
        Assert.Equal(3, keys.Find("d"u8, key));
        Assert.Equal([1, 2, 3], key[..3]);
        Assert.False(await keys.FetchAsync("e"u8.ToArray()));
        Assert.True(keys.Forget("d"u8));
        Assert.False(await keys.FetchAsync("long"u8.ToArray()));
        Assert.False(await keys.FetchAsync("f"u8.ToArray()));
        Assert.True(await keys.FetchAsync("e"u8.ToArray()));
        Assert.Equal(1, keys.Find("e"u8, key));

        // Identities without end are not looked for all at once.
        _store.Hangs = true;
        int before = _store.Finds;
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(0, keys.Find(Encoding.UTF8.GetBytes($"x{i}"), key));
        }

        Assert.True(SpinWait.SpinUntil(() => _store.Finds - before == 64, TimeSpan.FromSeconds(30)));
        Assert.Equal(64, keys.FetchingCount);
    }

    private ServerWorld Start(double loss)
    {
        ServerEndpointOptions options = new();
        ServerWorld world = new(loss, seed: 3, options with { Coap = options.Coap with { Protection = _protection }, Security = _store });
        world.Server.HandlerFailed = _faults.Add;
        return world;
    }

    private static OscoreRecord Record(string endpoint) => new(Encoding.UTF8.GetBytes(endpoint), default, "s"u8.ToArray(), Secret(endpoint), default);

    private static byte[] Secret(string endpoint) => Encoding.UTF8.GetBytes($"the secret of {endpoint}");

    // The Partial IV of a request; a response goes under that of its request, or one of its own.
    private static ulong? NumberOf(ReadOnlySpan<byte> datagram)
    {
        if (!CoapMessage.TryParse(datagram, out CoapMessage message, out _)
            || !message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> option) || option.IsEmpty || (option[0] & 7) == 0)
        {
            return null;
        }

        ulong number = 0;
        foreach (byte one in option.Slice(1, option[0] & 7))
        {
            number = (number << 8) | one;
        }

        return number;
    }

    private void AddDevice(ServerWorld world, string endpoint)
    {
        Slots storage = new();
        world.Network.Add(endpoint, random =>
        {
            OscoreAccounts accounts = new();
            _accounts.Add(accounts);
            DeviceEndpoint device = new(random, new()
            {
                Endpoint = endpoint,
                RetrySpread = 0,
                Protection = accounts,
                Storage = storage,
                Server = new("coap://server")
                {
                    Lifetime = TimeSpan.FromMinutes(5),
                    Oscore = new() { MasterSecret = Secret(endpoint), SenderId = Encoding.UTF8.GetBytes(endpoint), RecipientId = "s"u8.ToArray() },
                },
            });
            device.HostRequested = (host, now) => device.OnResolved(host, world.Node.Peer, null, now);
            device.Objects.Add(new Temperature { SensorValue = 21.5 });
            device.StartRegistering(world.Network.Now);
            return device;
        });
    }

    // A client that asks for a registration that there is none of.
    private static CoapEndpoint Client(ServerWorld world, string endpoint, out Func<string> ask)
    {
        CoapEndpoint client = new(new()
        {
            Protection = new OscoreProtection(new SecurityContext(new SecurityContextKeys
            {
                MasterSecret = Secret(endpoint), SenderId = Encoding.UTF8.GetBytes(endpoint), RecipientId = "s"u8,
            })),
        }, new SeededRandom(7));
        VirtualNode<CoapEndpoint> node = world.Network.Add(endpoint, _ => client);
        ask = () =>
        {
            string answer = "";
            node.AfterStep = () =>
            {
                while (client.TryTakeEvent(out CoapEvent e))
                {
                    answer = e.HasMessage ? $"{e.Message.Code.Class}.{e.Message.Code.Detail:00}" : e.Kind.ToString();
                }
            };
            client.Request(world.Node.Peer, new CoapRequestHead { Method = CoapCode.Delete, Path = "/rd/0123456789abcdef" });
            world.Until(() => answer.Length > 0, "an answer");
            return answer;
        };
        return client;
    }

    // Requests under kids that nobody has.
    private sealed class Flood(PeerId server, int count) : IDatagramProtocol
    {
        private int _sent;

        public Instant? NextDeadline => null;

        public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
        {
        }

        public void ReceiveMulticast(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
        {
        }

        public void PeerFailed(in PeerId peer, PeerFailure failure, Instant now)
        {
        }

        public void OnDeadline(Instant now)
        {
        }

        public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
        {
            transmit = default;
            if (_sent == count)
            {
                return false;
            }

            CoapMessageWriter writer = new(buffer, CoapType.NonConfirmable, CoapCode.Post, (ushort)_sent, default);
            writer.Option(CoapOptionNumber.Oscore, [0x09, 0, .. Encoding.UTF8.GetBytes($"k{_sent++}")]);
            writer.Payload("0123456789"u8);
            transmit = new(server, writer.Finish());
            return true;
        }
    }

    private sealed class Counting : ISecurityStore
    {
        private readonly MemorySecurityStore _store = new();
        private int _finds;

        internal int Finds => Volatile.Read(ref _finds);

        internal bool Hangs { get; set; }

        public ValueTask PutPskAsync(PskRecord record, CancellationToken cancellationToken = default) => _store.PutPskAsync(record, cancellationToken);

        public ValueTask<PskRecord?> FindPskAsync(ReadOnlyMemory<byte> identity, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _finds);
            return Hangs ? new(new TaskCompletionSource<PskRecord?>().Task) : _store.FindPskAsync(identity, cancellationToken);
        }

        public ValueTask<bool> RemovePskAsync(ReadOnlyMemory<byte> identity, CancellationToken cancellationToken = default) =>
            _store.RemovePskAsync(identity, cancellationToken);

        public ValueTask PutOscoreAsync(OscoreRecord record, CancellationToken cancellationToken = default) => _store.PutOscoreAsync(record, cancellationToken);

        public ValueTask<IReadOnlyList<OscoreRecord>> FindOscoreAsync(
            ReadOnlyMemory<byte> kid, ReadOnlyMemory<byte> kidContext, int max, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _finds);
            return Hangs
                ? new(new TaskCompletionSource<IReadOnlyList<OscoreRecord>>().Task)
                : _store.FindOscoreAsync(kid, kidContext, max, cancellationToken);
        }

        public ValueTask<bool> RemoveOscoreAsync(
            ReadOnlyMemory<byte> kid, ReadOnlyMemory<byte> idContext, CancellationToken cancellationToken = default) =>
            _store.RemoveOscoreAsync(kid, idContext, cancellationToken);

        public ValueTask<ulong?> ReserveSequenceAsync(
            ReadOnlyMemory<byte> kid, ReadOnlyMemory<byte> idContext, int count, CancellationToken cancellationToken = default) =>
            _store.ReserveSequenceAsync(kid, idContext, count, cancellationToken);
    }

    private sealed class Slots : IStateStorage
    {
        private readonly byte[][] _slots = [[], []];

        public ReadOnlyMemory<byte> Read(int slot) => _slots[slot];

        public void Write(int slot, ReadOnlySpan<byte> content) => _slots[slot] = content.ToArray();
    }
}
