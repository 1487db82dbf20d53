namespace Ipso.Coap.Engine;

// The server role of robust transfer (RFC 9177), Q-Block2: response bodies that go out in sets of blocks. What one request brings is a set
// at most; the next goes out when the client says that it has this one, so that nobody who forges an address sets off a whole body.
public abstract partial class CoapEngine
{
    private void ReceiveRobustRequest(
        in CoapMessage message, in RequestOptions known, BlockOption first, in PeerId from, Instant now) =>
        _robust?.ReceiveRequest(message, known, first, from, now);

    private void TakeRobustRequest(
        in CoapMessage message, in RequestOptions known, BlockOption first, in PeerId from, Instant now)
    {
        if (!TryReadWanted(message, out BlockSet wanted))
        {
            RefuseBlock(message, known, from, now, CoapCode.BadRequest, $"Q-Block2 goes up, in blocks of one size up to 1024 bytes");
            return;
        }

        if (known.IsSafe && MustProveAddress(from, now))
        {
            _echo!.Demand(message, known, from, now);
            return;
        }

        bool isWhole = first.Number == 0 && (first.More || known.Observe is not null);
        int index = isWhole ? -1 : FindResponse(message, from);
        if (index >= 0 && _transfers[index].IsRobust && _transfers[index].Robust.Exponent == first.SizeExponent)
        {
            RespondWanted(index, message, known, first, wanted, from, now);
        }
        else if (isWhole || known.IsSafe || (first.Number == 0 && !message.Payload.IsEmpty))
        {
            // Rendered anew: if it is no longer the same, its entity-tag says so.
            Answer(message, known, from, now, message.Payload, sink: null, isWhole: first.Number == 0);
        }
        else
        {
            RefuseBlock(
                message, known, from, now, CoapCode.RequestEntityIncomplete, $"the response of block {first.Number} is not kept any more");
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

    private void RespondWanted(
        int index, in CoapMessage message, in RequestOptions known, BlockOption first, BlockSet wanted, in PeerId from, Instant now)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        ref RobustTransfer robust = ref transfer.Robust;
        if (wanted.First >= robust.Count)
        {
            RefuseBlock(
                message, known, from, now, CoapCode.BadRequest, $"block {wanted.First} of a body of {robust.Total} bytes");
            return;
        }

        _transfers.Touch(index, now);
        _transfers.SetToken(index, message.TokenBytes);
        transfer.Observe = null;
        if (first.More && first.Number % SetSize == 0 && transfer.Body is not null)
        {
            // The client has all before: it goes on.
            _pages.Forget(ref transfer.Bytes, ref robust.KeptFrom, first.Offset);
        }

        int number = wanted.TakeFirst();
        robust.Wanted.Add(wanted);
        RespondFrom(index, (long)number * robust.Size, message, known, from, now);
        if (transfer.IsRobust && !robust.Wanted.IsEmpty)
        {
            _transfers.Wait(index);
        }
    }

    // The first block of a response has been composed: the others that were asked for follow.
    private void QueueRest(int index, in CoapMessage request, in RequestOptions known, in PeerId peer, Instant now) =>
        _robust?.QueueRest(index, request, known, peer, now);

    private void QueueRestOfRobust(int index, in CoapMessage request, in RequestOptions known, in PeerId peer, Instant now)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        ref RobustTransfer robust = ref transfer.Robust;
        if (!transfer.IsRobust || MustProveAddress(peer, now))
        {
            return;
        }

        BlockSet wanted = default;
        if (known.QBlock2 is null)
        {
            for (int number = 0; number < SetSize; number++)
            {
                wanted.Add(number);
            }
        }
        else if (known.QBlock2.Value.SizeExponent == robust.Exponent || known.QBlock2.Value.Number == 0)
        {
            _ = TryReadWanted(request, out wanted);
        }

        if (!wanted.IsEmpty)
        {
            // The one that is in the response already.
            wanted.TakeFirst();
        }

        _transfers.SetToken(index, request.TokenBytes);
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
        CoapResponse response = BeginFrom(index, wantsSize2: false, out EngineOptions options);
        options.Observe = transfer.Observe;
        Span<byte> message = ComposeFrom(
            index, _transfers.TokenOf(index), ref response, now, CoapType.NonConfirmable, NextMessageId(transfer.Peer), ref options, offset,
            robust.Exponent, mayShrink: false);
        if (transfer.IsRobust && !robust.Wanted.IsEmpty)
        {
            _transfers.Wait(index);
        }

        return message;
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
