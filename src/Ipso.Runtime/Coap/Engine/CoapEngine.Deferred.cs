namespace Ipso.Coap.Engine;

// Responses that come later than the call that asked for them: separate ones (RFC 7252, 5.2.2), and those to a group (8.2).
public abstract partial class CoapEngine
{
    /// <summary>How many responses are put off or not yet acknowledged.</summary>
    public int DeferredCount => _deferred?.Count ?? 0;

    /// <summary>
    /// Says that a response that was put off can be given: the handler is asked for it inside the next call that gives messages out.
    /// </summary>
    /// <param name="response">What <see cref="CoapResponse.Defer"/> returned.</param>
    /// <returns>False if it is over: given, too late, or rejected by the client.</returns>
    public bool Resume(ResponseId response)
    {
        if (_deferred?.IsOpen(response) != true)
        {
            return false;
        }

        _deferred.Resume(response.Slot);
        return true;
    }

    // The handler wants to answer later. A body that came in blocks is kept beside the request.
    private void Defer(in CoapMessage message, in PeerId from, Instant now, ReadOnlySpan<byte> body, bool isBodyApart)
    {
        Counters.Deferred++;
        bool waits = message.Type == CoapType.Confirmable && _options.SeparateAfter > TimeSpan.Zero && !IsReliable;
        Instant ends = now + _options.DeferredTimeout;
        int index = _deferred!.Add(from, message.Datagram, isMulticast: false, ends, waits ? now + _options.SeparateAfter : ends);
        BindDeferred(index);
        _deferred![index].IsAcknowledged = !waits;
        if (isBodyApart)
        {
            _deferred!.KeepBody(index, body);
        }

        if (waits)
        {
            // A duplicate that comes meanwhile is recognised, and not answered.
            SendReply(message, from, now, default);
        }
        else
        {
            Acknowledge(message, from, now);
        }
    }

    /// <summary>Takes a request that came to a group: it is answered at some moment of the leisure (RFC 7252, 8.2).</summary>
    private protected void ReceiveGroupRequest(in CoapMessage message, in PeerId from, Instant now)
    {
        if (_handler is null || message.Datagram.Length > _options.MaxMessageSize || message.Code.Detail > LastMethod
            || !RequestOptions.Check(message, out RequestOptions known, out _).IsEmpty
            || _protection?.RefusesPlain(from) == true
            || known.Block1 is not null || known.Block2 is { Number: > 0 } || known.IsRobust || NextDeferral.IsNone)
        {
            Counters.Suppressed++;
            return;
        }

        Instant answers = now + (_options.Leisure * (_random.NextUInt32() / (double)uint.MaxValue));
        int index = _deferred!.Add(from, message.Datagram, isMulticast: true, answers, answers);
        BindDeferred(index);
        _deferred![index].IsAcknowledged = true;
    }

    private void OnDeferredDeadline(Instant now)
    {
        while (_deferred!.TryTakeDue(now, out int index))
        {
            OnDeferredDue(index, now);
        }
    }

    private void OnDeferredDue(int index, Instant now)
    {
        ref DeferredResponses.Entry entry = ref _deferred![index];
        if (entry.IsMulticast)
        {
            _deferred!.Resume(index);
        }
        else if (!entry.IsAcknowledged && now < entry.Ends)
        {
            entry.IsAcknowledged = true;
            Acknowledge(_deferred!.GetRequest(index), entry.Peer, now);
            _deferred!.Wake(index, entry.Ends);
        }
        else
        {
            Counters.DeferredTimeouts++;
            entry.IsLate = true;
            _deferred!.Resume(index);
        }
    }

    private bool TryTransmitDeferred(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        while (_deferred!.FirstReady is >= 0 and int index)
        {
            if (TryTransmitDeferred(index, buffer, now, out transmit))
            {
                return true;
            }
        }

        transmit = default;
        return false;
    }

    private bool TryTransmitDeferred(int index, Span<byte> buffer, Instant now, out Transmit transmit)
    {
        _binding = _memory is { } memory ? memory.Deferred[index] : default;
        bool transmits = TryTransmitBound(index, buffer, now, out transmit);
        _binding = default;
        return transmits;
    }

