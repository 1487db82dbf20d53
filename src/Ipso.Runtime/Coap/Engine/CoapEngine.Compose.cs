using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

// Responses and notifications as messages: whole where they fit, else one block and the rest kept for later (RFC 7959, 2.4 and 2.6).
public abstract partial class CoapEngine
{
    private const int EngineETagLength = 6;

    // The composer has been told what the message will be known by, and has it then.
    private void Compose(in Arrival arrival, ref CoapResponse response)
    {
        if (arrival.Known.IsRobust)
        {
            _robust!.SpareRoom(arrival);
        }

        if (IsKnownToClient(arrival, response))
        {
            ConfirmValid(ref response);
        }

        int exponent = ExponentFor(arrival.Known);
        if (response.Body is null && response.PayloadLength <= PieceSize(exponent) && arrival.Known.WantedBlock.Number == 0)
        {
            if (arrival.Known.WantsSize2)
            {
                _composer.Head.Set(CoapOptionNumber.Size2, (uint)response.PayloadLength);
            }

            if (_composer.TryEnd(response))
            {
                return;
            }

            // With its options it is too long after all.
            exponent = Math.Min(exponent, BlockOption.MaxExponent) - 1;
        }

        ComposeBlock(arrival, ref response, exponent);
    }

    private void ComposeBlock(in Arrival arrival, ref CoapResponse response, int exponent)
    {
        ResponseHead head = _composer.Head;
        long offset = 0;
        int total = response.PayloadLength;
        if (response.Code.IsSuccess)
        {
            offset = arrival.Known.WantedBlock.Offset;
            if (response.Body is null && total > 0 && head.ETag.IsEmpty)
            {
                head.ETag = KeyHash.ETagOf(response.Payload[..total], _seed);
            }
        }

        if (IsKnownToClient(arrival, response))
        {
            ConfirmValid(ref response);
            _ = _composer.TryEnd(response);
            return;
        }

        if (response.Body is null && offset >= total && offset > 0)
        {
            Counters.Refused++;
            FailBlock(ref response, CoapCode.BadRequest, $"block {offset / BlockOption.GetSize(exponent)} of a body of {total} bytes");
            return;
        }

        int index = Keep(arrival, ref response);
        if (index < 0 && (response.Body is not null || !arrival.Known.IsSafe))
        {
            // Without a place for the rest a body cannot be pulled again, nor the request be done again.
            FailBlock(ref response, CoapCode.ServiceUnavailable, $"no room for the response", BusySeconds);
            return;
        }

        if (arrival.Known.WantsSize2 && total > 0)
        {
            head.Set(CoapOptionNumber.Size2, (uint)total);
        }

        if (index >= 0 && arrival.Known.IsRobust)
        {
            _robust!.BecomeRobust(index);
            ComposeFrom(index, ref response, arrival.Now, offset, exponent, mayShrink: offset == 0 || !_transfers[index].IsRobust);
            _robust.QueueRest(index, arrival);
        }
        else
        {
            ComposeFrom(index, ref response, arrival.Now, offset, exponent, mayShrink: true);
        }
    }

    // Keeps a body for the blocks to come; -1 if there is no room.
    private int Keep(in Arrival arrival, ref CoapResponse response)
    {
        int index = _transfers.Begin(TransferKind.Response, arrival.From, KeyOf(arrival.Message), arrival.Now);
        if (index < 0)
        {
            return -1;
        }

        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        if (response.Body is null && !_transfers.TryAppend(index, response.Payload[..response.PayloadLength], arrival.Now))
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
        transfer.PayloadHash = PayloadHash(arrival.Message);
        response.TakeBody();
        return index;
    }

