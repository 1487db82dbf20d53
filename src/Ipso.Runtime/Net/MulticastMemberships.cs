using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Ipso.Net;

/// <summary>The groups that a socket joins. There are none without <see cref="UdpListener.Groups"/>: a native program then leaves it out.</summary>
internal sealed record MulticastMemberships(IReadOnlyList<MulticastGroup> Groups)
{
    /// <exception cref="UdpBindException">A group cannot be joined.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux, or the address is no wildcard.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Join(Socket socket, IPEndPoint local)
    {
        foreach (MulticastGroup group in Groups)
        {
            Join(socket, local, group);
        }
    }

    private static void Join(Socket socket, IPEndPoint local, MulticastGroup group)
    {
        if (!OperatingSystem.IsLinux() || !UdpBinding.IsWildcard(local))
        {
            throw new PlatformNotSupportedException($"UDP {local} cannot join {group.Address}: that takes Linux and a wildcard address.");
        }

        try
        {
            if (group.Address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.SetSocketOption(
                    SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(group.Address, group.Interface));
            }
            else
            {
                // On a dual-stack socket too, a group of IPv4 is joined by IPv4's option.
                socket.SetSocketOption(
                    SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group.Address, group.Interface));
            }
        }
        catch (SocketException e)
        {
            throw new UdpBindException(
                local, $"UDP {local} cannot join {group.Address} on interface {group.Interface} ({e.SocketErrorCode}).", e);
        }
    }
}
