using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;

namespace Ipso.Integration.Tests.Package;

/// <summary>What a user gets who adds the package to a project and names an object.</summary>
[Collection(PackageGroup.Name)]
[Trait("Category", "Package")]
public sealed class PackageTests(PackageFixture fixture)
{
    private const string Strict = "<PropertyGroup><TreatWarningsAsErrors>true</TreatWarningsAsErrors></PropertyGroup>";

    [Fact]
    public void One_package_has_it_all_and_needs_no_other()
    {
        using ZipArchive package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(fixture.Feed, "*.nupkg")));
        string registry = Path.Combine(PackageFixture.Checkout, "registry-xml");
        var definitions = Directory.GetFiles(registry).Select(static path => "registry/" + Path.GetFileName(path));
        string[] ours = [.. package.Entries.Select(static entry => entry.FullName)
            .Where(static name => !name.StartsWith("_rels/", StringComparison.Ordinal))
            .Where(static name => !name.StartsWith("package/", StringComparison.Ordinal))];

        Assert.Equal(
            new[]
            {
                "Ipso.nuspec", "README.md", "[Content_Types].xml", "icon.png",
                "analyzers/dotnet/cs/Ipso.Generator.dll",
                "buildTransitive/Ipso.Catalog.props", "buildTransitive/Ipso.Formats.targets", "buildTransitive/Ipso.props",
                "buildTransitive/Ipso.targets",
                "lib/net10.0/Ipso.Runtime.dll", "lib/net10.0/Ipso.Runtime.xml",
            }.Concat(definitions).Order(StringComparer.Ordinal),
            ours.Order(StringComparer.Ordinal));

        using Stream nuspec = package.GetEntry("Ipso.nuspec")!.Open();
        XElement metadata = XDocument.Load(nuspec).Root!.Elements().Single();
        Assert.Equal("Ipso", Value("id"));
        Assert.Equal("MIT", Value("license"));
        Assert.Equal("icon.png", Value("icon"));
        Assert.Equal("README.md", Value("readme"));
        Assert.DoesNotContain(metadata.Descendants(), static element => element.Name.LocalName == "dependency");
        Assert.Single(Directory.GetFiles(fixture.Feed, "*.snupkg"));

        string Value(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
    }

    [Fact]
    public async Task A_program_takes_objects_by_id_name_and_path_and_puts_them_on_the_wire()
    {
        UserProject app = await fixture.CreateAsync("App", Strict + """
            <PropertyGroup>
              <IpsoNamespace>Things</IpsoNamespace>
              <EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>
            </PropertyGroup>
            <ItemDefinitionGroup>
              <IpsoObject>
                <Measurement>false</Measurement>
              </IpsoObject>
            </ItemDefinitionGroup>
            <ItemGroup>
              <IpsoObject Include="3303" Resources="5601;Sensor Units" Measurement="true" />
              <IpsoObject Include="generic sensor;On/Off switch" Visibility="internal" />
              <IpsoObject Include="LightControl" ClassName="Lamp" Namespace="Things.Lit" />
              <IpsoObject Include="objects/**/*.xml" />
              <IpsoObject Include="3336" Namespace="Things.Gps" />
              <AdditionalFiles Include="plain.xml" IpsoClassName="Plain" IpsoResources="5700;SensorUnits" />
              <AdditionalFiles Include="other.xml" Resources="a;b" ClassName="x y" />
            </ItemGroup>
            """);
        await app.DefineAsync("objects/deep/my.xml", "6");
        await app.DefineAsync("plain.xml", "3304");
        await app.WriteAsync("other.xml", "<somebody-elses />");
        await app.WriteAsync("Temperature/readme.txt", "A folder of an object's name does not hide the object.");
        await app.WriteAsync("Program.cs", """
            using System.Reflection;
            using Ipso.Coap;
            using Ipso.Lwm2m.Model;
            using Things;

            Temperature sent = new() { SensorValue = 21.5, SensorUnits = "Cel" };
            byte[] payload = new byte[100];
            Console.WriteLine(Representation.Write(sent, ContentFormat.SenMLCbor, payload, out int written));
            Console.WriteLine(Representation.TryRead(0, ContentFormat.SenMLCbor, payload.AsSpan(0, written), out Temperature read, out _));
            Console.WriteLine(FormattableString.Invariant($"{read.SensorValue} {read.SensorUnits} {read.MinMeasuredValue}"));
            Show(
                typeof(Temperature), typeof(GenericSensor), typeof(OnOffSwitch), typeof(Things.Lit.Lamp), typeof(Location),
                typeof(Things.Gps.Location), typeof(Plain));

            static void Show(params Type[] types)
            {
                foreach (Type type in types)
                {
                    ObjectInfo info = (ObjectInfo)type.GetProperty("Info")!.GetValue(null)!;
                    MethodInfo keeps = type.GetMethod("KeepExtremes", BindingFlags.Instance | BindingFlags.NonPublic, [typeof(bool)])!;
                    bool follows = keeps.DeclaringType == type;
                    string visibility = type.IsPublic ? "public" : "internal";
                    Console.WriteLine($"{type} {info.ObjectId} {visibility} {(follows ? "follows" : "alone")}");
                }

                Console.WriteLine(string.Join(' ', Temperature.Info.Resources.ToArray().Select(resource => resource.Id)));
                Console.WriteLine(string.Join(' ', Plain.Info.Resources.ToArray().Select(resource => resource.Id)));
            }
            """);

        await app.BuildCleanlyAsync();

        Assert.Equal(
            """
            Written
            True
            21.5 Cel 21.5
            Things.Temperature 3303 public follows
            Things.GenericSensor 3300 internal alone
            Things.OnOffSwitch 3342 internal alone
            Things.Lit.Lamp 3311 public alone
            Things.Location 6 public alone
            Things.Gps.Location 3336 public alone
            Things.Plain 3304 public alone
            5601 5700 5701
            5700 5701

            """,
            await app.RunAsync());
        Assert.Single(app.Analyzers, static path => Path.GetFileName(path) == "Ipso.Generator.dll");
    }

    [Fact]
    public async Task A_library_brings_the_package_to_those_that_reference_it()
    {
        UserProject library = await fixture.CreateAsync(
            "Chain.Library", Strict + "<ItemGroup><IpsoObject Include=\"3303\" /></ItemGroup>", isProgram: false);
        await library.WriteAsync("Sensors.cs", """
            namespace Chain;

            public static class Sensors
            {
                public static Ipso.Objects.Temperature New() => new() { SensorValue = 1.5 };
            }
            """);

        // With its own objects, and without a word of the package.
        UserProject app = await fixture.CreateAsync(
            "Chain.App",
            Strict + """
            <ItemGroup>
              <ProjectReference Include="../Chain.Library/Chain.Library.csproj" />
              <IpsoObject Include="Light Control" />
            </ItemGroup>
            """,
            isDirect: false);
        await app.WriteAsync("Program.cs", """
            Console.WriteLine(new Ipso.Objects.LightControl { OnOff = true }.Definition.Name);
            Console.WriteLine(FormattableString.Invariant($"{Chain.Sensors.New().SensorValue}"));
            """);

        await app.BuildCleanlyAsync();

        Assert.Equal("Light Control\n1.5\n", (await app.RunAsync()).ReplaceLineEndings("\n"));
        Assert.Single(library.Analyzers, static path => Path.GetFileName(path) == "Ipso.Generator.dll");
        Assert.Single(app.Analyzers, static path => Path.GetFileName(path) == "Ipso.Generator.dll");
    }

    [Fact]
    public async Task An_edit_of_a_definition_compiles_anew_and_no_edit_does_not()
    {
        UserProject library = await fixture.CreateAsync(
            "Edited", "<ItemGroup><IpsoObject Include=\"my.xml\" /></ItemGroup>", isProgram: false);
        await library.DefineAsync("my.xml", "3303");
        await library.WriteAsync("User.cs", "class User { object New() => new Ipso.Objects.Temperature { SensorValue = 1 }; }");
        await library.BuildCleanlyAsync();
        DateTime first = File.GetLastWriteTimeUtc(library.Assembly);

        await library.BuildCleanlyAsync("--no-restore");
        Assert.Equal(first, File.GetLastWriteTimeUtc(library.Assembly));

        await library.DefineAsync("my.xml", "3303", ("<Name>Temperature</Name>", "<Name>Warmth</Name>"));
        Outcome build = await library.BuildAsync("--no-restore");
        Assert.Contains("error CS0234", build.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_IDE_sees_the_files_and_a_registry_of_the_users_own_is_looked_up()
    {
        UserProject project = await fixture.CreateAsync("Evaluated", """
            <PropertyGroup>
              <IpsoRegistry>../My registry</IpsoRegistry>
            </PropertyGroup>
            <ItemGroup>
              <AdditionalFiles Include="my.xml" />
              <IpsoObject Include="3303-1_0;Temperature;20000" />
              <IpsoObject Include="my.xml" Namespace="Mine" Anything="too" />
            </ItemGroup>
            """);
        await project.DefineAsync("../My registry/3303.xml", "3303");
        await project.DefineAsync("../My registry/20000.xml", "3303");
        await project.DefineAsync("../My registry/version_history/3303-1_0.xml", "3303");
        await project.DefineAsync("my.xml", "3304");
        Assert.Equal(0, (await fixture.DotnetAsync(project.Folder, "restore", "--disable-build-servers")).ExitCode);

        var files = await project.EvaluateAsync("AdditionalFiles");

        string[] expected =
            ["../My registry/20000.xml", "../My registry/version_history/3303-1_0.xml", "../My registry/3303.xml", "my.xml"];
        Assert.Equal(
            expected.Select(name => Path.GetFullPath(Path.Combine(project.Folder, name))).Order(StringComparer.Ordinal),
            files.Select(file => file.GetProperty("FullPath").GetString()).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal("true", file.GetProperty("IpsoDeclared").GetString()));
        JsonElement mine = Assert.Single(files, static file => file.TryGetProperty("Namespace", out _));
        Assert.Equal(("Mine", "too"), (mine.GetProperty("Namespace").GetString(), mine.GetProperty("Anything").GetString()));
    }
}
