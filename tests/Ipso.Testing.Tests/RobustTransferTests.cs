using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests;

/// <summary>Bodies in robust transfers (RFC 9177) over a network that loses nearly every third datagram, doubles and reorders.</summary>
public class RobustTransferTests
{
    // With the default of 4 retransmissions, 1 Confirmable message in 29 does not make it there and back.
    private static readonly TransmissionParameters s_transmission = new() { MaxRetransmit = 10 };

    private static readonly CoapEndpointOptions s_options = new()
    {
        DeduplicationSlots = 4096, DeduplicationBytes = 1 << 20, MaxBodySize = 1 << 17, TransferBytes = 1 << 19,
        Transmission = s_transmission, TransferLifetime = s_transmission.ExchangeLifetime,
    };

    public static TheoryData<int, bool> Seeds
    {
        get
        {
            var seeds = new TheoryData<int, bool>();
            for (int seed = 1; seed <= 12; seed++)
            {
                seeds.Add(seed, seed % 4 == 0);
            }

            return seeds;
        }
    }

    private static byte[] Body(int seed, int length)
    {
        var body = new byte[length];
        new Random(seed).NextBytes(body);
        return body;
    }

    private static VirtualNetwork Lossy(int seed) => new((ulong)seed)
    {
        Links = new()
        {
            Loss = 0.3,
            Duplication = 0.1,
            Delay = LinkDelay.Uniform(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(300)),
        },
    };

    /// <summary>Echoes every body turned round, and counts.</summary>
    private sealed class Turner : ICoapRequestHandler
    {
        public int Handled { get; private set; }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            Handled++;
            response.Code = CoapCode.Changed;
            request.Payload.CopyTo(response.Payload);
            response.Payload[..request.Payload.Length].Reverse();
            response.PayloadLength = request.Payload.Length;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Bodies_to_100_KB_arrive_whole_both_ways_and_are_handled_once(int seed, bool confirmable)
    {
        VirtualNetwork network = Lossy(seed);
        var handler = new Turner();
        VirtualNode<CoapEndpoint> server = network.Add("server", random => new CoapEndpoint(s_options, random, handler));
        VirtualNode<CoapEndpoint> client = network.Add("client", random => new CoapEndpoint(s_options, random));
        int[] lengths = [100 * 1024, 1025, 10 * 1024, 37_123];
        int done = 0;
        bool isOpen = false;
        client.AfterStep = () =>
        {
            while (client.Protocol.TryTakeEvent(out CoapEvent e))
            {
                Assert.Equal(CoapEventKind.Response, e.Kind);
                Assert.Equal(CoapCode.Changed, e.Message.Code);
                byte[] expected = Body(seed + done, lengths[done]);
                expected.AsSpan().Reverse();
                Assert.True(e.Message.Payload.SequenceEqual(expected));
                done++;
                isOpen = false;
            }

            if (!isOpen && done < lengths.Length)
            {
                var head = new CoapRequestHead { Method = CoapCode.Post, Path = "/x", RobustBlocks = true, NonConfirmable = !confirmable };
                Assert.False(client.Protocol.Request(server.Peer, head, Body(seed + done, lengths[done])).IsNone);
                isOpen = true;
            }
        };

        Assert.True(network.RunUntil(() => done == lengths.Length, TimeSpan.FromDays(1)));
        Assert.Equal(lengths.Length, handler.Handled);

        // All that was kept is given back in time.
        network.Run(TimeSpan.FromHours(1));
        Assert.Equal((0, 0), (server.Protocol.TransferCount, client.Protocol.ExchangeCount));
        Assert.Null(server.Protocol.NextDeadline);
        Assert.Null(client.Protocol.NextDeadline);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_much_is_lost_a_body_takes_a_fraction_of_the_time_of_Block1(bool downloads)
    {
        double robust = 0;
        double plain = 0;
        for (int seed = 1; seed <= 8; seed++)
        {
            robust += SecondsOf(seed, downloads, isRobust: true);
            plain += SecondsOf(seed, downloads, isRobust: false);
        }

        Assert.InRange(plain / robust, 5, double.PositiveInfinity);
    }

    private static double SecondsOf(int seed, bool downloads, bool isRobust)
    {
        VirtualNetwork network = Lossy(seed);
        byte[] body = Body(seed, 50 * 1024);
        VirtualNode<CoapEndpoint> server = network.Add("server", random => new CoapEndpoint(s_options, random, new Giver(body)));
        VirtualNode<CoapEndpoint> client = network.Add("client", random => new CoapEndpoint(s_options, random));
        bool isDone = false;
        client.AfterStep = () =>
        {
            while (client.Protocol.TryTakeEvent(out CoapEvent e))
            {
                Assert.Equal(CoapEventKind.Response, e.Kind);
                Assert.Equal(downloads ? body.Length : 0, e.Message.Payload.Length);
                isDone = true;
            }
        };
        var head = new CoapRequestHead
        {
            Method = downloads ? CoapCode.Get : CoapCode.Put, Path = "/x", RobustBlocks = isRobust, NonConfirmable = isRobust,
        };
        client.Protocol.Request(server.Peer, head, downloads ? [] : body);
        Assert.True(network.RunUntil(() => isDone, TimeSpan.FromDays(1)));
        return (network.Now - default(Instant)).TotalSeconds;
    }

    private sealed class Giver(byte[] body) : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Content;
            if (request.Method == CoapMethod.Get)
            {
                body.CopyTo(response.Payload);
                response.PayloadLength = body.Length;
            }
            else
            {
                Assert.True(request.Payload.SequenceEqual(body));
            }
        }
    }

