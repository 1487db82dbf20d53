using System.Runtime.CompilerServices;
using Ipso.Lwm2m.Device;

namespace Ipso.Net;

/// <summary>What a device does for its servers on the network: looks their names up, and waits for them at its beginning and its
/// end.</summary>
internal sealed partial class DeviceServers : IAsyncDisposable, IDisposable
{
    private readonly Lwm2mDevice _device;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private UdpHost? _host;

    /// <param name="device">The device.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="isStopping">Whether it has been told to stop.</param>
    internal DeviceServers(Lwm2mDevice device, TimeProvider time, bool isStopping)
    {
        _device = device;
        _time = time;
        device.Endpoint.IsSameHost = UdpAddress.IsSameHost;
        device.Endpoint.RegistrationChanged = OnRegistrationChanged;
        if (isStopping)
        {
            BeginToStop();
        }
    }

    /// <summary>Has accounts held to what there is to reach servers.</summary>
    /// <exception cref="InvalidOperationException">One is of no use.</exception>
    internal void Check()
    {
        _device.Endpoint.FindTransportFault = FindTransportFault;
        if (_device.Endpoint.FindAccountFault() is { } fault)
        {
            throw new InvalidOperationException(fault);
        }
    }

    /// <summary>Begins to register.</summary>
    internal void Start(UdpHost host)
    {
        _host = host;
        _device.Sessions?.Attach(_device.Endpoint, host);
        _device.Streams?.Attach(_device.Endpoint, host, _time);
        _device.Endpoint.SessionReleased = OnReleased;
        _device.Endpoint.HostRequested = OnHostRequested;
        host.Invoke(_device.Endpoint, static (endpoint, now) => endpoint.StartRegistering(now));
    }

    /// <inheritdoc cref="Lwm2mDevice.WaitUntilRegisteredAsync"/>
    internal Task WaitUntilRegisteredAsync(CancellationToken cancellationToken) => _registered.Task.WaitAsync(cancellationToken);

    /// <summary>The device stops: whoever waits for a server waits in vain.</summary>
    internal void BeginToStop()
    {
        if (!_stopping.IsCancellationRequested)
        {
            _stopping.Cancel();
        }

        _ = _registered.TrySetCanceled(CancellationToken.None);
    }

    /// <summary>Nobody waits for a server any longer.</summary>
    public void Dispose() => _stopping.Dispose();

    /// <summary>Stops the device.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public async ValueTask DisposeAsync()
    {
        await _device.StopAsync().ConfigureAwait(false);
        Dispose();
    }

    /// <summary>Leaves the servers, and closes the sockets.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal async Task StopAsync(UdpHost host, TimeSpan patience, CancellationToken cancellationToken)
    {
        await LeaveAsync(host, patience, cancellationToken).ConfigureAwait(false);
        if (_device.Streams is { } streams)
        {
            await streams.DisposeAsync().ConfigureAwait(false);
        }

        await host.EndAsync().ConfigureAwait(false);
        _device.Endpoint.AbandonSends();
    }

    /// <summary>Leaves the servers, and closes the sockets, where there are any.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Stop(UdpHost? host, TimeSpan patience)
    {
        BeginToStop();
        if (host is not null)
        {
            StopAsync(host, patience, CancellationToken.None).GetAwaiter().GetResult();
        }
    }

    /// <summary>All servers have been left.</summary>
    internal void HaveBeenLeft() => _ = _left.TrySetResult();

    /// <summary>De-registers, and waits a while for the answers.</summary>
    private async Task LeaveAsync(UdpHost host, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            host.Invoke(_device.Endpoint, static (endpoint, now) => endpoint.StopRegistering(now));
            Task first = await Task.WhenAny(
                _left.Task, host.Completion, Task.Delay(patience, _time, cancellationToken)).ConfigureAwait(false);
            _ = first.Exception;
        }
        catch (ObjectDisposedException)
        {
            // It has stopped before.
        }
    }

    private void OnRegistrationChanged(RegistrationEvent e)
    {
        _device.RegistrationChanged?.Invoke(e);
        if (e.Kind == RegistrationEventKind.Registered)
        {
            _ = _registered.TrySetResult();
        }
    }
}
