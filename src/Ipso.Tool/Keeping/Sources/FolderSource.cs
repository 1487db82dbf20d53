using Ipso.Tool.Definitions;

namespace Ipso.Tool.Keeping.Sources;

/// <summary>A folder of definitions as a source: the tool's own, or one of the user's.</summary>
internal sealed class FolderSource(string name, DefinitionFolder folder) : RegistrySource
{
    private readonly Dictionary<string, DefinedObject> _read = [];

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override Task<IReadOnlyList<SourceEntry>> ListAsync(CancellationToken cancel)
    {
        List<SourceEntry> entries = [];
        foreach (DefinedObject item in folder.All)
        {
            cancel.ThrowIfCancellationRequested();
            var definition = item.Definition;
            entries.Add(new SourceEntry(definition.Id, definition.Name, definition.Version, definition.Description, item.File.Path));
            _read[item.File.Path] = item;
        }

        return Task.FromResult<IReadOnlyList<SourceEntry>>(entries);
    }

    /// <inheritdoc/>
    protected override Task<DefinitionFile> LoadAsync(SourceEntry entry, CancellationToken cancel) => Task.FromResult(_read[entry.Location].File);
}
