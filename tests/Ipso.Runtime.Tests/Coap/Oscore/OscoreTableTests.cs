using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Tests.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Oscore;

/// <summary>Which context of a table is whose.</summary>
[Trait("Category", "Security")]
public sealed class OscoreTableTests : IDisposable
{
    private static readonly PeerId s_third = new([3]);

    private readonly byte[] _workspace = new byte[1500];
    private readonly byte[] _plain = new byte[1500];
    private readonly OscoreProtection _table = new();

    public void Dispose() => _table.Dispose();

    [Fact]
    public void A_peer_that_a_context_was_added_for_is_not_taken_by_a_request_under_another()
    {
        using SecurityContext sender = Context(1, 2);
        SecurityContext bound = Context(2, 9);
        Assert.True(_table.TryAdd(bound, Other));
        ulong its = _table.ContextFor(Other);
        Assert.True(_table.TryAdd(Context(2, 1)));
        Assert.True(Take(sender, Other, out MessageBinding binding));
        Assert.NotEqual(its, binding.Context);
        Assert.Equal(its, _table.ContextFor(Other));
        Assert.True(_table.RefusesPlain(Other));

        // From an address that is nobody's, it is followed.
        Assert.True(Take(sender, Peer, out binding));
        Assert.Equal(binding.Context, _table.ContextFor(Peer));
        Assert.False(_table.RefusesPlain(Peer));

        // Nor does it matter which of them was there first.
        Assert.True(_table.Bind(bound, Peer));
        Assert.Equal(its, _table.ContextFor(Peer));
        Assert.True(_table.RefusesPlain(Peer));
        Assert.True(_table.Remove(bound));
        Assert.Equal(binding.Context, _table.ContextFor(Peer));
        Assert.False(_table.RefusesPlain(Peer));

        // Where it asks from an address that is another's, requests to it go where they went before.
        Assert.True(_table.TryAdd(Context(2, 5), Other));
        Assert.True(Take(sender, Other, out binding));
        Assert.Equal(binding.Context, _table.ContextFor(Peer));
    }

    // What is meant for the first would go out under the second, and in the clear once that has gone elsewhere.
    [Fact]
    [Trait("Category", "Security")]
    public void An_address_stays_with_the_context_that_had_it_first_until_that_one_asks_from_elsewhere()
    {
        using SecurityContext first = Context(1, 2), second = Context(3, 2);
        SecurityContext firsts = Context(2, 1);
        Assert.True(_table.TryAdd(firsts));
        Assert.True(_table.TryAdd(Context(2, 3)));
        Assert.True(Take(first, Peer, out MessageBinding one));
        Assert.True(Take(second, Other, out MessageBinding two));
        Assert.True(Take(second, Peer, out _));
        Assert.Equal(one.Context, _table.ContextFor(Peer));
        Assert.Equal(two.Context, _table.ContextFor(Other));

        // It has gone, and the address is anybody's.
        Assert.True(Take(first, s_third, out _));
        Assert.Equal(one.Context, _table.ContextFor(s_third));
        Assert.Equal(0ul, _table.ContextFor(Peer));
        Assert.True(Take(second, Peer, out _));
        Assert.Equal(two.Context, _table.ContextFor(Peer));
        Assert.True(Take(second, s_third, out _));
        Assert.Equal(two.Context, _table.ContextFor(Peer));
        Assert.True(_table.Remove(firsts));
        Assert.True(Take(second, s_third, out _));
        Assert.Equal(two.Context, _table.ContextFor(s_third));
    }

    [Fact]
    public void There_is_one_context_for_a_peer()
    {
        SecurityContext first = Context(2, 1), third = Context(2, 4);
        using SecurityContext second = Context(2, 3);
        Assert.True(_table.TryAdd(first, Other));
        Assert.False(_table.TryAdd(second, Other));
        Assert.Equal(1, _table.Count);
        Assert.True(_table.TryAdd(third, Peer));
        ulong its = _table.ContextFor(Peer);
        Assert.False(_table.Bind(third, Other));
        Assert.Equal(its, _table.ContextFor(Peer));
        Assert.True(_table.Bind(third, Peer));
        Assert.True(_table.Remove(first));
        Assert.True(_table.Bind(third, Other));
        Assert.Equal(its, _table.ContextFor(Other));
        Assert.Equal(0ul, _table.ContextFor(Peer));
    }

