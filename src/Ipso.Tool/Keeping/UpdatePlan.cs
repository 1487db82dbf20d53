using Ipso.Tool.CommandLine;
using Ipso.Tool.Comparison;
using Ipso.Tool.Definitions;
using Ipso.Tool.Keeping.Sources;

namespace Ipso.Tool.Keeping;

/// <summary>An object that is to be replaced.</summary>
/// <param name="Changes">What that changes.</param>
/// <param name="Next">What the lock file is to say of it.</param>
/// <param name="Content">The file's new content.</param>
internal sealed record Update(ObjectChanges Changes, LockedObject Next, byte[] Content);

/// <summary>What an update of a folder is to do.</summary>
/// <param name="Updates">The objects that differ, by id.</param>
/// <param name="Remarks">What else there is to say.</param>
internal sealed record UpdatePlan(IReadOnlyList<Update> Updates, IReadOnlyList<string> Remarks)
{
    /// <summary>Asks the sources and compares; nothing is written.</summary>
    /// <param name="terminal">Where progress is shown.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="objects">The objects to look at.</param>
    /// <param name="source">Another source for all of them, if one is named.</param>
    /// <param name="patience">How long an answer may take.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<UpdatePlan> MakeAsync(
        Terminal terminal, RegistryFolder folder, IReadOnlyList<LockedObject> objects, string? source, TimeSpan patience, CancellationToken cancel)
    {
        List<Update> updates = [];
        List<string> remarks = [];
        string? named = source is null ? null : RegistrySource.NameFor(source, folder.Path);
        foreach (var group in objects.GroupBy(one => named ?? one.Source))
        {
            List<string> said = [];
            RegistrySource opened = RegistrySource.Open(group.Key, folder.Path, patience);
            IReadOnlyList<DefinedObject> found = await new Fetching(terminal, opened).GetAsync(
                entries =>
                {
                    said.Clear();
                    return Pick([.. group], entries, group.Key, said);
                },
                cancel);
            remarks.AddRange(said);
            foreach (DefinedObject item in found)
            {
                LockedObject one = folder.Lock.Objects[item.Definition.Id];
                LockedObject next = AddCommand.Locked(item, group.Key, one.IsPinned) with { File = one.File };
                if (Compare(folder, one, item, next) is { } update)
                {
                    updates.Add(update);
                }
            }
        }

        return new UpdatePlan([.. updates.OrderBy(static update => update.Next.Id)], remarks);
    }

    private static List<SourceEntry> Pick(LockedObject[] objects, IReadOnlyList<SourceEntry> entries, string source, List<string> remarks)
    {
        List<SourceEntry> picked = [];
        var byId = entries.ToLookup(static entry => entry.Id);
        foreach (LockedObject one in objects)
        {
            SourceEntry? newest = byId[one.Id].Where(entry => !one.IsPinned || entry.Version == one.Version).MaxBy(static entry => entry.Version);
            if (newest is null)
            {
                string version = one.IsPinned ? $" in version {one.Version}" : "";
                remarks.Add($"{one.Id} {one.Name} is not in {Fetching.NameOf(source)}{version} any more; what is kept stays");
            }
            else if (newest.Version.CompareTo(one.Version) < 0)
            {
                remarks.Add($"{one.Id} {one.Name} is kept in version {one.Version}, and {Fetching.NameOf(source)} has {newest.Version}; what is kept stays");
            }
            else
            {
                picked.Add(newest);
            }
        }

        return picked;
    }

    private static Update? Compare(RegistryFolder folder, LockedObject one, DefinedObject item, LockedObject next)
    {
        string path = folder.PathOf(one.File);
        byte[] content = File.Exists(path) ? RegistryFolder.Read(path) : [];
        if (content.AsSpan().SequenceEqual(item.File.Content))
        {
            return null;
        }

        // Where --force goes on without the file, or with one that is broken, there is nothing to compare with.
        DefinedObject? before = DefinitionFile.Read(path, content, isDeclared: false).Objects.FirstOrDefault(old => old.Definition.Id == one.Id);
        return new Update(new ObjectChanges(one.Id, before, item), next, item.File.Content);
    }
}
