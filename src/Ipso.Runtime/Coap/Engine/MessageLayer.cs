namespace Ipso.Coap.Engine;

/// <summary>
/// The outgoing half of the message layer (RFC 7252, 4): Message IDs, retransmission with exponential back-off, and NSTART.
/// Each slot holds the bytes of one message until it is acknowledged, rejected or given up. Tokens and meanings are not its business.
/// </summary>
internal sealed class MessageLayer
{
    private enum State : byte
    {
        Free,
        Queued,
        Ready,
        Waiting,
    }

    private struct Slot
    {
        public PeerId Peer;
        public Instant Due;
        public TimeSpan Timeout;
        public long Order;
        public int Length;
        public int Retransmissions;
        public int ActivePosition;
        public ushort MessageId;
        public State State;
        public bool Confirmable;
    }

    private readonly TransmissionParameters _parameters;
    private readonly IRandomSource _random;
    private readonly CoapCounters _counters;
    private readonly int _maxMessageSize;
    private readonly Slot[] _slots;
    private readonly byte[] _buffers;
    private readonly int[] _active;
    private readonly int[] _ready;
    private int _activeCount;
    private int _readyFirst;
    private int _readyCount;
    private long _order;
    private ushort _messageId;

    public MessageLayer(int slots, int maxMessageSize, TransmissionParameters parameters, IRandomSource random, CoapCounters counters)
    {
        _parameters = parameters;
        _random = random;
        _counters = counters;
        _maxMessageSize = maxMessageSize;
        _slots = new Slot[slots];
        _buffers = new byte[slots * maxMessageSize];
        _active = new int[slots];

        _ready = new int[slots];
        _messageId = (ushort)random.NextUInt32();
    }

    /// <summary>Messages that are queued, ready or waiting.</summary>
    public int ActiveCount => _activeCount;

    /// <summary>When the next message is due for retransmission or to be given up.</summary>
    public Instant? NextDeadline
    {
        get
        {
            Instant? next = null;
            for (int i = 0; i < _activeCount; i++)
            {
                ref Slot slot = ref _slots[_active[i]];
                if (slot.State == State.Waiting && !(next <= slot.Due))
                {
                    next = slot.Due;
                }
            }

            return next;
        }
    }

    /// <summary>The next Message ID: a random start, then one after the other (RFC 7252, 4.4).</summary>
    public ushort NextMessageId() => _messageId++;

    /// <summary>The room for the message of a slot.</summary>
    public Span<byte> GetBuffer(int slot) => _buffers.AsSpan(slot * _maxMessageSize, _maxMessageSize);

    /// <summary>The message of a slot.</summary>
    public ReadOnlySpan<byte> GetMessage(int slot) => _buffers.AsSpan(slot * _maxMessageSize, _slots[slot].Length);

    /// <summary>Whether a slot holds a message that is still under way.</summary>
    public bool IsActive(int slot) => _slots[slot].State != State.Free;

