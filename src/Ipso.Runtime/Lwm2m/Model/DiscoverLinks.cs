using Ipso.Coap;
using Ipso.Links;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>Where the notification attributes are that a server has assigned.</summary>
public interface INotificationAttributes
{
    /// <summary>What is assigned at a path itself, without what it inherits; the default where nothing is.</summary>
    /// <param name="path">A path of one to four ids.</param>
    NotificationAttributes AssignedTo(Lwm2mPath path);
}

/// <summary>Writes the answer to a Discover (LwM2M TS Core, 6.3.2), in the Content-Format 40.</summary>
public static class DiscoverLinks
{
    /// <summary>The most levels below its target that a Discover can ask for.</summary>
    public const int MaxDepth = 3;

    /// <summary>
    /// Writes the links of an object, an instance or a resource, each with the attributes that are assigned to it; the first also with
    /// those that it inherits. A multiple resource has its number of instances, <c>dim</c>, with it, unless it cannot be read.
    /// </summary>
    /// <param name="objects">The objects.</param>
    /// <param name="path">The object, the instance or the resource.</param>
    /// <param name="depth">
    /// How many levels below it are listed; <see langword="null"/> for what is usual: an object's instances and resources, an instance's
    /// resources, a resource's instances.
    /// </param>
    /// <param name="lwm2mVersion">The version of LwM2M that is spoken.</param>
    /// <param name="attributes">The attributes; <see langword="null"/> for none.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written; 0 where nothing was.</param>
    /// <returns>Whether they were written, and if not, why.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The path is the root or a resource instance.</exception>
    public static RepresentationResult Write(
        ObjectTree objects,
        Lwm2mPath path,
        int? depth,
        ObjectVersion lwm2mVersion,
        INotificationAttributes? attributes,
        Span<byte> destination,
        out int written)
    {
        ArgumentNullException.ThrowIfNull(objects);
        if (path.Depth is 0 or 4)
        {
            throw new ArgumentOutOfRangeException(nameof(path), path, "A Discover is for an object, an instance or a resource.");
        }

        written = 0;
        ReadOnlySpan<ObjectInstance> instances = objects.OfObject(path.ObjectId);
        ObjectInstance? one = path.Depth > 1 ? objects.Find(path.ObjectId, path.InstanceId) : null;
        ObjectInfo? definition = one is null ? objects.DefinitionOf(path.ObjectId) : one.Definition;
        if (definition is null || path.Depth > 1 && one is null)
        {
            return RepresentationResult.Absent;
        }

        Listing listing = new(destination, path, depth ?? UsualDepth(path, lwm2mVersion), lwm2mVersion, attributes);
        if (one is null)
        {
            listing.WriteObject(definition, instances);
        }
        else if (path.Depth == 2)
        {
            listing.WriteInstance(one);
        }
        else if (!listing.TryWriteResource(one, one.Definition.IndexOf(path.ResourceId)))
        {
            return RepresentationResult.Absent;
        }

        return ObjectLinkText.ResultOf(listing.Writer, out written);
    }

    /// <summary>The ids of the instances of a multiple resource that can be read, in ascending order.</summary>
    // Written in a format that keeps none of the values: what counts is what the writer was given.
    internal static ReadOnlySpan<ushort> InstanceIdsOf(ObjectInstance instance, Lwm2mPath path)
    {
        ResourceWriter writer = new([], ContentFormat.PlainText);
        writer.Write(instance, path, isOneOfSeveral: false);
        return writer.LastInstances;
    }

    private static int UsualDepth(Lwm2mPath path, ObjectVersion lwm2mVersion) =>
        path.Depth == 1 ? 2
        : path.Depth == 3 && lwm2mVersion < new ObjectVersion(1, 1) ? 0
        : 1;

    private ref struct Listing(
        Span<byte> destination, Lwm2mPath target, int depth, ObjectVersion lwm2mVersion, INotificationAttributes? attributes)
    {
        private readonly int _deepest = target.Depth + depth;
        private LinkFormatWriter _writer = new(destination);

        internal readonly LinkFormatWriter Writer => _writer;

        internal void WriteObject(ObjectInfo definition, ReadOnlySpan<ObjectInstance> instances)
        {
            ObjectLinkText.Link(ref _writer, target);
            if (ObjectLinkText.HasVersionToSay(definition, lwm2mVersion, out ObjectVersion version))
            {
                ObjectLinkText.Version(ref _writer, "ver"u8, version, isQuoted: lwm2mVersion < new ObjectVersion(1, 1));
            }

            WriteAttributes(target);
            if (_deepest >= 2)
            {
                foreach (ObjectInstance instance in instances)
                {
                    WriteInstance(instance);
                }
            }
        }

        internal void WriteInstance(ObjectInstance instance)
        {
            Lwm2mPath path = new(instance.Definition.ObjectId, instance.InstanceId);
            ObjectLinkText.Link(ref _writer, path);
            WriteAttributes(path);
            for (int i = 0; _deepest >= 3 && i < instance.Definition.Resources.Length; i++)
            {
                TryWriteResource(instance, i);
            }
        }

        internal bool TryWriteResource(ObjectInstance instance, int index)
        {
            if (index < 0 || !IsThere(instance, index))
            {
                return false;
            }

            ResourceInfo resource = instance.Definition.Resources[index];
            Lwm2mPath path = new(instance.Definition.ObjectId, instance.InstanceId, resource.Id);
            bool hasInstances = resource is { IsMultiple: true, IsReadable: true };
            ReadOnlySpan<ushort> ids = hasInstances ? InstanceIdsOf(instance, path) : default;
            ObjectLinkText.Link(ref _writer, path);
            if (hasInstances)
            {
                _writer.Number("dim"u8, ids.Length);
            }

            WriteAttributes(path);
            for (int i = 0; _deepest >= 4 && i < ids.Length; i++)
            {
                Lwm2mPath below = path.Append(ids[i]);
                ObjectLinkText.Link(ref _writer, below);
                WriteAttributes(below);
            }

            return true;
        }

        private static bool IsThere(ObjectInstance instance, int index)
        {
            ResourceInfo resource = instance.Definition.Resources[index];
            return resource.IsExecutable ? instance.FindHandler(resource.Id) is not null : instance.IsPresent(index);
        }

        private void WriteAttributes(Lwm2mPath path)
        {
            if (attributes is null)
            {
                return;
            }

            NotificationAttributes assigned = attributes.AssignedTo(path);
            // LwM2M 1.0 shows what is inherited at a resource only.
            if (path == target && (path.Depth == 3 || lwm2mVersion > new ObjectVersion(1, 0)))
            {
                for (int depth = path.Depth - 1; depth > 0; depth--)
                {
                    Lwm2mPath above = depth == 1 ? new(path.ObjectId) : new(path.ObjectId, path.InstanceId);
                    assigned = assigned.InheritFrom(attributes.AssignedTo(above));
                }
            }

            NotificationAttributeText.Write(ref _writer, assigned);
        }
    }
}
