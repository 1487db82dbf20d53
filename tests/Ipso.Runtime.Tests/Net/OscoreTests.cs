using System.Net;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>Server and client of the application's side with a security context, over loopback.</summary>
[Trait("Category", "Network")]
[Trait("Category", "Security")]
public sealed class OscoreTests : IDisposable
{
    private static readonly CancellationToken s_timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;
    private static readonly byte[] s_secret = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)];

    private readonly OscoreProtection _contexts = new() { RequiresProtection = true };
    private readonly string _path = Path.GetTempFileName();

    public OscoreTests() => Assert.True(_contexts.TryAdd(Context(server: true)));

    public void Dispose()
    {
        _contexts.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public async Task Requests_streams_and_observations_go_protected_over_UDP()
    {
        byte[] body = new byte[100_000];
        new Random(4).NextBytes(body);
        byte[]? taken = null;
        int state = 0;
        await using CoapServer server = new(new CoapServerOptions { Protection = _contexts });
        server.MapPut("/image", async (request, ct) =>
        {
            using var copy = new MemoryStream();
            await request.Body.CopyToAsync(copy, ct);
            taken = copy.ToArray();
            return CoapReply.Content(request.Identity!.ToString());
        }).StreamBody();
        server.MapGet("/slow", async (request, ct) =>
        {
            await Task.Yield();
            return CoapReply.Content($"{request.Identity} {state}");
        }).Observable();
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        string uri = $"coap://{server.LocalEndPoint}";

        using OscoreProtection mine = new(Context(server: false));
        await using CoapClient coap = new(new CoapClientOptions { Protection = mine });
        CoapClientResponse response = await coap.PutAsync($"{uri}/image", new MemoryStream(body), cancellationToken: s_timeout);
        Assert.Equal("Oscore 0x0001", response.EnsureSuccess().GetText());
        Assert.Equal(body, taken);
        await foreach (CoapClientResponse notification in coap.ObserveAsync($"{uri}/slow", cancellationToken: s_timeout))
        {
            Assert.Equal($"Oscore 0x0001 {state}", notification.GetText());
            if (++state == 3)
            {
                break;
            }

            server.Changed("/slow");
        }

        await using CoapClient plain = new();
        Assert.Equal(CoapCode.Unauthorized, (await plain.GetAsync($"{uri}/slow", s_timeout)).Code);
        using OscoreProtection strange = new(Context(server: false, secret: 9));
        await using CoapClient stranger = new(new CoapClientOptions { Protection = strange });
        CoapException failure = await Assert.ThrowsAsync<CoapException>(() => stranger.GetAsync($"{uri}/slow", s_timeout));
        Assert.Equal(CoapFailure.Unprotected, failure.Failure);
        Assert.Contains("4.01", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Security")]
    public async Task Who_wants_all_protected_and_has_no_context_for_a_server_is_told_so_and_sends_nothing()
    {
        using OscoreProtection none = new() { RequiresProtection = true };
        await using CoapClient coap = new(new CoapClientOptions { Protection = none });
        CoapException failure = await Assert.ThrowsAsync<CoapException>(() => coap.GetAsync("coap://127.0.0.1:9/a", s_timeout));
        Assert.Equal(CoapFailure.Security, failure.Failure);
        Assert.Contains("no security context with", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_go_protected_over_TCP_and_over_the_next_connection_too()
    {
        var endpoint = new CoapStreamEndpoint(
            new CoapEndpointOptions { MaxMessageSize = 4096, Protection = _contexts }, new SystemRandomSource(), new Greeter());
        TcpHost host = new(endpoint, new IPEndPoint(IPAddress.Loopback, 0));
        using OscoreProtection mine = new(Context(server: false));
        await using CoapClient coap = await CoapClient.ConnectAsync(
            new Uri($"coap+tcp://{host.LocalEndPoint}"), new CoapClientOptions { Protection = mine }, s_timeout);
        Assert.Equal("Oscore 0x0001", (await coap.GetAsync("/a", s_timeout)).EnsureSuccess().GetText());
        IPEndPoint local = host.LocalEndPoint;
        await host.DisposeAsync();

        await using TcpHost again = new(
            new CoapStreamEndpoint(
                new CoapEndpointOptions { MaxMessageSize = 4096, Protection = _contexts }, new SystemRandomSource(), new Greeter()),
            local);
        Assert.Equal("Oscore 0x0001", (await coap.GetAsync("/a", s_timeout)).EnsureSuccess().GetText());
        Assert.Equal(2, mine.Counters.Unprotected);
    }

    [Fact]
    public async Task What_a_handler_answers_whose_asker_was_removed_meanwhile_is_closed()
    {
        TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously),
            removed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ToldStream body = new();
        await using CoapServer server = new(new CoapServerOptions { Protection = _contexts });
        server.MapGet("/slow", async (request, ct) =>
        {
            // From here on the response is one that is put off.
            await Task.Yield();
            entered.SetResult();
            await removed.Task;
            return CoapReply.Content("x") with { Body = body };
        });
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        using OscoreProtection mine = new(Context(server: false));
        await using CoapClient coap = new(new CoapClientOptions { Protection = mine });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(s_timeout);
        Task<CoapClientResponse> asked = coap.GetAsync($"coap://{server.LocalEndPoint}/slow", stop.Token);
        await entered.Task.WaitAsync(s_timeout);
        _contexts.Dispose();
        removed.SetResult();
        await body.Closed.Task.WaitAsync(s_timeout);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public void Numbers_are_kept_in_a_file_that_one_process_has_and_a_broken_write_loses_none()
    {
        using (FileSequenceStorage first = new(_path))
        {
            Assert.Equal(0UL, first.Next);
            Assert.True(first.TryStore(1000));
            Assert.True(first.TryStore(2000));
            Assert.ThrowsAny<IOException>(() => new FileSequenceStorage(_path));
        }

        using (FileSequenceStorage second = new(_path))
        {
            Assert.Equal(2000UL, second.Next);
            Assert.True(second.TryStore(3000));
        }

        byte[] content = File.ReadAllBytes(_path);
        Assert.Equal(32, content.Length);
        // The newest place, broken off or damaged: it goes on behind what it may have been, however often that happens.
        content[12] ^= 1;
        File.WriteAllBytes(_path, content);
        FileSequenceStorage third = new(_path);
        Assert.Equal(1_002_000UL, third.Next);
        third.Dispose();
        Assert.False(third.TryStore(5000));
        File.WriteAllBytes(_path, File.ReadAllBytes(_path)[..20]);
        using (FileSequenceStorage fourth = new(_path))
        {
            Assert.Equal(2_002_000UL, fourth.Next);
            Assert.True(fourth.TryStore(2_003_000));
        }

        using (FileSequenceStorage fifth = new(_path))
        {
            Assert.Equal(2_003_000UL, fifth.Next);
        }

        File.WriteAllBytes(_path, new byte[32]);
        Assert.Throws<InvalidDataException>(() => new FileSequenceStorage(_path));
    }

    private static SecurityContext Context(bool server, byte secret = 0) => new(new SecurityContextKeys
    {
        MasterSecret = [.. s_secret, secret],
        SenderId = server ? [2] : [1],
        RecipientId = server ? [1] : [2],
    });

    private sealed class ToldStream() : MemoryStream(new byte[10])
    {
        public TaskCompletionSource Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override void Dispose(bool disposing)
        {
            Closed.TrySetResult();
            base.Dispose(disposing);
        }
    }

    private sealed class Greeter : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Content;
            response.PayloadLength = System.Text.Encoding.UTF8.GetBytes(request.Identity!.ToString(), response.Payload);
        }
    }
}
