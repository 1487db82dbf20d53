using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary><c>ipso new device</c>, as a process: what it writes, and that this builds and runs.</summary>
public sealed class NewTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task The_device_builds_serves_its_objects_and_ends_by_Ctrl_C()
    {
        UserBuild.Prepare(_folder);
        Outcome outcome = (await RunAsync("Thermometer", "--objects", "3303,LightControl")).Succeeds();
        Assert.Equal("'Thermometer' has a device with Temperature and Light Control\n  cd Thermometer; dotnet run\n", outcome.Output);

        await UserBuild.BuildCleanlyAsync(_folder["Thermometer"]);

        Assert.Equal($"Ipso {Version}\n", _folder.Read("Thermometer/packages.txt"));
        string program = _folder["Thermometer/bin/Debug/net10.0/Thermometer.dll"];
        using Process device = ToolProcess.Start(_folder.Path, "env", ["--default-signal=INT", "dotnet", program, "127.0.0.1:0"]);
        try
        {
            string uri = (await device.StandardOutput.ReadLineAsync())!.Split(' ')[0];
            string value = (await ToolProcess.RunAsync(_folder.Path, "coap", "get", uri + "/Temperature/0/SensorValue", "-a", "text", "--raw")).Succeeds().Output;
            Assert.InRange(double.Parse(value, CultureInfo.InvariantCulture), 19, 21);
            (await ToolProcess.RunAsync(_folder.Path, "coap", "put", uri + "/LightControl/0/OnOff", "true")).Succeeds();
            Assert.Equal("1", (await ToolProcess.RunAsync(_folder.Path, "coap", "get", uri + "/3311/0/5850", "-a", "text", "--raw")).Succeeds().Output);

            using Process kill = Process.Start("kill", ["-INT", device.Id.ToString(CultureInfo.InvariantCulture)]);
            Outcome end = await ToolProcess.EndAsync(device);
            Assert.Equal((0, ""), (end.ExitCode, end.Error));
            Assert.Contains("/3311 Light Control 1.0", end.Output, StringComparison.Ordinal);
        }
        finally
        {
            device.Kill();
        }
    }

    [Fact]
    public async Task Every_object_of_the_registry_has_a_program_that_builds()
    {
        UserBuild.Prepare(_folder);
        ushort[] ofEveryDevice = [0, 1, 2, 3, 21];
        string[] ids = [.. Directory.GetFiles(Checkout.Registry, "*.xml").Select(static path => Path.GetFileNameWithoutExtension(path))
            .Where(id => !ofEveryDevice.Contains(ushort.Parse(id, CultureInfo.InvariantCulture)))];

        Assert.StartsWith($"'all' has a device with {ids.Length} objects\n", (await RunAsync("all", "--objects", string.Join(',', ids))).Succeeds().Output, StringComparison.Ordinal);

        await UserBuild.BuildCleanlyAsync(_folder["all"]);

        // What the ranges allow has to be so when it runs, too.
        using Process device = ToolProcess.Start(_folder.Path, "dotnet", [_folder["all/bin/Debug/net10.0/all.dll"], "127.0.0.1:0"]);
        try
        {
            Assert.Matches("^coap://127.0.0.1:[0-9]+ serves$", await device.StandardOutput.ReadLineAsync());
        }
        finally
        {
            device.Kill();
        }
    }

    [Fact]
    public async Task The_program_is_short_and_its_definitions_are_kept()
    {
        (await RunAsync("Thermometer")).Succeeds();

        Assert.Equal(
            ["Program.cs", "Thermometer.csproj", "registry-xml/3303.xml", "registry-xml/ipso.lock.json"], _folder.Snapshot("Thermometer").Keys);
        Assert.InRange(_folder.Read("Thermometer/Program.cs").Split('\n').Length, 30, 55);
        Assert.Equal(File.ReadAllText(Path.Combine(Checkout.Registry, "3303.xml")), _folder.Read("Thermometer/registry-xml/3303.xml"));
        Assert.Equal("1 object up to date\n", (await ToolProcess.RunAsync(_folder["Thermometer"], "registry", "update")).Succeeds().Output);
    }

    [Fact]
    public async Task Without_a_name_the_current_folder_is_the_project()
    {
        string current = Directory.CreateDirectory(_folder["My.Device-1"]).FullName;

        (await ToolProcess.RunAsync(current, "new", "device", "-o", "Humidity")).Succeeds();

        Assert.Equal(["My.Device-1.csproj", "Program.cs", "registry-xml/3304.xml", "registry-xml/ipso.lock.json"], _folder.Snapshot("My.Device-1").Keys);
    }

    [Fact]
    public async Task Definitions_of_ones_own_are_taken_along()
    {
        _folder.Write("mine/30001.xml", new ObjectXml(30001, "Event") { Items = [new(1, "Warmth") { IsMandatory = true, Range = "-40..-20" }] }.Text);

        (await RunAsync("heat", "--objects", "event", "--registry", "mine")).Succeeds();

        string program = _folder.Read("heat/Program.cs");
        Assert.Contains("Event eventObject = new() { Warmth = -30 };\n", program, StringComparison.Ordinal);
        Assert.Contains("\"source\": \"../../mine\"", _folder.Read("heat/registry-xml/ipso.lock.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_was_asked_for_is_the_one_that_stays()
    {
        _folder.Write("mine/30001.xml", new ObjectXml(30001, "Glow") { Version = "1.1" }.Text);
        _folder.Write("mine/version_history/30001-1_0.xml", new ObjectXml(30001, "Glow").Text);

        (await RunAsync("old", "--objects", "glow@1.0", "--registry", "mine")).Succeeds();

        Assert.Equal(new ObjectXml(30001, "Glow").Text, _folder.Read("old/registry-xml/30001.xml"));
        Assert.Contains("\"pinned\": true", _folder.Read("old/registry-xml/ipso.lock.json"), StringComparison.Ordinal);
        (await RunAsync("both", "--objects", "glow@1.0,30001", "--registry", "mine"))
            .Fails(2, "object 30001 is wanted in the versions 1.0 and 1.1, and a device has it in one");
    }

    [Fact]
    public async Task A_folder_with_something_in_it_stays_as_it_is()
    {
        _folder.Write("Thermometer/notes.txt", "mine");
        var before = _folder.Snapshot();

        (await RunAsync("Thermometer")).Fails(2, "'Thermometer' is not empty, and nothing in it is written over; name another folder");

        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public async Task A_folder_that_is_no_folder_is_told()
    {
        _folder.Write("file", "");
        (await RunAsync("file")).Fails(2, "'file' is a file; a folder is wanted that is empty or not there");
    }

    [LinuxFact]
    public async Task What_cannot_be_written_leaves_nothing_behind()
    {
        // Nobody may write there, not even root.
        (await RunAsync("/proc/Thermometer")).FailsWith(6, "'/proc/Thermometer' cannot be written");
        Assert.False(Directory.Exists("/proc/Thermometer"));
    }

    [Theory]
    [InlineData("'my device' is no name of a project; write one of letters, digits, '.', '-' and '_' that begins with a letter", "my device")]
    [InlineData("'ipso' is the name of the package that the project needs; write another one", "ipso")]
    [InlineData("there is no object tempature in the tool's own registry; did you mean 3303 (Temperature)?", "X", "--objects", "tempature")]
    [InlineData("object 3 (Device) is there in every device, and kept by it; leave it out", "X", "--objects", "3,3303")]
    [InlineData("which objects? Write ids or names, for example: --objects 3303,3311", "X", "--objects", ",")]
    [InlineData("'--object' is no option; did you mean --objects? 'ipso new device --help' has the list", "--object")]
    public async Task What_is_wrong_on_the_command_line_is_exit_code_2(string line, params string[] arguments)
    {
        (await RunAsync(arguments)).Fails(2, line);
        Assert.Empty(_folder.Snapshot());
    }

    private static string Version { get; } =
        typeof(NewTests).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private Task<Outcome> RunAsync(params string[] arguments) => ToolProcess.RunAsync(_folder.Path, ["new", "device", .. arguments]);
}
