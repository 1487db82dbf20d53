namespace Ipso.Server.Events;

/// <summary>
/// Is told of all that happens to devices: what other systems go by, such as a broker's queue. At least once: a batch that could not be taken is
/// handed in again as it is, so that events are told apart by their <see cref="DeviceEvent.Id"/>.
/// </summary>
public interface IEventSink
{
    /// <summary>Takes events. One call at a time, and none before the one before it is over: of a device, and of all, events come in order.</summary>
    /// <param name="batch">1 to 256 events; not to be used after the call is over.</param>
    /// <param name="cancellationToken">Gives up; whether they were taken is not known then.</param>
    /// <remarks>Called on the server's thread, which it is not to block.</remarks>
    /// <returns>Ends when nobody can lose them any more.</returns>
    /// <exception cref="IOException">They were not taken, or perhaps not; they are handed in again after a while.</exception>
    ValueTask PublishAsync(ReadOnlyMemory<DeviceEvent> batch, CancellationToken cancellationToken = default);
}

/// <summary>
/// Keeps events until somebody has taken them on (<see cref="EventOutbox.RelayAsync"/>): what lies between a server and what cannot always be
/// reached. It has a bound: when it is full, nothing is taken. An event that is handed in twice is there once.
/// </summary>
public interface IEventOutbox : IEventSink
{
    /// <summary>Reads the oldest events, and leaves them.</summary>
    /// <param name="after">Those behind this position; 0 for all there are.</param>
    /// <param name="max">How many at most, 1 or more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The events in the order in which they came.</returns>
    ValueTask<IReadOnlyList<OutboxEntry>> ReadAsync(long after, int max, CancellationToken cancellationToken = default);

    /// <summary>Removes events that somebody has taken on.</summary>
    /// <param name="upTo">The position of the last of them.</param>
    /// <param name="cancellationToken">Gives up; whether they were removed is not known then.</param>
    /// <returns>Ends when that is durable.</returns>
    ValueTask RemoveAsync(long upTo, CancellationToken cancellationToken = default);
}

/// <summary>An event in an outbox.</summary>
/// <param name="Position">Its place: greater than that of any before it, also of those that are gone.</param>
/// <param name="Event">The event; <see langword="null"/> where it cannot be read: it is damaged, or of a later version.</param>
public readonly record struct OutboxEntry(long Position, DeviceEvent? Event);
