using System.Net;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Objects;
using Ipso.Tests;
using Ipso.Tests.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ipso.Hosting.Tests;

/// <summary>What a device in a host logs: numbers, names and levels that stay, and values that can be filtered by.</summary>
[Trait("Category", "Network")]
public sealed class DeviceLogTests : AsyncTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly LogRecorder _log = new();
    private readonly LwM2MServer _server = new();

    public override ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_registration_is_logged_from_beginning_to_end()
    {
        using IHost host = Build(_server.Uri);
        await host.StartAsync();
        string local = host.Get<Lwm2mDevice>().LocalEndPoint.ToString();
        await _log.WaitForAsync(110);
        await host.StopAsync();
        Assert.Equal(
            [
                $"Information 100 Started: Device d serves on {local}",
                $"Information 110 Registered: Registered with server 1 at {_server.Uri}, LwM2M 1.2",
                $"Information 114 Deregistered: Deregistered from server 1 at {_server.Uri}",
                "Information 101 Stopped: Device d has stopped",
            ],
            _log.Events.Select(static e => e.ToString()));
        IReadOnlyDictionary<string, object?> values = _log.Events[1].Values;
        Assert.Equal(((ushort)1, _server.Uri, new ObjectVersion(1, 2)), (values["ShortServerId"], values["ServerUri"], values["Version"]));
        Assert.All(_log.Events, static e => Assert.Equal("Ipso.Net.Lwm2mDevice", e.Category));
    }

    [Fact]
    public async Task A_failure_is_logged_with_its_reason_and_the_next_try()
    {
        await using LwM2MServer refusing = new(CoapCode.Forbidden);
        using IHost host = Build(refusing.Uri);
        await host.StartAsync();
        LoggedEvent failed = await _log.WaitForAsync(112);
        Assert.Equal(
            $"Warning 112 RegistrationFailed: Registration with server 1 at {refusing.Uri} has failed (Rejected): "
            + "the answer was 4.03 Forbidden; next try in 00:01:00",
            failed.ToString());
        Assert.Equal((RegistrationFailure.Rejected, TimeSpan.FromMinutes(1)), (failed.Values["Failure"], failed.Values["NextTryIn"]));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_bootstrap_that_fails_is_logged_with_its_reason()
    {
        HostApplicationBuilder builder = DeviceHost.Create(_log, ("Device:Endpoint", "d"), ("Device:BootstrapServer:Uri", _server.Uri));
        builder.AddDevice();
        using IHost host = builder.Build();
        await host.StartAsync();
        LoggedEvent failed = await _log.WaitForAsync(135);
        LoggedEvent noPack = await _log.WaitForAsync(132);
        await _log.WaitForAsync(133);
        Assert.Equal(
            $"Warning 135 BootstrapFailed: Bootstrap from {_server.Uri} has failed (Rejected): the answer was 4.04 Not Found; next try in 00:01:00",
            failed.ToString());
        Assert.Equal(
            $"Information 132 PackFailed: No pack from Bootstrap-Server {_server.Uri} (Rejected): the answer was 4.04 Not Found",
            noPack.ToString());
        await host.StopAsync();
    }

    [Fact]
    public async Task What_becomes_of_a_Send_is_logged()
    {
        using IHost muted = Build(_server.Uri);
        await muted.StartAsync();
        Lwm2mDevice device = muted.Get<Lwm2mDevice>();
        await device.WaitUntilRegisteredAsync().WaitAsync(s_patience);
        await device.SendAsync(new Lwm2mPath(3303, 0, 5700)).WaitAsync(s_patience);
        LoggedEvent failed = await _log.WaitForAsync(154);
        Assert.Equal((LogLevel.Warning, SendOutcome.Muted), (failed.Level, failed.Values["Outcome"]));
        await muted.StopAsync();

        using IHost host = Build(_server.Uri, static options => options.Server!.MutesSend = false);
        await host.StartAsync();
        device = host.Get<Lwm2mDevice>();
        await device.SendAsync(new Lwm2mPath(3303, 0, 5700)).WaitAsync(s_patience);
        Assert.Equal("Debug 153 SendDelivered: Send to server 1 is delivered", (await _log.WaitForAsync(153)).ToString());
        await host.StopAsync();
    }

    [Fact]
    public async Task What_a_server_does_and_a_handler_that_throws_are_logged_and_the_program_hears_of_it_too()
    {
        Temperature temperature = new() { SensorValue = 1, ApplicationType = "", ResetMinAndMaxMeasuredValues = static _ => throw new NotSupportedException() };
        List<Exception> heard = [];
        HostApplicationBuilder builder = DeviceHost.Create(_log, ("Device:Endpoint", "d"), ("Device:Server:Uri", _server.Uri));
        builder.AddDevice(static options =>
        {
            options.Server!.AsksFromAnyPort = true;
            options.LocalEndPoint = new(IPAddress.Loopback, 0);
        }).AddObject(temperature).Configure((_, device) => device.HandlerFailed = heard.Add);
        using IHost host = builder.Build();
        await host.StartAsync();
        await _log.WaitForAsync(110);
        await using CoapClient client = CoapClient.Connect(host.Get<Lwm2mDevice>().LocalEndPoint);
        Assert.Equal(CoapCode.InternalServerError, (await client.PostAsync("/3303/0/5605").WaitAsync(s_patience)).Code);
        LoggedEvent failed = await _log.WaitForAsync(170);
        Assert.Equal(LogLevel.Error, failed.Level);
        Assert.Same(Assert.Single(heard), failed.Exception);
        Assert.Equal(CoapCode.Changed, (await client.PutAsync("/3303/0/5750", "a"u8.ToArray(), ContentFormat.PlainText).WaitAsync(s_patience)).Code);
        Assert.Equal("Debug 160 ChangedByServer: Server 1 has changed /3303/0/5750: Written", (await _log.WaitForAsync(160)).ToString());
        await host.StopAsync();
    }

    [Fact]
    public async Task The_end_of_an_observation_is_logged_and_so_is_what_was_acknowledged()
    {
        Temperature temperature = new() { SensorValue = 1 };
        HostApplicationBuilder builder = DeviceHost.Create(_log, ("Device:Endpoint", "d"), ("Device:Server:Uri", _server.Uri));
        builder.AddDevice(static options =>
        {
            options.Server!.AsksFromAnyPort = true;
            options.LocalEndPoint = new(IPAddress.Loopback, 0);
        }).AddObject(temperature);
        using IHost host = builder.Build();
        await host.StartAsync();
        await _log.WaitForAsync(110);
        await using CoapClient client = CoapClient.Connect(host.Get<Lwm2mDevice>().LocalEndPoint);
        using CancellationTokenSource patience = new(s_patience);
        await foreach (CoapClientResponse notification in client.ObserveAsync("/3303/0/5700?con=1", cancellationToken: patience.Token))
        {
            if (notification.GetText() == "2")
            {
                break;
            }

            temperature.SensorValue = 2;
        }

        Assert.Equal("Debug 150 NotificationAcknowledged: Server 1 has acknowledged /3303/0/5700", (await _log.WaitForAsync(150)).ToString());
        Assert.Equal(
            "Information 152 ObservationEnded: The observation of /3303/0/5700 by server 1 is over: Cancelled",
            (await _log.WaitForAsync(152)).ToString());
        await host.StopAsync();
    }

    [Fact]
    public async Task A_storage_that_cannot_be_written_and_that_can_be_again_is_logged()
    {
        ManualClock clock = new();
        FailingStorage storage = new() { Fails = true };
        HostApplicationBuilder builder = DeviceHost.Create(_log, ("Device:Endpoint", "d"), ("Device:Server:Uri", _server.Uri));
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.AddDevice(options => options.Adjust = device => device with { Storage = storage });
        using IHost host = builder.Build();
        await host.StartAsync();
        LoggedEvent failed = await _log.WaitForAsync(181);
        Assert.Equal(LogLevel.Error, failed.Level);
        Assert.Equal("The page is worn.", Assert.IsType<StateStorageException>(failed.Exception).Message);
        await _log.WaitForAsync(110);
        storage.Fails = false;
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(LogLevel.Information, (await _log.WaitForAsync(182)).Level);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_storage_that_is_damaged_is_logged_at_the_start()
    {
        string folder = Directory.CreateTempSubdirectory("ipso-hosting-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "state-0"), "This is no state of a device.");
        using IHost host = Build(_server.Uri, options => options.StorageFolder = folder);
        await host.StartAsync();
        LoggedEvent damaged = await _log.WaitForAsync(180);
        Assert.Equal((LogLevel.Error, host.Get<Lwm2mDevice>().StorageFault), (damaged.Level, damaged.Values["Fault"]));
        await host.StopAsync();
        host.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private IHost Build(string uri, Action<IpsoDeviceOptions>? configure = null)
    {
        HostApplicationBuilder builder = DeviceHost.Create(_log, ("Device:Endpoint", "d"), ("Device:Server:Uri", uri));
        builder.AddDevice(configure).AddObject(new Temperature { SensorValue = 21.5 });
        return builder.Build();
    }
}
