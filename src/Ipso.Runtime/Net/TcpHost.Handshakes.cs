using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// TLS: from a connection of TCP to one that the endpoint gets to know (RFC 8323, 8.2).
public sealed partial class TcpHost
{
    private readonly AddressCounts _handshakesPerAddress;

    // With peers that have connected here.
    private int _handshakes;

    /// <summary>
    /// Opens a connection with TLS, <c>coaps+tcp</c> (RFC 8323, 8.2). Requests can be made at once; what the peer takes is known when its
    /// first message has come.
    /// </summary>
    /// <param name="server">Address and port, IPv4 or IPv6.</param>
    /// <param name="tls">What the server has to prove, and what is proved to it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The peer, for requests.</returns>
    /// <exception cref="TcpConnectException">There is no connection: as without TLS, or the handshake failed. The message says why, and
    /// what helps.</exception>
    /// <exception cref="ArgumentException">The certificate of the options cannot be used.</exception>
    /// <exception cref="ObjectDisposedException">The host has been stopped.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<PeerId> ConnectAsync(IPEndPoint server, TlsClientOptions tls, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(tls);
        ObjectDisposedException.ThrowIf(_isStopping, this);
        return ConnectAsync(server, new TlsHandshake(tls, server.Address.ToString()), cancellationToken);
    }

    internal Task<PeerId> ConnectAsync(IPEndPoint server, TlsHandshake tls, CancellationToken cancellationToken) => ConnectAsync(
        server,
        async cancellationToken =>
        {
            Socket socket = await TcpBinding.ConnectAsync(server, _options.ConnectTimeout, _time, cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                Counters.Handshakes++;
            }

            return await RunAsync(tls, socket, cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    // Opens a channel that takes a handshake.
    private async Task<PeerId> ConnectAsync(
        IPEndPoint server, Func<CancellationToken, Task<ByteChannel>> open, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isStopping, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellationToken);
        ByteChannel channel;
        try
        {
            channel = await open(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(GetType().FullName);
        }
        catch (AuthenticationException e)
        {
            lock (_gate)
            {
                Counters.HandshakesFailed++;
            }

            throw new TcpConnectException(server, $"TLS {server} {e.Message}.", e);
        }

        lock (_gate)
        {
            if (_isStopping)
            {
                channel.Dispose();
                throw new ObjectDisposedException(GetType().FullName);
            }

            return Connected(Add(channel, isOfPeer: false, out string? why), server, why);
        }
    }

    // Under the lock.
    private PeerId Connected(TcpConnection? connection, IPEndPoint server, string? why)
    {
        if (connection is null)
        {
            throw new TcpConnectException(server, $"TCP {server} {why}.");
        }

        Counters.Connected++;
        Drain(Now);
        return connection.Peer;
    }

    // Does a handshake in its time. Where there is no channel, the socket is closed.
    private async Task<TlsByteChannel> RunAsync(TlsHandshake tls, Socket socket, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.HandshakeTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            TcpBinding.Prepare(socket);
            return await tls.RunAsync(socket, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new AuthenticationException($"did not finish the TLS handshake in time ({_options.HandshakeTimeout})", e);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new AuthenticationException(SocketReason.OfConnect(e.SocketErrorCode), e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Under the lock: a peer has connected, and is given time and room of its own for the handshake.
    private void BeginHandshake(Socket socket, TlsHandshake tls)
    {
        IPEndPoint remote;
        try
        {
            remote = ByteChannel.RemoteOf(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return;
        }

        if (!_perAddress.HasRoom(remote.Address))
        {
            Counters.RefusedByAddress++;
            TcpLog.Refused(_logger, remote);
            socket.Dispose();
        }
        else if (_handshakes >= _options.MaxHandshakes || !_handshakesPerAddress.TryAdd(remote.Address))
        {
            Counters.HandshakesRefused++;
            TcpLog.HandshakeRefused(_logger, remote);
            socket.Dispose();
        }
        else
        {
            _handshakes++;
            Counters.Handshakes++;
            _ = Task.Run(() => HandshakeAsync(socket, remote, tls));
        }
    }

    private async Task HandshakeAsync(Socket socket, IPEndPoint remote, TlsHandshake tls)
    {
        TlsByteChannel? channel = null;
        string? why = null;
        try
        {
            channel = await RunAsync(tls, socket, _stop.Token).ConfigureAwait(false);
        }
        catch (AuthenticationException e)
        {
            why = e.Message;
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The host stops.
        }

        if (!InCycle((remote, channel, why), static (host, call, _) => host.EndHandshake(call.remote, call.channel, call.why)))
        {
            channel?.Dispose();
        }
    }

    private void EndHandshake(IPEndPoint remote, TlsByteChannel? channel, string? why)
    {
        _handshakes--;
        _handshakesPerAddress.Remove(remote.Address);
        if (channel is null || _isStopping)
        {
            Counters.HandshakesFailed++;
            channel?.Dispose();
            TcpLog.HandshakeFailed(_logger, remote, why ?? "had not finished the TLS handshake when the host stopped");
        }
        else if (Add(channel, isOfPeer: true, out _) is not null)
        {
            Counters.Accepted++;
        }
    }
}
