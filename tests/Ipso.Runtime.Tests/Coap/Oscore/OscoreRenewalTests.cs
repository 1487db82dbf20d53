using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Testing;
using Ipso.Tests.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Oscore;

/// <summary>Keys that both sides derive anew (RFC 8613, Appendix B.2).</summary>
[Trait("Category", "Security")]
public sealed partial class OscoreRenewalTests : IDisposable
{
    private const int ServerLength = KeyRenewal.ServerLength;

    [Fact]
    public void The_first_request_asks_for_keys_and_is_done_under_those_that_both_have_made()
    {
        _client.Request(Other, PostRequest);
        byte[] first = Assert.Single(Drain(_client));
        byte[] r1 = IdOf(first);
        Assert.Equal(KeyRenewal.ClientLength, r1.Length);

        byte[] offer = Assert.Single(Receive(_server, first, Peer));
        byte[] r2 = IdOf(offer);
        Assert.Equal(ServerLength, r2.Length);
        Assert.Empty(_handled);

        byte[] second = Assert.Single(Receive(_client, offer, Other));
        Assert.Empty(Events());
        byte[] id3 = IdOf(second);
        Assert.Equal(ServerLength + KeyRenewal.ClientLength, id3.Length);
        Assert.Equal(r2, id3[..ServerLength]);
        Assert.NotEqual(r1, id3[ServerLength..]);

        Receive(_client, Assert.Single(Receive(_server, second, Peer)), Other);
        Assert.Equal(["Response 2.04 Changed"], Events());
        Assert.Equal(["x"], _handled);
        Assert.Equal(id3, _clientContext.IdContext);
        Assert.Equal(id3, _serverContext.IdContext);
        Assert.Equal((1, 1), (_clientContexts.Counters.Renewals, _serverContexts.Counters.Renewals));

        // Those are the keys of that ID Context and no others; and they stay.
        using SecurityContext elsewhere = new(Keys(server: true, renews: false, id3));
        Assert.True(CoapMessage.TryParse(second, out CoapMessage message, out _));
        message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value);
        Assert.True(OscoreOption.TryRead(value, out OscoreOption option));
        Assert.Equal(
            OscoreFault.None,
            OscoreMessages.UnprotectRequest(elsewhere, message, option, new byte[200], new byte[200], out _, out _));
        Assert.Equal("Response 2.04 Changed", Ask());
        Assert.Equal(id3, _serverContext.IdContext);
        Assert.Equal(2, _handled.Count);
    }

    [Fact]
    public void The_offer_is_under_keys_of_its_own_each_time()
    {
        _client.Request(Other, PostRequest);
        byte[] first = Assert.Single(Drain(_client));
        byte[] offer = Assert.Single(Receive(_server, first, Peer));
        byte[] again = Assert.Single(Receive(_server, WithId(first, 9), Peer));
        Assert.NotEqual(IdOf(offer), IdOf(again));
        using SecurityContext second = new(Keys(server: false, renews: false, [.. IdOf(offer), .. IdOf(first)]));
        Assert.True(CoapMessage.TryParse(offer, out CoapMessage message, out _));
        message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value);
        Assert.True(OscoreOption.TryRead(value, out OscoreOption option));
        Assert.True(option.PartialIv.IsEmpty && !option.HasKid);
        var binding = new MessageBinding { NumberLength = 1 };
        byte[] plain = new byte[200];
        Assert.Equal(
            OscoreFault.None,
            OscoreMessages.UnprotectResponse(second, message, option, ref binding, new byte[200], plain, out int length));
        Assert.True(CoapMessage.TryParse(plain.AsSpan(0, length), out message, out _));
        Assert.Equal((CoapCode.Unauthorized, 0), (message.Code, message.Payload.Length));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Who_has_forgotten_everything_is_understood_again_and_no_old_request_is_done(bool server, bool client)
    {
        Assert.Equal("Response 2.04 Changed", Ask());
        Assert.Equal("Response 2.04 Changed", Ask());
        byte[][] old = [.. _toServer];
        byte[] before = _serverContext.IdContext.ToArray();
        Restart(server, client);
        foreach (byte[] request in old)
        {
            Receive(_server, WithId(request, 77), Peer);
        }

        Assert.Equal(2, _handled.Count);
        Assert.Equal("Response 2.04 Changed", Ask());
        Assert.Equal("Response 2.04 Changed", Ask());
        Assert.Equal(4, _handled.Count);
        Assert.NotEqual(before, _serverContext.IdContext.ToArray());
        foreach (byte[] request in old)
        {
            Receive(_server, WithId(request, 78), Peer);
        }

        Assert.Equal(4, _handled.Count);
        Assert.Equal("Response 2.04 Changed", Ask());
    }

    // Appendix B.2, step 4: what was offered is good for one renewal.
    [Fact]
    public void A_request_that_took_up_an_offer_is_no_such_request_a_second_time()
    {
        Assert.Equal("Response 2.04 Changed", Ask());
        byte[] second = _toServer[^1];
        byte[] id = _serverContext.IdContext.ToArray();

        // With the keys in use its number has come.
        Assert.Contains("4.01", Show(Assert.Single(Receive(_server, WithId(second, 70), Peer))), StringComparison.Ordinal);
        Restart(server: false, client: true);
        Assert.Equal("Response 2.04 Changed", Ask());
        Assert.NotEqual(id, _serverContext.IdContext.ToArray());
        id = _serverContext.IdContext.ToArray();
        Receive(_server, WithId(second, 71), Peer);
        Assert.Equal(id, _serverContext.IdContext);
        Assert.Equal(2, _handled.Count);
    }

    [Fact]
    public void What_is_forged_renews_nothing()
    {
        _client.Request(Other, PostRequest);
        byte[] first = Assert.Single(Drain(_client));
        byte[] mine = _serverContext.IdContext.ToArray();
        Damage(first, damaged => Assert.DoesNotContain(
            Receive(_server, damaged, Peer), static d => CoapMessage.TryParse(d, out CoapMessage m, out _) && m.Code.IsSuccess));
        byte[] offer = Assert.Single(Receive(_server, first, Peer));
        byte[] before = _clientContext.IdContext.ToArray();
        Damage(offer, damaged => Receive(_client, damaged, Other));
        Assert.Equal(before, _clientContext.IdContext);
        byte[] second = Assert.Single(Receive(_client, offer, Other));
        Damage(second, damaged => Receive(_server, damaged, Peer));
        Assert.Equal(mine, _serverContext.IdContext);
        Assert.Empty(_handled);
        Receive(_client, Assert.Single(Receive(_server, second, Peer)), Other);
        Assert.Equal(["Response 2.04 Changed"], Events());
    }

    [Fact]
    public void What_was_not_sent_yet_goes_out_under_the_new_keys()
    {
        _client.Request(Other, PostRequest);
        _client.Request(Other, PostRequest);
        Carry();
        Assert.Equal(["Response 2.04 Changed", "Response 2.04 Changed"], Events());
        Assert.Equal(1, _serverContexts.Counters.Renewals);
    }

    [Fact]
    public void Observations_end_with_the_keys_that_they_were_registered_under()
    {
        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/a", Observe = true });
        Carry();
        Assert.Equal(["Notification 2.05 Content"], Events());
        _server.Notify(7);
        Carry();
        Assert.Equal(["Notification 2.05 Content"], Events());
        Restart(server: false, client: true);
        Assert.Equal("Response 2.04 Changed", Ask());
        Assert.Equal(1, _server.ObserverCount);
        int handled = _handled.Count;
        _server.Notify(7);
        Assert.Empty(Drain(_server));
        Assert.Equal((0, handled), (_server.ObserverCount, _handled.Count));
    }

    [Fact]
    public void A_server_that_offers_keys_again_and_again_is_asked_twice()
    {
        _client.Request(Other, PostRequest);
        byte[] first = Assert.Single(Drain(_client));
        byte[] second = Assert.Single(Receive(_client, Assert.Single(Receive(_server, first, Peer)), Other));
        Restart(server: true, client: false);
        byte[] offer = Assert.Single(Receive(_server, second, Peer));
        Assert.Empty(Receive(_client, offer, Other));
        Assert.Equal(["Response 4.01 Unauthorized"], Events());

        // The next one is another matter.
        Assert.Equal("Response 2.04 Changed", Ask());
    }

    [Fact]
    public void An_Echo_may_be_demanded_of_a_request_that_goes_out_again()
    {
        _serverOptions = _serverOptions with { AmplificationFactor = 3 };
        Restart(server: true, client: false);
        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/a", Observe = true });
        Carry();
        Assert.Equal(["Notification 2.05 Content"], Events());
        Assert.Equal(1, _server.Counters.EchoDemanded);
    }

    [Fact]
    public void A_server_asks_its_client_under_the_keys_that_they_have()
    {
        Assert.Equal("Response 2.04 Changed", Ask());
        _server.Request(Peer, PostRequest);
        byte[] request = Assert.Single(Drain(_server));
        byte[] answer = Assert.Single(Receive(_client, request, Other));
        Receive(_server, answer, Peer);
        Assert.True(_server.TryTakeEvent(out CoapEvent e));
        Assert.Equal(CoapCode.Changed, e.Message.Code);
        Assert.Equal(1, _serverContexts.Counters.Renewals);
    }

    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.3)]
    [InlineData(3, 0.3)]
    public void Restarts_of_either_on_a_bad_network_let_nothing_be_done_twice(ulong seed, double loss)
    {
        List<string> executed = [];
        var network = new VirtualNetwork(seed)
        {
            Links = new() { Loss = loss, Delay = LinkDelay.Uniform(TimeSpan.Zero, TimeSpan.FromSeconds(loss > 0 ? 1 : 0.02)) },
        };
        var handler = new Handler((in request, ref response) =>
        {
            executed.Add(Encoding.UTF8.GetString(request.Payload));
            response.Code = CoapCode.Changed;
        });
        VirtualNode<CoapEndpoint> server = network.Add("server", random =>
        {
            OscoreProtection contexts = new() { RequiresProtection = true };
            Assert.True(contexts.TryAdd(new SecurityContext(Keys(server: true, renews: true))));
            return new CoapEndpoint(OscorePair.LongMemory with { Protection = contexts }, random, handler);
        });
        VirtualNode<CoapEndpoint> client = network.Add("client", random => new CoapEndpoint(
            OscorePair.LongMemory with { Protection = new OscoreProtection(new SecurityContext(Keys(server: false, renews: true))) }, random));
        var watch = new WireWatch(network, "hidden-path"u8.ToArray());
        int done = 0, failed = 0;
        client.AfterStep = () =>
        {
            while (client.Protocol.TryTakeEvent(out CoapEvent e))
            {
                done += e.Kind == CoapEventKind.Response && e.Message.Code == CoapCode.Changed ? 1 : 0;
                failed += e.Kind == CoapEventKind.Response && e.Message.Code == CoapCode.Changed ? 0 : 1;
            }
        };
        for (int i = 0; i < 12; i++)
        {
            client.Protocol.Request(
                server.Peer, new CoapRequestHead { Method = CoapCode.Post, Path = "/hidden-path" }, Encoding.UTF8.GetBytes($"{i}"));
            Assert.True(network.RunUntil(() => done + failed > i, TimeSpan.FromMinutes(5)));
            if (i % 4 == 3)
            {
                server.Restart();
                byte[][] old = [.. watch.Datagrams.Where(static d => (d[1] & 0xe0) == 0 && d[1] != 0)];
                foreach (byte[] request in old)
                {
                    server.Protocol.Receive(request, client.Peer, network.Now);
                }

                network.Run(TimeSpan.FromSeconds(400));
            }
            else if (i % 4 == 1)
            {
                client.Restart();
            }
        }

        Assert.Equal(executed.Distinct(), executed);
        Assert.InRange(done, loss == 0 ? 12 : 8, 12);
    }

    [Fact]
    public void Keys_that_are_renewed_have_no_numbers_and_no_name_of_yesterday()
    {
        Assert.Throws<ArgumentException>(() => new SecurityContext(Keys(server: true, renews: true, [1])));
        Assert.Throws<ArgumentException>(() => new SecurityContext(new SecurityContextKeys
        {
            MasterSecret = [1], SenderId = [1], RecipientId = [2], SequenceNumber = 1, RenewsKeysWith = _random,
        }));
        Assert.Throws<ArgumentException>(() => new SecurityContext(new SecurityContextKeys
        {
            MasterSecret = [1], SenderId = [1], RecipientId = [2], Storage = new MemoryStorage(), RenewsKeysWith = _random,
        }));
        using SecurityContext one = new(Keys(server: true, renews: true)), other = new(Keys(server: true, renews: true));
        Assert.False(one.IdContext.SequenceEqual(other.IdContext));
        Assert.Equal(one.Identity, other.Identity);
        Assert.True(one.RenewsKeys);
        one.Dispose();
        Assert.True(one.IsDisposed);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("40", false)]
    [InlineData("4101", true)]
    [InlineData("410102", false)]
    [InlineData("42", false)]
    [InlineData("580101", true)]
    [InlineData("5801", false)]
    [InlineData("6101", false)]
    [InlineData("5f4101ff", false)]
    [InlineData("5bffffffffffffffff01", false)]
    public void A_kid_context_of_nonces_is_one_byte_string(string hex, bool isOne) =>
        Assert.Equal(isOne, KeyRenewal.TryUnwrap(Convert.FromHexString(hex), out _));
}