    private bool TryTransmitBound(int index, Span<byte> buffer, Instant now, out Transmit transmit)
    {
        transmit = default;
        CoapMessage request = _deferred!.GetRequest(index);
        _ = RequestOptions.Check(request, out RequestOptions known, out _);
        DeferredResponses.Entry entry = _deferred![index];
        PeerId peer = entry.Peer;
        if (!TryIdentify(out PeerIdentity? identity))
        {
            Counters.Dropped++;
            CloseDeferred(index);
            if (!entry.IsAcknowledged)
            {
                Acknowledge(request, peer, now);
            }

            (_handler as IDeferredOwner)?.Forget(new ResponseId(index, entry.Generation));
            return false;
        }

        bool isInBlocks = IsPart(known);
        ReadOnlySpan<byte> body = entry.IsBodyApart ? _body.Bytes.AsSpan(0, _deferred!.CopyBody(index, _body.Bytes))
            : isInBlocks ? default
            : request.Payload;
        bool registers = known.Observe == ObserveAction.Register && !entry.IsMulticast && isInBlocks == entry.IsBodyApart
            && known is { QBlock1: null, QBlock2: not { Number: > 0 } };
        int existing = registers ? FindObserver(peer, request.TokenBytes) : -1;
        bool canObserve = registers && !IsTokenTaken(existing, peer, request.TokenBytes) && !(isInBlocks && MustProveAddress(peer, now))
            && _observers.HasRoom(existing, request, body, isInBlocks, entry.Body.Length);

        CoapResponse response = new(
            _composer.Begin(), canObserve, deferrable: entry.IsMulticast || entry.IsLate ? default : new ResponseId(index, entry.Generation));
        if (entry.IsLate)
        {
            response.Fail(CoapCode.ServiceUnavailable, "The answer did not come in time"u8);
        }
        else
        {
            var id = entry.IsMulticast ? default : new ResponseId(index, entry.Generation);
            Invoke(
                new CoapRequest(request, known, peer, body, sink: null, identity) { Deferred = id, IsMulticast = entry.IsMulticast },
                ref response);
            if (response.IsDeferred)
            {
                DeferAgain(index, now);
                return false;
            }
        }

        // RFC 7252, 8.2: no errors, and nothing of no use, to who asked a group.
        bool isSuppressed = IsUnwanted(known, response.Code)
            || (entry.IsMulticast && (!response.Code.IsSuccess || (response.PayloadLength == 0 && response.Body is null)));
        _deferred!.ReleaseBody(index);
        uint? sequence = registers ? Register(request, peer, body, isInBlocks, response, now) : null;
        if (isSuppressed)
        {
            Counters.Suppressed++;
            DropBody(ref response);
            CloseDeferred(index);
            if (!entry.IsAcknowledged)
            {
                Acknowledge(request, peer, now);
            }

            return false;
        }

        if (!entry.IsAcknowledged)
        {
            CloseDeferred(index);
            Respond(request, known, peer, now, ref response, sequence);
            return false;
        }

        bool confirmable = request.Type == CoapType.Confirmable && !IsReliable;
        ushort messageId = NextMessageId(peer);
        var options = new EngineOptions
        {
            Observe = sequence,
            Block1 = known.Block1 is { } block1 ? new BlockOption(block1.Number, false, block1.SizeExponent) : null,
        };
        CoapType type = confirmable ? CoapType.Confirmable : CoapType.NonConfirmable;
        Span<byte> message = Compose(request, known, peer, now, ref response, type, messageId, ref options);
        KeepAnswer(request, known, peer, now, message);
        _deferred!.Close(index);
        if (!confirmable)
        {
            _deferred!.Free(index);
            return TryGive(message, peer, buffer, out transmit);
        }

        int slot = _firstDeferred + index;
        BindSlot(slot);
        message.CopyTo(_messages.GetBuffer(slot));
        _messages.Start(slot, peer, messageId, message.Length, confirmable: true);
        return TryTransmitMessage(buffer, now, out transmit);
    }

    // Who puts off once more takes longer: the client is told, unless it has been, or that it takes too long.
    private void DeferAgain(int index, Instant now)
    {
        ref DeferredResponses.Entry entry = ref _deferred![index];
        if (entry.Ends <= now)
        {
            Counters.DeferredTimeouts++;
            entry.IsLate = true;
            return;
        }

        if (!entry.IsAcknowledged)
        {
            entry.IsAcknowledged = true;
            Acknowledge(_deferred!.GetRequest(index), entry.Peer, now);
        }

        _deferred!.PutBack(index);
    }

    // Whether the message has a part of the body alone.
    private static bool IsPart(in RequestOptions known) =>
        (known.Block1 ?? known.QBlock1) is { } block && (block.Number > 0 || block.More);

    // A connection is gone.
    private void CloseDeferredOf(in PeerId peer)
    {
        for (int i = 0; i < _options.DeferredResponses; i++)
        {
            if (_deferred![i].IsOpen && _deferred[i].Peer == peer)
            {
                CloseDeferred(i);
            }
        }
    }

    private void NameDeferredUnderWay()
    {
        for (int i = 0; i < _options.DeferredResponses; i++)
        {
            if (_deferred![i].IsOpen)
            {
                UnderWay(_deferred[i].Peer);
            }
        }
    }

    private void CloseDeferred(int index)
    {
        _deferred!.Close(index);
        _deferred!.Free(index);
    }
}
