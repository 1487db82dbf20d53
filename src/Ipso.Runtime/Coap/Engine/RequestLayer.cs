using System.Buffers.Binary;

namespace Ipso.Coap.Engine;

/// <summary>
/// The exchanges that this endpoint has started (RFC 7252, 5.3): tokens, the wait for the response, observations. Each exchange has
/// room for one response, the freshest, and at most one event that waits to be taken; a later notification replaces an earlier one.
/// </summary>
internal sealed partial class RequestLayer
{
    private enum State : byte
    {
        Free,

        /// <summary>Sent or waiting to be sent; the message layer keeps the time.</summary>
        Sending,

        /// <summary>Acknowledged, or sent as NON: waits for the response until the deadline.</summary>
        Waiting,

        /// <summary>Observing: waits for notifications, and perhaps for the moment when the last one is too old.</summary>
        Observing,

        /// <summary>Over; kept until its last event has been taken.</summary>
        Done,
    }

    private struct Exchange
    {
        public PeerId Peer;
        public CoapToken Token;
        public Instant LastArrival;
        public uint Generation;
        public uint LastSequence;
        public int ResponseLength;

        /// <summary>The exchange that fetches the rest of a notification for this one, and the other way round; plus one.</summary>
        public int Child;
        public int Parent;
        public ushort MessageId;
        public State State;
        public CoapEventKind Event;
        public TransferFault Fault;
        public int Transmissions;
        public bool EventWaits;
        public bool WantsObservation;
        public bool IsEstablished;
        public bool IsDeregistering;
        public bool IsFamily;
        public bool IsAdopted;

        /// <summary>Of a family: how many of its requests went out since the present try began, the first one not counted.</summary>
        public int Followed;
    }

    private const int TokenLength = 6;

    // As often as a token is drawn anew that is in use; a generator that gives nothing else is stuck.
    private const int MaxDraws = 8;

    // Behind a token that the requests of one exchange have in common goes the number of the request (RFC 9177, 6).
    private const int FamilyTokenLength = TokenLength + sizeof(ushort);

    private readonly Exchange[] _exchanges;
    private readonly ExchangeBody[] _bodies;
    private readonly byte[] _responses;
    private readonly int[] _free;
    private readonly IndexLinks _links;
    private readonly TimerHeap _timers;
    private readonly HashChains _byMessageId;
    private readonly HashChains _familiesByPeer;
    private readonly PagePool _pages;
    private readonly CoapCounters _counters;
    private readonly int _maxMessageSize;
    private readonly IRandomSource _random;
    private LateBuffer _whole;
    private IndexList _events;
    private int _freeCount;

    public RequestLayer(CoapEndpointOptions options, PagePool pages, IRandomSource random, CoapCounters counters)
    {
        int exchanges = options.Exchanges;
        _exchanges = new Exchange[exchanges];
        _bodies = new ExchangeBody[exchanges];
        _responses = new byte[exchanges * options.MaxMessageSize];
        _whole = new(options.MaxMessageSize + options.MaxBodySize);
        _links = new IndexLinks(exchanges);
        _timers = new TimerHeap(exchanges);
        _byMessageId = new HashChains(exchanges);
        _familiesByPeer = new HashChains(exchanges);
        _adopted = new HashChains(exchanges);
        _free = new int[exchanges];
        _pages = pages;
        _counters = counters;
        _maxMessageSize = options.MaxMessageSize;
        _random = random;
        for (int i = exchanges - 1; i >= 0; i--)
        {
            _free[_freeCount++] = i;
        }
    }

    /// <summary>Exchanges that are not free, those included whose last event has not been taken.</summary>
    public int Count => _exchanges.Length - _freeCount;

    /// <summary>When the next exchange has waited long enough for its response, or its notification has become too old.</summary>
    public Instant NextDeadline => _timers.Next;

    /// <summary>Who keeps observations beside the exchanges, under tokens of theirs.</summary>
    public ICoapNotificationHandler? Keeper { get; set; }

    /// <summary>The bodies of an exchange on their way.</summary>
    public ref ExchangeBody Body(int index) => ref _bodies[index];

    /// <summary>Takes a free exchange; false if there is none.</summary>
    public bool TryOpen(
        in PeerId peer, ushort messageId, bool wantsObservation, out int index, out CoapToken token, bool isFamily = false)
    {
        token = default;
        index = -1;
        if (_freeCount == 0)
        {
            return false;
        }

        index = _free[--_freeCount];
        ref Exchange exchange = ref _exchanges[index];
        token = DrawToken(index, isFamily);
        uint generation = exchange.Generation + 1;
        exchange = new Exchange
        {
            Peer = peer,
            Token = token,
            MessageId = messageId,
            Generation = generation == 0 ? 1 : generation,
            State = State.Sending,
            WantsObservation = wantsObservation,
            IsFamily = isFamily,
        };
        _bodies[index] = default;
        if (isFamily)
        {
            _familiesByPeer.Add(peer.GetHashCode(), index);
        }

        return true;
    }

