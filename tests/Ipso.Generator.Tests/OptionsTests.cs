using System.Globalization;
using System.Xml.Linq;
using Ipso.Generator.Project;
using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Tests;

/// <summary>What a project may ask for, and what it is told where that will not do.</summary>
public class OptionsTests
{
    private const string Mandatory = "<Mandatory>Mandatory</Mandatory>";

    private static readonly XmlFile s_sensor = XmlFile.Define(
        1,
        "Sensor",
        "1.0",
        XmlFile.Item(5700, "Sensor Value", more: Mandatory)
            + XmlFile.Item(5601, "Min Measured Value")
            + XmlFile.Item(5602, "Max Measured Value")
            + XmlFile.Item(5605, "Reset", "E", "")
            + XmlFile.Item(5518, "Timestamp", "R", "Time")
            + XmlFile.Item(1, "Note")
            + XmlFile.Item(2, "Note"));

    [Theory]
    [InlineData("", "")]
    [InlineData("true", "")]
    [InlineData("", "Ipso")]
    [InlineData("true", "Ipso")]
    public void An_item_has_plain_names_where_it_is_declared_and_prefixed_ones_anywhere(string declared, string prefix)
    {
        var run = Run(
            ("IpsoDeclared", declared),
            (prefix + "Namespace", "Mine"),
            (prefix + "ClassName", "Probe"),
            (prefix + "Visibility", "internal"),
            (prefix + "Resources", "5601"),
            (prefix + "Measurement", "false"));

        if (declared.Length == 0 && prefix.Length == 0)
        {
            Assert.Equal(
                ["IpsoClassName", "IpsoMeasurement", "IpsoNamespace", "IpsoResources", "IpsoVisibility"],
                run.Diagnostics.Where(d => d.Id == "IPSO0032").Select(Meant).Order(StringComparer.Ordinal));
            Assert.Contains("public sealed partial class Sensor", Source(run), StringComparison.Ordinal);
            return;
        }

        Assert.Empty(run.Diagnostics);
        string source = Source(run);
        Assert.Contains("namespace Mine;", source, StringComparison.Ordinal);
        Assert.Contains("internal sealed partial class Probe", source, StringComparison.Ordinal);
        Assert.Equal(["MinMeasuredValue", "SensorValue"], Properties(source));
        Assert.DoesNotContain("KeepExtremes", source, StringComparison.Ordinal);
        run.CompilesCleanly("class User { object Probe() => new Mine.Probe { SensorValue = 1, MinMeasuredValue = 2 }; }");
    }

