using System.Text.Json;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary><c>ipso describe</c>, as a process.</summary>
public sealed class DescribeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("3303")]
    [InlineData("temperature")]
    [InlineData("3303@1.1")]
    public async Task An_object_of_the_tools_own_registry_is_shown_by_id_by_name_and_by_version(string query)
    {
        Outcome outcome = (await RunAsync(query)).Succeeds();

        Assert.StartsWith("Temperature: object 3303, version 1.1\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("\nclass Ipso.Objects.Temperature\n", outcome.Output, StringComparison.Ordinal);
        Assert.Matches("\n5700 +SensorValue +Float +R +yes +The latest reading.\n", outcome.Output);
        Assert.Matches("\n5605 +ResetMinAndMaxMeasuredValues +E +Forgets both", outcome.Output);
    }

    [Theory]
    [InlineData("light-control", "Light Control")]
    [InlineData("LightControl", "Light Control")]
    [InlineData("On/Off switch", "On/Off switch")]
    [InlineData("onoffswitch", "On/Off switch")]
    public async Task A_name_may_be_written_in_any_way_that_has_its_letters(string query, string name) =>
        Assert.StartsWith(name + ": object ", (await RunAsync(query)).Succeeds().Output, StringComparison.Ordinal);

    [Fact]
    public async Task A_folder_of_ones_own_comes_first_and_the_tools_registry_behind_it()
    {
        _folder.Write("registry-xml/3303.xml", new ObjectXml(3303, "Heat") { Items = [new(1, "Glow", "Integer") { Unit = "K" }] }.Text);

        Assert.StartsWith("Heat: object 3303, version 1.0\n", (await RunAsync("3303")).Succeeds().Output, StringComparison.Ordinal);
        Assert.StartsWith("Humidity: object 3304", (await RunAsync("3304")).Succeeds().Output, StringComparison.Ordinal);
        (await RunAsync("3304", "--registry", "registry-xml")).FailsWith(2, "there is no object 3304 in 'registry-xml'; did you mean 3303 (Heat)?");
    }

    [Fact]
    public async Task An_older_version_is_found_in_the_history()
    {
        _folder.Write("r/3303.xml", new ObjectXml(3303, "Heat") { Version = "1.1" }.Text);
        _folder.Write("r/version_history/3303-1_0.xml", new ObjectXml(3303, "Warmth").Text);

        Assert.StartsWith("Heat: object 3303, version 1.1", (await RunAsync("3303", "-r", "r")).Succeeds().Output, StringComparison.Ordinal);
        Assert.StartsWith("Warmth: object 3303, version 1.0", (await RunAsync("3303@1.0", "-r", "r")).Succeeds().Output, StringComparison.Ordinal);
        (await RunAsync("3303@2.0", "-r", "r")).Fails(2, "there is no object 3303@2.0 in 'r'; there is 3303 (Heat) in another version");
    }

    [Theory]
    [InlineData("there is no object tempature in the tool's own registry; did you mean 3303 (Temperature)?", "tempature")]
    [InlineData("there is no object 33030 in the tool's own registry; did you mean 3300 (Generic Sensor), 3303 (Temperature), 3330 (Distance)?", "33030")]
    [InlineData("there is no object qqqqqqqq in the tool's own registry; 'ipso registry search WORDS' finds objects", "qqqqqqqq")]
    [InlineData("'location' is the name of the objects 6, 3336; write the id of the one you mean", "location")]
    [InlineData("'3303@new' has no version behind its @; write it like 3303@1.1", "3303@new")]
    [InlineData("which object? Write an id or a name, for example: ipso describe 3303")]
    [InlineData("there is no folder 'nowhere'", "3303", "--registry", "nowhere")]
    [InlineData("--csharp and --json ask for different things; 'ipso describe --help' has the list", "3303", "--json", "--csharp")]
    [InlineData("'--jsn' is no option; did you mean --json? 'ipso describe --help' has the list", "3303", "--jsn")]
    public async Task What_is_wrong_on_the_command_line_is_one_line_and_exit_code_2(string line, params string[] arguments)
    {
        Outcome outcome = await RunAsync(arguments);

        outcome.FailsWith(2, line);
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public async Task A_command_that_is_misspelled_is_told_with_the_one_that_was_meant()
    {
        (await ToolProcess.RunAsync(_folder.Path, "descibe", "3303"))
            .Fails(2, "Unrecognized command or argument 'descibe'; did you mean describe? 'ipso --help' has the list");
    }

    [Fact]
    public async Task The_code_is_what_the_generator_emits()
    {
        Outcome outcome = (await RunAsync("3303", "--csharp")).Succeeds();

        string snapshot = File.ReadAllText(Path.Combine(Checkout.Root, "tests/Ipso.Generator.Tests/_snapshots/" + Snapshot("3303_1.1.Temperature")));
        Assert.Equal(Scrubbed(snapshot), Scrubbed(outcome.Output));

        static string Snapshot(string hint) => Path.GetFileName(Directory.GetFiles(
            Path.Combine(Checkout.Root, "tests/Ipso.Generator.Tests/_snapshots"), $"*{hint}.verified.cs").Single());

        // The version of the generator is no part of a snapshot.
        static string Scrubbed(string code) =>
            System.Text.RegularExpressions.Regex.Replace(code, "GeneratedCode\\(.*\\)", "GeneratedCode()").TrimEnd('\n');
    }

    [Fact]
    public async Task Json_has_all_that_the_table_has()
    {
        using JsonDocument json = JsonDocument.Parse((await RunAsync("3311", "--json")).Succeeds().Output);

        JsonElement root = json.RootElement;
        Assert.Equal(
            (3311, "Light Control", "1.0", "Ipso.Objects.LightControl"),
            (root.GetProperty("id").GetInt32(), root.GetProperty("name").GetString(), root.GetProperty("version").GetString(), root.GetProperty("class").GetString()));
        JsonElement dimmer = root.GetProperty("resources").EnumerateArray().Single(one => one.GetProperty("id").GetInt32() == 5851);
        Assert.Equal("""{"id":5851,"name":"Dimmer","member":"Dimmer","csharp":"long?","type":"Integer","operations":"RW","multiple":false,"mandatory":false,"unit":"/100","range":"0..100"}""",
            Without(dimmer, "description"));
        Assert.Equal("required bool", root.GetProperty("resources").EnumerateArray().First(one => one.GetProperty("mandatory").GetBoolean()).GetProperty("csharp").GetString());

        static string Without(JsonElement element, string name) => "{" + string.Join(',', element.EnumerateObject().Where(one => one.Name != name).Select(one => one.ToString().Replace("\": ", "\":", StringComparison.Ordinal))) + "}";
    }

    [Fact]
    public async Task Several_objects_are_an_array()
    {
        using JsonDocument json = JsonDocument.Parse((await RunAsync("3303", "3304", "--json")).Succeeds().Output);
        Assert.Equal([3303, 3304], json.RootElement.EnumerateArray().Select(one => one.GetProperty("id").GetInt32()));
    }

    [Fact]
    public async Task Without_a_command_there_is_help()
    {
        Outcome outcome = (await ToolProcess.RunAsync(_folder.Path)).Succeeds();
        Assert.Contains("Usage:\n  ipso [command] [options]\n", outcome.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("describe", outcome.Output, StringComparison.Ordinal);
    }

    private Task<Outcome> RunAsync(params string[] arguments) => ToolProcess.RunAsync(_folder.Path, ["describe", .. arguments]);
}
