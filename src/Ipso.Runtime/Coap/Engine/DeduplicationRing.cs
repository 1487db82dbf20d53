using System.Numerics;

namespace Ipso.Coap.Engine;

/// <summary>
/// The messages processed lately, with the replies they got: what a duplicate is recognised by and answered with (RFC 7252, 4.2, 4.3 and
/// 4.5). First in, first out, bounded by entries and by bytes.
/// </summary>
internal sealed class DeduplicationRing
{
    private struct Entry
    {
        public PeerId Peer;
        public long Serial;
        public ushort MessageId;
    }

    // What a search goes through, and what is asked of an entry that gives way: small, so that it stays in the cache. Ticks, of an Instant:
    // numbers without gaps a native compiler compares by itself.
    private struct Link
    {
        public long Expires;
        public int Hash;
        public int Next;
        public int Offset;
        public int Length;
    }

    private readonly Entry[] _entries;
    private readonly Link[] _links;
    private readonly int[] _buckets;
    private readonly byte[] _replies;
    private readonly CoapCounters _counters;
    private int _oldest;
    private int _count;
    private int _end;
    private long _serial;

    public DeduplicationRing(int entries, int bytes, CoapCounters counters)
    {
        _entries = new Entry[entries];
        _links = new Link[entries];
        _buckets = new int[BitOperations.RoundUpToPowerOf2((uint)entries)];
        // By hand, as elsewhere where no speed is lost by it: the platform's way is 1 KB of native code for each type.
        for (int i = 0; i < _buckets.Length; i++)
        {
            _buckets[i] = -1;
        }

        _replies = new byte[bytes];
        _counters = counters;
    }

    public int Count => _count;

    /// <summary>Looks for a message. The handle is good for <see cref="GetReply"/> as long as the entry lives.</summary>
    public bool TryFind(in PeerId peer, ushort messageId, Instant now, out ReplyHandle handle)
    {
        int hash = peer.HashOf(messageId);
        Link[] links = _links;
        int i = _buckets[hash & (_buckets.Length - 1)];
        while ((uint)i < (uint)links.Length)
        {
            ref Link link = ref links[i];
            if (link.Hash == hash)
            {
                ref Entry entry = ref _entries[i];
                if (entry.MessageId == messageId && entry.Peer == peer)
                {
                    // The newest is first in the chain: what comes after it is older still.
                    handle = new ReplyHandle(i, entry.Serial);
                    return now.Ticks < link.Expires;
                }
            }

            i = link.Next;
        }

        handle = default;
        return false;
    }

    /// <summary>Remembers a message and its reply, which may be empty.</summary>
    public ReplyHandle Add(in PeerId peer, ushort messageId, Instant now, TimeSpan lifetime, ReadOnlySpan<byte> reply)
    {
        if (_count == _entries.Length)
        {
            EvictOldest(now);
        }

        int offset = Allocate(reply.Length, now);
        reply.CopyTo(_replies.AsSpan(offset));
        _end = offset + reply.Length;

        int index = _oldest + _count++;
        if (index >= _entries.Length)
        {
            index -= _entries.Length;
        }

        ref Entry entry = ref _entries[index];
        entry.Peer = peer;
        entry.MessageId = messageId;
        entry.Serial = ++_serial;

        int hash = peer.HashOf(messageId);
        ref int bucket = ref _buckets[hash & (_buckets.Length - 1)];
        ref Link link = ref _links[index];
        link.Expires = (now + lifetime).Ticks;
        link.Hash = hash;
        link.Next = bucket;
        link.Offset = offset;
        link.Length = reply.Length;
        bucket = index;
        return new ReplyHandle(index, _serial);
    }

    /// <summary>The reply; empty if there is none, or the entry has given way.</summary>
    public ReadOnlySpan<byte> GetReply(ReplyHandle handle)
    {
        if (_entries[handle.Index].Serial != handle.Serial)
        {
            return default;
        }

        ref Link link = ref _links[handle.Index];
        return _replies.AsSpan(link.Offset, link.Length);
    }

    /// <summary>Whether a message was answered.</summary>
    public bool HasReply(ReplyHandle handle) => !GetReply(handle).IsEmpty;

    // The replies lie in the order of the entries, each in one piece. Live bytes are those from the oldest entry's offset to _end,
    // around the end of the array if _end is below it; _end never catches up, so that equality means that nothing is live.
    private int Allocate(int length, Instant now)
    {
        while (_count > 0)
        {
            int start = _links[_oldest].Offset;
            if (_end >= start)
            {
                if (length <= _replies.Length - _end)
                {
                    return _end;
                }

                if (length < start)
                {
                    return 0;
                }
            }
            else if (length < start - _end)
            {
                return _end;
            }

            EvictOldest(now);
        }

        return 0;
    }

    private void EvictOldest(Instant now)
    {
        ref Link oldest = ref _links[_oldest];
        if (now.Ticks < oldest.Expires)
        {
            _counters.DeduplicationEvictions++;
        }

        ref int link = ref _buckets[oldest.Hash & (_buckets.Length - 1)];
        while (link != _oldest)
        {
            link = ref _links[link].Next;
        }

        link = oldest.Next;
        _entries[_oldest].Serial = 0;
        _oldest = _oldest + 1 == _entries.Length ? 0 : _oldest + 1;
        _count--;
    }
}

/// <summary>Names an entry of the ring; stale once the entry has given way.</summary>
internal readonly struct ReplyHandle(int index, long serial)
{
    internal int Index => index;

    internal long Serial => serial;
}
