using System.Net;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>Server and client of the application's side, over loopback.</summary>
[Trait("Category", "Network")]
public partial class CoapServerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly CancellationToken s_timeout = new CancellationTokenSource(s_patience).Token;

    private static CoapServer Start(Action<CoapServer> map, CoapServerOptions? options = null)
    {
        var server = new CoapServer(options);
        map(server);
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        return server;
    }

    private static string Uri(CoapServer server, string path) => $"coap://{server.LocalEndPoint}{path}";

    [Fact]
    public async Task Paths_methods_and_formats_lead_to_their_handler_or_to_the_error_of_the_RFC()
    {
        await using CoapServer server = Start(server =>
        {
            server.MapGet("/sensors/{id}", request => CoapReply.Content($"{request["id"]} {request.FindQuery("q")}"))
                .Produces(ContentFormat.PlainText);
            server.MapGet("/sensors/all", _ => CoapReply.Content("all"));
            server.MapPut("/sensors/{id}", _ => CoapReply.Changed).Accepts(ContentFormat.Cbor);
            server.MapPost("/", _ => CoapReply.Created("/a%2Fb?x=1"));
            server.Map(CoapCode.IPatch, "/sensors/{id}", request => CoapReply.Content(request.GetText()));
        });
        await using var coap = new CoapClient();

        Assert.Equal("7 é", (await coap.GetAsync(Uri(server, "/sensors/7?q=%C3%A9"), s_timeout)).EnsureSuccess().GetText());
        Assert.Equal("all", (await coap.GetAsync(Uri(server, "/sensors/all"), s_timeout)).GetText());
        Assert.Equal("/a%2Fb", (await coap.PostAsync(Uri(server, "/"), cancellationToken: s_timeout)).Location);
        Assert.Equal("z", (await coap.IPatchAsync(Uri(server, "/sensors/1"), "z"u8.ToArray(), cancellationToken: s_timeout)).GetText());
        Assert.Equal(CoapCode.NotFound, (await coap.GetAsync(Uri(server, "/sensors"), s_timeout)).Code);
        Assert.Equal(CoapCode.MethodNotAllowed, (await coap.DeleteAsync(Uri(server, "/sensors/7"), s_timeout)).Code);
        Assert.Equal(CoapCode.NotAcceptable, (await coap.GetAsync(Uri(server, "/sensors/7"), ContentFormat.Cbor, s_timeout)).Code);
        Assert.Equal(CoapCode.NotAcceptable, (await coap.GetAsync(Uri(server, "/sensors/all"), ContentFormat.Cbor, s_timeout)).Code);
        Assert.Equal(
            CoapCode.UnsupportedContentFormat,
            (await coap.PutAsync(Uri(server, "/sensors/7"), "x"u8.ToArray(), ContentFormat.PlainText, s_timeout)).Code);
        Assert.Equal(
            CoapCode.Changed, (await coap.PutAsync(Uri(server, "/sensors/7"), "x"u8.ToArray(), ContentFormat.Cbor, s_timeout)).Code);
    }

    [Fact]
    public async Task Where_nobody_listens_a_client_that_does_not_wait_hears_so_at_once()
    {
        await using CoapServer server = Start(_ => { });
        IPEndPoint gone = server.LocalEndPoint;
        await server.DisposeAsync();
        await using CoapClient coap = CoapClient.Connect(gone, new CoapEndpointOptions { GivesUpWhenRefused = true });
        CoapException refused = await Assert.ThrowsAsync<CoapException>(() => coap.GetAsync("/x", s_timeout));
        Assert.Equal((CoapFailure.Refused, $"Nobody listens at {gone}: GET /x was refused."), (refused.Failure, refused.Message));
        Assert.Equal(1, refused.Transmissions);
    }

    [Theory]
    [InlineData("/größe/%C3%B6?name=ö")]
    [InlineData("/gr%C3%B6%C3%9Fe/ö?name=%C3%B6")]
    public async Task Characters_beyond_ASCII_may_be_escaped_or_not(string path)
    {
        await using CoapServer server = Start(server => server.MapPost(
            "/größe/{id}", request => CoapReply.Created($"/größe/{request["id"]}") with { Payload = Encoding.UTF8.GetBytes(request.Query[0]) }));
        await using CoapClient coap = CoapClient.Connect(server.LocalEndPoint);
        CoapClientResponse response = await coap.PostAsync(path, cancellationToken: s_timeout);
        Assert.Equal((CoapCode.Created, "name=ö", "/gr%C3%B6%C3%9Fe/%C3%B6"), (response.Code, response.GetText(), response.Location));
    }

    [Fact]
    public async Task What_exists_is_discovered_and_filtered()
    {
        await using CoapServer server = Start(server =>
        {
            server.MapGet("/t", _ => CoapReply.Content("21")).Observable().WithType("temperature-c").Produces(ContentFormat.PlainText);
            server.MapPut("/t", _ => CoapReply.Changed);
            server.MapGet("/h", _ => CoapReply.Content("40")).WithType("humidity-p").WithTitle("Humidity");
            server.MapGet("/{id}", _ => CoapReply.Content(""));
            server.MapGet("/secret", _ => CoapReply.Content("")).Hidden();
        });
        await using CoapClient coap = CoapClient.Connect(server.LocalEndPoint);
        Assert.Equal(
            "</t>;rt=\"temperature-c\";ct=0;obs,</h>;rt=\"humidity-p\";title=\"Humidity\"",
            (await coap.GetAsync("/.well-known/core", s_timeout)).GetText());
        CoapClientResponse links = await coap.GetAsync("/.well-known/core?rt=humidity*", s_timeout);
        Assert.Equal(
            (ContentFormat.LinkFormat, "</h>;rt=\"humidity-p\";title=\"Humidity\""), (links.ContentFormat, links.GetText()));
        Assert.Equal(CoapCode.BadRequest, (await coap.GetAsync("/.well-known/core?rt", s_timeout)).Code);
    }

    [Fact]
    public async Task A_handler_that_takes_its_time_becomes_a_separate_response_and_others_are_served_meanwhile()
    {
        var gate = new TaskCompletionSource();
        await using CoapServer server = Start(
            server =>
            {
                server.MapGet("/slow", async (request, ct) =>
                {
                    await gate.Task.WaitAsync(ct);
                    return CoapReply.Content("slow");
                });
                server.MapGet("/fast", _ => CoapReply.Content("fast"));
            },
            new CoapServerOptions { Endpoint = new CoapEndpointOptions { SeparateAfter = TimeSpan.Zero } });
        await using CoapClient slow = CoapClient.Connect(server.LocalEndPoint);
        await using CoapClient fast = CoapClient.Connect(server.LocalEndPoint);
        Task<CoapClientResponse> answer = slow.GetAsync("/slow", s_timeout);
        while (server.Counters.Deferred == 0)
        {
            Assert.Equal("fast", (await fast.GetAsync("/fast", s_timeout)).GetText());
        }

        Assert.False(answer.IsCompleted);
        gate.SetResult();
        Assert.Equal("slow", (await answer).GetText());
    }

    [Fact]
    public async Task More_handlers_than_may_be_at_work_are_refused_and_a_stop_cancels_them()
    {
        var cancelled = new TaskCompletionSource();
        CoapServer server = Start(
            server => server.MapGet("/slow", async (_, ct) =>
            {
                try
                {
                    await new TaskCompletionSource().Task.WaitAsync(ct);
                }
                catch (OperationCanceledException)
                {
                    cancelled.TrySetResult();
                    throw;
                }

                return CoapReply.Changed;
            }),
            new CoapServerOptions { ConcurrentHandlers = 1 });
        await using CoapClient first = CoapClient.Connect(server.LocalEndPoint);
        await using CoapClient second = CoapClient.Connect(server.LocalEndPoint);
        Task<CoapClientResponse> kept = first.GetAsync("/slow", s_timeout);
        while (server.Counters.Deferred == 0)
        {
            await first.PingAsync(cancellationToken: s_timeout);
        }

        CoapClientResponse refused = await second.GetAsync("/slow", s_timeout);
        Assert.Equal((CoapCode.ServiceUnavailable, 5u), (refused.Code, refused.MaxAge));
        await server.StopAsync(s_timeout);
        await cancelled.Task.WaitAsync(s_patience);
        Assert.Equal("The server stops", (await kept).GetText());
        await server.DisposeAsync();
    }

    [Fact]
    public async Task What_handlers_throw_is_an_answer()
    {
        var logger = new ErrorLog();
        await using CoapServer server = Start(
            server =>
            {
                server.MapGet("/bug", _ => throw new InvalidOperationException("secret"));
                server.MapGet("/late", async (_, _) =>
                {
                    await Task.Yield();
                    throw new CoapResponseException(CoapCode.Conflict, "not now");
                });
            },
            new CoapServerOptions { Logger = logger });
        await using CoapClient coap = CoapClient.Connect(server.LocalEndPoint);
        CoapResponseException bug = Assert.Throws<CoapResponseException>(
            () => coap.GetAsync("/bug", s_timeout).WaitAsync(s_patience).GetAwaiter().GetResult().EnsureSuccess());
        Assert.Equal((CoapCode.InternalServerError, ""), (bug.Code, bug.Diagnostic));
        Assert.Equal("The handler of GET /bug has thrown", logger.Error);
        CoapClientResponse response = await coap.GetAsync("/late", s_timeout);
        CoapResponseException late = Assert.Throws<CoapResponseException>(response.EnsureSuccess);
        Assert.Equal(
            (CoapCode.Conflict, "not now", "GET /late: 4.09 Conflict (not now)"), (late.Code, late.Diagnostic, late.Message));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Observers_hear_of_changes_whether_the_handler_takes_its_time_or_not(bool takesTime)
    {
        int value = 0;
        await using CoapServer server = Start(server =>
        {
            CoapRoute route = takesTime
                ? server.MapGet("/v/{id}", async (_, _) =>
                {
                    await Task.Yield();
                    return CoapReply.Content($"{value}");
                })
                : server.MapGet("/v/{id}", _ => CoapReply.Content($"{value}"));
            route.Observable();
        });
        await using CoapClient coap = CoapClient.Connect(server.LocalEndPoint);
        List<string> seen = [];
        await foreach (CoapClientResponse notification in coap.ObserveAsync("/v/a%20b", cancellationToken: s_timeout))
        {
            seen.Add(notification.GetText());
            if (seen.Count == 3)
            {
                break;
            }

            value++;
            server.Changed("/v/other");
            server.Changed("/v/a%20b");
        }

        Assert.Equal(["0", "1", "2"], seen);
        await coap.GetAsync("/v/x", s_timeout);
        Assert.Equal(0, server.ObserverCount);
    }

    [Fact]
    public async Task An_observation_ends_with_the_error_that_the_server_ends_it_with()
    {
        bool exists = true;
        await using CoapServer server = Start(server =>
            server.MapGet("/v", _ => exists ? CoapReply.Content("1") : CoapReply.Error(CoapCode.NotFound, "gone")).Observable());
        await using CoapClient coap = CoapClient.Connect(server.LocalEndPoint);
        CoapResponseException e = await Assert.ThrowsAsync<CoapResponseException>(async () =>
        {
            await foreach (CoapClientResponse notification in coap.ObserveAsync("/v", cancellationToken: s_timeout))
            {
                Assert.Equal("1", notification.GetText());
                exists = false;
                server.Changed("/v");
            }
        });
        Assert.Equal("GET /v: 4.04 Not Found (gone)", e.Message);
    }

    [Fact]
    public async Task A_client_of_any_server_says_what_is_wrong_with_a_URI()
    {
        await using var coap = new CoapClient(new CoapClientOptions
        {
            Resolve = (name, _) => Task.FromResult<IPAddress[]>(name == "known" ? [IPAddress.Loopback] : []),
        });
        string Refusal(string uri) => Assert.ThrowsAny<Exception>(
            () => coap.GetAsync(uri).WaitAsync(s_patience).GetAwaiter().GetResult()).Message;

        Assert.StartsWith(
            "'coaps://h/': this client speaks coap, and not coaps: that takes CoapClientOptions.Security.",
            Refusal("coaps://h/"),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "'coaps+tcp://h/': this client speaks coap, and not coaps+tcp: CoapClient.ConnectAsync makes one that does.",
            Refusal("coaps+tcp://h/"),
            StringComparison.Ordinal);
        Assert.StartsWith("'http://h/' is no URI of CoAP: it has no scheme of CoAP", Refusal("http://h/"), StringComparison.Ordinal);
        Assert.StartsWith("'/x' says no server: coap://host/x.", Refusal("/x"), StringComparison.Ordinal);
        Assert.Equal("The name unknown has no address that this client reaches.", Refusal("coap://unknown/"));

        await using CoapServer server = Start(server => server.MapGet("/", _ => CoapReply.Content("here")));
        Assert.Equal("here", (await coap.GetAsync($"coap://known:{server.LocalEndPoint.Port}", s_timeout)).GetText());
        Assert.True(await coap.PingAsync(Uri(server, "/"), s_timeout) > TimeSpan.Zero);
    }

    private sealed class ErrorLog : IpsoLogger
    {
        public string? Error { get; private set; }

        public override bool IsEnabled(IpsoLogLevel level) => level == IpsoLogLevel.Error;

        public override void Log(in IpsoLogEntry entry) => Error = entry.ToString();
    }
}
