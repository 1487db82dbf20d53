using System.Buffers.Binary;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests;

/// <summary>Observations (RFC 7641) over a network that loses, doubles and reorders.</summary>
public class NotificationTests
{
    // With the default of 4 retransmissions, 1 Confirmable message in 29 does not make it there and back.
    private static readonly TransmissionParameters s_transmission = new() { MaxRetransmit = 10 };

    private static readonly CoapEndpointOptions s_options = new()
    {
        BlockSize = 256, DeduplicationSlots = 4096, DeduplicationBytes = 1 << 20, Transmission = s_transmission,
        TransferLifetime = s_transmission.ExchangeLifetime,
    };

    private static VirtualNetwork Lossy(int seed, double loss) => new((ulong)seed)
    {
        Links = new()
        {
            Loss = loss,
            Duplication = 0.1,
            Delay = LinkDelay.Uniform(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(300)),
        },
    };

    /// <summary>Answers with its state, what it is asked, turned round, and bytes of its state behind that.</summary>
    private sealed class Turner(int padding) : ICoapRequestHandler
    {
        public int State { get; set; }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Content;
            response.Observe(1);
            BinaryPrimitives.WriteInt32BigEndian(response.Payload, State);
            request.Payload.CopyTo(response.Payload[4..]);
            response.Payload.Slice(4, request.Payload.Length).Reverse();
            response.Payload.Slice(4 + request.Payload.Length, padding).Fill((byte)State);
            response.PayloadLength = 4 + request.Payload.Length + padding;
        }
    }

    private sealed class Bench
    {
        private readonly Turner _turner;
        private readonly byte[] _expected;
        private readonly ExchangeId _observation;

        public Bench(int seed, byte[] filter, double loss = 0.3, bool isRobust = false, int padding = 0)
        {
            _turner = new Turner(padding);
            Network = Lossy(seed, loss);
            Server = Network.Add("server", random => new CoapEndpoint(s_options, random, _turner));
            Client = Network.Add("client", random => new CoapEndpoint(s_options, random));
            _expected = [.. Enumerable.Reverse(filter)];
            Client.AfterStep = Take;
            _observation = Client.Protocol.Request(
                Server.Peer,
                new CoapRequestHead
                {
                    Method = CoapCode.Fetch, Path = "/x", Observe = true, RobustBlocks = isRobust, NonConfirmable = isRobust,
                },
                filter);
            Assert.True(Network.RunUntil(() => Notifications > 0, TimeSpan.FromHours(1)));
        }

        public VirtualNetwork Network { get; }

        public VirtualNode<CoapEndpoint> Server { get; }

        public VirtualNode<CoapEndpoint> Client { get; }

        public int Notifications { get; private set; }

        public int Seen { get; private set; } = -1;

        public int States { get; private set; }

        private void Take()
        {
            while (Client.Protocol.TryTakeEvent(out CoapEvent e))
            {
                if (e.Kind == CoapEventKind.Notification)
                {
                    Notifications++;
                    int state = BinaryPrimitives.ReadInt32BigEndian(e.Message.Payload);
                    Assert.True(state >= Seen);
                    Assert.True(e.Message.Payload[4..].StartsWith(_expected));
                    Assert.Equal(-1, e.Message.Payload[(4 + _expected.Length)..].IndexOfAnyExcept((byte)state));
                    States += state > Seen ? 1 : 0;
                    Seen = state;
                }
                else
                {
                    Assert.Equal(CoapEventKind.Response, e.Kind);
                    Assert.Equal(CoapCode.Content, e.Message.Code);
                }
            }
        }

        public void Change()
        {
            _turner.State++;
            Server.Protocol.Notify(1);
        }

        public void SeesTheLast() => Assert.True(Network.RunUntil(() => Seen == _turner.State, TimeSpan.FromHours(1)));

        public void Leave()
        {
            Assert.True(Client.Protocol.Cancel(_observation));
            Assert.True(Network.RunUntil(() => Client.Protocol.ExchangeCount == 0, TimeSpan.FromHours(1)));
            Network.Run(TimeSpan.FromHours(2));
            Assert.Equal((0, 0), (Server.Protocol.ObserverCount, Server.Protocol.TransferCount));
            Assert.Null(Server.Protocol.NextDeadline);
            Assert.Null(Client.Protocol.NextDeadline);
        }
    }

    public static TheoryData<int> Seeds => new(Enumerable.Range(1, 12));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_a_body_in_blocks_asks_for_is_observed_registered_anew_and_left(int seed)
    {
        var filter = new byte[3000];
        new Random(seed).NextBytes(filter);

        // So much is sent that with more loss one of the messages would be lost ten times.
        var bench = new Bench(seed, filter, loss: 0.2);
        for (int i = 0; i < 20; i++)
        {
            bench.Change();
            bench.Network.Run(TimeSpan.FromSeconds(15));
        }

        bench.SeesTheLast();

        // Nothing changes: that the server is there shows when the body has gone out again.
        long refreshes = bench.Client.Protocol.Counters.Refreshes;
        bench.Network.Run(TimeSpan.FromMinutes(30));
        Assert.InRange(bench.Client.Protocol.Counters.Refreshes - refreshes, 5, 28);
        Assert.Equal(1, bench.Server.Protocol.ObserverCount);

        // One that has forgotten everything has it again.
        bench.Server.Restart();
        Assert.True(bench.Network.RunUntil(() => bench.Server.Protocol.ObserverCount == 1, TimeSpan.FromHours(1)));
        bench.Change();
        bench.SeesTheLast();
        bench.Leave();
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_changes_ten_times_a_second_is_told_once_in_three_and_the_last_state_arrives(int seed)
    {
        var bench = new Bench(seed, [1, 2, 3]);
        long before = bench.Server.Protocol.Counters.Notifications;
        for (int i = 0; i < 1200; i++)
        {
            bench.Change();
            bench.Network.Run(TimeSpan.FromMilliseconds(100));
        }

        // 120 s, and the 10 that may go at once.
        Assert.InRange(bench.Server.Protocol.Counters.Notifications - before, 45, 51);
        bench.SeesTheLast();
        bench.Leave();
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Robust_notifications_of_many_blocks_arrive_whole(int seed)
    {
        // 24 blocks: two sets, and a part of the third. Now and then one is not whole when the next begins.
        var bench = new Bench(seed, [1, 2, 3], isRobust: true, padding: 6000);
        for (int i = 0; i < 30; i++)
        {
            bench.Change();
            bench.Network.Run(TimeSpan.FromMinutes(2));
        }

        bench.SeesTheLast();
        Assert.InRange(bench.States, 20, 31);
        bench.Leave();
    }
}
