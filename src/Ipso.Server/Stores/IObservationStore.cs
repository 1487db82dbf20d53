using Ipso.Coap;

namespace Ipso.Server.Stores;

/// <summary>
/// Keeps observations for longer than a server lives, so that it knows what a notification is of that was asked for by the server before it.
/// Calls for one endpoint are not to overtake each other; those for many may share a commit.
/// </summary>
public interface IObservationStore
{
    /// <summary>Keeps an observation, in the place of one with the same token.</summary>
    /// <param name="record">The observation.</param>
    /// <param name="cancellationToken">Gives up; whether it was written is not known then.</param>
    /// <returns>Ends when it is durable.</returns>
    ValueTask PutAsync(ObservationRecord record, CancellationToken cancellationToken = default);

    /// <summary>Removes an observation; one that is not there is none to remove.</summary>
    /// <param name="token">Its token.</param>
    /// <param name="cancellationToken">Gives up; whether it was removed is not known then.</param>
    /// <returns>Ends when that is durable.</returns>
    ValueTask RemoveAsync(CoapToken token, CancellationToken cancellationToken = default);

    /// <summary>Finds the observation that a notification is of.</summary>
    /// <param name="token">The notification's token.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><see langword="null"/> where there is none.</returns>
    ValueTask<ObservationRecord?> FindAsync(CoapToken token, CancellationToken cancellationToken = default);

    /// <summary>All observations, in no order.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    IAsyncEnumerable<ObservationRecord> ScanAsync(CancellationToken cancellationToken = default);
}

/// <summary>An observation as a store has it.</summary>
/// <param name="Token">The token that its notifications bear; no other has it.</param>
/// <param name="Endpoint">The device.</param>
/// <param name="Epoch">The epoch of the device's registration when it was established: a later Register has voided it at the device.</param>
/// <param name="Request">What is observed, in a form of the server's.</param>
public sealed record ObservationRecord(CoapToken Token, string Endpoint, long Epoch, ReadOnlyMemory<byte> Request);
