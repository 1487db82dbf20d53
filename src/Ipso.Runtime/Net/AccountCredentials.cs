using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Net.Security;

namespace Ipso.Net;

/// <summary>The credentials that an account has for <c>coaps</c>: what resources 2 to 5 and 13 to 15 of an instance of Security say (LwM2M TS
/// Transport, 5.2.8 and 5.2.9; E.1).</summary>
internal static class AccountCredentials
{
    /// <summary>Makes them.</summary>
    /// <param name="security">The instance of Security.</param>
    /// <param name="features">What the device's security can do.</param>
    /// <param name="credentials">The credentials; the caller releases their keys (<see cref="Release"/>).</param>
    /// <returns>What is wrong, as the rest of a sentence that begins with the instance's path; <see langword="null"/> where nothing is.
    /// Keys are not in it.</returns>
    internal static string? TryMake(
        LWM2MSecurity security, SecurityFeatures features, out SecurityCredentials? credentials)
    {
        credentials = null;
        try
        {
            switch ((SecurityMode)security.SecurityMode)
            {
                case SecurityMode.PreSharedKey when Lacks(features, SecurityFeatures.PreSharedKey):
                case SecurityMode.RawPublicKey when Lacks(features, SecurityFeatures.RawPublicKey):
                case SecurityMode.Certificate when Lacks(features, SecurityFeatures.Certificate):
                    return Text($"has the security mode {security.SecurityMode}, and the device's security has {features} only");
                case SecurityMode.PreSharedKey:
                    return TryPreSharedKey(security, out credentials);
                case SecurityMode.RawPublicKey:
                    return TryRawPublicKey(security, out credentials);
                case SecurityMode.Certificate:
                    return TryCertificate(security, out credentials);
                default:
                    return Text($"has the security mode {security.SecurityMode}, and modes 0, 1 and 2 are supported");
            }
        }
        catch (Exception e) when (IsOfKeys(e))
        {
            // What comes of a wrong key is not said by whoever reads it, which is as well.
            return Text($"has keys that cannot be read ({e.GetType().Name})");
        }
    }

    /// <summary>Lets go of what the system holds of credentials.</summary>
    internal static void Release(SecurityCredentials? credentials)
    {
        switch (credentials)
        {
            case RawPublicKeyCredentials raw:
                raw.Key.Dispose();
                break;
            case CertificateCredentials certificate:
                certificate.Certificate?.Dispose();
                break;
        }
    }

    private static bool Lacks(SecurityFeatures features, SecurityFeatures feature) => (features & feature) == 0;

    private static string? TryPreSharedKey(LWM2MSecurity security, out SecurityCredentials? credentials)
    {
        credentials = null;
        ReadOnlyMemory<byte> identity = security.PublicKeyOrIdentity;
        ReadOnlyMemory<byte> key = security.SecretKey;
        if (identity.Length is 0 or > PreSharedKeyStore.MaxIdentity || identity.Span.Contains((byte)0))
        {
            return Text($"has an identity (3) of {identity.Length} bytes: it has 1 to {PreSharedKeyStore.MaxIdentity}, none of them 0");
        }

        if (key.Length is 0 or > PreSharedKeyStore.MaxKey)
        {
            return Text($"has a key (5) of {key.Length} bytes: it has 1 to {PreSharedKeyStore.MaxKey}");
        }

        credentials = new PreSharedKeyCredentials(identity, key) { ServerName = NameIn(security) };
        return null;
    }

    private static string? TryRawPublicKey(LWM2MSecurity security, out SecurityCredentials? credentials)
    {
        credentials = null;
        if (security.ServerPublicKey.IsEmpty)
        {
            return "has no public key of the server (4)";
        }

        ECDsa? key = ReadKey(security.SecretKey);
        if (key is null)
        {
            return "has a key (5) that is no private key of ECDSA, PKCS#8 or SEC 1 in DER";
        }

        if (!key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(security.PublicKeyOrIdentity.Span))
        {
            key.Dispose();
            return "has a public key (3) that its private key (5) is not of";
        }

        credentials = new RawPublicKeyCredentials(key, security.ServerPublicKey) { ServerName = NameIn(security) };
        return null;
    }

    private static string? TryCertificate(LWM2MSecurity security, out SecurityCredentials? credentials)
    {
        credentials = null;
        if (security.ServerPublicKey.IsEmpty)
        {
            return "has nothing that the server's certificate could be held against (4)";
        }

        using X509Certificate2? certificate = ReadCertificate(security.PublicKeyOrIdentity);
        if (certificate is null)
        {
            return "has a certificate (3) that cannot be read: X.509 in DER";
        }

        using ECDsa? key = ReadKey(security.SecretKey);
        if (key is null)
        {
            return "has a key (5) that is no private key of ECDSA, PKCS#8 or SEC 1 in DER";
        }

        X509Certificate2 whole;
        try
        {
            whole = certificate.CopyWithPrivateKey(key);
        }
        catch (ArgumentException)
        {
            return "has a certificate (3) that its private key (5) is not of";
        }

        CertificateTrust trust = new()
        {
            Usage = (CertificateUsage)(security.CertificateUsage ?? (ulong)CertificateUsage.DomainIssuedCertificate),
            Matching = (CertificateMatching)(security.MatchingType ?? (ulong)CertificateMatching.Exact),
            Association = security.ServerPublicKey,
        };
        credentials = new CertificateCredentials(whole, trust) { ServerName = NameIn(security) };
        return null;
    }

    private static string? NameIn(LWM2MSecurity security) => security.SNI is { Length: > 0 and <= 255 } name ? name : null;

    private static X509Certificate2? ReadCertificate(ReadOnlyMemory<byte> der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der.Span);
        }
        catch (Exception e) when (IsOfKeys(e))
        {
            return null;
        }
    }

    // What the platform says of bytes that are no key, or none that it has a use for, such as one on a curve that it does not know.
    private static bool IsOfKeys(Exception e) => e is CryptographicException or NotSupportedException or ArgumentException;

    // LwM2M says PKCS#8; what SEC 1 has is found in the field.
    private static ECDsa? ReadKey(ReadOnlyMemory<byte> der)
    {
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(der.Span, out _);
            return key;
        }
        catch (Exception e) when (IsOfKeys(e))
        {
            try
            {
                key.ImportECPrivateKey(der.Span, out _);
                return key;
            }
            catch (Exception inner) when (IsOfKeys(inner))
            {
                key.Dispose();
                return null;
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
