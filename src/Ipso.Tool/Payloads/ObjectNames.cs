using System.Globalization;
using System.Text;
using Ipso.Lwm2m;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Payloads;

/// <summary>Paths by ids and by names, and the definitions behind them: <c>/3303/0/5700</c> is <c>/Temperature/0/SensorValue</c>.</summary>
/// <param name="lookup">Where definitions are.</param>
internal sealed class ObjectNames(ObjectLookup lookup)
{
    private readonly Dictionary<ushort, KnownObject?> _known = [];

    /// <summary>The object of an id, if it is known.</summary>
    public KnownObject? Find(ushort id)
    {
        if (!_known.TryGetValue(id, out KnownObject? known))
        {
            known = lookup.TryFind(id) is { } item ? new KnownObject(item, ResourceView.Of(item.Named)) : null;
            _known.Add(id, known);
        }

        return known;
    }

    /// <summary>Whether a segment of a path stands for an object: an id, or a name that is known.</summary>
    public bool IsObject(string segment) =>
        Lwm2mPath.TryParse(Encoding.UTF8.GetBytes("/" + segment), out Lwm2mPath path) ? path.Depth == 1 : lookup.Knows(new ObjectQuery(segment, null));

    /// <summary>The resource on a path, if it is known.</summary>
    public ResourceView? Find(Lwm2mPath path) => path.Depth < 3 ? null : Find(path.ObjectId)?.Resource(path.ResourceId);

    /// <summary>What a path is called: <c>Temperature.SensorValue</c>; empty where nobody knows.</summary>
    public string NameOf(Lwm2mPath path) =>
        path.Depth == 0 || Find(path.ObjectId) is not { } known ? ""
        : path.Depth < 3 ? known.Item.Named.TypeName
        : known.Resource(path.ResourceId) is { } resource ? $"{known.Item.Named.TypeName}.{resource.Member}"
        : "";

    /// <summary>Reads a path of ids or names.</summary>
    /// <exception cref="Fault">It is none, or a name in it is not known.</exception>
    public Lwm2mPath Parse(string text) => text.StartsWith('/')
        ? Append(Lwm2mPath.Root, text[1..], text)
        : throw Fault.Usage($"'{text}' is no path; write it like /3303/0/5700 or /Temperature/0/SensorValue");

    /// <summary>Reads what lies below a path.</summary>
    /// <exception cref="Fault">It is no path, or a name in it is not known.</exception>
    public Lwm2mPath Append(Lwm2mPath path, string relative, string shown)
    {
        if (relative.Length == 0)
        {
            return path;
        }

        foreach (string segment in relative.Split('/'))
        {
            if (path.Depth == 4)
            {
                throw Fault.Usage($"'{shown}' is no path: nothing lies below a Resource Instance");
            }

            path = path.Append(IdOf(path, segment, shown));
        }

        return path;
    }

    private ushort IdOf(Lwm2mPath path, string segment, string shown)
    {
        Lwm2mPath one = Lwm2mPath.Root;
        if (Lwm2mPath.TryParse(Encoding.UTF8.GetBytes("/" + segment), out one) && one.Depth == 1)
        {
            return one.ObjectId;
        }

        return path.Depth switch
        {
            0 => lookup.Find(ObjectQuery.Parse(segment)).Definition.Id,
            2 => ResourceId(path.ObjectId, segment, shown),
            _ => throw Fault.Usage($"'{segment}' in '{shown}' is no id; an instance has a number from 0 to 65534"),
        };
    }

    private ushort ResourceId(ushort objectId, string name, string shown)
    {
        if (Find(objectId) is not { } known)
        {
            throw Fault.Usage(
                $"'{shown}': object {objectId} is not known, so that '{name}' in it is not; write the resource's id, or name a folder with --registry");
        }

        if (known.Resource(name) is { } resource)
        {
            return resource.Definition.Id;
        }

        string? meant = Resemblance.Closest(name, known.Resources.Select(static one => one.Member));
        throw Fault.Usage($"object {objectId} ({known.Item.Definition.Name}) has no resource '{name}'" + (meant is null
            ? $"; 'ipso describe {objectId.ToString(CultureInfo.InvariantCulture)}' lists what it has"
            : $"; did you mean {meant}?"));
    }
}

/// <summary>An object that is known, with its resources.</summary>
internal sealed record KnownObject(DefinedObject Item, ResourceView[] Resources)
{
    /// <summary>A resource by its id.</summary>
    public ResourceView? Resource(ushort id) => Array.Find(Resources, one => one.Definition.Id == id);

    /// <summary>A resource by its name, in C# or as registered.</summary>
    public ResourceView? Resource(string name)
    {
        string plain = Resemblance.Plain(name);
        return Array.Find(Resources, one => Resemblance.Plain(one.Member) == plain || Resemblance.Plain(one.Definition.Name) == plain);
    }
}
