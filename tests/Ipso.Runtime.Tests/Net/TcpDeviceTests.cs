using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Objects;

namespace Ipso.Tests.Net;

/// <summary>A device with a server at coap+tcp, beside one on UDP.</summary>
[Trait("Category", "Network")]
[Trait("Category", "Security")]
public sealed class TcpDeviceTests : AsyncTests
{
    private static readonly IPEndPoint s_local = new(IPAddress.Loopback, 0);

    private readonly StreamServer _server = new();

    public override ValueTask DisposeAsync() => _server.DisposeAsync();

    private Lwm2mDevice NewDevice(params ServerOptions[] others)
    {
        DeviceOptions options = new()
        {
            Endpoint = "node-7",
            Server = new($"coap+tcp://127.0.0.1:{_server.Port}"),
            Servers = [.. others],
            StopTimeout = TimeSpan.FromSeconds(5),
        };
        return new(options) { Tcp = new TcpHostOptions() };
    }

    [Fact(Timeout = 60_000)]
    public async Task It_registers_is_read_and_observed_and_deregisters_over_one_connection()
    {
        Temperature temperature = new() { SensorValue = 21.5 };
        await using (Lwm2mDevice device = NewDevice())
        {
            device.Objects.Add(temperature);
            await device.StartAsync(s_local);
            await device.WaitUntilRegisteredAsync();
            Assert.Equal("21.5", await _server.Read("/3303/0/5700"));

            Task<string> second = await _server.Observe("/3303/0/5700");
            temperature.SensorValue = 22;
            Assert.Equal("22", await second);
        }

        Assert.Equal([CoapCode.Post, CoapCode.Delete], _server.Requests.Select(static r => r.Code));
        Assert.Single(_server.Requests.Select(static r => r.From).Distinct());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_connection_that_is_lost_is_made_anew_and_the_device_registers_again()
    {
        ConcurrentQueue<RegistrationEvent> events = [];
        await using Lwm2mDevice device = NewDevice();
        device.RegistrationChanged = events.Enqueue;
        await device.StartAsync(s_local);
        await device.WaitUntilRegisteredAsync();
        _server.Drop();
        await _server.Reach(2);
        Assert.NotEqual(_server.Requests[0].From, _server.Requests[1].From);
        Assert.Equal("86400", await _server.Read("/1/0/1"));
        Assert.Contains(events, static e => e is { Kind: RegistrationEventKind.Failed, Failure: RegistrationFailure.SessionClosed });
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_server_on_TCP_writes_one_on_UDP_is_notified_of()
    {
        await using CoapServer other = new();
        other.MapPost("/rd", static _ => CoapReply.Created("/rd/5"));
        other.MapDelete("/rd/{id}", static _ => CoapReply.Deleted);
        other.Start(s_local);
        TaskCompletionSource bothThere = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int registered = 0;
        await using Lwm2mDevice device = NewDevice(new ServerOptions($"coap://127.0.0.1:{other.LocalEndPoint.Port}") { AsksFromAnyPort = true });
        LightControl light = new() { OnOff = false };
        device.Objects.Add(light);
        device.RegistrationChanged = e =>
        {
            if (e.Kind == RegistrationEventKind.Registered && ++registered == 2)
            {
                bothThere.TrySetResult();
            }
        };
        await device.StartAsync(s_local);
        await bothThere.Task;

        await using CoapClient client = new();
        using CancellationTokenSource enough = new(TimeSpan.FromSeconds(30));
        CoapClientRequest request = new(CoapCode.Get, $"coap://127.0.0.1:{device.LocalEndPoint.Port}/3311/0/5850") { Accept = ContentFormat.PlainText };
        List<string> seen = [];
        await foreach (CoapClientResponse state in client.ObserveAsync(request, enough.Token))
        {
            seen.Add(state.GetText());
            if (seen.Count == 2)
            {
                break;
            }

            Assert.Equal("2.04 Changed", await _server.Write("/3311/0/5850", "1"));
        }

        Assert.Equal(["0", "1"], seen);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Over_TLS_the_server_is_the_one_whose_certificate_the_account_has_or_nobody(bool isRight)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256), own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 served = NewCertificate("CN=server", key), other = NewCertificate("CN=server", key), mine = NewCertificate("CN=node-7", own);
        await using StreamServer server = new(new TlsServerOptions { Certificate = served });
        DeviceOptions options = new()
        {
            Endpoint = "node-7",
            Server = new($"coaps+tcp://127.0.0.1:{server.Port}")
            {
                Security = ServerSecurity.Certificate(mine.RawData, own.ExportPkcs8PrivateKey(), (isRight ? served : other).RawData),
            },
        };
        TaskCompletionSource<RegistrationEvent> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Lwm2mDevice device = new(options) { Tcp = new TcpHostOptions(), RegistrationChanged = e => first.TrySetResult(e) };
        await device.StartAsync(s_local);
        RegistrationEvent told = await first.Task;
        if (isRight)
        {
            Assert.Equal(RegistrationEventKind.Registered, told.Kind);
            Assert.Equal("86400", await server.Read("/1/0/1"));
        }
        else
        {
            Assert.Contains("The certificate is not the one that is expected", told.Explanation, StringComparison.Ordinal);
            Assert.Empty(server.Requests);
        }
    }

    [Fact]
    public async Task Over_TLS_there_are_no_shared_keys()
    {
        await using Lwm2mDevice device = new(new DeviceOptions
        {
            Endpoint = "node-7", Server = new("coaps+tcp://127.0.0.1") { Security = ServerSecurity.PreSharedKey("node-7", new byte[16]) },
        })
        {
            Tcp = new TcpHostOptions(),
        };
        InvalidOperationException thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => device.StartAsync(s_local));
        Assert.Equal("/0/0 has the security mode 0, and the device's security has Certificate only.", thrown.Message);
    }

