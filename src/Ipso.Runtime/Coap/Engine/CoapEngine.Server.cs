using Ipso.Buffers;

namespace Ipso.Coap.Engine;

// The server role: what is to be done with a request, and what is said about it (RFC 7252, 5.2, 5.4 and 5.8).
public abstract partial class CoapEngine
{
    private const int LastMethod = (int)CoapMethod.IPatch;

    /// <summary>Takes a request that is no duplicate.</summary>
    private protected void ReceiveRequest(in CoapMessage message, in PeerId from, Instant now)
    {
        if (_handler is null)
        {
            Reject(message, from);
            return;
        }

        if (_guard is { } guard)
        {
            guard.Receive(message, from, now);
            return;
        }

        ReceiveVerified(message, from, now);
    }

    // A request that is protected, or need not be.
    private void ReceiveVerified(in CoapMessage message, in PeerId from, Instant now)
    {
        if (message.TokenBytes.Length > _options.MaxTokenLength)
        {
            Refuse(message, default, from, now, CoapCode.BadRequest, "Token too long"u8);
            return;
        }

        if (message.Code.Detail > LastMethod)
        {
            Refuse(message, default, from, now, CoapCode.MethodNotAllowed, default);
            return;
        }

        if (message.Datagram.Length > _options.MaxMessageSize)
        {
            // RFC 7959, 2.9.3: the Block1 option says how large the blocks should be instead, and Size1 how large the body may be.
            var block1 = new BlockOption(0, false, _largestExponent);
            Refuse(
                message, default, from, now, CoapCode.RequestEntityTooLarge, default, block1, (uint)_options.MaxBodySize);
            return;
        }

        CoapCode refusal = RequestOptions.Check(message, out RequestOptions known, out CoapOptionNumber offender);
        if (!refusal.IsEmpty)
        {
            RefuseOption(message, from, now, refusal, offender);
        }
        else if (_options.AmplificationFactor > 0 && known.HasEcho)
        {
            _echo!.Take(message, from, now);
            ReceiveRequest(message, known, from, now);
        }
        else
        {
            ReceiveRequest(message, known, from, now);
        }
    }

    private void ReceiveRequest(in CoapMessage message, in RequestOptions known, in PeerId from, Instant now)
    {
        if (known.IsRobust && (_robust is null || _binding.IsProtected))
        {
            // RFC 9177, 1: where nothing is lost, Block1 and Block2 do, and not everybody has to know it. Of protected ones each block has to
            // answer a request of its own.
            CoapOptionNumber offender = known.QBlock1 is null ? CoapOptionNumber.QBlock2 : CoapOptionNumber.QBlock1;
            RefuseOption(message, from, now, CoapCode.BadOption, offender);
        }
        else if (known.QBlock1 is { } robust)
        {
            ReceiveRobustBlock(message, known, robust, from, now);
        }
        else if (known.QBlock2 is { } wanted)
        {
            ReceiveRobustRequest(message, known, wanted, from, now);
        }
        else if (known.Block1 is { } block1)
        {
            ReceiveBlock(message, known, block1, from, now);
        }
        else if (known.Block2 is { } block2 && (block2.Number > 0 || block2.IsBert))
        {
            ReceiveBlockRequest(message, known, block2, from, now);
        }
        else
        {
            Answer(message, known, from, now, message.Payload, sink: null, isWhole: true);
        }
    }

    // A request whose body is complete: to the handler with it.
    private void Answer(
        in CoapMessage message, in RequestOptions known, in PeerId from, Instant now, ReadOnlySpan<byte> body, ICoapBodySink? sink,
        bool isWhole)
    {
        if (!TryIdentify(out PeerIdentity? identity))
        {
            DropUnidentified(message, sink, from, now);
            return;
        }

        // Who says with the first block that it wants to observe proves its address before that (ReceiveBlock). Who says it later, or has
        // taken longer than a proof is good for, is not asked to send all again: it is answered as if it did not want to.
        bool isInBlocks = known.Block1 is { Number: > 0 };
        bool registers = known.Observe == ObserveAction.Register && isWhole && sink is null && known.QBlock1 is null;
        if (registers && !isInBlocks && MustProveAddress(from, now))
        {
            _echo!.Demand(message, known, from, now);
            return;
        }

        int existing = known.Observe is null ? -1 : FindObserver(from, message.TokenBytes);
        if (known.Observe == ObserveAction.Deregister && existing >= 0)
        {
            RemoveObserver(existing, ObserverEnd.Deregistered);
        }

        bool canObserve = registers && !IsTokenTaken(existing, from, message.TokenBytes) && !(isInBlocks && MustProveAddress(from, now))
            && _observers.HasRoom(existing, message, body, isInBlocks);
        if (registers && !canObserve)
        {
            Counters.ObserversRefused++;
        }

        // Both are made in their places: a view that is made and then copied waits for its parts to reach the cache.
        CoapResponse response = new(_composer.Begin(), canObserve, this);
        CoapRequest request = new(message, known, from, body, sink, identity);
        Invoke(request, ref response);
        if (response.IsDeferred)
        {
            _deferral!.Defer(message, from, now, body, isBodyApart: sink is null && IsPart(known));
            return;
        }

        uint? sequence = registers ? Register(message, from, body, isInBlocks, response, now) : null;
        Respond(message, known, from, now, ref response, sequence);
    }

