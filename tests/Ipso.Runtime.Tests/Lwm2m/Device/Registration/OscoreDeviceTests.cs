using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Testing;
using Ipso.Tests.Coap.Oscore;

namespace Ipso.Tests.Lwm2m;

/// <summary>Row 116: a device registers and is managed under OSCORE (RFC 8613; LwM2M TS Transport, 5.4).</summary>
[Trait("Category", "Security")]
public sealed class OscoreDeviceTests : IDisposable
{
    private static readonly byte[] s_secret = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)];
    private static readonly OscoreKeys s_keys = Keys(1);

    private readonly CrashingStorage _storage = new(new Random(1));
    private readonly List<string> _events = [];
    private readonly VirtualNetwork _network = new(seed: 5);
    private readonly Dictionary<string, ServerNode> _servers = [];
    private readonly List<OscoreProtection> _protections = [];
    private VirtualNode<DeviceEndpoint>? _device;
    private OscoreAccounts? _accounts;

    public void Dispose()
    {
        _protections.ForEach(static one => one.Dispose());
        _accounts?.Dispose();
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    public void Row_116_It_registers_is_managed_and_registers_again_after_a_restart_and_nobody_reads_along(double loss)
    {
        _network.Links = LinkSettings.Perfect with { Loss = loss };
        OscoreProtection server = AddServer("s", 1);
        var watch = new WireWatch(_network, "node"u8.ToArray(), "3303"u8.ToArray(), "5700"u8.ToArray());
        Start(new() { Server = new("coap://s") { Oscore = s_keys } });
        Until(() => Registered == 1);
        Assert.Equal(
            "POST /rd?ep=node&lt=86400&lwm2m=1.2&b=U 40 </>;rt=\"oma.lwm2m\",</1/0>,</3303>;ver=1.1,</3303/0>",
            Assert.Single(_servers["s"].Log.Distinct()));
        Assert.Equal("2.05 21.5", Ask("/3303/0/5700"));
        Assert.Equal("2.05 21.5", Ask("/3303/0/5700", observe: true));
        Temperature.SensorValue = 22;
        Until(() => _servers["s"].Notifications.Contains("2.05 22"));
        Assert.StartsWith("4.01", Ask("/21/1"), StringComparison.Ordinal);

        for (int i = 2; i <= 4; i++)
        {
            // What it had under way is gone; numbers go on behind those that were reserved.
            _device!.Restart();
            _device.Protocol.StartRegistering(_network.Now);
            Until(() => Registered == i);
            Assert.Equal("2.05 21.5", Ask("/3303/0/5700"));
            Assert.Equal("2.05 21.5", Ask("/3303/0/5700"));
        }

        Assert.Equal(0, watch.Errors);
        Assert.Equal(0, server.Counters.Replays + server.Counters.Undecryptable);
        Assert.Equal(new PeerIdentity(PeerIdentityKind.Oscore, [0, 1]), server.IdentityOf(new MessageBinding { Context = server.ContextFor(_device!.Peer) }));
    }

    [Fact]
    public void Row_116_A_server_that_has_removed_the_context_is_a_failure_until_it_has_it_again()
    {
        OscoreProtection server = AddServer("s", 1);
        Start(new() { Server = new("coap://s") { Oscore = s_keys, RetryTimer = TimeSpan.FromSeconds(10) } });
        Until(() => Registered == 1);
        server.Dispose();
        _device!.Restart();
        _device.Protocol.StartRegistering(_network.Now);
        Until(() => _events.Contains("1 Failed the answer was 4.01 Unauthorized"));
        Assert.Equal(1, Registered);
        Assert.True(server.TryAdd(ServerContext(1)));
        Until(() => Registered == 2);
    }

    [Fact]
    public void Nobody_but_the_server_under_its_keys_is_answered_in_its_name()
    {
        AddServer("s", 1);
        AddServer("t", 2);
        Start(new() { Server = new("coap://s") { Oscore = s_keys }, Servers = [new("coap://t") { Oscore = Keys(2) }] });
        Until(() => Registered == 2);
        DeviceEndpoint device = _device!.Protocol;
        byte[] buffer = new byte[2000];
        int length = new CoapMessageWriter(buffer, CoapType.Confirmable, CoapCode.Get, 9, new CoapToken([1])).Finish();
        Assert.Equal("4.01", Hand(buffer[..length], _servers["s"].Node.Peer));

        // The other server, with keys of its own, behind the address of the first.
        using OscoreProtection other = new(ServerContext(2, number: 5000));
        var forger = new CoapEndpoint(new CoapEndpointOptions { Protection = other }, _network.NewRandom());
        forger.Request(_device.Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/3303/0/5700" });
        Assert.True(forger.TryTransmit(buffer, _network.Now, out Transmit transmit));
        byte[] forged = buffer[..transmit.Length];
        Assert.Equal("4.01", Hand(forged, _servers["s"].Node.Peer));

        string Hand(byte[] datagram, PeerId from)
        {
            device.Receive(datagram, from, _network.Now);
            Assert.True(device.TryTransmit(buffer, _network.Now, out Transmit answer));
            Assert.True(CoapMessage.TryParse(buffer.AsSpan(0, answer.Length), out CoapMessage message, out _));
            return $"{message.Code.Class}.{message.Code.Detail:D2}";
        }
    }

    // RFC 8613, Appendix B.1.1: written before they are used, and the memory is that of the device.
    [Fact]
    public void Numbers_are_stored_before_they_are_used_and_those_that_cannot_be_are_not()
    {
        AddServer("s", 1);
        Start(new() { Server = new("coap://s") { Oscore = s_keys, RetryTimer = TimeSpan.FromSeconds(5), RetryCount = 100 } }, isStarted: false);
        List<string> failures = [];
        _device!.Protocol.HandlerFailed = e => failures.Add(e.GetType().Name);
        _storage.Fails = true;
        _device.Protocol.StartRegistering(_network.Now);
        _network.Run(TimeSpan.FromSeconds(60));
        Assert.Empty(_servers["s"].Log);
        Assert.NotEmpty(failures);
        _storage.Fails = false;
        Until(() => Registered == 1);
        Assert.Equal(1, _accounts!.Counters.Unprotected);
    }

    // The state before has the numbers of before: none of those that were reserved since goes out again.
    [Fact]
    public void Where_the_newest_state_is_damaged_numbers_go_on_behind_what_it_may_have_reserved()
    {
        AddServer("s", 1);
        var watch = new WireWatch(_network);
        Start(new() { Server = new("coap://s") { Oscore = s_keys } });
        Until(() => Registered == 1);
        for (int i = 2; i <= 5; i++)
        {
            _storage[_storage.Newest].AsSpan(^8..).Reverse();
            _device!.Restart();
            Assert.NotNull(_device.Protocol.StorageFault);
            _device.Protocol.StartRegistering(_network.Now);
            Until(() => Registered == i);
        }

        Assert.True(watch.Protected >= 10);
        Assert.Equal(0, watch.Repeated);

        // Where nothing can be read, nobody knows, and nothing is sent under those keys.
        _storage[0].AsSpan(^8..).Reverse();
        _storage[1].AsSpan(^8..).Reverse();
        _device!.Restart();
        _device.Protocol.StartRegistering(_network.Now);
        Until(() => _events.Contains("1 Failed how far the keys in /21/1 were used is lost: there have to be new ones"));
        Assert.Equal(5, Registered);
    }

    [Fact]
    public void Row_116_It_is_bootstrapped_under_OSCORE_and_given_keys_which_are_forgotten_with_their_account()
    {
        AddServer(RegistrationWorld.BootstrapServer, 3);
        OscoreProtection s = AddServer("s", 1);
        _servers[RegistrationWorld.BootstrapServer].Answer =
            static line => line.StartsWith("GET /bspack", StringComparison.Ordinal) ? CoapCode.NotImplemented : CoapCode.Changed;
        var watch = new WireWatch(_network, "coap://s"u8.ToArray(), s_secret);
        Start(new() { BootstrapServer = new("coap://bs") { Oscore = Keys(3) } });
        Until(() => _device!.Protocol.BootstrapState == BootstrapState.Open);
        Command(CoapCode.Put, "/0/1", BootstrapWorld.Security(1, "coap://s", 7)[..^1] + ",{\"n\":\"17\",\"vlo\":\"21:1\"}]");
        Command(CoapCode.Put, "/1/0", BootstrapWorld.Account(0, 7));
        Command(CoapCode.Put, "/21/1", KeysInJson(1));
        Command(CoapCode.Post, "/bs");
        Until(() => Registered == 1);
        Assert.Equal(2, _accounts!.Count);
        Assert.Equal("2.05 21.5", Ask("/3303/0/5700"));

        // A restart goes by what is stored: keys and numbers, those of the Bootstrap-Server too.
        _device!.Restart();
        _device.Protocol.StartRegistering(_network.Now);
        Until(() => Registered == 2);
        Assert.Equal(0, s.Counters.Replays);
        Assert.True(_device.Protocol.RequestBootstrap(_network.Now));
        Until(() => _device.Protocol.BootstrapState == BootstrapState.Open);
        Command(CoapCode.Put, "/21/1", KeysInJson(4));
        Command(CoapCode.Post, "/bs");
        _network.Run(TimeSpan.FromSeconds(5));
        // New keys in the same account count at once: the server does not know them.
        Assert.True(_device.Protocol.RequestBootstrap(_network.Now));
        Until(() => _device.Protocol.BootstrapState == BootstrapState.Open);
        Command(CoapCode.Put, "/21/1", KeysInJson(1));
        Command(CoapCode.Post, "/bs");
        _network.Run(TimeSpan.FromSeconds(5));
        Assert.Equal("2.05 21.5", Ask("/3303/0/5700"));
        Assert.Equal(0, s.Counters.Replays);

        Assert.True(_device.Protocol.RequestBootstrap(_network.Now));
        Until(() => _device.Protocol.BootstrapState == BootstrapState.Open);
        Command(CoapCode.Delete, "/0/1");
        Command(CoapCode.Delete, "/21/1");
        Command(CoapCode.Put, "/0/2", BootstrapWorld.Security(2, "coap://u", 8));
        Command(CoapCode.Put, "/1/1", BootstrapWorld.Account(1, 8));
        Command(CoapCode.Post, "/bs");
        Until(() => _servers["s"].Log.Exists(static line => line.StartsWith("DELETE /rd", StringComparison.Ordinal)));
        Until(() => _accounts.Count == 1);
        Assert.Equal(0, watch.Errors);
    }

    [Fact]
    public void What_cannot_be_protected_is_not_registered_with()
    {
        Assert.Throws<ArgumentException>(() => Make(new() { Server = new("coap://s") { Oscore = s_keys } }));
        Assert.Throws<ArgumentException>(() => Make(new() { Server = new("coap://s") { Oscore = s_keys }, Protection = new OscoreAccounts() }));
        OscoreAccounts once = new();
        Make(new() { Protection = once, Storage = _storage });
        Assert.Throws<InvalidOperationException>(() => Make(new() { Protection = once, Storage = _storage }));
        Assert.DoesNotContain("0102", new ServerOptions("coap://s") { Oscore = s_keys }.ToString(), StringComparison.Ordinal);

        AddServer("s", 1);
        Start(new() { Server = new("coap://s") { Oscore = s_keys with { RecipientId = s_keys.SenderId } } });
        Until(() => _events.Contains("1 Failed the keys in /21/1 make no security context"));
        _device!.Protocol.Objects.Remove(_device.Protocol.Objects.Find(21, 1)!);
        Until(() => _events.Contains("1 Failed /0/0/17 links to no keys"));
        Assert.Empty(_servers["s"].Log);

        static DeviceEndpoint Make(DeviceOptions options) => new(new VirtualNetwork(1).NewRandom(), options with { Endpoint = "node" });
    }

    [Fact]
    public void Keys_without_a_salt_and_a_context_have_neither_resource()
    {
        AddServer("s", 1);
        Start(new() { Server = new("coap://s") { Oscore = s_keys } });
        Until(() => Registered == 1);
        ObjectInstance keys = Assert.Single(_device!.Protocol.Objects.OfObject(21).ToArray());
        byte[] payload = new byte[512];
        Assert.True(Representation.TryWriteWhole(keys, ContentFormat.SenMLJson, payload, out int length));
        string json = Encoding.UTF8.GetString(payload, 0, length);
        Assert.Contains("\"n\":\"2\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain("\"n\":\"5\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain("\"n\":\"6\"", json, StringComparison.Ordinal);
    }

    private int Registered => _events.Count(static e => e.EndsWith("Registered ", StringComparison.Ordinal));

    private Temperature Temperature => _device!.Protocol.Objects.Find<Temperature>(0)!;

    private static OscoreKeys Keys(byte client) => new()
    {
        MasterSecret = s_secret, SenderId = new[] { client }, RecipientId = new byte[] { 9, client },
    };

    private static string KeysInJson(byte client) =>
        $$"""[{"bn":"/21/1/","n":"0","vd":"{{Url(s_secret)}}"},{"n":"1","vd":"{{Url([client])}}"},"""
        + $$"""{"n":"2","vd":"{{Url([9, client])}}"},{"n":"4","v":-10}]""";

    private static string Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static SecurityContext ServerContext(byte client, ulong number = 0) => new(new SecurityContextKeys
    {
        MasterSecret = s_secret, SenderId = [9, client], RecipientId = [client], SequenceNumber = number, HasLostReplayWindow = false,
    });

    private OscoreProtection AddServer(string name, byte client)
    {
        OscoreProtection protection = new() { RequiresProtection = true };
        _protections.Add(protection);
        Assert.True(protection.TryAdd(ServerContext(client)));
        _servers.Add(name, new(_network, name, new() { RefreshObservations = false, Protection = protection }));
        return protection;
    }

    private void Start(DeviceOptions options, bool isStarted = true)
    {
        _device = _network.Add("device", random =>
        {
            _accounts?.Dispose();
            _accounts = new OscoreAccounts();
            DeviceEndpoint device = new(
                random, options with { Endpoint = "node", Protection = _accounts, Storage = _storage, RetrySpread = 0 });
            device.HostRequested = (host, now) => device.OnResolved(
                host, _servers.TryGetValue(host.Name, out ServerNode? server) ? server.Node.Peer : null, "nowhere", now);
            device.RegistrationChanged = e => _events.Add($"{e.ShortServerId} {e.Kind} {e.Explanation}");
            device.Objects.Add(new Temperature { SensorValue = 21.5 });
            return device;
        });
        if (isStarted)
        {
            _device.Protocol.StartRegistering(_network.Now);
        }
    }

    private void Until(Func<bool> condition) =>
        Assert.True(_network.RunUntil(condition, TimeSpan.FromHours(12)), $"It never came: {string.Join("; ", _events.TakeLast(4))}");

    private string Ask(string path, bool observe = false)
    {
        string answer = "Timeout";
        for (int i = 0; i < 20 && answer == "Timeout"; i++)
        {
            answer = _servers["s"].Ask(_device!, CoapCode.Get, path, observe: observe, accept: ContentFormat.PlainText);
        }

        return answer;
    }

    private void Command(CoapCode method, string path, string payload = "") => Assert.StartsWith(
        "2.0",
        _servers[RegistrationWorld.BootstrapServer].Ask(
            _device!, method, path, Encoding.UTF8.GetBytes(payload), payload.Length > 0 ? ContentFormat.SenMLJson : null),
        StringComparison.Ordinal);
}
