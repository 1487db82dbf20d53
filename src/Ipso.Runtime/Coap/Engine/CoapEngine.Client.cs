namespace Ipso.Coap.Engine;

// The client role: what comes back on requests of our own (RFC 7252, 5.3; RFC 7641, 3).
public abstract partial class CoapEngine
{
    // RFC 7641, 3.3.1: a random time of 5 to 15 s past Max-Age, so that clients do not all come at once.
    private static readonly TimeSpan s_minGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_graceRange = TimeSpan.FromSeconds(10);

    /// <summary>Requests under way, those included whose last event has not been taken.</summary>
    public int ExchangeCount => _client is null ? 0 : _requests.Count;

    /// <summary>Whether an exchange is not over: further events may come of what the network brings.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <returns>False if it is over, even if its last event has not been taken.</returns>
    public bool IsOpen(ExchangeId exchange) => _client is not null && _requests.IsOpen(exchange);

    /// <summary>
    /// Ends an exchange. An established observation is deregistered with the server, and the exchange ends with the event of that response; over
    /// a reliable transport, which has no RST, also one that has been asked for. Any other is forgotten at once, without event.
    /// </summary>
    /// <param name="exchange">The exchange.</param>
    /// <returns>False if it is over already.</returns>
    public bool Cancel(ExchangeId exchange)
    {
        if (!IsOpen(exchange))
        {
            return false;
        }

        int index = _requests.IndexOf(exchange);
        CloseChild(index);
        if ((_requests.IsEstablished(index) || (IsReliable && _requests.WantsObservation(index)))
            && CoapMessage.TryParse(_messages.GetMessage(index), out CoapMessage registration, out _))
        {
            // RFC 7641, 3.6: the same request with Observe 1, as CON.
            _requests.BeginDeregistration(index);
            int length = _messages.GetMessage(index).Length;
            var edit = new MessageEdit
            {
                Observe = (uint)ObserveAction.Deregister,
                Block2 = BlockOf(registration, CoapOptionNumber.Block2),
            };
            bool isSent = IsInBlocks(registration)
                ? SendFromStart(index, length, confirmable: true)
                : Send(index, length, edit, keepsPayload: true, default, confirmable: true);
            if (isSent)
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
    /// Forgets an exchange without a word. A notification that still comes for an observation is rejected, which ends it (RFC 7641, 3.6); over a
    /// reliable transport the server is asked to end it, as far as its token says which it is.
    /// </summary>
    /// <param name="exchange">The exchange.</param>
    /// <returns>False if it is over already.</returns>
    public bool Forget(ExchangeId exchange)
    {
        if (!IsOpen(exchange))
        {
            return false;
        }

        CloseChild(_requests.IndexOf(exchange));
        ReleaseMessage(_requests.IndexOf(exchange));
        _requests.Close(_requests.IndexOf(exchange));
        return true;
    }

    /// <summary>Whether an exchange has sent a message again, and nothing was heard of it yet.</summary>
    internal bool IsUnheard(ExchangeId exchange) =>
        IsOpen(exchange) && _messages.IsActive(_requests.IndexOf(exchange)) && _messages.TransmissionsOf(_requests.IndexOf(exchange)) > 1;

    /// <summary>The open exchange that a response belongs to; -1 if there is none.</summary>
    private protected int FindExchange(in PeerId peer, in CoapMessage response) => _client?.Find(peer, response) ?? -1;

    /// <summary>The peer has acknowledged a message of ours.</summary>
    private protected void OnHeard(in PeerId peer, int slot, Instant now)
    {
        _messages.Measure(slot, now);
        OnHeard(peer);
    }

    /// <summary>The peer has rejected a message that is no longer kept: a NON, or a CON that it had acknowledged.</summary>
    private protected bool OnReset(in PeerId from, ushort messageId)
    {
        int index = _observers.FindNotified(from, messageId);
        int sent = _robust?.FindSent(from, messageId, ref index) ?? -1;
        bool isOfRequest = index < 0 && _client?.OnReset(from, messageId) == true;
        if (index >= 0)
        {
            RemoveObserver(index, ObserverEnd.Reset);
        }

        if (sent >= 0 && !isOfRequest)
        {
            _robust!.EndReset(sent);
        }

        return index >= 0 || sent >= 0 || isOfRequest;
    }

    private bool OnLateReset(in PeerId from, ushort messageId)
    {
        int index = _requests.FindWaiting(from, messageId);
        index = index >= 0 ? index : _requests.FindRobust(from, messageId);
        if (index < 0 || !_requests.Body(index).Messages.Has(messageId) || _messages.IsUnsent(index, messageId))
        {
            return false;
        }

        OnHeard(from);
        EndExchange(index, CoapEventKind.Reset);
        return true;
    }

    // What is due of exchanges.
    private void OnRequestsDue(Instant now)
    {
        while (_requests.TryTakeDue(now, out int index, out bool isStale))
        {
            if (isStale)
            {
                RegisterAnew(index);
            }
            else if (_requests.Body(index).IsRobust)
            {
                OnRobustDue(index, now);
            }
            else
            {
                EndExchange(index, CoapEventKind.Timeout);
            }
        }
    }

    private void EndExchangesWith(in PeerId peer)
    {
        for (int i = 0; i < _options.Exchanges; i++)
        {
            if (_requests.IsOpenTo(i, peer))
            {
                EndExchange(i, CoapEventKind.ConnectionClosed);
            }
        }
    }

    // A request that is acknowledged has arrived, and an observation that stands has been accepted: they are not what was refused. Of a
    // robust transfer any message may be.
    private void EndRefused(in PeerId peer)
    {
        for (int i = 0; i < _options.Exchanges; i++)
        {
            if (_requests.IsOpenTo(i, peer) && (_messages.IsActive(i) || _requests.Body(i).IsRobust))
            {
                EndExchange(i, CoapEventKind.Refused);
            }
        }
    }

    /// <summary>
    /// Takes a response whose token is known. It also acknowledges the request, should the ACK have been lost (RFC 7252, 5.2.2).
    /// </summary>
    private protected bool Accept(int index, in CoapMessage message, Instant now) => _client?.Accept(index, message, now) == true;

    private bool AcceptResponse(int index, in CoapMessage message, Instant now)
    {
        if (_requests.Body(index) is { IsPaused: true, IsRobust: false })
        {
            // Nothing was asked that this could answer.
            Counters.Dropped++;
            return true;
        }

        return _guard is null ? AcceptVerified(index, message, now) : _guard.Accept(index, message, now);
    }

    private bool AcceptVerified(int index, in CoapMessage message, Instant now, bool isRenewed = false)
    {
        Regard(_requests.GetPeer(index));
        if (message.Datagram.Length > _options.MaxMessageSize || !ResponseOptions.Check(message, out ResponseOptions known)
            || ((known.QBlock1 ?? known.QBlock2) is not null && !_requests.Body(index).IsRobust))
        {
            ReleaseMessage(index);
            EndExchange(index, CoapEventKind.Rejected);
            return false;
        }

        if (!_requests.IsOfThisTry(index, message.Token))
        {
            // A late word on a body that is asked for, or sent, from the start once more.
            Counters.Dropped++;
            return true;
        }

        if (message.Code == CoapCode.Unauthorized && TryAskAgain(index, message, isRenewed))
        {
            return true;
        }

        if (message.Code == CoapCode.BadOption && TryFallBack(index))
        {
            return true;
        }

        if (_requests.Body(index) is { IsRobust: true, IsSending: false } && (IsStep(message, known) || IsLateInterruption(index, message)))
        {
            // A late answer to a block of a body that has arrived, or to what was asked of one that is no more.
            Counters.Dropped++;
            return true;
        }

        if (TryTakeMeanwhile(index, message, known, now, out bool isAccepted))
        {
            return isAccepted;
        }

        if (_requests.Body(index).IsSending && !TakeSendingResponse(index, message, known, now))
        {
            return true;
        }

        if (known.QBlock2 is { } part && FetchingFor(index, message, known) is >= 0 and int child)
        {
            TakeRobustBlock(child, message, known, part, now);
            return true;
        }

        uint? sequence = known.Observe is not null && IsInOrder(index) ? NextOf(index) : known.Observe;
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
                if (known.QBlock2 is null || !message.Code.IsSuccess || message.Type == CoapType.Acknowledgement)
                {
                    // Of a robust transfer other blocks may come before the acknowledgement, which has one of its own.
                    ReleaseMessage(index);
                }

                TakeResponse(index, message, known, now);
                return true;
        }
    }

    private int OurExponent => IsReliable && _bertSize > 0 ? BlockOption.BertExponent : _largestExponent;

    // Over a reliable transport notifications come in order, whatever their numbers (RFC 8323, 7.1), and what is verified is newer than all
    // before it (RFC 8613, 7.4.1).
    private bool IsInOrder(int index) => IsReliable || (_protection is not null && _messages.BindingOf(index).IsProtected);

    private uint NextOf(int index) => ObserveSequence.Next(_requests.LastSequence(index));

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
        if (known.QBlock2 is { } part)
        {
            FetchRobustRest(index, message, known, part, now);
        }
        else if (known.Block2 is { More: true } block)
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
    private void RegisterAnew(int index)
    {
        if (CoapMessage.TryParse(_messages.GetMessage(index), out CoapMessage registration, out _))
        {
            bool confirmable = registration.Type == CoapType.Confirmable;
            int length = _messages.GetMessage(index).Length;
            Span<uint> wanted = stackalloc uint[BlockWindow.MaxSet + 1];
            var edit = new MessageEdit
            {
                Observe = 0,
                Block2 = BlockOf(registration, CoapOptionNumber.Block2),
                QBlock2 = wanted[..ReadWanted(registration, wanted)],
            };
            Counters.Refreshes++;
            if (IsInBlocks(registration))
            {
                if (!SendFromStart(index, length, confirmable))
                {
                    EndExchange(index, CoapEventKind.TransferFailed, TransferFault.Broken);
                }
            }
            else if (!Send(index, length, edit, keepsPayload: true, default, confirmable))
            {
                EndExchange(index, CoapEventKind.Timeout);
            }
        }
    }

    // RFC 9175, 2.3: the server wants to see that we are where our address says. Or it has offered new keys (RFC 8613, Appendix B.2, step 3).
    // Once for a request is enough of either.
    private bool TryAskAgain(int index, in CoapMessage message, bool isRenewed)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        bool hasEcho = message.Options.TryGet(CoapOptionNumber.Echo, out ReadOnlySpan<byte> echo)
            && OptionRules.Allows(CoapOptionNumber.Echo, echo.Length);
        if (!(hasEcho && !body.HasAnsweredEcho) && !(isRenewed && !body.HasRenewed))
        {
            return false;
        }

        if (!CoapMessage.TryParse(_messages.GetMessage(index), out CoapMessage request, out _))
        {
            return false;
        }

        Span<uint> wanted = stackalloc uint[BlockWindow.MaxSet + 1];
        var edit = new MessageEdit
        {
            Observe = request.Options.TryGetUInt(CoapOptionNumber.Observe, out uint observe) ? observe : null,
            Block1 = BlockOf(request, CoapOptionNumber.Block1),
            Block2 = BlockOf(request, CoapOptionNumber.Block2),
            QBlock1 = BlockOf(request, CoapOptionNumber.QBlock1),
            QBlock2 = wanted[..ReadWanted(request, wanted)],
            Size1 = request.Options.TryGetUInt(CoapOptionNumber.Size1, out uint size) ? size : null,
            Echo = hasEcho ? echo : default,
            IsRenewal = isRenewed,
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
        ref ExchangeBody body = ref _requests.Body(index);
        body.HasAnsweredEcho = !edit.Echo.IsEmpty;
        body.HasRenewed = edit.IsRenewal || (body.HasRenewed && body.HasAnsweredEcho);
        _messages.GetBuffer(index)[..length].CopyTo(_original.Bytes);
        ReleaseMessage(index);
        if (!CoapMessage.TryParse(_original.Bytes.AsSpan(0, length), out CoapMessage original, out _))
        {
            return false;
        }

        ushort messageId = NextMessageId(peer);
        CoapToken token = _requests.Continue(index, messageId, _options.TokenPerBlock);
        CoapType type = confirmable ? CoapType.Confirmable : CoapType.NonConfirmable;
        int written = RequestEncoder.Rewrite(
            RequestBuffer(index), type, messageId, token, original, edit, keepsPayload ? original.Payload : payload);
        if (written < 0)
        {
            return false;
        }

        Start(index, messageId, written, confirmable);
        return true;
    }

    // Hands the request in the buffer of an exchange to the message layer.
    private void Start(int index, ushort messageId, int length, bool confirmable)
    {
        MessageKind kind = confirmable || IsReliable ? MessageKind.Other
            : _requests.Body(index).IsRobust ? MessageKind.RobustBlock : MessageKind.Probe;
        _requests.Body(index).Messages.Add(messageId);
        _messages.Start(index, _requests.GetPeer(index), messageId, length, confirmable && !IsReliable, kind);
    }

    private void EndExchange(int index, CoapEventKind kind, TransferFault fault = TransferFault.None) => _client?.End(index, kind, fault);

    private void EndRequest(int index, CoapEventKind kind, TransferFault fault)
    {
        CloseChild(index);
        ReleaseMessage(index);
        _requests.End(index, kind, fault, _messages.TransmissionsOf(index));
    }
}