    public ExchangeId GetId(int index) => new((ushort)(FirstId + index), _exchanges[index].Generation);

    /// <summary>The number of the first exchange: those of several engines of one owner are kept apart by it.</summary>
    public ushort FirstId { get; set; }

    /// <summary>The place of an exchange; of no meaning where it is of another engine, which is never open.</summary>
    public int IndexOf(ExchangeId id) => (ushort)(id.Slot - FirstId);

    public PeerId GetPeer(int index) => _exchanges[index].Peer;

    public ushort GetMessageId(int index) => _exchanges[index].MessageId;

    public uint LastSequence(int index) => _exchanges[index].LastSequence;

    public CoapToken GetToken(int index) => _exchanges[index].Token;

    /// <summary>Whether an id names an exchange that is not over.</summary>
    public bool IsOpen(ExchangeId id) =>
        IndexOf(id) < _exchanges.Length && _exchanges[IndexOf(id)].Generation == id.Generation
        && _exchanges[IndexOf(id)].State is not (State.Free or State.Done);

    public bool IsOpenTo(int index, in PeerId peer) =>
        _exchanges[index].State is not (State.Free or State.Done) && _exchanges[index].Peer == peer;

    public bool IsObserving(int index) => _exchanges[index].State == State.Observing;

    /// <summary>Whether the server has accepted the observation.</summary>
    public bool IsEstablished(int index) => _exchanges[index].IsEstablished;

    public bool WantsObservation(int index) => _exchanges[index].WantsObservation;

    /// <summary>The open exchange that a response belongs to by its token; -1 if there is none.</summary>
    public int Find(in PeerId peer, CoapToken token)
    {
        if (token.Length is not (TokenLength or FamilyTokenLength))
        {
            return -1;
        }

        Span<byte> bytes = stackalloc byte[CoapToken.MaxLength];
        token.CopyTo(bytes);
        int index = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        return index < _exchanges.Length && IsOpenTo(index, peer) && IsOf(_exchanges[index], token) ? index : FindAdopted(peer, token);
    }

    /// <summary>The exchange that waits after a request of this Message ID; -1 if there is none.</summary>
    public int FindWaiting(in PeerId peer, ushort messageId)
    {
        int i = _byMessageId.First(peer.HashOf(messageId));
        while (i >= 0 && (_exchanges[i].MessageId != messageId || _exchanges[i].Peer != peer))
        {
            i = _byMessageId.Next(i);
        }

        return i;
    }

    /// <summary>The open exchange whose robust transfer a message was part of; -1 if there is none.</summary>
    public int FindRobust(in PeerId peer, ushort messageId)
    {
        int i = _familiesByPeer.First(peer.GetHashCode());
        while (i >= 0 && !(_bodies[i].IsRobust && _bodies[i].Messages.Has(messageId) && IsOpenTo(i, peer)))
        {
            i = _familiesByPeer.Next(i);
        }

        return i;
    }

    /// <summary>The next request of the exchange is not to be sent yet: nothing is due.</summary>
    public void Pause(int index) => SetState(index, State.Sending);

    /// <summary>The request has arrived, or was sent as NON: from now on the response is waited for.</summary>
    public void Await(int index, Instant deadline)
    {
        ref Exchange exchange = ref _exchanges[index];
        if (exchange.State == State.Sending)
        {
            exchange.State = State.Waiting;
            _timers.Set(index, deadline);
            _byMessageId.Add(exchange.Peer.HashOf(exchange.MessageId), index);
        }
    }

    /// <summary>
    /// The exchange goes on with another request. A new token makes sure that a late response to the last one is not taken for one to this;
    /// an observation keeps its own, and so does whoever must not be given another.
    /// </summary>
    public CoapToken Continue(int index, ushort messageId, bool drawsToken)
    {
        ref Exchange exchange = ref _exchanges[index];
        SetState(index, State.Sending);
        exchange.MessageId = messageId;
        exchange.Followed++;
        if (drawsToken && !exchange.WantsObservation && !exchange.IsDeregistering)
        {
            exchange.Token = exchange.IsFamily ? Following(exchange.Token) : DrawToken(index, isFamily: false);
        }

        return exchange.Token;
    }

    /// <summary>The next request begins from the start: what was said to those before it is late.</summary>
    public void BeginAnew(int index) => _exchanges[index].Followed = -1;

    /// <summary>Whether a response of a family is one to a request of the present try.</summary>
    public bool IsOfThisTry(int index, CoapToken token)
    {
        ref Exchange exchange = ref _exchanges[index];
        return !exchange.IsFamily || (ushort)(NumberOf(exchange.Token) - NumberOf(token)) <= exchange.Followed;
    }

