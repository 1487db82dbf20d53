using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ipso.Net;

/// <summary>
/// Linux's calls for many datagrams at once (recvmmsg(2), sendmmsg(2)), with the addresses of ours that they came to and leave from
/// (IP_PKTINFO, IPV6_PKTINFO), and several datagrams of one peer as one message (udp(7), UDP_SEGMENT, UDP_GRO). Nothing is allocated per
/// datagram.
/// </summary>
internal unsafe partial class LinuxChannel : UdpChannel
{
    private const int NameLength = 32;

    // Packet information of IPv6, and the length of segments.
    private const int ControlLength = 96;

    private const ulong MappedAny = 0xffff_0000_0000;

    private readonly int _socket;
    private readonly int _batch;
    private readonly bool _knowsAddresses;
    private readonly byte* _memory;

    /// <param name="socket">Bound.</param>
    /// <param name="index">The number of the channel.</param>
    /// <param name="paths">The paths of the host.</param>
    /// <param name="counters">The counters of the host.</param>
    /// <param name="failures">Where failures are told.</param>
    /// <param name="batch">How many messages a call takes and gives.</param>
    /// <param name="knowsAddresses">Whether peers carry the address of ours that they were heard on.</param>
    /// <param name="isSegmented">Whether a message may be several datagrams, where the kernel can do it.</param>
    public LinuxChannel(
        Socket socket,
        byte index,
        UdpPaths paths,
        UdpCounters counters,
        IUdpFailures failures,
        int batch,
        bool knowsAddresses,
        bool isSegmented)
        : base(socket, index, paths, counters, failures)
    {
        _socket = (int)socket.Handle;
        _batch = batch;
        _knowsAddresses = knowsAddresses;
        int slot = sizeof(LinuxSocket.BatchMessage) + sizeof(LinuxSocket.Piece) + NameLength + ControlLength;
        nuint slots = (nuint)(2 * batch * slot);
        _memory = (byte*)NativeMemory.AllocZeroed(slots + ReceiveRoom(batch) + SendRoom(batch));
        _incoming = (LinuxSocket.BatchMessage*)_memory;
        _outgoing = _incoming + batch;
        _queue = _memory + slots + ReceiveRoom(batch);
        _queueEnd = _queue + SendRoom(batch) - MaxDatagram;
        _queued = _queue;
        _runs = new Run[batch];
        Prepare(_memory + slots);
        if (knowsAddresses)
        {
            SwitchAddresses(socket);
        }

        if (isSegmented)
        {
            SwitchSegmentation(socket);
        }
    }

    public override bool KnowsLocalAddresses => _knowsAddresses;

    public override UdpPath PathOf(IPAddress source)
    {
        Span<byte> bytes = stackalloc byte[16];
        (IsV6 ? source.MapToIPv6() : source).TryWriteBytes(bytes, out _);
        ulong high = IsV6 ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;
        ulong low = IsV6 ? BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return new UdpPath(Index, hasAddress: true, high, low, source.IsIPv6LinkLocal ? (int)source.ScopeId : 0);
    }

    public override void Dispose()
    {
        base.Dispose();
        NativeMemory.Free(_memory);
    }

    private void Prepare(byte* buffers)
    {
        var piece = (LinuxSocket.Piece*)(_outgoing + _batch);
        byte* name = (byte*)(piece + (2 * _batch));
        byte* control = name + (2 * _batch * NameLength);
        for (int i = 0; i < 2 * _batch; i++)
        {
            ref LinuxSocket.Message message = ref _incoming[i].Message;
            message.Name = name + (i * NameLength);
            message.NameLength = IsV6 ? UdpAddress.MaxSocketAddress : 16u;
            message.Pieces = piece + i;
            message.PieceCount = 1;
            message.Control = control + (i * ControlLength);
            *(ushort*)message.Name = IsV6 ? LinuxSocket.InterNetworkV6 : LinuxSocket.InterNetwork;
        }

        for (int i = 0; i < _batch; i++)
        {
            piece[i] = new LinuxSocket.Piece { Bytes = buffers + (i * (nint)BufferLength), Length = MaxDatagram };
        }

        _received = _taken = _batch;
    }

    private void SwitchAddresses(Socket socket)
    {
        // Through an IPv6 socket, IPv4 has its addresses in IPv6's form. Of groups, only those that were joined.
        (int level, int information) = IsV6
            ? (LinuxSocket.Ipv6, LinuxSocket.Ipv6ReceivePacketInformation)
            : (LinuxSocket.Ip, LinuxSocket.IpPacketInformation);
        LinuxErrorQueue.Switch(socket, level, information);
        LinuxErrorQueue.Switch(socket, LinuxSocket.Ip, LinuxSocket.IpMulticastAll, 0);
        if (IsV6)
        {
            LinuxErrorQueue.Switch(socket, LinuxSocket.Ipv6, LinuxSocket.Ipv6MulticastAll, 0);
        }
    }

    private void SwitchSegmentation(Socket socket)
    {
        // Set to none, which it is anyway: a kernel without it would take no notice of the control message and send one long datagram.
        if (!LinuxErrorQueue.Switch(socket, LinuxSocket.Udp, LinuxSocket.UdpSegment, 0))
        {
            Failures.LacksSegmentation(LocalEndPoint, "the kernel does not have it (Linux 4.18)");
            return;
        }

        _mostSegments = MaxSegments;
        _takesSegments = LinuxErrorQueue.Switch(socket, LinuxSocket.Udp, LinuxSocket.UdpReceiveSegments);
        if (!_takesSegments)
        {
            Failures.LacksSegmentation(LocalEndPoint, "it sends so, but the kernel does not receive so (Linux 5.0)");
        }
    }
}
