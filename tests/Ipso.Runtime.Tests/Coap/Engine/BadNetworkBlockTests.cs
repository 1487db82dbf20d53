using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Testing;

namespace Ipso.Tests.Coap.Engine;

/// <summary>Bodies in blocks and separate responses over a network that loses, doubles and reorders.</summary>
public class BadNetworkBlockTests
{
    private static readonly CoapEndpointOptions s_options = new()
    {
        DeduplicationSlots = 8192, DeduplicationBytes = 1 << 20, BlockSize = 64, MaxBodySize = 4096, TransferBytes = 1 << 16, Exchanges = 4,
    };

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Each_body_arrives_whole_and_is_handled_once_and_nothing_is_left_behind(int seed)
    {
        var random = new Random(seed);
        var handled = new HashSet<int>();
        var waiting = new List<ResponseId>();
        var handler = new Handler((in request, ref response) =>
        {
            // The body says its number and, for the rest, what it should be; the response is the body turned round.
            byte[] body = request.Payload.ToArray();
            if (request.Deferred.IsNone && body.Length == 0)
            {
                ResponseId id = response.Defer();
                response.Code = id.IsNone ? CoapCode.ServiceUnavailable : CoapCode.Empty;
                if (!id.IsNone)
                {
                    waiting.Add(id);
                }

                return;
            }

            if (body.Length > 0)
            {
                Assert.True(handled.Add(BitConverter.ToInt32(body)));
                Assert.True(body.AsSpan().SequenceEqual(Body(BitConverter.ToInt32(body))));
            }

            response.Code = CoapCode.Changed;
            body.AsSpan().Reverse();
            body.CopyTo(response.Payload);
            response.PayloadLength = body.Length;
        });
        var network = new VirtualNetwork((ulong)seed)
        {
            Links = new() { Loss = 0.1, Duplication = 0.1, Delay = LinkDelay.Uniform(TimeSpan.Zero, TimeSpan.FromSeconds(2)) },
        };
        VirtualNode<CoapEndpoint> serverNode = network.Add("server", random => new CoapEndpoint(s_options, random, handler));
        VirtualNode<CoapEndpoint> node = network.Add("client", random => new CoapEndpoint(s_options, random));
        CoapEndpoint server = serverNode.Protocol;
        CoapEndpoint client = node.Protocol;

        var open = new Dictionary<ExchangeId, int>();
        int next = 1;
        int whole = 0;
        int ended = 0;
        node.AfterStep = () =>
        {
            while (waiting.Count > 0 && random.Next(3) == 0)
            {
                server.Resume(waiting[^1]);
                waiting.RemoveAt(waiting.Count - 1);
            }

            while (client.TryTakeEvent(out CoapEvent e))
            {
                Assert.True(open.Remove(e.Exchange, out int number));
                ended++;
                if (e.Kind == CoapEventKind.Response && e.Message.Code == CoapCode.Changed)
                {
                    byte[] expected = Body(number);
                    expected.AsSpan().Reverse();
                    Assert.True(e.Message.Payload.SequenceEqual(expected));
                    whole++;
                }
            }

            while (next <= 40)
            {
                ExchangeId id = client.Request(serverNode.Peer, new CoapRequestHead { Method = CoapCode.Post, Path = "/x" }, Body(next));
                if (id.IsNone)
                {
                    break;
                }

                open.Add(id, next++);
            }

            Assert.InRange(server.TransferCount, 0, 8);
            Assert.InRange(server.DeferredCount, 0, 8);
        };

        Assert.True(network.RunUntil(() => ended == 40, TimeSpan.FromDays(12)));

        Assert.Equal(40, ended);
        Assert.InRange(whole, 30, 40);
        Assert.Equal(0, client.ExchangeCount);

        // All that was kept is given back in time.
        network.Run(TimeSpan.FromHours(1));
        Assert.Equal((0, 0), (server.TransferCount, server.DeferredCount));
        Assert.Null(server.NextDeadline);
        Assert.Null(client.NextDeadline);
    }

    // Every fourth is empty: its response comes later.
    private static byte[] Body(int number)
    {
        if (number % 4 == 0)
        {
            return [];
        }

        var body = new byte[4 + (number * 37 % 900)];
        new Random(number).NextBytes(body);
        BitConverter.TryWriteBytes(body, number);
        return body;
    }
}
