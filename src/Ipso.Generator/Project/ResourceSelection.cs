using System;
using System.Collections.Generic;
using System.Linq;
using Ipso.Generator.Diagnostics;
using Ipso.Generator.Naming;
using Ipso.Generator.Registry;

namespace Ipso.Generator.Project;

/// <summary>
/// The resources that a project wants of an object. Those that are mandatory are always among them: an instance without them is none.
/// </summary>
internal static class ResourceSelection
{
    // As many as a message can list and be read.
    private const int ManyResources = 12;

    /// <summary>The entries of a list. A semicolon reaches the compiler as a comma.</summary>
    public static string[] Split(string list) =>
        [.. list.Split(',', ';').Select(Blanks.Collapse).Where(static entry => entry.Length > 0)];

    /// <summary>The ids of the resources that are not wanted.</summary>
    /// <param name="definition">The object.</param>
    /// <param name="names">The C# names of its resources.</param>
    /// <param name="entries">Ids, names as registered or C# names; none means all.</param>
    /// <param name="faults">Takes an entry that the object does not have.</param>
    public static EquatableArray<ushort> Omitted(
        ObjectDefinition definition, string[] names, EquatableArray<string> entries, Action<DiagnosticInfo> faults)
    {
        var wanted = new HashSet<ushort>();
        foreach (string entry in entries)
        {
            ushort[] found =
                [.. definition.Resources.Where((resource, i) => Means(entry, resource, names[i])).Select(static resource => resource.Id)];
            wanted.UnionWith(found);
            if (found.Length == 0)
            {
                faults(DiagnosticInfo.Create(
                    Descriptors.ResourceUnknown, null, Identifier.Number(definition.Id), definition.Name, entry, List(definition, names)));
            }
        }

        // Where nothing in the list will do, the default holds: all.
        return wanted.Count == 0
            ? default
            : new(
                from resource in definition.Resources
                where !resource.IsMandatory && !wanted.Contains(resource.Id)
                select resource.Id);
    }

    private static bool Means(string entry, ResourceDefinition resource, string name) =>
        entry == Identifier.Number(resource.Id)
        || string.Equals(entry, resource.Name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(entry, name, StringComparison.OrdinalIgnoreCase);

    private static string List(ObjectDefinition definition, string[] names)
    {
        var all = definition.Resources.Select((resource, i) => $"{Identifier.Number(resource.Id)} {names[i]}");
        string list = string.Join(", ", all.Take(ManyResources));
        int more = names.Length - ManyResources;
        return names.Length == 0 ? "none" : more > 0 ? FormattableString.Invariant($"{list} and {more} more") : list;
    }
}
