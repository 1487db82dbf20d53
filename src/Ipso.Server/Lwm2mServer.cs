using System.Net;
using Ipso.Coap.Engine;
using Ipso.Net;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Reporting;
using Ipso.Server.Stores;

namespace Ipso.Server;

/// <summary>
/// An LwM2M Server on sockets of UDP and TCP: devices register with it, and are read, written, executed and observed. Members may be called by any thread;
/// callbacks are called on the server's, and should return soon.
/// </summary>
/// <example>
/// <code>
/// await using Lwm2mServer server = new();
/// server.Start(new IPEndPoint(IPAddress.IPv6Any, 5683));
/// DeviceClient device = await server.WaitForAsync("urn:dev:mac:0024befffe804ff1");
/// DeviceAnswer answer = await device.SendAsync(DeviceRequest.Read(new(3303, 0, 5700)));
/// </code>
/// </example>
public sealed class Lwm2mServer : IAsyncDisposable
{
    // How long the sink of events is waited for at the end.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly RegistrationChangeReaders _readers = new();
    private readonly ServerEndpointOptions _options;
    private UdpHost? _host;
    private TcpHost? _connections;
    private CoapStreamEndpoint? _streams;

    /// <summary>Makes a server that knows no device.</summary>
    /// <param name="options">Bounds and rules; <see langword="null"/> for the defaults.</param>
    public Lwm2mServer(ServerEndpointOptions? options = null)
    {
        _options = options ?? new();
        Endpoint = new(new SystemRandomSource(), _options) { RegistrationChanged = OnChanged, HostOf = HostOf };
    }

    /// <summary>The server without its sockets, for what this class does not offer. To be used inside <see cref="Invoke"/> only.</summary>
    public ServerEndpoint Endpoint { get; }

    /// <summary>Told of registrations that come, change, go, and are refused.</summary>
    public Action<RegistrationChange>? RegistrationChanged { get; set; }

    /// <summary>Told of what devices send of their own accord, and of what they send that makes no sense.</summary>
    /// <remarks>Set before <see cref="Start(IPEndPoint)"/>; without it, Sends are answered 4.04.</remarks>
    public Action<DeviceReport>? SendReceived
    {
        get => Endpoint.SendReceived;
        set => Endpoint.SendReceived = value;
    }

    /// <summary>Told of notifications of observations that a server before this one has begun, until the program observes the same.</summary>
    public Action<UnclaimedNotification>? NotificationUnclaimed
    {
        get => Endpoint.NotificationUnclaimed;
        set => Endpoint.NotificationUnclaimed = value;
    }

    /// <inheritdoc cref="ServerEndpoint.CommandEnded"/>
    public Action<QueuedCommand>? CommandEnded
    {
        get => Endpoint.CommandEnded;
        set => Endpoint.CommandEnded = value;
    }

    /// <summary>The address and port that it listens on, the first of several.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public IPEndPoint LocalEndPoint => Host.LocalEndPoint;

    /// <summary>The addresses and ports that it takes connections on, in the order of the listeners; none over UDP alone.</summary>
    public IReadOnlyList<IPEndPoint> TcpEndPoints => _connections?.LocalEndPoints ?? [];

    /// <summary>Ends when the server has stopped, over UDP and TCP; faulted as soon as a socket or a callback of either breaks.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public Task Completion => _connections is null ? Host.Completion : EndAsync(Host.Completion, _connections.Completion);

    private UdpHost Host => _host ?? throw new InvalidOperationException("The server does not run before Start.");

    internal static async Task EndAsync(Task one, Task other)
    {
        await (await Task.WhenAny(one, other).ConfigureAwait(false)).ConfigureAwait(false);
        await Task.WhenAll(one, other).ConfigureAwait(false);
    }

