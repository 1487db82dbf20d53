using System.Diagnostics;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

// Handshakes where the network loses or doubles, and those that nobody finishes.
public partial class DtlsHostileTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private static DtlsOptions Hasty { get; } = Keys.Server with { RetransmissionTimeout = TimeSpan.FromMilliseconds(25) };

    [Theory]
    [InlineData(1, 20)]
    [InlineData(2, 20)]
    [InlineData(3, 40)]
    [InlineData(4, 40)]
    public void A_handshake_comes_through_where_datagrams_are_lost(int seed, int lossPercent)
    {
        using Pair pair = new(Hasty, Keys.Client, Hasty);
        Random random = new(seed);
        int lost = 0;
        pair.Way = (_, bytes) =>
        {
            bool isLost = random.Next(100) < lossPercent;
            lost += isLost ? 1 : 0;
            return isLost ? null : bytes;
        };
        pair.RunInTime(s_limit);
        Assert.True(pair.IsOpen);
        pair.Way = static (_, bytes) => bytes;
        pair.Send("question");
        Assert.Equal("question", pair.ServerInbox.Texts[^1]);
        Assert.True(lost > 0);
    }

    [Fact]
    public void A_handshake_comes_through_where_every_datagram_comes_twice()
    {
        using Pair pair = new(Hasty, Keys.Client, Hasty);
        pair.Way = (ofClient, bytes) =>
        {
            pair.Deliver(bytes, toServer: ofClient);
            return bytes;
        };
        pair.RunInTime(s_limit);
        Assert.True(pair.IsOpen);
        pair.Send("question");
        Assert.Equal(["question"], pair.ServerInbox.Texts);
    }

    [Fact]
    public void Without_an_answer_the_first_flight_is_repeated_and_the_handshake_ends_in_time()
    {
        using Pair pair = new(Hasty, Keys.Client, Hasty);
        pair.Way = static (_, _) => null;
        long start = Stopwatch.GetTimestamp();
        pair.Run();
        while (pair.Wire.Count < 3 && Stopwatch.GetElapsedTime(start) < s_limit)
        {
            pair.Now = Instant.FromSeconds(1000) + Stopwatch.GetElapsedTime(start);
            pair.ClientSide.OnDeadline(pair.Now);
            pair.Run();
        }

        // 25 ms and 50 ms.
        Assert.Equal(3, pair.Wire.Count);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromMilliseconds(40), s_limit);
        pair.Now = Instant.FromSeconds(1030);
        pair.ClientSide.OnDeadline(pair.Now);
        Assert.Equal([PeerFailure.SessionClosed], pair.ClientInbox.Failures);
    }

    [Fact]
    public void Handshakes_that_nobody_finishes_take_their_room_and_no_more()
    {
        using Pair pair = Open(bounds: new SecurityOptions { MaxHandshakes = 4 });
        using OpenSslSecurity strangers = new();
        for (byte i = 1; i <= 20; i++)
        {
            BeginOnly(pair, strangers, new([4, 0, i, i, 10, 0, 0, i]));
        }

        Assert.Equal((4, 16L), (pair.ServerSide.HandshakeCount, pair.ServerSide.Counters.HandshakesRefused));
        pair.Send("question");
        Assert.Equal(["question"], pair.ServerInbox.Texts);
        pair.Now += TimeSpan.FromSeconds(30);
        pair.ServerSide.OnDeadline(pair.Now);
        Assert.Equal(0, pair.ServerSide.HandshakeCount);
    }

    [Fact]
    public void A_peer_that_begins_anew_in_its_handshake_finds_the_room_of_its_own()
    {
        using Pair pair = new(Keys.Server, Keys.Client, bounds: new SecurityOptions { MaxHandshakes = 2 });
        using OpenSslSecurity strangers = new();
        BeginOnly(pair, strangers, Pair.Client);
        BeginOnly(pair, strangers, new([4, 0, 1, 1, 10, 0, 0, 1]));
        Assert.Equal(2, pair.ServerSide.HandshakeCount);
        pair.Send("question");
        Assert.Equal(["question"], pair.ServerInbox.Texts);
        Assert.Equal((1, 0L), (pair.ServerSide.HandshakeCount, pair.ServerSide.Counters.HandshakesRefused));
    }

    [Fact]
    public void What_a_peer_begins_does_not_break_off_what_was_begun_with_it()
    {
        using PreSharedKeyStore keys = new() { { "node-7", Keys.Right } };
        using OpenSslSecurity here = new(new DtlsOptions { PreSharedKeys = keys.Find }), there = new(new DtlsOptions { PreSharedKeys = keys.Find });
        using Pair pair = new(here, Keys.Client);

        // Two of our own.
        Assert.True(pair.ServerSide.TryConnect(Pair.Client, Keys.Client, [], pair.Now, out PeerId first));
        Assert.True(pair.ServerSide.TryConnect(Pair.Client, Keys.Client, [], pair.Now, out PeerId second));
        byte[][] flights = [Take(), Take()];
        using OpenSslSecurity stranger = new();
        BeginOnly(pair, stranger, Pair.Client);
        Assert.Equal(3, pair.ServerSide.HandshakeCount);
        Assert.Empty(pair.ServerInbox.Failures);

        // The first one opens. The peer begins anew beside it, and the second one opens yet, in the place of the first.
        using SecuredProtocol answering = new(new Pair.Inbox(), (in _) => there), again = new(new Pair.Inbox(), (in _) => there);
        answering.Receive(flights[0], Pair.Server, pair.Now);
        Exchange(pair, answering);
        Assert.NotNull(pair.ServerSide.FindIdentity(first));
        BeginOnly(pair, stranger, Pair.Client);
        Assert.Equal((1, 2), (pair.ServerSide.SessionCount, pair.ServerSide.HandshakeCount));
        again.Receive(flights[1], Pair.Server, pair.Now);
        Exchange(pair, again);
        Assert.NotNull(pair.ServerSide.FindIdentity(second));
        Assert.Equal((1, 1), (pair.ServerSide.SessionCount, pair.ServerSide.HandshakeCount));
        Assert.Equal([PeerFailure.SessionClosed], pair.ServerInbox.Failures);

        byte[] Take()
        {
            byte[] buffer = new byte[2048];
            Assert.True(pair.ServerSide.TryTransmit(buffer, pair.Now, out Transmit transmit));
            return buffer[..transmit.Length];
        }
    }

    /// <summary>Somebody proves an address to the server of a pair, and goes no further.</summary>
    private static void BeginOnly(Pair pair, OpenSslSecurity security, PeerId from)
    {
        byte[] buffer = new byte[2048];
        using SecuritySession stranger = security.Connect(Pair.Server, Keys.Client, [], pair.Now);
        Assert.True(stranger.TryTransmit(buffer, pair.Now, out int length));
        pair.ServerSide.Receive(buffer.AsSpan(0, length), from, pair.Now);
        Assert.True(pair.ServerSide.TryTransmit(buffer, pair.Now, out Transmit cookie));
        stranger.Receive(buffer.AsSpan(0, cookie.Length), new byte[2048], pair.Now, out _);
        Assert.True(stranger.TryTransmit(buffer, pair.Now, out length));
        pair.ServerSide.Receive(buffer.AsSpan(0, length), from, pair.Now);
        while (pair.ServerSide.TryTransmit(buffer, pair.Now, out _))
        {
        }
    }
}
