using System.Globalization;
using System.Text.Json;
using Ipso.Generator.Naming;
using Ipso.Generator.Registry;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Payloads;

/// <summary>A record of a payload for people and for machines: what its resource is called, and its value as that resource's type has it.</summary>
/// <param name="Record">The record.</param>
/// <param name="Name">What it is called, or empty.</param>
/// <param name="Resource">Its resource, if that is known.</param>
internal sealed record RecordText(ResourceRecord Record, string Name, ResourceView? Resource)
{
    /// <summary>The value, and what is wrong with it where it is not of the resource's type.</summary>
    public string Value => Record.Value.IsNull ? "null"
        : Resource is null ? Record.Value.ToString()
        : TryShow(Resource.Definition, out string text) ? text
        : $"{Record.Value} (no {Resource.Definition.Kind.Word()})";

    /// <summary>The unit, or empty.</summary>
    public string Unit => Resource?.Definition.Unit ?? "";

    /// <summary>When it was, or empty.</summary>
    public string Time => Record.Time?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "";

    /// <summary>Writes it as JSON.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("path", Record.Path.ToString());
        writer.WriteString("name", Name);
        writer.WritePropertyName("value");
        WriteValue(writer);
        writer.WriteString("unit", Unit);
        if (Record.Time is { } time)
        {
            writer.WriteString("time", time.UtcDateTime);
        }

        writer.WriteEndObject();
    }

    private bool TryShow(ResourceDefinition resource, out string text)
    {
        ResourceValue value = Record.Value;
        text = "";
        switch (resource.Kind)
        {
            case ResourceKind.Integer when value.TryGet(out long integer):
                text = Named(resource, integer.ToString(CultureInfo.InvariantCulture));
                return true;
            case ResourceKind.UnsignedInteger when value.TryGet(out ulong unsigned):
                text = Named(resource, unsigned.ToString(CultureInfo.InvariantCulture));
                return true;
            case ResourceKind.Float when value.TryGet(out double number):
                text = number.ToString(CultureInfo.InvariantCulture);
                return true;
            case ResourceKind.Boolean when value.TryGet(out bool flag):
                text = flag ? "true" : "false";
                return true;
            case ResourceKind.String when value.TryGet(out string? words):
                text = JsonSerializer.Serialize(words, TextJson.Default.String);
                return true;
            case ResourceKind.Opaque when value.TryGet(out ReadOnlyMemory<byte> bytes):
                text = bytes.IsEmpty ? "no bytes" : Convert.ToHexStringLower(bytes.Span);
                return true;
            case ResourceKind.Time when value.TryGet(out DateTimeOffset time):
                text = time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
                return true;
            case ResourceKind.ObjectLink when value.TryGet(out ObjectLink link):
                text = link.IsNull ? $"{link} (nowhere)" : link.ToString();
                return true;
            case ResourceKind.CoreLink when value.TryGet(out CoreLink links):
                text = links.Text;
                return true;
            default:
                return false;
        }
    }

    private static string Named(ResourceDefinition resource, string number)
    {
        for (int i = 0; i < resource.Enumeration.Count; i++)
        {
            if (resource.Enumeration[i].Value == number)
            {
                return $"{number} ({ValueNames.Of(resource.Enumeration)[i]})";
            }
        }

        return number;
    }

    // Numbers and flags are those of JSON, where they fit; all else is text.
    private void WriteValue(Utf8JsonWriter writer)
    {
        ResourceValue value = Record.Value;
        switch (Resource?.Definition.Kind)
        {
            case var _ when value.IsNull:
                writer.WriteNullValue();
                break;
            case ResourceKind.Integer when value.TryGet(out long integer):
                writer.WriteNumberValue(integer);
                break;
            case ResourceKind.UnsignedInteger when value.TryGet(out ulong unsigned):
                writer.WriteNumberValue(unsigned);
                break;
            case ResourceKind.Float when value.TryGet(out double number):
                writer.WriteNumberValue(number);
                break;
            case ResourceKind.Boolean when value.TryGet(out bool flag):
                writer.WriteBooleanValue(flag);
                break;
            case ResourceKind.String when value.TryGet(out string? words):
                writer.WriteStringValue(words);
                break;
            case ResourceKind.Opaque when value.TryGet(out ReadOnlyMemory<byte> bytes):
                writer.WriteStringValue(Convert.ToHexStringLower(bytes.Span));
                break;
            default:
                writer.WriteStringValue(Value);
                break;
        }
    }
}
