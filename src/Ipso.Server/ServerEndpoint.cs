using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Server.Bootstrap;
using Ipso.Server.Registration;

namespace Ipso.Server;

/// <summary>
/// An LwM2M Server without I/O: devices register with it, and it manages and observes them. Whoever owns socket and clock drives it as any
/// <see cref="IDatagramProtocol"/>; <see cref="Lwm2mServer"/> does. Used by one thread at a time.
/// </summary>
public sealed partial class ServerEndpoint : IDatagramProtocol
{
    private readonly ServerEndpointOptions _options;
    private readonly IRandomSource _random;
    private readonly RegistrationDirectory _directory = new();
    private readonly EngineSide _side;
    private readonly CoapEndpoint _endpoint;
    private Instant _now;
    private bool _isStopped;
    private bool _isFenced;

    /// <summary>Makes a server that knows no device.</summary>
    /// <param name="random">Where Message IDs, tokens and locations come from.</param>
    /// <param name="options">Bounds and rules; <see langword="null"/> for the defaults.</param>
    public ServerEndpoint(IRandomSource random, ServerEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        _options = options ?? new();
        _random = random;
        _incarnation = DrawIncarnation(random);

        // Greater than those of a server before this one, also where no store of registrations gives them.
        _epoch = _options.Time.GetUtcNow().UtcTicks;
        _waiting = new(WaitingOperations);
        _events = _options.Events is { } sink ? new(sink, _incarnation, _options.EventBytes) : null;
        _side = new(this) { Exchanges = _options.Coap.Exchanges };
        _endpoint = new(_options.Coap, random, _side);
        _side.Engine = _endpoint;
        SeekContexts();
    }

    /// <summary>
    /// Whether what a server before this one knew is still being read: requests are to come again in a second, and notifications are heard
    /// without a word, since it is not known yet what they are of.
    /// </summary>
    internal bool IsRestoring { get; set; }

    /// <summary>The time of day.</summary>
    internal TimeProvider Time => _options.Time;

    /// <summary>How long a payload may be, in bytes.</summary>
    internal int MaxPayload => _options.Coap.MaxBodySize;

    /// <inheritdoc/>
    CoapEngine? IDatagramProtocol.Engine => _endpoint;

    /// <summary>What the CoAP engine has counted.</summary>
    public CoapCounters Counters => _endpoint.Counters;

    /// <summary>The number of requests that are under way.</summary>
    public int ExchangeCount => _endpoint.ExchangeCount;

    /// <summary>The number of devices that are registered.</summary>
    public int DeviceCount => _directory.Count;

    /// <summary>The devices that are registered, in no order. Not to be enumerated while the server works.</summary>
    public IEnumerable<RegisteredDevice> Devices => _directory.Devices;

    /// <summary>Told of registrations that come, change, go, and are refused; inside a call into the server.</summary>
    public Action<RegistrationChange>? RegistrationChanged { get; set; }

    /// <summary>Told of an exception out of a callback; the peer is answered 5.00.</summary>
    public Action<Exception>? HandlerFailed { get; set; }

    /// <summary>Called when there is something to transmit that no call from outside has brought.</summary>
    public Action? WakeRequested { get; set; }

    /// <summary>Who peers are, as their transport has proved; <see langword="null"/> where none proves anything.</summary>
    public IPeerDirectory? Identities
    {
        get => _side.Identities;
        set => _side.Identities = value;
    }

    /// <summary>
    /// The host that a peer is at which sends a request, for <see cref="ServerEndpointOptions.MaxDevicesPerHost"/>; null for one that is not
    /// counted. Without it none is. Set before devices come.
    /// </summary>
    public Func<PeerId, PeerId?>? HostOf
    {
        get => _directory.HostOf;
        set => _directory.HostOf = value;
    }

    /// <summary>Finds a device that is registered, by its endpoint's name.</summary>
    /// <param name="endpoint">The name.</param>
    /// <returns><see langword="null"/> where there is none.</returns>
    public RegisteredDevice? Find(string endpoint) => _directory.Find(endpoint);

    /// <summary>Finds the devices that have an Object, in no order.</summary>
    /// <param name="objectId">The Object's id.</param>
    public IEnumerable<RegisteredDevice> FindByObject(ushort objectId) => _directory.With(objectId);

    /// <summary>Finds the devices that have said something else of themselves when they registered, such as <c>mac=00:24:be</c>, in no order.</summary>
    /// <param name="name">The argument's name.</param>
    /// <param name="value">Its value; empty for one without.</param>
    public IEnumerable<RegisteredDevice> FindByAttribute(string name, string value) => _directory.WithAttribute(name, value);

