using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Ipso.Integration.Tests.Package;

[CollectionDefinition(Name)]
public sealed class PackageGroup : ICollectionFixture<PackageFixture>
{
    internal const string Name = "Package";
}

/// <summary>
/// The package as a user has it: packed from what this run built, restored from a folder of its own into a cache of its own, and
/// used by projects that lie outside the checkout.
/// </summary>
public sealed class PackageFixture : IAsyncLifetime
{
    // A build takes seconds; one that hangs must not hold the tests for ever.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly string _root = Directory.CreateTempSubdirectory("ipso-package-").FullName;

    public static string Checkout { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../.."));

    internal string Feed => Path.Combine(_root, "feed");

    /// <summary>That of Ipso.AspNetCore, which needs the other.</summary>
    internal string WebFeed => Path.Combine(_root, "web");

    internal string Cache => Path.Combine(_root, "cache");

    public async Task InitializeAsync()
    {
        await PackAsync("src/Ipso.Runtime", Feed);
        await PackAsync("src/Ipso.AspNetCore", WebFeed);

        // Nothing above may have a say in the projects.
        await WriteAsync("Directory.Build.props", "<Project />");
        await WriteAsync("Directory.Build.targets", "<Project />");
        await WriteAsync("Directory.Packages.props", "<Project />");
        await WriteAsync(".editorconfig", "root = true\n");
        await WriteAsync("nuget.config", """
            <configuration>
              <packageSources>
                <clear />
                <add key="feed" value="feed" />
                <add key="web" value="web" />
              </packageSources>
              <fallbackPackageFolders>
                <clear />
              </fallbackPackageFolders>
            </configuration>
            """);
        File.Copy(Path.Combine(Checkout, "global.json"), Path.Combine(_root, "global.json"));
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A project that references the package, unless its body says otherwise.</summary>
    internal async Task<UserProject> CreateAsync(string name, string body, bool isDirect = true, bool isProgram = true)
    {
        UserProject project = new(this, Path.Combine(_root, name), name);
        await project.WriteAsync($"{name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>{(isProgram ? "Exe" : "Library")}</OutputType>
                <UseAppHost>false</UseAppHost>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                {(isDirect ? "<PackageReference Include=\"Ipso\" Version=\"*\" />" : "")}
              </ItemGroup>
              {body}
              <Target Name="ListAnalyzers" AfterTargets="CoreCompile">
                <WriteLinesToFile File="$(IntermediateOutputPath)analyzers.txt" Lines="@(Analyzer)" Overwrite="true" />
              </Target>
            </Project>
            """);
        return project;
    }

    /// <summary>Packs what this run built of a project.</summary>
    /// <param name="project">Its folder in the checkout.</param>
    /// <param name="feed">The folder that the package goes to.</param>
    internal async Task PackAsync(string project, string feed)
    {
        string configuration = typeof(PackageFixture).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        Outcome pack = await DotnetAsync(
            Path.Combine(Checkout, project), "pack", "-c", configuration, "--no-build", "-o", feed, "--disable-build-servers");
        Assert.True(pack.ExitCode == 0, pack.Output);
        Assert.DoesNotContain("warning", pack.Output, StringComparison.Ordinal);
    }

    internal Task<Outcome> DotnetAsync(string directory, params string[] arguments) => RunAsync("dotnet", directory, arguments);

    /// <summary>Runs a program, one from a package for example, as a user would.</summary>
    internal async Task<Outcome> RunAsync(string program, string directory, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // This process may itself run in an MSBuild, whose settings are not for another one.
        foreach (string name in start.Environment.Keys.ToArray())
        {
            if (name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            {
                start.Environment.Remove(name);
            }
        }

        if (directory.StartsWith(_root, StringComparison.Ordinal))
        {
            start.Environment["NUGET_PACKAGES"] = Cache;
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";

        using Process process = Process.Start(start)!;
        using CancellationTokenSource patience = new(s_patience);
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
            string output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new(process.ExitCode, output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_root, name), text);

    private static string Here([CallerFilePath] string path = "") => path;
}

/// <summary>What a program said.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its output, and behind that its errors.</param>
internal sealed record Outcome(int ExitCode, string Output);
