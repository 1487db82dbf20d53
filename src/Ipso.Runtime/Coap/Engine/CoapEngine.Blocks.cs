namespace Ipso.Coap.Engine;

// The server role of block-wise transfer (RFC 7959): request bodies are gathered, response bodies given out.
public abstract partial class CoapEngine
{
    // How long to wait before trying again when all transfers are taken.
    private const uint BusySeconds = 30;

    /// <summary>How many block-wise transfers the server role keeps: request bodies half done, and response bodies given out.</summary>
    public int TransferCount => _transfers.Count;

    // A block of a request body (RFC 7959, 2.3 and 2.5).
    private void ReceiveBlock(
        in CoapMessage message, in RequestOptions known, BlockOption block, in PeerId from, Instant now)
    {
        ReadOnlySpan<byte> payload = message.Payload;
        if (block.IsBert && !IsReliable)
        {
            Refuse(message, known, from, now, CoapCode.BadRequest, "Block size exponent 7 is reserved"u8);
            return;
        }

        if (!block.AllowsPayload(payload.Length))
        {
            RefuseBlock(
                message, known, from, now, CoapCode.BadRequest, $"block {block.Number} has {payload.Length} bytes, not {block.Size}");
            return;
        }

        if (block is { Number: 0, More: true } && known.Observe == ObserveAction.Register && MustProveAddress(from, now))
        {
            // As of any who wants to observe, but before its blocks are gathered, which it would have to send again.
            _echo!.Demand(message, known, from, now);
            return;
        }

        ulong key = KeyOf(message);
        int index = _transfers.Find(TransferKind.Request, from, key);
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
                Answer(message, known, from, now, payload, sink: null, isWhole: true);
                return;
            }

