namespace Ipso.Coap.Engine;

// The client role of block-wise transfer (RFC 7959): response bodies are fetched, and transfers of either direction wait and go on.
public abstract partial class CoapEngine
{
    // What the options of a block take beside those of the request: Block1 and Block2, Size1, Request-Tag.
    private const int BlockOptionsRoom = 26;

    private uint _requestTag;

    /// <summary>
    /// Says that the body or sink of an exchange may be ready again (<see cref="ICoapBody.IsReady"/>,
    /// <see cref="ICoapBodySink.IsReady"/>): the transfer goes on. Does nothing if it has not been waiting for that.
    /// </summary>
    /// <param name="exchange">The exchange.</param>
    /// <returns>False if it is over.</returns>
    public bool Proceed(ExchangeId exchange)
    {
        if (!IsOpen(exchange))
        {
            return false;
        }

        int index = _requests.IndexOf(exchange);
        ref ExchangeBody body = ref _requests.Body(index);
        if (body.IsRobust && body.IsFetching)
        {
            GoOnFetching(index);
            return true;
        }

        if (!body.IsPaused || (!body.IsSending && body.Sink is { } sink && !BodyCalls.IsReady(sink)))
        {
            return true;
        }

        Regard(_requests.GetPeer(index));
        body.IsPaused = false;
        if (body.IsSending)
        {
            Step(index);
        }
        else if (!AskForBlock(index, body.NextExponent))
        {
            EndExchange(index, CoapEventKind.TransferFailed, TransferFault.BlockMismatch);
        }

        return true;
    }

    // Nothing is under way, and nothing is due: the exchange waits for the application.
    private void Pause(int index)
    {
        ReleaseMessage(index);
        _requests.Body(index).IsPaused = true;
        _requests.Pause(index);
    }

    private CoapMessage CurrentRequest(int index)
    {
        _ = CoapMessage.TryParse(_messages.GetMessage(index), out CoapMessage request, out _);
        return request;
    }

    // The response, or a block of it.
    private void TakeResponse(int index, in CoapMessage message, in ResponseOptions known, Instant now)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        if (body.IsRobust && message.Code.IsSuccess && known.QBlock2 is { } robust)
        {
            TakeRobustBlock(index, message, known, robust, now);
            return;
        }

        if (body.IsFetching && TakeInterruption(index, message))
        {
            return;
        }

        bool isNext = body is { IsFetching: true, IsRobust: false } && known.Block2 is { Number: > 0 };
        bool isBlock = message.Code.IsSuccess && (isNext || known.Block2 is { More: true });
        if (body.IsFetching && (body.IsRobust || !isBlock))
        {
            LeaveFetch(ref body, goesOn: message.Code.IsSuccess);
        }

        // If it was offered, the response comes in another way.
        body.IsRobust = false;

        if (!isBlock && (body.Sink is null || !message.Code.IsSuccess || message.Payload.IsEmpty))
        {
            _requests.Store(index, message.Datagram);
            _requests.Respond(index);
            return;
        }

