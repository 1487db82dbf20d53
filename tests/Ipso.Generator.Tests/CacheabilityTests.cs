using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Tests;

/// <summary>An edit costs what it changes and nothing more.</summary>
public class CacheabilityTests
{
    private static readonly XmlFile s_lamp = XmlFile.Define(1, "Lamp", "1.0", XmlFile.Item(1, "Brightness"), "/x/lamp.xml");
    private static readonly XmlFile s_door = XmlFile.Define(2, "Door", "1.0", XmlFile.Item(1, "Angle", more: "<RangeEnumeration>odd</RangeEnumeration>"), "/x/door.xml");

    private static readonly Type[] s_banned = [typeof(Compilation), typeof(ISymbol), typeof(SyntaxNode), typeof(SyntaxTree), typeof(Location)];

    [Fact]
    public void At_first_all_is_new()
    {
        var run = GeneratorRun.Of(s_lamp, s_door);

        AssertReasons(
            run, files: "New,New", parsed: "New,New", models: "New,New", names: "New", objects: "New,New", sources: "New,New");
    }

    [Fact]
    public void An_unrelated_tree_costs_nothing()
    {
        var run = GeneratorRun.Of(s_lamp, s_door).AgainWith(Compiler.Parse("class C;"));

        AssertReasons(
            run, files: "Cached,Cached", parsed: "Cached,Cached", models: "Cached,Cached", names: "Cached", objects: "Cached,Cached", sources: "Cached,Cached");
        Assert.Equal(["Cached"], run.OutputReasons);
    }

    [Fact]
    public void Options_of_the_same_values_parse_nothing()
    {
        var run = GeneratorRun.Of(new Options(("IpsoNamespace", "A")), s_lamp, s_door)
            .Again(driver => driver.WithUpdatedAnalyzerConfigOptions(new Options(("IpsoNamespace", "A"))));

        AssertReasons(
            run, files: "Unchanged,Unchanged", parsed: "Cached,Cached", models: "Cached,Cached", names: "Cached", objects: "Cached,Cached", sources: "Cached,Cached");
        Assert.Equal(["Cached"], run.OutputReasons);
    }

    [Fact]
    public void Options_of_other_values_reach_all()
    {
        var run = GeneratorRun.Of(new Options(("IpsoVisibility", "public")), s_lamp, s_door)
            .Again(driver => driver.WithUpdatedAnalyzerConfigOptions(new Options(("IpsoVisibility", "internal"))));

        AssertReasons(
            run, files: "Modified,Modified", parsed: "Modified,Modified", models: "Modified,Modified", names: "Cached", objects: "Modified,Modified", sources: "Modified,Modified");
    }

    [Fact]
    public void A_namespace_decides_the_names_too()
    {
        var run = GeneratorRun.Of(new Options(("IpsoNamespace", "A")), s_lamp, s_door)
            .Again(driver => driver.WithUpdatedAnalyzerConfigOptions(new Options(("IpsoNamespace", "B"))));

        AssertReasons(
            run, files: "Modified,Modified", parsed: "Modified,Modified", models: "Modified,Modified", names: "Modified", objects: "Modified,Modified", sources: "Modified,Modified");
    }

    [Fact]
    public void Metadata_of_one_item_reach_one_source()
    {
        var run = GeneratorRun.Of(Metadata("1,2", "true"), s_lamp, s_door)
            .Again(driver => driver.WithUpdatedAnalyzerConfigOptions(Metadata("1, 2", "true")));

        AssertReasons(
            run, files: "Unchanged,Unchanged", parsed: "Cached,Cached", models: "Cached,Cached", names: "Cached", objects: "Cached,Cached", sources: "Cached,Cached");

        run = run.Again(driver => driver.WithUpdatedAnalyzerConfigOptions(Metadata("1,2", "false")));

        AssertReasons(
            run, files: "Modified,Unchanged", parsed: "Modified,Cached", models: "Modified,Cached", names: "Cached", objects: "Modified,Cached", sources: "Modified,Cached");

        static Options Metadata(string resources, string measurement) =>
            new Options().ForFile("/x/lamp.xml", ("IpsoResources", resources), ("IpsoMeasurement", measurement), ("Name", "x"));
    }

    [Fact]
    public void A_file_of_the_same_text_emits_nothing()
    {
        var run = GeneratorRun.Of(s_lamp, s_door).Again(driver => driver.ReplaceAdditionalText(s_lamp, Edit(s_lamp, "", "")));

        AssertReasons(
            run, files: "Modified,Cached", parsed: "Unchanged,Cached", models: "Cached,Cached", names: "Cached", objects: "Cached,Cached", sources: "Cached,Cached");
        Assert.Equal(["Cached"], run.OutputReasons);
    }

