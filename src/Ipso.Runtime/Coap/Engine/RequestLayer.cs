using System.Buffers.Binary;

namespace Ipso.Coap.Engine;

/// <summary>
/// The exchanges that this endpoint has started (RFC 7252, 5.3): tokens, the wait for the response, observations. Each exchange has
/// room for one response, the freshest, and at most one event that waits to be taken; a later notification replaces an earlier one.
/// </summary>
internal sealed class RequestLayer
{
    private enum State : byte
    {
        Free,

        /// <summary>Sent or waiting to be sent; the message layer keeps the time.</summary>
        Sending,

        /// <summary>Acknowledged, or sent as NON: waits for the response until the deadline.</summary>
        Waiting,

        /// <summary>Observing: waits for notifications without end.</summary>
        Observing,

        /// <summary>Over; kept until its last event has been taken.</summary>
        Done,
    }

    private struct Exchange
    {
        public PeerId Peer;
        public CoapToken Token;
        public Instant Deadline;
        public Instant LastArrival;
        public uint Generation;
        public uint LastSequence;
        public int ResponseLength;
        public ushort MessageId;
        public State State;
        public CoapEventKind Event;
        public bool EventWaits;
        public bool WantsObservation;
        public bool IsEstablished;
        public bool IsDeregistering;
    }

    private const int TokenLength = 6;

    private readonly Exchange[] _exchanges;
    private readonly byte[] _responses;
    private readonly int[] _free;
    private readonly int[] _events;
    private readonly int _maxMessageSize;
    private readonly IRandomSource _random;
    private int _freeCount;
    private int _eventFirst;
    private int _eventCount;
    private int _waitingCount;

    public RequestLayer(int exchanges, int maxMessageSize, IRandomSource random)
    {
        _exchanges = new Exchange[exchanges];
        _responses = new byte[exchanges * maxMessageSize];
        _events = new int[exchanges];
        _free = new int[exchanges];
        _maxMessageSize = maxMessageSize;
        _random = random;
        for (int i = exchanges - 1; i >= 0; i--)
        {
            _free[_freeCount++] = i;
        }
    }

    /// <summary>Exchanges that are not free, those included whose last event has not been taken.</summary>
    public int Count => _exchanges.Length - _freeCount;

    /// <summary>When the next exchange has waited long enough for its response.</summary>
    public Instant? NextDeadline
    {
        get
        {
            Instant? next = null;
            for (int i = 0; _waitingCount > 0 && i < _exchanges.Length; i++)
            {
                if (_exchanges[i].State == State.Waiting && !(next <= _exchanges[i].Deadline))
                {
                    next = _exchanges[i].Deadline;
                }
            }

            return next;
        }
    }

