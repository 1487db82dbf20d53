using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>Socket addresses as peers of the engine, and back. A peer holds the bytes of the platform's <c>sockaddr</c>.</summary>
public static class UdpAddress
{
    // Family, port and address; the eight bytes behind them are padding, which must not make one peer two.
    private const int Ipv4Significant = 8;

    /// <summary>The peer at an endpoint.</summary>
    /// <param name="endPoint">Of the address family of the socket that sends to it.</param>
    /// <returns>The peer.</returns>
    public static PeerId ToPeer(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return ToPeer(endPoint.Serialize());
    }

    /// <summary>The endpoint of a peer, for logs.</summary>
    /// <param name="peer">A peer made here.</param>
    /// <returns>Address and port.</returns>
    /// <exception cref="ArgumentException">The peer was not made here.</exception>
    public static IPEndPoint ToEndPoint(in PeerId peer)
    {
        AddressFamily family = peer.Length == Ipv4Significant ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        var address = new SocketAddress(family);
        Write(peer, address);
        return (IPEndPoint)new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0).Create(address);
    }

    internal static PeerId ToPeer(SocketAddress address)
    {
        ReadOnlySpan<byte> bytes = address.Buffer.Span[..address.Size];
        int length = address.Family == AddressFamily.InterNetwork ? Ipv4Significant : Math.Min(bytes.Length, PeerId.MaxLength);
        return new PeerId(bytes[..length]);
    }

    internal static void Write(in PeerId peer, SocketAddress address)
    {
        Span<byte> bytes = stackalloc byte[PeerId.MaxLength];
        peer.CopyTo(bytes);
        bytes[..address.Size].CopyTo(address.Buffer.Span);
    }
}
