using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>Datagrams that go through the system as one, of the host and of a peer that does so or not.</summary>
[Trait("Category", "Network")]
public class UdpSegmentationTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static UdpHost Host(IDatagramProtocol protocol, int batch, string address = "127.0.0.1") =>
        new(protocol, new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Parse(address), 0)) { AnswersFromAskedAddress = true }],
            Batch = batch,
            Segmentation = true,
        });

    private static Socket Open(IPAddress address, bool takesSegments = false)
    {
        Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.ReceiveTimeout = (int)s_patience.TotalMilliseconds;
        socket.ReceiveBufferSize = 1 << 20;
        socket.Bind(new IPEndPoint(address, 0));
        if (takesSegments)
        {
            Assert.True(LinuxErrorQueue.Switch(socket, LinuxSocket.Udp, LinuxSocket.UdpReceiveSegments));
        }

        return socket;
    }

    // What the socket sends from now on, the system cuts.
    private static void SendInSegments(Socket socket, int segment) =>
        Assert.True(LinuxErrorQueue.Switch(socket, LinuxSocket.Udp, LinuxSocket.UdpSegment, segment));

    // The datagrams of some lengths, each of its own bytes.
    private static byte[][] Datagrams(params IEnumerable<int> lengths)
    {
        Random random = new(1);
        return [.. lengths.Select(length =>
        {
            byte[] datagram = new byte[length];
            random.NextBytes(datagram);
            return datagram;
        })];
    }

    private static byte[] Receive(Socket socket)
    {
        byte[] buffer = new byte[70_000];
        return buffer[..socket.Receive(buffer)];
    }

    private static void Send(UdpHost host, Mirror mirror, params IEnumerable<(PeerId To, byte[] Bytes)> datagrams) =>
        host.Invoke((mirror, datagrams), static (call, _) =>
        {
            foreach ((PeerId to, byte[] bytes) in call.datagrams)
            {
                call.mirror.Enqueue(to, bytes);
            }
        });

    private static PeerId PeerOf(UdpHost host, Socket socket) => host.GetPeer((IPEndPoint)socket.LocalEndPoint!);

    [SegmentationTheory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("0.0.0.0", "127.0.0.77")]
    [InlineData("::", "127.0.0.77")]
    [InlineData("::", "::1")]
    public async Task A_burst_that_comes_as_one_is_read_and_answered_as_separate_datagrams(string bound, string asked)
    {
        const int Batch = 2, Count = 50;
        Mirror mirror = new();
        await using UdpHost host = Host(mirror, Batch, bound);
        IPEndPoint server = new(IPAddress.Parse(asked), host.LocalEndPoint.Port);
        using Socket socket = Open(server.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback);
        byte[][] datagrams = Datagrams([.. Enumerable.Repeat(40, Count - 1), 17]);
        SendInSegments(socket, 40);
        socket.SendTo([.. datagrams.SelectMany(static datagram => datagram)], server);
        foreach (byte[] datagram in datagrams)
        {
            byte[] buffer = new byte[64];
            EndPoint from = new IPEndPoint(server.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
            Assert.Equal(datagram, buffer[..socket.ReceiveFrom(buffer, ref from)]);
            Assert.Equal(server, from);
        }

        host.Invoke((host, mirror, datagrams), static (call, _) =>
        {
            Assert.Equal(call.datagrams, call.mirror.Datagrams);
            Assert.Single(call.mirror.Peers.Distinct());
            UdpCounters counters = call.host.Counters;
            Assert.Equal((Count, ((Count - 1) * 40) + 17), (counters.Sent, counters.BytesSent));
            Assert.Equal(((Count - 1) * 40) + 17, counters.BytesReceived);

            // As one: in calls that bring two each it would have taken 25. The others are the host's own wakes.
            Assert.InRange(counters.Received, Count, Count + 2);
            Assert.InRange(counters.ReceiveCalls, 1, 3);
        });
    }

    [SegmentationTheory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::", "127.0.0.1")]
    [InlineData("::", "::1")]
    public async Task Neighbours_to_one_peer_leave_as_one_up_to_a_shorter_one(string bound, string asked)
    {
        Mirror mirror = new();
        await using UdpHost host = Host(mirror, 64, bound);
        using Socket taker = Open(IPAddress.Parse(asked), takesSegments: true), other = Open(IPAddress.Parse(asked));
        (PeerId a, PeerId b) = (PeerOf(host, taker), PeerOf(host, other));
        byte[][] sent = Datagrams(20, 20, 20, 12, 20, 30, 30, 30);
        Send(host, mirror, [.. sent[..6].Select(bytes => (a, bytes)), (b, sent[6]), (a, sent[7])]);

        // The fourth ends a run, the sixth is longer, the seventh goes to somebody else.
        Assert.Equal(sent[..4].SelectMany(static bytes => bytes), Receive(taker));
        Assert.Equal(sent[4], Receive(taker));
        Assert.Equal(sent[5], Receive(taker));
        Assert.Equal(sent[7], Receive(taker));
        Assert.Equal(sent[6], Receive(other));
        Assert.Equal(8, host.Invoke(host, static (host, _) => host.Counters.Sent));
    }

    [SegmentationTheory]
    [InlineData(1000, 100, 64, 36)]
    [InlineData(1400, 100, 46, 46, 8)]
    [InlineData(40_000, 3, 1, 1, 1)]
    [InlineData(65_507, 2, 1, 1)]
    [InlineData(1, 64, 64)]
    public async Task A_message_has_no_more_than_the_system_takes(int length, int count, params int[] runs)
    {
        Mirror mirror = new();
        await using UdpHost host = Host(mirror, 100);
        using Socket taker = Open(IPAddress.Loopback, takesSegments: true);
        PeerId peer = PeerOf(host, taker);
        byte[][] sent = Datagrams(Enumerable.Repeat(length, count));
        Send(host, mirror, sent.Select(bytes => (peer, bytes)));
        int first = 0;
        foreach (int run in runs)
        {
            Assert.Equal(sent[first..(first + run)].SelectMany(static bytes => bytes), Receive(taker));
            first += run;
        }

        Assert.Equal(
            (0, count),
            host.Invoke(host, static (host, _) => (host.Counters.NotSent + host.Counters.TooLong, host.Counters.Sent)));
    }

    [SegmentationFact]
    public async Task Peers_in_turn_and_lengths_in_disorder_get_what_is_theirs_in_order()
    {
        Mirror mirror = new();
        await using UdpHost host = Host(mirror, 16);
        Socket[] sockets = [Open(IPAddress.Loopback), Open(IPAddress.Loopback, takesSegments: true), Open(IPAddress.Loopback)];
        PeerId[] peers = Array.ConvertAll(sockets, socket => PeerOf(host, socket));
        Random random = new(7);
        byte[][] sent = Datagrams(Enumerable.Range(0, 400).Select(_ => 10 * random.Next(1, 4)));
        int[] to = [.. sent.Select(_ => random.Next(sockets.Length))];
        Send(host, mirror, sent.Select((bytes, i) => (peers[to[i]], bytes)));
        for (int peer = 0; peer < sockets.Length; peer++)
        {
            byte[] expected = [.. sent.Where((_, i) => to[i] == peer).SelectMany(static bytes => bytes)];
            List<byte> seen = [];
            while (seen.Count < expected.Length)
            {
                seen.AddRange(Receive(sockets[peer]));
            }

            Assert.Equal(expected, seen);
            sockets[peer].Dispose();
        }
    }

    [SegmentationFact]
    public async Task Nothing_is_allocated_per_datagram()
    {
        const int WarmUp = 500, Measured = 5000, Burst = 10;
        long allocated = 0;
        int count = 0;
        Counted counted = new(() =>
        {
            // On the host's own thread, which alone counts.
            if (++count == WarmUp)
            {
                allocated = -GC.GetAllocatedBytesForCurrentThread();
            }
            else if (count == WarmUp + Measured)
            {
                allocated += GC.GetAllocatedBytesForCurrentThread();
            }
        });
        await using UdpHost host = Host(counted, 16);
        using Socket socket = Open(IPAddress.Loopback);
        SendInSegments(socket, 4);
        byte[] buffer = new byte[64];
        for (int i = 0; i < WarmUp + Measured; i += Burst)
        {
            socket.SendTo(new byte[4 * Burst], SocketFlags.None, host.LocalEndPoint.Serialize());
            for (int answer = 0; answer < Burst; answer++)
            {
                Assert.Equal(4, socket.Receive(buffer));
            }
        }

        Assert.Equal((WarmUp + Measured, 0), host.Invoke(0, (_, _) => (count, allocated)));
    }

    /// <summary>Answers each datagram by four bytes.</summary>
    private sealed class Counted(Action received) : IDatagramProtocol
    {
        private PeerId _to;
        private bool _answers;

        public Instant? NextDeadline => null;

        public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
        {
            (_to, _answers) = (from, true);
            received();
        }

        public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
        {
            transmit = new Transmit(_to, 4);
            bool answers = _answers;
            _answers = false;
            return answers;
        }

        public void OnDeadline(Instant now)
        {
        }
    }

    [SegmentationTheory]
    [InlineData(5, true)]
    [InlineData(92, true)]
    [InlineData(22, false)]
    [InlineData(90, false)]
    [InlineData(101, false)]
    public void What_is_refused_as_one_goes_separately_and_what_never_works_is_tried_once(int error, bool isLast)
    {
        Failures failures = new();
        using Refusing channel = new(failures, error);
        using Socket socket = Open(IPAddress.Loopback), other = Open(IPAddress.Loopback);
        PeerId peer = UdpAddress.ToPeer((IPEndPoint)socket.LocalEndPoint!);
        byte[][] sent = Datagrams(30, 30, 30, 9, 40, 40, 8);
        for (int round = 1; round <= 2; round++)
        {
            // In one call: what is to go as one, something else, and again.
            channel.Send(sent[..4], peer);
            channel.Send(sent[..1], UdpAddress.ToPeer((IPEndPoint)other.LocalEndPoint!));
            channel.Send(sent[4..], peer);
            channel.Flush();
            Assert.All(sent, bytes => Assert.Equal(bytes, Receive(socket)));
            Assert.Equal(sent[0], Receive(other));
            Assert.Equal(isLast ? 2 : 2 * round, channel.Refused);
        }

        Assert.Equal((16, 2 * (sent.Sum(static bytes => bytes.Length) + 30)), (channel.Counted.Sent, channel.Counted.BytesSent));
        Assert.Empty(failures.Told);
        Assert.Equal(isLast ? [$"the system refused to cut what was to be sent (error {error})"] : [], failures.Lacks);
    }

    [SegmentationFact]
    public void What_the_kernel_refuses_as_one_goes_separately()
    {
        const int SocketLevel = 1, NoChecksum = 11;
        Failures failures = new();
        using Refusing channel = new(failures, error: 0);
        using Socket socket = Open(IPAddress.Loopback);

        // It cuts only what gets checksums.
        channel.Own.SetRawSocketOption(SocketLevel, NoChecksum, BitConverter.GetBytes(1));
        byte[][] sent = Datagrams(30, 30, 30, 9);
        channel.Send(sent, UdpAddress.ToPeer((IPEndPoint)socket.LocalEndPoint!));
        channel.Flush();
        Assert.All(sent, bytes => Assert.Equal(bytes, Receive(socket)));
        Assert.Equal((5, 4), (channel.Calls, channel.Counted.Sent));
        Assert.Empty(failures.Told);
    }

    [SegmentationFact]
    public void Each_datagram_that_cannot_be_sent_separately_either_is_told()
    {
        const int NoWay = 101;
        Failures failures = new();
        using Refusing channel = new(failures, NoWay) { RefusesAll = true };
        PeerId peer = UdpAddress.ToPeer(new IPEndPoint(IPAddress.Loopback, 9));
        channel.Send(Datagrams(30, 30, 30), peer);
        channel.Flush();
        Assert.Equal(Enumerable.Repeat((peer, PeerFailure.Unreachable), 3), failures.Told);
        Assert.Equal(0, channel.Counted.Sent);
    }

    /// <summary>A channel without a host, of a system that does not send in segments.</summary>
    private sealed unsafe class Refusing(Socket socket, UdpCounters counters, Failures failures, int error)
        : LinuxChannel(socket, 0, new UdpPaths(1), counters, failures, 64, knowsAddresses: false, isSegmented: true)
    {
        public Refusing(Failures failures, int error)
            : this(UdpSegmentationTests.Open(IPAddress.Loopback), new UdpCounters(), failures, error)
        {
        }

        public bool RefusesAll { get; init; }

        public int Calls { get; private set; }

        public int Refused { get; private set; }

        public UdpCounters Counted => Counters;

        public Socket Own => Socket;

        public void Send(IEnumerable<byte[]> datagrams, in PeerId to)
        {
            foreach (byte[] datagram in datagrams)
            {
                datagram.CopyTo(Buffer);
                Send(to, datagram.Length);
            }
        }

        private protected override int SendMessages(LinuxSocket.BatchMessage* messages, int count)
        {
            Calls++;
            int before = 0;
            while (error != 0 && before < count && !RefusesAll && LinuxSocket.Next(messages[before].Message, null) == null)
            {
                before++;
            }

            if (error == 0 || before > 0)
            {
                return base.SendMessages(messages, error == 0 ? count : before);
            }

            Refused++;
            Marshal.SetLastPInvokeError(error);
            return -1;
        }
    }

    private sealed class Failures : IUdpFailures
    {
        public List<(PeerId Peer, PeerFailure Failure)> Told { get; } = [];

        public List<string> Lacks { get; } = [];

        public void Failed(in PeerId peer, PeerFailure failure) => Told.Add((peer, failure));

        public void LacksSegmentation(IPEndPoint local, string reason) => Lacks.Add(reason);
    }

    [Theory]
    [InlineData(40, 100, 40)]
    [InlineData(1, 100, 1)]
    [InlineData(99, 100, 99)]
    [InlineData(100, 100, 100)]
    [InlineData(101, 100, 100)]
    [InlineData(0, 100, 100)]
    [InlineData(-1, 100, 100)]
    [InlineData(int.MinValue, 100, 100)]
    [InlineData(int.MaxValue, 100, 100)]
    [InlineData(0, 0, 0)]
    [InlineData(7, 0, 0)]
    public unsafe void A_length_of_segments_that_cannot_be_is_not_believed(int said, int length, int expected)
    {
        byte* room = stackalloc byte[64];
        LinuxSocket.Message message = new() { Control = room };
        *(int*)LinuxSocket.Append(ref message, LinuxSocket.Udp, LinuxSocket.UdpReceiveSegments, sizeof(int)) = said;
        LinuxSocket.Control* control = LinuxSocket.Next(message, null);
        Assert.True((control->Level, control->Type) == (LinuxSocket.Udp, LinuxSocket.UdpReceiveSegments));
        Assert.True(LinuxSocket.Next(message, control) == null);
        Assert.Equal(expected, LinuxSocket.ReadSegment(control, length));

        // One without room for a number.
        control->Length -= 1;
        Assert.Equal(length, LinuxSocket.ReadSegment(control, length));
    }

    [Fact]
    public unsafe void Control_messages_lie_at_multiples_of_the_word_size_one_behind_the_other()
    {
        byte* room = stackalloc byte[96];
        LinuxSocket.Message message = new() { Control = room };
        byte* first = LinuxSocket.Append(ref message, LinuxSocket.Ipv6, LinuxSocket.Ipv6PacketInformation, 20);
        byte* second = LinuxSocket.Append(ref message, LinuxSocket.Udp, LinuxSocket.UdpSegment, sizeof(ushort));
        int word = sizeof(nuint), header = word + 8;
        Assert.Equal((header, (2 * header) + 24), ((int)(first - room), (int)(second - room)));
        Assert.Equal((2 * header) + 24 + word, (int)message.ControlLength);
        LinuxSocket.Control* control = LinuxSocket.Next(message, null);
        Assert.Equal((LinuxSocket.Ipv6, LinuxSocket.Ipv6PacketInformation), (control->Level, control->Type));
        Assert.Equal(header + 20, (int)control->Length);
        control = LinuxSocket.Next(message, control);
        Assert.Equal((LinuxSocket.Udp, LinuxSocket.UdpSegment), (control->Level, control->Type));
        Assert.Equal(header + sizeof(ushort), (int)control->Length);
        Assert.True(LinuxSocket.Next(message, control) == null);
    }

    [Fact]
    public async Task Where_it_cannot_be_the_host_says_so_and_serves()
    {
        MemoryLogger log = new();
        UdpHost host = new(new Mirror(), new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0))],
            Segmentation = true,
            Logger = log,
        });
        using Socket socket = Open(IPAddress.Loopback);
        socket.SendTo("x"u8, host.LocalEndPoint);
        Assert.Equal("x"u8, Receive(socket));
        await host.DisposeAsync();
        string reason = OperatingSystem.IsLinux() ? "it takes a batch of more than 1" : "it takes Linux";
        Assert.Equal($"Warning 6 UdpLacksSegmentation UDP {host.LocalEndPoint} goes without segmentation: {reason}", log.Lines[0]);
        Assert.Single(log.Lines, static line => line.Contains("Segmentation", StringComparison.Ordinal));
    }
}
