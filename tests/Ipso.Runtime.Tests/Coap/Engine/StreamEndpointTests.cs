using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

/// <summary>CoAP over byte streams (RFC 8323): what comes and goes on a connection.</summary>
public partial class StreamEndpointTests
{
    private static readonly CoapEndpointOptions s_large = new() { MaxMessageSize = 8192, MaxBodySize = 100_000, TransferBytes = 200_000 };

    private readonly byte[] _buffer = new byte[8194];

    private static CoapStreamEndpoint Server(HandleRequest handle, CoapEndpointOptions? options = null, int connections = 4) =>
        new(options ?? new CoapEndpointOptions(), new SeededRandom(1), new Handler(handle), connections);

    private static void Text(in CoapRequest request, ref CoapResponse response)
    {
        response.Code = CoapCode.Content;
        response.Observe(1);
        response.PayloadLength = Encoding.UTF8.GetBytes($"{request.UriPath.Count()}", response.Payload);
    }

    private static byte[] Frame(CoapCode code, string token = "", string payload = "", params (CoapOptionNumber, byte[])[] options)
    {
        var buffer = new byte[10_000];
        var writer = new CoapMessageWriter(
            buffer, CoapFraming.Stream, default, code, 0, Convert.FromHexString(token));
        foreach ((CoapOptionNumber number, byte[] value) in options)
        {
            writer.Option(number, value);
        }

        writer.Payload(Encoding.UTF8.GetBytes(payload));
        return buffer[..writer.Finish()];
    }

    private static readonly byte[] s_csm = Frame(CoapCode.Csm);

    /// <summary>Messages that are sent now, each in a line.</summary>
    private List<string> Drain(CoapStreamEndpoint endpoint)
    {
        var sent = new List<string>();
        while (endpoint.TryTransmit(_buffer, default, out Transmit transmit))
        {
            Assert.True(CoapMessage.TryParse(
                _buffer.AsSpan(0, transmit.Length), CoapFraming.Stream, true, out CoapMessage message, out _));
            var text = new StringBuilder($"{message.Code.Class}.{message.Code.Detail:D2} t={Convert.ToHexStringLower(message.TokenBytes)}");
            foreach (CoapOption option in message.Options)
            {
                text.Append($" {(int)option.Number}={Convert.ToHexStringLower(option.Value)}");
            }

            string payload = message.Payload.IsEmpty ? "" : $" \"{Encoding.UTF8.GetString(message.Payload)}\"";
            sent.Add(text.Append(payload).ToString());
        }

        return sent;
    }

    private CoapStreamEndpoint Connected(HandleRequest handle, CoapEndpointOptions? options = null)
    {
        CoapStreamEndpoint endpoint = Server(handle, options);
        Assert.True(endpoint.Open(Peer, default));
        Assert.StartsWith("7.01", Assert.Single(Drain(endpoint)), StringComparison.Ordinal);
        Assert.Equal(s_csm.Length, endpoint.Receive(s_csm, Peer, default));
        return endpoint;
    }

    [Fact]
    public void The_first_message_is_a_CSM_that_says_what_we_take()
    {
        // RFC 8323, 5.3: the size, and block-wise transfer.
        CoapStreamEndpoint endpoint = Server(Text, s_large);
        endpoint.Open(Peer, default);
        Assert.Equal(["7.01 t= 2=2000 4="], Drain(endpoint));
        Assert.False(endpoint.Open(Peer, default));
        Assert.Equal(1, endpoint.Counters.ConnectionsRefused);
    }

