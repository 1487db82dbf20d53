using System.Runtime.CompilerServices;

namespace Ipso.Server.Cluster;

/// <summary>What can be said of servers by who is there now.</summary>
public static class NodeMembership
{
    /// <summary>Tells of servers that come and go: first of those that are there.</summary>
    /// <param name="membership">The servers.</param>
    /// <param name="interval">How often it is looked who is there.</param>
    /// <param name="time">The clock that is gone by.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IOException">Who is there cannot be read.</exception>
    public static async IAsyncEnumerable<NodeChange> WatchAsync(
        this INodeMembership membership, TimeSpan interval, TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(membership);
        ArgumentNullException.ThrowIfNull(time);
        HashSet<NodeIdentity> known = [];
        while (true)
        {
            IReadOnlyList<NodeIdentity> there = await membership.ListAsync(cancellationToken).ConfigureAwait(false);

            // Who had a place is gone before another one has it.
            foreach (NodeIdentity gone in known.Except(there).ToArray())
            {
                known.Remove(gone);
                yield return new(gone, IsThere: false);
            }

            foreach (NodeIdentity come in there)
            {
                if (known.Add(come))
                {
                    yield return new(come, IsThere: true);
                }
            }

            await Task.Delay(interval, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
