using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Ipso.Generator.Diagnostics;
using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Tests;

/// <summary>Whoever follows the link of a diagnostic finds its heading.</summary>
public partial class DiagnosticsDocumentationTests
{
    private static DiagnosticDescriptor[] All => [.. typeof(Descriptors).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(f => f.FieldType == typeof(DiagnosticDescriptor)).Select(f => (DiagnosticDescriptor)f.GetValue(null)!)];

    private static XElement[] BuildFiles =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "src/Ipso.Generator/build")).SelectMany(path => XDocument.Load(path).Descendants())];

    // What MSBuild says before the compiler runs has an id of the same kind, and no descriptor.
    private static XElement[] SaidByTheBuild =>
        [.. BuildFiles.Where(task => task.Name.LocalName is "Error" or "Warning" && task.Attribute("Code") is not null)];

    private static Dictionary<string, string> OfTheBuild =>
        SaidByTheBuild.Select(task => (Id: task.Attribute("Code")!.Value, Word: task.Name.LocalName.ToLowerInvariant())).Distinct()
            .ToDictionary(said => said.Id, said => said.Word);

    [Fact]
    public void Every_descriptor_has_its_heading_and_every_heading_its_descriptor()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs/diagnostics.md"));

        var headings = Heading().Matches(page).Select(match => (Id: match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value)).ToArray();

        Assert.Equal(All.Select(d => (d.Id, d.Title.ToString(), Word(d.DefaultSeverity))), headings.Where(h => !OfTheBuild.ContainsKey(h.Id)));
        Assert.Equal(OfTheBuild, headings.Where(h => OfTheBuild.ContainsKey(h.Id)).ToDictionary(h => h.Id, h => h.Item3));
    }

    [Fact]
    public void Every_descriptor_links_to_its_heading()
    {
        Assert.All(All, d => Assert.Equal($"{Descriptors.HelpPage}#{d.Id.ToLowerInvariant()}", d.HelpLinkUri));
        Assert.EndsWith("docs/diagnostics.md", Descriptors.HelpPage, StringComparison.Ordinal);
        Assert.Equal(Descriptors.HelpPage, Assert.Single(BuildFiles, element => element.Name.LocalName == "_IpsoDiagnostics").Value);
        Assert.All(SaidByTheBuild, task =>
            Assert.Equal($"$(_IpsoDiagnostics)#{task.Attribute("Code")!.Value.ToLowerInvariant()}", task.Attribute("HelpLink")!.Value));
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
}
