namespace Ipso.Coap.Engine;

// The server role of robust transfer (RFC 9177), Q-Block2: response bodies that go out in sets of blocks. What one request brings is a set
// at most; the next goes out when the client says that it has this one, so that nobody who forges an address sets off a whole body.
public abstract partial class CoapEngine
{
    // The longest value of Q-Block2 (RFC 9177, 4.1).
    private const int MaxBlockValue = 3;

    private void TakeRobustRequest(in Arrival arrival, BlockOption first)
    {
        if (!TryReadWanted(arrival.Message, out BlockSet wanted))
        {
            Refuse(arrival, CoapCode.BadRequest, $"Q-Block2 goes up, in blocks of one size up to 1024 bytes");
            return;
        }

        if (arrival.Known.IsSafe && MustProveAddress(arrival))
        {
            _echo!.Demand(arrival);
            return;
        }

        bool isWhole = first.Number == 0 && (first.More || arrival.Known.Observe is not null);
        int index = isWhole ? -1 : FindResponse(arrival);
        if (index >= 0 && _transfers[index].IsRobust && _transfers[index].Robust.Exponent == first.SizeExponent)
        {
            RespondWanted(index, arrival, first, wanted);
        }
        else if (isWhole || arrival.Known.IsSafe || (first.Number == 0 && !arrival.Message.Payload.IsEmpty))
        {
            // Rendered anew: if it is no longer the same, its entity-tag says so.
            Answer(arrival, arrival.Message.Payload, sink: null, isWhole: first.Number == 0);
        }
        else
        {
            Refuse(
                arrival, CoapCode.RequestEntityIncomplete, $"the response of block {first.Number} is not kept any more");
        }
    }

    // The blocks that a request asks for, each once (RFC 9177, 4.4): one, or with M those up to the end of its set.
    private bool TryReadWanted(in CoapMessage message, out BlockSet wanted)
    {
        wanted = default;
        BlockOption last = default;
        bool isFirst = true;
        foreach (ReadOnlySpan<byte> value in message.Options.Values(CoapOptionNumber.QBlock2))
        {
            if (!BlockOption.TryRead(value, out BlockOption block) || block.IsBert
                || (!isFirst && (block.Number <= last.Number || block.SizeExponent != last.SizeExponent)))
            {
                return false;
            }

            int end = block.More ? ((block.Number / SetSize) + 1) * SetSize : block.Number + 1;
            for (int number = block.Number; number < end; number++)
            {
                wanted.Add(number);
            }

            last = block;
            isFirst = false;
        }

        return true;
    }

    private void RespondWanted(int index, in Arrival arrival, BlockOption first, BlockSet wanted)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        ref RobustTransfer robust = ref transfer.Robust;
        if (wanted.First >= robust.Count)
        {
            Refuse(
                arrival, CoapCode.BadRequest, $"block {wanted.First} of a body of {robust.Total} bytes");
            return;
        }

        _transfers.Touch(index, arrival.Now);
        _transfers.SetToken(index, arrival.Message.TokenBytes);
        transfer.Observe = null;
        if (first.More && first.Number % SetSize == 0 && transfer.Body is not null)
        {
            // The client has all before: it goes on.
            _pages.Forget(ref transfer.Bytes, ref robust.KeptFrom, first.Offset);
        }

