using Ipso.Buffers;

namespace Ipso.Coap.Engine;

/// <summary>
/// Requests and responses, client and server in one: what is alike whether messages travel in datagrams (<see cref="CoapEndpoint"/>) or
/// over a reliable transport: matching by token (RFC 7252, 5.3), separate responses (5.2.2), options (5.4), block-wise transfer (RFC 7959),
/// observation (RFC 7641) and proof of address (RFC 9175). Without I/O: messages and moments go in, messages, deadlines and events come
/// out.
/// </summary>
/// <remarks>
/// One thread at a time. Memory is taken by the constructor, and what transfers in blocks and responses that are put off need with the first
/// of them (<see cref="CoapEndpointOptions"/>); no call allocates once running, unless application code throws.
/// </remarks>
public abstract partial class CoapEngine
{
    private readonly CoapEndpointOptions _options;
    private readonly ICoapRequestHandler? _handler;
    private readonly MessageLayer _messages;
    private readonly NotificationPace _pace;
    private readonly ObserverTable _observers;
    private readonly BlockTransfers _transfers;
    private readonly PeerTable _peers;
    private readonly PagePool _pages;
    private readonly PagePool _kept;
    private readonly ServerEvents _serverEvents;
    private readonly ResponseComposer _composer;
    private readonly IRandomSource _random;
    private readonly ulong _seed;

    // To work in: a body in one piece, a message that is sent again in another form, a block of a body that is pulled.
    private LateBuffer _body;
    private LateBuffer _original;
    private LateBuffer _piece = new(BlockOption.GetSize(BlockOption.MaxExponent));

    // How many answers and events wait to be taken: as many as there can be of use, within these.
    private protected const int MinQueue = 16;
    private protected const int MaxQueue = 64;

    // RFC 8323, 6: how much of a body goes into one message to the peer at hand; 0 if it takes single blocks only.
    private int _bertSize;

    // RFC 7959, 2.2: the size exponent of our largest blocks.
    private readonly int _largestExponent;

    // Slots of the message layer: those of the exchanges, by the same index, then those of Confirmable notifications, then those of
    // deferred responses, by the same index again.
    private readonly int _firstNotified;
    private readonly int _firstDeferred;

    private protected CoapEngine(CoapEndpointOptions options, IRandomSource random, ICoapRequestHandler? handler)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        int slots = options.Exchanges + options.ConfirmableNotifications + options.DeferredResponses;
        _protection = options.Protection;
        if ((long)options.MaxMessageSize * slots > Array.MaxLength
            || (long)options.ObserverRequestSize * options.Observers > Array.MaxLength)
        {
            throw new ArgumentException(Phrase.Of($"The tables would take {options.MaxMemory} bytes."), nameof(options));
        }

        _options = options;
        _largestExponent = options.LargestExponent;
        _handler = handler;
        _random = random;
        int size = options.MaxMessageSize;
        _firstNotified = options.Exchanges;
        _firstDeferred = _firstNotified + options.ConfirmableNotifications;
        _peers = new PeerTable(options.Peers + slots + 1, random);
        _messages = new MessageLayer(slots, options, random, _peers, Counters);
        _pages = new PagePool(options.TransferBytes);
        _pace = new NotificationPace(_peers, options.Peers, options.Observers, options.Transmission.NotificationInterval, Counters);
        _kept = new(options.KeptBodyBytes);
        _observers = new ObserverTable(
            options.Observers, options.ObserverRequestSize, options.ConfirmableInterval, _pace, _kept);
        _notified = new Notified[options.ConfirmableNotifications];
        _notifiedLinks = new IndexLinks(options.ConfirmableNotifications);
        for (int i = 0; i < options.ConfirmableNotifications; i++)
        {
            _notifiedLinks.AddLast(ref _freeNotified, i);
        }

