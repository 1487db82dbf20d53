using System.Net;
using System.Text;
using System.Threading.Channels;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>What becomes of an observation when the connection is lost, or the server starts anew.</summary>
[Trait("Category", "Network")]
public class ReregistrationTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>A server's one resource, and what it answers.</summary>
    private sealed class Resource(string state) : ICoapRequestHandler
    {
        public CoapCode Code { get; set; } = CoapCode.Content;

        public bool Observes { get; set; } = true;

        public uint? MaxAge { get; set; }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = Code;
            response.PayloadLength = Encoding.ASCII.GetBytes(state, response.Payload);
            response.MaxAge = MaxAge;
            if (Observes)
            {
                response.Observe(1);
            }
        }
    }

    /// <summary>Answers with what it is asked.</summary>
    private sealed class Echo : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Content;
            request.Payload.CopyTo(response.Payload);
            response.PayloadLength = request.Payload.Length;
            response.Observe(1);
        }
    }

    private sealed class OneWay(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    private readonly ManualClock _clock = new();
    private readonly Channel<CoapObservationLoss> _losses = Channel.CreateUnbounded<CoapObservationLoss>();

    private CoapReregistration Persistent => new() { Lost = loss => _losses.Writer.TryWrite(loss) };

    private static readonly IPEndPoint s_anywhere = new(IPAddress.Loopback, 0);

    private static TcpHost Tcp(ICoapRequestHandler resource, IPEndPoint? at = null) =>
        new(new CoapStreamEndpoint(new CoapEndpointOptions(), new SystemRandomSource(), resource), at ?? s_anywhere);

    private static UdpHost Udp(Resource resource, IPEndPoint? at = null) =>
        new(new CoapEndpoint(new CoapEndpointOptions(), new SystemRandomSource(), resource), at ?? s_anywhere);

    private Task<CoapClient> ClientAsync(IPEndPoint at, string scheme = "coap+tcp", CoapEndpointOptions? endpoint = null)
    {
        CoapClientOptions options = new() { Time = _clock };
        return CoapClient.ConnectAsync(new Uri($"{scheme}://{at}"), endpoint is null ? options : options with { Endpoint = endpoint });
    }

    private static IAsyncEnumerator<CoapClientResponse> Observe(
        CoapClient client, CoapReregistration? reregistration, CancellationToken cancellationToken = default) =>
        client.ObserveAsync(new CoapClientRequest(CoapCode.Get, "/x") { Reregistration = reregistration }, cancellationToken)
            .GetAsyncEnumerator(CancellationToken.None);

    private static async Task<CoapClientResponse> NextAsync(IAsyncEnumerator<CoapClientResponse> notifications)
    {
        Assert.True(await notifications.MoveNextAsync().AsTask().WaitAsync(s_patience));
        return notifications.Current;
    }

    private async Task<CoapObservationLoss> LossAsync() => await _losses.Reader.ReadAsync().AsTask().WaitAsync(s_patience);

    [Fact]
    public async Task An_observation_goes_on_over_a_new_connection_and_tells_of_the_gap()
    {
        TcpHost first = Tcp(new Resource("before"));
        IPEndPoint at = first.LocalEndPoint;
        await using CoapClient client = await ClientAsync(at);
        await using IAsyncEnumerator<CoapClientResponse> notifications = Observe(client, Persistent);
        CoapClientResponse response = await NextAsync(notifications);
        Assert.Equal(("before", null), (response.GetText(), response.Gap));

        ValueTask<bool> next = notifications.MoveNextAsync();
        await first.DisposeAsync();
        TimeSpan lost = TimeSpan.Zero;
        TimeSpan most = TimeSpan.FromSeconds(1);
        for (int attempt = 1; attempt <= 9; attempt++)
        {
            // Nobody listens: each time twice as long, less a random half, up to a minute.
            CoapObservationLoss loss = await LossAsync();
            Assert.Equal((attempt, CoapFailure.Closed), (loss.Attempt, loss.Cause.Failure));
            Assert.InRange(loss.Delay, most / 2, most);
            most = most * 2 > TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1) : most * 2;
            lost += loss.Delay;
            if (attempt == 9)
            {
                break;
            }

            _clock.Advance(loss.Delay);
        }

        Assert.False(next.IsCompleted);
        await using TcpHost second = Tcp(new Resource("after"), at);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await next.AsTask().WaitAsync(s_patience));
        response = notifications.Current;
        Assert.Equal("after", response.GetText());
        Assert.InRange(response.Gap!.Value, lost, lost + TimeSpan.FromMinutes(1));
        Assert.Equal(1, second.Counters.Accepted);
    }

    [Fact]
    public async Task The_first_notification_comes_after_no_gap_whatever_the_clock_says()
    {
        _clock.Advance(TimeSpan.FromHours(1));
        await using UdpHost host = Udp(new Resource("a"));
        await using CoapClient client = await ClientAsync(host.LocalEndPoint, "coap");
        await using IAsyncEnumerator<CoapClientResponse> notifications = Observe(client, null);
        Assert.Null((await NextAsync(notifications)).Gap);
    }

    [Fact]
    public async Task A_body_in_a_stream_goes_out_from_its_beginning_each_time()
    {
        TcpHost first = Tcp(new Echo());
        IPEndPoint at = first.LocalEndPoint;
        await using CoapClient client = await ClientAsync(at);
        using MemoryStream body = new(Encoding.ASCII.GetBytes("--filter")) { Position = 2 };
        await using IAsyncEnumerator<CoapClientResponse> notifications = client.ObserveAsync(
            new CoapClientRequest(CoapCode.Fetch, "/x") { Body = body, Reregistration = Persistent }).GetAsyncEnumerator();
        Assert.Equal("filter", (await NextAsync(notifications)).GetText());
        Task<CoapClientResponse> next = NextAsync(notifications);
        await first.DisposeAsync();
        CoapObservationLoss loss = await LossAsync();
        await using TcpHost second = Tcp(new Echo(), at);
        _clock.Advance(loss.Delay);
        Assert.Equal("filter", (await next).GetText());
    }

    [Fact]
    public async Task A_body_that_can_be_read_but_once_ends_the_observation_that_is_lost()
    {
        TcpHost host = Tcp(new Echo());
        await using CoapClient client = await ClientAsync(host.LocalEndPoint);
        using OneWay body = new(Encoding.ASCII.GetBytes("filter"));
        await using IAsyncEnumerator<CoapClientResponse> notifications = client.ObserveAsync(
            new CoapClientRequest(CoapCode.Fetch, "/x") { Body = body, Reregistration = Persistent }).GetAsyncEnumerator();
        Assert.Equal("filter", (await NextAsync(notifications)).GetText());
        Task<CoapClientResponse> next = NextAsync(notifications);
        await host.DisposeAsync();
        CoapException ended = await Assert.ThrowsAsync<CoapException>(() => next.WaitAsync(s_patience));
        Assert.Equal(CoapFailure.Closed, ended.Failure);
        Assert.EndsWith("its body can be read but once.", ended.Message, StringComparison.Ordinal);
        Assert.False(_losses.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Several_observations_share_the_new_connection_and_go_on()
    {
        TcpHost first = Tcp(new Resource("a"));
        IPEndPoint at = first.LocalEndPoint;
        await using CoapClient client = await ClientAsync(at);
        IAsyncEnumerator<CoapClientResponse>[] all = [.. Enumerable.Range(0, 5).Select(_ => Observe(client, Persistent))];
        foreach (IAsyncEnumerator<CoapClientResponse> one in all)
        {
            await NextAsync(one);
        }

        Task<CoapClientResponse>[] next = [.. all.Select(NextAsync)];
        await first.DisposeAsync();
        foreach (IAsyncEnumerator<CoapClientResponse> one in all)
        {
            await LossAsync();
        }

        Resource resource = new("b");
        CoapStreamEndpoint endpoint = new(new CoapEndpointOptions(), new SystemRandomSource(), resource);
        await using TcpHost second = new(endpoint, at);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.All(await Task.WhenAll(next).WaitAsync(s_patience), static response => Assert.Equal("b", response.GetText()));
        Assert.Equal((1, 5), (second.Counters.Accepted, second.Invoke(endpoint, static (endpoint, _) => endpoint.ObserverCount)));

        // They notify as before, without a gap, and leaving deregisters.
        Task<CoapClientResponse> last = NextAsync(all[0]);
        second.Invoke(endpoint, static (endpoint, _) => endpoint.Notify(1));
        Assert.Null((await last).Gap);
        foreach (IAsyncEnumerator<CoapClientResponse> one in all)
        {
            await one.DisposeAsync();
        }

        Assert.Equal(CoapCode.Content, (await client.GetAsync("/x").WaitAsync(s_patience)).Code);
        Assert.Equal(0, second.Invoke(endpoint, static (endpoint, _) => endpoint.ObserverCount));
    }

    [LinuxFact]
    public async Task An_observation_goes_on_with_a_datagram_server_that_was_away_and_has_started_anew()
    {
        UdpHost first = Udp(new Resource("before"));
        IPEndPoint at = first.LocalEndPoint;
        CoapEndpointOptions endpoint = new() { GivesUpWhenRefused = true };
        await using CoapClient client = await ClientAsync(at, "coap", endpoint);
        await using IAsyncEnumerator<CoapClientResponse> notifications = Observe(client, Persistent);
        Assert.Equal("before", (await NextAsync(notifications)).GetText());
        await first.DisposeAsync();

        // RFC 7641, 3.3.1: 60 s of Max-Age, and 5 to 15 s more; nobody is there.
        ValueTask<bool> next = notifications.MoveNextAsync();
        _clock.Advance(TimeSpan.FromSeconds(76));
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            CoapObservationLoss loss = await LossAsync();
            Assert.Equal((attempt, CoapFailure.Refused), (loss.Attempt, loss.Cause.Failure));
            if (attempt < 3)
            {
                _clock.Advance(loss.Delay);
            }
        }

        await using UdpHost second = Udp(new Resource("after"), at);
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.True(await next.AsTask().WaitAsync(s_patience));
        Assert.Equal("after", notifications.Current.GetText());
        Assert.NotNull(notifications.Current.Gap);
    }

    [Fact]
    public async Task When_Max_Age_is_over_a_server_that_has_started_anew_is_asked_again_by_default_and_the_gap_is_told()
    {
        UdpHost first = Udp(new Resource("before"));
        IPEndPoint at = first.LocalEndPoint;
        await using CoapClient client = await ClientAsync(at, "coap");
        await using IAsyncEnumerator<CoapClientResponse> notifications = Observe(client, null);
        Assert.Equal("before", (await NextAsync(notifications)).GetText());
        await first.DisposeAsync();
        await using UdpHost second = Udp(new Resource("after"), at);
        ValueTask<bool> next = notifications.MoveNextAsync();
        _clock.Advance(TimeSpan.FromSeconds(76));
        Assert.True(await next.AsTask().WaitAsync(s_patience));
        Assert.Equal(("after", TimeSpan.FromSeconds(16)), (notifications.Current.GetText(), notifications.Current.Gap));
    }

    [Fact]
    public async Task The_servers_word_ends_an_observation_also_when_it_is_registered_anew()
    {
        foreach ((Resource later, CoapFailure failure) in new (Resource, CoapFailure)[]
        {
            (new Resource("") { Code = CoapCode.NotFound }, CoapFailure.Response),
            (new Resource("last") { Observes = false }, CoapFailure.ObservationEnded),
        })
        {
            TcpHost first = Tcp(new Resource("a"));
            IPEndPoint at = first.LocalEndPoint;
            await using CoapClient client = await ClientAsync(at);
            await using IAsyncEnumerator<CoapClientResponse> notifications = Observe(client, Persistent);
            await NextAsync(notifications);
            Task<CoapClientResponse> next = NextAsync(notifications);
            await first.DisposeAsync();
            CoapObservationLoss loss = await LossAsync();
            await using TcpHost second = Tcp(later, at);
            _clock.Advance(loss.Delay);
            if (failure == CoapFailure.ObservationEnded)
            {
                Assert.Equal("last", (await next).GetText());
                next = NextAsync(notifications);
            }

            CoapException ended = await Assert.ThrowsAnyAsync<CoapException>(() => next);
            Assert.Equal(failure, ended.Failure);
        }
    }

    [Fact]
    public async Task A_server_that_is_not_ready_yet_says_how_long_to_wait()
    {
        TcpHost first = Tcp(new Resource("a"));
        IPEndPoint at = first.LocalEndPoint;
        await using CoapClient client = await ClientAsync(at);
        await using IAsyncEnumerator<CoapClientResponse> notifications = Observe(client, Persistent);
        await NextAsync(notifications);
        Task<CoapClientResponse> next = NextAsync(notifications);
        await first.DisposeAsync();
        CoapObservationLoss loss = await LossAsync();
        Resource starting = new("b") { Code = CoapCode.ServiceUnavailable, MaxAge = 20 };
        await using TcpHost second = Tcp(starting, at);
        _clock.Advance(loss.Delay);
        loss = await LossAsync();
        Assert.Equal((2, CoapFailure.Response, TimeSpan.FromSeconds(20)), (loss.Attempt, loss.Cause.Failure, loss.Delay));
        (starting.Code, starting.MaxAge) = (CoapCode.ServiceUnavailable, uint.MaxValue);
        _clock.Advance(loss.Delay);

        // No longer than the client is willing to wait.
        loss = await LossAsync();
        Assert.Equal((3, TimeSpan.FromMinutes(1)), (loss.Attempt, loss.Delay));
        (starting.Code, starting.MaxAge) = (CoapCode.Content, null);
        _clock.Advance(loss.Delay);
        Assert.Equal("b", (await next).GetText());
    }

    [Fact]
    public async Task The_token_and_the_end_of_the_client_end_it_in_the_middle_of_a_delay()
    {
        TcpHost host = Tcp(new Resource("a"));
        using CancellationTokenSource stop = new();
        await using CoapClient client = await ClientAsync(host.LocalEndPoint);
        await using IAsyncEnumerator<CoapClientResponse> cancelled = Observe(client, Persistent, stop.Token);
        await using IAsyncEnumerator<CoapClientResponse> closed = Observe(client, Persistent);
        await NextAsync(cancelled);
        await NextAsync(closed);
        Task<CoapClientResponse> ofCancelled = NextAsync(cancelled), ofClosed = NextAsync(closed);
        await host.DisposeAsync();
        await LossAsync();
        await LossAsync();

        // The clock stands.
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ofCancelled);
        await client.DisposeAsync();
        CoapException e = await Assert.ThrowsAsync<CoapException>(() => ofClosed);
        Assert.Equal((CoapFailure.Closed, "The client is closed."), (e.Failure, e.Message));
        Assert.False(_losses.Reader.TryRead(out _));
    }

    [Fact]
    public async Task An_attempt_that_would_come_too_late_is_not_made()
    {
        TcpHost host = Tcp(new Resource("a"));
        await using CoapClient client = await ClientAsync(host.LocalEndPoint);
        TimeSpan delay = TimeSpan.FromSeconds(4);
        await using IAsyncEnumerator<CoapClientResponse> notifications = Observe(
            client, Persistent with { FirstDelay = delay, MaxDelay = delay, GiveUpAfter = TimeSpan.FromSeconds(5) });
        await NextAsync(notifications);
        Task<CoapClientResponse> next = NextAsync(notifications);
        await host.DisposeAsync();
        int attempts = 0;
        while (await Task.WhenAny(next, _losses.Reader.WaitToReadAsync().AsTask()) != next)
        {
            CoapObservationLoss loss = await LossAsync();
            attempts++;
            _clock.Advance(loss.Delay);
        }

        // 2 to 4 s each.
        Assert.InRange(attempts, 1, 2);
        CoapException ended = await Assert.ThrowsAsync<CoapException>(() => next);
        Assert.Equal(CoapFailure.Closed, ended.Failure);
        Assert.IsType<TcpConnectException>(ended.InnerException);
    }

    [Fact]
    public async Task The_first_registration_is_made_once_and_nothing_is_registered_anew_without_being_asked_to()
    {
        IPEndPoint at;
        await using (TcpHost host = Tcp(new Resource("a")))
        {
            at = host.LocalEndPoint;
            await using CoapClient client = await ClientAsync(at);
            await using IAsyncEnumerator<CoapClientResponse> plain = Observe(client, null);
            await NextAsync(plain);
            await host.DisposeAsync();
            Assert.Equal(CoapFailure.Closed, (await Assert.ThrowsAsync<CoapException>(() => NextAsync(plain))).Failure);
            await using IAsyncEnumerator<CoapClientResponse> late = Observe(client, Persistent);
            Assert.Equal(CoapFailure.Closed, (await Assert.ThrowsAsync<CoapException>(() => NextAsync(late))).Failure);
        }

        Assert.False(_losses.Reader.TryRead(out _));
    }

    [Fact]
    public void What_is_out_of_range_throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CoapReregistration { FirstDelay = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CoapReregistration { MaxDelay = TimeSpan.FromDays(2) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CoapReregistration { GiveUpAfter = TimeSpan.FromSeconds(-1) });
    }
}
