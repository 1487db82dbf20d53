namespace Ipso.Coap.Engine;

/// <summary>
/// The clients that observe something here (RFC 7641, 4.1), bounded. An entry keeps the request that registered it, from which each
/// notification is rendered, and whether the client has yet to hear of a change.
/// </summary>
internal sealed class ObserverTable
{
    internal struct Observer
    {
        public PeerId Peer;
        public CoapToken Token;
        public ulong Tag;
        public Instant ConfirmAt;
        public uint Generation;
        public uint Sequence;
        public int RequestLength;
        public int Position;
        public int SinceConfirmed;

        /// <summary>The slot of the Confirmable notification that is under way; -1 if none is.</summary>
        public int InFlight;
        public ushort LastMessageId;
        public bool HasNotified;
        public bool IsDirty;
        public bool IsQueued;
        public bool MustConfirm;
    }

    private readonly Observer[] _observers;
    private readonly byte[] _requests;
    private readonly int[] _order;
    private readonly int[] _queue;
    private readonly int _requestSize;
    private readonly TimeSpan _confirmableInterval;
    private int _count;
    private int _queueFirst;
    private int _queueCount;
    private Instant? _nextConfirm;

    public ObserverTable(int observers, int requestSize, TimeSpan confirmableInterval)
    {
        _observers = new Observer[observers];
        _requests = new byte[observers * requestSize];
        _order = new int[observers];
        _queue = new int[observers];
        _requestSize = requestSize;
        _confirmableInterval = confirmableInterval;
        for (int i = 0; i < observers; i++)
        {
            _order[i] = i;
            _observers[i].Position = i;
            _observers[i].InFlight = -1;
        }
    }

    public int Count => _count;

    /// <summary>Observers that wait to be notified.</summary>
    public int QueueCount => _queueCount;

    /// <summary>Not after the moment when the next Confirmable notification is due, changes or not (RFC 7641, 4.5).</summary>
    public Instant? NextDeadline => _count == 0 ? null : _nextConfirm;

    public ref Observer this[int index] => ref _observers[index];

    /// <summary>
    /// The index of the observer at a position, 0 to <see cref="Count"/> - 1. Positions change when an observer is removed.
    /// </summary>
    public int IndexAt(int position) => _order[position];

    public ReadOnlySpan<byte> GetRequest(int index) => _requests.AsSpan(index * _requestSize, _observers[index].RequestLength);

    public bool IsCurrent(int index, uint generation) =>
        index >= 0 && _observers[index].Position < _count && _observers[index].Generation == generation;

    public int Find(in PeerId peer, CoapToken token)
    {
        for (int i = 0; i < _count; i++)
        {
            ref Observer observer = ref _observers[_order[i]];
            if (observer.Token == token && observer.Peer == peer)
            {
                return _order[i];
            }
        }

        return -1;
    }

    /// <summary>The observer whose latest notification had this Message ID; -1 if there is none.</summary>
    public int FindNotified(in PeerId peer, ushort messageId)
    {
        for (int i = 0; i < _count; i++)
        {
            ref Observer observer = ref _observers[_order[i]];
            if (observer.HasNotified && observer.LastMessageId == messageId && observer.Peer == peer)
            {
                return _order[i];
            }
        }

        return -1;
    }

    /// <summary>Whether a registration would find room: a free entry, or the one that it replaces.</summary>
    public bool HasRoom(int existing, int requestLength) => requestLength <= _requestSize && (existing >= 0 || _count < _observers.Length);

    /// <summary>Adds an observer, or replaces the one at <paramref name="existing"/>, whose numbers go on. There must be room.</summary>
    public int Put(int existing, in PeerId peer, in CoapMessage request, ulong tag, Instant now)
    {
        int index = existing >= 0 ? existing : _order[_count++];
        ref Observer observer = ref _observers[index];
        if (existing < 0)
        {
            observer.Sequence = 0;
            observer.HasNotified = false;
            observer.Generation++;
        }

        observer.Peer = peer;
        observer.Token = request.Token;
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
        int last = _order[--_count];
        _order[observer.Position] = last;
        _observers[last].Position = observer.Position;
        _order[_count] = index;
        observer.Position = _count;
        observer.InFlight = -1;
        observer.IsDirty = false;
        observer.Generation++;
        if (observer.IsQueued)
        {
            Unqueue(index);
        }
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

    /// <summary>Puts an observer into the queue if it has something to hear and nothing under way.</summary>
    public void Enqueue(int index)
    {
        ref Observer observer = ref _observers[index];
        if (observer.IsDirty && !observer.IsQueued && observer.InFlight < 0)
        {
            observer.IsQueued = true;
            _queue[(_queueFirst + _queueCount++) % _queue.Length] = index;
        }
    }

    public bool TryDequeue(out int index)
    {
        if (_queueCount == 0)
        {
            index = -1;
            return false;
        }

        index = _queue[_queueFirst];
        _queueFirst = (_queueFirst + 1) % _queue.Length;
        _queueCount--;
        _observers[index].IsQueued = false;
        return true;
    }

    /// <summary>The client has shown that it is there: the next proof is due in one interval.</summary>
    public void Confirmed(int index, Instant now)
    {
        ref Observer observer = ref _observers[index];
        observer.ConfirmAt = now + _confirmableInterval;
        observer.SinceConfirmed = 0;
        _nextConfirm = Instant.Earlier(_nextConfirm, observer.ConfirmAt);
    }

    /// <summary>Marks the observers of which nothing has been heard for an interval.</summary>
    public void OnDeadline(Instant now)
    {
        if (_nextConfirm is not { } due || due > now)
        {
            return;
        }

        _nextConfirm = null;
        for (int i = 0; i < _count; i++)
        {
            int index = _order[i];
            ref Observer observer = ref _observers[index];
            if (observer.ConfirmAt <= now)
            {
                observer.ConfirmAt = now + _confirmableInterval;
                MarkDirty(index, confirmable: true);
            }

            _nextConfirm = Instant.Earlier(_nextConfirm, observer.ConfirmAt);
        }
    }

    private void Unqueue(int index)
    {
        _observers[index].IsQueued = false;
        int kept = 0;
        for (int i = 0; i < _queueCount; i++)
        {
            int candidate = _queue[(_queueFirst + i) % _queue.Length];
            if (candidate != index)
            {
                _queue[(_queueFirst + kept++) % _queue.Length] = candidate;
            }
        }

        _queueCount = kept;
    }
}
