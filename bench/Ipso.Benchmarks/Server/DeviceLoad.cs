using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ipso.Benchmarks.Coap;
using Ipso.Benchmarks.Harness;
using Ipso.Coap;
using Ipso.Testing;

namespace Ipso.Benchmarks.Server;

/// <summary>
/// Keeps a number of messages of many devices in turn under way, all from one address, a system call for each: Registers of devices that are
/// known, Updates of theirs, or requests as a bare engine takes them. What a server asks the devices is not answered: coap-shepherd, which reads
/// what has registered, fails the Register where that is rejected. LwM2M 1.0 and links without versions, which every server understands. It never sleeps (<see cref="LoadGenerator"/>).
/// </summary>
internal sealed class DeviceLoad : ILoad
{
    // So many that coap-shepherd has read a device, or has given up, before that registers again: else it answers 5.00.
    private const int Many = 10_000;

    // So few that it is not slowed down by looking for a device among all of them.
    private const int Few = 1000;
    private const int UnderWay = 64;
    private const string Links = "</1/0>,</3/0>,</4/0>,</5/0>,</3303/0>,</3303/1>,</3304/0>,</3311/0>";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    // With nothing for so long, what is under way is lost.
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(500);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[][] _messages;
    private readonly byte[] _buffer = new byte[2048];

    // By device, the number of the message that its answer is awaited to; 0 for none.
    private readonly int[] _awaited;
    private readonly string?[] _locations;
    private readonly CoapCode _expected;
    private int _underWay;
    private int _sent;

    // Whether a device that has been answered is left alone.
    private bool _isOnce;

    private DeviceLoad(IPEndPoint server, CoapCode expected, int devices, Func<int, byte[]> message)
    {
        _expected = expected;
        _messages = [.. Enumerable.Range(0, devices).Select(message)];
        _awaited = new int[devices];
        _locations = new string?[devices];
        _socket.Connect(server);
        _socket.Blocking = false;
        _socket.ReceiveBufferSize = 1 << 20;
    }

    internal static DeviceLoad Requests(IPEndPoint server) => new(
        server, CoapCode.Content, Few, static _ => CoapDatagram.Con(CoapCode.Get, 0).Token("0102030405060708").Path("/time").ToArray());

    // Names of their own, since a Register of a device voids what its Updates are of.
    internal static DeviceLoad Registers(IPEndPoint server) => Registers(server, Many, 0, Links);

    private static DeviceLoad Registers(IPEndPoint server, int devices, int firstDevice, string links) => new(server, CoapCode.Created, devices, device => Message("/rd")
        .ContentFormat(ContentFormat.LinkFormat)
        .Query($"ep={ServerMessages.Endpoint(firstDevice + device)}&lt=86400&lwm2m=1.0&b=U").Payload(links).ToArray());

    internal static DeviceLoad Updates(IPEndPoint server)
    {
        // With nothing for coap-shepherd to read, whose Updates wait for that.
        using DeviceLoad registers = Registers(server, Few, Many, "</>");
        registers._isOnce = true;
        for (long left = Few; left > 0;)
        {
            left -= registers.Run(left, s_patience);
        }

        return new(server, CoapCode.Changed, Few, device => Message(
            registers._locations[device] ?? throw new WrongResultException($"Device {device} is not registered.")).ToArray());
    }

    public long Run(long requests, TimeSpan time)
    {
        long answered = 0, start = Stopwatch.GetTimestamp(), last = start;
        while (answered < requests && Stopwatch.GetElapsedTime(start) < time)
        {
            while (_underWay < UnderWay && TrySend())
            {
            }

            if (TryReceive(out bool isAnswer))
            {
                answered += isAnswer ? 1 : 0;
                last = Stopwatch.GetTimestamp();
            }
            else if (Stopwatch.GetElapsedTime(last) > s_patience)
            {
                throw new WrongResultException($"Nothing was answered for {s_patience}.");
            }
            else if (Stopwatch.GetElapsedTime(last) > s_quiet)
            {
                Array.Clear(_awaited);
                _underWay = 0;
            }
        }

        // What is still under way is of nobody's interest, the next run's least of all.
        for (long end = Stopwatch.GetTimestamp(); _underWay > 0 && Stopwatch.GetElapsedTime(end) < s_quiet;)
        {
            answered += TryReceive(out bool isAnswer) && isAnswer ? 1 : 0;
        }

        Array.Clear(_awaited);
        _underWay = 0;
        return answered;
    }

    public void Dispose() => _socket.Dispose();

    private static CoapDatagram Message(string path) => CoapDatagram.Con(CoapCode.Post, 0).Token("0102030405060708").Path(path);

    // Its number and the device are the token.
    private bool TrySend()
    {
        int device = ++_sent % _messages.Length;
        for (int tried = 0; _isOnce && (_locations[device] is not null || _awaited[device] != 0); tried++)
        {
            if (tried == _messages.Length)
            {
                return false;
            }

            device = ++_sent % _messages.Length;
        }

        byte[] message = _messages[device];
        ServerMessages.Number(message, _sent);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), _sent);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(8), device);
        _underWay += _awaited[device] == 0 ? 1 : 0;
        _awaited[device] = _sent;
        _socket.Send(message);
        return true;
    }

    private bool TryReceive(out bool isAnswer)
    {
        isAnswer = false;
        int length = _socket.Receive(_buffer, SocketFlags.None, out SocketError error);
        if (error != SocketError.Success || !CoapMessage.TryParse(_buffer.AsSpan(0, length), out CoapMessage message, out _))
        {
            return false;
        }

        // coap-shepherd answers late, with a message of its own (RFC 7252, 5.2.2).
        if (message.Type == CoapType.Confirmable)
        {
            _socket.Send([0x60, 0, _buffer[2], _buffer[3]]);
        }

        isAnswer = message.Token.Length == 2 * sizeof(int) && IsAwaited(message);
        return true;
    }

    private bool IsAwaited(in CoapMessage message)
    {
        int device = BinaryPrimitives.ReadInt32BigEndian(message.Token.Bytes[sizeof(int)..]);
        if ((uint)device >= (uint)_messages.Length || _awaited[device] != BinaryPrimitives.ReadInt32BigEndian(message.Token.Bytes))
        {
            return false;
        }

        if (message.Code != _expected)
        {
            throw new WrongResultException($"{message.Code.Class}.{message.Code.Detail:00} was answered, and not {_expected}.");
        }

        _awaited[device] = 0;
        _underWay--;
        StringBuilder location = new();
        foreach (ReadOnlySpan<byte> segment in message.Options.Values(CoapOptionNumber.LocationPath))
        {
            location.Append('/').Append(Encoding.UTF8.GetString(segment));
        }

        _locations[device] = location.ToString();
        return true;
    }
}
