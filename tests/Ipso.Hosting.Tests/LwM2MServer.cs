using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Ipso.Coap;
using Ipso.Net;

namespace Ipso.Hosting.Tests;

/// <summary>A server on a port of its own that takes registrations and Sends, has a Bootstrap-Pack for it, and keeps what it was asked.</summary>
internal sealed class LwM2MServer : IAsyncDisposable
{
    internal LwM2MServer(CoapCode? refusal = null, bool hasPack = false)
    {
        Coap.MapPost("/rd", request => Note(request, refusal is { } code ? CoapReply.Error(code) : CoapReply.Created("/rd/5")));
        Coap.MapPost("/rd/{id}", request => Note(request, CoapReply.Changed));
        Coap.MapDelete("/rd/{id}", request => Note(request, CoapReply.Deleted));
        Coap.MapPost("/dp", request => Note(request, CoapReply.Changed));
        if (hasPack)
        {
            Coap.MapGet("/bspack", _ => CoapReply.Content(Encoding.UTF8.GetBytes(Pack), ContentFormat.SenMLJson));
        }

        Coap.Start(new IPEndPoint(IPAddress.Loopback, 0));
    }

    internal CoapServer Coap { get; } = new();

    internal string Uri => $"coap://127.0.0.1:{Coap.LocalEndPoint.Port}";

    private string Pack => $$"""
        [{"bn":"/0/1/","n":"0","vs":"{{Uri}}"},{"n":"1","vb":false},{"n":"2","v":3},{"n":"10","v":7},
        {"bn":"/1/0/","n":"0","v":7},{"n":"1","v":300},{"n":"6","vb":true},{"n":"7","vs":"U"}]
        """;

    internal ConcurrentQueue<string> Asked { get; } = [];

    public ValueTask DisposeAsync() => Coap.DisposeAsync();

    private CoapReply Note(CoapServerRequest request, CoapReply reply)
    {
        string query = request.Query.Count > 0 ? $"?{string.Join('&', request.Query)}" : "";
        string method = request.Method == CoapCode.Post ? "POST" : "DELETE";
        Asked.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{method} {request.Path}{query}"));
        return reply;
    }
}
