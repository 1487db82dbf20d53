using System.CommandLine;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Exports;

/// <summary><c>ipso export</c>.</summary>
internal static class ExportCommand
{
    private const string JsonSchema = "json-schema";
    private const string Sdf = "sdf";
    private const string SdfMapping = "sdf-mapping";

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string> form = new("FORM")
        {
            Description = $"{JsonSchema} (2020-12, of one object), {Sdf} (RFC 9880), or {SdfMapping} (what SDF has no word for: ids, versions, types).",
        };
        form.AcceptOnlyFromAmong(JsonSchema, Sdf, SdfMapping);
        Argument<string[]> objects = CommonOptions.Words("OBJECT", "Ids or names.", ArgumentArity.OneOrMore);
        Option<string?> registry = CommonOptions.Registry("The folder of definitions.");
        Command command = new("export", "Writes objects in the forms of others.") { form, objects, registry };
        command.SetAction(parsed =>
        {
            ObjectLookup lookup = ObjectLookup.For(parsed.GetValue(registry));
            DefinedObject[] found = [.. parsed.GetValue(objects)!.Select(text => lookup.Find(ObjectQuery.Parse(text)))];
            switch (parsed.GetValue(form))
            {
                case JsonSchema when found.Length > 1:
                    throw Fault.Usage("a JSON Schema is of one object; name one");
                case JsonSchema:
                    terminal.Json(writer => JsonSchemaExport.Write(writer, found[0]));
                    break;
                case Sdf:
                    terminal.Json(writer => SdfExport.WriteModel(writer, found));
                    break;
                default:
                    terminal.Json(writer => SdfExport.WriteMapping(writer, found));
                    break;
            }

            return (int)ExitCode.Done;
        });
        return command;
    }
}
