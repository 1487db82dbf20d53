namespace Ipso.Lwm2m.Device;

/// <summary>How a device and a server prove to each other who they are (0/x/2; LwM2M TS Transport, 5.2.8 and E.1).</summary>
public enum SecurityMode : byte
{
    /// <summary>By a key that both have.</summary>
    PreSharedKey = 0,

    /// <summary>By raw public keys (RFC 7250).</summary>
    RawPublicKey = 1,

    /// <summary>By X.509 certificates.</summary>
    Certificate = 2,

    /// <summary>Not at all.</summary>
    NoSec = 3,

    /// <summary>By certificates of which the device's is had by EST (RFC 7030). Not supported here.</summary>
    CertificateWithEst = 4,
}

/// <summary>What a server's certificate is held against (0/x/15; RFC 6698, 2.1.1).</summary>
public enum CertificateUsage : byte
{
    /// <summary>The chain has to hold, and the given certificate is an authority in it.</summary>
    CaConstraint = 0,

    /// <summary>The chain has to hold, and the given certificate is the server's.</summary>
    ServiceCertificateConstraint = 1,

    /// <summary>The given certificate is the root of the chain, and the only one that is trusted.</summary>
    TrustAnchor = 2,

    /// <summary>The given certificate is the server's, whoever has issued it.</summary>
    DomainIssuedCertificate = 3,
}

/// <summary>What of a server's certificate is given (0/x/13; RFC 6698, 2.1.3).</summary>
public enum CertificateMatching : byte
{
    /// <summary>The certificate itself.</summary>
    Exact = 0,

    /// <summary>Its SHA-256.</summary>
    Sha256 = 1,

    /// <summary>Its SHA-384.</summary>
    Sha384 = 2,

    /// <summary>Its SHA-512.</summary>
    Sha512 = 3,
}
