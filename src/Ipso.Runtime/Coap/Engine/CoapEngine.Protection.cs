using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

// Messages that are protected one by one, whatever they travel over (RFC 8613). Inside they are as any others: a request is verified before
// anything is done with it, and its responses are protected last, when they are as they go out.
public abstract partial class CoapEngine
{
    private readonly MessageProtection? _protection;
    private readonly ProtectionMemory? _memory;
    private readonly GuardRole? _guard;

    // What binds the responses that are being made; the default outside of a protected request.
    private MessageBinding _binding;

    // False if the context of a protected request is gone: no handler is to take who asked for somebody else behind the same address.
    private bool TryIdentify(out PeerIdentity? identity)
    {
        identity = null;
        return _guard?.TryIdentify(out identity) != false;
    }

    /// <summary>
    /// Sends an error to a request that could not be verified, and remembers nothing: the one that bears the same Message ID may yet come.
    /// </summary>
    private protected virtual void SendUnverified(in Arrival arrival, ReadOnlySpan<byte> reply) =>
        SendReply(arrival, reply);

    // A request, where there is a protection.
    private void ReceiveGuarded(ref Arrival arrival)
    {
        if (!arrival.Message.Options.TryGet(CoapOptionNumber.Oscore, out _))
        {
            if (_protection!.RefusesPlain(arrival.From))
            {
                Refuse(arrival, CoapCode.Unauthorized, default);
            }
            else
            {
                ReceiveVerified(ref arrival);
            }

            return;
        }

        if (arrival.Message.Options.TryGet(CoapOptionNumber.ProxyUri, out _)
            || arrival.Message.Options.TryGet(CoapOptionNumber.ProxyScheme, out _))
        {
            // RFC 7252, 5.7.2: a proxy is asked for, and the context is one of the server behind it.
            RefuseUnverified(arrival, CoapCode.ProxyingNotSupported);
            return;
        }

        CoapCode error = CoapCode.RequestEntityTooLarge;
        RequestStanding standing = default;
        int length = 0;
        byte[] unprotected = _memory!.Unprotected;
        if (arrival.Message.Datagram.Length <= unprotected.Length)
        {
            error = _protection!.UnprotectRequest(
                arrival.Message, arrival.From, _memory.Workspace, unprotected, out length, out _binding, out standing);
        }

        if (standing == RequestStanding.Sought)
        {
            // Over datagrams as if it were lost: the client repeats it.
            Hold();
            return;
        }

        Arrival inner = new() { From = arrival.From, Now = arrival.Now };
        if (!error.IsEmpty
            || !CoapMessage.TryParse(
                unprotected.AsSpan(0, length), CoapFraming.Datagram, extendedTokens: true, out inner.Message, out _))
        {
            _binding = default;
            RefuseUnverified(arrival, error);
        }
        else if (standing == RequestStanding.Proven)
        {
            ReceiveVerified(ref inner);
        }
        else if (standing == RequestStanding.Unproven)
        {
            ReceiveUnproven(arrival, ref inner);
        }
        else
        {
            OfferKeys(arrival);
        }

        _binding = default;
    }

    // RFC 8613, Appendix B.1.2. The request may be an old one, whose number has served: no response goes under that.
    private void ReceiveUnproven(in Arrival arrival, ref Arrival inner)
    {
        _binding.HasOwnNumber = true;
        if (!_echo!.IsFresh(inner))
        {
            _echo!.Demand(inner);
        }
        else if (_protection!.TryRecover(_binding, arrival.From))
        {
            ReceiveVerified(ref inner);
        }
        else
        {
            _binding = default;
            RefuseUnverified(arrival, CoapCode.Unauthorized);
        }
    }

    // RFC 8613, 8.2: an error by its code alone, and not to be kept.
    private void RefuseUnverified(in Arrival arrival, CoapCode code)
    {
        Counters.Refused++;
        if (arrival.Message.TokenBytes.Length > _options.MaxTokenLength)
        {
            return;
        }

        SendUnverified(arrival, ComposeError(arrival, code, maxAge: 0));
    }

