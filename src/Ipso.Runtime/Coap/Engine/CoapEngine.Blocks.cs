using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

// The server role of block-wise transfer (RFC 7959): request bodies are gathered, response bodies given out.
public abstract partial class CoapEngine
{
    // How long to wait before trying again when all transfers are taken.
    private const uint BusySeconds = 30;

    /// <summary>How many block-wise transfers the server role keeps: request bodies half done, and response bodies given out.</summary>
    public int TransferCount => _transfers.Count;

    // A block of a request body (RFC 7959, 2.3 and 2.5).
    private void ReceiveBlock(in Arrival arrival, BlockOption block)
    {
        ReadOnlySpan<byte> payload = arrival.Message.Payload;
        if (!block.AllowsPayload(payload.Length))
        {
            Refuse(arrival, CoapCode.BadRequest, $"block {block.Number} has {payload.Length} bytes, not {block.Size}");
            return;
        }

        if (block is { Number: 0, More: true } && arrival.Known.Observe == ObserveAction.Register && MustProveAddress(arrival))
        {
            // As of any who wants to observe, but before its blocks are gathered, which it would have to send again.
            _echo!.Demand(arrival);
            return;
        }

        ulong key = KeyOf(arrival.Message);
        int index = _transfers.Find(TransferKind.Request, arrival.From, key);
        if (block.Number == 0 && !(index >= 0 && block.More && IsUntouched(index)))
        {
            if (index >= 0)
            {
                // A body that begins anew takes the place of the one that was half done.
                Counters.TransfersDropped++;
                _transfers.End(index, completed: false);
            }

            if (!block.More)
            {
                Answer(arrival, payload, sink: null, isWhole: true);
                return;
            }

            index = BeginBody(arrival, block, key);
            if (index < 0)
            {
                return;
            }
        }
        else if (index < 0)
        {
            Refuse(arrival, CoapCode.RequestEntityIncomplete, $"block 0 expected, {block.Number} came");
            return;
        }

        TakeBlock(index, arrival, block);
    }

    // Whether a body has a sink that was not ready for its first block: that is then no new beginning.
    private bool IsUntouched(int index) => _transfers[index] is { Sink: not null, Offset: 0, IsRobust: false };

    // The first block that comes: who takes the body, and is there room for it?
    private int BeginBody(in Arrival arrival, BlockOption block, ulong key)
    {
        if (!TryIdentify(out PeerIdentity? identity))
        {
            DropUnidentified(arrival, sink: null);
            return -1;
        }

        CoapResponse response = new(_composer.Begin(), canObserve: false);
        ReadOnlySpan<byte> start = block.Number == 0 ? arrival.Message.Payload : default;
        // What is observed is what the whole body asks for, each time anew: it is gathered, and goes to no sink.
        bool registers = arrival.Known.Observe == ObserveAction.Register && !arrival.Known.HasQBlock1;
        ICoapBodySink? sink = registers
            ? null
            : Invoke(arrival, start, sink: null, identity, ref response, begins: true);
        if (response.Code.Class is 4 or 5 && response.Code != CoapCode.NotFound)
        {
            Counters.Refused++;
            BodyCalls.Abandon(sink, Counters);
            SetBlock(arrival.Known, block);
            SendSmall(arrival, response);
            return -1;
        }

        if (sink is null && arrival.Known.Size1 > (uint)_options.MaxBodySize)
        {
            RefuseTooLarge(arrival, block);
            return -1;
        }

        int index = _transfers.Begin(TransferKind.Request, arrival.From, key, arrival.Now);
        if (index < 0)
        {
            BodyCalls.Abandon(sink, Counters);
            _composer.Begin();
            Refuse(arrival, CoapCode.ServiceUnavailable, "Too many transfers"u8, maxAge: BusySeconds);
            return -1;
        }

        _transfers[index].Sink = sink;
        return index;
    }

    private void TakeBlock(int index, in Arrival arrival, BlockOption block)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        ReadOnlySpan<byte> payload = arrival.Message.Payload;
        if (!IsReliable)
        {
            _transfers.Touch(index, arrival.Now);
        }

