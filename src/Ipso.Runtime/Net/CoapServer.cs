using System.Net;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// A CoAP server over UDP that maps paths to handlers. A handler that does not answer at once becomes a separate response (RFC 7252,
/// 5.2.2); paths that nobody has mapped are answered with 4.04, other methods with 4.05, and <c>/.well-known/core</c> lists the resources.
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
    private readonly CoapRouteTable _routes = new();
    private readonly CoapEndpoint _endpoint;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<UdpHost> _started = new();
    private CoapServerLinks? _links;
    private bool _isDisposed;
    private UdpHost? _host;

    /// <summary>Makes a server; map its resources, then start it.</summary>
    /// <param name="options">The bounds, and what the server stands on; null for the defaults.</param>
    public CoapServer(CoapServerOptions? options = null)
    {
        _options = options ?? new CoapServerOptions();
        _endpoint = new CoapEndpoint(_options.ProtectedEndpoint, new SystemRandomSource(), new Handler(this));
        _tags = NewTags();
    }

    /// <summary>The address and port that it serves on.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public IPEndPoint LocalEndPoint => Host.LocalEndPoint;

    /// <summary>Ends when the server has stopped; faulted where its socket broke.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public Task Completion => Host.Completion;

    /// <summary>What the engine has counted.</summary>
    public CoapCounters Counters => _endpoint.Counters;

    /// <summary>How many observers there are.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public int ObserverCount => Host.Invoke(_endpoint, static (endpoint, _) => endpoint.ObserverCount);

    private UdpHost Host => _host ?? throw new InvalidOperationException("The server does not run before Start.");

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

    /// <summary>Opens the socket and serves.</summary>
    /// <param name="local">Address and port; port 0 lets the system choose one, see <see cref="LocalEndPoint"/>.</param>
    /// <exception cref="UdpBindException">The port is in use, or the address is not one of this machine.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public void Start(IPEndPoint local) => Start(new UdpHostOptions
    {
        Listeners = [new UdpListener(local)],
        Time = _options.Time,
        Logger = _options.Logger,
    });

    /// <summary>Opens sockets, with groups or security perhaps, and serves.</summary>
    /// <param name="listening">Where and how to listen.</param>
    /// <exception cref="UdpBindException">A port is in use, an address is not one of this machine, or a group cannot be joined.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public void Start(UdpHostOptions listening)
    {
        if (_host is not null)
        {
            throw new InvalidOperationException($"The server serves on {_host.LocalEndPoint} already.");
        }

        _links = new CoapServerLinks(_routes.All);
        _host = new UdpHost(_endpoint, listening, TakeEvents);
        _started.SetResult(_host);
    }

    /// <summary>Tells the observers of a resource that it has changed: each is sent its new representation (RFC 7641, 4.2).</summary>
    /// <param name="path">The path in URI form, with its parameters filled in: <c>/sensors/7</c>.</param>
    /// <exception cref="ArgumentException">The path does not begin with a slash.</exception>
    /// <exception cref="InvalidOperationException">The server was not started.</exception>
    /// <exception cref="ObjectDisposedException">The server has stopped.</exception>
    public void Changed(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string normal = string.Concat(
            CoapRouteTable.Segments(path).Select(static segment => "/" + Uri.EscapeDataString(Uri.UnescapeDataString(segment))));
        Host.Invoke((server: this, path: normal.Length == 0 ? "/" : normal), static (call, _) => call.server.Notify(call.path));
    }

    /// <summary>Cancels the handlers at work, waits for their end, and closes the socket.</summary>
    /// <param name="cancellationToken">Gives up waiting for the handlers.</param>
    /// <returns>Ends when the server has stopped.</returns>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_host is { } host)
        {
            try
            {
                Task idle = host.Invoke(this, static (server, _) => server.WhenIdle());
                await idle.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
            {
                // It has stopped already, or is to stop now.
            }

            await host.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Cancels the handlers at work and closes the socket.</summary>
    /// <returns>Ends when the socket is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
            _stopping.Dispose();
        }
    }

    private CoapRoute Add(CoapRoute route)
    {
        if (_host is not null)
        {
            throw new InvalidOperationException("Resources are mapped before the server is started.");
        }

        if (!route.Method.IsRequest || route.Method.Value > (byte)CoapMethod.IPatch)
        {
            throw new ArgumentException($"{route.Method} is no method.");
        }

        ArgumentNullException.ThrowIfNull(route.Template);
        _routes.Add(route);
        return route;
    }
}
