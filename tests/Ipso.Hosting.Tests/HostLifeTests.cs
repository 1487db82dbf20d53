using System.Net;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Objects;
using Ipso.Net;
using Ipso.Objects;
using Ipso.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ipso.Hosting.Tests;

/// <summary>A device that starts and stops with its host, and what other services have of it.</summary>
[Trait("Category", "Network")]
public sealed class HostLifeTests : AsyncTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly LogRecorder _log = new();
    private readonly LwM2MServer _server = new();

    public override ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_host_that_stops_deregisters_its_device()
    {
        HostApplicationBuilder builder = DeviceHost.Create(_log, ("Device:Endpoint", "d"), ("Device:Server:Uri", _server.Uri));
        builder.AddDevice();
        using IHost host = builder.Build();
        await host.StartAsync();
        await host.Get<Lwm2mDevice>().WaitUntilRegisteredAsync().WaitAsync(s_patience);
        await host.StopAsync();
        Assert.Equal(["POST /rd?ep=d&lt=86400&lwm2m=1.2&b=U", "DELETE /rd/5"], _server.Asked);
        Assert.Equal([100, 110, 114, 101], _log.Events.Select(static e => e.Id.Id));
    }

    [Fact]
    public async Task A_host_stops_although_the_server_is_gone()
    {
        HostApplicationBuilder builder = DeviceHost.Create(
            _log, ("Device:Endpoint", "d"), ("Device:Server:Uri", _server.Uri), ("Device:StopTimeout", "00:00:00.05"));
        builder.AddDevice();
        using IHost host = builder.Build();
        await host.StartAsync();
        await host.Get<Lwm2mDevice>().WaitUntilRegisteredAsync().WaitAsync(s_patience);
        await _server.Coap.StopAsync();
        await host.StopAsync().WaitAsync(s_patience);
        Assert.True(host.Get<Lwm2mDevice>().Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_host_that_fails_to_start_lets_the_device_and_its_folder_go()
    {
        string folder = Directory.CreateTempSubdirectory("ipso-hosting-").FullName;
        for (int i = 0; i < 2; i++)
        {
            HostApplicationBuilder builder = DeviceHost.Create(
                _log, ("Device:Endpoint", "d"), ("Device:Server:Uri", _server.Uri), ("Device:StorageFolder", folder));
            builder.AddDevice().Configure(static (_, _) => throw new NotSupportedException());
            using IHost host = builder.Build();
            await Assert.ThrowsAsync<NotSupportedException>(() => host.StartAsync());
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Objects_are_there_before_any_service_starts_and_are_services_themselves()
    {
        Temperature first = new() { SensorValue = 1 };
        HostApplicationBuilder builder = DeviceHost.Create(_log, ("Device:Endpoint", "d"), ("Device:Server:Uri", _server.Uri));
        Lwm2mDevice? seen = null;
        int count = 0;
        builder.Services.AddHostedService(services =>
            new Starting(() => count = services.GetRequiredService<Lwm2mDevice>().Objects.OfObject(3303).Length));
        builder.AddDevice()
            .AddObject(first)
            .AddObject(services =>
            {
                seen = services.GetRequiredService<Lwm2mDevice>();
                return new Temperature { SensorValue = 2 };
            })
            .AddBehaviour(new TrafficStatistics())
            .AddBehaviour(static _ => new DeviceControl())
            .Configure(static (_, device) => device.Objects.Declare<Location>());
        using IHost host = builder.Build();
        await host.StartAsync();
        Lwm2mDevice device = host.Get<Lwm2mDevice>();
        Assert.Same(seen, device);
        Assert.Equal(2, count);
        Assert.Equal([first, host.Get<Temperature>()], host.Services.GetServices<Temperature>());
        Assert.Equal([first, host.Get<Temperature>()], device.Objects.OfObject(3303).ToArray());
        Assert.Same(host.Get<DeviceControl>().Target, device.Objects.Find(3, 0));
        Assert.Same(host.Get<TrafficStatistics>().Target, device.Objects.Find(7, 0));
        await host.StopAsync();
    }

    [Fact]
    public async Task Several_devices_have_names()
    {
        HostApplicationBuilder builder = DeviceHost.Create(
            _log, ("House:Endpoint", "house"), ("House:Server:Uri", _server.Uri), ("Shed:Endpoint", "shed"), ("Shed:Server:Uri", _server.Uri));
        builder.Services.AddIpsoDevice("house", builder.Configuration.GetSection("House")).AddObject(new Temperature { SensorValue = 21 });
        builder.Services.AddIpsoDevice("shed", builder.Configuration.GetSection("Shed")).AddObject(new Temperature { SensorValue = 5 });
        using IHost host = builder.Build();
        await host.StartAsync();
        foreach (string name in (string[])["house", "shed"])
        {
            Lwm2mDevice device = host.Services.GetRequiredKeyedService<Lwm2mDevice>(name);
            await device.WaitUntilRegisteredAsync().WaitAsync(s_patience);
            Assert.Same(host.Services.GetRequiredKeyedService<Temperature>(name), device.Objects.Find<Temperature>(0));
        }

        Assert.Null(host.Services.GetService<Lwm2mDevice>());
        await host.StopAsync();
        Assert.Equal(
            ["POST /rd?ep=house&lt=86400&lwm2m=1.2&b=U", "POST /rd?ep=shed&lt=86400&lwm2m=1.2&b=U"],
            _server.Asked.Where(static asked => asked.StartsWith("POST", StringComparison.Ordinal)).Order());
        Assert.Equal(2, _server.Asked.Count(static asked => asked == "DELETE /rd/5"));
        Assert.Equal(
            ["Ipso.Net.Lwm2mDevice.house", "Ipso.Net.Lwm2mDevice.shed"], _log.Events.Select(static e => e.Category).Distinct().Order());
    }

    [Fact]
    public void A_name_is_given_once()
    {
        ServiceCollection services = new();
        services.AddIpsoDevice(static _ => { });
        services.AddIpsoDevice("shed", static _ => { });
        Assert.StartsWith(
            "The host has a device without a name already",
            Assert.Throws<InvalidOperationException>(() => services.AddIpsoDevice(static _ => { })).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "The host has a device 'shed' already",
            Assert.Throws<InvalidOperationException>(() => services.AddIpsoDevice("shed", static _ => { })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_clock_of_the_services_is_the_clock_of_the_device()
    {
        HostApplicationBuilder builder = DeviceHost.Create(_log, ("Device:Endpoint", "d"), ("Device:Server:Uri", _server.Uri));
        builder.Services.AddSingleton<TimeProvider>(new OtherTime());
        builder.AddDevice();
        using IHost host = builder.Build();
        Assert.Equal(DateTimeOffset.UnixEpoch, host.Get<Lwm2mDevice>().Endpoint.Clock!.UtcNow);
    }

    [Fact]
    public async Task A_device_that_breaks_stops_the_host()
    {
        HostApplicationBuilder builder = DeviceHost.Create(_log, ("Device:Endpoint", "d"), ("Device:Server:Uri", _server.Uri));
        builder.AddDevice().Configure(static (_, device) => device.RegistrationChanged += static _ => throw new NotSupportedException());
        using IHost host = builder.Build();
        TaskCompletionSource stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Get<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        await host.StartAsync();
        await stopping.Task.WaitAsync(s_patience);
        LoggedEvent broken = Assert.Single(_log.Events, static e => e.Id.Id == 102);
        Assert.IsType<NotSupportedException>(broken.Exception);
        Assert.Equal(LogLevel.Critical, broken.Level);
    }

    [Fact]
    public async Task A_port_that_is_in_use_fails_the_start()
    {
        HostApplicationBuilder builder = DeviceHost.Create(_log, ("Device:Endpoint", "d"), ("Device:Server:Uri", _server.Uri));
        builder.AddDevice(options => options.LocalEndPoint = new(IPAddress.Loopback, _server.Coap.LocalEndPoint.Port));
        using IHost host = builder.Build();
        await Assert.ThrowsAsync<UdpBindException>(() => host.StartAsync());
        Assert.Empty(_log.Events);
    }

    private sealed class OtherTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }

    private sealed class Starting(Action start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            start();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
