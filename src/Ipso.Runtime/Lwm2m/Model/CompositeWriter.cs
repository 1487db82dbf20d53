using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// Writes what lies on several paths, of any depth and across objects, into one payload: what a peer reads of them (LwM2M TS Core, 6.3.8).
/// </summary>
internal static class CompositeWriter
{
    /// <summary>Writes what is there and readable; the rest is left out.</summary>
    /// <param name="instances">All Object Instances, in ascending order of ids.</param>
    /// <param name="paths">The paths; they are merged in place.</param>
    /// <param name="format">The format, one that <see cref="Representation.SupportsComposite"/>.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written; 0 where nothing was.</param>
    internal static RepresentationResult Write(
        ReadOnlySpan<ObjectInstance> instances, Span<Lwm2mPath> paths, ContentFormat format, Span<byte> destination, out int written)
    {
        paths = WithoutAbsent(instances, PathSet.Merge(paths));
        written = WriteDirectly(instances, paths, format, destination);
        if (written >= 0)
        {
            return RepresentationResult.Written;
        }

        // The writer begins a record only where the longest one fits: a destination that is just long enough needs a detour.
        byte[] rented = SpareBytes.Rent(destination.Length + RecordWriter.MaxExcess);
        written = WriteDirectly(instances, paths, format, rented);
        bool fits = (uint)written <= (uint)destination.Length;
        written = fits ? written : 0;
        rented.AsSpan(0, written).CopyTo(destination);
        SpareBytes.Return(rented);
        return fits ? RepresentationResult.Written : RepresentationResult.TooLarge;
    }

    /// <summary>Drops paths of what is not there, as far as definitions tell, and of what is for bootstrap alone.</summary>
    private static Span<Lwm2mPath> WithoutAbsent(ReadOnlySpan<ObjectInstance> instances, Span<Lwm2mPath> paths)
    {
        int kept = 0;
        foreach (Lwm2mPath path in paths)
        {
            if (path.Depth == 0 || !CoreObjects.IsForBootstrapOnly(path.ObjectId) && IsThere(instances, path))
            {
                paths[kept++] = path;
            }
        }

        return paths[..kept];
    }

    private static bool IsThere(ReadOnlySpan<ObjectInstance> instances, Lwm2mPath path)
    {
        int place = ObjectTree.PlaceOf(instances, path);
        if (place == instances.Length || !path.HasInstance(PathOf(instances[place]).Packed))
        {
            return false;
        }

        int depth = path.Depth;
        ObjectInfo definition = instances[place].Definition;
        int index = depth < 3 ? 0 : definition.IndexOf(path.ResourceId);
        return depth < 3 || index >= 0 && (depth == 3 || definition.Resources[index].IsMultiple);
    }

    private static Lwm2mPath PathOf(ObjectInstance instance) => new(instance.Definition.ObjectId, instance.InstanceId);

    private static int WriteDirectly(
        ReadOnlySpan<ObjectInstance> instances, ReadOnlySpan<Lwm2mPath> paths, ContentFormat format, Span<byte> destination)
    {
        ResourceWriter writer = new(destination, format);
        for (int next = 0; next < paths.Length;)
        {
            Lwm2mPath first = paths[next];
            ReadOnlySpan<ObjectInstance> from = instances[ObjectTree.PlaceOf(instances, first)..];
            if (first.Depth >= 3)
            {
                Lwm2mPath instance = PathOf(from[0]);
                int start = next;
                while (next < paths.Length && instance.Contains(paths[next]))
                {
                    next++;
                }

                writer.WriteSome(from[0], instance, paths[start..next]);
            }
            else
            {
                WriteWhole(ref writer, from, first);
                next++;
            }
        }

        return writer.Finish();
    }

    // Those that lie on a path, from the first one on.
    private static void WriteWhole(ref ResourceWriter writer, ReadOnlySpan<ObjectInstance> instances, Lwm2mPath path)
    {
        foreach (ObjectInstance instance in instances)
        {
            Lwm2mPath at = PathOf(instance);
            if (!path.HasInstance(at.Packed))
            {
                break;
            }

            if (!CoreObjects.IsForBootstrapOnly(at.ObjectId))
            {
                writer.Write(instance, at, isOneOfSeveral: false);
            }
        }
    }
}
