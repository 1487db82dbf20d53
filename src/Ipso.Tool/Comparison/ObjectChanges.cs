using System.Text.Json;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Comparison;

/// <summary>What becomes of one object: changed, new or gone.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Before">Its definition before; null where it is new.</param>
/// <param name="After">Its definition then; null where it is gone.</param>
internal sealed record ObjectChanges(ushort Id, DefinedObject? Before, DefinedObject? After)
{
    private IReadOnlyList<Change>? _changes;

    /// <summary>The changes.</summary>
    public IReadOnlyList<Change> Changes => _changes ??= Find();

    /// <summary>Whether any of them is breaking.</summary>
    public bool IsBreaking => Changes.Any(static change => change.IsBreaking);

    /// <summary>Writes them as text.</summary>
    public void Write(Terminal terminal)
    {
        terminal.Line(Title());
        foreach ((string heading, bool isBreaking) in (ReadOnlySpan<(string, bool)>)[("breaking", true), ("compatible", false)])
        {
            Change[] part = [.. Changes.Where(change => change.IsBreaking == isBreaking)];
            if (part.Length > 0)
            {
                terminal.Line($"  {heading}:");
            }

            foreach (Change change in part)
            {
                terminal.Line($"    {(isBreaking ? '!' : '+')} {change.Words}");
                if (change.Consequence.Length > 0)
                {
                    terminal.Line($"      C#: {change.Consequence}");
                }
            }
        }
    }

    /// <summary>Writes them as JSON.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", Id);
        writer.WriteString("name", (After ?? Before)!.Definition.Name);
        writer.WriteString("from", Before?.Definition.Version.ToString());
        writer.WriteString("to", After?.Definition.Version.ToString());
        writer.WriteBoolean("breaking", IsBreaking);
        writer.WriteStartArray("changes");
        foreach (Change change in Changes)
        {
            writer.WriteStartObject();
            writer.WriteBoolean("breaking", change.IsBreaking);
            if (change.Resource is { } resource)
            {
                writer.WriteNumber("resource", resource);
            }

            writer.WriteString("words", change.Words);
            writer.WriteString("csharp", change.Consequence);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private string Title()
    {
        string name = (After ?? Before)!.Definition.Name;
        return (Before?.Definition.Version, After?.Definition.Version) switch
        {
            ({ } before, { } after) when before == after => $"{Id} {name} {after}",
            ({ } before, { } after) => $"{Id} {name} {before} -> {after}",
            ({ } before, null) => $"{Id} {name} {before} is gone",
            var (_, after) => $"{Id} {name} {after} is new",
        };
    }

    private IReadOnlyList<Change> Find() => (Before, After) switch
    {
        ({ } before, { } after) => ObjectComparison.Compare(before, after) is { Count: > 0 } found
            ? found
            : [new Change(false, null, "the file is written in another way, and says the same")],
        ({ } before, null) => [new Change(true, null, "the object is gone", $"class {before.Named.TypeName} is gone")],
        (_, { } after) => [new Change(false, null, "the object is new", $"class {after.Named.TypeName} is new")],
        _ => [],
    };
}
