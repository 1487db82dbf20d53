using Ipso.Tool.CommandLine;

namespace Ipso.Tool.Definitions;

/// <summary>
/// A folder of definitions, as OMNA's registry is one: what is current lies in it, older versions in <c>version_history</c>. Files that
/// define no object are passed over.
/// </summary>
internal sealed class DefinitionFolder
{
    private const string History = "version_history";

    private DefinedObject[]? _current;
    private DefinedObject[]? _all;

    private DefinitionFolder(string path, string name)
    {
        Path = path;
        Name = name;
    }

    /// <summary>The registry that comes with the tool.</summary>
    public static DefinitionFolder OfTool { get; } =
        new(System.IO.Path.Combine(AppContext.BaseDirectory, "registry"), "the tool's own registry");

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>What it is called in a sentence.</summary>
    public string Name { get; }

    /// <summary>The current objects, by id.</summary>
    public IReadOnlyList<DefinedObject> Current => _current ??= Read(Path);

    /// <summary>All of them, older versions too, by id and version.</summary>
    public IReadOnlyList<DefinedObject> All => _all ??= ReadAll();

    /// <summary>A folder that somebody names.</summary>
    /// <exception cref="Fault">It does not exist.</exception>
    public static DefinitionFolder At(string path) => Directory.Exists(path)
        ? new DefinitionFolder(path, $"'{path}'")
        : throw Fault.Usage(File.Exists(path) ? $"'{path}' is a file; a folder of definitions is wanted" : $"there is no folder '{path}'");

    /// <summary>The objects that a query means, the newest version first.</summary>
    public IReadOnlyList<DefinedObject> Find(ObjectQuery query)
    {
        // An id is nearly always its file's name: then that file alone is read.
        if (query.Id is { } id)
        {
            DefinedObject[] found = [.. FilesOf(id).SelectMany(Load).Where(one => Means(one, query))];
            if (found.Length > 0)
            {
                return Newest(found);
            }
        }

        return Newest((query.Version is null ? Current : All).Where(one => Means(one, query)));
    }

    private static bool Means(DefinedObject one, ObjectQuery query) =>
        query.Means(one.Definition.Id, one.Definition.Name, one.Definition.Version);

    private static DefinedObject[] Newest(IEnumerable<DefinedObject> objects) =>
        [.. objects.OrderBy(static one => one.Definition.Id).ThenByDescending(static one => one.Definition.Version)];

    private static IEnumerable<DefinedObject> Load(string path) => DefinitionFile.Load(path, isDeclared: false).Objects;

    private IEnumerable<string> FilesOf(ushort id)
    {
        string current = System.IO.Path.Combine(Path, $"{id}.xml");
        string history = System.IO.Path.Combine(Path, History);
        return (File.Exists(current) ? [current] : Array.Empty<string>())
            .Concat(Directory.Exists(history) ? Directory.EnumerateFiles(history, $"{id}-*.xml") : []);
    }

    private DefinedObject[] ReadAll()
    {
        string history = System.IO.Path.Combine(Path, History);
        var older = Directory.Exists(history) ? Read(history) : [];

        // The history repeats what is current.
        return
        [
            .. Current.Concat(older)
                .DistinctBy(static one => (one.Definition.Id, one.Definition.Version))
                .OrderBy(static one => one.Definition.Id).ThenBy(static one => one.Definition.Version),
        ];
    }

    private static DefinedObject[] Read(string folder)
    {
        string[] files;
        try
        {
            files = Directory.GetFiles(folder, "*.xml");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault.Disk($"'{folder}' cannot be read", e);
        }

        Array.Sort(files, StringComparer.Ordinal);
        return
        [
            .. files.SelectMany(Load)
                .OrderBy(static one => one.Definition.Id).ThenBy(static one => one.Definition.Version),
        ];
    }
}
