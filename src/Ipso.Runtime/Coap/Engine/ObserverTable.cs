namespace Ipso.Coap.Engine;

/// <summary>
/// The clients that observe something here (RFC 7641, 4.1), bounded. An entry keeps the request that registered it, from which each
/// notification is rendered, and whether the client has yet to hear of a change. What concerns one observer costs the same however many
/// there are.
/// </summary>
internal sealed partial class ObserverTable
{
    /// <summary>What an observer waits for before it can be notified.</summary>
    internal enum Wait : byte
    {
        Nothing,

        /// <summary>Its turn.</summary>
        Turn,

        /// <summary>An acknowledgement of its peer, as NSTART asks (RFC 7252, 4.7).</summary>
        Peer,

        /// <summary>A slot for a Confirmable message.</summary>
        Slot,

        /// <summary>Time to pass, so that its client is not told too much at once.</summary>
        Pace,
    }

    internal struct Observer
    {
        public PeerId Peer;
        public ulong Tag;
        public Instant ConfirmAt;
        public uint Generation;
        public uint Sequence;
        public int RequestLength;
        public int TokenLength;
        public int Position;
        public int SinceConfirmed;

        /// <summary>The slot of the Confirmable notification that is under way; -1 if none is.</summary>
        public int InFlight;
        public ushort LastMessageId;
        public Wait Wait;
        public bool HasNotified;
        public bool IsDirty;
        public bool MustConfirm;

        /// <summary>The body of the request where that has come in blocks: it is then not in the request.</summary>
        public PagedBytes Body;
        public bool IsBodyApart;

        /// <summary>Whether it has waited for the pace, and goes next.</summary>
        public bool HasWaited;
    }

    // An object each: what an array is of, and what that has in its fields, a native compiler takes for boxed, and keeps all that compares it.
    private sealed class Cell
    {
        public Observer Observer;
    }

    private readonly Cell[] _observers;
    private readonly byte[] _requests;
    private readonly int[] _order;
    private readonly int _requestSize;
    private readonly TimeSpan _confirmableInterval;
    private readonly NotificationPace _pace;
    private readonly PagePool _bodies;
    private readonly HashChains _byToken;
    private readonly HashChains _byTag;
    private readonly HashChains _byMessageId;
    private readonly HashChains _waitingForPeer;
    private readonly IndexLinks _links;

    // Where a new observer's numbers begin: behind those of all that are gone. One that was removed and comes back takes what follows for
    // fresher than what it has (RFC 7641, 4.4).
    private uint _firstSequence;
    private readonly TimerHeap _timers;
    private IndexList _turns;
    private IndexList _waitingForSlot;
    private int _waitingForPeerCount;

    public ObserverTable(int observers, int requestSize, TimeSpan confirmableInterval, NotificationPace pace, PagePool bodies)
    {
        _pace = pace;
        _bodies = bodies;
        _observers = new Cell[observers];
        _requests = new byte[observers * requestSize];
        _order = new int[observers];
        _requestSize = requestSize;
        _confirmableInterval = confirmableInterval;
        _byToken = new HashChains(observers);
        _byTag = new HashChains(observers);
        _byMessageId = new HashChains(observers);
        _waitingForPeer = new HashChains(observers);
        _links = new IndexLinks(observers);
        _timers = new TimerHeap(observers);
        for (int i = 0; i < observers; i++)
        {
            _order[i] = i;
            _observers[i] = new() { Observer = { Position = i, InFlight = -1 } };
        }
    }

    /// <summary>What an observer takes in bytes, its request not counted.</summary>
    public const int EntrySize = 160 + (4 * HashChains.EntrySize) + 8 + 24 + NotificationPace.EntrySize;

    public int Count { get; private set; }

    /// <summary>Observers whose turn it is to be notified.</summary>
    public int QueueCount => _turns.Count;

    /// <summary>Whether an observer has its turn, or would have it if there is a slot.</summary>
    public bool HasQueued => _turns.Count + _waitingForSlot.Count > 0;

    /// <summary>
    /// The moment when the next Confirmable notification is due, changes or not (RFC 7641, 4.5), or one may go that was held back.
    /// </summary>
    public Instant NextDeadline => Instant.Earlier(_timers.Next, _pace.NextDeadline);

    public ref Observer this[int index] => ref _observers[index].Observer;

    /// <summary>
    /// The index of the observer at a position, 0 to <see cref="Count"/> - 1. Positions change when an observer is removed.
    /// </summary>
    public int IndexAt(int position) => _order[position];

    public ReadOnlySpan<byte> GetRequest(int index) => _requests.AsSpan(index * _requestSize, this[index].RequestLength);

    public bool IsCurrent(int index, uint generation) =>
        index >= 0 && this[index].Position < Count && this[index].Generation == generation;

    /// <summary>The bytes of the token that an observer has registered with.</summary>
    public ReadOnlySpan<byte> TokenOf(int index)
    {
        int length = this[index].TokenLength;
        return GetRequest(index).Slice(MessageHeader.GetSize(CoapFraming.Datagram, length) - length, length);
    }

    public int Find(in PeerId peer, scoped ReadOnlySpan<byte> token)
    {
        int i = _byToken.First(HashOf(peer, token));
        while (i >= 0 && (this[i].Peer != peer || !TokenOf(i).SequenceEqual(token)))
        {
            i = _byToken.Next(i);
        }

        return i;
    }

    /// <summary>The observer whose latest notification had this Message ID; -1 if there is none.</summary>
    public int FindNotified(in PeerId peer, ushort messageId)
    {
        int i = _byMessageId.First(peer.HashOf(messageId));
        while (i >= 0 && (this[i].LastMessageId != messageId || this[i].Peer != peer))
        {
            i = _byMessageId.Next(i);
        }

        return i;
    }

