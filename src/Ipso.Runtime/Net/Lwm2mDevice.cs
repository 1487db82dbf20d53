using System.Net;
using System.Net.Sockets;
using Ipso.Buffers;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Net.Security;

namespace Ipso.Net;

/// <summary>
/// An LwM2M device on a UDP socket: add objects, start it, set values from any thread. Callbacks are called on the device's thread, and
/// should return soon.
/// </summary>
/// <example>
/// <code>
/// Temperature temperature = new() { SensorValue = 21.5 };
/// await using Lwm2mDevice device = new(new DeviceOptions { Endpoint = "urn:dev:mac:0024befffe804ff1", Server = new("coap://127.0.0.1") });
/// device.Objects.Add(temperature);
/// await device.StartAsync();
/// temperature.SensorValue = 22.0; // the server hears of it, if it observes /3303/0/5700
/// </code>
/// </example>
public sealed partial class Lwm2mDevice : IAsyncDisposable, IDisposable
{
    private readonly DeviceOptions _options;
    private readonly TimeProvider _time;
    private readonly HostClockFactory _makeClock;
    private DeviceSessions? _sessions;
    private DeviceStreams? _streams;
    private UdpHost? _host;
    private volatile bool _isStopping;

    // What a device has that registers: one without servers, in a native program, has nothing of it.
    private DeviceServers? _servers;

    /// <summary>Makes a device without objects but for those that its servers are instances of. It has a thread for its deadlines.</summary>
    /// <param name="options">Name, servers, sizes and times; <see langword="null"/> for a device that only listens.</param>
    /// <exception cref="ArgumentException">Servers without a name for the device, or two with one Short Server ID or one URI.</exception>
    public Lwm2mDevice(DeviceOptions? options = null)
        : this(options, TimeProvider.System, ThreadClock.Factory)
    {
    }

    /// <summary>
    /// Makes a device whose deadlines are kept by timers of a clock: one of a test's, or the system's, in a program of so many devices that
    /// a thread for each would be a waste.
    /// </summary>
    /// <param name="options">Name, servers, sizes and times; <see langword="null"/> for a device that only listens.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">Servers without a name for the device, or two with one Short Server ID or one URI.</exception>
    public Lwm2mDevice(DeviceOptions? options, TimeProvider time)
        : this(options, time, PoolClock.Factory) =>
        ArgumentNullException.ThrowIfNull(time);

    private Lwm2mDevice(DeviceOptions? options, TimeProvider time, HostClockFactory clock)
    {
        _options = options ?? new();
        _time = time;
        _makeClock = clock;
        Endpoint = new(new SystemRandomSource(), _options)
        {
            Clock = new WallClock(_time),
        };
    }

    /// <summary>The device without its socket, for what this class does not offer.</summary>
    public DeviceEndpoint Endpoint { get; }

    /// <summary>The objects that it serves.</summary>
    public ObjectTree Objects => Endpoint.Objects;

    /// <inheritdoc cref="DeviceEndpoint.Attach"/>
    public void Attach(ObjectBehaviour behaviour) => Endpoint.Attach(behaviour);

    /// <summary>How names of servers are looked up; by the system's resolver.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve
    {
        get => field ?? (OperatingSystem.IsLinux() ? LinuxResolver.ResolveAsync : Dns.GetHostAddressesAsync);
        init;
    }

