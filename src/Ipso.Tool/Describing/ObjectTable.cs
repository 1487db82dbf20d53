using System.Globalization;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Describing;

/// <summary>What an object is, for whoever asks in a terminal.</summary>
internal static class ObjectTable
{
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
        TextTable table = new("Id", "C# name", "Type", "Ops", "Unit", "~Range", "Mandatory", "~Description");
        foreach (ResourceView resource in ResourceView.Of(item.Named))
        {
            table.Add(
                resource.Definition.Id.ToString(CultureInfo.InvariantCulture),
                resource.Member,
                resource.Type,
                resource.Operations,
                resource.Definition.Unit,
                resource.Definition.RangeText,
                resource.Definition.IsMandatory ? "yes" : "",
                resource.Definition.Description);
        }

        terminal.Draw(table);
    }
}