    /// <summary>Opens a socket and serves.</summary>
    /// <param name="local">Address and port; port 0 lets the system choose one, see <see cref="LocalEndPoint"/>.</param>
    /// <exception cref="UdpBindException">The port is in use, or the address is not one of this machine.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public void Start(IPEndPoint local) => Start(new UdpHostOptions { Listeners = [new UdpListener(local)] });

    /// <summary>Opens sockets and serves, those with security for devices at <c>coaps://</c>.</summary>
    /// <param name="listening">Where and how to listen.</param>
    /// <param name="connections">Where and how to take connections, for devices at <c>coap+tcp://</c> and <c>coaps+tcp://</c> (RFC 8323);
    /// <see langword="null"/> for none. How many there may be is <see cref="ServerEndpointOptions.MaxConnections"/>.</param>
    /// <exception cref="UdpBindException">A port is in use, or an address is not one of this machine.</exception>
    /// <exception cref="TcpBindException">The same of a port of TCP. The server is to be disposed of then.</exception>
    /// <exception cref="ArgumentException">The options of TLS contradict themselves, or its certificate cannot be used.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public void Start(UdpHostOptions listening, TcpHostOptions? connections = null)
    {
        Open(listening, connections);
        Invoke(static (endpoint, _, _) => endpoint.IsRestoring = false, this);
    }

    // Serves nobody yet: from the first datagram on it is to be known how to tell who a peer is, and what was known before.
    private void Open(UdpHostOptions listening, TcpHostOptions? connections)
    {
        ArgumentNullException.ThrowIfNull(listening);
        if (_host is not null)
        {
            throw new InvalidOperationException("The server was started before.");
        }

        Endpoint.IsRestoring = true;
        _host = new(Endpoint, listening, OnDatagramCycle);
        Endpoint.WakeRequested = _host.Wake;
        Invoke(static (endpoint, host, _) => endpoint.Identities = host, _host);
        if (connections is not null)
        {
            // Under the lock, which is both hosts'.
            TcpHostOptions options = connections with { Time = listening.Time, SharesLockWith = _host };
            Host.Invoke((server: this, options), static (s, _) => s.server.TakeConnections(s.options));
        }
    }

    private void TakeConnections(TcpHostOptions options)
    {
        CoapStreamEndpoint streams = Endpoint.OpenStreams();
        _connections = new(streams, options, OnConnectionCycle);
        _streams = streams;
        Endpoint.StreamIdentities = _connections;
    }

    private void OnDatagramCycle(Instant now)
    {
        if (_streams is { WantsToTransmit: true })
        {
            _connections!.Wake();
        }
    }

    private void OnConnectionCycle(Instant now)
    {
        Endpoint.TakeStreams(now);
        Host.Wake();
    }

    // Under the lock, of a peer that sends a request.
    private PeerId? HostOf(PeerId peer) => _connections?.FindEndPoint(peer) is { } remote
        ? UdpAddress.HostOf(UdpAddress.ToPeer(remote))
        : UdpAddress.HostOf(peer);

    /// <summary>
    /// Opens sockets, takes what the stores of registrations and observations have (<see cref="ServerEndpointOptions.Registrations"/>,
    /// <see cref="ServerEndpointOptions.Observations"/>), and serves.
    /// </summary>
    /// <param name="listening">Where and how to listen.</param>
    /// <param name="connections">Where and how to take connections; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Gives up reading the stores; the server then has what it has read.</param>
    /// <returns>How many registrations cannot be read, whose devices have to register anew; and how many observations.</returns>
    /// <exception cref="UdpBindException">A port is in use, or an address is not one of this machine.</exception>
    /// <exception cref="TcpBindException">The same of a port of TCP. The server is to be disposed of then.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    /// <exception cref="IOException">A store cannot be read. The server has what it has read, and serves.</exception>
    public async Task<int> StartAsync(
        UdpHostOptions listening, TcpHostOptions? connections = null, CancellationToken cancellationToken = default)
    {
        Open(listening, connections);
        try
        {
            return await RestoreAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Invoke(static (endpoint, _, _) => endpoint.IsRestoring = false, this);
        }
    }

