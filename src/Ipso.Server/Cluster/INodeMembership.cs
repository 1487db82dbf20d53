namespace Ipso.Server.Cluster;

/// <summary>A server among several that share stores, for as long as it holds its place.</summary>
/// <param name="Id">Its place: 1 to 255, nobody else's meanwhile; 0 for a server that is alone.</param>
/// <param name="Epoch">Greater than that of any that has joined before: who had the place is told from who has it.</param>
public readonly record struct NodeIdentity(byte Id, long Epoch)
{
    /// <summary>Place and epoch, for logs.</summary>
    public override string ToString() => $"{Id}.{Epoch}";
}

/// <summary>
/// Gives servers their places, each for a lease, which counts by the clock of whoever gives them. A server that could not renew in time stops at once
/// (<see cref="ClusterNode"/>): its devices are others' from then on.
/// </summary>
public interface INodeMembership
{
    /// <summary>Takes a place that is free.</summary>
    /// <param name="lease">For how long, more than 0.</param>
    /// <param name="cancellationToken">Gives up; a place that was taken is free again after the lease.</param>
    /// <returns><see langword="null"/> where all 255 are taken.</returns>
    ValueTask<NodeIdentity?> JoinAsync(TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>Holds a place for longer.</summary>
    /// <param name="node">Who has it.</param>
    /// <param name="lease">For how long from now on, more than 0.</param>
    /// <param name="cancellationToken">Gives up; whether it was renewed is not known then.</param>
    /// <returns>False where the lease is over, whether or not another one has the place by now.</returns>
    ValueTask<bool> RenewAsync(NodeIdentity node, TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>Gives a place back; one whose lease is over is none to give.</summary>
    /// <param name="node">Who has it.</param>
    /// <param name="cancellationToken">Gives up; the place is free after the lease at the latest.</param>
    ValueTask LeaveAsync(NodeIdentity node, CancellationToken cancellationToken = default);

    /// <summary>The servers whose leases are not over.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>By place, ascending.</returns>
    ValueTask<IReadOnlyList<NodeIdentity>> ListAsync(CancellationToken cancellationToken = default);
}

/// <summary>A server has come or gone.</summary>
/// <param name="Node">The server.</param>
/// <param name="IsThere">Whether it is there.</param>
public readonly record struct NodeChange(NodeIdentity Node, bool IsThere);
