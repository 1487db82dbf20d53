namespace Ipso.Coap.Engine;

/// <summary>
/// What the engine remembers of the peers it talks to: the next Message ID (RFC 7252, 4.4), how many Confirmable messages are under way
/// (4.7), and whether the address is known to be theirs (RFC 9175, 2.3). Bounded: the peer that was quiet longest gives way.
/// </summary>
internal sealed class PeerTable
{
    internal struct Peer
    {
        public PeerId Id;

        /// <summary>Messages that NSTART holds back, in their order.</summary>
        public IndexList Queue;

        /// <summary>Messages that PROBING_RATE holds back, in their order.</summary>
        public IndexList Probes;

        /// <summary>
        /// When PROBING_RATE will have made up for what went out since the peer was last heard; the default if nothing has.
        /// </summary>
        public Instant ProbedUntil;
        public Instant ProvenUntil;

        /// <summary>
        /// Observers that <see cref="NotificationPace"/> holds back, in their order, and when it will have made up for what went out.
        /// </summary>
        public IndexList Paced;
        public Instant NotifiedUntil;

        /// <summary>The round-trip time as acknowledgements tell it, smoothed, in ticks of 100 ns; zero if none has.</summary>
        public long RoundTrip;

        /// <summary>Messages in the message layer, whatever their state: the entry stays as long as there is one.</summary>
        public int Held;

        /// <summary>Confirmable messages that NSTART counts.</summary>
        public int Outstanding;
        public ushort MessageId;
        public bool IsProven;
        public bool IsUsed;
    }

    /// <summary>What a peer takes in bytes, its queues' timers included.</summary>
    public const int EntrySize = 288;

    // An object each: what an array is of, and what that has in its fields, a native compiler takes for boxed, and keeps all that compares it.
    private sealed class Cell
    {
        public Peer Peer;
    }

    private readonly Cell[] _peers;
    private readonly HashChains _byId;
    private readonly IndexLinks _links;

    // RFC 7252, 4.4: a random start; from then on beyond every Message ID of those that have given way, so that a peer that comes back
    // sees none again.
    private ushort _start;

    // Those that may give way, the one used last at the end; a peer with messages under way is in no list.
    private IndexList _idle;

    public PeerTable(int peers, IRandomSource random)
    {
        _peers = new Cell[peers];
        _byId = new HashChains(peers);
        _links = new IndexLinks(peers);
        _start = (ushort)random.NextUInt32();
        for (int i = 0; i < peers; i++)
        {
            _peers[i] = new();
            _links.AddLast(ref _idle, i);
        }
    }

    public ref Peer this[int index] => ref _peers[index].Peer;

    /// <summary>How many there may be.</summary>
    public int Capacity => _peers.Length;

    /// <summary>The entry of a peer; -1 if there is none.</summary>
    public int Find(in PeerId id) => Find(id, id.GetHashCode());

    /// <summary>The entry of a peer, made if there is none. There must be one without messages under way.</summary>
    public int Get(in PeerId id)
    {
        int hash = id.GetHashCode();
        int index = Find(id, hash);
        if (index >= 0)
        {
            if (this[index].Held == 0)
            {
                _links.Remove(ref _idle, index);
                _links.AddLast(ref _idle, index);
            }

            return index;
        }

        index = _idle.First;
        _links.Remove(ref _idle, index);
        _links.AddLast(ref _idle, index);
        ref Peer peer = ref this[index];
        if (peer.IsUsed)
        {
            _byId.Remove(index);
            _start = (short)(peer.MessageId - _start) > 0 ? peer.MessageId : _start;
        }

        peer = new Peer { Id = id, MessageId = _start, IsUsed = true };
        _byId.Add(hash, index);
        return index;
    }

    /// <summary>One more message is under way or waits for its turn: the entry stays.</summary>
    public void Hold(int index)
    {
        if (this[index].Held++ == 0)
        {
            _links.Remove(ref _idle, index);
        }
    }

    /// <summary>One message less.</summary>
    public void LetGo(int index)
    {
        if (--this[index].Held == 0)
        {
            _links.AddLast(ref _idle, index);
        }
    }

    private int Find(in PeerId id, int hash)
    {
        int i = _byId.First(hash);
        while (i >= 0 && this[i].Id != id)
        {
            i = _byId.Next(i);
        }

        return i;
    }
}
