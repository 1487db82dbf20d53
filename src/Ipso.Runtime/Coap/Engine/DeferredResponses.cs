namespace Ipso.Coap.Engine;

/// <summary>
/// The requests whose answer was put off (RFC 7252, 5.2.2; multicast: 8.2), bounded. An entry keeps the request, from which the response
/// is rendered when it is time.
/// </summary>
internal sealed class DeferredResponses
{
    internal struct Entry
    {
        public PeerId Peer;
        public uint Generation;
        public int Length;

        /// <summary>Whether the client has been told that the response comes separately.</summary>
        public bool IsAcknowledged;

        /// <summary>Whether the request went to a group: it waits for its leisure, not for the application.</summary>
        public bool IsMulticast;
        public bool IsOpen;
        public bool IsResumed;

        /// <summary>Whether the application has had its time.</summary>
        public bool IsLate;

        /// <summary>When the application has had its time.</summary>
        public Instant Ends;

        /// <summary>The body of the request where that has come in blocks: in the request is its last block.</summary>
        public PagedBytes Body;
        public bool IsBodyApart;
    }

    private readonly Entry[] _entries;
    private readonly byte[] _requests;
    private readonly int _requestSize;
    private readonly PagePool _bodies;
    private readonly IndexLinks _links;
    private readonly TimerHeap _timers;
    private IndexList _free;
    private IndexList _open;
    private IndexList _ready;

    public DeferredResponses(int entries, int requestSize, PagePool bodies)
    {
        _bodies = bodies;
        _entries = new Entry[entries];
        _requests = new byte[entries * requestSize];
        _requestSize = requestSize;
        _links = new IndexLinks(entries);
        _timers = new TimerHeap(entries);
        for (int i = 0; i < entries; i++)
        {
            _links.AddLast(ref _free, i);
        }
    }

    public int Count => _entries.Length - _free.Count;

    public Instant NextDeadline => _timers.Next;

    public ref Entry this[int index] => ref _entries[index];

    /// <summary>The id that <see cref="Add"/> would give next; none if there is no room.</summary>
    public ResponseId NextId => _free.First is >= 0 and int index ? new ResponseId(index, Following(_entries[index].Generation)) : default;

    public CoapMessage GetRequest(int index)
    {
        ReadOnlySpan<byte> bytes = _requests.AsSpan(index * _requestSize, _entries[index].Length);
        _ = CoapMessage.TryParse(bytes, CoapFraming.Datagram, extendedTokens: true, out CoapMessage message, out _);
        return message;
    }

    /// <summary>Keeps a request; there must be room, and it must fit.</summary>
    public int Add(in PeerId peer, ReadOnlySpan<byte> request, bool isMulticast, Instant ends, Instant wakes)
    {
        int index = _links.TakeFirst(ref _free);
        _links.AddLast(ref _open, index);
        request.CopyTo(_requests.AsSpan(index * _requestSize, _requestSize));
        _entries[index] = new Entry
        {
            Peer = peer,
            Generation = Following(_entries[index].Generation),
            Length = request.Length,
            IsMulticast = isMulticast,
            IsOpen = true,
            Ends = ends,
        };
        _timers.Set(index, wakes);
        return index;
    }

    /// <summary>Keeps the body of a request that came in blocks; one that there is no room for is not kept.</summary>
    public void KeepBody(int index, ReadOnlySpan<byte> body) =>
        _entries[index].IsBodyApart = _bodies.TryAppend(ref _entries[index].Body, body);

    /// <summary>Keeps the body no longer.</summary>
    public void ReleaseBody(int index) => _bodies.Release(ref _entries[index].Body);

    /// <summary>Whether an id names a response that is still to come.</summary>
    public bool IsOpen(ResponseId id) =>
        (uint)id.Slot < (uint)_entries.Length && _entries[id.Slot].Generation == id.Generation && _entries[id.Slot].IsOpen;

    /// <summary>It is time for the response.</summary>
    public void Resume(int index)
    {
        ref Entry entry = ref _entries[index];
        if (entry.IsOpen && !entry.IsResumed)
        {
            entry.IsResumed = true;
            _timers.Clear(index);
            _links.Remove(ref _open, index);
            _links.AddLast(ref _ready, index);
        }
    }

    /// <summary>The next response whose time has come; -1 if there is none. It stays until <see cref="Close"/>.</summary>
    public int FirstReady => _ready.First;

    public void Wake(int index, Instant at) => _timers.Set(index, at);

    /// <summary>An entry whose deadline has come.</summary>
    public bool TryTakeDue(Instant now, out int index) => _timers.TryTakeDue(now, out index);

    /// <summary>Puts an entry that was resumed back: the application needs more time.</summary>
    public void PutBack(int index)
    {
        ref Entry entry = ref _entries[index];
        entry.IsResumed = false;
        _links.Remove(ref _ready, index);
        _links.AddLast(ref _open, index);
        _timers.Set(index, entry.Ends);
    }

    /// <summary>The response has been given out: the id is of no use any more, and the entry is kept until <see cref="Free"/>.</summary>
    public void Close(int index)
    {
        ref Entry entry = ref _entries[index];
        if (entry.IsOpen)
        {
            _timers.Clear(index);
            _links.Remove(ref entry.IsResumed ? ref _ready : ref _open, index);
            entry.IsOpen = false;
            ReleaseBody(index);
        }
    }

    /// <summary>Gives back an entry that was closed.</summary>
    public void Free(int index) => _links.AddLast(ref _free, index);

    private static uint Following(uint generation) => generation == uint.MaxValue ? 1 : generation + 1;
}
