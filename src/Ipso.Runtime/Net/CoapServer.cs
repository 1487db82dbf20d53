using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// A CoAP server, over UDP, TCP and TLS, that maps paths to handlers. A handler that does not answer at once becomes a separate response
/// (RFC 7252, 5.2.2); paths that nobody has mapped are answered with 4.04, other methods with 4.05, and <c>/.well-known/core</c> lists
/// the resources.
/// </summary>
/// <remarks>
/// Handlers run on the server's thread up to their first await, and should not block there. What they throw is answered with 5.00 and
/// logged; a <see cref="CoapResponseException"/> is the answer.
/// </remarks>
/// <example>
/// <code>
/// await using CoapServer server = new();
/// server.MapGet("/sensors/{id}", request => CoapReply.Content($"sensor {request["id"]}"));
/// server.Start(new IPEndPoint(IPAddress.IPv6Any, 5683));
/// </code>
/// </example>
public sealed partial class CoapServer : IAsyncDisposable
{
    private readonly CoapServerOptions _options;

    /// <summary>Makes a server; map its resources, then start it.</summary>
    /// <param name="options">The bounds, and what the server stands on; null for the defaults.</param>
    public CoapServer(CoapServerOptions? options = null)
    {
        _options = options ?? new CoapServerOptions();
        _datagrams = ServerTransport.OverDatagrams(this, _options);
        var random = new SystemRandomSource();
        Tags = new SipHash(
            ((ulong)random.NextUInt32() << 32) | random.NextUInt32(), ((ulong)random.NextUInt32() << 32) | random.NextUInt32());
    }

    internal CoapRouteTable Routes { get; } = new();

    /// <summary>Makes tags of paths, which no client can foresee.</summary>
    internal SipHash Tags { get; }

    /// <summary>Maps a method of a path to a handler that answers at once.</summary>
    /// <param name="method">The method.</param>
    /// <param name="template">The path in URI form; a segment in braces, <c>/sensors/{id}</c>, stands for any.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>The route, to say more about it.</returns>
    /// <exception cref="ArgumentException">The template does not begin with a slash, or is mapped already.</exception>
    /// <exception cref="InvalidOperationException">The server runs already.</exception>
    public CoapRoute Map(CoapCode method, string template, Func<CoapServerRequest, CoapReply> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(new CoapRoute(template, method, handler));
    }

    /// <summary>Maps a method of a path to a handler that may take its time.</summary>
    /// <param name="method">The method.</param>
    /// <param name="template">The path in URI form; a segment in braces, <c>/sensors/{id}</c>, stands for any.</param>
    /// <param name="handler">The handler. Its token is cancelled when the answer would come too late
    /// (<see cref="CoapEndpointOptions.DeferredTimeout"/>), the client does not go on with a body, or the server stops.</param>
    /// <returns>The route, to say more about it.</returns>
    /// <exception cref="ArgumentException">The template does not begin with a slash, or is mapped already.</exception>
    /// <exception cref="InvalidOperationException">The server runs already.</exception>
    public CoapRoute Map(
        CoapCode method, string template, Func<CoapServerRequest, CancellationToken, ValueTask<CoapReply>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(new CoapRoute(template, method, handler));
    }

    /// <summary>Maps GET (<see cref="Map(CoapCode, string, Func{CoapServerRequest, CoapReply})"/>).</summary>
    /// <param name="template">The path.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>The route.</returns>
    public CoapRoute MapGet(string template, Func<CoapServerRequest, CoapReply> handler) => Map(CoapCode.Get, template, handler);

    /// <summary>Maps GET to a handler that may take its time.</summary>
    /// <param name="template">The path.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>The route.</returns>
    public CoapRoute MapGet(string template, Func<CoapServerRequest, CancellationToken, ValueTask<CoapReply>> handler) =>
        Map(CoapCode.Get, template, handler);

    /// <summary>Maps PUT (<see cref="Map(CoapCode, string, Func{CoapServerRequest, CoapReply})"/>).</summary>
    /// <param name="template">The path.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>The route.</returns>
    public CoapRoute MapPut(string template, Func<CoapServerRequest, CoapReply> handler) => Map(CoapCode.Put, template, handler);

    /// <summary>Maps PUT to a handler that may take its time.</summary>
    /// <param name="template">The path.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>The route.</returns>
    public CoapRoute MapPut(string template, Func<CoapServerRequest, CancellationToken, ValueTask<CoapReply>> handler) =>
        Map(CoapCode.Put, template, handler);

    /// <summary>Maps POST (<see cref="Map(CoapCode, string, Func{CoapServerRequest, CoapReply})"/>).</summary>
    /// <param name="template">The path.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>The route.</returns>
    public CoapRoute MapPost(string template, Func<CoapServerRequest, CoapReply> handler) => Map(CoapCode.Post, template, handler);

    /// <summary>Maps POST to a handler that may take its time.</summary>
    /// <param name="template">The path.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>The route.</returns>
    public CoapRoute MapPost(string template, Func<CoapServerRequest, CancellationToken, ValueTask<CoapReply>> handler) =>
        Map(CoapCode.Post, template, handler);

    /// <summary>Maps DELETE (<see cref="Map(CoapCode, string, Func{CoapServerRequest, CoapReply})"/>).</summary>
    /// <param name="template">The path.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>The route.</returns>
    public CoapRoute MapDelete(string template, Func<CoapServerRequest, CoapReply> handler) => Map(CoapCode.Delete, template, handler);

    private CoapRoute Add(CoapRoute route)
    {
        if (_links is not null)
        {
            throw new InvalidOperationException("Resources are mapped before the server is started.");
        }

        if (!route.Method.IsRequest || route.Method.Value > (byte)CoapMethod.IPatch)
        {
            throw new ArgumentException($"{route.Method} is no method.");
        }

        ArgumentNullException.ThrowIfNull(route.Template);
        Routes.Add(route);
        return route;
    }
}
