using System.Collections.Concurrent;

namespace Ipso.Server.Stores;

/// <summary>What devices are to have, in memory: for tests, and for what a process passes on to the next server in it.</summary>
public sealed class MemoryBootstrapStore : IBootstrapStore
{
    private readonly ConcurrentDictionary<string, BootstrapRecord> _records = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask PutAsync(BootstrapRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        _records[record.Endpoint] = record;
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(string endpoint, CancellationToken cancellationToken = default) =>
        new(_records.TryRemove(endpoint, out _));

    /// <inheritdoc/>
    public ValueTask<BootstrapRecord?> FindAsync(string endpoint, CancellationToken cancellationToken = default) =>
        new(_records.GetValueOrDefault(endpoint));
}
