using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Keeping;

/// <summary><c>ipso registry list</c>.</summary>
internal static class ListCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Option<string?> registry = RegistryCommand.Folder();
        Option<bool> json = CommonOptions.Json();
        Command command = new("list", "Says what is in the folder, where it came from, and whether it is as it came.") { registry, json };
        command.SetAction(parsed =>
        {
            RegistryFolder folder = RegistryFolder.Open(parsed.GetValue(registry));
            (LockedObject Object, string State)[] kept =
                [.. folder.Lock.Objects.Values.OrderBy(static one => one.Id).Select(one => (one, Word(folder.StateOf(one))))];
            DefinedObject[] own = Directory.Exists(folder.Path)
                ? [.. DefinitionFolder.At(folder.Path).Current.Where(item => !kept.Any(one => one.Object.File == Path.GetFileName(item.File.Path)))]
                : [];
            if (parsed.GetValue(json))
            {
                WriteJson(terminal, kept, own);
            }
            else
            {
                WriteTable(terminal, folder, kept, own);
            }

            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <summary>What the lock file says of an object.</summary>
    internal static void WriteFacts(Utf8JsonWriter writer, LockedObject one)
    {
        writer.WriteNumber("id", one.Id);
        writer.WriteString("name", one.Name);
        writer.WriteString("version", one.Version.ToString());
        writer.WriteBoolean("pinned", one.IsPinned);
        writer.WriteString("file", one.File);
        writer.WriteString("source", one.Source);
        writer.WriteString("sha256", one.Sha256);
    }

    private static string Word(FileState state) => state switch
    {
        FileState.Edited => "edited",
        FileState.Missing => "missing",
        _ => "",
    };

    private static void WriteTable(Terminal terminal, RegistryFolder folder, (LockedObject Object, string State)[] kept, DefinedObject[] own)
    {
        if (kept.Length + own.Length == 0)
        {
            terminal.Line($"nothing is kept in '{folder.Path}'; 'ipso registry add' adds objects");
            return;
        }

        TextTable table = new("Id", "Name", "Version", "Source", "State");
        foreach ((LockedObject one, string state) in kept)
        {
            string version = one.IsPinned ? $"{one.Version} (pinned)" : one.Version.ToString();
            table.Add(one.Id.ToString(CultureInfo.InvariantCulture), one.Name, version, one.Source, state);
        }

        foreach (DefinedObject item in own)
        {
            table.Add(item.Definition.Id.ToString(CultureInfo.InvariantCulture), item.Definition.Name, item.Definition.Version.ToString(), "", "your own");
        }

        terminal.Draw(table);
    }

    private static void WriteJson(Terminal terminal, (LockedObject Object, string State)[] kept, DefinedObject[] own) => terminal.Json(writer =>
    {
        writer.WriteStartArray();
        foreach ((LockedObject one, string state) in kept)
        {
            writer.WriteStartObject();
            WriteFacts(writer, one);
            writer.WriteString("state", state.Length == 0 ? "as it came" : state);
            writer.WriteEndObject();
        }

        foreach (DefinedObject item in own)
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", item.Definition.Id);
            writer.WriteString("name", item.Definition.Name);
            writer.WriteString("version", item.Definition.Version.ToString());
            writer.WriteString("file", Path.GetFileName(item.File.Path));
            writer.WriteString("state", "your own");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });
}
