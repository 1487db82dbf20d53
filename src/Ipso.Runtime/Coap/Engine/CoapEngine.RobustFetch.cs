namespace Ipso.Coap.Engine;

// The client role of robust transfer (RFC 9177), Q-Block2: response bodies come in sets of blocks and in any order; what is missing is
// asked for, and each set that is whole calls for the next.
public abstract partial class CoapEngine
{
    private void TakeRobustBlock(int index, in CoapMessage message, in ResponseOptions known, BlockOption block, Instant now) =>
        _robust?.TakeBlock(index, message, known, block, now);

    private void TakeRobustResponseBlock(int index, in CoapMessage message, in ResponseOptions known, BlockOption block, Instant now)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        ref RobustTransfer robust = ref body.Robust;
        if (body.IsFetching && body.ETag != known.ETag)
        {
            if (message.Token != _requests.GetToken(index))
            {
                // A late block of a representation that is no more.
                Counters.Dropped++;
                GoOnWaiting(index, now);
                return;
            }

            if (body.Restarts++ >= _options.TransferRestarts)
            {
                FailFetch(index, TransferFault.Changed);
                return;
            }

            DropFetched(ref body);
        }

        if (!body.IsFetching)
        {
            if (body.Sink is null && known.Size2 > (uint)_options.MaxBodySize)
            {
                FailFetch(index, TransferFault.TooLarge);
                return;
            }

            StoreHead(index, message, known);
            body.IsFetching = true;
            body.ETag = known.ETag;
            robust = new RobustTransfer { Exponent = block.SizeExponent, Total = known.Size2 ?? -1L };
        }

        long end = (long)block.Offset + message.Payload.Length;
        if (message.Payload.IsEmpty || block.IsBert || block.SizeExponent != robust.Exponent || !block.AllowsPayload(message.Payload.Length)
            || !IsWithin(robust, block, end))
        {
            Counters.Dropped++;
            GoOnWaiting(index, now);
            return;
        }

        robust.Total = block.More ? robust.Total : end;
        if (!robust.Came.Has(block.Number))
        {
            bool? stored = TryStoreFetched(ref body, block, message.Payload);
            if (stored == false)
            {
                FailFetch(index, body.Sink is null ? TransferFault.TooLarge : TransferFault.Broken);
                return;
            }

            if (stored == true)
            {
                robust.Came.Take(block.Number);
                robust.Repeats = 0;
            }
        }

