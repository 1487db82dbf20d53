using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// An LwM2M Client without I/O: objects in a tree, served over CoAP. Whoever owns socket and clock drives it as any
/// <see cref="IDatagramProtocol"/>; <c>Ipso.Net.Lwm2mDevice</c> does.
/// </summary>
public sealed class DeviceEndpoint : IDatagramProtocol, ICoapRequestHandler
{
    private readonly CoapEndpoint _endpoint;
    private readonly ServerAccounts _accounts = new();
    private readonly ManagementContext _context;
    private readonly DeviceManagement _management;
    private int _flaggedObservers;
    private bool _flagsAreStale;

    /// <summary>Makes a device without objects.</summary>
    /// <param name="random">Where Message IDs and back-off come from.</param>
    /// <param name="options">Sizes and times; <see langword="null"/> for the defaults.</param>
    public DeviceEndpoint(IRandomSource random, DeviceOptions? options = null)
    {
        _endpoint = new((options ?? new()).Coap, random, this);
        Access = new(Objects, _accounts);
        _context = new(Objects, Access);
        _management = new(_context);
        Objects.OnChange = () => WakeRequested?.Invoke();
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

    /// <summary>The servers.</summary>
    internal ServerAccounts Accounts => _accounts;

    /// <summary>What the CoAP engine has counted.</summary>
    public CoapCounters Counters => _endpoint.Counters;

    /// <summary>The number of observations.</summary>
    public int ObserverCount => _endpoint.ObserverCount;

    /// <summary>Told of every request that was answered.</summary>
    public HandledRequestCallback? RequestHandled { get; set; }

    /// <summary>Told of an exception out of an Execute handler or a callback, which the peer sees as 5.00.</summary>
    public Action<Exception>? HandlerFailed { get; set; }

    /// <summary>
    /// Called, on whatever thread, when an observed value has changed: call <see cref="TryTransmit"/> soon.
    /// </summary>
    public Action? WakeRequested { get; set; }

    /// <summary>
    /// The account of a server was removed: its rights go, and what only it could access, of which the program is told
    /// (LwM2M TS Transport, 5.2.5).
    /// </summary>
    /// <param name="shortServerId">The Short Server ID.</param>
    internal void OnAccountRemoved(ushort shortServerId) =>
        Access.RemoveServer(shortServerId, path => ChangedByServer?.Invoke(new(ServerChangeKind.Deleted, path, shortServerId)));

    /// <inheritdoc/>
    public Instant? NextDeadline => _endpoint.NextDeadline;

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
    {
        // What changed before a new observation is news to the old ones only.
        ReportChanges();
        _endpoint.Receive(datagram, from, now);
        FlagObservedInstances();
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        ReportChanges();
        bool sends = _endpoint.TryTransmit(buffer, now, out transmit);
        TakeEvents();
        return sends;
    }

    /// <inheritdoc/>
    public void OnDeadline(Instant now)
    {
        _endpoint.OnDeadline(now);
        TakeEvents();
    }

    /// <inheritdoc/>
    void ICoapRequestHandler.Handle(in CoapRequest request, ref CoapResponse response)
    {
        if (request.IsNotification)
        {
            _ = _accounts.TryFind(request.From, out ServerAccount? observer);
            _management.Handle(request, new(request.ObserveTag), observer, ref response);
        }
        else if (IsCoreDiscovery(request.UriPath))
        {
            DiscoverCore(request, ref response);
        }
        else if (!_accounts.TryFind(request.From, out ServerAccount? server))
        {
            response.Fail(CoapCode.Unauthorized, "this device is managed by servers that it has an account of");
        }
        else if (TryReadPath(request.UriPath, out Lwm2mPath path, ref response))
        {
            if (request.Observe == ObserveAction.Register)
            {
                ForgetOldChanges(path);
            }

            _management.Handle(request, path, server, ref response);
        }

        if (RequestHandled is { } callback)
        {
            HandledRequest handled = new(request, response);
            callback(handled);
        }
    }

    private void DiscoverCore(in CoapRequest request, ref CoapResponse response)
    {
        if (request.Method != CoapMethod.Get)
        {
            response.Fail(CoapCode.MethodNotAllowed, "the links are there to be read");
        }
        else if (request.Accept is not (null or ContentFormat.LinkFormat))
        {
            response.Fail(CoapCode.NotAcceptable, "available: 40");
        }
        else if (!CoreDiscovery.AreFilters(request.UriQuery))
        {
            response.Fail(CoapCode.BadRequest, "a filter is name=value, with a * at its end where more may follow");
        }
        else if (CoreDiscovery.TryWrite(Objects, request.UriQuery, response.Payload, out int written))
        {
            response.Code = CoapCode.Content;
            response.ContentFormat = ContentFormat.LinkFormat;
            response.PayloadLength = written;
        }
        else
        {
            response.Fail(CoapCode.InternalServerError, $"more than the {response.Payload.Length} bytes of an answer");
        }
    }

    private static bool IsCoreDiscovery(CoapOptionValues segments)
    {
        int count = 0;
        bool matches = true;
        foreach (ReadOnlySpan<byte> segment in segments)
        {
            matches &= segment.SequenceEqual(count++ == 0 ? ".well-known"u8 : "core"u8);
        }

        return matches && count == 2;
    }

    private static bool TryReadPath(CoapOptionValues segments, out Lwm2mPath path, ref CoapResponse response)
    {
        path = Lwm2mPath.Root;
        int count = 0;
        bool isSkipped = false;
        foreach (ReadOnlySpan<byte> segment in segments)
        {
            // A slash at the end of a URI makes an empty last segment; it names nothing further. Any other leaves an id out.
            if (segment.IsEmpty)
            {
                isSkipped = true;
                continue;
            }

            if (isSkipped)
            {
                response.Fail(CoapCode.MethodNotAllowed, "a path leaves no id out");
                return false;
            }

            if (count == 4)
            {
                response.Fail(CoapCode.BadOption, "a path has at most four ids");
                return false;
            }

            if (!Lwm2mPath.TryParseId(segment, out ushort id))
            {
                response.Fail(CoapCode.NotFound, "a path is made of ids, 0 to 65534");
                return false;
            }

            path = path.Append(id);
            count++;
        }

        return true;
    }

    // Each changed resource concerns the observations on it, above it and below it.
    private void ReportChanges()
    {
        if (!Objects.TakePendingChange())
        {
            return;
        }

        while (Objects.TryTakeMove(out Lwm2mPath path))
        {
            NotifyObserversOf(path);
            _flagsAreStale = true;
        }

        foreach (ObjectInstance instance in Objects.Instances)
        {
            if (!instance.IsObserved || !instance.HasChanges)
            {
                continue;
            }

            ObjectInfo definition = instance.Definition;
            for (int index = instance.TakeChange(); index >= 0; index = instance.TakeChange())
            {
                NotifyObserversOf(new(definition.ObjectId, instance.InstanceId, definition.Resources[index].Id));
            }
        }

        FlagObservedInstances();
    }

    private void NotifyObserversOf(Lwm2mPath changed)
    {
        for (int i = 0; i < _endpoint.ObserverCount; i++)
        {
            Lwm2mPath observed = new(_endpoint.GetObserver(i).Tag);
            if (observed.Contains(changed) || changed.Contains(observed))
            {
                _endpoint.NotifyObserver(i);
            }
        }
    }

    // What changed while nobody looked is old news to a new observer. What changes from here on is not: it may or may not be in the
    // first response, which is written next.
    private void ForgetOldChanges(Lwm2mPath observed)
    {
        _flagsAreStale = true;
        Objects.HasObservers = true;
        foreach (ObjectInstance instance in Objects.Instances)
        {
            while (!instance.IsObserved && Concerns(instance, observed) && instance.TakeChange() >= 0)
            {
            }
        }
    }

    private static bool Concerns(ObjectInstance instance, Lwm2mPath observed)
    {
        Lwm2mPath path = new(instance.Definition.ObjectId, instance.InstanceId);
        return observed.Contains(path) || path.Contains(observed);
    }

    // Only instances with this flag wake the device when they change.
    private void FlagObservedInstances()
    {
        if (!_flagsAreStale && _flaggedObservers == _endpoint.ObserverCount)
        {
            return;
        }

        _flagsAreStale = false;
        _flaggedObservers = _endpoint.ObserverCount;
        Objects.HasObservers = _flaggedObservers > 0;
        foreach (ObjectInstance instance in Objects.Instances)
        {
            bool isObserved = false;
            for (int i = 0; i < _endpoint.ObserverCount && !isObserved; i++)
            {
                isObserved = Concerns(instance, new(_endpoint.GetObserver(i).Tag));
            }

            bool isNew = isObserved && !instance.IsObserved;
            instance.IsObserved = isObserved;
            // A setter marks the change and then looks at the flag; here it is the other way round, so that one of the two sees the other.
            Interlocked.MemoryBarrier();
            if (isNew && instance.HasChanges)
            {
                Objects.SignalChange();
            }
        }
    }

    private void TakeEvents()
    {
        while (_endpoint.TryTakeEvent(out CoapEvent e))
        {
            if (e.Kind == CoapEventKind.HandlerFault && e.Exception is { } exception)
            {
                HandlerFailed?.Invoke(exception);
            }
        }
    }
}
