using System.Diagnostics.CodeAnalysis;
using Ipso.Lwm2m.Model;

namespace Ipso.Server.Remote;

/// <summary>
/// What a device has answered to a Read-Composite or reported of an Observe-Composite (LwM2M TS Core, 6.3.8 and 6.4.4), to be asked by what was
/// asked for. What the device does not have, or does not show, is absent: that is no error.
/// </summary>
public sealed class CompositeReading
{
    internal CompositeReading(ResourceRecords records) => Records = records;

    /// <summary>All of it, untyped.</summary>
    public ResourceRecords Records { get; }

    /// <summary>Gives the value of a Resource.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="resource">The Resource, or an instance of a multiple one.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether there is one, and of the Resource's type.</returns>
    public bool TryGet<T>(ReadableResource<T> resource, [MaybeNullWhen(false)] out T value)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Records.TryGet(resource.Path, out value);
    }

    /// <summary>Gives the values of a multiple Resource.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="resource">The Resource.</param>
    /// <param name="values">The values by Resource Instance id; none where the device has none.</param>
    /// <returns>Whether all that there is are instances, and of the Resource's type.</returns>
    public bool TryGet<T>(ReadableResources<T> resource, out ResourceInstances<T> values)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Records.TryGetInstances(resource.Path, out values);
    }

    /// <summary>Gives an Object Instance, with what there is of it.</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <param name="instance">The Object Instance.</param>
    /// <param name="value">A new object.</param>
    /// <returns>Whether there is anything of it, and all of the Resources' types.</returns>
    public bool TryGet<T>(RemoteObject<T> instance, [MaybeNullWhen(false)] out T value)
        where T : ObjectInstance, ILwm2mObject<T>
    {
        ArgumentNullException.ThrowIfNull(instance);
        value = null;
        return Records.Any(record => instance.Path.Contains(record.Path)) && Records.TryRead(instance.Path.InstanceId, out value, out _);
    }

    /// <summary>Gives the value of a Resource that has to be there.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="resource">The Resource, or an instance of a multiple one.</param>
    /// <exception cref="KeyNotFoundException">It is not, or it is of another type.</exception>
    public T Get<T>(ReadableResource<T> resource) =>
        TryGet(resource, out T? value) ? value : throw new KeyNotFoundException($"There is no value for {resource} in what the device has answered.");
}
