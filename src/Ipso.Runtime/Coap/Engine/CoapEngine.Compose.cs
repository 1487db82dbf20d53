namespace Ipso.Coap.Engine;

// Responses and notifications as messages: whole where they fit, else one block and the rest kept for later (RFC 7959, 2.4 and 2.6).
public abstract partial class CoapEngine
{
    private const int EngineETagLength = 6;

    // The longest value of Q-Block2 (RFC 9177, 4.1).
    private const int MaxBlockValue = 3;

    private Span<byte> Compose(
        in CoapMessage request,
        in RequestOptions known,
        in PeerId peer,
        Instant now,
        ref CoapResponse response,
        CoapType type,
        ushort messageId,
        ref EngineOptions options)
    {
        Regard(peer);
        if (known.IsRobust)
        {
            // What is said again, and the blocks that follow in the same size, may bear a longer token and a longer number.
            _composer.Spare = MessageHeader.GetSize(CoapFraming.Datagram, _options.MaxTokenLength)
                - MessageHeader.GetSize(CoapFraming.Datagram, request.TokenBytes.Length) + MaxBlockValue;
        }

        if (known.HasETag && IsKnownToClient(request, known, response))
        {
            ConfirmValid(ref response);
        }

        // The common case: a short response to a request that says nothing of blocks.
        if (!known.HasBlocks && !known.WantsSize2 && response.Body is null && response.PayloadLength <= PieceSize(OurExponent))
        {
            Span<byte> message = _composer.End(response, type, messageId, request.TokenBytes, options, 0, response.PayloadLength);
            if (!message.IsEmpty)
            {
                return message;
            }
        }

        return ComposeSized(request, known, peer, now, ref response, type, messageId, ref options);
    }

    private Span<byte> ComposeSized(
        in CoapMessage request,
        in RequestOptions known,
        in PeerId peer,
        Instant now,
        ref CoapResponse response,
        CoapType type,
        ushort messageId,
        scoped ref EngineOptions options)
    {
        int exponent = ExponentFor(known);
        if (response.Body is null && response.PayloadLength <= PieceSize(exponent)
            && (known.Block2 ?? known.QBlock2) is not { Number: > 0 })
        {
            options.Size2 = known.WantsSize2 ? (uint)response.PayloadLength : null;
            Span<byte> message = _composer.End(response, type, messageId, request.TokenBytes, options, 0, response.PayloadLength);
            if (!message.IsEmpty)
            {
                return message;
            }

            // With its options it is too long after all.
            exponent = Math.Min(exponent, BlockOption.MaxExponent) - 1;
        }

        return ComposeBlock(request, known, peer, now, ref response, type, messageId, ref options, exponent);
    }

