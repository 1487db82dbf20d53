using System.IO.Compression;
using System.Xml.Linq;

namespace Ipso.Integration.Tests.Package;

/// <summary>What a user gets who adds Ipso.AspNetCore to a web application.</summary>
[Collection(PackageGroup.Name)]
[Trait("Category", "Package")]
public sealed class WebPackageTests(PackageFixture fixture)
{
    [Fact]
    public void It_needs_Ipso_and_the_framework_alone()
    {
        using ZipArchive package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(fixture.WebFeed, "*.nupkg")));
        using Stream nuspec = package.GetEntry("Ipso.AspNetCore.nuspec")!.Open();
        XElement metadata = XDocument.Load(nuspec).Root!.Elements().Single();
        Assert.Equal(["Ipso"], Ids("dependency", "id"));
        Assert.Equal(["Microsoft.AspNetCore.App"], Ids("frameworkReference", "name"));
        Assert.NotNull(package.GetEntry("coap-connections.md"));

        IEnumerable<string?> Ids(string element, string attribute) => metadata.Descendants()
            .Where(found => found.Name.LocalName == element).Select(found => found.Attribute(attribute)?.Value);
    }

    [Fact]
    public async Task A_web_application_serves_CoAP()
    {
        UserProject app = await fixture.CreateAsync("Web", """
            <PropertyGroup><TreatWarningsAsErrors>true</TreatWarningsAsErrors></PropertyGroup>
            <ItemGroup><PackageReference Include="Ipso.AspNetCore" Version="*" /></ItemGroup>
            """, isDirect: false);
        await app.WriteAsync("Program.cs", """
            using Ipso.AspNetCore;
            using Ipso.Net;
            using Microsoft.AspNetCore.Builder;
            using Microsoft.Extensions.Logging;

            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
            builder.Logging.ClearProviders();
            await using WebApplication app = builder.Build();
            await using CoapServer coap = new();
            coap.MapGet("/temperature", _ => CoapReply.Content("21.5"));
            app.MapCoap(coap);
            await app.StartAsync();
            Uri uri = new($"coap+ws://{new Uri(app.Urls.First()).Authority}");
            await using CoapClient client = await CoapClient.ConnectAsync(uri);
            Console.WriteLine((await client.GetAsync("/temperature")).GetText());
            """);
        await app.BuildCleanlyAsync();
        Assert.Equal("21.5", (await app.RunAsync()).Trim());
    }
}