    [Fact]
    public void Nothing_is_left_of_a_connection_that_has_been_closed()
    {
        ResponseId id = default;
        CoapStreamEndpoint endpoint = Connected(Handle);
        Assert.True(endpoint.Open(Other, default));
        endpoint.Receive(s_csm, Other, default);
        Drain(endpoint);
        byte[] block = Frame(CoapCode.Put, "bb", new string('x', 16), Path("3"), (CoapOptionNumber.Block1, [0x08]));
        endpoint.Receive(Frame(CoapCode.Get, "aa", "", Observe(0)), Peer, default);
        endpoint.Receive(block, Peer, default);
        endpoint.Receive(block, Other, default);
        Drain(endpoint);
        Assert.Equal((1, 2), (endpoint.DeferredCount, endpoint.TransferCount));

        endpoint.Close(Peer);
        Assert.Equal((0, 1), (endpoint.DeferredCount, endpoint.TransferCount));
        Assert.False(endpoint.Resume(id));
        Assert.Empty(Drain(endpoint));
        Assert.Equal(0, endpoint.ObserverCount);

        void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Content;
            response.Observe(1);
            id = request.Deferred.IsNone ? response.Defer() : id;
        }
    }

    [Fact]
    public void What_waits_for_a_connection_that_has_been_closed_does_not_go_to_the_next_of_its_name()
    {
        CoapStreamEndpoint endpoint = Connected(Text);
        Assert.True(endpoint.Open(Other, default));
        endpoint.Receive(Frame(CoapCode.Get, "aa"), Peer, default);
        endpoint.Close(Peer);
        Assert.True(endpoint.Open(Peer, default));
        List<string> sent = Drain(endpoint);
        Assert.All(sent, static message => Assert.StartsWith("7.01", message, StringComparison.Ordinal));
        Assert.Equal((2, 1L), (sent.Count, endpoint.Counters.TransmitDropped));
    }

    [Fact]
    public void A_request_is_answered_under_its_token_without_type_and_id_however_it_is_cut()
    {
        CoapStreamEndpoint endpoint = Connected(Text);
        byte[] request = Frame(CoapCode.Get, "aabb", "", Path("3"), Path("0"));
        foreach (byte b in request)
        {
            Assert.Empty(Drain(endpoint));
            Assert.Equal(1, endpoint.Receive([b], Peer, default));
        }

        Assert.Equal(["2.05 t=aabb \"2\""], Drain(endpoint));

        // The same again is another request: nothing is doubled on a stream.
        endpoint.Receive([.. request, .. request], Peer, default);
        Assert.Equal(2, Drain(endpoint).Count);
    }

    [Fact]
    public void No_answer_is_lost_however_many_long_ones_are_asked_for_at_once()
    {
        CoapStreamEndpoint endpoint = Connected(Long, s_large);
        List<byte> requests = [];
        for (int i = 0; i < 100; i++)
        {
            requests.AddRange(Frame(CoapCode.Get, $"{i:x2}"));
        }

        List<string> tokens = [];
        for (int taken = 0; taken < requests.Count;)
        {
            taken += endpoint.Receive(requests.ToArray().AsSpan(taken), Peer, default);
            tokens.AddRange(Drain(endpoint).Select(static line => line[7..9]));
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(static i => $"{i:x2}"), tokens);
        Assert.Equal(0, endpoint.Counters.TransmitDropped);
    }

    private static void Long(in CoapRequest request, ref CoapResponse response)
    {
        response.Code = CoapCode.Content;
        response.PayloadLength = 8000;
    }

    [Fact]
    public void A_long_token_is_given_back_and_one_too_long_refused()
    {
        // RFC 8974, 2.
        var options = new CoapEndpointOptions { MaxTokenLength = 40 };
        string token = string.Concat(Enumerable.Repeat("ab", 40));
        CoapStreamEndpoint endpoint = Connected(Text, options);
        endpoint.Receive(Frame(CoapCode.Get, token), Peer, default);
        endpoint.Receive(Frame(CoapCode.Get, token + "cd"), Peer, default);
        Assert.Equal([$"2.05 t={token} \"0\"", $"4.00 t={token}cd \"Token too long\""], Drain(endpoint));

        var script = new Script(Text, options);
        var buffer = new byte[200];
        int length = new CoapMessageWriter(
            buffer, CoapFraming.Datagram, CoapType.Confirmable, CoapCode.Get, 5, Convert.FromHexString(token)).Finish();
        script.Endpoint.Receive(buffer.AsSpan(0, length), Peer, default);
        Assert.True(CoapMessage.TryParse(
            Assert.Single(script.DrainBytes()), CoapFraming.Datagram, true, out CoapMessage reply, out _));
        Assert.Equal((CoapCode.Content, token), (reply.Code, Convert.ToHexStringLower(reply.TokenBytes)));
    }

    [Fact]
    public void What_is_not_a_CSM_first_and_what_is_malformed_aborts()
    {
        foreach (byte[] bytes in new[]
        {
            Frame(CoapCode.Get), Frame(CoapCode.Ping), [.. s_csm, 0x09, 0x01],
            [.. s_csm, .. Frame(CoapCode.Csm, "", "", ((CoapOptionNumber)77, []))],
            [.. s_csm, .. Frame(CoapCode.Ping, "", "", ((CoapOptionNumber)9, []))], [.. s_csm, 0xf0, 0xff, 0xff, 0xff, 0xff, 1],
        })
        {
            CoapStreamEndpoint endpoint = Server(Text);
            endpoint.Open(Peer, default);
            Drain(endpoint);
            Assert.Equal(bytes.Length, endpoint.Receive(bytes, Peer, default));
            Assert.StartsWith("7.05", Assert.Single(Drain(endpoint)), StringComparison.Ordinal);
            Assert.True(endpoint.TryTakeClosing(out PeerId closing));
            Assert.Equal(Peer, closing);
            Assert.Equal((0, 1L), (endpoint.ConnectionCount, endpoint.Counters.ConnectionsAborted));
        }
    }

    [Fact]
    public void A_bad_option_of_a_CSM_is_named()
    {
        CoapStreamEndpoint endpoint = Connected(Text);
        endpoint.Receive(Frame(CoapCode.Csm, "", "", ((CoapOptionNumber)77, [])), Peer, default);
        Assert.Equal(["7.05 t= 2=4d"], Drain(endpoint));
    }

    [Fact]
    public void A_ping_is_answered_and_empty_messages_are_ignored()
    {
        CoapStreamEndpoint endpoint = Connected(Text);
        endpoint.Receive([.. Frame(CoapCode.Ping, "42"), .. Frame(CoapCode.Empty), .. Frame(CoapCode.Pong)], Peer, default);
        Assert.Equal(["7.03 t=42"], Drain(endpoint));
        Assert.True(endpoint.Ping(Peer));
        Assert.Equal(["7.02 t="], Drain(endpoint));
        Assert.Equal(0, endpoint.Counters.Dropped);
    }

    [Fact]
    public void A_release_is_known_and_an_abort_closes()
    {
        CoapStreamEndpoint endpoint = Connected(Text);
        endpoint.Receive(Frame(CoapCode.Release), Peer, default);
        Assert.True(endpoint.IsReleased(Peer));
        endpoint.Receive([.. Frame(CoapCode.Get, "01"), .. Frame(CoapCode.Abort), .. Frame(CoapCode.Get, "02")], Peer, default);
        Assert.Equal(["2.05 t=01 \"0\""], Drain(endpoint));
        Assert.True(endpoint.TryTakeClosing(out _));
        Assert.False(endpoint.TryTakeClosing(out _));
    }

    [Fact]
    public void A_connection_that_is_released_is_closed_when_everybody_has_the_answers_and_observations_do_not_count()
    {
        // Its request is put off, and ours under way.
        ResponseId late = default;
        CoapStreamEndpoint endpoint = Connected((in CoapRequest request, ref CoapResponse response) =>
        {
            if (request.Method == CoapMethod.Post && request.Deferred.IsNone)
            {
                late = response.Defer();
            }
            else
            {
                Text(request, ref response);
            }
        });
        endpoint.Receive([.. Frame(CoapCode.Get, "01", "", (CoapOptionNumber.Observe, [])), .. Frame(CoapCode.Post, "02")], Peer, default);
        Assert.Equal(1, endpoint.ObserverCount);
        endpoint.Request(Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/x" });
        List<string> sent = Drain(endpoint);
        string token = sent[^1].Split("t=")[1].Split(' ')[0];
        endpoint.Receive(Frame(CoapCode.Release), Peer, default);
        Drain(endpoint);
        Assert.False(endpoint.TryTakeClosing(out _));

        Assert.True(endpoint.Resume(late));
        Assert.StartsWith("2.05 t=02", Assert.Single(Drain(endpoint)), StringComparison.Ordinal);
        Assert.False(endpoint.TryTakeClosing(out _));

        endpoint.Receive(Frame(CoapCode.Content, token), Peer, default);
        Assert.Empty(Drain(endpoint));
        Assert.True(endpoint.TryTakeClosing(out PeerId closing));
        Assert.Equal(Peer, closing);
        Assert.Equal(0, endpoint.ObserverCount);
    }

    [Fact]
    public void Who_says_nothing_or_stops_within_a_message_is_aborted_and_who_is_just_quiet_is_not()
    {
        // A byte a minute, or 4 GB announced: no connection is held for that.
        CoapStreamEndpoint endpoint = Server(Text);
        endpoint.Open(Peer, default);
        Assert.Equal(Instant.FromSeconds(30), endpoint.NextDeadline);
        endpoint.Receive(s_csm, Peer, default);
        Assert.Null(endpoint.NextDeadline);
        endpoint.Receive(Frame(CoapCode.Get, "01").AsSpan(0, 2), Peer, Instant.FromSeconds(100));
        Assert.Equal(Instant.FromSeconds(130), endpoint.NextDeadline);
        endpoint.OnDeadline(Instant.FromSeconds(130));
        Assert.Contains("7.05", Drain(endpoint)[^1], StringComparison.Ordinal);
        Assert.True(endpoint.TryTakeClosing(out _));
    }

    [Fact]
    public void Requests_of_our_own_end_with_their_connection()
    {
        var client = new CoapStreamEndpoint(new CoapEndpointOptions(), new SeededRandom(1));
        var head = new CoapRequestHead { Method = CoapCode.Get, Path = "/a" };
        Assert.True(client.Request(Peer, head).IsNone);
        client.Open(Peer, default);
        Assert.False(client.Request(Peer, head).IsNone);
        Assert.Equal(2, Drain(client).Count);
        client.Close(Peer);
        Assert.True(client.TryTakeEvent(out CoapEvent e));
        Assert.Equal(CoapEventKind.ConnectionClosed, e.Kind);
        Assert.Equal((0, 0), (client.ExchangeCount, client.ConnectionCount));
    }

    [Fact]
    public void More_requests_than_answers_have_room_for_wait_in_the_callers_hands()
    {
        CoapStreamEndpoint endpoint = Connected(Text);
        byte[] request = Frame(CoapCode.Get, "01");
        byte[] many = [.. Enumerable.Repeat(request, 1000).SelectMany(r => r)];
        int taken = 0;
        int answers = 0;
        while (taken < many.Length)
        {
            int more = endpoint.Receive(many.AsSpan(taken), Peer, default);
            Assert.InRange(more, 1, many.Length - 1);
            taken += more;
            answers += Drain(endpoint).Count;
        }

        Assert.Equal(1000, answers);
        Assert.Equal(0, endpoint.Counters.TransmitDropped);
    }

    [Fact]
    public void Random_and_mutated_streams_neither_throw_nor_hold_anything()
    {
        var random = new Random(20260303);
        CoapStreamEndpoint endpoint = Server(Text, new CoapEndpointOptions { Observers = 4, Transfers = 2 }, connections: 8);
        byte[][] seeds =
        [
            Frame(CoapCode.Get, "01", "", Path("a")), Frame(CoapCode.Put, "02", new string('x', 300), (CoapOptionNumber.Block1, [0x0e])),
            Frame(CoapCode.Ping), Frame(CoapCode.Get, "03", "", Observe(0)), Frame(CoapCode.Content, "000011223344", "y"), s_csm,
        ];
        for (int i = 0; i < 100_000; i++)
        {
            var peer = new PeerId([(byte)random.Next(12)]);
            var now = Instant.FromSeconds(i);
            switch (random.Next(8))
            {
                case 0:
                    if (endpoint.Open(peer, now))
                    {
                        endpoint.Receive(s_csm, peer, now);
                    }

                    break;
                case 1:
                    endpoint.OnDeadline(now);
                    endpoint.Notify(1);
                    break;
                case 2:
                    Drain(endpoint);
                    while (endpoint.TryTakeClosing(out _))
                    {
                    }

                    break;
                default:
                    byte[] bytes = [.. seeds[random.Next(seeds.Length)]];
                    if (random.Next(4) == 0)
                    {
                        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                    }

                    endpoint.Receive(bytes.AsSpan(0, random.Next(8) == 0 ? random.Next(bytes.Length) : bytes.Length), peer, now);
                    break;
            }

            Assert.InRange(endpoint.ConnectionCount, 0, 8);
            Assert.InRange(endpoint.ObserverCount, 0, 4);
            Assert.InRange(endpoint.TransferCount, 0, 2);
        }

        Assert.True(endpoint.Counters.ConnectionsAborted > 100 && endpoint.Counters.Handled > 1000);
    }
}
