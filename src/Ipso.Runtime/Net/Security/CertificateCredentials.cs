using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ipso.Net.Security;

/// <summary>An X.509 certificate with its private key, and which certificates of peers to trust.</summary>
/// <param name="certificate">Ours, with a private key of ECDSA that can be exported; null for a client that shows none.</param>
/// <param name="trust">Which certificates to trust.</param>
public sealed class CertificateCredentials(X509Certificate2? certificate, CertificateTrust trust) : SecurityCredentials
{
    /// <summary>Ours.</summary>
    public X509Certificate2? Certificate { get; } = certificate;

    /// <summary>Which certificates of peers to trust.</summary>
    public CertificateTrust Trust { get; } = trust ?? throw new ArgumentNullException(nameof(trust));

    /// <summary>What goes along with ours: the CAs between it and an anchor, that of ours first. Without the anchor.</summary>
    public IReadOnlyList<X509Certificate2> Intermediates { get; init; } = [];

    /// <summary>Takes a certificate and what follows it, and a private key, from PEM.</summary>
    /// <param name="certificates">Ours first, then the CAs between it and an anchor.</param>
    /// <param name="key">The key: PKCS#8, in the clear or encrypted, or SEC 1.</param>
    /// <param name="trust">Which certificates of peers to trust.</param>
    /// <param name="password">The password of an encrypted key.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="FormatException">There is no certificate, or no key of it that can be read. The message holds nothing of them.
    /// </exception>
    public static CertificateCredentials FromPem(
        ReadOnlySpan<char> certificates, ReadOnlySpan<char> key, CertificateTrust trust, ReadOnlySpan<char> password = default)
    {
        try
        {
            X509Certificate2Collection all = [];
            all.ImportFromPem(certificates);
            X509Certificate2 own = password.IsEmpty
                ? X509Certificate2.CreateFromPem(certificates, key)
                : X509Certificate2.CreateFromEncryptedPem(certificates, key, password);
            return new CertificateCredentials(own, trust) { Intermediates = [.. all.Skip(1)] };
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new FormatException(
                "The PEM holds no certificate, or the key is none, is of another certificate, or has another password.");
        }
    }

    /// <summary>Takes a certificate and its private key from DER, as LwM2M has them in resources 3 and 5 of object 0.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="key">The key, PKCS#8. The owner clears it.</param>
    /// <param name="trust">Which certificates of peers to trust.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="FormatException">One of them cannot be read, or they do not belong together. The message holds nothing of them.
    /// </exception>
    public static CertificateCredentials FromDer(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> key, CertificateTrust trust)
    {
        try
        {
            using ECDsa own = ECDsa.Create();
            own.ImportPkcs8PrivateKey(key, out _);
            using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(certificate);
            return new CertificateCredentials(bare.CopyWithPrivateKey(own), trust);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new FormatException("The certificate cannot be read, or the key is no PKCS#8 of ECDSA, or is of another certificate.");
        }
    }

    /// <summary>Takes a certificate, its private key and what else there is from PKCS#12.</summary>
    /// <param name="data">The PKCS#12.</param>
    /// <param name="password">Its password; empty for none.</param>
    /// <param name="trust">Which certificates of peers to trust.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="FormatException">It cannot be read, or has no certificate with a key. The message holds nothing of it.</exception>
    public static CertificateCredentials FromPkcs12(ReadOnlySpan<byte> data, ReadOnlySpan<char> password, CertificateTrust trust)
    {
        X509Certificate2Collection all;
        try
        {
            all = X509CertificateLoader.LoadPkcs12Collection(data, password, X509KeyStorageFlags.Exportable);
        }
        catch (CryptographicException)
        {
            throw new FormatException("There is no certificate in PEM, and no PKCS#12 that can be read with this password.");
        }

        X509Certificate2 own = all.FirstOrDefault(static certificate => certificate.HasPrivateKey)
            ?? throw new FormatException("The PKCS#12 has no certificate with a private key.");
        return new CertificateCredentials(own, trust)
        {
            Intermediates = [.. all.Where(one => one != own && one.Subject != one.Issuer)],
        };
    }

    /// <inheritdoc/>
    public override bool SharesOwn(SecurityCredentials other) =>
        other is CertificateCredentials credentials
        && ReferenceEquals(credentials.Certificate, Certificate)
        && ReferenceEquals(credentials.Intermediates, Intermediates);

    /// <inheritdoc/>
    protected override SecurityCredentials Named(string serverName) =>
        new CertificateCredentials(Certificate, Trust) { Intermediates = Intermediates, ServerName = serverName };
}

/// <summary>Says whether a raw public key of a peer is trusted. Does not block and does not throw.</summary>
/// <param name="publicKey">Its SubjectPublicKeyInfo, DER.</param>
/// <returns>True if it is.</returns>
public delegate bool RawPublicKeyTrust(ReadOnlySpan<byte> publicKey);

/// <summary>A raw public key (RFC 7250), and which keys of peers to trust.</summary>
/// <param name="key">Our private key. The owner disposes it.</param>
/// <param name="trust">Which keys of peers to trust.</param>
public sealed class RawPublicKeyCredentials(ECDsa key, RawPublicKeyTrust trust) : SecurityCredentials
{
    /// <summary>Trusts the key of one peer.</summary>
    /// <param name="key">Our private key. The owner disposes it.</param>
    /// <param name="peer">The SubjectPublicKeyInfo of the peer, DER (LwM2M /0/x/4).</param>
    public RawPublicKeyCredentials(ECDsa key, ReadOnlyMemory<byte> peer)
        : this(key, publicKey => publicKey.SequenceEqual(peer.Span))
    {
    }

    /// <summary>Takes keys as LwM2M has them in resources 5 and 4 of object 0.</summary>
    /// <param name="key">Our private key, PKCS#8. The owner clears it.</param>
    /// <param name="peer">The SubjectPublicKeyInfo of the peer, DER.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="FormatException">The key cannot be read. The message holds nothing of it.</exception>
    public static RawPublicKeyCredentials FromPkcs8(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> peer)
    {
        ECDsa own = ECDsa.Create();
        try
        {
            own.ImportPkcs8PrivateKey(key, out _);
            return new RawPublicKeyCredentials(own, peer);
        }
        catch (CryptographicException)
        {
            own.Dispose();
            throw new FormatException("The key is no PKCS#8 of ECDSA.");
        }
    }

    /// <summary>Our private key.</summary>
    public ECDsa Key { get; } = key ?? throw new ArgumentNullException(nameof(key));

    /// <summary>Which keys of peers to trust.</summary>
    public RawPublicKeyTrust Trust { get; } = trust ?? throw new ArgumentNullException(nameof(trust));

    /// <inheritdoc/>
    public override bool SharesOwn(SecurityCredentials other) =>
        other is RawPublicKeyCredentials credentials && ReferenceEquals(credentials.Key, Key);

    /// <inheritdoc/>
    protected override SecurityCredentials Named(string serverName) =>
        new RawPublicKeyCredentials(Key, Trust) { ServerName = serverName };
}
