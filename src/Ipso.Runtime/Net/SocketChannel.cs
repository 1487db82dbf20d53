using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// One datagram per call, by the platform's <see cref="System.Net.Sockets.Socket"/>: everywhere but on Linux, whose calls tell more
/// (<see cref="LinuxChannel"/>).
/// </summary>
/// <remarks>The calls that take a <see cref="SocketAddress"/> allocate nothing; those that take an end point do.</remarks>
internal sealed class SocketChannel : UdpChannel
{
    private readonly SocketAddress _from;
    private readonly SocketAddress _to;
    private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(MaxDatagram);
    private readonly byte[] _transmitted = GC.AllocateUninitializedArray<byte>(MaxDatagram);
    private int _length;
    private bool _hasDatagram;

    public SocketChannel(Socket socket, byte index, UdpPaths paths, UdpCounters counters, IUdpFailures failures)
        : base(socket, index, paths, counters, failures)
    {
        _from = new SocketAddress(socket.AddressFamily);
        _to = new SocketAddress(socket.AddressFamily);
    }

    public override Span<byte> Buffer => _transmitted;

    public override void Receive()
    {
        try
        {
            _length = Socket.ReceiveFrom(_received, SocketFlags.None, _from);
            _hasDatagram = true;
        }
        catch (SocketException e)
            when (e.SocketErrorCode is not (SocketError.NotSocket or SocketError.OperationAborted or SocketError.Shutdown))
        {
            // An ICMP message about a peer, a datagram damaged or too long, or none for a minute: nothing of it is the end of the socket.
            HasErrors = true;
        }
    }

    public override bool TryTake(out ReadOnlySpan<byte> datagram, out PeerId from, out bool isMulticast)
    {
        isMulticast = false;
        if (!_hasDatagram)
        {
            datagram = default;
            from = default;
            return false;
        }

        _hasDatagram = false;
        from = UdpAddress.ToPeer(_from.Buffer.Span, IsV6, Index);
        datagram = _received.AsSpan(0, _length);
        return true;
    }

    public override void Send(in PeerId to, int length)
    {
        UdpAddress.Write(to, _to.Buffer.Span, IsV6);
        if (TrySend(length, out SocketError error) || (TakeErrorQueue() && TrySend(length, out error)))
        {
            Counters.Sent++;
            Counters.BytesSent += length;
        }
        else
        {
            Failures.Failed(to, ToFailure(error));
        }
    }

    // An error may be the answer to an earlier datagram, to anybody: the queue says so, and this one has not been tried yet.
    private bool TrySend(int length, out SocketError error)
    {
        try
        {
            Socket.SendTo(_transmitted.AsSpan(0, length), SocketFlags.None, _to);
            error = SocketError.Success;
            return true;
        }
        catch (SocketException e)
        {
            error = e.SocketErrorCode;
            return false;
        }
    }
}
