using System.Runtime.CompilerServices;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Server.Remote;

/// <summary>A multiple Resource that a server reads (R).</summary>
/// <inheritdoc cref="RemoteResource" path="/remarks"/>
/// <typeparam name="T">The type of the values.</typeparam>
public class ReadableResources<T> : RemoteResource, IRemoteReadable
{
    /// <summary>The Resource of an Object Instance; for generated code.</summary>
    /// <param name="instance">The Object Instance.</param>
    /// <param name="index">The Resource's place in the definition.</param>
    public ReadableResources(RemoteInstance instance, int index)
        : base(RemotePlace.Of(instance, index))
    {
    }

    /// <summary>One of the instances, whether the device has it or not.</summary>
    /// <param name="id">Its id, 0 to 65534.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is 65535, which is reserved.</exception>
    public ReadableResource<T> this[ushort id] => new(Place.Below(id));

    /// <summary>Reads the values (LwM2M TS Core, 6.3.1).</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The values by Resource Instance id.</returns>
    public Task<ResourceInstances<T>> ReadAsync(CancellationToken cancellationToken = default) => Place.ReadInstancesAsync<T>(cancellationToken);

    /// <summary>Observes the values, until the token is cancelled (LwM2M TS Core, 6.4.1).</summary>
    /// <param name="attributes">
    /// When to notify. A device before LwM2M 1.2 has them assigned to the path, where they stay; one of 1.2 takes them for this observation.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The values that there are, and those of each report, with their time; of a history in chronological order.</returns>
    /// <exception cref="ArgumentException">The attributes contradict each other.</exception>
    public async IAsyncEnumerable<RemoteValue<ResourceInstances<T>>> ObserveAsync(
        NotificationAttributes attributes = default, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (RemoteReport report in Place.ReportsAsync(attributes, cancellationToken).ConfigureAwait(false))
        {
            yield return report.At(Place.InstancesIn<T>(report));
        }
    }

    /// <summary>Asks which instances there are, and for the attributes that are assigned (LwM2M TS Core, 6.3.2).</summary>
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

/// <summary>A multiple Resource that a server writes and does not read (W).</summary>
/// <inheritdoc cref="RemoteResource" path="/remarks"/>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class WritableResources<T> : RemoteResource
{
    /// <summary>The Resource of an Object Instance; for generated code.</summary>
    /// <param name="instance">The Object Instance.</param>
    /// <param name="index">The Resource's place in the definition.</param>
    public WritableResources(RemoteInstance instance, int index)
        : base(RemotePlace.Of(instance, index))
    {
    }

    /// <summary>One of the instances, whether the device has it or not.</summary>
    /// <param name="id">Its id, 0 to 65534.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is 65535, which is reserved.</exception>
    public WritableResource<T> this[ushort id] => new(Place.Below(id));

    /// <summary>Writes the instances, and replaces all that are there (LwM2M TS Core, 6.3.3).</summary>
    /// <param name="values">The values by Resource Instance id; one at least.</param>
    /// <param name="cancellationToken">Gives up: then they may be written or not.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside the range that the registry gives, or infinite or NaN.</exception>
    public Task WriteAsync(ResourceInstances<T> values, CancellationToken cancellationToken = default) =>
        Place.WriteAsync(values, replaces: true, cancellationToken);

    /// <summary>Writes instances, and leaves the others as they are (Partial Update, LwM2M 1.1).</summary>
    /// <inheritdoc cref="WriteAsync(ResourceInstances{T}, CancellationToken)"/>
    public Task UpdateAsync(ResourceInstances<T> values, CancellationToken cancellationToken = default) =>
        Place.WriteAsync(values, replaces: false, cancellationToken);

    /// <summary>Deletes an instance (LwM2M 1.2).</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up: then it may be deleted or not.</param>
    public Task DeleteAsync(ushort id, CancellationToken cancellationToken = default) => Place.DeleteAsync(id, cancellationToken);

    internal void AddTo(ResourceWrites writes, ResourceInstances<T> values) => Place.AddTo(writes, values);
}

/// <summary>A multiple Resource that a server reads and writes (RW).</summary>
/// <inheritdoc cref="RemoteResource" path="/remarks"/>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class ReadWriteResources<T> : ReadableResources<T>
{
    /// <summary>The Resource of an Object Instance; for generated code.</summary>
    /// <param name="instance">The Object Instance.</param>
    /// <param name="index">The Resource's place in the definition.</param>
    public ReadWriteResources(RemoteInstance instance, int index)
        : base(instance, index)
    {
    }

    /// <summary>One of the instances, whether the device has it or not.</summary>
    /// <param name="id">Its id, 0 to 65534.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is 65535, which is reserved.</exception>
    public new ReadWriteResource<T> this[ushort id] => new(Place.Below(id));

    /// <summary>Writes the instances, and replaces all that are there (LwM2M TS Core, 6.3.3).</summary>
    /// <param name="values">The values by Resource Instance id; one at least.</param>
    /// <param name="cancellationToken">Gives up: then they may be written or not.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside the range that the registry gives, or infinite or NaN.</exception>
    public Task WriteAsync(ResourceInstances<T> values, CancellationToken cancellationToken = default) =>
        Place.WriteAsync(values, replaces: true, cancellationToken);

    /// <summary>Writes instances, and leaves the others as they are (Partial Update, LwM2M 1.1).</summary>
    /// <inheritdoc cref="WriteAsync(ResourceInstances{T}, CancellationToken)"/>
    public Task UpdateAsync(ResourceInstances<T> values, CancellationToken cancellationToken = default) =>
        Place.WriteAsync(values, replaces: false, cancellationToken);

    /// <summary>Deletes an instance (LwM2M 1.2).</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up: then it may be deleted or not.</param>
    public Task DeleteAsync(ushort id, CancellationToken cancellationToken = default) => Place.DeleteAsync(id, cancellationToken);

    internal void AddTo(ResourceWrites writes, ResourceInstances<T> values) => Place.AddTo(writes, values);
}
