using Ipso.Buffers;
using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

/// <summary>The servers that manage the device, in ascending order of their Short Server IDs.</summary>
internal sealed class ServerAccounts
{
    /// <summary>The Short Server ID of nobody in particular: of any peer, where the device has no account.</summary>
    internal const ushort Anybody = 0;

    /// <summary>All of them, as they are now: whatever comes or goes makes another array.</summary>
    internal ServerAccount[] All { get; private set; } = [];

    /// <summary>Whether two peers are one host, whatever their ports; <see langword="null"/> where nobody can tell.</summary>
    internal Func<PeerId, PeerId, bool>? IsSameHost { get; set; }

    /// <summary>
    /// Whether anybody manages the device: only one that was made without servers, until it has an account for the first time. One whose
    /// accounts were lost or removed is managed by nobody.
    /// </summary>
    internal bool AdmitsAnybody { get; set; }

    /// <summary>Whether there is one with a Short Server ID.</summary>
    internal bool Has(ushort shortServerId) => Array.Exists(All, account => account.ShortServerId == shortServerId);

    /// <summary>Puts others in place of all.</summary>
    internal void Replace(List<ServerAccount> accounts)
    {
        All = [];
        accounts.ForEach(Insert);
        AdmitsAnybody = false;
    }

    /// <summary>Adds one.</summary>
    /// <exception cref="ArgumentException">There is one with its Short Server ID.</exception>
    internal void Add(ServerAccount account)
    {
        if (Has(account.ShortServerId))
        {
            throw new ArgumentException(Phrase.Of($"There is an account with the Short Server ID {account.ShortServerId}."), nameof(account));
        }

        Insert(account);
        AdmitsAnybody = false;
    }

    /// <summary>
    /// Finds the account that a peer belongs to: the one that is registered with there, or else one whose server asks from any port.
    /// </summary>
    /// <param name="from">The peer.</param>
    /// <param name="account">Its account; <see langword="null"/> where there is none, be it that anybody manages the device.</param>
    /// <returns>Whether the peer may manage the device.</returns>
    internal bool TryFind(in PeerId from, out ServerAccount? account)
    {
        account = null;
        foreach (ServerAccount candidate in All)
        {
            if (candidate.IsAt(from))
            {
                account = candidate;
                return true;
            }

            account ??= candidate.MayAskFrom(from, IsSameHost) ? candidate : null;
        }

        return account is not null || AdmitsAnybody;
    }

    /// <summary>Finds another account whose server is where that of this one is.</summary>
    /// <param name="account">The account.</param>
    /// <param name="peer">The address of its server.</param>
    internal ServerAccount? FindOther(ServerAccount account, in PeerId peer)
    {
        foreach (ServerAccount candidate in All)
        {
            if (candidate != account && candidate.IsAt(peer))
            {
                return candidate;
            }
        }

        return null;
    }

    private void Insert(ServerAccount account)
    {
        int place = Array.FindIndex(All, other => other.ShortServerId > account.ShortServerId);
        place = place < 0 ? All.Length : place;
        All = [.. All.AsSpan(0, place), account, .. All.AsSpan(place)];
    }
}
