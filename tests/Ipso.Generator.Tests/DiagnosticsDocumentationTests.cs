using System.Reflection;
using System.Text.RegularExpressions;
using Ipso.Generator.Diagnostics;
using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Tests;

/// <summary>Whoever follows the link of a diagnostic finds its heading.</summary>
public partial class DiagnosticsDocumentationTests
{
    private static DiagnosticDescriptor[] All => [.. typeof(Descriptors).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(f => f.FieldType == typeof(DiagnosticDescriptor)).Select(f => (DiagnosticDescriptor)f.GetValue(null)!)];

    // What MSBuild says before the compiler runs has an id of the same kind, and no descriptor.
    private static string Targets => File.ReadAllText(Path.Combine(Repository.Root, "src/Ipso.Generator/build/Ipso.targets"));

    [Fact]
    public void Every_descriptor_has_its_heading_and_every_heading_its_descriptor()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs/diagnostics.md"));
        string[] raised = [.. MSBuildError().Matches(Targets).Select(match => match.Groups[1].Value)];

        var headings = Heading().Matches(page).Select(match => (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value)).ToArray();

        Assert.Equal(All.Select(d => (d.Id, d.Title.ToString(), Word(d.DefaultSeverity))), headings.Where(heading => !raised.Contains(heading.Item1)));
        Assert.Equal(["IPSO0031 error"], headings.Where(heading => raised.Contains(heading.Item1)).Select(heading => $"{heading.Item1} {heading.Item3}"));
        Assert.Equal(headings.Select(heading => heading.Item1).Order(StringComparer.Ordinal), headings.Select(heading => heading.Item1));
    }

    [Fact]
    public void Every_descriptor_links_to_its_heading()
    {
        Assert.All(All, d => Assert.Equal($"{Descriptors.HelpPage}#{d.Id.ToLowerInvariant()}", d.HelpLinkUri));
        Assert.EndsWith("docs/diagnostics.md", Descriptors.HelpPage, StringComparison.Ordinal);
        Assert.Contains($"<_IpsoDiagnostics>{Descriptors.HelpPage}</_IpsoDiagnostics>", Targets, StringComparison.Ordinal);
        Assert.All(MSBuildError().Matches(Targets), match =>
            Assert.Equal($"$(_IpsoDiagnostics)#{match.Groups[1].Value.ToLowerInvariant()}", match.Groups[2].Value));
    }

    [Fact]
    public void Every_section_says_what_and_why_and_what_to_do()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs/diagnostics.md"));

        Assert.All(page.Split("\n## IPSO")[1..], section =>
            Assert.All(["What: ", "Why: ", "What to do: ", "How to silence: "], part => Assert.Contains("\n" + part, section, StringComparison.Ordinal)));
    }

    private static string Word(DiagnosticSeverity severity) => severity == DiagnosticSeverity.Info ? "information" : severity.ToString().ToLowerInvariant();

    [GeneratedRegex(@"^## (IPSO\d{4})\n\n\*\*(.+)\*\* \((\w+)\)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("""<Error Code="(IPSO[0-9]{4})"\s+HelpLink="([^"]+)""")]
    private static partial Regex MSBuildError();
}
