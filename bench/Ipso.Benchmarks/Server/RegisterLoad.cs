using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ipso.Benchmarks.Coap;
using Ipso.Benchmarks.Harness;
using Ipso.Coap;
using Ipso.Testing;

namespace Ipso.Benchmarks.Server;

/// <summary>
/// Keeps a number of Registers under way, of many devices in turn, each with eight Object Instances, all from one address. LwM2M 1.0 and
/// links without versions, which every server understands. What a server asks its devices then is not answered.
/// </summary>
internal sealed class RegisterLoad : ILoad
{
    private const int Devices = 10_000;
    private const int UnderWay = 64;
    private const string Links = "</1/0>,</3/0>,</4/0>,</5/0>,</3303/0>,</3303/1>,</3304/0>,</3311/0>";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[][] _messages = [.. Enumerable.Range(0, Devices).Select(Register)];
    private readonly byte[] _buffer = new byte[2048];
    private readonly HashSet<int> _underWay = [];
    private int _sent;

    internal RegisterLoad(IPEndPoint server)
    {
        _socket.Connect(server);
        _socket.ReceiveBufferSize = 1 << 20;
        _socket.ReceiveTimeout = 200;
    }

    public long Run(long requests, TimeSpan time)
    {
        long answered = 0, start = Stopwatch.GetTimestamp(), lastAnswer = start;
        while (answered < requests && Stopwatch.GetElapsedTime(start) < time)
        {
            while (_underWay.Count < UnderWay)
            {
                Send();
            }

            if (TryReceive(out bool isQuiet))
            {
                answered++;
                lastAnswer = Stopwatch.GetTimestamp();
            }
            else if (Stopwatch.GetElapsedTime(lastAnswer) > s_patience)
            {
                throw new WrongResultException($"No Register was answered for {s_patience}.");
            }
            else if (isQuiet)
            {
                // Lost on the way: others take their turn.
                _underWay.Clear();
            }
        }

        // What is still under way is of nobody's interest, the next run's least of all.
        for (bool isQuiet = false; !isQuiet && _underWay.Count > 0;)
        {
            answered += TryReceive(out isQuiet) ? 1 : 0;
        }

        _underWay.Clear();
        return answered;
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Register(int device) => CoapDatagram.Con(CoapCode.Post, 0).Token("01020304").Path("/rd")
        .ContentFormat(ContentFormat.LinkFormat).Query($"ep={ServerMessages.Endpoint(device)}&lt=86400&lwm2m=1.0&b=U").Payload(Links).ToArray();

    private void Send()
    {
        byte[] message = _messages[_sent++ % Devices];
        ServerMessages.Number(message, _sent);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), _sent);
        _underWay.Add(_sent);
        _socket.Send(message);
    }

    private bool TryReceive(out bool isQuiet)
    {
        int length = _socket.Receive(_buffer, SocketFlags.None, out SocketError error);
        isQuiet = error == SocketError.TimedOut;
        if (error != SocketError.Success || length < 8 || (_buffer[0] & 0x0f) != sizeof(int)
            || !CoapMessage.TryParse(_buffer.AsSpan(0, length), out CoapMessage message, out _) || message.Code.Class < 2)
        {
            return false;
        }

        // coap-shepherd answers late, with a message of its own (RFC 7252, 5.2.2).
        if (message.Type == CoapType.Confirmable)
        {
            _socket.Send([0x60, 0, _buffer[2], _buffer[3]]);
        }

        return _underWay.Remove(BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(4))) && IsCreated(message.Code);
    }

    private static bool IsCreated(CoapCode code) =>
        code == CoapCode.Created ? true : throw new WrongResultException($"A Register was answered {code.Class}.{code.Detail:00}.");
}
