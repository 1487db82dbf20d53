using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Tests;

/// <summary>All that is registered, as far as it lies beside the checkout: current objects and their older versions in one program.</summary>
[Trait("Category", "Registry")]
public class WholeRegistryTests
{
    private static readonly Lazy<XmlFile[]> s_files = new(() => Repository.Omna is { } folder ? Repository.Files(folder, SearchOption.AllDirectories) : []);

    private static readonly Lazy<GeneratorRun> s_run = new(() => GeneratorRun.Of(s_files.Value));

    [Fact]
    public void Every_object_and_version_is_generated_without_an_error()
    {
        string[] allowed = ["IPSO0003", "IPSO0011", "IPSO0013", "IPSO0017", "IPSO0018", "IPSO0020", "IPSO0021", "IPSO0022", "IPSO0023", "IPSO0024"];

        Assert.Empty(s_run.Value.Diagnostics.Where(d => !allowed.Contains(d.Id)).Select(d => d.ToString()));
    }

    [Fact]
    public void The_whole_compiles_without_a_word() => s_run.Value.CompilesCleanly();

    [Fact]
    public void No_build_breaks_that_treats_warnings_as_errors_and_lists_the_current_objects()
    {
        if (Repository.Omna is not { } folder)
        {
            return;
        }

        var run = GeneratorRun.Of(Repository.Files(folder));

        Assert.All(run.Diagnostics, d => Assert.Equal(DiagnosticSeverity.Info, d.Severity));
        Assert.Equal(
            Directory.GetFiles(folder, "*.xml").Select(path => Path.GetFileNameWithoutExtension(path)).Where(name => name.All(char.IsDigit)).Order(StringComparer.Ordinal),
            run.Sources.Keys.Select(hint => hint.Split('_')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_wildcard_over_history_finds_each_current_version_twice() => Assert.All(
        s_run.Value.Diagnostics.Where(d => d.Id == "IPSO0023").GroupBy(d => d.GetMessage(null)),
        group => Assert.Equal(2, group.Count()));
}
