using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ipso.Benchmarks.Harness;
using Ipso.Net;

namespace Ipso.Benchmarks.Coap;

/// <summary>
/// Keeps a number of Confirmable GETs under way, and checks every answer: from one endpoint, whose socket is connected as a client's is, or
/// from many, each a loopback address of its own on one socket. Many datagrams a call, so that it is cheaper than any server.
/// </summary>
/// <remarks>
/// It never sleeps: to wake a sleeper on another core costs whoever sends to it about a microsecond, and a slower server has more of that
/// to do than a faster one, since it finds the generator asleep for each answer. That is no cost of a server.
/// </remarks>
internal sealed unsafe class LoadGenerator : ILoad
{
    internal const int InFlight = 64;

    private const int NameLength = 16;
    private const int ControlLength = 32;
    private const int BufferLength = 2048;
    private const byte TokenLength = 4;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    // With nothing for so long, what is under way is lost.
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(200);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte* _memory;
    private readonly LinuxSocket.BatchMessage* _outgoing;
    private readonly LinuxSocket.BatchMessage* _incoming;
    private readonly byte[] _options;
    private readonly int _endpoints;
    private readonly bool _isEcho;
    private readonly bool _isSegmented;
    private readonly uint[] _expected = new uint[InFlight];
    private uint _sequence;
    private int _endpoint;

    /// <param name="server">An address of the loopback interface.</param>
    /// <param name="path">What is asked for, such as <c>time</c>.</param>
    /// <param name="endpoints">How many endpoints ask in turn.</param>
    /// <param name="isEcho">Whether requests come back as they are.</param>
    /// <param name="isSegmented">Whether what it sends at once is one message for the system (UDP_SEGMENT); for one endpoint.</param>
    internal LoadGenerator(IPEndPoint server, string path, int endpoints, bool isEcho, bool isSegmented = false)
    {
        (_endpoints, _isEcho, _isSegmented) = (endpoints, isEcho, isSegmented);
        _options = Options(path);
        if (endpoints > 1)
        {
            _socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        }
        else
        {
            _socket.Connect(server);
        }

        _socket.ReceiveBufferSize = 1 << 20;
        _socket.ReceiveTimeout = 50;
        int slot = sizeof(LinuxSocket.BatchMessage) + sizeof(LinuxSocket.Piece) + NameLength + ControlLength + BufferLength;
        _memory = (byte*)NativeMemory.AllocZeroed(2 * InFlight, (nuint)slot);
        _outgoing = (LinuxSocket.BatchMessage*)_memory;
        _incoming = _outgoing + InFlight;
        Prepare(server.Serialize());
    }

    public long Run(long requests, TimeSpan time)
    {
        long answered = 0, start = Stopwatch.GetTimestamp(), lastAnswer = start;
        int[] idle = new int[InFlight];
        int idleCount = Refill(idle);
        while (answered < requests && Stopwatch.GetElapsedTime(start) < time)
        {
            Send(idle.AsSpan(0, idleCount));
            idleCount = Receive(idle, out bool isQuiet);
            answered += idleCount;
            if (idleCount > 0)
            {
                lastAnswer = Stopwatch.GetTimestamp();
            }
            else if (Stopwatch.GetElapsedTime(lastAnswer) > s_patience)
            {
                throw new WrongResultException($"No answer for {s_patience}.");
            }
            else if (isQuiet)
            {
                // Lost on the way: all slots ask anew. What comes later all the same is not taken for an answer.
                idleCount = Refill(idle);
            }
        }

        Settle();
        return answered;
    }

    /// <summary>Sends bytes that mean nothing, or nearly something, and does not look at what comes back.</summary>
    internal void Flood(int datagrams, int seed)
    {
        Random random = new(seed);
        for (int sent = 0; sent < datagrams; sent += InFlight)
        {
            for (int i = 0; i < InFlight; i++)
            {
                Span<byte> junk = Outgoing(i, random.Next(1, 200));
                random.NextBytes(junk);
                if (random.Next(2) == 0 && junk.Length > 8)
                {
                    // A header as of a message, and anything behind it.
                    junk[0] = (byte)(0x40 | (junk[0] & 0x34));
                    junk[1] = (byte)(junk[1] & 0x07);
                }
            }

            _ = LinuxSocket.SendBatch((int)_socket.Handle, _outgoing, InFlight, 0);
            while (LinuxSocket.ReceiveBatch((int)_socket.Handle, _incoming, InFlight, LinuxSocket.DontWait, null) > 0)
            {
            }
        }

        Settle();
    }

    public void Dispose()
    {
        _socket.Dispose();
        NativeMemory.Free(_memory);
    }

    private static byte[] Options(string path)
    {
        List<byte> options = [];
        int delta = 11;
        foreach (string segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            options.Add((byte)((delta << 4) | segment.Length));
            options.AddRange(segment.Select(static c => (byte)c));
            delta = 0;
        }

        return [.. options];
    }

    private static int Refill(int[] idle)
    {
        for (int i = 0; i < InFlight; i++)
        {
            idle[i] = i;
        }

        return InFlight;
    }

