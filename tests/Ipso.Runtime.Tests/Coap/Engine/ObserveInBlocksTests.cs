using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.RobustServerTests;
using static Ipso.Tests.Coap.Engine.Wire;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>Observations whose request has a body of several blocks (RFC 8132, 2.4; RFC 7959, 2.5; RFC 7641): blocks of 16 bytes.</summary>
public class ObserveInBlocksTests
{
    private int _state;
    private ushort _mid;
    private ResponseId _putOff;

    private Script Server(CoapEndpointOptions? options = null, bool putsOff = false) => new(
        (in CoapRequest request, ref CoapResponse response) =>
        {
            if (putsOff && request.Deferred.IsNone && !request.IsNotification)
            {
                _putOff = response.Defer();
                return;
            }

            response.Code = CoapCode.Content;
            response.Observe(1);
            string text = $"{_state} of {Encoding.UTF8.GetString(request.Payload)}"[..16];
            response.PayloadLength = Encoding.UTF8.GetBytes(text, response.Payload);
        },
        options ?? Small);

    private static WireOption Block1(int number, int length) =>
        (CoapOptionNumber.Block1, UInt(new BlockOption(number, (number + 1) * 16 < length, 0).Value));

    private byte[] Block(string text, int number, string token, uint observe, params WireOption[] more) => Con(
        CoapCode.Fetch, ++_mid, token, text[(number * 16)..Math.Min((number + 1) * 16, text.Length)],
        [Observe(observe), Block1(number, text.Length), .. more]);

    // What is answered to the last block.
    private string Send(Script script, string text, string token = "01", uint observe = 0)
    {
        string said = "";
        for (int number = 0; number * 16 < text.Length; number++)
        {
            Assert.True(said is "" || said.Contains("2.31 Continue", StringComparison.Ordinal), said);
            said = script.Exchange(Block(text, number, token, observe));
        }

        return said;
    }

    private List<string> Change(Script script)
    {
        _state++;
        script.Endpoint.Notify(1);
        return script.Drain();
    }

    [Fact]
    public void The_last_block_establishes_the_observation_and_the_body_is_what_is_observed()
    {
        Script script = Server();
        string said = Send(script, Text(40));
        Assert.Matches("^ACK 2.05 Content #3 t=01 6=[0-9a-f]* 27=20 \"0 of abcdefghijk\"$", said);
        Assert.Equal(1, script.Endpoint.ObserverCount);
        Assert.Equal(0, script.Endpoint.TransferCount);
        Assert.Matches("^NON 2.05 Content #[0-9]* t=01 6=[0-9a-f]* \"1 of abcdefghijk\"$", Assert.Single(Change(script)));

        // Not before: half a body asks for nothing.
        script.Exchange(Block(Text(40), 0, "02", 0, (CoapOptionNumber.RequestTag, [1])));
        Assert.Equal(1, script.Endpoint.ObserverCount);
    }

    [Fact]
    public void Registered_anew_it_is_of_the_body_that_came_last_and_deregistered_it_is_gone()
    {
        Script script = Server();
        Send(script, Text(40));
        Send(script, Text(60)[20..]);
        Assert.Equal(1, script.Endpoint.ObserverCount);
        Assert.EndsWith("\"1 of uvwxyzabcde\"", Assert.Single(Change(script)));
        Assert.DoesNotContain(" 6=", Send(script, Text(40), observe: 1), StringComparison.Ordinal);
        Assert.Equal(0, script.Endpoint.ObserverCount);
        Assert.Equal(["ObserverRemoved 1 Deregistered"], script.Events());
    }

    [Fact]
    public void Bodies_have_a_bounded_room_that_comes_back()
    {
        // Two pages of 512 bytes, so that two bodies of any length up to that have room.
        Script script = Server(Small with { KeptBodyBytes = 1024 });
        for (int i = 0; i < 20; i++)
        {
            Assert.Contains(" 6=", Send(script, Text(40), "01"), StringComparison.Ordinal);
            Assert.Contains(" 6=", Send(script, Text(400), "02"), StringComparison.Ordinal);
            Assert.DoesNotContain(" 6=", Send(script, Text(40), "03"), StringComparison.Ordinal);
            Assert.Equal((2, i + 1), (script.Endpoint.ObserverCount, script.Endpoint.Counters.ObserversRefused));
            Assert.Equal(2, script.Endpoint.RemoveObservers(Peer));
        }
    }

    [Fact]
    public void Who_wants_to_observe_proves_its_address_before_the_first_block_is_taken()
    {
        Script script = Server(Small with { AmplificationFactor = 3 });
        Assert.Contains("4.01 Unauthorized", script.Exchange(Block(Text(40), 0, "01", 0)), StringComparison.Ordinal);
        Assert.Equal(0, script.Endpoint.TransferCount);
    }