    // Adds the observer that the handler has accepted; one that it has not leaves the table (RFC 7641, 4.1).
    private uint? Register(
        in CoapMessage message, in PeerId from, ReadOnlySpan<byte> body, bool isInBlocks, in CoapResponse response, Instant now)
    {
        int existing = FindObserver(from, message.TokenBytes);
        if (response.ObserveTag is not { } tag || !response.Code.IsSuccess)
        {
            if (existing >= 0)
            {
                RemoveObserver(existing, ObserverEnd.Replaced);
            }

            return null;
        }

        if (existing >= 0 && _observers[existing].Tag != tag)
        {
            _serverEvents.ObserverRemoved(from, _observers[existing].Tag, ObserverEnd.Replaced);
        }

        int index = _observers.Put(existing, from, message, body, isInBlocks, tag, now);
        BindObserver(index);
        ref ObserverTable.Observer observer = ref _observers[index];
        observer.Sequence = ObserveSequence.Next(observer.Sequence);
        return IsReliable ? 0 : observer.Sequence;
    }

    private void Invoke(in CoapRequest request, ref CoapResponse response)
    {
        Counters.Handled++;
#pragma warning disable CA1031 // Whatever the application throws, the peer gets an answer and the endpoint goes on.
        try
        {
            _handler!.Handle(request, ref response);
        }
        catch (Exception exception)
        {
            Counters.HandlerFaults++;
            _serverEvents.HandlerFault(request.From, exception);
            response.Fail(CoapCode.InternalServerError);
        }
#pragma warning restore CA1031

        if (!response.Code.IsResponse && !response.IsDeferred)
        {
            response.Fail(CoapCode.InternalServerError, "The handler gave no response code"u8);
        }
    }

    // Sends the response to a request that has just come in.
    private void Respond(
        in CoapMessage message, in RequestOptions known, in PeerId from, Instant now, ref CoapResponse response, uint? observe)
    {
        if (IsUnwanted(known, response.Code))
        {
            // RFC 7967, 2.1: the response is not sent; a CON is acknowledged all the same.
            Counters.Suppressed++;
            DropBody(ref response);
            Acknowledge(message, from, now);
            return;
        }

        GetReplyHeader(message, from, out CoapType type, out ushort messageId);
        BlockOption? block1 = known.Block1 is { } block ? new BlockOption(block.Number, false, block.SizeExponent) : null;
        var options = new EngineOptions { Observe = observe, Block1 = block1 };
        Span<byte> reply = Compose(message, known, from, now, ref response, type, messageId, ref options);
        KeepAnswer(message, known, from, now, reply);
        SendChecked(message, known, from, now, reply);
    }

    // Sends a response, or none so long before the client has shown that it is where its address says (RFC 9175, 2.3). What changes
    // something has been done, and its response goes out.
    private void SendChecked(in CoapMessage message, in RequestOptions known, in PeerId from, Instant now, ReadOnlySpan<byte> reply)
    {
        if (_options.AmplificationFactor > 0
            && reply.Length > (long)_options.AmplificationFactor * message.Datagram.Length
            && known.IsSafe && MustProveAddress(from, now))
        {
            _echo!.Demand(message, known, from, now);
            return;
        }

        Reply(message, from, now, reply);
    }

    private static bool IsUnwanted(in RequestOptions known, CoapCode code) => (known.NoResponse & (1 << (code.Class - 1))) != 0;

    private void DropBody(ref CoapResponse response)
    {
        BodyCalls.Close(response.Body, Counters);
        response.TakeBody();
    }

    private void RefuseOption(in CoapMessage message, in PeerId from, Instant now, CoapCode code, CoapOptionNumber offender)
    {
        if (code == CoapCode.BadOption && message.Type == CoapType.NonConfirmable && !IsReliable)
        {
            // RFC 7252, 5.4.1: an unknown critical option causes a NON to be rejected, which is silent.
            Counters.Refused++;
            return;
        }

        Span<byte> diagnostic = stackalloc byte[32];
        "Option "u8.CopyTo(diagnostic);
        _ = DecimalDigits.TryWrite((ulong)offender, diagnostic[7..], out int digits);
        " is not supported"u8.CopyTo(diagnostic[(7 + digits)..]);
        Refuse(message, default, from, now, code, diagnostic[..(24 + digits)]);
    }

    // An error of the engine's own making.
    private void Refuse(
        in CoapMessage message,
        in RequestOptions known,
        in PeerId from,
        Instant now,
        CoapCode code,
        ReadOnlySpan<byte> diagnostic,
        BlockOption? block1 = null,
        uint? size1 = null,
        uint? maxAge = null)
    {
        Counters.Refused++;
        CoapResponse response = new(_composer.Begin(), canObserve: false);
        response.Fail(code, diagnostic);
        response.MaxAge = maxAge;
        EngineOptions options = block1 is { } block ? OptionsOf(known, block) : default;
        options.Size1 = size1;
        SendSmall(message, known, from, now, response, options);
    }

    // A response that surely fits into a message: its Message ID, or null if nobody wants it.
    private ushort? SendSmall(
        in CoapMessage message, in RequestOptions known, in PeerId from, Instant now, in CoapResponse response, in EngineOptions options)
    {
        if (IsUnwanted(known, response.Code))
        {
            Counters.Suppressed++;
            Acknowledge(message, from, now);
            return null;
        }

        Regard(from);
        GetReplyHeader(message, from, out CoapType type, out ushort messageId);
        Reply(message, from, now, _composer.End(response, type, messageId, message.TokenBytes, options, 0, response.PayloadLength));
        return messageId;
    }
}
