using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Objects;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Reporting;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>Our devices at our server under OSCORE (RFC 8613; LwM2M TS Transport, 5.4), through loss: who they are is what their keys say.</summary>
[Trait("Category", "Security")]
public sealed class OscoreTests : IDisposable
{
    private static readonly Lwm2mPath s_value = new(3303, 0, 5700);

    private readonly OscoreProtection _keys = new(2000) { RequiresProtection = true };
    private readonly List<OscoreAccounts> _accounts = [];
    private ServerWorld? _world;

    public static TheoryData<double> Losses => ServerWorld.Losses;

    private ServerWorld World => _world!;

    private ServerEndpoint Server => World.Server;

    public void Dispose()
    {
        _keys.Dispose();
        _accounts.ForEach(static accounts => accounts.Dispose());
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_device_registers_is_managed_and_leaves_and_nobody_reads_along(double loss)
    {
        Start(loss);
        int seen = 0;
        World.Network.Sent = entry =>
        {
            seen++;
            Assert.True(entry.Datagram.Span.IndexOf("3303"u8) < 0 && entry.Datagram.Span.IndexOf("ep="u8) < 0);
        };
        VirtualNode<DeviceEndpoint> node = AddDevice("d");
        RegisteredDevice device = World.Await("d");
        Assert.Equal(new PeerIdentity(PeerIdentityKind.Oscore, "\0d"u8), device.Registration.Identity);
        Assert.Equal("2.05 21.5", World.Ask(device, Text(DeviceRequest.Read(s_value))));
        Assert.Equal("2.04", World.Ask(device, DeviceRequest.Write(new(3308, 0, 5900), Value("19.5"))));
        Assert.Equal(19.5, node.Protocol.Objects.Find<SetPoint>(0)!.SetPointValue);
        Assert.Equal("2.04", World.Ask(device, DeviceRequest.Execute(new(3303, 0, 5605))));
        Assert.Equal("4.01", World.Ask(device, DeviceRequest.Read(new(21, 1)))[..4]);
        // The answer to its Register may have been lost: it knows then that it is registered.
        World.Network.Run(TimeSpan.FromMinutes(2));
        node.Protocol.StopRegistering(World.Network.Now);
        World.Until(() => Server.DeviceCount == 0, "the device to leave");
        Assert.Contains(World.Changes, static c => c.Kind == RegistrationChangeKind.Deregistered);
        Assert.Equal(0, Server.ExchangeCount);
        Assert.InRange(seen, 10, 200);
    }

    // LwM2M TS Transport, 5.4.5: the name is that of the keys, and any other is 4.00.
    [Fact]
    public void The_name_is_bound_to_the_keys()
    {
        Start(0);
        AddDevice("mallory", keys: "m");
        World.Until(() => World.Changes.Count > 0, "a Register");
        Assert.Equal(CoapCode.BadRequest, World.Changes[0].Fault!.Value.Code);
        World.Network.Run(TimeSpan.FromMinutes(10));
        Assert.All(World.Changes, static c => Assert.Equal(RegistrationChangeKind.Refused, c.Kind));
        Assert.Equal(0, Server.DeviceCount);

        // Another one's registration is none of it, and who has no keys is not heard at all.
        AddDevice("d");
        RegisteredDevice device = World.Await("d");
        CoapEndpoint other = Client("e");
        Assert.Equal("4.04", Ask(other, CoapCode.Delete, $"/rd/{device.Registration.Id}"));
        Assert.Equal("2.01", Ask(other, CoapCode.Post, "/rd", "ep=e&lwm2m=1.1", "</3/0>"));
        Assert.Equal("4.00", Ask(other, CoapCode.Post, "/rd", "ep=d&lwm2m=1.1", "</3/0>"));
        Assert.Equal("4.01", Ask(new CoapEndpoint(new(), new SeededRandom(3)), CoapCode.Delete, $"/rd/{device.Registration.Id}"));
        Assert.True(device.IsRegistered);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void What_changes_is_told_to_the_last_value_and_it_ends_at_the_device(double loss)
    {
        Start(loss);
        VirtualNode<DeviceEndpoint> node = AddDevice("d");
        RegisteredDevice device = World.Await("d");
        Assert.Equal("2.04", World.Ask(device, DeviceRequest.WriteAttributes(s_value, "con=1")));
        Watch watch = Observe(device);
        Assert.Equal((1, 1), (Server.ObservationCount, Server.ExchangeCount));
        for (int i = 1; i <= 20; i++)
        {
            Temperature(node).SensorValue = 22 + i;
            World.Network.Run(TimeSpan.FromSeconds(5));
        }

        World.Until(() => watch.Values[^1] == "2.05 42", "the last value");
        Assert.Equal("2.05 21.5", watch.Values[0]);
        Assert.InRange(watch.Values.Count, loss == 0 ? 21 : 4, 21);
        Assert.Equal(watch.Values, watch.Values.OrderBy(static v => double.Parse(v[5..], System.Globalization.CultureInfo.InvariantCulture)));

        // It is asked to stop, which takes an exchange until it has.
        Assert.True(Server.Cancel(watch));
        Assert.Equal(0, Server.ObservationCount);
        World.Until(() => node.Protocol.ObserverCount == 0 && Server.ExchangeCount == 0, "the device to stop");
        Temperature(node).SensorValue = 1;
        World.Network.Run(TimeSpan.FromMinutes(5));
        Assert.Equal("2.05 42", watch.Values[^1]);
        Assert.Equal(0, watch.Endings);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void It_goes_on_when_the_device_has_another_address(double loss)
    {
        Start(loss);
        Rebinding nat = new(World.Network, World.Node);
        VirtualNode<DeviceEndpoint> node = AddDevice("d", nat, lifetime: TimeSpan.FromMinutes(10));
        RegisteredDevice device = World.Await("d");
        Watch watch = Observe(device);
        for (int i = 1; i <= 3; i++)
        {
            nat.Rebind();
            World.Until(() => device.Registration.Peer == nat.Outside, "an Update from there");
            World.Until(() => watch.IsEstablished, "the device to be asked anew");
            string value = $"2.05 {30 + i}";
            World.Until(
                () =>
                {
                    Temperature(node).SensorValue = 30 + i;
                    return watch.Values[^1] == value || loss > 0;
                },
                "the change");
            Assert.Equal(loss > 0 ? "2.05" : value, watch.Values[^1][..(loss > 0 ? 4 : value.Length)]);
            string read = World.Ask(device, Text(DeviceRequest.Read(s_value)));
            Assert.True(read == value || (loss > 0 && read == "Unknown"), read);
        }

        Assert.Equal(0, watch.Endings);
        World.Network.Run(TimeSpan.FromMinutes(3));
        Assert.Equal(1, Server.ExchangeCount);
        Assert.InRange(World.Changes.Count(static c => c.Kind == RegistrationChangeKind.Registered), 1, loss == 0 ? 1 : 10);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_device_that_restarts_is_observed_as_before(double loss)
    {
        Start(loss);
        VirtualNode<DeviceEndpoint> node = AddDevice("d");
        RegisteredDevice device = World.Await("d");
        Watch watch = Observe(device);
        RegistrationId before = device.Registration.Id;
        node.Restart();
        World.Until(() => device.Registration.Id != before, "the device to register again");
        Assert.Same(device, Server.Find("d"));
        int count = watch.Values.Count;
        World.Until(() => watch.Values.Count > count, "a value after the restart");
        Temperature(node).SensorValue = 30;
        World.Until(() => watch.Values[^1] == "2.05 30" || loss > 0, "the change");
        World.Network.Run(TimeSpan.FromMinutes(5));
        Assert.Equal((1, 1, 0), (Server.ObservationCount, Server.ExchangeCount, watch.Endings));
        Assert.Equal(0, _keys.Counters.Replays);
    }

    [Fact]
    public void It_is_over_with_the_registration_and_leaves_nothing()
    {
        Start(0);
        VirtualNode<DeviceEndpoint> node = AddDevice("d", lifetime: TimeSpan.FromMinutes(2));
        Watch watch = Observe(World.Await("d"));
        node.Stop();
        World.Until(() => Server.DeviceCount == 0, "the lifetime to be over");
        Assert.Equal((1, 0, 0), (watch.Endings, Server.ObservationCount, Server.ExchangeCount));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void What_it_sends_of_its_own_accord_is_its_own(double loss)
    {
        Start(loss);
        List<DeviceReport> reports = [];
        Server.SendReceived = reports.Add;
        VirtualNode<DeviceEndpoint> node = AddDevice("d");
        AddDevice("e");
        World.Await("e");
        World.Await("d");
        node.Protocol.Send(new SendContent(s_value), null, null, World.Network.Now);
        World.Until(() => reports.Count > 0, "a Send");
        Assert.Equal("d", Assert.Single(reports).Device.Endpoint);
        Assert.True(reports[0].Records.TryGet(s_value, out double value));
        Assert.Equal(21.5, value);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_device_that_sleeps_is_observed_without_being_woken(double loss)
    {
        Start(loss);
        AddDevice("d", lifetime: TimeSpan.FromHours(1), isQueued: true);
        RegisteredDevice device = World.Await("d");
        Watch watch = Observe(device);
        World.Network.Run(TimeSpan.FromMinutes(3));
        Assert.False(Server.IsAwake(device, World.Network.Now));
        long sent = World.Node.Sent;
        World.Network.Run(TimeSpan.FromMinutes(25));
        Assert.Equal(sent, World.Node.Sent);
        Assert.True(watch.IsEstablished);
    }

    [Fact]
    public void One_whose_keys_are_gone_is_not_asked_and_holds_up_nobody()
    {
        Start(0);
        AddDevice("d");
        AddDevice("e");
        RegisteredDevice d = World.Await("d"), e = World.Await("e");
        Watch watch = Observe(d);
        Assert.True(_keys.Remove(_contexts["d"]));
        Assert.StartsWith("Refused", World.Ask(d, Text(DeviceRequest.Read(s_value))), StringComparison.Ordinal);
        Watch late = new(DeviceRequest.Observe(s_value));
        Server.Observe(d, late, World.Network.Now);
        Instant before = World.Network.Now;
        Assert.Equal("2.05 21.5", World.Ask(e, Text(DeviceRequest.Read(s_value))));
        Assert.InRange(World.Network.Now - before, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(1, late.Endings);
        Assert.Equal(0, watch.Endings);
    }

    // Its keys have gone on to where it spoke last, and its registration has not: what it said there was refused.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_goes_in_the_clear_to_where_a_device_was(bool requiresProtection)
    {
        using OscoreProtection keys = new(4) { RequiresProtection = requiresProtection };
        Start(0, keys);
        Add("d", keys);
        Rebinding nat = new(World.Network, World.Node);
        AddDevice("d", nat, isKnown: true);
        RegisteredDevice device = World.Await("d");
        CoapEndpoint elsewhere = Client("d", number: 5000, isKnown: true);
        Assert.Equal("4.05", Ask(elsewhere, CoapCode.Get, "/rd"));
        List<string> clear = [];
        World.Network.Sent = entry =>
        {
            if (CoapMessage.TryParse(entry.Datagram.Span, out CoapMessage m, out _) && m.Code.IsRequest && !m.Options.TryGet(CoapOptionNumber.Oscore, out _))
            {
                clear.Add(CoapText.Describe(entry.Datagram.Span));
            }
        };
        Assert.StartsWith("Refused", World.Ask(device, Text(DeviceRequest.Read(s_value))), StringComparison.Ordinal);
        Assert.Empty(clear);
    }

    // Each takes an exchange, of which requests to others need some.
    [Fact]
    public void Observations_under_keys_leave_room_for_requests()
    {
        Start(0, coap: new() { Exchanges = 8, Observers = 0 });
        AddDevice("d");
        RegisteredDevice device = World.Await("d");
        List<Watch> watches = [];
        for (ushort i = 0; i < 12; i++)
        {
            watches.Add(new(DeviceRequest.Observe(i % 2 == 0 ? s_value : new(3311, 0, 5851))));
            Server.Observe(device, watches[^1], World.Network.Now);
        }

        World.Network.Run(TimeSpan.FromMinutes(5));
        Assert.Equal("2.05 21.5", World.Ask(device, Text(DeviceRequest.Read(s_value))));
        Assert.All(watches, static w => Assert.True(w.IsEstablished != w.Endings > 0));
        Assert.Equal(4, watches.Count(static w => w.IsEstablished));
        Assert.Equal(4, Server.ExchangeCount);
    }

    private readonly Dictionary<string, SecurityContext> _contexts = [];

    private static DeviceRequest Text(DeviceRequest request) => request.In(ContentFormat.PlainText);

    private static ReadyContent Value(string text) => new(ContentFormat.PlainText, Encoding.UTF8.GetBytes(text));

    private static Temperature Temperature(VirtualNode<DeviceEndpoint> node) => node.Protocol.Objects.Find<Temperature>(0)!;

    private static byte[] Secret(string endpoint) => [.. Enumerable.Range(1, 15).Select(static i => (byte)i), (byte)endpoint[0]];

    private void Start(double loss, OscoreProtection? keys = null, CoapEndpointOptions? coap = null)
    {
        ServerEndpointOptions options = new();
        _world = new(loss, seed: 3, options with { Coap = (coap ?? options.Coap) with { Protection = keys ?? _keys } });
    }

    private void Add(string endpoint, OscoreProtection? keys = null)
    {
        _contexts[endpoint] = new(new SecurityContextKeys
        {
            MasterSecret = Secret(endpoint), SenderId = "s"u8, RecipientId = Encoding.UTF8.GetBytes(endpoint), HasLostReplayWindow = false,
        });
        Assert.True((keys ?? _keys).TryAdd(_contexts[endpoint]));
    }

    // A device, and the server knows its keys.
    private VirtualNode<DeviceEndpoint> AddDevice(
        string endpoint, Rebinding? nat = null, string? keys = null, TimeSpan? lifetime = null, bool isQueued = false, bool isKnown = false)
    {
        keys ??= endpoint;
        if (!isKnown && !_contexts.ContainsKey(keys))
        {
            Add(keys);
        }

        Slots storage = new();
        return World.Network.Add(endpoint, random =>
        {
            OscoreAccounts accounts = new();
            _accounts.Add(accounts);
            DeviceEndpoint device = new(random, new()
            {
                Endpoint = endpoint,
                RetrySpread = 0,
                QueueMode = isQueued,
                Protection = accounts,
                Storage = storage,
                Server = new("coap://server")
                {
                    Lifetime = lifetime ?? TimeSpan.FromDays(1),
                    MutesSend = false,
                    Oscore = new() { MasterSecret = Secret(keys), SenderId = Encoding.UTF8.GetBytes(keys), RecipientId = "s"u8.ToArray() },
                },
            });
            device.HostRequested = (host, now) => device.OnResolved(host, nat?.Inside ?? World.Node.Peer, null, now);
            device.Objects.Add(new Temperature { SensorValue = 21.5, SensorUnits = "Cel" });
            device.Objects.Add(new SetPoint { SetPointValue = 18 });
            device.Objects.Add(new LightControl { OnOff = false, Dimmer = 20 });
            device.StartRegistering(World.Network.Now);
            return device;
        });
    }

    // An endpoint with the keys of a device that are not in use yet.
    private CoapEndpoint Client(string endpoint, ulong number = 0, bool isKnown = false)
    {
        if (!isKnown)
        {
            Add(endpoint);
        }

        return new(new()
        {
            Protection = new OscoreProtection(new SecurityContext(new SecurityContextKeys
            {
                MasterSecret = Secret(endpoint), SenderId = Encoding.UTF8.GetBytes(endpoint), RecipientId = "s"u8, SequenceNumber = number,
            })),
        }, new SeededRandom(7));
    }

    // Asks the server from an address of its own, and gives the code back.
    private string Ask(CoapEndpoint client, CoapCode method, string path, string query = "", string payload = "")
    {
        VirtualNode<CoapEndpoint> node = World.Network.Nodes.OfType<VirtualNode<CoapEndpoint>>().FirstOrDefault(n => n.IsUp && n.Protocol == client)
            ?? World.Network.Add($"client{World.Network.Nodes.Count}", _ => client);
        string answer = "";
        node.AfterStep = () =>
        {
            while (client.TryTakeEvent(out CoapEvent e))
            {
                answer = e.HasMessage ? $"{e.Message.Code.Class}.{e.Message.Code.Detail:00}" : e.Kind.ToString();
            }
        };
        client.Request(
            World.Node.Peer, new CoapRequestHead
            {
                Method = method, Path = path, Query = query, ContentFormat = payload.Length > 0 ? ContentFormat.LinkFormat : null,
            },
            Encoding.UTF8.GetBytes(payload));
        World.Until(() => answer.Length > 0, "an answer");
        return answer;
    }

    private Watch Observe(RegisteredDevice device)
    {
        Watch watch = new(Text(DeviceRequest.Observe(s_value)));
        Server.Observe(device, watch, World.Network.Now);
        World.Until(() => watch.Values.Count > 0, "a value");
        Assert.True(watch.IsEstablished);
        return watch;
    }

    private sealed class Watch(DeviceRequest request) : DeviceObservation(request)
    {
        internal List<string> Values { get; } = [];

        internal int Endings { get; private set; }

        protected internal override void OnNotified(in DeviceResponse response) =>
            Values.Add($"{response.Code.Class}.{response.Code.Detail:00} {Encoding.UTF8.GetString(response.Payload)}");

        protected internal override void OnEnded(in DeviceResponse response) => Endings++;
    }

    private sealed class Slots : IStateStorage
    {
        private readonly byte[][] _slots = [[], []];

        public ReadOnlyMemory<byte> Read(int slot) => _slots[slot];

        public void Write(int slot, ReadOnlySpan<byte> content) => _slots[slot] = content.ToArray();
    }
}
