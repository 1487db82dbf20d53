using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

// What goes over the wire, with the platform's own TLS at the other end.
public sealed partial class TlsTests
{
    private const int Alert = 21;

    [Theory]
    [InlineData("sensor.example", "sensor.example")]
    [InlineData("127.0.0.1", "")]
    public async Task A_server_is_told_its_name_and_never_an_address_and_offered_coap(string name, string told)
    {
        using System.Net.Sockets.TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        CoapStreamEndpoint endpoint = new(new CoapEndpointOptions(), new SystemRandomSource());
        await using TcpHost host = new(endpoint, new TcpHostOptions());
        Task<PeerId> connecting = host.ConnectAsync(
            (IPEndPoint)listener.LocalEndpoint, new TlsClientOptions { TrustedRoots = _authority.Roots, ServerName = name });
        using Socket socket = await listener.AcceptSocketAsync().WaitAsync(s_patience);
        await using SslStream stream = new(new NetworkStream(socket));
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = _authority.SignServer(), ApplicationProtocols = [new("http/1.1"), new("coap")],
        }).WaitAsync(s_patience);
        await connecting.WaitAsync(s_patience);
        Assert.Equal((told, "coap"), (stream.TargetHostName, stream.NegotiatedApplicationProtocol.ToString()));
    }

    /// <summary>Notes what has come of the other end, as it was on the wire.</summary>
    private sealed class Tap(Socket socket, List<byte> received) : NetworkStream(socket, ownsSocket: true)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await base.ReadAsync(buffer, cancellationToken);
            received.AddRange(buffer.Span[..count]);
            return count;
        }
    }

    private readonly List<byte> _received = [];
    private Socket? _socket;

    /// <summary>The content type of the last record that has come (RFC 5246, 6.2.1); an alert is 21.</summary>
    private int LastRecord()
    {
        int type = -1;
        for (int i = 0; i < _received.Count; i += 5 + (_received[i + 3] << 8) + _received[i + 4])
        {
            type = _received[i];
        }

        return type;
    }

    /// <summary>A client of the platform's own, after its handshake.</summary>
    private async Task<SslStream> PlatformClientAsync(SslProtocols protocols, string? application)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_server.LocalEndPoint);
        _socket = socket;
        SslStream stream = new(new Tap(socket, _received));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { _authority.Roots[0] }, RevocationMode = X509RevocationMode.NoCheck,
            },
            EnabledSslProtocols = protocols,
            ApplicationProtocols = application is null ? null : [new(application)],
        }).WaitAsync(s_patience);
        return stream;
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, "coap")]
    [InlineData(SslProtocols.Tls12, null)]
    [InlineData(SslProtocols.Tls13, "coap")]
    [InlineData(SslProtocols.Tls13, null)]
    public async Task TLS_1_2_and_1_3_are_spoken_with_coap_as_application_or_without(SslProtocols protocols, string? application)
    {
        Start(OfServer());
        await using SslStream stream = await PlatformClientAsync(protocols, application);
        Assert.Equal((protocols, application ?? ""), (stream.SslProtocol, stream.NegotiatedApplicationProtocol.ToString()));

        // A CSM, a GET of /body with a token.
        await stream.WriteAsync((byte[])[0x00, 0xe1, 0x51, 0x01, 0xaa, 0xb4, (byte)'b', (byte)'o', (byte)'d', (byte)'y']);
        Assert.Equal((0xe1, 0x45), (await ReadAsync(stream), await ReadAsync(stream)));
    }

    [Fact]
    public async Task Another_application_is_refused()
    {
        Start(OfServer());
        await Assert.ThrowsAnyAsync<Exception>(() => PlatformClientAsync(SslProtocols.Tls13, "http/1.1"));
        await WaitForAsync(() => _server.TcpCounters!.HandshakesFailed == 1);
        Assert.Equal(0, _server.TcpCounters!.Accepted);
    }

    [Fact]
    public async Task A_stop_is_told_by_Release_and_close_notify()
    {
        Start(OfServer());
        await using SslStream stream = await PlatformClientAsync(SslProtocols.Tls12, "coap");
        await stream.WriteAsync((byte[])[0x00, 0xe1]);
        Assert.Equal(0xe1, await ReadAsync(stream));
        Task stopped = _server.StopAsync();
        Assert.Equal(0xe4, await ReadAsync(stream));

        Assert.Equal(0, await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(s_patience));
        Assert.Equal(Alert, LastRecord());
        await stream.ShutdownAsync();
        stream.Close();
        await stopped.WaitAsync(s_patience);
        Assert.Equal((1, 0), (_server.TcpCounters!.Closed, _server.TcpCounters.Broken));
    }

    [Fact]
    public async Task A_client_that_closes_is_answered_by_close_notify()
    {
        Start(OfServer());
        await using SslStream stream = await PlatformClientAsync(SslProtocols.Tls12, "coap");
        await stream.WriteAsync((byte[])[0x00, 0xe1]);
        Assert.Equal(0xe1, await ReadAsync(stream));
        await stream.ShutdownAsync();
        Assert.Equal(0, await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(s_patience));
        Assert.Equal(Alert, LastRecord());
        await WaitForAsync(() => _server.TcpCounters!.Closed == 1);
        Assert.Equal(0, _server.TcpCounters!.Broken);
    }

    /// <summary>The code of the next message of the peer.</summary>
    private static async Task<byte> ReadAsync(SslStream stream)
    {
        byte[] message = new byte[10_000];
        for (int length = 1; ; length++)
        {
            await stream.ReadExactlyAsync(message, length - 1, 1).AsTask().WaitAsync(s_patience);
            CoapStreamFramer framer = new(10_000);
            framer.Append(message.AsSpan(0, length));
            if (framer.TryRead(out CoapMessage read))
            {
                return read.Code.Value;
            }
        }
    }
}
