using System.Diagnostics;
using System.Net;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ipso.Coap;
using Ipso.Net;

namespace Ipso.Integration.Tests;

/// <summary>IpsoFormats: from a project's property to what its device answers, and to what a trimmer leaves out.</summary>
public sealed class FormatsTests : IDisposable
{
    private const string Switch = "Ipso.Formats.";
    private const string All = "Cbor=true Json=true LwM2MCbor=true SenMLCbor=true SenMLJson=true Tlv=true";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipso-formats-");

    [Theory]
    [InlineData("SenMLCbor", "Cbor=false Json=false LwM2MCbor=false SenMLCbor=true SenMLJson=false Tlv=false")]
    [InlineData("SenMLCbor;Tlv", "Cbor=false Json=false LwM2MCbor=false SenMLCbor=true SenMLJson=false Tlv=true")]
    [InlineData("lwm2mcbor;cbor;json", "Cbor=true Json=true LwM2MCbor=true SenMLCbor=false SenMLJson=false Tlv=false")]
    [InlineData(" senmlcbor ;\n tlv; OctetStream;", "Cbor=false Json=false LwM2MCbor=false SenMLCbor=true SenMLJson=false Tlv=true")]
    [InlineData("SenMLJson;SenMLCbor;Tlv;LwM2MCbor;Cbor;Json", All)]
    [InlineData("PlainText", "Cbor=false Json=false LwM2MCbor=false SenMLCbor=false SenMLJson=false Tlv=false")]
    [InlineData("", "")]
    public async Task The_property_becomes_switches_of_the_program(string formats, string expected) =>
        Assert.Equal(expected, await SwitchesAsync($"-p:IpsoFormats={formats.Replace(";", "%3B", StringComparison.Ordinal)}"));

    [Theory]
    [InlineData("PublishTrimmed")]
    [InlineData("PublishAot")]
    public async Task A_trimmer_is_told_what_is_on_even_where_all_is(string property) =>
        Assert.Equal(All, await SwitchesAsync($"-p:{property}=true"));

