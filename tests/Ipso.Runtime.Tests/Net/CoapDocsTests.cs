using System.Net;
using System.Security.Cryptography;
using Ipso.Coap;
using Ipso.Coap.Oscore;
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
    [Trait("Category", "Network")]
    public async Task A_server_and_a_client_that_share_a_secret()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        CancellationToken cancellationToken = timeout.Token;
        string path = Path.GetTempFileName();
        byte[] secret = RandomNumberGenerator.GetBytes(16);
        string? answer = null;

        using OscoreProtection contexts = new() { RequiresProtection = true };
        contexts.TryAdd(new SecurityContext(new SecurityContextKeys { MasterSecret = secret, SenderId = [2], RecipientId = [1] }));
        await using CoapServer server = new(new CoapServerOptions { Protection = contexts });
        server.MapGet("/state", request => CoapReply.Content($"told {request.Identity}"));
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));

        using FileSequenceStorage numbers = new(path);
        using OscoreProtection oscore = new(new SecurityContext(new SecurityContextKeys
        {
            MasterSecret = secret,
            SenderId = [1],
            RecipientId = [2],
            Storage = numbers,
            SequenceNumber = numbers.Next,
        }));
        await using CoapClient coap = new(new CoapClientOptions { Protection = oscore });
        CoapClientResponse response = await coap.GetAsync($"coap://{server.LocalEndPoint}/state", cancellationToken);
        answer = response.EnsureSuccess().GetText();

        Assert.Equal("told Oscore 0x0001", answer);
        Assert.Equal(1000UL, numbers.Next);
        File.Delete(path);
    }

    [Fact]
    public void The_examples_of_the_page_stand_here()
    {
        string[] examples = new DocsPage("coap.md").Examples();
        Assert.Equal(3, examples.Length);
        DocsPage.AssertStandHere(examples);
    }
}
