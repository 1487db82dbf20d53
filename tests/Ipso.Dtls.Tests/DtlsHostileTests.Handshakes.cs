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
        byte[] buffer = new byte[2048];
        for (byte i = 1; i <= 20; i++)
        {
            PeerId from = new([4, 0, i, i, 10, 0, 0, i]);
            using SecuritySession stranger = strangers.Connect(Pair.Server, Keys.Client, [], pair.Now);
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

        Assert.Equal((4, 16L), (pair.ServerSide.HandshakeCount, pair.ServerSide.Counters.HandshakesRefused));
        pair.Send("question");
        Assert.Equal(["question"], pair.ServerInbox.Texts);
        pair.Now += TimeSpan.FromSeconds(30);
        pair.ServerSide.OnDeadline(pair.Now);
        Assert.Equal(0, pair.ServerSide.HandshakeCount);
    }
}
