using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

[Trait("Category", "Security")]
public class AllocationTests
{
    [Theory]
    [InlineData(DtlsCiphers.Ccm8)]
    [InlineData(DtlsCiphers.Gcm)]
    [InlineData(DtlsCiphers.Cbc)]
    public void A_record_allocates_nothing_on_either_side(DtlsCiphers ciphers)
    {
        using Pair pair = new(Keys.Server with { Ciphers = ciphers }, Keys.Client, new DtlsOptions { Ciphers = ciphers });
        pair.Send("question");
        DtlsSession client = Sessions.Of(pair.ClientSide, pair.ServerName);
        DtlsSession server = Sessions.Of(pair.ServerSide, pair.ServerInbox.Peers[0]);
        byte[] plain = new byte[100], datagram = new byte[2048], received = new byte[2048];
        Measure();
        Assert.Equal(0, Measure());

        long Measure()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                int length = client.Protect(plain, datagram, pair.Now);
                if (server.Receive(datagram.AsSpan(0, length), received, pair.Now, out int count) != DatagramVerdict.Authentic
                    || count != plain.Length
                    || server.TryReadMore(received, out _))
                {
                    return -1;
                }
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void A_forged_record_allocates_nothing()
    {
        using Pair pair = new(Keys.Server, Keys.Client);
        pair.Send("question");
        DtlsSession server = Sessions.Of(pair.ServerSide, pair.ServerInbox.Peers[0]);
        byte[] forged = [.. pair.Wire[^1].Bytes], received = new byte[2048];
        forged[^1] ^= 1;
        forged[10]++;
        Measure();
        Assert.Equal(0, Measure());

        long Measure()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                if (server.Receive(forged, received, pair.Now, out _) != DatagramVerdict.Discarded)
                {
                    return -1;
                }
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void A_session_that_nobody_uses_gives_its_buffers_back_and_takes_them_again()
    {
        using Pair pair = new(Keys.Server, Keys.Client);
        pair.Send("question");
        DtlsSession server = Sessions.Of(pair.ServerSide, pair.ServerInbox.Peers[0]);
        Assert.True(server.HasBuffers);
        pair.Now += TimeSpan.FromSeconds(11);
        pair.ServerSide.OnDeadline(pair.Now);
        pair.ClientSide.OnDeadline(pair.Now);
        Assert.False(server.HasBuffers);
        Assert.Null(server.NextDeadline);

        // A stranger's record does not make it keep them.
        byte[] forged = [.. pair.Wire[^1].Bytes];
        forged[^1] ^= 1;
        forged[10]++;
        pair.Deliver(forged);
        Assert.False(server.HasBuffers);

        pair.Answer("first");
        pair.Send("another");
        Assert.True(server.HasBuffers);
        Assert.Equal(["first"], pair.ClientInbox.Texts);
        Assert.Equal(["question", "another"], pair.ServerInbox.Texts);
        pair.Now += TimeSpan.FromSeconds(11);
        pair.ServerSide.OnDeadline(pair.Now);
        Assert.False(server.HasBuffers);

        // Also where it only sends.
        pair.Answer("second");
        Assert.True(server.HasBuffers);
        pair.Now += TimeSpan.FromSeconds(11);
        pair.ServerSide.OnDeadline(pair.Now);
        Assert.False(server.HasBuffers);

        // The word to the peer needs them too.
        pair.ServerSide.CloseAll(pair.Now);
        pair.Run();
        Assert.Equal(0, pair.ClientSide.SessionCount);
    }
}