    /// <summary>From the next request on, each has a token of its own.</summary>
    public void LeaveFamily(int index)
    {
        if (_exchanges[index].IsFamily)
        {
            _exchanges[index].IsFamily = false;
            _familiesByPeer.Remove(index);
        }
    }

    /// <summary>Sets how long an exchange waits from here on whose request is not under way.</summary>
    public void Rearm(int index, Instant deadline)
    {
        if (_exchanges[index].State == State.Waiting)
        {
            _timers.Set(index, deadline);
        }
        else
        {
            Await(index, deadline);
        }
    }

    /// <summary>What a response with a known token is to its exchange.</summary>
    /// <param name="index">The exchange.</param>
    /// <param name="code">The response's code.</param>
    /// <param name="observe">The number in its Observe option.</param>
    /// <param name="isAnswer">
    /// Whether it acknowledges the request: it was made for it, whatever its number. A server that has started anew counts anew.
    /// </param>
    /// <param name="now">The moment.</param>
    public Meaning Judge(int index, CoapCode code, uint? observe, bool isAnswer, Instant now)
    {
        ref Exchange exchange = ref _exchanges[index];
        bool isNotification = code.IsSuccess && observe is not null;
        if (isNotification && exchange.IsDeregistering)
        {
            // It left before our deregistration arrived.
            return Meaning.Nothing;
        }

        if (!isNotification || !exchange.WantsObservation)
        {
            return Meaning.Response;
        }

        uint sequence = observe.GetValueOrDefault();
        if (!isAnswer && exchange.IsEstablished
            && !ObserveSequence.IsFresher(exchange.LastSequence, sequence, now - exchange.LastArrival))
        {
            return Meaning.OldNotification;
        }

        exchange.LastSequence = sequence;
        exchange.LastArrival = now;
        exchange.IsEstablished = true;
        return Meaning.Notification;
    }

    /// <summary>The observation stands: the next notification is waited for, until the last is too old.</summary>
    public void Observe(int index, Instant? stale)
    {
        SetState(index, State.Observing);
        if (stale is { } moment)
        {
            _timers.Set(index, moment);
        }
    }

    /// <summary>Ends an exchange without an event.</summary>
    public void Close(int index)
    {
        ref Exchange exchange = ref _exchanges[index];
        if (exchange.Parent > 0)
        {
            _exchanges[exchange.Parent - 1].Child = 0;
            exchange.Parent = 0;
        }

        DropEvent(index);
        LeaveFamily(index);
        LeaveAdopted(index);
        EndBodies(index, exchange.State == State.Done);
        DropResponseBody(index);
        SetState(index, State.Free);
        _free[_freeCount++] = index;
    }

    /// <summary>An exchange that has waited too long for its response, or whose last notification has become too old.</summary>
    public bool TryTakeDue(Instant now, out int index, out bool isStale)
    {
        bool takes = _timers.TryTakeDue(now, out index);
        isStale = takes && _exchanges[index].State == State.Observing;
        return takes;
    }

    // The index makes tokens unique and found at once; the 32 random bits are what a stranger has to guess (RFC 7252, 5.3.1). Of observations
    // that were handed over there may be very many, so that a token is drawn twice in the end.
    private CoapToken DrawToken(int index, bool isFamily)
    {
        Span<byte> bytes = stackalloc byte[FamilyTokenLength];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)index);
        bytes[TokenLength..].Clear();
        CoapToken token;
        int draws = 0;
        do
        {
            _random.Fill(bytes[2..TokenLength]);
            token = new CoapToken(bytes[..(isFamily ? FamilyTokenLength : TokenLength)]);
        }
        while ((Keeper?.HasToken(token) == true || (_adoptedCount > 0 && FindAdopted(_exchanges[index].Peer, token) >= 0)) && ++draws < MaxDraws);
        return token;
    }

    private static CoapToken Following(CoapToken token)
    {
        Span<byte> bytes = stackalloc byte[FamilyTokenLength];
        token.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[TokenLength..], (ushort)(NumberOf(token) + 1));
        return new CoapToken(bytes);
    }

    private static ushort NumberOf(CoapToken token)
    {
        Span<byte> bytes = stackalloc byte[CoapToken.MaxLength];
        token.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt16BigEndian(bytes[TokenLength..]);
    }

    private static bool IsOf(in Exchange exchange, CoapToken token) =>
        exchange.Token == token
        || (exchange.Token.Length == FamilyTokenLength && token.Length == FamilyTokenLength
            && exchange.Token.Bytes[..TokenLength].SequenceEqual(token.Bytes[..TokenLength]));

    private void SetState(int index, State state)
    {
        ref Exchange exchange = ref _exchanges[index];
        if (exchange.State == State.Waiting)
        {
            _byMessageId.Remove(index);
        }

        _timers.Clear(index);
        exchange.State = state;
    }
}
