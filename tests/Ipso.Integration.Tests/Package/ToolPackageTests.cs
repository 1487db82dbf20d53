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
        await fixture.PackAsync("src/Ipso.Tool", feed);

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
