using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Ipso.Buffers;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// Queues datagrams one behind the other in memory, so that neighbours to one peer are one message, and sends the queue.
internal unsafe partial class LinuxChannel
{
    // Of the kernel, UDP_MAX_SEGMENTS, and what an IPv4 datagram holds. Newer kernels take more segments.
    private const int MaxSegments = 64;
    private const int MaxMessage = 65_507;

    // So much per datagram, before a queue with long ones is sent early.
    private const int QueueRoom = 2048;

    private const int SegmentControl = sizeof(ushort);

    private readonly LinuxSocket.BatchMessage* _outgoing;
    private readonly Run[] _runs;
    private readonly byte* _queue;
    private readonly byte* _queueEnd;
    private byte* _queued;
    private int _mostSegments = 1;
    private int _waiting;
    private int _runCount;

    /// <summary>The datagrams of a message: all of one length, but for the last, which may be shorter.</summary>
    private struct Run
    {
        public PeerId To;
        public int Segment;
        public int Count;
        public int Length;
    }

    public override Span<byte> Buffer => new(_queued, MaxDatagram);

    public override void Send(in PeerId to, int length)
    {
        if (_mostSegments == 1 || !TryJoin(to, length))
        {
            Begin(to, length);
        }

        _queued += length;
        if (++_waiting == _batch || _queued > _queueEnd)
        {
            Flush();
        }
    }

    public override void Flush()
    {
        for (int first = 0; first < _runCount;)
        {
            int sent = SendSome(_outgoing + first, _runCount - first, out int error);
            if (sent > 0)
            {
                foreach (ref readonly Run run in _runs.AsSpan(first, sent))
                {
                    Counters.Sent += run.Count;
                    Counters.BytesSent += run.Length;
                }

                first += sent;
                continue;
            }

            ref readonly Run refused = ref _runs[first];
            if (refused.Count > 1)
            {
                SendSeparately(_outgoing + first, refused, error);
            }
            else
            {
                Failures.Failed(refused.To, LinuxErrorQueue.ToFailure(error));
            }

            first++;
        }

        _runCount = _waiting = 0;
        _queued = _queue;
    }

    /// <summary>The system's call. Tests refuse here what the system does not.</summary>
    private protected virtual int SendMessages(LinuxSocket.BatchMessage* messages, int count) =>
        LinuxSocket.SendBatch(_socket, messages, (uint)count, 0);

    private static nuint SendRoom(int batch) => ((nuint)batch * QueueRoom) + MaxDatagram;

    private bool TryJoin(in PeerId to, int length)
    {
        if (_runCount == 0)
        {
            return false;
        }

        // One that is shorter than the others ends a run.
        ref Run run = ref _runs[_runCount - 1];
        if (length == 0
            || length > run.Segment
            || run.Length != run.Segment * run.Count
            || run.Count == _mostSegments
            || run.Length + length > MaxMessage
            || run.To != to)
        {
            return false;
        }

        ref LinuxSocket.Message message = ref _outgoing[_runCount - 1].Message;
        if (run.Count++ == 1)
        {
            byte* data = LinuxSocket.Append(ref message, LinuxSocket.Udp, LinuxSocket.UdpSegment, SegmentControl);
            *(ushort*)data = (ushort)run.Segment;
        }

        run.Length += length;
        message.Pieces->Length = (nuint)run.Length;
        return true;
    }

    private void Begin(in PeerId to, int length)
    {
        _runs[_runCount] = new Run { To = to, Segment = length, Count = 1, Length = length };
        ref LinuxSocket.Message message = ref _outgoing[_runCount++].Message;
        UdpAddress.Write(to, new Span<byte>(message.Name, UdpAddress.MaxSocketAddress), IsV6);
        *message.Pieces = new LinuxSocket.Piece { Bytes = _queued, Length = (nuint)length };
        message.ControlLength = 0;
        ref readonly UdpPath path = ref Paths[UdpAddress.GetPath(to)];
        if (path.HasAddress)
        {
            AppendPath(ref message, path);
        }
    }

    // An error may be the answer to an earlier datagram, to anybody: the queue says so, and this one has not been tried yet.
    private int SendSome(LinuxSocket.BatchMessage* messages, int count, out int error)
    {
        int sent = SendMessages(messages, count);
        error = sent > 0 ? 0 : Marshal.GetLastPInvokeError();
        if (sent <= 0 && TakeErrorQueue())
        {
            sent = SendMessages(messages, count);
            error = sent > 0 ? 0 : Marshal.GetLastPInvokeError();
        }

        return sent;
    }

    // Whatever a run was refused for, each of its datagrams is tried: it may be that it was too much together.
    private void SendSeparately(LinuxSocket.BatchMessage* refused, in Run run, int error)
    {
        const int InputOutput = 5, NoSuchOption = 92;
        if (error is InputOutput or NoSuchOption && _mostSegments > 1)
        {
            _mostSegments = 1;
            Failures.LacksSegmentation(LocalEndPoint, Phrase.Of($"the system refused to cut what was to be sent (error {error})"));
        }

        ref LinuxSocket.Message message = ref refused->Message;
        message.ControlLength -= LinuxSocket.Space(SegmentControl);
        LinuxSocket.Piece* piece = message.Pieces;
        byte* end = piece->Bytes + run.Length;
        for (; piece->Bytes < end; piece->Bytes += piece->Length)
        {
            piece->Length = Math.Min((nuint)run.Segment, (nuint)(end - piece->Bytes));
            if (SendSome(refused, 1, out error) > 0)
            {
                Counters.Sent++;
                Counters.BytesSent += (long)piece->Length;
            }
            else
            {
                Failures.Failed(run.To, LinuxErrorQueue.ToFailure(error));
            }
        }
    }

    private void AppendPath(ref LinuxSocket.Message message, in UdpPath path)
    {
        if (IsV6)
        {
            byte* data = LinuxSocket.Append(ref message, LinuxSocket.Ipv6, LinuxSocket.Ipv6PacketInformation, 20);
            BinaryPrimitives.WriteUInt64BigEndian(new Span<byte>(data, 8), path.High);
            BinaryPrimitives.WriteUInt64BigEndian(new Span<byte>(data + 8, 8), path.Low);
            *(int*)(data + 16) = path.Interface;
        }
        else
        {
            byte* data = LinuxSocket.Append(ref message, LinuxSocket.Ip, LinuxSocket.IpPacketInformation, 12);
            *(int*)data = path.Interface;
            BinaryPrimitives.WriteUInt32BigEndian(new Span<byte>(data + 4, 4), (uint)path.Low);
            *(uint*)(data + 8) = 0;
        }
    }
}
