using System.Buffers.Binary;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Testing;

namespace Ipso.Tests.Coap.Engine;

public class BadNetworkTests
{
    private static readonly CoapEndpointOptions s_longMemory = new() { DeduplicationSlots = 4096, DeduplicationBytes = 1 << 18 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Each_request_is_executed_at_most_once_and_each_answer_is_that_of_its_request(int seed)
    {
        var executions = new Dictionary<uint, int>();
        var handler = new Handler((in request, ref response) =>
        {
            uint number = BinaryPrimitives.ReadUInt32BigEndian(request.Payload);
            executions[number] = executions.GetValueOrDefault(number) + 1;
            response.Code = CoapCode.Changed;
            BinaryPrimitives.WriteUInt32BigEndian(response.Payload, ~number);
            response.PayloadLength = 4;
        });
        VirtualNetwork network = Network(seed, loss: 0.2, TimeSpan.FromSeconds(4));
        CoapEndpoint server = network.Add("server", random => new CoapEndpoint(s_longMemory, random, handler)).Protocol;
        VirtualNode<CoapEndpoint> node = network.Add("client", random => new CoapEndpoint(s_longMemory, random));
        CoapEndpoint client = node.Protocol;

        var numbers = new Dictionary<ExchangeId, uint>();
        uint next = 0;
        int answered = 0;
        int failed = 0;
        node.AfterStep = () =>
        {
            while (client.TryTakeEvent(out CoapEvent e))
            {
                Assert.True(numbers.Remove(e.Exchange, out uint number));
                if (e.Kind == CoapEventKind.Response)
                {
                    Assert.Equal(~number, BinaryPrimitives.ReadUInt32BigEndian(e.Message.Payload));
                    Assert.Equal(1, executions[number]);
                    answered++;
                }
                else
                {
                    Assert.Equal(CoapEventKind.Timeout, e.Kind);
                    failed++;
                }
            }

            var payload = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(payload, next);
            var head = new CoapRequestHead { Method = CoapCode.Post, Path = "/x" };
            while (next < 500 && client.Request(network.Nodes[0].Peer, head, payload) is { IsNone: false } id)
            {
                numbers.Add(id, next++);
                BinaryPrimitives.WriteUInt32BigEndian(payload, next);
            }
        };

        Assert.True(network.RunUntil(() => answered + failed == 500, TimeSpan.FromDays(12)));
        Assert.All(executions.Values, count => Assert.Equal(1, count));

        // Five transmissions, of which a fifth is lost each way: hardly a request fails.
        Assert.InRange(failed, 0, 25);
        Assert.True(server.Counters.Duplicates > 50);
        Assert.True(client.Counters.Retransmissions > 50);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_observer_ends_up_with_the_last_state_and_never_goes_back(int seed)
    {
        uint state = 0;
        var options = new CoapEndpointOptions { ConfirmableEvery = 5 };
        var handler = new Handler((in _, ref response) =>
        {
            response.Code = CoapCode.Content;
            response.Observe(1);
            BinaryPrimitives.WriteUInt32BigEndian(response.Payload, state);
            response.PayloadLength = 4;
        });
        VirtualNetwork network = Network(seed, loss: 0.1, TimeSpan.FromSeconds(1));
        VirtualNode<CoapEndpoint> server = network.Add("server", random => new CoapEndpoint(options, random, handler));
        VirtualNode<CoapEndpoint> client = network.Add("client", static random => new CoapEndpoint(new CoapEndpointOptions(), random));
        client.Protocol.Request(server.Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/x", Observe = true });

        uint seen = 0;
        int notifications = 0;
        client.AfterStep = () =>
        {
            while (client.Protocol.TryTakeEvent(out CoapEvent e))
            {
                Assert.Equal(CoapEventKind.Notification, e.Kind);
                uint value = BinaryPrimitives.ReadUInt32BigEndian(e.Message.Payload);
                Assert.True(value >= seen);
                seen = value;
                notifications++;
            }
        };
        network.Clock.Every(TimeSpan.FromSeconds(1), () =>
        {
            server.Protocol.Notify(1, confirmable: ++state == 300);
            return state < 300;
        });
        network.Run(TimeSpan.FromSeconds(400));

        Assert.Equal(300u, seen);
        Assert.InRange(notifications, 50, 301);
        Assert.Equal(1, server.Protocol.ObserverCount);
    }

    private static VirtualNetwork Network(int seed, double loss, TimeSpan maxDelay) => new((ulong)seed)
    {
        Links = new LinkSettings { Loss = loss, Duplication = 0.2, Delay = LinkDelay.Uniform(TimeSpan.Zero, maxDelay) },
    };
}
