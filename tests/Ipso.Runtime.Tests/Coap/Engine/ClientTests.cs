using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

public class ClientTests
{
    /// <summary>Takes the one request that was sent and lets a test answer it.</summary>
    private static (ushort Mid, string Token) Sent(Script script)
    {
        byte[] datagram = Assert.Single(script.DrainBytes());
        Assert.True(CoapMessage.TryParse(datagram, out CoapMessage message, out _));
        return (message.MessageId, message.Token.ToString());
    }

    [Fact]
    public void A_request_bears_its_options_in_order()
    {
        var script = new Script();
        script.Endpoint.Request(
            Peer,
            new CoapRequestHead
            {
                Method = CoapCode.Post,
                Host = "example.net",
                Path = "/rd/%C3%A9%2F/",
                Query = "ep=n%26o&lt=300",
                ContentFormat = ContentFormat.LinkFormat,
                Accept = ContentFormat.SenMLCbor,
            },
            "x"u8);
        string sent = Assert.Single(script.Drain());
        Assert.StartsWith("CON POST #", sent, StringComparison.Ordinal);
        Assert.EndsWith(
            "3=6578616d706c652e6e6574 11=7264 11=c3a92f 11= 12=28 15=65703d6e266f 15=6c743d333030 17=70 \"x\"",
            sent,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_root_path_is_no_option()
    {
        var script = new Script();
        script.Request("/");
        Assert.DoesNotContain(" 11=", Assert.Single(script.Drain()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/%4")]
    [InlineData("/%zz")]
    public void A_path_that_is_not_in_URI_form_is_the_callers_fault(string path)
    {
        var script = new Script();
        Assert.Throws<ArgumentException>(() => script.Request(path));
        Assert.Equal(0, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void A_request_that_is_too_long_is_the_callers_fault()
    {
        var script = new Script();
        Assert.Throws<ArgumentException>(() => script.Request(payload: new string('x', 16385)));
        Assert.Throws<ArgumentException>(() => script.Request("/" + new string('x', 256)));
        Assert.Equal(0, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void A_piggybacked_response_ends_the_exchange()
    {
        var script = new Script();
        ExchangeId id = script.Request();
        (ushort mid, string token) = Sent(script);
        Assert.Empty(script.Receive(Ack(CoapCode.Content, mid, token, "hello")));
        Assert.True(script.Endpoint.TryTakeEvent(out CoapEvent e));
        Assert.Equal((CoapEventKind.Response, id, true), (e.Kind, e.Exchange, e.HasMessage));
        Assert.Equal("hello"u8, e.Message.Payload);
        Assert.Equal(0, script.Endpoint.ExchangeCount);
        Assert.Null(script.Endpoint.NextDeadline);
    }

    [Fact]
    public void A_separate_response_is_acknowledged_each_time_and_told_once()
    {
        var script = new Script();
        script.Request();
        (ushort mid, string token) = Sent(script);
        Assert.Empty(script.Receive(EmptyAck(mid)));
        byte[] response = Con(CoapCode.Content, 900, token, "late");
        Assert.Equal("ACK 0.00 Empty #900", script.At(5).Exchange(response));
        Assert.Equal(["Response 2.05 Content \"late\""], script.Events());

        // Our ACK was lost: the exchange is over, but the duplicate is still acknowledged, not rejected.
        Assert.Equal("ACK 0.00 Empty #900", script.At(8).Exchange(response));
        Assert.Empty(script.Events());
    }

    [Fact]
    public void A_separate_response_stands_for_the_acknowledgement_that_was_lost()
    {
        var script = new Script();
        script.Request();
        (_, string token) = Sent(script);
        Assert.Equal("ACK 0.00 Empty #900", script.Exchange(Con(CoapCode.Content, 900, token)));
        Assert.Null(script.Endpoint.NextDeadline);
    }

    [Fact]
    public void A_request_is_repeated_with_doubling_waits_and_then_given_up()
    {
        var script = new Script();
        script.Request();
        byte[] first = Assert.Single(script.DrainBytes());
        var waits = new List<double>();
        Instant last = script.Now;
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal([Show(first)], script.Deadline());
            waits.Add((script.Now - last).TotalSeconds);
            last = script.Now;
        }

        Assert.InRange(waits[0], 2, 3);
        Assert.Equal(waits[0] * 2, waits[1], 3);
        Assert.Equal(waits[0] * 4, waits[2], 3);
        Assert.Equal(waits[0] * 8, waits[3], 3);
        Assert.Empty(script.Deadline());
        Assert.Equal(waits[0] * 16, (script.Now - last).TotalSeconds, 3);
        Assert.Equal(["Timeout"], script.Events());
        Assert.Equal(4, script.Endpoint.Counters.Retransmissions);
        Assert.Null(script.Endpoint.NextDeadline);
    }

    [Fact]
    public void The_first_wait_is_spread_over_the_random_factor()
    {
        var waits = Enumerable.Range(0, 50).Select(seed =>
        {
            var script = new Script(seed: seed);
            script.Request();
            script.Drain();
            return script.Endpoint.NextDeadline!.Value.Ticks / (double)TimeSpan.TicksPerSecond;
        }).ToList();
        Assert.All(waits, w => Assert.InRange(w, 2, 3));
        Assert.True(waits.Max() - waits.Min() > 0.7);
    }

    [Fact]
    public void A_deadline_that_is_not_due_does_nothing()
    {
        var script = new Script();
        script.Request();
        script.Drain();
        script.Endpoint.OnDeadline(Instant.FromSeconds(1.9));
        Assert.Empty(script.Drain());
    }

    [Fact]
    public void A_reset_ends_the_exchange()
    {
        var script = new Script();
        script.Request();
        script.Receive(Rst(Sent(script).Mid));
        Assert.Equal(["Reset"], script.Events());
    }

    [Fact]
    public void An_acknowledged_request_waits_for_its_response_but_not_for_ever()
    {
        var script = new Script();
        script.Request();
        script.At(1).Receive(EmptyAck(Sent(script).Mid));
        Assert.Equal(Instant.FromSeconds(94), script.Endpoint.NextDeadline);
        Assert.Empty(script.Deadline());
        Assert.Equal(["Timeout"], script.Events());
    }

    [Fact]
    public void A_non_confirmable_request_is_sent_once()
    {
        var script = new Script();
        script.Request(confirmable: false);
        (_, string token) = Sent(script);
        Assert.Equal(Instant.FromSeconds(93), script.Endpoint.NextDeadline);
        Assert.Empty(script.Receive(Non(CoapCode.Content, 900, token, "x")));
        Assert.Equal(["Response 2.05 Content \"x\""], script.Events());
        script.Request(confirmable: false);
        script.Receive(Rst(Sent(script).Mid));
        Assert.Equal(["Reset"], script.Events());
    }

    [Fact]
    public void A_response_from_elsewhere_or_with_another_token_is_none_of_ours()
    {
        var script = new Script();
        script.Request();
        (ushort mid, string token) = Sent(script);
        Assert.Empty(script.Receive(Ack(CoapCode.Content, mid, "ffff"), Peer));
        Assert.Empty(script.Receive(Ack(CoapCode.Content, mid, token), Other));
        Assert.Equal("RST 0.00 Empty #5", script.Exchange(Con(CoapCode.Content, 5, token), Other));
        Assert.Equal("RST 0.00 Empty #6", script.Exchange(Non(CoapCode.Content, 6, "0102")));
        Assert.Empty(script.Events());
        Assert.Equal(1, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void A_response_with_a_critical_option_that_is_not_understood_is_rejected()
    {
        var script = new Script();
        script.Request();
        (ushort mid, string token) = Sent(script);
        Assert.Empty(script.Receive(Ack(CoapCode.Content, mid, token, "x", ((CoapOptionNumber)25, [1]))));
        Assert.Equal(["Rejected"], script.Events());

        script.Request();
        (_, token) = Sent(script);
        Assert.Equal("RST 0.00 Empty #77", script.Exchange(Con(CoapCode.Content, 77, token, "x", ((CoapOptionNumber)25, [1]))));
        Assert.Equal(["Rejected"], script.Events());
    }

    [Fact]
    public void A_second_request_to_a_peer_waits_for_the_first_and_one_to_another_does_not()
    {
        var script = new Script();
        script.Request("/1");
        script.Request("/2");
        script.Request("/3");
        script.Request("/4", to: Other);
        List<byte[]> sent = script.DrainBytes();
        Assert.Equal(2, sent.Count);
        Assert.Contains("11=31", Show(sent[0]), StringComparison.Ordinal);
        Assert.Contains("11=34", Show(sent[1]), StringComparison.Ordinal);

        Assert.True(CoapMessage.TryParse(sent[0], out CoapMessage first, out _));
        Assert.Contains("11=32", script.Exchange(EmptyAck(first.MessageId)), StringComparison.Ordinal);
    }

    [Fact]
    public void Queued_requests_go_in_their_order_when_one_is_cancelled_or_given_up()
    {
        var script = new Script(options: new CoapEndpointOptions { Transmission = new TransmissionParameters { MaxRetransmit = 0 } });
        script.Request("/1");
        ExchangeId second = script.Request("/2");
        script.Request("/3");
        script.Drain();
        Assert.True(script.Endpoint.Cancel(second));
        Assert.False(script.Endpoint.Cancel(second));
        Assert.Contains("11=33", Assert.Single(script.Deadline()), StringComparison.Ordinal);
        Assert.Equal(["Timeout"], script.Events());
    }

    [Fact]
    public void More_requests_than_there_is_room_for_are_refused()
    {
        var script = new Script(options: new CoapEndpointOptions { Exchanges = 2 });
        Assert.False(script.Request().IsNone);
        Assert.False(script.Request().IsNone);
        Assert.True(script.Request().IsNone);
        Assert.Equal(1, script.Endpoint.Counters.ExchangesRefused);
    }

    [Fact]
    public void Notifications_come_in_the_order_of_their_numbers()
    {
        var script = new Script();
        script.Request(observe: true);
        (ushort mid, string token) = Sent(script);
        script.Receive(Ack(CoapCode.Content, mid, token, "a", Observe(10)));
        Assert.Equal(["Notification 2.05 Content \"a\""], script.Events());
        Assert.Equal("ACK 0.00 Empty #100", script.Exchange(Con(CoapCode.Content, 100, token, "c", Observe(12))));
        Assert.Empty(script.Receive(Non(CoapCode.Content, 101, token, "b", Observe(11))));
        Assert.Equal(["Notification 2.05 Content \"c\""], script.Events());

        // More than 128 s later a number says nothing (RFC 7641, 3.4).
        script.At(129).Receive(Non(CoapCode.Content, 102, token, "d", Observe(3)));
        Assert.Equal(["Notification 2.05 Content \"d\""], script.Events());
    }

    [Fact]
    public void Notifications_that_nobody_takes_become_the_latest()
    {
        var script = new Script();
        script.Request(observe: true);
        (ushort mid, string token) = Sent(script);
        script.Receive(Ack(CoapCode.Content, mid, token, "a", Observe(1)));
        script.Receive(Non(CoapCode.Content, 100, token, "b", Observe(2)));
        script.Receive(Non(CoapCode.Content, 101, token, "c", Observe(3)));
        Assert.Equal(["Notification 2.05 Content \"c\""], script.Events());
    }

    [Fact]
    public void A_server_that_does_not_offer_observation_gives_a_response()
    {
        var script = new Script();
        script.Request(observe: true);
        (ushort mid, string token) = Sent(script);
        script.Receive(Ack(CoapCode.Content, mid, token, "a"));
        Assert.Equal(["Response 2.05 Content \"a\""], script.Events());
        Assert.Equal(0, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void An_error_ends_an_observation()
    {
        var script = new Script();
        script.Request(observe: true);
        (ushort mid, string token) = Sent(script);
        script.Receive(Ack(CoapCode.Content, mid, token, "a", Observe(1)));
        script.Events();
        script.Receive(Non(CoapCode.NotFound, 100, token));
        Assert.Equal(["ObservationEnded 4.04 Not Found \"\""], script.Events());
        Assert.Equal("RST 0.00 Empty #101", script.Exchange(Non(CoapCode.Content, 101, token, "b", Observe(2))));
    }

    [Fact]
    public void Cancelling_an_observation_deregisters_with_the_same_token_and_options()
    {
        var script = new Script();
        ExchangeId id = script.Request("/3/0", observe: true);
        (ushort mid, string token) = Sent(script);
        script.Receive(Ack(CoapCode.Content, mid, token, "a", Observe(1)));
        script.Events();

        Assert.True(script.Endpoint.Cancel(id));
        byte[] sent = Assert.Single(script.DrainBytes());
        Assert.True(CoapMessage.TryParse(sent, out CoapMessage message, out _));
        Assert.Equal($"CON GET #{message.MessageId} t={token} 6=01 11=33 11=30", Show(sent));

        // A notification that was under way is not the response to the deregistration, which goes on.
        script.Receive(Non(CoapCode.Content, 100, token, "b", Observe(2)));
        Assert.Empty(script.Events());
        Assert.NotNull(script.Endpoint.NextDeadline);
        script.Receive(Ack(CoapCode.Content, message.MessageId, token, "c"));
        Assert.Equal(["Response 2.05 Content \"c\""], script.Events());
        Assert.Equal(0, script.Endpoint.ExchangeCount);
    }
}
