using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// An LwM2M Client without I/O: objects in a tree, served over CoAP. Whoever owns socket and clock drives it as any
/// <see cref="IDatagramProtocol"/>; <c>Ipso.Net.Lwm2mDevice</c> does.
/// </summary>
public sealed partial class DeviceEndpoint : IDatagramProtocol
{
    private readonly CoapEndpoint _endpoint;
    private readonly DeviceEngines _engines;
    private readonly ServerAccounts _accounts;
    private readonly Registrations? _registrations;
    private readonly Bootstrapper? _bootstrapper;
    private readonly DeviceOptions _options;
    private readonly ManagementContext _context;
    private readonly DeviceManagement _management;
    private readonly DeviceMemory? _memory;
    private readonly IRandomSource _random;
    private bool _isStopping;
    private Instant _now;

    /// <summary>Makes a device without objects but for those that its servers are instances of (0 and 1).</summary>
    /// <param name="random">Where Message IDs, back-off and the spread of waits come from.</param>
    /// <param name="options">Name, servers, sizes and times; <see langword="null"/> for a device that registers nowhere.</param>
    /// <exception cref="ArgumentException">Servers without a name for the device, or two with one Short Server ID or one URI; keys without
    /// protection, or protection without storage.</exception>
    /// <exception cref="InvalidOperationException">The protection belongs to another device.</exception>
    public DeviceEndpoint(IRandomSource random, DeviceOptions? options = null)
    {
        options ??= new();
        ObjectTree objects = Objects;
        CoapEndpointOptions coap = CoapOf(options, objects);
        CoapEndpoint endpoint = options.MakeRobustEndpoint?.Invoke(coap, random, this) ?? CoapEndpoint.OfDevice(coap, random, this);
        _endpoint = endpoint;
        _engines = new(endpoint);
        ServerOptions? server = options.Server ?? (options.Servers.Length > 0 ? options.Servers[0] : null);
        IServerSide? said = (IServerSide?)options.FactoryBootstrap ?? server ?? (IServerSide?)options.BootstrapServer;
        DeviceMemory? memory = options.Storage?.MakeMemory(objects, options.Reporting, said is not null, options.Protection);
        _memory = memory;
        bool isRestored = memory?.TryRestore() == true;
        ServerAccounts accounts = (isRestored ? memory : said)?.MakeAccounts(options, objects) ?? new();
        accounts.AdmitsAnybody = said is null && accounts.All.Length == 0 && memory?.AdmitsAnybody != false;
        _accounts = accounts;
        AccessControl access = new(objects, accounts);
        Access = access;
        Reporter = new(_engines, objects, access, options.Reporting, ReportingCounters, options.Coap.Observers);
        _context = new(objects, access);
        _management = new(_context, Reporter);
        _options = options;
        _random = random;
        if ((memory ?? said) is { } serverSide)
        {
            _registrations = serverSide.MakeRegistrations(this);
            _context.Registrations = _registrations;
            _bootstrapper = serverSide.MakeBootstrapper(this, _registrations);
        }

        memory?.Bind(this, isRestored);
        options.Protection?.StoreNow = StoreNow;
        objects.OnChange = () => WakeRequested?.Invoke();
    }

    /// <summary>The objects. Any thread may add, remove and set values while the device serves.</summary>
    public ObjectTree Objects { get; } = new();

    /// <summary>Which server may do what, where there are several.</summary>
    public AccessControl Access { get; }

    /// <summary>
    /// Told, on the device's thread, of what a server has created, deleted and written, when it is done and before the answer goes out.
    /// </summary>
    public Action<ServerChange>? ChangedByServer
    {
        get => _context.Changed;
        set => _context.Changed = value;
    }

    /// <summary>
    /// What was wrong with what the device was to remember (<see cref="DeviceOptions.Storage"/>), in words: it then goes by what was stored
    /// before, or by its options. <see langword="null"/> where nothing was.
    /// </summary>
    public string? StorageFault => _memory?.Fault;

    /// <summary>
    /// Whether anybody manages the device: only where it was made without servers and never had an account. Where what is stored of such a
    /// device is lost, as <see cref="StorageFault"/> says, nobody does: that may have been accounts.
    /// </summary>
    public bool AdmitsAnybody => _accounts.AdmitsAnybody;

    /// <summary>
    /// The time of day: for values that are sent with a time, which are relative to when they are sent without it (RFC 8428, 4.5.3);
    /// for when a server is told that the device was bootstrapped last (1/x/12); for the times of Sends that are stored. <see langword="null"/>
    /// where nobody knows it.
    /// </summary>
    public IWallClock? Clock
    {
        get;
        set
        {
            field = Reporter.Clock = value;
            _sends?.Clock = value;
            _bootstrapper?.Clock = value;
            _memory?.Clock = value;
        }
    }

    /// <summary>The engine.</summary>
    internal DeviceEngines Engines => _engines;

    /// <summary>What the program has said.</summary>
    internal DeviceOptions Options => _options;

