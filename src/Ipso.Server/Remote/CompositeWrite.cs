using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Server.Operations;

namespace Ipso.Server.Remote;

/// <summary>
/// Values for Resources of one device, in one Object Instance or several, which it takes all or none: a Write-Composite (LwM2M TS Core, 6.3.9) or
/// a Partial Update. Used by one thread at a time.
/// </summary>
/// <example>
/// <code>
/// await device.WriteAsync(new CompositeWrite().Set(light.OnOff, true).Set(setPoint.SetPointValue, 21.5));
/// </code>
/// </example>
public sealed class CompositeWrite
{
    private readonly ResourceWrites _writes = new();
    private DeviceClient? _client;

    /// <summary>Sets a Resource; a value that was set before gives way.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="resource">The Resource, or an instance of a multiple one.</param>
    /// <param name="value">The value. Bytes are not copied.</param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range that the registry gives, or infinite or NaN.</exception>
    /// <exception cref="ArgumentException">The Resource is another device's.</exception>
    public CompositeWrite Set<T>(ReadWriteResource<T> resource, T value)
    {
        Claim(resource);
        resource.AddTo(_writes, value);
        return this;
    }

    /// <inheritdoc cref="Set{T}(ReadWriteResource{T}, T)"/>
    public CompositeWrite Set<T>(WritableResource<T> resource, T value)
    {
        Claim(resource);
        resource.AddTo(_writes, value);
        return this;
    }

    /// <summary>Sets instances of a multiple Resource; the others stay as they are.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="resource">The Resource.</param>
    /// <param name="values">The values by Resource Instance id; one at least.</param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside the range that the registry gives, or infinite or NaN.</exception>
    /// <exception cref="ArgumentException">There are none, or the Resource is another device's.</exception>
    public CompositeWrite Set<T>(ReadWriteResources<T> resource, ResourceInstances<T> values)
    {
        Claim(resource);
        resource.AddTo(_writes, values);
        return this;
    }

    /// <inheritdoc cref="Set{T}(ReadWriteResources{T}, ResourceInstances{T})"/>
    public CompositeWrite Set<T>(WritableResources<T> resource, ResourceInstances<T> values)
    {
        Claim(resource);
        resource.AddTo(_writes, values);
        return this;
    }

    /// <summary>The values as they are now, for the device that they are for.</summary>
    /// <exception cref="ArgumentException">There are none, or they are for another device.</exception>
    internal ResourceWrites For(DeviceClient client) =>
        _writes.Count == 0 ? throw new ArgumentException("Nothing is set.")
        : _client!.Device != client.Device ? throw new ArgumentException($"These are values for {_client.Endpoint}, not for {client.Endpoint}.")
        : new(_writes);

    /// <summary>The request that writes all of it at once.</summary>
    internal DeviceRequest RequestFor(DeviceClient client) =>
        DeviceRequest.WriteComposite(new WritesContent(client, Lwm2mPath.Root, For(client)));

    private void Claim(RemoteResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        _client ??= resource.Client;
        if (_client.Device != resource.Client.Device)
        {
            throw new ArgumentException($"{resource} is not on {_client.Endpoint}.", nameof(resource));
        }
    }
}
