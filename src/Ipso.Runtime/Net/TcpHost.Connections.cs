using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// The sockets: one loop that accepts for each listener, one that reads for each connection. A loop waits without a thread of its
// own; on Linux one thread goes on with those that have something to read.
public sealed partial class TcpHost
{
    // With more than this unsent, a peer is not listened to until it has taken some.
    private const int Watermark = 16 * 1024;

    // So long it is not looked for a connection that gives way when there was none.
    private static readonly TimeSpan s_searchInterval = TimeSpan.FromSeconds(1);

    private readonly Predicate<PeerId> _mayGiveWay;
    private Instant _nextSearch;
    private ulong _serial;

    private void OpenListeners()
    {
        int opened = 0;
        try
        {
            for (; opened < _listeners.Length; opened++)
            {
                _listeners[opened] = TcpBinding.Listen(_options.Listeners[opened].EndPoint, _options.DualStack);
            }
        }
        catch
        {
            for (int i = 0; i < opened; i++)
            {
                _listeners[i].Dispose();
            }

            throw;
        }
    }

    private async Task AcceptAsync(Socket listener, TlsHandshake? tls)
    {
        IPEndPoint local = (IPEndPoint)listener.LocalEndPoint!;
        try
        {
            while (!_isStopping)
            {
                try
                {
                    Accepted(await listener.AcceptAsync(_stop.Token).ConfigureAwait(false), tls);
                }
                catch (SocketException e) when (e.SocketErrorCode is not (SocketError.OperationAborted or SocketError.Interrupted))
                {
                    // A peer that is gone again already; or no descriptor is free, which asking at once would not change.
                    if (e.SocketErrorCode is not (SocketError.ConnectionAborted or SocketError.ConnectionReset))
                    {
                        TcpLog.CannotAccept(_logger, local, e);
                        await Task.Delay(TimeSpan.FromSeconds(1), _time, _stop.Token).ConfigureAwait(false);
                    }
                }
            }
        }
#pragma warning disable CA1031 // The loop has nobody to throw to: who awaits Completion gets to know.
        catch (Exception e)
        {
            // A listener that was closed by a stop ends its loop in one way or other.
            if (!_isStopping)
            {
                Fail(e);
            }
        }
#pragma warning restore CA1031
    }

