using Ipso.Net;
using Microsoft.Extensions.Hosting;

namespace Ipso.Hosting;

/// <summary>
/// Runs a device as long as its host: objects and faults of the configuration before any service starts, De-register when the host stops. A
/// device that breaks is a background service that has failed, of which the host's options say what follows.
/// </summary>
/// <param name="services">The services of the host.</param>
/// <param name="hosted">The device.</param>
/// <param name="fill">What is added to it.</param>
internal sealed class DeviceService(
    IServiceProvider services, HostedDevice hosted, IReadOnlyList<Action<IServiceProvider, Lwm2mDevice>> fill)
    : BackgroundService, IHostedLifecycleService
{
    private bool _isStarted;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (Action<IServiceProvider, Lwm2mDevice> add in fill)
        {
            add(services, hosted.Device);
        }

        return Task.CompletedTask;
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        hosted.Device.LogTo(hosted.Logger);
        await hosted.Device.StartAsync(hosted.Options.LocalEndPoint, cancellationToken).ConfigureAwait(false);
        _isStarted = true;
        DeviceLog.Started(hosted.Logger, hosted.Options.Endpoint, hosted.Device.LocalEndPoint);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await hosted.Device.StopAsync(cancellationToken).ConfigureAwait(false);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (_isStarted)
        {
            DeviceLog.Stopped(hosted.Logger, hosted.Options.Endpoint);
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await hosted.Device.Completion.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            DeviceLog.Broken(hosted.Logger, e, hosted.Options.Endpoint);
            throw;
        }
    }
}
