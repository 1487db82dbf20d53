using System.CommandLine;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;
using Ipso.Tool.Keeping.Sources;

namespace Ipso.Tool.Keeping;

/// <summary><c>ipso registry add</c>.</summary>
internal static class AddCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> objects = CommonOptions.Words(
            "OBJECT", "Ids or names; with a version, as in 3311@1.0, an update leaves it at that.", ArgumentArity.OneOrMore);
        Option<string?> registry = RegistryCommand.Folder();
        SourceOptions source = new(RegistrySource.Package);
        Option<bool> force = RegistryCommand.Force();
        Option<bool> json = CommonOptions.Json();
        Command command = new("add", "Adds objects to the folder.") { objects, registry, force, json };
        source.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            RegistryFolder folder = RegistryFolder.Open(parsed.GetValue(registry));
            string given = source.Named(parsed) ?? RegistrySource.Package;
            ObjectQuery[] queries = [.. parsed.GetValue(objects)!.Select(ObjectQuery.Parse)];
            RegistrySource opened = RegistrySource.Open(given, Environment.CurrentDirectory, source.Patience(parsed));

            Dictionary<ushort, bool> pinned = [];
            IReadOnlyList<DefinedObject> found = await new Fetching(terminal, opened).GetAsync(
                entries =>
                {
                    pinned.Clear();
                    return Pick(queries, entries, given, pinned);
                },
                cancel);

            string name = RegistrySource.NameFor(given, folder.Path);
            var added = found.Select(item => (Object: Locked(item, name, pinned[item.Definition.Id]), item.File.Content)).ToArray();
            var changed = added.Where(one => IsNew(folder, one.Object, one.Content, parsed.GetValue(force))).ToArray();
            cancel.ThrowIfCancellationRequested();
            if (changed.Length > 0)
            {
                folder.Commit(changed, []);
            }

            Report(terminal, parsed.GetValue(json), [.. added.Select(static one => one.Object)], [.. changed.Select(static one => one.Object)]);
            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <summary>What the lock file says of an object as it comes from its source.</summary>
    internal static LockedObject Locked(DefinedObject item, string source, bool isPinned) => new(
        item.Definition.Id,
        item.Definition.Name,
        item.Definition.Version,
        isPinned,
        $"{item.Definition.Id}.xml",
        source,
        LockFile.HashOf(item.File.Content));

    private static IReadOnlyList<SourceEntry> Pick(
        ObjectQuery[] queries, IReadOnlyList<SourceEntry> entries, string source, Dictionary<ushort, bool> pinned)
    {
        Dictionary<ushort, SourceEntry> picked = [];
        foreach (ObjectQuery query in queries)
        {
            SourceEntry entry = Fetching.Find(query, entries, source);
            if (picked.TryGetValue(entry.Id, out SourceEntry? other) && other.Version != entry.Version)
            {
                throw Fault.Usage($"object {entry.Id} is wanted in the versions {other.Version} and {entry.Version}, and the folder holds one");
            }

            picked[entry.Id] = entry;
            pinned[entry.Id] = query.Version is not null || pinned.GetValueOrDefault(entry.Id);
        }

        return [.. picked.Values.OrderBy(static entry => entry.Id)];
    }

    private static bool IsNew(RegistryFolder folder, LockedObject one, byte[] content, bool isForced)
    {
        if (folder.Lock.Objects.TryGetValue(one.Id, out LockedObject? kept))
        {
            if (isForced)
            {
                return true;
            }

            folder.DemandAsTheyCame([kept]);
            return kept.Sha256 == one.Sha256
                ? kept != one
                : throw Fault.Usage(
                    $"object {one.Id} is kept in version {kept.Version} already; 'ipso registry update {one.Id}' says what another one changes, "
                    + "and --force replaces it");
        }

        string path = folder.PathOf(one.File);
        return isForced || !File.Exists(path) || RegistryFolder.Read(path).AsSpan().SequenceEqual(content)
            ? true
            : throw Fault.Usage($"'{path}' is there, and ipso did not write it; move it away, or let --force replace it");
    }

    private static void Report(Terminal terminal, bool isJson, LockedObject[] added, LockedObject[] changed)
    {
        if (isJson)
        {
            terminal.Json(writer =>
            {
                writer.WriteStartArray();
                foreach (LockedObject one in added)
                {
                    writer.WriteStartObject();
                    ListCommand.WriteFacts(writer, one);
                    writer.WriteBoolean("added", changed.Contains(one));
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
            return;
        }

        foreach (LockedObject one in added)
        {
            terminal.Line($"{(changed.Contains(one) ? "added" : "there already:")} {one.Id} {one.Name} {one.Version}, from {Fetching.NameOf(one.Source)}");
        }
    }
}
