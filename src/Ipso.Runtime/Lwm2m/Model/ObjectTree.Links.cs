using System.Runtime.CompilerServices;
using Ipso.Links;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// Objlnk: what is made of instances of other objects (LwM2M TS Core, Appendix C).
public sealed partial class ObjectTree
{
    /// <summary>
    /// The instance that an Objlnk points at now: a link is followed anew each time, since servers write it and delete what it points at.
    /// </summary>
    /// <typeparam name="T">The class that it has to be of.</typeparam>
    /// <param name="link">The link.</param>
    /// <returns>
    /// The instance; <see langword="null"/> where there is none of that class, for which <see cref="Resolve"/> has the reason.
    /// </returns>
    public T? Find<T>(ObjectLink link)
        where T : ObjectInstance => Find(link) as T;

    /// <summary>What an Objlnk points at now, and if it is nothing, why.</summary>
    /// <typeparam name="T">The class that it has to be of; <see cref="ObjectInstance"/> for any.</typeparam>
    /// <param name="link">The link.</param>
    /// <param name="instance">The instance; <see langword="null"/> unless it is <see cref="LinkState.Resolved"/>.</param>
    public LinkState Resolve<T>(ObjectLink link, out T? instance)
        where T : ObjectInstance
    {
        ObjectInstance? found = Find(link);
        instance = found as T;
        return instance is not null ? LinkState.Resolved
            : found is not null ? LinkState.OtherClass
            : link.IsNull ? LinkState.Null
            : CanResolve(link) ? LinkState.WholeObject
            : LinkState.Broken;
    }

    /// <summary>The instances that a multiple Objlnk resource points at now, in ascending order of its Resource Instances.</summary>
    /// <typeparam name="T">The class that they have to be of: of others, and where a link is broken or null, there is none.</typeparam>
    /// <param name="links">The links; <see langword="null"/> for none.</param>
    public IEnumerable<T> FindAll<T>(IEnumerable<ObjectLink>? links)
        where T : ObjectInstance => (links ?? []).Select(Find).OfType<T>();

    /// <summary>
    /// The Objlnk resources that point at what is not there, readable or not, in ascending order of their paths. A server cannot write such a
    /// link (LwM2M TS Core, 6.3.3); it comes of a deletion, or of the program.
    /// </summary>
    /// <returns>A list of its own.</returns>
    public IReadOnlyList<BrokenLink> FindBrokenLinks()
    {
        List<BrokenLink> broken = [];
        using CapturedRecords records = new(int.MaxValue);
        foreach (ObjectInstance instance in Instances)
        {
            if (!HasLinks(instance.Definition))
            {
                continue;
            }

            Lwm2mPath path = new(instance.Definition.ObjectId, instance.InstanceId);
            records.Begin(isCounting: false);
            ResourceWriter.CaptureWhole(instance, records);
            foreach (ref readonly CapturedRecord record in records.Records)
            {
                if (record.Kind == CapturedKind.ObjectLink && !CanResolve(record.Link))
                {
                    Lwm2mPath resource = path.Append(ResourceKey.Id(record.Key));
                    broken.Add(new(record.Instance < 0 ? resource : resource.Append((ushort)record.Instance), record.Link));
                }
            }
        }

        broken.Sort(static (x, y) => x.Path.Packed.CompareTo(y.Path.Packed));
        return broken;
    }

    /// <summary>Whether there is each Object Instance that a text in the CoRE link format names.</summary>
    /// <param name="text">The text, of whatever form.</param>
    // By a method of the tree, so that programs without one have no reader of links.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool CanResolveAll(ReadOnlySpan<byte> text)
    {
        LinkFormatReader links = new(text, LinkSyntax.Tolerant);
        while (links.Next())
        {
            bool isInstance = Lwm2mPath.TryParse(links.Current.Target, out Lwm2mPath path) && path.Depth >= 2;
            if (isInstance && !CanResolve(new(path.ObjectId, path.InstanceId)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasLinks(ObjectInfo definition)
    {
        foreach (ResourceInfo resource in definition.Resources)
        {
            if (resource.Type == ResourceType.ObjectLink)
            {
                return true;
            }
        }

        return false;
    }
}
