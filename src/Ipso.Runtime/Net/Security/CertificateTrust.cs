using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ipso.Coap.Engine;

namespace Ipso.Net.Security;

/// <summary>What was wrong with a certificate.</summary>
public enum CertificateFault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is of no use now: expired, or not valid yet.</summary>
    Expired,

    /// <summary>Its path leads to no anchor.</summary>
    UnknownIssuer,

    /// <summary>It is for another name, or there is no name to verify it for.</summary>
    Name,

    /// <summary>It is not the one that is expected, or its path lacks the one that is.</summary>
    Mismatch,

    /// <summary>It is not meant for this (extended key usage), or its CA is none.</summary>
    Purpose,

    /// <summary>A signature is wrong, or it cannot be read.</summary>
    Invalid,

    /// <summary>It was revoked, or a CA of its path.</summary>
    Revoked,

    /// <summary>Nobody says whether it was revoked, where somebody has to: see <see cref="CertificateTrust.Revocation"/>.</summary>
    RevocationUnknown,
}

/// <summary>The verdict about a certificate.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Reason">The same in words, for a log.</param>
/// <param name="Name">The name that it was verified for; of a client, its common name. Empty where something is wrong.</param>
public readonly record struct CertificateVerdict(CertificateFault Fault, string Reason, string Name)
{
    /// <summary>Whether the peer is who it says.</summary>
    public bool IsTrusted => Fault == CertificateFault.None;
}

