using System.Text.Json;
using System.Xml.Linq;
using Ipso.Generator.Registry;
using Ipso.Tool.CommandLine;

namespace Ipso.Tool.Exports;

/// <summary>
/// SDF back to the registry's XML, for what fits: objects of properties and actions, with the types that LwM2M has. What does not fit is
/// told and nothing is made of it. Ids come from a mapping.
/// </summary>
/// <param name="map">The mapping: facts by pointers into the model.</param>
internal sealed class SdfImport(JsonElement map)
{
    private static readonly string[] s_objectQualities =
        ["label", "description", "minItems", "maxItems", "sdfRequired", "sdfProperty", "sdfAction", "$comment"];

    private static readonly string[] s_propertyQualities =
    [
        "label", "description", "readable", "writable", "observable", "unit", "type", "sdfType", "items", "minimum", "maximum", "enum", "sdfChoice",
        "$comment",
    ];

    private static readonly string[] s_actionQualities = ["label", "description", "$comment"];

    /// <summary>Reads all objects of a model: ids, and definitions in the registry's form.</summary>
    /// <exception cref="Fault">Something in it does not fit.</exception>
    public IReadOnlyList<(ushort Id, string Xml)> Read(JsonElement model)
    {
        Demand("", model, ["info", "namespace", "defaultNamespace", "sdfObject", "$comment"]);
        if (!model.TryGetProperty("sdfObject", out JsonElement objects))
        {
            throw Fault.Usage("the model has no sdfObject, so that no LwM2M object can be made of it");
        }

        return [.. objects.EnumerateObject().Select(one => ReadObject("#/sdfObject/" + one.Name, one.Name, one.Value))];
    }

    private (ushort Id, string Xml) ReadObject(string pointer, string name, JsonElement model)
    {
        Demand(pointer, model, s_objectQualities);
        JsonElement facts = Mapped(pointer);
        ushort id = Id(pointer, facts);
        string version = Text(facts, "version") ?? "1.0";
        HashSet<string> required = model.TryGetProperty("sdfRequired", out JsonElement list)
            ? [.. list.EnumerateArray().Select(static one => one.GetString()!)]
            : [];
        var properties = Affordances(model, "sdfProperty").Select(one => ReadProperty($"{pointer}/sdfProperty/{one.Name}", one.Name, one.Value, required));
        var actions = Affordances(model, "sdfAction").Select(one => ReadAction($"{pointer}/sdfAction/{one.Name}", one.Name, one.Value, required));
        ObjectVersion parsed = ObjectVersion.TryParse(version, out ObjectVersion known)
            ? known
            : throw Fault.Usage($"'{version}' at {pointer} in the mapping is no version");
        bool isMultiple = model.TryGetProperty("minItems", out _) || model.TryGetProperty("maxItems", out _);
        bool isMandatory = facts.TryGetProperty("mandatory", out JsonElement mandatory) && mandatory.ValueKind == JsonValueKind.True;
        XElement definition = new(
            "Object",
            new XAttribute("ObjectType", "MODefinition"),
            new XElement("Name", Text(model, "label") ?? name),
            new XElement("Description1", Text(model, "description") ?? ""),
            new XElement("ObjectID", id),
            new XElement("ObjectURN", Text(facts, "urn") ?? ObjectUrn.Of(id, parsed)),
            new XElement("LWM2MVersion", "1.0"),
            new XElement("ObjectVersion", version),
            new XElement("MultipleInstances", isMultiple ? "Multiple" : "Single"),
            new XElement("Mandatory", isMandatory ? "Mandatory" : "Optional"),
            new XElement("Resources", properties.Concat(actions).OrderBy(static item => item.Id).Select(static item => item.Xml)),
            new XElement("Description2"));
        string xml = $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{new XElement("LWM2M", definition).ToString().ReplaceLineEndings("\n")}\n";
        return (id, xml);
    }

