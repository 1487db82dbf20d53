using System.CommandLine;
using Ipso.Generator.Emit;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;
using Ipso.Tool.Pages;

namespace Ipso.Tool.Describing;

/// <summary><c>ipso describe</c>: what objects are.</summary>
internal static class DescribeCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> objects = CommonOptions.Words(
            "OBJECT",
            "An id or a name, perhaps with a version: 3303, light-control, 3311@1.0. With --markdown or --html: none means all.",
            ArgumentArity.ZeroOrMore);
        Option<string?> registry = CommonOptions.Registry(
            $"The folder of definitions; else {CommonOptions.DefaultFolder}/, if there is one, and what comes with the tool.");
        Option<bool> csharp = new("--csharp") { Description = "Print the code that the generator makes of it." };
        Option<bool> json = CommonOptions.Json();
        Option<string?> markdown = new("--markdown")
        {
            Description = "Write pages in Markdown into a folder: one for each object, and an index.",
            HelpName = "OUT",
        };
        Option<string?> html = new("--html") { Description = "Write pages in HTML, with a search, into a folder.", HelpName = "OUT" };
        Command command = new("describe", "Says what an object is: its resources, what a server may do with them, and their names in C#.")
        {
            objects, registry, csharp, json, markdown, html,
        };
        command.SetAction(parsed =>
        {
            ObjectLookup lookup = ObjectLookup.For(parsed.GetValue(registry));
            string[] wanted = parsed.GetValue(objects) ?? [];
            string? pages = parsed.GetValue(markdown) ?? parsed.GetValue(html);
            if (pages is not null)
            {
                PageFormat format = parsed.GetValue(markdown) is not null ? MarkdownPages.Format : HtmlPages.Format;
                WritePages(terminal, pages, format, wanted.Length == 0 ? lookup.Folders[0].All : Find(lookup, wanted));
                return (int)ExitCode.Done;
            }

            if (wanted.Length == 0)
            {
                throw Fault.Usage("which object? Write an id or a name, for example: ipso describe 3303");
            }

            DefinedObject[] found = Find(lookup, wanted);
            if (parsed.GetValue(json))
            {
                WriteJson(terminal, found);
            }
            else if (parsed.GetValue(csharp))
            {
                WriteCode(terminal, found);
            }
            else
            {
                WriteTables(terminal, found);
            }

            return (int)ExitCode.Done;
        });
        command.Validators.Add(result =>
        {
            Option[] given = [.. new Option[] { csharp, json, markdown, html }.Where(one => result.GetResult(one) is not null)];
            if (given.Length > 1)
            {
                result.AddError($"{given[0].Name} and {given[1].Name} ask for different things");
            }
        });
        return command;
    }

    private static DefinedObject[] Find(ObjectLookup lookup, string[] wanted) =>
        [.. wanted.Select(text => lookup.Find(ObjectQuery.Parse(text)))];

    private static void WritePages(Terminal terminal, string folder, PageFormat format, IReadOnlyList<DefinedObject> objects)
    {
        int files = PageSet.Write(folder, objects, format);
        terminal.Line($"{files} files about {objects.Count} object{(objects.Count == 1 ? "" : "s")} in '{folder}'");
    }

    private static void WriteTables(Terminal terminal, DefinedObject[] found)
    {
        for (int i = 0; i < found.Length; i++)
        {
            if (i > 0)
            {
                terminal.Line();
            }

            ObjectTable.Write(terminal, found[i]);
        }
    }

    private static void WriteCode(Terminal terminal, DefinedObject[] found)
    {
        foreach (KeyValuePair<string, string> source in found.SelectMany(static item => ObjectSource.Emit(item.Named)))
        {
            terminal.Output.Write(source.Value);
        }
    }

    // One object is an object, several are an array: each as a reader expects it.
    private static void WriteJson(Terminal terminal, DefinedObject[] found) => terminal.Json(writer =>
    {
        if (found.Length == 1)
        {
            ObjectJson.Write(writer, found[0]);
            return;
        }

        writer.WriteStartArray();
        foreach (DefinedObject item in found)
        {
            ObjectJson.Write(writer, item);
        }

        writer.WriteEndArray();
    });
}