    // RFC 8613, Appendix B.2, step 2: nothing is done for the request, and nothing kept of it.
    private void OfferKeys(in Arrival arrival)
    {
        int length = -1;
        if (arrival.Message.TokenBytes.Length <= _options.MaxTokenLength
            && CoapMessage.TryParse(
                ComposeError(arrival, CoapCode.Unauthorized, maxAge: null), CoapFraming.Datagram, extendedTokens: true,
                out CoapMessage plain, out _))
        {
            length = _protection!.ProtectOffer(plain, arrival.Message, _binding, _memory!.Protected);
        }

        if (length > 0)
        {
            SendUnverified(arrival, _memory!.Protected.AsSpan(0, length));
        }
        else
        {
            Counters.Dropped++;
        }
    }

    private ReadOnlySpan<byte> ComposeError(in Arrival arrival, CoapCode code, uint? maxAge)
    {
        CoapResponse response = new(_composer.Begin(), canObserve: false);
        response.Fail(code);
        response.MaxAge = maxAge;
        Address(arrival);
        _ = _composer.TryEnd(response);
        return _composer.Message;
    }

    // Sends the response to a request that has just come in, protected if that was.
    private void Reply(in Arrival arrival)
    {
        if (_binding.IsProtected)
        {
            _guard!.Reply(arrival);
        }
        else
        {
            SendReply(arrival, _composer.Message);
        }
    }

    private void ReplyProtected(in Arrival arrival)
    {
        int length = Protect(_composer.Message, _memory!.Protected);
        if (length > 0)
        {
            SendReply(arrival, _memory.Protected.AsSpan(0, length));
        }
        else
        {
            Acknowledge(arrival);
        }
    }

    // The context of a request was removed after it was verified, by another thread: there is nothing that its response could go under.
    private void DropUnidentified(in Arrival arrival, ICoapBodySink? sink)
    {
        Counters.Dropped++;
        BodyCalls.Abandon(sink, Counters);
        Acknowledge(arrival);
    }

    // Reached through an object that a protection makes: a native program without one leaves it out.
    internal sealed class GuardRole
    {
        private readonly CoapEngine _engine;

        internal GuardRole(CoapEngine engine, MessageProtection protection)
        {
            _engine = engine;
            ResponseOverhead = protection.ResponseOverhead;
            engine._echo ??= new(engine);
            Memory = new(engine._options);
        }

        /// <summary>How many bytes a response grows at most.</summary>
        internal int ResponseOverhead { get; }

