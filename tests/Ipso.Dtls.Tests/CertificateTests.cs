using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

[Trait("Category", "Security")]
public sealed class CertificateTests : IDisposable
{
    private const string Name = "server.example";

    private readonly TestPki _pki = new();
    private readonly TestPki _other = new("Other CA");

    public void Dispose()
    {
        _pki.Dispose();
        _other.Dispose();
    }

    private CertificateTrust Trust => new(_pki.Authority);

    private DtlsOptions Server(X509Certificate2? certificate = null) =>
        new() { Certificate = new CertificateCredentials(certificate ?? _pki.Issue("server", [Name]), Trust) };

    private CertificateCredentials Client(
        CertificateTrust? trust = null, string? serverName = Name, X509Certificate2? certificate = null) =>
        new(certificate ?? _pki.Issue("urn:node:7"), trust ?? Trust) { ServerName = serverName };

    private static (SessionEnd Client, SessionEnd Server) Fails(Pair pair)
    {
        pair.Run();
        Assert.False(pair.IsOpen);
        Assert.Equal((0, 0), (pair.ClientSide.HandshakeCount, pair.ServerSide.HandshakeCount));
        Assert.Equal([PeerFailure.SessionClosed], pair.ClientInbox.Failures);
        return (Assert.Single(pair.ClientEnds), Assert.Single(pair.ServerEnds));
    }

    [Theory]
    [InlineData(DtlsCiphers.Ccm8, "ECDHE-ECDSA-AES128-CCM8")]
    [InlineData(DtlsCiphers.Ccm, "ECDHE-ECDSA-AES128-CCM")]
    [InlineData(DtlsCiphers.Gcm, "ECDHE-ECDSA-AES128-GCM-SHA256")]
    [InlineData(DtlsCiphers.Cbc, "ECDHE-ECDSA-AES128-SHA256")]
    public void Both_are_verified_and_known_by_their_names(DtlsCiphers ciphers, string suite)
    {
        using Pair pair = new(Server() with { Ciphers = ciphers }, Client(), new DtlsOptions { Ciphers = ciphers });
        pair.Send("question");
        Assert.Equal(["question"], pair.ServerInbox.Texts);
        Assert.Equal(
            new PeerIdentity(PeerIdentityKind.Certificate, "urn:node:7"u8), pair.ServerSide.FindIdentity(pair.ServerInbox.Peers[0]));
        Assert.Equal(
            new PeerIdentity(PeerIdentityKind.Certificate, Encoding.UTF8.GetBytes(Name)), pair.ClientSide.FindIdentity(pair.ServerName));
        Assert.Equal(suite, Sessions.Of(pair.ClientSide, pair.ServerName).CipherSuite);
    }

