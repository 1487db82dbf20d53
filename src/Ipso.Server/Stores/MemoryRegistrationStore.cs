using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Ipso.Server.Stores;

/// <summary>Registrations in memory: for tests, and for what a process passes on to the next server in it.</summary>
public sealed class MemoryRegistrationStore : IRegistrationStore
{
    private readonly ConcurrentDictionary<string, RegistrationRecord> _records = new(StringComparer.Ordinal);
    private long _epoch;

    /// <inheritdoc/>
    public ValueTask<long> ClaimAsync(RegistrationRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        RegistrationRecord claimed = record with { Epoch = Interlocked.Increment(ref _epoch) };
        _records.AddOrUpdate(
            record.Endpoint,
            static (_, r) => r,
            static (_, before, r) => before.Epoch < r.Epoch ? r : before,
            claimed);
        return new(claimed.Epoch);
    }

    /// <inheritdoc/>
    public ValueTask<WriteOutcome> UpdateAsync(RegistrationRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        while (_records.TryGetValue(record.Endpoint, out RegistrationRecord? before))
        {
            if (before.Epoch != record.Epoch)
            {
                return new(WriteOutcome.Fenced);
            }

            if (_records.TryUpdate(record.Endpoint, record with { Node = before.Node }, before))
            {
                return new(WriteOutcome.Applied);
            }
        }

        return new(WriteOutcome.Unknown);
    }

    /// <inheritdoc/>
    public ValueTask<WriteOutcome> RemoveAsync(string endpoint, long epoch, CancellationToken cancellationToken = default)
    {
        while (_records.TryGetValue(endpoint, out RegistrationRecord? before))
        {
            if (before.Epoch != epoch)
            {
                return new(WriteOutcome.Fenced);
            }

            if (_records.TryRemove(new(endpoint, before)))
            {
                return new(WriteOutcome.Applied);
            }
        }

        return new(WriteOutcome.Unknown);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RegistrationRecord>> RemoveExpiredAsync(
        DateTimeOffset before, int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);

        // One that was updated meanwhile is another value, and stays.
        return new([.. _records.Where(one => one.Value.ExpiresAt <= before).Take(max).Where(one => _records.TryRemove(one)).Select(static one => one.Value)]);
    }

    /// <inheritdoc/>
    public ValueTask<RegistrationRecord?> FindAsync(string endpoint, CancellationToken cancellationToken = default) =>
        new(_records.GetValueOrDefault(endpoint));

    /// <inheritdoc/>
    public async IAsyncEnumerable<RegistrationRecord> ScanAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (RegistrationRecord record in _records.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record;
        }
    }
}