        if (!GoOnFetching(index) && _requests.Body(index).IsFetching)
        {
            int set = block.Number / SetSize;
            if (set > robust.Asked && robust.Came.First < set * SetSize)
            {
                robust.Asked = set;
                AskForMissing(index, set * SetSize);
            }
            else
            {
                GoOnWaiting(index, now);
            }
        }
    }

    // A block ends before the body does, and the last one where it does: where that is, the last one says at the latest.
    private static bool IsWithin(in RobustTransfer robust, BlockOption block, long end) =>
        robust.Total >= 0 ? block.More == end < robust.Total && end <= robust.Total
        : block.More || block.Number >= robust.Came.End - 1;

    // As TryStore does.
    private bool? TryStoreFetched(ref ExchangeBody body, BlockOption block, ReadOnlySpan<byte> payload)
    {
        ref RobustTransfer robust = ref body.Robust;
        if (block.Number >= EndOfWindow(robust, body.Received))
        {
            return null;
        }

        if (body.Sink is not { } sink)
        {
            bool fits = block.Offset + payload.Length <= _options.MaxBodySize && _pages.TryWrite(ref body.Response, block.Offset, payload);
            return fits ? true : block.Number == robust.Came.First ? false : null;
        }

        if (block.Offset == body.Received && BodyCalls.IsReady(sink))
        {
            body.Received += payload.Length;
            return BodyCalls.Write(sink, payload, Counters);
        }

        return _pages.TryWrite(ref body.Response, (int)(block.Offset - robust.KeptFrom), payload) ? true : null;
    }

    // Hands on what is in order; then the body is whole, or a set is and the next is asked for. False if neither.
    private bool GoOnFetching(int index)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        ref RobustTransfer robust = ref body.Robust;
        if (!TryDeliver(body.Sink, ref body.Response, ref body.Received, ref robust))
        {
            FailFetch(index, TransferFault.Broken);
            return true;
        }

        if (body.Received == robust.Total)
        {
            ReleaseMessage(index);
            Complete(index);
            return true;
        }

        int whole = (int)(body.Received / robust.Size) / SetSize * SetSize;
        if (whole <= robust.Continued)
        {
            return false;
        }

        robust.Continued = whole;
        AskFor(index, [new BlockOption(whole, true, robust.Exponent).Value], confirmable: !body.IsNonConfirmable);
        return true;
    }

    // Asks for the blocks that are missing before one, together; those of which none has come as "this and the rest of its set". What is
    // asked again is Confirmable, so that at least the first of them arrives.
    private void AskForMissing(int index, int before)
    {
        ref RobustTransfer robust = ref _requests.Body(index).Robust;
        Span<uint> wanted = stackalloc uint[BlockWindow.MaxSet + 1];
        int count = 0;
        int end = Math.Min(robust.Came.End, before);
        for (int number = robust.Came.First; number < end && count < SetSize; number++)
        {
            if (!robust.Came.Has(number))
            {
                wanted[count++] = new BlockOption(number, false, robust.Exponent).Value;
            }
        }

        if (robust.Came.End < Math.Min(before, robust.Count) && count < SetSize)
        {
            wanted[count++] = new BlockOption(robust.Came.End, true, robust.Exponent).Value;
        }

        AskFor(index, wanted[..count], confirmable: true);
    }

    private void AskFor(int index, scoped ReadOnlySpan<uint> wanted, bool confirmable)
    {
        // What a FETCH asks for is in its payload (RFC 8132, 2); the body of any other request has been processed.
        CoapMessage request = CurrentRequest(index);
        bool keepsPayload = request.Code == CoapCode.Fetch && BlockOf(request, CoapOptionNumber.QBlock1) is null;
        var edit = new MessageEdit { QBlock2 = wanted };
        if (!Send(index, _messages.GetMessage(index).Length, edit, keepsPayload, default, confirmable))
        {
            FailFetch(index, TransferFault.BlockMismatch);
        }
    }

    // RFC 9177, 4.4: the blocks of a notification come in sets, each with its Observe number, and in any order. They go to an exchange of
    // its own, which asks for those that are missing and for the next set, without Observe.
    private void FetchRobustRest(int parent, in CoapMessage message, in ResponseOptions known, BlockOption block, Instant now) =>
        _robust?.FetchRest(parent, message, known, block, now);

    private void FetchRestRobustly(int parent, in CoapMessage message, in ResponseOptions known, BlockOption block, Instant now)
    {
        int child = OpenChild(parent, isFamily: true);
        if (child >= 0)
        {
            _requests.Body(child).IsRobust = true;
            _requests.Body(child).IsNonConfirmable = _requests.Body(parent).IsNonConfirmable;
            TakeRobustBlock(child, message, known, block, now);
        }
    }

    // The exchange that gathers the notification that a block belongs to; -1 if there is none.
    private int FetchingFor(int index, in CoapMessage message, in ResponseOptions known)
    {
        int child = _requests.ChildOf(index);
        return child >= 0 && _requests.Body(child).IsRobust && message.Code.IsSuccess && known.Observe == _requests.LastSequence(index)
            ? child
            : -1;
    }

    private static int ReadWanted(in CoapMessage request, Span<uint> wanted)
    {
        int count = 0;
        foreach (ReadOnlySpan<byte> value in request.Options.Values(CoapOptionNumber.QBlock2))
        {
            if (count < wanted.Length && BlockOption.TryRead(value, out BlockOption block))
            {
                wanted[count++] = block.Value;
            }
        }

        return count;
    }

    // Unless a request is under way, which then sets the time.
    private void GoOnWaiting(int index, Instant now)
    {
        if (!_messages.IsActive(index))
        {
            _requests.Rearm(index, now + TimeToWait(_requests.Body(index).Robust.Repeats));
        }
    }

    private void OnFetchDue(int index, Instant now)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        ref RobustTransfer robust = ref body.Robust;
        if (!body.IsFetching)
        {
            EndExchange(index, CoapEventKind.Timeout);
        }
        else if (GoOnFetching(index))
        {
            // The sink has taken what it had not, and that was what was missing.
        }
        else if (body.Received < robust.InOrder)
        {
            Counters.TransfersHeld++;
            GoOnWaiting(index, now);
        }
        else if (++robust.Repeats > _options.Transmission.NonMaxRetransmit)
        {
            EndExchange(index, CoapEventKind.Timeout);
        }
        else
        {
            int last = Math.Max(robust.Came.End - 1, robust.Came.First);
            AskForMissing(index, ((last / SetSize) + 1) * SetSize);
        }
    }

    private bool IsLateInterruption(int index, in CoapMessage message) =>
        _requests.Body(index).IsFetching && IsInterruption(message.Code) && message.Token != _requests.GetToken(index);

    // From the start: what asks for the body goes again, in blocks if it did before.
    private void RestartRobust(int index, bool isInBlocks, bool confirmable) =>
        _robust?.Restart(index, isInBlocks, confirmable);

    private void RestartRobustRequest(int index, bool isInBlocks, bool confirmable)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        if (!isInBlocks)
        {
            body.Robust = default;
            _requests.BeginAnew(index);
            AskFor(index, [new BlockOption(0, true, _largestExponent).Value], confirmable);
            return;
        }

        body.IsSending = true;
        if (body.Source is not null)
        {
            _pages.Release(ref body.Request);
        }

        BeginRobust(index, _messages.GetMessage(index).Length);
    }

    private void FailFetch(int index, TransferFault fault)
    {
        Counters.TransfersDropped++;
        EndExchange(index, CoapEventKind.TransferFailed, fault);
    }

    private void DropFetched(ref ExchangeBody body)
    {
        body.IsFetching = false;
        body.Received = 0;
        _pages.Release(ref body.Response);
        BodyCalls.Restart(body.Sink, Counters);
    }
}
