using Ipso.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Ipso.Hosting.Tests;

/// <summary>What a health check says of a device.</summary>
[Trait("Category", "Network")]
public sealed class DeviceHealthTests : AsyncTests
{
    private readonly LogRecorder _log = new();
    private readonly LwM2MServer _server = new();
    private readonly LwM2MServer _refusing = new(Ipso.Coap.CoapCode.Forbidden);

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _refusing.DisposeAsync();
    }

    [Fact]
    public async Task Registered_with_all_servers_is_healthy()
    {
        using IHost host = Build(_server.Uri);
        await host.StartAsync();
        await _log.WaitForAsync(110);
        HealthReportEntry entry = await CheckAsync(host);
        Assert.Equal((HealthStatus.Healthy, "Registered with 1 of 1 servers."), (entry.Status, entry.Description));
        Assert.Equal(["server.1.lastFailure", "server.1.nextInSeconds", "server.1.state", "server.1.uri"], entry.Data.Keys.Order());
        Assert.Equal((_server.Uri, "Registered", "None"), (entry.Data["server.1.uri"], entry.Data["server.1.state"], entry.Data["server.1.lastFailure"]));

        // An Update goes out 93 s before the lifetime ends.
        Assert.InRange((double)entry.Data["server.1.nextInSeconds"], 86_400 - 93 - 60, 86_400 - 93);
        await host.StopAsync();
    }

    [Fact]
    public async Task Registered_with_some_servers_is_degraded()
    {
        using IHost host = Build(_server.Uri, _refusing.Uri);
        await host.StartAsync();
        await _log.WaitForAsync(110);
        await _log.WaitForAsync(112);
        HealthReportEntry entry = await CheckAsync(host);
        Assert.Equal((HealthStatus.Degraded, "Registered with 1 of 2 servers."), (entry.Status, entry.Description));
        Assert.Equal(("Registered", "Registering"), (entry.Data["server.1.state"], entry.Data["server.2.state"]));
        Assert.Equal(("None", "Rejected"), (entry.Data["server.1.lastFailure"], entry.Data["server.2.lastFailure"]));
        Assert.InRange((double)entry.Data["server.2.nextInSeconds"], 0, 60);
        await host.StopAsync();
    }

    [Theory]
    [InlineData(null, HealthStatus.Unhealthy)]
    [InlineData(HealthStatus.Degraded, HealthStatus.Degraded)]
    public async Task Registered_with_no_server_is_unhealthy_or_what_the_program_says(HealthStatus? failureStatus, HealthStatus expected)
    {
        using IHost host = Build(failureStatus, _refusing.Uri);
        Assert.Equal((expected, "The device does not run."), Said(await CheckAsync(host)));
        await host.StartAsync();
        await _log.WaitForAsync(112);
        HealthReportEntry entry = await CheckAsync(host);
        Assert.Equal((expected, "Registered with 0 of 1 servers."), Said(entry));
        Assert.Equal("Rejected", entry.Data["server.1.lastFailure"]);
        await host.StopAsync();
        Assert.Equal((expected, "The device does not run."), Said(await CheckAsync(host)));
    }

    [Fact]
    public async Task Without_a_server_account_the_state_of_the_bootstrap_is_told()
    {
        HostApplicationBuilder builder = DeviceHost.Create(
            _log, ("Device:Endpoint", "d"), ("Device:BootstrapServer:Uri", _server.Uri), ("Device:BootstrapServer:HoldOff", "01:00:00"));
        builder.AddDevice();
        builder.Services.AddHealthChecks().AddIpsoDeviceCheck();
        using IHost host = builder.Build();
        await host.StartAsync();
        HealthReportEntry entry = await CheckAsync(host);
        Assert.Equal((HealthStatus.Unhealthy, "There is no server account."), Said(entry));
        Assert.Equal("Waiting", Assert.Single(entry.Data, static pair => pair.Key == "bootstrap").Value);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_storage_at_fault_is_degraded()
    {
        HostApplicationBuilder builder = DeviceHost.Create(_log, ("Device:Endpoint", "d"), ("Device:Server:Uri", _server.Uri));
        builder.AddDevice(static options => options.Adjust = static device => device with { Storage = new FailingStorage { Fails = true } });
        builder.Services.AddHealthChecks().AddIpsoDeviceCheck();
        using IHost host = builder.Build();
        await host.StartAsync();
        await _log.WaitForAsync(110);
        await _log.WaitForAsync(181);
        HealthReportEntry entry = await CheckAsync(host);
        Assert.Equal((HealthStatus.Degraded, "Registered with 1 of 1 servers. The page is worn."), Said(entry));
        Assert.Equal("The page is worn.", entry.Data["storage"]);
        await host.StopAsync();
    }

    [Fact]
    public async Task Each_device_has_a_check_of_its_own()
    {
        HostApplicationBuilder builder = DeviceHost.Create(
            _log, ("Shed:Endpoint", "d"), ("Shed:Server:Uri", _server.Uri), ("Barn:Endpoint", "e"), ("Barn:Server:Uri", _server.Uri));
        builder.Services.AddIpsoDevice("shed", builder.Configuration.GetSection("Shed"));
        builder.Services.AddIpsoDevice("barn", builder.Configuration.GetSection("Barn"));
        builder.Services.AddHealthChecks().AddIpsoDeviceCheck("shed", tags: ["ready"]).AddIpsoDeviceCheck("barn", "cows");
        using IHost host = builder.Build();
        HealthReport report = await host.Get<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(["cows", "ipso:shed"], report.Entries.Keys.Order());
        Assert.Equal(["ready"], report.Entries["ipso:shed"].Tags);
        Assert.All(report.Entries.Values, static entry => Assert.Equal((HealthStatus.Unhealthy, "The device does not run."), Said(entry)));
    }

    [Theory]
    [InlineData("barn", "The host has no device 'barn': add it with AddIpsoDevice(\"barn\", ...).")]
    [InlineData(null, "The host has no device without a name: add one with AddIpsoDevice, or give the check the name of another.")]
    public async Task A_check_of_a_device_that_is_not_there_is_a_fault_of_the_program(string? device, string fault)
    {
        HostApplicationBuilder builder = DeviceHost.Create(_log);
        builder.Services.AddHealthChecks().AddIpsoDeviceCheck(device);
        using IHost host = builder.Build();
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Get<HealthCheckService>().CheckHealthAsync());
        Assert.Equal(fault, e.Message);
    }

    private static (HealthStatus Status, string? Description) Said(HealthReportEntry entry) => (entry.Status, entry.Description);

    private static async Task<HealthReportEntry> CheckAsync(IHost host) =>
        (await host.Get<HealthCheckService>().CheckHealthAsync()).Entries["ipso"];

    private IHost Build(params string[] uris) => Build(null, uris);

    private IHost Build(HealthStatus? failureStatus, params string[] uris)
    {
        HostApplicationBuilder builder = DeviceHost.Create(_log, ("Device:Endpoint", "d"));
        builder.AddDevice(options =>
        {
            foreach (string uri in uris)
            {
                options.Servers.Add(DeviceHost.At(uri));
            }
        });
        builder.Services.AddHealthChecks().AddIpsoDeviceCheck(failureStatus: failureStatus);
        return builder.Build();
    }
}
