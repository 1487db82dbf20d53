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
    /// Makes a client for a server by its URI, <c>coap://host:port</c>, or with <c>coaps</c> for DTLS (<see cref="CoapClientOptions.Security"/>),
    /// <c>coap+tcp</c> for TCP, <c>coaps+tcp</c> for TLS, <c>coap+ws</c> for WebSockets and <c>coaps+ws</c> for WebSockets over TLS (RFC
    /// 8323, 8), whose requests name paths. The name is resolved. Over UDP nothing is sent to the server yet; otherwise the connection is
    /// made, with the first of the name's addresses that takes it. When it is lost, requests under way end with
    /// <see cref="CoapFailure.Closed"/>, and so do observations without <see cref="CoapReregistration"/>; the next request connects anew, once.
    /// A server that says that it is about to close (RFC 8323, 5.5) still answers what is under way, and the next request connects anew, too.
    /// </summary>
    /// <param name="server">One of these schemes, without path.</param>
    /// <param name="options">The bounds; by default 8 requests at a time, and over TCP messages that hold 8 blocks (RFC 8323, 6) and a Ping
    /// to a server that has been quiet for 2 minutes (RFC 8323, 5.4), so that a connection that is dead is noticed.</param>
    /// <param name="cancellationToken">Stops resolving the name, and connecting.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentException">Another scheme, or there is a path.</exception>
    /// <exception cref="CoapException">The name has no address.</exception>
    /// <exception cref="TcpConnectException">There is no connection; with TLS the message also says what the server has not proved, and
    /// what helps.</exception>
    public static async Task<CoapClient> ConnectAsync(
        Uri server, CoapClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(options);
        if (!server.IsAbsoluteUri
            || server.Scheme is not ("coap" or "coaps" or "coap+tcp" or "coaps+tcp" or "coap+ws" or "coaps+ws")
            || server.AbsolutePath is not ("" or "/"))
        {
            throw new ArgumentException(
                $"'{server}' is not of the form coap://host:port, with the scheme coap, coaps, coap+tcp, coaps+tcp, coap+ws or coaps+ws.",
                nameof(server));
        }

        CoapTarget target = CoapTarget.Parse(server.OriginalString, takesConnections: true, isSecure: !options.Security.IsTransparent);
        CoapServerAddress[] addresses =
            await ResolveAsync(target, options, AddressFamily.Unspecified, cancellationToken).ConfigureAwait(false);
        if (server.Scheme is "coap" or "coaps")
        {
            return new CoapClient(OptionsFor(addresses[0].EndPoint, options), addresses[0]);
        }

        TlsHandshake? tls = server.Scheme is "coaps+tcp" or "coaps+ws" ? new TlsHandshake(options.Tls, target.Host) : null;
        bool isWebSocket = server.Scheme is "coap+ws" or "coaps+ws";
        string authority = $"{(target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host)}:{target.Port}";
        return await OverConnectionAsync(
            addresses,
            options,
            (host, server, cancellationToken) => isWebSocket
                ? host.ConnectAsync(server.EndPoint, authority, tls, cancellationToken)
                : tls is null
                ? host.ConnectAsync(server.EndPoint, cancellationToken)
                : host.ConnectAsync(server.EndPoint, tls, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task<CoapClient> OverConnectionAsync(
        CoapServerAddress[] addresses,
        CoapClientOptions options,
        Func<TcpHost, CoapServerAddress, CancellationToken, Task<PeerId>> connect,
        CancellationToken cancellationToken)
    {
        if (options.HasDefaultEndpoint)
        {
            options = options with { Endpoint = s_tcp };
        }

        // One, and the one before, which its server is about to close, as long as something is under way there.
        CoapStreamEndpoint endpoint = new(options.ProtectedEndpoint, new SystemRandomSource(), maxConnections: 2);
        CoapClient client = new(options, addresses, endpoint, connect);
        try
        {
            await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // Tries one address after the other; why there is no connection is said of the last.
    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                PeerId peer = await _connect!((TcpHost)_host, _addresses[i], cancellationToken).ConfigureAwait(false);
                _host.Invoke((client: this, peer), static (call, _) => call.client._connection = call.peer);
                _server = _addresses[i];
                return;
            }
            catch (TcpConnectException) when (i + 1 < _addresses.Length)
            {
                // There is another one.
            }
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
                await ConnectAsync(cancellationToken).ConfigureAwait(false);
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

    // One that its server is about to close is not for new requests (RFC 8323, 5.5). A client that has been closed as a whole says so where the
    // request begins.
    private bool IsConnected(CoapStreamEndpoint streams)
    {
        try
        {
            return _host.Invoke(
                (client: this, streams),
                static (call, _) => call.client._connection is { } peer && call.streams.IsOpen(peer) && !call.streams.IsReleased(peer));
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
