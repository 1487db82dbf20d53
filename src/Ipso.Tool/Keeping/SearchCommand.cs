using System.CommandLine;
using System.Globalization;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;
using Ipso.Tool.Keeping.Sources;

namespace Ipso.Tool.Keeping;

/// <summary><c>ipso registry search</c>.</summary>
internal static class SearchCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> words = CommonOptions.Words("WORDS", "What is looked for: in ids, names and descriptions.", ArgumentArity.OneOrMore);
        SourceOptions source = new(RegistrySource.Package);
        Option<bool> json = CommonOptions.Json();
        Command command = new("search", "Finds objects that have all of some words.") { words, json };
        source.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            RegistrySource opened = RegistrySource.Open(
                source.Named(parsed) ?? RegistrySource.Package, Environment.CurrentDirectory, source.Patience(parsed));
            string[] wanted = [.. parsed.GetValue(words)!.SelectMany(static text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
            SourceEntry[] found =
            [
                .. (await opened.ListAsync(cancel))
                    .GroupBy(static entry => entry.Id)
                    .Select(static versions => versions.MaxBy(static entry => entry.Version)!)
                    .Where(entry => wanted.All(word => IsIn(word, entry)))
                    .OrderBy(entry => wanted.All(word => IsInName(word, entry)) ? 0 : 1).ThenBy(static entry => entry.Id),
            ];
            if (parsed.GetValue(json))
            {
                WriteJson(terminal, found);
            }
            else if (found.Length > 0)
            {
                WriteTable(terminal, found);
            }
            else
            {
                terminal.Line($"no object of {Fetching.NameOf(opened.Name)} has all of: {string.Join(' ', wanted)}");
            }

            return (int)(found.Length > 0 ? ExitCode.Done : ExitCode.FaultsFound);
        });
        return command;
    }

    private static bool IsInName(string word, SourceEntry entry) =>
        entry.Id.ToString(CultureInfo.InvariantCulture) == word || Resemblance.Plain(entry.Name).Contains(Resemblance.Plain(word), StringComparison.Ordinal);

    private static bool IsIn(string word, SourceEntry entry) =>
        IsInName(word, entry) || entry.Description.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static void WriteTable(Terminal terminal, SourceEntry[] found)
    {
        TextTable table = new("Id", "Name", "Version", "~Description");
        foreach (SourceEntry entry in found)
        {
            table.Add(entry.Id.ToString(CultureInfo.InvariantCulture), entry.Name, entry.Version.ToString(), entry.Description);
        }

        terminal.Draw(table);
    }

    private static void WriteJson(Terminal terminal, SourceEntry[] found) => terminal.Json(writer =>
    {
        writer.WriteStartArray();
        foreach (SourceEntry entry in found)
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", entry.Id);
            writer.WriteString("name", entry.Name);
            writer.WriteString("version", entry.Version.ToString());
            writer.WriteString("description", entry.Description);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });
}
