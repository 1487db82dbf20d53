using System.Net.Sockets;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// Clients of one server by its URI, and the connection that those over TCP have.
public sealed partial class CoapClient
{
    /// <inheritdoc cref="ConnectAsync(Uri, CoapClientOptions, CancellationToken)"/>
    public static Task<CoapClient> ConnectAsync(
        Uri server, CoapEndpointOptions? options = null, CancellationToken cancellationToken = default) =>
        ConnectAsync(server, OptionsWith(options), cancellationToken);

    /// <summary>
    /// Makes a client for a server by its URI, <c>coap://host:port</c>, or <c>coap+tcp://host:port</c> for TCP (RFC 8323, 8), whose
    /// requests name paths. The name is resolved. Over UDP nothing is sent to the server yet; over TCP the connection is made. When
    /// it is lost, requests under way end with <see cref="CoapFailure.Closed"/>, and so do observations without
    /// <see cref="CoapReregistration"/>; the next request connects anew, once.
    /// </summary>
    /// <param name="server">Scheme <c>coap</c> or <c>coap+tcp</c>, without path.</param>
    /// <param name="options">The bounds; by default 8 requests at a time, and over TCP messages that hold 8 blocks (RFC 8323, 6) and a Ping
    /// to a server that has been quiet for 2 minutes (RFC 8323, 5.4), so that a connection that is dead is noticed.</param>
    /// <param name="cancellationToken">Stops resolving the name, and connecting.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentException">Another scheme, or there is a path.</exception>
    /// <exception cref="CoapException">The name has no address.</exception>
    /// <exception cref="TcpConnectException">There is no connection.</exception>
    public static async Task<CoapClient> ConnectAsync(
        Uri server, CoapClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(options);
        if (!server.IsAbsoluteUri || server.Scheme is not ("coap" or "coap+tcp") || server.AbsolutePath is not ("" or "/"))
        {
            throw new ArgumentException($"'{server}' is not of the form coap://host:port or coap+tcp://host:port.", nameof(server));
        }

        CoapTarget target = CoapTarget.Parse(server.OriginalString, takesTcp: true);
        CoapServerAddress address = await ResolveAsync(target, options, AddressFamily.Unspecified, cancellationToken).ConfigureAwait(false);
        return server.Scheme == "coap"
            ? new CoapClient(OptionsFor(address.EndPoint, options), address)
            : await OverTcpAsync(address, options, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<CoapClient> OverTcpAsync(
        CoapServerAddress server, CoapClientOptions options, CancellationToken cancellationToken)
    {
        if (options.HasDefaultEndpoint)
        {
            options = options with { Endpoint = s_tcp };
        }

        CoapStreamEndpoint endpoint = new(options.ProtectedEndpoint, new SystemRandomSource(), maxConnections: 1);
        CoapClient client = new(options, server, endpoint);
        try
        {
            client._connection = await ((TcpHost)client._host).ConnectAsync(server.EndPoint, cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // A connection that has ended is made anew by the next request, once.
    private async ValueTask ReconnectAsync(ClientExchange exchange, CancellationToken cancellationToken)
    {
        if (_engine is not CoapStreamEndpoint streams || IsConnected(streams))
        {
            return;
        }

        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!IsConnected(streams))
            {
                PeerId peer = await ((TcpHost)_host).ConnectAsync(exchange.Server.EndPoint, cancellationToken).ConfigureAwait(false);
                _host.Invoke((client: this, peer), static (call, _) => call.client._connection = call.peer);
            }
        }
        catch (TcpConnectException e)
        {
            throw new CoapException(
                CoapFailure.Closed, $"The connection to {exchange.Server.Shown} is closed, and there is no other: {e.Message}", e);
        }
        catch (ObjectDisposedException)
        {
            throw ClosedException();
        }
        finally
        {
            _connecting.Release();
        }
    }

    // One that has been closed as a whole says so where the request begins.
    private bool IsConnected(CoapStreamEndpoint streams)
    {
        try
        {
            return _host.Invoke(
                (client: this, streams), static (call, _) => call.client._connection is { } peer && call.streams.IsOpen(peer));
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
