using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ipso.Dtls;
using Ipso.Dtls.Tests;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Integration.Tests.Security;

/// <summary>DTLS with libcoap's programs, each with another TLS library.</summary>
[Trait("Category", "Security")]
public sealed class LibcoapSecurityTests : IDisposable
{
    private const string OpenSslClient = "coap-client-openssl", GnuTlsClient = "coap-client-gnutls";
    private const string OpenSslServer = "coap-server-openssl", GnuTlsServer = "coap-server-gnutls";
    private const string Identity = "node-7", Secret = "a key of twenty byte";

    private readonly TestPki _pki = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("ipso-pki-").FullName;

    public void Dispose()
    {
        _pki.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [PeerTheory(OpenSslClient, GnuTlsClient)]
    [InlineData("openssl", DtlsCiphers.Gcm)]
    [InlineData("gnutls", DtlsCiphers.Gcm)]
    [InlineData("gnutls", DtlsCiphers.Ccm)]
    [InlineData("gnutls", DtlsCiphers.Ccm8)]
    [InlineData("gnutls", DtlsCiphers.Cbc)]
    public async Task Its_clients_are_served_by_a_key(string library, DtlsCiphers ciphers)
    {
        await using SecureServer server = new(new DtlsOptions { PreSharedKeys = SecureServer.Key(Identity, Secret), Ciphers = ciphers });
        LibcoapClient client = new(server.EndPoint, "coaps", $"coap-client-{library}");
        LibcoapClient.Answer answer = await client.RequestAsync("get", "/who", more: ["-u", Identity, "-k", Secret]);
        Assert.Equal("PreSharedKey node-7", answer.Text);
        answer = await client.RequestAsync("get", "/long", more: ["-u", Identity, "-k", Secret]);
        Assert.Equal(new string('x', 3000), answer.Text);
    }

    [PeerTheory(OpenSslClient, GnuTlsClient)]
    [InlineData("openssl", Identity, "a wrong key")]
    [InlineData("openssl", "node-8", Secret)]
    [InlineData("gnutls", Identity, "a wrong key")]
    [InlineData("gnutls", "node-8", Secret)]
    public async Task Its_clients_are_not_served_by_another_key(string library, string identity, string key)
    {
        await using SecureServer server = new(new DtlsOptions { PreSharedKeys = SecureServer.Key(Identity, Secret) });
        LibcoapClient client = new(server.EndPoint, "coaps", $"coap-client-{library}");
        LibcoapClient.Answer answer = await client.RequestAsync("get", "/who", more: ["-u", identity, "-k", key, "-B", "2"]);
        Assert.Empty(answer.Payload);
    }

    [PeerTheory(OpenSslClient, GnuTlsClient)]
    [InlineData("openssl")]
    [InlineData("gnutls")]
    public async Task Its_clients_are_served_by_certificates(string library)
    {
        await using SecureServer server = new(new DtlsOptions { Certificate = Certificate("server", "127.0.0.1", "localhost") });
        LibcoapClient client = new(server.EndPoint, "coaps", $"coap-client-{library}");
        LibcoapClient.Answer answer = await client.RequestAsync("get", "/who", more: Files("urn:node:7"));
        Assert.Equal("Certificate urn:node:7", answer.Text);
    }

    [PeerTheory(OpenSslServer, GnuTlsServer)]
    [InlineData("openssl", DtlsCiphers.Gcm)]
    [InlineData("openssl", DtlsCiphers.Ccm)]
    [InlineData("openssl", DtlsCiphers.Ccm8)]
    [InlineData("gnutls", DtlsCiphers.Gcm)]
    [InlineData("gnutls", DtlsCiphers.Ccm)]
    [InlineData("gnutls", DtlsCiphers.Ccm8)]
    [InlineData("gnutls", DtlsCiphers.Cbc)]
    public async Task Its_servers_answer_to_a_key(string library, DtlsCiphers ciphers)
    {
        await using LibcoapServer server = await LibcoapServer.StartSecureAsync(library, "-k", Secret);
        PreSharedKeyCredentials key = new(Encoding.UTF8.GetBytes(Identity), Encoding.UTF8.GetBytes(Secret));
        Assert.Contains("This is a test server", await AskAsync(server, key, ciphers, "127.0.0.1"), StringComparison.Ordinal);
    }

    [PeerTheory(OpenSslServer, GnuTlsServer)]
    [InlineData("openssl")]
    [InlineData("gnutls")]
    public async Task Its_servers_do_not_answer_to_another_key(string library)
    {
        await using LibcoapServer server = await LibcoapServer.StartSecureAsync(library, "-k", Secret);
        PreSharedKeyCredentials key = new(Encoding.UTF8.GetBytes(Identity), "a wrong key"u8.ToArray());
        SecurityOptions bounds = new() { HandshakeTimeout = TimeSpan.FromSeconds(2) };
        CoapException thrown = await Assert.ThrowsAsync<CoapException>(
            () => AskAsync(server, key, DtlsCiphers.Gcm, "127.0.0.1", bounds));
        Assert.Equal(CoapFailure.Security, thrown.Failure);
    }

    [PeerTheory(OpenSslServer, GnuTlsServer)]
    [InlineData("openssl", DtlsCiphers.Gcm)]
    [InlineData("openssl", DtlsCiphers.Ccm8)]
    [InlineData("gnutls", DtlsCiphers.Gcm)]
    [InlineData("gnutls", DtlsCiphers.Ccm8)]
    public async Task Its_servers_answer_to_certificates_and_are_verified(string library, DtlsCiphers ciphers)
    {
        await using LibcoapServer server = await LibcoapServer.StartSecureAsync(library, Files("server", "localhost"));
        CertificateCredentials credentials = Certificate("urn:node:7");
        Assert.Contains("This is a test server", await AskAsync(server, credentials, ciphers, "localhost"), StringComparison.Ordinal);

        CoapException thrown = await Assert.ThrowsAsync<CoapException>(() => AskAsync(server, credentials, ciphers, "127.0.0.1"));
        Assert.Equal(CoapFailure.Security, thrown.Failure);
        Assert.Contains("The certificate is not for 127.0.0.1", thrown.Message, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(
        LibcoapServer server, SecurityCredentials credentials, DtlsCiphers ciphers, string host, SecurityOptions? bounds = null)
    {
        using OpenSslSecurity security = new(new DtlsOptions { Ciphers = ciphers });
        await using CoapClient client = new(new CoapClientOptions
        {
            Security = security,
            Credentials = credentials,
            SecurityBounds = bounds,
            Resolve = static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
        });
        return (await client.GetAsync($"coaps://{host}:{server.EndPoint.Port + 1}/")).EnsureSuccess().GetText();
    }

    private CertificateCredentials Certificate(string name, params string[] names) =>
        new(_pki.Issue(name, names.Length > 0 ? names : null), new CertificateTrust(_pki.Authority));

    // Options of libcoap's programs: a certificate with its key, and the CA.
    private string[] Files(string name, params string[] names)
    {
        using X509Certificate2 certificate = _pki.Issue(name, names.Length > 0 ? names : null);
        string own = Write("own.crt", certificate.ExportCertificatePem());
        string key = Write("own.key", certificate.GetECDsaPrivateKey()!.ExportECPrivateKeyPem());
        string authority = Write("ca.crt", _pki.Authority.ExportCertificatePem());
        return ["-c", own, "-j", key, "-C", authority];
    }

    private string Write(string file, string text)
    {
        string path = Path.Combine(_folder, file);
        File.WriteAllText(path, text);
        return path;
    }
}
