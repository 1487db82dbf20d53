using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ipso.Dtls;
using Ipso.Net;
using Ipso.Net.Security;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary><c>ipso coap</c>, as a process, with servers that have to prove who they are, or want to know who asks.</summary>
public sealed class CoapSecurityTests : IDisposable
{
    private static readonly byte[] s_key = Convert.FromHexString("000102030405060708090a0b0c0d0e0f");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pre_shared_key_opens_coaps()
    {
        using PreSharedKeyStore keys = new() { { "node-7", s_key } };
        using OpenSslSecurity serving = new(new DtlsOptions { PreSharedKeys = keys.Find });
        await using CoapServer server = Serve();
        server.Start(new UdpHostOptions { Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0)) { Security = serving }] });
        string uri = $"coaps://{server.LocalEndPoint}/who";
        _folder.Write("my.key", Convert.ToHexString(s_key) + "\n");
        _folder.Write("wrong.key", "00010203");
        _folder.Write("no.key", "secret");

        Assert.Equal("PreSharedKey node-7", (await RunAsync("get", uri, "--raw", "--identity", "node-7", "--key", "my.key")).Succeeds().Output);
        (await RunAsync("get", uri, "--identity", "node-7", "--key", "wrong.key", "--timeout", "1")).FailsWith(5, "");
        Outcome refused = await RunAsync("get", uri, "--identity", "node-7", "--key", "no.key");
        refused.FailsWith(2, "no.key");
        Assert.DoesNotContain("secret", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_trusted_opens_a_connection_over_TLS()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using CoapServer server = Serve();
        server.Start(new TcpHostOptions
        {
            Listeners = [new TcpListenerOptions(new IPEndPoint(IPAddress.Loopback, 0)) { Tls = new TlsServerOptions { Certificate = certificate } }],
        });
        string uri = $"coaps+tcp://{server.TcpEndPoints[0]}/who";
        _folder.Write("ca.pem", certificate.ExportCertificatePem());
        _folder.Write("no.pem", "nothing");

        Assert.Equal("anybody", (await RunAsync("get", uri, "--raw", "--trust", "ca.pem")).Succeeds().Output);
        (await RunAsync("get", uri)).FailsWith(5, "certificate");
        (await RunAsync("get", uri, "--trust", "no.pem")).FailsWith(2, "no.pem");
    }

    private static CoapServer Serve()
    {
        CoapServer server = new();
        server.MapGet("/who", static request => CoapReply.Content(request.Identity is { } identity ? $"{identity}" : "anybody"));
        return server;
    }

    private Task<Outcome> RunAsync(params string[] arguments) => ToolProcess.RunAsync(_folder.Path, ["coap", .. arguments]);
}
