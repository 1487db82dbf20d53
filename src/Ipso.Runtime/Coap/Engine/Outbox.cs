namespace Ipso.Coap.Engine;

/// <summary>
/// The answers that wait to be taken: replies that lie in the deduplication ring, and bare ACK and RST. Bounded; what finds no room is lost
/// like a packet.
/// </summary>
/// <param name="ring">Where the replies lie.</param>
/// <param name="capacity">How many wait.</param>
/// <param name="counters">What is lost is counted here.</param>
internal sealed class Outbox(DeduplicationRing ring, int capacity, CoapCounters counters)
{
    private struct Item
    {
        public PeerId To;
        public ReplyHandle Reply;
        public int Length;
        public CoapType Type;
        public ushort MessageId;
    }

    private readonly Item[] _items = new Item[capacity];
    private int _first;
    private int _count;

    public int Count => _count;

    /// <summary>The bytes of the replies that wait. They lie in the ring, which forgets the oldest beyond its size.</summary>
    public int Bytes { get; private set; }

    /// <summary>Queues the reply of an entry of the ring.</summary>
    public void Reply(in PeerId to, ReplyHandle reply)
    {
        if (TryAdd(to, out int index))
        {
            ref Item item = ref _items[index];
            item.Reply = reply;
            item.Length = ring.GetReply(reply).Length;
            Bytes += item.Length;
        }
    }

    /// <summary>Queues an Empty message: ACK or RST.</summary>
    public void Empty(in PeerId to, CoapType type, ushort messageId)
    {
        if (TryAdd(to, out int index))
        {
            ref Item item = ref _items[index];
            item.Reply = default;
            item.Length = 0;
            item.Type = type;
            item.MessageId = messageId;
        }
    }

    /// <summary>Drops what waits for a peer that is gone.</summary>
    public void Forget(in PeerId peer)
    {
        for (int left = _count; left > 0; left--)
        {
            Item item = _items[_first];
            _first = (_first + 1) % _items.Length;
            if (item.To == peer)
            {
                _count--;
                Bytes -= item.Length;
                counters.TransmitDropped++;
            }
            else
            {
                _items[(_first + _count - 1) % _items.Length] = item;
            }
        }
    }

    public bool TryTake(Span<byte> buffer, out Transmit transmit)
    {
        while (_count > 0)
        {
            ref Item item = ref _items[_first];
            _first = (_first + 1) % _items.Length;
            _count--;
            Bytes -= item.Length;
            int length = item.Reply.Serial == 0 ? WriteEmpty(buffer, item.Type, item.MessageId) : CopyReply(buffer, item.Reply);
            if (length > 0)
            {
                transmit = new Transmit(item.To, length);
                return true;
            }

            counters.TransmitDropped++;
        }

        transmit = default;
        return false;
    }

    public static int WriteEmpty(Span<byte> buffer, CoapType type, ushort messageId) =>
        MessageHeader.WriteDatagram(buffer, type, CoapCode.Empty, messageId, default);

    private int CopyReply(Span<byte> buffer, ReplyHandle handle)
    {
        ReadOnlySpan<byte> reply = ring.GetReply(handle);
        reply.CopyTo(buffer);
        return reply.Length;
    }

    // An item is written where it lies: one made elsewhere and copied at once waits for its parts to reach the cache.
    private bool TryAdd(in PeerId to, out int index)
    {
        if (_count == _items.Length)
        {
            counters.TransmitDropped++;
            index = -1;
            return false;
        }

        index = (_first + _count++) % _items.Length;
        _items[index].To = to;
        return true;
    }
}