    [Fact]
    public void Who_says_with_a_later_block_only_that_it_wants_to_observe_does_not_without_a_proof()
    {
        Script script = Server(Small with { AmplificationFactor = 3 });
        string text = Text(40);
        for (int number = 0; number < 2; number++)
        {
            byte[] block = Con(CoapCode.Fetch, ++_mid, "01", text[(number * 16)..((number + 1) * 16)], Block1(number, 40));
            Assert.Contains("2.31 Continue", script.Exchange(block), StringComparison.Ordinal);
        }

        string said = script.Exchange(Block(text, 2, "01", 0));
        Assert.Contains("2.05 Content", said, StringComparison.Ordinal);
        Assert.DoesNotContain(" 6=", said, StringComparison.Ordinal);
        Assert.Equal((0, 1), (script.Endpoint.ObserverCount, script.Endpoint.Counters.ObserversRefused));
    }

    [Fact]
    public void A_response_that_is_put_off_establishes_it_too()
    {
        Script script = Server(putsOff: true);
        for (int i = 0; i < 20; i++)
        {
            int last = _mid + 3;
            Assert.Equal($"ACK 0.00 Empty #{last}", Send(script, Text(40)));
            Assert.Matches("^6=[0-9a-f]* .*\"0 of abcdefghijk\"$", Answered(script, _putOff));
            Assert.Equal(1, script.Endpoint.ObserverCount);
        }

        Assert.EndsWith("\"1 of abcdefghijk\"", Assert.Single(Change(script)));
    }

    [Fact]
    public void What_is_put_off_takes_of_the_room_for_bodies_and_gives_it_back()
    {
        // Two pages of 512 bytes: that of a body that waits is that of what is observed then.
        Script script = Server(Small with { KeptBodyBytes = 1024, DeferredResponses = 4 }, putsOff: true);
        Send(script, Text(40), "01");
        ResponseId first = _putOff;
        Send(script, Text(40), "02");
        ResponseId second = _putOff;
        Send(script, Text(40), "03");
        Assert.DoesNotContain("6=", Answered(script, _putOff), StringComparison.Ordinal);
        Assert.StartsWith("6=", Answered(script, first), StringComparison.Ordinal);
        Assert.StartsWith("6=", Answered(script, second), StringComparison.Ordinal);
        Assert.Equal(2, script.Endpoint.ObserverCount);
        Assert.Equal(2, script.Endpoint.RemoveObservers(Peer));
        Send(script, Text(400), "04");
        Assert.StartsWith("6=", Answered(script, _putOff), StringComparison.Ordinal);
    }

    // What the separate response has behind its token.
    private static string Answered(Script script, ResponseId response)
    {
        Assert.True(script.Endpoint.Resume(response));
        (ushort mid, _, string tail) = Sent(script);
        Assert.Empty(script.Receive(Ack(CoapCode.Empty, mid, "", "")));
        return tail;
    }

    [Fact]
    public void A_body_that_is_observed_goes_to_no_sink()
    {
        Streaming handler = new();
        CoapEndpoint endpoint = new(Small, new SeededRandom(1), handler);
        byte[] buffer = new byte[1152];
        string said = "";
        for (int number = 0; number < 3; number++)
        {
            endpoint.Receive(Block(Text(40), number, "01", 0), Peer, default);
            Assert.True(endpoint.TryTransmit(buffer, default, out Transmit transmit));
            said = Show(buffer.AsSpan(0, transmit.Length));
        }

        Assert.Matches("^ACK 2.05 Content #3 t=01 6=[0-9a-f]* 27=20$", said);
        Assert.Equal(1, endpoint.Notify(1));
        Assert.True(endpoint.TryTransmit(buffer, default, out _));
        Assert.Equal([Text(40), Text(40)], handler.Bodies);
        Assert.Equal(0, handler.Begun);
    }

    private sealed class Streaming : ICoapRequestHandler, ICoapBodySink
    {
        internal List<string> Bodies { get; } = [];

        internal int Begun { get; private set; }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            Bodies.Add(Encoding.UTF8.GetString(request.Payload));
            response.Code = CoapCode.Content;
            response.Observe(1);
        }

