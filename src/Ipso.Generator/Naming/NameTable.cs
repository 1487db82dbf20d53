using System;
using System.Collections.Generic;
using System.Linq;
using Ipso.Generator.Project;
using Ipso.Generator.Registry;

namespace Ipso.Generator.Naming;

/// <summary>The types' names, decided over all objects at once and in no order but that of their ids, versions and paths.</summary>
internal sealed class NameTable : IEquatable<NameTable>
{
    private readonly EquatableArray<NameEntry> _entries;
    private readonly Dictionary<ObjectKey, NameEntry> _byKey;

    private NameTable(IEnumerable<NameEntry> entries)
    {
        _entries = new(entries);
        _byKey = _entries.ToDictionary(static entry => entry.Key);
    }

    public static NameTable Build(IReadOnlyCollection<ObjectKey> keys)
    {
        try
        {
            var listed = new HashSet<ObjectKey>();
            var doubled = new HashSet<ObjectKey>(keys.Where(key => !listed.Add(key)));
            List<KeyValuePair<ObjectKey, string>> names = Decide(listed);
            string[] remoteNames = RemoteNames.Of(names);
            return new(names.Select((pair, i) => new NameEntry(pair.Key, pair.Value, remoteNames[i], IsDoubled: doubled.Contains(pair.Key))));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A step has no way to report. NameConflicts decides the same names, meets the same exception, and has one.
            return new([]);
        }
    }

    /// <summary>
    /// The object with its name. Null if another definition of the same version came first, and for a file that the project lists
    /// twice: each listing would emit the same source, so <see cref="NameDoubled"/> does it once.
    /// </summary>
    public NamedObject? Name(SourceObject item) => Find(item) is { IsDoubled: false } entry ? Named(item, entry) : null;

    /// <summary>The objects of files that the project lists twice, once each.</summary>
    public IEnumerable<NamedObject> NameDoubled(IEnumerable<SourceObject> items) =>
        from item in items
        where Find(item) is { IsDoubled: true }
        group item by item.Key into listings
        select Named(listings.First(), Find(listings.First())!);

    public bool Equals(NameTable? other) => other is not null && _entries.Equals(other._entries);

    public override bool Equals(object? obj) => Equals(obj as NameTable);

    public override int GetHashCode() => _entries.GetHashCode();

    /// <summary>The name of each object that gets one, ordered by id and version.</summary>
    internal static List<KeyValuePair<ObjectKey, string>> Decide(IEnumerable<ObjectKey> keys)
    {
        // One definition per id and version: with that, hint names, which begin with both, are unique.
        List<ObjectKey> chosen = [.. keys
            .GroupBy(static key => (key.Id, key.Version))
            .Select(static group => group.Min())
            .OrderBy(static key => key.Id).ThenBy(static key => key.Version)];

        var newest = chosen.GroupBy(static key => (key.Namespace, key.Id))
            .ToDictionary(static group => group.Key, static group => group.Last().Version);
        var owners = chosen.ToLookup(static key => (key.Namespace, key.BaseName));

        // Within a namespace the newest version keeps the plain name; where two ids share a name, nobody does.
        List<string> names = [.. chosen.Select(key => NameOf(key, ""))];

        // "Location 6" may meet the object 6 of name "Location". A name holds no underscore here but a version's, so this settles it.
        var repeated = Identifier.Repeated(chosen.Select((key, i) => key.Namespace + "." + names[i]));
        return [.. chosen.Select((key, i) => new KeyValuePair<ObjectKey, string>(
            key, repeated.Contains(key.Namespace + "." + names[i]) ? NameOf(key, "_") : names[i]))];

        string NameOf(ObjectKey key, string separator)
        {
            bool isForced = separator.Length > 0;
            if (key.IsExplicit && !isForced)
            {
                return key.ClassName;
            }

            bool isShared = isForced || owners[(key.Namespace, key.BaseName)].Any(other => other.Id != key.Id);
            string name = key.BaseName + (isShared ? separator + Identifier.Number(key.Id) : "");
            return key.Version == newest[(key.Namespace, key.Id)]
                ? name
                : FormattableString.Invariant($"{name}V{key.Version.Major}_{key.Version.Minor}");
        }
    }

    private static NamedObject Named(SourceObject item, NameEntry entry) =>
        new(
            item.Definition, item.Options, MemberNames.Within(entry.TypeName, item), item.Omitted, entry.TypeName,
            item.Options.HasRemote ? entry.RemoteName : "");

    private NameEntry? Find(SourceObject item) =>
        _byKey.TryGetValue(item.Key, out NameEntry? entry) ? entry : null;

    private sealed record NameEntry(ObjectKey Key, string TypeName, string RemoteName, bool IsDoubled);
}

/// <summary>A definition with its names: all that its sources depend on.</summary>
/// <param name="Definition">The object.</param>
/// <param name="Options">What the project asks for.</param>
/// <param name="Members">The names of its resources.</param>
/// <param name="Omitted">The ids of resources that the project does not want.</param>
/// <param name="TypeName">The name of its type.</param>
/// <param name="RemoteName">The name of the class with what it is on a device; empty where the project is no server's.</param>
internal sealed record NamedObject(
    ObjectDefinition Definition,
    ProjectOptions Options,
    EquatableArray<string> Members,
    EquatableArray<ushort> Omitted,
    string TypeName,
    string RemoteName)
{
    /// <summary>Unique by id and version, whatever the name: the compiler compares hint names without regard to case.</summary>
    public string HintName => $"{Identifier.Number(Definition.Id)}_{Definition.Version.ToString()}.{TypeName}.g.cs";

    /// <summary>The same of the second source.</summary>
    public string RemoteHintName => $"{Identifier.Number(Definition.Id)}_{Definition.Version.ToString()}.{TypeName}.Remote.g.cs";
}
