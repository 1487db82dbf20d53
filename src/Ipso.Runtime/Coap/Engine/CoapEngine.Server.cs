using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

// The server role: what is to be done with a request, and what is said about it (RFC 7252, 5.2, 5.4 and 5.8).
public abstract partial class CoapEngine
{
    private const int LastMethod = (int)CoapMethod.IPatch;

    /// <summary>Takes a request that is no duplicate.</summary>
    private protected void ReceiveRequest(ref Arrival arrival)
    {
        if (_handler is null)
        {
            Reject(arrival);
        }
        else if (_guard is { } guard)
        {
            guard.Receive(ref arrival);
        }
        else
        {
            ReceiveVerified(ref arrival);
        }
    }

    // A request that is protected, or need not be.
    private void ReceiveVerified(ref Arrival arrival)
    {
        if (arrival.Message.TokenBytes.Length > _options.MaxTokenLength)
        {
            Refuse(arrival, CoapCode.BadRequest, "Token too long"u8);
            return;
        }

        if (arrival.Message.Code.Detail > LastMethod)
        {
            Refuse(arrival, CoapCode.MethodNotAllowed);
            return;
        }

        if (arrival.Message.Datagram.Length > _options.MaxMessageSize)
        {
            // RFC 7959, 2.9.3: the Block1 option says how large the blocks should be instead, and Size1 how large the body may be.
            RefuseTooLarge(arrival, BlockOption.Of(0, false, _largestExponent));
            return;
        }

        CoapCode refusal = RequestOptions.Check(arrival.Message, out arrival.Known, out CoapOptionNumber offender);
        if (arrival.Known.IsRobust && refusal.IsEmpty && (_robust is null || _binding.IsProtected))
        {
            // RFC 9177, 1: where nothing is lost, Block1 and Block2 do, and not everybody has to know it. Of protected ones each block has to
            // answer a request of its own.
            offender = arrival.Known.HasQBlock1 ? CoapOptionNumber.QBlock1 : CoapOptionNumber.QBlock2;
            refusal = CoapCode.BadOption;
        }

        if (!refusal.IsEmpty)
        {
            arrival.Known = default;
            RefuseOption(arrival, refusal, offender);
            return;
        }

        if (_options.AmplificationFactor > 0 && arrival.Known.HasEcho)
        {
            _echo!.Take(arrival);
        }

        if (arrival.Known.IsRobust)
        {
            _robust!.Receive(arrival);
        }
        else if ((arrival.Known.HasBlock1 ? arrival.Known.Block1 : arrival.Known.Block2).IsBert && !IsReliable)
        {
            Refuse(arrival, CoapCode.BadRequest, "Block size exponent 7 is reserved"u8);
        }
        else if (arrival.Known.HasBlock1)
        {
            ReceiveBlock(arrival, arrival.Known.Block1);
        }
        else if (arrival.Known.Block2 is var block2 && (block2.Number > 0 || block2.IsBert))
        {
            ReceiveBlockRequest(arrival, block2);
        }
        else
        {
            Answer(arrival, arrival.Message.Payload, sink: null, isWhole: true);
        }
    }

    // A request whose body is complete: to the handler with it.
    private void Answer(in Arrival arrival, ReadOnlySpan<byte> body, ICoapBodySink? sink, bool isWhole)
    {
        if (!TryIdentify(out PeerIdentity? identity))
        {
            DropUnidentified(arrival, sink);
            return;
        }

        // Who says with the first block that it wants to observe proves its address before that (ReceiveBlock). Who says it later, or has
        // taken longer than a proof is good for, is not asked to send all again: it is answered as if it did not want to.
        bool isInBlocks = arrival.Known.Block1.Number > 0;
        bool registers = arrival.Known.Observe == ObserveAction.Register && isWhole && sink is null && !arrival.Known.HasQBlock1;
        bool mustProve = registers && MustProveAddress(arrival);
        if (mustProve && !isInBlocks)
        {
            _echo!.Demand(arrival);
            return;
        }

        int existing = arrival.Known.Observe is null ? -1 : FindObserver(arrival);
        if (arrival.Known.Observe == ObserveAction.Deregister && existing >= 0)
        {
            RemoveObserver(existing, ObserverEnd.Deregistered);
        }

        bool canObserve = registers && !mustProve && _guard?.IsTokenTaken(existing, arrival) != true
            && _observers.HasRoom(existing, arrival.Message, body, isInBlocks);
        if (registers && !canObserve)
        {
            Counters.ObserversRefused++;
        }

        CoapResponse response = new(_composer.Begin(), canObserve, this);
        _ = Invoke(arrival, body, sink, identity, ref response);
        if (response.IsDeferred)
        {
            _deferral!.Defer(arrival, body, isBodyApart: sink is null && IsPart(arrival.Known));
            return;
        }

        if (registers)
        {
            Register(arrival, body, isInBlocks, response);
        }

        Respond(arrival, ref response);
    }

    // Adds the observer that the handler has accepted; one that it has not leaves the table (RFC 7641, 4.1).
    private void Register(in Arrival arrival, ReadOnlySpan<byte> body, bool isInBlocks, in CoapResponse response)
    {
        int existing = FindObserver(arrival);
        if (response.ObserveTag is not { } tag || !response.Code.IsSuccess)
        {
            if (existing >= 0)
            {
                RemoveObserver(existing, ObserverEnd.Replaced);
            }

            return;
        }

        if (existing >= 0 && _observers[existing].Tag != tag)
        {
            _serverEvents.ObserverRemoved(arrival.From, _observers[existing].Tag, ObserverEnd.Replaced);
        }

        int index = _observers.Put(existing, arrival, body, isInBlocks, tag);
        _guard?.BindObserver(index);
        SetObserve(ref _observers[index]);
    }

