using System.Net;
using System.Net.Sockets;
using Ipso.Buffers;

namespace Ipso.Net;

/// <summary>Opens the sockets of a host.</summary>
internal static class UdpBinding
{
    /// <summary>Opens a socket, bound and in its groups.</summary>
    /// <exception cref="UdpBindException">It cannot be opened; the message says why.</exception>
    public static Socket Bind(UdpListener listener, int receiveTimeout, int? receiveBuffer)
    {
        IPEndPoint local = listener.EndPoint;
        Socket? socket = null;
        try
        {
            socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = IsWildcard(local) && listener.DualStack;
            }

            if (OperatingSystem.IsWindows())
            {
                // SIO_UDP_CONNRESET off: an ICMP message about one peer is no error of the socket.
                socket.IOControl(unchecked((int)0x9800000c), [0, 0, 0, 0], null);
            }

            socket.ReceiveTimeout = receiveTimeout;
            if (receiveBuffer is { } size)
            {
                socket.ReceiveBufferSize = size;
            }

            socket.Bind(local);
            listener.Memberships?.Join(socket, local);
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new UdpBindException(local, Phrase.Of($"UDP {local} {SocketReason.OfBind(e.SocketErrorCode)}."), e);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    public static bool IsWildcard(IPEndPoint local) =>
        local.Address.Equals(IPAddress.Any) || local.Address.Equals(IPAddress.IPv6Any);

    /// <summary>The address at which a socket reaches itself.</summary>
    public static SocketAddress SelfAddress(IPEndPoint local, bool isDual)
    {
        IPAddress address = !IsWildcard(local) ? local.Address
            : local.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback
            : isDual ? IPAddress.Loopback.MapToIPv6()
            : IPAddress.IPv6Loopback;
        return new IPEndPoint(address, local.Port).Serialize();
    }

    /// <summary>The address of ours from which the system would reach an endpoint; null if there is no way.</summary>
    public static IPAddress? FindSource(IPEndPoint to)
    {
        try
        {
            // Nothing is sent: the system looks up the way.
            using var probe = new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            if (OperatingSystem.IsLinux())
            {
                probe.Bind(new IPEndPoint(to.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
                return LinuxSocket.TryConnect(probe, to) ? ((IPEndPoint)probe.LocalEndPoint!).Address : null;
            }

            probe.Connect(to);
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
