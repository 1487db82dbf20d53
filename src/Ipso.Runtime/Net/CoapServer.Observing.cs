using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// Observers. Those of a handler that answers at once share the tag of their path, and the handler renders each notification when it goes
// out. Those of a handler that takes its time have a tag each: it renders ahead of the notification, which then only shows the result.
public sealed partial class CoapServer
{
    private sealed class Observation(CoapRoute route, CoapServerRequest request)
    {
        public CoapRoute Route => route;

        public CoapServerRequest Request => request;

        public required CoapReply Latest { get; set; }

        public bool IsRendering { get; set; }

        public bool HasChanged { get; set; }
    }

    private const ulong OwnTag = 1UL << 63;

    private readonly Dictionary<ulong, Observation> _observations = [];
    private readonly SipHash _tags;
    private ulong _lastTag;

    private static SipHash NewTags()
    {
        var random = new SystemRandomSource();
        return new SipHash(
            ((ulong)random.NextUInt32() << 32) | random.NextUInt32(), ((ulong)random.NextUInt32() << 32) | random.NextUInt32());
    }

    private ulong TagOf(string path) => _tags.Of(Encoding.UTF8.GetBytes(path)) & ~OwnTag;

    private void Observe(
        CoapRoute route, ServerCall? call, CoapServerRequest copy, CoapReply reply, in CoapRequest request, ref CoapResponse response)
    {
        if (!route.IsObservable || request.Observe != ObserveAction.Register || !response.Code.IsSuccess)
        {
            return;
        }

        if (call is null)
        {
            response.Observe(TagOf(copy.Path));
            return;
        }

        ulong tag = OwnTag | ++_lastTag;
        if (reply.Body is null && response.Observe(tag))
        {
            ForgetLost();
            _observations.Add(tag, new Observation(route, copy) { Latest = reply });
        }
    }

    private void Render(in CoapRequest request, ref CoapResponse response)
    {
        if ((request.ObserveTag & OwnTag) != 0)
        {
            CoapReply latest = _observations.TryGetValue(request.ObserveTag, out Observation? observation)
                ? observation.Latest
                : CoapReply.NotFound;
            Write(latest, BodyOf(latest), request, ref response);
        }
        else if (FindRoute(request, ref response, out CoapMatch match) is { Answer: not null } route)
        {
            CoapReply reply = Try(route, NewRequest(request, match, body: null));
            Write(reply, BodyOf(reply), request, ref response);
        }
    }

    private void Notify(string path)
    {
        _endpoint.Notify(TagOf(path));
        if (_observations.Count == 0)
        {
            return;
        }

        foreach ((ulong tag, Observation observation) in _observations.ToArray())
        {
            if (observation.Request.Path == path)
            {
                RenderAhead(tag, observation);
            }
        }
    }

    private void RenderAhead(ulong tag, Observation observation)
    {
        observation.HasChanged = true;
        if (!observation.IsRendering)
        {
            observation.IsRendering = true;
            observation.HasChanged = false;
            ServerCall call = NewCall(observation.Route);
            call.Request = observation.Request;
            _running++;
            _ = RenderAsync(tag, observation, call);
        }
    }

    private async Task RenderAsync(ulong tag, Observation observation, ServerCall call)
    {
        CoapReply reply = await Start(call).ConfigureAwait(false);
        call.Dispose();
        if (reply.Body is { } body)
        {
            await body.DisposeAsync().ConfigureAwait(false);
            reply = CoapReply.Error(CoapCode.InternalServerError, "What is observed cannot be a stream");
        }

        try
        {
            Host.Invoke((server: this, tag, observation, reply), static (c, _) => c.server.Rendered(c.tag, c.observation, c.reply));
        }
        catch (ObjectDisposedException)
        {
            // Nobody is left to be notified.
        }
    }

    private void Rendered(ulong tag, Observation observation, CoapReply reply)
    {
        observation.Latest = reply;
        observation.IsRendering = false;
        _endpoint.Notify(tag);
        if (observation.HasChanged && _observations.ContainsKey(tag))
        {
            RenderAhead(tag, observation);
        }

        if (--_running == 0)
        {
            _idle?.TrySetResult();
        }
    }

    private void TakeEvents(Instant now)
    {
        while (_endpoint.TryTakeEvent(out CoapEvent e))
        {
            if (e.Kind == CoapEventKind.ObserverRemoved)
            {
                _observations.Remove(e.Tag);
            }
            else if (e.Kind == CoapEventKind.HandlerFault && e.Exception is { } exception)
            {
                CoapServerLog.HandlerFailed(_options.Logger, null, exception);
            }
        }
    }

    // Events are bounded, so that some may have been lost: the engine knows who is still there.
    private void ForgetLost()
    {
        if (_observations.Count <= 2 * _options.Endpoint.Observers)
        {
            return;
        }

        HashSet<ulong> live = [];
        for (int i = 0; i < _endpoint.ObserverCount; i++)
        {
            live.Add(_endpoint.GetObserver(i).Tag);
        }

        foreach (ulong tag in _observations.Keys.Where(tag => !live.Contains(tag)).ToArray())
        {
            _observations.Remove(tag);
        }
    }
}
