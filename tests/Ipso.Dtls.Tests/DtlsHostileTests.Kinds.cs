using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

// What is discarded is counted, by what it was.
public partial class DtlsHostileTests
{
    private static readonly PeerId s_stranger = new([4, 0, 9, 9, 10, 0, 0, 9]);

    private static SecurityCounters Counted(Pair pair)
    {
        SecurityCounters counters = pair.ServerSide.Counters;
        Assert.Equal(
            counters.Discarded,
            counters.Unauthentic + counters.Malformed + counters.Surplus + counters.Stray + counters.ToGroup + counters.Unanswered);
        return counters;
    }

    [Fact]
    public void What_is_forged_or_replayed_is_counted_apart_from_what_no_peer_sends()
    {
        using Pair pair = Open();
        pair.Send("question");
        byte[] record = pair.Wire[^1].Bytes, forged = [.. record], ofNoKeys = [.. record], plain = [23, 0xfe, 0xfd, .. new byte[9], 1, 0];
        forged[^1] ^= 1;
        forged[10]++;
        ofNoKeys[4] = 2;
        pair.Deliver(record);
        pair.Deliver(forged);
        pair.Deliver("plain CoAP"u8.ToArray());
        pair.Deliver(ofNoKeys);
        pair.Deliver(plain);
        SecurityCounters counted = Counted(pair);
        Assert.Equal((2, 3, 5), (counted.Unauthentic, counted.Malformed, counted.Discarded));
    }

    [Fact]
    public void What_strangers_send_is_counted_apart_and_what_goes_to_a_group()
    {
        using Pair pair = Open(bounds: new SecurityOptions { MaxHandshakes = 1 });
        pair.ServerSide.Receive("plain CoAP"u8, s_stranger, pair.Now);
        pair.ServerSide.Receive(pair.Wire[^1].Bytes, s_stranger, pair.Now);
        pair.ServerSide.ReceiveMulticast("plain CoAP"u8, s_stranger, pair.Now);
        byte[] hello = pair.Wire[0].Bytes;
        for (byte i = 0; i < 20; i++)
        {
            pair.ServerSide.Receive(hello, new([4, 0, i, i, 10, 0, 0, i]), pair.Now);
        }

        SecurityCounters counted = Counted(pair);
        Assert.Equal((2, 1, 4, 7), (counted.Stray, counted.ToGroup, counted.Unanswered, counted.Discarded));

        // Who finds no room has sent nothing that was wrong; and to have none is not what strangers' junk is counted as.
        pair.Run();
        using OpenSslSecurity security = new();
        BeginOnly(pair, security, s_stranger);
        BeginOnly(pair, security, new([4, 0, 1, 1, 10, 0, 0, 1]));
        pair.ServerSide.Receive("plain CoAP"u8, new([4, 0, 2, 2, 10, 0, 0, 2]), pair.Now);
        Assert.Equal((3, 1, 8), (counted.Stray, counted.HandshakesRefused, Counted(pair).Discarded));
    }

    [Fact]
    public void Of_a_handshake_few_records_are_kept_for_later_and_the_rest_is_counted()
    {
        using Pair pair = Open();
        using OpenSslSecurity security = new();
        BeginOnly(pair, security, s_stranger);
        Random random = new(3);
        for (int i = 0; i < 12; i++)
        {
            byte[] early = Forge(random);
            (early[0], early[2], early[4], early[10]) = (22, 0xfd, 1, (byte)i);
            pair.ServerSide.Receive(early.Length < 13 + 24 ? [.. early[..11], 0, 24, .. new byte[24]] : early, s_stranger, pair.Now);
        }

        Assert.Equal((4, 4), (Counted(pair).Surplus, pair.ServerSide.Counters.Discarded));
        Assert.Equal(1, pair.ServerSide.HandshakeCount);
    }
}
