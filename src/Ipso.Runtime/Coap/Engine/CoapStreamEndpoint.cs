namespace Ipso.Coap.Engine;

/// <summary>
/// A CoAP endpoint over byte streams, client and server in one (RFC 8323), without I/O: to what <see cref="CoapEngine"/> is it adds
/// framing, the signals, and the end of a connection. A peer is a connection; who opened it makes no difference.
/// </summary>
/// <remarks>
/// <para>
/// The owner drives it in a loop: <see cref="Open"/>; <see cref="Receive"/> with what has come; <see cref="TryTransmit"/> until it says
/// false, writing each message whole to its connection; <see cref="TryTakeClosing"/>, closing what it names; the events. When a connection
/// is closed by the peer or the network, <see cref="Close"/>.
/// </para>
/// <para>
/// A connection costs a buffer that grows with what it sends, up to one message of <see cref="CoapEndpointOptions.MaxMessageSize"/>, and is
/// kept for the next one (<see cref="MaxMemory"/>). With a size of 2176 and more, bodies go in BERT blocks (RFC 8323, 6) to peers that take
/// them.
/// </para>
/// <para>
/// A peer that does not begin with its CSM in time, or does not go on with a message, is aborted, and so is one that announces more than
/// it may send, before a byte of that is kept. A peer whose block a sink is not ready for (<see cref="ICoapBodySink.IsReady"/>) is not read
/// from until it is. A connection that the peer has released (RFC 8323, 5.5) is closed as soon as neither end waits for a response.
/// </para>
/// </remarks>
public sealed partial class CoapStreamEndpoint : CoapEngine
{
    private struct Connection
    {
        public PeerId Peer;
        public CoapStreamFramer? Framer;
        public CoapCapabilities Capabilities;
        public bool HasCsm;
        public bool IsReleased;
        public bool IsClosing;
        public Patience Patience;

        /// <summary>Whether a part of a message has come, of which the bytes are handed in when it is whole.</summary>
        public bool HasBegun;

        /// <summary>Whether its next message is one that the application does not take yet.</summary>
        public bool IsHeld;

        /// <summary>Whether it may hold messages that wait for room for their answers.</summary>
        public bool Waits;

        /// <summary>From when on it may be asked to end an observation.</summary>
        public Instant DeclinesFrom;

        /// <summary>When it was opened, or the last message came that was no signal; and the last search that found it in use.</summary>
        public Instant UsedAt;
        public uint InUse;
    }

    private readonly Connection[] _connections;
    private readonly HashChains _byPeer;
    private readonly IndexLinks _links;
    private readonly IndexLinks _waitingLinks;
    private readonly TimerHeap _timers;
    private readonly DeduplicationRing _replies;
    private readonly Outbox _outbox;
    private readonly byte[] _incoming;
    private readonly byte[] _outgoing;
    private bool _isHeld;

    // How many connections have been released, and are not closed yet.
    private int _released;
    private IndexList _free;
    private IndexList _open;
    private IndexList _closing;
    private IndexList _waiting;

