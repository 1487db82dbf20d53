using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Hosting;

/// <summary>
/// How the device and a server at <c>coaps://</c> prove who they are: a pre-shared key, or certificates. Keys belong into files, or into the
/// environment (<c>Device__Server__Security__Key</c>), and not into what is checked in.
/// </summary>
public sealed class IpsoSecurityOptions
{
    /// <summary>The identity of a pre-shared key, up to 128 bytes (0/x/3).</summary>
    public string? Identity { get; set; }

    /// <summary>The pre-shared key as text (0/x/5), written as <see cref="KeyEncoding"/> says.</summary>
    public string? Key { get; set; }

    /// <summary>A file with the pre-shared key as text, in place of <see cref="Key"/>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>How the key is written: <c>Hex</c>, <c>Base64</c> or <c>Text</c>; <c>Hex</c> where nobody says.</summary>
    public KeyEncoding? KeyEncoding { get; set; }

    /// <summary>A file with the device's certificate (0/x/3), in PEM or DER; or in PKCS#12, with its key.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>A file with the certificate's private key (0/x/5): PKCS#8 or SEC 1, in PEM or DER.</summary>
    public string? PrivateKeyFile { get; set; }

    /// <summary>What the private key is encrypted with.</summary>
    public string? Password { get; set; }

    /// <summary>A file with the certificate that the server's is held against (0/x/4), in PEM or DER.</summary>
    public string? ServerCertificateFile { get; set; }

    /// <summary>What the server's certificate is held against (0/x/15); <c>DomainIssuedCertificate</c>, the server's own, where nobody
    /// says.</summary>
    public CertificateUsage? Usage { get; set; }

    /// <summary>The name that the server's certificate is to bear (0/x/14); the host of the URI where nobody says.</summary>
    public string? ServerName { get; set; }

    /// <inheritdoc cref="IpsoDeviceOptions.Path"/>
    internal string? Path { get; set; }
}
