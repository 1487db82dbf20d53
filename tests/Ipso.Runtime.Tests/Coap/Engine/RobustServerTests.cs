using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>The server role of RFC 9177, Q-Block1: sets of four blocks of 16 bytes.</summary>
public class RobustServerTests
{
    internal static readonly CoapEndpointOptions Small = new()
    {
        BlockSize = 16, MaxMessageSize = 256, MaxBodySize = 512, Transfers = 4, TransferBytes = 4096,
        Transmission = new TransmissionParameters { MaxPayloads = 4 },
    };

    internal static string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));

    internal static byte[] UInt(uint value)
    {
        var bytes = new byte[4];
        return bytes[..CoapUInt.Write(bytes, value)];
    }

    // A block of a body of so many bytes, with the options in the order of the wire.
    internal static WireOption[] Options(int number, int length, byte tag = 7, int exponent = 0) =>
    [
        (CoapOptionNumber.QBlock1, UInt(new BlockOption(number, (number + 1) * (16 << exponent) < length, exponent).Value)),
        (CoapOptionNumber.Size1, UInt((uint)length)),
        (CoapOptionNumber.RequestTag, [tag]),
    ];

    internal static byte[] Block(ushort mid, int number, int length, bool confirmable = false, byte tag = 7) => Message(
        confirmable ? CoapType.Confirmable : CoapType.NonConfirmable, CoapCode.Put, mid, $"{mid:x4}",
        Text(length)[(number * 16)..Math.Min((number + 1) * 16, length)], Options(number, length, tag));

    private static Script Server(CoapEndpointOptions? options = null) => new(
        (in request, ref response) =>
        {
            response.Code = CoapCode.Changed;
            response.PayloadLength = Encoding.UTF8.GetBytes($"{request.Payload.Length} bytes", response.Payload);
            Assert.Equal(Text(request.Payload.Length), Encoding.UTF8.GetString(request.Payload));
        },
        options ?? Small);

    [Fact]
    public void A_body_of_one_set_is_answered_when_it_is_whole()
    {
        // RFC 9177, 10.1.1.
        Script script = Server();
        for (int i = 0; i < 3; i++)
        {
            Assert.Empty(script.Receive(Block((ushort)(i + 1), i, 60)));
        }

        Assert.EndsWith(" t=0004 \"60 bytes\"", script.Exchange(Block(4, 3, 60)));
        Assert.Equal(1, script.Handler!.Calls);
    }

    [Fact]
    public void Each_whole_set_is_continued()
    {
        // RFC 9177, 10.1.2: 2.31 with the token of the last block.
        Script script = Server();
        for (int i = 0; i < 3; i++)
        {
            Assert.Empty(script.Receive(Block((ushort)(i + 1), i, 140)));
        }

        string said = script.Exchange(Block(4, 3, 140));
        Assert.StartsWith("NON 2.31 Continue #", said, StringComparison.Ordinal);
        Assert.EndsWith(" t=0004 19=38", said);
        for (int i = 4; i < 7; i++)
        {
            Assert.Empty(script.Receive(Block((ushort)(i + 1), i, 140)));
        }

        Assert.EndsWith(" t=0008 19=78", script.Exchange(Block(8, 7, 140)));
        Assert.EndsWith(" t=0009 \"140 bytes\"", script.Exchange(Block(9, 8, 140)));
    }

    [Fact]
    public void What_is_missing_is_asked_for_when_the_next_set_begins()
    {
        // RFC 9177, 10.1.3: blocks 1 and 3 are lost, and 4 is the first to come of the next set.
        Script script = Server();
        script.Receive(Block(1, 0, 140));
        script.Receive(Block(2, 2, 140));
        string said = script.Exchange(Block(3, 4, 140));
        Assert.Equal("NON 4.08 Request Entity Incomplete", said.Split(" #")[0]);
        Assert.EndsWith(" t=0003 12=0110 \"\u0001\u0003\"", said);

        // Once: what comes meanwhile does not ask again.
        Assert.Empty(script.Receive(Block(4, 5, 140)));
        Assert.Empty(script.Receive(Block(5, 1, 140)));
        Assert.EndsWith(" t=0006 19=38", script.Exchange(Block(6, 3, 140)));
        script.Receive(Block(7, 8, 140));
        script.Receive(Block(8, 6, 140));
        Assert.EndsWith(" \"140 bytes\"", script.Exchange(Block(9, 7, 140)));
    }

    [Fact]
    public void What_is_missing_is_asked_for_in_time_and_given_up_in_time()
    {
        // RFC 9177, 10.1.4: 4, 8, 16 and 32 s, and after another 64 s the body is let go.
        Script script = Server();
        script.Receive(Block(1, 0, 48));
        script.Receive(Block(2, 2, 48));
        foreach (double seconds in (double[])[4, 12, 28, 60])
        {
            Assert.EndsWith(" t=0002 12=0110 \"\u0001\"", Assert.Single(script.Deadline()));
            Assert.Equal(Instant.FromSeconds(seconds), script.Now);
        }

        Assert.Equal(1, script.Endpoint.TransferCount);
        Assert.Empty(script.Deadline());
        Assert.Equal(Instant.FromSeconds(124), script.Now);
        Assert.Equal(0, script.Endpoint.TransferCount);
        Assert.Null(script.Endpoint.NextDeadline);
        Assert.Equal(1, script.Endpoint.Counters.TransfersDropped);
    }

    [Fact]
    public void The_first_and_the_last_block_may_be_the_ones_that_are_lost()
    {
        Script script = Server();
        script.Receive(Block(1, 1, 48));
        Assert.EndsWith(" t=0001 12=0110 \"\0\u0002\"", Assert.Single(script.Deadline()));
        script.Receive(Block(2, 2, 48));
        Assert.EndsWith(" t=0002 12=0110 \"\0\"", Assert.Single(script.Deadline()));
        Assert.EndsWith(" \"48 bytes\"", script.Exchange(Block(3, 0, 48)));
    }

    [Fact]
    public void A_block_that_comes_again_is_answered_again_and_the_body_is_handled_once()
    {
        // RFC 9177, 4.3.
        Script script = Server();
        script.Receive(Block(1, 0, 48));
        script.Receive(Block(2, 0, 48));
        script.Receive(Block(3, 1, 48));
        string answer = script.Exchange(Block(4, 2, 48));
        string again = script.Exchange(Block(5, 2, 48, confirmable: true));
        Assert.Equal("ACK 2.04 Changed #5 t=0005 \"48 bytes\"", again);
        Assert.EndsWith(" t=0004 \"48 bytes\"", answer);
        Assert.Equal(1, script.Handler!.Calls);

        // Until it is forgotten.
        script.At(400).Endpoint.OnDeadline(script.Now);
        Assert.Equal(0, script.Endpoint.TransferCount);
    }

    [Fact]
    public void Who_asks_with_a_block_that_has_come_is_told_what_has_not()
    {
        Script script = Server();
        script.Receive(Block(1, 0, 140));
        script.Receive(Block(2, 3, 140));
        Assert.EndsWith(" #3 t=0003 12=0110 \"\u0001\u0002\"", script.Exchange(Block(3, 3, 140, confirmable: true)));
        script.Receive(Block(4, 1, 140));
        Assert.EndsWith(" t=0005 19=38", script.Exchange(Block(5, 2, 140)));
        Assert.EndsWith("ACK 2.31 Continue #6 t=0006 19=38", script.Exchange(Block(6, 3, 140, confirmable: true)));
    }

    [Fact]
    public void Confirmable_blocks_are_acknowledged_and_nothing_more_is_said()
    {
        // RFC 9177, 4.3 and 5: neither 2.31 nor 4.08 where the client knows what has come.
        Script script = Server();
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal($"ACK 0.00 Empty #{i + 1}", script.Exchange(Block((ushort)(i + 1), i, 140, confirmable: true)));
        }

        Assert.Equal(Instant.FromSeconds(247), script.Endpoint.NextDeadline);
        Assert.Equal("ACK 2.04 Changed #9 t=0009 \"140 bytes\"", script.Exchange(Block(9, 8, 140, confirmable: true)));
    }

    [Fact]
    public void Blocks_in_any_order_make_the_body()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            int[] order = [.. Enumerable.Range(0, 8)];
            new Random(seed).Shuffle(order);
            Script script = Server();
            var said = new List<string>();
            for (int i = 0; i < order.Length; i++)
            {
                said = script.Receive(Block((ushort)(i + 1), order[i], 128));
            }

            Assert.EndsWith(" \"128 bytes\"", said[^1]);
            Assert.Equal(1, script.Handler!.Calls);
        }
    }

    [Fact]
    public void Blocks_beyond_the_next_set_are_not_taken()
    {
        Script script = Server();
        script.Receive(Block(1, 0, 256));
        Assert.EndsWith(" 12=0110 \"\u0001\u0002\u0003\"", script.Exchange(Block(3, 7, 256)));

        // Also if one NON after the other says so.
        Assert.EndsWith(" 12=0110 \"\u0001\u0002\u0003\u0004\"", script.Exchange(Block(4, 15, 256)));

        // Who asks by such a block is told at once, in the acknowledgement.
        string told = script.Exchange(Block(5, 8, 256, confirmable: true));
        Assert.StartsWith("ACK 4.08 Request Entity Incomplete #5 ", told, StringComparison.Ordinal);
        Assert.EndsWith(" 12=0110 \"\u0001\u0002\u0003\u0004\"", told);
        Assert.Equal(1, script.Endpoint.TransferCount);
    }

    [Theory]
    [InlineData(0, 48, 1, "no tag")]
    [InlineData(0, 48, 2, "no size")]
    [InlineData(3, 48, 0, "block 3 has 16 bytes of a body of 48")]
    [InlineData(1048575, 48, 0, "of a body of 48")]
    [InlineData(2, 40, 0, "of a body of 40")]
    public void What_cannot_be_a_block_of_the_body_is_a_bad_request(int number, int length, int leftOut, string why)
    {
        Script script = Server();
        script.Receive(Block(1, 1, 48));
        WireOption[] options =
        [
            (CoapOptionNumber.QBlock1, UInt(new BlockOption(number, number < 2, 0).Value)),
            (CoapOptionNumber.Size1, UInt((uint)length)),
            (CoapOptionNumber.RequestTag, [7]),
        ];
        options = leftOut == 0 ? options : [.. options.Where((_, i) => i != (leftOut == 1 ? 2 : 1))];
        string said = script.Exchange(Con(CoapCode.Put, 9, "01", Text(16), options));
        Assert.StartsWith("ACK 4.00 Bad Request #9 t=01 ", said, StringComparison.Ordinal);
        Assert.Contains(why.StartsWith("no ", StringComparison.Ordinal) ? "Request-Tag and Size1" : why, said, StringComparison.Ordinal);

        // The body that is under way is none the worse for it.
        script.Receive(Block(2, 0, 48));
        Assert.EndsWith(" \"48 bytes\"", script.Exchange(Block(3, 2, 48)));
    }

    [Fact]
    public void Another_block_size_or_length_in_the_middle_is_refused()
    {
        Script script = Server();
        script.Receive(Block(1, 0, 64));
        byte[] larger = Con(CoapCode.Put, 2, "01", Text(32), Options(1, 64, exponent: 1));
        Assert.Contains("another size", script.Exchange(larger), StringComparison.Ordinal);
        Assert.Contains(
            "another size", script.Exchange(Con(CoapCode.Put, 3, "01", Text(16), Options(1, 80))), StringComparison.Ordinal);
        byte[] reserved = Con(CoapCode.Put, 4, "01", Text(16), Options(0, 64, exponent: 7));
        Assert.Contains("4.00", script.Exchange(reserved), StringComparison.Ordinal);
    }

    [Fact]
    public void Both_kinds_of_blocks_in_one_message_are_a_bad_option()
    {
        Script script = Server();
        WireOption[] mixed = [(CoapOptionNumber.QBlock1, [8]), (CoapOptionNumber.Block1, [8])];
        Assert.Contains("Option 19 is not", script.Exchange(Con(CoapCode.Put, 1, "01", Text(16), mixed)), StringComparison.Ordinal);
        mixed = [(CoapOptionNumber.Block2, []), (CoapOptionNumber.QBlock2, [8])];
        Assert.Contains("Option 31 is not", script.Exchange(Con(CoapCode.Get, 2, "01", "", mixed)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_that_is_too_large_is_refused_at_its_first_block()
    {
        Script script = Server();
        Assert.Equal(
            "ACK 4.13 Request Entity Too Large #1 t=0001 19= 60=0200",
            script.Exchange(Block(1, 0, 600, confirmable: true)));
        Assert.Equal(0, script.Endpoint.TransferCount);
    }

    [Fact]
    public void Half_open_bodies_take_no_more_than_their_places()
    {
        Script script = Server();
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            WireOption[] options = Options(random.Next(31), 512, (byte)random.Next(256));
            byte[] block = Message(CoapType.NonConfirmable, CoapCode.Put, (ushort)i, $"{i:x4}", Text(16), options);
            script.At(i * 0.5).Receive(block, new PeerId([(byte)random.Next(200)]));
            script.Endpoint.OnDeadline(script.Now);
            script.Drain();
            Assert.InRange(script.Endpoint.TransferCount, 0, 4);
        }

        Assert.InRange(script.Endpoint.Counters.TransfersRefused, 1, 2000);
        script.At(2000).Endpoint.OnDeadline(script.Now);
        script.Drain();
        script.At(3000).Endpoint.OnDeadline(script.Now);
        Assert.Equal(0, script.Endpoint.TransferCount);

        // And all their bytes are given back: a body of the greatest length has room.
        for (int i = 0; i < 32; i++)
        {
            script.At(3000 + i);
            foreach (string said in script.Receive(Block((ushort)(i + 1), i, 512)))
            {
                Assert.Contains(i == 31 ? " \"512 bytes\"" : " 19=", said, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_sink_has_the_blocks_in_order_and_sets_the_pace()
    {
        var sink = new SlowSink();
        var handler = new SinkHandler(sink);
        var endpoint = new CoapEndpoint(Small, new SeededRandom(1), handler);
        var buffer = new byte[256];
        var now = Instant.FromSeconds(1);
        List<string> Receive(ushort mid, int number)
        {
            endpoint.Receive(Block(mid, number, 140), Peer, now);
            var said = new List<string>();
            while (endpoint.TryTransmit(buffer, now, out Transmit transmit))
            {
                said.Add(Show(buffer.AsSpan(0, transmit.Length)));
            }

            return said;
        }

        Receive(1, 2);
        Receive(2, 1);
        Assert.Equal("", sink.Text);
        Receive(3, 0);
        Assert.Equal(Text(48), sink.Text);

        // While it takes no more, blocks are kept up to the end of the next set, and the set is not continued.
        sink.Ready = false;
        Assert.Empty(Receive(4, 3));
        for (int i = 4; i < 9; i++)
        {
            Receive((ushort)(i + 1), i);
        }

        Assert.Equal(Text(48), sink.Text);
        sink.Ready = true;
        now = Assert.NotNull(endpoint.NextDeadline);
        endpoint.OnDeadline(now);
        Assert.True(endpoint.TryTransmit(buffer, now, out Transmit continued));
        Assert.EndsWith(" 19=78", Show(buffer.AsSpan(0, continued.Length)));
        Assert.Equal(Text(128), sink.Text);

        // Block 8 did not fit; now it does.
        Assert.EndsWith(" t=0014 \"done\"", Assert.Single(Receive(0x14, 8)));
        Assert.Equal(Text(140), sink.Text);
    }

    private sealed class SlowSink : ICoapBodySink
    {
        private readonly StringBuilder _text = new();

        public string Text => _text.ToString();

        public bool Ready { get; set; } = true;

        public bool IsReady => Ready;

        public bool Write(ReadOnlySpan<byte> bytes)
        {
            _text.Append(Encoding.UTF8.GetString(bytes));
            return true;
        }

        public void Restart() => _text.Clear();

        public void Abandon() => _text.Append("abandoned");
    }

    private sealed class SinkHandler(ICoapBodySink sink) : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            Assert.Same(sink, request.Sink);
            response.Code = CoapCode.Changed;
            response.PayloadLength = Encoding.UTF8.GetBytes("done", response.Payload);
        }

        public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response) => sink;
    }
}
