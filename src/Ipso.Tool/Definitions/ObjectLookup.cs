using System.Globalization;
using Ipso.Tool.CommandLine;

namespace Ipso.Tool.Definitions;

/// <summary>Finds the one object that somebody means, in one folder or in several, one after the other.</summary>
/// <param name="folders">The folders, in the order in which they are asked.</param>
internal sealed class ObjectLookup(params DefinitionFolder[] folders)
{
    /// <summary>The folders.</summary>
    public IReadOnlyList<DefinitionFolder> Folders => folders;

    /// <summary>What a command looks in: the folder it is told, or else <c>registry-xml/</c>, if there is one, and then the tool's own.</summary>
    public static ObjectLookup For(string? folder) =>
        folder is not null ? new ObjectLookup(DefinitionFolder.At(folder))
        : Directory.Exists(CommonOptions.DefaultFolder)
            ? new ObjectLookup(DefinitionFolder.At(CommonOptions.DefaultFolder), DefinitionFolder.OfTool)
            : new ObjectLookup(DefinitionFolder.OfTool);

    /// <summary>Finds it.</summary>
    /// <exception cref="Fault">There is none, or it is the name of several.</exception>
    public DefinedObject Find(ObjectQuery query)
    {
        foreach (DefinitionFolder folder in folders)
        {
            IReadOnlyList<DefinedObject> found = folder.Find(query);
            ushort[] ids = [.. found.Select(static one => one.Definition.Id).Distinct()];
            if (ids.Length > 1)
            {
                throw Fault.Usage($"'{query.Name}' is the name of the objects {string.Join(", ", ids)}; write the id of the one you mean");
            }

            if (ids.Length == 1)
            {
                return found[0];
            }
        }

        throw Fault.Usage(
            $"there is no object {query} in {string.Join(" nor in ", folders.Select(static folder => folder.Name))}"
            + DidYouMean(query, folders.SelectMany(static folder => folder.Current).Select(static one => (one.Definition.Id, one.Definition.Name))));
    }

    /// <summary>The newest version of an object, if there is one.</summary>
    public DefinedObject? TryFind(ushort id)
    {
        ObjectQuery query = new(id.ToString(CultureInfo.InvariantCulture), null);
        return folders.SelectMany(folder => folder.Find(query)).FirstOrDefault();
    }

    /// <summary>Whether any object is meant.</summary>
    public bool Knows(ObjectQuery query) => folders.Any(folder => folder.Find(query).Count > 0);

    /// <summary>What there is instead, for the end of a message; empty where nothing resembles.</summary>
    public static string DidYouMean(ObjectQuery query, IEnumerable<(ushort Id, string Name)> known)
    {
        (ushort Id, string Name)[] all = [.. known.Distinct()];
        (ushort Id, string Name)[] same = [.. all.Where(one => query.Means(one.Id, one.Name))];
        if (query.Version is not null && same.Length > 0)
        {
            return $"; there is {string.Join(", ", same.Select(Text))} in another version";
        }

        (ushort Id, string Name)[] close = query.Id is null
            ? Resemblance.Closest(query.Name, all, static one => one.Name)
            : Resemblance.Closest(query.Name, all, static one => one.Id.ToString(CultureInfo.InvariantCulture));
        return close.Length == 0 ? "; 'ipso registry search WORDS' finds objects" : $"; did you mean {string.Join(", ", close.Select(Text))}?";

        static string Text((ushort Id, string Name) one) => $"{one.Id} ({one.Name})";
    }
}