    // RFC 8613, Appendix B.1.2, of a table that two endpoints have: both have asked for an Echo before either has an answer.
    [Fact]
    public void A_replay_window_is_recovered_once_and_never_goes_back()
    {
        using SecurityContext sender = Context(1, 2);
        Assert.True(_table.TryAdd(Context(2, 1, isOld: true)));
        Assert.True(Take(sender, Peer, out MessageBinding older));
        Assert.True(Take(sender, Peer, out MessageBinding newer));
        Assert.True(Take(sender, Other, out MessageBinding newest));
        Assert.True(_table.TryRecover(newer, Peer));
        Assert.False(_table.TryRecover(older, Other));
        Assert.False(_table.TryRecover(newer, Other));
        Assert.Equal(newer.Context, _table.ContextFor(Peer));
        Assert.Equal(2, _table.Counters.Replays);
        Assert.True(_table.TryRecover(newest, Other));
        Assert.False(_table.TryRecover(newest, Peer));
        Assert.Equal(newer.Context, _table.ContextFor(Other));
        _table.Dispose();
        Assert.False(_table.TryRecover(newest, Other));
    }

    // RFC 8613, 5.2: a nonce serves once, and that of a request that a window was recovered by may have served before the loss.
    [Fact]
    public void The_response_to_a_request_that_has_proved_itself_by_Echo_has_a_number_of_its_own()
    {
        using OscoreProtection mine = new();
        Assert.True(mine.TryAdd(Context(1, 2), Other));
        Assert.True(_table.TryAdd(Context(2, 1, isOld: true)));
        var client = new CoapEndpoint(new CoapEndpointOptions { Protection = mine }, new SeededRandom(1), null);
        var server = new CoapEndpoint(new CoapEndpointOptions { Protection = _table }, new SeededRandom(2), new Answering());
        client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/a" });
        List<int> numbers = [];
        for (int i = 0; i < 2; i++)
        {
            server.Receive(Sent(client), Peer, default);
            byte[] answer = Sent(server);
            Assert.True(CoapMessage.TryParse(answer, out CoapMessage message, out _));
            Assert.True(message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value));
            Assert.True(OscoreOption.TryRead(value, out OscoreOption option));
            numbers.Add(option.PartialIv.IsEmpty ? -1 : (int)option.Sequence);
            client.Receive(answer, Other, default);
        }

        Assert.Equal([0, 1], numbers);
        Assert.True(client.TryTakeEvent(out CoapEvent e));
        Assert.Equal(CoapCode.Content, e.Message.Code);

        // The next one is fresh by its number, under which its response goes.
        client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/a" });
        server.Receive(Sent(client), Peer, default);
        Assert.True(CoapMessage.TryParse(Sent(server), out CoapMessage next, out _));
        Assert.True(next.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> none));
        Assert.True(none.IsEmpty);
    }

    private static byte[] Sent(CoapEndpoint endpoint)
    {
        byte[] buffer = new byte[1500];
        Assert.True(endpoint.TryTransmit(buffer, default, out Transmit transmit));
        return buffer[..transmit.Length];
    }

    private sealed class Answering : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response) => response.Code = CoapCode.Content;
    }

    private static SecurityContext Context(byte sender, byte recipient, bool isOld = false) => new(new SecurityContextKeys
    {
        MasterSecret = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)],
        SenderId = [sender],
        RecipientId = [recipient],
        HasLostReplayWindow = isOld,
    });

    private bool Take(SecurityContext sender, PeerId from, out MessageBinding binding)
    {
        byte[] request = Con(CoapCode.Post, 7, "01", "x", Path("a")), protectedOne = new byte[1500];
        Assert.True(CoapMessage.TryParse(request, out CoapMessage plain, out _));
        binding = default;
        Assert.Equal(OscoreFault.None, OscoreMessages.ProtectRequest(sender, plain, protectedOne, out int length, ref binding));
        Assert.True(CoapMessage.TryParse(protectedOne.AsSpan(0, length), out CoapMessage message, out _));
        return _table.UnprotectRequest(message, from, _workspace, _plain, out _, out binding, out _).IsEmpty;
    }
}
