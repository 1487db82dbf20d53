using System.Text;
using Ipso.Buffers;

namespace Ipso.Coap.Engine;

/// <summary>By what a peer has proved who it is.</summary>
public enum PeerIdentityKind : byte
{
    /// <summary>A pre-shared key (RFC 4279): the value is the identity that the peer sent.</summary>
    PreSharedKey,

    /// <summary>A raw public key (RFC 7250): the value is its SubjectPublicKeyInfo.</summary>
    RawPublicKey,

    /// <summary>An X.509 certificate that was verified: the value is the name that it was verified for, in UTF-8.</summary>
    Certificate,

    /// <summary>An OSCORE security context (RFC 8613): the value is the ID context, its length before it, and the sender ID.</summary>
    Oscore,
}

/// <summary>
/// Who a peer is, as its security has proved, whatever address it has at the moment. Immutable, compared by value: what authorization and
/// registrations are bound to. A peer without security has none.
/// </summary>
public sealed class PeerIdentity : IEquatable<PeerIdentity>
{
    private readonly byte[] _value;

    /// <summary>Copies an identity.</summary>
    /// <param name="kind">By what it was proved.</param>
    /// <param name="value">What the kind says.</param>
    public PeerIdentity(PeerIdentityKind kind, ReadOnlySpan<byte> value)
    {
        Kind = kind;
        _value = value.ToArray();
    }

    /// <summary>By what it was proved.</summary>
    public PeerIdentityKind Kind { get; }

    /// <summary>What the kind says.</summary>
    public ReadOnlyMemory<byte> Value => _value;

    /// <inheritdoc/>
    public bool Equals(PeerIdentity? other) => other is not null && Kind == other.Kind && _value.AsSpan().SequenceEqual(other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PeerIdentity);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Kind);
        hash.AddBytes(_value);
        return hash.ToHashCode();
    }

    /// <summary>Kind and value, for logs: the value as text where it is printable ASCII, else in hexadecimal.</summary>
    /// <returns>Such as <c>PreSharedKey node-7</c>.</returns>
    public override string ToString() =>
        _value.AsSpan().ContainsAnyExceptInRange((byte)0x20, (byte)0x7e)
            ? Phrase.Of($"{Kind} 0x{Convert.ToHexStringLower(_value)}")
            : Phrase.Of($"{Kind} {Encoding.UTF8.GetString(_value)}");
}

/// <summary>Knows who peers are.</summary>
public interface IPeerDirectory
{
    /// <summary>Who a peer has proved to be.</summary>
    /// <param name="peer">A peer that a message came from.</param>
    /// <returns>Null where it has proved nothing, or is gone.</returns>
    PeerIdentity? FindIdentity(in PeerId peer);
}
