using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// Making a client, over UDP or TCP.
public sealed partial class CoapClient
{
    /// <summary>The port of <c>coap</c> (RFC 7252, 6.1).</summary>
    public const int DefaultPort = 5683;

    // Eight blocks of 1024 bytes and what goes around them.
    private const int TcpMessageSize = 8 * 1024 + 128;

    /// <summary>Makes a client for a server at an address, over UDP. Nothing is sent yet.</summary>
    /// <param name="server">Address and port, IPv4 or IPv6.</param>
    /// <param name="options">The bounds; by default 8 requests at a time.</param>
    /// <returns>The client.</returns>
    public static CoapClient Connect(IPEndPoint server, CoapEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        return OverUdp(server, "", options);
    }

    /// <summary>
    /// Makes a client for a server by its URI, <c>coap://host:port</c>, or <c>coap+tcp://host:port</c> for TCP (RFC 8323, 8). The name is
    /// resolved. Over UDP nothing is sent to the server yet; over TCP the connection is made, and when it is lost, all further requests
    /// fail.
    /// </summary>
    /// <param name="server">Scheme <c>coap</c> or <c>coap+tcp</c>, without path.</param>
    /// <param name="options">The bounds; by default 8 requests at a time, and over TCP messages that hold 8 blocks (RFC 8323, 6).</param>
    /// <param name="cancellationToken">Stops resolving the name, and connecting.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentException">Another scheme, or there is a path.</exception>
    /// <exception cref="SocketException">The name has no address.</exception>
    /// <exception cref="TcpConnectException">There is no connection.</exception>
    public static async Task<CoapClient> ConnectAsync(
        Uri server, CoapEndpointOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (!server.IsAbsoluteUri || server.Scheme is not ("coap" or "coap+tcp") || server.AbsolutePath is not ("" or "/"))
        {
            throw new ArgumentException($"'{server}' is not of the form coap://host:port or coap+tcp://host:port.", nameof(server));
        }

        int port = server.Port < 0 ? DefaultPort : server.Port;
        string uriHost = "";
        if (!IPAddress.TryParse(server.DnsSafeHost, out IPAddress? address))
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(server.DnsSafeHost, cancellationToken).ConfigureAwait(false);
            address = addresses[0];

            // RFC 7252, 6.4: a name goes along as Uri-Host, in lower case; an address does not.
            uriHost = server.IdnHost.ToLowerInvariant();
        }

        IPEndPoint endPoint = new(address, port);
        return server.Scheme == "coap"
            ? OverUdp(endPoint, uriHost, options)
            : await OverTcpAsync(endPoint, uriHost, options, cancellationToken).ConfigureAwait(false);
    }

    private static CoapClient OverUdp(IPEndPoint server, string uriHost, CoapEndpointOptions? options)
    {
        options ??= new CoapEndpointOptions { Observers = 0 };
        IPAddress local = server.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        CoapEndpoint endpoint = new(options, new SystemRandomSource());
        CoapClient client = new(options, server, uriHost) { _engine = endpoint };
        UdpHost host = new(endpoint, new IPEndPoint(local, 0), client.TakeEvents);
        client.Attach(host, host.GetPeer(server));
        return client;
    }

    private static async Task<CoapClient> OverTcpAsync(
        IPEndPoint server, string uriHost, CoapEndpointOptions? options, CancellationToken cancellationToken)
    {
        options ??= new CoapEndpointOptions { Observers = 0, MaxMessageSize = TcpMessageSize };
        CoapStreamEndpoint endpoint = new(options, new SystemRandomSource(), maxConnections: 1);
        CoapClient client = new(options, server, uriHost) { _engine = endpoint };
        TcpHost host = new(endpoint, new TcpHostOptions(), client.TakeEvents);
        try
        {
            client.Attach(host, await host.ConnectAsync(server, cancellationToken).ConfigureAwait(false));
            return client;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void Attach(ICoapHost host, in PeerId server)
    {
        _host = host;
        _server = server;
        _ = host.Completion.ContinueWith(
            _ => CloseAll(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
