using System.Diagnostics.CodeAnalysis;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;

namespace Ipso.Server.Remote;

/// <summary>Objlnk Resources followed to what they point at. The registry says in prose alone which Object that is to be.</summary>
[SuppressMessage("Naming", "CA1708", Justification = "The rule takes two extension blocks for members whose names differ in case alone.")]
public static class RemoteLinks
{
    /// <param name="link">The Resource, or an instance of a multiple one.</param>
    extension(ReadableResource<ObjectLink> link)
    {
        /// <summary>Reads the link, and gives what it points at, untyped.</summary>
        /// <param name="cancellationToken">Gives up.</param>
        /// <returns>The Object Instance, be it there or not, or the Object; <see langword="null"/> where the link points nowhere.</returns>
        public async Task<RemoteNode?> FollowAsync(CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(link);
            ObjectLink target = await link.ReadAsync(cancellationToken).ConfigureAwait(false);
            return target.IsNull ? null : link.Client.Node(new(target.ObjectId, target.InstanceId));
        }

        /// <summary>Reads the link, and gives the Object Instance that it points at.</summary>
        /// <typeparam name="T">The type that it is to be of.</typeparam>
        /// <param name="cancellationToken">Gives up.</param>
        /// <returns>
        /// The Object Instance, be it there or not; <see langword="null"/> where the link points nowhere, at an instance of another Object, or
        /// at an Object as a whole.
        /// </returns>
        /// <exception cref="ObjectVersionException">The device has the Object in another major version.</exception>
        public async Task<RemoteObject<T>?> FollowAsync<T>(CancellationToken cancellationToken = default)
            where T : ObjectInstance, ILwm2mObject<T>
        {
            ArgumentNullException.ThrowIfNull(link);
            return TargetOf<T>(link.Client, await link.ReadAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    /// <param name="links">The multiple Resource.</param>
    extension(ReadableResources<ObjectLink> links)
    {
        /// <summary>Reads the links, and gives the Object Instances of one type that they point at, in ascending order of Resource Instances.
        /// </summary>
        /// <typeparam name="T">The type.</typeparam>
        /// <param name="cancellationToken">Gives up.</param>
        /// <returns>The Object Instances; links that point nowhere or at something else are passed over.</returns>
        /// <exception cref="ObjectVersionException">The device has the Object in another major version.</exception>
        public async Task<IReadOnlyList<RemoteObject<T>>> FollowAsync<T>(CancellationToken cancellationToken = default)
            where T : ObjectInstance, ILwm2mObject<T>
        {
            ArgumentNullException.ThrowIfNull(links);
            List<RemoteObject<T>> targets = [];
            foreach (ObjectLink link in await links.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (TargetOf<T>(links.Client, link) is { } target)
                {
                    targets.Add(target);
                }
            }

            return targets;
        }
    }

    private static RemoteObject<T>? TargetOf<T>(DeviceClient client, ObjectLink link)
        where T : ObjectInstance, ILwm2mObject<T> =>
        link.ObjectId == T.Info.ObjectId && link.InstanceId != Lwm2mPath.MaxId ? client.Object<T>(link.InstanceId) : null;
}
