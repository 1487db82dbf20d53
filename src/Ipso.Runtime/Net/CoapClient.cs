using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// A CoAP client with a socket of its own: over UDP for any server by absolute URIs, or for one by paths; over TCP and TLS for one by
/// paths. For any thread.
/// </summary>
/// <example>
/// <code>
/// await using CoapClient coap = new();
/// CoapClientResponse response = await coap.GetAsync("coap://sensor.example/3303/0/5700", cancellationToken);
/// Console.WriteLine(response.EnsureSuccess().GetText());
/// </code>
/// </example>
public sealed partial class CoapClient : IAsyncDisposable
{
    /// <summary>The port of <c>coap</c> (RFC 7252, 6.1).</summary>
    public const int DefaultPort = 5683;

    private readonly CoapClientOptions _options;
    private static readonly CoapEndpointOptions s_tcp = new()
    {
        Observers = 0, MaxMessageSize = CoapClientOptions.ConnectionMessage, IdleTimeout = CoapClientOptions.ConnectionIdle,
    };

    private readonly CoapEngine _engine;
    private readonly ICoapHost _host;

    // The server; over a connection where that leads, of the addresses that there are.
    private PeerId? _connection;
    private volatile CoapServerAddress? _server;
    private readonly CoapServerAddress[] _addresses;

    // Makes such a connection.
    private readonly Func<TcpHost, CoapServerAddress, CancellationToken, Task<PeerId>>? _connect;
    private readonly SemaphoreSlim _free;
    private readonly SemaphoreSlim _connecting = new(1);
    private readonly Dictionary<ExchangeId, ClientExchange> _exchanges = [];

    /// <summary>Makes a client for any server; its requests name absolute URIs. Nothing is sent yet.</summary>
    /// <param name="options">The bounds, and what the client stands on; null for the defaults.</param>
    /// <exception cref="UdpBindException">The socket cannot be bound.</exception>
    public CoapClient(CoapClientOptions? options = null)
        : this(options ?? new CoapClientOptions(), server: null)
    {
    }

    private CoapClient(CoapClientOptions options, CoapServerAddress? server)
    {
        _options = options;
        _server = server;
        _addresses = [];
        _free = new SemaphoreSlim(options.Endpoint.Exchanges);
        CoapEndpoint endpoint = new(options.ProtectedEndpoint, new SystemRandomSource());
        _engine = endpoint;
        CheckSecurity();
        UdpHost host = Open(endpoint);
        host.SessionEnded = OnSessionEnded;
        _host = host;
        WatchHost();
    }

    // Over a connection that is made next.
    private CoapClient(
        CoapClientOptions options,
        CoapServerAddress[] addresses,
        CoapStreamEndpoint endpoint,
        Func<TcpHost, CoapServerAddress, CancellationToken, Task<PeerId>> connect)
    {
        _options = options;
        _addresses = addresses;
        _server = addresses[0];
        _connect = connect;
        _free = new SemaphoreSlim(options.Endpoint.Exchanges);
        _engine = endpoint;
        _host = new TcpHost(endpoint, new TcpHostOptions { Time = options.Time, Logger = options.Logger }, TakeEvents);
        WatchHost();
    }

