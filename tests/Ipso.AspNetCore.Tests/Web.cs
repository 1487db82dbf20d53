using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ipso.AspNetCore.Tests;

/// <summary>A CoAP server behind Kestrel, on a port of loopback that the system chooses.</summary>
internal sealed class Web : IAsyncDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    internal static readonly CoapEndpointOptions Bounds = new()
    {
        MaxMessageSize = 8320, MaxBodySize = 1 << 20, TransferBytes = 3 << 20,
    };

    private Web(WebApplication app, CoapServer coap) => (App, Coap) = (app, coap);

    internal WebApplication App { get; }

    internal CoapServer Coap { get; }

    internal byte[] Body { get; set; } = "0"u8.ToArray();

    internal Uri Http => new(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    internal static async Task<Web> StartAsync(
        CoapServerOptions? options = null,
        X509Certificate2? certificate = null,
        X509Certificate2Collection? clientRoots = null,
        string address = "127.0.0.1",
        int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(address), port, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.ClientCertificateMode = clientRoots is null ? default : ClientCertificateMode.AllowCertificate;
                    https.OnAuthenticate = (_, tls) => tls.CertificateChainPolicy = new X509ChainPolicy
                    {
                        TrustMode = X509ChainTrustMode.CustomRootTrust,
                        CustomTrustStore = { (clientRoots ?? [certificate])[0] },
                        RevocationMode = X509RevocationMode.NoCheck,
                    };
                });
            }
        }));
        WebApplication app = builder.Build();
        Web web = new(app, new CoapServer(options ?? new CoapServerOptions { ConnectionEndpoint = Bounds }));
        web.Coap.MapGet("/who", static request => CoapReply.Content($"{request.Identity}"));
        web.Coap.MapGet("/body", _ => CoapReply.Content(web.Body, ContentFormat.OctetStream)).Observable();
        web.Coap.MapPut("/body", request =>
        {
            web.Body = request.Payload.ToArray();
            return CoapReply.Changed;
        });

        // An endpoint of CoAP does without; others may want it.
        app.UseWebSockets();
        app.MapCoap(web.Coap);
        app.MapCoap("/browsers", web.Coap, ["https://example.com"]);
        await app.StartAsync();
        return web;
    }

    internal Task<CoapClient> ClientAsync(CoapClientOptions? options = null, string? host = null) => CoapClient.ConnectAsync(
        new Uri($"{(Http.Scheme == "https" ? "coaps" : "coap")}+ws://{host ?? Http.Host}:{Http.Port}"),
        options ?? new CoapClientOptions()).WaitAsync(Patience);

    /// <summary>The same in HTTP/2, over TLS (RFC 8441).</summary>
    internal async Task<ClientWebSocket> OpenInHttp2Async(X509Certificate2Collection roots)
    {
        ClientWebSocket socket = new();
        socket.Options.AddSubProtocol("coap");
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        SocketsHttpHandler handler = new();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { roots[0] }, RevocationMode = X509RevocationMode.NoCheck,
        };
        Uri uri = new($"wss://{Http.Authority}/.well-known/coap");
        await socket.ConnectAsync(uri, new HttpMessageInvoker(handler), CancellationToken.None).WaitAsync(Patience);
        return socket;
    }

    /// <summary>A WebSocket of the platform's own at the well-known path, after its CSM, if it is to have sent one.</summary>
    internal async Task<ClientWebSocket> OpenAsync(bool sendsCsm = true)
    {
        ClientWebSocket socket = new();
        socket.Options.AddSubProtocol("coap");
        await socket.ConnectAsync(new Uri($"ws://{Http.Authority}/.well-known/coap"), CancellationToken.None).WaitAsync(Patience);
        if (sendsCsm)
        {
            await socket.SendAsync((byte[])[0x00, 0xe1], WebSocketMessageType.Binary, true, CancellationToken.None);
        }

        return socket;
    }

    internal static async Task WaitForAsync(Func<bool> condition)
    {
        using CancellationTokenSource patience = new(Patience);
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Coap.DisposeAsync();
    }
}

/// <summary>What a test asks of a WebSocket.</summary>
internal static class WebSocketTestExtensions
{
    internal static Task SendAsync(this WebSocket socket, params byte[] message) =>
        socket.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None).WaitAsync(Web.Patience);

    /// <summary>The next message, whole; null when the other end has closed.</summary>
    internal static async Task<byte[]?> ReadAsync(this WebSocket socket)
    {
        byte[] buffer = new byte[10_000];
        int length = 0;
        while (true)
        {
            WebSocketReceiveResult read = await socket.ReceiveAsync(
                new ArraySegment<byte>(buffer, length, buffer.Length - length), CancellationToken.None).WaitAsync(Web.Patience);
            length += read.Count;
            if (read.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            Assert.Equal(WebSocketMessageType.Binary, read.MessageType);
            if (read.EndOfMessage)
            {
                // RFC 8323, 4.2: Len is 0.
                Assert.Equal(0, buffer[0] >> 4);
                return buffer[..length];
            }
        }
    }

    /// <summary>The code of the next message.</summary>
    internal static async Task<byte> CodeAsync(this WebSocket socket) => (await socket.ReadAsync())![1];
}
