using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ipso.Net.Security;

namespace Ipso.Net;

/// <summary>
/// Credentials from files and from the environment. What is read is cleared as soon as it is understood, and no exception says what it was.
/// </summary>
public static class CredentialFiles
{
    private const int MaxFile = 1 << 20;

    /// <summary>Reads a pre-shared key.</summary>
    /// <param name="identity">The identity that goes with it.</param>
    /// <param name="path">The file, which holds the key as text.</param>
    /// <param name="encoding">How it is written.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="FormatException">The key is not written like that.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PreSharedKeyCredentials ReadPreSharedKey(string identity, string path, KeyEncoding encoding = KeyEncoding.Hex) =>
        Read(path, (_, text) => PreSharedKeyCredentials.Parse(
            identity, encoding == KeyEncoding.Text ? text.TrimEnd("\r\n") : text, encoding));

    /// <summary>Takes a pre-shared key from a variable of the environment.</summary>
    /// <param name="identity">The identity that goes with it.</param>
    /// <param name="variable">The variable's name.</param>
    /// <param name="encoding">How it is written.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="InvalidOperationException">There is no such variable.</exception>
    /// <exception cref="FormatException">The key is not written like that.</exception>
    public static PreSharedKeyCredentials PreSharedKeyFromEnvironment(
        string identity, string variable, KeyEncoding encoding = KeyEncoding.Hex) =>
        PreSharedKeyCredentials.Parse(
            identity,
            Environment.GetEnvironmentVariable(variable) ?? throw new InvalidOperationException($"The environment has no {variable}."),
            encoding);

    /// <summary>Reads anchors, one or many.</summary>
    /// <param name="path">PEM or DER.</param>
    /// <returns>The trust in them.</returns>
    /// <exception cref="FormatException">There is no certificate in it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CertificateTrust ReadTrust(string path) => Read(path, static (bytes, text) =>
    {
        try
        {
            X509Certificate2Collection anchors = [];
            if (IsPem(text))
            {
                anchors.ImportFromPem(text);
            }
            else
            {
                anchors.Add(X509CertificateLoader.LoadCertificate(bytes));
            }

            return anchors.Count > 0 ? new CertificateTrust([.. anchors]) : throw new FormatException("The file has no certificate.");
        }
        catch (CryptographicException)
        {
            throw new FormatException("The file has no certificate that can be read.");
        }
    });

    /// <summary>Reads a certificate and its private key.</summary>
    /// <param name="certificatePath">PEM, with CAs after ours perhaps, DER, or PKCS#12.</param>
    /// <param name="keyPath">The key, PEM where the certificate is, PKCS#8 in DER where that is DER; null where it is in the same file.
    /// </param>
    /// <param name="trust">Which certificates of peers to trust.</param>
    /// <param name="password">The password of the key, or of the PKCS#12; null for none.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="FormatException">One of them cannot be read, or they do not belong together.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static CertificateCredentials ReadCertificate(
        string certificatePath, string? keyPath, CertificateTrust trust, string? password = null) =>
        Read(certificatePath, (bytes, text) =>
        {
            if (!IsPem(text))
            {
                byte[] certificate = bytes.ToArray();
                return keyPath is null
                    ? CertificateCredentials.FromPkcs12(certificate, password, trust)
                    : Read(keyPath, (key, _) => CertificateCredentials.FromDer(certificate, key, trust));
            }

            if (keyPath is null)
            {
                return CertificateCredentials.FromPem(text, text, trust, password);
            }

            string certificates = text.ToString();
            return Read(keyPath, (_, key) => CertificateCredentials.FromPem(certificates, key, trust, password));
        });

    private delegate T Reader<out T>(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> text);

    private static T Read<T>(string path, Reader<T> reader)
    {
        using FileStream file = File.OpenRead(path);
        if (file.Length > MaxFile)
        {
            throw new FormatException($"No key and no certificate has more than {MaxFile} bytes.");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)file.Length, pinned: true);
        char[] text = GC.AllocateUninitializedArray<char>(bytes.Length, pinned: true);
        try
        {
            file.ReadExactly(bytes);
            int length = Encoding.UTF8.GetChars(bytes, text);
            return reader(bytes, text.AsSpan(0, length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            text.AsSpan().Clear();
        }
    }

    private static bool IsPem(ReadOnlySpan<char> text) => text.Contains("-----BEGIN ", StringComparison.Ordinal);
}