    private Span<byte> ComposeBlock(
        in CoapMessage request,
        in RequestOptions known,
        in PeerId peer,
        Instant now,
        ref CoapResponse response,
        CoapType type,
        ushort messageId,
        scoped ref EngineOptions options,
        int exponent)
    {
        long offset = response.Code.IsSuccess ? (known.Block2 ?? known.QBlock2)?.Offset ?? 0 : 0;
        int total = response.PayloadLength;
        if (response.Body is null && total > 0 && _composer.Head.ETag.IsEmpty && response.Code.IsSuccess)
        {
            _composer.Head.ETag = KeyHash.ETagOf(response.Payload[..total], _seed);
        }

        if (IsKnownToClient(request, known, response))
        {
            ConfirmValid(ref response);
            return _composer.End(response, type, messageId, request.TokenBytes, options, 0, 0);
        }

        if (response.Body is null && offset >= total && offset > 0)
        {
            Counters.Refused++;
            options.Observe = null;
            FailBlock(ref response, CoapCode.BadRequest, $"block {offset / BlockOption.GetSize(exponent)} of a body of {total} bytes");
            return _composer.End(response, type, messageId, request.TokenBytes, options, 0, response.PayloadLength);
        }

        // RFC 9177, 4.6: a robust transfer says beforehand how long the body is.
        long? size = response.Body is null ? total : response.Body.Length;
        int index = Keep(request, peer, now, ref response);
        if (index < 0 && (response.Body is not null || !known.IsSafe))
        {
            // Without a place for the rest a body cannot be pulled again, nor the request be done again.
            options.Observe = null;
            FailBlock(ref response, CoapCode.ServiceUnavailable, $"no room for the response");
            response.MaxAge = BusySeconds;
            return _composer.End(response, type, messageId, request.TokenBytes, options, 0, response.PayloadLength);
        }

        options.Size2 = known.WantsSize2 ? Size2Of(response) : null;
        if (index < 0)
        {
            return ComposePart(request.TokenBytes, ref response, type, messageId, ref options, offset, exponent);
        }

        if (known.IsRobust && size is >= 0 and <= uint.MaxValue && response.Code.IsSuccess)
        {
            _transfers.BecomeRobust(index, new RobustTransfer { Total = (long)size });
            _transfers[index].Observe = options.Observe;
            options.Size2 = (uint)size;
        }

        bool mayShrink = offset == 0 || !_transfers[index].IsRobust;
        Span<byte> block = ComposeFrom(
            index, request.TokenBytes, ref response, now, type, messageId, ref options, offset, exponent, mayShrink);
        QueueRest(index, request, known, peer, now);
        return block;
    }

    // Keeps a body for the blocks to come; -1 if there is no room.
    private int Keep(in CoapMessage request, in PeerId peer, Instant now, ref CoapResponse response)
    {
        int index = _transfers.Begin(TransferKind.Response, peer, KeyOf(request), now);
        if (index < 0)
        {
            return -1;
        }

        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        if (response.Body is null && !_transfers.TryAppend(index, response.Payload[..response.PayloadLength], now))
        {
            _transfers.End(index, completed: false);
            return -1;
        }

        if (response.Body is not null && _composer.Head.ETag.IsEmpty)
        {
            Span<byte> bytes = stackalloc byte[EngineETagLength];
            _random.Fill(bytes);
            _composer.Head.ETag = new CoapETag(bytes);
        }

        transfer.Body = response.Body;
        transfer.Code = response.Code;
        transfer.ContentFormat = response.ContentFormat;
        transfer.MaxAge = response.MaxAge;
        transfer.ETag = _composer.Head.ETag;
        transfer.PayloadHash = PayloadHash(request);
        response.TakeBody();
        return index;
    }

    // A block of a body that lies whole in the composer and is not kept.
    private Span<byte> ComposePart(
        scoped ReadOnlySpan<byte> token,
        scoped ref CoapResponse response,
        CoapType type,
        ushort messageId,
        scoped ref EngineOptions options,
        long offset,
        int exponent)
    {
        for (; ; exponent = SmallerThan(exponent))
        {
            int length = (int)Math.Min(PieceSize(exponent), response.PayloadLength - offset);
            if (!BlockOption.TryGetAt(offset, offset + length < response.PayloadLength, exponent, out BlockOption block))
            {
                return ComposeUnreachable(token, ref response, type, messageId, ref options, exponent);
            }

            options.Block2 = block;
            Span<byte> message = _composer.End(response, type, messageId, token, options, (int)offset, length);
            if (!message.IsEmpty || exponent == 0)
            {
                return message;
            }
        }
    }

    // RFC 7959, 2.2: the number of a block has 20 bits, and a long body has more small blocks than that.
    private Span<byte> ComposeUnreachable(
        scoped ReadOnlySpan<byte> token, scoped ref CoapResponse response, CoapType type, ushort messageId, scoped ref EngineOptions options,
        int exponent)
    {
        Counters.Refused++;
        options.Block2 = null;
        options.Observe = null;
        FailBlock(ref response, CoapCode.BadRequest, $"blocks of {BlockOption.GetSize(exponent)} bytes do not reach so far");
        return _composer.End(response, type, messageId, token, options, 0, response.PayloadLength);
    }

