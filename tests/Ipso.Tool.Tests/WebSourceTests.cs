using Ipso.Tests;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary>A registry over the web, which may be slow, broken, someone else or another one in the middle; as a process against a local server.</summary>
public sealed class WebSourceTests : AsyncTests
{
    private static readonly ObjectXml s_glow = new(30001, "Glow") { Items = [new(1, "Warmth") { IsMandatory = true }] };
    private static readonly ObjectXml s_glowNext = s_glow with { Version = "1.1", Items = [.. s_glow.Items, new(2, "Hue", "Integer")] };
    private static readonly ObjectXml s_hum = new(30002, "Hum");

    private readonly TempFolder _folder = new();
    private readonly LocalRegistry _server = new();

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Objects_are_found_by_the_index_and_kept_as_they_come()
    {
        _server.With(s_glow, s_glowNext, s_hum);

        Outcome outcome = (await AddAsync("glow", "30002")).Succeeds();

        Assert.Equal($"added 30001 Glow 1.1, from '{_server.Url}'\nadded 30002 Hum 1.0, from '{_server.Url}'\n", outcome.Output);
        Assert.Equal(s_glowNext.Text, _folder.Read("registry-xml/30001.xml"));
        Assert.Contains($"\"source\": \"{_server.Url}\"", _folder.Read("registry-xml/ipso.lock.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_version_comes_from_where_the_index_has_it()
    {
        _server.With(s_glow, s_glowNext);

        (await AddAsync("glow@1.0")).Succeeds();

        Assert.Equal(s_glow.Text, _folder.Read("registry-xml/30001.xml"));
        (await AddAsync("glow@3.0")).FailsWith(2, "there is no object glow@3.0 in '" + _server.Url + "'; there is 30001 (Glow) in another version");
    }

    [Fact]
    public async Task An_update_goes_where_each_object_came_from()
    {
        _server.With(s_glow);
        (await AddAsync("glow")).Succeeds();
        (await ToolProcess.RunAsync(_folder.Path, "registry", "add", "3303")).Succeeds();
        _server.With(s_glow, s_glowNext);

        Outcome outcome = (await ToolProcess.RunAsync(_folder.Path, "registry", "update")).Succeeds();

        Assert.Equal("""
            30001 Glow 1.0 -> 1.1
              compatible:
                + resource 2 Hue is new, and optional
                  C#: Glow.Hue (long?) is new
            1 of 2 objects updated

            """, outcome.Output);
    }

    [Fact]
    public async Task A_search_asks_the_index_alone()
    {
        _server.With(s_glow, s_hum);

        Outcome outcome = (await ToolProcess.RunAsync(_folder.Path, "registry", "search", "glo", "--source", _server.Url)).Succeeds();

        Assert.Contains("30001  Glow", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Hum", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(0, _server.Requests("30001.xml"));
    }

    [Fact]
    public async Task A_slow_answer_is_waited_for()
    {
        TaskCompletionSource gate = new();
        _server.With(s_glow).Answer("30001.xml", _ => new Reply(s_glow.Text) { Gate = gate.Task });

        Task<Outcome> outcome = AddAsync("glow");
        await _server.Asked("30001.xml");
        gate.SetResult();

        (await outcome).Succeeds();
    }

    [Fact]
    public async Task No_answer_ends_with_the_patience_that_was_given()
    {
        TaskCompletionSource never = new();
        _server.With(s_glow).Answer("30001.xml", _ => new Reply("") { Gate = never.Task });

        (await AddAsync("glow", "--timeout", "1")).Fails(
            5, $"'{_server.Url}30001.xml' did not answer within 1 s, and --timeout gives it longer; try again, or use '--source package', which needs no network");

        Assert.False(Directory.Exists(_folder["registry-xml"]));
    }

    [Fact]
    public async Task A_server_that_fails_is_asked_again_and_one_that_keeps_failing_is_told()
    {
        _server.With(s_glow, s_hum)
            .Answer("30001.xml", number => number < 3 ? new Reply("") { Status = 503 } : new Reply(s_glow.Text))
            .Answer("30002.xml", _ => new Reply("") { Status = 500 });

        (await AddAsync("glow")).Succeeds();
        var before = _folder.Snapshot();
        (await AddAsync("hum")).FailsWith(5, $"'{_server.Url}30002.xml' answered 500 InternalServerError");

        Assert.Equal(3, _server.Requests("30001.xml"));
        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_asked_for_again()
    {
        _server.With(s_glow).Answer("30001.xml", _ => new Reply("") { Status = 404 });

        (await AddAsync("glow")).FailsWith(5, $"'{_server.Url}30001.xml' answered 404 NotFound");

        Assert.Equal(1, _server.Requests("30001.xml"));
    }

    [Fact]
    public async Task Half_of_a_file_is_none_where_the_length_says_so()
    {
        _server.With(s_glow).Answer("30001.xml", _ => new Reply(s_glow.Text) { CutAt = 300 });

        (await AddAsync("glow")).FailsWith(5, $"'{_server.Url}30001.xml' broke off before it was complete");

        Assert.Equal(3, _server.Requests("30001.xml"));
        Assert.False(Directory.Exists(_folder["registry-xml"]));
    }

    [Fact]
    public async Task Half_of_a_file_is_none_where_nothing_says_so_but_the_XML()
    {
        _server.With(s_glow).Answer("30001.xml", _ => new Reply(s_glow.Text) { CutAt = 300, HasNoLength = true });

        (await AddAsync("glow")).FailsWith(5, "is no sound definition: " + _server.Url + "30001.xml(");

        Assert.False(Directory.Exists(_folder["registry-xml"]));
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html><body>Please log in</body></html>", "text/plain")]
    [InlineData("\n\n  <HTML><body>Please log in</body></HTML>", "application/xml")]
    [InlineData("Please log in", "text/html")]
    public async Task A_page_of_a_proxy_is_no_definition_and_no_index(string page, string type)
    {
        _server.With(s_glow).Answer("30001.xml", _ => new Reply(page) { Type = type });
        (await AddAsync("glow")).FailsWith(5, $"'{_server.Url}30001.xml' is a page in HTML and not XML: something on the way answers instead, a proxy or a login page");

        _server.Answer("DDF.xml", _ => new Reply(page) { Type = type });
        (await AddAsync("glow")).FailsWith(5, $"'{_server.Url}DDF.xml' is a page in HTML and not XML");
        Assert.False(Directory.Exists(_folder["registry-xml"]));
    }

    [Theory]
    [InlineData("<DDFList><Item>", "is no index of a registry (")]
    [InlineData("<DDFList/>", "is no index of a registry (it names no object)")]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><DDFList>&e;</DDFList>", "is no index of a registry (")]
    public async Task What_is_no_index_is_told(string index, string part)
    {
        _server.Serve("DDF.xml", index);
        (await AddAsync("glow")).FailsWith(5, part);
    }

    [Fact]
    public async Task An_index_cannot_send_us_elsewhere()
    {
        _server.Serve("DDF.xml", """
            <DDFList>
            <Item><ObjectID>1</ObjectID><Name>One</Name><Ver>1.0</Ver><DDF>http://example.com/1.xml</DDF></Item>
            <Item><ObjectID>2</ObjectID><Name>Two</Name><Ver>1.0</Ver><DDF>//example.com/2.xml</DDF></Item>
            <Item><ObjectID>3</ObjectID><Name>Three</Name><Ver>1.0</Ver><DDF>file:///etc/passwd</DDF></Item>
            <Item><ObjectID>4</ObjectID><Name>Four</Name><Ver>1.0</Ver><DDF>4.xml</DDF></Item>
            </DDFList>
            """);

        Outcome outcome = (await ToolProcess.RunAsync(_folder.Path, "registry", "search", "o", "--source", _server.Url)).Succeeds();

        Assert.Contains("Four", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Two", outcome.Output, StringComparison.Ordinal);
        (await AddAsync("1")).FailsWith(2, "there is no object 1 in");
    }

    [Fact]
    public async Task A_registry_that_changes_while_it_is_read_is_read_again()
    {
        // The index is of the old state; by the time that the file is asked for, both are new.
        _server.With(s_glow, s_glowNext);
        LocalRegistry old = new();
        await using (old)
        {
            string before = await IndexAsync(old.With(s_glow));
            string after = await IndexAsync(_server);
            _server.Answer("DDF.xml", number => new Reply(number <= 2 ? before : after));

            (await AddAsync("glow")).Succeeds();
        }

        Assert.Equal(s_glowNext.Text, _folder.Read("registry-xml/30001.xml"));
    }

    [Fact]
    public async Task A_file_that_is_another_object_than_the_index_says_is_told_and_not_taken()
    {
        _server.With(s_glow).Serve("30001.xml", s_hum.Text);

        (await AddAsync("glow")).FailsWith(
            5, $"'{_server.Url}30001.xml' defines 30002 Hum 1.0, and the index of {_server.Url} has 30001 Glow 1.0 there: it changed while it was read, or its index is wrong");

        Assert.False(Directory.Exists(_folder["registry-xml"]));
    }

    [Fact]
    public async Task Where_one_of_several_files_fails_none_is_taken()
    {
        _server.With(s_glow, s_hum).Answer("30002.xml", _ => new Reply("") { Status = 404 });

        (await AddAsync("glow", "hum")).FailsWith(5, "30002.xml' answered 404");

        Assert.False(Directory.Exists(_folder["registry-xml"]));
    }

    [LinuxFact]
    public async Task A_stop_in_the_middle_leaves_the_folder_as_it_was()
    {
        TaskCompletionSource never = new();
        _server.With(s_glow);
        (await AddAsync("glow")).Succeeds();
        var before = _folder.Snapshot();
        _server.With(s_glow, s_glowNext).Answer("30001.xml", _ => new Reply("") { Gate = never.Task });

        // Somebody may run the tests where Ctrl+C is ignored: the tool must not be.
        using var process = ToolProcess.Start(_folder.Path, "env", ["--default-signal=INT", "dotnet", ToolProcess.Program, "registry", "update"]);
        while (_server.Requests("30001.xml") < 2)
        {
            await Task.Yield();
        }

        using var kill = System.Diagnostics.Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        (await ToolProcess.EndAsync(process)).Fails(130, "stopped; nothing was changed");

        Assert.Equal(before, _folder.Snapshot());
    }

    [Theory]
    [InlineData("http://example.com/registry", "'http://example.com/registry' is not safe from change on its way; write https://")]
    [InlineData("ftp://example.com", "'ftp://example.com' is no URL of a registry; write one that begins with https://")]
    [InlineData("nowhere", "there is no source 'nowhere'; write package, omna, a URL or a folder that there is")]
    public async Task A_source_that_will_not_do_is_told(string source, string line) =>
        (await ToolProcess.RunAsync(_folder.Path, "registry", "add", "3303", "--source", source)).Fails(2, line);

    [Fact]
    public async Task Without_a_network_it_is_one_line()
    {
        await _server.DisposeAsync();
        (await AddAsync("glow")).FailsWith(5, "DDF.xml' cannot be reached (Connection refused); try again, or use '--source package', which needs no network");
    }

    private static async Task<string> IndexAsync(LocalRegistry server)
    {
        using HttpClient client = new();
        return await client.GetStringAsync(new Uri(server.Url + "DDF.xml"));
    }

    private Task<Outcome> AddAsync(params string[] arguments) =>
        ToolProcess.RunAsync(_folder.Path, ["registry", "add", .. arguments, "--source", _server.Url]);
}
