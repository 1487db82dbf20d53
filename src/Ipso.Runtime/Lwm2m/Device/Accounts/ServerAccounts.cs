using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

/// <summary>The servers that manage the device, in ascending order of their Short Server IDs.</summary>
internal sealed class ServerAccounts
{
    /// <summary>The Short Server ID of nobody in particular: of any peer, where the device has no account.</summary>
    internal const ushort Anybody = 0;

    private readonly List<ServerAccount> _accounts = [];

    /// <summary>All of them.</summary>
    internal IReadOnlyList<ServerAccount> All => _accounts;

    /// <summary>Whether two peers are one host, whatever their ports; <see langword="null"/> where nobody can tell.</summary>
    internal Func<PeerId, PeerId, bool>? IsSameHost { get; set; }

    /// <summary>Whether the device is nobody's as long as it has no account: then it waits for a Bootstrap-Server.</summary>
    internal bool IsClosed { get; set; }

    /// <summary>Puts others in place of all, in ascending order of their Short Server IDs.</summary>
    internal void Replace(IEnumerable<ServerAccount> accounts)
    {
        ServerAccount[] all = [.. accounts.OrderBy(static account => account.ShortServerId)];
        _accounts.Clear();
        _accounts.AddRange(all);
    }

    /// <summary>Adds one.</summary>
    /// <exception cref="ArgumentException">There is one with its Short Server ID.</exception>
    internal void Add(ServerAccount account)
    {
        int place = _accounts.FindIndex(other => other.ShortServerId >= account.ShortServerId);
        if (place >= 0 && _accounts[place].ShortServerId == account.ShortServerId)
        {
            throw new ArgumentException($"There is an account with the Short Server ID {account.ShortServerId}.", nameof(account));
        }

        _accounts.Insert(place < 0 ? _accounts.Count : place, account);
    }

    /// <summary>Finds the account that a peer belongs to.</summary>
    /// <param name="from">The peer.</param>
    /// <param name="account">Its account; <see langword="null"/> where the device has none at all, and everybody manages it.</param>
    /// <returns>Whether the peer may manage the device.</returns>
    internal bool TryFind(in PeerId from, out ServerAccount? account)
    {
        account = null;
        foreach (ServerAccount candidate in _accounts)
        {
            if (IsPeerOf(candidate, from))
            {
                account = candidate;
                return true;
            }
        }

        return _accounts.Count == 0 && !IsClosed;
    }

    /// <summary>Whether a peer is the server of an account.</summary>
    internal bool IsPeerOf(ServerAccount account, in PeerId from) =>
        account.Peer is { } peer && (peer == from || (account.AsksFromAnyPort && IsSameHost?.Invoke(peer, from) == true));
}
