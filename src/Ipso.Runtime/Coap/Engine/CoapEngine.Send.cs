namespace Ipso.Coap.Engine;

// The client role of block-wise transfer (RFC 7959): request bodies are sent, block by block.
public abstract partial class CoapEngine
{
    private ExchangeId BeginSending(int index, int headLength)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        int room = RequestBuffer(index).Length - headLength - BlockOptionsRoom;
        body.IsSending = true;
        body.Exponent = room >= PieceSize(OurExponent) ? OurExponent : Math.Min(OurExponent, BlockOption.GetSizeExponent(room));

        // RFC 9177, 4.3 and 4.6: for what does not fit into a message, if its length is known. A registration goes by Block1.
        body.IsRobust &= !_requests.WantsObservation(index)
            && TotalOf(body) is <= uint.MaxValue and var total && total > BlockOption.GetSize(body.Exponent);
        if (body.IsRobust)
        {
            BeginRobust(index, headLength);
            return _requests.GetId(index);
        }

        // RFC 9175, 3.4: operations that differ in nothing but their bodies may be under way at the same time; the tag keeps them apart.
        // An observation is for as long as it stands.
        body.RequestTag = _requests.HasOtherSending(index) || _requests.WantsObservation(index) ? ++_requestTag : null;
        if (!SendBlock(index, headLength, IsConfirmable(index)))
        {
            EndExchange(index, CoapEventKind.TransferFailed, TransferFault.Broken);
        }

        return _requests.GetId(index);
    }

    private bool SendBlock(int index, int length, bool confirmable)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        Span<byte> piece = (body.Exponent == BlockOption.BertExponent ? _body.Bytes : _piece.Bytes).AsSpan(0, PieceSize(body.Exponent));
        bool isLast;
        if (body.Source is { } source && body.Sent >= body.Request.Length)
        {
            body.PieceLength = BodyCalls.Read(source, body.Sent, piece, out isLast, Counters);
        }
        else
        {
            body.PieceLength = _pages.CopyTo(body.Request, (int)body.Sent, piece);
            isLast = body.Sent + body.PieceLength >= TotalOf(body);
        }

        if (body.PieceLength < 0 || !BlockOption.TryGetAt(body.Sent, !isLast, body.Exponent, out BlockOption block1))
        {
            return false;
        }

        long? total = TotalOf(body);
        var edit = new MessageEdit
        {
            Block1 = block1,
            Block2 = EarlyBlock2,
            Size1 = body.Sent == 0 && total is >= 0 and <= uint.MaxValue ? (uint)total : null,
            RequestTag = body.RequestTag,
            Observe = _requests.ObserveOf(index),
        };
        return Send(index, length, edit, keepsPayload: false, piece[..body.PieceLength], confirmable);
    }

    private static long? TotalOf(in ExchangeBody body) => body.Source is null ? body.Request.Length : body.Source.Length;

    // What a request was sent as, its repetitions are sent as.
    private bool IsConfirmable(int index) => (_messages.GetBuffer(index)[0] >> 4 & 3) == (int)CoapType.Confirmable;

    // A response while the body is being sent: false if it was but a step.
    private bool TakeSendingResponse(int index, in CoapMessage message, in ResponseOptions known, Instant now)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        if (body.IsRobust)
        {
            return TakeRobustAnswer(index, message, known, now);
        }

        CoapMessage request = CurrentRequest(index);
        BlockOption sent = BlockOf(request, CoapOptionNumber.Block1).GetValueOrDefault();
        if (message.Code == CoapCode.Continue && sent.More)
        {
            if (known.Block1 is { } block && block.Number != sent.Number)
            {
                // An answer to a block before.
                Counters.Dropped++;
                return false;
            }

            body.Sent += body.PieceLength;
            body.Exponent = Math.Min(body.Exponent, known.Block1?.SizeExponent ?? body.Exponent);
            Step(index);
            return false;
        }

        bool isSmaller = known.Block1 is { } hint && BlockOption.GetSize(hint.SizeExponent) < BlockOption.GetSize(body.Exponent);
        if (body.Restarts < _options.TransferRestarts
            && ((message.Code == CoapCode.RequestEntityTooLarge && isSmaller)
                || (message.Code == CoapCode.RequestEntityIncomplete && body.Sent > 0)))
        {
            // RFC 7959, 2.9.2 and 2.9.3: from the start, in smaller blocks if that is what the server asks for.
            body.Restarts++;
            body.Sent = 0;
            body.Exponent = isSmaller ? known.Block1.GetValueOrDefault().SizeExponent : body.Exponent;
            Step(index);
            return false;
        }

        body.IsSending = false;
        return true;
    }

    private void Step(int index)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        if (body.IsRobust)
        {
            SendNextBlock(index);
            return;
        }

        if (body.Source is { } source && !BodyCalls.IsReady(source, body.Sent, PieceSize(body.Exponent)))
        {
            Pause(index);
            return;
        }

        if (!SendBlock(index, _messages.GetMessage(index).Length, IsConfirmable(index)))
        {
            EndExchange(index, CoapEventKind.TransferFailed, TransferFault.Broken);
        }
    }
}
