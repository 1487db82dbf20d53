using System.Text.Json;
using Ipso.Generator.Registry;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Exports;

/// <summary>
/// SDF (RFC 9880) of objects: an sdfObject for each, an sdfProperty for each resource with a value, an sdfAction for each executable. SDF has
/// no word for ids, versions and some of LwM2M's types: a mapping beside the model has them, by pointers into it.
/// </summary>
internal static class SdfExport
{
    /// <summary>Writes the model of some objects.</summary>
    public static void WriteModel(Utf8JsonWriter writer, IReadOnlyList<DefinedObject> objects)
    {
        writer.WriteStartObject();
        WriteInfo(writer, objects);
        writer.WriteStartObject("sdfObject");
        foreach (DefinedObject item in objects)
        {
            writer.WritePropertyName(item.Named.TypeName);
            WriteObject(writer, item);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Writes the mapping of their names to LwM2M.</summary>
    public static void WriteMapping(Utf8JsonWriter writer, IReadOnlyList<DefinedObject> objects)
    {
        writer.WriteStartObject();
        WriteInfo(writer, objects);
        writer.WriteStartObject("map");
        foreach (DefinedObject item in objects)
        {
            ObjectDefinition definition = item.Definition;
            writer.WriteStartObject(Pointer(item));
            writer.WriteNumber("id", definition.Id);
            writer.WriteString("version", definition.Version.ToString());
            writer.WriteString("urn", definition.Urn);
            writer.WriteBoolean("mandatory", definition.IsMandatory);
            writer.WriteEndObject();
            foreach (ResourceView resource in ResourceView.Of(item.Named))
            {
                writer.WriteStartObject(Pointer(item, resource));
                writer.WriteNumber("id", resource.Definition.Id);
                if (!resource.Definition.IsExecutable)
                {
                    writer.WriteString("type", resource.Definition.Kind.Word());
                }

                if (resource.Definition.RangeText.Length > 0)
                {
                    writer.WriteString("range", resource.Definition.RangeText);
                }

                writer.WriteEndObject();
            }
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The pointer to an object: <c>#/sdfObject/Temperature</c>.</summary>
    internal static string Pointer(DefinedObject item) => "#/sdfObject/" + item.Named.TypeName;

    private static string Pointer(DefinedObject item, ResourceView resource) =>
        $"{Pointer(item)}/{(resource.Definition.IsExecutable ? "sdfAction" : "sdfProperty")}/{resource.Member}";

    private static void WriteInfo(Utf8JsonWriter writer, IReadOnlyList<DefinedObject> objects)
    {
        writer.WriteStartObject("info");
        writer.WriteString("title", objects.Count == 1 ? objects[0].Definition.Name : $"{objects.Count} LwM2M objects");
        if (objects.Count == 1)
        {
            writer.WriteString("version", objects[0].Definition.Version.ToString());
        }

        writer.WriteEndObject();
    }

    private static void WriteObject(Utf8JsonWriter writer, DefinedObject item)
    {
        ObjectDefinition definition = item.Definition;
        ResourceView[] resources = ResourceView.Of(item.Named);
        writer.WriteStartObject();
        writer.WriteString("label", definition.Name);
        writer.WriteString("description", definition.Description);
        if (definition.IsMultiple)
        {
            // With minItems it is an array of objects (RFC 9880, 4.2).
            writer.WriteNumber("minItems", definition.IsMandatory ? 1 : 0);
        }

        WriteRequired(writer, item, resources);
        WriteAffordances(writer, "sdfProperty", [.. resources.Where(static one => !one.Definition.IsExecutable)], WriteProperty);
        WriteAffordances(writer, "sdfAction", [.. resources.Where(static one => one.Definition.IsExecutable)], static (_, _) => { });
        writer.WriteEndObject();
    }

    private static void WriteRequired(Utf8JsonWriter writer, DefinedObject item, ResourceView[] resources)
    {
        ResourceView[] required = [.. resources.Where(static one => one.Definition.IsMandatory)];
        if (required.Length == 0)
        {
            return;
        }

        writer.WriteStartArray("sdfRequired");
        foreach (ResourceView resource in required)
        {
            writer.WriteStringValue(Pointer(item, resource));
        }

        writer.WriteEndArray();
    }

    private static void WriteAffordances(Utf8JsonWriter writer, string kind, ResourceView[] resources, Action<Utf8JsonWriter, ResourceView> writeMore)
    {
        if (resources.Length == 0)
        {
            return;
        }

        writer.WriteStartObject(kind);
        foreach (ResourceView resource in resources)
        {
            writer.WriteStartObject(resource.Member);
            writer.WriteString("label", resource.Definition.Name);
            writer.WriteString("description", resource.Definition.Description);
            writeMore(writer, resource);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter writer, ResourceView resource)
    {
        // Both are true unless it is said.
        if (!resource.Definition.IsReadable)
        {
            writer.WriteBoolean("readable", false);
            writer.WriteBoolean("observable", false);
        }

        if (!resource.Definition.IsWritable)
        {
            writer.WriteBoolean("writable", false);
        }

        if (!resource.Definition.IsMultiple)
        {
            WriteData(writer, resource.Definition);
            return;
        }

        writer.WriteString("type", "array");
        writer.WriteStartObject("items");
        WriteData(writer, resource.Definition);
        writer.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter writer, ResourceDefinition resource)
    {
        if (resource.Unit.Length > 0)
        {
            writer.WriteString("unit", resource.Unit);
        }

        (string type, string? sdfType) = SdfTypes.Of(resource.Kind);
        if (resource.Enumeration.Count > 0)
        {
            WriteChoice(writer, resource, type);
            return;
        }

        writer.WriteString("type", type);
        if (sdfType is not null)
        {
            writer.WriteString("sdfType", sdfType);
        }

        // Of one interval SDF can say the bounds; all else is in the mapping, as the registry has it.
        if (resource.Range is { Subject: RangeSubject.Value, Intervals: { Count: 1 } intervals })
        {
            writer.WritePropertyName("minimum");
            writer.WriteRawValue(intervals[0].Min);
            writer.WritePropertyName("maximum");
            writer.WriteRawValue(intervals[0].Max);
        }
        else if (resource.Kind == ResourceKind.UnsignedInteger)
        {
            writer.WriteNumber("minimum", 0);
        }
        else if (resource.Range is { Subject: RangeSubject.Words } words)
        {
            writer.WriteStartArray("enum");
            foreach (string word in words.Words)
            {
                writer.WriteStringValue(word);
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteChoice(Utf8JsonWriter writer, ResourceDefinition resource, string type)
    {
        writer.WriteString("type", type);
        writer.WriteStartObject("sdfChoice");
        string[] names = Generator.Naming.ValueNames.Of(resource.Enumeration);
        for (int i = 0; i < names.Length; i++)
        {
            writer.WriteStartObject(names[i]);
            writer.WriteString("label", resource.Enumeration[i].Label);
            writer.WritePropertyName("const");
            writer.WriteRawValue(resource.Enumeration[i].Value);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
