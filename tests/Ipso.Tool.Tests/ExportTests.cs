using System.Text.Json;
using Ipso.Tool.Comparison;
using Ipso.Tool.Definitions;
using Ipso.Tool.Exports;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary><c>ipso export</c> and <c>ipso import</c>: JSON Schema, and SDF (RFC 9880) there and back.</summary>
public sealed class ExportTests : IDisposable
{
    private static readonly ObjectXml s_object = new(30001, "Glow")
    {
        Items =
        [
            new(1, "Warmth") { IsMandatory = true, Unit = "Cel", Range = "-40..125.5" },
            new(2, "Hue", "Integer", "RW") { Range = "0..10, 20..30" },
            new(3, "Name", "String") { Range = "1..8 bytes" },
            new(4, "State", "String") { Range = "ON;OFF" },
            new(5, "Key", "Opaque", "W") { Range = "0..4 bytes" },
            new(6, "Sources", "Unsigned Integer") { IsMultiple = true },
            new(7, "Reset", "", "E"),
            new(8, "Mode", "Integer") { Range = "0: OFF 1: ON" },
            new(9, "Peer", "Objlnk"),
            new(10, "Since", "Time"),
            new(11, "Lit", "Boolean"),
        ],
    };

    private readonly TempFolder _folder = new();

