namespace Ipso.Coap.Engine;

// The client role of robust transfer (RFC 9177), Q-Block1: request bodies go out in sets of blocks, and what the server misses goes again.
// One message of an exchange is under way at a time; the next is made when this one has been given out or, if it is Confirmable, has come.
public abstract partial class CoapEngine
{
    // How often a server may ask for the same blocks before we take it that it will never have them.
    private int MaxAsks => 4 * (_options.Transmission.NonMaxRetransmit + 1);

    private void BeginRobust(int index, int length) =>
        _robust?.Begin(index, length);

    private void BeginRobustRequest(int index, int length)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        _requests.BeginAnew(index);

        // RFC 9177, 4.3: drawn anew for each body, so that not even a client that has started anew repeats one.
        body.RequestTag = _random.NextUInt32();
        body.Robust = new RobustTransfer { Exponent = body.Exponent, Total = TotalOf(body).GetValueOrDefault(), Next = 1 };
        if (!SendRobustBlock(index, 0, length, confirmable: true))
        {
            EndExchange(index, CoapEventKind.TransferFailed, TransferFault.Broken);
        }
    }

    // RFC 9177, 4.1: a server that does not know the options says so at the first message, and gets another without them. It is
    // Confirmable: where every block waits for the one before, none may be lost.
    private bool TryFallBack(int index) =>
        _robust?.TryFallBack(index) == true;

    private bool TryFallBackFromRobust(int index)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        if (!body.IsRobust || body.IsFetching || (body.IsSending && body.Robust.Next > 1))
        {
            return false;
        }

        body.IsRobust = false;
        _requests.LeaveFamily(index);
        int length = _messages.GetMessage(index).Length;
        bool isSent;
        if (body.IsSending)
        {
            body.Sent = 0;
            isSent = SendBlock(index, length, confirmable: true);
        }
        else
        {
            isSent = Send(
                index, length, new MessageEdit { Observe = _requests.ObserveOf(index), Block2 = EarlyBlock2 },
                keepsPayload: true, default, confirmable: true);
        }

        if (!isSent)
        {
            EndExchange(index, CoapEventKind.TransferFailed, TransferFault.Broken);
        }

        return true;
    }

    // The last message has arrived, or was sent as NON.
    private void GoOn(int index, Instant now) => _robust?.GoOn(index, now);

    private void GoOnWithRobust(int index, Instant now)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        if (body.IsSending)
        {
            SendNext(index, now);
        }
        else
        {
            _requests.Await(index, now + (body.IsFetching ? TimeToWait(body.Robust.Repeats) : _options.ResponseTimeout));
        }
    }

    private void SendNext(int index, Instant now)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        ref RobustTransfer robust = ref body.Robust;
        TransmissionParameters parameters = _options.Transmission;
        if (_messages.IsActive(index))
        {
            return;
        }

        if (!body.IsNonConfirmable && robust.Wanted.IsEmpty)
        {
            // What is acknowledged has come.
            robust.Continued = robust.Next;
            ForgetSent(ref body);
        }

        if (!robust.Wanted.IsEmpty)
        {
            SendNextBlock(index);
        }
        else if (IsAllOut(body))
        {
            // A word is due: what is missing, or the response. If none comes, the last block goes again (OnRobustDue).
            bool asks = body.IsNonConfirmable && robust.Repeats == 0;
            _requests.Await(index, now + (asks ? 2 * parameters.NonReceiveTimeout : _options.ResponseTimeout));
        }
        else if (body.IsNonConfirmable && robust.Next % SetSize == 0 && robust.Next > robust.Continued)
        {
            // RFC 9177, 7.2: NON_TIMEOUT_RANDOM after each set, unless the server says before that it has it.
            double factor = 1 + ((parameters.AckRandomFactor - 1) * (_random.NextUInt32() / (double)uint.MaxValue));
            _requests.Await(index, now + (parameters.NonTimeout * factor));
        }
        else
        {
            SendNextBlock(index);
        }
    }

    // All blocks have been sent; or of a body that is pulled as many as are kept to be sent again.
    private bool IsAllOut(in ExchangeBody body) =>
        body.Robust.Next == body.Robust.Count
        || (body.Source is not null && body.Robust.Next >= ((body.Robust.Continued / SetSize) + 2) * SetSize);

    private void SendNextBlock(int index)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        ref RobustTransfer robust = ref body.Robust;
        int number = robust.Wanted.IsEmpty ? robust.Next : robust.Wanted.First;
        long offset = (long)number * robust.Size;
        if (body.Source is { } source && offset >= robust.KeptFrom + body.Request.Length
            && !BodyCalls.IsReady(source, offset, robust.LengthOf(number)))
        {
            Pause(index);
            return;
        }

        body.IsPaused = false;
        if (robust.Wanted.IsEmpty)
        {
            robust.Next++;
        }
        else
        {
            robust.Wanted.TakeFirst();
        }

        if (!SendRobustBlock(index, number, _messages.GetMessage(index).Length, confirmable: !body.IsNonConfirmable))
        {
            EndExchange(index, CoapEventKind.TransferFailed, TransferFault.Broken);
        }
    }

    private bool SendRobustBlock(int index, int number, int length, bool confirmable)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        Span<byte> piece = _piece.Bytes.AsSpan(0, body.Robust.LengthOf(number));
        if (!TryReadKept(ref body, (long)number * body.Robust.Size, piece))
        {
            return false;
        }

        // RFC 9177, 4.6: Size1 in each block.
        var edit = new MessageEdit
        {
            QBlock1 = new BlockOption(number, number + 1 < body.Robust.Count, body.Robust.Exponent),
            Size1 = (uint)body.Robust.Total,
            RequestTag = body.RequestTag,
        };
        return Send(index, length, edit, keepsPayload: false, piece, confirmable);
    }

    // A body that is pulled is kept until the server has it, since it may be one that can be read but once.
    private bool TryReadKept(ref ExchangeBody body, long offset, Span<byte> piece)
    {
        long end = body.Robust.KeptFrom + body.Request.Length;
        if (body.Source is { } source && offset == end)
        {
            return BodyCalls.Read(source, offset, piece, out _, Counters) == piece.Length && _pages.TryAppend(ref body.Request, piece);
        }

        return offset >= body.Robust.KeptFrom && offset + piece.Length <= end
            && _pages.CopyTo(body.Request, (int)(offset - body.Robust.KeptFrom), piece) == piece.Length;
    }

    private void ForgetSent(ref ExchangeBody body)
    {
        if (body.Source is not null)
        {
            long offset = Math.Min((long)body.Robust.Continued * body.Robust.Size, body.Robust.Total);
            _pages.Forget(ref body.Request, ref body.Robust.KeptFrom, offset);
        }
    }

    // A response while the body is being sent: false if it was but a step.
    private bool TakeRobustAnswer(int index, in CoapMessage message, in ResponseOptions known, Instant now) =>
        _robust?.TakeAnswer(index, message, known, now) == true;

    private bool TakeAnswerToRobust(int index, in CoapMessage message, in ResponseOptions known, Instant now)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        ref RobustTransfer robust = ref body.Robust;
        if (message.Token == _requests.GetToken(index))
        {
            // It acknowledges the block, should the ACK have been lost.
            ReleaseMessage(index);
        }

        if (IsStep(message, known))
        {
            if (message.Code != CoapCode.Continue ? !TryTakeMissing(ref body, message.Payload) : !TryTakeContinue(ref body, known.QBlock1))
            {
                Counters.Dropped++;
            }
            else if (robust.Asks > MaxAsks)
            {
                Counters.TransfersDropped++;
                EndExchange(index, CoapEventKind.TransferFailed, TransferFault.BlockMismatch);
                return false;
            }

            SendNext(index, now);
            return false;
        }

        bool isSmaller = known.QBlock1 is { } hint && hint.SizeExponent < robust.Exponent;
        if (body.Restarts < _options.TransferRestarts
            && ((message.Code == CoapCode.RequestEntityTooLarge && isSmaller) || message.Code == CoapCode.RequestEntityIncomplete))
        {
            // RFC 7959, 2.9.2 and 2.9.3: from the start, in smaller blocks if that is what the server asks for.
            body.Restarts++;
            body.Exponent = isSmaller ? known.QBlock1.GetValueOrDefault().SizeExponent : body.Exponent;
            if (body.Source is not null)
            {
                _pages.Release(ref body.Request);
            }

            BeginRobust(index, _messages.GetMessage(index).Length);
            return false;
        }

        body.IsSending = false;
        return true;
    }

    // 2.31, or 4.08 with a list, is never the response to a body as a whole.
    private static bool IsStep(in CoapMessage message, in ResponseOptions known) =>
        message.Code == CoapCode.Continue
        || (message.Code == CoapCode.RequestEntityIncomplete && known.ContentFormat == ContentFormat.MissingBlocks);

    // 2.31: all blocks up to this one have come.
    private bool TryTakeContinue(ref ExchangeBody body, BlockOption? block)
    {
        ref RobustTransfer robust = ref body.Robust;
        if (block is not { } last || last.Number < robust.Continued || last.Number >= robust.Next)
        {
            return false;
        }

        robust.Continued = last.Number + 1;
        robust.Repeats = 0;
        ForgetSent(ref body);
        return true;
    }

    // 4.08: these blocks are missing, and all before the first of them have come. What has not been sent yet comes anyway.
    private bool TryTakeMissing(ref ExchangeBody body, ReadOnlySpan<byte> payload)
    {
        ref RobustTransfer robust = ref body.Robust;
        BlockSet missing = default;
        var reader = new MissingBlocksReader(payload);
        int first = -1;
        while (reader.TryRead(out int number))
        {
            first = first < 0 ? number : first;
            if (number < robust.Next)
            {
                missing.Add(number);
            }
        }

        if (reader.IsMalformed || first < robust.Continued || first >= robust.Count)
        {
            return false;
        }

        robust.Asks = first == robust.Asked ? robust.Asks + 1 : 0;
        robust.Asked = first;
        robust.Repeats = 0;
        robust.Continued = Math.Min(first, robust.Next);
        robust.Wanted.Add(missing);
        ForgetSent(ref body);
        return true;
    }

    // The time is over that something was waited for.
    private void OnRobustDue(int index, Instant now) => _robust?.OnRequestDue(index, now);

    private void OnRobustRequestDue(int index, Instant now)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        ref RobustTransfer robust = ref body.Robust;
        if (!body.IsSending)
        {
            OnFetchDue(index, now);
        }
        else if (!IsAllOut(body))
        {
            SendNextBlock(index);
        }
        else if (body.IsNonConfirmable && robust.Repeats++ == 0)
        {
            // Once, and Confirmable: it arrives or nobody is there, and is answered with all that the server has to say.
            if (!SendRobustBlock(index, robust.Next - 1, _messages.GetMessage(index).Length, confirmable: true))
            {
                EndExchange(index, CoapEventKind.TransferFailed, TransferFault.Broken);
            }
        }
        else
        {
            EndExchange(index, CoapEventKind.Timeout);
        }
    }
}
