using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Ipso.Generator;
using Ipso.Tool.Linting;
using Ipso.Tool.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Tool.Tests;

/// <summary><c>ipso lint</c>: what a build would say, at the same places, and advice.</summary>
public sealed class LintTests : IDisposable
{
    private static readonly ObjectXml s_object = new(30001, "Glow") { Items = [new(1, "Warmth")] };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_the_generator_says_of_the_registry_is_said_at_the_same_places() =>
        AssertSame([.. Directory.GetFiles(Checkout.LargestRegistry, "*.xml").Order(StringComparer.Ordinal)]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_the_generator_says_of_damaged_definitions_is_said_at_the_same_places(int seed)
    {
        Random random = new(seed);
        string[] files = [.. Directory.GetFiles(Checkout.Registry, "*.xml").Order(StringComparer.Ordinal).Take(30).Select((path, i) =>
        {
            StringBuilder text = new(File.ReadAllText(path));
            for (int damage = 0; damage < 3; damage++)
            {
                // A letter that is another one, is missing, or is a line's end that only a compiler counts.
                int at = random.Next(200, text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Remove(at, 1),
                    1 => text.Insert(at, '\u2028'),
                    _ => text.Replace(text[at], (char)random.Next('!', 'z'), at, 1),
                };
            }

            return _folder.Write($"{i}-{Path.GetFileName(path)}", text.ToString());
        })];

        Assert.NotEmpty(AssertSame(files));
    }

    [Fact]
    public async Task A_finding_is_a_line_that_editors_understand()
    {
        _folder.Write("30001.xml", (s_object with { Items = [new(1, "Warmth", "Flaot"), new(2, "")] }).Text);

        Outcome outcome = await RunAsync("30001.xml");

        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal("""
            30001.xml(18,15): error IPSO0008: Resource 1 of object 30001 has the type 'Flaot' and is left out; write String, Integer, Unsigned Integer, Float, Boolean, Opaque, Time, Objlnk or Corelnk
            30001.xml(24,10): warning IPSO0010: Resource 2 of object 30001 has no name and is called by its id; add a Name
            1 file: 1 error, 1 warning, 0 for information

            """, outcome.Output);
    }

    [Fact]
    public async Task Warnings_are_no_failure_unless_that_is_wanted_and_information_may_be_left_out()
    {
        _folder.Write("30001.xml", (s_object with { Items = [new(2, ""), new(3, "R") { Unit = "bytes" }] }).Text);

        Assert.Equal(0, (await RunAsync("30001.xml")).ExitCode);
        Assert.Equal(1, (await RunAsync("30001.xml", "--strict")).ExitCode);
        Assert.Contains("IPSO0017", (await RunAsync("30001.xml")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("IPSO0017", (await RunAsync("30001.xml", "--quiet")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_folder_the_definitions_are_read_and_names_that_meet_are_told()
    {
        _folder.Write("r/30001.xml", s_object.Text);
        _folder.Write("r/30002.xml", (s_object with { Id = 30002 }).Text);
        _folder.Write("r/other.xml", "<other/>");
        _folder.Write("r/other.txt", "no XML");

        Outcome outcome = (await RunAsync("r")).Succeeds();

        Assert.Equal(2, outcome.Output.Split("IPSO0022").Length - 1);
        Assert.EndsWith("3 files: 0 errors, 0 warnings, 2 for information\n", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no file or folder 'nowhere.xml'", "nowhere.xml")]
    [InlineData("Required argument 'FILES' missing")]
    public async Task What_is_not_there_is_one_line_and_exit_code_2(string part, params string[] arguments) =>
        (await RunAsync(arguments)).FailsWith(2, part);

    [Theory]
    [InlineData("IPSO0101", "glow.xml", "", "")]
    [InlineData("IPSO0102", "30001.xml", "<Description>Made up too.</Description>", "<Description/>")]
    [InlineData("IPSO0102", "30001.xml", "<Description1>Made up.</Description1>", "<Description1></Description1>")]
    [InlineData("IPSO0103", "30001.xml", "<Type>Float</Type>", "<Type>float</Type>")]
    [InlineData("IPSO0103", "30001.xml", "<Type>Float</Type>", "<Type>UnsignedInt</Type>")]
    [InlineData("IPSO0103", "30001.xml", "<Operations>R</Operations>", "<Operations>WR</Operations>")]
    [InlineData("IPSO0103", "30001.xml", "<Mandatory>Optional</Mandatory>\n        <Type>", "<Mandatory>optional</Mandatory>\n        <Type>")]
    [InlineData("IPSO0104", "30001.xml", "<Operations>R</Operations>", "<Operations>E</Operations>")]
    [InlineData("IPSO0105", "30001.xml", "<Item ID=\"1\">", "<Item ID=\"40000\">")]
    public void Advice_is_given_at_its_place(string id, string file, string what, string instead)
    {
        string text = what.Length == 0 ? s_object.Text : s_object.Text.Replace(what, instead, StringComparison.Ordinal);
        Assert.True(what.Length == 0 || text != s_object.Text);

        Finding finding = Assert.Single(Linter.Examine(Linter.Load([_folder.Write(file, text)])));

        Assert.Equal((id, "info"), (finding.Rule.Id, finding.Severity));
        string line = text.Split('\n')[finding.StartLine - 1];
        string place = line[(finding.StartColumn - 1)..(finding.EndColumn - 1)];
        string expected = what.Length == 0 ? "30001" : instead.Contains("\"4", StringComparison.Ordinal) ? "40000" : id == "IPSO0104" ? "Float" : PlaceIn(instead);
        Assert.Equal(expected, place);

        // The value of the element, or its name where it is empty.
        static string PlaceIn(string element)
        {
            string first = element.Split('\n')[0];
            string value = first[(first.IndexOf('>', StringComparison.Ordinal) + 1)..].Split('<')[0];
            return value.Length > 0 ? value : first.Trim('<').Split('>', '/')[0];
        }
    }

    [Fact]
    public void An_object_as_it_should_be_gets_no_advice() =>
        Assert.Empty(Linter.Examine(Linter.Load([_folder.Write("30001.xml", s_object.Text), _folder.Write("30001-1_0.xml", (s_object with { Version = "0.9" }).Text)])));

    [Fact]
    public async Task Our_own_registry_has_neither_errors_nor_warnings_nor_advice()
    {
        Outcome outcome = (await RunAsync(Checkout.Registry)).Succeeds();
        Assert.DoesNotContain("IPSO01", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(" files: 0 errors, 0 warnings, ", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_SARIF_log_has_rules_and_results_with_places()
    {
        _folder.Write("a folder/30001.xml", (s_object with { Items = [new(1, "Warmth", "Flaot"), new(2, ""), new(3, "", "Flaot")] }).Text);

        Outcome outcome = await RunAsync("./a folder/30001.xml", "--sarif");

        Assert.Equal(1, outcome.ExitCode);
        using JsonDocument log = JsonDocument.Parse(outcome.Output);
        Assert.Equal("2.1.0", log.RootElement.GetProperty("version").GetString());
        JsonElement run = Assert.Single(log.RootElement.GetProperty("runs").EnumerateArray());
        JsonElement driver = run.GetProperty("tool").GetProperty("driver");
        JsonElement[] rules = [.. driver.GetProperty("rules").EnumerateArray()];
        JsonElement[] results = [.. run.GetProperty("results").EnumerateArray()];
        Assert.Equal("ipso", driver.GetProperty("name").GetString());
        Assert.Equal(["IPSO0008", "IPSO0010"], rules.Select(rule => rule.GetProperty("id").GetString()));
        Assert.Equal(["IPSO0008", "IPSO0010", "IPSO0010", "IPSO0008"], results.Select(result => result.GetProperty("ruleId").GetString()));
        Assert.All(results, result => Assert.Equal(
            result.GetProperty("ruleId").GetString(), rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString()));
        Assert.Equal(["error", "warning", "warning", "error"], results.Select(result => result.GetProperty("level").GetString()));
        JsonElement place = results[0].GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("a%20folder/30001.xml", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal(
            (18, 15, 18, 20),
            (place.GetProperty("region").GetProperty("startLine").GetInt32(), place.GetProperty("region").GetProperty("startColumn").GetInt32(),
                place.GetProperty("region").GetProperty("endLine").GetInt32(), place.GetProperty("region").GetProperty("endColumn").GetInt32()));
    }

    [Fact]
    public async Task Json_has_what_the_lines_have()
    {
        _folder.Write("30001.xml", (s_object with { Items = [new(1, "Warmth", "Flaot")] }).Text);

        using JsonDocument json = JsonDocument.Parse((await RunAsync("30001.xml", "--json")).Output);

        JsonElement finding = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(
            ("IPSO0008", "error", "30001.xml", 18, 15),
            (finding.GetProperty("id").GetString(), finding.GetProperty("severity").GetString(), finding.GetProperty("file").GetString(),
                finding.GetProperty("line").GetInt32(), finding.GetProperty("column").GetInt32()));
    }

    [Fact]
    public void Each_rule_of_style_has_its_heading_on_the_page()
    {
        string page = File.ReadAllText(Path.Combine(Checkout.Root, "docs/tool.md"));
        Assert.All(AdviceRules.All, rule =>
        {
            Assert.Contains($"\n### {rule.Id}\n\n**{rule.Title}**", page, StringComparison.Ordinal);
            Assert.EndsWith("docs/tool.md#" + rule.Id.ToLowerInvariant(), rule.HelpLinkUri, StringComparison.Ordinal);
        });
        Assert.Equal(AdviceRules.All.Count, page.Split("\n### IPSO").Length - 1);
    }

    // Runs the generator as a compiler does, over files that a project names.
    private static string[] AssertSame(string[] paths)
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new IpsoGenerator().AsSourceGenerator()], paths.Select(static path => (AdditionalText)new ProjectFile(path)), null, new DeclaredOptions());
        ImmutableArray<Diagnostic> said = driver.RunGenerators(CSharpCompilation.Create("Empty")).GetRunResult().Diagnostics;

        string[] expected = [.. said.Select(static diagnostic =>
        {
            FileLinePositionSpan span = diagnostic.Location.GetLineSpan();
            return Line(diagnostic.Id, span.Path, span.Span, diagnostic.GetMessage(null));
        }).Order(StringComparer.Ordinal)];
        string[] found = [.. Linter.Examine(Linter.Load(paths)).Where(static finding => !AdviceRules.All.Contains(finding.Rule)).Select(static finding => Line(
            finding.Rule.Id,
            finding.Path,
            new(new(finding.StartLine - 1, finding.StartColumn - 1), new(finding.EndLine - 1, finding.EndColumn - 1)),
            finding.Message)).Order(StringComparer.Ordinal)];
        Assert.Equal(expected, found);
        return found;

        static string Line(string id, string path, LinePositionSpan span, string message) => $"{path} {span} {id} {message}";
    }

    private Task<Outcome> RunAsync(params string[] arguments) => ToolProcess.RunAsync(_folder.Path, ["lint", .. arguments]);

    private sealed class ProjectFile(string path) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(File.ReadAllText(path), Encoding.UTF8);
    }

    private sealed class DeclaredOptions : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values([]);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) =>
            new Values(new Dictionary<string, string> { ["build_metadata.AdditionalFiles.IpsoDeclared"] = "true" });

        private sealed class Values(Dictionary<string, string> values) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) =>
                values.TryGetValue(key, out value);
        }
    }
}
