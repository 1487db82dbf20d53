using System.Buffers.Binary;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

/// <summary>What a server says to strangers, and what it remembers of them.</summary>
[Trait("Category", "Security")]
public class StatelessHelloTests
{
    private static readonly PeerId s_elsewhere = new([4, 0, 9, 9, 127, 0, 0, 1]);
    private static readonly Instant s_now = Instant.FromSeconds(1000);

    private readonly byte[] _reply = new byte[512];

    /// <summary>The first datagram of a client, and its session.</summary>
    private static (byte[] Hello, SecuritySession Session) Hello(OpenSslSecurity client)
    {
        SecuritySession session = client.Connect(Pair.Server, Keys.Client, [], s_now);
        return (Next(session), session);
    }

    private static byte[] Next(SecuritySession session)
    {
        byte[] datagram = new byte[2048];
        Assert.True(session.TryTransmit(datagram, s_now, out int length));
        return datagram[..length];
    }

    private Inspection Inspect(OpenSslSecurity server, byte[] datagram, in PeerId from, Instant now, bool mayAccept = true)
    {
        Inspection inspection = server.Inspect(datagram, from, mayAccept, now, _reply, out int length, out SecuritySession? session);
        Assert.Equal(inspection == Inspection.Accept, session is not null);
        Assert.InRange(length, 0, datagram.Length);
        session?.Dispose();
        return inspection;
    }

    /// <summary>The ClientHello with the cookie of the last reply.</summary>
    private byte[] WithCookie(SecuritySession session)
    {
        session.Receive(_reply.AsSpan(0, StatelessHello.ReplyLength), new byte[2048], s_now, out _);
        return Next(session);
    }

    [Fact]
    public void A_cookie_is_taken_from_the_address_that_it_went_to_and_from_no_other()
    {
        using OpenSslSecurity server = new(Keys.Server), client = new();
        (byte[] hello, SecuritySession session) = Hello(client);
        using (session)
        {
            Assert.Equal(Inspection.Reply, Inspect(server, hello, Pair.Client, s_now));
            byte[] second = WithCookie(session);
            Assert.Equal(Inspection.Accept, Inspect(server, second, Pair.Client, s_now));
            Assert.Equal(Inspection.Reply, Inspect(server, second, s_elsewhere, s_now));
            Assert.Equal(Inspection.Refuse, Inspect(server, second, Pair.Client, s_now, mayAccept: false));
        }
    }

    [Fact]
    public void A_cookie_is_for_one_ClientHello()
    {
        using OpenSslSecurity server = new(Keys.Server), client = new();
        (byte[] hello, SecuritySession session) = Hello(client);
        using (session)
        {
            Inspect(server, hello, Pair.Client, s_now);
            byte[] second = WithCookie(session);
            second[30] ^= 1;
            Assert.Equal(Inspection.Reply, Inspect(server, second, Pair.Client, s_now));
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(59, true)]
    [InlineData(61, true)]
    [InlineData(119, true)]
    [InlineData(121, false)]
    [InlineData(100_000, false)]
    public void A_cookie_is_good_for_a_minute_at_least_and_for_two_at_most(int secondsLater, bool isTaken)
    {
        using OpenSslSecurity server = new(Keys.Server), client = new();
        (byte[] hello, SecuritySession session) = Hello(client);
        using (session)
        {
            Inspect(server, hello, Pair.Client, s_now);
            byte[] second = WithCookie(session);

            // Others come meanwhile, so that the secret changes when its time has come.
            for (int later = 0; later < Math.Min(secondsLater, 200); later += 10)
            {
                Inspect(server, hello, s_elsewhere, s_now + TimeSpan.FromSeconds(later));
            }

            Inspection expected = isTaken ? Inspection.Accept : Inspection.Reply;
            Assert.Equal(expected, Inspect(server, second, Pair.Client, s_now + TimeSpan.FromSeconds(secondsLater)));
        }
    }

    [Fact]
    public void Another_server_takes_no_cookie_of_this_one()
    {
        using OpenSslSecurity server = new(Keys.Server), other = new(Keys.Server), client = new();
        (byte[] hello, SecuritySession session) = Hello(client);
        using (session)
        {
            Inspect(server, hello, Pair.Client, s_now);
            byte[] second = WithCookie(session);
            Assert.Equal(Inspection.Reply, Inspect(other, second, Pair.Client, s_now));
        }
    }

    [Fact]
    public void What_is_cut_off_or_in_fragments_is_dropped()
    {
        using OpenSslSecurity server = new(Keys.Server), client = new();
        (byte[] hello, SecuritySession session) = Hello(client);
        session.Dispose();
        for (int length = 0; length < hello.Length; length++)
        {
            byte[] cut = hello[..length];
            Assert.Equal(Inspection.Drop, Inspect(server, cut, Pair.Client, s_now));

            // The same with a record that says how long it is, so that it is the message that is not whole.
            if (length > 13)
            {
                BinaryPrimitives.WriteUInt16BigEndian(cut.AsSpan(11), (ushort)(length - 13));
                Assert.Equal(Inspection.Drop, Inspect(server, cut, Pair.Client, s_now));
            }

            // And with a fragment that is as long as it says.
            if (length > 25)
            {
                cut[24] = (byte)(length - 25);
                Assert.Equal(Inspection.Drop, Inspect(server, cut, Pair.Client, s_now));
            }
        }

        Assert.Equal(Inspection.Drop, Inspect(server, [.. hello, 0], Pair.Client, s_now));
        Assert.Equal(Inspection.Drop, Inspect(server, [.. hello, .. hello], Pair.Client, s_now));
        Assert.Equal(Inspection.Reply, Inspect(server, hello, Pair.Client, s_now));
    }

    [Fact]
    public void Whatever_comes_nothing_throws_and_no_reply_is_longer()
    {
        using OpenSslSecurity server = new(Keys.Server), client = new();
        (byte[] hello, SecuritySession session) = Hello(client);
        session.Dispose();
        Random random = new(4711);
        int replies = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] changed = (byte[])hello.Clone();
            for (int k = random.Next(4); k >= 0; k--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            replies += Inspect(server, changed, Pair.Client, s_now) == Inspection.Reply ? 1 : 0;
        }

        Assert.InRange(replies, 1000, 99_000);
    }

    [Fact]
    public void Old_versions_are_dropped()
    {
        using OpenSslSecurity server = new(Keys.Server), client = new();
        (byte[] hello, SecuritySession session) = Hello(client);
        session.Dispose();
        Assert.Equal([0xfe, 0xfd], hello[25..27]);
        hello[26] = 0xff;
        Assert.Equal(Inspection.Drop, Inspect(server, hello, Pair.Client, s_now));
    }

    [Fact]
    public void A_reply_to_a_stranger_allocates_nothing()
    {
        using OpenSslSecurity server = new(Keys.Server), client = new();
        (byte[] hello, SecuritySession session) = Hello(client);
        session.Dispose();
        long Measure()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                server.Inspect(hello, Pair.Client, mayAccept: true, s_now, _reply, out _, out _);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Measure();
        Assert.Equal(0, Measure());
    }

    [Fact]
    public void A_client_alone_drops_what_strangers_send()
    {
        using OpenSslSecurity client = new();
        (byte[] hello, SecuritySession session) = Hello(client);
        session.Dispose();
        Assert.Equal(Inspection.Drop, Inspect(client, hello, Pair.Client, s_now));
    }
}
