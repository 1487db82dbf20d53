using System.Net.Sockets;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// The error queue of a UDP socket on Linux: the only place where an unconnected socket learns which of its datagrams an ICMP message is
/// about (ip(7), IP_RECVERR).
/// </summary>
internal sealed unsafe class LinuxErrorQueue
{
    private const int ControlLength = 512;

    // SO_EE_ORIGIN_LOCAL.
    private const byte LocalOrigin = 1;

    private readonly Socket _socket;
    private readonly bool _isV6;

    public LinuxErrorQueue(Socket socket, bool isV6)
    {
        _socket = socket;
        _isV6 = isV6;
        Switch(socket, LinuxSocket.Ip, LinuxSocket.IpReceiveErrors);
        if (isV6)
        {
            Switch(socket, LinuxSocket.Ipv6, LinuxSocket.Ipv6ReceiveErrors);
        }
    }

    /// <summary>Takes the next error.</summary>
    /// <param name="peer">Where the datagram was sent, on path 0.</param>
    /// <param name="failure">What has become of it.</param>
    /// <returns>False if there is none.</returns>
    public bool TryTake(out PeerId peer, out PeerFailure failure)
    {
        byte* name = stackalloc byte[UdpAddress.MaxSocketAddress];
        byte* control = stackalloc byte[ControlLength];
        LinuxSocket.Message message = default;
        while (true)
        {
            message.Name = name;
            message.NameLength = UdpAddress.MaxSocketAddress;
            message.Control = control;
            message.ControlLength = ControlLength;
            int flags = LinuxSocket.ErrorQueue | LinuxSocket.DontWait;
            if (LinuxSocket.Receive((int)_socket.Handle, &message, flags) < 0)
            {
                peer = default;
                failure = default;
                return false;
            }

            // What the system itself refuses, the sending call says, and knows whose datagram it is about.
            if (TryRead(message, out failure, out bool isLocal) && !isLocal && message.NameLength >= 16)
            {
                peer = UdpAddress.ToPeer(new ReadOnlySpan<byte>(name, UdpAddress.MaxSocketAddress), _isV6, path: 0);
                return true;
            }
        }
    }

    /// <summary>Switches a socket option on; where the kernel does not have it, the socket does without.</summary>
    /// <returns>Whether the kernel has it.</returns>
    internal static bool Switch(Socket socket, int level, int option, int value = 1)
    {
        try
        {
            socket.SetRawSocketOption(level, option, BitConverter.GetBytes(value));
            return true;
        }
        catch (SocketException)
        {
            // Such as IPv4 options where a kernel has IPv6 alone.
            return false;
        }
    }

    private static bool TryRead(in LinuxSocket.Message message, out PeerFailure failure, out bool isLocal)
    {
        LinuxSocket.Control* control = null;
        while ((control = LinuxSocket.Next(message, control)) != null)
        {
            if ((control->Level, control->Type) is (LinuxSocket.Ip, LinuxSocket.IpReceiveErrors)
                    or (LinuxSocket.Ipv6, LinuxSocket.Ipv6ReceiveErrors)
                && control->Length >= (nuint)(sizeof(LinuxSocket.Control) + sizeof(LinuxSocket.ExtendedError)))
            {
                var error = (LinuxSocket.ExtendedError*)(control + 1);
                failure = ToFailure((int)error->Error);
                isLocal = error->Origin == LocalOrigin;
                return true;
            }
        }

        failure = default;
        isLocal = false;
        return false;
    }

    // The numbers of errno(3) on Linux, the same on all architectures that .NET runs on.
    internal static PeerFailure ToFailure(int error) => error switch
    {
        111 or 104 or 92 => PeerFailure.Refused,
        1 or 13 or 99 or 100 or 101 or 110 or 112 or 113 => PeerFailure.Unreachable,
        90 => PeerFailure.MessageTooLong,
        _ => PeerFailure.NotSent,
    };
}
