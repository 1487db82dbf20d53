using System.Text.RegularExpressions;

namespace Ipso.Integration.Tests.Package;

/// <summary>What a real build says where something is wrong, and what silences it: docs/diagnostics.md, held to its word.</summary>
[Collection(PackageGroup.Name)]
[Trait("Category", "Package")]
public sealed partial class PackageDiagnosticsTests(PackageFixture fixture)
{
    [Fact]
    public async Task What_is_no_object_is_an_error_for_each_that_says_where_it_looked()
    {
        UserProject app = await fixture.CreateAsync("Unknown", """
            <PropertyGroup>
              <IpsoRegistry>$(MSBuildProjectDirectory)/registry/</IpsoRegistry>
            </PropertyGroup>
            <ItemGroup>
              <IpsoObject Include="99999;Tempratur;Location;Humidity;gone/my.xml;folder;text.txt" />
              <IpsoObject Include="Temperature" Class="Warmth" Resources="5700,5799" />
            </ItemGroup>
            """);
        await app.DefineAsync("registry/3303.xml", "3303");
        await app.WriteAsync("folder/a.txt", "");
        await app.WriteAsync("text.txt", "");
        await app.WriteAsync("Program.cs", "System.Console.WriteLine(new Ipso.Objects.Temperature { SensorValue = 1 });");

        Outcome build = await app.BuildAsync();

        string registry = Path.Combine(app.Folder, "registry") + Path.DirectorySeparatorChar;
        string project = Path.Combine(app.Folder, "Unknown.csproj");
        Assert.NotEqual(0, build.ExitCode);
        Assert.Equal(
            [
                NoObject("99999"),
                $"'Humidity' is object 3304, and there is no '{registry}3304.xml'; "
                    + "let IpsoRegistry name a folder that has it, or write the path of its definition",
                "'Location' is the name of the objects 6, 3336; write the id of the one you mean",
                NoObject("Tempratur"),
                NoObject("folder"),
                $"'gone/my.xml' is no file in '{app.Folder}'; correct the path, or write the object's id or name",
                NoObject("text.txt"),
            ],
            Said(build, "IPSO0031").Select(said => said.Split(": error IPSO0031: ")[1]).Order(StringComparer.Ordinal));
        Assert.All(Said(build, "IPSO0031"), said => Assert.StartsWith(project, said, StringComparison.Ordinal));

        // The others are generated all the same, and what is wrong with them is said too.
        Assert.Contains(
            "warning IPSO0032: 'Class' means nothing on this item and is ignored; did you mean ClassName?",
            Assert.Single(Said(build, "IPSO0032")),
            StringComparison.Ordinal);
        Assert.Contains(
            "error IPSO0033: Object 3303 (Temperature) has no resource '5799'; it has 5518 Timestamp, ",
            Assert.Single(Said(build, "IPSO0033")),
            StringComparison.Ordinal);
        Assert.DoesNotContain(": error CS", build.Output, StringComparison.Ordinal);

        string NoObject(string name) => $"'{name}' is no object: it is not the name of one, and there is no '{registry}{name}.xml'; "
            + "write an id, a name as registered, or the path of an .xml file";
    }

    [Fact]
    public async Task What_silences_a_diagnostic_and_what_does_not()
    {
        UserProject library = await fixture.CreateAsync(
            "Silenced",
            """
            <PropertyGroup>
              <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              <WarningsNotAsErrors>IPSO0015</WarningsNotAsErrors>
              <NoWarn>$(NoWarn);IPSO0010</NoWarn>
            </PropertyGroup>
            <ItemGroup>
              <IpsoObject Include="*.xml" />
            </ItemGroup>
            """,
            isProgram: false);
        await library.WriteAsync("Some.cs", """
            #pragma warning disable IPSO0014
            namespace Silenced;

            public static class Some;
            """);
        await library.WriteAsync(".globalconfig", """
            is_global = true
            dotnet_diagnostic.IPSO0012.severity = none
            dotnet_diagnostic.IPSO0011.severity = error
            """);
        await library.WriteAsync(".editorconfig", """
            [*]
            dotnet_diagnostic.IPSO0014.severity = none
            dotnet_diagnostic.IPSO0015.severity = none
            [*.xml]
            dotnet_diagnostic.IPSO0014.severity = none
            """);
        const string version = "<ObjectVersion>1.1</ObjectVersion>";
        await library.DefineAsync("a.xml", "3301", ("<Name>Illuminance</Name>", "<Name></Name>"));                         // IPSO0010
        await library.DefineAsync("b.xml", "3303", (version, "<ObjectVersion>one</ObjectVersion>"));                       // IPSO0012
        await library.DefineAsync("c.xml", "3304", (version, ""));                                                         // IPSO0011
        await library.DefineAsync("d.xml", "3316", ("<Name>Voltage</Name>", "<Name>Voltage</Name><Name>Again</Name>"));    // IPSO0015
        await library.DefineAsync("e.xml", "3317", ("<MultipleInstances>Multiple<", "<MultipleInstances>Many<"));          // IPSO0014

        Outcome build = await library.BuildAsync();

        Assert.Equal(
            ["c.xml error IPSO0011", "d.xml warning IPSO0015", "e.xml error IPSO0014"],
            Diagnostic().Matches(build.Output).Select(static match => $"{match.Groups[1].Value} {match.Groups[2].Value}")
                .Distinct().Order(StringComparer.Ordinal));
        Assert.NotEqual(0, build.ExitCode);
    }

    private static string[] Said(Outcome build, string id) =>
    [
        .. build.Output.Split('\n').Where(line => line.Contains($" {id}: ", StringComparison.Ordinal))
            .Select(static line => Project().Replace(line, "").Trim()).Distinct(),
    ];

    // Behind each line, but for one that is said of the project itself.
    [GeneratedRegex(@" \[[^]]+\.csproj\]\s*$")]
    private static partial Regex Project();

    [GeneratedRegex(@"([a-z]+\.xml)\([0-9,]+\): ((?:error|warning) [A-Z]+[0-9]+):")]
    private static partial Regex Diagnostic();
}