    /// <summary>Where all chance comes from.</summary>
    internal IRandomSource Random => _random;

    /// <summary>What operations on the objects stand on.</summary>
    internal ManagementContext Context => _context;

    /// <summary>Whether it is about to stop: what is stored waits until it has started again.</summary>
    internal bool IsStopping => _isStopping;

    /// <summary>The moment of the last call.</summary>
    internal Instant Now => _now;

    /// <summary>
    /// Has an object do something besides keeping its values, and adds its instance to <see cref="Objects"/> if it is not there. Before the
    /// device runs.
    /// </summary>
    /// <param name="behaviour">What it does; it belongs to one device.</param>
    /// <exception cref="InvalidOperationException">A device has it already, or there is another instance in its place.</exception>
    public void Attach(ObjectBehaviour behaviour)
    {
        ArgumentNullException.ThrowIfNull(behaviour);
        behaviour.AttachTo(this);
        _context.Behaviours.Add(behaviour);
    }

    /// <summary>The servers.</summary>
    internal ServerAccounts Accounts => _accounts;

    /// <summary>Who is notified, and when.</summary>
    internal Reporter Reporter { get; }

    /// <inheritdoc/>
    CoapEngine? IDatagramProtocol.Engine => _endpoint;

    /// <summary>What the CoAP engine has counted.</summary>
    public CoapCounters Counters => _endpoint.Counters;

    /// <summary>The number of observations.</summary>
    public int ObserverCount => _engines.ObserverCount;

    /// <summary>Told of every request that was answered.</summary>
    public HandledRequestCallback? RequestHandled { get; set; }

    /// <summary>
    /// Told of an exception out of an Execute handler or a callback, which the peer sees as 5.00, and of a
    /// <see cref="StateStorageException"/> where the device could not store what it is to remember, which it tries again.
    /// </summary>
    public Action<Exception>? HandlerFailed { get; set; }

    /// <summary>
    /// Called, on whatever thread, when an observed value has changed: call <see cref="TryTransmit"/> soon.
    /// </summary>
    public Action? WakeRequested { get; set; }

    /// <summary>Told of what becomes of the registrations with the servers.</summary>
    public Action<RegistrationEvent>? RegistrationChanged { get; set; }

    /// <summary>Asked, before each Register, for the address of a server's host. <see cref="OnResolved"/> takes the answer, from inside the
    /// call or later.</summary>
    public Action<ServerHost, Instant>? HostRequested
    {
        get;
        set
        {
            field = value;
            _registrations?.HostRequested = value;
        }
    }

    /// <summary>
    /// Says why there is no transport for an account, or what is wrong with its keys, as the rest of a sentence that begins with its path:
    /// what a bootstrap is held to; <see langword="null"/> where nobody knows.
    /// </summary>
    internal Func<LWM2MSecurity, CoapScheme, string?>? FindTransportFault
    {
        get;
        set
        {
            field = value;
            _registrations?.FindTransportFault = value;
        }
    }

    /// <summary>What is wrong with an account, in words, as <see cref="FindTransportFault"/> says; <see langword="null"/> where nothing is.
    /// </summary>
    internal string? FindAccountFault()
    {
        foreach (ObjectInstance instance in Objects.OfObject(0))
        {
            if (instance is LWM2MSecurity security
                && ServerUri.TryParse(security.LWM2MServerURI, out ServerUri uri, out _)
                && (AccountCheck.FindMismatch(security, uri) ?? FindTransportFault?.Invoke(security, uri.Scheme)) is { } fault)
            {
                return Phrase.Of($"/0/{security.InstanceId} {fault}.");
            }
        }

        return null;
    }

    /// <summary>Told of a session or connection that nobody needs any more.</summary>
    internal Action<PeerId>? SessionReleased
    {
        get;
        set
        {
            field = value;
            _registrations?.SessionReleased = value;
        }
    }

    /// <summary>Tells whether two peers are one host, whatever their ports; for servers that ask from any port
    /// (<see cref="ServerOptions.AsksFromAnyPort"/>), of which nothing is known where this is <see langword="null"/>.</summary>
    public Func<PeerId, PeerId, bool>? IsSameHost
    {
        get => _accounts.IsSameHost;
        set => _accounts.IsSameHost = value;
    }

    /// <summary>Whether nothing is left to be done after <see cref="StopRegistering"/>.</summary>
    public bool HasStopped => _registrations?.HasEnded != false;

    /// <summary>Begins to register with the servers, in their order.</summary>
    /// <param name="now">The moment.</param>
    public void StartRegistering(Instant now)
    {
        _isStopping = false;
        _registrations?.Start(now);
        _bootstrapper?.Start(now);
    }

    /// <summary>De-registers, and registers no more.</summary>
    /// <param name="now">The moment.</param>
    public void StopRegistering(Instant now)
    {
        _isStopping = true;
        _bootstrapper?.Stop();
        _registrations?.Stop(now);
    }

