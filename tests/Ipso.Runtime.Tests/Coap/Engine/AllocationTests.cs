using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

public class AllocationTests
{
    private const int Cycles = 10_000;

    private static readonly CoapEndpointOptions s_options = new() { ConfirmableEvery = 4 };

    private readonly byte[] _buffer = new byte[1152];

    private static CoapEndpoint Server() => new(s_options, new SeededRandom(1), new Handler((in request, ref response) =>
    {
        response.Code = CoapCode.Content;
        response.ContentFormat = ContentFormat.PlainText;
        response.MaxAge = 10;
        response.PayloadLength = 100 + request.UriPath.Count();
        response.Observe(1);
    }));

    [Fact]
    public void A_server_that_answers_and_refuses_allocates_nothing()
    {
        CoapEndpoint server = Server();
        byte[] request = Con(CoapCode.Get, 1, "0102", "", Path("3303"), Path("0"), Path("5700"));
        byte[] refused = Con(CoapCode.Get, 1, "0102", "", ((CoapOptionNumber)25, [1]));
        Assert.Equal(0, Allocated(i =>
        {
            request[3] = refused[3] = (byte)i;
            request[2] = (byte)(i >> 8 & 0x7f);
            refused[2] = (byte)(i >> 8 | 0x80);
            var now = new Instant(i * 10_000L);
            server.Receive(request, Peer, now);
            Assert.True(server.TryTransmit(_buffer, now, out _));
            server.Receive(request, Peer, now);
            Assert.True(server.TryTransmit(_buffer, now, out _));
            server.Receive(refused, Peer, now);
            Assert.True(server.TryTransmit(_buffer, now, out _));
            server.OnDeadline(now);
        }));
    }

    [Fact]
    public void A_client_and_a_server_that_talk_allocate_nothing()
    {
        CoapEndpoint server = Server();
        var client = new CoapEndpoint(s_options, new SeededRandom(2));
        Assert.Equal(0, Allocated(i =>
        {
            var now = new Instant(i * 10_000L);
            client.Request(Other, new CoapRequestHead { Method = CoapCode.Put, Path = "/3303/0/5700", Query = "pmin=1" }, "22.5"u8);
            Carry(client, server, now);
            Assert.True(client.TryTakeEvent(out CoapEvent e));
            Assert.True(e.Message.Payload.Length == 103);
        }));
    }

    [Fact]
    public void Notifications_sent_confirmed_and_taken_allocate_nothing()
    {
        CoapEndpoint server = Server();
        var client = new CoapEndpoint(s_options, new SeededRandom(2));
        client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/3303/0/5700", Observe = true });
        Carry(client, server, default);
        Assert.Equal(1, server.ObserverCount);
        Assert.Equal(0, Allocated(i =>
        {
            // As fast as RFC 7641, 4.5.1, lets it.
            Instant now = Instant.FromSeconds(3 * i);
            server.Notify(1);
            Carry(server, client, now);
            Assert.True(client.TryTakeEvent(out CoapEvent e));
            Assert.True(e.Kind == CoapEventKind.Notification);
        }));
        Assert.InRange(server.Counters.Notifications, Cycles, long.MaxValue);
    }

    [Fact]
    public void Bodies_in_blocks_both_ways_allocate_nothing()
    {
        var server = new CoapEndpoint(s_options, new SeededRandom(1), new Handler((in request, ref response) =>
        {
            response.Code = CoapCode.Changed;
            response.PayloadLength = request.Payload.Length;
        }));
        var client = new CoapEndpoint(s_options, new SeededRandom(2));
        var body = new byte[3000];
        Assert.Equal(0, Allocated(i =>
        {
            if (i % 10 == 0)
            {
                var now = new Instant(i * 10_000L);
                client.Request(Other, new CoapRequestHead { Method = CoapCode.Post, Path = "/3303" }, body);
                Carry(client, server, now);
                Assert.True(client.TryTakeEvent(out CoapEvent e));
                Assert.True(e.Message.Payload.Length == 3000);
            }
        }));
    }

    [Fact]
    public void Bodies_in_robust_transfers_both_ways_allocate_nothing()
    {
        // RFC 9177, and every seventh datagram is lost.
        var options = s_options with { Transmission = new TransmissionParameters { MaxPayloads = 4 } };
        var server = new CoapEndpoint(options, new SeededRandom(1), new Handler((in request, ref response) =>
        {
            response.Code = CoapCode.Changed;
            response.PayloadLength = request.Payload.Length;
        }));
        var client = new CoapEndpoint(options, new SeededRandom(2));
        var body = new byte[9000];
        int datagrams = 0;
        var now = default(Instant);
        void Move(CoapEndpoint from, CoapEndpoint to)
        {
            while (from.TryTransmit(_buffer, now, out Transmit transmit))
            {
                if (++datagrams % 7 != 0)
                {
                    to.Receive(_buffer.AsSpan(0, transmit.Length), Other, now);
                }
            }
        }

        Assert.Equal(0, Allocated(i =>
        {
            if (i % 50 != 0)
            {
                return;
            }

            var head = new CoapRequestHead { Method = CoapCode.Post, Path = "/x", NonConfirmable = true, RobustBlocks = true };
            client.Request(Other, head, body);
            CoapEvent e;
            while (!client.TryTakeEvent(out e))
            {
                Move(client, server);
                Move(server, client);
                if (datagrams % 2 == 0 && client.NextDeadline is { } due)
                {
                    now = Instant.Earlier(due, server.NextDeadline) is { } earlier && earlier > now ? earlier : now;
                    client.OnDeadline(now);
                    server.OnDeadline(now);
                }
                else
                {
                    now += TimeSpan.FromMilliseconds(500);
                    client.OnDeadline(now);
                    server.OnDeadline(now);
                }
            }

            Assert.True(e.Message.Payload.Length == 9000);
        }));
        Assert.InRange(server.Counters.Handled, 200, long.MaxValue);
    }

