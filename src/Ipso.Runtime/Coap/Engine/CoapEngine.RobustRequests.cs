namespace Ipso.Coap.Engine;

// The server role of robust transfer (RFC 9177), Q-Block1: request bodies whose blocks come in sets and in any order.
public abstract partial class CoapEngine
{
    // MAX_PAYLOADS.
    private int SetSize => _options.Transmission.MaxPayloads;

    private void TakeRobustRequestBlock(in Arrival arrival, BlockOption block)
    {
        if (!arrival.Known.HasRequestTag || arrival.Known.Size1 is not { } total || block.IsBert)
        {
            Refuse(arrival, CoapCode.BadRequest, $"Q-Block1 goes with Request-Tag and Size1, up to 1024 bytes");
            return;
        }

        int length = arrival.Message.Payload.Length;
        long end = (long)block.Offset + length;
        if (length == 0 || !block.AllowsPayload(length) || end > total || block.More != end < total)
        {
            Refuse(
                arrival, CoapCode.BadRequest,
                $"block {block.Number} has {length} bytes of a body of {total}");
            return;
        }

        ulong key = KeyOf(arrival.Message);
        if (_transfers.Find(TransferKind.Answered, arrival.From, key) is >= 0 and int answered)
        {
            AnswerAgain(answered, arrival);
            return;
        }

        int index = _transfers.Find(TransferKind.Request, arrival.From, key);
        if (index < 0)
        {
            index = BeginBody(arrival, block, key);
            if (index < 0)
            {
                return;
            }

            _transfers.BecomeRobust(index, new RobustTransfer { Exponent = block.SizeExponent, Total = total });
        }

        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        if (!transfer.IsRobust || transfer.Robust.Exponent != block.SizeExponent || transfer.Robust.Total != total)
        {
            Refuse(arrival, CoapCode.BadRequest, $"block {block.Number} is of another size than those before");
            return;
        }

        TakeRobustBlock(index, arrival, block);
    }

    private void TakeRobustBlock(int index, in Arrival arrival, BlockOption block)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        ref RobustTransfer robust = ref transfer.Robust;
        bool isConfirmable = arrival.Message.Type == CoapType.Confirmable;
        _transfers.Touch(index, arrival.Now);
        _transfers.SetToken(index, arrival.Message.TokenBytes);
        robust.HasNonConfirmable |= !isConfirmable;
        robust.Repeats = 0;

        bool isNew = !robust.Came.Has(block.Number);
        bool? stored = isNew ? TryStore(index, block, arrival.Message.Payload, arrival.Now) : true;
        if (stored == true)
        {
            robust.Came.Take(block.Number);
        }

