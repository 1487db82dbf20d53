using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Tests.Coap.Oscore;
using static Ipso.Tests.Coap.Engine.Wire;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>Observations that the application keeps itself: handed over by the engine, and their notifications by its token.</summary>
public class DetachTests
{
    private static readonly CoapEndpointOptions s_one = new() { Exchanges = 1, MaxMessageSize = 400 };

    private static WireOption Block2(int number, bool more) => (CoapOptionNumber.Block2, UInt(new BlockOption(number, more, 2).Value));

    private static WireOption QBlock2(int number, bool more) => (CoapOptionNumber.QBlock2, UInt(new BlockOption(number, more, 2).Value));

    private static byte[] UInt(uint value)
    {
        var bytes = new byte[4];
        return bytes[..CoapUInt.Write(bytes, value)];
    }

    [Fact]
    public void Its_exchange_is_free_at_once_and_what_follows_goes_to_its_keeper()
    {
        (Script script, Keeper keeper) = Keeping();
        string token = Detached(script, keeper);
        Assert.Equal(0, script.Endpoint.ExchangeCount);
        Assert.Null(script.Endpoint.NextDeadline);
        Assert.Empty(script.Receive(Non(CoapCode.Content, 1, token, "b", Observe(2), (CoapOptionNumber.ContentFormat, [112]))));
        Assert.Equal("ACK 0.00 Empty #2", script.Exchange(Con(CoapCode.Content, 2, token, "c", Observe(3))));
        Assert.Equal([$"{token} 2 112 \"b\"", $"{token} 3  \"c\""], keeper.Heard);
        Assert.Empty(script.Events());

        // The only exchange serves another.
        Assert.False(script.Request("/b").IsNone);
    }

    [Fact]
    public void A_notification_that_comes_twice_is_taken_once_and_acknowledged_as_often_as_it_comes()
    {
        (Script script, Keeper keeper) = Keeping();
        string token = Detached(script, keeper);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("ACK 0.00 Empty #1", script.Exchange(Con(CoapCode.Content, 1, token, "b", Observe(2))));
            Assert.Empty(script.Receive(Non(CoapCode.Content, 2, token, "c", Observe(3))));
        }