        public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response)
        {
            Begun++;
            return this;
        }

        public bool Write(ReadOnlySpan<byte> bytes) => true;

        public void Restart()
        {
        }

        public void Abandon()
        {
        }
    }

    private static readonly CoapEndpointOptions s_client = new() { BlockSize = 16, MaxMessageSize = 256, MaxBodySize = 512 };

    // Takes a message: Message ID, token, and all behind the token.
    private static (ushort Mid, string Token, string Tail) Sent(Script script)
    {
        byte[] datagram = Assert.Single(script.DrainBytes());
        Assert.True(CoapMessage.TryParse(datagram, out CoapMessage message, out _));
        string shown = Show(datagram);
        string token = message.Token.ToString();
        return (message.MessageId, token, shown[(shown.IndexOf(token, StringComparison.Ordinal) + token.Length + 1)..]);
    }

    // Answers the blocks of a body of 40 bytes with 2.31; the last one is left to the caller.
    private static (ushort Mid, string Token) TakeBlocks(Script script, string observe, int blocks = 3)
    {
        for (int number = 0; ; number++)
        {
            (ushort mid, string token, string tail) = Sent(script);
            Assert.StartsWith($"6={observe} 11=61 ", tail, StringComparison.Ordinal);
            Assert.Contains($" 27={Convert.ToHexStringLower(Block1(number, 40).Value)} ", tail, StringComparison.Ordinal);
            Assert.EndsWith($" \"{Text(40)[(number * 16)..Math.Min((number + 1) * 16, 40)]}\"", tail);
            if (number + 1 == blocks)
            {
                return (mid, token);
            }

            script.Endpoint.Receive(Ack(CoapCode.Continue, mid, token, "", Block1(number, 40)), Peer, script.Now);
        }
    }

    private static (Script Script, ExchangeId Exchange, string Token) Observing()
    {
        var script = new Script(options: s_client);
        ExchangeId exchange = script.Request(observe: true, method: CoapCode.Fetch, payload: Text(40));
        (ushort mid, string token) = TakeBlocks(script, "");
        script.Receive(Ack(CoapCode.Content, mid, token, "0", Observe(1)));
        Assert.Equal(["Notification 2.05 Content \"0\""], script.Events());
        return (script, exchange, token);
    }

    [Fact]
    public void When_the_last_notification_is_too_old_the_whole_body_goes_out_anew()
    {
        (Script script, _, string token) = Observing();
        script.At(76).Endpoint.OnDeadline(script.Now);
        (ushort mid, string again) = TakeBlocks(script, "");
        Assert.Equal(token, again);
        script.Receive(Ack(CoapCode.Content, mid, token, "1", Observe(2)));
        Assert.Equal(["Notification 2.05 Content \"1\""], script.Events());
        Assert.Equal(1, script.Endpoint.Counters.Refreshes);
    }

    [Fact]
    public void Each_time_the_server_may_have_forgotten_half_of_it()
    {
        (Script script, _, string token) = Observing();
        for (int i = 1; i <= 5; i++)
        {
            // RFC 7959, 2.9.2: from the start, three times at most for one registration.
            script.At(80 * i).Endpoint.OnDeadline(script.Now);
            (ushort mid, _) = TakeBlocks(script, "", blocks: 2);
            script.Endpoint.Receive(Ack(CoapCode.RequestEntityIncomplete, mid, token), Peer, script.Now);
            (mid, _) = TakeBlocks(script, "");
            script.Receive(Ack(CoapCode.Content, mid, token, "1", Observe((uint)(i + 1))));
            Assert.Equal(["Notification 2.05 Content \"1\""], script.Events());
        }
    }

    [Fact]
    public void A_notification_between_the_blocks_makes_the_others_needless()
    {
        (Script script, _, string token) = Observing();
        script.At(76).Endpoint.OnDeadline(script.Now);
        TakeBlocks(script, "", blocks: 2);
        Assert.Equal(["ACK 0.00 Empty #900"], script.Receive(Con(CoapCode.Content, 900, token, "1", Observe(2))));

        // What was said of a block is late, and an old notification is one.
        Assert.Equal(["ACK 0.00 Empty #901"], script.Receive(Con(CoapCode.Continue, 901, token, "", Block1(1, 40))));
        Assert.Equal(["Notification 2.05 Content \"1\""], script.Events());
        script.At(160).Endpoint.OnDeadline(script.Now);
        TakeBlocks(script, "", blocks: 2);
        Assert.Empty(script.Receive(Non(CoapCode.Content, 902, token, "0", Observe(1))));
        Assert.NotEmpty(script.Deadline());
        Assert.Empty(script.Events());
        Assert.Equal(1, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void It_is_deregistered_with_its_whole_body()
    {
        (Script script, ExchangeId exchange, string token) = Observing();
        Assert.True(script.Endpoint.Cancel(exchange));
        (ushort mid, string last) = TakeBlocks(script, "01");
        Assert.Equal(token, last);
        script.Receive(Ack(CoapCode.Content, mid, token, "1"));
        Assert.Equal(["Response 2.05 Content \"1\""], script.Events());
        Assert.Equal(0, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void The_rest_of_a_notification_is_fetched_by_the_same_tag_and_without_a_part_of_the_body()
    {
        (Script script, _, string token) = Observing();
        WireOption tag = (CoapOptionNumber.ETag, [1]);
        script.Endpoint.Receive(
            Non(CoapCode.Content, 900, token, Text(16), tag, Observe(2), (CoapOptionNumber.Block2, [0x08])), Peer, script.Now);
        (ushort mid, string child, string tail) = Sent(script);
        Assert.Equal("11=61 23=10 292=01", tail);
        script.Receive(Ack(CoapCode.Content, mid, child, "end", tag, (CoapOptionNumber.Block2, [0x10])));
        Assert.Equal([$"Notification 2.05 Content \"{Text(16)}end\""], script.Events());
    }
}