        int number = wanted.TakeFirst();
        robust.Wanted.Add(wanted);
        RespondFrom(index, (long)number * robust.Size, arrival);
        if (transfer.IsRobust && !robust.Wanted.IsEmpty)
        {
            _transfers.Wait(index);
        }
    }

    // What is said again, and the blocks that follow in the same size, may bear a longer token and a longer number.
    private void SpareRoom(in Arrival arrival) =>
        _composer.Spare = MessageHeader.GetSize(CoapFraming.Datagram, _options.MaxTokenLength)
            - MessageHeader.GetSize(CoapFraming.Datagram, arrival.Message.TokenBytes.Length) + MaxBlockValue;

    // RFC 9177, 4.6: a robust transfer says beforehand how long the body is. If nobody knows, it is none.
    private void BecomeRobust(int index)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        long? size = transfer.Body is { } body ? body.Length : transfer.Bytes.Length;
        if (size is >= 0 and <= uint.MaxValue && transfer.Code.IsSuccess)
        {
            _transfers.BecomeRobust(index, new RobustTransfer { Total = (long)size });
            transfer.Observe = _composer.Head.Observe;
            _composer.Head.Set(CoapOptionNumber.Size2, (uint)size);
        }
    }

    // A block is in the composer: the others will be as large.
    private void OnComposed(int index, int exponent)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        transfer.Robust.Exponent = exponent;
        if (_composer.Type != CoapType.Acknowledgement)
        {
            transfer.Messages.Add(_composer.MessageId);
        }
    }

    // The first block of a response has been composed: the others that were asked for follow.
    private void QueueRestOfRobust(int index, in Arrival arrival)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        ref RobustTransfer robust = ref transfer.Robust;
        if (!transfer.IsRobust || MustProveAddress(arrival))
        {
            return;
        }

        BlockSet wanted = default;
        if (!arrival.Known.HasQBlock2)
        {
            for (int number = 0; number < SetSize; number++)
            {
                wanted.Add(number);
            }
        }
        else if (arrival.Known.QBlock2.SizeExponent == robust.Exponent || arrival.Known.QBlock2.Number == 0)
        {
            _ = TryReadWanted(arrival.Message, out wanted);
        }

        if (!wanted.IsEmpty)
        {
            // The one that is in the response already.
            wanted.TakeFirst();
        }

        _transfers.SetToken(index, arrival.Message.TokenBytes);
        robust.Wanted = wanted;
        if (!wanted.IsEmpty)
        {
            _transfers.Wait(index);
        }
    }

    // The next block that is wanted; empty if there is none, or none yet.
    private Span<byte> ComposeWanted(int index, Instant now)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        ref RobustTransfer robust = ref transfer.Robust;
        if (robust.Wanted.IsEmpty || robust.Wanted.First >= robust.Count)
        {
            robust.Wanted.Clear();
            return default;
        }

        long offset = (long)robust.Wanted.First * robust.Size;
        if (!IsReady(transfer, offset, robust.Size))
        {
            // The client asks again for what does not come.
            Counters.TransfersHeld++;
            return default;
        }

        robust.Wanted.TakeFirst();
        CoapResponse response = BeginFrom(index, wantsSize2: false);
        _composer.Head.Set(CoapOptionNumber.Observe, transfer.Observe);
        _composer.Address(CoapType.NonConfirmable, NextMessageId(transfer.Peer), _transfers.TokenOf(index));
        ComposeFrom(index, ref response, now, offset, robust.Exponent, mayShrink: false);
        if (transfer.IsRobust && !robust.Wanted.IsEmpty)
        {
            _transfers.Wait(index);
        }

        return _composer.Message;
    }

    // Reads a block of a body that is pulled. What has been read is kept until the client has it, so that it can be had again.
    private bool TryReadAhead(int index, long offset, Span<byte> destination, Instant now, out int length, out bool more)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        ref RobustTransfer robust = ref transfer.Robust;
        length = (int)Math.Min(destination.Length, robust.Total - offset);
        more = offset + length < robust.Total;
        if (length <= 0)
        {
            return false;
        }

        long end = robust.KeptFrom + transfer.Bytes.Length;
        if (offset >= robust.KeptFrom && offset + length <= end)
        {
            return _pages.CopyTo(transfer.Bytes, (int)(offset - robust.KeptFrom), destination[..length]) == length;
        }

        if (transfer.Body is not { } body || BodyCalls.Read(body, offset, destination[..length], out _, Counters) != length)
        {
            return false;
        }

        if (offset == end && !_transfers.TryAppend(index, destination[..length], now))
        {
            // No room to keep it: whether it can be had again is up to the body.
            _pages.Forget(ref transfer.Bytes, ref robust.KeptFrom, offset + length);
        }

        transfer.Offset = Math.Max(transfer.Offset, offset + length);
        return true;
    }
}