    /// <summary>Whether what was asked for by <see cref="HostRequested"/> is still wanted.</summary>
    internal bool IsAskingFor(in ServerHost host) =>
        host.ShortServerId == Bootstrapper.Id ? _bootstrapper?.IsAsking == true : _registrations?.IsAskingFor(host.Lookup) == true;

    /// <summary>Takes what was asked for by <see cref="HostRequested"/>.</summary>
    /// <param name="host">The host, as it was asked for. What nobody asks for any more is not taken.</param>
    /// <param name="peer">Its address; <see langword="null"/> where there is none.</param>
    /// <param name="reason">Why there is none, in words.</param>
    /// <param name="now">The moment.</param>
    public void OnResolved(in ServerHost host, PeerId? peer, string? reason, Instant now)
    {
        if (host.ShortServerId == Bootstrapper.Id)
        {
            _bootstrapper?.OnResolved(peer, reason, now);
        }
        else
        {
            _registrations?.OnResolved(host.Lookup, peer, reason, now);
        }
    }

    /// <summary>How the device stands with its servers, in ascending order of their Short Server IDs.</summary>
    /// <param name="now">The moment.</param>
    public IReadOnlyList<ServerStatus> GetServers(Instant now) => _registrations?.GetStatus(now) ?? [];

    /// <summary>
    /// The account of a server was removed: its observations and attributes go, its rights, and what only it could access, of which the
    /// program is told (LwM2M TS Transport, 5.2.5).
    /// </summary>
    /// <param name="shortServerId">The Short Server ID.</param>
    internal void OnAccountRemoved(ushort shortServerId)
    {
        SetResumption(shortServerId, []);
        Reporter.EndObservations(shortServerId);
        Reporter.ForgetAttributes(shortServerId, _now);
        Access.RemoveServer(shortServerId, path => ChangedByServer?.Invoke(new(ServerChangeKind.Deleted, path, shortServerId)));
    }

    /// <inheritdoc/>
    public Instant? NextDeadline =>
        Instant.Earlier(
            Instant.Earlier(_endpoint.NextDeadline, Reporter.NextDeadline),
            Instant.Earlier(
                Instant.Earlier(_registrations?.NextDeadline, _bootstrapper?.NextDeadline),
                Instant.Earlier(_memory?.NextDeadline, _context.Behaviours.NextDeadline)));

    /// <inheritdoc/>
    public void PeerFailed(in PeerId peer, PeerFailure failure, Instant now)
    {
        _now = now;
        _endpoint.PeerFailed(peer, failure, now);
        if (failure == PeerFailure.SessionClosed)
        {
            OnSessionClosed(peer, now);
        }
    }

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
    {
        _now = now;
        // What changed before a new observation is news to the old ones only.
        Reporter.TakeChanges(now);
        _registrations?.OnMessage(from, now);
        _bootstrapper?.OnMessage(from, now);
        _context.Behaviours.OnMessage(datagram.Length, isSent: false);
        _endpoint.Receive(datagram, from, now);
        TakeEvents(now);
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        _now = now;
        _context.Behaviours.Plan(now);
        _memory?.Save(this, now);

        Reporter.TakeChanges(now);
        TakeEvents(now);
        _bootstrapper?.Drive(now);
        _registrations?.Drive(now);
        _sends?.Drive(now);
        _memory?.Watch(now);
        if (_isStopping && HasStopped)
        {
            AbandonSends();
        }

        bool sends = _endpoint.TryTransmit(buffer, now, out transmit);
        TakeEvents(now);
        if (sends)
        {
            _registrations?.OnMessage(transmit.To, now);
            _context.Behaviours.OnMessage(transmit.Length, isSent: true);
        }

        return sends;
    }

    /// <inheritdoc/>
    public void OnDeadline(Instant now)
    {
        _now = now;
        _endpoint.OnDeadline(now);
        Reporter.OnDeadline(now);
        TakeEvents(now);
        _bootstrapper?.Drive(now);
        _registrations?.Drive(now);
        _context.Behaviours.Drive(now);
    }

    /// <summary>Accounts, rights or attributes have changed: what is remembered of them is to be stored.</summary>
    internal void Remember()
    {
        _memory?.MarkStale();
        WakeRequested?.Invoke();
    }

    private void TakeEvents(Instant now)
    {
        while (_engines.TryTakeEvent(out CoapEvent e))
        {
            if (!e.Exchange.IsNone)
            {
                if (_bootstrapper?.Take(e, now) != true && _sends?.Take(e) != true)
                {
                    _registrations?.Take(e, now);
                }

                continue;
            }

            if (e.Kind == CoapEventKind.HandlerFault && e.Exception is { } exception)
            {
                HandlerFailed?.Invoke(exception);
            }
            else if (e.Kind is CoapEventKind.ObserverRemoved or CoapEventKind.NotificationAcknowledged)
            {
                TellOfNotification(e);
                if (_registrations?.TakeNotification(e, now) == true)
                {
                    ListenForAcknowledgements();
                }

                Reporter.OnRemoved(e.Tag);
            }
        }

        _bootstrapper?.SettleFinished(this, now);
        Reporter.Settle();
    }
}