    /// <summary>
    /// Datagram security, for servers at <c>coaps://</c>; without it there are none. The device then has a second socket, for that alone.
    /// </summary>
    /// <remarks>Keys are those of the accounts, as <see cref="ServerOptions.Security"/> or a bootstrap gives them.</remarks>
    /// <example>
    /// <code>
    /// using OpenSslSecurity dtls = new();
    /// await using Lwm2mDevice device = new(options) { Security = dtls };
    /// </code>
    /// </example>
    public DatagramSecurity Security
    {
        get => _sessions?.Security ?? DatagramSecurity.NoSec;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _sessions = value.IsTransparent ? null : new(value);
        }
    }

    /// <summary>
    /// How to connect to servers at <c>coap+tcp://</c>; <see langword="null"/>, the default, for a device that has none. The listeners are of
    /// no account.
    /// </summary>
    public TcpHostOptions? Tcp
    {
        get => _streams?.Options;
        init => _streams = value is null ? null : new(value);
    }

    /// <summary>The bounds of security; <see langword="null"/> for the defaults.</summary>
    public SecurityOptions? SecurityBounds { get; init; }

    internal DeviceSessions? Sessions => _sessions;

    internal DeviceStreams? Streams => _streams;

    /// <summary>Told of every registration that succeeds, fails (why, and when the next try is), is updated, sleeps or ends.</summary>
    public Action<RegistrationEvent>? RegistrationChanged { get; set; }

    /// <summary>Told of every bootstrap that begins, ends or fails (why, and when the next try is).</summary>
    public Action<BootstrapEvent>? BootstrapChanged
    {
        get => Endpoint.BootstrapChanged;
        set => Endpoint.BootstrapChanged = value;
    }

    /// <inheritdoc cref="DeviceEndpoint.BootstrapState"/>
    public BootstrapState BootstrapState => Endpoint.BootstrapState;

    /// <summary>Told of every request that was answered and every notification rendered.</summary>
    public HandledRequestCallback? RequestHandled
    {
        get => Endpoint.RequestHandled;
        set => Endpoint.RequestHandled = value;
    }

    /// <summary>Which server may do what, where there are several.</summary>
    public AccessControl Access => Endpoint.Access;

    /// <summary>
    /// Told, on the device's thread, of what a server has created, deleted and written, when it is done and before the answer goes out.
    /// </summary>
    public Action<ServerChange>? ChangedByServer
    {
        get => Endpoint.ChangedByServer;
        set => Endpoint.ChangedByServer = value;
    }

    /// <inheritdoc cref="DeviceEndpoint.StorageFault"/>
    public string? StorageFault => Endpoint.StorageFault;

    /// <inheritdoc cref="DeviceEndpoint.HandlerFailed"/>
    public Action<Exception>? HandlerFailed
    {
        get => Endpoint.HandlerFailed;
        set => Endpoint.HandlerFailed = value;
    }

    /// <summary>The address and port that it serves on.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public IPEndPoint LocalEndPoint =>
        _host?.LocalEndPoint ?? throw new InvalidOperationException("The device has no address before Start.");

    /// <summary>Ends when the device has stopped; faulted where its socket or a callback broke.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public Task Completion => _host is not { } host ? throw new InvalidOperationException("The device does not run before Start.")
        : _streams?.CompletionWith(host.Completion) ?? host.Completion;

    /// <summary>Whether it was started and has not stopped. Why it has, where it was not told to, says <see cref="Fault"/>.</summary>
    public bool IsRunning => _host is { IsRunning: true };

    /// <summary>What has broken a socket, or a callback has thrown; <see langword="null"/> as long as nothing did.</summary>
    public Exception? Fault => _host?.Fault ?? _streams?.Fault;

    /// <summary>Opens the socket and serves, for a device without servers.</summary>
    /// <param name="local">Address and port; port 0 lets the system choose one, see <see cref="LocalEndPoint"/>.</param>
    /// <exception cref="UdpBindException">The port is in use, or the address is not one of this machine.</exception>
    /// <exception cref="InvalidOperationException">It was started before, or it has servers to register with.</exception>
    public void Start(IPEndPoint local)
    {
        if (_options is not { Server: null, Servers.Length: 0, BootstrapServer: null, FactoryBootstrap: null })
        {
            throw new InvalidOperationException("The device has servers to register with or to bootstrap from, which StartAsync does.");
        }

        Open(local);
    }

    /// <summary>Bootstraps although servers are registered with.</summary>
    /// <returns>Whether there is a Bootstrap-Server.</returns>
    /// <exception cref="InvalidOperationException">It was not started, or has stopped.</exception>
    public bool RequestBootstrap() =>
        _host is { } host
            ? host.Invoke(Endpoint, static (endpoint, now) => endpoint.RequestBootstrap(now))
            : throw new InvalidOperationException("The device does not run before Start.");

    /// <summary>
    /// Opens the socket and begins to register, or to bootstrap. A server that cannot be reached is no exception: <see cref="RegistrationChanged"/> tells of
    /// it, and the device tries again as the Server object says.
    /// </summary>
    /// <param name="local">Address and port, one for all servers; by default any address and a port that the system chooses.</param>
    /// <param name="cancellationToken">Gives up before the socket is open.</param>
    /// <returns>Ends when the socket is open; <see cref="WaitUntilRegisteredAsync"/> waits for a server.</returns>
    /// <exception cref="UdpBindException">The port is in use, or the address is not one of this machine.</exception>
    /// <exception cref="InvalidOperationException">It was started before, or an account is of no use: a server at <c>coaps://</c> without
    /// <see cref="Security"/>, one at <c>coap+tcp://</c> without <see cref="Tcp"/>, or keys that cannot be read.</exception>
    public Task StartAsync(IPEndPoint? local = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Servers.Check();
        UdpHost host = Open(local ?? new(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
        Servers.Start(host);
        return Task.CompletedTask;
    }

    /// <summary>Waits until a server has accepted the device; ends at once if one has.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Ends when it is registered, and is cancelled if the device stops before.</returns>
    public Task WaitUntilRegisteredAsync(CancellationToken cancellationToken = default) =>
        Servers.WaitUntilRegisteredAsync(cancellationToken);

    /// <summary>How the device stands with its servers.</summary>
    /// <returns>A copy, in ascending order of the Short Server IDs.</returns>
    /// <exception cref="InvalidOperationException">It was not started, or has stopped.</exception>
    public IReadOnlyList<ServerStatus> GetServers() =>
        _host is { } host
            ? host.Invoke(Endpoint, static (endpoint, now) => endpoint.GetServers(now))
            : throw new InvalidOperationException("The device does not run before Start.");

    /// <summary>De-registers, waits up to <see cref="DeviceOptions.StopTimeout"/> for the answers, and closes the socket.</summary>
    /// <param name="cancellationToken">Gives up waiting; the device stops all the same.</param>
    /// <returns>Ends when it has stopped.</returns>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        _isStopping = true;
        _servers?.BeginToStop();
        return _host is not { } host ? Task.CompletedTask
            : _servers?.StopAsync(host, _options.StopTimeout, cancellationToken) ?? host.EndAsync();
    }

    /// <summary>Stops, as <see cref="StopAsync"/> does.</summary>
    public ValueTask DisposeAsync() => _servers?.DisposeAsync() ?? new(StopAsync());

    /// <summary>
    /// Stops, as <see cref="StopAsync"/> does, and returns when it has: for a program that awaits nothing. A native one without servers has
    /// none of the platform's tasks then.
    /// </summary>
    /// <exception cref="InvalidOperationException">Called by a callback of the device, which it waits for itself:
    /// <see cref="StopAsync"/> does not wait.</exception>
    public void Stop()
    {
        _host?.CheckMayWait();
        _isStopping = true;
        _servers?.Stop(_host, _options.StopTimeout);
        _host?.Stop();
    }

    /// <inheritdoc cref="Stop"/>
    public void Dispose()
    {
        Stop();
        _servers?.Dispose();
    }

    private UdpHost Open(IPEndPoint local)
    {
        if (_host is not null)
        {
            throw new InvalidOperationException(Phrase.Of($"The device serves on {_host.LocalEndPoint} already."));
        }

        UdpListener plain = new(local);
        UdpHostOptions options = _sessions is { } sessions
            ? new(_makeClock, plain, new(new IPEndPoint(local.Address, 0)) { Security = sessions.Security })
            : new(_makeClock, plain);
        options = options with { Security = SecurityBounds, Time = _time };
        UdpHost host = new(Endpoint, options, _ => OnCycle());
        Endpoint.WakeRequested = host.Wake;
        _host = host;
        return host;
    }

    private DeviceServers Servers =>
        _servers ?? Interlocked.CompareExchange(ref _servers, new DeviceServers(this, _time, _isStopping), null) ?? _servers!;

    private void OnCycle()
    {
        if (_isStopping && Endpoint.HasStopped)
        {
            _servers?.HaveBeenLeft();
        }

        _streams?.OnDatagramCycle();
    }
}
