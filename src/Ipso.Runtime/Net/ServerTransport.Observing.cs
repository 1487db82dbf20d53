using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// Observers. Those of a handler that answers at once share the tag of their path, and the handler renders each notification when it goes
// out. Those of a handler that takes its time have a tag each: it renders ahead of the notification, which then only shows the result.
internal sealed partial class ServerTransport
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
    private ulong _lastTag;

    // Paths that have changed, each once, and those that are being told of. The lock is never held when another one is taken: a handler of the
    // other transport calls this one under the lock of its own host, and the other way round.
    private readonly Lock _changing = new();
    private HashSet<string> _changed = [];
    private HashSet<string> _told = [];
    private volatile bool _hasChanged;

    private ulong TagOf(string path) => server.Tags.Of(Encoding.UTF8.GetBytes(path)) & ~OwnTag;

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
            ICoapBody? body = BodyOf(null, ref latest);
            Write(latest, body, request, ref response);
        }
        else if (FindRoute(request, ref response, out CoapMatch match) is { Answer: not null } route)
        {
            CoapReply reply = Try(route, Copy(request, match, body: null));
            ICoapBody? body = BodyOf(route, ref reply);
            Write(reply, body, request, ref response);
        }
    }

    /// <summary>Has the observers of a path told, in the next cycle of the host, that it has changed. For any thread.</summary>
    /// <exception cref="ObjectDisposedException">The host has been stopped.</exception>
    public void Change(string path)
    {
        ObjectDisposedException.ThrowIf(Host.IsStopping, Host);
        lock (_changing)
        {
            _changed.Add(path);
            _hasChanged = true;
        }

        Host.Wake();
    }

    private void TellOfChanges()
    {
        if (!_hasChanged)
        {
            return;
        }

        lock (_changing)
        {
            (_changed, _told) = (_told, _changed);
            _hasChanged = false;
        }

        foreach (string path in _told)
        {
            Notify(path);
        }

        _told.Clear();
    }

    private void Notify(string path)
    {
        Engine.Notify(TagOf(path));
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
            Enter();
            _ = RenderAsync(tag, observation, call);
        }
    }

    private async Task RenderAsync(ulong tag, Observation observation, ServerCall call)
    {
        try
        {
            CoapReply reply = await Start(call).ConfigureAwait(false);
            if (reply.Body is { } body)
            {
                await DiscardAsync(call.Route, body).ConfigureAwait(false);
                reply = CoapReply.Error(CoapCode.InternalServerError, "What is observed cannot be a stream");
            }

            Host.Invoke(
                (transport: this, tag, observation, call, reply),
                static (c, _) => c.transport.Rendered(c.tag, c.observation, c.call, c.reply));
        }
        catch (ObjectDisposedException)
        {
            // Nobody is left to be notified.
        }
        finally
        {
            Leave(call);
        }
    }

    private void Rendered(ulong tag, Observation observation, ServerCall call, CoapReply reply)
    {
        observation.Latest = reply;
        observation.IsRendering = false;
        Engine.Notify(tag);
        if (observation.HasChanged && _observations.ContainsKey(tag))
        {
            RenderAhead(tag, observation);
        }

        Leave(call);
    }

    /// <summary>Takes what the engine has to say; after each cycle of the host.</summary>
    public void TakeEvents(Instant now)
    {
        TellOfChanges();
        while (Engine.TryTakeEvent(out CoapEvent e))
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
        if (_observations.Count <= 2 * _bounds.Observers)
        {
            return;
        }

        HashSet<ulong> live = [];
        for (int i = 0; i < Engine.ObserverCount; i++)
        {
            live.Add(Engine.GetObserver(i).Tag);
        }

        foreach (ulong tag in _observations.Keys.Where(tag => !live.Contains(tag)).ToArray())
        {
            _observations.Remove(tag);
        }
    }
}
