using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ipso.Tests.Net;

/// <summary>A root of trust that exists for one test, and the certificates that it signs.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset s_past = DateTimeOffset.UtcNow.AddDays(-10);

    private readonly X509Certificate2 _root;
    private readonly List<X509Certificate2> _signed = [];
    private byte _serial;

    public TestAuthority(string name = "Root of a test")
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _root = request.CreateSelfSigned(s_past, s_past.AddDays(100));
    }

    /// <summary>The root, as who trusts it needs it.</summary>
    public X509Certificate2Collection Roots => [X509CertificateLoader.LoadCertificate(_root.RawData)];

    public string RootPem => _root.ExportCertificatePem();

    /// <summary>A certificate with its key, for a common name, DNS names and addresses.</summary>
    public X509Certificate2 Sign(string? name, string[]? dns = null, IPAddress[]? addresses = null, bool isExpired = false)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X500DistinguishedNameBuilder subject = new();
        if (name is null)
        {
            subject.AddOrganizationName("Nobody");
        }
        else
        {
            subject.AddCommonName(name);
        }

        CertificateRequest request = new(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_root, true, false));
        if (dns is not null || addresses is not null)
        {
            SubjectAlternativeNameBuilder names = new();
            Array.ForEach(dns ?? [], names.AddDnsName);
            Array.ForEach(addresses ?? [], names.AddIpAddress);
            request.CertificateExtensions.Add(names.Build());
        }

        DateTimeOffset end = isExpired ? s_past.AddDays(1) : s_past.AddDays(50);
        using X509Certificate2 bare = request.Create(_root, s_past, end, [++_serial]);
        X509Certificate2 signed = bare.CopyWithPrivateKey(key);
        _signed.Add(signed);
        return signed;
    }

    /// <summary>A certificate of a server on loopback, also under the name <c>sensor.example</c>.</summary>
    public X509Certificate2 SignServer() =>
        Sign("sensor.example", ["sensor.example", "localhost"], [IPAddress.Loopback, IPAddress.IPv6Loopback]);

    public void Dispose()
    {
        _signed.ForEach(static certificate => certificate.Dispose());
        _root.Dispose();
    }
}
