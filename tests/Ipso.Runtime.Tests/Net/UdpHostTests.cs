using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Ipso.Coap.Engine;
using Ipso.Net;
using Ipso.Tests.Net.Security;

namespace Ipso.Tests.Net;

/// <summary>The host alone, with protocols that answer every datagram by its own bytes.</summary>
[Trait("Category", "Network")]
public partial class UdpHostTests
{
    private const int Loopback = 1;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static Socket Open(IPAddress address)
    {
        Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.ReceiveTimeout = (int)s_patience.TotalMilliseconds;
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private static UdpHost Host(Mirror mirror, int batch, params string[] addresses) => Host(mirror, batch, false, addresses);

    private static UdpHost Host(Mirror mirror, int batch, bool isSegmented, params string[] addresses) =>
        new(mirror, new UdpHostOptions
        {
            Listeners =
            [
                .. addresses.Select(static address =>
                    new UdpListener(new IPEndPoint(IPAddress.Parse(address), 0)) { AnswersFromAskedAddress = true }),
            ],
            Batch = batch,
            Segmentation = isSegmented,
        });

    // Under the lock: a datagram may be here before the host has counted it.
    private static T Count<T>(UdpHost host, Func<UdpCounters, T> read) =>
        host.Invoke((host, read), static (call, _) => call.read(call.host.Counters));

    private static string Ask(Socket socket, IPAddress address, int port, string text, out IPEndPoint from)
    {
        socket.SendTo(Encoding.ASCII.GetBytes(text), new IPEndPoint(address, port));
        byte[] buffer = new byte[70_000];
        EndPoint sender = new IPEndPoint(address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        int length = socket.ReceiveFrom(buffer, ref sender);
        from = (IPEndPoint)sender;
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    [LinuxTheory]
    [InlineData("127.0.0.1", "127.0.0.1", 1)]
    [InlineData("127.0.0.1", "127.0.0.1", 16)]
    [InlineData("::1", "::1", 1)]
    [InlineData("::1", "::1", 16)]
    [InlineData("0.0.0.0", "127.0.0.1", 1)]
    [InlineData("0.0.0.0", "127.0.0.77", 16)]
    [InlineData("::", "127.0.0.1", 1)]
    [InlineData("::", "127.0.0.77", 16)]
    [InlineData("::", "::1", 1)]
    [InlineData("::", "::1", 16)]
    public async Task An_answer_comes_from_the_address_that_was_asked(string bound, string asked, int batch)
    {
        Mirror mirror = new();
        await using UdpHost host = Host(mirror, batch, bound);
        IPAddress address = IPAddress.Parse(asked);
        using Socket socket = Open(address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any);
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal($"{i}", Ask(socket, address, host.LocalEndPoint.Port, $"{i}", out IPEndPoint from));
            Assert.Equal(new IPEndPoint(address, host.LocalEndPoint.Port), from);
        }

        Assert.Single(mirror.Peers.Distinct());
        IPEndPoint peer = UdpAddress.ToEndPoint(mirror.Peers[0]);
        Assert.Equal((((IPEndPoint)socket.LocalEndPoint!).Port, address.AddressFamily), (peer.Port, peer.AddressFamily));
        Assert.Equal((0, 50), Count(host, static counters => (counters.NotSent, counters.Sent)));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(8, false)]
    [InlineData(8, true)]
    public async Task A_burst_is_answered_whole_and_the_longest_datagram_too(int batch, bool isSegmented)
    {
        Mirror mirror = new();
        await using UdpHost host = Host(mirror, batch, isSegmented, "127.0.0.1");
        using Socket socket = Open(IPAddress.Loopback);
        socket.ReceiveBufferSize = 1 << 20;
        HashSet<string> expected = [], seen = [];
        for (int i = 0; i < 100; i++)
        {
            expected.Add(new string('x', i + 1));
            socket.SendTo(Encoding.ASCII.GetBytes(new string('x', i + 1)), host.LocalEndPoint);
        }

        byte[] buffer = new byte[70_000];
        for (int i = 0; i < 100; i++)
        {
            seen.Add(Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer)));
        }

        Assert.Equal(expected, seen);
        string longest = new('y', 65_507);
        Assert.Equal(longest, Ask(socket, IPAddress.Loopback, host.LocalEndPoint.Port, longest, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public async Task Nothing_is_allocated_per_datagram(int batch)
    {
        long allocated = 0;
        int cycles = 0;
        const int WarmUp = 200, Measured = 2000;
        Quiet quiet = new(() =>
        {
            // On the host's own thread, which alone counts.
            if (++cycles == WarmUp)
            {
                allocated = -GC.GetAllocatedBytesForCurrentThread();
            }
            else if (cycles == WarmUp + Measured)
            {
                allocated += GC.GetAllocatedBytesForCurrentThread();
            }
        });
        await using UdpHost host = new(quiet, new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0))],
            Batch = batch,
        });
        using Socket socket = Open(IPAddress.Loopback);
        byte[] buffer = new byte[64];
        for (int i = 0; i < WarmUp + Measured; i++)
        {
            socket.SendTo("ping"u8, SocketFlags.None, host.LocalEndPoint.Serialize());
            Assert.Equal(4, socket.Receive(buffer));
        }

