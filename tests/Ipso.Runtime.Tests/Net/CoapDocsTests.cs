using System.Net;
using Ipso.Coap;
using Ipso.Net;
using Ipso.Tests.Docs;

namespace Ipso.Tests.Net;

/// <summary>The examples of docs/coap.md, compiled and run: the code stands here as it stands there.</summary>
public class CoapDocsTests
{
    [Fact]
    [Trait("Category", "Network")]
    public async Task A_server_and_its_client()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        CancellationToken cancellationToken = timeout.Token;
        string image = Path.GetTempFileName();
        string path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(image, new byte[5000], cancellationToken);

        double temperature = 21.5;
        await using CoapServer server = new();
        server.MapGet("/sensors/{id}", request => CoapReply.Content($"{request["id"]}: {temperature}")).Observable();
        server.MapPut("/firmware", async (request, ct) =>
        {
            await using FileStream file = File.Create(path);
            await request.Body.CopyToAsync(file, ct);
            return CoapReply.Changed;
        }).StreamBody();
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        string uri = $"coap://{server.LocalEndPoint}";

        await using CoapClient coap = new();
        CoapClientResponse response = await coap.GetAsync($"{uri}/sensors/7", cancellationToken);
        Console.WriteLine(response.EnsureSuccess().GetText());

        await using Stream firmware = File.OpenRead(image);
        await coap.PutAsync($"{uri}/firmware", firmware, ContentFormat.OctetStream, cancellationToken);

        await foreach (CoapClientResponse notification in coap.ObserveAsync($"{uri}/sensors/7", cancellationToken: cancellationToken))
        {
            Console.WriteLine(notification.GetText());
            if (temperature > 22)
            {
                break;
            }

            temperature++;
            server.Changed("/sensors/7");
        }

        Assert.StartsWith("7: ", response.GetText(), StringComparison.Ordinal);
        Assert.Equal(22.5, temperature);
        Assert.Equal(5000, new FileInfo(path).Length);
        File.Delete(image);
        File.Delete(path);
    }

    [Fact]
    [Trait("Category", "Network")]
    public async Task An_observation_that_goes_on()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var seen = new CancellationTokenSource();
        CancellationToken cancellationToken = seen.Token;
        await using CoapServer server = new();
        server.MapGet("/sensors/{id}", request =>
        {
            seen.Cancel();
            return CoapReply.Content($"{request["id"]}");
        }).Observable();
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        await using CoapClient client = await CoapClient.ConnectAsync(new Uri($"coap://{server.LocalEndPoint}"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(ObserveAsync).WaitAsync(timeout.Token);

        async Task ObserveAsync()
        {
            CoapClientRequest request = new(CoapCode.Get, "/sensors/7")
            {
                Reregistration = new() { Lost = loss => Console.WriteLine($"{loss.Cause.Message} Again in {loss.Delay}.") },
            };
            await foreach (CoapClientResponse notification in client.ObserveAsync(request, cancellationToken))
            {
                if (notification.Gap is { } gap)
                {
                    Console.WriteLine($"Nothing was known for {gap}.");
                }

                Console.WriteLine(notification.GetText());
            }
        }
    }

    [Fact]
    public void The_examples_of_the_page_stand_here()
    {
        string[] examples = new DocsPage("coap.md").Examples();
        Assert.Equal(2, examples.Length);
        DocsPage.AssertStandHere(examples);
    }
}
