namespace Ipso.Server.Events;

/// <summary>Events in memory: for tests, and for a program that takes them on within its process.</summary>
/// <param name="capacity">How many there may be, 1 or more.</param>
public sealed class MemoryEventOutbox(int capacity = 100_000) : IEventOutbox
{
    private readonly Lock _gate = new();
    private readonly int _capacity = capacity > 0 ? capacity : throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "Must be 1 or more.");
    private readonly LinkedList<OutboxEntry> _entries = new();
    private readonly HashSet<DeviceEventId> _ids = [];
    private long _last;

    /// <inheritdoc/>
    public ValueTask PublishAsync(ReadOnlyMemory<DeviceEvent> batch, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_entries.Count + batch.Length > _capacity)
            {
                return ValueTask.FromException(new IOException($"There are {_entries.Count} events, and there may be {_capacity}."));
            }

            foreach (DeviceEvent e in batch.Span)
            {
                if (_ids.Add(e.Id))
                {
                    _entries.AddLast(new OutboxEntry(++_last, e));
                }
            }
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OutboxEntry>> ReadAsync(long after, int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        lock (_gate)
        {
            return new([.. _entries.SkipWhile(entry => entry.Position <= after).Take(max)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(long upTo, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            while (_entries.First is { } first && first.Value.Position <= upTo)
            {
                _ids.Remove(first.Value.Event!.Id);
                _entries.RemoveFirst();
            }
        }

        return default;
    }
}
