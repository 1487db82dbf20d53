using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Hosting.Tests;

/// <summary>A server on a port of its own that takes registrations and Sends, and keeps what it was asked.</summary>
internal sealed class LwM2MServer : IAsyncDisposable
{
    internal LwM2MServer(CoapCode? refusal = null, CoapServerOptions? options = null, int port = 0)
    {
        Coap = new(options);
        Coap.MapPost("/rd", request => Note(request, refusal is { } code ? CoapReply.Error(code) : CoapReply.Created("/rd/5")));
        Coap.MapPost("/rd/{id}", request => Note(request, CoapReply.Changed));
        Coap.MapDelete("/rd/{id}", request => Note(request, CoapReply.Deleted));
        Coap.MapPost("/dp", request => Note(request, CoapReply.Changed));
        Coap.Start(new IPEndPoint(IPAddress.Loopback, port));
    }

    internal CoapServer Coap { get; }

    internal string Uri => $"coap://127.0.0.1:{Coap.LocalEndPoint.Port}";

    internal ConcurrentQueue<string> Asked { get; } = [];

    internal ConcurrentQueue<PeerIdentity?> Askers { get; } = [];

    public ValueTask DisposeAsync() => Coap.DisposeAsync();

    private CoapReply Note(CoapServerRequest request, CoapReply reply)
    {
        string query = request.Query.Count > 0 ? $"?{string.Join('&', request.Query)}" : "";
        string method = request.Method == CoapCode.Post ? "POST" : "DELETE";
        Askers.Enqueue(request.Identity);
        Asked.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{method} {request.Path}{query}"));
        return reply;
    }
}
