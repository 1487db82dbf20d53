using Ipso.Net;
using Ipso.Tests.Docs;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Ipso.AspNetCore.Tests;

/// <summary>The example of docs/coap-connections.md, compiled and run: the code stands here as it stands there.</summary>
public sealed class WebSocketDocsTests
{
    [Fact]
    public async Task An_application_serves_CoAP()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();

        WebApplication app = builder.Build();
        CoapServer coap = new();
        coap.MapGet("/temperature", _ => CoapReply.Content("21.5")).Observable();
        app.MapCoap(coap);
        await app.StartAsync();

        await using CoapClient client = await CoapClient.ConnectAsync(new Uri($"coap+ws://{new Uri(app.Urls.First()).Authority}"));
        CoapClientResponse response = await client.GetAsync("/temperature");

        Assert.Equal("21.5", response.GetText());
        await app.DisposeAsync();
        await coap.DisposeAsync();
    }

    [Fact]
    public void The_example_of_the_page_stands_here()
    {
        string[] examples = new DocsPage("coap-connections.md", "WebSockets").Examples();
        Assert.Single(examples);
        DocsPage.AssertStandHere(examples);
    }
}
