using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ipso.Net;
using Ipso.Tests.Docs;

namespace Ipso.Tests.Net;

/// <summary>The example of docs/coap-connections.md for TLS, compiled and run: the code stands here as it stands there.</summary>
[Trait("Category", "Network")]
public sealed class TlsDocsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ipso-tls-").FullName;
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _authority.Dispose();
    }

    // The page names files; here they lie in a folder of the test.
    private sealed class Files(string folder)
    {
        public X509Certificate2 ReadCertificateWithKey(string certificate, string key) =>
            Ipso.Net.CredentialFiles.ReadCertificateWithKey(Path.Combine(folder, certificate), Path.Combine(folder, key));

        public X509Certificate2Collection ReadCertificates(string file) => Ipso.Net.CredentialFiles.ReadCertificates(Path.Combine(folder, file));
    }

    private void Write(string name, X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(Path.Combine(_folder, name + ".crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, name + ".key"), key.ExportPkcs8PrivateKeyPem());
    }

    [Fact]
    public async Task A_server_and_its_client_over_TLS()
    {
        Write("server", _authority.SignServer());
        Write("node-7", _authority.Sign("node-7"));
        File.WriteAllText(Path.Combine(_folder, "root.crt"), _authority.RootPem);
        File.WriteAllText(Path.Combine(_folder, "devices-root.crt"), _authority.RootPem);
        Files CredentialFiles = new(_folder);
        await using CoapServer server = new();
        server.MapGet("/who", static request => CoapReply.Content($"{request.Identity}"));

        server.Start(new TcpHostOptions
        {
            Listeners =
            [
                new TcpListenerOptions(new IPEndPoint(IPAddress.IPv6Loopback, 0))
                {
                    Tls = new TlsServerOptions
                    {
                        Certificate = CredentialFiles.ReadCertificateWithKey("server.crt", "server.key"),
                        ClientCertificates = TlsClientCertificates.Required,
                        ClientRoots = CredentialFiles.ReadCertificates("devices-root.crt"),
                    },
                },
            ],
        });

        await using CoapClient client = await CoapClient.ConnectAsync(
            new Uri($"coaps+tcp://{server.LocalEndPoint}"),
            new CoapClientOptions
            {
                Tls = new TlsClientOptions
                {
                    TrustedRoots = CredentialFiles.ReadCertificates("root.crt"),
                    Certificate = CredentialFiles.ReadCertificateWithKey("node-7.crt", "node-7.key"),
                },
            });

        Assert.Equal("Certificate node-7", (await client.GetAsync("/who").WaitAsync(TimeSpan.FromSeconds(30))).GetText());
    }

    [Fact]
    public void The_example_of_the_page_stands_here()
    {
        string[] examples = new DocsPage("coap-connections.md", "TLS").Examples();
        Assert.Single(examples);
        DocsPage.AssertStandHere(examples);
    }
}