            index = BeginBody(message, known, block, from, key, now);
            if (index < 0)
            {
                return;
            }
        }
        else if (index < 0)
        {
            RefuseBlock(message, known, from, now, CoapCode.RequestEntityIncomplete, $"block 0 expected, {block.Number} came");
            return;
        }

        TakeBlock(index, message, known, block, from, now);
    }

    // Whether a body has a sink that was not ready for its first block: that is then no new beginning.
    private bool IsUntouched(int index) => _transfers[index] is { Sink: not null, Offset: 0, IsRobust: false };

    // The first block that comes: who takes the body, and is there room for it?
    private int BeginBody(
        in CoapMessage message, in RequestOptions known, BlockOption block, in PeerId from, ulong key, Instant now)
    {
        if (!TryIdentify(out PeerIdentity? identity))
        {
            DropUnidentified(message, sink: null, from, now);
            return -1;
        }

        CoapResponse response = new(_composer.Begin(), canObserve: false);
        ReadOnlySpan<byte> start = block.Number == 0 ? message.Payload : default;
        // What is observed is what the whole body asks for, each time anew: it is gathered, and goes to no sink.
        bool registers = known.Observe == ObserveAction.Register && known.QBlock1 is null;
        ICoapBodySink? sink = registers
            ? null
            : AskForSink(new CoapRequest(message, known, from, start, sink: null, identity), ref response);
        if (response.Code.Class is 4 or 5 && response.Code != CoapCode.NotFound)
        {
            Counters.Refused++;
            BodyCalls.Abandon(sink, Counters);
            SendSmall(message, known, from, now, response, OptionsOf(known, block));
            return -1;
        }

        if (sink is null && known.Size1 > (uint)_options.MaxBodySize)
        {
            RefuseTooLarge(message, known, block, from, now);
            return -1;
        }

        int index = _transfers.Begin(TransferKind.Request, from, key, now);
        if (index < 0)
        {
            BodyCalls.Abandon(sink, Counters);
            Refuse(message, known, from, now, CoapCode.ServiceUnavailable, "Too many transfers"u8, maxAge: BusySeconds);
            return -1;
        }

        _transfers[index].Sink = sink;
        return index;
    }

    private ICoapBodySink? AskForSink(in CoapRequest request, ref CoapResponse response)
    {
#pragma warning disable CA1031 // Whatever the application throws, the peer gets an answer and the endpoint goes on.
        try
        {
            return _handler!.BeginBody(request, ref response);
        }
        catch (Exception exception)
        {
            Counters.HandlerFaults++;
            _serverEvents.HandlerFault(request.From, exception);
            response.Fail(CoapCode.InternalServerError);
            return null;
        }
#pragma warning restore CA1031
    }

    private void TakeBlock(
        int index, in CoapMessage message, in RequestOptions known, BlockOption block, in PeerId from, Instant now)
    {
        ref BlockTransfers.Transfer transfer = ref _transfers[index];
        ReadOnlySpan<byte> payload = message.Payload;
        if (!IsReliable)
        {
            _transfers.Touch(index, now);
        }

        if (block.Offset + payload.Length <= transfer.Offset && block.More)
        {
            // A block that was taken before: its answer has been lost.
            Continue(message, known, block, from, now);
            return;
        }

        if (block.Offset != transfer.Offset)
        {
            RefuseBlock(
                message, known, from, now, CoapCode.RequestEntityIncomplete,
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

        _transfers.Touch(index, now);

        bool takes;
        if (transfer.Sink is { } sink)
        {
            takes = BodyCalls.Write(sink, payload, Counters);
        }
        else
        {
            takes = transfer.Offset + payload.Length <= _options.MaxBodySize && _transfers.TryAppend(index, payload, now);
        }

        if (!takes)
        {
            Counters.TransfersDropped++;
            _transfers.End(index, completed: false);
            RefuseTooLarge(message, known, block, from, now);
            return;
        }

        transfer.Offset += payload.Length;
        if (block.More)
        {
            Continue(message, known, block, from, now);
            return;
        }

        ICoapBodySink? taker = transfer.Sink;
        ReadOnlySpan<byte> body = _body.Bytes.AsSpan(0, _pages.CopyTo(transfer.Bytes, 0, _body.Bytes));
        _transfers.End(index, completed: true);
        Answer(message, known, from, now, body, taker, isWhole: true);
    }

    // RFC 7959, 2.3: the answer to a block may ask for smaller ones from here on.
    private void Continue(in CoapMessage message, in RequestOptions known, BlockOption block, in PeerId from, Instant now)
    {
        CoapResponse response = new(_composer.Begin(), canObserve: false);
        response.Code = CoapCode.Continue;
        int exponent = IsReliable && block.IsBert ? BlockOption.BertExponent : Math.Min(block.SizeExponent, _largestExponent);
        var answered = new BlockOption(block.Number, block.More, exponent);
        SendSmall(message, known, from, now, response, new EngineOptions { Block1 = answered });
    }

    // Answers about a block bear the option that the block came with.
    private static EngineOptions OptionsOf(in RequestOptions known, BlockOption block) =>
        known.QBlock1 is null ? new EngineOptions { Block1 = block } : new EngineOptions { QBlock1 = block };

    private void RefuseTooLarge(in CoapMessage message, in RequestOptions known, BlockOption block, in PeerId from, Instant now) =>
        Refuse(
            message, known, from, now, CoapCode.RequestEntityTooLarge, default,
            new BlockOption(block.Number, false, Math.Min(block.SizeExponent, _largestExponent)), (uint)_options.MaxBodySize);

    private void RefuseBlock(
        in CoapMessage message, in RequestOptions known, in PeerId from, Instant now, CoapCode code, in Diagnostic diagnostic) =>
        Refuse(message, known, from, now, code, diagnostic.Text);

    // A block of a response body beyond the first (RFC 7959, 2.4).
    private void ReceiveBlockRequest(
        in CoapMessage message, in RequestOptions known, BlockOption block, in PeerId from, Instant now)
    {
        if (block.IsBert && !IsReliable)
        {
            Refuse(message, known, from, now, CoapCode.BadRequest, "Block size exponent 7 is reserved"u8);
            return;
        }

        int index = block.Number == 0 ? -1 : FindResponse(message, from);
        if (index >= 0)
        {
            _transfers.Touch(index, now);
            RespondFrom(index, block.Offset, message, known, from, now);
        }
        else if (block.Number == 0 || (known.IsSafe && !IsWithoutItsBody(message)))
        {
            // Rendered anew: if it is no longer the same, its entity-tag says so.
            Answer(message, known, from, now, message.Payload, sink: null, isWhole: block.Number == 0);
        }
        else
        {
            // What changes something must not be done again to show the rest of its response, and what asked for it may be gone with it.
            RefuseBlock(
                message, known, from, now, CoapCode.RequestEntityIncomplete, $"the response of block {block.Number} is not kept any more");
        }
    }

    // A FETCH says what it asks for in its payload (RFC 8132, 2). If that has come in blocks it is not repeated for those of the response.
    private static bool IsWithoutItsBody(in CoapMessage message) => message.Code == CoapCode.Fetch && message.Payload.IsEmpty;
}
