namespace Ipso.Coap.Engine;

/// <summary>What a certificate that is known beforehand says about that of a peer (RFC 6698, 2.1.1; LwM2M 1.1, /0/x/15).</summary>
public enum CertificateUsage : byte
{
    /// <summary>A CA of the path, which has to lead to an anchor.</summary>
    CaConstraint = 0,

    /// <summary>The peer's own; the path has to lead to an anchor all the same.</summary>
    ServiceCertificateConstraint = 1,

    /// <summary>The anchor that the path has to lead to.</summary>
    TrustAnchorAssertion = 2,

    /// <summary>The peer's own; there is no path, and no end of validity (RFC 7671, 5.1).</summary>
    DomainIssuedCertificate = 3,
}

/// <summary>What is known of a certificate (RFC 6698, 2.1.3; LwM2M 1.1, /0/x/13).</summary>
public enum CertificateMatching : byte
{
    /// <summary>The certificate itself, DER.</summary>
    Exact = 0,

    /// <summary>Its SHA-256.</summary>
    Sha256 = 1,

    /// <summary>Its SHA-384.</summary>
    Sha384 = 2,

    /// <summary>Its SHA-512.</summary>
    Sha512 = 3,
}
