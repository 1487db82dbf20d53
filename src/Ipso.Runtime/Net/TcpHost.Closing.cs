using System.Net.Sockets;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// The end of a connection: what waits is sent, the end is said, the peer is waited for, and then the channel is closed.
public sealed partial class TcpHost
{
    // More of those that are closed already are not waited for.
    private const int MaxLingering = 16;

    private int _lingering;

    // The endpoint knows it no longer. It is gone when what waits has been sent and the peer has closed too.
    private void BeginClose(TcpConnection connection)
    {
        if (!connection.IsClosing)
        {
            connection.IsClosing = true;
            connection.Unpark();
            _endpoint.Close(connection.Peer);
            _hasEnded = true;
        }

        MarkDirty(connection);
    }

    private void Shut(TcpConnection connection, Instant now)
    {
        if (connection.IsShut)
        {
            if (connection is { HasEnded: true, HasSaidFarewell: true })
            {
                Remove(connection);
            }

            return;
        }

        // At a stop no more come after those that there are.
        bool saysFarewell = connection.Channel.SaysFarewell;
        if (saysFarewell ? _lingering >= MaxLingering && !_isStopping : connection.HasEnded || _lingering >= MaxLingering)
        {
            Remove(connection);
            return;
        }

        // With unread bytes a close is a reset, which may overtake our last words: the peer is to close first.
        connection.IsShut = true;
        _lingering++;
        WaitUntil(connection, now + _options.Linger);
        if (saysFarewell)
        {
            _ = SayFarewellAsync(connection);
            return;
        }

        try
        {
            _ = connection.Channel.ShutdownAsync();
            connection.HasSaidFarewell = true;
        }
        catch (SocketException)
        {
            Remove(connection);
        }
    }

    private async Task SayFarewellAsync(TcpConnection connection)
    {
        bool isBroken = false;
        try
        {
            // Not under the lock of the caller.
            await Task.Yield();
            await connection.Channel.ShutdownAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // Reset by the peer or the network, or closed by us.
            isBroken = true;
        }

        InCycle((connection, isBroken), static (host, call, _) =>
        {
            call.connection.HasSaidFarewell = true;
            if (call.isBroken || call.connection.HasEnded)
            {
                host.Remove(call.connection);
            }
        });
    }

    private void Remove(TcpConnection connection)
    {
        if (!_connections.Remove(connection.Peer))
        {
            return;
        }

        if (!connection.IsClosing)
        {
            connection.IsClosing = true;
            _endpoint.Close(connection.Peer);
            _hasEnded = true;
        }

        _lingering -= connection.IsShut ? 1 : 0;
        LeaveAddress(connection);
        connection.Dispose();
        Counters.Closed++;
        TcpLog.Closed(_logger, connection.Remote);
    }

    private void Reset(TcpConnection connection)
    {
        Counters.Stalled++;
        TcpLog.Stalled(_logger, connection.Remote);
        connection.Channel.Abandon();
        Remove(connection);
    }
}
