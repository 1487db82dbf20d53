using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// Drives a <see cref="CoapStreamEndpoint"/> over TCP: listens, connects, and calls it under one lock. No connection has a thread of its own:
/// on Linux one waits for all, elsewhere the thread pool does. Nothing is allocated per message.
/// </summary>
/// <remarks>
/// <para>How many connections there may be is the endpoint's to say, and how many of one address
/// <see cref="TcpHostOptions.ConnectionsPerAddress"/>: what comes beyond is closed at once, unless one that is idle gives way to it
/// (<see cref="TcpHostOptions.YieldAfter"/>). A peer that sends too slowly or
/// nonsense is dropped by the endpoint, one that does not take what it asked for by the host
/// (<see cref="TcpHostOptions.SendBuffer"/>, <see cref="TcpHostOptions.SendTimeout"/>).</para>
/// <para>A listener with TLS (<see cref="TcpListenerOptions.Tls"/>) makes connections of those that come through the handshake, in their
/// own time and room (<see cref="TcpHostOptions.HandshakeTimeout"/>, <see cref="TcpHostOptions.MaxHandshakes"/>); who a peer has proved
/// to be <see cref="FindIdentity"/> says.</para>
/// <para>A peer is a connection. Its name is never used again, so that what was meant for one never reaches the next.</para>
/// </remarks>
public sealed partial class TcpHost : ICoapHost
{
    private readonly Lock _gate;
    private readonly HostCycle _cycle;
    private readonly CoapStreamEndpoint _endpoint;
    private readonly TcpHostOptions _options;
    private readonly Action<Instant>? _afterCycle;
    private readonly TimeProvider _time;
    private readonly IpsoLogger _logger;
    private readonly HostClock _clock;
    private readonly NetMetrics.Source? _metrics;
    private readonly Socket[] _listeners;
    private readonly LinuxReadiness? _readiness;
    private readonly Dictionary<PeerId, TcpConnection> _connections = [];
    private readonly AddressCounts _perAddress;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Listens at one address.</summary>
    /// <param name="endpoint">What is driven. From now on it is called under the lock of this host only.</param>
    /// <param name="local">Address and port; port 0 lets the system choose. <see cref="IPAddress.IPv6Any"/> serves IPv4 as well.</param>
    /// <param name="afterCycle">Called under the lock whenever the endpoint may have moved on: the place to take its events. It must not
    /// block, and the first call may come before this constructor has returned.</param>
    /// <exception cref="TcpBindException">The port is in use, or the address is not one of this machine.</exception>
    public TcpHost(CoapStreamEndpoint endpoint, IPEndPoint local, Action<Instant>? afterCycle = null)
        : this(endpoint, new TcpHostOptions { Listeners = [local] }, afterCycle)
    {
    }

    /// <summary>Opens the sockets that listen, if there are any.</summary>
    /// <param name="endpoint">What is driven. From now on it is called under the lock of this host only.</param>
    /// <param name="options">Where and how to listen and connect.</param>
    /// <param name="afterCycle">Called under the lock whenever the endpoint may have moved on: the place to take its events. It must not
    /// block, and the first call may come before this constructor has returned.</param>
    /// <exception cref="TcpBindException">A port is in use, or an address is not one of this machine.</exception>
    /// <exception cref="ArgumentException">The options of TLS contradict themselves, or its certificate cannot be used.</exception>
    public TcpHost(CoapStreamEndpoint endpoint, TcpHostOptions options, Action<Instant>? afterCycle = null)
        : this(endpoint, options, afterCycle, made: null)
    {
    }

    // Who owns the host gets to know it before it is called by it.
    internal TcpHost(CoapStreamEndpoint endpoint, TcpHostOptions options, Action<Instant>? afterCycle, Action<TcpHost>? made)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        _endpoint = endpoint;
        _options = options;
        _gate = options.SharesLockWith?.Gate ?? new();
        _cycle = options.SharesLockWith?.CycleUnderGate ?? new();
        _afterCycle = afterCycle;
        _time = options.Time;
        _logger = options.Logger;
        _buffer = new byte[endpoint.TransmitSize];
        _mayGiveWay = peer => _connections.TryGetValue(peer, out TcpConnection? c) && c is { IsCounted: true, Pending: 0 };
        _perAddress = new AddressCounts(options.ConnectionsPerAddress ?? endpoint.MaxConnections - (endpoint.MaxConnections / 4));
        _handshakesPerAddress = new AddressCounts(options.MaxHandshakes - (options.MaxHandshakes / 4));
        TlsHandshake?[] tls = [.. options.Listeners.Select(static l => l.Tls is { } options ? new TlsHandshake(options) : null)];
        _listeners = new Socket[options.Listeners.Count];
        OpenListeners();
        LocalEndPoints = Array.ConvertAll(_listeners, static listener => (IPEndPoint)listener.LocalEndPoint!);
        _readiness = options.ReadsByItself ? LinuxReadiness.TryStart("Ipso TCP") : null;
        _metrics = NetSwitches.HasMetrics
            ? NetMetrics.Add(Counters, endpoint, LocalEndPoints.Count > 0 ? LocalEndPoint : null)
            : null;
        _clock = PoolClock.Factory(_gate, options.Time, OnDue);
        made?.Invoke(this);
        foreach ((Socket listener, TlsHandshake? handshake) in _listeners.Zip(tls))
        {
            TcpLog.Started(_logger, (IPEndPoint)listener.LocalEndPoint!);
            _ = Task.Run(() => AcceptAsync(listener, handshake));
        }

