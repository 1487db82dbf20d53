using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Hosting;

/// <summary>Makes what an account has of keys of what was configured, or says all that is wrong with it; nothing of a key.</summary>
internal static class SecurityTranslation
{
    /// <summary>Makes it.</summary>
    /// <param name="options">What was configured.</param>
    /// <param name="faults">Where faults go.</param>
    /// <returns>No security where there is a fault.</returns>
    internal static ServerSecurity Translate(IpsoSecurityOptions options, FaultList faults)
    {
        bool isShared = IsSet(options.Identity) || IsSet(options.Key) || IsSet(options.KeyFile);
        bool isCertificate = IsSet(options.CertificateFile) || IsSet(options.PrivateKeyFile) || IsSet(options.ServerCertificateFile);
        if (isShared == isCertificate)
        {
            faults.Add(
                isShared ? nameof(options.CertificateFile) : nameof(options.Identity),
                isShared
                    ? "there is a pre-shared key too: take one of them away"
                    : "there is neither: write Identity and Key or KeyFile, or CertificateFile and ServerCertificateFile");
            return ServerSecurity.NoSec;
        }

        return (isShared ? PreSharedKey(options, faults) : Certificate(options, faults)) ?? ServerSecurity.NoSec;
    }

    private static ServerSecurity? PreSharedKey(IpsoSecurityOptions options, FaultList faults)
    {
        if (!IsSet(options.Identity))
        {
            faults.Add(nameof(options.Identity), "a key has an identity, that tells the server which one is meant: write it");
            return null;
        }

        if (IsSet(options.Key) == IsSet(options.KeyFile))
        {
            faults.Add(
                nameof(options.Key), IsSet(options.Key) ? "there is a KeyFile too: take one of them away" : "there is none: write it, or KeyFile");
            return null;
        }

        KeyEncoding encoding = options.KeyEncoding ?? KeyEncoding.Hex;
        PreSharedKeyCredentials? read = IsSet(options.Key)
            ? Try(nameof(options.Key), null, faults, () => PreSharedKeyCredentials.Parse(options.Identity!, options.Key!, encoding))
            : Try(nameof(options.KeyFile), options.KeyFile, faults,
                () => CredentialFiles.ReadPreSharedKey(options.Identity!, options.KeyFile!, encoding));
        return read is null ? null
            : Try(nameof(options.Identity), null, faults, () => ServerSecurity.PreSharedKey(options.Identity!, read.Key.Span));
    }

    private static ServerSecurity? Certificate(IpsoSecurityOptions options, FaultList faults)
    {
        using X509Certificate2? certificate = Own(options, faults);
        using X509Certificate2? server = Need(
            nameof(options.ServerCertificateFile), options.ServerCertificateFile, faults, static path => CredentialFiles.ReadCertificates(path)[0]);
        using ECDsa? key = certificate?.GetECDsaPrivateKey();
        if (certificate is not null && key is null)
        {
            faults.Add(nameof(options.CertificateFile), $"'{options.CertificateFile}' has a key that is not one of ECDSA: use a certificate that has one");
        }

        byte[]? exported = key is null ? null : Try(nameof(options.CertificateFile), options.CertificateFile, faults, key.ExportPkcs8PrivateKey);
        if (certificate is null || exported is null || server is null)
        {
            return null;
        }

        try
        {
            return ServerSecurity.Certificate(certificate.RawDataMemory.Span, exported, server.RawDataMemory.Span) with
            {
                Usage = options.Usage, ServerName = options.ServerName,
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(exported);
        }
    }

    // Where the key is a file of its own the certificate is read alone first, so that what is wrong then is said of the key.
    private static X509Certificate2? Own(IpsoSecurityOptions options, FaultList faults) => IsSet(options.PrivateKeyFile)
        ? Need(nameof(options.CertificateFile), options.CertificateFile, faults, CredentialFiles.ReadCertificates) is null
            ? null
            : Need(
                nameof(options.PrivateKeyFile), options.PrivateKeyFile, faults,
                path => CredentialFiles.ReadCertificateWithKey(options.CertificateFile!, path, options.Password))
        : Need(
            nameof(options.CertificateFile), options.CertificateFile, faults,
            path => CredentialFiles.ReadCertificateWithKey(path, null, options.Password));

    private static T? Need<T>(string name, string? path, FaultList faults, Func<string, T> read)
        where T : class
    {
        if (IsSet(path))
        {
            return Try(name, path, faults, () => read(path!));
        }

        faults.Add(name, "there is none: write the path of a file");
        return null;
    }

    // What these say holds nothing of a key.
    private static T? Try<T>(string name, string? path, FaultList faults, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (CryptographicException)
        {
            faults.Add(name, $"'{path}' has no certificate or key that can be used: name another file");
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            string said = path is not null ? FaultList.Say(e, path)
                : (e is ArgumentException argument ? FaultList.Say(argument) : e.Message).TrimEnd('.');
            faults.Add(name, $"{said}: {(path is null ? "write another one" : "name another file")}");
        }

        return null;
    }

    private static bool IsSet(string? value) => !string.IsNullOrEmpty(value);
}
