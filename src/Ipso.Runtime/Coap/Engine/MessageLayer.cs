namespace Ipso.Coap.Engine;

/// <summary>
/// The outgoing half of the message layer (RFC 7252, 4): Message IDs, retransmission with exponential back-off, NSTART and PROBING_RATE.
/// Each slot holds the bytes of one message until it is acknowledged, rejected or given up. Tokens and meanings are not its business.
/// </summary>
internal sealed partial class MessageLayer
{
    private enum State : byte
    {
        Free,
        Queued,
        Held,
        Ready,
        Waiting,
    }

    private struct Slot
    {
        public PeerId Peer;

        /// <summary>The wait after this transmission in ticks of 100 ns.</summary>
        public long Timeout;

        /// <summary>When a message is given up that PROBING_RATE holds back; the default while it does not.</summary>
        public Instant HeldUntil;
        public Instant SentAt;
        public int PeerIndex;
        public int Length;
        public int Retransmissions;
        public int Transmissions;
        public ushort MessageId;
        public State State;
        public bool Confirmable;
        public MessageKind Kind;
    }

    // An object each: what an array is of, and what that has in its fields, a native compiler takes for boxed, and keeps all that compares it.
    private sealed class Cell
    {
        public Slot Slot;
    }

    private readonly TransmissionParameters _parameters;
    private readonly IRandomSource _random;
    private readonly CoapCounters _counters;
    private readonly int _maxMessageSize;
    private readonly Cell[] _slots;
    private readonly byte[] _buffers;
    private readonly PeerTable _peers;
    private readonly HashChains _byMessageId;
    private readonly TimerHeap _timers;

    // Where messages are protected.
    private readonly SealedMessages? _sealed;

    // A slot is in the queue of its peer, or in the list of those that are ready, or in neither.
    private readonly IndexLinks _links;
    private IndexList _ready;

    /// <param name="slots">How many messages there may be.</param>
    /// <param name="options">The longest message, the times and rates, and what protects messages.</param>
    /// <param name="random">Randomness for the back-off.</param>
    /// <param name="peers">The peers.</param>
    /// <param name="counters">Where retransmissions and the like are counted.</param>
    public MessageLayer(int slots, CoapEndpointOptions options, IRandomSource random, PeerTable peers, CoapCounters counters)
    {
        int maxMessageSize = options.MaxMessageSize;
        _sealed = options.Protection?.MakeSealed(slots, maxMessageSize);
        _parameters = options.Transmission;
        _patience = options.ResponseTimeout;
        _allowance = _parameters.ExchangeLifetime;
        _probing = new TimerHeap(peers.Capacity);
        _random = random;
        _counters = counters;
        _maxMessageSize = maxMessageSize;
        _slots = new Cell[slots];
        for (int i = 0; i < slots; i++)
        {
            _slots[i] = new();
        }

        _buffers = new byte[slots * maxMessageSize];
        _peers = peers;
        _byMessageId = new HashChains(slots);
        _timers = new TimerHeap(slots);
        _links = new IndexLinks(slots);
    }

    /// <summary>Messages that are queued, ready or waiting.</summary>
    public int ActiveCount { get; private set; }

    /// <summary>When the next message is due for retransmission or to be given up.</summary>
    public Instant NextDeadline => Instant.Earlier(_timers.Next, _probing.Next);

    /// <summary>Whether a message waits to be taken.</summary>
    public bool HasReady => _ready.Count > 0;

    /// <summary>The next Message ID to a peer: a random start, then one after the other (RFC 7252, 4.4).</summary>
    public ushort NextMessageId(in PeerId peer) => _peers[_peers.Get(peer)].MessageId++;

    /// <summary>The room for the message of a slot.</summary>
    public Span<byte> GetBuffer(int slot) => _buffers.AsSpan(slot * _maxMessageSize, _maxMessageSize);

    /// <summary>The message of a slot.</summary>
    public ReadOnlySpan<byte> GetMessage(int slot) => _buffers.AsSpan(slot * _maxMessageSize, At(slot).Length);

    /// <summary>Says how long the message is that lies in the buffer of a free slot.</summary>
    public void SetLength(int slot, int length) => At(slot).Length = Math.Max(length, 0);

    /// <summary>The peer of the message of a slot.</summary>
    public PeerId GetPeer(int slot) => At(slot).Peer;

    /// <summary>The Message ID of the message of a slot.</summary>
    public ushort MessageIdOf(int slot) => At(slot).MessageId;

    /// <summary>How often the last message of a slot was sent; 0 if it was held back until the end.</summary>
    public int TransmissionsOf(int slot) => At(slot).Transmissions;

    /// <summary>What binds the messages of a slot; there where messages are protected.</summary>
    public ref MessageBinding BindingOf(int slot) => ref _sealed!.BindingOf(slot);

    /// <summary>Whether a slot holds a message that is still under way.</summary>
    public bool IsActive(int slot) => At(slot).State != State.Free;

    /// <summary>Whether NSTART allows one more Confirmable message to a peer.</summary>
    public bool MayStart(in PeerId peer) => _peers.Find(peer) is var index && (index < 0 || _peers[index].Outstanding < _parameters.Nstart);

    /// <summary>
    /// Sends the message that lies in the buffer of a free slot: at once if NSTART allows, after its predecessors if not.
    /// </summary>
    public void Start(
        int index, in PeerId peer, ushort messageId, int length, bool confirmable, MessageKind kind = MessageKind.Other)
    {
        int peerIndex = _peers.Get(peer);
        _peers.Hold(peerIndex);
        At(index) = new Slot
        {
            Peer = peer,
            PeerIndex = peerIndex,
            MessageId = messageId,
            Length = length,
            Confirmable = confirmable,
            Kind = kind,
            State = State.Queued,
        };
        _byMessageId.Add(peer.HashOf(messageId), index);
        ActiveCount++;
        ref PeerTable.Peer entry = ref _peers[peerIndex];
        if (confirmable && entry.Outstanding >= _parameters.Nstart)
        {
            _links.AddLast(ref entry.Queue, index);
        }
        else
        {
            MakeReady(index);
        }
    }

