using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

// PROBING_RATE (RFC 7252, 4.7). A request for /a is 4 + 6 + 2 bytes long here, and one of 100 bytes of payload 113.
public class ProbingTests
{
    private static readonly string s_payload = new('x', 100);

    private static Script Client(int rate = 1, int peers = 64) =>
        new(options: new CoapEndpointOptions
        {
            Exchanges = 16, Peers = peers, Transmission = new TransmissionParameters { ProbingRate = rate },
        });

    private static ExchangeId Post(Script script, PeerId? to = null) =>
        script.Request(confirmable: false, method: CoapCode.Post, payload: s_payload, to: to);

    private static (ushort Mid, string Token) Only(List<byte[]> sent)
    {
        Assert.True(CoapMessage.TryParse(Assert.Single(sent), out CoapMessage message, out _));
        return (message.MessageId, message.Token.ToString());
    }

    [Fact]
    public void A_peer_that_does_not_answer_gets_one_byte_a_second_on_average()
    {
        Script script = Client();
        for (int i = 0; i < 5; i++)
        {
            Post(script);
        }

        // 3 * 113 s are more than EXCHANGE_LIFETIME, 2 * 113 s are not.
        Assert.Equal(3, script.Drain().Count);
        Assert.Equal(2, script.Endpoint.Counters.RequestsHeld);
        Assert.Empty(script.At(91).Drain());

        // The fourth may go at 339 - 247 = 92 s.
        Assert.Single(script.Deadline());
        Assert.Equal(Instant.FromSeconds(92), script.Now);
    }

    [Fact]
    public void What_is_held_back_too_long_ends_as_never_sent()
    {
        Script script = Client();
        for (int i = 0; i < 4; i++)
        {
            Post(script);
        }

        ExchangeId fifth = Post(script);
        script.Drain();
        Assert.Single(script.Deadline());
        Assert.Empty(script.Events());
        Assert.Empty(script.Deadline());
        Assert.Equal(Instant.FromSeconds(93), script.Now);
        int never = 0;
        while (script.Endpoint.TryTakeEvent(out CoapEvent e))
        {
            Assert.Equal(CoapEventKind.Timeout, e.Kind);
            Assert.Equal(e.Exchange == fifth ? 0 : 1, e.Transmissions);
            never += e.Exchange == fifth ? 1 : 0;
        }

        Assert.Equal(1, never);
    }

    [Theory]
    [InlineData("response")]
    [InlineData("reset")]
    public void An_answer_lets_go_what_was_held_back(string answer)
    {
        Script script = Client();
        for (int i = 0; i < 7; i++)
        {
            Post(script);
        }

        List<byte[]> sent = script.DrainBytes();
        Assert.Equal(3, sent.Count);
        Assert.True(CoapMessage.TryParse(sent[0], out CoapMessage first, out _));
        byte[] datagram = answer == "reset"
            ? Rst(first.MessageId)
            : Non(CoapCode.Changed, 900, first.Token.ToString());
        Assert.Equal(3, script.At(1).Receive(datagram).Count);
        Assert.Equal(4, script.Endpoint.Counters.RequestsHeld);
        Assert.Single(script.Events());
    }

    [Fact]
    public void What_answers_nothing_of_ours_is_no_answer()
    {
        var script = new Script(
            (in CoapRequest _, ref CoapResponse response) => response.Code = CoapCode.Content,
            new CoapEndpointOptions { Exchanges = 16 });
        for (int i = 0; i < 4; i++)
        {
            Post(script);
        }

        Assert.Equal(3, script.Drain().Count);

        // A request of the peer, a response to what was never asked, and an acknowledgement of nothing.
        Assert.Single(script.Receive(Con(CoapCode.Get, 1, "01")));
        Assert.Single(script.Receive(Non(CoapCode.Content, 2, "0102")));
        Assert.Empty(script.Receive(EmptyAck(7)));
        Assert.Equal(4, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void A_peer_that_answers_each_time_is_asked_as_often_as_one_likes()
    {
        Script script = Client();
        for (int i = 0; i < 1000; i++)
        {
            Post(script);
            (_, string token) = Only(script.DrainBytes());
            script.Receive(Non(CoapCode.Changed, (ushort)i, token));
            Assert.Equal(["Response 2.04 Changed \"\""], script.Events());
        }

        Assert.Equal(0, script.Endpoint.Counters.RequestsHeld);
    }

    [Fact]
    public void Confirmable_requests_count_but_are_held_back_by_their_own_means()
    {
        Script script = Client();
        script.Request(method: CoapCode.Post, payload: new string('x', 300));
        Assert.Single(script.Drain());

        // Its 313 bytes use up the 247 of EXCHANGE_LIFETIME, and no more.
        script.Request(confirmable: false);
        Assert.Single(script.Drain());
        script.Request(confirmable: false);
        Assert.Empty(script.Drain());
        Assert.Equal(1, script.Endpoint.Counters.RequestsHeld);
        script.Request(to: Other, confirmable: false);
        Assert.Single(script.Drain());

        // Retransmissions go out when they are due, whatever has gone out before.
        List<string> sent = [];
        while (sent.Count < 5)
        {
            sent.AddRange(script.Deadline());
        }

        Assert.Equal(4, sent.Count(static s => s.StartsWith("CON POST", StringComparison.Ordinal)));
        Assert.InRange(script.Now - default(Instant), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(45));
    }

    [Fact]
    public void What_confirmable_requests_run_up_is_made_up_for_within_EXCHANGE_LIFETIME()
    {
        Script script = Client();
        for (int i = 0; i < 10; i++)
        {
            script.Request(method: CoapCode.Post, payload: s_payload);
            script.Drain();
            while (script.Endpoint.ExchangeCount > 0)
            {
                script.Deadline();
                script.Events();
            }
        }

        script.Request(confirmable: false);
        Assert.Single(script.Drain());
        Assert.Equal(0, script.Endpoint.Counters.RequestsHeld);
    }

    [Fact]
    public void A_rate_of_its_own_or_none()
    {
        Script fast = Client(rate: 113);
        Script free = Client(rate: 0);
        for (int i = 0; i < 16; i++)
        {
            Post(fast);
            Post(free);
        }

        Assert.Equal((16, 16), (fast.Drain().Count, free.Drain().Count));
        Assert.Equal(0, fast.Endpoint.Counters.RequestsHeld + free.Endpoint.Counters.RequestsHeld);
    }

    [Fact]
    public void What_is_cancelled_while_it_is_held_back_leaves_its_turn_to_the_next()
    {
        Script script = Client();
        for (int i = 0; i < 3; i++)
        {
            Post(script);
        }

        Assert.Equal(3, script.Drain().Count);
        ExchangeId fourth = Post(script);
        Post(script);
        Assert.Empty(script.At(1).Drain());
        Assert.True(script.Endpoint.Forget(fourth));
        script.Deadline();
        Assert.Equal(Instant.FromSeconds(92), script.Now);

        // Readied, but forgotten before it has gone.
        script = Client();
        for (int i = 0; i < 3; i++)
        {
            Post(script);
        }

        script.Drain();
        fourth = Post(script);
        Post(script);
        script.At(1).Drain();
        script.At(92).Endpoint.OnDeadline(script.Now);
        Assert.True(script.Endpoint.Forget(fourth));
        Assert.Single(script.Deadline());
    }
}
