using System.Globalization;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;
using Spectre.Console;

namespace Ipso.Tool.Describing;

/// <summary>What an object is, for whoever asks in a terminal.</summary>
internal static class ObjectTable
{
    private static readonly string[] s_columns = ["Id", "C# name", "Type", "Ops", "Unit", "Range", "Mandatory", "Description"];

    /// <summary>Writes it.</summary>
    public static void Write(Terminal terminal, DefinedObject item)
    {
        var definition = item.Definition;
        terminal.Line($"{definition.Name}: object {definition.Id}, version {definition.Version}");
        terminal.Line($"{definition.Urn}, {(definition.IsMultiple ? "multiple instances" : "a single instance")}, "
            + (definition.IsMandatory ? "mandatory" : "optional"));
        terminal.Line($"class {item.Named.Options.Namespace}.{item.Named.TypeName}");
        if (definition.Description.Length > 0)
        {
            terminal.Line();
            terminal.Line(definition.Description);
        }

        terminal.Line();
        Table table = new();
        foreach (string column in s_columns)
        {
            // Text that tells one row from another is not broken; a description is, wherever the terminal ends.
            table.AddColumn(new TableColumn(new Text(column)) { NoWrap = column is not ("Description" or "Range") });
        }

        foreach (ResourceView resource in ResourceView.Of(item.Named))
        {
            table.AddRow(
            [
                new Text(resource.Definition.Id.ToString(CultureInfo.InvariantCulture)),
                new Text(resource.Member),
                new Text(resource.Type),
                new Text(resource.Operations),
                new Text(resource.Definition.Unit),
                new Text(resource.Definition.RangeText),
                new Text(resource.Definition.IsMandatory ? "yes" : ""),
                new Text(resource.Definition.Description),
            ]);
        }

        terminal.Draw(table);
    }
}
