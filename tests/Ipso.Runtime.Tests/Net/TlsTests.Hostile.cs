using System.Net;
using System.Net.Sockets;
using Ipso.Coap;
using Ipso.Net;

namespace Ipso.Tests.Net;

// Peers that do not come through the handshake, and what they cost the others: nothing.
public sealed partial class TlsTests
{
    private Socket Open(string from = "127.0.0.1")
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)s_patience.TotalMilliseconds };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        socket.Connect(_server.LocalEndPoint);
        return socket;
    }

    private static bool IsClosed(Socket socket)
    {
        try
        {
            byte[] alert = new byte[100];
            while (socket.Receive(alert) > 0)
            {
            }

            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    // The beginning of a record of 512 bytes with a ClientHello (RFC 8446, 5.1).
    private static readonly byte[] s_begun = [22, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];

    [Fact]
    public async Task What_is_no_ClientHello_ends_the_handshake_and_costs_no_place()
    {
        Start(OfServer());
        byte[] noise = new byte[3000];
        new Random(8323).NextBytes(noise);
        byte[][] nonsense =
        [
            [0x00, 0xe1, 0x00, 0x01],
            "GET / HTTP/1.1\r\n\r\n"u8.ToArray(),
            noise,
            [22, 3, 1, 0xff, 0xff, .. noise],
            [.. s_begun, .. new byte[600]],
        ];
        foreach (byte[] bytes in nonsense)
        {
            using Socket socket = Open();
            socket.Send(bytes);
            socket.Shutdown(SocketShutdown.Send);
            Assert.True(IsClosed(socket));
        }

        await WaitForAsync(() => _server.TcpCounters!.HandshakesFailed == nonsense.Length);
        Assert.Equal((0, 0), (_server.TcpCounters!.Accepted, _server.TcpCounters.HandshakesRefused));
        await using CoapClient client = await ClientAsync();
        Assert.Equal(CoapCode.Content, (await client.GetAsync("/body").WaitAsync(s_patience)).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(11)]
    public async Task A_handshake_that_does_not_end_is_ended_in_its_time(int sent)
    {
        ManualClock clock = new();
        Start(OfServer(), new TcpHostOptions { Time = clock, HandshakeTimeout = TimeSpan.FromSeconds(10) });
        using Socket socket = Open();
        socket.Send(s_begun.AsSpan(0, sent));
        await WaitForAsync(() => _server.TcpCounters!.Handshakes == 1);

        // A byte now and then buys no more time. The deadline is set when the handshake runs.
        while (_server.TcpCounters!.HandshakesFailed == 0)
        {
            if (sent > 0)
            {
                socket.Send([0], SocketFlags.None, out _);
            }

            clock.Advance(TimeSpan.FromSeconds(6));
            await Task.Yield();
        }

        Assert.True(IsClosed(socket));
        Assert.Equal(0, _server.TcpCounters.Accepted);
        await WaitForAsync(() => Logged("did not finish the TLS handshake in time") is not null);
    }

    [Fact]
    public async Task Handshakes_that_are_half_open_are_bounded_at_all_and_by_address_and_others_are_served()
    {
        Start(OfServer(), new TcpHostOptions { MaxHandshakes = 8 });
        List<Socket> silent = [];
        try
        {
            // Three quarters of the room, and no more, for one address.
            for (int i = 0; i < 50; i++)
            {
                silent.Add(Open("127.0.0.2"));
            }

            await WaitForAsync(() => _server.TcpCounters!.HandshakesRefused == 44);
            Assert.Equal(6, _server.TcpCounters!.Handshakes);
            await using (CoapClient client = await ClientAsync())
            {
                Assert.Equal(CoapCode.Content, (await client.GetAsync("/body").WaitAsync(s_patience)).Code);
            }

            // The rest is used up by others.
            silent.Add(Open("127.0.0.3"));
            silent.Add(Open("127.0.0.4"));
            await WaitForAsync(() => _server.TcpCounters.Handshakes == 9);
            using (Socket refused = Open("127.0.0.5"))
            {
                Assert.True(IsClosed(refused));
            }

            Assert.Equal((45, 1), (_server.TcpCounters.HandshakesRefused, _server.TcpCounters.Accepted));

            // Room that is given up is free again.
            silent[0].Dispose();
            await WaitForAsync(() => _server.TcpCounters.HandshakesFailed == 1);
            await using CoapClient next = await ClientAsync();
            Assert.Equal(CoapCode.Content, (await next.GetAsync("/body").WaitAsync(s_patience)).Code);
        }
        finally
        {
            silent.ForEach(static socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_handshakes()
    {
        Start(OfServer(), new TcpHostOptions { Time = new ManualClock() });
        using Socket silent = Open();
        await WaitForAsync(() => _server.TcpCounters!.Handshakes == 1);
        await _server.StopAsync().WaitAsync(s_patience);
        Assert.True(IsClosed(silent));
        Assert.Equal(1, _server.TcpCounters!.HandshakesFailed);
    }

    [Fact]
    public async Task Nonsense_inside_TLS_and_records_that_are_forged_end_their_connection_alone()
    {
        Start(OfServer());
        await using CoapClient client = await ClientAsync();
        await using (System.Net.Security.SslStream stream = await PlatformClientAsync(
            System.Security.Authentication.SslProtocols.Tls13, "coap"))
        {
            await stream.WriteAsync((byte[])[0x00, 0xe1, 0x0f]);
            Assert.Equal((0xe1, 0xe5), (await ReadAsync(stream), await ReadAsync(stream)));
            Assert.Equal(0, await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(s_patience));
        }

        await using (System.Net.Security.SslStream stream = await PlatformClientAsync(
            System.Security.Authentication.SslProtocols.Tls12, "coap"))
        {
            Assert.Equal(0xe1, await ReadAsync(stream));

            // A record of application data that no key of the connection has made.
            _socket!.Send([23, 3, 3, 0, 40, .. new byte[40]]);
            await WaitForAsync(() => _server.TcpCounters!.Broken == 1);
        }

        Assert.Equal(CoapCode.Content, (await client.GetAsync("/body").WaitAsync(s_patience)).Code);
    }

    [Fact]
    public async Task A_client_does_not_wait_for_ever_for_a_server_that_says_nothing()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        ManualClock clock = new();
        Task<CoapClient> connecting = CoapClient.ConnectAsync(
            new Uri($"coaps+tcp://{listener.LocalEndPoint}"), new CoapClientOptions { Time = clock });

        // When its ClientHello comes, it waits.
        using Socket accepted = await listener.AcceptAsync().WaitAsync(s_patience);
        Assert.Equal(1, await accepted.ReceiveAsync(new byte[1]).WaitAsync(s_patience));
        while (!connecting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(6));
            await Task.Yield();
        }

        TcpConnectException late = await Assert.ThrowsAsync<TcpConnectException>(() => connecting);
        Assert.Equal($"TLS {listener.LocalEndPoint} did not finish the TLS handshake in time (00:00:15).", late.Message);
    }
}
