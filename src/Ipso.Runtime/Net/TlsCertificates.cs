using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Net;

/// <summary>Certificates for TLS, from PEM files. What is wrong with a file, and what helps, is in the exception; key material never is.
/// </summary>
public static class TlsCertificates
{
    /// <summary>Reads a certificate with its private key.</summary>
    /// <param name="certificateFile">PEM: the certificate, the first if there are several.</param>
    /// <param name="keyFile">PEM: the private key, not encrypted; null where it is in the same file.</param>
    /// <returns>The certificate, the caller's own.</returns>
    /// <exception cref="ArgumentException">A file cannot be read, is no PEM, or the key is not the certificate's.</exception>
    public static X509Certificate2 LoadWithKey(string certificateFile, string? keyFile = null)
    {
        ArgumentNullException.ThrowIfNull(certificateFile);
        string certificate = Read(certificateFile, nameof(certificateFile));
        string key = keyFile is null ? certificate : Read(keyFile, nameof(keyFile));
        if (!Has(certificate, "CERTIFICATE"))
        {
            throw new ArgumentException(
                $"'{certificateFile}' holds no certificate in PEM (-----BEGIN CERTIFICATE-----): convert it, for example with openssl "
                + "x509.",
                nameof(certificateFile));
        }

        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // The inner exception is left out: it might quote what it has read.
            throw new ArgumentException(
                $"'{keyFile ?? certificateFile}' holds no private key of the certificate in '{certificateFile}': it has to be in PEM, not "
                + "encrypted, and the one that the certificate was made for.",
                keyFile is null ? nameof(certificateFile) : nameof(keyFile));
        }
    }

    /// <summary>Reads certificates, of roots or of those in between.</summary>
    /// <param name="file">PEM: one certificate or several.</param>
    /// <returns>The certificates, the caller's own.</returns>
    /// <exception cref="ArgumentException">The file cannot be read, or holds no certificate in PEM.</exception>
    public static X509Certificate2Collection Load(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        string text = Read(file, nameof(file));
        X509Certificate2Collection certificates = [];
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException)
        {
            // Said below.
        }

        return certificates.Count > 0
            ? certificates
            : throw new ArgumentException(
                $"'{file}' holds no certificate in PEM (-----BEGIN CERTIFICATE-----): convert it, for example with openssl x509.",
                nameof(file));
    }

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
                $"{setting} {certificate.Subject} has no private key: load it together with its key "
                + $"({nameof(TlsCertificates)}.{nameof(LoadWithKey)}).",
                setting);
    }

    private static bool Has(string text, string label)
    {
        ReadOnlySpan<char> rest = text;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            if (rest[fields.Label].SequenceEqual(label))
            {
                return true;
            }

            rest = rest[fields.Location.End..];
        }

        return false;
    }

    private static string Read(string file, string parameter)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"'{file}' cannot be read: {e.Message}", parameter, e);
        }
    }
}
