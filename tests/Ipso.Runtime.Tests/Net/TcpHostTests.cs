using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>The host on loopback sockets: with plain sockets as peers, and with the client.</summary>
[Trait("Category", "Network")]
public class TcpHostTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly CoapEndpointOptions s_large = new()
    {
        MaxMessageSize = 8320, MaxBodySize = 1 << 20, TransferBytes = 3 << 20, Observers = 8,
    };

    // A CSM without options; a GET without path and token; what a Release, an Abort, and a Ping begin with.
    private static readonly byte[] s_csm = [0x00, 0xe1];
    private static readonly byte[] s_get = [0x00, 0x01];
    private static readonly byte[] s_ping = [0x00, 0xe2];
    private const byte Release = 0xe4;

    /// <summary>A resource that keeps what is put, is observed, and counts.</summary>
    private sealed class Store : ICoapRequestHandler
    {
        public byte[] Body { get; set; } = [];

        public int Handled { get; private set; }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            Handled++;
            if (request.Method == CoapMethod.Get)
            {
                response.Code = CoapCode.Content;
                Body.CopyTo(response.Payload);
                response.PayloadLength = Body.Length;
                response.Observe(1);
            }
            else
            {
                Body = request.Payload.ToArray();
                response.Code = CoapCode.Changed;
            }
        }
    }

    private readonly Store _store = new();

    private TcpHost Host(TcpHostOptions? options = null, int connections = 8, Action<Instant>? after = null) =>
        new(
            new CoapStreamEndpoint(s_large, new SystemRandomSource(), _store, connections),
            options ?? new TcpHostOptions { Listeners = [new IPEndPoint(IPAddress.Loopback, 0)] },
            after);

    private static Socket Connect(IPEndPoint to)
    {
        Socket socket = new(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)s_patience.TotalMilliseconds };
        socket.Connect(to);
        return socket;
    }

    private static Task<CoapClient> ClientAsync(IPEndPoint to, CoapEndpointOptions? options = null) =>
        CoapClient.ConnectAsync(new Uri($"coap+tcp://{to}"), options);

    /// <summary>The next message of the peer; null at the end of the bytes.</summary>
    private static byte[]? Read(Socket socket)
    {
        byte[] message = new byte[10_000];
        int length = 0;
        while (true)
        {
            if (socket.Receive(message, length, 1, SocketFlags.None) == 0)
            {
                Assert.Equal(0, length);
                return null;
            }

            length++;
            CoapStreamFramer framer = new(10_000);
            framer.Append(message.AsSpan(0, length));
            if (framer.TryRead(out _))
            {
                return message[..length];
            }

            Assert.Equal(CoapParseError.None, framer.Error);
        }
    }

    private static byte CodeOf(byte[]? message)
    {
        CoapStreamFramer framer = new(10_000);
        framer.Append(message);
        return framer.TryRead(out CoapMessage read) ? read.Code.Value : (byte)0;
    }

    private static void ThrowIf(bool isBad)
    {
        if (isBad)
        {
            throw new InvalidOperationException("bad");
        }
    }

    private static byte[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(static i => (byte)(i * 31 >> 3))];

    [Fact]
    public async Task A_client_reads_and_writes_where_the_thread_pool_reads_the_connections()
    {
        await using TcpHost host = Host(new TcpHostOptions { Listeners = [new IPEndPoint(IPAddress.Loopback, 0)], ReadsByItself = false });
        await using CoapClient client = await ClientAsync(host.LocalEndPoint, s_large);
        byte[] body = Numbers(100_000);
        CoapClientResponse put = await client.PutAsync("/", body).WaitAsync(s_patience);
        CoapClientResponse got = await client.GetAsync("/").WaitAsync(s_patience);
        Assert.Equal(CoapCode.Changed, put.Code);
        Assert.Equal(body, got.Payload.ToArray());
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::", "127.0.0.1")]
    [InlineData("::", "::1")]
    public async Task A_client_reads_and_writes(string bound, string asked)
    {
        await using TcpHost host = Host(new TcpHostOptions { Listeners = [new IPEndPoint(IPAddress.Parse(bound), 0)] });
        await using CoapClient client = await ClientAsync(new IPEndPoint(IPAddress.Parse(asked), host.LocalEndPoint.Port));
        Assert.Equal(CoapCode.Changed, (await client.PutAsync("/x", "warm"u8.ToArray()).WaitAsync(s_patience)).Code);
        Assert.Equal("warm", (await client.GetAsync("/x").WaitAsync(s_patience)).GetText());
        Assert.Equal((1, 0, 2), (host.Counters.Accepted, host.Counters.Refused, _store.Handled));
    }

    [Fact]
    public async Task Several_listeners_serve_one_endpoint()
    {
        await using TcpHost host = Host(new TcpHostOptions
        {
            Listeners = [new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.IPv6Loopback, 0)],
        });
        foreach (IPEndPoint local in host.LocalEndPoints)
        {
            await using CoapClient client = await ClientAsync(local);
            Assert.Equal(CoapCode.Content, (await client.GetAsync("/").WaitAsync(s_patience)).Code);
        }

        Assert.Equal(2, host.Counters.Accepted);
    }

    [Fact]
    public async Task A_megabyte_goes_both_ways()
    {
        await using TcpHost host = Host();
        await using CoapClient client = await ClientAsync(host.LocalEndPoint, s_large);
        byte[] body = Numbers(1 << 20);
        Assert.Equal(CoapCode.Changed, (await client.PutAsync("/x", body).WaitAsync(s_patience)).Code);
        Assert.Equal(body, _store.Body);
        Assert.Equal(body, (await client.GetAsync("/x").WaitAsync(s_patience)).Payload);
    }

    [Fact]
    public async Task Changes_are_observed_in_order()
    {
        CoapStreamEndpoint endpoint = new(s_large, new SystemRandomSource(), _store);
        await using TcpHost host = new(endpoint, new IPEndPoint(IPAddress.Loopback, 0));
        await using CoapClient client = await ClientAsync(host.LocalEndPoint);
        List<string> seen = [];
        using CancellationTokenSource patience = new(s_patience);
        await foreach (CoapClientResponse response in client.ObserveAsync("/x", cancellationToken: patience.Token))
        {
            seen.Add(response.GetText());
            if (seen.Count == 4)
            {
                break;
            }

            host.Invoke((_store, endpoint, seen.Count), static (call, _) =>
            {
                call._store.Body = Encoding.ASCII.GetBytes(call.Count.ToString(CultureInfo.InvariantCulture));
                call.endpoint.Notify(1);
            });
        }

        Assert.Equal(["", "1", "2", "3"], seen);
    }

    [Fact]
    public async Task Both_ends_of_one_connection_ask()
    {
        // RFC 8323, 3: who has opened the connection makes no difference.
        PeerId toClient = default;
        await using TcpHost server = Host();
        TaskCompletionSource<string> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        CoapStreamEndpoint endpoint = new(s_large, new SystemRandomSource(), new Store { Body = "of the client"u8.ToArray() });
        await using TcpHost client = new(endpoint, new TcpHostOptions());
        CoapStreamEndpoint asking = new(s_large, new SystemRandomSource(), new Asker(peer => toClient = peer));
        await using TcpHost host = new(asking, new IPEndPoint(IPAddress.Loopback, 0), _ =>
        {
            while (asking.TryTakeEvent(out CoapEvent e))
            {
                answer.TrySetResult(Encoding.UTF8.GetString(e.Message.Payload));
            }

            if (toClient != default)
            {
                asking.Request(toClient, new CoapRequestHead { Method = CoapCode.Get, Path = "/x" });
                toClient = default;
            }
        });
        PeerId peer = await client.ConnectAsync(host.LocalEndPoint);
        client.Invoke((endpoint, peer), static (call, _) =>
            call.endpoint.Request(call.peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/ask" }));
        Assert.Equal("of the client", await answer.Task.WaitAsync(s_patience));
    }

    private sealed class Asker(Action<PeerId> ask) : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            ask(request.From);
            response.Code = CoapCode.Content;
        }
    }

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
    public async Task What_was_asked_before_the_end_of_the_bytes_is_answered()
    {
        await using TcpHost host = Host();
        using Socket socket = Connect(host.LocalEndPoint);
        socket.Send([.. s_csm, .. s_get]);
        socket.Shutdown(SocketShutdown.Send);
        Assert.Equal((0xe1, 0x45), (CodeOf(Read(socket)), CodeOf(Read(socket))));
        Assert.Null(Read(socket));
    }

    [Fact]
    public async Task A_stop_says_so_with_a_Release_and_closes()
    {
        TcpHost host = Host();
        using Socket socket = Connect(host.LocalEndPoint);
        socket.Send([.. s_csm, .. s_ping]);
        Assert.Equal((0xe1, 0xe3), (CodeOf(Read(socket)), CodeOf(Read(socket))));
        Task stop = host.StopAsync();
        Assert.Equal(Release, CodeOf(Read(socket)));
        Assert.Null(Read(socket));
        socket.Close();
        await stop.WaitAsync(s_patience);
        Assert.True(host.Completion.IsCompletedSuccessfully);
        Assert.Throws<ObjectDisposedException>(() => host.Invoke(0, static (_, _) => { }));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => host.ConnectAsync(host.LocalEndPoint));
        Assert.Throws<SocketException>(() => Connect(host.LocalEndPoint));
    }

    [Fact]
    public async Task A_stop_with_time_still_answers_after_the_Release()
    {
        ManualClock clock = new();
        TcpHost host = Host(new TcpHostOptions
        {
            Listeners = [new IPEndPoint(IPAddress.Loopback, 0)], Time = clock, ReleaseTime = TimeSpan.FromSeconds(5),
        });
        using Socket socket = Connect(host.LocalEndPoint);
        socket.Send([.. s_csm, .. s_ping]);
        Assert.Equal((0xe1, 0xe3), (CodeOf(Read(socket)), CodeOf(Read(socket))));
        Task stop = host.StopAsync();
        Assert.Equal(Release, CodeOf(Read(socket)));
        socket.Send(s_get);
        Assert.Equal(0x45, CodeOf(Read(socket)));
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(Read(socket));

        // The peer keeps its end open: it is not waited for any longer than Linger.
        Assert.False(stop.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(3));
        await stop.WaitAsync(s_patience);
    }

    [Fact]
    public async Task A_client_whose_server_stops_is_told_that_the_connection_is_closed()
    {
        TcpHost host = Host();
        await using CoapClient client = await ClientAsync(host.LocalEndPoint);
        List<string> seen = [];
        CoapException ended = await Assert.ThrowsAsync<CoapException>(async () =>
        {
            await foreach (CoapClientResponse response in client.ObserveAsync("/x"))
            {
                seen.Add(response.GetText());
                _ = host.StopAsync();
            }
        }).WaitAsync(s_patience);
        Assert.Equal(CoapFailure.Closed, ended.Failure);
        Assert.Equal(CoapFailure.Closed, (await Assert.ThrowsAsync<CoapException>(() => client.GetAsync("/x"))).Failure);
        await host.DisposeAsync().AsTask().WaitAsync(s_patience);
    }

    [Fact]
    public async Task An_exception_of_the_callback_ends_the_host_and_is_told()
    {
        bool isBad = false;
        TcpHost host = Host(after: _ => ThrowIf(isBad));
        using Socket socket = Connect(host.LocalEndPoint);
        Assert.Equal(0xe1, CodeOf(Read(socket)));
        isBad = true;
        socket.Send(s_csm);
        Assert.Equal("bad", (await Assert.ThrowsAsync<InvalidOperationException>(() => host.Completion.WaitAsync(s_patience))).Message);
        await host.DisposeAsync().AsTask().WaitAsync(s_patience);
    }

    [Fact]
    public async Task A_handler_may_stop_its_host()
    {
        TcpHost? host = null;
        CoapStreamEndpoint endpoint = new(s_large, new SystemRandomSource(), new Asker(_ => host!.StopAsync()));
        host = new TcpHost(endpoint, new IPEndPoint(IPAddress.Loopback, 0));
        await using CoapClient client = await ClientAsync(host.LocalEndPoint);
        Assert.Equal(CoapCode.Content, (await client.GetAsync("/x").WaitAsync(s_patience)).Code);
        await host.Completion.WaitAsync(s_patience);
    }

    [Fact]
    public async Task What_cannot_be_bound_or_connected_says_why()
    {
        await using TcpHost host = Host();
        TcpBindException used = Assert.Throws<TcpBindException>(() => Host(new TcpHostOptions { Listeners = [host.LocalEndPoint] }));
        Assert.Equal($"TCP {host.LocalEndPoint} is already in use.", used.Message);
        IPEndPoint elsewhere = new(IPAddress.Parse("192.0.2.1"), 0);
        TcpBindException foreign = Assert.Throws<TcpBindException>(() => Host(new TcpHostOptions { Listeners = [elsewhere] }));
        Assert.Equal("TCP 192.0.2.1:0 is not an address of this machine.", foreign.Message);

        IPEndPoint nobody;
        using (Socket free = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            nobody = (IPEndPoint)free.LocalEndPoint!;
            TcpConnectException refused = await Assert.ThrowsAsync<TcpConnectException>(() => ClientAsync(nobody));
            Assert.Equal($"TCP {nobody} refused the connection: nobody listens there.", refused.Message);
        }

        await using TcpHost full = Host(new TcpHostOptions(), connections: 1);
        await full.ConnectAsync(host.LocalEndPoint);
        TcpConnectException tooMany = await Assert.ThrowsAsync<TcpConnectException>(() => full.ConnectAsync(host.LocalEndPoint));
        Assert.EndsWith("there are as many connections as there may be.", tooMany.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => full.LocalEndPoint);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => host.ConnectAsync(host.LocalEndPoint, new CancellationToken(canceled: true)));
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
