using System.Buffers.Binary;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Testing;
using Ipso.Tests.Coap.Engine;

namespace Ipso.Tests.Coap.Oscore;

/// <summary>Two endpoints that share a security context, on networks that lose, double and delay.</summary>
[Trait("Category", "Security")]
public class OscoreNetworkTests
{
    private static readonly byte[] s_path = "hidden-path"u8.ToArray();
    private static readonly byte[] s_text = "hidden-text"u8.ToArray();

    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.3)]
    [InlineData(3, 0.3)]
    [InlineData(4, 0.3)]
    public void Each_request_is_executed_at_most_once_and_nothing_of_it_is_seen(ulong seed, double loss)
    {
        var executions = new Dictionary<uint, int>();
        OscorePair pair = OscorePair.Make(
            seed,
            new Handler((in request, ref response) =>
            {
                Assert.NotNull(request.Identity);
                uint number = BinaryPrimitives.ReadUInt32BigEndian(request.Payload);
                executions[number] = executions.GetValueOrDefault(number) + 1;
                response.Code = CoapCode.Changed;
                BinaryPrimitives.WriteUInt32BigEndian(response.Payload, ~number);
                s_text.CopyTo(response.Payload[4..]);
                response.PayloadLength = 4 + s_text.Length;
            }),
            Links(loss));
        var watch = new WireWatch(pair.Network, s_path, s_text);
        var numbers = new Dictionary<ExchangeId, uint>();
        uint next = 0;
        int answered = 0, failed = 0;
        pair.Client.AfterStep = () =>
        {
            while (pair.Client.Protocol.TryTakeEvent(out CoapEvent e))
            {
                Assert.True(numbers.Remove(e.Exchange, out uint number));
                if (e.Kind == CoapEventKind.Response)
                {
                    Assert.Equal(~number, BinaryPrimitives.ReadUInt32BigEndian(e.Message.Payload));
                    answered++;
                }
                else
                {
                    Assert.Equal(CoapEventKind.Timeout, e.Kind);
                    failed++;
                }
            }

            byte[] payload = [0, 0, 0, 0, .. s_text];
            BinaryPrimitives.WriteUInt32BigEndian(payload, next);
            while (next < 200 && pair.Ask(CoapCode.Put, "/hidden-path", payload) is { IsNone: false } id)
            {
                numbers.Add(id, next++);
                BinaryPrimitives.WriteUInt32BigEndian(payload, next);
            }
        };

        Assert.True(pair.Network.RunUntil(() => answered + failed == 200, TimeSpan.FromDays(12)));
        Assert.All(executions.Values, static count => Assert.Equal(1, count));
        Assert.InRange(failed, 0, loss == 0 ? 0 : 40);
        Assert.Equal(0, watch.Errors);
        Assert.True(watch.Protected >= 200 + answered);
        Assert.Equal(loss > 0, watch.Repeated > 0);
        // One number for each request, reserved a hundred at a time; responses took none.
        Assert.InRange(pair.ClientStorage.Writes, 2, 3);
        Assert.Equal(1, pair.ServerStorage.Writes);
    }

    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.3)]
    public void Bodies_in_blocks_go_both_ways_each_block_protected_by_itself(ulong seed, double loss)
    {
        byte[] body = new byte[20_000];
        new Random(3).NextBytes(body);
        s_text.CopyTo(body, 100);
        s_text.CopyTo(body, 15_000);
        int executions = 0;
        OscorePair pair = OscorePair.Make(
            seed,
            new Handler((in request, ref response) =>
            {
                executions++;
                Assert.NotNull(request.Identity);
                Assert.True(request.Payload.SequenceEqual(body));
                response.Code = CoapCode.Content;
                body.CopyTo(response.Payload);
                response.PayloadLength = body.Length;
            }),
            Links(loss) with { Duplication = 0 });
        var watch = new WireWatch(pair.Network, s_path, s_text);
        bool isOver = false;
        pair.Client.AfterStep = () =>
        {
            while (pair.Client.Protocol.TryTakeEvent(out CoapEvent e))
            {
                Assert.Equal(CoapEventKind.Response, e.Kind);
                Assert.True(e.Message.Payload.SequenceEqual(body));
                isOver = true;
            }
        };
        Assert.False(pair.Ask(CoapCode.Fetch, "/hidden-path", body).IsNone);
        Assert.True(pair.Network.RunUntil(() => isOver, TimeSpan.FromHours(3)));
        Assert.Equal(1, executions);
        Assert.True(watch.Protected >= 2 * (20 + 19));
        Assert.All(watch.Datagrams, static d => Assert.InRange(d.Length, 4, 1152));
    }

    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.3)]
    [InlineData(3, 0.3)]
    public void An_observer_ends_up_with_the_last_state_and_never_goes_back(ulong seed, double loss)
    {
        uint state = 0;
        OscorePair pair = OscorePair.Make(
            seed,
            new Handler((in request, ref response) =>
            {
                Assert.NotNull(request.Identity);
                response.Code = CoapCode.Content;
                response.Observe(1);
                BinaryPrimitives.WriteUInt32BigEndian(response.Payload, state);
                s_text.CopyTo(response.Payload[4..]);
                response.PayloadLength = 4 + s_text.Length;
            }),
            Links(loss),
            OscorePair.LongMemory with { ConfirmableEvery = 5 });
        var watch = new WireWatch(pair.Network, s_path, s_text);
        uint seen = 0;
        int notifications = 0;
        pair.Client.AfterStep = () =>
        {
            while (pair.Client.Protocol.TryTakeEvent(out CoapEvent e))
            {
                Assert.Equal(CoapEventKind.Notification, e.Kind);
                uint value = BinaryPrimitives.ReadUInt32BigEndian(e.Message.Payload);
                Assert.True(value >= seen);
                seen = value;
                notifications++;
            }
        };
        ExchangeId observation = pair.Ask(CoapCode.Get, "/hidden-path", observe: true);
        pair.Network.Clock.Every(TimeSpan.FromSeconds(3), () =>
        {
            pair.Server.Protocol.Notify(1, confirmable: ++state >= 100);
            return state < 100;
        });
        pair.Network.Run(TimeSpan.FromSeconds(600));
        Assert.Equal(100u, seen);
        Assert.InRange(notifications, 25, 110);
        Assert.Equal(1, pair.Server.Protocol.ObserverCount);
        Assert.Equal(0, watch.Errors);

        bool isOver = false;
        pair.Client.AfterStep = () => isOver |= pair.Client.Protocol.TryTakeEvent(out CoapEvent e) && e.Kind != CoapEventKind.Notification;
        Assert.True(pair.Client.Protocol.Cancel(observation));
        Assert.True(pair.Network.RunUntil(() => isOver, TimeSpan.FromMinutes(5)));
        Assert.Equal(0, pair.Server.Protocol.ObserverCount);
    }

    // RFC 8613, Appendix B.1: numbers go on behind those that were reserved, and the first request proves that it is fresh.
    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.3)]
    public void After_a_restart_of_either_nothing_is_executed_twice_and_no_number_used_again(ulong seed, double loss)
    {
        List<string> executed = [];
        OscorePair pair = OscorePair.Make(
            seed,
            new Handler((in request, ref response) =>
            {
                executed.Add(Encoding.UTF8.GetString(request.Payload));
                response.Code = CoapCode.Changed;
            }),
            Links(loss) with { Duplication = 0 });
        var watch = new WireWatch(pair.Network, s_path);
        for (int i = 0; i < 12; i++)
        {
            int before = pair.Events.Count;
            pair.Ask(CoapCode.Post, "/hidden-path", Encoding.UTF8.GetBytes($"{i}"));
            Assert.True(pair.Network.RunUntil(() => pair.Events.Count > before, TimeSpan.FromMinutes(5)));
            if (i is 3 or 8)
            {
                pair.Server.Restart();
                // What went before comes again, now that the server does not know of it.
                long wasUnprotected = pair.ServerProtection.Counters.Unprotected;
                foreach (byte[] old in watch.Datagrams.Where(static d => (d[1] & 0xe0) == 0 && d[1] != 0).ToArray())
                {
                    pair.Server.Protocol.Receive(old, pair.Client.Peer, pair.Network.Now);
                }

                Assert.True(pair.ServerProtection.Counters.Unprotected > wasUnprotected);
                pair.Network.Run(TimeSpan.FromSeconds(400));
            }
            else if (i == 5)
            {
                pair.Client.Restart();
            }
        }

        Assert.Equal(executed.Distinct(), executed);
        Assert.InRange(pair.Events.Count(static e => e == "Response 2.04 Changed "), loss == 0 ? 12 : 8, 12);
        Assert.InRange(pair.ClientStorage.Writes, 2, 3);
        Assert.InRange(pair.ServerStorage.Writes, 3, 4);
    }

    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.3)]
    public void Responses_that_come_later_are_protected_and_repeated_as_they_are(ulong seed, double loss)
    {
        OscorePair? pair = null;
        var waiting = new List<ResponseId>();
        pair = OscorePair.Make(
            seed,
            new Handler((in request, ref response) =>
            {
                if (request.Deferred.IsNone)
                {
                    waiting.Add(response.Defer());
                    return;
                }

                Assert.NotNull(request.Identity);
                response.Code = CoapCode.Content;
                s_text.CopyTo(response.Payload);
                response.PayloadLength = s_text.Length;
            }),
            Links(loss) with { Duplication = 0 });
        var watch = new WireWatch(pair.Network, s_path, s_text);
        pair.Network.Clock.Every(TimeSpan.FromSeconds(2), () =>
        {
            waiting.ForEach(id => pair.Server.Protocol.Resume(id));
            waiting.Clear();
            return true;
        });
        for (int i = 0; i < 10; i++)
        {
            pair.Ask(CoapCode.Get, "/hidden-path");
            Assert.True(pair.Network.RunUntil(() => pair.Events.Count > i, TimeSpan.FromMinutes(10)));
        }

        Assert.InRange(pair.Events.Count(static e => e == "Response 2.05 Content hidden-text"), loss == 0 ? 10 : 6, 10);
        Assert.Equal(0, watch.Errors);
    }

    private static LinkSettings Links(double loss) => new()
    {
        Loss = loss, Duplication = loss, Delay = LinkDelay.Uniform(TimeSpan.Zero, TimeSpan.FromSeconds(loss > 0 ? 1 : 0.02)),
    };
}