    // A block of a body that is kept, or pulled.
    private Span<byte> ComposeFrom(
        int index,
        scoped ReadOnlySpan<byte> token,
        scoped ref CoapResponse response,
        Instant now,
        CoapType type,
        ushort messageId,
        scoped ref EngineOptions options,
        long offset,
        int exponent,
        bool mayShrink)
    {
        for (int largest = exponent; ; exponent = SmallerThan(exponent))
        {
            // RFC 9177, 4.4: the blocks of a robust transfer are of one size, which the first one shows.
            if ((exponent != largest && !mayShrink) || !BlockOption.TryGetAt(offset, more: false, exponent, out BlockOption block))
            {
                _transfers.End(index, completed: false);
                options.QBlock2 = null;
                return ComposeUnreachable(token, ref response, type, messageId, ref options, exponent);
            }

            if (!TryReadPiece(index, offset, _composer.Body[..PieceSize(exponent)], now, out int length, out bool more))
            {
                bool isPastEnd = _transfers[index].Body is null;
                long end = _transfers[index].Offset;
                if (!isPastEnd)
                {
                    _transfers.End(index, completed: false);
                }

                Counters.Refused++;
                FailBlock(
                    ref response,
                    isPastEnd ? CoapCode.BadRequest : offset == 0 ? CoapCode.InternalServerError : CoapCode.RequestEntityIncomplete,
                    $"the body cannot be had at byte {offset}, only up to {end}");
                options.Block2 = options.QBlock2 = null;
                options.Observe = options.Size2 = null;
                return _composer.End(response, type, messageId, token, options, 0, response.PayloadLength);
            }

            bool isAll = offset == 0 && !more;
            BlockOption? part = isAll ? null : new BlockOption(block.Number, more, exponent);
            bool isRobust = _transfers[index].IsRobust;
            _transfers[index].Robust.Exponent = exponent;
            options.Block2 = isRobust ? null : part;
            options.QBlock2 = isRobust ? part : null;
            response.PayloadLength = length;
            Span<byte> message = _composer.End(response, type, messageId, token, options, 0, length);
            if (!message.IsEmpty || exponent == 0)
            {
                if (isAll)
                {
                    _transfers.End(index, completed: true);
                }
                else if (isRobust && type != CoapType.Acknowledgement)
                {
                    _transfers[index].Messages.Add(messageId);
                }

                return message;
            }
        }
    }

    // Reads a piece of a kept or pulled body. The last piece that was pulled is kept, so that it can be had twice.
    private bool TryReadPiece(int index, long offset, Span<byte> destination, Instant now, out int length, out bool more)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        if (transfer.Body is null)
        {
            length = _pages.CopyTo(transfer.Bytes, (int)Math.Min(offset, int.MaxValue), destination);
            more = offset + length < transfer.Bytes.Length;
            transfer.Offset = transfer.Bytes.Length;
            return length > 0;
        }

        if (transfer.IsRobust)
        {
            length = 0;
            more = false;
            return _robust?.TryReadAhead(index, offset, destination, now, out length, out more) == true;
        }

        long kept = transfer.Offset - transfer.Bytes.Length;
        if (offset >= kept && offset < transfer.Offset && (transfer.IsComplete || offset + destination.Length <= transfer.Offset))
        {
            length = _pages.CopyTo(transfer.Bytes, (int)(offset - kept), destination);
            more = offset + length < transfer.Offset || !transfer.IsComplete;
            return true;
        }

        length = BodyCalls.Read(transfer.Body, offset, destination, out bool isLast, Counters);
        more = !isLast;
        if (length < 0)
        {
            return false;
        }

