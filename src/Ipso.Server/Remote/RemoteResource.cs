using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;

namespace Ipso.Server.Remote;

/// <summary>
/// A Resource of an Object Instance on a device, or one of its Resource Instances, which the generated members give. What can be done with it
/// is what the registry allows.
/// </summary>
/// <remarks>
/// It is a name, and holds nothing of the device's. All operations throw <c>DeviceException</c> where the device answers with an error,
/// which 4.04 is where an optional Resource is absent, or not at all; <see cref="UnreadableAnswerException"/> where its answer cannot be read; and
/// <see cref="OperationCanceledException"/>.
/// </remarks>
public abstract class RemoteResource
{
    private protected RemoteResource(in RemotePlace place) => Place = place;

    /// <summary>The device.</summary>
    public DeviceClient Client => Place.Client;

    /// <summary>The path there.</summary>
    public Lwm2mPath Path => Place.Path;

    /// <summary>What the registry says of the Resource.</summary>
    public ResourceInfo Info => Place.Resource;

    private protected RemotePlace Place { get; }

    /// <summary>Device, path and name, for logs.</summary>
    public override string ToString() => $"{Client.Endpoint}{Path} ({Info.Name})";
}

/// <summary>A Resource that a server executes (E).</summary>
public sealed class ExecutableResource : RemoteResource
{
    /// <summary>The Resource of an Object Instance; for generated code.</summary>
    /// <param name="instance">The Object Instance.</param>
    /// <param name="index">The Resource's place in the definition.</param>
    public ExecutableResource(RemoteInstance instance, int index)
        : base(RemotePlace.Of(instance, index))
    {
    }

    /// <summary>Executes it (LwM2M TS Core, 6.3.5).</summary>
    /// <param name="arguments">The arguments, <c>0='a',1,5</c>; empty for none.</param>
    /// <param name="cancellationToken">Gives up: then it may be executed or not.</param>
    /// <exception cref="ArgumentException">The arguments are longer than the server sends.</exception>
    public Task ExecuteAsync(string arguments = "", CancellationToken cancellationToken = default) =>
        Client.ExecuteAsync(Path, arguments, cancellationToken);
}