    // RFC 8323, 7.1: over a reliable transport the numbers say nothing, and may be empty.
    private void SetObserve(ref ObserverTable.Observer observer)
    {
        observer.Sequence = ObserveSequence.Next(observer.Sequence);
        _composer.Head.Set(CoapOptionNumber.Observe, IsReliable ? 0 : observer.Sequence);
    }

    // Asks the handler for a response; or, where a body begins, for the sink that takes it.
    private ICoapBodySink? Invoke(
        in Arrival arrival, ReadOnlySpan<byte> body, ICoapBodySink? sink, PeerIdentity? identity, ref CoapResponse response,
        bool begins = false)
    {
        // It is made in its place, and not where something may be caught: a view that is made and then copied waits for its parts to reach the
        // cache.
        CoapRequest request = new(arrival, body, sink, identity);
        return Invoke(request, ref response, begins);
    }

    private ICoapBodySink? Invoke(in CoapRequest request, ref CoapResponse response, bool begins)
    {
#pragma warning disable CA1031 // Whatever the application throws, the peer gets an answer and the endpoint goes on.
        try
        {
            if (begins)
            {
                return _handler!.BeginBody(request, ref response);
            }

            Counters.Handled++;
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

        return null;
    }

    // Sends the response to a request that has just come in.
    private void Respond(in Arrival arrival, ref CoapResponse response)
    {
        if (IsUnwanted(arrival, response))
        {
            // RFC 7967, 2.1: the response is not sent; a CON is acknowledged all the same.
            DropBody(ref response);
            return;
        }

        ConfirmBlock(arrival.Known);
        Address(arrival);
        Compose(arrival, ref response);
        if (arrival.Known.IsRobust)
        {
            _robust!.KeepAnswer(arrival);
        }

        SendChecked(arrival);
    }

    // RFC 7959, 2.2: the response to a body in blocks bears the number of the last one.
    private void ConfirmBlock(in RequestOptions known)
    {
        if (known.HasBlock1)
        {
            _composer.Head.Set(CoapOptionNumber.Block1, BlockOption.Of(known.Block1.Number, false, known.Block1.SizeExponent).Value);
        }
    }

    // The message of the response to a request that has just come in is begun.
    private void Address(in Arrival arrival)
    {
        GetReplyHeader(arrival, out CoapType type, out ushort messageId);
        Address(arrival, type, messageId);
    }

    private void Address(in Arrival arrival, CoapType type, ushort messageId)
    {
        Regard(arrival.From);
        _composer.Address(type, messageId, arrival.Message.TokenBytes);
    }

    // Sends a response, or none so long before the client has shown that it is where its address says (RFC 9175, 2.3). What changes
    // something has been done, and its response goes out.
    private void SendChecked(in Arrival arrival)
    {
        if (_options.AmplificationFactor > 0
            && _composer.Message.Length > (long)_options.AmplificationFactor * arrival.Message.Datagram.Length
            && arrival.Known.IsSafe && MustProveAddress(arrival))
        {
            _echo!.Demand(arrival);
            return;
        }

        Reply(arrival);
    }

    private static bool IsUnwanted(in RequestOptions known, CoapCode code) => (known.NoResponse & (1 << (code.Class - 1))) != 0;

    // Whether nobody wants a response: the request has then been acknowledged, and that is all.
    private bool IsUnwanted(in Arrival arrival, in CoapResponse response)
    {
        if (!IsUnwanted(arrival.Known, response.Code))
        {
            return false;
        }

        Counters.Suppressed++;
        Acknowledge(arrival);
        return true;
    }

    private void DropBody(ref CoapResponse response)
    {
        BodyCalls.Close(response.Body, Counters);
        response.TakeBody();
    }

    private void RefuseOption(in Arrival arrival, CoapCode code, CoapOptionNumber offender)
    {
        if (code == CoapCode.BadOption && arrival.Message.Type == CoapType.NonConfirmable && !IsReliable)
        {
            // RFC 7252, 5.4.1: an unknown critical option causes a NON to be rejected, which is silent.
            Counters.Refused++;
            return;
        }

        Refuse(arrival, code, $"Option {(long)offender} is not supported");
    }

    // An error of the engine's own making.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Refuse(
        in Arrival arrival, CoapCode code, [InterpolatedStringHandlerArgument("")] scoped in Diagnostic diagnostic) =>
        Refuse(arrival, code, diagnostic.Text);

    private void Refuse(in Arrival arrival, CoapCode code, ReadOnlySpan<byte> diagnostic = default)
    {
        _composer.Begin();
        Refuse(arrival, code, diagnostic, maxAge: null);
    }

    // The same, with options of a response that has begun.
    private void Refuse(in Arrival arrival, CoapCode code, ReadOnlySpan<byte> diagnostic, uint? maxAge)
    {
        Counters.Refused++;
        CoapResponse response = new(_composer, canObserve: false);
        response.Fail(code, diagnostic);
        response.MaxAge = maxAge;
        SendSmall(arrival, response);
    }

    // A response that surely fits into a message; false if nobody wants it.
    private bool SendSmall(in Arrival arrival, in CoapResponse response)
    {
        if (IsUnwanted(arrival, response))
        {
            return false;
        }

        Address(arrival);
        _ = _composer.TryEnd(response);
        Reply(arrival);
        return true;
    }
}
