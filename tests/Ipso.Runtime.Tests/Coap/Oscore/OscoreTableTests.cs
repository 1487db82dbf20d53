using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Oscore;

/// <summary>Which context of a table is whose.</summary>
public sealed class OscoreTableTests : IDisposable
{
    private readonly byte[] _workspace = new byte[1500];
    private readonly byte[] _plain = new byte[1500];
    private readonly OscoreProtection _table = new();

    public void Dispose() => _table.Dispose();

    [Fact]
    [Trait("Category", "Security")]
    public void A_peer_that_a_context_was_added_for_is_not_taken_by_a_request_under_another()
    {
        using SecurityContext sender = Context(1, 2);
        SecurityContext bound = Context(2, 9);
        Assert.True(_table.TryAdd(bound, Other));
        ulong its = _table.ContextOf(Other);
        Assert.True(_table.TryAdd(Context(2, 1)));
        Assert.True(Take(sender, Other, out MessageBinding binding));
        Assert.NotEqual(its, binding.Context);
        Assert.Equal(its, _table.ContextOf(Other));
        Assert.True(_table.RefusesPlain(Other));

        // From an address that is nobody's, it is followed.
        Assert.True(Take(sender, Peer, out binding));
        Assert.Equal(binding.Context, _table.ContextOf(Peer));
        Assert.False(_table.RefusesPlain(Peer));

        // Nor does it matter which of them was there first.
        Assert.True(_table.Bind(bound, Peer));
        Assert.Equal(its, _table.ContextOf(Peer));
        Assert.True(_table.RefusesPlain(Peer));
        Assert.True(_table.Remove(bound));
        Assert.Equal(binding.Context, _table.ContextOf(Peer));
        Assert.False(_table.RefusesPlain(Peer));
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
        ulong its = _table.ContextOf(Peer);
        Assert.False(_table.Bind(third, Other));
        Assert.Equal(its, _table.ContextOf(Peer));
        Assert.True(_table.Bind(third, Peer));
        Assert.True(_table.Remove(first));
        Assert.True(_table.Bind(third, Other));
        Assert.Equal(its, _table.ContextOf(Other));
        Assert.Equal(0ul, _table.ContextOf(Peer));
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
