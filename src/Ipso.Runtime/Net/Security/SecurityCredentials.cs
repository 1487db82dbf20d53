using System.Text;

namespace Ipso.Net.Security;

/// <summary>How to prove who we are to a peer, and how to know who it is.</summary>
public abstract class SecurityCredentials
{
    /// <summary>
    /// The name of the server: what it is told that it was asked for (SNI, RFC 6066, 3), and what its certificate is verified for. A
    /// <see cref="CoapClient"/> fills in the host of the URI where this says nothing; an address is no name, and never sent.
    /// </summary>
    public string? ServerName { get; init => field = value is null or { Length: >= 1 and <= 255 }
        ? value
        : throw new ArgumentException("A name has 1 to 255 characters.", nameof(value)); }

    /// <summary>The same credentials for a server of a name. Keys are shared, not copied.</summary>
    /// <param name="serverName">The name.</param>
    /// <returns>These, if they have a name already.</returns>
    public SecurityCredentials ForServer(string serverName)
    {
        ArgumentException.ThrowIfNullOrEmpty(serverName);
        return ServerName is null ? Named(serverName) : this;
    }

    /// <summary>Whether others show a peer the same: only what they trust, and the server's name, may differ.</summary>
    /// <param name="other">The others.</param>
    /// <returns>True if what was made of these to show it can be used for those.</returns>
    public virtual bool SharesOwn(SecurityCredentials other) => ReferenceEquals(this, other);

    /// <summary>Makes a copy with a name.</summary>
    /// <param name="serverName">The name.</param>
    /// <returns>The copy.</returns>
    protected abstract SecurityCredentials Named(string serverName);
}

/// <summary>A pre-shared key (RFC 4279).</summary>
/// <param name="identity">The identity that tells the server which key is meant.</param>
/// <param name="key">The key. Not copied; the owner may clear it once no session is to be started any more.</param>
public sealed class PreSharedKeyCredentials(ReadOnlyMemory<byte> identity, ReadOnlyMemory<byte> key) : SecurityCredentials
{
    /// <summary>Takes identity and key from text.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="key">The key.</param>
    /// <param name="encoding">How the key is written.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="FormatException">The key is not written like that. The message holds nothing of it.</exception>
    public static PreSharedKeyCredentials Parse(string identity, ReadOnlySpan<char> key, KeyEncoding encoding)
    {
        ArgumentException.ThrowIfNullOrEmpty(identity);
        return new PreSharedKeyCredentials(Encoding.UTF8.GetBytes(identity), KeyText.Decode(key, encoding));
    }

    /// <summary>The identity that tells the server which key is meant.</summary>
    public ReadOnlyMemory<byte> Identity { get; } = identity;

    /// <summary>The key.</summary>
    public ReadOnlyMemory<byte> Key { get; } = key;

    /// <inheritdoc/>
    protected override SecurityCredentials Named(string serverName) =>
        new PreSharedKeyCredentials(Identity, Key) { ServerName = serverName };
}
