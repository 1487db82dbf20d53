using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Tests.Net;

// How a host begins, what it looks after beside datagrams, and how it ends.
public partial class UdpHostTests
{
    [Fact]
    public async Task A_host_without_a_socket_of_the_family_says_so()
    {
        await using UdpHost host = Host(new Mirror(), 1, "127.0.0.1");
        ArgumentException e = Assert.Throws<ArgumentException>(() => host.GetPeer(new IPEndPoint(IPAddress.IPv6Loopback, 7)));
        Assert.StartsWith("No socket of this host reaches [::1]:7.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_one_of_the_sockets_cannot_be_opened_none_stays_open()
    {
        await using UdpHost other = Host(new Mirror(), 1, "127.0.0.1");
        IPEndPoint free;
        using (Socket socket = Open(IPAddress.Loopback))
        {
            free = (IPEndPoint)socket.LocalEndPoint!;
        }

        Assert.Throws<UdpBindException>(() => new UdpHost(new Mirror(), new UdpHostOptions
        {
            Listeners = [new UdpListener(free), new UdpListener(other.LocalEndPoint)],
        }));
        await using UdpHost host = new(new Mirror(), free);
        Assert.Equal(free, host.LocalEndPoint);
    }

    [Fact]
    public async Task Where_there_can_be_no_security_no_socket_stays_open()
    {
        IPEndPoint free;
        using (Socket socket = Open(IPAddress.Loopback))
        {
            free = (IPEndPoint)socket.LocalEndPoint!;
        }

        Assert.Throws<PlatformNotSupportedException>(() => new UdpHost(new Mirror(), new UdpHostOptions
        {
            Listeners = [new UdpListener(free) { Security = new Nowhere() }],
        }));
        await using UdpHost host = new(new Mirror(), free);
        Assert.Equal(free, host.LocalEndPoint);
    }

    /// <summary>Security that this platform does not have.</summary>
    private sealed class Nowhere : DatagramSecurity
    {
        public override SecurityFeatures Features => SecurityFeatures.None;

        public override Inspection Inspect(
            ReadOnlySpan<byte> datagram, in PeerId from, bool mayAccept, Instant now, Span<byte> reply, out int replyLength, out SecuritySession? session)
        {
            (replyLength, session) = (0, null);
            return Inspection.Drop;
        }

        public override SecuritySession Connect(in PeerId to, SecurityCredentials credentials, ReadOnlySpan<byte> resume, Instant now) =>
            throw new NotSupportedException();

        internal override SecuredProtocol? Secure(IDatagramProtocol protocol, SecuritySelector select, SecurityOptions? options) =>
            throw new PlatformNotSupportedException();
    }

    [Fact]
    public async Task A_stop_can_be_waited_for_with_a_token_and_comes_about_without()
    {
        UdpHost host = Host(new Mirror(), 1, "127.0.0.1", "::1");

        // Under the lock, so that it has not stopped yet when the token is looked at.
        Task stop = host.Invoke(host, static (host, _) => host.StopAsync(new CancellationToken(canceled: true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stop);
        await host.Completion.WaitAsync(s_patience);
        await host.StopAsync();
        await host.DisposeAsync();
        host.Wake();
        Assert.Throws<ObjectDisposedException>(() => host.Invoke(0, static (_, _) => 0));
    }

    /// <summary>Sends one datagram when its moment has come, or when it is told to.</summary>
    private sealed class Late(PeerId to) : IDatagramProtocol
    {
        private PeerId? _next;

        public Instant? NextDeadline { get; set; }

        public bool IsTold { get; set; }

        public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
        {
        }

        public void OnDeadline(Instant now)
        {
            if (IsTold || now >= NextDeadline)
            {
                (IsTold, NextDeadline, _next) = (false, null, to);
            }
        }

        public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
        {
            transmit = new Transmit(_next ?? default, 4);
            bool transmits = _next is not null;
            "late"u8.CopyTo(buffer);
            _next = null;
            return transmits;
        }
    }

    [LinuxTheory]
    [InlineData("127.0.0.1", 1)]
    [InlineData("127.0.0.1", 16)]
    [InlineData("0.0.0.0", 1)]
    [InlineData("::", 16)]
    public async Task Deadlines_wakes_and_a_stop_take_no_datagram_of_the_host_to_itself(string bound, int batch)
    {
        ManualClock clock = new();
        using Socket socket = Open(IPAddress.Loopback);
        Late late = new(UdpAddress.ToPeer((IPEndPoint)socket.LocalEndPoint!, path: 0));
        UdpHost host = new(late, new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Parse(bound), 0))],
            Batch = batch,
            Time = clock,
            WakesByDatagram = false,
        });
        byte[] buffer = new byte[8];
        host.Invoke(late, static (late, now) => late.NextDeadline = now + TimeSpan.FromSeconds(5));
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(4, socket.Receive(buffer));
        late.IsTold = true;
        host.Wake();
        Assert.Equal(4, socket.Receive(buffer));
        await host.StopAsync().WaitAsync(s_patience);
        Assert.Equal((0, 2), (host.Counters.Received, host.Counters.Sent));
    }

    [Fact]
    public async Task An_exception_at_a_deadline_ends_the_host_and_is_told()
    {
        ManualClock clock = new();
        bool isBad = false;
        UdpHost host = new(
            new Mirror(),
            new UdpHostOptions { Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0))], Time = clock },
            _ =>
            {
                if (Volatile.Read(ref isBad))
                {
                    throw new InvalidOperationException("bad");
                }
            });
        Volatile.Write(ref isBad, true);
        host.Wake();
        Assert.Equal("bad", (await Assert.ThrowsAsync<InvalidOperationException>(() => host.Completion.WaitAsync(s_patience))).Message);
        await host.DisposeAsync();
    }

    [Fact]
    public async Task The_course_of_a_host_is_logged()
    {
        MemoryLogger log = new();
        Mirror mirror = new();
        UdpHost host = new(mirror, new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0))],
            Logger = log,
        });
        IPEndPoint local = host.LocalEndPoint;
        host.Invoke((mirror, host), static (call, _) =>
            call.mirror.Enqueue(call.host.GetPeer(new IPEndPoint(IPAddress.Loopback, 9)), new byte[65_520]));
        await host.DisposeAsync();
        Assert.Equal(
            [
                $"Information 1 UdpStarted UDP {local} serves",
                "Debug 4 UdpPeerFailed UDP 127.0.0.1:9 was not reached: MessageTooLong",
                $"Information 2 UdpStopped UDP {local} has stopped",
            ],
            log.Lines);
    }
}
