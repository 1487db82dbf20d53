using Ipso.Buffers;

namespace Ipso.Coap.Engine;

// The client role: requests of our own are made.
public abstract partial class CoapEngine
{
    /// <summary>
    /// Whether requests may go to a peer: not where they have to be protected (<see cref="Oscore.OscoreProtection.RequiresProtection"/>) and
    /// there is nothing to protect them by.
    /// </summary>
    /// <param name="to">The server.</param>
    /// <returns>False if a request would be refused for that, and counted as <see cref="CoapCounters.ExchangesUnprotected"/>.</returns>
    public bool MayRequest(in PeerId to) => _protection?.TryGetContext(to, out _) != false;

    /// <summary>Who alone can read a request to a peer, by <see cref="CoapEndpointOptions.Protection"/>.</summary>
    /// <param name="to">The server.</param>
    /// <returns><see langword="null"/> where it would go out without protection, or not at all.</returns>
    public PeerIdentity? FindReader(in PeerId to)
    {
        ulong context = 0;
        return _protection?.TryGetContext(to, out context) == true && context != 0
            ? _protection.IdentityOf(new MessageBinding { Context = context })
            : null;
    }

    /// <summary>
    /// Makes a request. It is sent when NSTART allows, block by block if its payload does not fit into one (RFC 7959); its events bear the
    /// id that is returned.
    /// </summary>
    /// <param name="to">The server.</param>
    /// <param name="head">Method, URI and options.</param>
    /// <param name="payload">The payload; copied.</param>
    /// <returns>The exchange, which lives until its last event is taken; none if all <see cref="CoapEndpointOptions.Exchanges"/> are in
    /// use, there is no room for a payload of several blocks, or not <see cref="MayRequest"/>. None leaves the sink untouched.</returns>
    /// <exception cref="ArgumentException">The head does not fit into <see cref="CoapEndpointOptions.MaxMessageSize"/>, the payload is
    /// longer than <see cref="CoapEndpointOptions.MaxBodySize"/>, or the head is no request, or begins an observation and ends one.</exception>
    public ExchangeId Request(in PeerId to, in CoapRequestHead head, ReadOnlySpan<byte> payload = default)
    {
        Regard(to);
        bool isWhole = payload.Length <= PieceSize(OurExponent);
        int index = Open(to, head, isWhole ? payload : default, mayOverflow: isWhole && !payload.IsEmpty, out int length);
        if (index < 0)
        {
            return default;
        }

        if (isWhole && length >= 0)
        {
            Start(index, _requests.GetMessageId(index), length, IsConfirmable(index));
            return _requests.GetId(index);
        }

        if (payload.Length > _options.MaxBodySize)
        {
            TakeBack(index);
            throw new ArgumentException(Phrase.Of($"The payload is longer than {_options.MaxBodySize} bytes."), nameof(payload));
        }

        if (length < 0)
        {
            length = EncodeHead(index, head);
        }

        if (!_pages.TryAppend(ref _requests.Body(index).Request, payload))
        {
            Counters.TransfersRefused++;
            TakeBack(index);
            return default;
        }

        return BeginSending(index, length);
    }

    /// <summary>Makes a request whose body is pulled block by block (RFC 7959), however long it is.</summary>
    /// <param name="to">The server.</param>
    /// <param name="head">Method, URI and options.</param>
    /// <param name="body">The body. If the server wants smaller blocks or lost one, it is asked for bytes that it gave before.</param>
    /// <returns>The exchange, as for a payload; none leaves the body untouched.</returns>
    /// <exception cref="ArgumentException">The head does not fit into <see cref="CoapEndpointOptions.MaxMessageSize"/>, or is no request.
    /// </exception>
    public ExchangeId Request(in PeerId to, in CoapRequestHead head, ICoapBody body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Regard(to);
        int index = Open(to, head, default, mayOverflow: false, out int length);
        if (index < 0)
        {
            return default;
        }

        _requests.Body(index).Source = body;
        return BeginSending(index, length);
    }

