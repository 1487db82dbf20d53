using System.Globalization;
using System.Text.Json;
using Ipso.Generator.Registry;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Exports;

/// <summary>
/// JSON Schema (2020-12) of an object instance as a JSON object: a property for each resource that has a value, by its name in C#; of a
/// multiple one an object by resource instance ids. What JSON Schema has no word for stands under <c>x-lwm2m</c>.
/// </summary>
internal static class JsonSchemaExport
{
    /// <summary>Writes the schema of an object.</summary>
    public static void Write(Utf8JsonWriter writer, DefinedObject item)
    {
        ObjectDefinition definition = item.Definition;
        ResourceView[] values = [.. ResourceView.Of(item.Named).Where(static one => !one.Definition.IsExecutable)];
        writer.WriteStartObject();
        writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        writer.WriteString("$id", definition.Urn);
        writer.WriteString("title", definition.Name);
        writer.WriteString("description", definition.Description);
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        foreach (ResourceView value in values)
        {
            writer.WritePropertyName(value.Member);
            WriteProperty(writer, value);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("required");
        foreach (ResourceView value in values.Where(static one => one.Definition.IsMandatory))
        {
            writer.WriteStringValue(value.Member);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("additionalProperties", false);
        writer.WriteStartObject("x-lwm2m");
        writer.WriteNumber("id", definition.Id);
        writer.WriteString("version", definition.Version.ToString());
        writer.WriteBoolean("multiple", definition.IsMultiple);
        writer.WriteBoolean("mandatory", definition.IsMandatory);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter writer, ResourceView value)
    {
        ResourceDefinition resource = value.Definition;
        writer.WriteStartObject();
        writer.WriteString("title", resource.Name);
        writer.WriteString("description", resource.Description);
        if (resource.Operations == ResourceOperations.Read)
        {
            writer.WriteBoolean("readOnly", true);
        }
        else if (resource.Operations == ResourceOperations.Write)
        {
            writer.WriteBoolean("writeOnly", true);
        }

        if (resource.IsMultiple)
        {
            writer.WriteString("type", "object");
            writer.WriteStartObject("patternProperties");
            writer.WriteStartObject("^(0|[1-9][0-9]{0,4})$");
            WriteValue(writer, resource);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteBoolean("additionalProperties", false);
        }
        else
        {
            WriteValue(writer, resource);
        }

        writer.WriteStartObject("x-lwm2m");
        writer.WriteNumber("id", resource.Id);
        writer.WriteString("type", resource.Kind.Word());
        writer.WriteString("operations", value.Operations);
        if (resource.Unit.Length > 0)
        {
            writer.WriteString("unit", resource.Unit);
        }

        WriteNames(writer, resource);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // Values without a name are valid too, so names are no enum.
    private static void WriteNames(Utf8JsonWriter writer, ResourceDefinition resource)
    {
        if (resource.Enumeration.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("values");
        foreach (NamedValue named in resource.Enumeration)
        {
            writer.WriteString(named.Value, named.Label);
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, ResourceDefinition resource)
    {
        switch (resource.Kind)
        {
            case ResourceKind.Integer:
                writer.WriteString("type", "integer");
                WriteRange(writer, resource.Range, Digits(long.MinValue), Digits(long.MaxValue));
                break;
            case ResourceKind.UnsignedInteger:
                writer.WriteString("type", "integer");
                WriteRange(writer, resource.Range, "0", Digits(ulong.MaxValue));
                break;
            case ResourceKind.Float:
                writer.WriteString("type", "number");
                WriteRange(writer, resource.Range, null, null);
                break;
            case ResourceKind.Boolean:
                writer.WriteString("type", "boolean");
                break;
            case ResourceKind.Opaque:
                writer.WriteString("type", "string");
                writer.WriteString("contentEncoding", "base16");
                WriteLengths(writer, resource.Range, static bytes => 2 * bytes, static bytes => 2 * bytes);
                break;
            case ResourceKind.Time:
                writer.WriteString("type", "string");
                writer.WriteString("format", "date-time");
                break;
            case ResourceKind.ObjectLink:
                writer.WriteString("type", "string");
                writer.WriteString("pattern", "^[0-9]{1,5}:[0-9]{1,5}$");
                break;
            default:
                writer.WriteString("type", "string");
                WriteText(writer, resource.Range);
                break;
        }
    }

    private static void WriteText(Utf8JsonWriter writer, ValueRange? range)
    {
        if (range?.Subject == RangeSubject.Words)
        {
            writer.WriteStartArray("enum");
            foreach (string word in range.Words)
            {
                writer.WriteStringValue(word);
            }

            writer.WriteEndArray();
            return;
        }

        // The registry counts bytes, JSON Schema characters, of which one has up to four: what is certain of them is what is said.
        WriteLengths(writer, range, static bytes => (bytes + 3) / 4, static bytes => bytes);
    }

    private static void WriteLengths(Utf8JsonWriter writer, ValueRange? range, Func<long, long> least, Func<long, long> most)
    {
        if (range?.Subject == RangeSubject.Length
            && long.TryParse(range.Intervals[0].Min, NumberStyles.None, CultureInfo.InvariantCulture, out long min)
            && long.TryParse(range.Intervals[^1].Max, NumberStyles.None, CultureInfo.InvariantCulture, out long max)
            && max < int.MaxValue)
        {
            writer.WriteNumber("minLength", least(min));
            writer.WriteNumber("maxLength", most(max));
        }
    }

    private static void WriteRange(Utf8JsonWriter writer, ValueRange? range, string? min, string? max)
    {
        if (range?.Subject == RangeSubject.Value && range.Intervals.Count > 1)
        {
            writer.WriteStartArray("anyOf");
            foreach (Interval interval in range.Intervals)
            {
                writer.WriteStartObject();
                WriteBounds(writer, interval.Min, interval.Max);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }
        else if (range?.Subject == RangeSubject.Value)
        {
            WriteBounds(writer, range.Intervals[0].Min, range.Intervals[0].Max);
        }
        else if (min is not null && max is not null)
        {
            WriteBounds(writer, min, max);
        }
    }

    private static string Digits(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    // As digits, as they were read: a double would round them.
    private static void WriteBounds(Utf8JsonWriter writer, string min, string max)
    {
        writer.WritePropertyName("minimum");
        writer.WriteRawValue(min);
        writer.WritePropertyName("maximum");
        writer.WriteRawValue(max);
    }
}
