using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// From the request to its handler, and on to the reply.
internal sealed partial class ServerTransport
{
    // How long a client had better wait when all handlers are at work, in seconds.
    private const uint BusySeconds = 5;

    private readonly Dictionary<ResponseId, ServerCall> _deferred = [];
    private volatile TaskCompletionSource? _idle;
    private int _running;

    private sealed class Handler(ServerTransport transport) : ICoapRequestHandler, IDeferredOwner
    {
        public void Handle(in CoapRequest request, ref CoapResponse response) => transport.Handle(request, ref response);

        public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response) => transport.BeginBody(request, ref response);

        public void Forget(ResponseId response) => transport.Forget(response);
    }

    // A request that came protected has the identity of its context always, so that of the transport is never taken for it.
    private CoapServerRequest Copy(in CoapRequest request, CoapMatch match, Stream? body) =>
        new(request, match, body) { Identity = request.Identity ?? Host.FindIdentity(request.From) };

    private void Handle(in CoapRequest request, ref CoapResponse response)
    {
        if (request.IsNotification)
        {
            Render(request, ref response);
        }
        else if (!request.Deferred.IsNone)
        {
            TakeDeferred(request, ref response);
        }
        else if (request.Sink is CoapBodyReader { Owner: ServerCall call } reader)
        {
            reader.Complete();
            AnswerOrDefer(call, request, ref response);
        }
        else if (CoapServerLinks.IsAskedFor(request))
        {
            CoapReply links = server.Links.Answer(request);
            Write(links, BodyOf(null, ref links), request, ref response);
        }
        else if (FindRoute(request, ref response, out CoapMatch match) is { } route)
        {
            Run(route, Copy(request, match, body: null), request, ref response);
        }
    }

    // The handler of a streaming route runs from the first block on.
    private CoapBodyReader? BeginBody(in CoapRequest request, ref CoapResponse response)
    {
        if (FindRoute(request, ref response, out CoapMatch match) is not { StreamsBody: true } route || !HasRoom(ref response))
        {
            return null;
        }

        var reader = new CoapBodyReader(_options.StreamBuffer, _bounds.MaxMessageSize, readsToEnd: true);
        ServerCall call = NewCall(route);
        call.Request = Copy(request, match, reader);
        call.Reader = reader;
        reader.Owner = call;
        reader.Broken = call.Cancel;
        Enter();
        _ = FinishAsync(call, Start(call));
        response.Code = CoapCode.Continue;
        return reader;
    }

    private CoapRoute? FindRoute(in CoapRequest request, ref CoapResponse response, out CoapMatch match)
    {
        match = server.Routes.Find(request.UriPath);
        if (match.Node is not { } node)
        {
            response.Fail(CoapCode.NotFound);
            return null;
        }

        CoapRoute? route = node.Routes[request.Code.Value];
        if (route is null)
        {
            response.Fail(CoapCode.MethodNotAllowed);
        }
        else if (request.ContentFormat is { } format && route.Accepted.Length > 0 && !route.Accepted.Contains(format))
        {
            response.Fail(CoapCode.UnsupportedContentFormat);
        }
        else if (request.Accept is { } accept && route.Produced.Length > 0 && !route.Produced.Contains(accept))
        {
            response.Fail(CoapCode.NotAcceptable);
        }
        else
        {
            return route;
        }

        return null;
    }

    private bool HasRoom(ref CoapResponse response)
    {
        if (server.Running < _options.ConcurrentHandlers)
        {
            return true;
        }

        response.Fail(CoapCode.ServiceUnavailable, "Too many requests at a time"u8);
        response.MaxAge = BusySeconds;
        return false;
    }

    private void Run(CoapRoute route, CoapServerRequest copy, in CoapRequest request, ref CoapResponse response)
    {
        if (route.Answer is not null)
        {
            CoapReply reply = Try(route, copy);
            ICoapBody? body = BodyOf(route, ref reply);
            Write(reply, body, request, ref response);
            Observe(route, null, copy, reply, request, ref response);
            return;
        }

        if (!HasRoom(ref response))
        {
            return;
        }

        ServerCall call = NewCall(route);
        call.Request = copy;
        Task<CoapReply> task = Start(call);
        if (task.IsCompletedSuccessfully && task.Result.Body is null or { CanSeek: true })
        {
            CoapReply reply = task.Result;
            call.Body = BodyOf(route, ref reply);
            call.Reply = reply;
            call.Dispose();
        }
        else
        {
            Enter();
            _ = FinishAsync(call, task);
        }

        AnswerOrDefer(call, request, ref response);
    }

    private void AnswerOrDefer(ServerCall call, in CoapRequest request, ref CoapResponse response)
    {
        if (call.Reply is not null)
        {
            Answer(call, request, ref response);
            return;
        }

        call.Response = response.Defer();
        if (call.Response.IsNone)
        {
            call.Cancel();
            response.Fail(CoapCode.ServiceUnavailable, "Too many requests at a time"u8);
            response.MaxAge = BusySeconds;
            return;
        }

        _deferred.Add(call.Response, call);
    }

    private void TakeDeferred(in CoapRequest request, ref CoapResponse response)
    {
        if (_deferred.Remove(request.Deferred, out ServerCall? call) && call.Reply is not null)
        {
            Answer(call, request, ref response);
        }
        else
        {
            response.Fail(CoapCode.ServiceUnavailable);
        }
    }

    private void Forget(ResponseId response)
    {
        if (_deferred.Remove(response, out ServerCall? call))
        {
            call.Cancel();
            call.Drop(Engine.Counters);
        }
    }

    private void Answer(ServerCall call, in CoapRequest request, ref CoapResponse response)
    {
        ICoapBody? body = call.Body;
        call.Body = null;
        Write(call.Reply!, body, request, ref response);
        Observe(call.Route, call, call.Request!, call.Reply!, request, ref response);
    }

    private ServerCall NewCall(CoapRoute route)
    {
        var timeout = new CancellationTokenSource(_bounds.DeferredTimeout, _options.Time);
        return new ServerCall(route, timeout);
    }

    private CoapReply Try(CoapRoute route, CoapServerRequest request)
    {
#pragma warning disable CA1031 // Whatever a handler throws, the peer gets an answer.
        try
        {
            return route.Answer!(request);
        }
        catch (Exception e)
        {
            return ReplyTo(e, route);
        }
#pragma warning restore CA1031
    }

    // The handler up to its first await; what it throws is in the task.
    private async Task<CoapReply> Start(ServerCall call)
    {
        using CancellationTokenRegistration stop = server.Stopping.UnsafeRegister(
            static call => ((ServerCall)call!).Cancel(), call);
#pragma warning disable CA1031 // Whatever a handler throws, the peer gets an answer.
        try
        {
            return await call.Route.Handler(call.Request!, call.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            return ReplyTo(e, call.Route);
        }
#pragma warning restore CA1031
    }

    private async Task FinishAsync(ServerCall call, Task<CoapReply> task)
    {
        ICoapBody? body = null;
        try
        {
            CoapReply reply = await task.ConfigureAwait(false);
            body = BodyOf(call.Route, ref reply);
            if (body is PumpedBody pumped)
            {
                await pumped.First.ConfigureAwait(false);
            }

            Host.Invoke((transport: this, call, reply, body), static (c, _) => c.transport.Finish(c.call, c.reply, c.body));
        }
        catch (ObjectDisposedException)
        {
            // The server has stopped.
            BodyCalls.Close(body, Engine.Counters);
        }
        finally
        {
            Leave(call);
        }
    }

    private void Finish(ServerCall call, CoapReply reply, ICoapBody? body)
    {
        call.Reply = reply;
        call.Body = body;
        if (!call.Response.IsNone && !Engine.Resume(call.Response))
        {
            // Too late: the client has been told.
            _deferred.Remove(call.Response);
            call.Drop(Engine.Counters);
        }

        // Before the answer goes out: the client may have its next request there at once.
        Leave(call);
    }

    private void Enter()
    {
        Interlocked.Increment(ref _running);
        server.Enter();
    }

    // Once for each call. Not under the lock where the host has stopped.
    private void Leave(ServerCall call)
    {
        if (call.HasEnded)
        {
            return;
        }

        call.Dispose();
        server.Leave();
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _idle?.TrySetResult();
        }
    }

    /// <summary>Ends when no handler is at work any more.</summary>
    public Task WhenIdle()
    {
        TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _idle = idle;
        if (Interlocked.Add(ref _running, 0) == 0)
        {
            idle.TrySetResult();
        }

        return idle.Task;
    }
}
