namespace Ipso.Coap.Engine;

/// <summary>
/// The clients that observe something here (RFC 7641, 4.1), bounded. An entry keeps the request that registered it, from which each
/// notification is rendered, and whether the client has yet to hear of a change. What concerns one observer costs the same however many
/// there are.
/// </summary>
internal sealed class ObserverTable
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
    }

    internal struct Observer
    {
        public PeerId Peer;

        /// <summary>The token; the empty one for a longer one, which lies in the request (<see cref="TokenOf"/>).</summary>
        public CoapToken Token;
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
    }

    private readonly Observer[] _observers;
    private readonly byte[] _requests;
    private readonly int[] _order;
    private readonly int _requestSize;
    private readonly TimeSpan _confirmableInterval;
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

    public ObserverTable(int observers, int requestSize, TimeSpan confirmableInterval)
    {
        _observers = new Observer[observers];
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
            _observers[i].Position = i;
            _observers[i].InFlight = -1;
        }
    }

    /// <summary>What an observer takes in bytes, its request not counted.</summary>
    public const int EntrySize = 136 + (4 * HashChains.EntrySize) + 8 + 24;

    public int Count { get; private set; }

    /// <summary>Observers whose turn it is to be notified.</summary>
    public int QueueCount => _turns.Count;

    /// <summary>Whether an observer has its turn, or would have it if there is a slot.</summary>
    public bool HasQueued => _turns.Count + _waitingForSlot.Count > 0;

    /// <summary>The moment when the next Confirmable notification is due, changes or not (RFC 7641, 4.5).</summary>
    public Instant NextDeadline => _timers.Next;

    public ref Observer this[int index] => ref _observers[index];

    /// <summary>
    /// The index of the observer at a position, 0 to <see cref="Count"/> - 1. Positions change when an observer is removed.
    /// </summary>
    public int IndexAt(int position) => _order[position];

    public ReadOnlySpan<byte> GetRequest(int index) => _requests.AsSpan(index * _requestSize, _observers[index].RequestLength);

    public bool IsCurrent(int index, uint generation) =>
        index >= 0 && _observers[index].Position < Count && _observers[index].Generation == generation;

    /// <summary>The bytes of the token that an observer has registered with.</summary>
    public ReadOnlySpan<byte> TokenOf(int index)
    {
        int length = _observers[index].TokenLength;
        return GetRequest(index).Slice(MessageHeader.GetSize(CoapFraming.Datagram, length) - length, length);
    }

    public int Find(in PeerId peer, scoped ReadOnlySpan<byte> token)
    {
        int i = _byToken.First(HashOf(peer, token));
        while (i >= 0 && (_observers[i].Peer != peer || !TokenOf(i).SequenceEqual(token)))
        {
            i = _byToken.Next(i);
        }

        return i;
    }

    /// <summary>The observer whose latest notification had this Message ID; -1 if there is none.</summary>
    public int FindNotified(in PeerId peer, ushort messageId)
    {
        int i = _byMessageId.First(peer.HashOf(messageId));
        while (i >= 0 && (_observers[i].LastMessageId != messageId || _observers[i].Peer != peer))
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
    public bool HasRoom(int existing, int requestLength) => requestLength <= _requestSize && (existing >= 0 || Count < _observers.Length);

    /// <summary>Adds an observer, or replaces the one at <paramref name="existing"/>, whose numbers go on. There must be room.</summary>
    public int Put(int existing, in PeerId peer, in CoapMessage request, ulong tag, Instant now)
    {
        int index = existing >= 0 ? existing : _order[Count++];
        ref Observer observer = ref _observers[index];
        if (existing < 0)
        {
            observer.Sequence = _firstSequence;
            observer.HasNotified = false;
            observer.Generation++;
            _byToken.Add(HashOf(peer, request.TokenBytes), index);
        }
        else
        {
            _byTag.Remove(index);
        }

        _byTag.Add(HashOf(tag), index);
        observer.Peer = peer;
        observer.Token = request.Token;
        observer.TokenLength = request.TokenBytes.Length;
        observer.Tag = tag;
        observer.SinceConfirmed = 0;
        observer.IsDirty = false;
        observer.MustConfirm = false;
        observer.RequestLength = request.Datagram.Length;
        request.Datagram.CopyTo(_requests.AsSpan(index * _requestSize, _requestSize));
        Confirmed(index, now);
        return index;
    }

    public void Remove(int index)
    {
        ref Observer observer = ref _observers[index];
        if (ObserveSequence.IsFresher(_firstSequence, observer.Sequence, default))
        {
            _firstSequence = observer.Sequence;
        }

        StopWaiting(index);
        int last = _order[--Count];
        _order[observer.Position] = last;
        _observers[last].Position = observer.Position;
        _order[Count] = index;
        observer.Position = Count;
        observer.InFlight = -1;
        observer.IsDirty = false;
        observer.Generation++;
        _byToken.Remove(index);
        _byTag.Remove(index);
        if (observer.HasNotified)
        {
            _byMessageId.Remove(index);
        }

        _timers.Clear(index);
    }

    /// <summary>
    /// Notes that the state has changed. What is under way is waited for, so that changes in between become one notification.
    /// </summary>
    public void MarkDirty(int index, bool confirmable)
    {
        ref Observer observer = ref _observers[index];
        observer.IsDirty = true;
        observer.MustConfirm |= confirmable;
        Enqueue(index);
    }

    /// <summary>Gives an observer its turn if it has something to hear, nothing under way, and waits for nothing.</summary>
    public void Enqueue(int index)
    {
        ref Observer observer = ref _observers[index];
        if (observer.IsDirty && observer.Wait == Wait.Nothing && observer.InFlight < 0)
        {
            observer.Wait = Wait.Turn;
            _links.AddLast(ref _turns, index);
        }
    }

    public bool TryDequeue(out int index)
    {
        index = _links.TakeFirst(ref _turns);
        if (index < 0)
        {
            return false;
        }

        _observers[index].Wait = Wait.Nothing;
        return true;
    }

    /// <summary>Puts an observer that waits for nothing back until an acknowledgement of its peer.</summary>
    public void WaitForPeer(int index)
    {
        _observers[index].Wait = Wait.Peer;
        _waitingForPeer.Add(_observers[index].Peer.GetHashCode(), index);
        _waitingForPeerCount++;
    }

    /// <summary>Puts an observer that waits for nothing back until a slot is free.</summary>
    public void WaitForSlot(int index)
    {
        _observers[index].Wait = Wait.Slot;
        _links.AddLast(ref _waitingForSlot, index);
    }

    /// <summary>Gives one observer its turn that waits for an acknowledgement of a peer.</summary>
    public void Wake(in PeerId peer)
    {
        if (_waitingForPeerCount == 0)
        {
            return;
        }

        for (int i = _waitingForPeer.First(peer.GetHashCode()); i >= 0; i = _waitingForPeer.Next(i))
        {
            if (_observers[i].Peer == peer)
            {
                StopWaiting(i);
                Enqueue(i);
                return;
            }
        }
    }

    /// <summary>Gives one observer its turn that waits for a slot; false if none does.</summary>
    public bool TryWake()
    {
        int index = _waitingForSlot.First;
        if (index < 0)
        {
            return false;
        }

        StopWaiting(index);
        Enqueue(index);
        return true;
    }

    /// <summary>Notes the Message ID of a notification, by which a RST is recognised.</summary>
    public void Notified(int index, ushort messageId)
    {
        ref Observer observer = ref _observers[index];
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
        ref Observer observer = ref _observers[index];
        observer.ConfirmAt = now + _confirmableInterval;
        observer.SinceConfirmed = 0;
        _timers.Set(index, observer.ConfirmAt);
    }

    /// <summary>Marks the observers of which nothing has been heard for an interval.</summary>
    public void OnDeadline(Instant now)
    {
        while (_timers.TryTakeDue(now, out int index))
        {
            _observers[index].ConfirmAt = now + _confirmableInterval;
            _timers.Set(index, now + _confirmableInterval);
            MarkDirty(index, confirmable: true);
        }
    }

    private void StopWaiting(int index)
    {
        switch (_observers[index].Wait)
        {
            case Wait.Turn:
                _links.Remove(ref _turns, index);
                break;
            case Wait.Slot:
                _links.Remove(ref _waitingForSlot, index);
                break;
            case Wait.Peer:
                _waitingForPeer.Remove(index);
                _waitingForPeerCount--;
                break;
            default:
                break;
        }

        _observers[index].Wait = Wait.Nothing;
    }

    private int NextOf(ulong tag, int index)
    {
        while (index >= 0 && _observers[index].Tag != tag)
        {
            index = _byTag.Next(index);
        }

        return index;
    }

    private static int HashOf(in PeerId peer, scoped ReadOnlySpan<byte> token) => peer.GetHashCode() ^ TableHash.Of(token);

    private static int HashOf(ulong tag) => (int)((tag * 0x9e37_79b9_7f4a_7c15) >> 32);
}
