using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

/// <summary>The client role of observation over time (RFC 7641, 3), and what observers cost.</summary>
public class ObservationTests
{
    private static (Script Script, string Token) Observing(uint maxAge)
    {
        var script = new Script();
        script.Request("/a", observe: true);
        byte[] sent = Assert.Single(script.DrainBytes());
        Assert.True(CoapMessage.TryParse(sent, out CoapMessage request, out _));
        string token = request.Token.ToString();
        script.Receive(Ack(CoapCode.Content, request.MessageId, token, "a", Observe(1), (CoapOptionNumber.MaxAge, [(byte)maxAge])));
        Assert.Equal(["Notification 2.05 Content \"a\""], script.Events());
        return (script, token);
    }

    [Fact]
    public void An_observation_that_falls_silent_is_registered_anew_with_its_token()
    {
        // RFC 7641, 3.3.1: 5 to 15 s after Max-Age.
        (Script script, string token) = Observing(20);
        byte[] sent = Encode(script);
        Assert.InRange(script.Now.Ticks, TimeSpan.FromSeconds(25).Ticks, TimeSpan.FromSeconds(35).Ticks);
        Assert.True(CoapMessage.TryParse(sent, out CoapMessage again, out _));
        Assert.Equal($"CON GET #{again.MessageId} t={token} 6= 11=61", Show(sent));
        Assert.Equal(1, script.Endpoint.Counters.Refreshes);

        // What acknowledges the registration was made for it: it is fresh, though the server, started anew, counts from 1 again.
        script.Receive(Ack(CoapCode.Content, again.MessageId, token, "b", Observe(1), (CoapOptionNumber.MaxAge, [20])));
        Assert.Equal(["Notification 2.05 Content \"b\""], script.Events());
        Assert.DoesNotContain(script.DrainBytes(), static bytes => bytes[1] < 0x20);
        script.Receive(Non(CoapCode.Content, 900, token, "c", Observe(2)));
        Assert.Equal(["Notification 2.05 Content \"c\""], script.Events());
    }

    [Fact]
    public void A_notification_in_time_keeps_it_fresh_and_a_server_that_is_gone_ends_it()
    {
        (Script script, string token) = Observing(20);
        script.At(24).Receive(Non(CoapCode.Content, 900, token, "b", Observe(2), (CoapOptionNumber.MaxAge, [20])));
        Assert.True(script.Endpoint.NextDeadline >= Instant.FromSeconds(49));
        for (int i = 0; i < 6; i++)
        {
            script.Deadline();
        }

        Assert.Equal(["Timeout"], script.Events().TakeLast(1));
        Assert.Equal(0, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void Who_does_not_want_that_says_so()
    {
        var script = new Script(options: new CoapEndpointOptions { RefreshObservations = false });
        script.Request("/a", observe: true);
        Assert.True(CoapMessage.TryParse(Assert.Single(script.DrainBytes()), out CoapMessage request, out _));
        script.Receive(Ack(CoapCode.Content, request.MessageId, request.Token.ToString(), "a", Observe(1)));
        Assert.Null(script.Endpoint.NextDeadline);
    }

    [Fact]
    public void A_forgotten_observation_is_ended_by_the_rejection_of_its_next_notification()
    {
        // RFC 7641, 3.6.
        var script = new Script();
        ExchangeId id = script.Request("/a", observe: true);
        Assert.True(CoapMessage.TryParse(Assert.Single(script.DrainBytes()), out CoapMessage request, out _));
        string token = request.Token.ToString();
        script.Receive(Ack(CoapCode.Content, request.MessageId, token, "a", Observe(1)));
        Assert.True(script.Endpoint.Forget(id));
        Assert.Empty(script.Drain());
        Assert.Equal("RST 0.00 Empty #44", script.Exchange(Non(CoapCode.Content, 44, token, "b", Observe(2))));
    }

    [Fact]
    public void Ten_thousand_observers_hear_of_a_change_once_each_and_confirm_in_turn()
    {
        // Four Confirmable notifications at a time: every one that is acknowledged makes room for another.
        const int Count = 10_000;
        var script = new Script(
            (in _, ref response) =>
            {
                response.Code = CoapCode.Content;
                response.Observe(1);
                response.PayloadLength = 4;
            },
            new CoapEndpointOptions { Observers = Count, ObserverRequestSize = 32, ConfirmableNotifications = 4 });
        for (int i = 0; i < Count; i++)
        {
            script.Exchange(Con(CoapCode.Get, 1, $"{i:x4}", "", Observe(0)), Address(i));
        }

        Assert.Equal(Count, script.Endpoint.Notify(1));
        var buffer = new byte[1152];
        var seen = new HashSet<PeerId>();
        while (script.Endpoint.TryTransmit(buffer, default, out Transmit transmit))
        {
            Assert.True(seen.Add(transmit.To));
        }

        Assert.Equal(Count, seen.Count);
        seen.Clear();
        script.Endpoint.Notify(1, confirmable: true);
        var waiting = new Queue<(byte[] Ack, PeerId From)>();
        do
        {
            while (script.Endpoint.TryTransmit(buffer, default, out Transmit transmit))
            {
                Assert.True(seen.Add(transmit.To));
                Assert.True(CoapMessage.TryParse(buffer.AsSpan(0, transmit.Length), out CoapMessage message, out _));
                waiting.Enqueue((EmptyAck(message.MessageId), transmit.To));
                Assert.InRange(waiting.Count, 1, 4);
            }

            (byte[] ack, PeerId from) = waiting.Dequeue();
            script.Endpoint.Receive(ack, from, default);
        }
        while (waiting.Count > 0);

        Assert.Equal(Count, seen.Count);

        // And each is found to be removed.
        for (int i = 0; i < Count; i++)
        {
            script.Exchange(Con(CoapCode.Get, 2, $"{i:x4}", "", Observe(1)), Address(i));
        }

        Assert.Equal(0, script.Endpoint.ObserverCount);

        static PeerId Address(int i) => new([(byte)i, (byte)(i >> 8), 3]);
    }

    [Fact]
    public void Many_observations_of_one_peer_confirm_one_after_the_other()
    {
        var script = new Script(
            (in _, ref response) =>
            {
                response.Code = CoapCode.Content;
                response.Observe(1);
            },
            new CoapEndpointOptions { Observers = 100 });
        for (int i = 0; i < 100; i++)
        {
            script.Exchange(Con(CoapCode.Get, (ushort)i, $"{i:x4}", "", Observe(0)));
        }

        script.Endpoint.Notify(1, confirmable: true);
        List<byte[]> sent = script.DrainBytes();
        for (int i = 1; i < 100; i++)
        {
            Assert.True(CoapMessage.TryParse(Assert.Single(sent), out CoapMessage message, out _));
            script.Endpoint.Receive(EmptyAck(message.MessageId), Peer, default);
            sent = script.DrainBytes();
        }

        Assert.Single(sent);
        Assert.Equal(100, script.Endpoint.Counters.Notifications);
    }

    private static byte[] Encode(Script script)
    {
        script.At(Assert.NotNull(script.Endpoint.NextDeadline).Ticks / (double)TimeSpan.TicksPerSecond);
        script.Endpoint.OnDeadline(script.Now);
        return Assert.Single(script.DrainBytes());
    }
}
