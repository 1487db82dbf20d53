using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Ipso.Coap.Oscore;
using Ipso.Lwm2m.Device;
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
/// "Certificate": { "Certificate": "own.pem", "Key": "own.key", "Trust": "ca.pem" },
/// "Oscore": [ { "MasterSecretFile": "node-7.secret", "SenderId": "02", "RecipientId": "01" } ]
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

    /// <summary>Reads a security context of OSCORE: what <see cref="IpsoOscoreOptions"/> says, by the names of its properties.</summary>
    /// <param name="section">The section.</param>
    /// <param name="numbers">
    /// Where it is put down how far its sequence numbers may have been used: keys of a configuration are there again after a restart. Its owner
    /// disposes it after the context.
    /// </param>
    /// <param name="aeads">Who makes the ciphers; <see langword="null"/> for the platform.</param>
    /// <returns>The context, which <see cref="OscoreProtection"/> takes. The secrets that it was derived of are cleared, but for what the
    /// configuration itself holds.</returns>
    /// <exception cref="InvalidOperationException">Something is missing, unknown or cannot be read; a line for each.</exception>
    /// <exception cref="IOException">Its numbers cannot be used, or are in use.</exception>
    /// <exception cref="InvalidDataException">The file of its numbers holds something else.</exception>
    /// <exception cref="UnauthorizedAccessException">The file of its numbers may not be read or written.</exception>
    /// <example>
    /// <code>
    /// using FileSequenceFolder numbers = new("/var/lib/app/oscore");
    /// using OscoreProtection oscore = new(configuration.GetSection("Oscore").ReadOscoreContext(numbers));
    /// await using CoapClient coap = new(new CoapClientOptions { Protection = oscore });
    /// </code>
    /// </example>
    public static SecurityContext ReadOscoreContext(this IConfiguration section, FileSequenceFolder numbers, AeadProvider? aeads = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(numbers);
        return ReadContext(section, numbers, aeads, new(), out _);
    }

    /// <summary>
    /// Reads the security contexts of a server, a section below for each, into a table. Each is as the server sees it: its
    /// <see cref="IpsoOscoreOptions.RecipientId"/> is the Sender ID of the device.
    /// </summary>
    /// <param name="section">The section.</param>
    /// <param name="contexts">The table, which has as many places at least; on a fault it is as it was.</param>
    /// <param name="numbers">Where it is put down how far their sequence numbers may have been used. Its owner disposes it after the table.</param>
    /// <param name="aeads">Who makes the ciphers; <see langword="null"/> for the platform.</param>
    /// <exception cref="InvalidOperationException">Something is missing, unknown or cannot be read, two of them make the same key, or one has
    /// no place in the table.</exception>
    /// <exception cref="IOException">The numbers of one cannot be used, or are in use.</exception>
    /// <exception cref="InvalidDataException">The file of its numbers holds something else.</exception>
    /// <exception cref="UnauthorizedAccessException">The file of its numbers may not be read or written.</exception>
    public static void ReadOscoreContexts(
        this IConfiguration section, OscoreProtection contexts, FileSequenceFolder numbers, AeadProvider? aeads = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(contexts);
        ArgumentNullException.ThrowIfNull(numbers);
        OscoreTranslation translation = new();
        List<(SecurityContext Context, FileSequenceStorage Storage)> added = [];
        try
        {
            foreach (IConfigurationSection child in section.GetChildren())
            {
                if (child.Value is not null)
                {
                    throw Fault(child, null, "there is a value where the keys of a context are expected: write a list of contexts");
                }

                SecurityContext context = ReadContext(child, numbers, aeads, translation, out FileSequenceStorage storage);
                if (!contexts.TryAdd(context))
                {
                    context.Dispose();
                    storage.Dispose();
                    throw Fault(
                        child, nameof(IpsoOscoreOptions.RecipientId),
                        $"the table has a context with it already, or no place for more than {contexts.Count}: write another one, or make a larger table");
                }

                added.Add((context, storage));
            }
        }
        catch
        {
            foreach ((SecurityContext context, FileSequenceStorage storage) in added)
            {
                _ = contexts.Remove(context);
                storage.Dispose();
            }

            throw;
        }
    }

    private static SecurityContext ReadContext(
        IConfiguration section, FileSequenceFolder numbers, AeadProvider? aeads, OscoreTranslation translation, out FileSequenceStorage storage)
    {
        List<string> faults = [];
        IpsoOscoreOptions options = new();
        OptionsReading.Read(section, options, faults);
        OscoreKeys? keys = translation.Translate(options, new(faults, options.Path, ""));
        FileSequenceStorage? opened = null;
        try
        {
            if (keys is null || faults.Count > 0)
            {
                throw new InvalidOperationException(string.Join(Environment.NewLine, faults.Select(static fault => $"{fault.TrimEnd('.')}.")));
            }

            storage = opened = numbers.Open(keys.SenderId.Span, keys.RecipientId.Span, keys.IdContext.Span);
            return new SecurityContext(new SecurityContextKeys
            {
                MasterSecret = keys.MasterSecret.Span,
                MasterSalt = keys.MasterSalt.Span,
                SenderId = keys.SenderId.Span,
                RecipientId = keys.RecipientId.Span,
                IdContext = keys.IdContext.Span,
                Algorithm = keys.Algorithm,
                Hmac = keys.Hmac,
                Aeads = aeads ?? AeadProvider.Platform,
                Storage = storage,
                SequenceNumber = storage.Next,
            });
        }
        catch (ArgumentException e)
        {
            // All else was judged: nobody has the algorithm.
            opened?.Dispose();
            throw Fault(section, nameof(options.Aead), FaultList.Say(e));
        }
        finally
        {
            if (keys is not null)
            {
                // Read for this: nobody else holds them.
                OscoreTranslation.Clear(keys);
            }
        }
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