    /// <summary>Whether NSTART allows one more Confirmable message to a peer.</summary>
    public bool MayStart(in PeerId peer)
    {
        int outstanding = 0;
        for (int i = 0; i < _activeCount; i++)
        {
            ref Slot slot = ref _slots[_active[i]];
            if (slot.Confirmable && slot.Peer == peer && ++outstanding >= _parameters.Nstart)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Sends the message that lies in the buffer of a free slot: at once if NSTART allows, after its predecessors if not.
    /// </summary>
    public void Start(int index, in PeerId peer, ushort messageId, int length, bool confirmable)
    {
        bool mayStart = !confirmable || MayStart(peer);
        _slots[index] = new Slot
        {
            Peer = peer,
            MessageId = messageId,
            Length = length,
            Confirmable = confirmable,
            Order = _order++,
            ActivePosition = _activeCount,
            State = State.Queued,
        };
        _active[_activeCount++] = index;
        if (mayStart)
        {
            MakeReady(index);
        }
    }

    /// <summary>Ends a transmission and lets the next one to the same peer go.</summary>
    public void Release(int index)
    {
        ref Slot slot = ref _slots[index];
        if (slot.State == State.Free)
        {
            return;
        }

        if (slot.State == State.Ready)
        {
            RemoveReady(index);
        }

        slot.State = State.Free;
        int last = _active[--_activeCount];
        _active[slot.ActivePosition] = last;
        _slots[last].ActivePosition = slot.ActivePosition;
        if (slot.Confirmable)
        {
            Promote(slot.Peer);
        }
    }

    /// <summary>The Confirmable message that an ACK or RST is about; -1 if there is none.</summary>
    public int Find(in PeerId peer, ushort messageId)
    {
        for (int i = 0; i < _activeCount; i++)
        {
            ref Slot slot = ref _slots[_active[i]];
            if (slot.MessageId == messageId && slot.State is State.Waiting or State.Ready && slot.Peer == peer)
            {
                return _active[i];
            }
        }

        return -1;
    }

    /// <summary>Gives the next message to be sent, and the slot of a message that needs no acknowledgement and is done with.</summary>
    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit, out int finished)
    {
        finished = -1;
        if (_readyCount == 0)
        {
            transmit = default;
            return false;
        }

        int index = _ready[_readyFirst];
        _readyFirst = (_readyFirst + 1) % _ready.Length;
        _readyCount--;

        ref Slot slot = ref _slots[index];
        GetMessage(index).CopyTo(buffer);
        transmit = new Transmit(slot.Peer, slot.Length);
        slot.State = State.Waiting;
        if (!slot.Confirmable)
        {
            Release(index);
            finished = index;
            return true;
        }

        if (slot.Retransmissions > 0)
        {
            _counters.Retransmissions++;
        }

        slot.Timeout = slot.Retransmissions == 0 ? DrawTimeout() : slot.Timeout * 2;
        slot.Due = now + slot.Timeout;
        return true;
    }

    /// <summary>
    /// Readies what is due for retransmission, and gives one message after the other whose retransmissions are used up. The caller releases
    /// it.
    /// </summary>
    public bool TryTakeExpired(Instant now, out int expired)
    {
        for (int i = 0; i < _activeCount; i++)
        {
            int index = _active[i];
            ref Slot slot = ref _slots[index];
            if (slot.State != State.Waiting || slot.Due > now)
            {
                continue;
            }

            if (slot.Retransmissions == _parameters.MaxRetransmit)
            {
                expired = index;
                return true;
            }

            slot.Retransmissions++;
            MakeReady(index);
        }

        expired = -1;
        return false;
    }

    // RFC 7252, 4.2: from ACK_TIMEOUT to ACK_TIMEOUT * ACK_RANDOM_FACTOR.
    private TimeSpan DrawTimeout() =>
        _parameters.AckTimeout * (1 + ((_parameters.AckRandomFactor - 1) * (_random.NextUInt32() / (double)uint.MaxValue)));

    private void Promote(in PeerId peer)
    {
        int next = -1;
        for (int i = 0; i < _activeCount; i++)
        {
            int index = _active[i];
            ref Slot slot = ref _slots[index];
            if (slot.State == State.Queued && slot.Peer == peer && (next < 0 || slot.Order < _slots[next].Order))
            {
                next = index;
            }
        }

        if (next >= 0)
        {
            MakeReady(next);
        }
    }

    private void MakeReady(int index)
    {
        _slots[index].State = State.Ready;
        _ready[(_readyFirst + _readyCount++) % _ready.Length] = index;
    }

    private void RemoveReady(int index)
    {
        int kept = 0;
        for (int i = 0; i < _readyCount; i++)
        {
            int candidate = _ready[(_readyFirst + i) % _ready.Length];
            if (candidate != index)
            {
                _ready[(_readyFirst + kept++) % _ready.Length] = candidate;
            }
        }

        _readyCount = kept;
    }
}
