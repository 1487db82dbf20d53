using Ipso.Generator.Naming;
using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Tests;

public class NamingTests
{
    [Theory]
    [InlineData("Sensor Value", "SensorValue")]
    [InlineData("On/Off", "OnOff")]
    [InlineData("Minimum Off-time", "MinimumOffTime")]
    [InlineData("ExtDevInfo", "ExtDevInfo")]
    [InlineData("LwM2M  Server\tURI", "LwM2MServerURI")]
    [InlineData("snake_case_name", "SnakeCaseName")]
    [InlineData("3D mode", "_3DMode")]
    [InlineData("Sensor's state", "SensorsState")]
    [InlineData("Größe", "Größe")]
    [InlineData("e\u0301tat", "E\u0301tat")]
    [InlineData("\u0301x", "X")]
    [InlineData("温度", "温度")]
    [InlineData("x \U0001F321 y", "XY")]
    [InlineData("I\u200Bd", "ID")]
    [InlineData("class", "Class")]
    [InlineData("%", "")]
    [InlineData("", "")]
    public void An_identifier_joins_the_words(string name, string expected) => Assert.Equal(expected, Identifier.Of(name));

    [Theory]
    [InlineData("Company.Things", true)]
    [InlineData("Company.class", false)]
    [InlineData("Company..Things", false)]
    [InlineData("", false)]
    public void A_namespace_is_made_of_identifiers(string text, bool expected) => Assert.Equal(expected, Identifier.IsNamespace(text));

    [Fact]
    public void The_newest_version_has_the_plain_name() => Assert.Equal(
        ["1_1.0.TemperatureV1_0", "1_1.10.Temperature", "1_1.9.TemperatureV1_9"],
        Names((1, "1.9", "Temperature"), (1, "1.10", "Temperature"), (1, "1.0", "Temperature")));

    [Fact]
    public void An_older_version_shows_it_even_under_another_name() => Assert.Equal(
        ["1_1.0.HeatV1_0", "1_2.0.Temperature"],
        Names((1, "1.0", "Heat"), (1, "2.0", "Temperature")));

    [Fact]
    public void Objects_of_one_name_are_told_apart_by_id() => Assert.Equal(
        ["3336_1.0.Location3336V1_0", "3336_2.0.Location3336", "6_1.0.Location6"],
        Names((6, "1.0", "Location"), (3336, "2.0", "location"), (3336, "1.0", "Location")));

    [Fact]
    public void A_name_with_a_number_may_look_like_one() => Assert.Equal(
        ["3336_1.0.Location3336", "6_1.0.Location_6", "9_1.0.Location6_9"],
        Names((6, "1.0", "Location"), (3336, "1.0", "Location"), (9, "1.0", "Location 6")));

    [Fact]
    public void Names_that_differ_in_case_only_are_two_names() => Assert.Equal(
        ["1_1.0.Ph", "2_1.0.PH"],
        Names((1, "1.0", "ph"), (2, "1.0", "PH")));

    [Fact]
    public void An_object_without_a_name_is_called_by_its_id() => Assert.Equal(
        ["1_1.0.Object1", "2_1.0.Info2", "3_1.0._3D"],
        Names((1, "1.0", "%%"), (2, "1.0", "Info"), (3, "1.0", "3D")));

    [Fact]
    public void A_property_keeps_its_name_when_another_version_comes()
    {
        XmlFile alone = XmlFile.Define(1, "Timer", "1.0", XmlFile.Item(7, "Timer"), "a.xml");
        XmlFile newer = XmlFile.Define(1, "Timer", "1.1", "", "b.xml");

        Assert.Contains("double? Timer7 ", GeneratorRun.Of(alone).Sources["1_1.0.Timer.g.cs"], StringComparison.Ordinal);
        Assert.Contains("double? Timer7 ", GeneratorRun.Of(alone, newer).Sources["1_1.0.TimerV1_0.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_minor_version_that_adds_resources_renames_none()
    {
        (int Id, string Name)[] old = [(5, "Zone"), (7, "Zone 12"), (8, "On"), (9, "on")];
        (int Id, string Name)[] added = [(10, "On"), (12, "Zone"), (13, "Zone 12"), (14, "On 9")];

        string[] before = Members(old);

        Assert.Equal(["Zone", "Zone12", "On", "On9"], before);
        Assert.Equal([.. before, "On10", "Zone_12", "Zone1213", "On914"], Members([.. old, .. added]));
        Assert.Equal(Members([.. old, .. added]), Members([.. added, .. old]));
    }

    [Fact]
    public void A_name_of_the_projects_own_holds_for_any_version()
    {
        var run = GeneratorRun.Of(
            new Options().ForFile("a.xml", ("IpsoClassName", "OldTimer")).ForFile("c.xml", ("IpsoClassName", "Timer")),
            XmlFile.Define(1, "Timer", "1.0", "", "a.xml"),
            XmlFile.Define(1, "Timer", "1.1", "", "b.xml"),
            XmlFile.Define(2, "Clock", "1.0", XmlFile.Item(7, "Timer"), "c.xml"));

        Assert.Equal(["1_1.0.OldTimer.g.cs", "1_1.1.Timer1.g.cs", "2_1.0.Timer.g.cs"], run.Sources.Keys);
        run.CompilesCleanly();
    }

    [Fact]
    public void Versions_and_names_live_in_one_program() => GeneratorRun.Of(
        XmlFile.Define(3336, "Location", "1.0", XmlFile.Item(1, "Location"), "a.xml"),
        XmlFile.Define(3336, "Location", "2.0", XmlFile.Item(1, "Location 3336"), "b.xml"),
        XmlFile.Define(6, "Location", "1.0", XmlFile.Item(1, "Location 6") + XmlFile.Item(6, "Location"), "c.xml")).CompilesCleanly();

    private static IEnumerable<string> Names(params (int Id, string Version, string Name)[] objects) =>
        GeneratorRun.Of([.. objects.Select((o, i) => XmlFile.Define(o.Id, o.Name, o.Version, "", $"{i}.xml"))])
            .Sources.Keys.Select(hint => hint.Replace(".g.cs", "", StringComparison.Ordinal));

    // As the constants of the ids have them, ascending by id.
    private static string[] Members((int Id, string Name)[] resources)
    {
        var run = GeneratorRun.Of(XmlFile.Define(1, "A", "1.0", string.Concat(resources.Select(r => XmlFile.Item(r.Id, r.Name)))));
        run.CompilesCleanly();
        return [.. run.Output.GetTypeByMetadataName("Ipso.Objects.A")!.GetTypeMembers("ResourceIds").Single().GetMembers()
            .OfType<IFieldSymbol>().Select(field => field.Name)];
    }

    [Theory]
    [InlineData("K", "\u212A")]
    [InlineData("Ω", "\u2126")]
    [InlineData("Å", "\u212B")]
    [InlineData("ß", "\u1E9E")]
    [InlineData("I", "\u0130")]
    [InlineData("ı", "i")]
    public void Names_that_share_a_small_letter_share_no_field(string one, string other) =>
        GeneratorRun.Of(XmlFile.Define(1, "Thing", "1.0", XmlFile.Item(1, one) + XmlFile.Item(2, other))).CompilesCleanly();

    [Fact]
    public void A_name_that_metadata_would_refuse_is_cut()
    {
        string name = new('漢', 2000);
        var run = GeneratorRun.Of(XmlFile.Define(1, name, "1.0", XmlFile.Item(1, name) + XmlFile.Item(2, name))).CompilesCleanly();

        Assert.Equal([$"1_1.0.{name[..128]}.g.cs"], run.Sources.Keys);
    }
}
