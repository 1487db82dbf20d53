using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Ipso.Coap;
using Ipso.Net;
using Ipso.Tests.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ipso.AspNetCore.Tests;

/// <summary>CoAP over WebSockets (RFC 8323, 4) through Kestrel: requests, bodies, observation, security, the beginning and the end.</summary>
public sealed class WebSocketTests
{
    private static byte[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(static i => (byte)(i * 31 >> 3))];

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_client_reads_and_writes(string address)
    {
        await using Web web = await Web.StartAsync(address: address);
        await using CoapClient client = await web.ClientAsync();
        Assert.Equal(CoapCode.Changed, (await client.PutAsync("/body", "warm"u8.ToArray()).WaitAsync(Web.Patience)).Code);
        Assert.Equal("warm", (await client.GetAsync("/body").WaitAsync(Web.Patience)).GetText());
        Assert.Equal(CoapCode.NotFound, (await client.GetAsync("/nowhere").WaitAsync(Web.Patience)).Code);
        Assert.Equal("", (await client.GetAsync("/who").WaitAsync(Web.Patience)).GetText());
        Assert.Equal(1, web.Coap.TcpCounters!.Accepted);
    }

    [Fact]
    public async Task A_megabyte_goes_both_ways_in_blocks()
    {
        await using Web web = await Web.StartAsync();
        await using CoapClient client = await web.ClientAsync(new CoapClientOptions { Endpoint = Web.Bounds });
        byte[] body = Numbers(1 << 20);
        Assert.Equal(CoapCode.Changed, (await client.PutAsync("/body", body).WaitAsync(Web.Patience)).Code);
        Assert.Equal(body, web.Body);
        Assert.Equal(body, (await client.GetAsync("/body").WaitAsync(Web.Patience)).Payload);
    }

    [Fact]
    public async Task One_server_notifies_over_WebSockets_and_UDP()
    {
        await using Web web = await Web.StartAsync();
        web.Coap.Start(new IPEndPoint(IPAddress.Loopback, 0));
        await using CoapClient first = await web.ClientAsync();
        await using CoapClient second = CoapClient.Connect(web.Coap.LocalEndPoint);
        using CancellationTokenSource patience = new(Web.Patience);
        await using IAsyncEnumerator<CoapClientResponse> ofFirst = first.ObserveAsync("/body").GetAsyncEnumerator(patience.Token);
        await using IAsyncEnumerator<CoapClientResponse> ofSecond = second.ObserveAsync("/body").GetAsyncEnumerator(patience.Token);
        for (int i = 0; i < 4; i++)
        {
            if (i > 0)
            {
                Assert.Equal(2, web.Coap.ObserverCount);
                web.Body = Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture));
                web.Coap.Changed("/body");
            }