    [Fact]
    public async Task An_unknown_format_ends_the_build_with_its_name()
    {
        string project = Project("samples/Thermostat/Thermostat.csproj");
        (int exitCode, string output, string error) = await DotNet.RunAsync(
            "msbuild", project, "-nologo", "-nodeReuse:false", "-p:IpsoFormats=SenMLCobr%3BTlv%3BLinkFormat", "-t:IpsoCheckFormats");

        Assert.Equal((1, ""), (exitCode, error));
        const string Advice =
            "is no format; write PlainText, OctetStream, SenMLJson, SenMLCbor, Tlv, LwM2MCbor, Cbor or Json, "
            + "with semicolons between them";
        Assert.Equal(
            [
                $"{project} : error IPSO0040: 'SenMLCobr' in IpsoFormats {Advice}",
                $"{project} : error IPSO0040: 'LinkFormat' in IpsoFormats {Advice}",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task A_device_refuses_a_format_that_is_switched_off_and_answers_in_the_others()
    {
        await using Served device = await ServeAsync("SenMLJson", "SenMLCbor", "Json");
        CoapClient client = device.Client;

        Assert.Equal("4.06 available: 0, 42, 60, 11542, 11544", Text(await client.GetAsync("/3308/0", ContentFormat.SenMLJson)));
        Assert.Equal("4.06 available: 0, 42, 60, 11542, 11544", Text(await client.GetAsync("/3308/0/5900", ContentFormat.SenMLCbor)));
        Assert.Equal(
            "4.15 available: 0, 42, 60, 11542, 11544",
            Text(await client.PutAsync("/3308/0/5900", """[{"n":"/3308/0/5900","v":20}]"""u8.ToArray(), ContentFormat.SenMLJson)));
        Assert.Equal("2.04 ", Text(await client.PutAsync("/3308/0/5900", new byte[] { 0xE4, 0x17, 0x0C, 0x41, 0xA4, 0, 0 }, ContentFormat.Tlv)));
        Assert.Equal("2.05 20.5", Text(await client.GetAsync("/3308/0/5900")));
        // Of the formats for a whole instance the device chooses the smallest that is left.
        Assert.Equal(ContentFormat.Tlv, (await client.GetAsync("/3308/0")).ContentFormat);
        // And so it shows itself.
        Assert.Contains("    /5900 Set Point Value = 21\n", device.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_of_single_values_carries_text_alone()
    {
        await using Served device = await ServeAsync("SenMLJson", "SenMLCbor", "Tlv", "LwM2MCbor", "Cbor", "Json");
        CoapClient client = device.Client;

        Assert.Equal("4.06 format 0 cannot carry this; ask for another one of 0, 42", Text(await client.GetAsync("/3308/0")));
        Assert.Equal("4.06 available: 0, 42", Text(await client.GetAsync("/3308/0", ContentFormat.Tlv)));
        Assert.Equal("2.04 ", Text(await client.PutAsync("/3308/0/5900", "19"u8.ToArray(), ContentFormat.PlainText)));
        Assert.Equal("2.05 19", Text(await client.GetAsync("/3308/0/5900")));
        Assert.Contains("/3308 Set Point 1.1\n  /0\n/26300", device.Shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SenMLJson", "Tlv", "SenMLCbor")]
    [InlineData("SenMLJson", "Tlv")]
    [InlineData("SenMLCbor")]
    public async Task The_demo_says_which_formats_are_left_out_and_goes_on(params string[] off)
    {
        (int exitCode, string output, string error) =
            await DotNet.RunAsync("exec", "--runtimeconfig", await ConfigurationAsync(off), DotNet.Thermostat, "--demo");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(off.Length, output.Split("\n    (the project's IpsoFormats leave this format out)\n").Length - 1);
        Assert.Equal(!off.Contains("SenMLCbor"), output.Contains("    new Temperature { SensorValue = ", StringComparison.Ordinal));
        Assert.EndsWith("GET /3308/0/5900\n  2.05 Content (PlainText, 2 bytes)\n    21\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SenMLJson;Json", "Json OmaJson")]
    [InlineData("Json", "OmaJson")]
    [InlineData("SenMLCbor;LwM2MCbor;Cbor", "Cbor LwM2MCbor SingleCbor CborValue")]
    [InlineData("LwM2MCbor", "LwM2MCbor")]
    [InlineData("Cbor", "SingleCbor")]
    [InlineData("LwM2MCbor;Cbor", "LwM2MCbor SingleCbor")]
    [InlineData("Tlv", "Tlv")]
    public async Task A_trimmer_leaves_out_the_codec_that_is_switched_off_and_no_other(string formats, string gone)
    {
        string runtime = typeof(ContentFormat).Assembly.Location;
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

        (int exitCode, string output, string error) = await DotNet.RunAsync(
        [
            // What a program needs is kept; of the runtime as such all internals would be, for they are visible to its tests.
            await IllinkAsync(), "-a", DotNet.Thermostat, "entrypoint", "-d", Path.GetDirectoryName(DotNet.Thermostat)!, "-d", framework,
            "--skip-unresolved", "true",
            "--action", "skip", "--trim-mode", "skip", "--action", "copy", "Thermostat", "--action", "link", "Ipso.Runtime",
            .. formats.Split(';').SelectMany(IEnumerable<string> (format) => ["--feature", Switch + format, "false"]), "-out", _folder.FullName,
        ]);

        Assert.Equal((0, "", ""), (exitCode, output.Trim(), error));
        string[] methods = CodecMethods(Path.Combine(_folder.FullName, "Ipso.Runtime.dll"));
        string[] words = ["Json", "OmaJson", "Cbor", "LwM2MCbor", "SingleCbor", "CborValue", "Tlv"];
        Assert.All(words, w => Assert.Contains(CodecMethods(runtime), method => method.Contains(w, StringComparison.Ordinal)));
        string[] left = [.. methods.Where(method => gone.Split(' ').Any(w => method.Contains(w, StringComparison.Ordinal)))];
        Assert.Equal([], left);
        Assert.All(words.Except(gone.Split(' ')), w => Assert.Contains(methods, method => method.Contains(w, StringComparison.Ordinal)));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<string> SwitchesAsync(string property)
    {
        (int exitCode, string output, string error) = await DotNet.RunAsync(
            "msbuild", Project("samples/Thermostat/Thermostat.csproj"), "-nologo", "-nodeReuse:false", property,
            "-getItem:RuntimeHostConfigurationOption");
        Assert.Equal((0, ""), (exitCode, error));
        IEnumerable<JsonNode> options = JsonNode.Parse(output)!["Items"]!["RuntimeHostConfigurationOption"]!.AsArray()
            .Where(option => option!["Identity"]!.GetValue<string>().StartsWith(Switch, StringComparison.Ordinal))!;
        Assert.All(options, option => Assert.Equal("true", option["Trim"]!.GetValue<string>()));
        return string.Join(' ', options
            .Select(option => $"{option["Identity"]!.GetValue<string>()[Switch.Length..]}={option["Value"]}")
            .Order(StringComparer.Ordinal));
    }

    private static async Task<string> IllinkAsync()
    {
        // The SDK restores its linker for every project that is trimmable, as the runtime is.
        (_, string output, _) = await DotNet.RunAsync(
            "msbuild", Project("src/Ipso.Runtime/Ipso.Runtime.csproj"), "-nologo", "-nodeReuse:false",
            "-getProperty:ILLinkTasksAssembly");
        return Path.Combine(Path.GetDirectoryName(output.Trim())!, "illink.dll");
    }

    private static string Project(string path) => Path.Combine(DotNet.Root, path);

    private static string[] CodecMethods(string assembly)
    {
        using PEReader file = new(File.OpenRead(assembly));
        MetadataReader metadata = file.GetMetadataReader();
        return
        [
            .. metadata.TypeDefinitions.Select(metadata.GetTypeDefinition)
                .Where(type => metadata.GetString(type.Namespace) == "Ipso.Lwm2m.Codecs" && metadata.GetString(type.Name) != "CodecSwitches")
                .SelectMany(type => type.GetMethods()
                    .Select(method => $"{metadata.GetString(type.Name)}.{metadata.GetString(metadata.GetMethodDefinition(method).Name)}")),
        ];
    }

    /// <summary>Starts the sample with switches off.</summary>
    private async Task<Served> ServeAsync(params string[] off) => await Served.StartAsync(
        DotNet.Start("exec", "--runtimeconfig", await ConfigurationAsync(off), DotNet.Thermostat, "--bind", "127.0.0.1:0"));

    // With switches off as a project with IpsoFormats would have them in its runtimeconfig.json.
    private async Task<string> ConfigurationAsync(string[] off)
    {
        JsonNode configuration = JsonNode.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(DotNet.Thermostat, ".runtimeconfig.json")))!;
        foreach (string format in off)
        {
            configuration["runtimeOptions"]!["configProperties"]![Switch + format] = false;
        }

        string path = Path.Combine(_folder.FullName, "runtimeconfig.json");
        await File.WriteAllTextAsync(path, configuration.ToJsonString(JsonSerializerOptions.Default));
        return path;
    }

    private static string Text(CoapClientResponse response) =>
        $"{response.Code.ToString().Split(' ')[0]} {Encoding.UTF8.GetString(response.Payload)}";

    /// <summary>The sample in a process of its own.</summary>
    private sealed class Served(Process process, CoapClient client, string shown) : IAsyncDisposable
    {
        public CoapClient Client => client;

        /// <summary>What it shows of its objects.</summary>
        public string Shown => shown;

        public static async Task<Served> StartAsync(Process process)
        {
            string[] first = (await process.StandardOutput.ReadLineAsync())?.Split(' ') ?? [await process.StandardError.ReadToEndAsync()];
            IPEndPoint address = IPEndPoint.Parse(first[0].Replace("coap://", "", StringComparison.Ordinal));
            StringBuilder shown = new();
            while (await process.StandardOutput.ReadLineAsync() is { Length: > 0 } line)
            {
                shown.Append(line).Append('\n');
            }

            return new(process, CoapClient.Connect(address), shown.ToString());
        }

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
