using System.Runtime.CompilerServices;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Server.Operations;

namespace Ipso.Server.Remote;

/// <summary>What of a device can be read and observed together with other things.</summary>
public interface IRemoteReadable
{
    /// <summary>The device.</summary>
    DeviceClient Client { get; }

    /// <summary>Where it is there.</summary>
    Lwm2mPath Path { get; }
}

/// <summary>
/// A path on a device, of any depth: what is there, untyped. It offers every operation, and the device says what it thinks of it; of objects
/// that have a class, <see cref="RemoteObject{T}"/> offers what the registry allows.
/// </summary>
/// <remarks>
/// All members throw <see cref="DeviceException"/> where the device answers with an error or not at all, <see cref="UnreadableAnswerException"/>
/// where its answer cannot be read, and <see cref="OperationCanceledException"/>.
/// </remarks>
public sealed class RemoteNode : IRemoteReadable
{
    internal RemoteNode(DeviceClient client, Lwm2mPath path)
    {
        Client = client;
        Path = path;
    }

    /// <inheritdoc/>
    public DeviceClient Client { get; }

    /// <inheritdoc/>
    public Lwm2mPath Path { get; }

    /// <summary>Reads all that is there (LwM2M TS Core, 6.3.1).</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ResourceRecords> ReadAsync(CancellationToken cancellationToken = default) =>
        (await Client.ReportAsync(DeviceRequest.Read(Path), cancellationToken).ConfigureAwait(false)).Records;

    /// <summary>Reads one value: of a Resource or Resource Instance.</summary>
    /// <typeparam name="T">The type, one that <see cref="ResourceValue.TryGet{T}"/> gives.</typeparam>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidCastException">The value is of another type.</exception>
    public async Task<T> ReadAsync<T>(CancellationToken cancellationToken = default)
    {
        ResourceRecords records = (await Client.ReportAsync(DeviceRequest.Read(Path), cancellationToken).ConfigureAwait(false)).Latest.Records;
        return records.TryGet(Path, out T? value)
            ? value!
            : throw new InvalidCastException($"{Client.Endpoint} has no {typeof(T).Name} at {Path}: {string.Join(", ", records.Take(3))}");
    }

    /// <summary>Writes a value to a Resource or Resource Instance, and replaces what is there.</summary>
    /// <typeparam name="T">The type, one that <see cref="ResourceValue.TryGet{T}"/> gives.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Gives up: then it may be written or not.</param>
    public Task WriteAsync<T>(T value, CancellationToken cancellationToken = default)
    {
        ResourceWrites writes = new();
        writes.Add(Path, value);
        return Client.AskAsync(DeviceRequest.Write(Path, new WritesContent(Client, Path, writes)), cancellationToken);
    }

    /// <summary>Writes values below the path, and leaves what they do not name as it is (Partial Update).</summary>
    /// <param name="writes">The values as they are now, on this path.</param>
    /// <param name="cancellationToken">Gives up: then they may be written or not.</param>
    /// <exception cref="ArgumentException">There are none, or one is not on the path.</exception>
    public Task UpdateAsync(ResourceWrites writes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writes);
        if (writes.Count == 0 || !writes.Paths.All(Path.Contains))
        {
            throw new ArgumentException($"There have to be values, and all on {Path}.", nameof(writes));
        }

        return Client.AskAsync(DeviceRequest.Update(Path, new WritesContent(Client, Path, new(writes))), cancellationToken);
    }

    /// <summary>Executes a Resource (LwM2M TS Core, 6.3.5).</summary>
    /// <param name="arguments">The arguments, <c>0='a',1,5</c>; empty for none.</param>
    /// <param name="cancellationToken">Gives up: then it may be executed or not.</param>
    /// <exception cref="ArgumentException">The arguments are longer than the server sends.</exception>
    public Task ExecuteAsync(string arguments = "", CancellationToken cancellationToken = default) =>
        Client.ExecuteAsync(Path, arguments, cancellationToken);

    /// <summary>Deletes an Object Instance, or from LwM2M 1.2 on a Resource Instance.</summary>
    /// <param name="cancellationToken">Gives up: then it may be deleted or not.</param>
    public Task DeleteAsync(CancellationToken cancellationToken = default) =>
        Client.AskAsync(DeviceRequest.Delete(Path), cancellationToken);

    /// <summary>Asks what there is (LwM2M TS Core, 6.3.2).</summary>
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

    /// <summary>Observes what is there (LwM2M TS Core, 6.4.1), until the token is cancelled.</summary>
    /// <param name="attributes">
    /// When to notify. A device before LwM2M 1.2 has them assigned to the path, where they stay; one of 1.2 takes them for this observation.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">The attributes contradict each other.</exception>
    public async IAsyncEnumerable<RemoteValue<ResourceRecords>> ObserveAsync(
        NotificationAttributes attributes = default, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (RemoteReport report in Client.ReportsAsync(Path, attributes, cancellationToken).ConfigureAwait(false))
        {
            yield return report.At(report.Records);
        }
    }

    /// <summary>Device and path, for logs.</summary>
    public override string ToString() => $"{Client.Endpoint}{Path}";
}