    private sealed class OneWay(byte[] bytes) : ICoapBody, ICoapBodySink
    {
        private readonly List<byte> _taken = [];
        private int _position;

        public byte[] Taken => [.. _taken];

        public long? Length => bytes.Length;

        // From start to end, and nothing twice.
        public int Read(long offset, Span<byte> destination, out bool isLast)
        {
            isLast = false;
            if (offset != _position)
            {
                return -1;
            }

            int count = Math.Min(destination.Length, bytes.Length - _position);
            bytes.AsSpan(_position, count).CopyTo(destination);
            _position += count;
            isLast = _position == bytes.Length;
            return count;
        }

        public void Close()
        {
        }

        public bool Write(ReadOnlySpan<byte> piece)
        {
            _taken.AddRange(piece);
            return true;
        }

        public void Restart() => _taken.Clear();

        public void Abandon() => throw new InvalidOperationException("abandoned");
    }

    private sealed class OneWays(byte[] given) : ICoapRequestHandler
    {
        public OneWay? Received { get; private set; }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            Assert.Same(Received, request.Sink);
            response.Code = CoapCode.Content;
            response.SetBody(new OneWay(given));
        }

        public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response) => Received = new OneWay([]);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Bodies_that_are_read_and_written_once_from_start_to_end_arrive_whole_with_32_KB_of_memory(int seed, bool confirmable)
    {
        VirtualNetwork network = Lossy(seed);
        CoapEndpointOptions options = s_options with { MaxBodySize = 4096, TransferBytes = 1 << 15 };
        byte[] up = Body(seed, 100 * 1024);
        byte[] down = Body(seed + 1, (100 * 1024) - 7);
        var handler = new OneWays(down);
        VirtualNode<CoapEndpoint> server = network.Add("server", random => new CoapEndpoint(options, random, handler));
        VirtualNode<CoapEndpoint> client = network.Add("client", random => new CoapEndpoint(options, random));
        var sink = new OneWay([]);
        var head = new CoapRequestHead
        {
            Method = CoapCode.Post, Path = "/x", RobustBlocks = true, NonConfirmable = !confirmable, Sink = sink,
        };
        client.Protocol.Request(server.Peer, head, new OneWay(up));
        (CoapEventKind, CoapCode)? end = null;
        client.AfterStep = () =>
        {
            while (client.Protocol.TryTakeEvent(out CoapEvent e))
            {
                end = (e.Kind, e.HasMessage ? e.Message.Code : default);
            }
        };

        Assert.True(network.RunUntil(() => end is not null, TimeSpan.FromDays(1)));
        Assert.Equal((CoapEventKind.Response, CoapCode.Content), end);
        Assert.Equal(up, handler.Received!.Taken);
        Assert.Equal(down, sink.Taken);
    }
}