    /// <inheritdoc/>
    public Instant? NextDeadline =>
        Instant.Earlier(
            Instant.Earlier(_endpoint.NextDeadline, Instant.Earlier(_directory.NextDeadline, _sweepAt)),
            Instant.Earlier(_waiting.Next, Instant.Earlier(_commandsExpireAt, _events?.NextDeadline)));

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
    {
        _now = now;
        _endpoint.Receive(datagram, from, now);
        _side.TakeEvents(now);
    }

    /// <inheritdoc/>
    public void ReceiveMulticast(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
    {
        // Nothing of a server's is for groups.
    }

    /// <inheritdoc/>
    public void PeerFailed(in PeerId peer, PeerFailure failure, Instant now)
    {
        _now = now;
        _endpoint.PeerFailed(peer, failure, now);
        _side.TakeEvents(now);
        if (failure == PeerFailure.SessionClosed)
        {
            OnPeerGone(peer);
        }
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        _now = now;
        TakeStored();
        _commandsExpireAt ??= _options.Commands is null ? null : now + s_expiryInterval;
        _sweepAt ??= _options.Node == default ? null : now + s_expiryInterval;
        Drive(now);
        bool sends = _endpoint.TryTransmit(buffer, now, out transmit);
        _side.TakeEvents(now);
        PublishEvents();
        return sends;
    }

    /// <inheritdoc/>
    public void OnDeadline(Instant now)
    {
        _now = now;
        _endpoint.OnDeadline(now);
        _side.TakeEvents(now);
        ExpireRegistrations(now);
        ExpireOperations(now);
        ExpireCommands(now);
        SweepShared(now);
    }

    /// <summary>
    /// Ends all that is under way and waits, and takes nothing more: nobody will drive the server any longer. The registrations stay.
    /// </summary>
    public void Stop()
    {
        _isStopped = true;
        foreach (RegisteredDevice device in _directory.Devices.ToArray())
        {
            EndObservations(device, "the server stops");
            AbandonOperations(device, "the server stops");
        }

        foreach (BootstrapSession session in _bootstraps.Values.ToArray())
        {
            AbandonOperations(session.Device, "the server stops");
        }
    }

    /// <summary>
    /// Stops for good, since the devices are other servers' by now: whoever asks is answered 5.03, and comes to another one.
    /// </summary>
    public void Fence()
    {
        _isFenced = true;
        Stop();
    }

    // A request would wait for an answer that cannot come; the device has another session or connection when it comes again.
    private void OnPeerGone(in PeerId peer)
    {
        for (RegisteredDevice? device = _directory.FirstAt(peer); device is not null; device = device.NextAtPeer)
        {
            device.Side = null;
        }
    }

    /// <summary>Answers a request of a device.</summary>
    internal void Handle(EngineSide side, in CoapRequest request, ref CoapResponse response)
    {
        if (IsRestoring || _isFenced)
        {
            response.Fail(CoapCode.ServiceUnavailable, _isFenced ? "the server has stopped" : "the server is about to start");
            response.MaxAge = 1;
            return;
        }

        if (!request.Deferred.IsNone)
        {
            AnswerStored(side, request, ref response);
            return;
        }

        int depth = 0;
        ReadOnlySpan<byte> first = default, second = default;
        foreach (ReadOnlySpan<byte> segment in request.UriPath)
        {
            _ = depth switch
            {
                0 => first = segment,
                1 => second = segment,
                _ => default,
            };
            depth++;
        }

        switch (depth)
        {
            case 1 when first.SequenceEqual("rd"u8):
                Register(side, request, ref response);
                break;
            case 2 when first.SequenceEqual("rd"u8):
                HandleRegistered(side, second, request, ref response);
                break;
            case 1 when first.SequenceEqual("bs"u8):
                HandleBootstrap(side, request, ref response);
                break;
            case 1 when first.SequenceEqual("bspack"u8):
                HandleBootstrapPack(side, request, ref response);
                break;
            case 1 when first.SequenceEqual("dp"u8):
                HandleSend(side, request, ref response);
                break;
            default:
                response.Fail(CoapCode.NotFound);
                break;
        }
    }

    /// <inheritdoc cref="RegistrationDirectory.QueuedExpiries"/>
    internal int QueuedExpiries => _directory.QueuedExpiries;

    /// <summary>How much is kept for devices and what they wait for; 0 when all have gone, for tests of that.</summary>
    internal int KeptCount => _directory.KeptCount + _side.KeptCount + (_streamSide?.KeptCount ?? 0) + _observations.Count + _ready.Count + _readySilent.Count + _silentUnderWay + _writing.Count
        + _stored.Count + _bootstraps.Count + _lookups + _keeping + (_events?.Count ?? 0) + (_contexts?.SeekingCount ?? 0);

    internal void OnHandlerFault(Exception exception) => HandlerFailed?.Invoke(exception);

    private static PeerIdentity? IdentityOf(EngineSide side, in CoapRequest request) =>
        request.Identity ?? side.Identities?.FindIdentity(request.From);
}
