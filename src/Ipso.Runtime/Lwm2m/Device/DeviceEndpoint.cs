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
    private readonly DeviceManagement _management;
    private Instant _now;

    /// <summary>Makes a device without objects.</summary>
    /// <param name="random">Where Message IDs and back-off come from.</param>
    /// <param name="options">Sizes and times; <see langword="null"/> for the defaults.</param>
    public DeviceEndpoint(IRandomSource random, DeviceOptions? options = null)
    {
        options ??= new();
        _endpoint = new(options.Coap, random, this);
        Reporter = new(_endpoint, Objects, options.Reporting, options.Coap.Observers);
        _management = new(Objects, Reporter);
        Objects.OnChange = () => WakeRequested?.Invoke();
    }

    /// <summary>The objects. Any thread may add, remove and set values while the device serves.</summary>
    public ObjectTree Objects { get; } = new();

    /// <summary>The servers that manage the device.</summary>
    internal ServerAccounts Accounts => _accounts;

    /// <summary>Who is notified, and when.</summary>
    internal Reporter Reporter { get; }

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

    /// <inheritdoc/>
    public Instant? NextDeadline => Instant.Earlier(_endpoint.NextDeadline, Reporter.NextDeadline);

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
    {
        _now = now;
        // What changed before a new observation is news to the old ones only.
        Reporter.TakeChanges(now);
        _endpoint.Receive(datagram, from, now);
        TakeEvents();
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        _now = now;
        Reporter.TakeChanges(now);
        bool sends = _endpoint.TryTransmit(buffer, now, out transmit);
        TakeEvents();
        return sends;
    }

    /// <inheritdoc/>
    public void OnDeadline(Instant now)
    {
        _now = now;
        _endpoint.OnDeadline(now);
        Reporter.OnDeadline(now);
        TakeEvents();
    }

    /// <inheritdoc/>
    void ICoapRequestHandler.Handle(in CoapRequest request, ref CoapResponse response)
    {
        if (request.IsNotification)
        {
            _ = _accounts.TryFind(request.From, out ServerAccount? observer);
            _management.Handle(request, Reporter.BeginNotification(request.ObserveTag, _now), observer, _now, ref response);
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
                Reporter.BeginObservation(request, path, server, _now);
            }

            _management.Handle(request, path, server, _now, ref response);
            Reporter.EndObservation(ref response);
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
        foreach (ReadOnlySpan<byte> segment in segments)
        {
            // A slash at the end of a URI makes an empty last segment; it names nothing further.
            if (segment.IsEmpty)
            {
                continue;
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

    private void TakeEvents()
    {
        while (_endpoint.TryTakeEvent(out CoapEvent e))
        {
            if (e.Kind == CoapEventKind.HandlerFault && e.Exception is { } exception)
            {
                HandlerFailed?.Invoke(exception);
            }
            else if (e.Kind == CoapEventKind.ObserverRemoved)
            {
                Reporter.OnRemoved(e.Tag);
            }
        }

        Reporter.Settle();
    }
}
