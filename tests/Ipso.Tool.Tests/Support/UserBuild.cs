using System.Diagnostics;

namespace Ipso.Tool.Tests.Support;

/// <summary>
/// Builds a project as its user would. What the package brings to it comes from this checkout: its generator and runtime as they lie beside the
/// tests, and its properties and targets. That the package itself has them is for Ipso.Integration.Tests to show.
/// </summary>
internal static class UserBuild
{
    private static readonly string s_build = Path.Combine(Checkout.Root, "src/Ipso.Generator/build");

    /// <summary>Prepares a folder so that projects below it have the package without a source of packages.</summary>
    internal static void Prepare(TempFolder folder)
    {
        folder.Write("Directory.Build.props", $"""
            <Project>
              <Import Project="{s_build}/Ipso.props" />
            </Project>
            """);
        folder.Write("Directory.Build.targets", $"""
            <Project>
              <ItemGroup>
                <TakenPackage Include="@(PackageReference)" />
                <PackageReference Remove="Ipso" />
                <Reference Include="{AppContext.BaseDirectory}Ipso.Runtime.dll" />
                <Analyzer Include="{AppContext.BaseDirectory}Ipso.Generator.dll" />
              </ItemGroup>
              <Import Project="{s_build}/Ipso.targets" />
              <Target Name="ListPackages" AfterTargets="Build">
                <WriteLinesToFile File="$(MSBuildProjectDirectory)/packages.txt" Lines="@(TakenPackage->'%(Identity) %(Version)')" Overwrite="true" />
              </Target>
            </Project>
            """);
        folder.Write("Directory.Packages.props", "<Project />");
        folder.Write(".editorconfig", "root = true\n");
        folder.Write("nuget.config", "<configuration><packageSources><clear /></packageSources></configuration>");
        File.Copy(Path.Combine(Checkout.Root, "global.json"), folder["global.json"]);
    }

    /// <summary>Builds, and demands that nothing be said.</summary>
    internal static async Task BuildCleanlyAsync(string project)
    {
        string[] arguments = ["build", "--disable-build-servers", "-nologo", "-tl:off", "-v:quiet", "-m:1", "-nodeReuse:false", "-p:UseAppHost=false"];

        // This process may itself run in an MSBuild, whose settings are not for another one.
        string[] unset = [.. Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(static name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).SelectMany(static name => (string[])["-u", name])];
        using Process process = ToolProcess.Start(project, "env", [.. unset, "DOTNET_CLI_UI_LANGUAGE=en", "DOTNET_NOLOGO=1", "dotnet", .. arguments]);
        process.StandardInput.Close();
        Outcome build = await ToolProcess.EndAsync(process);
        Assert.True(build.ExitCode == 0 && !build.Output.Contains(": warning ", StringComparison.Ordinal), build.ToString());
    }
}
