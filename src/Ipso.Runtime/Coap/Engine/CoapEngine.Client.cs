namespace Ipso.Coap.Engine;

// The client role: requests of our own and what comes back (RFC 7252, 5.3; RFC 7641, 3).
public abstract partial class CoapEngine
{
    // RFC 7641, 3.3.1: a random time of 5 to 15 s past Max-Age, so that clients do not all come at once.
    private static readonly TimeSpan s_minGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_graceRange = TimeSpan.FromSeconds(10);

    /// <summary>Requests under way, those included whose last event has not been taken.</summary>
    public int ExchangeCount => _requests.Count;

    /// <summary>
    /// Makes a request. It is sent when NSTART allows, block by block if its payload does not fit into one (RFC 7959); its events bear the
    /// id that is returned.
    /// </summary>
    /// <param name="to">The server.</param>
    /// <param name="head">Method, URI and options.</param>
    /// <param name="payload">The payload; copied.</param>
    /// <returns>The exchange, which lives until its last event is taken; none if all <see cref="CoapEndpointOptions.Exchanges"/> are in
    /// use, or there is no room for a payload of several blocks.</returns>
    /// <exception cref="ArgumentException">The head does not fit into <see cref="CoapEndpointOptions.MaxMessageSize"/>, the payload is
    /// longer than <see cref="CoapEndpointOptions.MaxBodySize"/>, or the head is no request.</exception>
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
            _messages.Start(index, to, _requests.GetMessageId(index), length, IsConfirmable(index) && !IsReliable);
            return _requests.GetId(index);
        }

        if (payload.Length > _options.MaxBodySize)
        {
            _requests.Close(index);
            throw new ArgumentException($"The payload is longer than {_options.MaxBodySize} bytes.", nameof(payload));
        }

        if (length < 0)
        {
            length = EncodeHead(index, head);
        }

        if (!_pages.TryAppend(ref _requests.Body(index).Request, payload))
        {
            Counters.TransfersRefused++;
            _requests.Close(index);
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
        ushort messageId = NextMessageId(to);
        if (!_requests.TryOpen(to, messageId, wantsObservation: false, out int index, out _))
        {
            Counters.ExchangesRefused++;
            return default;
        }

        Outbox.WriteEmpty(_messages.GetBuffer(index), CoapType.Confirmable, messageId);
        _messages.Start(index, to, messageId, CoapMessage.HeaderLength, confirmable: true);
        return _requests.GetId(index);
    }

    /// <summary>Whether an exchange is not over: further events may come of what the network brings.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <returns>False if it is over, even if its last event has not been taken.</returns>
    public bool IsOpen(ExchangeId exchange) => _requests.IsOpen(exchange);

    /// <summary>
    /// Ends an exchange. An established observation is deregistered with the server, and the exchange ends with the event of that response;
    /// any other is forgotten at once, without event.
    /// </summary>
    /// <param name="exchange">The exchange.</param>
    /// <returns>False if it is over already.</returns>
    public bool Cancel(ExchangeId exchange)
    {
        if (!_requests.IsOpen(exchange))
        {
            return false;
        }

        int index = exchange.Slot;
        CloseChild(index);
        if (_requests.IsEstablished(index) && CoapMessage.TryParse(_messages.GetMessage(index), out CoapMessage registration, out _))
        {
            // RFC 7641, 3.6: the same request with Observe 1, as CON.
            _requests.BeginDeregistration(index);
            var edit = new MessageEdit
            {
                Observe = (uint)ObserveAction.Deregister,
                Block2 = BlockOf(registration, CoapOptionNumber.Block2),
            };
            if (Send(index, _messages.GetMessage(index).Length, edit, keepsPayload: true, default, confirmable: true))
            {
                return true;
            }
        }

        // Whatever still comes for this token is answered with a RST, which ends it as well (RFC 7641, 3.6).
        ReleaseMessage(index);
        _requests.Close(index);
        return true;
    }

    /// <summary>
    /// Forgets an exchange without a word. A notification that still comes for an observation is rejected, which ends it (RFC 7641, 3.6).
    /// </summary>
    /// <param name="exchange">The exchange.</param>
    /// <returns>False if it is over already.</returns>
    public bool Forget(ExchangeId exchange)
    {
        if (!_requests.IsOpen(exchange))
        {
            return false;
        }

        CloseChild(exchange.Slot);
        ReleaseMessage(exchange.Slot);
        _requests.Close(exchange.Slot);
        return true;
    }

    /// <summary>The open exchange that a response belongs to; -1 if there is none.</summary>
    private protected int FindExchange(in PeerId peer, CoapToken token) => _requests.Find(peer, token);

    /// <summary>The peer has rejected a message that is no longer kept: a NON, or a CON that it had acknowledged.</summary>
    private protected bool OnReset(in PeerId from, ushort messageId)
    {
        int index = _observers.FindNotified(from, messageId);
        if (index >= 0)
        {
            RemoveObserver(index, ObserverEnd.Reset);
            return true;
        }

        index = _requests.FindWaiting(from, messageId);
        if (index >= 0)
        {
            EndExchange(index, CoapEventKind.Reset);
        }

        return index >= 0;
    }

    /// <summary>
    /// Takes a response whose token is known. It also acknowledges the request, should the ACK have been lost (RFC 7252, 5.2.2).
    /// </summary>
    private protected bool Accept(int index, in CoapMessage message, Instant now)
    {
        if (_requests.Body(index) is { IsPaused: true, IsRobust: false })
        {
            // Nothing was asked that this could answer.
            Counters.Dropped++;
            return true;
        }

        Regard(_requests.GetPeer(index));
        if (message.Datagram.Length > _options.MaxMessageSize || !ResponseOptions.Check(message, out ResponseOptions known)
            || ((known.QBlock1 ?? known.QBlock2) is not null && !_requests.Body(index).IsRobust))
        {
            ReleaseMessage(index);
            EndExchange(index, CoapEventKind.Rejected);
            return false;
        }

        if (message.Code == CoapCode.Unauthorized && TryAnswerEcho(index, message))
        {
            return true;
        }

        if (message.Code == CoapCode.BadOption && TryFallBack(index))
        {
            return true;
        }

        if (_requests.Body(index) is { IsRobust: true, IsSending: false } && IsStep(message, known))
        {
            // A late answer to a block of a body that has arrived.
            Counters.Dropped++;
            return true;
        }

        if (_requests.Body(index).IsSending && !TakeSendingResponse(index, message, known, now))
        {
            return true;
        }

        uint? sequence = IsReliable && known.Observe is not null ? NextOf(index) : known.Observe;
        Meaning meaning = _requests.Judge(index, message.Code, sequence, message.Type == CoapType.Acknowledgement, now);
        switch (meaning)
        {
            case Meaning.Nothing:
                return false;
            case Meaning.OldNotification:
                return true;
            case Meaning.Notification:
                ReleaseMessage(index);
                TakeNotification(index, message, known, now);
                return true;
            default:
                if (known.QBlock2 is null || message.Token == _requests.GetToken(index))
                {
                    ReleaseMessage(index);
                }

                TakeResponse(index, message, known, now);
                return true;
        }
    }

    private int OurExponent => IsReliable && _bertSize > 0 ? BlockOption.BertExponent : _largestExponent;

    // Over a reliable transport notifications come in order, whatever their numbers (RFC 8323, 7.1).
    private uint NextOf(int index) => ObserveSequence.Next(_requests.LastSequence(index));

    private int Open(in PeerId to, in CoapRequestHead head, ReadOnlySpan<byte> payload, bool mayOverflow, out int length)
    {
        length = -1;
        if (!head.Method.IsRequest)
        {
            throw new ArgumentException($"{head.Method} is no method.", nameof(head));
        }

        if (!CanReach(to))
        {
            Counters.ExchangesRefused++;
            return -1;
        }

        ushort messageId = NextMessageId(to);
        bool isRobust = head.RobustBlocks && !head.Observe && !IsReliable;
        if (!_requests.TryOpen(to, messageId, head.Observe, out int index, out _, isRobust))
        {
            Counters.ExchangesRefused++;
            return -1;
        }

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
                _requests.Body(index).Sink = null;
                _requests.Close(index);
            }
        }

        return isEncoded
            ? index
            : throw new ArgumentException($"The request is longer than {_options.MaxMessageSize} bytes.", nameof(head));
    }

    // The head alone, after it did not fit together with the payload.
    private int EncodeHead(int index, in CoapRequestHead head)
    {
        int length = Encode(index, head, default);
        if (length < 0)
        {
            _requests.Body(index).Sink = null;
            _requests.Close(index);
            throw new ArgumentException($"The request is longer than {_options.MaxMessageSize} bytes.", nameof(head));
        }

        return length;
    }

    // RFC 9177, 4.1: a client says that it takes a response in a robust transfer by asking for one.
    private int Encode(int index, in CoapRequestHead head, ReadOnlySpan<byte> payload)
    {
        bool isRobust = _requests.Body(index).IsRobust;
        return RequestEncoder.Encode(
            _messages.GetBuffer(index), _requests.GetMessageId(index), _requests.GetToken(index), head, isRobust ? null : EarlyBlock2,
            isRobust ? new BlockOption(0, true, _largestExponent) : null, payload);
    }

    // RFC 7959, 2.4: who wants blocks smaller than the largest says so from the start.
    private BlockOption? EarlyBlock2 => _largestExponent < BlockOption.MaxExponent ? new BlockOption(0, false, _largestExponent) : null;

    private void TakeNotification(int index, in CoapMessage message, in ResponseOptions known, Instant now)
    {
        CloseChild(index);
        Instant? stale = null;
        if (_options.RefreshObservations)
        {
            stale = now + TimeSpan.FromSeconds(known.MaxAge ?? 60) + s_minGrace
                + (s_graceRange * (_random.NextUInt32() / (double)uint.MaxValue));
        }

        _requests.Observe(index, stale);
        if (known.Block2 is { More: true } block)
        {
            FetchRest(index, message, known, block);
        }
        else
        {
            _requests.Store(index, message.Datagram);
            _requests.Notify(index);
        }
    }

    // The last notification is too old: the server is asked to go on (RFC 7641, 3.3.1).
    private void Refresh(int index)
    {
        if (CoapMessage.TryParse(_messages.GetMessage(index), out CoapMessage registration, out _))
        {
            bool confirmable = registration.Type == CoapType.Confirmable;
            var edit = new MessageEdit { Observe = 0, Block2 = BlockOf(registration, CoapOptionNumber.Block2) };
            Counters.Refreshes++;
            if (!Send(index, _messages.GetMessage(index).Length, edit, keepsPayload: true, default, confirmable))
            {
                EndExchange(index, CoapEventKind.Timeout);
            }
        }
    }

    // RFC 9175, 2.3: the server wants to see that we are where our address says; once is enough.
    private bool TryAnswerEcho(int index, in CoapMessage message)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        if (body.HasAnsweredEcho || !message.Options.TryGet(CoapOptionNumber.Echo, out ReadOnlySpan<byte> echo)
            || !OptionRules.Allows(CoapOptionNumber.Echo, echo.Length)
            || !CoapMessage.TryParse(_messages.GetMessage(index), out CoapMessage request, out _))
        {
            return false;
        }

        body.HasAnsweredEcho = true;
        Span<uint> wanted = stackalloc uint[BlockWindow.MaxSet + 1];
        var edit = new MessageEdit
        {
            Observe = request.Options.TryGetUInt(CoapOptionNumber.Observe, out uint observe) ? observe : null,
            Block1 = BlockOf(request, CoapOptionNumber.Block1),
            Block2 = BlockOf(request, CoapOptionNumber.Block2),
            QBlock1 = BlockOf(request, CoapOptionNumber.QBlock1),
            QBlock2 = wanted[..ReadWanted(request, wanted)],
            Size1 = request.Options.TryGetUInt(CoapOptionNumber.Size1, out uint size) ? size : null,
            Echo = echo,
        };
        return Send(
            index, _messages.GetMessage(index).Length, edit, keepsPayload: true, default, request.Type == CoapType.Confirmable);
    }

    private static BlockOption? BlockOf(in CoapMessage message, CoapOptionNumber number) =>
        message.Options.TryGetUInt(number, out uint value) ? BlockOption.FromValue(value) : null;

    // Sends the request of an exchange anew, with other options and perhaps another payload, under a new Message ID.
    private bool Send(
        int index, int length, in MessageEdit edit, bool keepsPayload, ReadOnlySpan<byte> payload, bool confirmable)
    {
        PeerId peer = _requests.GetPeer(index);
        _messages.GetBuffer(index)[..length].CopyTo(_original);
        ReleaseMessage(index);
        if (!CoapMessage.TryParse(_original.AsSpan(0, length), out CoapMessage original, out _))
        {
            return false;
        }

        ushort messageId = NextMessageId(peer);
        CoapToken token = _requests.Continue(index, messageId);
        CoapType type = confirmable ? CoapType.Confirmable : CoapType.NonConfirmable;
        int written = RequestEncoder.Rewrite(
            _messages.GetBuffer(index), type, messageId, token, original, edit, keepsPayload ? original.Payload : payload);
        if (written < 0)
        {
            return false;
        }

        _messages.Start(index, peer, messageId, written, confirmable && !IsReliable);
        return true;
    }

    private void EndExchange(int index, CoapEventKind kind, TransferFault fault = TransferFault.None)
    {
        CloseChild(index);
        ReleaseMessage(index);
        _requests.End(index, kind, fault, _messages.TransmissionsOf(index));
    }

    private void CloseChild(int index)
    {
        int child = _requests.ChildOf(index);
        if (child >= 0)
        {
            Counters.TransfersDropped++;
            ReleaseMessage(child);
            _requests.Close(child);
        }
    }
}
