using System.Net;
using System.Net.Sockets;
using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Objects;
using Ipso.Server.Bootstrap;
using Ipso.Server.Cluster;
using Ipso.Server.Events;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Sqlite;
using Ipso.Server.Stores;
using Ipso.Testing;
using Ipso.Tests;
using Ipso.Tests.Docs;

namespace Ipso.Server.Tests;

/// <summary>The server on sockets, with devices of ours in the same process.</summary>
[Trait("Category", "Network")]
public sealed class Lwm2mServerTests : AsyncTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly IPEndPoint s_loopback = new(IPAddress.Loopback, 0);

    private readonly CancellationTokenSource _patience = new(s_patience);
    private readonly Lwm2mServer _server = new();

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _patience.Dispose();
    }

    private static async Task<Lwm2mDevice> StartDeviceAsync(Lwm2mServer server, string endpoint, Temperature? temperature = null, TimeSpan? stopTimeout = null)
    {
        Lwm2mDevice device = new(new DeviceOptions
        {
            Endpoint = endpoint, StopTimeout = stopTimeout ?? TimeSpan.FromSeconds(5), Server = new($"coap://127.0.0.1:{server.LocalEndPoint.Port}"),
        });
        device.Objects.Add(temperature ?? new Temperature { SensorValue = 21.5, SensorUnits = "Cel" });
        device.Objects.Add(new SetPoint { SetPointValue = 18 });
        await device.StartAsync(s_loopback);
        return device;
    }

    [Fact]
    public async Task The_example_of_the_page_runs()
    {
        Temperature temperature = new() { SensorValue = 21.5, SensorUnits = "Cel" };
        CancellationToken cancellationToken = _patience.Token;
        List<string> lines = [];
        await using Lwm2mServer server = new(new ServerEndpointOptions { MaxDevices = 1000 });
        server.RegistrationChanged = change => lines.Add(change.ToString());
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));

        await using Lwm2mDevice greenhouse = await StartDeviceAsync(server, "urn:dev:mac:0024befffe804ff1", temperature);

        DeviceClient device = await server.WaitForAsync("urn:dev:mac:0024befffe804ff1", cancellationToken);
        DeviceRequest read = DeviceRequest.Read(new(3303, 0, 5700)).In(ContentFormat.PlainText);
        DeviceAnswer answer = await device.SendAsync(read, cancellationToken);

        Assert.Equal("21.5"u8.ToArray(), answer.EnsureSuccess(device.Endpoint, read).Payload.ToArray());
        Assert.Equal($"{device} Registered", Assert.Single(lines));
    }

    [Fact]
    public async Task The_example_of_the_page_knows_its_devices_again()
    {
        string folder = Directory.CreateTempSubdirectory("ipso-server-").FullName;
        string file = Path.Combine(folder, "server.db");
        List<DeviceEvent> events = [];
        int unread = await KeepAsync(async keeping =>
        {
            await using Lwm2mDevice device = await StartDeviceAsync(keeping, "d", stopTimeout: TimeSpan.Zero);
            await keeping.WaitForAsync("d", _patience.Token);

            // It says no good-bye: nobody is there any more.
            await keeping.DisposeAsync();
        });
        Assert.Equal(0, unread);
        long id = 0;
        Assert.Equal(0, await KeepAsync(async keeping =>
        {
            Assert.Equal("d", keeping.Find("d")!.Endpoint);
            QueuedCommand command = await keeping.EnqueueAsync("e", DeviceRequest.Execute(new(3303, 0, 5605)), TimeSpan.FromDays(7), "once");
            id = command.Id;
            Assert.Equal(id, (await keeping.EnqueueAsync("e", DeviceRequest.Execute(new(3303, 0, 5605)), TimeSpan.FromDays(7), "once")).Id);
            QueuedCommand another = await keeping.EnqueueAsync("e", DeviceRequest.Read(new(3)), TimeSpan.FromDays(7));
            Assert.True(await keeping.CancelCommandAsync(another.Id));
            Assert.Null(await keeping.FindCommandAsync(another.Id));
        }));
        int count = 0;
        Assert.Equal(0, await KeepAsync(async keeping =>
        {
            Assert.Equal(CommandState.Waiting, (await keeping.FindCommandAsync(id))!.State);
            TaskCompletionSource<QueuedCommand> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
            keeping.CommandEnded = ended.SetResult;
            await using Lwm2mDevice device = await StartDeviceAsync(
                keeping, "e", new Temperature { SensorValue = 1, ResetMinAndMaxMeasuredValues = _ => count++ });
            QueuedCommand done = await ended.Task.WaitAsync(_patience.Token);
            Assert.Equal((id, CommandState.Answered, CoapCode.Changed, 1), (done.Id, done.State, done.Code, count));
        }));
        Assert.Equal(["d Registered", "e Registered", "e CommandEnded"], events.Where(static e => e.Kind != DeviceEventKind.Deregistered).Select(static e => $"{e.Endpoint} {e.Kind}"));
        Assert.Equal(2, events.Select(static e => e.Id.Incarnation).Distinct().Count());
        Directory.Delete(folder, recursive: true);

        async Task<int> KeepAsync(Func<Lwm2mServer, Task> use)
        {
            await using SqliteServerStore store = SqliteServerStore.Open(file);
            await using Lwm2mServer keeping = new(new ServerEndpointOptions
            {
                Registrations = store.Registrations, Observations = store.Observations, Commands = store.Commands, BootstrapStore = store.Bootstraps,
                Security = store.Security, Events = store.Events,
            });
            int unreadable = await keeping.StartAsync(new UdpHostOptions { Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0))] });
            await use(keeping);
            await keeping.DisposeAsync();
            Broker broker = new();
            CancellationToken cancellationToken = _patience.Token;
            while (await store.Events.RelayAsync(broker, cancellationToken) > 0)
            {
            }

            events.AddRange(broker.Taken);
            return unreadable;
        }
    }

    [Fact]
    public void The_example_of_the_page_bootstraps()
    {
        BootstrapConfiguration account = BootstrapConfiguration.Empty
            .Delete(new(0))
            .Delete(new(1))
            .Write(1, new LWM2MSecurity
            {
                LWM2MServerURI = "coap://server.example", BootstrapServer = false, SecurityMode = 3, ShortServerID = 1,
                PublicKeyOrIdentity = default, ServerPublicKey = default, SecretKey = default,
            })
            .Write(0, new LwM2MServer
            {
                ShortServerID = 1, Lifetime = 300, NotificationStoringWhenDisabledOrOffline = true, Binding = "U", RegistrationUpdateTrigger = _ => { },
            });
        ServerEndpointOptions options = new() { Bootstrap = request => request.Endpoint.StartsWith("urn:dev:", StringComparison.Ordinal) ? account : null };

        Assert.Equal(4, options.Bootstrap!(new("urn:dev:x", null, default, null, IsPack: false))!.Commands.Count);
        Assert.Null(options.Bootstrap(new("x", null, default, null, IsPack: false)));
    }

    [Fact]
    public async Task A_device_is_found_asked_and_observed()
    {
        _server.Start(s_loopback);
        Temperature temperature = new() { SensorValue = 21.5 };
        Task<DeviceClient> waiting = _server.WaitForAsync("d", _patience.Token);
        await using Lwm2mDevice device = await StartDeviceAsync(_server, "d", temperature);
        DeviceClient client = await waiting;
        Assert.Equal(("d", true), (client.Endpoint, client.Registration.Objects.Has(3303, 0)));
        Assert.Equal("d", Assert.Single(_server.List(3303)).Endpoint);
        Assert.Empty(_server.List(3304));
        Assert.Null(_server.Find("e"));

        DeviceAnswer answer = await client.SendAsync(DeviceRequest.Read(new(3303, 0, 5700)).In(ContentFormat.PlainText), _patience.Token);
        Assert.Equal("21.5"u8.ToArray(), answer.Payload.ToArray());
        answer = await client.SendAsync(DeviceRequest.Delete(new(3303, 0)), _patience.Token);
        DeviceException thrown = Assert.Throws<DeviceException>(() => answer.EnsureSuccess("d", DeviceRequest.Delete(new(3303, 0))));
        Assert.StartsWith("d, DELETE /3303/0: 4.05", thrown.Message, StringComparison.Ordinal);

        int seen = 0;
        await foreach (DeviceAnswer value in client.ObserveAsync(DeviceRequest.Observe(new(3303, 0, 5700)).In(ContentFormat.PlainText), _patience.Token))
        {
            temperature.SensorValue = 30 + seen;
            if (++seen == 3)
            {
                Assert.Equal("31"u8.ToArray(), value.Payload.ToArray());
                break;
            }
        }

        _server.Invoke(static (endpoint, test, _) => Assert.Equal(0, endpoint.ObservationCount), this);
    }

    [Fact]
    public async Task An_observation_ends_with_a_clear_exception_when_its_device_leaves()
    {
        _server.Start(s_loopback);
        Lwm2mDevice device = await StartDeviceAsync(_server, "d");
        DeviceClient client = await _server.WaitForAsync("d", _patience.Token);
        await using IAsyncEnumerator<DeviceAnswer> values =
            client.ObserveAsync(DeviceRequest.Observe(new(3303, 0, 5700)), _patience.Token).GetAsyncEnumerator(_patience.Token);
        Assert.True(await values.MoveNextAsync());
        await device.DisposeAsync();
        DeviceException thrown = await Assert.ThrowsAsync<DeviceException>(async () => await values.MoveNextAsync());
        Assert.Equal("d, Observe /3303/0/5700: NotRegistered: the device is registered no more", thrown.Message);
        Assert.Equal(DeviceOutcome.NotRegistered, (await client.SendAsync(DeviceRequest.Read(new(3, 0)), _patience.Token)).Outcome);
    }

    [Fact]
    public async Task What_is_under_way_when_the_server_stops_or_the_caller_gives_up_ends()
    {
        _server.Start(s_loopback);
        using UdpClient silent = new(s_loopback);
        byte[] register = CoapDatagram.Con(CoapCode.Post, 1).Path("/rd").Query("ep=silent&lwm2m=1.1").ContentFormat(ContentFormat.LinkFormat)
            .Payload("</3/0>").ToArray();
        await silent.SendAsync(register, _server.LocalEndPoint, _patience.Token);
        await silent.ReceiveAsync(_patience.Token);
        DeviceClient client = _server.Find("silent")!;
        using CancellationTokenSource giving = new();
        Task<DeviceAnswer> first = client.SendAsync(DeviceRequest.Read(new(3, 0)), giving.Token);
        Task<DeviceAnswer> second = client.SendAsync(DeviceRequest.Read(new(3, 0)), _patience.Token);
        await giving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await _server.DisposeAsync();
        DeviceAnswer answer = await second.WaitAsync(s_patience);
        Assert.Equal("the server stops", answer.Reason);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.SendAsync(DeviceRequest.Read(new(3, 0)), giving.Token));
    }

    [Fact]
    public async Task Changes_are_read_as_they_come()
    {
        _server.Start(s_loopback);
        Task<List<RegistrationChangeKind>> reading = Task.Run(async () =>
        {
            List<RegistrationChangeKind> kinds = [];
            await foreach (RegistrationChange change in _server.ReadChangesAsync(_patience.Token))
            {
                kinds.Add(change.Kind);
                if (change.Kind == RegistrationChangeKind.Deregistered && kinds.Count > 1)
                {
                    break;
                }
            }

            return kinds;
        });
        while (!reading.IsCompleted)
        {
            // Whoever reads has begun to, at some time.
            await using Lwm2mDevice device = await StartDeviceAsync(_server, "d");
            await device.WaitUntilRegisteredAsync(_patience.Token);
        }

        Assert.Equal([RegistrationChangeKind.Registered, RegistrationChangeKind.Deregistered], (await reading).TakeLast(2));
    }

    [Fact]
    public async Task A_device_over_tcp_is_asked_and_observed()
    {
        await using Lwm2mServer server = new();
        server.Start(
            new UdpHostOptions { Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0))] },
            new TcpHostOptions { Listeners = [new IPEndPoint(IPAddress.Loopback, 0)] });
        Temperature temperature = new() { SensorValue = 1 };
        await using Lwm2mDevice device = new(new() { Endpoint = "d", Server = new($"coap+tcp://{server.TcpEndPoints[0]}") })
        {
            Tcp = new(),
        };
        device.Objects.Add(temperature);
        await device.StartAsync(s_loopback);
        DeviceClient client = await server.WaitForAsync("d", _patience.Token);
        DeviceRequest read = DeviceRequest.Read(new(3303, 0, 5700)).In(ContentFormat.PlainText);
        Assert.Equal("1"u8.ToArray(), (await client.SendAsync(read, _patience.Token)).EnsureSuccess("d", read).Payload.ToArray());
        DeviceRequest observe = DeviceRequest.Observe(new(3303, 0, 5700)).In(ContentFormat.PlainText);
        await using IAsyncEnumerator<DeviceAnswer> values = client.ObserveAsync(observe, _patience.Token).GetAsyncEnumerator();
        for (int i = 1; i < 4; i++)
        {
            Assert.True(await values.MoveNextAsync());
            Assert.Equal($"{i}", System.Text.Encoding.UTF8.GetString(values.Current.Payload.Span));
            temperature.SensorValue = i + 1;
        }

        // One device over each, and neither waits for the other.
        await using Lwm2mDevice other = await StartDeviceAsync(server, "e");
        await server.WaitForAsync("e", _patience.Token);
        DeviceAnswer[] answers = await Task.WhenAll(server.List().Select(c => c.SendAsync(read, _patience.Token)));
        Assert.All(answers, static answer => Assert.True(answer.IsSuccess, $"{answer}"));
        Assert.Equal(2, answers.Length);
    }

    [Fact]
    public async Task It_has_ended_when_both_hosts_have_or_one_is_broken()
    {
        TaskCompletionSource datagrams = new(), connections = new();
        Task ending = Lwm2mServer.EndAsync(datagrams.Task, connections.Task);

        // What hangs on a source that has been made so goes on within SetResult.
        connections.SetResult();
        Assert.False(ending.IsCompleted);
        datagrams.SetResult();
        await ending.WaitAsync(s_patience);

        TaskCompletionSource broken = new();
        ending = Lwm2mServer.EndAsync(new TaskCompletionSource().Task, broken.Task);
        broken.SetException(new IOException("no"));
        await Assert.ThrowsAsync<IOException>(() => ending.WaitAsync(s_patience));
    }

    [Fact]
    public async Task Changes_of_a_server_that_is_gone_are_none()
    {
        Lwm2mServer server = new();
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        await server.DisposeAsync();
        await foreach (RegistrationChange change in server.ReadChangesAsync())
        {
            Assert.Fail($"{change}");
        }
    }

    [Fact]
    public async Task Before_the_start_and_twice_it_says_so()
    {
        Assert.Contains("before Start", Assert.Throws<InvalidOperationException>(() => _server.Find("d")).Message, StringComparison.Ordinal);
        _server.Start(s_loopback);
        Assert.Throws<InvalidOperationException>(() => _server.Start(s_loopback));
        await using Lwm2mServer other = new();
        Assert.Throws<UdpBindException>(() => other.Start(_server.LocalEndPoint));
    }

    [Fact]
    public async Task The_example_of_the_page_asks_a_device_of_another_server()
    {
        CancellationToken cancellationToken = _patience.Token;
        ServerEndpointOptions options = new() { Registrations = new MemoryRegistrationStore() };
        LocalMembership membership = new(TimeProvider.System);
        LocalRouter router = new(TimeProvider.System);
        DeviceRequest read = DeviceRequest.Read(new(3303, 0, 5700)).In(ContentFormat.PlainText);
        await using ClusterNode other = await ClusterNode.JoinAsync(options, membership, router, TimeSpan.FromSeconds(15), cancellationToken);
        other.Server.Start(s_loopback);
        await using Lwm2mDevice device = await StartDeviceAsync(other.Server, "urn:dev:mac:0024befffe804ff1", new Temperature { SensorValue = 21.5 });
        await other.Server.WaitForAsync("urn:dev:mac:0024befffe804ff1", cancellationToken);

        await using ClusterNode node = await ClusterNode.JoinAsync(options, membership, router, TimeSpan.FromSeconds(15), cancellationToken);
        await node.Server.StartAsync(new UdpHostOptions { Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0))] }, null, cancellationToken);
        RoutedAnswer routed = await node.SendAsync("urn:dev:mac:0024befffe804ff1", read, TimeSpan.FromSeconds(30), cancellationToken);
        Assert.Equal((RoutedOutcome.Done, "21.5"), (routed.Outcome, System.Text.Encoding.UTF8.GetString(routed.Answer!.Payload.Span)));
    }

    private sealed class Broker : IEventSink
    {
        internal List<DeviceEvent> Taken { get; } = [];

        public ValueTask PublishAsync(ReadOnlyMemory<DeviceEvent> batch, CancellationToken cancellationToken = default)
        {
            Taken.AddRange(batch.Span);
            return default;
        }
    }

    [Fact]
    public void The_examples_of_the_page_stand_here() => DocsPage.AssertStandHere(new DocsPage("server.md").Examples());
}
