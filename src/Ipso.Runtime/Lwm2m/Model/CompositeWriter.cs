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
        int place = ObjectTree.PlaceOf(instances, path.ObjectId, path.Depth == 1 ? (ushort)0 : path.InstanceId);
        if (place == instances.Length || !Contains(path, instances[place]))
        {
            return false;
        }

        ObjectInfo definition = instances[place].Definition;
        int index = path.Depth < 3 ? 0 : definition.IndexOf(path.ResourceId);
        return path.Depth < 3 || index >= 0 && (path.Depth == 3 || definition.Resources[index].IsMultiple);
    }

    private static bool Contains(Lwm2mPath path, ObjectInstance instance) =>
        path.ObjectId == instance.Definition.ObjectId && (path.Depth == 1 || path.InstanceId == instance.InstanceId);

    private static int WriteDirectly(
        ReadOnlySpan<ObjectInstance> instances, ReadOnlySpan<Lwm2mPath> paths, ContentFormat format, Span<byte> destination)
    {
        ResourceWriter writer = new(destination, format);
        if (paths is [{ Depth: 0 }])
        {
            foreach (ObjectInstance instance in instances)
            {
                if (!CoreObjects.IsForBootstrapOnly(instance.Definition.ObjectId))
                {
                    WriteWhole(ref writer, instance);
                }
            }

            return writer.Finish();
        }

        while (!paths.IsEmpty)
        {
            Lwm2mPath first = paths[0];
            int count = 1;
            int place = ObjectTree.PlaceOf(instances, first.ObjectId, first.Depth == 1 ? (ushort)0 : first.InstanceId);
            if (first.Depth >= 3)
            {
                Lwm2mPath instance = new(first.ObjectId, first.InstanceId);
                while (count < paths.Length && instance.Contains(paths[count]))
                {
                    count++;
                }

                writer.WriteSome(instances[place], instance, paths[..count]);
            }
            else
            {
                for (; place < instances.Length && Contains(first, instances[place]); place++)
                {
                    WriteWhole(ref writer, instances[place]);
                }
            }

            paths = paths[count..];
        }

        return writer.Finish();
    }

    private static void WriteWhole(ref ResourceWriter writer, ObjectInstance instance) =>
        writer.Write(instance, new(instance.Definition.ObjectId, instance.InstanceId), isOneOfSeveral: false);
}
