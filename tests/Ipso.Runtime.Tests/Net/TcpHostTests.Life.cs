using System.Net;
using System.Net.Sockets;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

// How hosts and connections begin and end.
public partial class TcpHostTests
{
    private static void ThrowIf(bool isBad)
    {
        if (isBad)
        {
            throw new InvalidOperationException("bad");
        }
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

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(ObjectDisposedException))]
    [InlineData(typeof(SocketException))]
    public async Task An_exception_of_the_callback_is_not_taken_for_a_connection_that_has_broken(Type type)
    {
        bool isBad = false;
        await using TcpHost host = Host(after: _ =>
        {
            if (isBad)
            {
                // Once: what follows must not hide it.
                isBad = false;
                throw type == typeof(ObjectDisposedException) ? new ObjectDisposedException("mine") : (Exception)Activator.CreateInstance(type)!;
            }
        });
        using Socket socket = Connect(host.LocalEndPoint);
        Assert.Equal(0xe1, CodeOf(Read(socket)));
        isBad = true;
        socket.Send(s_csm);
        Assert.IsType(type, await Assert.ThrowsAnyAsync<Exception>(() => host.Completion.WaitAsync(s_patience)));
    }

    [Fact]
    public async Task A_peer_that_takes_nothing_does_not_hold_up_a_stop_for_longer_than_Linger()
    {
        ManualClock clock = new();
        _store.Body = Numbers(8000);
        TcpHost host = Host(new TcpHostOptions { Listeners = [new IPEndPoint(IPAddress.Loopback, 0)], Time = clock });
        using Socket greedy = Connect(host.LocalEndPoint);
        greedy.Send([.. s_csm, .. Enumerable.Repeat(s_get, 4000).SelectMany(static get => get)]);
        await using (CoapClient other = await ClientAsync(host.LocalEndPoint))
        {
            // Until nothing is answered but to the other one: all that lies between is full.
            int before;
            do
            {
                before = host.Invoke(_store, static (store, _) => store.Handled);
                await other.GetAsync("/x").WaitAsync(s_patience);
            }
            while (host.Invoke(_store, static (store, _) => store.Handled) != before + 1);
        }

        Task stop = host.StopAsync();
        while (IsListening(host.LocalEndPoint))
        {
            await Task.Yield();
        }

        clock.Advance(TimeSpan.FromSeconds(3));
        await stop.WaitAsync(s_patience);
    }

    private static bool IsListening(IPEndPoint at)
    {
        try
        {
            Connect(at).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
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
}