    private (ushort Id, XElement Xml) ReadProperty(string pointer, string name, JsonElement model, HashSet<string> required)
    {
        Demand(pointer, model, s_propertyQualities);
        bool isMultiple = Text(model, "type") == "array";
        JsonElement data = isMultiple && model.TryGetProperty("items", out JsonElement items) ? items : model;
        JsonElement facts = Mapped(pointer);
        string operations = (IsTrue("readable") ? "R" : "") + (IsTrue("writable") ? "W" : "");
        string? type = Text(facts, "type") ?? SdfTypes.Word(Text(data, "type"), Text(data, "sdfType"));
        return Item(
            pointer, facts, Text(model, "label") ?? name, operations, isMultiple, required,
            type ?? throw Fault.Usage($"{pointer} has the type {Text(data, "sdfType") ?? Text(data, "type") ?? "of nothing"}, which no type of LwM2M is"),
            Text(facts, "range") ?? Range(data),
            Text(data, "unit") ?? "",
            Text(model, "description") ?? "");

        bool IsTrue(string quality) => !model.TryGetProperty(quality, out JsonElement flag) || flag.ValueKind != JsonValueKind.False;
    }

    private (ushort Id, XElement Xml) ReadAction(string pointer, string name, JsonElement model, HashSet<string> required)
    {
        // An action of LwM2M takes arguments of a form of its own, and gives nothing back.
        Demand(pointer, model, s_actionQualities);
        return Item(pointer, Mapped(pointer), Text(model, "label") ?? name, "E", false, required, "", "", "", Text(model, "description") ?? "");
    }

    private static (ushort Id, XElement Xml) Item(
        string pointer,
        JsonElement facts,
        string name,
        string operations,
        bool isMultiple,
        HashSet<string> required,
        string type,
        string range,
        string unit,
        string description)
    {
        ushort id = Id(pointer, facts);
        return (id, new XElement(
            "Item",
            new XAttribute("ID", id),
            new XElement("Name", name),
            new XElement("Operations", operations),
            new XElement("MultipleInstances", isMultiple ? "Multiple" : "Single"),
            new XElement("Mandatory", required.Contains(pointer) ? "Mandatory" : "Optional"),
            new XElement("Type", type),
            new XElement("RangeEnumeration", range),
            new XElement("Units", unit),
            new XElement("Description", description)));
    }

    private static string Range(JsonElement data)
    {
        if (data.TryGetProperty("sdfChoice", out JsonElement choice))
        {
            return string.Join(' ', choice.EnumerateObject().Select(static one => one.Value.TryGetProperty("const", out JsonElement value)
                ? $"{value.GetRawText()}: {Text(one.Value, "label") ?? one.Name}"
                : throw Fault.Usage($"the choice {one.Name} has no const, and LwM2M has numbers with names alone")));
        }

        return data.TryGetProperty("enum", out JsonElement words) ? string.Join(';', words.EnumerateArray().Select(static word => word.ToString()))
            : data.TryGetProperty("minimum", out JsonElement min) && data.TryGetProperty("maximum", out JsonElement max)
                ? $"{min.GetRawText()}..{max.GetRawText()}"
            : "";
    }

    private static JsonElement.ObjectEnumerator Affordances(JsonElement model, string kind) =>
        model.TryGetProperty(kind, out JsonElement found) ? found.EnumerateObject() : default;

    private JsonElement Mapped(string pointer) =>
        map.ValueKind == JsonValueKind.Object && map.TryGetProperty(pointer, out JsonElement facts) ? facts : default;

    private static ushort Id(string pointer, JsonElement facts) =>
        facts.ValueKind == JsonValueKind.Object
        && facts.TryGetProperty("id", out JsonElement id)
        && id.TryGetUInt16(out ushort number)
        && number != ushort.MaxValue
            ? number
            : throw Fault.Usage(
                $"the mapping has no id for {pointer}; SDF has no ids, so that LwM2M's come from a file of the form "
                + $"{{ \"map\": {{ \"{pointer}\": {{ \"id\": 3303 }} }} }}");

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.GetRawText();

    // What is passed over without a word would be lost.
    private static void Demand(string pointer, JsonElement model, string[] qualities)
    {
        string subject = pointer.Length == 0 ? "the model" : pointer;
        if (model.ValueKind != JsonValueKind.Object)
        {
            throw Fault.Usage($"{subject} is no JSON object");
        }

        foreach (JsonProperty quality in model.EnumerateObject())
        {
            if (!qualities.Contains(quality.Name))
            {
                throw Fault.Usage(
                    $"{subject} has {quality.Name}, for which LwM2M has nothing; there is room for {string.Join(", ", qualities)}");
            }
        }
    }
}
