using System.Globalization;
using System.Xml.Linq;
using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Tests;

/// <summary>
/// What an editor offers and shows, and what it underlines: asked of the compiler's semantic model, which is where an editor has it from.
/// </summary>
public class IntelliSenseTests
{
    private static readonly string[] s_ids = ["3", "3303", "3308", "3311"];

    private static readonly Lazy<GeneratorRun> s_run = new(() => GeneratorRun.Of([.. s_ids.Select(Repository.Definition)]));

    // All that is offered on every instance beside the resources: three members of Ipso's and those of every object.
    private static readonly string[] s_everywhere =
        ["BeginUpdate", "Definition", "Equals", "GetHashCode", "GetType", "InstanceId", "ToString"];

    public static TheoryData<string, string> Types => new()
    {
        { "3", "Device" }, { "3303", "Temperature" }, { "3308", "SetPoint" }, { "3311", "LightControl" },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Behind_the_dot_stand_the_resources_and_little_else(string id, string type)
    {
        string[] offered =
        [
            .. Offered(type, "instance")
                .Where(symbol => !symbol.IsStatic && symbol is not INamedTypeSymbol)
                .Select(symbol => symbol.Name)
                .Distinct(),
        ];

        string[] resources = [.. Items(id).Select(NameOf)];
        bool hasClock = resources.Contains("Timestamp") || resources.Contains("FractionalTimestamp");
        Assert.Equal(
            resources.Concat(s_everywhere).Concat(hasClock ? ["TimestampClock"] : []).Order(StringComparer.Ordinal),
            offered.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Behind_the_type_stand_its_id_its_resources_ids_and_its_definition(string id, string type)
    {
        string[] offered =
        [
            .. Offered(type, type).Where(symbol => symbol.IsStatic || symbol is INamedTypeSymbol).Select(symbol => symbol.Name).Distinct(),
        ];

        // Equals and ReferenceEquals are every object's.
        Assert.Equal(
            ["Equals", "Info", "ObjectId", "ReferenceEquals", "ResourceIds"],
            offered.Order(StringComparer.Ordinal));
        IFieldSymbol objectId = TypeOf(type).GetMembers("ObjectId").OfType<IFieldSymbol>().Single();
        Assert.Equal(ushort.Parse(id, CultureInfo.InvariantCulture), objectId.ConstantValue);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_resource_shows_its_description_path_rights_type_range_and_unit(string id, string type)
    {
        string instance = Definition(id).Element("MultipleInstances")!.Value == "Multiple" ? "x" : "0";
        foreach (XElement item in Items(id))
        {
            ISymbol property = Assert.Single(Offered(type, "instance"), symbol => symbol.Name == NameOf(item));
            XElement docs = Docs(property);
            string remarks = docs.Element("remarks")!.Value;

            Assert.IsAssignableFrom<IPropertySymbol>(property);
            Assert.Equal(Words(item.Element("Description")!.Value), docs.Element("summary")!.Value);
            Assert.Equal($"/{id}/{instance}/{item.Attribute("ID")!.Value}", docs.Element("remarks")!.Element("c")!.Value);
            Assert.Contains($", {item.Element("Operations")!.Value}", remarks, StringComparison.Ordinal);
            string presence = item.Element("Mandatory")!.Value == "Mandatory" ? ", mandatory." : ", optional.";
            Assert.Contains(presence, remarks, StringComparison.Ordinal);
            foreach (string fact in new[] { "Type", "RangeEnumeration" }.Select(name => Words(item.Element(name)?.Value ?? "")))
            {
                Assert.Contains(fact, remarks, StringComparison.Ordinal);
            }

            if (item.Element("Units")?.Value is { Length: > 0 } unit)
            {
                Assert.Contains($"unit {unit}", remarks, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_type_shows_a_table_of_its_resources(string id, string type)
    {
        XElement docs = Docs(TypeOf(type));
        XElement table = docs.Element("remarks")!.Element("list")!;

        Assert.Equal(Words(Definition(id).Element("Description1")!.Value), Words(docs.Element("summary")!.Value));
        Assert.Equal("table", table.Attribute("type")!.Value);
        Assert.Equal(
            Items(id).Select(item => $"{item.Attribute("ID")!.Value} P:Ipso.Objects.{type}.{NameOf(item)}"),
            table.Elements("item").Select(row => row.Element("term")!)
                .Select(term => term.Value + term.Element("see")!.Attribute("cref")!.Value));
        Assert.Equal(
            Items(id).Select(item => item.Element("Operations")!.Value),
            table.Elements("item").Select(row => row.Element("description")!.Value.Split(',')[0]));
    }

    [Fact]
    public void Every_documentation_is_well_formed_and_leads_somewhere()
    {
        ISymbol[] documented = [.. TypeOf("Temperature").ContainingNamespace.GetTypeMembers().SelectMany(PublicMembers)];
        int references = 0;
        foreach (ISymbol symbol in documented)
        {
            // One that is not well-formed is an empty text with a comment; one that leads nowhere begins with "!:".
            foreach (string cref in Docs(symbol).DescendantsAndSelf().Attributes("cref").Select(cref => cref.Value))
            {
                references++;
                Assert.NotNull(DocumentationCommentId.GetFirstSymbolForDeclarationId(cref, s_run.Value.Output));
            }
        }

        Assert.True(documented.Length > 100 && references > 50, $"{documented.Length} members, {references} references");
    }

    [Theory]
    // A mandatory resource is forgotten.
    [InlineData("_ = new [|Temperature|]()", "CS9035")]
    [InlineData("_ = new [|Temperature|] { SensorUnits = \"Cel\" }", "CS9035")]
    // A value is of the wrong type.
    [InlineData("_ = new Temperature { SensorValue = [|\"x\"|] }", "CS0029")]
    [InlineData("temperature.SensorUnits = [|21.5|]", "CS0029")]
    [InlineData("device.AvailablePowerSources = [|1|]", "CS0029")]
    // There is no such resource.
    [InlineData("_ = temperature.[|Humidity|]", "CS1061")]
    [InlineData("_ = new Temperature { SensorValue = 1, [|Humidity|] = 2 }", "CS0117")]
    [InlineData("_ = Temperature.ResourceIds.[|Humidity|]", "CS0117")]
    // A mandatory resource cannot be taken away, and a constant stays one.
    [InlineData("temperature.SensorValue = [|null|]", "CS0037")]
    [InlineData("[|Temperature.ObjectId|] = 1", "CS0131")]
    [InlineData("[|temperature.Definition|] = Temperature.Info", "CS0200")]
    // An action is given what cannot handle it: the wrong arguments, a value, a method of another form.
    [InlineData("device.Reboot = () [|=>|] { }", "CS1593")]
    [InlineData("device.Reboot = (arguments, more) [|=>|] { }", "CS1593")]
    [InlineData("device.Reboot = [|true|]", "CS0029")]
    [InlineData("device.[|Reboot|]()", "CS7036")]
    [InlineData("device.Reboot = temperature.[|ToString|]", "CS0123")]
    // Nothing of the wire's side is for users.
    [InlineData("temperature.[|WriteTo|]()", "CS0122")]
    [InlineData("_ = Temperature.[|Create|]()", "CS0117")]
    [InlineData("_ = Temperature.[|Keys|]", "CS0122")]
    public void What_the_registry_does_not_allow_is_underlined(string statement, string id)
    {
        string marked = $$"""
            using Ipso.Objects;

            static class User
            {
                static void Use(Temperature temperature, Device device) { {{statement}}; }
            }
            """;
        int start = marked.IndexOf("[|", StringComparison.Ordinal);
        int end = marked.IndexOf("|]", StringComparison.Ordinal) - 2;
        SyntaxTree tree = Compiler.Parse(marked.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal));

        Diagnostic[] errors =
        [
            .. s_run.Value.Output.AddSyntaxTrees(tree).GetSemanticModel(tree).GetDiagnostics()
                .Where(d => d.Severity == DiagnosticSeverity.Error),
        ];

        Assert.Equal([(id, TextSpan.FromBounds(start, end))], errors.Select(d => (d.Id, d.Location.SourceSpan)));
    }

    [Fact]
    public void Null_for_a_text_or_instances_that_are_mandatory_is_a_warning()
    {
        SyntaxTree tree = Compiler.Parse("""
            static class User
            {
                static void Use(Ipso.Objects.Device device)
                {
                    device.SupportedBindingAndModes = null;
                    device.ErrorCode = null;
                }
            }
            """);

        var warnings = s_run.Value.Output.AddSyntaxTrees(tree).GetSemanticModel(tree).GetDiagnostics();

        Assert.All(warnings, d => Assert.Equal(("CS8625", "null"), (d.Id, tree.GetText().ToString(d.Location.SourceSpan))));
        Assert.Equal(2, warnings.Length);
    }

    private static IEnumerable<ISymbol> PublicMembers(INamedTypeSymbol type) =>
        type.GetMembers()
            .Where(member => member.DeclaredAccessibility == Accessibility.Public)
            .Where(member => member is IPropertySymbol { IsOverride: false } or IFieldSymbol or INamedTypeSymbol)
            .SelectMany(member => member is INamedTypeSymbol nested ? PublicMembers(nested) : [member])
            .Prepend(type);

    /// <summary>What an editor offers behind <c>instance.</c> or <c>Type.</c> in a method of the user's.</summary>
    private static ISymbol[] Offered(string type, string receiver)
    {
        SyntaxTree tree = Compiler.Parse($"static class User {{ static void Use(Ipso.Objects.{type} instance) {{ {receiver}. }} }}");
        SemanticModel model = s_run.Value.Output.AddSyntaxTrees(tree).GetSemanticModel(tree);
        MemberAccessExpressionSyntax access = tree.GetRoot().DescendantNodes().OfType<MemberAccessExpressionSyntax>().Single();
        ITypeSymbol container = receiver == "instance" ? model.GetTypeInfo(access.Expression).Type! : TypeOf(type);
        return
        [
            .. model.LookupSymbols(access.OperatorToken.Span.End, container, includeReducedExtensionMethods: true)
                .Where(symbol => symbol.CanBeReferencedByName),
        ];
    }

    private static INamedTypeSymbol TypeOf(string type) => s_run.Value.Output.GetTypeByMetadataName("Ipso.Objects." + type)!;

    private static XElement Docs(ISymbol symbol) => XElement.Parse(symbol.GetDocumentationCommentXml(CultureInfo.InvariantCulture)!);

    private static XElement Definition(string id) => XDocument.Parse(Repository.Definition(id).Content).Root!.Element("Object")!;

    private static IEnumerable<XElement> Items(string id) =>
        Definition(id).Element("Resources")!.Elements("Item")
            .OrderBy(item => int.Parse(item.Attribute("ID")!.Value, CultureInfo.InvariantCulture));

    // These objects' names are plain words: capitals and no blanks make them C#.
    private static string NameOf(XElement item) =>
        string.Concat(
            from word in item.Element("Name")!.Value.Split(' ', '/', '-')
            where word.Length > 0
            select char.ToUpperInvariant(word[0]) + word[1..]);

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
