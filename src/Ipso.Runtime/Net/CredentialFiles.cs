using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ipso.Net.Security;

namespace Ipso.Net;

/// <summary>
/// Credentials from files and from the environment. What is read is cleared as soon as it is understood, and no exception says what it was; each
/// names the file.
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

    /// <summary>Reads a key alone, such as the Master Secret of OSCORE.</summary>
    /// <param name="path">The file, which holds the key as text.</param>
    /// <param name="encoding">How it is written.</param>
    /// <returns>The key, 1 byte at least. Its owner clears it.</returns>
    /// <exception cref="FormatException">The key is not written like that.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static byte[] ReadKey(string path, KeyEncoding encoding = KeyEncoding.Hex) =>
        Read(path, (_, text) => KeyText.Decode(encoding == KeyEncoding.Text ? text.TrimEnd("\r\n") : text, encoding));

    /// <summary>Takes a key alone, such as the Master Secret of OSCORE, from a variable of the environment.</summary>
    /// <param name="variable">The variable's name.</param>
    /// <param name="encoding">How it is written.</param>
    /// <returns>The key, 1 byte at least. Its owner clears it.</returns>
    /// <exception cref="InvalidOperationException">There is no such variable.</exception>
    /// <exception cref="FormatException">The key is not written like that.</exception>
    public static byte[] KeyFromEnvironment(string variable, KeyEncoding encoding = KeyEncoding.Hex) =>
        KeyText.Decode(
            Environment.GetEnvironmentVariable(variable) ?? throw new InvalidOperationException($"The environment has no {variable}."), encoding);

    /// <summary>Reads certificates, one or many: of roots, of CAs between, or one of ours without its key.</summary>
    /// <param name="path">PEM or DER.</param>
    /// <returns>The certificates, at least one, in the order of the file. The caller's own.</returns>
    /// <exception cref="FormatException">There is no certificate in it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static X509Certificate2Collection ReadCertificates(string path) => Read(path, static (bytes, text) =>
    {
        X509Certificate2Collection certificates = [];
        try
        {
            if (IsPem(text))
            {
                certificates.ImportFromPem(text);
            }
            else
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(bytes));
            }
        }
        catch (CryptographicException)
        {
            // Said below.
        }

        return certificates.Count > 0
            ? certificates
            : throw new FormatException("There is no certificate in PEM (-----BEGIN CERTIFICATE-----), and none in DER.");
    });

    /// <summary>Reads anchors, one or many.</summary>
    /// <param name="path">PEM or DER.</param>
    /// <returns>The trust in them.</returns>
    /// <exception cref="FormatException">There is no certificate in it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CertificateTrust ReadTrust(string path) => new([.. ReadCertificates(path)]);

    /// <summary>Reads a certificate and its private key, for TLS.</summary>
    /// <param name="certificatePath">PEM, DER, or PKCS#12. Of several in PEM the first.</param>
    /// <param name="keyPath">The key, PEM or PKCS#8 in DER; null where it is in the same file.</param>
    /// <param name="password">The password of the key, or of the PKCS#12; null for none.</param>
    /// <returns>The certificate, the caller's own.</returns>
    /// <exception cref="FormatException">One of them cannot be read, or they do not belong together.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static X509Certificate2 ReadCertificateWithKey(string certificatePath, string? keyPath = null, string? password = null) =>
        ReadCertificate(certificatePath, keyPath, new(), password).Certificate!;

    /// <summary>Reads a certificate and its private key.</summary>
    /// <param name="certificatePath">PEM, with CAs after ours perhaps, DER, or PKCS#12.</param>
    /// <param name="keyPath">The key, PEM or PKCS#8 in DER; null where it is in the same file.</param>
    /// <param name="trust">Which certificates of peers to trust.</param>
    /// <param name="password">The password of the key, or of the PKCS#12; null for none.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="FormatException">One of them cannot be read, or they do not belong together.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static CertificateCredentials ReadCertificate(
        string certificatePath, string? keyPath, CertificateTrust trust, string? password = null)
    {
        if (keyPath is null)
        {
            return Read(certificatePath, (bytes, text) => IsPem(text)
                ? CertificateCredentials.FromPem(text, text, trust, password)
                : CertificateCredentials.FromPkcs12(bytes, password, trust));
        }

        X509Certificate2Collection certificates = ReadCertificates(certificatePath);
        try
        {
            return Read(keyPath, (bytes, text) => IsPem(text)
                ? CertificateCredentials.FromPem(certificates.ExportCertificatePems(), text, trust, password)
                : CertificateCredentials.FromDer(certificates[0].RawData, bytes, trust));
        }
        finally
        {
            foreach (X509Certificate2 certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }

    private delegate T Reader<out T>(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> text);

    private static T Read<T>(string path, Reader<T> reader)
    {
        // Without a buffer of its own, which nobody could clear.
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (file.Length > MaxFile)
        {
            throw new FormatException($"'{path}': No key and no certificate has more than {MaxFile} bytes.");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)file.Length, pinned: true);
        char[] text = GC.AllocateUninitializedArray<char>(bytes.Length, pinned: true);
        try
        {
            file.ReadExactly(bytes);
            int length = Encoding.UTF8.GetChars(bytes, text);
            return reader(bytes, text.AsSpan(0, length));
        }
        catch (FormatException e)
        {
            throw new FormatException($"'{path}': {e.Message}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            text.AsSpan().Clear();
        }
    }

    private static bool IsPem(ReadOnlySpan<char> text) => text.Contains("-----BEGIN ", StringComparison.Ordinal);
}