    private void Accepted(Socket socket, TlsHandshake? tls)
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                socket.Dispose();
            }
            else if (tls is not null)
            {
                BeginHandshake(socket, tls);
            }
            else if (Add(socket, isOfPeer: true, out _) is not null)
            {
                Counters.Accepted++;
                Drain(Now);
            }
        }
    }

    // Takes a socket that is connected; null if there is no room for it, or it is gone already.
    private TcpConnection? Add(Socket socket, bool isOfPeer, out string? why)
    {
        SocketByteChannel channel;
        try
        {
            TcpBinding.Prepare(socket);
            socket.Blocking = false;
            channel = new SocketByteChannel(socket, _serial, _readiness) { Remote = ByteChannel.RemoteOf(socket) };
        }
        catch (SocketException e)
        {
            socket.Dispose();
            why = SocketReason.OfConnect(e.SocketErrorCode);
            return null;
        }

        return Add(channel, isOfPeer, out why);
    }

    // The same of a channel, which is disposed of where there is no room.
    private TcpConnection? Add(ByteChannel channel, bool isOfPeer, out string? why)
    {
        why = null;
        TcpConnection connection = new(channel, _serial++);
        if (!isOfPeer || _perAddress.HasRoom(connection.Remote.Address))
        {
            MakeRoom(Now);
        }

        bool isCounted = isOfPeer && _endpoint.ConnectionCount < _endpoint.MaxConnections;
        if (isCounted && !_perAddress.TryAdd(connection.Remote.Address))
        {
            Counters.RefusedByAddress++;
            TcpLog.Refused(_logger, connection.Remote);
            channel.Refuse();
            return null;
        }

        connection.IsCounted = isCounted;
        if (!_endpoint.OpenIn(channel.Framing, connection.Peer, Now))
        {
            LeaveAddress(connection);
            Counters.Refused++;
            TcpLog.Refused(_logger, connection.Remote);
            channel.Refuse();
            why = "is not connected to: there are as many connections as there may be";
            return null;
        }

        channel.MessageBegun = () => InCycle(
            connection, static (host, connection, now) => host._endpoint.BeginMessage(connection.Peer, now));
        _connections.Add(connection.Peer, connection);
        TcpLog.Opened(_logger, connection.Remote);
        _ = Task.Run(() => ReadAsync(connection));
        return connection;
    }

    // Where there are as many as there may be, the one that a peer has opened and that has been idle for longest gives way.
    private void MakeRoom(Instant now)
    {
        if (_endpoint.ConnectionCount < _endpoint.MaxConnections || _options.YieldAfter is not { } time || now < _nextSearch)
        {
            return;
        }

        if (!_endpoint.TryFindIdle(now - time, _mayGiveWay, out PeerId peer))
        {
            // To look again for each of many that come would cost more than they do.
            _nextSearch = now + s_searchInterval;
            return;
        }

        TcpConnection idle = _connections[peer];
        Counters.Yielded++;
        TcpLog.Yielded(_logger, idle.Remote);
        Release(idle, now);
        BeginClose(idle);
    }

    private void LeaveAddress(TcpConnection connection)
    {
        if (connection.IsCounted)
        {
            _perAddress.Remove(connection.Remote.Address);
        }
    }

    private async Task ReadAsync(TcpConnection connection)
    {
        bool isBroken = false;
        try
        {
            while (true)
            {
                int count;
                try
                {
                    count = await connection.ReceiveAsync().ConfigureAwait(false);
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
                {
                    // Reset by the peer or the network, or closed by us. What handler or callback throw is another matter.
                    isBroken = true;
                    break;
                }

                if (count == 0)
                {
                    break;
                }

                int taken = 0;
                while (taken < count)
                {
                    taken += Take(connection, taken, count, out bool mustWait);
                    if (mustWait)
                    {
                        await connection.Room.WaitAsync().ConfigureAwait(false);
                    }
                }
            }
        }
#pragma warning disable CA1031 // The loop has nobody to throw to: who awaits Completion gets to know.
        catch (Exception e)
        {
            Fail(e);
        }
#pragma warning restore CA1031

        InCycle((connection, isBroken), static (host, call, now) => host.OnEnd(call.connection, call.isBroken));
    }

    // The peer has sent its last byte, or the connection is gone. What was asked before has been answered, and is still sent.
    private void OnEnd(TcpConnection connection, bool isBroken)
    {
        if (connection.IsDisposed)
        {
            return;
        }

        connection.HasEnded = true;
        if (isBroken)
        {
            Counters.Broken++;
            Remove(connection);
        }
        else
        {
            BeginClose(connection);
        }
    }

    // Sends what the system takes now, and the rest when it takes more.
    private void Flush(TcpConnection connection, Instant now)
    {
        while (connection.Pending > 0 && !connection.IsSending && !connection.IsDisposed)
        {
            int sent;
            SocketError error;
            try
            {
                sent = connection.Channel.TrySend(connection.Unsent.Span, out error);
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            if (error == SocketError.Success)
            {
                OnSent(connection, sent);
            }
            else if (error is SocketError.WouldBlock or SocketError.IOPending)
            {
                connection.IsSending = true;
                WaitUntil(connection, now + _options.SendTimeout);
                _ = SendAsync(connection, connection.Unsent);
            }
            else
            {
                Counters.Broken++;
                Remove(connection);
            }
        }

        if (connection is { Pending: 0, IsClosing: true, IsDisposed: false })
        {
            Shut(connection, now);
        }
    }

    private async Task SendAsync(TcpConnection connection, ReadOnlyMemory<byte> bytes)
    {
        int sent = -1;
        try
        {
            // Not under the lock of the caller.
            await Task.Yield();
            sent = await connection.Channel.SendAsync(bytes).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // Reset by the peer or the network, or closed by us.
        }

        InCycle((connection, sent), static (host, call, now) =>
        {
            TcpConnection connection = call.connection;
            if (connection.IsDisposed)
            {
                return;
            }

            connection.IsSending = false;
            host.WaitUntil(connection, null);
            if (call.sent < 0)
            {
                host.Counters.Broken++;
                host.Remove(connection);
            }
            else
            {
                host.OnSent(connection, call.sent);
                host.MarkDirty(connection);
            }
        });
    }

    private void OnSent(TcpConnection connection, int count)
    {
        Counters.BytesSent += count;
        connection.Advance(count);
        if (connection.Pending <= Watermark)
        {
            connection.Unpark();
        }
    }
}