    [Fact]
    public void A_comment_emits_nothing_but_moves_the_faults()
    {
        var run = GeneratorRun.Of(s_lamp, s_door).Again(driver => driver.ReplaceAdditionalText(s_door, Edit(s_door, "<ObjectID>", "<!-- A note.\n -->\n<ObjectID>")));

        AssertReasons(
            run, files: "Cached,Modified", parsed: "Cached,Modified", models: "Cached,Unchanged", names: "Cached", objects: "Cached,Cached", sources: "Cached,Cached");
        Assert.Equal("Cached,Modified", run.Reasons(TrackingNames.Faults));
        Assert.Equal(2, Assert.Single(run.Diagnostics).Location.GetLineSpan().StartLinePosition.Line);
    }

    [Fact]
    public void One_of_two_files_emits_one_source()
    {
        var run = GeneratorRun.Of(s_lamp, s_door).Again(driver => driver.ReplaceAdditionalText(s_lamp, Edit(s_lamp, "Brightness", "Colour")));

        AssertReasons(
            run, files: "Modified,Cached", parsed: "Modified,Cached", models: "Modified,Cached", names: "Cached", objects: "Modified,Cached", sources: "Modified,Cached");
    }

    [Fact]
    public void Another_name_emits_one_source()
    {
        var run = GeneratorRun.Of(s_lamp, s_door).Again(driver => driver.ReplaceAdditionalText(s_lamp, Edit(s_lamp, "Lamp", "Light")));

        AssertReasons(
            run, files: "Modified,Cached", parsed: "Modified,Cached", models: "Modified,Cached", names: "Modified", objects: "Modified,Cached", sources: "Modified,Cached");
    }

    [Fact]
    public void A_file_more_emits_one_source()
    {
        var run = GeneratorRun.Of(s_lamp, s_door).Again(driver => driver.AddAdditionalTexts([XmlFile.Define(3, "Bell", "1.0", "")]));

        AssertReasons(
            run, files: "Cached,Cached,New", parsed: "Cached,Cached,New", models: "Cached,Cached,New", names: "Modified", objects: "Cached,Cached,New", sources: "Cached,Cached,New");
    }

    [Fact]
    public void A_file_less_emits_no_source()
    {
        var run = GeneratorRun.Of(s_lamp, s_door).Again(driver => driver.RemoveAdditionalTexts([s_lamp]));

        AssertReasons(
            run, files: "Removed,Cached", parsed: "Removed,Cached", models: "Removed,Cached", names: "Modified", objects: "Removed,Cached", sources: "Removed,Cached");
        Assert.Equal(["2_1.0.Door.g.cs"], run.Sources.Keys);
    }

    [Fact]
    public void A_file_in_another_folder_emits_nothing()
    {
        var run = GeneratorRun.Of(s_lamp, s_door).Again(driver => driver.ReplaceAdditionalText(s_lamp, new XmlFile("/y/lamp.xml", s_lamp.Content)));

        Assert.Equal("Cached,Cached", run.SourceReasons);
    }

    [Fact]
    public void A_second_object_of_a_name_emits_both()
    {
        var run = GeneratorRun.Of(s_lamp, s_door).Again(driver => driver.AddAdditionalTexts([XmlFile.Define(3, "Lamp", "1.0", "")]));

        Assert.Equal("Modified,Cached,New", run.SourceReasons);
        Assert.Equal(["1_1.0.Lamp1.g.cs", "2_1.0.Door.g.cs", "3_1.0.Lamp3.g.cs"], run.Sources.Keys);
    }

    [Fact]
    public void No_step_holds_on_to_the_compilation_or_to_a_file()
    {
        var run = GeneratorRun.Of(Repository.Files(Repository.RegistryXml));

        foreach (var (name, steps) in run.Result.TrackedSteps.Where(step => OurSteps.Contains(step.Key)))
        {
            foreach (var (value, _) in steps.SelectMany(step => step.Outputs))
            {
                ObjectGraph.AssertFreeOf(value, name, name == TrackingNames.Files ? s_banned : [.. s_banned, typeof(AdditionalText)]);
            }
        }
    }

    [Fact]
    public void Every_step_bears_its_name()
    {
        var run = GeneratorRun.Of(s_lamp);

        Assert.Superset(OurSteps, run.Result.TrackedSteps.Keys.ToHashSet());
    }

    private static HashSet<string> OurSteps => [.. typeof(TrackingNames).GetFields().Select(f => (string)f.GetValue(null)!)];

    private static void AssertReasons(GeneratorRun run, string files, string parsed, string models, string names, string objects, string sources) =>
        Assert.Equal(
            (files, parsed, models, names, objects, sources),
            (run.Reasons(TrackingNames.Files), run.Reasons(TrackingNames.Parsed), run.Reasons(TrackingNames.Models),
                run.Reasons(TrackingNames.Names), run.Reasons(TrackingNames.Objects), run.SourceReasons));

    private static XmlFile Edit(XmlFile file, string what, string with) =>
        new(file.Path, what.Length == 0 ? file.Content : file.Content.Replace(what, with, StringComparison.Ordinal));
}
