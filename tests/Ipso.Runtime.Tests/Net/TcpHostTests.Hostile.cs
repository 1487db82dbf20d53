using System.Net;
using System.Net.Sockets;
using Ipso.Coap;
using Ipso.Net;

namespace Ipso.Tests.Net;

// Peers that are too many, slow, greedy, broken, or make no sense.
public partial class TcpHostTests
{
    [Fact]
    public async Task Connections_beyond_the_bound_are_closed_and_the_others_served()
    {
        await using TcpHost host = Host(connections: 2);
        using Socket first = Connect(host.LocalEndPoint);
        using Socket second = Connect(host.LocalEndPoint);
        Assert.Equal(0xe1, CodeOf(Read(first)));
        Assert.Equal(0xe1, CodeOf(Read(second)));
        using (Socket third = Connect(host.LocalEndPoint))
        {
            Assert.Null(Read(third));
        }

        first.Send([.. s_csm, .. s_get]);
        Assert.Equal(0x45, CodeOf(Read(first)));
        Assert.Equal((2, 1), (host.Counters.Accepted, host.Counters.Refused));

        // A place that is given up is free for the next.
        second.Shutdown(SocketShutdown.Send);
        Assert.Null(Read(second));
        using Socket fourth = Connect(host.LocalEndPoint);
        Assert.Equal(0xe1, CodeOf(Read(fourth)));
    }

    [Fact]
    public async Task Nonsense_and_4_GiB_are_answered_with_an_Abort_and_the_end()
    {
        await using TcpHost host = Host();
        foreach (byte[] bytes in new byte[][] { s_get, [.. s_csm, 0xf0, 0xff, 0xff, 0xff, 0xff, 0x01], [.. s_csm, 0x0f] })
        {
            using Socket socket = Connect(host.LocalEndPoint);
            socket.Send([.. bytes, .. new byte[5000]]);
            Assert.Equal(0xe1, CodeOf(Read(socket)));
            Assert.Equal(0xe5, CodeOf(Read(socket)));
            Assert.Null(Read(socket));
        }

        Assert.Equal(0, _store.Handled);
    }

    [Fact]
    public async Task A_peer_that_sends_a_byte_a_minute_is_dropped_and_one_that_is_quiet_between_messages_is_not()
    {
        ManualClock clock = new();
        await using TcpHost host = Host(new TcpHostOptions { Listeners = [new IPEndPoint(IPAddress.Loopback, 0)], Time = clock });
        using Socket slow = Connect(host.LocalEndPoint);
        using Socket quiet = Connect(host.LocalEndPoint);
        foreach (Socket socket in (Socket[])[slow, quiet])
        {
            socket.Send([.. s_csm, .. s_ping]);
            Assert.Equal((0xe1, 0xe3), (CodeOf(Read(socket)), CodeOf(Read(socket))));
        }

        slow.Send([.. s_ping, 0x00]);
        Assert.Equal(0xe3, CodeOf(Read(slow)));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0xe5, CodeOf(Read(slow)));
        Assert.Null(Read(slow));
        quiet.Send(s_get);
        Assert.Equal(0x45, CodeOf(Read(quiet)));
    }

    [Fact]
    public async Task A_peer_that_asks_and_never_reads_is_not_read_from_and_then_reset()
    {
        ManualClock clock = new();
        _store.Body = Numbers(8000);
        await using TcpHost host = Host(new TcpHostOptions { Listeners = [new IPEndPoint(IPAddress.Loopback, 0)], Time = clock });
        using Socket greedy = Connect(host.LocalEndPoint);
        greedy.Send(s_csm);
        byte[] requests = new byte[8000];
        for (int i = 1; i < requests.Length; i += 2)
        {
            requests[i] = 1;
        }

        // As much as goes, and from its middle on if it was cut there.
        greedy.Blocking = false;
        long total = 0;
        void Fill()
        {
            int sent;
            while ((sent = greedy.Send(requests.AsSpan((int)(total & 1)), SocketFlags.None, out _)) > 0)
            {
                total += sent;
            }
        }

        Fill();

        // Others are served meanwhile.
        await using (CoapClient client = await ClientAsync(host.LocalEndPoint))
        {
            Assert.Equal(CoapCode.Content, (await client.GetAsync("/x").WaitAsync(s_patience)).Code);
        }

        // When all that lies between is full, half a minute is too long.
        while (host.Invoke(host, static (host, _) => host.Counters.Stalled) == 0)
        {
            Fill();
            clock.Advance(TimeSpan.FromSeconds(31));
            await Task.Yield();
        }

        greedy.Blocking = true;
        Assert.Throws<SocketException>(() =>
        {
            while (Read(greedy) is not null)
            {
            }
        });
    }

    [Fact]
    public async Task All_that_is_asked_at_once_is_answered_in_order_to_a_peer_that_reads_late()
    {
        _store.Body = Numbers(8000);
        await using TcpHost host = Host();
        using Socket socket = Connect(host.LocalEndPoint);
        const int Count = 2000;
        byte[] bytes = [.. s_csm, .. Enumerable.Range(0, Count).SelectMany(static i => (byte[])[0x02, 0x01, (byte)(i >> 8), (byte)i])];
        socket.Send(bytes);
        Assert.Equal(0xe1, CodeOf(Read(socket)));
        using NetworkStream stream = new(socket);
        CoapStreamFramer framer = new(10_000);
        for (int i = 0; i < Count;)
        {
            byte[] buffer = new byte[4000];
            int length = stream.Read(buffer);
            Assert.NotEqual(0, length);
            for (int taken = 0; taken < length;)
            {
                taken += framer.Append(buffer.AsSpan(taken, length - taken));
                while (framer.TryRead(out CoapMessage message))
                {
                    Assert.Equal(i++, (message.TokenBytes[0] << 8) | message.TokenBytes[1]);
                }
            }
        }

        Assert.Equal((Count, 0), (_store.Handled, host.Counters.Stalled));
    }

    [Fact]
    public async Task Connections_that_break_leave_nothing_behind()
    {
        await using TcpHost host = Host(connections: 2);
        for (int i = 0; i < 50; i++)
        {
            using Socket socket = Connect(host.LocalEndPoint);
            socket.Send([.. s_csm, .. s_get]);
            Assert.Equal((0xe1, 0x45), (CodeOf(Read(socket)), CodeOf(Read(socket))));
            socket.LingerState = new LingerOption(true, i % 2);
            socket.Shutdown(i % 2 == 0 ? SocketShutdown.Receive : SocketShutdown.Both);
            socket.Close();

            // The next finds a place when the host has heard of the end.
            while (host.Invoke(host, static (host, _) => host.Counters.Accepted - host.Counters.Closed) > 0)
            {
                await Task.Yield();
            }
        }

        Assert.Equal((50, 0), (host.Counters.Accepted, host.Counters.Refused));
    }
}
