using Ipso.Generator.Registry;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Keeping.Sources;

/// <summary>An object that a source has.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name as registered.</param>
/// <param name="Version">Its version.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Location">Where its source has it.</param>
internal sealed record SourceEntry(ushort Id, string Name, ObjectVersion Version, string Description, string Location);

/// <summary>Where definitions come from.</summary>
internal abstract class RegistrySource
{
    /// <summary>The word for the registry that comes with the tool.</summary>
    public const string Package = "package";

    /// <summary>The word for OMNA's registry.</summary>
    public const string Omna = "omna";

    /// <summary>How it is called in the lock file and in messages.</summary>
    public abstract string Name { get; }

    /// <summary>Opens a source by its name.</summary>
    /// <param name="name"><c>package</c>, <c>omna</c>, the URL of a copy of OMNA's files, or a folder.</param>
    /// <param name="folder">What a relative path starts at.</param>
    /// <param name="patience">How long an answer may take.</param>
    /// <exception cref="Fault">There is no such source.</exception>
    public static RegistrySource Open(string name, string folder, TimeSpan patience)
    {
        switch (name)
        {
            case Package:
                return new FolderSource(Package, DefinitionFolder.OfTool);
            case Omna:
                return new WebSource(Omna, WebSource.OmnaFiles, patience);
        }

        if (name.Contains("://", StringComparison.Ordinal))
        {
            return new WebSource(name, WebSource.CheckedUri(name), patience);
        }

        string path = Path.GetFullPath(Path.Combine(folder, name));
        return Directory.Exists(path)
            ? new FolderSource(name, DefinitionFolder.At(path))
            : throw Fault.Usage($"there is no source '{name}'; write {Package}, {Omna}, a URL or a folder that there is");
    }

    /// <summary>The name that a source has in a lock file: of a folder the path from the lock file on, so that it holds wherever one stands.</summary>
    public static string NameFor(string given, string registryFolder) =>
        given is Package or Omna || given.Contains("://", StringComparison.Ordinal) || Path.IsPathRooted(given)
            ? given
            : Path.GetRelativePath(registryFolder, given).Replace('\\', '/');

    /// <summary>All that it has, by id and version.</summary>
    public abstract Task<IReadOnlyList<SourceEntry>> ListAsync(CancellationToken cancel);

    /// <summary>The definition of an object, which is the one that was listed.</summary>
    /// <exception cref="Fault">It cannot be had, or it is no definition, or another one.</exception>
    public async Task<DefinedObject> FetchAsync(SourceEntry entry, CancellationToken cancel)
    {
        DefinitionFile file = await LoadAsync(entry, cancel);
        if (file.FirstError() is { } error)
        {
            throw new Fault(ExitCode.Unreachable, $"what {Name} has for object {entry.Id} is no sound definition: {error}");
        }

        DefinedObject[] objects = [.. file.Objects];
        string found = objects.Length == 0 ? "no object" : string.Join(", ", objects.Select(static one => one.Title));
        DefinedObject? wanted = objects.FirstOrDefault(one => one.Definition.Id == entry.Id && one.Definition.Version == entry.Version);
        return wanted ?? throw new SourceChangedException(
            $"'{file.Path}' defines {found}, and the index of {Name} has "
            + $"{entry.Id} {entry.Name} {entry.Version} there: it changed while it was read, or its index is wrong; try again later");
    }

    /// <summary>Reads a definition.</summary>
    protected abstract Task<DefinitionFile> LoadAsync(SourceEntry entry, CancellationToken cancel);
}

/// <summary>What a source has is not what it listed a moment ago.</summary>
internal sealed class SourceChangedException(string message) : Exception(message);
