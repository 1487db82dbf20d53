using System.Text;
using Ipso.Buffers;
using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// How the device and a server at <c>coaps://</c> prove to each other who they are: what the Security object (0) has for it. Keys are copied,
/// and in no text that is made of it.
/// </summary>
/// <example>
/// <code>
/// Server = new("coaps://leshan.example") { Security = ServerSecurity.PreSharedKey("node-7", key) }
/// </code>
/// </example>
public sealed record ServerSecurity
{
    private ServerSecurity(
        SecurityMode mode,
        ReadOnlySpan<byte> publicKeyOrIdentity = default,
        ReadOnlySpan<byte> secretKey = default,
        ReadOnlySpan<byte> serverPublicKey = default)
    {
        Mode = mode;
        PublicKeyOrIdentity = publicKeyOrIdentity.ToArray();
        SecretKey = secretKey.ToArray();
        ServerPublicKey = serverPublicKey.ToArray();
    }

    /// <summary>No security: for <c>coap://</c>.</summary>
    public static ServerSecurity NoSec { get; } = new(SecurityMode.NoSec);

    /// <summary>The mode (0/x/2).</summary>
    public SecurityMode Mode { get; }

    /// <summary>What the server's certificate is held against (0/x/15); by default <see cref="CertificateUsage.DomainIssuedCertificate"/>.
    /// </summary>
    public CertificateUsage? Usage { get; init; }

    /// <summary>What of the certificate is given (0/x/13); by default <see cref="CertificateMatching.Exact"/>.</summary>
    public CertificateMatching? Matching { get; init; }

    /// <summary>
    /// The name that the server's certificate is to bear and the server is asked for (0/x/14); by default the host of its URI. Never an
    /// address: of one nobody is asked for by name (RFC 6066, 3).
    /// </summary>
    public string? ServerName { get; init; }

    /// <summary>0/x/3.</summary>
    internal ReadOnlyMemory<byte> PublicKeyOrIdentity { get; }

    /// <summary>0/x/4.</summary>
    internal ReadOnlyMemory<byte> ServerPublicKey { get; }

    /// <summary>0/x/5.</summary>
    internal ReadOnlyMemory<byte> SecretKey { get; }

    /// <summary>A key that device and server share.</summary>
    /// <param name="identity">The identity that tells the server which key is meant, 1 to 128 bytes in UTF-8, none of which is 0.</param>
    /// <param name="key">The key, 1 to 64 bytes; 16 or more are wise.</param>
    /// <exception cref="ArgumentException">The identity or the key is too short or too long.</exception>
    public static ServerSecurity PreSharedKey(string identity, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(identity);
        byte[] bytes = Encoding.UTF8.GetBytes(identity);
        if (bytes.Length is 0 or > 128 || bytes.Contains((byte)0))
        {
            throw new ArgumentException(Phrase.Of($"An identity has 1 to 128 bytes, none of them 0; this one has {bytes.Length}."), nameof(identity));
        }

        return key.Length is > 0 and <= 64
            ? new(SecurityMode.PreSharedKey, bytes, key)
            : throw new ArgumentException(Phrase.Of($"A key has 1 to 64 bytes; this one has {key.Length}."), nameof(key));
    }

    /// <summary>A certificate of the device, and what the server's is held against.</summary>
    /// <param name="certificate">The device's certificate, X.509 in DER.</param>
    /// <param name="privateKey">Its private key, PKCS#8 in DER.</param>
    /// <param name="server">The server's certificate, an authority's, or a hash of it, as <see cref="Usage"/> and <see cref="Matching"/>
    /// say.</param>
    /// <exception cref="ArgumentException">One of them is empty.</exception>
    public static ServerSecurity Certificate(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> server) =>
        new(SecurityMode.Certificate, Some(certificate, nameof(certificate)), Some(privateKey, nameof(privateKey)), Some(server, nameof(server)));

    /// <summary>Raw public keys.</summary>
    /// <param name="publicKey">The device's key, a SubjectPublicKeyInfo in DER.</param>
    /// <param name="privateKey">Its private key, PKCS#8 in DER.</param>
    /// <param name="serverPublicKey">The server's key, a SubjectPublicKeyInfo in DER.</param>
    /// <exception cref="ArgumentException">One of them is empty.</exception>
    public static ServerSecurity RawPublicKey(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> serverPublicKey) =>
        new(
            SecurityMode.RawPublicKey,
            Some(publicKey, nameof(publicKey)),
            Some(privateKey, nameof(privateKey)),
            Some(serverPublicKey, nameof(serverPublicKey)));

    /// <summary>The mode.</summary>
    public override string ToString() => Mode.ToString();

    /// <summary>An instance of Security that says this of a server.</summary>
    /// <param name="uri">Where the server is.</param>
    /// <param name="isBootstrapServer">Whether it is a Bootstrap-Server.</param>
    internal LWM2MSecurity ToInstance(string uri, bool isBootstrapServer) => new()
    {
        LWM2MServerURI = uri,
        BootstrapServer = isBootstrapServer,
        SecurityMode = (long)Mode,
        PublicKeyOrIdentity = PublicKeyOrIdentity,
        ServerPublicKey = ServerPublicKey,
        SecretKey = SecretKey,
        MatchingType = (ulong?)Matching,
        SNI = ServerName,
        CertificateUsage = (ulong?)Usage,
    };

    private static ReadOnlySpan<byte> Some(ReadOnlySpan<byte> value, string name) =>
        value.IsEmpty ? throw new ArgumentException("It is empty.", name) : value;
}
