using System.CommandLine;
using System.Text;
using System.Text.Json;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;
using Ipso.Tool.Storage;

namespace Ipso.Tool.Exports;

/// <summary><c>ipso import</c>.</summary>
internal static class ImportCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = new("MODEL") { Description = "A model in SDF (RFC 9880)." };
        Option<string> mapping = new("--mapping", "-m")
        {
            Description = "The file that has the ids, as 'ipso export sdf-mapping' writes one.",
            HelpName = "FILE",
            Required = true,
        };
        Option<string> output = new("--output", "-o") { Description = "The folder to write definitions into.", HelpName = "FOLDER", Required = true };
        Command command = new("import", "Makes definitions of a model in SDF, where all of it fits.") { model, mapping, output };
        command.SetAction(parsed =>
        {
            using JsonDocument read = Load(parsed.GetValue(model)!);
            using JsonDocument mapped = Load(parsed.GetValue(mapping)!);
            bool hasMap = mapped.RootElement.ValueKind == JsonValueKind.Object;
            JsonElement map = hasMap && mapped.RootElement.TryGetProperty("map", out JsonElement found) ? found : default;
            IReadOnlyList<(ushort Id, string Xml)> definitions = Read(read.RootElement, map);
            string folder = parsed.GetValue(output)!;
            using FolderTransaction transaction = FolderTransaction.Begin(folder);
            foreach ((ushort id, string xml) in definitions)
            {
                DefinitionFile file = DefinitionFile.Read($"{id}.xml", Encoding.UTF8.GetBytes(xml), isDeclared: true);
                if (file.FirstError() is { } error)
                {
                    throw Fault.Usage($"what the model says makes no sound definition: {error}");
                }

                transaction.Write($"{id}.xml", file.Content);
            }

            transaction.Commit();
            foreach ((ushort id, _) in definitions)
            {
                terminal.Line(Path.Combine(folder, $"{id}.xml"));
            }

            return (int)ExitCode.Done;
        });
        return command;
    }

    private static IReadOnlyList<(ushort Id, string Xml)> Read(JsonElement model, JsonElement map)
    {
        try
        {
            return new SdfImport(map).Read(model);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // A list where an object should be, or a character that XML cannot hold.
            throw Fault.Usage($"the model is not of SDF's form: {Fault.ReasonOf(e)}");
        }
    }

    private static JsonDocument Load(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw Fault.Usage($"'{path}' is no JSON: {Fault.ReasonOf(e)}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Fault.Usage($"there is no file '{path}'");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault.Disk($"'{path}' cannot be read", e);
        }
    }
}