        BlockOption block = known.Block2 ?? new BlockOption(0, false, BlockOption.MaxExponent);
        TransferFault fault = TakeBlock(index, message, known, block);
        if (fault != TransferFault.None)
        {
            Counters.TransfersDropped++;
            EndExchange(index, CoapEventKind.TransferFailed, fault);
        }
        else if (!block.More && body.Received > 0)
        {
            Complete(index);
        }
    }

    private TransferFault TakeBlock(int index, in CoapMessage message, in ResponseOptions known, BlockOption block)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        ReadOnlySpan<byte> payload = message.Payload;
        if (body.IsFetching && body.ETag != known.ETag)
        {
            // RFC 7959, 2.4: blocks of two representations make none. From the start, unless it changes too often.
            return Restart(index) ? TransferFault.None : TransferFault.Changed;
        }

        bool isInPlace = block.Offset == body.Received
            && (!block.More || (payload.Length > 0 && payload.Length % block.Size == 0
                && (payload.Length == block.Size || block.IsBert)));
        if (!isInPlace)
        {
            return TransferFault.BlockMismatch;
        }

        if (!body.IsFetching)
        {
            if (body.Sink is null && known.Size2 > (uint)_options.MaxBodySize)
            {
                return TransferFault.TooLarge;
            }

            StoreHead(index, message, known);
            body.IsFetching = true;
            body.ETag = known.ETag;
        }

        if (body.Sink is { } sink)
        {
            if (!BodyCalls.Write(sink, payload, Counters))
            {
                return TransferFault.Broken;
            }
        }
        else if (body.Received + payload.Length > _options.MaxBodySize || !_pages.TryAppend(ref body.Response, payload))
        {
            return TransferFault.TooLarge;
        }

        body.Received += payload.Length;
        if (block.More && body.Sink is { } taker && !BodyCalls.IsReady(taker))
        {
            body.NextExponent = block.SizeExponent;
            Pause(index);
            return TransferFault.None;
        }

        return !block.More || AskForBlock(index, block.SizeExponent) ? TransferFault.None : TransferFault.BlockMismatch;
    }

    // An error between two blocks that says that there is no such block any more: the server has let the body go (4.08), or has a shorter
    // one by now (4.00). Any other error, and a body that is whole in one message, is the response.
    private bool TakeInterruption(int index, in CoapMessage message)
    {
        if (!IsInterruption(message.Code))
        {
            return false;
        }

        if (Restart(index))
        {
            return true;
        }

        if (message.Code != CoapCode.RequestEntityIncomplete)
        {
            return false;
        }

        FailFetch(index, TransferFault.Forgotten);
        return true;
    }

    private static bool IsInterruption(CoapCode code) => code == CoapCode.RequestEntityIncomplete || code == CoapCode.BadRequest;

    // What has come of a body counts no more: another that comes in another way takes its place, or an error.
    private void LeaveFetch(ref ExchangeBody body, bool goesOn)
    {
        if (!goesOn)
        {
            ICoapBodySink? sink = body.Sink;
            body.Sink = null;
            BodyCalls.Abandon(sink, Counters);
        }

        DropFetched(ref body);
    }

    private bool Restart(int index)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        CoapMessage request = CurrentRequest(index);
        bool isSafe = request.Code == CoapCode.Get || request.Code == CoapCode.Fetch;
        if (_requests.ParentOf(index) is >= 0 and int parent && IsInBlocks(CurrentRequest(parent)))
        {
            // The body that says what is observed has gone with the registration.
            return false;
        }

        if (!isSafe || body.Restarts >= _options.TransferRestarts)
        {
            return false;
        }

        body.Restarts++;
        Counters.TransfersRestarted++;
        DropFetched(ref body);
        bool isInBlocks = body.Source is not null || body.Request.Length > 0;
        if (body.IsRobust)
        {
            RestartRobust(index, isInBlocks, request.Type == CoapType.Confirmable);
            return true;
        }

        if (!isInBlocks)
        {
            return AskForBlock(index, _largestExponent);
        }

        // What a FETCH asks for has gone out in blocks, and does so again.
        body.IsSending = true;
        body.Sent = 0;
        Step(index);
        return true;
    }

    // RFC 7959, 2.4: the same request, for the next block, in blocks of the size that the server has chosen.
    private bool AskForBlock(int index, int exponent)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        CoapMessage request = CurrentRequest(index);
        exponent = exponent == BlockOption.BertExponent ? exponent : Math.Min(exponent, _largestExponent);
        if (!BlockOption.TryGetAt(body.Received, more: false, exponent, out BlockOption block2))
        {
            return false;
        }

        // What a FETCH asks for is in its payload (RFC 8132, 2); the body of any other request has been processed.
        bool keepsPayload = request.Code == CoapCode.Fetch && BlockOf(request, CoapOptionNumber.Block1) is null;
        var edit = new MessageEdit { Block2 = block2 };
        return Send(
            index, _messages.GetMessage(index).Length, edit, keepsPayload, default, request.Type == CoapType.Confirmable);
    }

    // All blocks are there.
    private void Complete(int index)
    {
        int parent = _requests.ParentOf(index);
        if (parent >= 0)
        {
            _requests.Deliver(index);
        }
        else
        {
            _requests.Respond(index);
        }
    }

    // The options of the first block, without those that concern a block, stand for the whole.
    private void StoreHead(int index, in CoapMessage message, in ResponseOptions known)
    {
        int length = RequestEncoder.Rewrite(
            _requests.ResponseBuffer(index), message.Type, message.MessageId, message.Token, message,
            new MessageEdit { Observe = known.Observe }, default);
        _requests.Stored(index, Math.Max(length, 0));
    }

    // RFC 7959, 2.6: a notification is but the first block; the others are fetched without Observe, by an exchange of its own.
    private void FetchRest(int parent, in CoapMessage message, in ResponseOptions known, BlockOption block)
    {
        int child = OpenChild(parent, isFamily: false);
        TransferFault fault = child < 0 ? TransferFault.None : TakeBlock(child, message, known, block);
        if (fault != TransferFault.None)
        {
            _requests.End(child, CoapEventKind.TransferFailed, fault);
        }
    }

    // An exchange that asks what the registration of another does, without Observe; -1 if there is no room for it.
    private int OpenChild(int parent, bool isFamily)
    {
        PeerId peer = _requests.GetPeer(parent);
        ushort messageId = NextMessageId(peer);
        if (!_requests.TryOpen(peer, messageId, wantsObservation: false, out int child, out CoapToken token, isFamily))
        {
            Counters.TransfersRefused++;
            return -1;
        }

        BindRequest(child, _protection is null ? 0 : _messages.BindingOf(parent).Context);
        _requests.Join(parent, child);
        CoapMessage registration = CurrentRequest(parent);
        int length = RequestEncoder.Rewrite(
            RequestBuffer(child), registration.Type, messageId, token, registration, default,
            IsInBlocks(registration) ? default : registration.Payload);
        _messages.SetLength(child, length);
        if (length < 0)
        {
            _requests.End(child, CoapEventKind.TransferFailed, TransferFault.TooLarge);
            return -1;
        }

        return child;
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