            Assert.True(await ofFirst.MoveNextAsync());
            Assert.True(await ofSecond.MoveNextAsync());
            string value = i.ToString(CultureInfo.InvariantCulture);
            Assert.Equal((value, value), (ofFirst.Current.GetText(), ofSecond.Current.GetText()));
        }
    }

    [Fact]
    public async Task Over_TLS_both_prove_who_they_are()
    {
        using TestAuthority authority = new();
        await using Web web = await Web.StartAsync(certificate: authority.SignServer(), clientRoots: authority.Roots);
        TlsClientOptions tls = new() { TrustedRoots = authority.Roots };
        await using (CoapClient client = await web.ClientAsync(new CoapClientOptions { Tls = tls }))
        {
            Assert.Equal("", (await client.GetAsync("/who").WaitAsync(Web.Patience)).GetText());
        }

        CoapClientOptions options = new() { Tls = tls with { Certificate = authority.Sign("node-7") } };
        await using (CoapClient client = await web.ClientAsync(options, "localhost"))
        {
            Assert.Equal("Certificate node-7", (await client.GetAsync("/who").WaitAsync(Web.Patience)).GetText());
        }
    }

    [Fact]
    public async Task It_is_served_in_HTTP_2_too()
    {
        using TestAuthority authority = new();
        await using Web web = await Web.StartAsync(certificate: authority.SignServer());
        using ClientWebSocket socket = await web.OpenInHttp2Async(authority.Roots);
        await socket.SendAsync(0x00, 0xe1);
        await socket.SendAsync(0x01, 0xe2, 0xbb);
        Assert.Equal((0xe1, 0xe3), (await socket.CodeAsync(), await socket.CodeAsync()));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Web.Patience);
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Fact]
    public async Task A_server_that_is_not_proved_is_refused_with_the_setting_that_helps()
    {
        using TestAuthority authority = new(), other = new("Another root");
        await using Web web = await Web.StartAsync(certificate: authority.SignServer());
        async Task<string> RefusedAsync(TestAuthority root, string? host) =>
            (await Assert.ThrowsAsync<TcpConnectException>(() => web.ClientAsync(
                new CoapClientOptions
                {
                    Tls = new TlsClientOptions { TrustedRoots = root.Roots },
                    Resolve = static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
                },
                host))).Message;
        Assert.Equal(
            $"TLS 127.0.0.1:{web.Http.Port} has a certificate (CN=sensor.example) that comes from no trusted root: add the root that signs "
            + "it to TlsClientOptions.TrustedRoots, and have the peer send the certificates in between.",
            await RefusedAsync(other, null));
        Assert.Contains("for other names than other.example", await RefusedAsync(authority, "other.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_WebSocket_of_CoAP_is_answered_by_HTTP()
    {
        await using Web web = await Web.StartAsync();
        using HttpClient http = new() { BaseAddress = web.Http };
        using HttpResponseMessage plain = await http.GetAsync(new Uri("/.well-known/coap", UriKind.Relative));
        Assert.Equal((HttpStatusCode.UpgradeRequired, "websocket"), (plain.StatusCode, plain.Headers.Upgrade.ToString()));
        using ClientWebSocket other = new();
        other.Options.AddSubProtocol("chat");
        other.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => other.ConnectAsync(
            new Uri($"ws://{web.Http.Authority}/.well-known/coap"), CancellationToken.None));
        Assert.Equal(HttpStatusCode.BadRequest, other.HttpStatusCode);
        Assert.Equal(0, web.Coap.TcpCounters!.Accepted);
    }

    [Theory]
    [InlineData("https://example.com", null)]
    [InlineData("https://example.org", HttpStatusCode.Forbidden)]
    public async Task Pages_of_other_origins_are_refused_where_origins_are_named(string origin, HttpStatusCode? refused)
    {
        await using Web web = await Web.StartAsync();
        using ClientWebSocket socket = new();
        socket.Options.AddSubProtocol("coap");
        socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.CollectHttpResponseDetails = true;
        Task opening = socket.ConnectAsync(new Uri($"ws://{web.Http.Authority}/browsers"), CancellationToken.None);
        if (refused is null)
        {
            await opening.WaitAsync(Web.Patience);
            Assert.Equal(0xe1, await socket.CodeAsync());
            return;
        }

        await Assert.ThrowsAsync<WebSocketException>(() => opening.WaitAsync(Web.Patience));
        Assert.Equal(refused, socket.HttpStatusCode);
    }

    [Fact]
    public async Task A_server_of_HTTP_without_CoAP_is_named()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        await using WebApplication app = builder.Build();
        app.UseWebSockets();
        bool isFound = false;
        app.MapGet("/.well-known/coap", async (HttpContext context) =>
        {
            if (isFound)
            {
                using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.ReadAsync();
                return;
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
        });
        await app.StartAsync();
        Uri uri = new($"coap+ws://{new Uri(app.Urls.First()).Authority}");
        TcpConnectException none = await Assert.ThrowsAsync<TcpConnectException>(() => CoapClient.ConnectAsync(uri).WaitAsync(Web.Patience));
        Assert.StartsWith($"WebSocket ws://{uri.Authority}/.well-known/coap was not opened: ", none.Message, StringComparison.Ordinal);
        Assert.Contains("404", none.Message, StringComparison.Ordinal);
        isFound = true;
        none = await Assert.ThrowsAsync<TcpConnectException>(() => CoapClient.ConnectAsync(uri).WaitAsync(Web.Patience));
        Assert.EndsWith("/.well-known/coap does not speak CoAP: it has not agreed to the subprotocol coap.", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_of_the_application_is_told_by_Release_and_Close()
    {
        await using Web web = await Web.StartAsync();
        using ClientWebSocket socket = await web.OpenAsync();
        Assert.Equal(0xe1, await socket.CodeAsync());
        await using CoapClient client = await web.ClientAsync();
        Task stopped = web.App.StopAsync();
        Assert.Equal(0xe4, await socket.CodeAsync());
        Assert.Null(await socket.ReadAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await stopped.WaitAsync(Web.Patience);
        Assert.Equal((2, 0), (web.Coap.TcpCounters!.Closed, web.Coap.TcpCounters.Broken));
        CoapException ended = await Assert.ThrowsAsync<CoapException>(() => client.GetAsync("/body").WaitAsync(Web.Patience));
        Assert.Equal(CoapFailure.Closed, ended.Failure);
    }

    [Fact]
    public async Task A_client_that_closes_is_answered_by_a_Close()
    {
        await using Web web = await Web.StartAsync();
        using ClientWebSocket socket = await web.OpenAsync();
        Assert.Equal(0xe1, await socket.CodeAsync());
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Web.Patience);
        Assert.Equal(WebSocketState.Closed, socket.State);
        await Web.WaitForAsync(() => web.Coap.TcpCounters!.Closed == 1);
        Assert.Equal(0, web.Coap.TcpCounters!.Broken);
    }

    [Fact]
    public async Task A_connection_that_was_lost_is_made_anew()
    {
        Web first = await Web.StartAsync();
        int port = first.Http.Port;
        await using CoapClient client = await first.ClientAsync();
        Assert.Equal("0", (await client.GetAsync("/body").WaitAsync(Web.Patience)).GetText());
        await first.DisposeAsync();
        CoapException closed = await Assert.ThrowsAsync<CoapException>(() => client.GetAsync("/body").WaitAsync(Web.Patience));
        Assert.Equal(CoapFailure.Closed, closed.Failure);
        await using Web second = await Web.StartAsync(port: port);
        second.Body = "again"u8.ToArray();
        Assert.Equal("again", (await client.GetAsync("/body").WaitAsync(Web.Patience)).GetText());
    }

    [Fact]
    public async Task A_client_does_not_wait_for_ever_for_the_answer_of_HTTP()
    {
        using System.Net.Sockets.TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        ManualClock clock = new();
        Uri uri = new($"coap+ws://{listener.LocalEndpoint}");
        Task<CoapClient> connecting = CoapClient.ConnectAsync(uri, new CoapClientOptions { Time = clock });

        // When its request comes, it waits.
        using System.Net.Sockets.Socket accepted = await listener.AcceptSocketAsync().WaitAsync(Web.Patience);
        byte[] request = new byte[1000];
        int length = await accepted.ReceiveAsync(request).WaitAsync(Web.Patience);
        Assert.StartsWith("GET /.well-known/coap HTTP/1.1", Encoding.ASCII.GetString(request, 0, length), StringComparison.Ordinal);
        while (!connecting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(6));
            await Task.Yield();
        }

        TcpConnectException late = await Assert.ThrowsAsync<TcpConnectException>(() => connecting);
        Assert.Equal($"WebSocket ws://{uri.Authority}/.well-known/coap was not opened in time (00:00:15).", late.Message);
    }

    [Fact]
    public async Task Nobody_listening_is_said_as_it_is_over_TCP()
    {
        using System.Net.Sockets.Socket bound = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)bound.LocalEndPoint!).Port;
        TcpConnectException none = await Assert.ThrowsAsync<TcpConnectException>(
            () => CoapClient.ConnectAsync(new Uri($"coap+ws://127.0.0.1:{port}")).WaitAsync(Web.Patience));
        Assert.Equal($"TCP 127.0.0.1:{port} refused the connection: nobody listens there.", none.Message);
    }
}
