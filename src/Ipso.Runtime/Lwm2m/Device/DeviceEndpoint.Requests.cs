using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

// Who answers a request, and on which path.
public sealed partial class DeviceEndpoint : ICoapRequestHandler
{
    /// <inheritdoc/>
    void ICoapRequestHandler.Handle(in CoapRequest request, ref CoapResponse response)
    {
        try
        {
            Answer(request, ref response);
        }
        finally
        {
            // What was refused after all, as when a right has gone, is given up.
            (request.Sink as StreamedWrite)?.Dispose();
        }

        if (RequestHandled is { } callback)
        {
            HandledRequest handled = new(request, response);
            callback(handled);
        }
    }

    private void Answer(in CoapRequest request, ref CoapResponse response)
    {
        bool isKnown = _accounts.TryFind(request.From, out ServerAccount? server);
        if (request.IsNotification && !isKnown)
        {
            response.Fail(CoapCode.Unauthorized, "the server has no account any longer");
        }
        else if (request.IsNotification)
        {
            Notify(request, server, ref response);
        }
        else if (_bootstrapper?.IsServer(request.From) == true)
        {
            _bootstrapper.Handle(request, _now, ref response);
        }
        else if (IsCoreDiscovery(request.UriPath))
        {
            DiscoverCore(request, ref response);
        }
        else if (!isKnown)
        {
            response.Fail(CoapCode.Unauthorized, "this device is managed by servers that it has an account of");
        }
        else if (_bootstrapper?.IsInSession == true)
        {
            response.Fail(CoapCode.ServiceUnavailable, "the device is being bootstrapped");
        }
        else if (TryReadPath(request.UriPath, out Lwm2mPath path, ref response))
        {
            if (request.Observe == ObserveAction.Register && response.CanObserve)
            {
                Observe(request, path, server, ref response);
            }
            else
            {
                _management.Handle(request, path, server, _now, ref response);
            }
        }
    }

    private void Notify(in CoapRequest request, ServerAccount? observer, ref CoapResponse response)
    {
        Observation observation = Reporter.ObservationOf(request.ObserveTag);
        if (Reporter.MustWait(observation))
        {
            response.Withhold();
            return;
        }

        Reporter.BeginNotification(observation, _now);
        int renderings = 0;
        do
        {
            _management.Handle(request, observation.Path, observer, _now, ref response);
            Reporter.AddStored(observation, _now, ref response);
        }
        while (!Reporter.HasRendered(observation, ++renderings) | Reporter.HasMixed(observation, renderings));
        if (Reporter.MustWait(observation))
        {
            response.Withhold();
        }
        else
        {
            Reporter.EndNotification(observation);
        }
    }

    private void Observe(in CoapRequest request, Lwm2mPath path, ServerAccount? server, ref CoapResponse response)
    {
        bool knowsSenML = server is null || _registrations?.Find(server.ShortServerId)?.Version > ObjectVersion.Default;
        Reporter.BeginObservation(request, path, server, knowsSenML, _now);
        int renderings = 0;
        do
        {
            _management.Handle(request, path, server, _now, ref response);
        }
        while (!Reporter.HasRendered(++renderings));
        Reporter.EndObservation(ref response);
    }

    /// <inheritdoc/>
    ICoapBodySink? ICoapRequestHandler.BeginBody(in CoapRequest request, ref CoapResponse response) =>
        _bootstrapper?.IsServer(request.From) != true && _bootstrapper?.IsInSession != true
            && _accounts.TryFind(request.From, out ServerAccount? server)
            && TryReadPath(request.UriPath, out Lwm2mPath path, ref response) && !CoreObjects.IsForBootstrapOnly(path.ObjectId)
            ? _management.BeginWrite(request, path, server, ref response)
            : null;

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
            response.Fail(CoapCode.InternalServerError, Phrase.Of($"more than the {response.Payload.Length} bytes of an answer"));
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

    internal static bool TryReadPath(CoapOptionValues segments, out Lwm2mPath path, ref CoapResponse response)
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
}