        _transfers = new BlockTransfers(options, _pages, Counters);
        _serverEvents = new ServerEvents(Math.Clamp(options.Observers, MinQueue, MaxQueue), Counters);
        _guard = _protection?.MakeGuard(this);
        _memory = _guard?.Memory;
        _composer = new ResponseComposer(size - (_guard?.ResponseOverhead ?? 0), options.MaxBodySize);
        _echo ??= options.MakeEcho?.Invoke(this);
        _body = new(options.MaxBodySize);
        _original = new(size);
        _seed = ((ulong)random.NextUInt32() << 32) | random.NextUInt32();
    }

    /// <summary>What has been counted.</summary>
    public CoapCounters Counters { get; } = new();

    /// <summary>What protects messages one by one; null for none.</summary>
    internal MessageProtection? Protection => _protection;

    /// <summary>When <see cref="OnDeadline"/> wants to be called; null for never. Any other call may change it.</summary>
    public Instant? NextDeadline => Earliest is var next && next == Instant.Never ? null : next;

    private Instant Earliest
    {
        get
        {
            Instant next = Instant.Earlier(_messages.NextDeadline, _client?.NextDeadline ?? Instant.Never);
            next = Instant.Earlier(Instant.Earlier(next, _observers.NextDeadline), _transfers.NextDeadline);
            return Instant.Earlier(Instant.Earlier(next, _deferred?.NextDeadline ?? Instant.Never), TransportDeadline);
        }
    }

    /// <summary>Does what is due. A call too early does nothing.</summary>
    /// <param name="now">The moment.</param>
    public void OnDeadline(Instant now)
    {
        if (now < Earliest)
        {
            return;
        }

        while (_messages.TryTakeExpired(now, out int slot))
        {
            OnGivenUp(slot);
        }

        _client?.OnDeadline(now);
        _deferral?.OnDeadline(now);
        _observers.OnDeadline(now);
        while (_transfers.TryTakeDue(now, out int index))
        {
            if (_robust?.TryGoOn(index, now) != true)
            {
                _transfers.Expire(index);
            }
        }

        OnTransportDeadline(now);
    }

    /// <summary>Takes the next event.</summary>
    /// <param name="e">The event. Its message is a view into the engine that is valid until the next call into it.</param>
    /// <returns>False if there is none.</returns>
    public bool TryTakeEvent(out CoapEvent e)
    {
        e = default;
        return _client?.TryTakeEvent(out e) == true || _serverEvents.TryTake(out e);
    }

    // What differs between datagrams and reliable transports (RFC 7252, 4; RFC 8323, 3).

    /// <summary>Whether the transport delivers each message once and in order: nothing is acknowledged or repeated.</summary>
    // No field: in a native program with one of the transports it is a constant, and what is for the other one is left out.
    private protected abstract bool IsReliable { get; }

    /// <summary>Type and Message ID of the response to a request that has just come in.</summary>
    private protected abstract void GetReplyHeader(in Arrival arrival, out CoapType type, out ushort messageId);

    /// <summary>Sends the response to a request that has just come in, or none, and remembers it for duplicates.</summary>
    private protected abstract void SendReply(in Arrival arrival, ReadOnlySpan<byte> reply);

    /// <summary>Tells the sender of a request that it has arrived, as far as that is called for.</summary>
    private protected abstract void Acknowledge(in Arrival arrival);

    /// <summary>Refuses a message that makes no sense here.</summary>
    private protected abstract void Reject(in Arrival arrival);

    /// <summary>The application does not take the message at hand yet. Over datagrams it counts as lost, and is repeated.</summary>
    private protected virtual void Hold()
    {
    }

    /// <summary>Whether a request can be sent to a peer: over a connection only while it is there.</summary>
    private protected virtual bool CanReach(in PeerId peer) => true;

    /// <summary>What a peer takes; of meaning over a reliable transport, where it says so (RFC 8323, 5.3).</summary>
    private protected virtual CoapCapabilities CapabilitiesOf(in PeerId peer) => default;

    /// <summary>When the transport itself wants <see cref="OnTransportDeadline"/> to be called.</summary>
    private protected virtual Instant TransportDeadline => Instant.Never;

    /// <summary>The transport does what is due.</summary>
    private protected virtual void OnTransportDeadline(Instant now)
    {
    }

    /// <summary>A connection, or a security session, is gone: its requests end, and what it has asked for is forgotten.</summary>
    private protected void OnConnectionClosed(in PeerId peer)
    {
        _client?.OnConnectionClosed(peer);
        RemoveObservers(peer);
        _transfers.EndAll(peer);
        _deferral?.CloseAll(peer);
    }

    private protected void OnRefused(in PeerId peer)
    {
        _client?.OnRefused(peer);
        _robust?.OnRefused(peer);
    }

    // What goes to a peer is made for what it takes.
    private void Regard(in PeerId peer)
    {
        if (IsReliable)
        {
            CoapCapabilities capabilities = CapabilitiesOf(peer);
            int size = (int)Math.Min((uint)_options.MaxMessageSize, Math.Max(capabilities.MaxMessageSize, 256));
            size -= _protection is null ? 0 : _protection.RequestOverhead;
            _composer.MaxMessageSize = size;
            _bertSize = capabilities.TakesBert ? (size - 128) / 1024 * 1024 : 0;
        }
    }

    /// <summary>The options, for the transports.</summary>
    private protected CoapEndpointOptions Options => _options;

    /// <summary>The message layer's next Message ID to a peer.</summary>
    private protected ushort NextMessageId(in PeerId peer) => _messages.NextMessageId(peer);

    /// <summary>The number of the first exchange, before there is one: of several engines of one owner each has its own numbers.</summary>
    internal ushort FirstExchangeId { get; init; }

    /// <summary>A peer has answered a message of ours: it is there, and PROBING_RATE does not apply (RFC 7252, 4.7).</summary>
    private protected void OnHeard(in PeerId peer) => _messages.Heard(peer);

    /// <summary>The peer has acknowledged a message with an empty ACK.</summary>
    private protected void OnAcknowledged(int slot, Instant now)
    {
        ReleaseMessage(slot);
        if (slot < _firstNotified)
        {
            _client?.OnSent(slot, now);
        }
        else if (slot < _firstDeferred && TryGetNotified(slot, out int observer))
        {
            ConfirmNotification(observer, now);
        }

        FreeSlot(slot);
    }

    /// <summary>The peer has rejected a message with a RST.</summary>
    private protected void OnReset(int slot)
    {
        if (slot >= _firstNotified && slot < _firstDeferred && TryGetNotified(slot, out int observer))
        {
            RemoveObserver(observer, ObserverEnd.Reset);
        }

        bool wasActive = _messages.IsActive(slot);
        PeerId peer = _messages.GetPeer(slot);
        ushort messageId = _messages.MessageIdOf(slot);
        ReleaseMessage(slot);
        if (slot < _firstNotified)
        {
            EndExchange(slot, CoapEventKind.Reset);
        }
        else if (wasActive)
        {
            FreeSlot(slot);
        }

        if (slot >= _firstNotified)
        {
            _robust?.OnReset(peer, messageId);
        }
    }

    // MAX_RETRANSMIT has been reached.
    private void OnGivenUp(int slot)
    {
        if (slot < _firstNotified)
        {
            ReleaseMessage(slot);
            EndExchange(slot, CoapEventKind.Timeout);
            return;
        }

        if (slot < _firstDeferred && TryGetNotified(slot, out int observer))
        {
            RemoveObserver(observer, ObserverEnd.Timeout);
        }

        if (_messages.IsActive(slot))
        {
            ReleaseMessage(slot);
            FreeSlot(slot);
        }
    }

    /// <summary>The slot of the message that an ACK or RST is about; -1 if there is none.</summary>
    private protected int FindMessage(in PeerId peer, ushort messageId) => _messages.Find(peer, messageId);

    // Ends a transmission, which may let an observer of the same peer have its turn.
    private void ReleaseMessage(int slot)
    {
        if (_messages.IsActive(slot))
        {
            PeerId peer = _messages.GetPeer(slot);
            _messages.Release(slot);
            _observers.Wake(peer);
        }
    }

    // Gives back what a message beside those of the exchanges has held.
    private void FreeSlot(int slot)
    {
        if (slot >= _firstDeferred)
        {
            _deferral?.Free(slot);
        }
        else if (slot >= _firstNotified)
        {
            _notifiedLinks.AddLast(ref _freeNotified, slot - _firstNotified);
            _ = _observers.TryWake();
        }
    }
}