    [Fact]
    public void Requests_to_a_peer_that_is_silent_allocate_nothing_while_they_are_held_back()
    {
        var client = new CoapEndpoint(s_options, new SeededRandom(1));
        var now = default(Instant);
        int never = 0;
        // Long enough that some wait for their turn until it is too late.
        byte[] payload = new byte[600];
        Assert.Equal(0, Allocated(_ =>
        {
            CoapRequestHead head = new() { Method = CoapCode.Post, Path = "/dp", NonConfirmable = true };
            if (client.Request(Other, head, payload).IsNone)
            {
                now = client.NextDeadline ?? now;
                client.OnDeadline(now);
            }

            while (client.TryTransmit(_buffer, now, out Transmit _))
            {
            }

            while (client.TryTakeEvent(out CoapEvent e))
            {
                never += e.Transmissions == 0 ? 1 : 0;
            }
        }));
        Assert.InRange(client.Counters.RequestsHeld, 1000, long.MaxValue);
        Assert.InRange(never, 1000, int.MaxValue);
    }

    [Fact]
    public void Responses_that_come_later_allocate_nothing()
    {
        ResponseId waiting = default;
        var server = new CoapEndpoint(s_options, new SeededRandom(1), new Handler((in request, ref response) =>
        {
            response.Code = CoapCode.Content;
            if (request.Deferred.IsNone)
            {
                waiting = response.Defer();
            }
        }));
        var client = new CoapEndpoint(s_options, new SeededRandom(2));
        Assert.Equal(0, Allocated(i =>
        {
            var now = new Instant(i * 10_000L);
            client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/3303" });
            Carry(client, server, now);
            Assert.True(server.Resume(waiting));
            Carry(server, client, now);
            Assert.True(client.TryTakeEvent(out CoapEvent e));
            Assert.True(e.Message.Code == CoapCode.Content);
        }));
    }

    [Theory]
    [InlineData(1152, 8, 32, 4, 128, 16384, 8, 8)]
    [InlineData(1152, 500, 1000, 100, 5000, 1 << 20, 8, 8)]
    [InlineData(256, 1, 0, 1, 1, 0, 1, 1)]
    [InlineData(256, 2000, 1, 1, 1, 0, 1, 1)]
    [InlineData(256, 1, 1, 2000, 1, 0, 1, 1)]
    [InlineData(256, 1, 1, 1, 1, 0, 2000, 1)]
    [InlineData(256, 1, 1, 1, 1, 0, 1, 2000)]
    public void An_endpoint_takes_no_more_memory_than_is_published(
        int size, int exchanges, int observers, int confirmable, int slots, int bytes, int deferred, int transfers)
    {
        var options = new CoapEndpointOptions
        {
            MaxMessageSize = size,
            Exchanges = exchanges,
            Observers = observers,
            ConfirmableNotifications = confirmable,
            DeduplicationSlots = slots,
            DeduplicationBytes = bytes,
            DeferredResponses = deferred,
            Transfers = transfers,
        };
        var random = new SeededRandom(1);
        new CoapEndpoint(options, random).TakeAllMemory();
        long before = GC.GetAllocatedBytesForCurrentThread();
        var endpoint = new CoapEndpoint(options, random);
        endpoint.TakeAllMemory();
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(endpoint);
        Assert.True(taken <= options.MaxMemory, $"{taken} bytes instead of {options.MaxMemory}");
    }

    [Fact]
    public void Bounds_beyond_what_an_array_holds_are_the_callers_fault()
    {
        var options = new CoapEndpointOptions { MaxMessageSize = 65507, Exchanges = 65535 };
        Assert.Throws<ArgumentException>(() => new CoapEndpoint(options, new SeededRandom(1)));
    }

    // The peers see each other at the same two addresses, since neither looks at its own.
    private void Carry(CoapEndpoint first, CoapEndpoint second, Instant now)
    {
        bool moved;
        do
        {
            moved = false;
            while (first.TryTransmit(_buffer, now, out Transmit transmit))
            {
                second.Receive(_buffer.AsSpan(0, transmit.Length), Other, now);
                moved = true;
            }

            while (second.TryTransmit(_buffer, now, out Transmit transmit))
            {
                first.Receive(_buffer.AsSpan(0, transmit.Length), Other, now);
                moved = true;
            }
        }
        while (moved);
    }

    private static long Allocated(Action<int> cycle)
    {
        for (int i = 0; i < 100; i++)
        {
            cycle(i);
        }

        // A collection that another test causes in between retires this thread's allocation context and counts its unused rest.
        // What the cycles themselves allocate shows in every round.
        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            int start = 100 + (round * Cycles);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = start; i < start + Cycles; i++)
            {
                cycle(i);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
