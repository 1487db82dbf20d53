using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>Certificates and keys that are wrong, missing or unreadable: what is said names the setting and what helps, and no key.</summary>
[Trait("Category", "Security")]
public sealed class TlsCertificatesTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("ipso-tls-").FullName;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _authority.Dispose();
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string KeyOf(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    [Fact]
    public void A_certificate_is_read_with_its_key_from_two_files_or_one()
    {
        X509Certificate2 own = _authority.SignServer();
        string certificate = Write("own.crt", own.ExportCertificatePem()), key = Write("own.key", KeyOf(own));
        string both = Write("both.pem", $"{own.ExportCertificatePem()}\n{KeyOf(own)}\n");
        using X509Certificate2 first = CredentialFiles.ReadCertificateWithKey(certificate, key);
        using X509Certificate2 second = CredentialFiles.ReadCertificateWithKey(both);
        Assert.Equal((own, true, own, true), (first, first.HasPrivateKey, second, second.HasPrivateKey));
        string roots = Write("roots.crt", $"{_authority.RootPem}\n{own.ExportCertificatePem()}");
        Assert.Equal(2, CredentialFiles.ReadCertificates(roots).Count);
    }

    [Fact]
    public void What_cannot_be_read_is_named_once()
    {
        X509Certificate2 own = _authority.SignServer(), other = _authority.SignServer();
        string certificate = Write("own.crt", own.ExportCertificatePem()), foreign = Write("other.key", KeyOf(other));
        string secret = KeyOf(own), noise = Write("noise.crt", "\u0001\u0002\u0003"), cut = Write("cut.key", secret[..100]);
        Assert.Contains("no certificate in PEM", Fails(noise, () => CredentialFiles.ReadCertificateWithKey(noise)), StringComparison.Ordinal);
        Assert.Contains("no certificate in PEM", Fails(noise, () => CredentialFiles.ReadCertificates(noise)), StringComparison.Ordinal);
        Assert.Contains("no certificate in PEM", Fails(noise, () => CredentialFiles.ReadCertificateWithKey(noise, foreign)), StringComparison.Ordinal);
        Assert.Contains("key", Fails(certificate, () => CredentialFiles.ReadCertificateWithKey(certificate)), StringComparison.Ordinal);
        Assert.Contains("key", Fails(foreign, () => CredentialFiles.ReadCertificateWithKey(certificate, foreign)), StringComparison.Ordinal);
        Assert.Contains("key", Fails(noise, () => CredentialFiles.ReadCertificateWithKey(certificate, noise)), StringComparison.Ordinal);
        string said = Fails(cut, () => CredentialFiles.ReadCertificateWithKey(certificate, cut));
        Assert.DoesNotContain(secret.Split('\n')[1][..40], said, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => CredentialFiles.ReadCertificates(Path.Combine(_folder, "none.crt")));
    }

    [Fact]
    public void A_certificate_without_key_and_clients_without_root_are_refused_where_they_are_set()
    {
        X509Certificate2 own = _authority.SignServer();
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(own.RawData);
        Assert.Equal(
            "TlsServerOptions.Certificate CN=sensor.example has no private key: read it together with its key "
            + "(CredentialFiles.ReadCertificateWithKey). "
            + "(Parameter 'TlsServerOptions.Certificate')",
            Assert.Throws<ArgumentException>(() => new TlsServerOptions { Certificate = bare }).Message);
        Assert.StartsWith(
            "TlsClientOptions.Certificate",
            Assert.Throws<ArgumentException>(() => new TlsClientOptions { Certificate = bare }).Message,
            StringComparison.Ordinal);
        TlsServerOptions asking = new() { Certificate = own, ClientCertificates = TlsClientCertificates.Required };
        Assert.StartsWith(
            "TlsServerOptions.ClientCertificates is Required, and TlsServerOptions.ClientRoots says no root: set the roots",
            Starting(asking).Message,
            StringComparison.Ordinal);
        X509Certificate2 gone = _authority.SignServer();
        TlsServerOptions disposed = new() { Certificate = gone };
        gone.Dispose();
        Assert.StartsWith("TlsServerOptions.Certificate cannot be used for TLS: read", Starting(disposed).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_owner_is_the_common_name_or_else_the_first_DNS_name()
    {
        Assert.Equal(Named("node"), TlsCertificates.IdentityOf(_authority.Sign("node", ["a.example", "b.example"])));
        Assert.Equal(Named("a.example"), TlsCertificates.IdentityOf(_authority.Sign(null, ["a.example", "b.example"])));
        Assert.Equal(Named("node"), TlsCertificates.IdentityOf(_authority.Sign("node", addresses: [IPAddress.Loopback])));
        Assert.Equal(Named("node"), TlsCertificates.IdentityOf(_authority.Sign("node")));
        Assert.Null(TlsCertificates.IdentityOf(_authority.Sign(null)));

        static PeerIdentity Named(string name) => new(PeerIdentityKind.Certificate, System.Text.Encoding.UTF8.GetBytes(name));
    }

    private static ArgumentException Starting(TlsServerOptions tls)
    {
        CoapServer server = new();
        TcpListenerOptions listener = new(new IPEndPoint(IPAddress.Loopback, 0)) { Tls = tls };
        return Assert.Throws<ArgumentException>(() => server.Start(new TcpHostOptions { Listeners = [listener] }));
    }

    // The exception with all that is inside it.
    private static string Fails(string named, Action action)
    {
        FormatException e = Assert.Throws<FormatException>(action);
        Assert.StartsWith($"'{named}': ", e.Message, StringComparison.Ordinal);
        Assert.Equal(2, e.Message.Split(named).Length);
        return e.ToString();
    }
}
