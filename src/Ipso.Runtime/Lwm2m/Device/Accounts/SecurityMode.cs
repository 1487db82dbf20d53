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
