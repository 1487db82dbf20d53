using System.Net;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;

namespace Ipso.Net;

/// <summary>The connections of a device with its servers at <c>coap+tcp://</c>: made before a Register, and closed after a De-register.</summary>
/// <param name="options">How to connect.</param>
internal sealed class DeviceStreams(TcpHostOptions options) : IAsyncDisposable
{
    private const int MaxServers = 8;

    private CoapStreamEndpoint? _engine;
    private DeviceEndpoint? _endpoint;
    private UdpHost? _datagrams;
    private TcpHost? _host;

    /// <summary>How to connect.</summary>
    internal TcpHostOptions Options => options;

    /// <summary>Begins, under the lock of the host for datagrams, which is driven by what comes of connections too.</summary>
    /// <param name="endpoint">The device, which is told when there is a connection or why there is none.</param>
    /// <param name="datagrams">The host that does what is due.</param>
    /// <param name="time">The clock.</param>
    internal void Attach(DeviceEndpoint endpoint, UdpHost datagrams, TimeProvider time)
    {
        _endpoint = endpoint;
        _datagrams = datagrams;
        _engine = endpoint.OpenStreams(TcpConnection.IsName, MaxServers);
        _host = new(_engine, options with { Listeners = [], Time = time, Gate = datagrams.Gate }, OnCycle);
    }

    /// <summary>Has messages sent that calls for datagrams have brought about.</summary>
    internal void OnDatagramCycle()
    {
        if (_engine is { WantsToTransmit: true })
        {
            _host!.Wake();
        }
    }

    /// <summary>Connects, or takes the connection that is there.</summary>
    /// <param name="host">The server, as the device asks for it.</param>
    /// <param name="server">Where it is.</param>
    /// <param name="now">The moment.</param>
    internal void Connect(ServerHost host, IPEndPoint server, Instant now)
    {
        if (host.Session is { } known && _engine!.IsOpen(known))
        {
            _endpoint!.OnResolved(host, known, null, now);
        }
        else
        {
            _ = ConnectAsync(host, server);
        }
    }

    /// <summary>Closes a connection.</summary>
    internal void Disconnect(in PeerId peer) => _host!.Disconnect(peer);

    /// <summary>Closes all.</summary>
    public ValueTask DisposeAsync() => _host?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void OnCycle(Instant now)
    {
        if (_endpoint!.TakeStreams(now))
        {
            _datagrams!.Wake();
        }
    }

    private async Task ConnectAsync(ServerHost host, IPEndPoint server)
    {
        PeerId? peer = null;
        string? reason = null;
        try
        {
            // Not under the lock of the caller.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            peer = await _host!.ConnectAsync(server).ConfigureAwait(false);
        }
        catch (TcpConnectException e)
        {
            reason = e.Message;
        }
        catch (ObjectDisposedException)
        {
            return;
        }

        try
        {
            _datagrams!.Invoke((this, host, peer, reason), static (call, now) =>
                call.Item1._endpoint!.OnResolved(call.host, call.peer, call.reason, now));
        }
        catch (ObjectDisposedException)
        {
            // The device has stopped.
        }
    }
}
