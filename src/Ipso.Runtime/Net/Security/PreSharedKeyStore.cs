using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Ipso.Net.Security;

/// <summary>
/// Finds the key of an identity, for a server. Called during a handshake, under the lock of the host: it looks into memory, does not block
/// and does not throw.
/// </summary>
/// <param name="identity">The identity that a peer has sent: any bytes, and no proof of anything.</param>
/// <param name="key">Where the key goes, 64 bytes at least (LwM2M 1.2, Transport, 5.2.9.1).</param>
/// <returns>The length of the key; 0 if there is none. The peer cannot tell that from a wrong key.</returns>
public delegate int PreSharedKeyLookup(ReadOnlySpan<byte> identity, Span<byte> key);

/// <summary>The pre-shared keys that a server knows. For any thread; keys are copied, and cleared when they are taken away.</summary>
/// <example>
/// <code>
/// using PreSharedKeyStore keys = new() { { "node-7", key } };
/// PreSharedKeyLookup lookup = keys.Find;
/// </code>
/// </example>
public sealed class PreSharedKeyStore : IEnumerable<ReadOnlyMemory<byte>>, IDisposable
{
    /// <summary>The longest identity in bytes (RFC 4279, 5.3, asks for 128).</summary>
    public const int MaxIdentity = 255;

    /// <summary>The longest key in bytes (RFC 4279, 5.3, and LwM2M ask for 64).</summary>
    public const int MaxKey = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<byte[], byte[]> _keys = new(new Bytes());

    /// <summary>How many keys there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _keys.Count;
            }
        }
    }

    /// <summary>Adds a key, or replaces the one that the identity had.</summary>
    /// <param name="identity">The identity, 1 to 255 bytes of UTF-8.</param>
    /// <param name="key">The key, 1 to 64 bytes; 16 at least are recommended.</param>
    /// <exception cref="ArgumentException">One of them is empty or too long.</exception>
    public void Add(string identity, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(identity);
        Add(Encoding.UTF8.GetBytes(identity), key);
    }

    /// <inheritdoc cref="Add(string, ReadOnlySpan{byte})"/>
    public void Add(ReadOnlySpan<byte> identity, ReadOnlySpan<byte> key)
    {
        if (identity.Length is 0 or > MaxIdentity || identity.Contains((byte)0))
        {
            throw new ArgumentException($"An identity has 1 to {MaxIdentity} bytes, none of them 0.", nameof(identity));
        }

        if (key.Length is 0 or > MaxKey)
        {
            throw new ArgumentException($"A key has 1 to {MaxKey} bytes.", nameof(key));
        }

        lock (_gate)
        {
            Forget(identity);
            byte[] copy = GC.AllocateUninitializedArray<byte>(key.Length, pinned: true);
            key.CopyTo(copy);
            _keys[identity.ToArray()] = copy;
        }
    }

    /// <summary>Takes a key away. Sessions that it has opened go on; none is resumed.</summary>
    /// <param name="identity">The identity.</param>
    /// <returns>False if there was none.</returns>
    public bool Remove(ReadOnlySpan<byte> identity)
    {
        lock (_gate)
        {
            return Forget(identity);
        }
    }

    /// <inheritdoc cref="Remove(ReadOnlySpan{byte})"/>
    public bool Remove(string identity) => Remove(Encoding.UTF8.GetBytes(identity));

    /// <summary>Finds a key: a <see cref="PreSharedKeyLookup"/>.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="key">Where the key goes.</param>
    /// <returns>The length of the key; 0 if there is none, or no room for it.</returns>
    public int Find(ReadOnlySpan<byte> identity, Span<byte> key)
    {
        lock (_gate)
        {
            return _keys.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(identity, out byte[]? found) && found.AsSpan().TryCopyTo(key)
                ? found.Length
                : 0;
        }
    }

    /// <summary>The identities, as they are now.</summary>
    /// <returns>A copy.</returns>
    public IEnumerator<ReadOnlyMemory<byte>> GetEnumerator()
    {
        lock (_gate)
        {
            return _keys.Keys.Select(static identity => (ReadOnlyMemory<byte>)identity.ToArray()).ToList().GetEnumerator();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Forgets and clears all keys.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (byte[] key in _keys.Values)
            {
                CryptographicOperations.ZeroMemory(key);
            }

            _keys.Clear();
        }
    }

    private bool Forget(ReadOnlySpan<byte> identity)
    {
        Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> lookup = _keys.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.Remove(identity, out _, out byte[]? key))
        {
            return false;
        }

        CryptographicOperations.ZeroMemory(key);
        return true;
    }

    private sealed class Bytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode((ReadOnlySpan<byte>)obj);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            HashCode hash = default;
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