        Wake();
    }

    /// <summary>The address and port that the first listener is bound to.</summary>
    /// <exception cref="InvalidOperationException">There is no listener.</exception>
    public IPEndPoint LocalEndPoint =>
        LocalEndPoints.Count > 0 ? LocalEndPoints[0] : throw new InvalidOperationException("This host does not listen.");

    /// <summary>The addresses and ports of all listeners, in their order.</summary>
    public IReadOnlyList<IPEndPoint> LocalEndPoints { get; }

    /// <summary>Ends when the host has stopped; faulted if endpoint or callback have thrown, or a listener has broken.</summary>
    public Task Completion => _completion.Task;

    /// <summary>
    /// The memory that endpoint and connections take, at most, in bytes, without the buffers of the system: what the endpoint says, and for
    /// each connection what it reads into and twice <see cref="TcpHostOptions.SendBuffer"/>; where a listener has TLS, 64 KiB more for each
    /// connection and handshake.
    /// </summary>
    public long MaxMemory =>
        _endpoint.MaxMemory + _endpoint.TransmitSize
        + ((_endpoint.MaxConnections + MaxLingering) * (TcpConnection.ReceiveSize + 2_000 + (2L * _options.SendBuffer)))
        + (_options.Listeners.Any(static listener => listener.Tls is not null)
            ? (_endpoint.MaxConnections + MaxLingering + _options.MaxHandshakes) * TlsByteChannel.Size
            : 0);

    /// <summary>What has been counted.</summary>
    public TcpCounters Counters { get; } = new();

    /// <summary>The moment.</summary>
    public Instant Now => _clock.Now;

    bool ICoapHost.IsStopping => _isStopWanted || _isStopping;

    /// <summary>Opens a connection. Requests can be made at once; what the peer takes is known when its first message has come.</summary>
    /// <param name="server">Address and port, IPv4 or IPv6.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The peer, for requests.</returns>
    /// <exception cref="TcpConnectException">There is no connection: nobody listens there, no way leads there, it took too long, or there
    /// are as many connections as there may be.</exception>
    /// <exception cref="ObjectDisposedException">The host has been stopped.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<PeerId> ConnectAsync(IPEndPoint server, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ObjectDisposedException.ThrowIf(_isStopping, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellationToken);
        Socket socket;
        try
        {
            socket = await TcpBinding.ConnectAsync(server, _options.ConnectTimeout, _time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(GetType().FullName);
        }

        lock (_gate)
        {
            if (_isStopping)
            {
                socket.Dispose();
                throw new ObjectDisposedException(GetType().FullName);
            }

            return Connected(Add(socket, isOfPeer: false, out string? why), server, why);
        }
    }

    /// <summary>The other end of a connection; for handlers, and inside <see cref="Invoke{TState}"/>.</summary>
    /// <param name="peer">A peer.</param>
    /// <returns>Address and port; null if the connection is gone.</returns>
    public IPEndPoint? FindEndPoint(in PeerId peer) => _connections.TryGetValue(peer, out TcpConnection? c) ? c.Remote : null;

    /// <summary>Who a peer is, as TLS has proved; for handlers, and inside <see cref="Invoke{TState}"/>.</summary>
    /// <param name="peer">A peer.</param>
    /// <returns>Null without TLS, of a client without certificate, and of a connection that is gone.</returns>
    public PeerIdentity? FindIdentity(in PeerId peer) =>
        _connections.TryGetValue(peer, out TcpConnection? c) ? c.Channel.Identity : null;

    /// <summary>Calls the endpoint from any thread, under the lock, and sends what comes of it.</summary>
    /// <typeparam name="TState">What the function needs, so that it can be static.</typeparam>
    /// <typeparam name="TResult">What it returns.</typeparam>
    /// <param name="state">Handed to the function.</param>
    /// <param name="function">Calls the endpoint. It must not block.</param>
    /// <returns>The result of the function.</returns>
    /// <exception cref="ObjectDisposedException">The host has been stopped.</exception>
    public TResult Invoke<TState, TResult>(TState state, Func<TState, Instant, TResult> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopWanted || _isStopping, this);
            Instant now = Now;
            TResult result;
            using (_cycle.Begin())
            {
                result = function(state, now);
            }

            if (!_cycle.IsUnderWay)
            {
                Drain(now);
            }

            // Otherwise called by the handler or a callback: the cycle that is under way sends what there is.
            return result;
        }
    }

    /// <summary>Calls the endpoint from any thread, under the lock, and sends what comes of it.</summary>
    /// <typeparam name="TState">What the action needs, so that it can be static.</typeparam>
    /// <param name="state">Handed to the action.</param>
    /// <param name="action">Calls the endpoint. It must not block.</param>
    /// <exception cref="ObjectDisposedException">The host has been stopped.</exception>
    public void Invoke<TState>(TState state, Action<TState, Instant> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Invoke((state, action), static (call, now) =>
        {
            call.action(call.state, now);
            return true;
        });
    }

    /// <summary>Goes through a cycle soon: <c>OnDeadline</c>, then sending. For any thread; several wakes at once become one.</summary>
    public void Wake()
    {
        if (!_isStopped)
        {
            _clock.Wake();
        }
    }

    /// <summary>
    /// Stops: listens no longer, tells each peer with a Release (RFC 8323, 5.5), gives it <see cref="TcpHostOptions.ReleaseTime"/>, sends
    /// what waits and closes.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting; the host stops all the same.</param>
    /// <returns>Ends when all connections have. Does not fail: <see cref="Completion"/> says what went wrong.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        BeginStop();
        await ((Task)Task.WhenAny(_completion.Task)).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops, as <see cref="StopAsync"/> does.</summary>
    /// <returns>Ends when all connections have.</returns>
    public async ValueTask DisposeAsync()
    {
        BeginStop();
        await _completion.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
