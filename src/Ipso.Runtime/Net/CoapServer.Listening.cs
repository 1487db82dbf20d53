using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// What a server listens on: datagrams, connections, or both, for the same resources.
public sealed partial class CoapServer
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ServerTransport _datagrams;
    private ServerTransport? _connections;
    private CoapServerLinks? _links;
    private UdpHost? _udp;
    private TcpHost? _tcp;
    private int _running;
    private bool _isDisposed;

    /// <summary>The address and port that it serves on: the first over UDP, else the first over TCP.</summary>
    /// <exception cref="InvalidOperationException">It was not started, or does not listen.</exception>
    public IPEndPoint LocalEndPoint => _udp?.LocalEndPoint ?? _tcp?.LocalEndPoint ?? throw NotStarted();

    /// <summary>The addresses and ports that it takes connections on, in the order of the listeners; none over UDP alone.</summary>
    public IReadOnlyList<IPEndPoint> TcpEndPoints => _tcp?.LocalEndPoints ?? [];

    /// <summary>
    /// Ends when the server has stopped; faulted where its socket broke. Of one that serves over UDP and over TCP, when the first of the
    /// two has.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public Task Completion => (_udp, _tcp) switch
    {
        ({ } udp, { } tcp) => Task.WhenAny(udp.Completion, tcp.Completion).Unwrap(),
        ({ } udp, null) => udp.Completion,
        (null, { } tcp) => tcp.Completion,
        _ => throw NotStarted(),
    };

    /// <summary>Whether it was started over TCP, or by <see cref="StartForWebSockets"/>.</summary>
    public bool TakesConnections => _tcp is not null;

    /// <summary>What the engine has counted, over UDP.</summary>
    public CoapCounters Counters => _datagrams.Engine.Counters;

    /// <summary>What the engine has counted, over connections; null where there are none.</summary>
    public CoapCounters? ConnectionCounters => _connections?.Engine.Counters;

    /// <summary>What has been counted of the connections themselves; null where there are none.</summary>
    public TcpCounters? TcpCounters => _tcp?.Counters;

    /// <summary>How many observers there are.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public int ObserverCount => Started.Sum(static transport => transport.Engine.ObserverCount);

    internal CoapServerLinks Links => _links!;

    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>How many handlers are at work, over all.</summary>
    internal int Running => Volatile.Read(ref _running);

    private ServerTransport[] Started => (_udp, _tcp) switch
    {
        ({ }, { }) => [_datagrams, _connections!],
        ({ }, null) => [_datagrams],
        (null, { }) => [_connections!],
        _ => throw NotStarted(),
    };

    /// <summary>Opens a socket of UDP and serves.</summary>
    /// <param name="local">Address and port; port 0 lets the system choose one, see <see cref="LocalEndPoint"/>.</param>
    /// <exception cref="UdpBindException">The port is in use, or the address is not one of this machine.</exception>
    /// <exception cref="InvalidOperationException">It was started over UDP before.</exception>
    public void Start(IPEndPoint local) => Start(new UdpHostOptions
    {
        Listeners = [new UdpListener(local)],
        Time = _options.Time,
        Logger = _options.Logger,
    });

    /// <summary>Opens sockets of UDP, with groups or security perhaps, and serves.</summary>
    /// <param name="listening">Where and how to listen.</param>
    /// <exception cref="UdpBindException">A port is in use, an address is not one of this machine, or a group cannot be joined.</exception>
    /// <exception cref="InvalidOperationException">It was started over UDP before.</exception>
    public void Start(UdpHostOptions listening)
    {
        if (_udp is not null)
        {
            throw new InvalidOperationException($"The server serves on {_udp.LocalEndPoint} already.");
        }

        _links ??= new CoapServerLinks(Routes.All);
        _udp = _datagrams.Start(listening);
    }

    /// <summary>
    /// Opens sockets of TCP, with TLS perhaps, and serves (RFC 8323): the same resources, beside UDP or without. How many connections there
    /// may be is <see cref="CoapServerOptions.Connections"/>.
    /// </summary>
    /// <param name="listening">Where and how to listen.</param>
    /// <exception cref="TcpBindException">A port is in use, or an address is not one of this machine.</exception>
    /// <exception cref="ArgumentException">The options of TLS contradict themselves, or its certificate cannot be used.</exception>
    /// <exception cref="InvalidOperationException">It was started over TCP before.</exception>
    public void Start(TcpHostOptions listening)
    {
        if (_tcp is not null)
        {
            throw new InvalidOperationException("The server takes connections already.");
        }

        _links ??= new CoapServerLinks(Routes.All);
        ServerTransport connections = ServerTransport.OverConnections(this, _options);
        TcpHost host = connections.Start(listening);
        _connections = connections;
        _tcp = host;
    }

    /// <summary>Serves connections that others accept (<see cref="ServeAsync"/>), and listens nowhere over TCP.</summary>
    /// <exception cref="InvalidOperationException">It was started over TCP before.</exception>
    public void StartForWebSockets() => Start(new TcpHostOptions { Time = _options.Time, Logger = _options.Logger });

    /// <summary>
    /// Serves a WebSocket that somebody else has accepted, with subprotocol <c>coap</c> (RFC 8323, 4): the same resources as over UDP and
    /// TCP. Where there are as many connections as there may be (<see cref="CoapServerOptions.Connections"/>, and those of one address,
    /// <see cref="TcpHostOptions.ConnectionsPerAddress"/>), it is closed with 1013. One takes the memory of two messages more than a
    /// connection of TCP.
    /// </summary>
    /// <param name="socket">The WebSocket, open. It is disposed of at the end.</param>
    /// <param name="remote">The other end's address.</param>
    /// <param name="certificate">The client's certificate, verified, if it has one: the identity that handlers see
    /// (<see cref="TlsCertificates.IdentityOf"/>).</param>
    /// <param name="cancellationToken">Has the connection closed in order.</param>
    /// <returns>Ends when the connection is gone. Does not fail, and is not cancelled.</returns>
    /// <exception cref="InvalidOperationException">It was started neither over TCP nor by <see cref="StartForWebSockets"/>.</exception>
    public Task ServeAsync(
        WebSocket socket, IPEndPoint remote, X509Certificate2? certificate = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(remote);
        TcpHost host = _tcp
            ?? throw new InvalidOperationException("The server takes no WebSockets before StartForWebSockets.");
        return host.ServeAsync(
            socket, remote, certificate is null ? null : TlsCertificates.IdentityOf(certificate), cancellationToken);
    }

    /// <summary>
    /// Tells the observers of a resource that it has changed: each is sent its new representation (RFC 7641, 4.2), soon: this does
    /// not wait for it. For any thread, and for handlers. What changes several times at once is one change.
    /// </summary>
    /// <param name="path">The path in URI form, with its parameters filled in: <c>/sensors/7</c>.</param>
    /// <exception cref="ArgumentException">The path does not begin with a slash.</exception>
    /// <exception cref="InvalidOperationException">The server was not started.</exception>
    /// <exception cref="ObjectDisposedException">The server has stopped.</exception>
    public void Changed(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string normal = string.Concat(
            CoapRouteTable.Segments(path).Select(static segment => "/" + Uri.EscapeDataString(Uri.UnescapeDataString(segment))));
        foreach (ServerTransport transport in Started)
        {
            transport.Change(normal.Length == 0 ? "/" : normal);
        }
    }

    /// <summary>Cancels the handlers at work, waits for their end, and closes the sockets.</summary>
    /// <param name="cancellationToken">Gives up waiting for the handlers.</param>
    /// <returns>Ends when the server has stopped.</returns>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_udp is not null || _tcp is not null)
        {
            await Task.WhenAll(Started.Select(transport => StopAsync(transport, cancellationToken))).ConfigureAwait(false);
        }
    }

    /// <summary>Cancels the handlers at work and closes the sockets.</summary>
    /// <returns>Ends when the sockets are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
            _stopping.Dispose();
        }
    }

    internal void Enter() => Interlocked.Increment(ref _running);

    internal void Leave() => Interlocked.Decrement(ref _running);

    private static async Task StopAsync(ServerTransport transport, CancellationToken cancellationToken)
    {
        try
        {
            Task idle = transport.Host.Invoke(transport, static (transport, _) => transport.WhenIdle());
            await idle.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
        {
            // It has stopped already, or is to stop now.
        }

        await transport.Host.DisposeAsync().ConfigureAwait(false);
    }

    private static InvalidOperationException NotStarted() => new("The server does not run before Start.");
}
