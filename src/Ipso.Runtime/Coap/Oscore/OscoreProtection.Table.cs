using Ipso.Coap.Engine;

namespace Ipso.Coap.Oscore;

// The contexts, and whose they are. Under the lock.
public sealed partial class OscoreProtection
{
    private void Remove(int index)
    {
        ref Entry entry = ref _entries[index];
        entry.Context!.Dispose();
        entry.Context = null;
        _byKid.Remove(index);
        Unbind(index);
        _links.AddLast(ref _free, index);
    }

    private void Accept(int index, in MessageBinding binding, in PeerId from, bool isProven)
    {
        if (isProven)
        {
            _entries[index].Context!.Accept(binding.Number);
            Follow(index, from);
        }
    }

    // An address that is another's is not taken by who makes a request from there: what is meant for the other would go out under this
    // context, and in the clear once this one has gone elsewhere.
    private void Follow(int index, in PeerId peer)
    {
        ref Entry entry = ref _entries[index];
        if ((entry.HasPeer && entry.Peer == peer) || (!entry.IsBound && IsHeld(peer)))
        {
            return;
        }

        Unbind(index);
        entry.Peer = peer;
        entry.HasPeer = true;
        _byPeer.Add(peer.GetHashCode(), index);
    }

    private void Unbind(int index)
    {
        if (_entries[index].HasPeer)
        {
            _byPeer.Remove(index);
            _entries[index].HasPeer = false;
        }
    }

    private int IndexOf(ReadOnlySpan<byte> recipientId, ReadOnlySpan<byte> idContext)
    {
        int i = _byKid.First(TableHash.Of(recipientId));
        while (i >= 0 && !(_entries[i].Context!.RecipientId.SequenceEqual(recipientId)
            && _entries[i].Context!.IdContext.SequenceEqual(idContext)))
        {
            i = _byKid.Next(i);
        }

        return i;
    }

    private int FindPeer(in PeerId peer, bool isBound)
    {
        int i = _byPeer.First(peer.GetHashCode());
        while (i >= 0 && !(_entries[i].Peer == peer && _entries[i].IsBound == isBound))
        {
            i = _byPeer.Next(i);
        }

        return i;
    }

    private bool IsHeld(in PeerId peer) => FindPeer(peer, isBound: true) >= 0 || FindPeer(peer, isBound: false) >= 0;

    private ulong NumberOf(int index) => (ulong)_entries[index].Generation << 32 | (uint)(index + 1);

    private static int IndexOf(ulong number) => (int)(uint)number - 1;

    // The context that a message was bound to, while it has the keys of that time.
    private SecurityContext? Find(in MessageBinding binding) =>
        Find(binding.Context) is { } context && (binding.NumberLength == 0 || binding.Epoch == context.Epoch) ? context : null;

    private SecurityContext? Find(ulong number) =>
        IndexOf(number) is >= 0 and int index && NumberOf(index) == number ? _entries[index].Context : null;
}
