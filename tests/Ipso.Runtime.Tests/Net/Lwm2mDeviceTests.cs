using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Objects;
using Ipso.Tests.Docs;

namespace Ipso.Tests.Net;

/// <summary>A device on a socket, and the example of docs/device.md, compiled and run: the code stands here as it stands there.</summary>
[Trait("Category", "Network")]
public sealed class Lwm2mDeviceTests : AsyncTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _asked = [];
    private readonly CoapServer _server = new();

    public Lwm2mDeviceTests()
    {
        _server.MapPost("/rd", request => Note(request, CoapReply.Created("/rd/5")));
        _server.MapPost("/rd/{id}", request => Note(request, CoapReply.Changed));
        _server.MapDelete("/rd/{id}", request => Note(request, CoapReply.Deleted));
        _server.MapPost("/dp", request => Note(request, CoapReply.Changed));
        _server.Start(new IPEndPoint(IPAddress.Loopback, 0));
    }

    private int Port => _server.LocalEndPoint.Port;

    public override ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_example()
    {
        string uri = $"coap://127.0.0.1:{Port}";
        ConcurrentQueue<string> events = [];
        Log log = new(events);
        {
            Temperature temperature = new() { SensorValue = 21.5, SensorUnits = "Cel" };
            await using Lwm2mDevice device = new(new DeviceOptions
            {
                Endpoint = "urn:dev:mac:0024befffe804ff1",
                Server = new(uri) { Lifetime = TimeSpan.FromMinutes(5) },
            });
            device.Objects.Add(temperature);
            device.RegistrationChanged = e => log.Add(e.ToString());
            await device.StartAsync();
            await device.WaitUntilRegisteredAsync();
            Assert.Equal(ServerState.Registered, Assert.Single(device.GetServers()).State);
        }

        Assert.Equal(
            [
                "POST /rd?ep=urn:dev:mac:0024befffe804ff1&lt=300&lwm2m=1.2&b=U </>;rt=\"oma.lwm2m\",</1/0>,</3303>;ver=1.1,</3303/0>",
                "DELETE /rd/5",
            ],
            _asked);
        Assert.Equal([$"server 1 at {uri}: registered, LwM2M 1.2", $"server 1 at {uri}: deregistered"], events);
    }

    [Fact]
    public void The_example_of_the_page_stands_here() => DocsPage.AssertStandHere(new DocsPage("device.md").Examples()[..1]);

    [Fact]
    public async Task A_device_without_servers_that_has_TCP_runs_until_it_is_stopped()
    {
        await using Lwm2mDevice device = new() { Tcp = new TcpHostOptions() };
        device.Start(new IPEndPoint(IPAddress.Loopback, 0));
        Task completion = device.Completion;
        Assert.False(completion.IsCompleted);
        await device.StopAsync();
        await completion.WaitAsync(s_patience);
    }

    [Fact]
    public async Task What_is_sent_arrives_and_has_its_result()
    {
        Lwm2mPath path = new(3303, 0, 5700);
        await using Lwm2mDevice device = new(new DeviceOptions
        {
            Endpoint = "d",
            Server = new($"coap://127.0.0.1:{Port}") { MutesSend = false },
        });
        device.Objects.Add(new Temperature { SensorValue = 21.5 });
        await Assert.ThrowsAsync<InvalidOperationException>(() => device.SendAsync(path));
        await device.StartAsync();

        // It waits for the registration, or does not have to.
        Assert.Equal([new(1, SendOutcome.Delivered, CoapCode.Changed)], await device.SendAsync(path).WaitAsync(s_patience));
        await device.WaitUntilRegisteredAsync();
        Assert.Equal([new(1, SendOutcome.Delivered, CoapCode.Changed)], await device.SendAsync(path).WaitAsync(s_patience));
        Assert.Equal(2, _asked.Count(static asked => asked.StartsWith("POST /dp", StringComparison.Ordinal)));
        await device.StopAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => device.SendAsync(path));
    }

    [Fact]
    public async Task A_name_is_looked_up_and_a_name_without_address_is_told_of()
    {
        ConcurrentQueue<RegistrationEvent> events = [];
        await using Lwm2mDevice device = new(new DeviceOptions
        {
            Endpoint = "d",
            Servers = [new($"coap://known.example:{Port}"), new("coap://unknown.example")],
            RetrySpread = 0,
        })
        {
            Resolve = static (name, _) => name == "known.example"
                ? Task.FromResult<IPAddress[]>([IPAddress.Loopback])
                : throw new SocketException((int)SocketError.HostNotFound),
        };
        TaskCompletionSource failed = new();
        device.RegistrationChanged = e =>
        {
            events.Enqueue(e);
            if (e.Kind == RegistrationEventKind.Failed)
            {
                failed.TrySetResult();
            }
        };
        await device.StartAsync();
        await device.WaitUntilRegisteredAsync().WaitAsync(s_patience);
        await failed.Task.WaitAsync(s_patience);
        RegistrationEvent failure = Assert.Single(events, static e => e.Kind == RegistrationEventKind.Failed);
        Assert.Equal((2, RegistrationFailure.Unresolved, (TimeSpan?)TimeSpan.FromSeconds(60)), ((int)failure.ShortServerId, failure.Failure, failure.NextTryIn));
        Assert.StartsWith("'unknown.example' has no address: ", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_waits_no_longer_than_it_may_for_a_server_that_is_gone()
    {
        await using Lwm2mDevice device = new(new DeviceOptions
        {
            Endpoint = "d",
            Server = new($"coap://127.0.0.1:{Port}"),
            StopTimeout = TimeSpan.FromMilliseconds(50),
        });
        await device.StartAsync();
        await device.WaitUntilRegisteredAsync().WaitAsync(s_patience);
        await _server.StopAsync();
        await device.StopAsync().WaitAsync(s_patience);
        Assert.True(device.Completion.IsCompletedSuccessfully);

        // Again, and it is over already.
        await device.StopAsync().WaitAsync(s_patience);
        await device.DisposeAsync();
    }

    [Fact]
    public async Task Who_waits_for_a_registration_hears_that_the_device_stops()
    {
        Lwm2mDevice device = new(new DeviceOptions { Endpoint = "d", Server = new("coap://nowhere.example") })
        {
            Resolve = static (_, cancel) => new TaskCompletionSource<IPAddress[]>().Task.WaitAsync(cancel),
        };
        await device.StartAsync();
        Task waiting = device.WaitUntilRegisteredAsync();
        await device.DisposeAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => waiting.WaitAsync(s_patience));
    }

    [Fact]
    public async Task Start_is_for_devices_without_servers_and_once()
    {
        await using Lwm2mDevice device = new(new DeviceOptions { Endpoint = "d", Server = new("coap://127.0.0.1:1") });
        Assert.Throws<InvalidOperationException>(() => device.Start(new(IPAddress.Loopback, 0)));
        await device.StartAsync(new(IPAddress.Loopback, 0));
        await Assert.ThrowsAsync<InvalidOperationException>(() => device.StartAsync(new(IPAddress.Loopback, 0)));
    }

    private CoapReply Note(CoapServerRequest request, CoapReply reply)
    {
        string query = request.Query.Count > 0 ? $"?{string.Join('&', request.Query)}" : "";
        string payload = request.Payload.IsEmpty ? "" : $" {request.GetText()}";
        string method = request.Method == CoapCode.Post ? "POST" : "DELETE";
        _asked.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{method} {request.Path}{query}{payload}"));
        return reply;
    }

    private sealed class Log(ConcurrentQueue<string> lines)
    {
        internal void Add(string line) => lines.Enqueue(line);
    }
}
