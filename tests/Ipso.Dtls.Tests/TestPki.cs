using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ipso.Dtls.Tests;

/// <summary>A certificate authority of the tests, perhaps below another.</summary>
internal sealed class TestPki : IDisposable
{
    internal static readonly DateTimeOffset Begin = DateTimeOffset.UtcNow.Date.AddDays(-30);
    internal static readonly DateTimeOffset End = Begin.AddDays(365);

    private readonly List<IDisposable> _owned = [];
    private byte _serial;

    internal TestPki(string name = "Test CA", TestPki? issuer = null)
    {
        ECDsa key = Own(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Authority = Own(issuer is null ? request.CreateSelfSigned(Begin, End) : issuer.Sign(request, key));
    }

    /// <summary>The CA's own certificate, with its key.</summary>
    internal X509Certificate2 Authority { get; }

    /// <summary>Makes a certificate with its key, which can be exported.</summary>
    internal X509Certificate2 Issue(
        string commonName, string[]? names = null, DateTimeOffset? end = null, string? purpose = null, ECDsa? key = null, string? revocations = null)
    {
        key = Own(key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256));
        CertificateRequest request = Request(commonName, names, purpose, key);
        if (revocations is not null)
        {
            request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([revocations]));
        }

        return Own(Sign(request, key, end));
    }

    /// <summary>Makes a certificate that nobody else has signed.</summary>
    internal X509Certificate2 IssueSelfSigned(string commonName, string[]? names = null)
    {
        ECDsa key = Own(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        return Own(Request(commonName, names, null, key).CreateSelfSigned(Begin, End));
    }

    internal T Own<T>(T item)
        where T : IDisposable
    {
        _owned.Add(item);
        return item;
    }

    public void Dispose() => _owned.ForEach(static item => item.Dispose());

    private static CertificateRequest Request(string commonName, string[]? names, string? purpose, ECDsa key)
    {
        CertificateRequest request = new($"CN={commonName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (purpose is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], true));
        }

        if (names is not null)
        {
            SubjectAlternativeNameBuilder builder = new();
            foreach (string name in names)
            {
                if (IPAddress.TryParse(name, out IPAddress? address))
                {
                    builder.AddIpAddress(address);
                }
                else
                {
                    builder.AddDnsName(name);
                }
            }

            request.CertificateExtensions.Add(builder.Build());
        }

        return request;
    }

    private X509Certificate2 Sign(CertificateRequest request, ECDsa key, DateTimeOffset? end = null)
    {
        using X509Certificate2 signed = request.Create(Authority, Begin, end ?? End.AddDays(-1), [1, ++_serial]);
        return signed.CopyWithPrivateKey(key);
    }
}
