using System.Net;
using System.Text.Json.Nodes;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Objects;

namespace Ipso.Integration.Tests;

/// <summary>A device registers with servers that know nothing of us.</summary>
[Trait("Category", "Peers")]
public sealed class RegistrationPeerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [PeerFact(LibcoapServer.Directory)]
    public async Task It_registers_with_libcoaps_resource_directory()
    {
        await using LibcoapServer directory = await LibcoapServer.StartDirectoryAsync("127.0.0.1");
        LibcoapClient client = new(directory.EndPoint);
        await using Lwm2mDevice device = new(OptionsFor(directory));
        device.Objects.Add(new SetPoint { SetPointValue = 21 });
        await device.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await device.WaitUntilRegisteredAsync().WaitAsync(s_patience);
        Assert.Contains(";A=\"\"", (await client.RequestAsync("get", "/.well-known/core")).Text, StringComparison.Ordinal);
        Assert.Equal(ServerState.Registered, Assert.Single(device.GetServers()).State);
    }

    [PeerFact(LibcoapServer.Directory)]
    public async Task A_directory_that_takes_no_Update_is_registered_with_anew()
    {
        await using LibcoapServer directory = await LibcoapServer.StartDirectoryAsync("127.0.0.1");
        await using Lwm2mDevice device = new(OptionsFor(directory));
        TaskCompletionSource refused = new(), again = new();
        device.RegistrationChanged = e =>
        {
            if (e is { Kind: RegistrationEventKind.Failed, Failure: RegistrationFailure.Rejected })
            {
                refused.TrySetResult();
            }
            else if (e.Kind == RegistrationEventKind.Registered && refused.Task.IsCompleted)
            {
                again.TrySetResult();
            }
        };
        await device.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await device.WaitUntilRegisteredAsync().WaitAsync(s_patience);

        // An instance that comes is an Update, and libcoap 4.3.1 knows no POST below /rd.
        device.Objects.Add(new SetPoint { SetPointValue = 21 });
        await again.Task.WaitAsync(s_patience);
    }

    [PeerFact(CoapShepherd.Name)]
    public async Task Coap_shepherd_manages_it()
    {
        await using CoapShepherd shepherd = await CoapShepherd.StartAsync();
        await using Lwm2mDevice device = new(Options(shepherd.Port));
        // An object of version 1.0: it takes the version in a link for a part of the path.
        LightControl light = new() { OnOff = false, Dimmer = 20 };
        List<string> reboots = [];
        device.Objects.Add(light);
        device.Objects.Add(new Device
        {
            Manufacturer = "Company X",
            ErrorCode = [0],
            SupportedBindingAndModes = "U",
            Reboot = arguments => reboots.Add(arguments.ToString()),
        });
        await device.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await device.WaitUntilRegisteredAsync().WaitAsync(s_patience);

        // It reads everything before it says that somebody has come.
        await shepherd.WaitForAsync("devIncoming").WaitAsync(s_patience);
        Assert.Equal("2.05 20", Show(await AskAsync(shepherd, "readReq", "/3311/0/5851")));
        Assert.Equal("2.05 Company X", Show(await AskAsync(shepherd, "readReq", "/3/0/0")));
        Assert.Equal("2.04", Show(await AskAsync(shepherd, "writeReq", "/3311/0/5851", 80)));
        Assert.Equal(80, light.Dimmer);
        Assert.Equal("2.04", Show(await AskAsync(shepherd, "executeReq", "/3/0/4")));
        Assert.Single(reboots);

        Assert.Equal("2.05 80", Show(await AskAsync(shepherd, "observeReq", "/3311/0/5851")));
        light.Dimmer = 42;
        JsonNode notification = await shepherd.WaitForAsync("devNotify").WaitAsync(s_patience);
        Assert.Contains("42", notification.ToJsonString(), StringComparison.Ordinal);

        // What it writes to the lifetime is what the Update says.
        Assert.Equal("2.04", Show(await AskAsync(shepherd, "writeReq", "/1/0/1", 300)));
        JsonNode update = await shepherd.WaitForAsync(
            "devUpdate", static e => e.ToJsonString().Contains("\"lifetime\":300", StringComparison.Ordinal)).WaitAsync(s_patience);
        Assert.Equal("thermostat", (string?)update["client"]);

        await device.StopAsync();
        await shepherd.WaitForAsync("devLeaving").WaitAsync(s_patience);
    }

    // The directory of libcoap 4.3.1 ends itself when it is sent a DELETE, also by libcoap's own client: nobody waits for its answer.
    private static DeviceOptions OptionsFor(LibcoapServer directory) => Options(directory.EndPoint.Port) with { StopTimeout = TimeSpan.Zero };

    private static DeviceOptions Options(int port) => new()
    {
        Endpoint = "thermostat",
        Server = new($"coap://127.0.0.1:{port}") { AsksFromAnyPort = true },
    };

    private static Task<JsonNode> AskAsync(CoapShepherd shepherd, string call, params object[] arguments) =>
        shepherd.CallAsync("thermostat", call, arguments).WaitAsync(s_patience);

    private static string Show(JsonNode answer) => answer["data"] is { } data ? $"{answer["status"]} {data}" : $"{answer["status"]}";
}
