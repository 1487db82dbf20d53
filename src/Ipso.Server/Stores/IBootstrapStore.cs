using Ipso.Server.Bootstrap;

namespace Ipso.Server.Stores;

/// <summary>Keeps what devices are to have that ask to be bootstrapped, for longer than a server lives.</summary>
public interface IBootstrapStore
{
    /// <summary>Keeps what a device is to have, in the place of what it was to have before.</summary>
    /// <param name="record">What it is to have: <see cref="BootstrapRecord.Create"/>.</param>
    /// <param name="cancellationToken">Gives up; whether it was written is not known then.</param>
    /// <returns>Ends when it is durable.</returns>
    ValueTask PutAsync(BootstrapRecord record, CancellationToken cancellationToken = default);

    /// <summary>Removes what a device is to have.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="cancellationToken">Gives up; whether it was removed is not known then.</param>
    /// <returns>Whether there was anything.</returns>
    ValueTask<bool> RemoveAsync(string endpoint, CancellationToken cancellationToken = default);

    /// <summary>Finds what a device is to have.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><see langword="null"/> where nothing is known.</returns>
    ValueTask<BootstrapRecord?> FindAsync(string endpoint, CancellationToken cancellationToken = default);
}

/// <summary>What a device is to have, as a store has it. There are keys in it: whoever can read the store has them.</summary>
/// <param name="Endpoint">The endpoint's name.</param>
/// <param name="Configuration">The commands, in a form of the server's.</param>
public sealed record BootstrapRecord(string Endpoint, ReadOnlyMemory<byte> Configuration)
{
    /// <summary>Makes a record.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="configuration">What the device is to have.</param>
    /// <exception cref="ArgumentException">The endpoint has no name.</exception>
    public static BootstrapRecord Create(string endpoint, BootstrapConfiguration configuration)
    {
        ArgumentException.ThrowIfNullOrEmpty(endpoint);
        ArgumentNullException.ThrowIfNull(configuration);
        return new(endpoint, BootstrapCodec.Write(configuration));
    }

    /// <summary>Reads it.</summary>
    /// <returns><see langword="null"/> where it cannot be read: it is damaged, or of a later version.</returns>
    public BootstrapConfiguration? Read() => BootstrapCodec.TryRead(Configuration);

    /// <summary>The endpoint, and nothing of its keys.</summary>
    public override string ToString() => $"What {Endpoint} is to have";
}
