using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// WebSockets (RFC 8323, 4): those that others have accepted, and those that this host opens.
public sealed partial class TcpHost
{
    // RFC 8323, 8.3.
    private const string WebSocketPath = "/.well-known/coap";

    /// <summary>Serves a WebSocket that somebody else has accepted; ends when it is gone.</summary>
    internal async Task ServeAsync(WebSocket socket, IPEndPoint remote, PeerIdentity? identity, CancellationToken cancellationToken)
    {
        if (remote.Address.IsIPv4MappedToIPv6)
        {
            remote = new IPEndPoint(remote.Address.MapToIPv4(), remote.Port);
        }

        WebSocketByteChannel channel = new(socket, _endpoint.MaxWebSocketMessage) { Remote = remote, Identity = identity };
        TcpConnection? connection = null;
        bool isTaken = InCycle(channel, (host, channel, _) =>
        {
            if (host._isStopping)
            {
                channel.Refuse();
            }
            else if ((connection = host.Add(channel, isOfPeer: true, out string? _)) is not null)
            {
                host.Counters.Accepted++;
            }
        });
        if (!isTaken)
        {
            channel.Refuse();
        }

        await using (cancellationToken.UnsafeRegister(_ => Leave(connection), null).ConfigureAwait(false))
        {
            await channel.Gone.ConfigureAwait(false);
        }
    }

    // What has been asked is answered, the peer is told, and the connection closed.
    private void Leave(TcpConnection? connection) => InCycle(connection, static (host, connection, now) =>
    {
        if (connection is { IsClosing: false })
        {
            host.Release(connection, now);
            host.BeginClose(connection);
        }
    });

    /// <summary>Opens a WebSocket (RFC 8323, 8.3 and 8.4).</summary>
    /// <param name="server">Where to connect to.</param>
    /// <param name="authority">Host and port as they stand in a URI.</param>
    /// <param name="tls">The security; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TcpConnectException">There is no connection, or no WebSocket that speaks CoAP.</exception>
    internal Task<PeerId> ConnectAsync(IPEndPoint server, string authority, TlsHandshake? tls, CancellationToken cancellationToken) =>
        ConnectAsync(
            server,
            cancellationToken => OpenAsync(
                server, new Uri($"{(tls is null ? "ws" : "wss")}://{authority}{WebSocketPath}"), tls, cancellationToken),
            cancellationToken);

    private async Task<ByteChannel> OpenAsync(IPEndPoint server, Uri uri, TlsHandshake? tls, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.HandshakeTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        string? fault = null;
        if (tls is not null)
        {
            lock (_gate)
            {
                Counters.Handshakes++;
            }
        }

        HttpMessageInvoker invoker = new(HandlerFor(server, tls, why => fault = why), disposeHandler: true);
        ClientWebSocket? socket = null;
        try
        {
            socket = new ClientWebSocket();
            socket.Options.AddSubProtocol(WebSocketByteChannel.SubProtocol);

            // RFC 8323, 4.4: the Pings are CoAP's.
            socket.Options.KeepAliveInterval = TimeSpan.Zero;
            await socket.ConnectAsync(uri, invoker, either.Token).ConfigureAwait(false);
            if (socket.SubProtocol == WebSocketByteChannel.SubProtocol)
            {
                return new WebSocketByteChannel(socket, _endpoint.MaxWebSocketMessage, invoker)
                {
                    Remote = server, Identity = tls?.ServerIdentity,
                };
            }

            throw new TcpConnectException(
                server, $"WebSocket {uri} does not speak CoAP: it has not agreed to the subprotocol {WebSocketByteChannel.SubProtocol}.");
        }
        catch (Exception e)
        {
            socket?.Dispose();
            invoker.Dispose();
            throw Translate(e);
        }

        Exception Translate(Exception e)
        {
            for (Exception? inner = e; inner is not null; inner = inner.InnerException)
            {
                if (inner is TcpConnectException)
                {
                    return inner;
                }

                if (fault is not null || inner is AuthenticationException)
                {
                    return new AuthenticationException(fault ?? TlsHandshake.WhyOf(inner), e);
                }
            }

            return e switch
            {
                OperationCanceledException when cancellationToken.IsCancellationRequested => e,
                OperationCanceledException => new TcpConnectException(
                    server, $"WebSocket {uri} was not opened in time ({_options.HandshakeTimeout}).", e),
                _ => new TcpConnectException(
                    server, $"WebSocket {uri} was not opened: {e.Message.TrimEnd('.')}. Is CoAP served there?", e),
            };
        }
    }

    // One connection, to that server and no other, whatever it answers.
    private SocketsHttpHandler HandlerFor(IPEndPoint server, TlsHandshake? tls, Action<string> fault)
    {
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                Socket socket = await TcpBinding.ConnectAsync(server, _options.ConnectTimeout, _time, cancellationToken)
                    .ConfigureAwait(false);
                try
                {
                    TcpBinding.Prepare(socket);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        if (tls is not null)
        {
            handler.SslOptions = tls.ForHttp(fault);
        }

        return handler;
    }
}