/// <summary>
/// Which certificates to trust: those with a path to an anchor, and, where a <see cref="Usage"/> is given, only with what it demands.
/// Immutable. Nothing is fetched from anywhere, no intermediate certificates, and lists of revoked ones only where
/// <see cref="Revocation"/> asks for them.
/// </summary>
public sealed class CertificateTrust
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string CommonName = "2.5.4.3";
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";
    private static readonly TimeSpan s_longestFetch = TimeSpan.FromSeconds(5);
    private readonly X509Certificate2Collection _anchors;

    /// <summary>Trusts what leads to an anchor.</summary>
    /// <param name="anchors">The anchors, self-signed; none for those of the system.</param>
    public CertificateTrust(params X509Certificate2[] anchors) => _anchors = [.. anchors];

    /// <summary>What <see cref="Association"/> says; null for nothing beyond the anchors.</summary>
    public CertificateUsage? Usage { get; init; }

    /// <summary>What <see cref="Association"/> is; the certificate itself by default.</summary>
    public CertificateMatching Matching { get; init; }

    /// <summary>What is known of a certificate beforehand (LwM2M 1.1, /0/x/4): DER, or a hash of it.</summary>
    public ReadOnlyMemory<byte> Association { get; init; }

    /// <summary>
    /// Says the time by which certificates are valid or not; null for the system's clock. For devices that learn the time elsewhere.
    /// </summary>
    public Func<DateTimeOffset>? Clock { get; init; }

    /// <summary>
    /// Where it is looked up whether a certificate of the path was revoked (RFC 5280, 6.3): nowhere, the default; in the lists that the
    /// system has kept; or in those too that are fetched from where the certificates say. What nothing is known of is refused then. The
    /// anchor itself is not looked up, nor is what <see cref="CertificateUsage.DomainIssuedCertificate"/> trusts without a path.
    /// </summary>
    /// <remarks>
    /// To fetch blocks the host, for up to 5 s each, and whoever shows a certificate of a trusted CA causes it. With certificates that are
    /// looked up no session of DTLS is resumed: it would not be asked again.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">It is none of these.</exception>
    public X509RevocationMode Revocation
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "There is no such mode.");
    }

    /// <summary>Verifies the certificate of a peer. Does not throw on what a peer sends.</summary>
    /// <param name="certificate">The peer's own.</param>
    /// <param name="sent">What it has sent besides: perhaps the intermediate ones, in any order.</param>
    /// <param name="ofServer">Whether the peer is a server, so that it has to be for a name.</param>
    /// <param name="serverName">The name, or the address, of the server.</param>
    /// <returns>The verdict.</returns>
    public CertificateVerdict Verify(
        X509Certificate2 certificate, X509Certificate2Collection sent, bool ofServer, string? serverName)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(sent);
        try
        {
            if (Usage is CertificateUsage.DomainIssuedCertificate or CertificateUsage.ServiceCertificateConstraint && !Matches(certificate))
            {
                return Refuse(CertificateFault.Mismatch, "The certificate is not the one that is expected.");
            }

            if (Usage != CertificateUsage.DomainIssuedCertificate)
            {
                CertificateVerdict path = VerifyPath(certificate, sent, ofServer);
                if (!path.IsTrusted)
                {
                    return path;
                }

                // LwM2M 1.2, Transport, 5.2.9.3: what is known itself needs no name.
                if (ofServer && Usage != CertificateUsage.ServiceCertificateConstraint)
                {
                    if (serverName is null)
                    {
                        return Refuse(CertificateFault.Name, "There is no name that the server's certificate could be verified for.");
                    }

                    if (!certificate.MatchesHostname(serverName))
                    {
                        return Refuse(CertificateFault.Name, $"The certificate is not for {serverName}.");
                    }
                }
            }

            return new(CertificateFault.None, "", ofServer && serverName is not null ? serverName : NameOf(certificate));
        }
        catch (CryptographicException e)
        {
            return Refuse(CertificateFault.Invalid, $"The certificate cannot be verified: {e.Message}");
        }
    }

    /// <summary>The name of a client whose certificate was verified earlier, when the session began that is resumed now.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>Null if it has expired since then.</returns>
    public string? NameOfResumed(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Usage == CertificateUsage.DomainIssuedCertificate || IsInTime(certificate) ? NameOf(certificate) : null;
    }

    /// <summary>What tells this trust from another one: a hash of all that it says.</summary>
    /// <returns>32 bytes.</returns>
    public byte[] Fingerprint()
    {
        using IncrementalHash sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (X509Certificate2 anchor in _anchors)
        {
            sum.AppendData(SHA256.HashData(anchor.RawDataMemory.Span));
        }

        sum.AppendData([(byte)(Usage ?? (CertificateUsage)byte.MaxValue), (byte)Matching, (byte)Revocation]);
        sum.AppendData(Association.Span);
        return sum.GetHashAndReset();
    }

    /// <summary>The name of a client: its common name, which LwM2M has the endpoint name in, or its first DNS name; empty for neither.</summary>
    internal static string NameOf(X509Certificate2 certificate)
    {
        try
        {
            foreach (X500RelativeDistinguishedName part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
            {
                if (!part.HasMultipleElements && part.GetSingleElementType().Value == CommonName && part.GetSingleElementValue() is { Length: > 0 } name)
                {
                    return name;
                }
            }

            foreach (X509Extension extension in certificate.Extensions)
            {
                if (extension is X509SubjectAlternativeNameExtension names && names.EnumerateDnsNames().FirstOrDefault() is { Length: > 0 } name)
                {
                    return name;
                }
            }
        }
        catch (CryptographicException)
        {
            // Names that cannot be read name nobody.
        }

        return "";
    }

    private CertificateVerdict VerifyPath(X509Certificate2 certificate, X509Certificate2Collection sent, bool ofServer)
    {
        using X509Chain chain = NewChain();
        chain.ChainPolicy.RevocationMode = Revocation;
        chain.ChainPolicy.UrlRetrievalTimeout = s_longestFetch;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ofServer ? ServerPurpose : ClientPurpose));
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        X509Certificate2? known = null;
        try
        {
            if (Usage == CertificateUsage.TrustAnchorAssertion)
            {
                chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                if (Matching == CertificateMatching.Exact)
                {
                    known = X509CertificateLoader.LoadCertificate(Association.Span);
                    chain.ChainPolicy.CustomTrustStore.Add(known);
                }
                else
                {
                    chain.ChainPolicy.CustomTrustStore.AddRange(sent.Where(Matches).ToArray());
                }
            }
            else if (_anchors.Count > 0)
            {
                chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                chain.ChainPolicy.CustomTrustStore.AddRange(_anchors);
            }

            if (!chain.Build(certificate))
            {
                return Judge(chain.ChainStatus);
            }

            return Usage == CertificateUsage.CaConstraint && !chain.ChainElements.Skip(1).Any(element => Matches(element.Certificate))
                ? Refuse(CertificateFault.Mismatch, "The path lacks the CA that is expected.")
                : default;
        }
        finally
        {
            known?.Dispose();
            foreach (X509ChainElement element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }

    private X509Chain NewChain()
    {
        X509Chain chain = new();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTimeIgnored = Clock is null;
        if (Clock is not null)
        {
            chain.ChainPolicy.VerificationTime = Clock().LocalDateTime;
        }

        return chain;
    }

    private bool IsInTime(X509Certificate2 certificate)
    {
        using X509Chain chain = NewChain();
        _ = chain.Build(certificate);
        return Array.TrueForAll(chain.ChainElements[0].ChainElementStatus, static s => s.Status != X509ChainStatusFlags.NotTimeValid);
    }

    /// <summary>What is wrong with a path: the first that says most.</summary>
    internal static CertificateVerdict Judge(ReadOnlySpan<X509ChainStatus> statuses)
    {
        X509ChainStatusFlags flags = X509ChainStatusFlags.NoError;
        foreach (X509ChainStatus status in statuses)
        {
            flags |= status.Status;
        }

        return (flags & X509ChainStatusFlags.NotSignatureValid) != 0
                ? Refuse(CertificateFault.Invalid, "A signature of the certificate's path is wrong.")
            : (flags & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0
                ? Refuse(CertificateFault.UnknownIssuer, "The certificate's path leads to nothing that is trusted.")
            : (flags & X509ChainStatusFlags.NotTimeValid) != 0
                ? Refuse(CertificateFault.Expired, "A certificate of the path has expired, or is not valid yet.")
            : (flags & (X509ChainStatusFlags.NotValidForUsage | X509ChainStatusFlags.InvalidBasicConstraints)) != 0
                ? Refuse(CertificateFault.Purpose, "The certificate is not meant for this.")
            : (flags & X509ChainStatusFlags.Revoked) != 0
                ? Refuse(CertificateFault.Revoked, "A certificate of the path was revoked.")
            : (flags & (X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation)) != 0
                ? Refuse(CertificateFault.RevocationUnknown, "Nobody says whether a certificate of the path was revoked.")
            : Refuse(CertificateFault.Invalid, $"The certificate cannot be verified: {flags}.");
    }

    private bool Matches(X509Certificate2 certificate)
    {
        ReadOnlySpan<byte> der = certificate.RawDataMemory.Span;
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        int length = Matching switch
        {
            CertificateMatching.Sha256 => SHA256.HashData(der, hash),
            CertificateMatching.Sha384 => SHA384.HashData(der, hash),
            CertificateMatching.Sha512 => SHA512.HashData(der, hash),
            _ => 0,
        };
        return Association.Span.SequenceEqual(length == 0 ? der : hash[..length]);
    }

    private static CertificateVerdict Refuse(CertificateFault fault, string reason) => new(fault, reason, "");
}