        _pages.Release(ref transfer.Bytes);
        transfer.Offset = offset + length;
        transfer.IsComplete = isLast;
        _ = _transfers.TryAppend(index, destination[..length], now);
        return true;
    }

    // A further block of a response that is kept.
    private void RespondFrom(int index, long offset, in CoapMessage message, in RequestOptions known, in PeerId from, Instant now)
    {
        Regard(from);
        int exponent = _transfers[index].IsRobust ? _transfers[index].Robust.Exponent : ExponentFor(known);
        if (!IsReliable && !IsReady(_transfers[index], offset, PieceSize(exponent)))
        {
            // As if the request were lost: the client repeats it, later and later (RFC 7252, 4.2).
            Counters.TransfersHeld++;
            ForgetNumber();
            return;
        }

        CoapResponse response = BeginFrom(index, known.WantsSize2, out EngineOptions options);
        GetReplyHeader(message, from, out CoapType type, out ushort messageId);
        SendChecked(
            message, known, from, now,
            ComposeFrom(
                index, message.TokenBytes, ref response, now, type, messageId, ref options, offset, exponent,
                mayShrink: !_transfers[index].IsRobust));
    }

    // What each block of a kept response says.
    private CoapResponse BeginFrom(int index, bool wantsSize2, out EngineOptions options)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        CoapResponse response = new(_composer.Begin(), canObserve: false);
        response.Code = transfer.Code;
        response.ContentFormat = transfer.ContentFormat;
        response.MaxAge = transfer.MaxAge;
        _composer.Head.ETag = transfer.ETag;
        options = new EngineOptions
        {
            Size2 = transfer.IsRobust ? (uint)transfer.Robust.Total
                : wantsSize2 && transfer.Body is null ? (uint)transfer.Bytes.Length : null,
        };
        return response;
    }

    private static bool IsReady(in BlockTransfers.Transfer transfer, long offset, int length) =>
        transfer.Body is not { } slow || offset < transfer.Offset || BodyCalls.IsReady(slow, offset, length);

    private int FindResponse(in CoapMessage request, in PeerId from)
    {
        int index = _transfers.Find(TransferKind.Response, from, KeyOf(request));
        return index >= 0 && !request.Payload.IsEmpty && PayloadHash(request) != _transfers[index].PayloadHash ? -1 : index;
    }

    // RFC 8132, 2: what a FETCH asks for is in its payload.
    private ulong PayloadHash(in CoapMessage request) => request.Code == CoapCode.Fetch ? KeyHash.Add(_seed, request.Payload) : 0;

    private static uint? Size2Of(in CoapResponse response) => response.PayloadLength > 0 ? (uint)response.PayloadLength : null;

    private static bool IsKnownToClient(in CoapMessage request, in RequestOptions known, in CoapResponse response) =>
        known.HasETag && response.Code == CoapCode.Content && response.HasETagOf(request);

    // RFC 7252, 5.9.1.3: the client has the representation already.
    private void ConfirmValid(ref CoapResponse response)
    {
        DropBody(ref response);
        response.Code = CoapCode.Valid;
        response.ContentFormat = null;
        response.PayloadLength = 0;
    }

    private static void FailBlock(scoped ref CoapResponse response, CoapCode code, in Diagnostic diagnostic) =>
        response.Fail(code, diagnostic.Text);

    // The largest blocks that the request and we agree on.
    private int ExponentFor(in RequestOptions known)
    {
        int wanted = (known.Block2 ?? known.QBlock2)?.SizeExponent ?? BlockOption.BertExponent;
        return IsReliable && wanted == BlockOption.BertExponent && _bertSize > 0 ? BlockOption.BertExponent : Math.Min(wanted, _largestExponent);
    }

    /// <summary>How many bytes of a body a message may carry with this block size exponent.</summary>
    private int PieceSize(int exponent) => exponent == BlockOption.BertExponent ? _bertSize : BlockOption.GetSize(exponent);

    private static int SmallerThan(int exponent) => exponent == BlockOption.BertExponent ? BlockOption.MaxExponent : exponent - 1;
}