        Assert.Equal(0, host.Invoke(0, (_, _) => allocated));
    }

    private sealed class Quiet(Action received) : IDatagramProtocol
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

    [LinuxTheory]
    [InlineData("127.0.0.1", "127.0.0.1", 1, false)]
    [InlineData("127.0.0.1", "127.0.0.1", 16, false)]
    [InlineData("127.0.0.1", "127.0.0.1", 16, true)]
    [InlineData("0.0.0.0", "127.0.0.1", 1, false)]
    [InlineData("::1", "::1", 1, false)]
    [InlineData("::", "::1", 16, false)]
    [InlineData("::", "::1", 16, true)]
    [InlineData("::", "127.0.0.1", 1, false)]
    public async Task The_protocol_hears_that_nobody_listens_and_the_host_goes_on(string bound, string gone, int batch, bool isSegmented)
    {
        Mirror mirror = new();
        await using UdpHost host = Host(mirror, batch, isSegmented, bound);
        IPEndPoint closed;
        using (Socket socket = Open(IPAddress.Parse(gone)))
        {
            closed = (IPEndPoint)socket.LocalEndPoint!;
        }

        PeerId peer = host.GetPeer(closed);
        host.Invoke((mirror, peer, count: isSegmented ? 8 : 1), static (call, _) =>
        {
            for (int i = 0; i < call.count; i++)
            {
                call.mirror.Enqueue(call.peer, "anybody?"u8);
            }
        });
        (PeerId failed, PeerFailure failure) = await mirror.Failed.Task.WaitAsync(s_patience);
        Assert.Equal((closed, PeerFailure.Refused), (UdpAddress.ToEndPoint(failed), failure));
        Assert.True(Count(host, static counters => counters.Refused) > 0);
        using Socket other = Open(IPAddress.Parse(gone));
        Assert.Equal("on", Ask(other, IPAddress.Parse(gone), host.LocalEndPoint.Port, "on", out _));
    }

    [LinuxTheory]
    [InlineData("127.0.0.1", 1, false)]
    [InlineData("127.0.0.1", 16, false)]
    [InlineData("127.0.0.1", 16, true)]
    [InlineData("0.0.0.0", 1, false)]
    public async Task A_datagram_that_is_too_long_or_has_no_way_is_told_and_those_behind_it_go(string bound, int batch, bool isSegmented)
    {
        Mirror mirror = new();
        await using UdpHost host = Host(mirror, batch, isSegmented, bound);
        using Socket socket = Open(IPAddress.Loopback);
        PeerId peer = host.GetPeer((IPEndPoint)socket.LocalEndPoint!);
        host.Invoke((mirror, peer), static (call, _) =>
        {
            call.mirror.Enqueue(call.peer, "before"u8);
            call.mirror.Enqueue(call.peer, new byte[65_520]);
            call.mirror.Enqueue(call.peer, "behind"u8);
        });
        Assert.Equal((peer, PeerFailure.MessageTooLong), await mirror.Failed.Task.WaitAsync(s_patience));
        byte[] buffer = new byte[64];
        Assert.Equal("before", Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer)));
        Assert.Equal("behind", Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer)));
        Assert.Equal((1, 2), Count(host, static counters => (counters.TooLong, counters.Sent)));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(16, false)]
    [InlineData(16, true)]
    public async Task Several_sockets_serve_one_protocol_and_each_answers_its_own(int batch, bool isSegmented)
    {
        Mirror mirror = new();
        await using UdpHost host = Host(mirror, batch, isSegmented, "127.0.0.1", "127.0.0.1", "::1");
        Assert.Equal(3, host.LocalEndPoints.Distinct().Count());
        foreach (IPEndPoint local in host.LocalEndPoints)
        {
            using Socket socket = Open(local.Address);
            Assert.Equal("a", Ask(socket, local.Address, local.Port, "a", out IPEndPoint from));
            Assert.Equal(local, from);
        }

        Assert.Equal(3, mirror.Peers.Distinct().Count());

        // What has no socket yet is reached by the first that can.
        using Socket v6 = Open(IPAddress.IPv6Loopback);
        PeerId peer = host.GetPeer((IPEndPoint)v6.LocalEndPoint!);
        host.Invoke((mirror, peer), static (call, _) => call.mirror.Enqueue(call.peer, "hello"u8));
        byte[] buffer = new byte[64];
        Assert.Equal(5, v6.Receive(buffer));
    }

    /// <summary>
    /// Groups on interfaces. A loopback interface has no IPv6 groups; that takes another one, and a group that never leaves the machine.
    /// </summary>
    public static TheoryData<string, string, int, int, bool> Groups()
    {
        TheoryData<string, string, int, int, bool> groups = new()
        {
            { "0.0.0.0", "224.0.1.187", Loopback, 1, false },
            { "0.0.0.0", "224.0.1.187", Loopback, 16, false },
            { "0.0.0.0", "224.0.1.187", Loopback, 16, true },
            { "::", "224.0.1.187", Loopback, 1, false },
            { "::", "224.0.1.187", Loopback, 16, true },
        };
        NetworkInterface? other = NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(static candidate =>
            candidate.NetworkInterfaceType != NetworkInterfaceType.Loopback && candidate.SupportsMulticast
            && candidate.OperationalStatus == OperationalStatus.Up && candidate.Supports(NetworkInterfaceComponent.IPv6));
        if (other is not null)
        {
            groups.Add("::", "ff01::fd", other.GetIPProperties().GetIPv6Properties().Index, 1, false);
        }

        return groups;
    }

    [LinuxTheory]
    [MemberData(nameof(Groups))]
    public async Task What_is_sent_to_a_group_is_told_apart_and_answered_from_an_address_of_the_interface(
        string bound, string group, int by, int batch, bool isSegmented)
    {
        IPAddress to = IPAddress.Parse(group);
        bool isV6 = to.AddressFamily == AddressFamily.InterNetworkV6;
        Mirror mirror = new();
        await using UdpHost host = new(mirror, new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Parse(bound), 0)) { Groups = [new MulticastGroup(to, by)] }],
            Batch = batch,
            Segmentation = isSegmented,
        });
        using Socket socket = Open(isV6 ? IPAddress.IPv6Any : IPAddress.Loopback);
        socket.SetSocketOption(
            isV6 ? SocketOptionLevel.IPv6 : SocketOptionLevel.IP,
            SocketOptionName.MulticastInterface,
            isV6 ? by : IPAddress.HostToNetworkOrder(by));
        Assert.Equal("one of the group", Ask(socket, to, host.LocalEndPoint.Port, "who?", out IPEndPoint from));
        Assert.Equal(host.LocalEndPoint.Port, from.Port);
        Assert.False(from.Address.IsIPv6Multicast);
        Assert.True(isV6 || from.Address.Equals(IPAddress.Loopback), from.ToString());
        Assert.Equal(["who?"], mirror.Groups);
        Assert.Empty(mirror.Peers);
    }

    [Fact]
    public void A_group_needs_a_wildcard() =>
        Assert.Throws<PlatformNotSupportedException>(() => new UdpHost(new Mirror(), new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0)) { Groups = [MulticastGroup.AllCoapNodes] }],
        }));

    [Theory]
    [InlineData(1, false)]
    [InlineData(16, true)]
    public async Task Plain_and_secured_listeners_serve_one_protocol_and_a_stop_says_goodbye(int batch, bool isSegmented)
    {
        ToySecurity toy = new(new Dictionary<byte, uint> { [7] = 99 });
        Mirror served = new(), asking = new();
        UdpHost server = new(served, new UdpHostOptions
        {
            Listeners =
            [
                new UdpListener(new IPEndPoint(IPAddress.Loopback, 0)),
                new UdpListener(new IPEndPoint(IPAddress.Loopback, 0)) { Security = toy },
            ],
            Batch = batch,
            Segmentation = isSegmented,
        });
        served.Identify = peer => server.FindIdentity(peer);
        using Socket plain = Open(IPAddress.Loopback);
        Assert.Equal("plain", Ask(plain, IPAddress.Loopback, server.LocalEndPoints[0].Port, "plain", out _));

        TaskCompletionSource<PeerId> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Answers answers = new(answered);
        UdpHost client = new(answers, new UdpHostOptions
        {
            Listeners =
            [
                new UdpListener(new IPEndPoint(IPAddress.Loopback, 0)) { Security = new ToySecurity(new Dictionary<byte, uint>()) },
            ],
        });
        PeerId address = client.GetPeer(server.LocalEndPoints[1]);
        PeerId name = client.Invoke((client, address, answers), static (call, now) =>
        {
            Assert.True(call.client.Security!.TryConnect(call.address, ToySecurity.Credentials(7, 99), default, now, out PeerId peer));
            call.answers.ToSend = peer;
            return peer;
        });
        Assert.Equal(name, await answered.Task.WaitAsync(s_patience));
        Assert.Equal([null, new PeerIdentity(PeerIdentityKind.PreSharedKey, [7])], served.Identities);

        await server.StopAsync().WaitAsync(s_patience);
        Assert.Equal((name, PeerFailure.SessionClosed), await answers.Failed.Task.WaitAsync(s_patience));
        Assert.Equal(0, client.Invoke(client, static (host, _) => host.Security!.SessionCount));
        await client.DisposeAsync();
    }

    /// <summary>Sends one message to a peer, and notes what comes.</summary>
    private sealed class Answers(TaskCompletionSource<PeerId> answered) : IDatagramProtocol
    {
        public PeerId? ToSend { get; set; }

        public TaskCompletionSource<(PeerId Peer, PeerFailure Failure)> Failed { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Instant? NextDeadline => null;

        public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now) => answered.TrySetResult(from);

        public void PeerFailed(in PeerId peer, PeerFailure failure, Instant now) => Failed.TrySetResult((peer, failure));

        public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
        {
            transmit = new Transmit(ToSend ?? default, 6);
            bool sends = ToSend is not null;
            "secret"u8.CopyTo(buffer);
            ToSend = null;
            return sends;
        }

        public void OnDeadline(Instant now)
        {
        }
    }
}
