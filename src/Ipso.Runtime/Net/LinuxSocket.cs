using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ipso.Net;

/// <summary>
/// The calls and structures of Linux for many datagrams at once, and for what goes along with a datagram (recvmsg(2), ip(7), ipv6(7)).
/// </summary>
internal static unsafe partial class LinuxSocket
{
    internal const int Ip = 0;
    internal const int IpPacketInformation = 8;
    internal const int IpReceiveErrors = 11;
    internal const int IpMulticastAll = 49;
    internal const int Ipv6 = 41;
    internal const int Ipv6ReceiveErrors = 25;
    internal const int Ipv6MulticastAll = 29;
    internal const int Ipv6ReceivePacketInformation = 49;
    internal const int Ipv6PacketInformation = 50;
    internal const int Udp = 17;
    internal const int UdpSegment = 103;
    internal const int UdpReceiveSegments = 104;

    internal const int DontWait = 0x40;
    internal const int ErrorQueue = 0x2000;
    internal const int WaitForOne = 0x10000;

    internal const ushort InterNetwork = 2;
    internal const ushort InterNetworkV6 = 10;

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Piece
    {
        public byte* Bytes;
        public nuint Length;
    }

    /// <summary><c>struct msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Message
    {
        public byte* Name;
        public uint NameLength;
        public Piece* Pieces;
        public nuint PieceCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary><c>struct mmsghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct BatchMessage
    {
        public Message Message;
        public uint Length;
    }

    /// <summary><c>struct cmsghdr</c>; the data follow, and the next one at a multiple of the word size.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Control
    {
        public nuint Length;
        public int Level;
        public int Type;
    }

    /// <summary><c>struct sock_extended_err</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ExtendedError
    {
        public uint Error;
        public byte Origin;
        public byte Type;
        public byte Code;
        public byte Padding;
        public uint Information;
        public uint Data;
    }

    /// <summary>Names the peer of a datagram socket, as <see cref="Socket.Connect(EndPoint)"/> does, without the activities that that
    /// has.</summary>
    internal static bool TryConnect(Socket socket, IPEndPoint to)
    {
        SocketAddress address = to.Serialize();
        fixed (byte* name = address.Buffer.Span)
        {
            return Connect((int)socket.Handle, name, (uint)address.Size) == 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "getrandom")]
    internal static partial nint GetRandom(byte* bytes, nuint length, uint flags);

    [LibraryImport("libc", EntryPoint = "connect")]
    private static partial int Connect(int socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    internal static partial int ReceiveBatch(int socket, BatchMessage* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    internal static partial int SendBatch(int socket, BatchMessage* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    internal static partial nint Receive(int socket, Message* message, int flags);

    /// <summary>The next control message after a given one, or the first; null at the end. Bounds are checked.</summary>
    internal static Control* Next(in Message message, Control* previous)
    {
        byte* end = message.Control + message.ControlLength;
        byte* next = previous == null ? message.Control : (byte*)previous + Align(previous->Length);
        if (next + sizeof(Control) > end || next < message.Control)
        {
            return null;
        }

        var control = (Control*)next;
        return control->Length < (nuint)sizeof(Control) || control->Length > (nuint)(end - next) ? null : control;
    }

    /// <summary>
    /// Appends a control message, whose data are the caller's to write. There has to be <see cref="Space"/> behind the others.
    /// </summary>
    /// <returns>The data.</returns>
    internal static byte* Append(ref Message message, int level, int type, int length)
    {
        var control = (Control*)(message.Control + message.ControlLength);
        message.ControlLength += Space(length);
        *control = new Control { Length = (nuint)(sizeof(Control) + length), Level = level, Type = type };
        return (byte*)(control + 1);
    }

    /// <summary>What a control message takes with data of a length in bytes, up to where the next one begins (<c>CMSG_SPACE</c>).</summary>
    internal static nuint Space(int length) => Align((nuint)(sizeof(Control) + length));

    /// <summary>
    /// The length of the datagrams in a message received, of which the last may be shorter (udp(7), UDP_GRO): all of it, unless a control
    /// message says otherwise. What such a message says that cannot be is not believed.
    /// </summary>
    /// <param name="control">A control message.</param>
    /// <param name="length">The length of the message in bytes.</param>
    /// <returns>At least 1, but for an empty message.</returns>
    internal static int ReadSegment(Control* control, int length) =>
        control->Length >= (nuint)(sizeof(Control) + sizeof(int)) && *(int*)(control + 1) is > 0 and int segment && segment < length
            ? segment
            : length;

    private static nuint Align(nuint length) => (length + (nuint)sizeof(nuint) - 1) & ~((nuint)sizeof(nuint) - 1);
}