    [Fact]
    public void What_an_item_says_goes_before_what_the_project_says()
    {
        var options = new Options(("IpsoNamespace", "All"), ("IpsoVisibility", "internal"), ("IpsoMeasurement", "False"))
            .ForFile("1.xml", ("IpsoDeclared", "true"), ("Namespace", "One"), ("Visibility", ""), ("Measurement", "TRUE"));

        var other = XmlFile.Define(2, "Other", "1.0", XmlFile.Item(5700, "V") + XmlFile.Item(5601, "Min"));
        var run = GeneratorRun.Of(options, s_sensor, other).CompilesCleanly();

        Assert.Contains("namespace One;", run.Sources["1_1.0.Sensor.g.cs"], StringComparison.Ordinal);
        Assert.Contains("internal sealed", run.Sources["1_1.0.Sensor.g.cs"], StringComparison.Ordinal);
        Assert.Contains("KeepExtremes", run.Sources["1_1.0.Sensor.g.cs"], StringComparison.Ordinal);
        Assert.Contains("namespace All;", run.Sources["2_1.0.Other.g.cs"], StringComparison.Ordinal);
        Assert.DoesNotContain("KeepExtremes", run.Sources["2_1.0.Other.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_are_empty_are_not_set()
    {
        string[] names = [.. CompilerVisible("CompilerVisibleItemMetadata", "MetadataName").Where(name => name != "IpsoDeclared")];
        var options = new Options(("IpsoNamespace", ""), ("IpsoVisibility", ""), ("IpsoMeasurement", ""))
            .ForFile("1.xml", [("IpsoDeclared", "true"), .. names.Select(name => (name, " "))]);

        var run = GeneratorRun.Of(options, s_sensor);

        Assert.Equal(Source(GeneratorRun.Of(s_sensor)), Source(run));
        Assert.DoesNotContain(run.Diagnostics, d => d.Id.StartsWith("IPSO003", StringComparison.Ordinal));
    }

    // Of two of one name the second bears its id, with or without the first.
    [Theory]
    [InlineData("5602", "MaxMeasuredValue,SensorValue")]
    [InlineData("5602,5605", "MaxMeasuredValue,Reset,SensorValue")]
    [InlineData("5602; 5518", "MaxMeasuredValue,SensorValue,Timestamp")]
    [InlineData(" max  measured VALUE , timestamp", "MaxMeasuredValue,SensorValue,Timestamp")]
    [InlineData("SensorValue", "SensorValue")]
    [InlineData("Note", "Note,Note2,SensorValue")]
    [InlineData("Note2", "Note2,SensorValue")]
    [InlineData("2", "Note2,SensorValue")]
    public void A_subset_has_what_it_lists_and_what_is_mandatory(string list, string expected)
    {
        var run = Run(("IpsoResources", list)).CompilesCleanly();

        string source = Source(run);
        Assert.Equal(expected.Split(','), Properties(source));
        Assert.DoesNotContain("IPSO0033", run.Diagnostics.Select(d => d.Id));
        Assert.Equal(source.Contains("Note2", StringComparison.Ordinal), run.Diagnostics.Any(d => d.Id == "IPSO0020"));
        Assert.Equal(expected.Split(',').Length, source.Split("ResourceType.").Length - 1);
    }

    [Fact]
    public void IPSO0030_values_that_are_none()
    {
        var run = GeneratorRun.Of(
            new Options(("IpsoNamespace", "1.x"), ("IpsoVisibility", "private"), ("IpsoMeasurement", "no")).ForFile(
                "1.xml",
                ("IpsoDeclared", "true"),
                ("ClassName", "a b"),
                ("Namespace", "A..B"),
                ("IpsoVisibility", "protected"),
                ("Measurement", "1"),
                ("Resources", " , ,")),
            s_sensor);

        Assert.Equal(
            [
                "ClassName is 'a b' and is ignored; write a C# identifier that no member of an object bears",
                "IpsoMeasurement is 'no' and is ignored; write true or false",
                "IpsoNamespace is '1.x' and is ignored; write a C# namespace",
                "IpsoVisibility is 'private' and is ignored; write public or internal",
                "IpsoVisibility is 'protected' and is ignored; write public or internal",
                "Measurement is '1' and is ignored; write true or false",
                "Namespace is 'A..B' and is ignored; write a C# namespace",
                "Resources is ', ,' and is ignored; write ids or names of resources",
            ],
            run.Diagnostics.Where(d => d.Id == "IPSO0030").Select(Message).Order(StringComparer.Ordinal));
        Assert.Equal(Source(GeneratorRun.Of(s_sensor)), Source(run));
    }

    [Fact]
    public void IPSO0032_names_that_are_none()
    {
        var run = Run(
            ("IpsoDeclared", "true"),
            ("Class", "X"),
            ("Access", "internal"),
            ("IpsoName", "X"),
            ("Resource", "5700"),
            ("Measurements", "x"));

        Assert.Equal(
            ["Access Visibility", "Class ClassName", "IpsoName ClassName", "Measurements Measurement", "Resource Resources"],
            run.Diagnostics.Where(d => d.Id == "IPSO0032")
                .Select(d => $"{Message(d).Split('\'')[1]} {Meant(d)}").Order(StringComparer.Ordinal));
        Assert.All(run.Diagnostics.Where(d => d.Id == "IPSO0032"), d => Assert.Equal(DiagnosticSeverity.Warning, d.Severity));
    }

    [Fact]
    public void IPSO0032_is_not_said_of_what_may_be_meant_for_others()
    {
        Assert.DoesNotContain("IPSO0032", Run(("Class", "X"), ("Name", "X")).Diagnostics.Select(d => d.Id));
        Assert.Equal(
            "'IpsoClass' means nothing on this item and is ignored; did you mean IpsoClassName?",
            Message(Assert.Single(Run(("IpsoClass", "X")).Diagnostics, d => d.Id == "IPSO0032")));

        var options = new Options().ForFile("a.xml", ("ClassName", "X"), ("IpsoClass", "X"));
        Assert.Empty(GeneratorRun.Of(options, new XmlFile("a.xml", "<other/>")).Diagnostics);
    }

    [Fact]
    public void IPSO0033_a_resource_that_there_is_not()
    {
        var run = Run(("IpsoDeclared", "true"), ("Resources", "5601,5703,Sensor Valu"));

        Diagnostic[] diagnostics = [.. run.Diagnostics.Where(d => d.Id == "IPSO0033")];
        Assert.Equal(
            [
                "Object 1 (Sensor) has no resource '5703'; it has 1 Note, 2 Note2, 5518 Timestamp, 5601 MinMeasuredValue, "
                    + "5602 MaxMeasuredValue, 5605 Reset, 5700 SensorValue",
                "Object 1 (Sensor) has no resource 'Sensor Valu'; it has 1 Note, 2 Note2, 5518 Timestamp, 5601 MinMeasuredValue, "
                    + "5602 MaxMeasuredValue, 5605 Reset, 5700 SensorValue",
            ],
            diagnostics.Select(Message));
        Assert.Equal(s_sensor.Content.IndexOf("Sensor<", StringComparison.Ordinal), diagnostics[0].Location.SourceSpan.Start);
        Assert.Equal(["MinMeasuredValue", "SensorValue"], Properties(Source(run)));
    }

    [Fact]
    public void IPSO0033_of_all_that_is_listed_leaves_all_that_there_is()
    {
        var run = Run(("IpsoResources", "nothing"));

        Assert.Contains("IPSO0033", run.Diagnostics.Select(d => d.Id));
        Assert.Equal(Source(GeneratorRun.Of(s_sensor)), Source(run));
    }

    [Fact]
    public void IPSO0033_does_not_list_without_end()
    {
        var run = GeneratorRun.Of(
            new Options().ForFile("1.xml", ("IpsoResources", "x")),
            XmlFile.Define(1, "A", "1.0", string.Concat(Enumerable.Range(1, 20).Select(id => XmlFile.Item(id, "R")))));

        Assert.EndsWith("12 R12 and 8 more", Message(Assert.Single(run.Diagnostics, d => d.Id == "IPSO0033")), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_objects_of_one_name_keep_it_in_two_namespaces()
    {
        var run = GeneratorRun.Of(
            new Options().ForFile("3336.xml", ("IpsoNamespace", "Gps")),
            XmlFile.Define(6, "Location", "1.0", XmlFile.Item(0, "Latitude")),
            XmlFile.Define(3336, "Location", "2.0", XmlFile.Item(5514, "Latitude")))
            .CompilesCleanly("class User { object A => new Gps.Location { Latitude = 1 }; Ipso.Objects.Location? B => new() { Latitude = 2 }; }");

        Assert.Empty(run.Diagnostics);
        Assert.Equal(["3336_2.0.Location.g.cs", "6_1.0.Location.g.cs"], run.Sources.Keys);
    }

    [Fact]
    public void An_older_version_has_the_plain_name_in_a_namespace_of_its_own()
    {
        var run = GeneratorRun.Of(
            new Options().ForFile("old.xml", ("IpsoNamespace", "Old")),
            XmlFile.Define(1, "Lamp", "1.0", XmlFile.Item(1, "Dimmer"), "old.xml"),
            XmlFile.Define(1, "Lamp", "1.1", XmlFile.Item(1, "Dimmer"), "new.xml")).CompilesCleanly();

        Assert.Equal(["1_1.0.Lamp.g.cs", "1_1.1.Lamp.g.cs"], run.Sources.Keys);
    }

    [Fact]
    public void A_class_name_for_two_objects_is_told()
    {
        var run = GeneratorRun.Of(
            new Options().ForFile("1.xml", ("IpsoClassName", "Thing")).ForFile("2.xml", ("IpsoClassName", "Thing")),
            XmlFile.Define(1, "A", "1.0", ""),
            XmlFile.Define(2, "B", "1.0", ""));

        Assert.Equal(["IPSO0022", "IPSO0022"], run.Diagnostics.Select(d => d.Id));
        Assert.Equal(["1_1.0.Thing_1.g.cs", "2_1.0.Thing_2.g.cs"], run.Sources.Keys);
    }

    [Fact]
    public void The_compiler_sees_what_the_generator_asks_for()
    {
        string[] misspellings = [.. ItemOptions.Misspellings.Select(pair => pair.Key)];
        string[] plain = [.. ItemOptions.Keys, .. misspellings];

        Assert.Equal(
            plain.Concat(plain.Select(name => "Ipso" + name)).Append(ItemOptions.DeclaredKey).Order(StringComparer.Ordinal),
            CompilerVisible("CompilerVisibleItemMetadata", "MetadataName").Order(StringComparer.Ordinal));
        Assert.Equal(["IpsoNamespace;IpsoVisibility;IpsoMeasurement;IpsoRemote"], CompilerVisible("CompilerVisibleProperty", "Include"));
        Assert.All(ItemOptions.Misspellings, pair => Assert.Contains(pair.Value, ItemOptions.Keys));
    }

    private static IEnumerable<string> CompilerVisible(string item, string attribute) =>
        from node in XDocument.Load(Path.Combine(Repository.Root, "src/Ipso.Generator/build/Ipso.props")).Descendants(item)
        select node.Attribute(attribute)!.Value;

    private static GeneratorRun Run(params (string Key, string Value)[] metadata) =>
        GeneratorRun.Of(new Options().ForFile("1.xml", metadata), s_sensor);

    private static string Source(GeneratorRun run) => Assert.Single(run.Sources).Value;

    private static string[] Properties(string source) =>
    [
        .. source.Split('\n')
            .Where(line => line.StartsWith("    public ", StringComparison.Ordinal) && line.Contains(" set", StringComparison.Ordinal))
            .Select(line => line[..line.IndexOf(" {", StringComparison.Ordinal)].Split(' ')[^1])
            .Where(name => name != "TimestampClock").Order(StringComparer.Ordinal),
    ];

    private static string Meant(Diagnostic d) => Message(d).Split("did you mean ")[1].TrimEnd('?');

    private static string Message(Diagnostic d) => d.GetMessage(CultureInfo.InvariantCulture);
}
