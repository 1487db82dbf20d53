using System.Buffers.Binary;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

public class BadNetworkTests
{
    private static readonly CoapEndpointOptions s_longMemory = new() { DeduplicationSlots = 4096, DeduplicationBytes = 1 << 18 };
    private static readonly PeerId s_client = Peer;
    private static readonly PeerId s_server = Other;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Each_request_is_executed_at_most_once_and_each_answer_is_that_of_its_request(int seed)
    {
        var executions = new Dictionary<uint, int>();
        var server = new CoapEndpoint(s_longMemory, new SeededRandom(seed), new Handler((in request, ref response) =>
        {
            uint number = BinaryPrimitives.ReadUInt32BigEndian(request.Payload);
            executions[number] = executions.GetValueOrDefault(number) + 1;
            response.Code = CoapCode.Changed;
            BinaryPrimitives.WriteUInt32BigEndian(response.Payload, ~number);
            response.PayloadLength = 4;
        }));
        var client = new CoapEndpoint(s_longMemory, new SeededRandom(~seed));
        var network = new VirtualNetwork(seed) { Loss = 0.2, Duplication = 0.2, MaxDelay = TimeSpan.FromSeconds(4) };
        network.Add(s_client, client);
        network.Add(s_server, server);

        var numbers = new Dictionary<ExchangeId, uint>();
        uint next = 0;
        int answered = 0;
        int failed = 0;
        network.Run(Instant.FromSeconds(1e6), () => answered + failed == 500, () =>
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
            while (next < 500 && client.Request(s_server, head, payload) is { IsNone: false } id)
            {
                numbers.Add(id, next++);
                BinaryPrimitives.WriteUInt32BigEndian(payload, next);
            }
        });

        Assert.Equal(500, answered + failed);
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
        var server = new CoapEndpoint(options, new SeededRandom(seed), new Handler((in _, ref response) =>
        {
            response.Code = CoapCode.Content;
            response.Observe(1);
            BinaryPrimitives.WriteUInt32BigEndian(response.Payload, state);
            response.PayloadLength = 4;
        }));
        var client = new CoapEndpoint(new CoapEndpointOptions(), new SeededRandom(~seed));
        var network = new VirtualNetwork(seed) { Loss = 0.1, Duplication = 0.2, MaxDelay = TimeSpan.FromSeconds(1) };
        network.Add(s_client, client);
        network.Add(s_server, server);
        client.Request(s_server, new CoapRequestHead { Method = CoapCode.Get, Path = "/x", Observe = true });

        uint seen = 0;
        int notifications = 0;
        for (int second = 1; second <= 400; second++)
        {
            if (second <= 300)
            {
                state++;
                server.Notify(1, confirmable: second == 300);
            }

            network.Run(Instant.FromSeconds(second), () => false, () =>
            {
                while (client.TryTakeEvent(out CoapEvent e))
                {
                    Assert.Equal(CoapEventKind.Notification, e.Kind);
                    uint value = BinaryPrimitives.ReadUInt32BigEndian(e.Message.Payload);
                    Assert.True(value >= seen);
                    seen = value;
                    notifications++;
                }
            });
        }

        Assert.Equal(300u, seen);
        Assert.InRange(notifications, 50, 301);
        Assert.Equal(1, server.ObserverCount);
    }
}
