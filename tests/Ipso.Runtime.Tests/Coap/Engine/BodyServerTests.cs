using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>Bodies that are longer than memory: pulled as they are asked for, and given to a sink as they come.</summary>
public class BodyServerTests
{
    private static readonly CoapEndpointOptions s_small = new() { BlockSize = 16, MaxMessageSize = 256, MaxBodySize = 256, Transfers = 4 };

    private static string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));

    private static WireOption Block1(byte value) => (CoapOptionNumber.Block1, [value]);

    private static WireOption Block2(byte value) => (CoapOptionNumber.Block2, [value]);

    private static string Without(string shown, string option) =>
        System.Text.RegularExpressions.Regex.Replace(shown, $" {option}=[0-9a-f]*", "");

    private sealed class Counting(int length, bool isSequential) : ICoapBody
    {
        private long _next;

        public int Closed { get; private set; }

        public int Reads { get; private set; }

        public long? Length => length;

        public int Read(long offset, Span<byte> destination, out bool isLast)
        {
            Reads++;
            isLast = true;
            if (isSequential && offset != _next)
            {
                return -1;
            }

            int count = (int)Math.Min(destination.Length, length - offset);
            for (int i = 0; i < count; i++)
            {
                destination[i] = (byte)('a' + ((offset + i) % 26));
            }

            _next = offset + count;
            isLast = _next == length;
            return count;
        }

        public void Close() => Closed++;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_body_is_pulled_as_it_is_asked_for(bool isSequential)
    {
        var body = new Counting(100_000, isSequential);
        var script = new Script(
            (in _, ref response) =>
            {
                response.Code = CoapCode.Content;
                response.SetBody(body);
            },
            s_small with { TransferBytes = 512 });
        var text = new StringBuilder();
        for (int number = 0; number < 6250; number++)
        {
            var value = new byte[4];
            byte[] block = value[..CoapUInt.Write(value, (uint)number << 4)];
            byte[] request = number == 0
                ? Con(CoapCode.Get, 0, "01") : Con(CoapCode.Get, (ushort)number, "01", "", (CoapOptionNumber.Block2, block));
            string shown = script.Exchange(request);
            text.Append(shown.Split('"')[1]);

            // The same block again under another Message ID: its answer may have been lost.
            if (number % 1000 == 999)
            {
                Assert.Equal(
                    shown.Replace($"#{number}", "#60000", StringComparison.Ordinal),
                    script.Exchange(Con(CoapCode.Get, 60_000, "01", "", (CoapOptionNumber.Block2, block))));
                script.At(script.Now.Ticks / 1e7 + 300);
                script.Exchange(Con(CoapCode.Get, (ushort)(number + 1), "01", "", (CoapOptionNumber.Block2, Next(block))));
            }
        }

        Assert.Equal(Text(100_000), text.ToString());
        Assert.InRange(body.Reads, 6250, 6260);
        Assert.Equal(1, script.Handler!.Calls);
        script.At(1e6).Endpoint.OnDeadline(script.Now);
        Assert.Equal(1, body.Closed);

        static byte[] Next(byte[] block)
        {
            CoapUInt.TryRead(block, out uint value);
            var bytes = new byte[4];
            return bytes[..CoapUInt.Write(bytes, value + 16)];
        }
    }

    [Fact]
    public void A_body_of_one_block_is_an_ordinary_response()
    {
        var body = new Counting(10, isSequential: true);
        var script = new Script(
            (in _, ref response) =>
            {
                response.Code = CoapCode.Content;
                response.SetETag([7]);
                response.SetBody(body);
            },
            s_small);
        Assert.Equal($"ACK 2.05 Content #1 4=07 \"{Text(10)}\"", script.Exchange(Con(CoapCode.Get, 1)));
        Assert.Equal((1, 0), (body.Closed, script.Endpoint.TransferCount));
    }

    private sealed class Sink : ICoapBodySink
    {
        public StringBuilder Text { get; } = new();

        public int Limit { get; init; } = int.MaxValue;

        public int Abandoned { get; private set; }

        public bool Write(ReadOnlySpan<byte> bytes)
        {
            Text.Append(Encoding.UTF8.GetString(bytes));
            return Text.Length <= Limit;
        }

        public void Restart() => Text.Clear();

        public void Abandon() => Abandoned++;
    }

    private sealed class Streaming(Sink sink) : ICoapRequestHandler
    {
        public int Handled { get; private set; }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            Assert.Same(sink, request.Sink);
            Assert.True(request.Payload.IsEmpty);
            Handled++;
            response.Code = CoapCode.Changed;
        }

        public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response)
        {
            if (request.Size1 > 100_000)
            {
                response.Fail(CoapCode.RequestEntityTooLarge, "no space left"u8);
            }

            return sink;
        }
    }

    [Fact]
    public void A_request_body_larger_than_memory_goes_to_a_sink()
    {
        var sink = new Sink();
        var handler = new Streaming(sink);
        var endpoint = new CoapEndpoint(s_small with { TransferBytes = 0 }, new SeededRandom(1), handler);
        var buffer = new byte[1152];
        string last = "";
        for (int number = 0; number < 1000; number++)
        {
            var value = new byte[4];
            byte[] block = value[..CoapUInt.Write(value, (uint)((number << 4) | (number < 999 ? 8 : 0)))];
            endpoint.Receive(
                Con(CoapCode.Put, (ushort)number, "", Text(16_000).Substring(number * 16, 16), (CoapOptionNumber.Block1, block)),
                Peer, default);
            Assert.True(endpoint.TryTransmit(buffer, default, out Transmit transmit));
            last = Show(buffer.AsSpan(0, transmit.Length));
        }

        Assert.StartsWith("ACK 2.04 Changed", last, StringComparison.Ordinal);
        Assert.Equal((Text(16_000), 1, 0), (sink.Text.ToString(), handler.Handled, sink.Abandoned));
    }

    [Fact]
    public void A_sink_that_takes_no_more_and_a_body_that_stops_are_ends()
    {
        var sink = new Sink { Limit = 20 };
        var endpoint = new CoapEndpoint(s_small, new SeededRandom(1), new Streaming(sink));
        var buffer = new byte[1152];
        List<string> answers = [];
        for (ushort number = 0; number < 2; number++)
        {
            endpoint.Receive(Con(CoapCode.Put, number, "", Text(16), Block1((byte)((number << 4) | 8))), Peer, default);
            Assert.True(endpoint.TryTransmit(buffer, default, out Transmit transmit));
            answers.Add(Show(buffer.AsSpan(0, transmit.Length)));
        }

        Assert.Equal(["ACK 2.31 Continue #0 27=08", "ACK 4.13 Request Entity Too Large #1 27=10 60=0100"], answers);
        Assert.Equal(1, sink.Abandoned);

        endpoint.Receive(Con(CoapCode.Put, 9, "", Text(16), Block1(8), (CoapOptionNumber.Size1, [2, 0, 0])), Peer, default);
        Assert.True(endpoint.TryTransmit(buffer, default, out Transmit refused));
        Assert.Equal("ACK 4.13 Request Entity Too Large #9 27=08 \"no space left\"", Show(buffer.AsSpan(0, refused.Length)));

        endpoint.Receive(Con(CoapCode.Put, 10, "", Text(16), Block1(8)), Other, default);
        endpoint.OnDeadline(Instant.FromSeconds(300));
        Assert.Equal(3, sink.Abandoned);
    }

    [Fact]
    public void A_block_that_no_number_reaches_is_a_bad_request()
    {
        // RFC 7959, 2.2: 20 bits. The client counts in blocks of 1024 bytes, the server gives 16.
        var body = new Counting(int.MaxValue, isSequential: false);
        var script = new Script(
            (in _, ref response) =>
            {
                response.Code = CoapCode.Content;
                response.SetBody(body);
            },
            s_small);
        Assert.Equal(
            "ACK 4.00 Bad Request #1 t=01 \"blocks of 16 bytes do not reach so far\"",
            script.Exchange(Con(CoapCode.Get, 1, "01", "", (CoapOptionNumber.Block2, [0xFF, 0xFF, 0xF6]))));
        Assert.Equal(1, body.Closed);
        Assert.Equal(0, script.Endpoint.TransferCount);
        Assert.Contains(
            " 23=fffff8 ", script.Exchange(Con(CoapCode.Get, 2, "01", "", (CoapOptionNumber.Block2, [0xFF, 0xFF, 0xF0]))), StringComparison.Ordinal);
    }
}
