using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// Receives messages, and gives out the datagrams in them: one, or several of the same length, the last perhaps shorter.
internal unsafe partial class LinuxChannel
{
    // Buffers that begin at the same place of a page would fight for the same lines of the cache. What is not used takes no memory.
    private const int BufferLength = MaxDatagram + 1 + 320;

    private readonly LinuxSocket.BatchMessage* _incoming;
    private bool _takesSegments;
    private int _received;
    private int _taken;

    // The message under way.
    private byte* _rest;
    private int _restLength;
    private int _segment;
    private PeerId _from;
    private bool _isMulticast;

    public override void Receive()
    {
        nuint controlLength = _knowsAddresses || _takesSegments ? (nuint)ControlLength : 0;
        for (int i = 0; i < _received; i++)
        {
            ref LinuxSocket.Message message = ref _incoming[i].Message;
            message.NameLength = UdpAddress.MaxSocketAddress;
            message.ControlLength = controlLength;
        }

        _received = _taken = _restLength = 0;
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
            return;
        }

        _received = count;
    }

    public override bool TryTake(out ReadOnlySpan<byte> datagram, out PeerId from, out bool isMulticast)
    {
        if (_restLength == 0)
        {
            if (_taken == _received)
            {
                datagram = default;
                from = default;
                isMulticast = false;
                return false;
            }

            Open(_incoming[_taken++]);
        }

        int length = Math.Min(_segment, _restLength);
        datagram = new ReadOnlySpan<byte>(_rest, length);
        from = _from;
        isMulticast = _isMulticast;
        _rest += length;
        _restLength -= length;
        return true;
    }

    private static nuint ReceiveRoom(int batch) => (nuint)batch * BufferLength;

    private void Open(in LinuxSocket.BatchMessage incoming)
    {
        ref readonly LinuxSocket.Message message = ref incoming.Message;
        _rest = message.Pieces->Bytes;
        _restLength = _segment = (int)incoming.Length;
        _isMulticast = false;
        byte path = Index;
        LinuxSocket.Control* control = null;
        while ((control = LinuxSocket.Next(message, control)) != null)
        {
            switch (control->Level, control->Type)
            {
                case (LinuxSocket.Ip, LinuxSocket.IpPacketInformation) when !IsV6:
                    path = ReadPath((byte*)(control + 1));
                    break;
                case (LinuxSocket.Ipv6, LinuxSocket.Ipv6PacketInformation) when IsV6:
                    path = ReadPathV6((byte*)(control + 1));
                    break;
                case (LinuxSocket.Udp, LinuxSocket.UdpReceiveSegments):
                    _segment = LinuxSocket.ReadSegment(control, _restLength);
                    break;
            }
        }

        _from = UdpAddress.ToPeer(new ReadOnlySpan<byte>(message.Name, UdpAddress.MaxSocketAddress), IsV6, path);
    }

    // Which of our addresses the datagram was sent to, or, if that was a group's, which one its answer is to come from.
    private byte ReadPath(byte* data)
    {
        // struct in_pktinfo: interface, the address to answer from, the address it was sent to.
        _isMulticast = data[8] >> 4 == 0xe || *(uint*)(data + 8) == uint.MaxValue;
        uint address = BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(data + 4, 4));
        return Paths.Intern(new UdpPath(Index, hasAddress: true, high: 0, address, index: 0));
    }

    private byte ReadPathV6(byte* data)
    {
        // struct in6_pktinfo: the address it was sent to, interface. Group and link addresses need the interface.
        ulong high = BinaryPrimitives.ReadUInt64BigEndian(new ReadOnlySpan<byte>(data, 8));
        ulong low = BinaryPrimitives.ReadUInt64BigEndian(new ReadOnlySpan<byte>(data + 8, 8));
        bool isMapped = high == 0 && low >> 32 == 0xffff;
        _isMulticast = isMapped ? data[12] >> 4 == 0xe : data[0] == 0xff;
        bool isOfLink = data[0] == 0xfe && (data[1] & 0xc0) == 0x80;
        int at = _isMulticast || isOfLink ? *(int*)(data + 16) : 0;
        if (_isMulticast)
        {
            (high, low) = (0, isMapped ? MappedAny : 0);
        }

        return Paths.Intern(new UdpPath(Index, hasAddress: true, high, low, at));
    }
}
