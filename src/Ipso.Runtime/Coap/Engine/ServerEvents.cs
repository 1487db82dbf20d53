namespace Ipso.Coap.Engine;

/// <summary>The events of the server role that wait to be taken. Bounded: what finds no room is counted and lost.</summary>
/// <param name="capacity">How many wait.</param>
/// <param name="counters">What is lost is counted here.</param>
internal sealed class ServerEvents(int capacity, CoapCounters counters)
{
    private struct Item
    {
        public CoapEventKind Kind;
        public PeerId Peer;
        public ulong Tag;
        public ObserverEnd End;
        public Exception? Exception;
    }

    private readonly Item[] _items = new Item[capacity];
    private int _first;
    private int _count;

    public void ObserverRemoved(in PeerId peer, ulong tag, ObserverEnd end) =>
        Add(new Item { Kind = CoapEventKind.ObserverRemoved, Peer = peer, Tag = tag, End = end });

    public void NotificationAcknowledged(in PeerId peer, ulong tag) =>
        Add(new Item { Kind = CoapEventKind.NotificationAcknowledged, Peer = peer, Tag = tag });

    public void HandlerFault(in PeerId peer, Exception exception) =>
        Add(new Item { Kind = CoapEventKind.HandlerFault, Peer = peer, Exception = exception });

    public bool TryTake(out CoapEvent e)
    {
        if (_count == 0)
        {
            e = default;
            return false;
        }

        ref Item item = ref _items[_first];
        e = new CoapEvent { Kind = item.Kind, Peer = item.Peer, Tag = item.Tag, ObserverEnd = item.End, Exception = item.Exception };
        item.Exception = null;
        _first = (_first + 1) % _items.Length;
        _count--;
        return true;
    }

    private void Add(in Item item)
    {
        if (_count == _items.Length)
        {
            counters.EventsDropped++;
            return;
        }

        _items[(_first + _count++) % _items.Length] = item;
    }
}