    /// <summary>Sends an Empty CON, which the peer answers with a RST: that event is the pong (RFC 7252, 4.3).</summary>
    private protected ExchangeId SendPing(in PeerId to)
    {
        _client ??= new(this);
        ushort messageId = NextMessageId(to);
        if (!_requests.TryOpen(to, messageId, wantsObservation: false, out int index, out _))
        {
            Counters.ExchangesRefused++;
            return default;
        }

        BindRequest(index, 0);
        Outbox.WriteEmpty(_messages.GetBuffer(index), CoapType.Confirmable, messageId);
        _requests.Body(index).Messages.Add(messageId);
        _messages.Start(index, to, messageId, CoapMessage.HeaderLength, confirmable: true);
        return _requests.GetId(index);
    }

    private int Open(in PeerId to, in CoapRequestHead head, ReadOnlySpan<byte> payload, bool mayOverflow, out int length)
    {
        _client ??= new(this);
        length = -1;
        if (!head.Method.IsRequest)
        {
            throw new ArgumentException(Phrase.Of($"{head.Method} is no method."), nameof(head));
        }

        if (head is { Observe: true, Deregister: not null })
        {
            throw new ArgumentException("A request begins an observation or ends one.", nameof(head));
        }

        if (!CanReach(to))
        {
            Counters.ExchangesRefused++;
            return -1;
        }

        ulong context = 0;
        if (_protection?.TryGetContext(to, out context) == false)
        {
            Counters.ExchangesRefused++;
            Counters.ExchangesUnprotected++;
            return -1;
        }

        ushort messageId = NextMessageId(to);
        bool isRobust = head.RobustBlocks && head.Deregister is null && _robust is not null && context == 0;
        if (!_requests.TryOpen(to, messageId, head.Observe, out int index, out _, isRobust))
        {
            Counters.ExchangesRefused++;
            return -1;
        }

        if (head.Deregister is { } token)
        {
            _requests.Adopt(index, token);
        }

        BindRequest(index, context);
        _requests.Body(index).Sink = head.Observe ? null : head.Sink;
        _requests.Body(index).IsRobust = isRobust;
        _requests.Body(index).IsNonConfirmable = head.NonConfirmable;
        bool isEncoded = false;
        try
        {
            length = Encode(index, head, payload);
            isEncoded = length >= 0 || mayOverflow;
        }
        finally
        {
            if (!isEncoded)
            {
                TakeBack(index);
            }
        }

        return isEncoded
            ? index
            : throw new ArgumentException(Phrase.Of($"The request is longer than {_options.MaxMessageSize} bytes."), nameof(head));
    }

    // There is no exchange after all: its sink stays with whoever asked.
    private void TakeBack(int index)
    {
        _requests.Body(index).Sink = null;
        _requests.Close(index);
    }

    // The head alone, after it did not fit together with the payload.
    private int EncodeHead(int index, in CoapRequestHead head)
    {
        int length = Encode(index, head, default);
        if (length < 0)
        {
            TakeBack(index);
            throw new ArgumentException(Phrase.Of($"The request is longer than {_options.MaxMessageSize} bytes."), nameof(head));
        }

        return length;
    }

    // RFC 9177, 4.1: a client says that it takes a response in a robust transfer by asking for one.
    private int Encode(int index, in CoapRequestHead head, ReadOnlySpan<byte> payload)
    {
        bool isRobust = _requests.Body(index).IsRobust;
        return RequestEncoder.Encode(
            RequestBuffer(index), _requests.GetMessageId(index), _requests.GetToken(index), head, isRobust ? null : EarlyBlock2,
            isRobust ? new BlockOption(0, true, _largestExponent) : null, payload);
    }

    // RFC 7959, 2.4: who wants blocks smaller than the largest says so from the start.
    private BlockOption? EarlyBlock2 => _largestExponent < BlockOption.MaxExponent ? new BlockOption(0, false, _largestExponent) : null;
}
