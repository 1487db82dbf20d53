using Ipso.Server.Cluster;
using Ipso.Server.Registration;

namespace Ipso.Server.Stores;

/// <summary>
/// Keeps registrations for longer than a server lives. Each write is over when it is durable: a device is told 2.01 and 2.04 after that, so
/// that nothing it was told is lost. Calls for one endpoint are not to overtake each other; those for many may share a commit.
/// </summary>
public interface IRegistrationStore
{
    /// <summary>Puts a registration in the place of the one that its endpoint has, and makes the caller its owner.</summary>
    /// <param name="record">The registration; its epoch is the store's to give.</param>
    /// <param name="cancellationToken">Gives up; whether it was written is not known then.</param>
    /// <returns>The epoch of the registration: greater than any that was given before, also to one that is gone.</returns>
    ValueTask<long> ClaimAsync(RegistrationRecord record, CancellationToken cancellationToken = default);

    /// <summary>Writes what an Update has changed.</summary>
    /// <param name="record">The registration with its epoch.</param>
    /// <param name="cancellationToken">Gives up; whether it was written is not known then.</param>
    /// <returns>What became of it.</returns>
    ValueTask<WriteOutcome> UpdateAsync(RegistrationRecord record, CancellationToken cancellationToken = default);

    /// <summary>Removes a registration.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="epoch">The epoch of the registration.</param>
    /// <param name="cancellationToken">Gives up; whether it was removed is not known then.</param>
    /// <returns>What became of it.</returns>
    ValueTask<WriteOutcome> RemoveAsync(string endpoint, long epoch, CancellationToken cancellationToken = default);

    /// <summary>Removes registrations whose lifetimes are over, whichever server they are at: one that has ended removes none.</summary>
    /// <param name="before">Those that ended before this moment, or at it.</param>
    /// <param name="max">How many at most, 1 or more.</param>
    /// <param name="cancellationToken">Gives up; whether they were removed is not known then.</param>
    /// <returns>Those that were removed.</returns>
    ValueTask<IReadOnlyList<RegistrationRecord>> RemoveExpiredAsync(
        DateTimeOffset before, int max, CancellationToken cancellationToken = default);

    /// <summary>Finds the registration of an endpoint.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><see langword="null"/> where there is none.</returns>
    ValueTask<RegistrationRecord?> FindAsync(string endpoint, CancellationToken cancellationToken = default);

    /// <summary>All registrations, in no order.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    IAsyncEnumerable<RegistrationRecord> ScanAsync(CancellationToken cancellationToken = default);
}

/// <summary>What became of a write.</summary>
public enum WriteOutcome : byte
{
    /// <summary>It is done.</summary>
    Applied,

    /// <summary>It is not: the endpoint has registered anew meanwhile, perhaps elsewhere.</summary>
    Fenced,

    /// <summary>It is not: there is no such registration.</summary>
    Unknown,
}

/// <summary>A registration as a store has it.</summary>
/// <param name="Endpoint">The endpoint's name: what it is found by.</param>
/// <param name="Id">The id of the registration.</param>
/// <param name="Epoch">Greater with each Register: a write by an older one is refused.</param>
/// <param name="ExpiresAt">When its lifetime ends; <see langword="null"/> for never.</param>
/// <param name="Data">All of it, in a form of the server's.</param>
public sealed record RegistrationRecord(
    string Endpoint, RegistrationId Id, long Epoch, DateTimeOffset? ExpiresAt, ReadOnlyMemory<byte> Data)
{
    /// <summary>The server that the device is registered at; the default for one that is alone. A claim says it, and nothing else.</summary>
    public NodeIdentity Node { get; init; }
}
