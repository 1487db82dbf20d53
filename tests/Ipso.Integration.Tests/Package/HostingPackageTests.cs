using System.IO.Compression;
using System.Xml.Linq;

namespace Ipso.Integration.Tests.Package;

/// <summary>What a user gets who adds the package of devices in a host.</summary>
[Collection(PackageGroup.Name)]
[Trait("Category", "Package")]
public sealed class HostingPackageTests(PackageFixture fixture)
{
    [Fact]
    public async Task It_has_the_library_alone_and_names_what_it_needs()
    {
        string feed = Path.Combine(fixture.Feed, "hosting");
        await fixture.PackAsync("src/Ipso.Hosting", feed);
        Assert.Single(Directory.GetFiles(feed, "*.snupkg"));

        using ZipArchive package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(feed, "*.nupkg")));
        string[] ours = [.. package.Entries.Select(static entry => entry.FullName)
            .Where(static name => !name.StartsWith("_rels/", StringComparison.Ordinal))
            .Where(static name => !name.StartsWith("package/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "Ipso.Hosting.nuspec", "[Content_Types].xml", "device.md", "icon.png",
                "lib/net10.0/Ipso.Hosting.dll", "lib/net10.0/Ipso.Hosting.xml",
            ],
            ours);

        using Stream nuspec = package.GetEntry("Ipso.Hosting.nuspec")!.Open();
        XElement metadata = XDocument.Load(nuspec).Root!.Elements().Single();
        Assert.Equal(
            [
                "Ipso", "Microsoft.Extensions.Diagnostics.HealthChecks", "Microsoft.Extensions.Hosting.Abstractions",
                "Microsoft.Extensions.Logging.Abstractions",
            ],
            metadata.Descendants().Where(static element => element.Name.LocalName == "dependency")
                .Select(static element => element.Attribute("id")!.Value).Order(StringComparer.Ordinal));
    }
}
