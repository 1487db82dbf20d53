using System.Net;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;

namespace Ipso.Net;

/// <summary>What a device does for its servers on the network: looks their names up, and waits for them at its beginning and its
/// end.</summary>
internal sealed class DeviceServers : IDisposable
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
        device.Endpoint.RegistrationChanged = OnRegistrationChanged;
        if (isStopping)
        {
            BeginToStop();
        }
    }

    /// <summary>Begins to register.</summary>
    internal void Start(UdpHost host)
    {
        _host = host;
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

    /// <summary>After the device has stopped.</summary>
    public void Dispose() => _stopping.Dispose();

    /// <summary>All servers have been left.</summary>
    internal void HaveBeenLeft() => _ = _left.TrySetResult();

    /// <summary>De-registers, and waits a while for the answers.</summary>
    internal async Task LeaveAsync(UdpHost host, TimeSpan patience, CancellationToken cancellationToken)
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
        if (e.Kind == RegistrationEventKind.Registered)
        {
            _ = _registered.TrySetResult();
        }

        _device.RegistrationChanged?.Invoke(e);
    }

    private void OnHostRequested(ServerHost host, Instant now)
    {
        if (host.IsAddress)
        {
            IPAddress[] addresses = IPAddress.TryParse(host.Name, out IPAddress? address) ? [address] : [];
            PeerId? peer = FindPeer(addresses, host.Port, out string? reason);
            _device.Endpoint.OnResolved(host, peer, reason, now);
        }
        else
        {
            _ = ResolveAsync(host);
        }
    }

    private async Task ResolveAsync(ServerHost host)
    {
        PeerId? peer = null;
        string? reason;
        try
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            peer = FindPeer(await _device.Resolve(host.Name, _stopping.Token).ConfigureAwait(false), host.Port, out reason);
        }
#pragma warning disable CA1031 // Whatever the resolver says, there is no address: the device tells of it and tries again.
        catch (Exception e)
        {
            reason = $"'{host.Name}' has no address: {e.Message}";
        }
#pragma warning restore CA1031

        try
        {
            _host?.Invoke(_device.Endpoint, (endpoint, now) => endpoint.OnResolved(host, peer, reason, now));
        }
        catch (ObjectDisposedException)
        {
            // The device has stopped.
        }
    }

    private PeerId? FindPeer(IPAddress[] addresses, ushort port, out string? reason)
    {
        reason = addresses.Length == 0 ? "the name has no address" : null;
        foreach (IPAddress address in addresses)
        {
            try
            {
                return _host?.GetPeer(new(address, port));
            }
            catch (ArgumentException e)
            {
                reason = e.Message;
            }
        }

        return null;
    }
}
