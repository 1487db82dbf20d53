using System.Text.RegularExpressions;
using System.Xml.Linq;
using Ipso.Tool.Definitions;
using Ipso.Tool.Pages;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary>Documentation of a registry folder: <c>ipso describe --markdown</c> and <c>--html</c>.</summary>
public sealed partial class PagesTests : IDisposable
{
    private const string Hostile = "<script>alert('x')</script> & \"|` *_[]";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_object_of_a_folder_has_a_page_and_the_index_leads_to_it()
    {
        (await RunAsync("--html", "out", "--registry", Checkout.LargestRegistry)).Succeeds();

        string[] pages = [.. Directory.GetFiles(_folder["out"], "*.html").Select(path => Path.GetFileName(path))];
        string[] linked = [.. Link().Matches(_folder.Read("out/index.html")).Select(match => match.Groups[1].Value)];
        Assert.Equal(DefinitionFolder.At(Checkout.LargestRegistry).All.Count, linked.Length);
        Assert.Equal(pages.Where(name => name != "index.html").Order(StringComparer.Ordinal), linked.Order(StringComparer.Ordinal));
        Assert.Contains("3303.html", linked);
    }

    [Fact]
    public async Task Pages_need_nothing_but_the_files_beside_them()
    {
        (await RunAsync("--html", "out")).Succeeds();

        Assert.All(Directory.GetFiles(_folder["out"], "*.html"), path =>
        {
            string page = File.ReadAllText(path);
            Assert.All(Target().Matches(page), match =>
                Assert.True(match.Groups[1].Value.StartsWith('#') || File.Exists(_folder["out/" + match.Groups[1].Value]), match.Value));
            Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void What_a_definition_says_cannot_become_markup()
    {
        DefinedObject item = Object(new ObjectXml(30000, Hostile)
        {
            Description = Hostile,
            Items = [new(1, Hostile, "String") { Range = Hostile, Unit = Hostile, Description = Hostile }],
        });

        PageSet.Write(_folder["out"], [item], HtmlPages.Format);

        // A page is well-formed XML but for what HTML leaves out; what is hostile is in it as text.
        string page = _folder.Read("out/30000.html");
        XElement body = XElement.Parse(page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)]);
        Assert.Empty(body.Descendants("script"));
        Assert.Equal(Hostile, body.Element("h1")!.Value);
        Assert.Equal(["1", Hostile, "ScriptAlertXScript1", "String", "R", Hostile, Hostile, "", Hostile], body.Descendants("td").Select(cell => cell.Value));
        string index = _folder.Read("out/index.html");
        Assert.Single(Regex.Matches(index, "<script>"));
        Assert.DoesNotContain("alert('x')", index, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_Markdown_keeps_its_cells()
    {
        DefinedObject item = Object(new ObjectXml(30000, Hostile) { Items = [new(1, Hostile, "String") { Description = "one\nline" }] });

        PageSet.Write(_folder["out"], [item], MarkdownPages.Format);

        string row = _folder.Read("out/30000.md").Split('\n').Single(line => line.StartsWith("| 1 |", StringComparison.Ordinal));
        Assert.Equal(10, Regex.Count(row, @"(?<!\\)\|"));
        Assert.DoesNotContain("<script", row.Replace("\\<script", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.EndsWith("| one line |", row, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_versions_the_newest_has_the_plain_name()
    {
        DefinedObject[] versions = [Object(new ObjectXml(30000, "A")), Object(new ObjectXml(30000, "A") { Version = "1.2" })];

        PageSet.Write(_folder["out"], versions, MarkdownPages.Format);

        Assert.Contains("version 1.2", _folder.Read("out/30000.md"), StringComparison.Ordinal);
        Assert.Contains("version 1.0", _folder.Read("out/30000-1.0.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_search_finds_an_object_by_the_names_and_ids_of_its_resources()
    {
        PageSet.Write(_folder["out"], [Object(new ObjectXml(30000, "A") { Items = [new(4711, "Cold Cathode")] })], HtmlPages.Format);

        string words = Regex.Match(_folder.Read("out/index.html"), "data-words=\"([^\"]*)\"").Groups[1].Value;
        Assert.All(["30000", "4711", "cold cathode", "coldcathode", "made up."], word => Assert.Contains(word, words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_files_of_the_folder_stay_and_a_page_that_is_there_is_written_anew()
    {
        _folder.Write("out/mine.txt", "mine");
        _folder.Write("out/3303.md", "old");

        (await RunAsync("3303", "3304", "--markdown", "out")).Succeeds();

        Assert.Equal("mine", _folder.Read("out/mine.txt"));
        Assert.StartsWith("# Temperature\n", _folder.Read("out/3303.md"), StringComparison.Ordinal);
        Assert.Equal(["3303.md", "3304.md", "index.md", "mine.txt"], _folder.Snapshot("out").Keys);
    }

    private static DefinedObject Object(ObjectXml xml) =>
        DefinitionFile.Read("made-up.xml", System.Text.Encoding.UTF8.GetBytes(xml.Text), isDeclared: true).Objects.Single();

    private Task<Outcome> RunAsync(params string[] arguments) => ToolProcess.RunAsync(_folder.Path, ["describe", .. arguments]);

    [GeneratedRegex("<td><a href=\"([^\"]*)\">")]
    private static partial Regex Link();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Target();
}
