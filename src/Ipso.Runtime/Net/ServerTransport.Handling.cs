using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// From the request to the handler, and from its reply to the response.
internal sealed partial class ServerTransport
{
    // How long a client had better wait when all handlers are at work, in seconds.
    private const uint BusySeconds = 5;

    private readonly Dictionary<ResponseId, ServerCall> _deferred = [];
    private TaskCompletionSource? _idle;
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
            Write(links, BodyOf(links), request, ref response);
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
            Write(reply, BodyOf(reply), request, ref response);
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
            call.Reply = task.Result;
            call.Body = BodyOf(call.Reply);
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
            call.Drop();
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
        CoapReply reply = await task.ConfigureAwait(false);
        ICoapBody? body = BodyOf(reply);
        if (body is PumpedBody pumped)
        {
            await pumped.First.ConfigureAwait(false);
        }

        call.Dispose();
        try
        {
            Host.Invoke((transport: this, call, reply, body), static (c, _) => c.transport.Finish(c.call, c.reply, c.body));
        }
        catch (ObjectDisposedException)
        {
            body?.Close();
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
            call.Drop();
        }

        Leave();
    }

    private void Enter()
    {
        _running++;
        server.Enter();
    }

    private void Leave()
    {
        server.Leave();
        if (--_running == 0)
        {
            _idle?.TrySetResult();
        }
    }

    /// <summary>Ends when no handler is at work any more.</summary>
    public Task WhenIdle()
    {
        _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_running == 0)
        {
            _idle.SetResult();
        }

        return _idle.Task;
    }

    private ICoapBody? BodyOf(CoapReply reply) => reply.Body switch
    {
        null when reply.Code.IsSuccess && reply.Payload.Length > _bounds.MaxBodySize => new MemoryBody(reply.Payload),
        null => null,
        { CanSeek: true } stream => new SeekableBody(stream, leaveOpen: false),
        { } stream => new PumpedBody(stream, _options.StreamBuffer, leaveOpen: false),
    };

    private CoapReply ReplyTo(Exception exception, CoapRoute route)
    {
        switch (exception)
        {
            case CoapResponseException answer:
                return CoapReply.Error(answer.Code, answer.Diagnostic);
            case OperationCanceledException when server.Stopping.IsCancellationRequested:
                return CoapReply.Error(CoapCode.ServiceUnavailable, "The server stops");
            case OperationCanceledException:
                return CoapReply.Error(CoapCode.ServiceUnavailable, "The answer did not come in time");
            default:
                CoapServerLog.HandlerFailed(_options.Logger, route, exception);
                return new CoapReply(CoapCode.InternalServerError);
        }
    }

    private static void Write(CoapReply reply, ICoapBody? body, in CoapRequest request, ref CoapResponse response)
    {
        bool isSafe = request.Code == CoapCode.Get || request.Code == CoapCode.Fetch;
        if (!reply.Code.IsSuccess)
        {
            body?.Close();
            response.Fail(reply.Code, reply.Payload.Span);
            response.MaxAge = reply.MaxAge;
            return;
        }

        if (isSafe && request.Accept is { } accept && reply.ContentFormat is { } format && format != accept)
        {
            // RFC 7252, 5.10.4: what is not in the format that was asked for is not sent.
            body?.Close();
            response.Fail(CoapCode.NotAcceptable);
            return;
        }

        response.Code = reply.Code;
        response.ContentFormat = reply.ContentFormat;
        response.MaxAge = reply.MaxAge;
        if (!reply.ETag.IsEmpty)
        {
            response.SetETag(reply.ETag.Span);
        }

        if (reply.Location is { } location)
        {
            WriteLocation(location, ref response);
        }

        if (body is not null)
        {
            response.SetBody(body);
        }
        else
        {
            reply.Payload.Span.CopyTo(response.Payload);
            response.PayloadLength = reply.Payload.Length;
        }
    }

    private static void WriteLocation(string location, ref CoapResponse response)
    {
        CoapTarget target = CoapTarget.Parse(location);
        foreach (string segment in CoapRouteTable.Segments(target.Path))
        {
            response.AddLocationPath(System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(segment)));
        }

        foreach (string argument in target.Query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            response.AddLocationQuery(System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(argument)));
        }
    }
}
