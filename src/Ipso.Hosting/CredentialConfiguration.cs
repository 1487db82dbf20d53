using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Ipso.Net;
using Ipso.Net.Security;
using Microsoft.Extensions.Configuration;

namespace Ipso.Hosting;

/// <summary>
/// Credentials out of a configuration, such as one of the environment or of a store of secrets. What is wrong is said with its path, and
/// never with a value.
/// </summary>
/// <example>
/// <code>
/// "Key": { "Identity": "node-7", "Hex": "0102..." },
/// "Keys": [ { "Identity": "node-7", "Base64": "AQID..." }, { "Identity": "node-8", "Text": "..." } ],
/// "Certificate": { "Certificate": "own.pem", "Key": "own.key", "Trust": "ca.pem" }
/// </code>
/// </example>
public static class CredentialConfiguration
{
    private static readonly string[] s_encodings = [nameof(KeyEncoding.Hex), nameof(KeyEncoding.Base64), nameof(KeyEncoding.Text)];

    /// <summary>Reads a pre-shared key: <c>Identity</c>, and one of <c>Hex</c>, <c>Base64</c> and <c>Text</c>.</summary>
    /// <param name="section">The section.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="InvalidOperationException">Something is missing, unknown or cannot be read.</exception>
    public static PreSharedKeyCredentials ReadPreSharedKey(this IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        Demand(section, ["Identity", .. s_encodings]);
        string[] given = [.. s_encodings.Where(name => section[name] is not null)];
        if (given is not [string encoding])
        {
            throw Fault(section, null, "a key is written once, as Hex, Base64 or Text");
        }

        try
        {
            return PreSharedKeyCredentials.Parse(Value(section, "Identity"), section[encoding], Enum.Parse<KeyEncoding>(encoding));
        }
        catch (FormatException e)
        {
            throw Fault(section, encoding, e.Message);
        }
    }

    /// <summary>Reads the pre-shared keys of a server, a section below for each.</summary>
    /// <param name="section">The section.</param>
    /// <returns>The keys, which the caller disposes.</returns>
    /// <exception cref="InvalidOperationException">Something is missing, unknown or cannot be read, or an identity is there twice.
    /// </exception>
    public static PreSharedKeyStore ReadPreSharedKeys(this IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        PreSharedKeyStore store = new();
        try
        {
            foreach (IConfigurationSection child in section.GetChildren())
            {
                PreSharedKeyCredentials one = child.ReadPreSharedKey();
                int before = store.Count;
                try
                {
                    store.Add(one.Identity.Span, one.Key.Span);
                }
                catch (ArgumentException)
                {
                    throw Fault(
                        child,
                        null,
                        $"an identity has 1 to {PreSharedKeyStore.MaxIdentity} bytes, none of them 0, and a key "
                            + $"1 to {PreSharedKeyStore.MaxKey}");
                }
                finally
                {
                    // Parsed from text for this: nobody else holds it.
                    CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(one.Key).Span);
                }

                if (store.Count == before)
                {
                    throw Fault(child, "Identity", $"'{Encoding.UTF8.GetString(one.Identity.Span)}' has a key already");
                }
            }

            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads a certificate from the files that a section names: <c>Certificate</c>, <c>Key</c> where that is another file, <c>Trust</c>,
    /// and <c>Password</c> where it takes one.
    /// </summary>
    /// <param name="section">The section.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="InvalidOperationException">Something is missing, unknown or cannot be read.</exception>
    public static CertificateCredentials ReadCertificate(this IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        Demand(section, ["Certificate", "Key", "Password", "Trust"]);
        CertificateTrust trust = Read(section, "Trust", CredentialFiles.ReadTrust);
        string? password = section["Password"];
        if (string.IsNullOrEmpty(section["Key"]))
        {
            return Read(section, "Certificate", path => CredentialFiles.ReadCertificate(path, null, trust, password));
        }

        // Once the certificate is known to be one, what is wrong is so with the key.
        string certificate = Value(section, "Certificate");
        _ = Read(section, "Certificate", CredentialFiles.ReadCertificates);
        return Read(section, "Key", path => CredentialFiles.ReadCertificate(certificate, path, trust, password));
    }

    private static T Read<T>(IConfiguration section, string name, Func<string, T> read)
    {
        try
        {
            return read(Value(section, name));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw Fault(section, name, FaultList.Say(e, Value(section, name)));
        }
    }

    private static void Demand(IConfiguration section, string[] names)
    {
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!names.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                throw Fault(section, child.Key, $"there is no such key: take it away, or write one of {string.Join(", ", names)}");
            }
        }
    }

    private static string Value(IConfiguration section, string name) =>
        section[name] is { Length: > 0 } value ? value : throw Fault(section, name, "there is none");

    private static InvalidOperationException Fault(IConfiguration section, string? name, string fault)
    {
        string path = (section as IConfigurationSection)?.Path ?? "";
        return new($"{(name is null ? path : path.Length == 0 ? name : ConfigurationPath.Combine(path, name))}: {fault.TrimEnd('.')}.");
    }
}