        if (stored == false || !TryDeliver(transfer.Sink, ref transfer.Bytes, ref transfer.Offset, ref robust))
        {
            Counters.TransfersDropped++;
            _transfers.End(index, completed: false);
            RefuseTooLarge(arrival, block);
        }
        else if (transfer.Offset == robust.Total)
        {
            ICoapBodySink? taker = transfer.Sink;
            ReadOnlySpan<byte> body = Join(_pages, transfer.Bytes);
            _transfers.BecomeAnswered(index, arrival.Now);
            Answer(arrival, body, taker, isWhole: false);
        }
        else
        {
            if (robust.Came.First == robust.Count)
            {
                // The sink stands still: the last block is to come again, so that there is a request to answer when all has been taken.
                robust.Came.Lose();
            }

            if (robust.HasNonConfirmable)
            {
                _transfers.Wake(index, arrival.Now + _options.Transmission.NonReceiveTimeout);
            }

            if (stored is null && isConfirmable && !robust.HasNonConfirmable)
            {
                // As if the block were lost: the client repeats it.
                Counters.TransfersHeld++;
            }
            else
            {
                bool isEnd = (block.Number + 1) % SetSize == 0 || block.Number + 1 == robust.Count;
                bool asks = isConfirmable ? !isNew || stored is null : !isNew && isEnd;
                Report(index, arrival, block.Number, asks);
            }
        }
    }

    // Keeps a block, or gives it to the sink at once if it is its turn. Null if there is no room for it before others have come, false
    // if there will never be.
    private bool? TryStore(int index, BlockOption block, ReadOnlySpan<byte> payload, Instant now)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        ref RobustTransfer robust = ref transfer.Robust;
        if (block.Number >= EndOfWindow(robust, transfer.Offset))
        {
            return null;
        }

        if (transfer.Sink is not { } sink)
        {
            return _transfers.TryWrite(index, block.Offset, payload, now) ? true : block.Number == robust.Came.First ? false : null;
        }

        if (block.Offset == transfer.Offset && BodyCalls.IsReady(sink))
        {
            transfer.Offset += payload.Length;
            return BodyCalls.Write(sink, payload, Counters);
        }

        return _transfers.TryWrite(index, (int)(block.Offset - robust.KeptFrom), payload, now) ? true : null;
    }

    // Blocks are taken up to the end of the set after the one that is not whole.
    private int EndOfWindow(in RobustTransfer robust, long delivered) =>
        (((int)(delivered / robust.Size) / SetSize) + 2) * SetSize;

    // Gives the sink, in order, what it takes of what is kept; false if it breaks off. Without a sink, all that has come in order is there.
    private bool TryDeliver(ICoapBodySink? sink, ref PagedBytes kept, ref long delivered, ref RobustTransfer robust)
    {
        if (sink is null)
        {
            delivered = robust.InOrder;
            return true;
        }

        while (delivered < robust.InOrder && BodyCalls.IsReady(sink))
        {
            Span<byte> piece = _piece.Bytes.AsSpan(0, robust.LengthOf((int)(delivered / robust.Size)));
            _pages.CopyTo(kept, (int)(delivered - robust.KeptFrom), piece);
            if (!BodyCalls.Write(sink, piece, Counters))
            {
                return false;
            }

            delivered += piece.Length;
        }

        _pages.Forget(ref kept, ref robust.KeptFrom, delivered);
        return true;
    }

    // What the client is told after a block (RFC 9177, 7.2): that a set is whole, what is missing, or nothing yet; the latter not if he asks
    // by a block that has come, or that is Confirmable and cannot be taken.
    private void Report(int index, in Arrival arrival, int number, bool asks)
    {
        ref RobustTransfer robust = ref _transfers[index].Robust;
        int set = number / SetSize;
        CoapResponse response = new(_composer.Begin(), canObserve: false);
        if (!robust.HasNonConfirmable)
        {
            // RFC 9177, 4.3: who sends Confirmable blocks knows which have come.
            Acknowledge(arrival);
        }
        else if (TryContinue(index, again: asks, ref response))
        {
            SendReport(index, arrival, response);
        }
        else if ((set > robust.Asked && robust.Came.First < set * SetSize) || (asks && robust.Came.First <= number))
        {
            int before = asks ? number + 1 : set * SetSize;
            robust.Asked = set;
            FillMissing(robust, before, ref response);
            SendReport(index, arrival, response);
        }
        else
        {
            Acknowledge(arrival);
        }
    }

    private void SendReport(int index, in Arrival arrival, in CoapResponse response)
    {
        if (SendSmall(arrival, response) && arrival.Message.Type != CoapType.Confirmable)
        {
            _transfers[index].Messages.Add(_composer.MessageId);
        }
    }

    // The client wants no more of a robust transfer, or is not there.
    private void EndReset(int index)
    {
        Counters.TransfersDropped++;
        Counters.TransfersReset++;
        _transfers.End(index, completed: false);
    }

    // 2.31, if a set has become whole and the sink has it.
    private bool TryContinue(int index, bool again, ref CoapResponse response)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        ref RobustTransfer robust = ref transfer.Robust;
        int whole = (int)(transfer.Offset / robust.Size) / SetSize * SetSize;
        bool continues = whole > robust.Continued || (again && whole > 0 && whole == robust.Came.End);
        robust.Continued = Math.Max(robust.Continued, whole);
        if (continues)
        {
            _composer.Head.Set(CoapOptionNumber.QBlock1, BlockOption.Of(whole - 1, true, robust.Exponent).Value);
        }

        response.Code = CoapCode.Continue;
        return continues;
    }

    // 4.08 with the blocks that are missing before one.
    private void FillMissing(in RobustTransfer robust, int before, ref CoapResponse response)
    {
        var writer = new MissingBlocksWriter(response.Payload[..128]);
        int left = SetSize;
        for (int number = robust.Came.First; number < before && left > 0; number++)
        {
            if (!robust.Came.Has(number))
            {
                left = writer.TryWrite(number) ? left - 1 : 0;
            }
        }

        response.Code = CoapCode.RequestEntityIncomplete;
        response.ContentFormat = ContentFormat.MissingBlocks;
        response.PayloadLength = writer.Length;
    }

    private int FindSent(in PeerId peer, ushort messageId, ref int observer)
    {
        int index = _transfers.FindSent(peer, messageId);
        if (observer < 0 && index >= 0 && _transfers[index].Observe is not null)
        {
            // A block of a notification other than the first.
            observer = _observers.Find(peer, _transfers.TokenOf(index));
        }

        return index;
    }

    private void OnRobustReset(in PeerId peer, ushort messageId)
    {
        if (_transfers.FindSent(peer, messageId) is >= 0 and int index)
        {
            EndReset(index);
        }
    }

    private void OnRobustRefused(in PeerId peer)
    {
        while (_transfers.FindRobust(peer) is >= 0 and int index)
        {
            EndReset(index);
        }
    }

    // A transfer on which nothing has come for a while; false if it is over.
    private bool TryGoOnWithRobust(int index, Instant now)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        if (transfer.Kind != TransferKind.Request || !transfer.IsRobust || now >= _transfers.EndOf(index))
        {
            return false;
        }

        ref RobustTransfer robust = ref transfer.Robust;
        bool goesOn = TryDeliver(transfer.Sink, ref transfer.Bytes, ref transfer.Offset, ref robust);
        if (goesOn && transfer.Offset < robust.InOrder)
        {
            Counters.TransfersHeld++;
        }
        else if (!goesOn || ++robust.Repeats > _options.Transmission.NonMaxRetransmit)
        {
            return false;
        }
        else
        {
            _transfers.Wait(index);
        }

        _transfers.Wake(index, now + TimeToWait(robust.Repeats));
        return true;
    }

    // RFC 9177, 7.2: NON_RECEIVE_TIMEOUT, doubled each time that has been in vain.
    private TimeSpan TimeToWait(int repeats) => _options.Transmission.NonReceiveTimeout * (1 << Math.Min(repeats, 16));

    // What robust transfers send on their own: reports on request bodies, and blocks of responses, one of each transfer in turn.
    private bool TryTransmitTransfer(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        transmit = default;
        return _robust?.TryTransmit(buffer, now, out transmit) == true;
    }

    private bool TryTransmitRobust(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        while (_transfers.TryTakeWaiting(out int index))
        {
            PeerId peer = _transfers[index].Peer;
            Span<byte> message = _transfers[index].Kind == TransferKind.Request ? ComposeReport(index) : ComposeWanted(index, now);
            if (!message.IsEmpty)
            {
                message.CopyTo(buffer);
                transmit = new Transmit(peer, message.Length);
                return true;
            }
        }

        transmit = default;
        return false;
    }

    // The same as after a block, but nobody has just asked.
    private Span<byte> ComposeReport(int index)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        ref RobustTransfer robust = ref transfer.Robust;
        CoapResponse response = new(_composer.Begin(), canObserve: false);
        if (!TryContinue(index, again: false, ref response))
        {
            int last = Math.Max(robust.Came.End - 1, robust.Came.First);
            FillMissing(robust, Math.Min(((last / SetSize) + 1) * SetSize, robust.Count), ref response);
        }

        ushort messageId = NextMessageId(transfer.Peer);
        transfer.Messages.Add(messageId);
        _composer.Address(CoapType.NonConfirmable, messageId, _transfers.TokenOf(index));
        _ = _composer.TryEnd(response);
        return _composer.Message;
    }

    // Keeps what a body was answered with, for blocks that come again.
    private void KeepAnswerToRobust(in Arrival arrival)
    {
        ReadOnlySpan<byte> answer = _composer.Message;
        int index = !arrival.Known.HasQBlock1 ? -1 : _transfers.Find(TransferKind.Answered, arrival.From, KeyOf(arrival.Message));

        // Header and token will be those of the request that is answered again.
        int start = MessageHeader.GetSize(CoapFraming.Datagram, arrival.Message.TokenBytes.Length);
        if (index >= 0 && !answer.IsEmpty && _transfers.TryAppend(index, answer[start..], arrival.Now))
        {
            _transfers[index].Code = new CoapCode(answer[1]);
        }
    }

    // RFC 9177, 4.3: a block that comes again is answered as if for the first time.
    private void AnswerAgain(int index, in Arrival arrival)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        if (transfer.Code.IsEmpty)
        {
            Acknowledge(arrival);
            return;
        }

        GetReplyHeader(arrival, out CoapType type, out ushort messageId);
        int length = new CoapMessageWriter(
            _original.Bytes, CoapFraming.Datagram, type, transfer.Code, messageId, arrival.Message.TokenBytes).Finish();
        length += _pages.CopyTo(transfer.Bytes, 0, _original.Bytes.AsSpan(length));
        SendReply(arrival, _original.Bytes.AsSpan(0, length));
    }
}
