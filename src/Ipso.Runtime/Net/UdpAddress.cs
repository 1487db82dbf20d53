using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Ipso.Buffers;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// Socket addresses as peers of the engine, and back. A peer holds the address and the path: which of our sockets and addresses it was
/// heard on, and is to be answered from. So a peer that knows us by two addresses is two peers, as its Message IDs may be (RFC 7252, 4.4).
/// </summary>
/// <remarks>
/// The bytes: 4 or 6 for the kind, the path, the port in network order; then an IPv4 address, or the scope and an IPv6 address. An IPv4
/// address is one of IPv4, also where it came through an IPv6 socket.
/// </remarks>
public static class UdpAddress
{
    /// <summary>The length of a <c>sockaddr_in6</c>, the longest.</summary>
    internal const int MaxSocketAddress = 28;

    private const byte V4 = 4;
    private const byte V6 = 6;
    private const int V4Length = 8;
    private const int V6Length = 24;

    // The first two bytes of a peer, where a socket address has its family.
    private const ulong KindAndPath = 0xffff;

    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

    /// <summary>The peer at an endpoint, on the default path: what a host with one socket bound to an address of its own has.</summary>
    /// <param name="endPoint">Address and port.</param>
    /// <returns>The peer.</returns>
    public static PeerId ToPeer(IPEndPoint endPoint) => ToPeer(endPoint, path: 0);

    /// <summary>The endpoint of a peer, for logs.</summary>
    /// <param name="peer">A peer made here.</param>
    /// <returns>Address and port.</returns>
    /// <exception cref="ArgumentException">The peer was not made here: it is the name of a security session, for example.</exception>
    public static IPEndPoint ToEndPoint(in PeerId peer)
    {
        Span<byte> bytes = stackalloc byte[PeerId.MaxLength];
        int length = peer.CopyTo(bytes);
        int port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return (bytes[0], length) switch
        {
            (V4, V4Length) => new IPEndPoint(new IPAddress(bytes[4..8]), port),
            (V6, V6Length) => new IPEndPoint(new IPAddress(bytes[8..24], BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..])), port),
            _ => throw new ArgumentException(Phrase.Of($"{peer} is not a UDP address."), nameof(peer)),
        };
    }

    internal static PeerId ToPeer(IPEndPoint endPoint, byte path)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        SocketAddress address = endPoint.Serialize();
        return ToPeer(address.Buffer.Span[..address.Size], endPoint.AddressFamily == AddressFamily.InterNetworkV6, path);
    }

    /// <summary>The peer of a <c>sockaddr_in</c> or <c>sockaddr_in6</c>, whose family is not looked at: it is that of the socket.</summary>
    internal static PeerId ToPeer(ReadOnlySpan<byte> address, bool isV6, byte path) =>
        isV6 ? OfV6(address, path)
            : ToV4Peer(BinaryPrimitives.ReadUInt64LittleEndian(address), path);

    internal static byte GetPath(in PeerId peer)
    {
        // The head's first byte is its lowest.
        return (byte)(peer.Head >> 8);
    }

    /// <summary>Whether two peers have one address, whatever their ports and paths.</summary>
    internal static bool IsSameHost(PeerId left, PeerId right)
    {
        Span<byte> one = stackalloc byte[PeerId.MaxLength], other = stackalloc byte[PeerId.MaxLength];
        int length = left.CopyTo(one);
        return right.CopyTo(other) == length && one[0] == other[0] && one[4..length].SequenceEqual(other[4..length]);
    }

    /// <summary>
    /// The host that a peer is at, for who counts peers: its IPv4 address, or the first 64 bits of an IPv6 one, since the others are the host's
    /// own to choose (RFC 4291, 2.5.4).
    /// </summary>
    /// <param name="peer">A peer.</param>
    /// <returns>One value for all peers of a host; null where the peer is no address, but the name of a security session.</returns>
    public static PeerId? HostOf(PeerId peer)
    {
        Span<byte> bytes = stackalloc byte[PeerId.MaxLength];
        int length = peer.CopyTo(bytes);
        if ((bytes[0], length) is not ((V4, V4Length) or (V6, V6Length)))
        {
            return null;
        }

        bytes[1..4].Clear();
        bytes[16..].Clear();
        return new PeerId(bytes[..length]);
    }

    /// <summary>The same address by another path.</summary>
    internal static PeerId WithPath(in PeerId peer, byte path)
    {
        Span<byte> bytes = stackalloc byte[PeerId.MaxLength];
        int length = peer.CopyTo(bytes);
        bytes[1] = path;
        return new PeerId(bytes[..length]);
    }

    /// <summary>Writes a peer's socket address but for its first two bytes, the family.</summary>
    internal static void Write(in PeerId peer, Span<byte> address, bool isV6)
    {
        if (isV6)
        {
            WriteV6(peer, address);
            return;
        }

        ulong family = BinaryPrimitives.ReadUInt16LittleEndian(address);
        BinaryPrimitives.WriteUInt64LittleEndian(address, (peer.Head & ~KindAndPath) | family);
    }

    // Apart, so that the room on the stack is prepared for IPv6 only; so below.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PeerId OfV6(ReadOnlySpan<byte> address, byte path)
    {
        if (address.Slice(8, 12).SequenceEqual(MappedPrefix))
        {
            ulong mapped = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(address[20..]) << 32;
            return ToV4Peer(mapped | (uint)BinaryPrimitives.ReadUInt16LittleEndian(address[2..]) << 16, path);
        }

        Span<byte> bytes = stackalloc byte[V6Length];
        bytes[0] = V6;
        bytes[1] = path;
        address[2..4].CopyTo(bytes[2..]);
        address[24..28].CopyTo(bytes[4..]);
        address[8..24].CopyTo(bytes[8..]);
        return new PeerId(bytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WriteV6(in PeerId peer, Span<byte> address)
    {
        Span<byte> bytes = stackalloc byte[PeerId.MaxLength];
        bool isV4Peer = peer.CopyTo(bytes) == V4Length;
        bytes[2..4].CopyTo(address[2..]);
        address[4..8].Clear();
        if (isV4Peer)
        {
            MappedPrefix.CopyTo(address[8..]);
            bytes[4..8].CopyTo(address[20..]);
            address[24..28].Clear();
        }
        else
        {
            bytes[8..24].CopyTo(address[8..]);
            bytes[4..8].CopyTo(address[24..]);
        }
    }

    // The first eight bytes, the lowest first: the family, which gives way to kind and path, the port, the address.
    private static PeerId ToV4Peer(ulong address, byte path) =>
        new((address & ~KindAndPath) | V4 | ((ulong)path << 8), V4Length);
}
