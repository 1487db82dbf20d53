using System.Runtime.CompilerServices;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Server.Operations;
using Ipso.Server.Remote;

namespace Ipso.Server;

// The objects of a device, by the types that were generated from the registry.
public sealed partial class DeviceClient
{
    internal DateTimeOffset Now => _server.Endpoint.Time.GetUtcNow();

    internal int MaxPayload => _server.Endpoint.MaxPayload;

    /// <summary>An Object Instance of the device, by its type. Nothing is asked of the device.</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <param name="instanceId">The Object Instance's id, 0 to 65534.</param>
    /// <exception cref="ObjectVersionException">The device has the Object in another major version.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The id is 65535, which is reserved.</exception>
    public RemoteObject<T> Object<T>(ushort instanceId = 0)
        where T : ObjectInstance, ILwm2mObject<T>
    {
        ArgumentOutOfRangeException.ThrowIfEqual(instanceId, Lwm2mPath.MaxId);
        ObjectVersion? onDevice = Registration.VersionOf(T.Info.ObjectId);
        return ObjectVersions.Fits(onDevice, T.Info)
            ? new(this, instanceId)
            : throw new ObjectVersionException(Endpoint, T.Info, onDevice!.Value);
    }

    /// <summary>The Object Instances of one type that the device has registered, by ascending ids.</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <exception cref="ObjectVersionException">The device has the Object in another major version.</exception>
    public IReadOnlyList<RemoteObject<T>> Objects<T>()
        where T : ObjectInstance, ILwm2mObject<T> =>
        [.. Registration.Objects.InstancesOf(T.Info.ObjectId).Select(Object<T>)];

    /// <summary>Whether the device has an Object in a version that a type can be used for.</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    public bool Has<T>()
        where T : ObjectInstance, ILwm2mObject<T> =>
        Registration.VersionOf(T.Info.ObjectId) is { } version && ObjectVersions.Fits(version, T.Info);

    /// <summary>Chooses among generated versions of one Object the one that goes best with what the device has.</summary>
    /// <param name="types">What the types are of: <c>TemperatureV1_0.Info, Temperature.Info</c>.</param>
    /// <returns>One of them, or <see langword="null"/> where the device has none, or another major version.</returns>
    /// <exception cref="ArgumentException">They are not of one Object.</exception>
    public ObjectInfo? Choose(params ReadOnlySpan<ObjectInfo> types)
    {
        foreach (ObjectInfo type in types)
        {
            if (type.ObjectId != types[0].ObjectId)
            {
                throw new ArgumentException($"{types[0]} and {type} are two objects.", nameof(types));
            }
        }

        return !types.IsEmpty && Registration.VersionOf(types[0].ObjectId) is { } version ? ObjectVersions.Choose(version, types) : null;
    }

    /// <summary>What is at a path of the device, untyped. Nothing is asked of the device.</summary>
    /// <param name="path">An Object, Object Instance, Resource or Resource Instance.</param>
    public RemoteNode Node(Lwm2mPath path) => new(this, path);

    /// <summary>Creates an Object Instance (LwM2M TS Core, 6.3.6).</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <param name="values">The values, as they are now; those that a server may not write are the device's to fill in.</param>
    /// <param name="instanceId">The id; <see langword="null"/> to let the device choose, which TLV and LwM2M CBOR alone can say.</param>
    /// <param name="cancellationToken">Gives up: then it may be created or not.</param>
    /// <returns>The Object Instance.</returns>
    /// <exception cref="DeviceException">The device answers with an error, or not at all.</exception>
    /// <exception cref="ObjectVersionException">The device has the Object in another major version.</exception>
    public async Task<RemoteObject<T>> CreateAsync<T>(T values, ushort? instanceId = null, CancellationToken cancellationToken = default)
        where T : ObjectInstance, ILwm2mObject<T>
    {
        ArgumentNullException.ThrowIfNull(values);
        RemoteObject<T> one = Object<T>(instanceId ?? 0);
        Lwm2mPath path = instanceId is null ? new(T.Info.ObjectId) : one.Path;
        DeviceRequest request = DeviceRequest.Create(T.Info.ObjectId, new NewInstanceContent(this, path, new(values, one.Path)));
        DeviceAnswer answer = await this.AskAsync(request, cancellationToken).ConfigureAwait(false);
        return answer.Location is { } location && location.ObjectId == T.Info.ObjectId && location.Depth == 2 ? Object<T>(location.InstanceId)
            : instanceId is not null || !T.Info.IsMultiple ? one
            : throw new UnreadableAnswerException(Endpoint, request, answer, "it does not say which id the new instance has");
    }

    /// <summary>Reads several things at once (Read-Composite, LwM2M 1.1).</summary>
    /// <param name="what">Object Instances, Resources and paths of this device.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What there is of it.</returns>
    /// <exception cref="DeviceException">The device answers with an error, or not at all.</exception>
    /// <exception cref="UnreadableAnswerException">Its answer cannot be read.</exception>
    /// <exception cref="ArgumentException">There is nothing, it is another device's, or too much for one message.</exception>
    public async Task<CompositeReading> ReadAsync(IReadOnlyCollection<IRemoteReadable> what, CancellationToken cancellationToken = default) =>
        new((await this.ReportAsync(DeviceRequest.ReadComposite(PathsOf(what)), cancellationToken).ConfigureAwait(false)).Latest.Records);

    /// <summary>Observes several things at once (Observe-Composite, LwM2M 1.1), until the token is cancelled.</summary>
    /// <param name="what">Object Instances, Resources and paths of this device.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What there is, and what each report says.</returns>
    /// <exception cref="DeviceException">The device answers with an error, or not at all; or it ends the observation.</exception>
    /// <exception cref="UnreadableAnswerException">Its answer cannot be read.</exception>
    /// <exception cref="ArgumentException">There is nothing, it is another device's, or too much for one message.</exception>
    public async IAsyncEnumerable<RemoteValue<CompositeReading>> ObserveAsync(
        IReadOnlyCollection<IRemoteReadable> what, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (RemoteReport report in this.ReportsAsync(DeviceRequest.ObserveComposite(PathsOf(what)), cancellationToken)
            .ConfigureAwait(false))
        {
            yield return report.At(new CompositeReading(report.Records));
        }
    }

    /// <summary>Writes to several Resources at once, all or none (Write-Composite, LwM2M 1.1).</summary>
    /// <param name="writes">The values.</param>
    /// <param name="cancellationToken">Gives up: then they may be written or not.</param>
    /// <exception cref="DeviceException">The device answers with an error, or not at all.</exception>
    /// <exception cref="ArgumentException">There are none, or they are another device's.</exception>
    public Task WriteAsync(CompositeWrite writes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writes);
        return this.AskAsync(writes.RequestFor(this), cancellationToken);
    }

    private PathsContent PathsOf(IReadOnlyCollection<IRemoteReadable> what)
    {
        ArgumentNullException.ThrowIfNull(what);
        if (what.Count == 0)
        {
            throw new ArgumentException("There is nothing to read.", nameof(what));
        }

        foreach (IRemoteReadable one in what)
        {
            if (one.Client.Device != Device)
            {
                throw new ArgumentException($"{one} is not on {Endpoint}.", nameof(what));
            }
        }

        // A record of a path is shorter than that, in CBOR and in JSON.
        const int MaxRecord = 40;
        return what.Count <= MaxPayload / MaxRecord
            ? new(this, [.. what.Select(static one => one.Path)])
            : throw new ArgumentException($"These are more than {MaxPayload / MaxRecord} paths, and not one message.", nameof(what));
    }
}