    private void WatchHost()
    {
        _ = _host.Completion.ContinueWith(
            _ => CloseAll(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>The address and port that requests leave from.</summary>
    /// <exception cref="InvalidOperationException">It is a client over TCP, whose connection has what the system chose.</exception>
    public IPEndPoint LocalEndPoint => _host is UdpHost host
        ? host.LocalEndPoint
        : throw new InvalidOperationException("The address of a connection is the system's choice.");

    /// <summary>Makes a client for a server at an address, whose requests name paths. Nothing is sent yet.</summary>
    /// <param name="server">Address and port, IPv4 or IPv6.</param>
    /// <param name="options">The bounds; by default 8 requests at a time.</param>
    /// <returns>The client.</returns>
    public static CoapClient Connect(IPEndPoint server, CoapEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        return new CoapClient(OptionsFor(server, OptionsWith(options)), new CoapServerAddress(server, ""));
    }

    /// <summary>Reads a resource.</summary>
    /// <param name="uri">An absolute URI; for a client of one server also path and perhaps query: <c>/rd?ep=node</c>.</param>
    /// <param name="accept">The format wanted; null for any.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    public Task<CoapClientResponse> GetAsync(string uri, ContentFormat? accept = null, CancellationToken cancellationToken = default) =>
        SendAsync(new CoapClientRequest(CoapCode.Get, uri) { Accept = accept }, cancellationToken);

    /// <inheritdoc cref="GetAsync(string, ContentFormat?, CancellationToken)"/>
    public Task<CoapClientResponse> GetAsync(string uri, CancellationToken cancellationToken) =>
        SendAsync(new CoapClientRequest(CoapCode.Get, uri), cancellationToken);

    /// <summary>Replaces a resource.</summary>
    /// <param name="uri">An absolute URI; for a client of one server also path and perhaps query.</param>
    /// <param name="payload">The new representation, of any length; not to be changed before the response is there.</param>
    /// <param name="contentFormat">Its format; null to say nothing.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    public Task<CoapClientResponse> PutAsync(
        string uri, ReadOnlyMemory<byte> payload, ContentFormat? contentFormat = null, CancellationToken cancellationToken = default) =>
        SendAsync(CoapCode.Put, uri, payload, contentFormat, cancellationToken: cancellationToken);

    /// <summary>Replaces a resource by what a stream gives (<see cref="CoapClientRequest.Body"/>).</summary>
    /// <param name="uri">An absolute URI; for a client of one server also path and perhaps query.</param>
    /// <param name="body">The new representation, however long.</param>
    /// <param name="contentFormat">Its format; null to say nothing.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    [OverloadResolutionPriority(-1)]
    public Task<CoapClientResponse> PutAsync(
        string uri, Stream body, ContentFormat? contentFormat = null, CancellationToken cancellationToken = default) =>
        SendAsync(new CoapClientRequest(CoapCode.Put, uri) { Body = body, ContentFormat = contentFormat }, cancellationToken);

    /// <summary>Has a payload processed.</summary>
    /// <param name="uri">An absolute URI; for a client of one server also path and perhaps query.</param>
    /// <param name="payload">The payload; may be empty.</param>
    /// <param name="contentFormat">Its format; null to say nothing.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    public Task<CoapClientResponse> PostAsync(
        string uri,
        ReadOnlyMemory<byte> payload = default,
        ContentFormat? contentFormat = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(CoapCode.Post, uri, payload, contentFormat, cancellationToken: cancellationToken);

    /// <summary>Has processed what a stream gives (<see cref="CoapClientRequest.Body"/>).</summary>
    /// <param name="uri">An absolute URI; for a client of one server also path and perhaps query.</param>
    /// <param name="body">The payload, however long.</param>
    /// <param name="contentFormat">Its format; null to say nothing.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    [OverloadResolutionPriority(-1)]
    public Task<CoapClientResponse> PostAsync(
        string uri, Stream body, ContentFormat? contentFormat = null, CancellationToken cancellationToken = default) =>
        SendAsync(new CoapClientRequest(CoapCode.Post, uri) { Body = body, ContentFormat = contentFormat }, cancellationToken);

    /// <summary>Deletes a resource.</summary>
    /// <inheritdoc cref="GetAsync(string, ContentFormat?, CancellationToken)"/>
    public Task<CoapClientResponse> DeleteAsync(string uri, CancellationToken cancellationToken = default) =>
        SendAsync(new CoapClientRequest(CoapCode.Delete, uri), cancellationToken);

    /// <summary>Reads what a payload asks for (RFC 8132, 2).</summary>
    /// <param name="uri">An absolute URI; for a client of one server also path and perhaps query.</param>
    /// <param name="payload">What is asked for.</param>
    /// <param name="contentFormat">Its format; null to say nothing.</param>
    /// <param name="accept">The format wanted; null for any.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    public Task<CoapClientResponse> FetchAsync(
        string uri,
        ReadOnlyMemory<byte> payload,
        ContentFormat? contentFormat = null,
        ContentFormat? accept = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(CoapCode.Fetch, uri, payload, contentFormat, accept, cancellationToken: cancellationToken);

    /// <summary>Changes a resource in part (RFC 8132, 3).</summary>
    /// <param name="uri">An absolute URI; for a client of one server also path and perhaps query.</param>
    /// <param name="payload">The change.</param>
    /// <param name="contentFormat">Its format; null to say nothing.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    public Task<CoapClientResponse> PatchAsync(
        string uri, ReadOnlyMemory<byte> payload, ContentFormat? contentFormat = null, CancellationToken cancellationToken = default) =>
        SendAsync(CoapCode.Patch, uri, payload, contentFormat, cancellationToken: cancellationToken);

    /// <summary>Changes a resource in part, so that twice is as once (RFC 8132, 3).</summary>
    /// <param name="uri">An absolute URI; for a client of one server also path and perhaps query.</param>
    /// <param name="payload">The change.</param>
    /// <param name="contentFormat">Its format; null to say nothing.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    public Task<CoapClientResponse> IPatchAsync(
        string uri, ReadOnlyMemory<byte> payload, ContentFormat? contentFormat = null, CancellationToken cancellationToken = default) =>
        SendAsync(CoapCode.IPatch, uri, payload, contentFormat, cancellationToken: cancellationToken);

