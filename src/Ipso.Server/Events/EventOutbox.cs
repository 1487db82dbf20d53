namespace Ipso.Server.Events;

/// <summary>Takes events out of an outbox and on to where they are to go.</summary>
public static class EventOutbox
{
    private const int MaxBatch = 256;

    /// <summary>
    /// Hands the oldest events of an outbox to a sink, and removes them when it has taken them. To be called by one at a time, again and again; what
    /// a call that failed has handed on is handed on again by the next. Events that cannot be read are passed over.
    /// </summary>
    /// <param name="outbox">The outbox.</param>
    /// <param name="sink">Where they go.</param>
    /// <param name="cancellationToken">Gives up; what was handed on may be handed on again.</param>
    /// <returns>How many were removed; 0 if there are none.</returns>
    /// <exception cref="IOException">The sink did not take them, or the outbox cannot be read or written: they stay.</exception>
    public static async Task<int> RelayAsync(this IEventOutbox outbox, IEventSink sink, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(outbox);
        ArgumentNullException.ThrowIfNull(sink);
        IReadOnlyList<OutboxEntry> entries = await outbox.ReadAsync(0, MaxBatch, cancellationToken).ConfigureAwait(false);
        DeviceEvent[] events = [.. entries.Select(static entry => entry.Event).OfType<DeviceEvent>()];
        if (events.Length > 0)
        {
            await sink.PublishAsync(events, cancellationToken).ConfigureAwait(false);
        }

        if (entries.Count > 0)
        {
            await outbox.RemoveAsync(entries[^1].Position, cancellationToken).ConfigureAwait(false);
        }

        return entries.Count;
    }
}
