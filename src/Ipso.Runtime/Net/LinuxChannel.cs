using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// Linux's calls for many datagrams at once (recvmmsg(2), sendmmsg(2)), with the addresses of ours that they came to and leave from
/// (IP_PKTINFO, IPV6_PKTINFO). Nothing is allocated per datagram.
/// </summary>
internal sealed unsafe class LinuxChannel : UdpChannel
{
    private const int NameLength = 32;
    private const int ControlLength = 64;

    // Buffers that begin at the same place of a page would fight for the same lines of the cache. What is not used takes no memory.
    private const int BufferLength = MaxDatagram + 1 + 320;

    private static readonly UInt128 s_mappedAny = (UInt128)0xffff << 32;

    private readonly int _socket;
    private readonly int _batch;
    private readonly bool _knowsAddresses;
    private readonly byte* _memory;
    private readonly LinuxSocket.BatchMessage* _incoming;
    private readonly LinuxSocket.BatchMessage* _outgoing;
    private int _received;
    private int _waiting;

    public LinuxChannel(
        Socket socket, byte index, UdpPaths paths, UdpCounters counters, IUdpFailures failures, int batch, bool knowsAddresses)
        : base(socket, index, paths, counters, failures)
    {
        _socket = (int)socket.Handle;
        _batch = batch;
        _knowsAddresses = knowsAddresses;
        int slot = sizeof(LinuxSocket.BatchMessage) + sizeof(LinuxSocket.Piece) + NameLength + ControlLength + BufferLength;
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)(2 * batch), (nuint)slot);
        _incoming = (LinuxSocket.BatchMessage*)_memory;
        _outgoing = _incoming + batch;
        Prepare();
        if (knowsAddresses)
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
    }

    public override bool KnowsLocalAddresses => _knowsAddresses;

    public override Span<byte> Buffer => new(_outgoing[_waiting].Message.Pieces->Bytes, MaxDatagram);

    public override UdpPath PathOf(IPAddress source)
    {
        Span<byte> bytes = stackalloc byte[16];
        (IsV6 ? source.MapToIPv6() : source).TryWriteBytes(bytes, out _);
        UInt128 address = IsV6 ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return new UdpPath(Index, HasAddress: true, address, source.IsIPv6LinkLocal ? (int)source.ScopeId : 0);
    }

    public override int Receive()
    {
        for (int i = 0; i < _received; i++)
        {
            ref LinuxSocket.Message message = ref _incoming[i].Message;
            message.NameLength = UdpAddress.MaxSocketAddress;
            message.ControlLength = _knowsAddresses ? (nuint)ControlLength : 0;
        }

        _received = 0;
        int count = LinuxSocket.ReceiveBatch(_socket, _incoming, (uint)_batch, LinuxSocket.WaitForOne, null);
        if (count < 0)
        {
            // As with the platform's call: a time-out, an ICMP message, or a signal.
            const int BadDescriptor = 9, NotSocket = 88;
            int error = Marshal.GetLastPInvokeError();
            if (error is BadDescriptor or NotSocket)
            {
                throw new SocketException(error);
            }

            HasErrors = true;
            return 0;
        }

        return _received = count;
    }

    public override ReadOnlySpan<byte> GetDatagram(int index, out PeerId from, out bool isMulticast)
    {
        ref LinuxSocket.BatchMessage incoming = ref _incoming[index];
        isMulticast = false;
        byte path = _knowsAddresses ? ReadPath(incoming.Message, out isMulticast) : Index;
        from = UdpAddress.ToPeer(new ReadOnlySpan<byte>(incoming.Message.Name, UdpAddress.MaxSocketAddress), IsV6, path);
        return new ReadOnlySpan<byte>(incoming.Message.Pieces->Bytes, (int)incoming.Length);
    }

    public override void Send(in PeerId to, int length)
    {
        ref LinuxSocket.Message message = ref _outgoing[_waiting].Message;
        UdpAddress.Write(to, new Span<byte>(message.Name, UdpAddress.MaxSocketAddress), IsV6);
        message.Pieces->Length = (nuint)length;
        byte path = UdpAddress.GetPath(to);
        WritePath(ref message, Paths[path]);

        // The system does not look at it here: it is for Flush, should the datagram be refused.
        message.Flags = path;
        if (++_waiting == _batch)
        {
            Flush();
        }
    }

    public override void Flush()
    {
        int first = 0;
        bool retried = false;
        while (first < _waiting)
        {
            int sent = LinuxSocket.SendBatch(_socket, _outgoing + first, (uint)(_waiting - first), 0);
            if (sent > 0)
            {
                for (int i = first; i < first + sent; i++)
                {
                    Counters.BytesSent += (long)_outgoing[i].Message.Pieces->Length;
                }

                Counters.Sent += sent;
                first += sent;
                retried = false;
                continue;
            }

            // An error may be the answer to an earlier datagram, to anybody: the queue says so, and this one has not been tried yet.
            int error = Marshal.GetLastPInvokeError();
            if (TakeErrorQueue() && !retried)
            {
                retried = true;
                continue;
            }

            ref LinuxSocket.Message refused = ref _outgoing[first].Message;
            byte path = (byte)refused.Flags;
            PeerId to = UdpAddress.ToPeer(new ReadOnlySpan<byte>(refused.Name, UdpAddress.MaxSocketAddress), IsV6, path);
            Failures.Failed(to, LinuxErrorQueue.ToFailure(error));
            first++;
            retried = false;
        }

        _waiting = 0;
    }

    public override void Dispose()
    {
        base.Dispose();
        NativeMemory.Free(_memory);
    }

    private void Prepare()
    {
        var piece = (LinuxSocket.Piece*)(_outgoing + _batch);
        byte* name = (byte*)(piece + (2 * _batch));
        byte* control = name + (2 * _batch * NameLength);
        byte* buffer = control + (2 * _batch * ControlLength);
        for (int i = 0; i < 2 * _batch; i++)
        {
            piece[i] = new LinuxSocket.Piece { Bytes = buffer + (i * (nint)BufferLength), Length = MaxDatagram };
            ref LinuxSocket.Message message = ref _incoming[i].Message;
            message.Name = name + (i * NameLength);
            message.NameLength = IsV6 ? UdpAddress.MaxSocketAddress : 16u;
            message.Pieces = piece + i;
            message.PieceCount = 1;
            message.Control = control + (i * ControlLength);
            *(ushort*)message.Name = IsV6 ? LinuxSocket.InterNetworkV6 : LinuxSocket.InterNetwork;
        }

        _received = _batch;
    }

    // Which of our addresses the datagram was sent to, or, if that was a group's, which one its answer is to come from.
    private byte ReadPath(in LinuxSocket.Message message, out bool isMulticast)
    {
        LinuxSocket.Control* control = null;
        while ((control = LinuxSocket.Next(message, control)) != null)
        {
            byte* data = (byte*)(control + 1);
            if (control->Level == LinuxSocket.Ip && control->Type == LinuxSocket.IpPacketInformation && !IsV6)
            {
                // struct in_pktinfo: interface, the address to answer from, the address it was sent to.
                isMulticast = data[8] >> 4 == 0xe || *(uint*)(data + 8) == uint.MaxValue;
                uint address = BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(data + 4, 4));
                return Paths.Intern(new UdpPath(Index, HasAddress: true, address, Interface: 0));
            }

            if (control->Level == LinuxSocket.Ipv6 && control->Type == LinuxSocket.Ipv6PacketInformation && IsV6)
            {
                // struct in6_pktinfo: the address it was sent to, interface. Group and link addresses need the interface.
                UInt128 address = BinaryPrimitives.ReadUInt128BigEndian(new ReadOnlySpan<byte>(data, 16));
                bool isMapped = (ulong)(address >> 32) == 0xffff && (ulong)(address >> 96) == 0;
                isMulticast = isMapped ? data[12] >> 4 == 0xe : data[0] == 0xff;
                bool isOfLink = data[0] == 0xfe && (data[1] & 0xc0) == 0x80;
                int at = isMulticast || isOfLink ? *(int*)(data + 16) : 0;
                if (isMulticast)
                {
                    address = isMapped ? s_mappedAny : 0;
                }

                return Paths.Intern(new UdpPath(Index, HasAddress: true, address, at));
            }
        }

        isMulticast = false;
        return Index;
    }

    private void WritePath(ref LinuxSocket.Message message, in UdpPath path)
    {
        if (!path.HasAddress)
        {
            message.ControlLength = 0;
            return;
        }

        var control = (LinuxSocket.Control*)message.Control;
        byte* data = (byte*)(control + 1);
        if (IsV6)
        {
            *control = new LinuxSocket.Control
            {
                Length = (nuint)(sizeof(LinuxSocket.Control) + 20),
                Level = LinuxSocket.Ipv6,
                Type = LinuxSocket.Ipv6PacketInformation,
            };
            BinaryPrimitives.WriteUInt128BigEndian(new Span<byte>(data, 16), path.Address);
            *(int*)(data + 16) = path.Interface;
            message.ControlLength = (nuint)sizeof(LinuxSocket.Control) + 24;
        }
        else
        {
            *control = new LinuxSocket.Control
            {
                Length = (nuint)(sizeof(LinuxSocket.Control) + 12),
                Level = LinuxSocket.Ip,
                Type = LinuxSocket.IpPacketInformation,
            };
            *(int*)data = path.Interface;
            BinaryPrimitives.WriteUInt32BigEndian(new Span<byte>(data + 4, 4), (uint)path.Address);
            *(uint*)(data + 8) = 0;
            message.ControlLength = (nuint)sizeof(LinuxSocket.Control) + 16;
        }
    }
}
