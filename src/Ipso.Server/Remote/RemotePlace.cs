using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Server.Operations;

namespace Ipso.Server.Remote;

/// <summary>Where a Resource or Resource Instance is, and what the registry says of it: what its operations have in common.</summary>
/// <param name="Client">The device.</param>
/// <param name="Path">The path there.</param>
/// <param name="Definition">The Object.</param>
/// <param name="Index">The Resource's place in the definition.</param>
internal readonly record struct RemotePlace(DeviceClient Client, Lwm2mPath Path, ObjectInfo Definition, int Index)
{
    internal ResourceInfo Resource => Definition.Resources[Index];

    internal static RemotePlace Of(RemoteInstance instance, int index)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return new(instance.Client, instance.Path.Append(instance.Definition.Resources[index].Id), instance.Definition, index);
    }

    /// <summary>One of the Resource Instances.</summary>
    internal RemotePlace Below(ushort id)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(id, Lwm2mPath.MaxId);
        return this with { Path = Path.Append(id) };
    }

    internal async Task<T> ReadAsync<T>(CancellationToken cancellationToken) =>
        ValueIn<T>((await Client.ReportAsync(DeviceRequest.Read(Path), cancellationToken).ConfigureAwait(false)).Latest);

    internal async Task<ResourceInstances<T>> ReadInstancesAsync<T>(CancellationToken cancellationToken) =>
        InstancesIn<T>((await Client.ReportAsync(DeviceRequest.Read(Path), cancellationToken).ConfigureAwait(false)).Latest);

    internal IAsyncEnumerable<RemoteReport> ReportsAsync(in NotificationAttributes attributes, CancellationToken cancellationToken) =>
        Client.ReportsAsync(Path, attributes, cancellationToken);

    internal T ValueIn<T>(in RemoteReport report) => report.Single<T>(Path, Definition, Resource);

    internal ResourceInstances<T> InstancesIn<T>(in RemoteReport report) => report.Instances<T>(Path, Definition, Resource);

    internal Task WriteAsync<T>(T value, CancellationToken cancellationToken)
    {
        ResourceWrites writes = new();
        AddTo(writes, value);
        return Client.AskAsync(DeviceRequest.Write(Path, new WritesContent(Client, Path, writes)), cancellationToken);
    }

    internal Task WriteAsync<T>(ResourceInstances<T> values, bool replaces, CancellationToken cancellationToken)
    {
        ResourceWrites writes = new();
        AddTo(writes, values);
        WritesContent content = new(Client, Path, writes);
        return Client.AskAsync(replaces ? DeviceRequest.Write(Path, content) : DeviceRequest.Update(Path, content), cancellationToken);
    }

    internal Task DeleteAsync(ushort id, CancellationToken cancellationToken) =>
        Client.AskAsync(DeviceRequest.Delete(Below(id).Path), cancellationToken);

    internal Task WriteAttributesAsync(
        in NotificationAttributes attributes, NotificationAttributeNames removed, CancellationToken cancellationToken) =>
        Client.AskAsync(DeviceRequest.WriteAttributes(Path, RemoteReports.QueryOf(attributes, removed)), cancellationToken);

    internal void AddTo<T>(ResourceWrites writes, T value) => writes.Add(Path, value, Definition, Index);

    /// <summary>Adds the instances of a multiple Resource.</summary>
    internal void AddTo<T>(ResourceWrites writes, ResourceInstances<T> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        int before = writes.Count;
        foreach (ushort id in values.Ids.Span)
        {
            if (values.TryGetValue(id, out T? value))
            {
                Below(id).AddTo(writes, value);
            }
        }

        if (writes.Count == before)
        {
            throw new ArgumentException($"{Path} ({Resource.Name}) has to be written at least one instance.", nameof(values));
        }
    }
}
