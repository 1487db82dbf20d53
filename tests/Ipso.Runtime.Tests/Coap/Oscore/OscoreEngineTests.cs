using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Tests.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Oscore;

/// <summary>What an endpoint makes of single protected messages, by a script.</summary>
[Trait("Category", "Security")]
public sealed partial class OscoreEngineTests : IDisposable
{
    private readonly byte[] _buffer = new byte[65_507];
    private readonly List<string> _handled = [];
    private readonly OscoreProtection _serverProtection = new();
    private readonly OscoreProtection _clientProtection = new();
    private readonly CoapEndpoint _server;
    private readonly CoapEndpoint _client;
    private Sink? _sink;
    private Instant _now;

    public OscoreEngineTests()
    {
        Assert.True(_serverProtection.TryAdd(Keys.Of(server: true)));
        Assert.True(_clientProtection.TryAdd(Keys.Of(server: false), Other));
        _server = new CoapEndpoint(new CoapEndpointOptions { Protection = _serverProtection }, new SeededRandom(1), new Things(this));
        _client = new CoapEndpoint(new CoapEndpointOptions { Protection = _clientProtection }, new SeededRandom(2), new Things(this));
    }

    private string Who { get; set; } = "";

    public void Dispose()
    {
        _serverProtection.Dispose();
        _clientProtection.Dispose();
    }

    [Fact]
    public void Who_asks_is_known_by_the_context_and_by_nothing_where_there_is_none()
    {
        Assert.Equal("Response 2.04 Changed", Ask());
        Assert.Equal("Oscore 0x0001", Who);
        Assert.StartsWith("ACK 2.04 Changed #7", Single(Receive(_server, Con(CoapCode.Post, 7, "01", "plain", Path("a")))));
        Assert.Equal("nobody", Who);
    }

    [Fact]
    public void A_server_that_requires_protection_and_a_client_for_its_server_refuse_what_has_none()
    {
        using var strict = new OscoreProtection { RequiresProtection = true };
        var server = new CoapEndpoint(new CoapEndpointOptions { Protection = strict }, new SeededRandom(1), new Things(this));
        Assert.Equal("ACK 4.01 Unauthorized #7 t=01", Single(Receive(server, Con(CoapCode.Post, 7, "01", "plain", Path("a")))));
        Assert.Equal("ACK 4.01 Unauthorized #8 t=01", Single(Receive(_client, Con(CoapCode.Post, 8, "01", "plain", Path("a")), Other)));
        Assert.Empty(_handled);
        Assert.StartsWith("ACK 2.04 Changed", Single(Receive(_client, Con(CoapCode.Post, 9, "01", "plain", Path("a")))));
        server.ReceiveMulticast(Non(CoapCode.Get, 10, "01", "", Path("a")), Peer, _now);
        Assert.Null(server.NextDeadline);
    }

    [Fact]
    public void Without_protection_the_option_is_one_that_nobody_understands()
    {
        var plain = new CoapEndpoint(new CoapEndpointOptions(), new SeededRandom(1), new Things(this));
        Assert.StartsWith("ACK 4.02 Bad Option", Single(Receive(plain, Request())));
        Assert.Empty(_handled);
    }

