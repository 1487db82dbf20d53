using System.Net;
using System.Net.Sockets;

namespace Ipso.Net;

/// <summary>Opens the sockets of a TCP host.</summary>
internal static class TcpBinding
{
    // Dead peers are found although nothing is sent to them: after this many seconds of silence the system asks.
    private const int KeepAliveTime = 60;

    /// <summary>Opens a socket that listens.</summary>
    /// <exception cref="TcpBindException">It cannot be opened; the message says why.</exception>
    public static Socket Listen(IPEndPoint local, bool dualStack)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = dualStack && UdpBinding.IsWildcard(local);
            }

            socket.Bind(local);
            socket.Listen();
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new TcpBindException(local, $"TCP {local} {SocketReason.OfBind(e.SocketErrorCode)}.", e);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    /// <summary>Connects.</summary>
    /// <exception cref="TcpConnectException">There is no connection; the message says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<Socket> ConnectAsync(
        IPEndPoint server, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        Socket? socket = null;
        try
        {
            socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(server, either.Token).ConfigureAwait(false);
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new TcpConnectException(server, $"TCP {server} {SocketReason.OfConnect(e.SocketErrorCode)}.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            socket?.Dispose();
            throw new TcpConnectException(server, $"TCP {server} {SocketReason.OfConnect(SocketError.TimedOut)} ({timeout}).", e);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    /// <summary>Sets what each connection has, whoever opened it.</summary>
    /// <exception cref="SocketException">The connection is gone already.</exception>
    public static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveTime);
    }
}