    private async Task<int> RestoreAsync(CancellationToken cancellationToken)
    {
        int passedOver = 0;
        if (_options.Registrations is { } registrations)
        {
            passedOver += await RestoreAsync(
                registrations.ScanAsync(cancellationToken), static (server, records, now) => server.Endpoint.Restore(records, server.Locate, now))
                .ConfigureAwait(false);
        }

        if (_options.Observations is { } observations)
        {
            passedOver += await RestoreAsync(
                observations.ScanAsync(cancellationToken), static (server, records, now) => server.Endpoint.RestoreObservations(records, now))
                .ConfigureAwait(false);
        }

        return passedOver;
    }

    // So many at a time that devices are answered in between.
    private async Task<int> RestoreAsync<T>(IAsyncEnumerable<T> stored, Func<Lwm2mServer, List<T>, Instant, int> restore)
    {
        const int Batch = 1024;
        int passedOver = 0;
        List<T> records = [];
        await foreach (T record in stored.ConfigureAwait(false))
        {
            records.Add(record);
            if (records.Count == Batch)
            {
                passedOver += Take();
                records.Clear();
            }
        }

        return passedOver + Take();

        int Take() => Host.Invoke((server: this, records, restore), static (s, now) => s.restore(s.server, s.records, now));
    }

    // Where a socket reaches it; a session or connection is gone with the server that had it.
    private PeerId? Locate(PeerId peer)
    {
        try
        {
            return Host.Security is null ? Host.GetPeer(UdpAddress.ToEndPoint(peer)) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Finds a device that is registered, by its endpoint's name.</summary>
    /// <param name="endpoint">The name.</param>
    /// <returns><see langword="null"/> where there is none.</returns>
    public DeviceClient? Find(string endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return Host.Invoke((Endpoint, endpoint), static (s, _) => s.Endpoint.Find(s.endpoint)) is { } device ? new(this, device) : null;
    }

    /// <summary>The devices that are registered now, and of these that have an Object if one is named; in no order.</summary>
    /// <param name="objectId">The Object's id; <see langword="null"/> for all devices.</param>
    public IReadOnlyList<DeviceClient> List(ushort? objectId = null) => Host.Invoke(
        (server: this, objectId),
        static (s, _) => (s.objectId is { } id ? s.server.Endpoint.FindByObject(id) : s.server.Endpoint.Devices)
            .Select(device => new DeviceClient(s.server, device)).ToArray());

    /// <summary>The devices that have said something else of themselves when they registered, such as <c>mac=00:24:be</c>; in no order.</summary>
    /// <param name="name">The argument's name.</param>
    /// <param name="value">Its value; empty for one without.</param>
    public IReadOnlyList<DeviceClient> ListByAttribute(string name, string value) => Host.Invoke(
        (server: this, name, value),
        static (s, _) => s.server.Endpoint.FindByAttribute(s.name, s.value).Select(device => new DeviceClient(s.server, device)).ToArray());

    /// <summary>Waits until a device is registered; ends at once if it is.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<DeviceClient> WaitForAsync(string endpoint, CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource found = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await foreach (RegistrationChange change in _readers.ReadAsync(endpoint, found.Token).ConfigureAwait(false))
        {
            if (Find(endpoint) is { } device)
            {
                return device;
            }
        }

        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>
    /// What becomes of registrations from the moment on at which it is enumerated, until the server is disposed of. Whoever reads slowly loses
    /// the oldest of what waits, beyond 1024 changes, and the newest refusals, beyond 64.
    /// </summary>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<RegistrationChange> ReadChangesAsync(CancellationToken cancellationToken = default) =>
        _readers.ReadAsync(null, cancellationToken);

    /// <summary>
    /// Keeps a command for a device until it is awake, however often the server starts anew meanwhile. What becomes of it is told to
    /// <see cref="CommandEnded"/>.
    /// </summary>
    /// <param name="endpoint">The endpoint's name; it need not have registered yet.</param>
    /// <param name="request">What to ask; no observation.</param>
    /// <param name="timeToLive">How long it may wait, and is known. More than 0, at most ten years.</param>
    /// <param name="key">Of an endpoint, one command has it: what is enqueued twice, since nobody knows whether it was, is there once.
    /// <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Gives up; whether it is kept is not known then.</param>
    /// <returns>The command, which is durable; where there is one with the same key, that one.</returns>
    /// <exception cref="InvalidOperationException">The server has no store of commands (<see cref="ServerEndpointOptions.Commands"/>), or was not
    /// started.</exception>
    /// <exception cref="ArgumentException">The endpoint has no name, or the request observes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is out of range.</exception>
    public async Task<QueuedCommand> EnqueueAsync(
        string endpoint, DeviceRequest request, TimeSpan timeToLive, string? key = null, CancellationToken cancellationToken = default)
    {
        CommandRecord command = QueuedCommand.Create(endpoint, request, timeToLive, key, _options.Time.GetUtcNow());
        _ = Host;
        command = await Commands.EnqueueAsync(command, cancellationToken).ConfigureAwait(false);
        try
        {
            Invoke(static (server, endpoint, now) => server.TakeCommands(endpoint, now), endpoint);
        }
        catch (ObjectDisposedException)
        {
            // It is kept all the same, and the next server's to send.
        }

        return new(command);
    }

    /// <summary>Finds a command, also one that is over, until its time is.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><see langword="null"/> where there is none.</returns>
    /// <exception cref="InvalidOperationException">The server has no store of commands.</exception>
    public async Task<QueuedCommand?> FindCommandAsync(long id, CancellationToken cancellationToken = default) =>
        await Commands.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } command ? new(command) : null;

    /// <summary>Takes a command back, if it was not sent yet.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up; whether it was taken back is not known then.</param>
    /// <returns>Whether it will not be sent.</returns>
    /// <exception cref="InvalidOperationException">The server has no store of commands.</exception>
    public async Task<bool> CancelCommandAsync(long id, CancellationToken cancellationToken = default) =>
        await Commands.CancelAsync(id, cancellationToken).ConfigureAwait(false) == WriteOutcome.Applied;

    private ICommandStore Commands => _options.Commands
        ?? throw new InvalidOperationException("The server has no store of commands: set ServerEndpointOptions.Commands.");

    /// <summary>Calls the server under its lock, and sends what comes of it.</summary>
    /// <typeparam name="TState">What the action needs, so that it can be static.</typeparam>
    /// <param name="action">Calls the server. It must not block.</param>
    /// <param name="state">Handed to the action.</param>
    public void Invoke<TState>(Action<ServerEndpoint, TState, Instant> action, TState state)
    {
        ArgumentNullException.ThrowIfNull(action);
        Host.Invoke((Endpoint, action, state), static (s, now) => s.action(s.Endpoint, s.state, now));
    }

    /// <summary>Stops: what is under way ends without an answer. Devices are not told.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            try
            {
                Invoke(static (endpoint, _, _) => endpoint.Stop(), this);
            }
            catch (ObjectDisposedException)
            {
                // It has stopped before.
            }

            if (_connections is not null)
            {
                await _connections.DisposeAsync().ConfigureAwait(false);
            }

            await _host.DisposeAsync().ConfigureAwait(false);
        }

        await PublishRestAsync().ConfigureAwait(false);
        _readers.Complete();
    }

    private async Task PublishRestAsync()
    {
        using CancellationTokenSource patience = new(s_patience);
#pragma warning disable CA1031 // Whatever the sink throws, the server has ended.
        try
        {
            await Endpoint.DrainEventsAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Endpoint.HandlerFailed?.Invoke(e);
        }
#pragma warning restore CA1031
    }

    private void OnChanged(RegistrationChange change)
    {
        RegistrationChanged?.Invoke(change);
        _readers.Tell(change);
    }
}
