using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Objects;

namespace Ipso.Tests.Net;

/// <summary>A device on a socket that is bootstrapped, and the example of docs/device.md: the code stands here as it stands there.</summary>
[Trait("Category", "Network")]
public sealed class BootstrapDeviceTests : IAsyncDisposable
{
    private readonly CoapServer _server = new();

    public BootstrapDeviceTests()
    {
        _server.MapGet("/bspack", _ => CoapReply.Content(Encoding.UTF8.GetBytes(Pack), ContentFormat.SenMLJson));
        _server.MapPost("/rd", static _ => CoapReply.Created("/rd/5"));
        _server.MapDelete("/rd/{id}", static _ => CoapReply.Deleted);
        _server.Start(new IPEndPoint(IPAddress.Loopback, 0));
    }

    private string Uri => $"coap://127.0.0.1:{_server.LocalEndPoint.Port}";

    private string Pack => $$"""
        [{"bn":"/0/1/","n":"0","vs":"{{Uri}}"},{"n":"1","vb":false},{"n":"2","v":3},{"n":"10","v":7},
        {"bn":"/1/0/","n":"0","v":7},{"n":"1","v":300},{"n":"6","vb":true},{"n":"7","vs":"U"}]
        """;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
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
    public async Task The_example_of_the_page_stands_here()
    {
        string here = Trimmed(await File.ReadAllTextAsync(ThisFile()));
        string page = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../docs/device.md"));
        string block = page.Split("## Bootstrap\n")[1].Split("```csharp\n")[1].Split("```")[0];
        Assert.Contains(Trimmed(block), here, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_is_to_be_bootstrapped_is_not_one_without_servers()
    {
        await using Lwm2mDevice device = new(new DeviceOptions { Endpoint = "d", BootstrapServer = new(Uri) });
        Assert.Throws<InvalidOperationException>(() => device.Start(new(IPAddress.Loopback, 0)));
        Assert.Throws<InvalidOperationException>(() => device.RequestBootstrap());
        await device.StartAsync(new(IPAddress.Loopback, 0));
        Assert.True(device.RequestBootstrap());
    }

    private static string Trimmed(string code) => string.Join('\n', code.Split('\n').Select(static line => line.Trim()));

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private sealed class Log(ConcurrentQueue<string> lines)
    {
        internal void Add(string line) => lines.Enqueue(line);
    }
}
