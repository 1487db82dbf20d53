using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

/// <summary>What a connection is given time and memory for, and how a sink holds back who sends to it; in virtual time.</summary>
public class StreamPatienceTests
{
    private static readonly CoapEndpointOptions s_options = new()
    {
        CsmTimeout = TimeSpan.FromSeconds(10), MessageTimeout = TimeSpan.FromSeconds(20), IdleTimeout = TimeSpan.FromSeconds(300),
    };

    private static readonly byte[] s_csm = [0x00, 0xe1];
    private static readonly byte[] s_get = [0x01, 0x01, 0xaa];
    private static readonly byte[] s_pong = [0x00, 0xe3];

    /// <summary>A sink that takes what it is allowed to.</summary>
    private sealed class Sink : ICoapBodySink
    {
        public int Allowed { get; set; }

        public int Taken { get; private set; }

        public int Abandoned { get; private set; }

        public bool IsReady => Allowed > 0;

        public bool Write(ReadOnlySpan<byte> bytes)
        {
            Allowed--;
            Taken += bytes.Length;
            return true;
        }

        public void Restart() => Taken = 0;

        public void Abandon() => Abandoned++;
    }

    private sealed class Taker(Sink sink) : ICoapRequestHandler
    {
        public int Begun { get; private set; }

        public void Handle(in CoapRequest request, ref CoapResponse response) =>
            response.Code = request.Method == CoapMethod.Get ? CoapCode.Content : CoapCode.Changed;