    /// <summary>Takes a free exchange; false if there is none.</summary>
    public bool TryOpen(in PeerId peer, ushort messageId, bool wantsObservation, out int index, out CoapToken token)
    {
        token = default;
        index = -1;
        if (_freeCount == 0)
        {
            return false;
        }

        index = _free[--_freeCount];
        ref Exchange exchange = ref _exchanges[index];

        // The index makes tokens unique and found at once; the 32 random bits are what a stranger has to guess (RFC 7252, 5.3.1).
        Span<byte> bytes = stackalloc byte[TokenLength];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)index);
        _random.Fill(bytes[2..]);
        token = new CoapToken(bytes);
        uint generation = exchange.Generation + 1;
        exchange = new Exchange
        {
            Peer = peer,
            Token = token,
            MessageId = messageId,
            Generation = generation == 0 ? 1 : generation,
            State = State.Sending,
            WantsObservation = wantsObservation,
        };
        return true;
    }

    public ExchangeId GetId(int index) => new((ushort)index, _exchanges[index].Generation);

    public PeerId GetPeer(int index) => _exchanges[index].Peer;

    public CoapToken GetToken(int index) => _exchanges[index].Token;

    /// <summary>Whether an id names an exchange that is not over.</summary>
    public bool IsOpen(ExchangeId id) =>
        id.Slot < _exchanges.Length && _exchanges[id.Slot].Generation == id.Generation
        && _exchanges[id.Slot].State is not (State.Free or State.Done);

    public bool IsObserving(int index) => _exchanges[index].State == State.Observing;

    /// <summary>The open exchange that a response belongs to by its token; -1 if there is none.</summary>
    public int Find(in PeerId peer, CoapToken token)
    {
        if (token.Length != TokenLength)
        {
            return -1;
        }

        Span<byte> bytes = stackalloc byte[CoapToken.MaxLength];
        token.CopyTo(bytes);
        int index = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (index >= _exchanges.Length)
        {
            return -1;
        }

        ref Exchange exchange = ref _exchanges[index];
        return exchange.State is not (State.Free or State.Done) && exchange.Token == token && exchange.Peer == peer ? index : -1;
    }

    /// <summary>The exchange that waits after a NON request of this Message ID; -1 if there is none.</summary>
    public int FindWaiting(in PeerId peer, ushort messageId)
    {
        for (int i = 0; _waitingCount > 0 && i < _exchanges.Length; i++)
        {
            if (_exchanges[i].State == State.Waiting && _exchanges[i].MessageId == messageId && _exchanges[i].Peer == peer)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The request has arrived, or was sent as NON: from now on the response is waited for.</summary>
    public void Await(int index, Instant deadline)
    {
        ref Exchange exchange = ref _exchanges[index];
        if (exchange.State == State.Sending)
        {
            exchange.State = State.Waiting;
            exchange.Deadline = deadline;
            _waitingCount++;
        }
    }

    /// <summary>Turns an observation into an ordinary exchange, whose response ends it.</summary>
    public void BeginDeregistration(int index, ushort messageId)
    {
        ref Exchange exchange = ref _exchanges[index];
        exchange.State = State.Sending;
        exchange.MessageId = messageId;
        exchange.WantsObservation = false;
        exchange.IsEstablished = false;
        exchange.IsDeregistering = true;
        DropEvent(index);
    }

    /// <summary>
    /// Takes a response with a known token: ends the exchange, or keeps it if it is a notification. False if the response says nothing
    /// about the request.
    /// </summary>
    public bool TryAccept(int index, in CoapMessage message, uint? observe, Instant now)
    {
        ref Exchange exchange = ref _exchanges[index];
        bool isNotification = message.Code.IsSuccess && observe is not null;
        if (isNotification && exchange.IsDeregistering)
        {
            // It left before our deregistration arrived.
            return false;
        }

        if (!isNotification || !exchange.WantsObservation)
        {
            Store(index, message);
            End(index, exchange.IsEstablished ? CoapEventKind.ObservationEnded : CoapEventKind.Response);
            return true;
        }

        uint sequence = observe.GetValueOrDefault();
        if (exchange.IsEstablished && !ObserveSequence.IsFresher(exchange.LastSequence, sequence, now - exchange.LastArrival))
        {
            return true;
        }

        exchange.LastSequence = sequence;
        exchange.LastArrival = now;
        exchange.IsEstablished = true;
        SetState(ref exchange, State.Observing);
        Store(index, message);
        Raise(index, CoapEventKind.Notification);
        return true;
    }

    /// <summary>Ends an exchange with an event.</summary>
    public void End(int index, CoapEventKind kind)
    {
        SetState(ref _exchanges[index], State.Done);
        Raise(index, kind);
    }

    /// <summary>Ends an exchange without an event.</summary>
    public void Close(int index)
    {
        DropEvent(index);
        SetState(ref _exchanges[index], State.Free);
        _free[_freeCount++] = index;
    }

    /// <summary>Ends what has waited too long for its response.</summary>
    public void OnDeadline(Instant now)
    {
        for (int i = 0; _waitingCount > 0 && i < _exchanges.Length; i++)
        {
            if (_exchanges[i].State == State.Waiting && _exchanges[i].Deadline <= now)
            {
                End(i, CoapEventKind.Timeout);
            }
        }
    }

    public bool TryTakeEvent(out CoapEvent e)
    {
        if (_eventCount == 0)
        {
            e = default;
            return false;
        }

        int index = _events[_eventFirst];
        _eventFirst = (_eventFirst + 1) % _events.Length;
        _eventCount--;
        ref Exchange exchange = ref _exchanges[index];
        exchange.EventWaits = false;

        CoapMessage message = default;
        bool hasMessage = exchange.Event is CoapEventKind.Response or CoapEventKind.Notification or CoapEventKind.ObservationEnded
            && CoapMessage.TryParse(_responses.AsSpan(index * _maxMessageSize, exchange.ResponseLength), out message, out _);
        e = new CoapEvent
        {
            Kind = exchange.Event,
            Exchange = GetId(index),
            Peer = exchange.Peer,
            HasMessage = hasMessage,
            Message = message,
        };
        if (exchange.State == State.Done)
        {
            // The bytes stay where they are until the next request, which is a call into the endpoint.
            Close(index);
        }

        return true;
    }

    private void Store(int index, in CoapMessage message)
    {
        message.Datagram.CopyTo(_responses.AsSpan(index * _maxMessageSize, _maxMessageSize));
        _exchanges[index].ResponseLength = message.Datagram.Length;
    }

    private void SetState(ref Exchange exchange, State state)
    {
        if (exchange.State == State.Waiting)
        {
            _waitingCount--;
        }

        exchange.State = state;
    }

    private void Raise(int index, CoapEventKind kind)
    {
        ref Exchange exchange = ref _exchanges[index];
        exchange.Event = kind;
        if (!exchange.EventWaits)
        {
            exchange.EventWaits = true;
            _events[(_eventFirst + _eventCount++) % _events.Length] = index;
        }
    }

    private void DropEvent(int index)
    {
        if (!_exchanges[index].EventWaits)
        {
            return;
        }

        _exchanges[index].EventWaits = false;
        int kept = 0;
        for (int i = 0; i < _eventCount; i++)
        {
            int candidate = _events[(_eventFirst + i) % _events.Length];
            if (candidate != index)
            {
                _events[(_eventFirst + kept++) % _events.Length] = candidate;
            }
        }

        _eventCount = kept;
    }
}
