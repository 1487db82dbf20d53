using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;

namespace Ipso.Tests.Coap.Oscore;

[Trait("Category", "Security")]
public partial class OscoreMessageTests
{
    private static readonly byte[] s_secret = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)];

    public static TheoryData<AeadAlgorithm> Algorithms => [.. Enum.GetValues<AeadAlgorithm>()];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_request_and_its_response_go_through_each_algorithm_and_hash(AeadAlgorithm algorithm)
    {
        foreach (HmacAlgorithm hmac in Enum.GetValues<HmacAlgorithm>())
        {
            using SecurityContext client = Make(algorithm, hmac, [1], [2]);
            using SecurityContext server = Make(algorithm, hmac, [2], [1]);
            byte[] request = Write(CoapFraming.Datagram, CoapCode.Put, static (ref CoapMessageWriter writer) =>
            {
                writer.Option(CoapOptionNumber.UriHost, "example");
                writer.Option(CoapOptionNumber.UriPath, "3303");
                writer.Payload("23.5"u8);
            });
            byte[] wire = Protect(client, request, out MessageBinding binding);
            Assert.True(wire.AsSpan().IndexOf("3303"u8) < 0 && wire.AsSpan().IndexOf("23.5"u8) < 0);
            Assert.Equal(OscoreFault.None, Unprotect(server, wire, out byte[] back, out MessageBinding theirs));
            Assert.Equal(request, back);
            byte[] response = Write(CoapFraming.Datagram, CoapCode.Changed, static (ref CoapMessageWriter _) => { });
            wire = new byte[response.Length + OscoreMessages.Overhead];
            Assert.Equal(
                OscoreFault.None,
                OscoreMessages.ProtectResponse(server, Parse(response), theirs, hasOwnNumber: false, wire, out int length));
            Assert.Equal(OscoreFault.None, UnprotectResponse(client, wire[..length], ref binding, out back));
            Assert.Equal(response, back);
        }
    }

    // RFC 8613, 4.1.2: what is outside is Uri-Host, Uri-Port, Hop-Limit and Proxy-Scheme; and Observe and the OSCORE option for the proxies.
    [Fact]
    public void Options_go_outside_by_their_class_and_come_back_in_order()
    {
        using SecurityContext client = Make(senderId: [1], recipientId: [2]);
        using SecurityContext server = Make(senderId: [2], recipientId: [1]);
        byte[] request = Write(CoapFraming.Datagram, CoapCode.Get, static (ref CoapMessageWriter writer) =>
        {
            foreach (CoapOptionInfo info in CoapOptionInfo.All)
            {
                if (info.Number is not (CoapOptionNumber.Oscore or CoapOptionNumber.ProxyUri))
                {
                    writer.Option(info.Number, new byte[Math.Max(info.MinLength, 1) <= info.MaxLength ? Math.Max(info.MinLength, 1) : 0]);
                }
            }

            writer.Option((CoapOptionNumber)65001, [1, 2, 3]);
        });
        byte[] wire = Protect(client, request, out _);
        List<CoapOptionNumber> outside = [];
        foreach (CoapOption option in Parse(wire).Options)
        {
            outside.Add(option.Number);
        }

        Assert.Equal(
            [
                CoapOptionNumber.UriHost, CoapOptionNumber.Observe, CoapOptionNumber.UriPort, CoapOptionNumber.Oscore,
                CoapOptionNumber.HopLimit, CoapOptionNumber.ProxyScheme,
            ],
            outside);
        Assert.Equal(CoapCode.Fetch, Parse(wire).Code);
        Assert.Equal(OscoreFault.None, Unprotect(server, wire, out byte[] back, out _));
        Assert.Equal(Convert.ToHexString(request), Convert.ToHexString(back));
    }

    [Fact]
    public void Outer_options_that_are_to_be_inside_are_ignored()
    {
        using SecurityContext client = Make(senderId: [1], recipientId: [2]);
        using SecurityContext server = Make(senderId: [2], recipientId: [1]);
        byte[] request = Write(
            CoapFraming.Datagram, CoapCode.Get, static (ref CoapMessageWriter w) => w.Option(CoapOptionNumber.UriPath, "a"));
        byte[] wire = Protect(client, request, out _);
        CoapMessage sent = Parse(wire);
        byte[] changed = new byte[wire.Length + 40];
        var writer = new CoapMessageWriter(changed, sent.Framing, sent.Type, CoapCode.Delete, sent.MessageId, sent.TokenBytes);
        writer.Option(CoapOptionNumber.Observe, 0u);
        sent.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> oscore);
        writer.Option(CoapOptionNumber.Oscore, oscore);
        writer.Option(CoapOptionNumber.UriPath, "b");
        writer.Option(CoapOptionNumber.MaxAge, 7u);
        writer.Option(CoapOptionNumber.NoResponse, 26u);
        writer.Payload(sent.Payload);
        Assert.Equal(OscoreFault.None, Unprotect(server, changed[..writer.Finish()], out byte[] back, out _));
        Assert.Equal(Convert.ToHexString(request), Convert.ToHexString(back));
    }

    [Theory]
    [InlineData(CoapOptionNumber.ProxyUri)]
    [InlineData(CoapOptionNumber.Oscore)]
    public void What_cannot_be_protected_is_not_sent(CoapOptionNumber number)
    {
        using SecurityContext client = Make(senderId: [1], recipientId: [2]);
        byte[] request = Write(CoapFraming.Datagram, CoapCode.Get, (ref CoapMessageWriter w) => w.Option(number, "coap://a"u8));
        MessageBinding binding = default;
        Assert.Equal(
            OscoreFault.Unprotectable,
            OscoreMessages.ProtectRequest(client, Parse(request), new byte[200], out int length, ref binding));
        Assert.Equal(0, length);
    }

    [Fact]
    public void A_buffer_that_is_too_short_is_said_to_be_and_never_overrun()
    {
        using SecurityContext client = Make(senderId: [1], recipientId: [2]);
        byte[] request = Write(CoapFraming.Datagram, CoapCode.Put, static (ref CoapMessageWriter writer) =>
        {
            writer.Option(CoapOptionNumber.UriPath, "path");
            writer.Payload(new byte[40]);
        });
        int needed = Protect(client, request, out _).Length;
        for (int size = 0; size < needed; size++)
        {
            MessageBinding binding = default;
            Assert.Equal(
                OscoreFault.TooLong,
                OscoreMessages.ProtectRequest(client, Parse(request), new byte[size], out int length, ref binding));
            Assert.Equal(0, length);
        }
    }

    [Theory]
    [InlineData(CoapFraming.Stream)]
    [InlineData(CoapFraming.WebSocket)]
    public void Messages_of_streams_are_protected_in_their_frames(CoapFraming framing)
    {
        using SecurityContext client = Make(senderId: [1], recipientId: [2]);
        using SecurityContext server = Make(senderId: [2], recipientId: [1]);
        byte[] request = Write(framing, CoapCode.Post, static (ref CoapMessageWriter w) => w.Payload(new byte[300]));
        byte[] wire = Protect(client, request, out _);
        Assert.Equal(OscoreFault.None, Unprotect(server, wire, out byte[] back, out _));
        Assert.Equal(request, back);
    }

    // RFC 8613, 7.4.1 and 8.4: newer than all before, bound to one request.
    [Fact]
    public void Notifications_are_taken_in_the_order_of_their_numbers_and_of_their_registration_alone()
    {
        using SecurityContext client = Make(senderId: [1], recipientId: [2]);
        using SecurityContext server = Make(senderId: [2], recipientId: [1]);
        byte[] registration = Write(CoapFraming.Datagram, CoapCode.Get, WithObserve);
        byte[] wire = Protect(client, registration, out MessageBinding mine);
        Assert.Equal(OscoreFault.None, Unprotect(server, wire, out _, out MessageBinding theirs));
        byte[] notification = Write(CoapFraming.Datagram, CoapCode.Content, WithObserve);
        byte[][] sent = new byte[4][];
        for (int i = 0; i < sent.Length; i++)
        {
            sent[i] = new byte[80];
            Assert.Equal(
                OscoreFault.None,
                OscoreMessages.ProtectResponse(server, Parse(notification), theirs, hasOwnNumber: i > 0, sent[i], out int length));
            sent[i] = sent[i][..length];
        }

        MessageBinding other = mine;
        other.Number++;
        Assert.Equal(OscoreFault.Undecryptable, UnprotectResponse(client, sent[1], ref other, out _));
        MessageBinding none = default;
        Assert.Equal(OscoreFault.Malformed, UnprotectResponse(client, sent[1], ref none, out _));

        Assert.Equal(OscoreFault.None, UnprotectResponse(client, sent[0], ref mine, out _));
        Assert.Equal(OscoreFault.Replayed, UnprotectResponse(client, sent[0], ref mine, out _));
        // The number 0 is a number too.
        Assert.Equal(OscoreFault.None, UnprotectResponse(client, sent[1], ref mine, out byte[] first));
        Assert.Equal(OscoreFault.Replayed, UnprotectResponse(client, sent[1], ref mine, out _));
        Assert.Equal(OscoreFault.None, UnprotectResponse(client, sent[3], ref mine, out byte[] last));
        Assert.Equal(OscoreFault.Replayed, UnprotectResponse(client, sent[2], ref mine, out _));
        Assert.Equal(OscoreFault.Replayed, UnprotectResponse(client, sent[0], ref mine, out _));
        Assert.True(Parse(first).Options.TryGetUInt(CoapOptionNumber.Observe, out uint before));
        Assert.True(Parse(last).Options.TryGetUInt(CoapOptionNumber.Observe, out uint after));
        Assert.Equal((0u, 2u), (before, after));
    }

    [Fact]
    public void Sequence_numbers_are_reserved_before_they_are_used_and_end_at_the_last()
    {
        var storage = new Storage();
        using (SecurityContext client = Make(senderId: [1], recipientId: [2], storage: storage))
        {
            for (int i = 0; i < 25; i++)
            {
                Assert.True(client.TryTakeSequence(out ulong number));
                Assert.Equal((ulong)i, number);
                Assert.True(number < storage.Next);
            }

            Assert.Equal([10UL, 20UL, 30UL], storage.Stored);
            storage.Fails = true;
            for (int i = 25; i < 30; i++)
            {
                Assert.True(client.TryTakeSequence(out _));
            }

            Assert.False(client.TryTakeSequence(out _));
            storage.Throws = true;
            Assert.False(client.TryTakeSequence(out _));
            storage.Fails = storage.Throws = false;
            Assert.True(client.TryTakeSequence(out ulong next));
            Assert.Equal(30UL, next);
        }

        using SecurityContext again = Make(senderId: [1], recipientId: [2], storage: storage, number: storage.Next);
        Assert.True(again.TryTakeSequence(out ulong first));
        Assert.Equal(40UL, first);

        using SecurityContext old = Make(senderId: [1], recipientId: [2], number: SenderSequence.Max);
        Assert.True(old.TryTakeSequence(out ulong end));
        Assert.Equal((1UL << 40) - 1, end);
        Assert.False(old.TryTakeSequence(out _));
        byte[] request = Write(CoapFraming.Datagram, CoapCode.Get, static (ref CoapMessageWriter _) => { });
        MessageBinding binding = default;
        Assert.Equal(
            OscoreFault.NoSequenceNumber, OscoreMessages.ProtectRequest(old, Parse(request), new byte[99], out _, ref binding));
    }

    [Fact]
    public void A_number_that_is_taken_back_may_come_again_and_no_other()
    {
        var window = new ReplayWindow(32);
        foreach (ulong number in new ulong[] { 5, 200, 201 })
        {
            Assert.True(window.IsFresh(number));
            window.Accept(number);
        }

        window.TakeBack(201);
        Assert.True(window.IsFresh(201));
        window.TakeBack(200);
        Assert.True(window.IsFresh(200) && !window.IsFresh(5) && !window.IsFresh(169) && window.IsFresh(170));
        window.Accept(201);
        Assert.True(!window.IsFresh(201) && window.IsFresh(200));
        window.StartAt(300);
        Assert.True(!window.IsFresh(300) && !window.IsFresh(299) && window.IsFresh(301));
    }

    [Fact]
    public void Keys_that_make_no_sense_are_refused_and_nothing_says_the_secret()
    {
        Assert.Throws<ArgumentException>(() => Make(senderId: [1], recipientId: [1]));
        Assert.Throws<ArgumentException>(() => Make(senderId: new byte[8], recipientId: [1]));
        Assert.Throws<ArgumentException>(() => Make(AeadAlgorithm.AesCcm64Tag64Key128, senderId: new byte[2], recipientId: [1]));
        Assert.Throws<ArgumentException>(() => Make((AeadAlgorithm)99, senderId: [1], recipientId: [2]));
        Assert.Throws<ArgumentException>(() => Make(hmac: (HmacAlgorithm)6, senderId: [1], recipientId: [2]));
        using SecurityContext context = Make(senderId: [1], recipientId: [2]);
        Assert.Equal("AesCcm16Tag64Key128, sender 01, recipient 02", context.ToString());
        Assert.Equal(new PeerIdentity(PeerIdentityKind.Oscore, [0, 2]), context.Identity);
    }

    [Fact]
    public void A_context_that_is_disposed_has_no_keys_and_does_nothing()
    {
        SecurityContext client = Make(senderId: [1], recipientId: [2]);
        SecurityContext server = Make(senderId: [2], recipientId: [1]);
        byte[] request = Write(CoapFraming.Datagram, CoapCode.Get, static (ref CoapMessageWriter _) => { });
        byte[] wire = Protect(client, request, out MessageBinding binding);
        client.Dispose();
        server.Dispose();
        Assert.All(client.CommonIv.ToArray(), static b => Assert.Equal(0, b));
        Assert.Equal(
            OscoreFault.NoSequenceNumber, OscoreMessages.ProtectRequest(client, Parse(request), new byte[99], out _, ref binding));
        Assert.Equal(OscoreFault.Undecryptable, Unprotect(server, wire, out _, out _));
    }

    [Fact]
    public void Contexts_are_found_by_kid_and_kid_context_within_the_bound()
    {
        using var protection = new OscoreProtection(3);
        Assert.True(protection.TryAdd(Make(senderId: [9], recipientId: [1])));
        Assert.False(protection.TryAdd(Make(senderId: [8], recipientId: [1])));
        Assert.True(protection.TryAdd(Make(senderId: [9], recipientId: [1], idContext: [7])));
        SecurityContext third = Make(senderId: [9], recipientId: [1], idContext: [8]);
        Assert.True(protection.TryAdd(third));
        Assert.False(protection.TryAdd(Make(senderId: [9], recipientId: [2])));
        Assert.Equal(3, protection.Count);

        byte[] request = Write(CoapFraming.Datagram, CoapCode.Get, static (ref CoapMessageWriter _) => { });
        // With the kid context, and without: then each context of the kid is tried.
        using SecurityContext named = Make(senderId: [1], recipientId: [9], idContext: [8]);
        using SecurityContext unnamed = Make(senderId: [1], recipientId: [9], idContext: [7], sendsIdContext: false);
        Assert.Equal(new PeerIdentity(PeerIdentityKind.Oscore, [1, 8, 1]), WhoSent(protection, Protect(named, request, out _)));
        Assert.Equal(new PeerIdentity(PeerIdentityKind.Oscore, [1, 7, 1]), WhoSent(protection, Protect(unnamed, request, out _)));
        Assert.True(protection.Remove(third));
        Assert.False(protection.Remove(third));
        Assert.True(third.IsDisposed);
        Assert.Null(WhoSent(protection, Protect(named, request, out _)));
        Assert.Equal(1, protection.Counters.UnknownContexts);
        Assert.True(protection.TryAdd(Make(senderId: [9], recipientId: [2])));
    }
}
