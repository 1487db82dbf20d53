using System.Text.Json;

namespace Ipso.Integration.Tests.Package;

/// <summary>A project of a user's, in a folder of its own.</summary>
internal sealed class UserProject(PackageFixture fixture, string folder, string name)
{
    internal string Folder => folder;

    internal string Assembly => Path.Combine(folder, $"bin/Debug/net10.0/{name}.dll");

    /// <summary>The files that the last compilation took for analyzers and generators.</summary>
    internal string[] Analyzers => File.ReadAllLines(Path.Combine(folder, "obj/Debug/net10.0/analyzers.txt"));

    internal async Task<UserProject> WriteAsync(string file, string text)
    {
        string path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text);
        return this;
    }

    /// <summary>Takes a definition of the checkout's along, edited.</summary>
    internal Task<UserProject> DefineAsync(string file, string id, params (string Old, string New)[] edits) =>
        WriteAsync(file, edits.Aggregate(
            File.ReadAllText(Path.Combine(PackageFixture.Checkout, $"registry-xml/{id}.xml")),
            static (text, edit) =>
            {
                Assert.Contains(edit.Old, text, StringComparison.Ordinal);
                return text.Replace(edit.Old, edit.New, StringComparison.Ordinal);
            }));

    internal Task<Outcome> BuildAsync(params string[] arguments) =>
        fixture.DotnetAsync(folder, ["build", $"{name}.csproj", "--disable-build-servers", "-nologo", "-tl:off", "-v:quiet", .. arguments]);

    /// <summary>Builds, and demands that nothing be said.</summary>
    internal async Task<UserProject> BuildCleanlyAsync(params string[] arguments)
    {
        Outcome build = await BuildAsync(arguments);
        Assert.True(build.ExitCode == 0 && !build.Output.Contains(": warning ", StringComparison.Ordinal), build.Output);
        return this;
    }

    internal async Task<string> RunAsync()
    {
        Outcome run = await fixture.DotnetAsync(folder, Assembly);
        Assert.True(run.ExitCode == 0, run.Output);
        return run.Output;
    }

    /// <summary>The items as an IDE sees them: evaluated, with no target run.</summary>
    internal async Task<JsonElement[]> EvaluateAsync(string item)
    {
        Outcome run = await fixture.DotnetAsync(folder, "msbuild", $"{name}.csproj", $"-getItem:{item}", "-nodeReuse:false");
        Assert.True(run.ExitCode == 0, run.Output);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        return [.. document.RootElement.GetProperty("Items").GetProperty(item).EnumerateArray().Select(static element => element.Clone())];
    }
}
