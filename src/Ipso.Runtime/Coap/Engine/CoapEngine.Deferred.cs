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
    private void Defer(in Arrival arrival, ReadOnlySpan<byte> body, bool isBodyApart)
    {
        Counters.Deferred++;
        bool waits = arrival.Message.Type == CoapType.Confirmable && _options.SeparateAfter > TimeSpan.Zero && !IsReliable;
        Instant ends = arrival.Now + _options.DeferredTimeout;
        Instant separates = waits ? arrival.Now + _options.SeparateAfter : ends;
        int index = _deferred!.Add(arrival.From, arrival.Message.Datagram, isMulticast: false, ends, separates);
        BindDeferred(index);
        _deferred![index].IsAcknowledged = !waits;
        if (isBodyApart)
        {
            _deferred!.KeepBody(index, body);
        }

        if (waits)
        {
            // A duplicate that comes meanwhile is recognised, and not answered.
            SendReply(arrival, default);
        }
        else
        {
            Acknowledge(arrival);
        }
    }

    /// <summary>Takes a request that came to a group: it is answered at some moment of the leisure (RFC 7252, 8.2).</summary>
    private protected void ReceiveGroupRequest(in Arrival arrival)
    {
        if (_handler is null || arrival.Message.Datagram.Length > _options.MaxMessageSize || arrival.Message.Code.Detail > LastMethod
            || !RequestOptions.Check(arrival.Message, out RequestOptions known, out _).IsEmpty
            || _protection?.RefusesPlain(arrival.From) == true
            || known.HasBlock1 || known.Block2.Number > 0 || known.IsRobust || NextDeferral.IsNone)
        {
            Counters.Suppressed++;
            return;
        }

        Instant answers = arrival.Now + (_options.Leisure * (_random.NextUInt32() / (double)uint.MaxValue));
        int index = _deferred!.Add(arrival.From, arrival.Message.Datagram, isMulticast: true, answers, answers);
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
            Acknowledge(new Arrival { Message = _deferred!.GetRequest(index), From = entry.Peer, Now = now });
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
        DeferredResponses.Entry entry = _deferred![index];
        Arrival arrival = new() { Message = _deferred!.GetRequest(index), From = entry.Peer, Now = now };
        _ = RequestOptions.Check(arrival.Message, out arrival.Known, out _);
        if (!TryIdentify(out PeerIdentity? identity))
        {
            Counters.Dropped++;
            CloseDeferred(index);
            if (!entry.IsAcknowledged)
            {
                Acknowledge(arrival);
            }

            (_handler as IDeferredOwner)?.Forget(new ResponseId(index, entry.Generation));
            return false;
        }

        bool isInBlocks = IsPart(arrival.Known);
        ReadOnlySpan<byte> body = entry.IsBodyApart ? Join(_kept, entry.Body)
            : isInBlocks ? default
            : arrival.Message.Payload;
        bool registers = arrival.Known.Observe == ObserveAction.Register && !entry.IsMulticast && isInBlocks == entry.IsBodyApart
            && !arrival.Known.HasQBlock1 && arrival.Known.QBlock2.Number == 0;
        int existing = registers ? FindObserver(arrival) : -1;
        bool canObserve = registers && _guard?.IsTokenTaken(existing, arrival) != true && !(isInBlocks && MustProveAddress(arrival))
            && _observers.HasRoom(existing, arrival.Message, body, isInBlocks, entry.Body.Length);

        CoapResponse response = new(
            _composer.Begin(), canObserve, deferrable: entry.IsMulticast || entry.IsLate ? default : new ResponseId(index, entry.Generation));
        if (entry.IsLate)
        {
            response.Fail(CoapCode.ServiceUnavailable, "The answer did not come in time"u8);
        }
        else
        {
            arrival.Deferred = entry.IsMulticast ? default : new ResponseId(index, entry.Generation);
            arrival.IsMulticast = entry.IsMulticast;
            _ = Invoke(arrival, body, sink: null, identity, ref response);
            if (response.IsDeferred)
            {
                DeferAgain(index, now);
                return false;
            }
        }

        // RFC 7252, 8.2: no errors, and nothing of no use, to who asked a group.
        bool isSuppressed = IsUnwanted(arrival.Known, response.Code)
            || (entry.IsMulticast && (!response.Code.IsSuccess || (response.PayloadLength == 0 && response.Body is null)));
        _deferred!.ReleaseBody(index);
        if (registers)
        {
            Register(arrival, body, isInBlocks, response);
        }

        if (isSuppressed)
        {
            Counters.Suppressed++;
            DropBody(ref response);
            CloseDeferred(index);
            if (!entry.IsAcknowledged)
            {
                Acknowledge(arrival);
            }

            return false;
        }

        if (!entry.IsAcknowledged)
        {
            CloseDeferred(index);
            Respond(arrival, ref response);
            return false;
        }

        bool confirmable = arrival.Message.Type == CoapType.Confirmable && !IsReliable;
        ConfirmBlock(arrival.Known);
        Address(arrival, confirmable ? CoapType.Confirmable : CoapType.NonConfirmable, NextMessageId(arrival.From));
        Compose(arrival, ref response);
        if (arrival.Known.IsRobust)
        {
            _robust!.KeepAnswer(arrival);
        }

        _deferred!.Close(index);
        if (!confirmable)
        {
            _deferred!.Free(index);
            return TryGive(arrival.From, buffer, out transmit);
        }

        return TryStart(_firstDeferred + index, arrival, buffer, out transmit);
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
            Acknowledge(new Arrival { Message = _deferred!.GetRequest(index), From = entry.Peer, Now = now });
        }

        _deferred!.PutBack(index);
    }

    // Whether the message has a part of the body alone.
    private static bool IsPart(in RequestOptions known) =>
        (known.HasQBlock1 ? known.QBlock1 : known.Block1) is var block && (block.Number > 0 || block.More);

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