    public ExportTests() => _folder.Write("r/30001.xml", s_object.Text);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{ "Warmth": 21.5 }""", "")]
    [InlineData("""{ "Warmth": -40, "Hue": 25, "Name": "eight888", "State": "ON", "Key": "00ff", "Sources": { "0": 1, "65534": 2 }, "Mode": 7, "Peer": "3303:0", "Since": "2026-01-31T12:00:00Z", "Lit": true }""", "")]
    [InlineData("{}", " lacks something")]
    [InlineData("""{ "Warmth": 126 }""", "/Warmth is above 125.5")]
    [InlineData("""{ "Warmth": "warm" }""", "/Warmth is no number")]
    [InlineData("""{ "Warmth": 1, "Hue": 15 }""", "/Hue is in no range")]
    [InlineData("""{ "Warmth": 1, "Hue": 1.5 }""", "/Hue is no integer")]
    [InlineData("""{ "Warmth": 1, "Name": "" }""", "/Name is too short")]
    [InlineData("""{ "Warmth": 1, "Name": "nine99999" }""", "/Name is too long")]
    [InlineData("""{ "Warmth": 1, "State": "on" }""", "/State is none of the words")]
    [InlineData("""{ "Warmth": 1, "Key": "0011223344" }""", "/Key is too long")]
    [InlineData("""{ "Warmth": 1, "Sources": { "0": -1 } }""", "/Sources/0 is below 0")]
    [InlineData("""{ "Warmth": 1, "Sources": { "x": 1 } }""", "/Sources/x is not known")]
    [InlineData("""{ "Warmth": 1, "Peer": "nobody" }""", "/Peer has another form")]
    [InlineData("""{ "Warmth": 1, "Reset": true }""", "/Reset is not known")]
    public void A_schema_takes_what_the_registry_allows_and_nothing_else(string json, string fault)
    {
        using JsonDocument schema = Schema(Object(_folder["r"]));
        using JsonDocument value = JsonDocument.Parse(json);

        Assert.Equal(fault, string.Join("; ", SchemaCheck.Faults(schema.RootElement, value.RootElement)));
    }

    [Fact]
    public void Every_object_of_the_registry_has_a_schema_that_knows_its_resources()
    {
        foreach (DefinedObject item in DefinitionFolder.At(Checkout.LargestRegistry).All)
        {
            using JsonDocument schema = Schema(item);
            Assert.Equal(
                item.Definition.Resources.Count(resource => !resource.IsExecutable), schema.RootElement.GetProperty("properties").EnumerateObject().Count());
            Assert.DoesNotContain(SchemaCheck.Faults(schema.RootElement, JsonDocument.Parse("{}").RootElement), fault => fault.Contains("the word", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_object_of_the_registry_comes_back_from_SDF_as_it_went()
    {
        IReadOnlyList<DefinedObject> all = DefinitionFolder.At(Checkout.LargestRegistry).Current;
        foreach (DefinedObject item in all)
        {
            using JsonDocument model = Written(writer => SdfExport.WriteModel(writer, [item]));
            using JsonDocument mapping = Written(writer => SdfExport.WriteMapping(writer, [item]));

            (ushort id, string xml) = Assert.Single(new SdfImport(mapping.RootElement.GetProperty("map")).Read(model.RootElement));

            DefinitionFile file = DefinitionFile.Read($"{id}.xml", System.Text.Encoding.UTF8.GetBytes(xml), isDeclared: true);
            Assert.Null(file.FirstError());
            Assert.Empty(ObjectComparison.Compare(item, Assert.Single(file.Objects)));
        }

        Assert.True(all.Count > 60);
    }

    [Fact]
    public void A_model_has_no_quality_but_those_of_the_RFC()
    {
        // RFC 9880, 3 and 4: of the blocks that are written here.
        string[] ofObjects = ["label", "description", "minItems", "sdfRequired", "sdfProperty", "sdfAction"];
        string[] ofProperties =
            ["label", "description", "readable", "writable", "observable", "type", "sdfType", "unit", "minimum", "maximum", "enum", "sdfChoice", "items"];
        using JsonDocument model = Written(writer => SdfExport.WriteModel(writer, [Object(_folder["r"])]));

        Assert.Equal(["info", "sdfObject"], Names(model.RootElement));
        JsonElement glow = model.RootElement.GetProperty("sdfObject").GetProperty("Glow");
        Assert.Empty(Names(glow).Except(ofObjects));
        Assert.Equal(["#/sdfObject/Glow/sdfProperty/Warmth"], glow.GetProperty("sdfRequired").EnumerateArray().Select(one => one.GetString()));
        Assert.All(glow.GetProperty("sdfProperty").EnumerateObject(), one => Assert.Empty(Names(one.Value).Except(ofProperties)));
        Assert.Equal(["Reset"], Names(glow.GetProperty("sdfAction")));
        Assert.Equal("""{"label":"Warmth","description":"Made up too.","writable":false,"unit":"Cel","type":"number","minimum":-40,"maximum":125.5}""",
            JsonSerializer.Serialize(glow.GetProperty("sdfProperty").GetProperty("Warmth")));
    }

    [Fact]
    public async Task A_model_and_its_mapping_become_definitions_again()
    {
        (await ExportAsync("model.json", "sdf", "30001")).Succeeds();
        (await ExportAsync("map.json", "sdf-mapping", "30001")).Succeeds();

        Outcome outcome = (await RunAsync("import", "model.json", "--mapping", "map.json", "--output", "out")).Succeeds();

        Assert.Equal($"{Path.Combine("out", "30001.xml")}\n", outcome.Output);
        Assert.Equal("no object differs\n", (await RunAsync("registry", "diff", "r/30001.xml", "out/30001.xml")).Succeeds().Output);
        Assert.EndsWith(": 0 errors, 0 warnings, 0 for information\n", (await RunAsync("lint", "out/30001.xml")).Succeeds().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "sdfObject": { "A": { "sdfEvent": {} } } }""", "#/sdfObject/A has sdfEvent, for which LwM2M has nothing; there is room for label, ")]
    [InlineData("""{ "sdfThing": {} }""", "the model has sdfThing, for which LwM2M has nothing")]
    [InlineData("""{ "info": {} }""", "the model has no sdfObject, so that no LwM2M object can be made of it")]
    [InlineData("""{ "sdfObject": { "B": {} } }""", "the mapping has no id for #/sdfObject/B; SDF has no ids")]
    [InlineData("""{ "sdfObject": { "A": { "sdfProperty": { "P": { "type": "object" } } } } }""", "#/sdfObject/A/sdfProperty/P has the type object, which no type of LwM2M is")]
    [InlineData("""{ "sdfObject": { "A": { "sdfProperty": { "P": { "sdfRef": "#/x" } } } } }""", "#/sdfObject/A/sdfProperty/P has sdfRef, for which LwM2M has nothing")]
    [InlineData("""{ "sdfObject": { "A": { "sdfAction": { "P": { "sdfInputData": {} } } } } }""", "#/sdfObject/A/sdfAction/P has sdfInputData")]
    [InlineData("""{ "sdfObject": [] }""", "the model is not of SDF's form: ")]
    [InlineData("[]", "the model is no JSON object")]
    [InlineData("{", "'model.json' is no JSON: ")]
    public async Task What_does_not_fit_is_one_line_and_nothing_is_written(string model, string part)
    {
        _folder.Write("model.json", model);
        _folder.Write("map.json", """{ "map": { "#/sdfObject/A": { "id": 30001 }, "#/sdfObject/A/sdfProperty/P": { "id": 1 } } }""");

        (await RunAsync("import", "model.json", "--mapping", "map.json", "--output", "out")).FailsWith(2, part);

        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public async Task What_a_model_says_without_a_mapping_of_types_is_taken_as_SDF_has_it()
    {
        _folder.Write("model.json", """
            { "sdfObject": { "A": { "description": "Of somebody else.", "sdfProperty": {
              "Level": { "type": "integer", "minimum": 0, "maximum": 9, "unit": "%" },
              "Blob": { "type": "string", "sdfType": "byte-string", "readable": false },
              "Mode": { "type": "integer", "sdfChoice": { "off": { "const": 0 }, "on": { "const": 1 } } } } } } }
            """);
        _folder.Write("map.json", """
            { "map": { "#/sdfObject/A": { "id": 30002 }, "#/sdfObject/A/sdfProperty/Level": { "id": 3 }, "#/sdfObject/A/sdfProperty/Blob": { "id": 2 }, "#/sdfObject/A/sdfProperty/Mode": { "id": 1 } } }
            """);
        (await RunAsync("import", "model.json", "--mapping", "map.json", "--output", "out")).Succeeds();

        ResourceView[] resources = ResourceView.Of(Object(_folder["out"]).Named);

        Assert.Equal(
            ["1 Mode RW Values.Mode? 0: off 1: on", "2 Blob W ReadOnlyMemory<byte>? ", "3 Level RW long? 0..9"],
            resources.Select(one => $"{one.Definition.Id} {one.Member} {one.Operations} {one.Declaration} {one.Definition.RangeText}"));
    }

    [Theory]
    [InlineData("a JSON Schema is of one object; name one", "json-schema", "3303", "3304")]
    [InlineData("Argument 'xsd' not recognized.", "xsd", "3303")]
    [InlineData("there is no object tempature in the tool's own registry; did you mean 3303 (Temperature)?", "sdf", "tempature")]
    public async Task What_is_wrong_on_the_command_line_is_one_line(string part, params string[] arguments) =>
        (await RunAsync(["export", .. arguments])).FailsWith(2, part);

    private static DefinedObject Object(string folder) => DefinitionFolder.At(folder).Current.Single();

    private static JsonDocument Schema(DefinedObject item) => Written(writer => JsonSchemaExport.Write(writer, item));

    private static JsonDocument Written(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            write(writer);
        }

        return JsonDocument.Parse(stream.ToArray());
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(one => one.Name);

    private async Task<Outcome> ExportAsync(string file, params string[] arguments)
    {
        Outcome outcome = await RunAsync(["export", .. arguments, "--registry", "r"]);
        _folder.Write(file, outcome.Output);
        return outcome;
    }

    private Task<Outcome> RunAsync(params string[] arguments) => ToolProcess.RunAsync(_folder.Path, arguments);
}
