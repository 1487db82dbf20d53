using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Tests.Net;

/// <summary>CoAP over TLS (RFC 8323, 8.2) on loopback: client and server, who they prove to be, and what they refuse.</summary>
[Trait("Category", "Network")]
[Trait("Category", "Security")]
public sealed partial class TlsTests : AsyncTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly TestAuthority _authority = new();
    private readonly MemoryLogger _log = new();
    private readonly CoapServer _server;
    private byte[] _body = [];

    public TlsTests()
    {
        CoapEndpointOptions endpoint = new() { MaxBodySize = 1 << 20, TransferBytes = 3 << 20 };
        _server = new CoapServer(new CoapServerOptions { ConnectionEndpoint = endpoint with { MaxMessageSize = 8320 } });
        _server.MapGet("/who", static request => CoapReply.Content($"{request.Identity}"));
        _server.MapGet("/body", _ => CoapReply.Content(_body, ContentFormat.OctetStream)).Observable();
        _server.MapPut("/body", request =>
        {
            _body = request.Payload.ToArray();
            return CoapReply.Changed;
        });
    }

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _authority.Dispose();
    }

    private TlsServerOptions OfServer(TlsClientCertificates asked = TlsClientCertificates.NotAsked) => new()
    {
        Certificate = _authority.SignServer(),
        ClientCertificates = asked,
        ClientRoots = _authority.Roots,
    };

    private void Start(TlsServerOptions tls, TcpHostOptions? options = null) => _server.Start((options ?? new TcpHostOptions()) with
    {
        Listeners = [new TcpListenerOptions(new IPEndPoint(IPAddress.Loopback, 0)) { Tls = tls }],
        Logger = _log,
    });

    private Task<CoapClient> ClientAsync(TlsClientOptions? tls = null, string? host = null) => CoapClient.ConnectAsync(
        new Uri($"coaps+tcp://{host ?? "127.0.0.1"}:{_server.LocalEndPoint.Port}"),
        new CoapClientOptions
        {
            Tls = tls ?? new TlsClientOptions { TrustedRoots = _authority.Roots },
            Resolve = static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
        }).WaitAsync(s_patience);

    private static byte[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(static i => (byte)(i * 31 >> 3))];

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("sensor.example")]
    public async Task A_client_reads_and_writes_a_server_whose_name_or_address_is_proved(string host)
    {
        Start(OfServer());
        await using CoapClient client = await ClientAsync(host: host);
        Assert.Equal(CoapCode.Changed, (await client.PutAsync("/body", "warm"u8.ToArray()).WaitAsync(s_patience)).Code);
        Assert.Equal("warm", (await client.GetAsync("/body").WaitAsync(s_patience)).GetText());
        Assert.Equal("", (await client.GetAsync("/who").WaitAsync(s_patience)).GetText());
        TcpCounters counters = _server.TcpCounters!;
        Assert.Equal((1, 1, 0), (counters.Handshakes, counters.Accepted, counters.HandshakesFailed));
    }

    [Fact]
    public async Task A_megabyte_goes_both_ways_in_blocks()
    {
        Start(OfServer());
        CoapClientOptions options = new()
        {
            Tls = new TlsClientOptions { TrustedRoots = _authority.Roots },
            Endpoint = new CoapEndpointOptions { MaxMessageSize = 8320, MaxBodySize = 1 << 20, TransferBytes = 3 << 20 },
        };
        await using CoapClient client = await CoapClient.ConnectAsync(new Uri($"coaps+tcp://{_server.LocalEndPoint}"), options);
        byte[] body = Numbers(1 << 20);
        Assert.Equal(CoapCode.Changed, (await client.PutAsync("/body", body).WaitAsync(s_patience)).Code);
        Assert.Equal(body, _body);
        Assert.Equal(body, (await client.GetAsync("/body").WaitAsync(s_patience)).Payload);
    }

    [Fact]
    public async Task Changes_are_observed_in_order_over_TLS_and_UDP_from_one_server()
    {
        Start(OfServer());
        _server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        await using CoapClient secured = await CoapClient.ConnectAsync(
            new Uri($"coaps+tcp://{_server.TcpEndPoints[0]}"),
            new CoapClientOptions { Tls = new TlsClientOptions { TrustedRoots = _authority.Roots } });
        await using CoapClient plain = CoapClient.Connect(_server.LocalEndPoint);
        using CancellationTokenSource patience = new(s_patience);
        await using IAsyncEnumerator<CoapClientResponse> first = secured.ObserveAsync("/body").GetAsyncEnumerator(patience.Token);
        await using IAsyncEnumerator<CoapClientResponse> second = plain.ObserveAsync("/body").GetAsyncEnumerator(patience.Token);
        for (int i = 0; i < 3; i++)
        {
            string value = i.ToString(CultureInfo.InvariantCulture);
            if (i == 0)
            {
                _body = Encoding.ASCII.GetBytes(value);
            }
            else
            {
                Assert.Equal(2, _server.ObserverCount);
                await plain.PutAsync("/body", Encoding.ASCII.GetBytes(value));
                _server.Changed("/body");
            }

            Assert.True(await first.MoveNextAsync());
            Assert.True(await second.MoveNextAsync());
            Assert.Equal((value, value), (first.Current.GetText(), second.Current.GetText()));
        }
    }

    [Theory]
    [InlineData(TlsClientCertificates.Asked)]
    [InlineData(TlsClientCertificates.Required)]
    public async Task A_handler_knows_the_client_by_its_certificate(TlsClientCertificates asked)
    {
        Start(OfServer(asked));
        foreach (X509Certificate2 own in (X509Certificate2[])[_authority.Sign("node-7"), _authority.Sign(null, ["node-7", "node-8"])])
        {
            TlsClientOptions tls = new() { TrustedRoots = _authority.Roots, Certificate = own };
            await using CoapClient client = await ClientAsync(tls);
            Assert.Equal("Certificate node-7", (await client.GetAsync("/who").WaitAsync(s_patience)).GetText());
        }
    }

    [Fact]
    public async Task A_session_that_is_resumed_is_of_the_same_client()
    {
        Start(OfServer(TlsClientCertificates.Required));
        TlsClientOptions tls = new() { TrustedRoots = _authority.Roots, Certificate = _authority.Sign("node-7") };
        for (int i = 0; i < 5; i++)
        {
            await using CoapClient client = await ClientAsync(tls);
            Assert.Equal("Certificate node-7", (await client.GetAsync("/who").WaitAsync(s_patience)).GetText());
        }

        Assert.Equal((5, 0), (_server.TcpCounters!.Accepted, _server.TcpCounters.HandshakesFailed));
    }

    [Fact]
    public async Task A_client_that_asks_and_never_reads_is_reset_and_others_are_served()
    {
        ManualClock clock = new();
        Start(OfServer(), new TcpHostOptions { Time = clock });
        _body = Numbers(8000);
        await using SslStream greedy = await PlatformClientAsync(SslProtocols.Tls13, "coap");

        // A CSM, and then what asks for /body.
        byte[] get = [0x51, 0x01, 0xaa, 0xb4, (byte)'b', (byte)'o', (byte)'d', (byte)'y'];
        byte[] requests = [.. Enumerable.Repeat(get, 500).SelectMany(static get => get)];
        await greedy.WriteAsync((byte[])[0x00, 0xe1]);
        Task asking = Task.Run(async () =>
        {
            while (true)
            {
                await greedy.WriteAsync(requests);
            }
        });
        await using (CoapClient client = await ClientAsync())
        {
            Assert.Equal(_body, (await client.GetAsync("/body").WaitAsync(s_patience)).Payload);
        }

        await WaitForAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return _server.TcpCounters!.Stalled == 1;
        });
        await Assert.ThrowsAsync<IOException>(() => asking.WaitAsync(s_patience));
    }

    [Fact]
    public async Task The_owner_of_a_connection_knows_the_server_by_the_name_that_it_proved()
    {
        Start(OfServer());
        CoapStreamEndpoint endpoint = new(new CoapEndpointOptions(), new SystemRandomSource());
        await using TcpHost host = new(endpoint, new TcpHostOptions());
        TlsClientOptions tls = new() { TrustedRoots = _authority.Roots, ServerName = "sensor.example" };
        PeerId peer = await host.ConnectAsync(_server.LocalEndPoint, tls).WaitAsync(s_patience);
        PeerIdentity? identity = host.Invoke((host, peer), static (call, _) => call.host.FindIdentity(call.peer));
        Assert.Equal(new PeerIdentity(PeerIdentityKind.Certificate, "sensor.example"u8), identity);
    }

    [Fact]
    public async Task A_client_without_certificate_is_served_where_it_is_asked_and_not_where_it_is_required()
    {
        Start(OfServer(TlsClientCertificates.Asked));
        await using CoapClient client = await ClientAsync();
        Assert.Equal("", (await client.GetAsync("/who").WaitAsync(s_patience)).GetText());
    }

    private async Task<string> RefusedAsync(TlsClientOptions? tls, string? host = null)
    {
        TcpConnectException refused = await Assert.ThrowsAsync<TcpConnectException>(() => ClientAsync(tls, host));
        Assert.StartsWith($"TLS {_server.LocalEndPoint} ", refused.Message, StringComparison.Ordinal);
        return refused.Message[$"TLS {_server.LocalEndPoint} ".Length..];
    }

    [Fact]
    public async Task A_server_of_another_root_is_refused_with_the_setting_that_helps()
    {
        using TestAuthority other = new("Another root");
        Start(OfServer());
        Assert.Equal(
            "has a certificate (CN=sensor.example) that comes from no trusted root: add the root that signs it to "
            + "TlsClientOptions.TrustedRoots, and have the peer send the certificates in between.",
            await RefusedAsync(new TlsClientOptions { TrustedRoots = other.Roots }));

        // The system does not trust it either.
        Assert.Contains("comes from no trusted root", await RefusedAsync(new TlsClientOptions()), StringComparison.Ordinal);
    }

    // The words of a certificate are the peer's own: they make one line of a log, of bounded length, and no more.
    [Fact]
    public void What_is_told_of_a_certificate_that_credentials_do_not_trust_is_one_short_line()
    {
        using TestAuthority other = new("Another root");
        using X509Certificate2 root = _authority.Roots[0];
        string? told = null;
        SslClientAuthenticationOptions options = new TlsHandshake(
            new CertificateCredentials(null, new CertificateTrust(root)), "sensor.example").ForHttp(why => told = why);
        string name = "a\nforged\u2028line" + new string('m', 40);
        Assert.False(options.RemoteCertificateValidationCallback!(
            this, other.Sign(name, ["sensor.example"]), null, SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.StartsWith("has a certificate (CN=", told, StringComparison.Ordinal);
        Assert.Contains("a?forged?line", told, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', told!);
    }

    [Fact]
    public async Task A_server_of_another_name_is_refused_with_the_setting_that_helps()
    {
        Start(OfServer());
        Assert.Equal(
            "has a certificate (CN=sensor.example) for other names than other.example: connect to a name that it is for, or set "
            + "TlsClientOptions.ServerName to one.",
            await RefusedAsync(null, "other.example"));
        await using CoapClient client = await ClientAsync(
            new TlsClientOptions { TrustedRoots = _authority.Roots, ServerName = "sensor.example" }, "other.example");
        Assert.Equal(CoapCode.Content, (await client.GetAsync("/body").WaitAsync(s_patience)).Code);
    }

    [Fact]
    public async Task A_server_whose_time_is_over_is_refused()
    {
        X509Certificate2 expired = _authority.Sign("sensor.example", addresses: [IPAddress.Loopback], isExpired: true);
        Start(new TlsServerOptions { Certificate = expired });
        Assert.StartsWith(
            $"has a certificate (CN=sensor.example) that is not valid now, or one above it is not: its own time is "
            + string.Create(CultureInfo.InvariantCulture, $"{expired.NotBefore:u} to {expired.NotAfter:u}"),
            await RefusedAsync(null),
            StringComparison.Ordinal);
    }

    /// <summary>What the server logs of a client that it does not trust; the client finds its connection closed.</summary>
    private async Task<string> TurnedAwayAsync(X509Certificate2? own)
    {
        Start(OfServer(TlsClientCertificates.Required));
        TlsClientOptions tls = new() { TrustedRoots = _authority.Roots, Certificate = own };
        try
        {
            // In TLS 1.3 a client is done before the server has seen its certificate.
            await using CoapClient client = await ClientAsync(tls);
            CoapException ended = await Assert.ThrowsAsync<CoapException>(() => client.GetAsync("/who").WaitAsync(s_patience));
            Assert.Equal(CoapFailure.Closed, ended.Failure);
        }
        catch (TcpConnectException)
        {
            // It has heard of it in time.
        }

        await WaitForAsync(() => _server.TcpCounters!.HandshakesFailed > 0);
        Assert.Equal((0, 0), (_server.TcpCounters!.Accepted, _server.ConnectionCounters!.Handled));
        await WaitForAsync(() => Logged("certificate") is not null);
        return Logged("certificate")!;
    }

    private string? Logged(string what)
    {
        lock (_log.Lines)
        {
            return _log.Lines.FirstOrDefault(line => line.Contains(what, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_client_without_certificate_is_not_served_where_one_is_required() =>
        Assert.EndsWith("sent no certificate", await TurnedAwayAsync(null), StringComparison.Ordinal);

    [Fact]
    public async Task A_client_of_another_root_is_not_served()
    {
        using TestAuthority other = new("Another root");
        Assert.Contains(
            "has a certificate (CN=node-7) that comes from no trusted root: add the root that signs it to TlsServerOptions.ClientRoots",
            await TurnedAwayAsync(other.Sign("node-7")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_certificate_says_is_told_in_one_line()
    {
        using TestAuthority other = new("Another root");
        string said = await TurnedAwayAsync(other.Sign("node-7\nInformation 25 TcpOpened\u2028"));
        Assert.Contains("?Information 25 TcpOpened?", said, StringComparison.Ordinal);
        Assert.DoesNotContain(said, static c => c is '\n' or '\u2028');
    }

    [Fact]
    public async Task A_client_whose_time_is_over_is_not_served() => Assert.Contains(
        "(CN=node-7) that is not valid now", await TurnedAwayAsync(_authority.Sign("node-7", isExpired: true)), StringComparison.Ordinal);

    [Fact]
    public async Task A_client_whose_certificate_names_nobody_is_not_served() =>
        Assert.Contains("that names nobody", await TurnedAwayAsync(_authority.Sign(null)), StringComparison.Ordinal);

    [Fact]
    public async Task A_connection_that_was_lost_is_made_anew_with_its_TLS()
    {
        Start(OfServer(TlsClientCertificates.Required));
        TlsClientOptions tls = new() { TrustedRoots = _authority.Roots, Certificate = _authority.Sign("node-7") };
        await using CoapClient client = await ClientAsync(tls);
        Assert.Equal("Certificate node-7", (await client.GetAsync("/who").WaitAsync(s_patience)).GetText());
        IPEndPoint at = _server.LocalEndPoint;
        await _server.DisposeAsync();
        await using CoapServer second = new();
        second.MapGet("/who", static request => CoapReply.Content($"again {request.Identity}"));
        second.Start(new TcpHostOptions
        {
            Listeners = [new TcpListenerOptions(at) { Tls = OfServer(TlsClientCertificates.Required) }],
        });
        Assert.Equal("again Certificate node-7", (await client.GetAsync("/who").WaitAsync(s_patience)).GetText());
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using CancellationTokenSource patience = new(s_patience);
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
