using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// What a handler has answered or thrown, and the response that it becomes.
internal sealed partial class ServerTransport
{
    // A stream that throws as soon as it is looked at is no answer: that is what the handler has thrown.
    private ICoapBody? BodyOf(CoapRoute? route, ref CoapReply reply)
    {
        Stream? body = reply.Body;
#pragma warning disable CA1031 // Whatever a stream throws, the peer gets an answer.
        try
        {
            return body switch
            {
                null when reply.Code.IsSuccess && reply.Payload.Length > _bounds.MaxBodySize => new MemoryBody(reply.Payload),
                null => null,
                { CanSeek: true } => new SeekableBody(body, leaveOpen: false),
                _ => new PumpedBody(body, _options.StreamBuffer, leaveOpen: false),
            };
        }
        catch (Exception e)
        {
            reply = ReplyTo(e, route);
            _ = DiscardAsync(route, body!);
            return null;
        }
#pragma warning restore CA1031
    }

    private async Task DiscardAsync(CoapRoute? route, Stream body)
    {
#pragma warning disable CA1031 // Nobody reads it any more.
        try
        {
            await body.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            CoapServerLog.HandlerFailed(_options.Logger, route, e);
        }
#pragma warning restore CA1031
    }

    private CoapReply ReplyTo(Exception exception, CoapRoute? route)
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
