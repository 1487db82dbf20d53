using System.Buffers.Binary;
using System.Text;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

/// <summary>Peers and networks that do what they should not.</summary>
[Trait("Category", "Security")]
public partial class DtlsHostileTests
{
    [Fact]
    public void A_record_is_taken_once()
    {
        using Pair pair = Open();
        pair.Send("question");
        byte[] record = pair.Wire[^1].Bytes;
        long discarded = pair.ServerSide.Counters.Discarded;
        pair.Deliver(record);
        pair.Deliver(record);
        Assert.Equal(["question"], pair.ServerInbox.Texts);
        Assert.Equal(discarded + 2, pair.ServerSide.Counters.Discarded);
    }

    [Fact]
    public void Records_come_in_any_order()
    {
        using Pair pair = Open();
        List<byte[]> held = [];
        pair.Way = (_, bytes) =>
        {
            held.Add(bytes);
            return null;
        };
        pair.Send("first");
        pair.Send("second");
        pair.Deliver(held[1]);
        pair.Deliver(held[0]);
        Assert.Equal(["second", "first"], pair.ServerInbox.Texts);
    }

    [Fact]
    public void A_goodbye_behind_a_record_of_the_same_datagram_ends_the_session_at_once()
    {
        using Pair pair = Open();
        List<byte> held = [];
        pair.Way = (_, bytes) =>
        {
            held.AddRange(bytes);
            return null;
        };
        pair.Send("question");
        pair.ClientSide.Close(pair.ServerName, pair.Now);
        pair.Run();
        pair.Deliver([.. held]);
        Assert.Equal(["question"], pair.ServerInbox.Texts);
        Assert.Equal([PeerFailure.SessionClosed], pair.ServerInbox.Failures);
        Assert.Equal(0, pair.ServerSide.SessionCount);
    }

    [Theory]
    [InlineData(DtlsCiphers.Ccm8)]
    [InlineData(DtlsCiphers.Ccm)]
    [InlineData(DtlsCiphers.Gcm)]
    [InlineData(DtlsCiphers.Cbc)]
    [InlineData(DtlsCiphers.EphemeralCbc)]
    public void A_record_that_was_changed_or_cut_anywhere_is_discarded_and_the_true_one_is_taken_after_it(DtlsCiphers ciphers)
    {
        using Pair pair = new(Keys.Server with { Ciphers = ciphers }, Keys.Client, new DtlsOptions { Ciphers = ciphers });
        pair.Run();
        byte[]? held = null;
        pair.Way = (_, bytes) =>
        {
            held = bytes;
            return null;
        };
        pair.Send("question");
        for (int i = 0; i < held!.Length; i++)
        {
            byte[] changed = (byte[])held.Clone();
            changed[i] ^= 0x10;
            pair.Deliver(changed);
            pair.Deliver(held[..i]);

            // So that the record says how long it is now; of each type, and behind a true one.
            for (byte type = 20; type <= 23 && i >= 13; type++)
            {
                byte[] cut = held[..i];
                cut[0] = type;
                BinaryPrimitives.WriteUInt16BigEndian(cut.AsSpan(11), (ushort)(i - 13));
                pair.Deliver(cut);
                pair.Deliver([.. pair.Wire[0].Bytes, .. cut]);
            }
        }

        Assert.Empty(pair.ServerInbox.Texts);
        Assert.True(pair.IsOpen);
        pair.Deliver(held);
        Assert.Equal(["question"], pair.ServerInbox.Texts);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_alert_that_nobody_has_protected_ends_no_session(byte epoch)
    {
        using Pair pair = Open();
        byte[] alert = [21, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0x10, 0, 0, 2, 2, 40];
        pair.Deliver(alert);
        pair.Deliver(alert, toServer: false);
        Assert.True(pair.IsOpen);
        pair.Send("question");
        Assert.Equal(["question"], pair.ServerInbox.Texts);
    }

    [Theory]
    [InlineData(DtlsCiphers.Ccm8)]
    [InlineData(DtlsCiphers.Gcm)]
    [InlineData(DtlsCiphers.Cbc)]
    public void Whatever_records_strangers_make_the_session_goes_on(DtlsCiphers ciphers)
    {
        using Pair pair = new(Keys.Server with { Ciphers = ciphers }, Keys.Client, new DtlsOptions { Ciphers = ciphers });
        pair.Send("question");
        Random random = new(31);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] datagram = [.. Forge(random), .. random.Next(3) == 0 ? Forge(random) : []];
            pair.Deliver(datagram, toServer: random.Next(2) == 0);
            pair.Run();
        }

