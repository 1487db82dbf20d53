using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Ipso.Coap;

namespace Ipso.Server.Stores;

/// <summary>Observations in memory: for tests, and for what a process passes on to the next server in it.</summary>
public sealed class MemoryObservationStore : IObservationStore
{
    private readonly ConcurrentDictionary<CoapToken, ObservationRecord> _records = new();

    /// <inheritdoc/>
    public ValueTask PutAsync(ObservationRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        _records[record.Token] = record;
        return default;
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(CoapToken token, CancellationToken cancellationToken = default)
    {
        _records.TryRemove(token, out _);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<ObservationRecord?> FindAsync(CoapToken token, CancellationToken cancellationToken = default) =>
        new(_records.GetValueOrDefault(token));

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObservationRecord> ScanAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (ObservationRecord record in _records.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record;
        }
    }
}