    /// <summary>Makes a request of any method. If all exchanges are in use, it waits for one.</summary>
    /// <param name="method">The method.</param>
    /// <param name="uri">An absolute URI; for a client of one server also path and perhaps query.</param>
    /// <param name="payload">The payload; may be empty.</param>
    /// <param name="contentFormat">Its format; null to say nothing.</param>
    /// <param name="accept">The format wanted; null for any.</param>
    /// <param name="confirmable">False sends the request once, as NON.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    /// <exception cref="ArgumentException">The request does not fit into a message, or the URI is none of CoAP.</exception>
    public Task<CoapClientResponse> SendAsync(
        CoapCode method,
        string uri,
        ReadOnlyMemory<byte> payload = default,
        ContentFormat? contentFormat = null,
        ContentFormat? accept = null,
        bool confirmable = true,
        CancellationToken cancellationToken = default) =>
        SendAsync(
            new CoapClientRequest(method, uri)
            {
                Payload = payload,
                ContentFormat = contentFormat,
                Accept = accept,
                Confirmable = confirmable,
            },
            cancellationToken);

    /// <summary>Ends all requests and observations with <see cref="CoapFailure.Closed"/> and closes the socket.</summary>
    /// <returns>Ends when the socket is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        _ = _closed.CancelAsync();
        await _host.DisposeAsync().ConfigureAwait(false);
        CloseAll();
    }

    private static CoapClientOptions OptionsWith(CoapEndpointOptions? endpoint) =>
        endpoint is null ? new CoapClientOptions() : new CoapClientOptions { Endpoint = endpoint };

    // A socket for one server is of the family of its address.
    private static CoapClientOptions OptionsFor(IPEndPoint server, CoapClientOptions options) =>
        options.Local is not null ? options
        : options with
        {
            Local = new IPEndPoint(server.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0),
        };

    // At least one address, in the order of the resolver.
    private static async Task<CoapServerAddress[]> ResolveAsync(
        CoapTarget target, CoapClientOptions options, AddressFamily family, CancellationToken cancellationToken)
    {
        if (target.IsAddress && IPAddress.TryParse(target.Host, out IPAddress? literal))
        {
            return [new CoapServerAddress(new IPEndPoint(literal, target.Port), "")];
        }

        IPAddress[] addresses;
        try
        {
            addresses = await options.Resolve(target.Host, cancellationToken).ConfigureAwait(false);
            addresses = Array.FindAll(addresses, a => family == AddressFamily.Unspecified || a.AddressFamily == family);
        }
        catch (SocketException e)
        {
            throw new CoapException(CoapFailure.NoAddress, $"The name {target.Host} has no address: {e.Message}.", e);
        }

        // RFC 7252, 6.4: a name goes along as Uri-Host; an address does not.
        return addresses.Length == 0
            ? throw new CoapException(CoapFailure.NoAddress, $"The name {target.Host} has no address that this client reaches.")
            : Array.ConvertAll(addresses, address => new CoapServerAddress(new IPEndPoint(address, target.Port), target.Host));
    }

    private UdpHost Open(CoapEndpoint endpoint)
    {
        if (_options.Local is { } local)
        {
            return Open(endpoint, local);
        }

        try
        {
            return Open(endpoint, new IPEndPoint(IPAddress.IPv6Any, 0));
        }
        catch (UdpBindException)
        {
            return Open(endpoint, new IPEndPoint(IPAddress.Any, 0));
        }
    }

    private UdpHost Open(CoapEndpoint endpoint, IPEndPoint local)
    {
        UdpHostOptions options = new(PoolClock.Factory, new UdpListener(local) { Security = _options.Security })
        {
            Security = _options.SecurityBounds,
            Time = _options.Time,
            Logger = _options.Logger,
        };
        return new UdpHost(endpoint, options, TakeEvents);
    }
}