    /// <summary>Makes an endpoint.</summary>
    /// <param name="options">The bounds. Those of duplicates and acknowledgements have no meaning here.</param>
    /// <param name="random">Randomness for tokens.</param>
    /// <param name="handler">Answers requests; null for a client alone.</param>
    /// <param name="maxConnections">How many connections there may be, 1 to 65535.</param>
    /// <exception cref="ArgumentException">One of the tables would be longer than an array can be.</exception>
    public CoapStreamEndpoint(
        CoapEndpointOptions options, IRandomSource random, ICoapRequestHandler? handler = null, int maxConnections = 16)
        : base(options, random, handler)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConnections, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxConnections, 65535);
        _connections = new Connection[maxConnections];
        _byPeer = new HashChains(maxConnections);
        _links = new IndexLinks(maxConnections);
        _waitingLinks = new IndexLinks(maxConnections);
        _timers = new TimerHeap(maxConnections);
        _replies = new DeduplicationRing(MaxQueue, options.MaxMessageSize * 4, Counters);
        _outbox = new Outbox(_replies, MaxQueue, Counters);
        _incoming = new byte[options.MaxMessageSize + MessageHeader.DatagramLength];
        _outgoing = new byte[options.MaxMessageSize];
        for (int i = 0; i < maxConnections; i++)
        {
            _links.AddLast(ref _free, i);
        }
    }

    /// <summary>How many connections there may be.</summary>
    public int MaxConnections => _connections.Length;

    /// <summary>
    /// The memory that this endpoint takes, at most, in bytes: what the options say, and for each connection the longest message.
    /// </summary>
    public long MaxMemory =>
        Options.MaxMemory + (7L * Options.MaxMessageSize) + 20_000 + (MaxConnections * (Options.MaxMessageSize + 300L));

    /// <summary>How many connections are open or about to be closed.</summary>
    public int ConnectionCount => _connections.Length - _free.Count;

    /// <summary>How long the buffer of <see cref="TryTransmit"/> must be: a message in its frame.</summary>
    public int TransmitSize => Options.MaxMessageSize + 2;

    /// <summary>Told of the connection that bytes have come from, before they are taken.</summary>
    public Action<PeerId, Instant>? Arriving { get; set; }

    /// <summary>Told of each connection that a peer is about to close, and how long that peer asks not to be connected to (RFC 8323, 5.5).</summary>
    public Action<PeerId, TimeSpan>? Released { get; set; }

    /// <summary>Told of each connection that is gone, when nothing of it is left here.</summary>
    public Action<PeerId>? Closed { get; set; }

    /// <summary>Takes bytes of a connection, however they are cut. Whatever they hold, nothing is thrown.</summary>
    /// <param name="bytes">The bytes; not needed after the call.</param>
    /// <param name="from">The connection.</param>
    /// <param name="now">The moment of arrival.</param>
    /// <returns>How many bytes were taken. If not all, the others are to be handed in after <see cref="TryTransmit"/> has said false, and
    /// <see cref="IsHeld"/> says so no longer.</returns>
    public int Receive(ReadOnlySpan<byte> bytes, in PeerId from, Instant now)
    {
        int index = Find(from);
        if (index < 0 || _connections[index].IsClosing)
        {
            return bytes.Length;
        }

        Arriving?.Invoke(from, now);
        _connections[index].HasBegun = false;
        int taken = 0;
        while (Read(index, now))
        {
            int more = _connections[index].Framer!.Append(bytes[taken..]);
            taken += more;
            if (more == 0)
            {
                return taken;
            }
        }

        // Closed, or as many answers wait as there is room for: the rest has to wait as well.
        return _connections[index].IsClosing ? bytes.Length : taken;
    }

    /// <summary>Gives the next message, to be written to its connection whole.</summary>
    /// <param name="buffer">At least <see cref="TransmitSize"/> bytes.</param>
    /// <param name="now">The moment.</param>
    /// <param name="transmit">Connection and length.</param>
    /// <returns>False if there is nothing to send for now.</returns>
    /// <exception cref="ArgumentException">The buffer is too short.</exception>
    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buffer.Length, TransmitSize, nameof(buffer));
        while (_outbox.TryTake(_outgoing, out transmit) || TryTransmitNext(_outgoing, now, out transmit) || ReadOn(now))
        {
            if (transmit.Length == 0)
            {
                continue;
            }

            if (Find(transmit.To) < 0)
            {
                // The connection is gone, and what was meant for it with it.
                Counters.TransmitDropped++;
                continue;
            }

            Counters.Transmitted++;
            transmit = transmit with { Length = StreamFrames.Frame(_outgoing.AsSpan(0, transmit.Length), buffer) };
            return true;
        }

        CloseReleased();
        return false;
    }

    private protected override Instant TransportDeadline => _timers.Next;

    private protected override void OnTransportDeadline(Instant now)
    {
        while (_timers.TryTakeDue(now, out int index))
        {
            OnDue(index, now);
        }
    }

    private protected override bool IsReliable => true;

    private protected override void Hold() => _isHeld = true;

    private protected override bool CanReach(in PeerId peer) => Find(peer) is >= 0 and int index && !_connections[index].IsClosing;

    private protected override CoapCapabilities CapabilitiesOf(in PeerId peer) =>
        Find(peer) is >= 0 and int index ? _connections[index].Capabilities : CoapCapabilities.Base;

    private protected override void GetReplyHeader(in Arrival arrival, out CoapType type, out ushort messageId)
    {
        type = CoapType.NonConfirmable;
        messageId = 0;
    }

    private protected override void SendReply(in Arrival arrival, ReadOnlySpan<byte> reply)
    {
        if (!reply.IsEmpty)
        {
            _outbox.Reply(arrival.From, _replies.Add(arrival.From, 0, arrival.Now, TimeSpan.Zero, reply));
        }
    }

    private protected override void Acknowledge(in Arrival arrival)
    {
        // The transport does.
    }

    private protected override void Reject(in Arrival arrival) => Counters.Dropped++;

    // Nothing of a stream may be lost: before a message is taken, its reply has room behind those that wait, wherever the ring has its gap.
    private bool HasRoom => _outbox.Count < MaxQueue / 2 && _outbox.Bytes <= Options.MaxMessageSize;

    // Takes the messages that a connection holds whole; false if it is closing, or must wait until answers have been given out.
    private bool Read(int index, Instant now)
    {
        ref Connection connection = ref _connections[index];
        CoapStreamFramer framer = connection.Framer!;
        bool hasRoom = true;
        bool hasRead = false;
        while (!connection.IsHeld && (hasRoom = HasRoom) && framer.TryRead(out CoapMessage message))
        {
            _isHeld = false;
            Take(index, message, now);
            if (connection.IsClosing)
            {
                Counters.Received++;
                return false;
            }

            connection.IsHeld = _isHeld;
            if (_isHeld)
            {
                framer.Unread();
            }
            else
            {
                Counters.Received++;
                hasRead = true;
            }
        }

        if (framer.Error != CoapParseError.None)
        {
            Counters.Malformed++;
            bool isTooLarge = framer.Error == CoapParseError.MessageTooLarge;
            Abort(index, null, isTooLarge ? "Message too large"u8 : "Malformed message"u8);
            return false;
        }

        if (!hasRoom && !connection.Waits)
        {
            connection.Waits = true;
            _waitingLinks.AddLast(ref _waiting, index);
        }

        Wait(index, hasRead, now);
        return hasRoom && !connection.IsHeld;
    }

    // Goes on with a connection that had to wait; false if there is none.
    private bool ReadOn(Instant now)
    {
        int index = _waitingLinks.TakeFirst(ref _waiting);
        if (index < 0)
        {
            return false;
        }

        _connections[index].Waits = false;
        _ = _connections[index].IsClosing || Read(index, now);
        return true;
    }

    private void Take(int index, in CoapMessage message, Instant now)
    {
        PeerId peer = _connections[index].Peer;
        if (message.Code.Class == CoapCode.Csm.Class)
        {
            TakeSignal(index, message);
        }
        else if (!_connections[index].HasCsm)
        {
            // RFC 8323, 5.3: the first message is a CSM.
            Abort(index, null, "CSM expected"u8);
        }
        else if (message.Code.IsEmpty)
        {
            // Ignored, whatever it holds (RFC 8323, 3.4).
            return;
        }
        else if (!CoapMessage.TryParseDatagram(
            StreamFrames.Unframe(message, _incoming), extendedTokens: true, out CoapMessage inner, out _))
        {
            Counters.Dropped++;
        }
        else if (inner.Code.IsRequest)
        {
            _connections[index].UsedAt = now;
            Arrival arrival = new() { Message = inner, From = peer, Now = now };
            ReceiveRequest(ref arrival);
        }
        else if (inner.Code.IsResponse && FindExchange(peer, inner) is >= 0 and int exchange)
        {
            _connections[index].UsedAt = now;
            _ = Accept(exchange, inner, now);
        }
        else if (inner.Code.IsResponse && TryTakeDetached(new Arrival { Message = inner, From = peer, Now = now }))
        {
            _connections[index].UsedAt = now;
        }
        else
        {
            Counters.Dropped++;
            Decline(index, inner, now);
        }
    }

    // There is no RST (RFC 8323, 3): whoever notifies of what nobody observes is asked to stop, by the token, all that is known of the request.
    // It takes the place of an answer. Once in a while, since one that takes it for another registration would go on for ever.
    private void Decline(int index, in CoapMessage message, Instant now)
    {
        ref Connection connection = ref _connections[index];
        if (!message.Code.IsSuccess || message.TokenBytes.Length > CoapToken.MaxLength
            || !message.Options.TryGetUInt(CoapOptionNumber.Observe, out _) || now < connection.DeclinesFrom)
        {
            return;
        }

        connection.DeclinesFrom = now + s_retry;
        Span<byte> request = stackalloc byte[CoapMessage.HeaderLength + CoapToken.MaxLength + 2];
        CoapMessageWriter writer = new(request, CoapType.NonConfirmable, CoapCode.Get, 0, new CoapToken(message.TokenBytes));
        writer.Option(CoapOptionNumber.Observe, (uint)ObserveAction.Deregister);
        SendReply(new Arrival { Message = message, From = connection.Peer, Now = now }, request[..writer.Finish()]);
    }

    private void BeginClosing(int index)
    {
        if (!_connections[index].IsClosing)
        {
            _connections[index].IsClosing = true;
            _connections[index].IsHeld = false;
            _timers.Clear(index);
            _links.Remove(ref _open, index);
            _links.AddLast(ref _closing, index);
        }
    }

    private void Remove(int index)
    {
        PeerId peer = _connections[index].Peer;
        _timers.Clear(index);
        if (_connections[index].Waits)
        {
            _waitingLinks.Remove(ref _waiting, index);
        }

        _released -= _connections[index].IsReleased ? 1 : 0;
        _byPeer.Remove(index);
        _links.Remove(ref _connections[index].IsClosing ? ref _closing : ref _open, index);
        _links.AddLast(ref _free, index);
        _connections[index] = new Connection { Framer = _connections[index].Framer };
        _outbox.Forget(peer);
        OnConnectionClosed(peer);
        Closed?.Invoke(peer);
    }

    private int Find(in PeerId peer)
    {
        int i = _byPeer.First(peer.GetHashCode());
        while (i >= 0 && _connections[i].Peer != peer)
        {
            i = _byPeer.Next(i);
        }

        return i;
    }
}
