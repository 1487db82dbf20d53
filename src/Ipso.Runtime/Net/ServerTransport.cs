using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// One side of a <see cref="CoapServer"/>: the engine of datagrams or of connections, and the requests that are under way there. The
/// resources are the server's. Used under the lock of the host.
/// </summary>
internal sealed partial class ServerTransport(CoapServer server, CoapServerOptions options, CoapEndpointOptions bounds)
{
    private readonly CoapServerOptions _options = options;
    private readonly CoapEndpointOptions _bounds = bounds;
    private CoapEngine? _engine;
    private ICoapHost? _host;

    /// <summary>The engine.</summary>
    public CoapEngine Engine => _engine!;

    /// <summary>What drives it; known before it is called for the first time.</summary>
    public ICoapHost Host => _host!;

    /// <summary>Over datagrams.</summary>
    public static ServerTransport OverDatagrams(CoapServer server, CoapServerOptions options)
    {
        ServerTransport transport = new(server, options, options.Endpoint);
        transport._engine = new CoapEndpoint(options.Protect(options.Endpoint), new SystemRandomSource(), new Handler(transport));
        return transport;
    }

    /// <summary>Over connections.</summary>
    public static ServerTransport OverConnections(CoapServer server, CoapServerOptions options)
    {
        CoapEndpointOptions bounds = options.ForConnections;
        ServerTransport transport = new(server, options, bounds);
        transport._engine = new CoapStreamEndpoint(options.Protect(bounds), new SystemRandomSource(), new Handler(transport), options.Connections);
        return transport;
    }

    /// <summary>Opens the sockets and serves.</summary>
    /// <exception cref="UdpBindException">A port is in use, an address is not one of this machine, or a group cannot be joined.</exception>
    public UdpHost Start(UdpHostOptions listening) =>
        new((CoapEndpoint)Engine, listening, TakeEvents, made: host => _host = host);

    /// <inheritdoc cref="Start(UdpHostOptions)"/>
    /// <exception cref="TcpBindException">A port is in use, or an address is not one of this machine.</exception>
    public TcpHost Start(TcpHostOptions listening) =>
        new((CoapStreamEndpoint)Engine, listening, TakeEvents, made: host => _host = host);
}
