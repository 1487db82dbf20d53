using System.Runtime.CompilerServices;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Server.Remote;

/// <summary>A Resource with one value that a server reads (R), or an instance of a multiple one.</summary>
/// <inheritdoc cref="RemoteResource" path="/remarks"/>
/// <typeparam name="T">The type of the value.</typeparam>
public class ReadableResource<T> : RemoteResource, IRemoteReadable
{
    /// <summary>The Resource of an Object Instance; for generated code.</summary>
    /// <param name="instance">The Object Instance.</param>
    /// <param name="index">The Resource's place in the definition.</param>
    public ReadableResource(RemoteInstance instance, int index)
        : base(RemotePlace.Of(instance, index))
    {
    }

    internal ReadableResource(in RemotePlace place)
        : base(place)
    {
    }

    /// <summary>Reads the value (LwM2M TS Core, 6.3.1).</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<T> ReadAsync(CancellationToken cancellationToken = default) => Place.ReadAsync<T>(cancellationToken);

    /// <summary>Observes the value, until the token is cancelled (LwM2M TS Core, 6.4.1).</summary>
    /// <param name="attributes">
    /// When to notify. A device before LwM2M 1.2 has them assigned to the path, where they stay; one of 1.2 takes them for this observation.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The value that there is, and each that the device reports, with its time; of a history in chronological order.</returns>
    /// <exception cref="ArgumentException">The attributes contradict each other.</exception>
    public async IAsyncEnumerable<RemoteValue<T>> ObserveAsync(
        NotificationAttributes attributes = default, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (RemoteReport report in Place.ReportsAsync(attributes, cancellationToken).ConfigureAwait(false))
        {
            yield return report.At(Place.ValueIn<T>(report));
        }
    }

    /// <summary>Asks for the attributes that are assigned (LwM2M TS Core, 6.3.2).</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<DiscoveredLink>> DiscoverAsync(CancellationToken cancellationToken = default) =>
        DiscoveredLink.DiscoverAsync(Client, Path, cancellationToken);

    /// <summary>Assigns notification attributes; those that are not named stay (LwM2M TS Core, 6.3.4).</summary>
    /// <param name="attributes">The attributes.</param>
    /// <param name="removed">Those to be taken away.</param>
    /// <param name="cancellationToken">Gives up: then they may be assigned or not.</param>
    /// <exception cref="ArgumentException">There are none, or they contradict each other.</exception>
    public Task WriteAttributesAsync(
        NotificationAttributes attributes, NotificationAttributeNames removed = NotificationAttributeNames.None,
        CancellationToken cancellationToken = default) =>
        Place.WriteAttributesAsync(attributes, removed, cancellationToken);
}

/// <summary>A Resource with one value that a server writes and does not read (W), or an instance of a multiple one.</summary>
/// <inheritdoc cref="RemoteResource" path="/remarks"/>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class WritableResource<T> : RemoteResource
{
    /// <summary>The Resource of an Object Instance; for generated code.</summary>
    /// <param name="instance">The Object Instance.</param>
    /// <param name="index">The Resource's place in the definition.</param>
    public WritableResource(RemoteInstance instance, int index)
        : base(RemotePlace.Of(instance, index))
    {
    }

    internal WritableResource(in RemotePlace place)
        : base(place)
    {
    }

    /// <summary>Writes the value, and replaces the one that is there (LwM2M TS Core, 6.3.3).</summary>
    /// <param name="value">The value. Bytes are not copied.</param>
    /// <param name="cancellationToken">Gives up: then it may be written or not.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range that the registry gives, or infinite or NaN.</exception>
    public Task WriteAsync(T value, CancellationToken cancellationToken = default) => Place.WriteAsync(value, cancellationToken);

    internal void AddTo(ResourceWrites writes, T value) => Place.AddTo(writes, value);
}

/// <summary>A Resource with one value that a server reads and writes (RW), or an instance of a multiple one.</summary>
/// <inheritdoc cref="RemoteResource" path="/remarks"/>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class ReadWriteResource<T> : ReadableResource<T>
{
    /// <summary>The Resource of an Object Instance; for generated code.</summary>
    /// <param name="instance">The Object Instance.</param>
    /// <param name="index">The Resource's place in the definition.</param>
    public ReadWriteResource(RemoteInstance instance, int index)
        : base(instance, index)
    {
    }

    internal ReadWriteResource(in RemotePlace place)
        : base(place)
    {
    }

    /// <summary>Writes the value, and replaces the one that is there (LwM2M TS Core, 6.3.3).</summary>
    /// <param name="value">The value. Bytes are not copied.</param>
    /// <param name="cancellationToken">Gives up: then it may be written or not.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range that the registry gives, or infinite or NaN.</exception>
    public Task WriteAsync(T value, CancellationToken cancellationToken = default) => Place.WriteAsync(value, cancellationToken);

    internal void AddTo(ResourceWrites writes, T value) => Place.AddTo(writes, value);
}
