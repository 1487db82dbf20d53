using Ipso.Generator.Registry;
using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Tests;

/// <summary>
/// An edit costs what it changes and nothing more. That no edit costs nothing, and that no step holds on to the compilation or to a
/// file, every tracked <see cref="GeneratorRun"/> proves by itself.
/// </summary>
public class CacheabilityTests
{
    private static readonly XmlFile s_lamp = XmlFile.Define(1, "Lamp", "1.0", XmlFile.Item(1, "Brightness"), "/x/lamp.xml");
    private static readonly XmlFile s_door = XmlFile.Define(2, "Door", "1.0", XmlFile.Item(1, "Angle", more: "<RangeEnumeration>odd</RangeEnumeration>"), "/x/door.xml");

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

    [Theory]
    [InlineData("/y/lamp.xml")]
    [InlineData("/x/light.xml")]
    public void A_file_of_another_path_emits_nothing(string path)
    {
        var run = GeneratorRun.Of(s_lamp, s_door).Again(driver => driver.ReplaceAdditionalText(s_lamp, new XmlFile(path, s_lamp.Content)));

        Assert.Equal("Modified,Cached", run.Reasons(TrackingNames.Files));
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
    public void A_fault_more_is_said_and_emits_nothing()
    {
        var run = GeneratorRun.Of(s_lamp, s_door)
            .Again(driver => driver.ReplaceAdditionalText(s_lamp, Edit(s_lamp, "Optional", "Whatever")));

        AssertReasons(
            run, files: "Modified,Cached", parsed: "Modified,Cached", models: "Unchanged,Cached", names: "Cached", objects: "Cached,Cached", sources: "Cached,Cached");
        Assert.Equal("Modified,Cached", run.Reasons(TrackingNames.Faults));
        Assert.Equal(["IPSO0013", "IPSO0014", "IPSO0014"], run.Diagnostics.Select(d => d.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_step_bears_its_name()
    {
        var run = GeneratorRun.Of(s_lamp);

        Assert.Superset(PipelineRules.Names.ToHashSet(), run.Result.TrackedSteps.Keys.ToHashSet());
    }

    /// <summary>The walk that every tracked run makes finds what it looks for: below lists, tuples and our own types.</summary>
    [Fact]
    public void What_a_step_must_not_hold_is_found_wherever_it_hides()
    {
        Type[] banned = [typeof(Compilation), typeof(AdditionalText)];
        object[] hiding = [Compiler.Empty, (1, Compiler.Empty), new[] { (1, (AdditionalText)s_lamp) }, new EquatableArray<Held>([new(s_lamp)])];

        Assert.All(hiding, value => Assert.ThrowsAny<Exception>(() => new ObjectGraph().AssertFreeOf(value, "value", banned)));
        new ObjectGraph().AssertFreeOf((1, "a"), "value", banned);
    }

    // A value type of the generator's around one of ours: the walk has to go through it.
    private readonly record struct Held(AdditionalText File) : IEnumerable<AdditionalText>
    {
        public IEnumerator<AdditionalText> GetEnumerator()
        {
            yield return File;
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private static void AssertReasons(GeneratorRun run, string files, string parsed, string models, string names, string objects, string sources) =>
        Assert.Equal(
            (files, parsed, models, names, objects, sources),
            (run.Reasons(TrackingNames.Files), run.Reasons(TrackingNames.Parsed), run.Reasons(TrackingNames.Models),
                run.Reasons(TrackingNames.Names), run.Reasons(TrackingNames.Objects), run.SourceReasons));

    private static XmlFile Edit(XmlFile file, string what, string with) =>
        new(file.Path, what.Length == 0 ? file.Content : file.Content.Replace(what, with, StringComparison.Ordinal));
}
