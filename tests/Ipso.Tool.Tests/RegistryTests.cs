using System.Runtime.Versioning;
using System.Text.Json;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary><c>ipso registry</c>, as a process, with folders as sources.</summary>
public sealed class RegistryTests : IDisposable
{
    private static readonly ObjectXml s_glow = new(30001, "Glow") { Items = [new(1, "Warmth") { IsMandatory = true }, new(2, "Hue", "Integer") { Range = "0..360" }] };

    private static readonly ObjectXml s_compatible = s_glow with
    {
        Version = "1.1",
        Items = [s_glow.Items[0], s_glow.Items[1] with { Range = "0..720" }, new(3, "Colour Name", "String")],
    };

    private static readonly ObjectXml s_breaking = s_glow with { Version = "1.2", Items = [s_glow.Items[0] with { Type = "Integer" }] };

    private static readonly ObjectXml s_large = s_compatible with { Description = new string('x', 40_000) };

    private readonly TempFolder _folder = new();

    public RegistryTests() => _folder.Write("source/30001.xml", s_glow.Text);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Objects_of_the_tools_own_registry_are_added_listed_and_removed()
    {
        (await RunAsync("add", "3303", "3311@1.0", "humidity")).Succeeds();
        Assert.Equal(File.ReadAllText(Path.Combine(Checkout.Registry, "3303.xml")), _folder.Read("registry-xml/3303.xml"));

        string list = (await RunAsync("list")).Succeeds().Output;
        Assert.Matches("3303 +Temperature +1.1 +package\n", list);
        Assert.Matches("3311 +Light Control +1.0 \\(pinned\\) +package\n", list);

        Assert.Equal("removed 3304 Humidity 1.1\n", (await RunAsync("remove", "Humidity")).Succeeds().Output);
        Assert.Equal(["3303.xml", "3311.xml", "ipso.lock.json"], _folder.Snapshot("registry-xml").Keys);
        Assert.DoesNotContain("3304", _folder.Read("registry-xml/ipso.lock.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_there_already_is_not_added_again()
    {
        (await AddGlowAsync()).Succeeds();
        var before = _folder.Snapshot();

        Assert.Equal("there already: 30001 Glow 1.0, from '../source'\n", (await AddGlowAsync()).Succeeds().Output);

        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public async Task Another_version_of_what_is_kept_is_an_update_and_no_addition()
    {
        (await AddGlowAsync()).Succeeds();
        _folder.Write("source/30001.xml", s_compatible.Text);

        (await AddGlowAsync()).Fails(
            2, "object 30001 is kept in version 1.0 already; 'ipso registry update 30001' says what another one changes, and --force replaces it");
    }

    [Fact]
    public async Task A_file_that_ipso_did_not_write_is_not_written_over()
    {
        _folder.Write("registry-xml/30001.xml", "mine");
        (await AddGlowAsync()).Fails(2, "'registry-xml/30001.xml' is there, and ipso did not write it; move it away, or let --force replace it");
        Assert.Equal("mine", _folder.Read("registry-xml/30001.xml"));

        _folder.Write("registry-xml/30001.xml", s_glow.Text);
        (await AddGlowAsync()).Succeeds();
    }

    [Fact]
    public async Task An_update_says_what_changes_and_takes_what_is_compatible()
    {
        (await AddGlowAsync()).Succeeds();
        _folder.Write("source/30001.xml", s_compatible.Text);

        Outcome outcome = (await RunAsync("update")).Succeeds();

        Assert.Equal("""
            30001 Glow 1.0 -> 1.1
              compatible:
                + resource 2 Hue has the range 0..720 instead of 0..360
                + resource 3 Colour Name is new, and optional
                  C#: Glow.ColourName (string?) is new
            1 of 1 object updated

            """, outcome.Output);
        Assert.Equal(s_compatible.Text, _folder.Read("registry-xml/30001.xml"));
        Assert.Equal("1 object up to date\n", (await RunAsync("update")).Succeeds().Output);
        Assert.Contains("\"version\": \"1.1\"", _folder.Read("registry-xml/ipso.lock.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_breaks_programs_is_taken_only_where_that_is_said()
    {
        (await AddGlowAsync()).Succeeds();
        _folder.Write("source/30001.xml", s_breaking.Text);
        var before = _folder.Snapshot("registry-xml");

        Outcome refused = await RunAsync("update");

        refused.FailsWith(4, "programs that use Glow may fail by this, so nothing was changed; --accept-breaking goes on all the same");
        Assert.Equal("""
            30001 Glow 1.0 -> 1.2
              breaking:
                ! resource 1 Warmth is of type Integer instead of Float
                  C#: Glow.Warmth becomes required long instead of required double
                ! resource 2 Hue is gone
                  C#: Glow.Hue is gone
            1 of 1 object outdated

            """, refused.Output);
        Assert.Equal(before, _folder.Snapshot("registry-xml"));

        (await RunAsync("update", "--accept-breaking")).Succeeds();
        Assert.Equal(s_breaking.Text, _folder.Read("registry-xml/30001.xml"));
    }

    [Theory]
    [InlineData("--check", 3)]
    [InlineData("--dry-run", 0)]
    public async Task What_only_looks_changes_nothing(string option, int exitCode)
    {
        (await AddGlowAsync()).Succeeds();
        Assert.Equal(0, (await RunAsync("update", option)).ExitCode);
        _folder.Write("source/30001.xml", s_breaking.Text);
        var before = _folder.Snapshot("registry-xml");

        Outcome outcome = await RunAsync("update", option);

        Assert.Equal((exitCode, ""), (outcome.ExitCode, outcome.Error));
        Assert.EndsWith("1 of 1 object outdated\n", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Snapshot("registry-xml"));
    }

    [Fact]
    public async Task A_version_that_was_asked_for_stays()
    {
        (await RunAsync("add", "30001@1.0", "--source", "source")).Succeeds();
        _folder.Write("source/30001.xml", s_compatible.Text);
        _folder.Write("source/version_history/30001-1_0.xml", s_glow.Text);

        Assert.Equal("1 object up to date\n", (await RunAsync("update")).Succeeds().Output);
    }

    [Fact]
    public async Task What_a_source_has_no_more_or_in_an_older_version_stays_and_is_told()
    {
        _folder.Write("source/30001.xml", s_compatible.Text);
        (await AddGlowAsync()).Succeeds();
        var before = _folder.Snapshot("registry-xml");
        _folder.Write("source/30001.xml", s_glow.Text);
        Assert.StartsWith(
            "30001 Glow is kept in version 1.1, and '../source' has 1.0; what is kept stays\n", (await RunAsync("update")).Succeeds().Output, StringComparison.Ordinal);

        _folder.Write("source/30001.xml", new ObjectXml(30009, "Other").Text);
        Assert.StartsWith(
            "30001 Glow is not in '../source' any more; what is kept stays\n", (await RunAsync("update")).Succeeds().Output, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Snapshot("registry-xml"));
    }

    [Fact]
    public async Task The_folder_may_be_worked_on_from_anywhere()
    {
        (await AddGlowAsync()).Succeeds();
        Directory.CreateDirectory(_folder["elsewhere"]);

        Outcome outcome = await ToolProcess.RunAsync(_folder["elsewhere"], "registry", "update", "--registry", _folder["registry-xml"]);

        Assert.Equal("1 object up to date\n", outcome.Succeeds().Output);
    }

    [Theory]
    [InlineData("update")]
    [InlineData("remove", "30001")]
    public async Task A_file_that_disagrees_with_the_lock_file_is_told_and_not_lost(params string[] arguments)
    {
        (await AddGlowAsync()).Succeeds();
        _folder.Write("registry-xml/30001.xml", s_glow.Text + "<!-- mine -->\n");
        var before = _folder.Snapshot();

        (await RunAsync(arguments)).Fails(
            2, "'registry-xml/30001.xml' is not what the lock file says: it was edited, or the lock file was; put it back, or let --force go on without it");

        Assert.Equal(before, _folder.Snapshot());
        Assert.Matches("30001 +Glow +1.0 +../source +edited\n", (await RunAsync("list")).Succeeds().Output);
    }

    [Fact]
    public async Task A_file_that_is_missing_is_told_and_comes_back_by_force()
    {
        (await AddGlowAsync()).Succeeds();
        File.Delete(_folder["registry-xml/30001.xml"]);

        (await RunAsync("update")).FailsWith(2, "'registry-xml/30001.xml' is in the lock file and not in the folder");
        (await RunAsync("update", "--force")).Succeeds();

        Assert.Equal(s_glow.Text, _folder.Read("registry-xml/30001.xml"));
    }

    [Theory]
    [InlineData("there is no object tempature in the tool's own registry; did you mean 3303 (Temperature)?", "add", "tempature")]
    [InlineData("'location' is the name of the objects 6, 3336; write the id of the one you mean", "add", "location")]
    [InlineData("object 3311 is wanted in the versions 1.0 and 2.0, and the folder holds one", "add", "3311@1.0", "3311@2.0", "--source", "two")]
    [InlineData("no object glo is kept in 'registry-xml'; did you mean 30001 (Glow)?", "remove", "glo")]
    [InlineData("no object 3303 is kept in 'registry-xml'", "update", "3303")]
    [InlineData("--timeout takes a number of seconds from 1 on", "update", "--timeout", "0")]
    [InlineData("--timeout takes a number of seconds from 1 on", "update", "--timeout", "soon")]
    [InlineData("there is no file or folder 'nowhere'", "diff", "source", "nowhere")]
    [InlineData("'a-file' is a file; a folder to keep definitions in is wanted", "list", "--registry", "a-file")]
    public async Task What_is_wrong_on_the_command_line_is_one_line_and_exit_code_2(string part, params string[] arguments)
    {
        (await AddGlowAsync()).Succeeds();
        _folder.Write("a-file", "");
        _folder.Write("two/3311.xml", new ObjectXml(3311, "L") { Version = "2.0" }.Text);
        _folder.Write("two/version_history/3311-1_0.xml", new ObjectXml(3311, "L").Text);
        var before = _folder.Snapshot();

        (await RunAsync(arguments)).FailsWith(2, part);

        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public async Task A_source_whose_definition_is_broken_gives_nothing()
    {
        _folder.Write("source/30002.xml", new ObjectXml(30002, "Hum") { Items = [new(1, "A", "Flaot")] }.Text);

        (await RunAsync("add", "30001", "30002", "--source", "source")).FailsWith(5, "for object 30002 is no sound definition: ");

        Assert.False(Directory.Exists(_folder["registry-xml"]));
    }

    [LinuxFact]
    [SupportedOSPlatform("linux")]
    public async Task A_folder_that_may_not_be_written_stays_as_it_is()
    {
        (await AddGlowAsync()).Succeeds();
        _folder.Write("source/30001.xml", s_compatible.Text);
        var before = _folder.Snapshot();
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(_folder["registry-xml"], (UnixFileMode)0b101_101_101);

        // Root may write everywhere, so somebody else tries.
        string[] command = ["dotnet", ToolProcess.Program, "registry", "update"];
        string[] asNobody = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. command] : command;
        using var process = ToolProcess.Start(_folder.Path, asNobody[0], asNobody[1..]);
        Outcome outcome = await ToolProcess.EndAsync(process);

        outcome.FailsWith(6, "'registry-xml' cannot be written: ");
        Assert.Equal(before, _folder.Snapshot());
        File.SetUnixFileMode(_folder["registry-xml"], (UnixFileMode)0b111_101_101);
    }

    [NamespaceFact]
    public async Task A_disk_that_is_full_leaves_the_folder_as_it_was()
    {
        (await AddGlowAsync()).Succeeds();
        _folder.Write("source/30001.xml", s_large.Text);
        var before = _folder.Snapshot("registry-xml");
        Directory.CreateDirectory(_folder["after"]);

        // A disk of eight pages, which nobody else sees: there the folder is worked on, and what it then holds is copied back.
        string script = $"""
            mkdir disk && mount -t tmpfs -o size=32k tmpfs disk && cp registry-xml/* disk && cd disk || exit 99
            dotnet '{ToolProcess.Program}' registry update --registry .
            code=$?
            cp -a . ../after
            exit $code
            """;
        using var process = ToolProcess.Start(_folder.Path, "unshare", ["-rm", "bash", "-c", script]);
        Outcome outcome = await ToolProcess.EndAsync(process);

        outcome.FailsWith(6, "'.' cannot be written: No space left on device");
        Assert.EndsWith("; nothing was changed\n", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Snapshot("after"));
    }

    [LinuxFact]
    public async Task A_file_that_is_too_large_for_its_system_leaves_the_folder_as_it_was()
    {
        (await AddGlowAsync()).Succeeds();
        _folder.Write("source/30001.xml", s_large.Text);
        var before = _folder.Snapshot();

        using var process = ToolProcess.Start(
            _folder.Path, "bash", ["-c", $"trap '' XFSZ; ulimit -f 8; DOTNET_EnableWriteXorExecute=0 exec dotnet '{ToolProcess.Program}' registry update"]);
        Outcome outcome = await ToolProcess.EndAsync(process);

        outcome.FailsWith(6, "'registry-xml' cannot be written: ");
        Assert.EndsWith("; nothing was changed\n", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public async Task What_was_killed_within_its_renames_is_finished_by_the_next_command()
    {
        (await AddGlowAsync()).Succeeds();
        string next = _folder.Read("registry-xml/ipso.lock.json");
        _folder.Write("registry-xml/ipso.lock.json", """{ "format": 1, "objects": [] }""");
        _folder.Write("registry-xml/.ipso/journal", "put 30001.xml\nput ipso.lock.json");
        _folder.Write("registry-xml/.ipso/new/ipso.lock.json", next);

        Assert.Equal("1 object up to date\n", (await RunAsync("update")).Succeeds().Output);
        Assert.Equal(["30001.xml", "ipso.lock.json"], _folder.Snapshot("registry-xml").Keys);
    }

    [TerminalFact]
    public async Task Who_looks_on_sees_how_far_it_has_come_and_nothing_of_it_stays()
    {
        _folder.Write("source/30002.xml", new ObjectXml(30002, "Hum").Text);
        (await RunAsync("add", "30001", "30002", "--source", "source")).Succeeds();

        using var process = ToolProcess.Start(
            _folder.Path, "/usr/bin/script", ["-qec", $"TERM=xterm dotnet '{ToolProcess.Program}' registry update", "/dev/null"]);
        Outcome outcome = await ToolProcess.EndAsync(process);

        // It is drawn, then its lines are taken away, and what the command says stands alone.
        Assert.Contains("Reading '../source'", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("\u001b[2K\u001b[1A\u001b[2K\u001b[1A\u001b[2K\u001b[?25h2 objects up to date\r\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_says_what_text_says()
    {
        (await AddGlowAsync()).Succeeds();
        _folder.Write("source/30001.xml", s_breaking.Text);
        _folder.Write("registry-xml/mine.xml", new ObjectXml(30077, "Mine").Text);

        using JsonDocument update = JsonDocument.Parse((await RunAsync("update", "--dry-run", "--json")).Succeeds().Output);
        JsonElement glow = update.RootElement.GetProperty("objects")[0];
        Assert.Equal(
            (30001, "1.0", "1.2", true, 1, "Glow.Warmth becomes required long instead of required double"),
            (glow.GetProperty("id").GetInt32(), glow.GetProperty("from").GetString(), glow.GetProperty("to").GetString(), glow.GetProperty("breaking").GetBoolean(),
                glow.GetProperty("changes")[0].GetProperty("resource").GetInt32(), glow.GetProperty("changes")[0].GetProperty("csharp").GetString()));
        Assert.False(update.RootElement.GetProperty("updated").GetBoolean());

        using JsonDocument list = JsonDocument.Parse((await RunAsync("list", "--json")).Succeeds().Output);
        Assert.Equal(["as it came", "your own"], list.RootElement.EnumerateArray().Select(one => one.GetProperty("state").GetString()));

        using JsonDocument search = JsonDocument.Parse((await RunAsync("search", "temperature", "--json")).Succeeds().Output);
        Assert.Equal(3303, search.RootElement[0].GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task A_search_wants_all_words_and_says_where_there_is_none()
    {
        Assert.Matches("^Id +Name[^\n]*\n[^\n]*\n3311 +Light Control", (await RunAsync("search", "light", "control")).Succeeds().Output);
        Outcome none = await RunAsync("search", "light", "zebra");
        Assert.Equal((1, "no object of the tool's own registry has all of: light zebra\n"), (none.ExitCode, none.Output));
    }

    [Fact]
    public async Task Two_folders_or_files_are_compared()
    {
        _folder.Write("next/30001.xml", s_breaking.Text);
        _folder.Write("next/30002.xml", new ObjectXml(30002, "Hum").Text);

        Assert.Equal("no object differs\n", (await RunAsync("diff", "source", "source/30001.xml")).Succeeds().Output);
        string output = (await RunAsync("diff", "source", "next")).Succeeds().Output;
        Assert.StartsWith("30001 Glow 1.0 -> 1.2\n", output, StringComparison.Ordinal);
        Assert.EndsWith("30002 Hum 1.0 is new\n  compatible:\n    + the object is new\n      C#: class Hum is new\n2 differ, 1 of them in a way that breaks programs\n", output, StringComparison.Ordinal);
    }

    private Task<Outcome> AddGlowAsync() => RunAsync("add", "glow", "--source", "source");

    private Task<Outcome> RunAsync(params string[] arguments) => ToolProcess.RunAsync(_folder.Path, ["registry", .. arguments]);
}
