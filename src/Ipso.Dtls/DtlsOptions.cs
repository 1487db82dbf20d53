using Ipso.Net.Security;

namespace Ipso.Dtls;

/// <summary>Kinds of cipher suites. All are of AES-128; with certificates the key exchange is ECDHE, and forward secret.</summary>
[Flags]
public enum DtlsCiphers
{
    /// <summary>AES-CCM with a tag of 8 bytes, the one that LwM2M and CoAP ask for: 29 bytes more per message.</summary>
    Ccm8 = 1,

    /// <summary>AES-CCM with a tag of 16 bytes: 37 bytes more per message.</summary>
    Ccm = 2,

    /// <summary>AES-GCM: 37 bytes more per message, and the fastest.</summary>
    Gcm = 4,

    /// <summary>AES-CBC with HMAC-SHA256: up to 73 bytes more per message, and the slowest. For peers that have nothing else.</summary>
    Cbc = 8,

    /// <summary>AES-CBC after an ephemeral key exchange (ECDHE-PSK), for pre-shared keys with forward secrecy.</summary>
    EphemeralCbc = 16,
}

/// <summary>How DTLS is spoken. Immutable; a value out of range throws where it is set.</summary>
public sealed record DtlsOptions
{
    /// <summary>The least <see cref="MaxDatagram"/>: OpenSSL makes no handshake in less.</summary>
    internal const int MinDatagram = 256;

    /// <summary>A server's keys: for example <see cref="PreSharedKeyStore.Find"/>. Null, the default: no session opens by a key.</summary>
    public PreSharedKeyLookup? PreSharedKeys { get; init; }

    /// <summary>A server's certificate, and which ones of clients it trusts. Null, the default: no session opens by one.</summary>
    /// <exception cref="ArgumentException">It has no certificate.</exception>
    public CertificateCredentials? Certificate
    {
        get;
        init => field = value is null or { Certificate: not null }
            ? value
            : throw new ArgumentException("A server shows a certificate.", nameof(value));
    }

    /// <summary>A server's raw public key, and which ones of clients it trusts. Null, the default. It takes OpenSSL 3.2.</summary>
    public RawPublicKeyCredentials? RawPublicKey { get; init; }

    /// <summary>
    /// The suites, those of a client and those of a server. A server takes the first of GCM, CCM, CCM_8, CBC that the client has: a tag of
    /// 16 bytes before one of 8. By default all but CBC.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public DtlsCiphers Ciphers
    {
        get;
        init => field = value is > 0 and < (DtlsCiphers)32
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "There has to be a suite.");
    }
    = DtlsCiphers.Ccm8 | DtlsCiphers.Ccm | DtlsCiphers.Gcm;

    /// <summary>
    /// The longest datagram in bytes, without the headers of IP and UDP. Handshakes are cut to it, and longer messages are refused. 256 to
    /// 16384; 1232, which every path of IPv6 takes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxDatagram
    {
        get;
        init => field = value is >= MinDatagram and <= 16384
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Must be {MinDatagram} to 16384.");
    }
    = 1232;

    /// <summary>
    /// How long the first retransmission of a handshake waits; the next ones wait twice as long each, up to a minute (RFC 6347, 4.2.4.1).
    /// 20 ms to 60 s; 1 s. For radio that is slow, 9 s are recommended (RFC 7925, 11).
    /// </summary>
    /// <remarks>OpenSSL looks at the system's clock for it, whatever clock the host has.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan RetransmissionTimeout
    {
        get;
        init => field = value >= TimeSpan.FromMilliseconds(20) && value <= TimeSpan.FromMinutes(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 20 ms to 60 s.");
    }
    = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a session may be resumed after its handshake, by a server. 0, for never, to a week; 24 h. A server with a raw public key
    /// resumes nothing, nor does one that looks up who was revoked (<see cref="CertificateTrust.Revocation"/>): a session holds nothing of
    /// the peer that could be verified once more.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan ResumptionLifetime
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= TimeSpan.FromDays(7)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 0 to 7 days.");
    }
    = TimeSpan.FromDays(1);
}
