using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ipso.Net;
using Ipso.Net.Security;
using Ipso.Tests.Docs;

namespace Ipso.Dtls.Tests;

/// <summary>The examples of docs/security.md, compiled and run: the code stands here as it stands there.</summary>
[Trait("Category", "Security")]
public class SecurityDocsTests
{
    [Fact]
    public async Task A_server_and_its_client()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        CancellationToken cancellationToken = timeout.Token;
        byte[] key = Keys.Right;

        using PreSharedKeyStore keys = new() { { "node-7", key } };
        using OpenSslSecurity serving = new(new DtlsOptions { PreSharedKeys = keys.Find });
        await using CoapServer server = new();
        server.MapGet("/door", request => CoapReply.Content($"opened by {request.Identity}"));
        server.Start(new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0)) { Security = serving }],
        });

        using OpenSslSecurity asking = new();
        await using CoapClient coap = new(new CoapClientOptions
        {
            Security = asking,
            Credentials = new PreSharedKeyCredentials("node-7"u8.ToArray(), key),
        });
        CoapClientResponse response = await coap.GetAsync($"coaps://{server.LocalEndPoint}/door", cancellationToken);

        byte[] kept = coap.ExportSession();

        Assert.Equal("opened by PreSharedKey node-7", response.EnsureSuccess().GetText());
        Assert.NotEmpty(kept);
    }

    [Fact]
    public void Certificates_from_files()
    {
        string before = Environment.CurrentDirectory, folder = Directory.CreateTempSubdirectory("ipso-docs-").FullName;
        using TestPki pki = new();
        X509Certificate2 certificate = pki.Issue("server", ["server.example"]);
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(Path.Combine(folder, "ca.pem"), pki.Authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "server.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "server.key"), key.ExportPkcs8PrivateKeyPem());
        try
        {
            Environment.CurrentDirectory = folder;
            CertificateTrust trust = CredentialFiles.ReadTrust("ca.pem");
            CertificateCredentials own = CredentialFiles.ReadCertificate("server.pem", "server.key", trust);
            using OpenSslSecurity serving = new(new DtlsOptions { Certificate = own });

            Assert.True(serving.Features.HasFlag(SecurityFeatures.Certificate));
        }
        finally
        {
            Environment.CurrentDirectory = before;
            Directory.Delete(folder, recursive: true);
        }
    }

    // Those of a configuration stand in Ipso.Hosting.Tests, HostDocsTests.
    [Fact]
    public void Every_example_of_the_page_is_one_of_these() => DocsPage.AssertStandHere(
        new DocsPage("security.md").Examples().Except(new DocsPage("security.md", "Keys from a configuration").Examples()));
}
