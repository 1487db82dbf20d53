using System.Reflection;

namespace Ipso.Integration.Tests.Package;

/// <summary>What a user gets who installs the command.</summary>
[Collection(PackageGroup.Name)]
[Trait("Category", "Package")]
public sealed class ToolPackageTests(PackageFixture fixture)
{
    [Fact]
    public async Task It_installs_and_runs()
    {
        string feed = Path.Combine(fixture.Feed, "tool");
        string configuration = typeof(ToolPackageTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        Outcome pack = await fixture.DotnetAsync(
            Path.Combine(PackageFixture.Checkout, "src/Ipso.Tool"),
            "pack", "-c", configuration, "--no-build", "-o", feed, "--disable-build-servers");
        Assert.True(pack.ExitCode == 0, pack.Output);
        Assert.DoesNotContain("warning", pack.Output, StringComparison.Ordinal);

        string tools = Path.Combine(fixture.Feed, "tools");
        Outcome install = await fixture.DotnetAsync(
            fixture.Feed, "tool", "install", "Ipso.Tool", "--tool-path", tools, "--add-source", feed, "--prerelease");
        Assert.True(install.ExitCode == 0, install.Output);

        Outcome describe = await fixture.RunAsync(Path.Combine(tools, "ipso"), tools, "describe", "3303");
        Assert.True(describe.ExitCode == 0, describe.Output);
        Assert.Contains("Temperature", describe.Output, StringComparison.Ordinal);
        Assert.Contains("5700", describe.Output, StringComparison.Ordinal);
    }
}
