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

    /// <summary>Our private key.</summary>
    public ECDsa Key { get; } = key ?? throw new ArgumentNullException(nameof(key));

    /// <summary>Which keys of peers to trust.</summary>
    public RawPublicKeyTrust Trust { get; } = trust ?? throw new ArgumentNullException(nameof(trust));

    /// <inheritdoc/>
    protected override SecurityCredentials Named(string serverName) =>
        new RawPublicKeyCredentials(Key, Trust) { ServerName = serverName };
}
