using Ipso.Net.Security;
using Ipso.Server.Stores;

namespace Ipso.Server.Security;

/// <summary>
/// The pre-shared keys of a store, for handshakes: these look into memory, and do not wait. A key that is not in memory is fetched meanwhile, so that
/// the peer's next handshake has it, as after <see cref="FetchAsync"/>. For any thread.
/// </summary>
/// <example>
/// <code>
/// using StoredPreSharedKeys keys = new(store.Security);
/// using OpenSslSecurity dtls = new(new DtlsOptions { PreSharedKeys = keys.Find });
/// </code>
/// </example>
public sealed class StoredPreSharedKeys : IDisposable
{
    // Anybody may name any identity.
    private const int MaxFetching = 64;

    private readonly ISecurityStore _store;
    private readonly PreSharedKeyStore _keys = new();
    private readonly int _maxKeys;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _fetching = new(StringComparer.Ordinal);

    /// <summary>Begins with no key in memory.</summary>
    /// <param name="store">Where the keys are.</param>
    /// <param name="maxKeys">How many may be in memory, 1 or more; 100,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is.</exception>
    public StoredPreSharedKeys(ISecurityStore store, int maxKeys = 100_000)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxKeys, 1);
        (_store, _maxKeys) = (store, maxKeys);
    }

    /// <summary>Told of what the store throws.</summary>
    public Action<Exception>? FetchFailed { get; set; }

    /// <summary>How many keys are in memory.</summary>
    public int Count => _keys.Count;

    /// <summary>How many keys are being fetched meanwhile.</summary>
    internal int FetchingCount
    {
        get
        {
            lock (_gate)
            {
                return _fetching.Count;
            }
        }
    }

    /// <summary>Finds a key: a <see cref="PreSharedKeyLookup"/>.</summary>
    /// <param name="identity">The identity that a peer has sent.</param>
    /// <param name="key">Where the key goes.</param>
    /// <returns>The length of the key; 0 if it is not in memory, or there is no room for it.</returns>
    public int Find(ReadOnlySpan<byte> identity, Span<byte> key)
    {
        int length = _keys.Find(identity, key);
        if (length == 0 && identity.Length is > 0 and <= PreSharedKeyStore.MaxIdentity)
        {
            _ = FetchInBackgroundAsync(identity.ToArray());
        }

        return length;
    }

    /// <summary>Fetches a key that is to be used soon.</summary>
    /// <param name="identity">Its identity.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is in memory.</returns>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public async Task<bool> FetchAsync(ReadOnlyMemory<byte> identity, CancellationToken cancellationToken = default)
    {
        PskRecord? record = await _store.FindPskAsync(identity, cancellationToken).ConfigureAwait(false);
        if (record is null || _keys.Count >= _maxKeys
            || record.Identity.Length is 0 or > PreSharedKeyStore.MaxIdentity || record.Identity.Span.Contains((byte)0)
            || record.Key.Length is 0 or > PreSharedKeyStore.MaxKey)
        {
            return false;
        }

        _keys.Add(record.Identity.Span, record.Key.Span);
        return true;
    }

    /// <summary>Forgets a key, which was removed from the store or is another one by now. Sessions that it has opened go on.</summary>
    /// <param name="identity">Its identity.</param>
    /// <returns>False if it was not in memory.</returns>
    public bool Forget(ReadOnlySpan<byte> identity) => _keys.Remove(identity);

    /// <summary>Forgets and clears all keys in memory.</summary>
    public void Dispose() => _keys.Dispose();

    private async Task FetchInBackgroundAsync(byte[] identity)
    {
        string name = Convert.ToHexString(identity);
        lock (_gate)
        {
            if (_fetching.Count >= MaxFetching || !_fetching.Add(name))
            {
                return;
            }
        }

#pragma warning disable CA1031 // Whatever is wrong with a store, handshakes go on with the keys that there are.
        try
        {
            // Not on the thread of the handshake, which is the host's.
            await Task.Run(() => FetchAsync(identity)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            FetchFailed?.Invoke(e);
        }
#pragma warning restore CA1031
        finally
        {
            lock (_gate)
            {
                _fetching.Remove(name);
            }
        }
    }
}
