using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;
using Ipso.Tool.Keeping.Sources;

namespace Ipso.Tool.Keeping;

/// <summary>Gets definitions from a source: the ones that are wanted, all or none.</summary>
/// <param name="terminal">Where progress is shown.</param>
/// <param name="source">The source.</param>
internal sealed class Fetching(Terminal terminal, RegistrySource source)
{
    // As many as a server does not mind, and enough that the way to it is no matter.
    private const int AtATime = 8;

    /// <summary>Lists what the source has, picks from that, and gets it.</summary>
    /// <param name="pick">Picks what is wanted; it may throw a <see cref="Fault"/>.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="Fault">The source does not have it, or cannot be reached.</exception>
    public async Task<IReadOnlyList<DefinedObject>> GetAsync(Func<IReadOnlyList<SourceEntry>, IReadOnlyList<SourceEntry>> pick, CancellationToken cancel)
    {
        try
        {
            return await TryAsync(pick, cancel);
        }
        catch (SourceChangedException)
        {
            // It has just become another one: then its index has as well.
        }

        try
        {
            return await TryAsync(pick, cancel);
        }
        catch (SourceChangedException e)
        {
            throw new Fault(ExitCode.Unreachable, e.Message, e);
        }
    }

    /// <summary>The entries that queries mean, of each object the newest version unless another one is asked for.</summary>
    /// <exception cref="Fault">A query means none, or several objects.</exception>
    public static SourceEntry Find(ObjectQuery query, IReadOnlyList<SourceEntry> entries, string source)
    {
        SourceEntry[] found = [.. entries.Where(entry => query.Means(entry.Id, entry.Name, entry.Version)).OrderByDescending(static entry => entry.Version)];
        ushort[] ids = [.. found.Select(static entry => entry.Id).Distinct().Order()];
        return ids.Length switch
        {
            1 => found[0],
            0 => throw Fault.Usage(
                $"there is no object {query} in {NameOf(source)}" + ObjectLookup.DidYouMean(query, entries.Select(static entry => (entry.Id, entry.Name)))),
            _ => throw Fault.Usage($"'{query.Name}' is the name of the objects {string.Join(", ", ids)}; write the id of the one you mean"),
        };
    }

    /// <summary>A source in a sentence.</summary>
    public static string NameOf(string source) => source switch
    {
        RegistrySource.Package => "the tool's own registry",
        RegistrySource.Omna => "OMNA's registry",
        _ => $"'{source}'",
    };

    private async Task<IReadOnlyList<DefinedObject>> TryAsync(
        Func<IReadOnlyList<SourceEntry>, IReadOnlyList<SourceEntry>> pick, CancellationToken cancel)
    {
        IReadOnlyList<SourceEntry> wanted = pick(await source.ListAsync(cancel));
        DefinedObject[] objects = new DefinedObject[wanted.Count];
        return await terminal.WithProgressAsync($"Reading {NameOf(source.Name)}", wanted.Count, async step =>
        {
            // The first that fails stops the others: there is nothing to do with them.
            ParallelOptions options = new() { MaxDegreeOfParallelism = AtATime, CancellationToken = cancel };
            await Parallel.ForAsync(0, wanted.Count, options, async (i, stop) =>
            {
                objects[i] = OnlyOne(await source.FetchAsync(wanted[i], stop));
                step();
            });
            return objects;
        });
    }

    // A file that is kept stands for one object: with two in it, an update of one would be an update of both.
    private static DefinedObject OnlyOne(DefinedObject item) => item.File.Parsed.Objects.Count == 1
        ? item
        : throw Fault.Usage($"'{item.File.Path}' defines {item.File.Parsed.Objects.Count} objects; a file that is kept defines one");
}
