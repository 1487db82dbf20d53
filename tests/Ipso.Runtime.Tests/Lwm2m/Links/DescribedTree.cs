using System.Globalization;
using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Tests.Lwm2m;

/// <summary>An object tree as links describe it, to compare and to write it again.</summary>
internal sealed class DescribedTree : IServerAccounts
{
    private readonly Dictionary<Lwm2mPath, (ushort? ShortServerId, string? Uri)> _accounts = [];

    internal string Root { get; private set; } = "/";

    internal List<ContentFormat> ContentFormats { get; } = [];

    internal List<Lwm2mPath> Paths { get; } = [];

    internal Dictionary<ushort, ObjectVersion> Versions { get; } = [];

    internal ObjectVersion Lwm2mVersion { get; private set; }

    internal IEnumerable<ObjectInfo> ObjectsWithoutInstances =>
        Paths.Where(p => p.Depth == 1 && !Paths.Exists(i => i.Depth == 2 && i.ObjectId == p.ObjectId)).Select(p => Definition(p.ObjectId));

    internal static DescribedTree Of(Lwm2mLinks links, ObjectVersion? lwm2mVersion)
    {
        DescribedTree tree = new() { Root = Encoding.UTF8.GetString(links.Root), Lwm2mVersion = lwm2mVersion ?? default };
        foreach (ContentFormat format in links.ContentFormats)
        {
            tree.ContentFormats.Add(format);
        }

        foreach (Lwm2mLink link in links)
        {
            tree.Lwm2mVersion = link.Lwm2mVersion ?? tree.Lwm2mVersion;
            if (link.Path.Depth == 0)
            {
                continue;
            }

            tree.Paths.Add(link.Path);
            tree._accounts[link.Path] = (link.ShortServerId, link.ServerUri.HasValue ? link.ServerUri.GetValue() : null);
            if (link.Version is { } version)
            {
                tree.Versions[link.Path.ObjectId] = version;
            }
        }

        return tree;
    }

    /// <summary>Every Short Server ID and every URI.</summary>
    internal IEnumerable<string> Accounts =>
        _accounts.Values.SelectMany(a => new[] { a.ShortServerId?.ToString(CultureInfo.InvariantCulture), a.Uri }).OfType<string>();

    /// <summary>What the links say, however they say it: instances, objects without, versions as they hold, accounts.</summary>
    public override string ToString()
    {
        IEnumerable<ushort> objects = Paths.Select(p => p.ObjectId).Distinct().Order();
        IEnumerable<Lwm2mPath> instances = Paths.Where(p => p.Depth == 2).OrderBy(p => p.Packed);
        return $"{Root} {Lwm2mVersion} {string.Join(' ', ContentFormats)}\n"
            + string.Join('\n', objects.Select(id => $"{id} {Definition(id).Version}"))
            + string.Concat(instances.Select(p => $"\n{p} {_accounts[p].ShortServerId} {_accounts[p].Uri}"));
    }

    internal ObjectTree ToObjects()
    {
        ObjectTree objects = new();
        foreach (Lwm2mPath path in Paths.Where(p => p.Depth == 2))
        {
            objects.Add(path.InstanceId, new Described(Definition(path.ObjectId)));
        }

        return objects;
    }

    public ushort? ShortServerIdOf(Lwm2mPath instance) => _accounts[instance].ShortServerId;

    public string? ServerUriOf(Lwm2mPath instance) => _accounts[instance].Uri;

    internal static ObjectInfo Info(ushort id, ObjectVersion version) => new(id, "Described", $"{version}", "urn:x", true, false, []);

    private ObjectInfo Definition(ushort id) =>
        Info(id, Versions.TryGetValue(id, out ObjectVersion version) ? version : CoreObjects.ImpliedVersion(id, Lwm2mVersion));

    internal sealed class Described(ObjectInfo definition) : ObjectInstance(definition)
    {
        protected override void WriteTo(ref ResourceWriter w)
        {
        }
    }
}
