using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Integration.Tests;

/// <summary>
/// A server of ours. What is put at <c>/store</c> can be read, observed and deleted there, <c>/slow</c> takes longer than a piggybacked
/// response may, <c>/count?n</c> counts how often it has run for n, and <c>/format</c> takes and gives SenML JSON alone.
/// </summary>
internal sealed class ServedStore : IAsyncDisposable
{
    private readonly CoapServer _server;

    internal ServedStore(TransmissionParameters? transmission = null)
    {
        _server = new CoapServer(new CoapServerOptions
        {
            Endpoint = new CoapEndpointOptions
            {
                MaxBodySize = MaxBody,
                TransferBytes = 4 * MaxBody,
                DeferredResponses = 8,
                SeparateAfter = TimeSpan.FromMilliseconds(20),
                ConfirmableEvery = 1,
                DeduplicationSlots = 4096,
                DeduplicationBytes = 1 << 20,
                Transmission = transmission ?? TransmissionParameters.Default,
            },
        });
        _server.MapGet("/store", _ => Body is { } body ? CoapReply.Content(body, Format) : CoapReply.NotFound).Observable();
        _server.MapPut("/store", request =>
        {
            bool exists = Body is not null;
            if (!request.PreconditionsHold(exists))
            {
                return CoapReply.Error(CoapCode.PreconditionFailed, "it is there already");
            }

            (Body, Format) = (request.Payload.ToArray(), request.ContentFormat);
            return exists ? CoapReply.Changed : CoapReply.Created();
        });
        _server.MapPost("/store", request => CoapReply.Created($"/store/{request.FindQuery("name")}") with { Payload = request.Payload });
        _server.MapDelete("/store", _ =>
        {
            Body = null;
            return CoapReply.Deleted;
        });
        _server.MapGet("/slow", async (_, cancellationToken) =>
        {
            await Late.Task.WaitAsync(cancellationToken);
            return CoapReply.Content("at last");
        });
        _server.MapGet("/count", request => CoapReply.Content(
            Runs.AddOrUpdate(request.Query[0], 1, static (_, runs) => runs + 1).ToString(CultureInfo.InvariantCulture)));
        _server.MapGet("/format", _ => CoapReply.Content("{}"u8.ToArray(), ContentFormat.SenMLJson)).Produces(ContentFormat.SenMLJson);
        _server.MapPut("/format", _ => CoapReply.Changed).Accepts(ContentFormat.SenMLJson);
        _server.Start(new IPEndPoint(IPAddress.Loopback, 0));
    }

    /// <summary>The longest body that it takes, in bytes.</summary>
    internal const int MaxBody = 256 * 1024;

    internal IPEndPoint EndPoint => _server.LocalEndPoint;

    internal byte[]? Body { get; private set; }

    internal ContentFormat? Format { get; private set; }

    internal int ObserverCount => _server.ObserverCount;

    internal CoapCounters Counters => _server.Counters;

    /// <summary>When this is done, <c>/slow</c> answers.</summary>
    internal TaskCompletionSource Late { get; } = new();

    internal ConcurrentDictionary<string, int> Runs { get; } = new();

    internal void Change(byte[] body, ContentFormat? format = null)
    {
        (Body, Format) = (body, format);
        _server.Changed("/store");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
