using System.Collections.Concurrent;
using System.Net;
using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Net;
using Ipso.Objects;
using Ipso.Tests.Docs;

namespace Ipso.Tests.Net;

/// <summary>A device on a socket that is bootstrapped, and the example of docs/device.md: the code stands here as it stands there.</summary>
[Trait("Category", "Network")]
public sealed class BootstrapDeviceTests : AsyncTests
{
    private readonly CoapServer _server = new();

    public BootstrapDeviceTests()
    {
        _server.MapGet("/bspack", _ => CoapReply.Content(Pack(), ContentFormat.SenMLCbor));
        _server.MapPost("/rd", static _ => CoapReply.Created("/rd/5"));
        _server.MapDelete("/rd/{id}", static _ => CoapReply.Deleted);
        _server.Start(new IPEndPoint(IPAddress.Loopback, 0));
    }

    private string Uri => $"coap://127.0.0.1:{_server.LocalEndPoint.Port}";

    // The account of a server that is the Bootstrap-Server itself.
    private byte[] Pack()
    {
        ServerOptions options = new(Uri) { Lifetime = TimeSpan.FromSeconds(300) };
        ObjectTree tree = new();
        ObjectInstance security = options.ToSecurity(7), server = options.ToServer(7);
        tree.Add(1, security);
        tree.Add(0, server);
        byte[] buffer = new byte[1024];
        ResourceWriter writer = new(buffer, ContentFormat.SenMLCbor);
        writer.WriteWhole(security);
        writer.WriteWhole(server);
        return buffer[..writer.Finish()];
    }

    public override ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact(Timeout = 60_000)]
    public async Task The_example()
    {
        string uri = Uri;
        ConcurrentQueue<string> events = [];
        Log log = new(events);
        Temperature temperature = new() { SensorValue = 21.5 };
        DateTimeOffset before = DateTimeOffset.UtcNow.AddSeconds(-1);
        await using Lwm2mDevice device = new(new DeviceOptions
        {
            Endpoint = "urn:dev:mac:0024befffe804ff1",
            BootstrapServer = new(uri) { HoldOff = TimeSpan.FromSeconds(1) },
        });
        device.Objects.Add(temperature);
        device.BootstrapChanged = e => log.Add(e.ToString());
        await device.StartAsync();
        await device.WaitUntilRegisteredAsync();
        Assert.Equal(
            [
                $"bootstrap server at {uri}: bootstrap begins", $"bootstrap server at {uri}: asked for a pack",
                $"bootstrap server at {uri}: bootstrapped",
            ],
            events);
        Assert.Equal((7, ServerState.Registered), (Assert.Single(device.GetServers()).ShortServerId, device.GetServers()[0].State));
        Assert.InRange(device.Objects.Find<Ipso.Lwm2m.Device.LwM2MServer>(0)!.LastBootstrapped!.Value, before, DateTimeOffset.UtcNow);
        Assert.Equal(BootstrapState.Idle, device.BootstrapState);
    }

    [Fact]
    public void The_example_of_the_page_stands_here() =>
        DocsPage.AssertStandHere(new DocsPage("device.md", "Bootstrap").Examples()[..1]);

    [Fact]
    public async Task A_device_that_is_to_be_bootstrapped_is_not_one_without_servers()
    {
        await using Lwm2mDevice device = new(new DeviceOptions { Endpoint = "d", BootstrapServer = new(Uri) });
        Assert.Throws<InvalidOperationException>(() => device.Start(new(IPAddress.Loopback, 0)));
        Assert.Throws<InvalidOperationException>(() => device.RequestBootstrap());
        await device.StartAsync(new(IPAddress.Loopback, 0));
        Assert.True(device.RequestBootstrap());
    }

    private sealed class Log(ConcurrentQueue<string> lines)
    {
        internal void Add(string line) => lines.Enqueue(line);
    }
}
