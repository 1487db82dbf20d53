using System.Runtime.CompilerServices;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Server.Operations;

namespace Ipso.Server.Remote;

/// <summary>An Object Instance on a device, whose Object is known.</summary>
public abstract class RemoteInstance : IRemoteReadable
{
    private protected RemoteInstance(DeviceClient client, ObjectInfo definition, ushort instanceId)
    {
        Client = client;
        Definition = definition;
        Path = new(definition.ObjectId, instanceId);
    }

    /// <inheritdoc/>
    public DeviceClient Client { get; }

    /// <inheritdoc/>
    public Lwm2mPath Path { get; }

    /// <summary>What the registry says of the Object.</summary>
    public ObjectInfo Definition { get; }

    /// <summary>The link to this Object Instance, for an Objlnk Resource of the same device.</summary>
    public ObjectLink ToLink() => new(Path.ObjectId, Path.InstanceId);

    /// <summary>Device, path and name, for logs.</summary>
    public override string ToString() => $"{Client.Endpoint}{Path} ({Definition.Name})";
}

/// <summary>
/// An Object Instance on a device, of a type that was generated from the registry: besides these members it has one for each Resource, which
/// the generator adds, with the operations that the registry allows.
/// </summary>
/// <remarks>
/// It is a name, and holds nothing of the device's. All members throw <see cref="DeviceException"/> where the device answers with an error or not
/// at all, <see cref="UnreadableAnswerException"/> where its answer cannot be read, and <see cref="OperationCanceledException"/>.
/// </remarks>
/// <typeparam name="T">The type of the object.</typeparam>
/// <example>
/// <code>
/// double now = await device.Object&lt;Temperature&gt;(0).SensorValue.ReadAsync();
/// </code>
/// </example>
// Each of its members' names is taken from the resources: RuntimeNames.RemoteMembers in the generator lists them.
public sealed class RemoteObject<T> : RemoteInstance
    where T : ObjectInstance, ILwm2mObject<T>
{
    internal RemoteObject(DeviceClient client, ushort instanceId)
        : base(client, T.Info, instanceId)
    {
    }

    /// <summary>Reads all that the server may read (LwM2M TS Core, 6.3.1).</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A new object: what the device does not have, or does not show, is absent.</returns>
    public async Task<T> ReadAsync(CancellationToken cancellationToken = default) =>
        (await Client.ReportAsync(DeviceRequest.Read(Path), cancellationToken).ConfigureAwait(false)).Latest.Instance<T>(Path.InstanceId);

    /// <summary>Writes, and replaces: what the server may write and the values do not name is removed (LwM2M TS Core, 6.3.3).</summary>
    /// <param name="values">The values, as they are now; those that a server may not write are left out.</param>
    /// <param name="cancellationToken">Gives up: then they may be written or not.</param>
    /// <exception cref="ArgumentException">There is nothing that a server may write.</exception>
    public Task WriteAsync(T values, CancellationToken cancellationToken = default) =>
        Client.AskAsync(DeviceRequest.Write(Path, ContentOf(values)), cancellationToken);

    /// <summary>Writes, and leaves what the values do not name as it is (Partial Update).</summary>
    /// <inheritdoc cref="WriteAsync(T, CancellationToken)"/>
    public Task UpdateAsync(T values, CancellationToken cancellationToken = default) =>
        Client.AskAsync(DeviceRequest.Update(Path, ContentOf(values)), cancellationToken);

    /// <summary>Writes some Resources, all or none, and leaves the others as they are (Partial Update).</summary>
    /// <param name="writes">The values, all for this Object Instance.</param>
    /// <param name="cancellationToken">Gives up: then they may be written or not.</param>
    /// <exception cref="ArgumentException">There are none, or one is for another Object Instance.</exception>
    public Task UpdateAsync(CompositeWrite writes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writes);
        return new RemoteNode(Client, Path).UpdateAsync(writes.For(Client), cancellationToken);
    }

    /// <summary>Deletes the Object Instance (LwM2M TS Core, 6.3.7).</summary>
    /// <param name="cancellationToken">Gives up: then it may be deleted or not.</param>
    public Task DeleteAsync(CancellationToken cancellationToken = default) =>
        Client.AskAsync(DeviceRequest.Delete(Path), cancellationToken);

    /// <summary>Asks which Resources there are (LwM2M TS Core, 6.3.2).</summary>
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
        Client.AskAsync(DeviceRequest.WriteAttributes(Path, RemoteReports.QueryOf(attributes, removed)), cancellationToken);

    /// <summary>Observes the whole Object Instance, until the token is cancelled (LwM2M TS Core, 6.4.1).</summary>
    /// <param name="attributes">
    /// When to notify. A device before LwM2M 1.2 has them assigned to the path, where they stay; one of 1.2 takes them for this observation.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A new object for each notification.</returns>
    /// <exception cref="ArgumentException">The attributes contradict each other.</exception>
    public async IAsyncEnumerable<RemoteValue<T>> ObserveAsync(
        NotificationAttributes attributes = default, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (RemoteReport report in Client.ReportsAsync(Path, attributes, cancellationToken).ConfigureAwait(false))
        {
            yield return report.At(report.Instance<T>(Path.InstanceId));
        }
    }

    private WritesContent ContentOf(T values)
    {
        ResourceWrites writes = new(values, Path);
        return writes.Count > 0
            ? new(Client, Path, writes)
            : throw new ArgumentException($"There is nothing in it that a server may write to {this}.", nameof(values));
    }
}