    private static X509Certificate2 NewCertificate(string name, ECDsa key)
    {
        using X509Certificate2 made = new CertificateRequest(name, key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    [Fact(Timeout = 60_000)]
    public async Task Over_TCP_too_a_notification_comes_after_pmax_each_time()
    {
        Temperature temperature = new() { SensorValue = 21.5 };
        await using Lwm2mDevice device = NewDevice();
        device.Objects.Add(temperature);
        await device.StartAsync(s_local);
        await device.WaitUntilRegisteredAsync();
        Task<string>[] answers = _server.Ask("/3303/0/5700", CoapCode.Get, "", observes: true, answers: 4, query: "pmax=1");
        Assert.Equal(["21.5", "21.5", "21.5", "21.5"], await Task.WhenAll(answers));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_callback_of_a_request_over_TCP_that_asks_the_device_something_begins_no_cycle_of_datagrams()
    {
        WatchingStorage storage = new();
        DeviceOptions options = new() { Endpoint = "node-7", Server = new($"coap+tcp://127.0.0.1:{_server.Port}"), Storage = storage };
        await using Lwm2mDevice device = new(options) { Tcp = new TcpHostOptions() };
        device.ChangedByServer = change =>
        {
            storage.IsCalledBack = true;
            _ = device.GetServers();
            storage.IsCalledBack = false;
        };
        await device.StartAsync(s_local);
        await device.WaitUntilRegisteredAsync();
        Assert.Equal("2.04 Changed", await _server.Write("/1/0/1", "86300"));
        await _server.Reach(2);
        Assert.NotEmpty(storage.Writes);
        Assert.DoesNotContain(true, storage.Writes);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_callback_that_throws_while_a_connection_is_served_ends_the_device()
    {
        await using Lwm2mDevice device = NewDevice();
        device.RegistrationChanged = static _ => throw new InvalidTimeZoneException("planted");
        await device.StartAsync(s_local);
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => device.Completion);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bootstrap_server_that_closes_instead_of_answering_is_asked_again_later()
    {
        _server.Drops = true;
        TaskCompletionSource<BootstrapEvent> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        DeviceOptions options = new() { Endpoint = "node-7", BootstrapServer = new($"coap+tcp://127.0.0.1:{_server.Port}") };
        await using Lwm2mDevice device = new(options)
        {
            Tcp = new TcpHostOptions(),
            BootstrapChanged = e =>
            {
                if (e.Kind == BootstrapEventKind.Failed)
                {
                    failed.TrySetResult(e);
                }
            },
        };
        await device.StartAsync(s_local);
        BootstrapEvent told = await failed.Task;
        Assert.Equal(BootstrapFailure.Unfinished, told.Failure);
        Assert.True(told.NextTryIn > TimeSpan.FromSeconds(30), told.ToString());
    }

    [Fact]
    public async Task A_device_without_TCP_says_so_at_start()
    {
        await using Lwm2mDevice device = new(new DeviceOptions { Endpoint = "node-7", Server = new("coap+tcp://127.0.0.1") });
        InvalidOperationException thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => device.StartAsync(s_local));
        Assert.Contains("set Lwm2mDevice.Tcp", thrown.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_nobody_listens_the_next_try_is_told()
    {
        TaskCompletionSource<RegistrationEvent> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Lwm2mDevice device = NewDevice();
        await _server.DisposeAsync();
        device.RegistrationChanged = e => failed.TrySetResult(e);
        await device.StartAsync(s_local);
        RegistrationEvent told = await failed.Task;
        Assert.Equal((RegistrationFailure.Unresolved, true), (told.Failure, told.NextTryIn is not null));
        Assert.Contains("nobody listens", told.Explanation, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Notes of each write whether a callback was at work.</summary>
    private sealed class WatchingStorage : IStateStorage
    {
        internal bool IsCalledBack { get; set; }

        internal ConcurrentQueue<bool> Writes { get; } = [];

        public ReadOnlyMemory<byte> Read(int slot) => default;

        public void Write(int slot, ReadOnlySpan<byte> content) => Writes.Enqueue(IsCalledBack);
    }

    /// <summary>A server that asks a device over the connection that the device has made.</summary>
    private sealed class StreamServer : ICoapRequestHandler, IAsyncDisposable
    {
        private readonly CoapStreamEndpoint _endpoint;
        private readonly TcpHost _host;
        private readonly List<(PeerId From, CoapCode Code)> _requests = [];
        private readonly Dictionary<ExchangeId, Queue<TaskCompletionSource<string>>> _asked = [];
        private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];

        internal StreamServer(TlsServerOptions? tls = null)
        {
            _endpoint = new(new CoapEndpointOptions(), new SystemRandomSource(), this, maxConnections: 4);
            _host = new(_endpoint, new TcpHostOptions { Listeners = [new(s_local) { Tls = tls }] }, _ => TakeEvents());
        }

        internal int Port => _host.LocalEndPoint.Port;

        internal (PeerId From, CoapCode Code)[] Requests => _host.Invoke(this, static (server, _) => server._requests.ToArray());

        /// <summary>Whether each request is answered by closing the connection.</summary>
        internal bool Drops { get; set; }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            _requests.Add((request.From, request.Code));
            if (Drops)
            {
                PeerId peer = request.From;
                _ = response.Defer();
                _ = Task.Run(() => _host.Disconnect(peer));
                return;
            }

            response.Code = request.Code == CoapCode.Delete ? CoapCode.Deleted : CoapCode.Created;
            if (request.Code == CoapCode.Post)
            {
                response.AddLocationPath("rd"u8);
                response.AddLocationPath("1"u8);
            }

            foreach ((int count, TaskCompletionSource reached) in _waiting)
            {
                if (_requests.Count >= count)
                {
                    reached.TrySetResult();
                }
            }
        }

        internal Task Reach(int count) => _host.Invoke((server: this, count), static (call, _) =>
        {
            TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            call.server._waiting.Add((call.count, reached));
            if (call.server._requests.Count >= call.count)
            {
                reached.TrySetResult();
            }

            return reached.Task;
        });

        internal Task<string> Read(string path) => Ask(path, CoapCode.Get, "", observes: false, answers: 1)[0];

        internal Task<string> Write(string path, string value) => Ask(path, CoapCode.Put, value, observes: false, answers: 1)[0];

        /// <summary>Observes.</summary>
        /// <returns>Ends when the first answer is there, with the second.</returns>
        internal async Task<Task<string>> Observe(string path)
        {
            Task<string>[] answers = Ask(path, CoapCode.Get, "", observes: true, answers: 2);
            await answers[0];
            return answers[1];
        }

        internal void Drop() => _host.Disconnect(Requests[^1].From);

        public ValueTask DisposeAsync() => _host.DisposeAsync();

        internal Task<string>[] Ask(string path, CoapCode method, string payload, bool observes, int answers, string query = "") =>
            _host.Invoke((server: this, path, method, payload, observes, answers, query), static (call, _) =>
            {
                Queue<TaskCompletionSource<string>> queue = new(Enumerable.Range(0, call.answers)
                    .Select(static _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously)));
                CoapRequestHead head = new()
                {
                    Method = call.method,
                    Path = call.path,
                    Query = call.query,
                    Accept = call.method == CoapCode.Get ? ContentFormat.PlainText : null,
                    ContentFormat = call.method == CoapCode.Get ? null : ContentFormat.PlainText,
                    Observe = call.observes,
                };
                ExchangeId exchange = call.server._endpoint.Request(call.server._requests[^1].From, head, Encoding.UTF8.GetBytes(call.payload));
                Assert.False(exchange.IsNone);
                Task<string>[] tasks = [.. queue.Select(static source => source.Task)];
                call.server._asked.Add(exchange, queue);
                return tasks;
            });

        private void TakeEvents()
        {
            while (_endpoint.TryTakeEvent(out CoapEvent e))
            {
                if (_asked.TryGetValue(e.Exchange, out Queue<TaskCompletionSource<string>>? queue) && queue.TryDequeue(out TaskCompletionSource<string>? next))
                {
                    next.TrySetResult(!e.HasMessage ? e.Kind.ToString()
                        : e.Message.Payload.IsEmpty ? e.Message.Code.ToString()
                        : Encoding.UTF8.GetString(e.Message.Payload));
                }
            }
        }
    }
}