        internal ProtectionMemory Memory { get; }

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void Receive(ref Arrival arrival) => _engine.ReceiveGuarded(ref arrival);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void Reply(in Arrival arrival) => _engine.ReplyProtected(arrival);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool Accept(int index, in CoapMessage message, Instant now) => _engine.AcceptGuarded(index, message, now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool TryIdentify(out PeerIdentity? identity)
        {
            ref MessageBinding binding = ref _engine._binding;
            identity = binding.IsProtected ? _engine._protection!.IdentityOf(binding) : null;
            return identity is not null || !binding.IsProtected;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal int Protect(ReadOnlySpan<byte> message, Span<byte> destination) => _engine.Protect(message, destination);

        /// <summary>Whether an observer has registered under another context.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool IsOfAnother(int observer) => Memory.Observers[observer].Context != _engine._binding.Context;

        /// <summary>Whether somebody else behind the same address observes by this token.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool IsTokenTaken(int existing, in Arrival arrival) =>
            existing < 0 && _engine._observers.Find(arrival.From, arrival.Message.TokenBytes) >= 0;

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void BindObserver(int index) => Memory.Observers[index] = _engine._binding;

        /// <summary>
        /// The message of a slot beside those of the exchanges goes out protected as the one that is being made.
        /// </summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void BindSlot(int slot) => _engine._messages.BindingOf(slot) = _engine._binding;

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool TryNotify(int index, int slot, Span<byte> buffer, Instant now, out Transmit transmit)
        {
            // RFC 8613, 8.3: the number of the registration was that of its response.
            _engine._binding = Memory.Observers[index];
            _engine._binding.HasOwnNumber = true;
            bool notifies = _engine.TryNotifyBound(index, slot, buffer, now, out transmit);
            _engine._binding = default;
            return notifies;
        }
    }

    // A message that goes out by itself and is not kept; false if it cannot be protected.
    private bool TryGive(in PeerId peer, Span<byte> buffer, out Transmit transmit)
    {
        ReadOnlySpan<byte> message = _composer.Message;
        int length = message.Length;
        if (_binding.IsProtected)
        {
            length = _guard!.Protect(message, buffer);
        }
        else
        {
            message.CopyTo(buffer);
        }

        transmit = new Transmit(peer, Math.Max(length, 0));
        return length > 0;
    }

    private int Protect(ReadOnlySpan<byte> message, Span<byte> destination) =>
        _protection!.Protect(message, ref _binding, destination[.._options.MaxMessageSize]);

    // The request at hand was not taken: it is repeated as it is, and must not count as a replay.
    private void ForgetNumber()
    {
        if (_binding.IsProtected)
        {
            _protection!.TakeBack(_binding);
        }
    }

    // What belongs together belongs to one context, so that nobody puts his blocks among those of another.
    private ulong KeyOf(in CoapMessage request)
    {
        ulong key = KeyHash.OfOperation(request, _seed);
        return _binding.IsProtected ? KeyHash.Add(key, _binding.Context) : key;
    }

    // The observation of a peer and token, if it was registered under the same context.
    private int FindObserver(in Arrival arrival) => FindObserver(arrival.From, arrival.Message.TokenBytes);

    private int FindObserver(in PeerId peer, ReadOnlySpan<byte> token)
    {
        int index = _observers.Find(peer, token);
        return index >= 0 && _guard?.IsOfAnother(index) == true ? -1 : index;
    }

    private void BindDeferred(int index)
    {
        if (_memory is { } memory)
        {
            memory.Deferred[index] = _binding;
        }
    }

    // All requests of an exchange go out under one context.
    private void BindRequest(int index, ulong context)
    {
        if (_protection is not null)
        {
            _messages.BindingOf(index) = new MessageBinding { Context = context };
        }
    }

    // The room for a request of ours, as long as it may be before it is protected.
    private Span<byte> RequestBuffer(int index)
    {
        Span<byte> buffer = _messages.GetBuffer(index);
        return _protection is not null && _messages.BindingOf(index).IsProtected ? buffer[..^_protection.RequestOverhead] : buffer;
    }

    // A response with the token of an exchange, where there is a protection.
    private bool AcceptGuarded(int index, in CoapMessage message, Instant now)
    {
        ref MessageBinding binding = ref _messages.BindingOf(index);
        if (!binding.IsProtected)
        {
            return AcceptVerified(index, message, now);
        }

        if (!message.Options.TryGet(CoapOptionNumber.Oscore, out _))
        {
            TakeUnprotected(index, message);
            return true;
        }

        // What cannot be verified is acknowledged and else ignored: its repetition would be no better.
        if (message.Datagram.Length <= _options.MaxMessageSize
            && _protection!.TryUnprotectResponse(
                message, ref binding, _memory!.Workspace, _memory.Unprotected, out int length)
            && CoapMessage.TryParse(_memory.Unprotected.AsSpan(0, length), out CoapMessage response, out _))
        {
            bool isRenewed = binding.IsRenewed;
            binding.IsRenewed = false;
            return AcceptVerified(index, response, now, isRenewed);
        }

        Counters.Dropped++;
        return true;
    }

    // RFC 8613, 8.2: errors of a server that cannot verify the request come without protection. They end no observation that stands, and
    // anything else is no response.
    private void TakeUnprotected(int index, in CoapMessage message)
    {
        if (message.Code.Class is not (4 or 5) || _requests.IsEstablished(index)
            || message.Datagram.Length > _options.MaxMessageSize)
        {
            Counters.Dropped++;
            return;
        }

        CloseChild(index);
        ReleaseMessage(index);
        _requests.Store(index, message.Datagram);
        _requests.End(index, CoapEventKind.Unprotected);
    }
}
