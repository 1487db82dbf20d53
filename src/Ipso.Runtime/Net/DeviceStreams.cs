using System.Net;
using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Net.Security;

namespace Ipso.Net;

/// <summary>The connections of a device with its servers at <c>coap+tcp://</c> and <c>coaps+tcp://</c>: made before a Register, and closed after a De-register.</summary>
/// <param name="options">How to connect.</param>
internal sealed class DeviceStreams(TcpHostOptions options) : IAsyncDisposable
{
    private const int MaxServers = 8;

    // The platform's TLS has neither shared keys nor raw public ones.
    private readonly SecurityFeatures _features = SecurityFeatures.Certificate;

    private CoapStreamEndpoint? _engine;
    private DeviceEndpoint? _endpoint;
    private UdpHost? _datagrams;
    private TcpHost? _host;

    /// <summary>How to connect.</summary>
    internal TcpHostOptions Options => options;

    /// <summary>What a callback has thrown.</summary>
    internal Exception? Fault => _host?.Completion.Exception?.InnerException;

    /// <summary>Begins, under the lock of the host for datagrams, which is driven by what comes of connections too.</summary>
    /// <param name="endpoint">The device, which is told when there is a connection or why there is none.</param>
    /// <param name="datagrams">The host that does what is due.</param>
    /// <param name="time">The clock.</param>
    internal void Attach(DeviceEndpoint endpoint, UdpHost datagrams, TimeProvider time)
    {
        _endpoint = endpoint;
        _datagrams = datagrams;
        _engine = datagrams.Invoke(endpoint, static (endpoint, _) => endpoint.OpenStreams(TcpConnection.IsName, MaxServers));
        _host = new(_engine, options with { Listeners = [], Time = time, SharesLockWith = datagrams }, OnCycle);
    }

    /// <summary>Has messages sent that calls for datagrams have brought about.</summary>
    internal void OnDatagramCycle()
    {
        if (_engine is { WantsToTransmit: true })
        {
            _host!.Wake();
        }
    }

    /// <summary>What is wrong with the keys of an account at <c>coaps+tcp://</c>; see <see cref="AccountCredentials.TryMake"/>.</summary>
    internal string? FindKeyFault(LWM2MSecurity account)
    {
        string? fault = AccountCredentials.TryMake(account, _features, out SecurityCredentials? credentials);
        AccountCredentials.Release(credentials);
        return fault;
    }

    /// <summary>Connects, or takes the connection that is there.</summary>
    /// <param name="host">The server, as the device asks for it.</param>
    /// <param name="addresses">Where it may be; they are tried in their order.</param>
    /// <param name="now">The moment.</param>
    internal void Connect(ServerHost host, IPAddress[] addresses, Instant now)
    {
        if (host.Session is { } known && _engine!.IsOpen(known) && !_engine.IsReleased(known))
        {
            _endpoint!.OnResolved(host, known, null, now);
        }
        else
        {
            _ = ConnectAsync(host, addresses);
        }
    }

    /// <summary>Closes a connection.</summary>
    internal void Disconnect(in PeerId peer) => _host!.Disconnect(peer);

    /// <summary>
    /// Ends when this host and the one for datagrams have stopped; faulted if a callback of either has thrown. Null where there are no servers, and
    /// no host.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal Task? CompletionWith(Task datagrams) => _host is null ? null : BothAsync(datagrams, _host.Completion);

    // A fault of one is told at once, however long the other goes on.
    private static async Task BothAsync(Task one, Task other)
    {
        await (await Task.WhenAny(one, other).ConfigureAwait(false)).ConfigureAwait(false);
        await one.ConfigureAwait(false);
        await other.ConfigureAwait(false);
    }

    /// <summary>Closes all.</summary>
    public ValueTask DisposeAsync() => _host?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void OnCycle(Instant now)
    {
        _endpoint!.TakeStreams(now);
        _datagrams!.Wake();
    }

    private async Task ConnectAsync(ServerHost host, IPAddress[] addresses)
    {
        PeerId? peer = null;
        string? reason = null;
        SecurityCredentials? credentials = null;
        try
        {
            // Not under the lock of the caller.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            reason = host.Scheme.IsSecure && AccountCredentials.TryMake(host.Security!, _features, out credentials) is { } fault
                ? $"/0/{host.Security!.InstanceId} {fault}"
                : null;
            TlsHandshake? handshake = credentials is CertificateCredentials certificate ? new(certificate, host.Name) : null;
            for (int i = 0; i < addresses.Length && peer is null && (reason is null || i > 0); i++)
            {
                (peer, reason) = await TryAsync(new(addresses[i], host.Port), handshake).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Whatever was wrong, the device tells of it and tries again.
        catch (Exception e)
        {
            reason = e.Message;
        }
#pragma warning restore CA1031
        finally
        {
            AccountCredentials.Release(credentials);
        }

        try
        {
            _datagrams!.Invoke((streams: this, host, peer, reason), static (call, now) =>
                call.streams._endpoint!.OnResolved(call.host, call.peer, call.reason, now));
        }
        catch (ObjectDisposedException)
        {
            // The device has stopped.
        }
    }

    private async Task<(PeerId? Peer, string? Reason)> TryAsync(IPEndPoint server, TlsHandshake? handshake)
    {
        try
        {
            return (
                handshake is null
                    ? await _host!.ConnectAsync(server).ConfigureAwait(false)
                    : await _host!.ConnectAsync(server, handshake, CancellationToken.None).ConfigureAwait(false),
                null);
        }
        catch (TcpConnectException e)
        {
            return (null, e.Message);
        }
    }
}
