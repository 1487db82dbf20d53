using System.Security.Cryptography.X509Certificates;

namespace Ipso.Net;

/// <summary>Whether a server asks its clients for certificates.</summary>
public enum TlsClientCertificates : byte
{
    /// <summary>It does not: clients prove nothing.</summary>
    NotAsked,

    /// <summary>It does, and serves those too that have none. One that is not trusted ends the handshake all the same.</summary>
    Asked,

    /// <summary>Who has none that is trusted, and names its owner, is not served.</summary>
    Required,
}

/// <summary>
/// TLS of a listener (RFC 8323, 8.2; TLS 1.2 and 1.3): by certificates, since the platform's TLS has no pre-shared keys. Immutable; what
/// makes no sense throws where it is set.
/// </summary>
public sealed record TlsServerOptions
{
    /// <summary>The server's own certificate, with its private key. It must not be disposed of while the host runs.</summary>
    /// <exception cref="ArgumentException">It has no private key.</exception>
    public required X509Certificate2 Certificate { get; init => field = TlsCertificates.WithKey(value, "TlsServerOptions.Certificate"); }

    /// <summary>The certificates between the server's own and a root, which go along with it. None by default.</summary>
    public X509Certificate2Collection Intermediates { get; init; } = [];

    /// <summary>Whether clients are asked for certificates; by default they are not.</summary>
    public TlsClientCertificates ClientCertificates { get; init; }

    /// <summary>
    /// The roots that clients' certificates must come from. They are needed where clients are asked for certificates: the roots of the
    /// system sign for everybody.
    /// </summary>
    public X509Certificate2Collection? ClientRoots { get; init; }

    /// <summary>
    /// Whether it is asked if clients' certificates have been revoked; <see cref="X509RevocationMode.NoCheck"/> by default, since that asks
    /// others over the network.
    /// </summary>
    public X509RevocationMode Revocation { get; init; } = X509RevocationMode.NoCheck;
}