    /// <summary>Ends a transmission and lets the next one to the same peer go.</summary>
    public void Release(int index)
    {
        ref Slot slot = ref At(index);
        if (slot.State == State.Free)
        {
            return;
        }

        ref PeerTable.Peer peer = ref _peers[slot.PeerIndex];
        if (slot.State == State.Queued)
        {
            _links.Remove(ref peer.Queue, index);
        }
        else if (slot.State == State.Held)
        {
            StopHolding(index);
        }
        else
        {
            if (slot.State == State.Ready)
            {
                _links.Remove(ref _ready, index);
                GiveTurn(slot);
            }

            peer.Outstanding -= slot.Confirmable ? 1 : 0;
        }

        slot.State = State.Free;
        _timers.Clear(index);
        _byMessageId.Remove(index);
        ActiveCount--;
        if (peer.Outstanding < _parameters.Nstart && _links.TakeFirst(ref peer.Queue) is >= 0 and int next)
        {
            MakeReady(next);
        }

        _peers.LetGo(slot.PeerIndex);
    }

    /// <summary>Whether the message of a slot has this Message ID and has never gone out: nobody can have answered it.</summary>
    public bool IsUnsent(int slot, ushort messageId) =>
        At(slot) is { State: not State.Free, Transmissions: 0 } && At(slot).MessageId == messageId;

    /// <summary>The message that an ACK or RST is about, which has gone out; -1 if there is none.</summary>
    public int Find(in PeerId peer, ushort messageId)
    {
        for (int i = _byMessageId.First(peer.HashOf(messageId)); i >= 0; i = _byMessageId.Next(i))
        {
            ref Slot slot = ref At(i);
            if (slot.MessageId == messageId && slot is { State: State.Waiting or State.Ready, Transmissions: > 0 } && slot.Peer == peer)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// The message of a slot is acknowledged, which tells the round-trip time if it has gone out but once: else nobody knows which of its
    /// transmissions is.
    /// </summary>
    public void Measure(int index, Instant now)
    {
        ref Slot slot = ref At(index);
        if (slot is { Confirmable: true, Transmissions: 1 })
        {
            ref PeerTable.Peer peer = ref _peers[slot.PeerIndex];
            long sample = Math.Max((now - slot.SentAt).Ticks, 1);
            if (peer.RoundTrip == 0)
            {
                // What went out before kept to a pace that was too slow.
                peer.NotifiedUntil = default;
            }

            peer.RoundTrip = peer.RoundTrip == 0 ? sample : ((7 * peer.RoundTrip) + sample) / 8;
        }
    }

    /// <summary>
    /// Gives the next message to be sent, and the slot of a message that needs no acknowledgement and is done with. Its length is 0 if it
    /// could not be protected: it counts as lost.
    /// </summary>
    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit, out int finished)
    {
        finished = -1;
        int index = _links.TakeFirst(ref _ready);
        while (index >= 0 && MustHold(index, now))
        {
            index = _links.TakeFirst(ref _ready);
        }

        if (index < 0)
        {
            transmit = default;
            return false;
        }

        ref Slot slot = ref At(index);
        int length = slot.Length;
        if (_sealed?.TrySeal(index, GetMessage(index), isFirst: slot.Transmissions == 0, buffer, out length) != true)
        {
            GetMessage(index).CopyTo(buffer);
        }

        slot.Transmissions += length > 0 ? 1 : 0;
        slot.SentAt = now;
        Charge(slot, now);
        transmit = new Transmit(slot.Peer, length);
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

        slot.Timeout = slot.Retransmissions == 0 ? DrawTimeout().Ticks : slot.Timeout * 2;
        _timers.Set(index, now + TimeSpan.FromTicks(slot.Timeout));
        return true;
    }

    /// <summary>
    /// Readies what is due, for retransmission or since PROBING_RATE lets it go, and gives one message after the other whose
    /// retransmissions, or whose time to be held back, are used up. The caller releases it.
    /// </summary>
    public bool TryTakeExpired(Instant now, out int expired)
    {
        while (_probing.TryTakeDue(now, out int peer))
        {
            LetOneGo(peer);
        }

        while (_timers.TryTakeDue(now, out int index))
        {
            ref Slot slot = ref At(index);
            if (slot.State == State.Held || slot.Retransmissions == _parameters.MaxRetransmit)
            {
                expired = index;
                return true;
            }

            slot.Retransmissions++;
            slot.State = State.Ready;
            _links.AddLast(ref _ready, index);
        }

        expired = -1;
        return false;
    }

    // RFC 7252, 4.2: from ACK_TIMEOUT to ACK_TIMEOUT * ACK_RANDOM_FACTOR.
    private TimeSpan DrawTimeout() =>
        _parameters.AckTimeout * (1 + ((_parameters.AckRandomFactor - 1) * (_random.NextUInt32() / (double)uint.MaxValue)));

    private void MakeReady(int index)
    {
        ref Slot slot = ref At(index);
        _peers[slot.PeerIndex].Outstanding += slot.Confirmable ? 1 : 0;
        slot.State = State.Ready;
        _links.AddLast(ref _ready, index);
    }

    private ref Slot At(int index) => ref _slots[index].Slot;
}