        public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response)
        {
            Begun++;
            return sink;
        }
    }

    private readonly Sink _sink = new();
    private readonly byte[] _buffer = new byte[2000];
    private Instant _now = Instant.FromSeconds(1000);

    private CoapStreamEndpoint Make(CoapEndpointOptions? options = null, int connections = 4) =>
        new(options ?? s_options, new SeededRandom(1), new Taker(_sink), connections);

    private CoapStreamEndpoint Connected(CoapEndpointOptions? options = null)
    {
        CoapStreamEndpoint endpoint = Make(options);
        Connect(endpoint, Peer);
        return endpoint;
    }

    private void Connect(CoapStreamEndpoint endpoint, in PeerId peer)
    {
        Assert.True(endpoint.Open(peer, _now));
        Assert.Equal(2, endpoint.Receive(s_csm, peer, _now));
        Drain(endpoint);
    }

    // The codes of what is sent now.
    private List<string> Drain(CoapStreamEndpoint endpoint)
    {
        List<string> codes = [];
        while (endpoint.TryTransmit(_buffer, _now, out Transmit transmit))
        {
            Assert.True(CoapMessage.TryParse(_buffer.AsSpan(0, transmit.Length), CoapFraming.Stream, true, out CoapMessage message, out _));
            codes.Add($"{message.Code.Class}.{message.Code.Detail:D2}");
        }

        return codes;
    }

    private List<string> Pass(CoapStreamEndpoint endpoint, double seconds)
    {
        Instant until = _now + TimeSpan.FromSeconds(seconds);
        List<string> sent = [];
        while (endpoint.NextDeadline is { } next && next <= until)
        {
            Assert.True(next > _now);
            _now = next;
            endpoint.OnDeadline(_now);
            sent.AddRange(Drain(endpoint));
        }

        _now = until;
        return sent;
    }

    private static byte[] Block(int number, bool more)
    {
        byte[] buffer = new byte[100];
        CoapMessageWriter writer = new(buffer, CoapFraming.Stream, default, CoapCode.Put, 0, [0xbb]);
        writer.Option(CoapOptionNumber.UriPath, "f"u8);
        writer.Option(CoapOptionNumber.Block1, new BlockOption(number, more, 0).Value);
        writer.Payload(new byte[16]);
        return buffer[..writer.Finish()];
    }

    [Fact]
    public void Who_says_nothing_is_dropped_after_CsmTimeout_and_counted()
    {
        CoapStreamEndpoint endpoint = Make();
        endpoint.Open(Peer, _now);
        Drain(endpoint);
        Assert.Empty(Pass(endpoint, 9.9));

        // Half a CSM gains no time.
        endpoint.Receive(s_csm.AsSpan(0, 1), Peer, _now);
        Assert.Equal(["7.05"], Pass(endpoint, 0.1));
        Assert.True(endpoint.TryTakeClosing(out _));
        Assert.Equal((1L, 1L, 0L), (
            endpoint.Counters.ConnectionsTooSlow, endpoint.Counters.ConnectionsAborted, endpoint.Counters.ConnectionsSilent));
    }

    [Fact]
    public void The_time_for_a_message_counts_from_its_first_byte_and_anew_for_the_next()
    {
        CoapStreamEndpoint endpoint = Connected();
        byte[] piece = [s_get[1], s_get[2], s_get[0]];
        endpoint.Receive(s_get.AsSpan(0, 1), Peer, _now);
        for (int i = 0; i < 10; i++)
        {
            // Never whole, but each message in time: a busy peer whose bytes are cut between messages.
            Assert.Empty(Pass(endpoint, 15));
            endpoint.Receive(piece, Peer, _now);
            Assert.Equal(["2.05"], Drain(endpoint));
        }

        Assert.Empty(Pass(endpoint, 15));
        endpoint.Receive(piece.AsSpan(0, 1), Peer, _now);
        Assert.Equal(["7.05"], Pass(endpoint, 5));
        Assert.Equal(1, endpoint.Counters.ConnectionsTooSlow);
    }

    [Fact]
    public void Who_is_quiet_is_asked_and_goes_if_there_is_no_answer()
    {
        CoapStreamEndpoint endpoint = Connected();
        for (int i = 0; i < 3; i++)
        {
            Assert.Empty(Pass(endpoint, 299));
            Assert.Equal(["7.02"], Pass(endpoint, 2));
            endpoint.Receive(s_pong, Peer, _now);
        }

        Assert.Equal(["7.02"], Pass(endpoint, 310));
        Assert.Equal(["7.05"], Pass(endpoint, 20));
        Assert.Equal((1L, 0L), (endpoint.Counters.ConnectionsSilent, endpoint.Counters.ConnectionsTooSlow));
        Assert.Null(Connected(new CoapEndpointOptions()).NextDeadline);
    }

    [Fact]
    public void Four_gigabytes_announced_are_refused_before_they_come_and_others_are_served()
    {
        CoapStreamEndpoint endpoint = Connected();
        Connect(endpoint, Other);
        endpoint.Receive([0xf0, 0xff, 0xfe, 0xfe, 0xf3], Peer, _now);
        Assert.Equal(["7.05"], Drain(endpoint));
        Assert.Equal((1L, 1L), (endpoint.Counters.Malformed, endpoint.Counters.ConnectionsAborted));
        endpoint.Receive(s_get, Other, _now);
        Assert.Equal(["2.05"], Drain(endpoint));
    }

    [Fact]
    public void A_thousand_peers_that_fill_their_buffers_stay_within_the_memory_said()
    {
        var options = new CoapEndpointOptions { MaxMessageSize = 8192 };
        byte[] most = new byte[8000];
        most[0] = 0xe0;
        most[1] = 7900 >> 8;
        most[2] = unchecked((byte)7900);
        long before = GC.GetAllocatedBytesForCurrentThread();
        CoapStreamEndpoint endpoint = Make(options, connections: 8);
        int wrong = 0;
        for (int i = 0; i < 1000; i++)
        {
            PeerId peer = new([(byte)(i >> 8), (byte)i]);
            wrong += endpoint.ConnectionCount < 8 == endpoint.Open(peer, _now) ? 0 : 1;
            endpoint.Receive(s_csm, peer, _now);
            endpoint.Receive(most.AsSpan(0, 7800), peer, _now);
            while (endpoint.TryTransmit(_large, _now, out _))
            {
            }

            if (endpoint.ConnectionCount == 8 && i % 3 == 0)
            {
                endpoint.Close(new PeerId([(byte)((i - 7) >> 8), (byte)(i - 7)]));
                for (int back = 0; endpoint.ConnectionCount == 8; back++)
                {
                    endpoint.Close(new PeerId([(byte)((i - back) >> 8), (byte)(i - back)]));
                }
            }
        }

        long after = GC.GetAllocatedBytesForCurrentThread();

        // What is allocated in all, outgrown buffers too; the bound counts what is held.
        Assert.InRange(after - before, 1, endpoint.MaxMemory + (8 * 8192));
        Assert.Equal(0, wrong);
        Assert.True(endpoint.Counters.ConnectionsRefused > 500);
    }

    private readonly byte[] _large = new byte[8194];

    [Fact]
    public void A_sink_that_is_full_holds_back_its_connection_and_no_other()
    {
        CoapStreamEndpoint endpoint = Connected();
        Connect(endpoint, Other);
        _sink.Allowed = 2;
        byte[] bytes = [.. Enumerable.Range(0, 100).SelectMany(static i => Block(i, i < 99))];
        int taken = endpoint.Receive(bytes, Peer, _now);
        Assert.Equal(["2.31", "2.31"], Drain(endpoint));
        Assert.True(endpoint.IsHeld(Peer) && taken < bytes.Length);
        Assert.Equal(0, endpoint.Receive(bytes.AsSpan(taken), Peer, _now));
        endpoint.Receive(s_get, Other, _now);
        Assert.Equal(["2.05"], Drain(endpoint));

        // Asked each second, it goes on by itself; when told, at once.
        Assert.Empty(Pass(endpoint, 5));
        _sink.Allowed = 3;
        Assert.Equal(["2.31", "2.31", "2.31"], Pass(endpoint, 1));
        _sink.Allowed = 1000;
        Assert.True(endpoint.Proceed(Peer, _now));
        List<string> sent = Drain(endpoint);
        while (taken < bytes.Length)
        {
            taken += endpoint.Receive(bytes.AsSpan(taken), Peer, _now);
            sent.AddRange(Drain(endpoint));
        }

        Assert.Equal((95, "2.04"), (sent.Count, sent[^1]));
        Assert.Equal((1600, 0, 0L), (_sink.Taken, _sink.Abandoned, endpoint.Counters.ConnectionsAborted));
        Assert.False(endpoint.Proceed(Peer, _now) || endpoint.IsHeld(Peer));
    }

    [Fact]
    public void A_message_that_is_handed_in_whole_has_its_time_from_its_beginning()
    {
        CoapStreamEndpoint endpoint = Connected();
        endpoint.BeginMessage(Peer, _now);
        Assert.Empty(Pass(endpoint, 19));

        // Another part of it changes nothing; when it is there, the next one has its own time.
        endpoint.BeginMessage(Peer, _now);
        endpoint.Receive(s_get, Peer, _now);
        Assert.Equal(["2.05"], Drain(endpoint));
        Assert.Empty(Pass(endpoint, 100));
        endpoint.BeginMessage(Peer, _now);
        Assert.Equal(["7.05"], Pass(endpoint, 20));
        Assert.Equal(1, endpoint.Counters.ConnectionsTooSlow);
    }

    [Fact]
    public void A_sink_that_is_not_ready_for_the_first_block_is_asked_for_once()
    {
        CoapStreamEndpoint endpoint = Connected();
        endpoint.Receive(Block(0, true), Peer, _now);
        Assert.Empty(Pass(endpoint, 60));
        _sink.Allowed = 5;
        Assert.Equal(["2.31"], Pass(endpoint, 1));
        Assert.Equal((16, 0, 0L), (_sink.Taken, _sink.Abandoned, endpoint.Counters.TransfersDropped));
    }

    [Fact]
    public void A_sink_that_never_takes_more_breaks_off_after_the_lifetime_of_a_transfer()
    {
        CoapStreamEndpoint endpoint = Connected();
        _sink.Allowed = 1;
        endpoint.Receive([.. Block(0, true), .. Block(1, true)], Peer, _now);
        Assert.Equal(["2.31"], Drain(endpoint));
        Assert.Empty(Pass(endpoint, 246));
        Assert.Equal(["4.08"], Pass(endpoint, 3));
        Assert.Equal((1, false), (_sink.Abandoned, endpoint.IsHeld(Peer)));
    }
}