    // RFC 8613, 8.2: the codes, with Max-Age 0 and not a word more.
    [Fact]
    public void What_is_forged_cut_short_or_repeated_is_answered_with_its_error_and_never_handled()
    {
        byte[] request = Request();
        for (int i = 0; i < request.Length; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] forged = [.. request];
                forged[i] ^= (byte)(1 << bit);
                // Type, Message ID and token are not protected; and what makes no protected request any more is not asked of.
                if (CoapMessage.TryParse(forged, out CoapMessage message, out _) && i > 3 + message.TokenBytes.Length
                    && message.Options.TryGet(CoapOptionNumber.Oscore, out _) && message.Code.IsRequest)
                {
                    string answer = Single(Receive(_server, forged));
                    Assert.Matches("^ACK 4.0[012] [A-Za-z ]+ #[0-9]+ t=[0-9a-f]+ 14=$", answer);
                }
            }
        }

        for (int length = 0; length < request.Length; length++)
        {
            // Cut off before the option, it asks for something else, and is no business of a context.
            if (!CoapMessage.TryParse(request.AsSpan(0, length), out CoapMessage cut, out _)
                || cut.Options.TryGet(CoapOptionNumber.Oscore, out _))
            {
                Assert.DoesNotContain(Receive(_server, request[..length]), static answer => answer.Contains(" 2."));
            }
        }

        Assert.Empty(_handled);

        // None of those keeps the true one of the same Message ID from being taken, which is then known by that.
        string first = Single(Receive(_server, request));
        Assert.StartsWith("ACK 2.04 Changed", first);
        Assert.Equal(first, Single(Receive(_server, request)));
        byte[] repeated = [.. request];
        repeated[3] ^= 1;
        Assert.Matches("^ACK 4.01 Unauthorized #[0-9]+ t=[0-9a-f]+ 14=$", Single(Receive(_server, repeated)));
        repeated[0] = (byte)(repeated[0] & 0xcf | (int)CoapType.NonConfirmable << 4);
        Assert.StartsWith("NON 4.01 Unauthorized", Single(Receive(_server, repeated)));
        Assert.Equal(["post a: x"], _handled);
        Assert.Equal(2, _serverProtection.Counters.Replays);
        Assert.True(_serverProtection.Counters.Undecryptable > 50);
    }

    [Fact]
    public void A_response_without_protection_is_none_unless_it_is_an_error()
    {
        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/a" });
        byte[] request = Assert.Single(Drain(_client));
        ushort id = (ushort)(request[2] << 8 | request[3]);
        string token = Convert.ToHexString(request.AsSpan(4, request[0] & 0xf));
        Assert.Empty(Receive(_client, Ack(CoapCode.Content, id, token, "forged"), Other));
        Assert.Empty(Events(_client));
        // The true one is still taken.
        Receive(_client, Answer(request), Other);
        Assert.Equal(["Response 2.05 Content"], Events(_client));

        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/a" });
        request = Assert.Single(Drain(_client));
        id = (ushort)(request[2] << 8 | request[3]);
        token = Convert.ToHexString(request.AsSpan(4, request[0] & 0xf));
        Receive(_client, Ack(CoapCode.Unauthorized, id, token), Other);
        Assert.Equal(["Unprotected 4.01 Unauthorized"], Events(_client));
    }

    [Fact]
    public void A_response_that_was_damaged_is_ignored_and_that_to_another_request_too()
    {
        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/a", NonConfirmable = true });
        byte[] request = Assert.Single(Drain(_client));
        byte[] answer = Answer(request);
        for (int i = 4 + (answer[0] & 0xf); i < answer.Length; i++)
        {
            byte[] damaged = [.. answer];
            damaged[i] ^= 0x11;
            damaged[2] = (byte)i;
            Receive(_client, damaged, Other);
        }

        // One whose critical option is no OSCORE any more may end it; no other does.
        Assert.DoesNotContain(Events(_client), static e => e.StartsWith("Response", StringComparison.Ordinal));
    }

    [Fact]
    public void When_the_server_has_removed_the_context_the_client_hears_so()
    {
        Assert.Equal("Response 2.04 Changed", Ask());
        _serverProtection.Dispose();
        Assert.Equal(0, _serverProtection.Count);
        Assert.Equal("Unprotected 4.01 Unauthorized", Ask());
        Assert.Single(_handled);
        _clientProtection.Dispose();
        // Nothing goes out in the clear that was to be protected from the start.
        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/a" });
        Assert.True(CoapMessage.TryParse(Assert.Single(Drain(_client)), out CoapMessage plain, out _));
        Assert.False(plain.Options.TryGet(CoapOptionNumber.Oscore, out _));
    }

    [Fact]
    [Trait("Category", "Security")]
    public void Where_protection_is_required_nothing_is_asked_of_who_has_no_context()
    {
        using var strict = new OscoreProtection { RequiresProtection = true };
        Assert.True(strict.TryAdd(Keys.Of(server: true)));
        var server = new CoapEndpoint(new CoapEndpointOptions { Protection = strict }, new SeededRandom(1), new Things(this));
        var head = new CoapRequestHead { Method = CoapCode.Get, Path = "/a" };
        Assert.False(server.MayRequest(Peer));
        Assert.True(server.Request(Peer, head).IsNone);
        Assert.True(server.Request(Peer, head, new byte[5000]).IsNone);
        Assert.Empty(Drain(server));
        Assert.Equal((0, 2, 2), (server.ExchangeCount, server.Counters.ExchangesUnprotected, server.Counters.ExchangesRefused));

        // Where it comes from it may be asked, and from there it may go again.
        _client.Receive(Assert.Single(ReceiveBytes(server, Request())), Other, _now);
        Assert.True(server.MayRequest(Peer));
        Assert.False(server.Request(Peer, head).IsNone);
        Assert.True(CoapMessage.TryParse(Assert.Single(Drain(server)), out CoapMessage request, out _));
        Assert.True(request.Options.TryGet(CoapOptionNumber.Oscore, out _));
        server.Receive(Request(), Other, _now);
        Drain(server);
        Assert.False(server.MayRequest(Peer));
        Assert.True(server.Request(Peer, head).IsNone);

        // A client of one server that has forgotten its keys asks for nothing more.
        var context = new OscoreProtection(Keys.Of(server: false));
        var client = new CoapEndpoint(new CoapEndpointOptions { Protection = context }, new SeededRandom(1), null);
        Assert.True(client.MayRequest(Peer));
        context.Dispose();
        Assert.False(client.MayRequest(Peer));
        Assert.True(client.Request(Peer, head).IsNone);

        // Nor does one without protection mind.
        Assert.True(new CoapEndpoint(new CoapEndpointOptions(), new SeededRandom(1), null).MayRequest(Peer));
    }

    [Fact]
    public void What_waits_under_a_context_that_is_removed_is_not_sent_in_the_clear()
    {
        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/a" });
        _clientProtection.Dispose();
        Assert.Empty(Drain(_client));
        for (int i = 0; i < 6 && _client.NextDeadline is { } next; i++)
        {
            _client.OnDeadline(_now = next);
            Assert.Empty(Drain(_client));
        }

        Assert.Equal(["Timeout"], Events(_client));
        Assert.Equal(5, _clientProtection.Counters.Unsent);
    }

    [Fact]
    public void A_server_asks_its_client_under_the_context_of_the_last_request()
    {
        _server.Request(Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/a", NonConfirmable = true });
        Assert.True(CoapMessage.TryParse(Assert.Single(Drain(_server)), out CoapMessage plain, out _));
        Assert.False(plain.Options.TryGet(CoapOptionNumber.Oscore, out _));
        Assert.Equal("Response 2.04 Changed", Ask());
        _server.Request(Peer, new CoapRequestHead { Method = CoapCode.Post, Path = "/b" }, "to the client"u8);
        byte[] request = Assert.Single(Drain(_server));
        Assert.True(request.AsSpan().IndexOf("client"u8) < 0);
        _client.Receive(request, Other, _now);
        _server.Receive(Assert.Single(Drain(_client)), Peer, _now);
        Assert.Equal(["Response 2.04 Changed"], Events(_server));
        Assert.Equal("post b: to the client", _handled[^1]);
        Assert.Equal("Oscore 0x0002", Who);
    }

    // RFC 7641, 4.1 and RFC 8613, 4.1.3.5: nobody behind the same address ends the observation of another, or puts blocks among his.
    [Fact]
    public void What_belongs_to_a_context_is_not_touched_from_outside()
    {
        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/a", Observe = true });
        byte[] registration = Assert.Single(Drain(_client));
        string token = Convert.ToHexString(registration.AsSpan(4, registration[0] & 0xf));
        Receive(_client, Answer(registration), Other);
        Assert.Equal(1, _server.ObserverCount);
        Receive(_server, Con(CoapCode.Get, 1, token, "", Observe(1), Path("a")));
        Assert.Equal(1, _server.ObserverCount);
        Assert.DoesNotContain(" 6=", Single(Receive(_server, Con(CoapCode.Get, 2, token, "", Observe(0), Path("a")))));
        Assert.Equal(1, _server.ObserverCount);
        _server.Notify(7);
        byte[] notification = Assert.Single(Drain(_server));
        Receive(_client, notification, Other);
        Assert.Equal(["Notification 2.05 Content", "Notification 2.05 Content"], Events(_client, twice: true));
        Assert.Equal("Oscore 0x0001", Who);

        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Post, Path = "/a" }, Encoding.UTF8.GetBytes(new string('m', 2000)));
        _server.Receive(Assert.Single(Drain(_client)), Peer, _now);
        byte[] answer = Assert.Single(Drain(_server));
        (CoapOptionNumber, byte[]) block1 = (CoapOptionNumber.Block1, [0x16]);
        Assert.StartsWith("ACK 4.08", Single(Receive(_server, Con(CoapCode.Post, 3, "01", "forged", Path("a"), block1))));
        _client.Receive(answer, Other, _now);
        Carry();
        Assert.Equal("post a: " + new string('m', 2000), _handled[^1]);
    }

    [Fact]
    public void A_block_that_a_sink_does_not_take_yet_may_come_again()
    {
        _sink = new Sink { IsReady = false };
        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Post, Path = "/a" }, new byte[2000]);
        byte[] first = Assert.Single(Drain(_client));
        Assert.Empty(Receive(_server, first));
        Assert.Empty(Receive(_server, first));
        _sink.IsReady = true;
        _client.Receive(Assert.Single(ReceiveBytes(_server, first)), Other, _now);
        Carry();
        Assert.Equal(["Response 2.04 Changed"], Events(_client));
        Assert.Equal(2000, _sink.Taken);
    }

    [Fact]
    public void A_response_that_is_not_wanted_is_not_sent()
    {
        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Post, Path = "/a", NoResponse = 2, NonConfirmable = true });
        Assert.Empty(Receive(_server, Assert.Single(Drain(_client))));
        Assert.Single(_handled);
    }

    // RFC 9175, 2.3, inside: who has not shown where he is is asked to, and the context's own proof of freshness is another matter.
    [Fact]
    public void A_proof_of_address_is_asked_for_and_given_inside()
    {
        var server = new CoapEndpoint(
            new CoapEndpointOptions { Protection = _serverProtection, AmplificationFactor = 3 }, new SeededRandom(1), new Things(this));
        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/a", Observe = true });
        server.Receive(Assert.Single(Drain(_client)), Peer, _now);
        byte[] demand = Assert.Single(Drain(server));
        Assert.True(CoapMessage.TryParse(demand, out CoapMessage message, out _));
        Assert.Equal(CoapCode.Changed, message.Code);
        Assert.False(message.Options.TryGet(CoapOptionNumber.Echo, out _));
        _client.Receive(demand, Other, _now);
        server.Receive(Assert.Single(Drain(_client)), Peer, _now);
        _client.Receive(Assert.Single(Drain(server)), Other, _now);
        Assert.Equal(["Notification 2.05 Content"], Events(_client));
        Assert.Equal(1, server.Counters.EchoDemanded);
    }

    [Fact]
    [Trait("Category", "Security")]
    public void An_error_that_is_not_protected_does_not_end_what_waits_for_its_owner()
    {
        var sink = new Sink();
        ExchangeId exchange = _client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/long", Sink = sink });
        byte[] request = Assert.Single(Drain(_client));
        string token = Convert.ToHexString(request.AsSpan(4, request[0] & 0xf));
        Receive(_client, Answer(request), Other);
        Assert.Equal(1024, sink.Taken);
        Assert.Empty(Receive(_client, Non(CoapCode.Unauthorized, 900, token), Other));
        Assert.Empty(Events(_client));
        Assert.True(_client.IsOpen(exchange));
        sink.IsReady = true;
        Assert.True(_client.Proceed(exchange));
        Carry();
        Assert.Equal(["Response 2.05 Content"], Events(_client));
        Assert.Equal(2500, sink.Taken);
    }

    // RFC 8613, Appendix B.1.2, behind one address: an old request of one client, which another has and knows an Echo for.
    [Fact]
    [Trait("Category", "Security")]
    public void What_one_client_was_given_to_prove_itself_does_not_prove_another()
    {
        using SecurityContext first = Context(1, 2), second = Context(3, 2);
        using var restarted = new OscoreProtection();
        Assert.True(restarted.TryAdd(Context(2, 1, isOld: true)));
        Assert.True(restarted.TryAdd(Context(2, 3, isOld: true)));
        var server = new CoapEndpoint(new CoapEndpointOptions { Protection = restarted }, new SeededRandom(1), new Things(this));
        byte[] echo = EchoOf(first, server, 1);
        byte[] others = EchoOf(second, server, 2);
        Assert.NotEqual(echo, others);
        Assert.Equal("4.01 Unauthorized", Ask(second, server, 3, echo));
        Assert.Empty(_handled);
        Assert.Equal("2.04 Changed", Ask(second, server, 4, others));
        Assert.Equal("2.04 Changed", Ask(first, server, 5, echo));
        Assert.Equal(2, _handled.Count);
    }

    [Fact]
    public void A_storage_that_fails_keeps_requests_from_being_sent_and_from_being_taken()
    {
        using var failing = new OscoreProtection();
        Assert.True(failing.TryAdd(new SecurityContext(new SecurityContextKeys
        {
            MasterSecret = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)], SenderId = [2], RecipientId = [1],
            Storage = new Failing(),
        }), Peer));
        var server = new CoapEndpoint(new CoapEndpointOptions { Protection = failing }, new SeededRandom(1), new Things(this));
        Assert.StartsWith("ACK 5.03", Single(Receive(server, Request())));
        Assert.Empty(_handled);
        server.Request(Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/a" });
        Assert.Empty(Drain(server));
    }

    [Fact]
    public void The_memory_of_a_protection_is_in_what_the_options_say() =>
        Assert.True(new CoapEndpointOptions { Protection = _serverProtection }.MaxMemory > new CoapEndpointOptions().MaxMemory + 20 * 1152);
}
