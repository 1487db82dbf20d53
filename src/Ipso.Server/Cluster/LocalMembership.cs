namespace Ipso.Server.Cluster;

/// <summary>The places of servers in one process: for tests, and for what runs alone and is written for several.</summary>
/// <param name="time">The clock that leases go by.</param>
public sealed class LocalMembership(TimeProvider time) : INodeMembership
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<byte, (long Epoch, DateTimeOffset Until)> _nodes = [];
    private readonly TimeProvider _time = time ?? throw new ArgumentNullException(nameof(time));
    private long _epoch;

    /// <inheritdoc/>
    public ValueTask<NodeIdentity?> JoinAsync(TimeSpan lease, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
        lock (_gate)
        {
            Sweep();
            for (int id = 1; id <= byte.MaxValue; id++)
            {
                if (_nodes.TryAdd((byte)id, (_epoch + 1, _time.GetUtcNow() + lease)))
                {
                    return new(new NodeIdentity((byte)id, ++_epoch));
                }
            }
        }

        return new((NodeIdentity?)null);
    }

    /// <inheritdoc/>
    public ValueTask<bool> RenewAsync(NodeIdentity node, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
        lock (_gate)
        {
            Sweep();
            bool holds = Holds(node);
            if (holds)
            {
                _nodes[node.Id] = (node.Epoch, _time.GetUtcNow() + lease);
            }

            return new(holds);
        }
    }

    /// <inheritdoc/>
    public ValueTask LeaveAsync(NodeIdentity node, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (Holds(node))
            {
                _nodes.Remove(node.Id);
            }
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NodeIdentity>> ListAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Sweep();
            return new([.. _nodes.Select(static node => new NodeIdentity(node.Key, node.Value.Epoch))]);
        }
    }

    private bool Holds(NodeIdentity node) => _nodes.TryGetValue(node.Id, out (long Epoch, DateTimeOffset) known) && known.Epoch == node.Epoch;

    private void Sweep()
    {
        foreach (byte id in _nodes.Where(node => node.Value.Until <= _time.GetUtcNow()).Select(static node => node.Key).ToArray())
        {
            _nodes.Remove(id);
        }
    }
}