    // A block of a body that is kept, or pulled; or, with a negative index, that lies whole in the composer and is not kept.
    private void ComposeFrom(int index, ref CoapResponse response, Instant now, long offset, int exponent, bool mayShrink)
    {
        bool isRobust = index >= 0 && _transfers[index].IsRobust;
        int total = response.PayloadLength;
        for (int largest = exponent; ; exponent = SmallerThan(exponent))
        {
            // RFC 9177, 4.4: the blocks of a robust transfer are of one size, which the first one shows.
            if ((exponent != largest && !mayShrink) || !BlockOption.TryGetAt(offset, more: false, exponent, out BlockOption block))
            {
                if (index >= 0)
                {
                    _transfers.End(index, completed: false);
                }

                // RFC 7959, 2.2: the number of a block has 20 bits, and a long body has more small blocks than that.
                Counters.Refused++;
                FailBlock(
                    ref response, CoapCode.BadRequest, $"blocks of {BlockOption.GetSize(exponent)} bytes do not reach so far");
                return;
            }

            int start = index < 0 ? (int)offset : 0;
            int length = Math.Min(PieceSize(exponent), total - start);
            bool more = start + length < total;
            if (index >= 0 && !TryReadPiece(index, offset, _composer.Body[..PieceSize(exponent)], now, out length, out more))
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
                return;
            }

            bool isAll = offset == 0 && !more;
            _composer.Head.Set(
                isRobust ? CoapOptionNumber.QBlock2 : CoapOptionNumber.Block2,
                isAll ? null : BlockOption.Of(block.Number, more, exponent).Value);
            if (index >= 0)
            {
                response.PayloadLength = length;
            }

            if (_composer.TryEnd(response, start, length) || exponent == 0)
            {
                if (isAll && index >= 0)
                {
                    _transfers.End(index, completed: true);
                }
                else if (isRobust)
                {
                    _robust!.OnComposed(index, exponent);
                }

                return;
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
            return _robust!.TryReadAhead(index, offset, destination, now, out length, out more);
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
    private void RespondFrom(int index, long offset, in Arrival arrival)
    {
        Regard(arrival.From);
        int exponent = _transfers[index].IsRobust ? _transfers[index].Robust.Exponent : ExponentFor(arrival.Known);
        if (!IsReliable && !IsReady(_transfers[index], offset, PieceSize(exponent)))
        {
            // As if the request were lost: the client repeats it, later and later (RFC 7252, 4.2).
            Counters.TransfersHeld++;
            ForgetNumber();
            return;
        }

        CoapResponse response = BeginFrom(index, arrival.Known.WantsSize2);
        Address(arrival);
        ComposeFrom(index, ref response, arrival.Now, offset, exponent, mayShrink: !_transfers[index].IsRobust);
        SendChecked(arrival);
    }

    // What each block of a kept response says.
    private CoapResponse BeginFrom(int index, bool wantsSize2)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        CoapResponse response = new(_composer.Begin(), canObserve: false);
        response.Code = transfer.Code;
        response.ContentFormat = transfer.ContentFormat;
        response.MaxAge = transfer.MaxAge;
        _composer.Head.ETag = transfer.ETag;
        if (transfer.IsRobust || (wantsSize2 && transfer.Body is null))
        {
            long size = transfer.IsRobust ? transfer.Robust.Total : transfer.Bytes.Length;
            _composer.Head.Set(CoapOptionNumber.Size2, (uint)size);
        }

        return response;
    }

    private static bool IsReady(in BlockTransfers.Transfer transfer, long offset, int length) =>
        transfer.Body is not { } slow || offset < transfer.Offset || BodyCalls.IsReady(slow, offset, length);

    private int FindResponse(in Arrival arrival)
    {
        int index = _transfers.Find(TransferKind.Response, arrival.From, KeyOf(arrival.Message));
        return index >= 0 && !arrival.Message.Payload.IsEmpty && PayloadHash(arrival.Message) != _transfers[index].PayloadHash ? -1 : index;
    }

    // RFC 8132, 2: what a FETCH asks for is in its payload.
    private ulong PayloadHash(in CoapMessage request) => request.Code == CoapCode.Fetch ? KeyHash.Add(_seed, request.Payload) : 0;

    private static bool IsKnownToClient(in Arrival arrival, in CoapResponse response) =>
        arrival.Known.HasETag && response.Code == CoapCode.Content && response.HasETagOf(arrival.Message);

    // RFC 7252, 5.9.1.3: the client has the representation already.
    private void ConfirmValid(ref CoapResponse response)
    {
        DropBody(ref response);
        response.Code = CoapCode.Valid;
        response.ContentFormat = null;
        response.PayloadLength = 0;
    }

    // An error instead of a block.
    private void FailBlock(
        ref CoapResponse response, CoapCode code, [InterpolatedStringHandlerArgument("")] scoped in Diagnostic diagnostic,
        uint? maxAge = null)
    {
        _composer.Head.RemoveOfBody();
        response.Fail(code, diagnostic.Text);
        response.MaxAge = maxAge;
        _ = _composer.TryEnd(response);
    }

    // The largest blocks that the request and we agree on.
    private int ExponentFor(in RequestOptions known)
    {
        int wanted = known.WantsBlock ? known.WantedBlock.SizeExponent : BlockOption.BertExponent;
        return _bertSize > 0 && IsReliable && wanted == BlockOption.BertExponent ? wanted : Math.Min(wanted, _largestExponent);
    }

    /// <summary>How many bytes of a body a message may carry with this block size exponent.</summary>
    private int PieceSize(int exponent) => exponent == BlockOption.BertExponent && IsReliable ? _bertSize : BlockOption.GetSize(exponent);

    private static int SmallerThan(int exponent) => exponent == BlockOption.BertExponent ? BlockOption.MaxExponent : exponent - 1;
}
