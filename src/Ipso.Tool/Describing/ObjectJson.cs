using System.Text.Json;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Describing;

/// <summary>What an object is, for machines.</summary>
internal static class ObjectJson
{
    /// <summary>Writes it as one JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, DefinedObject item)
    {
        var definition = item.Definition;
        writer.WriteStartObject();
        writer.WriteNumber("id", definition.Id);
        writer.WriteString("name", definition.Name);
        writer.WriteString("version", definition.Version.ToString());
        writer.WriteString("urn", definition.Urn);
        writer.WriteString("class", $"{item.Named.Options.Namespace}.{item.Named.TypeName}");
        writer.WriteBoolean("multiple", definition.IsMultiple);
        writer.WriteBoolean("mandatory", definition.IsMandatory);
        writer.WriteString("description", definition.Description);
        writer.WriteStartArray("resources");
        foreach (ResourceView resource in ResourceView.Of(item.Named))
        {
            Write(writer, resource);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ResourceView resource)
    {
        var definition = resource.Definition;
        writer.WriteStartObject();
        writer.WriteNumber("id", definition.Id);
        writer.WriteString("name", definition.Name);
        writer.WriteString("member", resource.Member);
        writer.WriteString("csharp", resource.Declaration);
        writer.WriteString("type", Generator.Registry.RegistryWords.Word(definition.Kind));
        writer.WriteString("operations", resource.Operations);
        writer.WriteBoolean("multiple", definition.IsMultiple);
        writer.WriteBoolean("mandatory", definition.IsMandatory);
        writer.WriteString("unit", definition.Unit);
        writer.WriteString("range", definition.RangeText);
        writer.WriteString("description", definition.Description);
        writer.WriteEndObject();
    }
}