        Assert.Equal(2, keeper.Heard.Count);
        Assert.Equal(2, script.Endpoint.Counters.Duplicates);
    }

    // RFC 7641, 3.6: also a NON.
    [Fact]
    public void What_the_keeper_does_not_know_is_rejected_and_so_is_everything_without_a_keeper()
    {
        (Script script, Keeper keeper) = Keeping();
        string token = Detached(script, keeper);
        Assert.Equal("RST 0.00 Empty #1", script.Exchange(Con(CoapCode.Content, 1, "010203", "b", Observe(2))));
        Assert.Equal("RST 0.00 Empty #2", script.Exchange(Non(CoapCode.Content, 2, "", "b", Observe(2))));

        // A keeper that has forgotten it, or does not take it from there.
        keeper.Known.Clear();
        Assert.Equal("RST 0.00 Empty #3", script.Exchange(Con(CoapCode.Content, 3, token, "b", Observe(2))));
        Assert.Equal("RST 0.00 Empty #3", script.Exchange(Con(CoapCode.Content, 3, token, "b", Observe(2))));
        Assert.Equal("RST 0.00 Empty #4", script.Exchange(Non(CoapCode.Content, 4, token, "b", Observe(2)), Other));
        Assert.Empty(keeper.Heard);

        keeper.Known.Add(token);
        script.Endpoint.NotificationHandler = null;
        Assert.Equal("RST 0.00 Empty #5", script.Exchange(Con(CoapCode.Content, 5, token, "b", Observe(2))));
        Assert.Empty(keeper.Heard);
    }

    [Fact]
    public void Whose_it_is_is_for_the_keeper_to_say_by_token_and_sender()
    {
        (Script script, Keeper keeper) = Keeping();
        string token = Detached(script, keeper);
        Assert.Equal("ACK 0.00 Empty #1", script.Exchange(Con(CoapCode.Content, 1, token, "b", Observe(2)), Other));
        Assert.Equal([Other], keeper.From);

        // The number is not judged: the keeper knows what was news last.
        Assert.Equal("ACK 0.00 Empty #2", script.Exchange(Con(CoapCode.Content, 2, token, "c", Observe(1))));
        Assert.Equal(2, keeper.Heard.Count);
    }

    // RFC 7641, 4.2: without the option it is over, whatever the code.
    [Fact]
    public void An_error_and_an_answer_without_the_option_have_no_number()
    {
        (Script script, Keeper keeper) = Keeping();
        string token = Detached(script, keeper);
        Assert.Equal("ACK 0.00 Empty #1", script.Exchange(Con(CoapCode.NotFound, 1, token, "gone")));
        Assert.Empty(script.Receive(Non(CoapCode.Content, 2, token, "b")));
        Assert.Equal([$"{token} none  \"gone\"", $"{token} none  \"b\""], keeper.Heard);
    }

    // RFC 7959, 3.4; RFC 9177, 3.7.
    [Fact]
    public void A_piece_is_no_whole_notification()
    {
        (Script script, Keeper keeper) = Keeping();
        string token = Detached(script, keeper);
        ushort id = 1;
        foreach (WireOption piece in (WireOption[])[Block2(0, true), Block2(2, true), Block2(2, false), QBlock2(0, true), QBlock2(1, false)])
        {
            Assert.Equal($"ACK 0.00 Empty #{id}", script.Exchange(Con(CoapCode.Content, id, token, "b", Observe(id), piece)));
            Assert.Equal($"{token} {id}  \"b\" in part", keeper.Heard[^1]);
            id++;
        }

        // One block that is all.
        Assert.Equal($"ACK 0.00 Empty #{id}", script.Exchange(Con(CoapCode.Content, id, token, "b", Observe(id), Block2(0, false))));
        Assert.Equal($"{token} {id}  \"b\"", keeper.Heard[^1]);
    }

    [Fact]
    public void What_cannot_be_understood_or_is_too_long_does_not_reach_the_keeper()
    {
        (Script script, Keeper keeper) = Keeping();
        string token = Detached(script, keeper);
        Assert.Equal(
            "RST 0.00 Empty #1", script.Exchange(Con(CoapCode.Content, 1, token, "b", Observe(2), ((CoapOptionNumber)2053, [1]))));
        Assert.Equal("RST 0.00 Empty #2", script.Exchange(Con(CoapCode.Content, 2, token, new string('x', 400), Observe(2))));
        Assert.Empty(keeper.Heard);
    }

    [Fact]
    public void Only_an_observation_that_stands_is_handed_over_and_only_once()
    {
        var script = new Script();
        Assert.False(script.Endpoint.Detach(default, out CoapToken none));
        Assert.Equal(0, none.Length);

        ExchangeId plain = script.Request("/a");
        Assert.False(script.Endpoint.Detach(plain, out _));
        CoapMessage request = Sent(script, out _);
        script.Receive(Ack(CoapCode.Content, request.MessageId, request.Token.ToString(), "a", Observe(1)));
        Assert.False(script.Endpoint.Detach(plain, out _));
        Assert.Equal(["Response 2.05 Content \"a\""], script.Events());
        Assert.False(script.Endpoint.Detach(plain, out _));

        // Not before the server has agreed, nor while it is asked to stop.
        ExchangeId observing = script.Request("/a", observe: true);
        Assert.False(script.Endpoint.Detach(observing, out _));
        request = Sent(script, out _);
        script.Receive(EmptyAck(request.MessageId));
        Assert.False(script.Endpoint.Detach(observing, out _));
        script.Receive(Non(CoapCode.Content, 1, request.Token.ToString(), "a", Observe(1)));
        Assert.True(script.Endpoint.IsOpen(observing));
        Assert.True(script.Endpoint.Cancel(observing));
        Assert.False(script.Endpoint.Detach(observing, out _));
        Assert.Equal(1, script.Endpoint.ExchangeCount);
        script.Endpoint.Forget(observing);

        observing = script.Request("/a", observe: true);
        string expected = Answer(script, Observe(1));
        Assert.Equal(["Notification 2.05 Content \"a\""], script.Events());
        Assert.True(script.Endpoint.Detach(observing, out CoapToken token));
        Assert.Equal(expected, token.ToString());
        Assert.False(script.Endpoint.Detach(observing, out token));
        Assert.Equal(0, token.Length);
        Assert.False(script.Endpoint.Cancel(observing));
        Assert.Equal(0, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void The_notification_that_nobody_has_taken_goes_with_the_exchange()
    {
        var script = new Script();
        ExchangeId observing = script.Request("/a", observe: true);
        Answer(script, Observe(1));
        Assert.True(script.Endpoint.Detach(observing, out _));
        Assert.Empty(script.Events());
        Assert.Equal(0, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void A_registration_that_is_being_confirmed_anew_is_handed_over_without_a_word()
    {
        // RFC 7641, 3.3.1: the last notification is too old, and the same request has gone out again.
        (Script script, Keeper keeper) = Keeping();
        ExchangeId observing = script.Request("/a", observe: true);
        string token = Answer(script, Observe(1));
        script.Events();
        Assert.Contains("CON 0.01", Assert.Single(script.Deadline()).Replace("GET", "0.01"), StringComparison.Ordinal);
        Assert.True(script.Endpoint.Detach(observing, out CoapToken kept));
        Assert.Equal(token, kept.ToString());
        keeper.Known.Add(token);
        Assert.Null(script.Endpoint.NextDeadline);
        Assert.Empty(script.Receive(Non(CoapCode.Content, 9, token, "b", Observe(2))));
        Assert.Equal([$"{token} 2  \"b\""], keeper.Heard);
    }

    // RFC 7641, 3.6.
    [Fact]
    public void It_is_ended_by_a_request_under_its_token_which_is_repeated_until_it_is_answered()
    {
        (Script script, Keeper keeper) = Keeping();
        string token = Detached(script, keeper);
        keeper.Known.Clear();
        ExchangeId id = script.Endpoint.Request(
            Peer, new CoapRequestHead { Method = CoapCode.Fetch, Path = "/a", Deregister = new(Convert.FromHexString(token)) }, "x"u8);
        CoapMessage request = Sent(script, out byte[] bytes);
        Assert.Equal((CoapType.Confirmable, CoapCode.Fetch, token), (request.Type, request.Code, request.Token.ToString()));
        Assert.True(request.Options.TryGetUInt(CoapOptionNumber.Observe, out uint observe));
        Assert.Equal(1u, observe);
        Assert.Equal(Show(bytes), Assert.Single(script.Deadline()));

        // From elsewhere it is nobody's, and one that has left before is no answer.
        Assert.Equal("RST 0.00 Empty #8", script.Exchange(Non(CoapCode.Content, 8, token, "b"), Other));
        script.Receive(Non(CoapCode.Content, 9, token, "b", Observe(2)));
        Assert.True(script.Endpoint.IsOpen(id));
        script.Receive(Ack(CoapCode.Content, request.MessageId, token, "b"));
        Assert.Equal(["Response 2.05 Content \"b\""], script.Events());
        Assert.Equal((0, 0), (script.Endpoint.ExchangeCount, keeper.Heard.Count));
        Assert.Equal("RST 0.00 Empty #10", script.Exchange(Non(CoapCode.Content, 10, token, "b", Observe(3))));
    }

    [Fact]
    public void A_request_does_not_begin_an_observation_and_end_one()
    {
        (Script script, _) = Keeping();
        Assert.Throws<ArgumentException>(() => script.Endpoint.Request(
            Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/a", Observe = true, Deregister = default(CoapToken) }));
        Assert.Equal(0, script.Endpoint.ExchangeCount);
    }

    // RFC 7252, 5.3.1: a token is in use as long as notifications may bear it.
    [Fact]
    public void No_request_is_given_a_token_that_the_keeper_knows()
    {
        var random = new Stuttering();
        var endpoint = new CoapEndpoint(s_one, random);
        Keeper keeper = new();
        endpoint.NotificationHandler = keeper;
        var buffer = new byte[1152];
        HashSet<string> tokens = [];
        for (int i = 0; i < 50; i++)
        {
            ExchangeId id = endpoint.Request(Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/a", Observe = true });
            Assert.True(endpoint.TryTransmit(buffer, default, out Transmit transmit));
            Assert.True(CoapMessage.TryParse(buffer.AsSpan(0, transmit.Length), out CoapMessage request, out _));
            Assert.True(tokens.Add(request.Token.ToString()), $"{request.Token} is drawn for the second time");
            endpoint.Receive(Ack(CoapCode.Content, request.MessageId, request.Token.ToString(), "a", Observe(1)), Peer, default);
            Assert.True(endpoint.Detach(id, out CoapToken token));
            keeper.Known.Add(token.ToString());
        }

        // One that does not know of any is asked in vain, and a generator that is stuck stops nobody.
        random.IsStuck = true;
        Assert.False(endpoint.Request(Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/a" }).IsNone);
    }

    // RFC 8613, 5.2: the nonce and the external data are those of the request, which the exchange has.
    [Fact]
    [Trait("Category", "Security")]
    public void A_protected_observation_stays_with_its_exchange()
    {
        using OscoreProtection serverProtection = new() { RequiresProtection = true }, clientProtection = new();
        Assert.True(serverProtection.TryAdd(Keys.Of(server: true)));
        Assert.True(clientProtection.TryAdd(Keys.Of(server: false), Other));
        int state = 0;
        var server = new CoapEndpoint(new() { Protection = serverProtection }, new SeededRandom(1), new Handler((in _, ref response) =>
        {
            response.Code = CoapCode.Content;
            response.Observe(1);
            response.PayloadLength = Encoding.UTF8.GetBytes($"{state++}", response.Payload);
        }));
        var client = new CoapEndpoint(new() { Protection = clientProtection }, new SeededRandom(2));
        Keeper keeper = new() { TakesAll = true };
        client.NotificationHandler = keeper;
        ExchangeId id = client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/a", Observe = true });
        Carry(client, server);
        Assert.Equal("0", Event(client));
        Assert.False(client.Detach(id, out CoapToken token));
        Assert.Equal(0, token.Length);
        Assert.True(client.IsOpen(id));

        server.Notify(1);
        Carry(client, server);
        Assert.Equal("1", Event(client));

        // In its name nothing comes in the clear, and nothing that is protected goes to a keeper that cannot read it.
        client.Receive(Con(CoapCode.Content, 77, "010203", "x", Observe(9)), Other, default);
        client.Receive(Con(CoapCode.Content, 78, "010203", "x", Observe(9), (CoapOptionNumber.Oscore, [])), Other, default);
        client.Receive(Con(CoapCode.Content, 79, "010203", "x", Observe(9), (CoapOptionNumber.Oscore, [])), Peer, default);
        Assert.Empty(keeper.Heard);

        // Somebody else's, where none has to be protected, goes its way.
        client.Receive(Con(CoapCode.Content, 80, "010203", "x", Observe(9)), Peer, default);
        Assert.Single(keeper.Heard);
    }

    private static void Carry(CoapEndpoint client, CoapEndpoint server)
    {
        var buffer = new byte[1152];
        bool isMoving;
        do
        {
            isMoving = false;
            while (client.TryTransmit(buffer, default, out Transmit transmit))
            {
                server.Receive(buffer.AsSpan(0, transmit.Length), Peer, default);
                isMoving = true;
            }

            while (server.TryTransmit(buffer, default, out Transmit transmit))
            {
                client.Receive(buffer.AsSpan(0, transmit.Length), Other, default);
                isMoving = true;
            }
        }
        while (isMoving);
    }

    private static string Event(CoapEndpoint client)
    {
        Assert.True(client.TryTakeEvent(out CoapEvent e));
        Assert.Equal(CoapEventKind.Notification, e.Kind);
        return Encoding.UTF8.GetString(e.Message.Payload);
    }

    private static (Script Script, Keeper Keeper) Keeping()
    {
        var script = new Script(options: s_one);
        Keeper keeper = new();
        script.Endpoint.NotificationHandler = keeper;
        return (script, keeper);
    }

    private static CoapMessage Sent(Script script, out byte[] bytes)
    {
        bytes = Assert.Single(script.DrainBytes());
        Assert.True(CoapMessage.TryParse(bytes, out CoapMessage message, out _));
        return message;
    }

    // Answers the request that was sent, and gives its token.
    private static string Answer(Script script, WireOption observe)
    {
        CoapMessage request = Sent(script, out _);
        string token = request.Token.ToString();
        script.Receive(Ack(CoapCode.Content, request.MessageId, token, "a", observe));
        return token;
    }

    private static string Detached(Script script, Keeper keeper)
    {
        ExchangeId id = script.Request("/a", observe: true);
        string expected = Answer(script, Observe(1));
        Assert.Equal(["Notification 2.05 Content \"a\""], script.Events());
        Assert.True(script.Endpoint.Detach(id, out CoapToken token));
        Assert.Equal(expected, token.ToString());
        keeper.Known.Add(expected);
        return expected;
    }

    /// <summary>Who keeps observations, by their tokens alone.</summary>
    internal sealed class Keeper : ICoapNotificationHandler
    {
        public HashSet<string> Known { get; } = [];

        public bool TakesAll { get; init; }

        public List<string> Heard { get; } = [];

        public List<PeerId> From { get; } = [];

        public bool HasToken(CoapToken token) => Known.Contains(token.ToString());

        public bool TakeNotification(in CoapNotification notification, Instant now)
        {
            string token = notification.Message.Token.ToString();
            if (!TakesAll && !Known.Contains(token))
            {
                return false;
            }

            From.Add(notification.From);
            Heard.Add($"{token} {notification.Sequence?.ToString() ?? "none"} {(int?)notification.ContentFormat} "
                + $"\"{Encoding.UTF8.GetString(notification.Message.Payload)}\"{(notification.IsPart ? " in part" : "")}");
            return true;
        }
    }

    // Gives everything twice.
    private sealed class Stuttering : IRandomSource
    {
        private readonly SeededRandom _random = new(1);
        private readonly byte[] _last = new byte[64];
        private bool _isSecond = true;

        public bool IsStuck { get; set; }

        public uint NextUInt32() => _random.NextUInt32();

        public void Fill(Span<byte> destination)
        {
            _isSecond = !_isSecond;
            if (!_isSecond && !IsStuck)
            {
                _random.Fill(_last);
            }

            _last.AsSpan(0, destination.Length).CopyTo(destination);
        }
    }
}
