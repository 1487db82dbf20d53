using System.Security.Cryptography.X509Certificates;

namespace Ipso.Net;

/// <summary>
/// TLS of a client (RFC 8323, 8.2 and 8.4; TLS 1.2 and 1.3): by certificates, since the platform's TLS has no pre-shared keys. Immutable;
/// what makes no sense throws where it is set.
/// </summary>
public sealed record TlsClientOptions
{
    /// <summary>
    /// The name that the server's certificate must be for, and that the server is told (SNI, RFC 6066, 3; an address is not); null, the
    /// default, for the host of the URI or the address connected to.
    /// </summary>
    public string? ServerName { get; init; }

    /// <summary>
    /// The roots that the server's certificate must come from, and no others; null, the default, for those of the system.
    /// </summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>
    /// The client's own certificate, with its private key, for servers that ask for one; null, the default, for none. It must not be
    /// disposed of while the host or client runs.
    /// </summary>
    /// <exception cref="ArgumentException">It has no private key.</exception>
    public X509Certificate2? Certificate
    {
        get;
        init => field = value is null ? null : TlsCertificates.WithKey(value, "TlsClientOptions.Certificate");
    }

    /// <summary>The certificates between the client's own and a root, which go along with it. None by default.</summary>
    public X509Certificate2Collection Intermediates { get; init; } = [];

    /// <summary>
    /// Whether it is asked if the server's certificate has been revoked; <see cref="X509RevocationMode.NoCheck"/> by default, since that
    /// asks others over the network.
    /// </summary>
    public X509RevocationMode Revocation { get; init; } = X509RevocationMode.NoCheck;
}