    private void Send(ReadOnlySpan<int> slots)
    {
        int count = 0;
        foreach (int slot in slots)
        {
            uint sequence = ++_sequence;
            _expected[slot] = sequence;
            Span<byte> request = Outgoing(count++, 8 + _options.Length);
            request[0] = 0x40 | TokenLength;
            request[1] = 1;
            BinaryPrimitives.WriteUInt16BigEndian(request[2..], (ushort)sequence);
            BinaryPrimitives.WriteUInt16BigEndian(request[4..], (ushort)slot);
            BinaryPrimitives.WriteUInt16BigEndian(request[6..], (ushort)(sequence >> 16));
            _options.CopyTo(request[8..]);
        }

        if (_isSegmented && count > 0)
        {
            SendAsOne(count);
            return;
        }

        for (int sent = 0; sent < count;)
        {
            sent += Math.Max(LinuxSocket.SendBatch((int)_socket.Handle, _outgoing + sent, (uint)(count - sent), 0), 0);
        }
    }

    // All are of one length.
    private void SendAsOne(int count)
    {
        LinuxSocket.Message message = _outgoing[0].Message;
        byte* control = stackalloc byte[ControlLength];
        message.Control = control;
        message.PieceCount = (nuint)count;
        *(ushort*)LinuxSocket.Append(ref message, LinuxSocket.Udp, LinuxSocket.UdpSegment, sizeof(ushort)) = (ushort)message.Pieces->Length;
        LinuxSocket.BatchMessage all = new() { Message = message };
        while (LinuxSocket.SendBatch((int)_socket.Handle, &all, 1, 0) < 1)
        {
        }
    }

    // The next endpoint in turn, and its message.
    private Span<byte> Outgoing(int index, int length)
    {
        ref LinuxSocket.Message message = ref _outgoing[index].Message;
        message.Pieces->Length = (nuint)length;
        if (_endpoints == 1)
        {
            return new Span<byte>(message.Pieces->Bytes, length);
        }

        _endpoint = _endpoint + 1 == _endpoints ? 0 : _endpoint + 1;
        byte* data = message.Control + sizeof(LinuxSocket.Control);
        data[4] = 127;
        data[5] = 1;
        data[6] = (byte)(_endpoint / 200);
        data[7] = (byte)(1 + (_endpoint % 200));
        return new Span<byte>(message.Pieces->Bytes, length);
    }

    private int Receive(int[] idle, out bool isQuiet)
    {
        int count;
        long start = Stopwatch.GetTimestamp();
        do
        {
            count = LinuxSocket.ReceiveBatch((int)_socket.Handle, _incoming, InFlight, LinuxSocket.DontWait, null);
        }
        while (count <= 0 && Stopwatch.GetElapsedTime(start) < s_quiet);

        isQuiet = count <= 0;
        int answered = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> answer = new(_incoming[i].Message.Pieces->Bytes, (int)_incoming[i].Length);
            (byte first, int codeClass) = _isEcho ? ((byte)(0x40 | TokenLength), 0) : ((byte)(0x60 | TokenLength), 2);
            if (answer.Length < 8 || answer[0] != first || answer[1] >> 5 != codeClass)
            {
                throw new WrongResultException($"Not an answer: {Convert.ToHexString(answer)}");
            }

            int slot = BinaryPrimitives.ReadUInt16BigEndian(answer[4..]);
            uint sequence = BinaryPrimitives.ReadUInt16BigEndian(answer[2..])
                | ((uint)BinaryPrimitives.ReadUInt16BigEndian(answer[6..]) << 16);
            if (slot < InFlight && _expected[slot] == sequence)
            {
                _expected[slot] = 0;
                idle[answered++] = slot;
            }
        }

        return answered;
    }

    // What is still under way is of nobody's interest, the next run's least of all.
    private void Settle()
    {
        while (LinuxSocket.ReceiveBatch((int)_socket.Handle, _incoming, InFlight, LinuxSocket.WaitForOne, null) > 0)
        {
        }
    }

    private void Prepare(SocketAddress server)
    {
        var piece = (LinuxSocket.Piece*)(_incoming + InFlight);
        byte* name = (byte*)(piece + (2 * InFlight));
        byte* control = name + (2 * InFlight * NameLength);
        byte* buffer = control + (2 * InFlight * ControlLength);
        for (int i = 0; i < 2 * InFlight; i++)
        {
            piece[i] = new LinuxSocket.Piece { Bytes = buffer + (i * BufferLength), Length = BufferLength };
            ref LinuxSocket.Message message = ref _outgoing[i].Message;
            message.Pieces = piece + i;
            message.PieceCount = 1;
            if (i >= InFlight || _endpoints == 1)
            {
                continue;
            }

            message.Name = name + (i * NameLength);
            message.NameLength = NameLength;
            server.Buffer.Span[..NameLength].CopyTo(new Span<byte>(message.Name, NameLength));
            message.Control = control + (i * ControlLength);
            message.ControlLength = ControlLength;
            *(LinuxSocket.Control*)message.Control = new LinuxSocket.Control
            {
                Length = (nuint)sizeof(LinuxSocket.Control) + 12,
                Level = LinuxSocket.Ip,
                Type = LinuxSocket.IpPacketInformation,
            };
        }
    }
}