    [Fact]
    public void A_path_over_an_intermediate_CA_is_built_from_what_is_sent()
    {
        using TestPki intermediate = new("Intermediate CA", _pki);
        CertificateCredentials server = new(intermediate.Issue("server", [Name]), Trust) { Intermediates = [intermediate.Authority] };
        CertificateCredentials client = new(intermediate.Issue("urn:node:7"), Trust)
        {
            Intermediates = [intermediate.Authority], ServerName = Name,
        };
        using Pair pair = new(new DtlsOptions { Certificate = server }, client);
        pair.Run();
        Assert.True(pair.IsOpen);

        using Pair without = new(Server(intermediate.Issue("server", [Name])), Client());
        Assert.Contains("leads to nothing that is trusted", Fails(without).Client.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ca", "leads to nothing that is trusted", "unknown ca")]
    [InlineData("self-signed", "leads to nothing that is trusted", "unknown ca")]
    [InlineData("name", "The certificate is not for server.example", "bad certificate")]
    [InlineData("expired", "has expired", "certificate expired")]
    [InlineData("purpose", "not meant for this", "unsupported certificate")]
    public void A_server_that_is_not_trusted_is_told_why(string fault, string reason, string alert)
    {
        using Pair pair = new(Server(Faulty(fault, "server", "1.3.6.1.5.5.7.3.2")), Client());
        (SessionEnd client, SessionEnd server) = Fails(pair);
        Assert.Contains(reason, client.Reason, StringComparison.Ordinal);
        Assert.Contains(alert, server.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ca", "leads to nothing that is trusted")]
    [InlineData("self-signed", "leads to nothing that is trusted")]
    [InlineData("expired", "has expired")]
    [InlineData("purpose", "not meant for this")]
    public void A_client_that_is_not_trusted_is_refused(string fault, string reason)
    {
        using Pair pair = new(Server(), Client(certificate: Faulty(fault, "urn:node:7", "1.3.6.1.5.5.7.3.1")));
        Assert.Contains(reason, Fails(pair).Server.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_without_a_certificate_is_refused()
    {
        using Pair pair = new(Server(), new CertificateCredentials(null, Trust) { ServerName = Name });
        Assert.Contains("peer did not return a certificate", Fails(pair).Server.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_without_a_name_to_verify_is_not_trusted()
    {
        using Pair pair = new(Server(), Client(serverName: null));
        Assert.Contains("no name", Fails(pair).Client.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_does_not_belong_to_the_certificate_opens_nothing()
    {
        X509Certificate2 right = _pki.Issue("server", [Name]);
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(right.RawData);
        Assert.Throws<ArgumentException>(() => bare.CopyWithPrivateKey(other));
        Assert.Throws<ArgumentException>(() => new OpenSslSecurity(Server(bare)));
    }

    [Theory]
    [InlineData(CertificateMatching.Exact)]
    [InlineData(CertificateMatching.Sha256)]
    [InlineData(CertificateMatching.Sha384)]
    [InlineData(CertificateMatching.Sha512)]
    public void Each_usage_asks_for_what_it_says(CertificateMatching matching)
    {
        using TestPki intermediate = new("Intermediate CA", _pki);
        X509Certificate2 own = intermediate.Issue("server", [Name]);
        X509Certificate2 expired = intermediate.Issue("server", ["elsewhere.example"], DateTimeOffset.UtcNow.AddDays(-1));

        // 0: a CA of a path that leads to an anchor.
        Assert.True(Opens(own, CertificateUsage.CaConstraint, intermediate.Authority, Name));
        Assert.False(Opens(own, CertificateUsage.CaConstraint, _other.Authority, Name));
        Assert.False(Opens(own, CertificateUsage.CaConstraint, own, Name));
        Assert.False(Opens(own, CertificateUsage.CaConstraint, intermediate.Authority, "other.example"));
        Assert.False(Opens(own, CertificateUsage.CaConstraint, intermediate.Authority, Name, _other.Authority));

        // 1: the certificate, and a path; its name does not matter then.
        Assert.True(Opens(own, CertificateUsage.ServiceCertificateConstraint, own, "other.example"));
        Assert.False(Opens(own, CertificateUsage.ServiceCertificateConstraint, intermediate.Authority, Name));
        Assert.False(Opens(own, CertificateUsage.ServiceCertificateConstraint, own, Name, _other.Authority));
        Assert.False(Opens(expired, CertificateUsage.ServiceCertificateConstraint, expired, Name));

        // 2: the anchor, whatever the anchors of the device are. What is known by a hash has to be sent.
        Assert.True(Opens(own, CertificateUsage.TrustAnchorAssertion, _pki.Authority, Name, _other.Authority));
        Assert.False(Opens(own, CertificateUsage.TrustAnchorAssertion, _other.Authority, Name));
        Assert.False(Opens(own, CertificateUsage.TrustAnchorAssertion, _pki.Authority, "other.example"));
        Assert.False(Opens(expired, CertificateUsage.TrustAnchorAssertion, _pki.Authority, "elsewhere.example"));

        // 3: the certificate, and nothing else: without a path, beyond its time, for any name.
        Assert.True(Opens(expired, CertificateUsage.DomainIssuedCertificate, expired, Name, _other.Authority));
        Assert.False(Opens(expired, CertificateUsage.DomainIssuedCertificate, own, Name));

        bool Opens(X509Certificate2 shown, CertificateUsage usage, X509Certificate2 known, string name, X509Certificate2? anchor = null)
        {
            CertificateTrust trust = new(anchor ?? _pki.Authority)
            {
                Usage = usage, Matching = matching, Association = Associate(known, matching),
            };
            CertificateCredentials server = new(shown, Trust) { Intermediates = [intermediate.Authority, _pki.Authority] };
            using Pair pair = new(new DtlsOptions { Certificate = server }, Client(trust, name));
            pair.Run();
            return pair.IsOpen;
        }
    }

    [Theory]
    [InlineData(Name, Name)]
    [InlineData("127.0.0.1", null)]
    [InlineData("::1", null)]
    public void The_server_is_told_the_name_but_never_an_address(string name, string? told)
    {
        using Pair pair = new(Server(_pki.Issue("server", [Name, "127.0.0.1", "::1"])), Client(serverName: name));
        pair.Send("question");
        Assert.Equal(["question"], pair.ServerInbox.Texts);
        Assert.Equal(told, Sessions.Of(pair.ServerSide, pair.ServerInbox.Peers[0]).RequestedName);
    }

    [Fact]
    public void With_a_key_the_server_is_told_the_name_too()
    {
        using Pair pair = new(Keys.Server, Keys.Client.ForServer(Name));
        pair.Send("question");
        Assert.Equal(Name, Sessions.Of(pair.ServerSide, pair.ServerInbox.Peers[0]).RequestedName);
    }

    [Fact]
    public void A_server_may_have_a_certificate_and_keys()
    {
        DtlsOptions server = Server() with { PreSharedKeys = Keys.Find };
        using Pair key = new(server, Keys.Client), certificate = new(server, Client());
        key.Run();
        certificate.Run();
        Assert.True(key.IsOpen);
        Assert.True(certificate.IsOpen);
    }

    [Fact]
    public void A_key_of_RSA_is_refused_at_once()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=server", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(TestPki.Begin, TestPki.End);
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => new OpenSslSecurity(Server(certificate)));
        Assert.Contains("ECDSA", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_OpenSSL_does_not_take_and_a_key_that_is_gone_are_refused_with_the_reason()
    {
        // Of 96 bits, where 112 are the least.
        using ECDsa weak = ECDsa.Create(ECCurve.CreateFromFriendlyName("nistP192"));
        X509Certificate2 certificate = _pki.Issue("server", [Name], key: weak);
        Assert.Contains(
            "OpenSSL does not take the certificate: ee key too small",
            Assert.Throws<ArgumentException>(() => new OpenSslSecurity(Server(certificate))).Message,
            StringComparison.Ordinal);

        X509Certificate2 gone = _pki.Issue("server", [Name]);
        gone.Dispose();
        Assert.Contains(
            "cannot be used",
            Assert.Throws<ArgumentException>(() => new OpenSslSecurity(Server(gone))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(512)]
    [InlineData(1232)]
    [InlineData(16384)]
    public void No_datagram_is_longer_than_the_path_takes(int most)
    {
        using TestPki intermediate = new("Intermediate CA", _pki);
        CertificateCredentials server = new(intermediate.Issue("server", [Name]), Trust) { Intermediates = [intermediate.Authority] };
        DtlsOptions options = new() { MaxDatagram = most };
        using Pair pair = new(options with { Certificate = server }, Client(), options);
        pair.Run();
        Assert.True(pair.IsOpen);
        Assert.True(pair.Wire.TrueForAll(datagram => datagram.Bytes.Length <= most));
    }

    private X509Certificate2 Faulty(string fault, string name, string otherPurpose) => fault switch
    {
        "ca" => _other.Issue(name, [Name]),
        "self-signed" => _pki.IssueSelfSigned(name, [Name]),
        "name" => _pki.Issue(name, ["other.example"]),
        "expired" => _pki.Issue(name, [Name], DateTimeOffset.UtcNow.AddDays(-1)),
        _ => _pki.Issue(name, [Name], purpose: otherPurpose),
    };

    private static byte[] Associate(X509Certificate2 certificate, CertificateMatching matching) => matching switch
    {
        CertificateMatching.Sha256 => SHA256.HashData(certificate.RawData),
        CertificateMatching.Sha384 => SHA384.HashData(certificate.RawData),
        CertificateMatching.Sha512 => SHA512.HashData(certificate.RawData),
        _ => certificate.RawData,
    };
}