        Assert.True(pair.IsOpen);
        pair.Send("another");
        pair.Answer("answer");
        Assert.Equal(["question", "another"], pair.ServerInbox.Texts);
        Assert.Equal(["answer"], pair.ClientInbox.Texts);
    }

    [Theory]
    [InlineData(DtlsCiphers.Ccm8)]
    [InlineData(DtlsCiphers.Gcm)]
    [InlineData(DtlsCiphers.Cbc)]
    public void Protected_records_of_strangers_do_not_break_a_handshake_off(DtlsCiphers ciphers)
    {
        using Pair pair = new(Keys.Server with { Ciphers = ciphers }, Keys.Client, new DtlsOptions { Ciphers = ciphers });
        Random random = new(32);
        pair.Way = (ofClient, bytes) =>
        {
            for (int i = 0; i < 200; i++)
            {
                byte[] forged = Forge(random);
                forged[4] = Math.Max((byte)1, forged[4]);
                pair.Deliver(forged, toServer: ofClient);

                // Data in the clear is never meant.
                forged[0] = 23;
                forged[4] = 0;
                pair.Deliver(forged, toServer: ofClient);
            }

            return bytes;
        };
        pair.Run();
        Assert.True(pair.IsOpen);
        pair.Way = static (_, bytes) => bytes;
        pair.Send("question");
        Assert.Equal(["question"], pair.ServerInbox.Texts);
    }

    /// <summary>A record as somebody makes it who knows all but the key.</summary>
    private static byte[] Forge(Random random)
    {
        byte[] record = new byte[13 + random.Next(100)];
        random.NextBytes(record.AsSpan(13));
        record[0] = (byte)random.Next(20, 24);
        record[1] = 0xfe;
        record[2] = (byte)(random.Next(8) == 0 ? 0xff : 0xfd);
        record[4] = (byte)random.Next(3);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(9), (ushort)random.Next(1 << (2 * random.Next(1, 8))));
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(11), (ushort)(record.Length - 13));
        return record;
    }

    [Theory]
    [InlineData(DtlsCiphers.Ccm8)]
    [InlineData(DtlsCiphers.Gcm)]
    [InlineData(DtlsCiphers.Cbc)]
    public void A_hundred_thousand_forged_records_are_counted_and_the_session_goes_on(DtlsCiphers ciphers)
    {
        using Pair pair = new(Keys.Server with { Ciphers = ciphers }, Keys.Client, new DtlsOptions { Ciphers = ciphers });
        pair.Send("question");
        byte[] forged = (byte[])pair.Wire[^1].Bytes.Clone();
        long discarded = pair.ServerSide.Counters.Discarded;
        long opened = pair.ServerSide.Counters.Handshakes;
        Random random = new(99);
        for (int i = 0; i < 100_000; i++)
        {
            random.NextBytes(forged.AsSpan(5 + 2, 4));
            random.NextBytes(forged.AsSpan(13));
            pair.Deliver(forged);
        }

        Assert.Equal(discarded + 100_000, pair.ServerSide.Counters.Discarded);
        Assert.Equal(opened, pair.ServerSide.Counters.Handshakes);
        pair.Send("another");
        pair.Answer("answer");
        Assert.Equal(["question", "another"], pair.ServerInbox.Texts);
        Assert.Equal(["answer"], pair.ClientInbox.Texts);
    }

    [Fact]
    public void Whatever_is_sent_into_a_session_or_a_handshake_nothing_throws_and_it_goes_on()
    {
        using Pair pair = Open();
        Random random = new(7);
        List<byte[]> seen = [.. pair.Wire.Select(static datagram => datagram.Bytes), "plain CoAP"u8.ToArray(), []];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] datagram = (byte[])seen[random.Next(seen.Count)].Clone();
            for (int k = random.Next(3); k > 0 && datagram.Length > 0; k--)
            {
                datagram[random.Next(datagram.Length)] = (byte)random.Next(256);
            }

            pair.Deliver(datagram, toServer: random.Next(2) == 0);
            pair.Run();
        }

        Assert.Equal((1, 1), (pair.ServerSide.SessionCount, pair.ClientSide.SessionCount));
        pair.Send("question");
        Assert.Equal("question", pair.ServerInbox.Texts[^1]);
    }

    [Fact]
    public void From_another_address_a_record_is_nothing_and_the_session_is_resumed_there()
    {
        using OpenSslSecurity server = new(Keys.Server);
        using Pair pair = new(server, Keys.Client);
        pair.Send("question");
        byte[] state = pair.ClientSide.Export(pair.ServerName);
        pair.Way = static (_, _) => null;
        pair.Send("from elsewhere");
        byte[] record = pair.Wire[^1].Bytes;
        PeerId elsewhere = new([4, 0, 9, 9, 127, 0, 0, 1]);
        pair.ServerSide.Receive(record, elsewhere, pair.Now);
        Assert.Equal(["question"], pair.ServerInbox.Texts);

        // The device begins anew at its new address, with what it has kept: no key exchange, and the same identity.
        using Pair again = new(server, Keys.Client, resume: state);
        again.Send("from elsewhere");
        Assert.True(Sessions.Of(again.ClientSide, again.ServerName).IsResumed);
        Assert.Equal(["from elsewhere"], again.ServerInbox.Texts);
        Assert.Equal("PreSharedKey node-7", $"{again.ServerSide.FindIdentity(again.ServerInbox.Peers[0])}");
    }

    [Fact]
    public void A_peer_that_begins_anew_at_its_address_takes_the_place_of_its_session()
    {
        using OpenSslSecurity server = new(Keys.Server), other = new();
        using Pair pair = new(server, Keys.Client);
        pair.Send("question");

        // It has lost power, and says nothing of the session that it had.
        using SecuredProtocol next = BeginAnew(pair, other, Keys.Client, "after a restart");
        Assert.Equal(["question", "after a restart"], pair.ServerInbox.Texts);
        Assert.Equal(1, pair.ServerSide.SessionCount);
        Assert.Equal([PeerFailure.SessionClosed], pair.ServerInbox.Failures);
    }

    [Fact]
    public void A_reply_goes_to_nobody_else_who_has_the_address_now()
    {
        using PreSharedKeyStore keys = new() { { "node-7", Keys.Right }, { "node-8", Keys.Wrong } };
        using OpenSslSecurity server = new(new DtlsOptions { PreSharedKeys = keys.Find }), other = new();
        using Pair pair = new(server, Keys.Client);
        pair.Send("question");
        using SecuredProtocol next = BeginAnew(pair, other, Keys.Credentials("node-8", Keys.Wrong), "another question");
        Assert.Equal("PreSharedKey node-8", $"{pair.ServerSide.FindIdentity(pair.ServerInbox.Peers[1])}");

        // The answer to the first question has taken its time.
        long notSent = pair.ServerSide.Counters.NotSent;
        pair.ServerInbox.Out.Enqueue((pair.ServerInbox.Peers[0], "answer"u8.ToArray()));
        int before = pair.Wire.Count;
        pair.Run();
        Assert.Equal(before, pair.Wire.Count);
        Assert.Equal(notSent + 1, pair.ServerSide.Counters.NotSent);
        Assert.Null(pair.ServerSide.FindIdentity(pair.ServerInbox.Peers[0]));
    }

    /// <summary>Another client at the address of the pair's makes a session with its server, and says something.</summary>
    private static SecuredProtocol BeginAnew(Pair pair, OpenSslSecurity security, SecurityCredentials credentials, string text)
    {
        Pair.Inbox inbox = new();
        SecuredProtocol next = new(inbox, (in _) => security);
        Assert.True(next.TryConnect(Pair.Server, credentials, [], pair.Now, out PeerId name));
        inbox.Out.Enqueue((name, Encoding.UTF8.GetBytes(text)));
        Exchange(pair, next);
        return next;
    }

    /// <summary>Carries datagrams between the server of a pair and another at the address of its client, until there are none.</summary>
    private static void Exchange(Pair pair, SecuredProtocol other)
    {
        byte[] buffer = new byte[2048];
        bool moved = true;
        while (moved)
        {
            moved = false;
            while (other.TryTransmit(buffer, pair.Now, out Transmit transmit))
            {
                pair.ServerSide.Receive(buffer.AsSpan(0, transmit.Length), Pair.Client, pair.Now);
                moved = true;
            }

            while (pair.ServerSide.TryTransmit(buffer, pair.Now, out Transmit transmit))
            {
                other.Receive(buffer.AsSpan(0, transmit.Length), Pair.Server, pair.Now);
                moved = true;
            }
        }
    }

    private static Pair Open(DtlsOptions? client = null, SecurityOptions? bounds = null)
    {
        Pair pair = new(Keys.Server, Keys.Client, client, bounds);
        pair.Run();
        Assert.True(pair.IsOpen);
        return pair;
    }
}