    /// <summary>The first observer of a tag; -1 if there is none.</summary>
    public int FirstOf(ulong tag) => NextOf(tag, _byTag.First(HashOf(tag)));

    /// <summary>The observer of a tag after one; -1 if that was the last.</summary>
    public int NextAfter(ulong tag, int index) => NextOf(tag, _byTag.Next(index));

    /// <summary>Whether a registration would find room: a free entry, or the one that it replaces.</summary>
    /// <param name="existing">The one that it replaces; -1 for none.</param>
    /// <param name="request">The registration.</param>
    /// <param name="body">Its body.</param>
    /// <param name="isBodyApart">Whether that is not in the request, as it came in blocks.</param>
    /// <param name="released">Bytes that will be free by then.</param>
    public bool HasRoom(int existing, in CoapMessage request, ReadOnlySpan<byte> body, bool isBodyApart, int released = 0)
    {
        int length = isBodyApart ? HeadLength(request) : request.Datagram.Length;
        int room = _bodies.FreeBytes + released + (existing < 0 ? 0 : this[existing].Body.Length);
        return length <= _requestSize && (existing >= 0 || Count < _observers.Length) && (!isBodyApart || body.Length <= room);
    }

    /// <summary>Adds an observer, or replaces the one at <paramref name="existing"/>, whose numbers go on. There must be room.</summary>
    public int Put(int existing, in Arrival arrival, ReadOnlySpan<byte> body, bool isBodyApart, ulong tag)
    {
        int index = existing >= 0 ? existing : _order[Count++];
        ref Observer observer = ref this[index];
        if (existing < 0)
        {
            observer.Sequence = _firstSequence;
            observer.HasNotified = false;
            observer.Generation++;
            _byToken.Add(HashOf(arrival.From, arrival.Message.TokenBytes), index);
        }
        else
        {
            _byTag.Remove(index);
            StopWaitingWithoutNews(index);
        }

        _byTag.Add(HashOf(tag), index);
        observer.Peer = arrival.From;
        observer.TokenLength = arrival.Message.TokenBytes.Length;
        observer.Tag = tag;
        observer.SinceConfirmed = 0;
        observer.IsDirty = false;
        observer.MustConfirm = false;
        observer.RequestLength = isBodyApart ? HeadLength(arrival.Message) : arrival.Message.Datagram.Length;
        arrival.Message.Datagram[..observer.RequestLength].CopyTo(_requests.AsSpan(index * _requestSize, _requestSize));
        _bodies.Release(ref observer.Body);
        observer.IsBodyApart = isBodyApart && _bodies.TryAppend(ref observer.Body, body);
        Confirmed(index, arrival.Now);
        return index;
    }

    // Without payload marker and payload.
    private static int HeadLength(in CoapMessage request) =>
        request.Datagram.Length - (request.Payload.IsEmpty ? 0 : request.Payload.Length + 1);

    public void Remove(int index)
    {
        ref Observer observer = ref this[index];
        if (ObserveSequence.IsFresher(_firstSequence, observer.Sequence, default))
        {
            _firstSequence = observer.Sequence;
        }

        StopWaiting(index);
        int last = _order[--Count];
        _order[observer.Position] = last;
        this[last].Position = observer.Position;
        _order[Count] = index;
        observer.Position = Count;
        observer.InFlight = -1;
        observer.IsDirty = false;
        observer.HasWaited = false;
        _bodies.Release(ref observer.Body);
        observer.Generation++;
        _byToken.Remove(index);
        _byTag.Remove(index);
        if (observer.HasNotified)
        {
            _byMessageId.Remove(index);
        }

        _timers.Clear(index);
    }

    /// <summary>Notes the Message ID of a notification, by which a RST is recognised.</summary>
    public void Notified(int index, ushort messageId)
    {
        ref Observer observer = ref this[index];
        if (observer.HasNotified)
        {
            _byMessageId.Remove(index);
        }

        observer.LastMessageId = messageId;
        observer.HasNotified = true;
        observer.SinceConfirmed++;
        _byMessageId.Add(observer.Peer.HashOf(messageId), index);
    }

    /// <summary>The client has shown that it is there: the next proof is due in one interval.</summary>
    public void Confirmed(int index, Instant now)
    {
        ref Observer observer = ref this[index];
        observer.ConfirmAt = now + _confirmableInterval;
        observer.SinceConfirmed = 0;
        _timers.Set(index, observer.ConfirmAt);
    }

    /// <summary>
    /// Marks the observers of which nothing has been heard for an interval, and gives their turn to those whose time has come.
    /// </summary>
    public void OnDeadline(Instant now)
    {
        while (_timers.TryTakeDue(now, out int index))
        {
            this[index].ConfirmAt = now + _confirmableInterval;
            _timers.Set(index, now + _confirmableInterval);
            MarkDirty(index, confirmable: true);
        }

        while (_pace.TryTakeDue(now, out int index))
        {
            this[index].Wait = Wait.Nothing;
            Enqueue(index);
            this[index].HasWaited = this[index].Wait == Wait.Turn;
        }
    }

    private int NextOf(ulong tag, int index)
    {
        while (index >= 0 && this[index].Tag != tag)
        {
            index = _byTag.Next(index);
        }

        return index;
    }

    private static int HashOf(in PeerId peer, scoped ReadOnlySpan<byte> token) => peer.GetHashCode() ^ TableHash.Of(token);

    private static int HashOf(ulong tag) => (int)((tag * 0x9e37_79b9_7f4a_7c15) >> 32);
}