        int offset = block.Offset;
        if (offset + payload.Length <= transfer.Offset && block.More)
        {
            // A block that was taken before: its answer has been lost.
            Continue(arrival, block);
            return;
        }

        if (offset != transfer.Offset)
        {
            Refuse(
                arrival, CoapCode.RequestEntityIncomplete,
                $"block {transfer.Offset / block.Size} expected, {block.Number} came");
            return;
        }

        if (transfer.Sink is { } slow && !BodyCalls.IsReady(slow))
        {
            // Over datagrams as if the block were lost: the client repeats it, later and later (RFC 7252, 4.2).
            Counters.TransfersHeld++;
            ForgetNumber();
            Hold();
            return;
        }

        if (IsReliable)
        {
            _transfers.Touch(index, arrival.Now);
        }

        bool takes = transfer.Sink is { } sink
            ? BodyCalls.Write(sink, payload, Counters)
            : offset + payload.Length <= _options.MaxBodySize && _transfers.TryAppend(index, payload, arrival.Now);
        if (!takes)
        {
            Counters.TransfersDropped++;
            _transfers.End(index, completed: false);
            RefuseTooLarge(arrival, block);
            return;
        }

        transfer.Offset += payload.Length;
        if (block.More)
        {
            Continue(arrival, block);
            return;
        }

        ICoapBodySink? taker = transfer.Sink;
        ReadOnlySpan<byte> body = Join(_pages, transfer.Bytes);
        _transfers.End(index, completed: true);
        Answer(arrival, body, taker, isWhole: true);
    }

    // A body that lies in pages, in one piece.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOnlySpan<byte> Join(PagePool pages, scoped in PagedBytes bytes)
    {
        Span<byte> body = _body.Bytes;
        return body[..pages.CopyTo(bytes, 0, body)];
    }

    // RFC 7959, 2.3: the answer to a block may ask for smaller ones from here on.
    private void Continue(in Arrival arrival, BlockOption block)
    {
        CoapResponse response = new(_composer.Begin(), canObserve: false);
        response.Code = CoapCode.Continue;
        int exponent = IsReliable && block.IsBert ? BlockOption.BertExponent : Math.Min(block.SizeExponent, _largestExponent);
        SetBlock(arrival.Known, BlockOption.Of(block.Number, block.More, exponent));
        SendSmall(arrival, response);
    }

    // Answers about a block bear the option that the block came with.
    private void SetBlock(in RequestOptions known, BlockOption block) =>
        _composer.Head.Set(known.HasQBlock1 ? CoapOptionNumber.QBlock1 : CoapOptionNumber.Block1, block.Value);

    private void RefuseTooLarge(in Arrival arrival, BlockOption block)
    {
        _composer.Begin();
        SetBlock(arrival.Known, BlockOption.Of(block.Number, false, Math.Min(block.SizeExponent, _largestExponent)));
        _composer.Head.Set(CoapOptionNumber.Size1, (uint)_options.MaxBodySize);
        Refuse(arrival, CoapCode.RequestEntityTooLarge, default, maxAge: null);
    }

    // A block of a response body beyond the first (RFC 7959, 2.4).
    private void ReceiveBlockRequest(in Arrival arrival, BlockOption block)
    {
        int index = block.Number == 0 ? -1 : FindResponse(arrival);
        if (index >= 0)
        {
            _transfers.Touch(index, arrival.Now);
            RespondFrom(index, block.Offset, arrival);
        }
        else if (block.Number == 0 || (arrival.Known.IsSafe && !IsWithoutItsBody(arrival.Message)))
        {
            // Rendered anew: if it is no longer the same, its entity-tag says so.
            Answer(arrival, arrival.Message.Payload, sink: null, isWhole: block.Number == 0);
        }
        else
        {
            // What changes something must not be done again to show the rest of its response, and what asked for it may be gone with it.
            Refuse(
                arrival, CoapCode.RequestEntityIncomplete, $"the response of block {block.Number} is not kept any more");
        }
    }

    // A FETCH says what it asks for in its payload (RFC 8132, 2). If that has come in blocks it is not repeated for those of the response.
    private static bool IsWithoutItsBody(in CoapMessage message) => message.Code == CoapCode.Fetch && message.Payload.IsEmpty;
}
