using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Net;

/// <summary>What TLS makes of certificates.</summary>
public static class TlsCertificates
{
    /// <summary>
    /// Who the owner of a verified certificate is, as for DTLS: its common name, which LwM2M has the endpoint name in, else the first name of
    /// DNS in its subjectAltName (RFC 7252, 9.1.3.3).
    /// </summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>The identity; null where the certificate names nobody.</returns>
    public static PeerIdentity? IdentityOf(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        string name = CertificateTrust.NameOf(certificate);
        return name.Length == 0 ? null : new PeerIdentity(PeerIdentityKind.Certificate, Encoding.UTF8.GetBytes(name));
    }

    internal static X509Certificate2 WithKey(X509Certificate2 certificate, string setting)
    {
        ArgumentNullException.ThrowIfNull(certificate, setting);
        return certificate.HasPrivateKey
            ? certificate
            : throw new ArgumentException(
                $"{setting} {certificate.Subject} has no private key: read it together with its key "
                + $"({nameof(CredentialFiles)}.{nameof(CredentialFiles.ReadCertificateWithKey)}).",
                setting);
    }
}
