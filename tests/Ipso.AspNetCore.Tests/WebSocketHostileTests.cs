using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Ipso.Coap;
using Ipso.Net;
using Ipso.Tests.Net;

namespace Ipso.AspNetCore.Tests;

/// <summary>Peers over WebSockets that make no sense, send too much or never finish, and what they cost the others: nothing.</summary>
public sealed class WebSocketHostileTests
{
    private static readonly byte[] s_get = [0x01, 0x01, 0xaa, 0xb4, (byte)'b', (byte)'o', (byte)'d', (byte)'y'];

    [Fact]
    public async Task Frames_of_any_size_make_one_message()
    {
        await using Web web = await Web.StartAsync();
        using ClientWebSocket socket = await web.OpenAsync();
        Assert.Equal(0xe1, await socket.CodeAsync());
        for (int i = 0; i < s_get.Length; i++)
        {
            await socket.SendAsync(s_get.AsMemory(i, 1), WebSocketMessageType.Binary, false, CancellationToken.None);
            await socket.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Binary, i == s_get.Length - 1, CancellationToken.None);
        }

        Assert.Equal((byte[])[0x01, 0x45, 0xaa, 0xc1, 0x2a, 0xff, (byte)'0'], await socket.ReadAsync());

        // A Ping of CoAP, with a token, and its Pong.
        await socket.SendAsync(0x01, 0xe2, 0xbb);
        Assert.Equal((byte[])[0x01, 0xe3, 0xbb], await socket.ReadAsync());
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x00 })]
    [InlineData(new byte[] { 0x10, 0x01, 0xff })]
    [InlineData(new byte[] { 0x04, 0x01, 0xaa })]
    [InlineData(new byte[] { 0x09, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    [InlineData(new byte[] { 0x0f, 0x01 })]
    public async Task What_is_no_message_is_answered_with_an_Abort_and_closed_as_an_error_of_protocol(byte[] bytes)
    {
        await using Web web = await Web.StartAsync();
        using ClientWebSocket socket = await web.OpenAsync();
        await socket.SendAsync(bytes);

        // What comes behind it is forgotten.
        await socket.SendAsync(s_get);
        Assert.Equal(0xe1, await socket.CodeAsync());
        byte[] abort = (await socket.ReadAsync())!;
        Assert.Equal((0xe5, "Malformed message"), (abort[1], Encoding.ASCII.GetString(abort, 3, abort.Length - 3)));
        Assert.Null(await socket.ReadAsync());
        Assert.Equal(WebSocketCloseStatus.ProtocolError, socket.CloseStatus);
        Assert.Equal(0, web.Coap.ConnectionCounters!.Handled);
    }

    [Fact]
    public async Task Options_that_are_malformed_end_the_connection_too()
    {
        await using Web web = await Web.StartAsync();
        using ClientWebSocket socket = await web.OpenAsync();
        await socket.SendAsync(0x00, 0x01, 0xf0);
        Assert.Equal((0xe1, 0xe5), (await socket.CodeAsync(), await socket.CodeAsync()));
        Assert.Null(await socket.ReadAsync());
    }

    [Fact]
    public async Task Text_is_refused()
    {
        await using Web web = await Web.StartAsync();
        using ClientWebSocket socket = await web.OpenAsync();
        await socket.SendAsync("GET /body"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        Assert.Equal((0xe1, 0xe5), (await socket.CodeAsync(), await socket.CodeAsync()));
        Assert.Null(await socket.ReadAsync());
        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, socket.CloseStatus);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task A_message_as_long_as_we_have_said_is_taken_and_a_longer_one_is_not(int more)
    {
        await using Web web = await Web.StartAsync();
        using ClientWebSocket socket = await web.OpenAsync();

        // What the CSM says: Max-Message-Size, option 2 (RFC 8323, 5.3.1).
        byte[] csm = (await socket.ReadAsync())!;
        Assert.Equal((0xe1, 0x22), (csm[1], csm[2]));
        int said = (csm[3] << 8) | csm[4];
        Assert.Equal(Web.Bounds.MaxMessageSize - 2, said);

        // A PUT of /body, in frames of a thousand bytes.
        byte[] message = new byte[said + more];
        ((byte[])[0x00, 0x03, 0xb4, (byte)'b', (byte)'o', (byte)'d', (byte)'y', 0xff]).CopyTo(message, 0);
        Array.Fill(message, (byte)'x', 8, message.Length - 8);
        try
        {
            for (int i = 0; i < message.Length; i += 1000)
            {
                await socket.SendAsync(
                    message.AsMemory(i, Math.Min(1000, message.Length - i)),
                    WebSocketMessageType.Binary,
                    i + 1000 >= message.Length,
                    CancellationToken.None);
            }
        }
        catch (WebSocketException) when (more > 1)
        {
            // It has been closed meanwhile.
        }

        if (more <= 0)
        {
            Assert.Equal(0x44, await socket.CodeAsync());
            Assert.Equal(message[8..], web.Body);
            return;
        }

        byte[] abort = (await socket.ReadAsync())!;
        Assert.Equal((0xe5, "Message too large"), (abort[1], Encoding.ASCII.GetString(abort, 3, abort.Length - 3)));
        Assert.Null(await socket.ReadAsync());
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, socket.CloseStatus);
        Assert.Equal("0", Encoding.ASCII.GetString(web.Body));
    }

    [Fact]
    public async Task A_message_that_never_ends_keeps_no_more_than_the_longest_and_breaks_alone()
    {
        await using Web web = await Web.StartAsync();
        await using CoapClient other = await web.ClientAsync();
        using (ClientWebSocket socket = await web.OpenAsync())
        {
            Assert.Equal(0xe1, await socket.CodeAsync());
            await socket.SendAsync(s_get.AsMemory(0, 4), WebSocketMessageType.Binary, false, CancellationToken.None);
            socket.Abort();
        }

        await Web.WaitForAsync(() => web.Coap.TcpCounters!.Broken == 1);
        Assert.Equal("0", (await other.GetAsync("/body").WaitAsync(Web.Patience)).GetText());
        Assert.Equal(1, web.Coap.ConnectionCounters!.Handled);
    }

    [Fact]
    public async Task A_peer_without_CSM_and_one_that_answers_no_Ping_are_dropped_in_their_time()
    {
        ManualClock clock = new();
        await using Web web = await Web.StartAsync(new CoapServerOptions
        {
            Time = clock, ConnectionEndpoint = Web.Bounds with { IdleTimeout = TimeSpan.FromMinutes(2) },
        });
        using ClientWebSocket silent = await web.OpenAsync(sendsCsm: false);
        Assert.Equal(0xe1, await silent.CodeAsync());
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0xe5, await silent.CodeAsync());
        Assert.Null(await silent.ReadAsync());
        await silent.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        using ClientWebSocket half = await web.OpenAsync();
        Assert.Equal(0xe1, await half.CodeAsync());
        await half.SendAsync(0x01, 0xe2, 0xbb);
        Assert.Equal(0xe3, await half.CodeAsync());
        clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(0xe2, await half.CodeAsync());
        clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(0xe5, await half.CodeAsync());
        Assert.Null(await half.ReadAsync());
        half.Abort();
    }

    [Fact]
    public async Task A_message_that_does_not_go_on_ends_its_connection_in_its_time()
    {
        ManualClock clock = new();
        await using Web web = await Web.StartAsync(new CoapServerOptions
        {
            Time = clock, ConnectionEndpoint = Web.Bounds with { MessageTimeout = TimeSpan.FromSeconds(10) },
        });
        using ClientWebSocket socket = await web.OpenAsync();
        Assert.Equal(0xe1, await socket.CodeAsync());

        // One that is slow and whole in time is answered, and time for the next one counts anew.
        await socket.SendAsync(s_get.AsMemory(0, 4), WebSocketMessageType.Binary, false, CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(9));
        await socket.SendAsync(s_get.AsMemory(4), WebSocketMessageType.Binary, true, CancellationToken.None);
        Assert.Equal(0x45, await socket.CodeAsync());

        await socket.SendAsync(s_get.AsMemory(0, 4), WebSocketMessageType.Binary, false, CancellationToken.None);
        await Web.WaitForAsync(() =>
        {
            // The time begins when the half has arrived, which nobody sees.
            clock.Advance(TimeSpan.FromSeconds(1));
            return web.Coap.ConnectionCounters!.ConnectionsTooSlow == 1;
        });
        byte[] abort = (await socket.ReadAsync())!;
        Assert.Equal((0xe5, "Too slow"), (abort[1], Encoding.ASCII.GetString(abort, 3, abort.Length - 3)));
        Assert.Null(await socket.ReadAsync());
    }

    [Fact]
    public async Task Connections_beyond_the_bound_are_closed_with_1013_and_the_others_served()
    {
        await using Web web = await Web.StartAsync(new CoapServerOptions { Connections = 3, ConnectionEndpoint = Web.Bounds });

        // Three quarters of three are three, less none: those of one address are bounded too.
        List<ClientWebSocket> served = [];
        List<WebSocketCloseStatus?> refused = [];
        for (int i = 0; i < 20; i++)
        {
            ClientWebSocket socket = await web.OpenAsync(sendsCsm: false);
            if (await socket.ReadAsync() is not null)
            {
                served.Add(socket);
            }
            else
            {
                refused.Add(socket.CloseStatus);
                socket.Dispose();
            }
        }

        Assert.Equal((3, 17), (served.Count, refused.Count));
        Assert.All(refused, static status => Assert.Equal((WebSocketCloseStatus)1013, status));
        TcpCounters counters = web.Coap.TcpCounters!;
        Assert.Equal((3, 17), (counters.Accepted, counters.Refused + counters.RefusedByAddress));
        foreach (ClientWebSocket socket in served)
        {
            await socket.SendAsync(0x00, 0xe1);
            await socket.SendAsync(s_get);
            Assert.Equal(0x45, await socket.CodeAsync());
        }

        // A place that is given up is free for the next.
        served[0].Abort();
        await Web.WaitForAsync(() => counters.Closed == 1);
        using ClientWebSocket next = await web.OpenAsync();
        Assert.Equal(0xe1, await next.CodeAsync());
        served.ForEach(static socket => socket.Dispose());
    }

    [Fact]
    public async Task Pings_of_WebSockets_are_answered_too_and_what_is_no_frame_ends_its_connection_alone()
    {
        await using Web web = await Web.StartAsync();
        await using CoapClient other = await web.ClientAsync();
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, web.Http.Port));
        await using NetworkStream stream = new(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /.well-known/coap HTTP/1.1\r\nHost: {web.Http.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: coap\r\n\r\n"));
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        Assert.StartsWith("HTTP/1.1 101", head.ToString(), StringComparison.Ordinal);
        Assert.Contains("Sec-WebSocket-Protocol: coap", head.ToString(), StringComparison.Ordinal);

        // Our CSM, in one frame; a Ping of RFC 6455, 5.5.2, masked by zeros, and its Pong.
        byte[] frame = new byte[2];
        await stream.ReadExactlyAsync(frame);
        Assert.Equal(0x82, frame[0]);
        await stream.ReadExactlyAsync(new byte[frame[1]]);
        await stream.WriteAsync((byte[])[0x89, 0x81, 0, 0, 0, 0, 0x77]);
        byte[] pong = new byte[3];
        await stream.ReadExactlyAsync(pong);
        Assert.Equal((byte[])[0x8a, 0x01, 0x77], pong);

        // Reserved bits, and no mask.
        await stream.WriteAsync((byte[])[0xf2, 0x02, 0x00, 0xe1, 0x00, 0x00, 0x00, 0x00]);
        await Web.WaitForAsync(() => web.Coap.TcpCounters!.Broken == 1);
        Assert.Equal("0", (await other.GetAsync("/body").WaitAsync(Web.Patience)).GetText());
    }

    [Fact]
    public async Task A_peer_that_asks_and_never_reads_is_reset()
    {
        ManualClock clock = new();
        await using Web web = await Web.StartAsync(new CoapServerOptions { Time = clock, ConnectionEndpoint = Web.Bounds });
        web.Body = new byte[8000];
        using ClientWebSocket greedy = await web.OpenAsync();
        Task asking = Task.Run(async () =>
        {
            while (true)
            {
                await greedy.SendAsync(s_get, WebSocketMessageType.Binary, true, CancellationToken.None);
            }
        });
        await using (CoapClient other = await web.ClientAsync())
        {
            Assert.Equal(CoapCode.Content, (await other.GetAsync("/body").WaitAsync(Web.Patience)).Code);
        }

        await Web.WaitForAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return web.Coap.TcpCounters!.Stalled == 1;
        });
        await Assert.ThrowsAsync<WebSocketException>(() => asking.WaitAsync(Web.Patience));
    }
}
