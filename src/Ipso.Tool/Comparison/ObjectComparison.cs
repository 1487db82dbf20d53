using Ipso.Generator.Registry;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Comparison;

/// <summary>What a new definition of an object changes, in the order of the definition: first the object, then its resources by id.</summary>
internal static class ObjectComparison
{
    /// <summary>Compares two definitions of one object.</summary>
    public static IReadOnlyList<Change> Compare(DefinedObject before, DefinedObject after)
    {
        List<Change> changes = [];
        CompareObjects(before, after, changes);

        Dictionary<ushort, ResourceView> old = ResourceView.Of(before.Named).ToDictionary(static one => one.Definition.Id);
        Dictionary<ushort, ResourceView> current = ResourceView.Of(after.Named).ToDictionary(static one => one.Definition.Id);
        foreach (ushort id in old.Keys.Union(current.Keys).Order())
        {
            switch (old.GetValueOrDefault(id), current.GetValueOrDefault(id))
            {
                case ({ } gone, null):
                    changes.Add(new Change(true, id, $"{Subject(gone)} is gone", $"{before.Named.TypeName}.{gone.Member} is gone"));
                    break;

                case (null, { } added):
                    changes.Add(Added(after.Named.TypeName, added));
                    break;

                case ({ } was, { } now):
                    new ResourceComparison(before.Named.TypeName, after.Named.TypeName, was, now, changes).Run();
                    break;
            }
        }

        CompareDescriptions(old, current, changes);
        return changes;
    }

    /// <summary><c>resource 5700 Sensor Value</c>.</summary>
    internal static string Subject(ResourceView resource) => $"resource {resource.Definition.Id} {resource.Definition.Name}".TrimEnd();

    private static void CompareDescriptions(
        Dictionary<ushort, ResourceView> old, Dictionary<ushort, ResourceView> current, List<Change> changes)
    {
        ResourceView[] reworded = [.. current.Values.Where(now =>
            old.TryGetValue(now.Definition.Id, out ResourceView? was) && was.Definition.Description != now.Definition.Description)];
        if (reworded.Length == 1)
        {
            changes.Add(new Change(false, reworded[0].Definition.Id, $"the description of {Subject(reworded[0])} is reworded"));
        }
        else if (reworded.Length > 1)
        {
            // Prose changes often, and a line for each would hide the others.
            string ids = string.Join(", ", reworded.Select(static one => one.Definition.Id));
            changes.Add(new Change(false, null, $"the descriptions of {reworded.Length} resources are reworded: {ids}"));
        }
    }

    private static void CompareObjects(DefinedObject before, DefinedObject after, List<Change> changes)
    {
        ObjectDefinition old = before.Definition;
        ObjectDefinition now = after.Definition;
        if (old.Name != now.Name)
        {
            bool isRenamed = before.Named.TypeName != after.Named.TypeName;
            changes.Add(new Change(
                isRenamed, null, $"the object is called {now.Name} instead of {old.Name}",
                isRenamed ? $"class {before.Named.TypeName} becomes {after.Named.TypeName}" : ""));
        }

        if (old.Version.Major != now.Version.Major)
        {
            string versions = $"the major version is {now.Version.Major} instead of {old.Version.Major}";
            changes.Add(new Change(true, null, $"{versions}: peers that know {old.Version} do not understand it"));
        }

        // Where the URN is what id and version make it, it says nothing that the version does not.
        if (old.Urn != now.Urn && now.Urn != ObjectUrn.Of(now.Id, now.Version))
        {
            changes.Add(new Change(false, null, $"the URN is {now.Urn} instead of {old.Urn}"));
        }

        if (old.IsMultiple != now.IsMultiple)
        {
            changes.Add(now.IsMultiple
                ? new Change(false, null, "a device may have several instances")
                : new Change(true, null, "a device has one instance at most", $"a second {after.Named.TypeName} cannot be added to a device"));
        }

        if (old.IsMandatory != now.IsMandatory)
        {
            string words = now.IsMandatory ? "each device must have the object" : "a device need not have the object any more";
            changes.Add(new Change(now.IsMandatory, null, words));
        }

        if (old.Description != now.Description)
        {
            changes.Add(new Change(false, null, "the description of the object is reworded"));
        }
    }

    private static Change Added(string type, ResourceView added)
    {
        string member = $"{type}.{added.Member}";
        ResourceDefinition resource = added.Definition;
        return resource.IsMandatory
            ? new Change(true, resource.Id, $"{Subject(added)} is new, and mandatory",
                resource.IsRequired ? $"each new {type} must set {added.Member} ({added.PropertyType})" : $"{member} ({added.PropertyType}) is new")
            : new Change(false, resource.Id, $"{Subject(added)} is new, and optional", $"{member} ({added.PropertyType}) is new");
    }
}
