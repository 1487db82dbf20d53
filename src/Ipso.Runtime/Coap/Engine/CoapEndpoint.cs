using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

/// <summary>
/// A CoAP endpoint over datagrams, client and server in one (RFC 7252), without I/O: to what <see cref="CoapEngine"/> is it adds the
/// incoming half of the message layer: ACK and RST, and duplicates.
/// </summary>
/// <remarks>Non-confirmable messages do not count against NSTART.</remarks>
public sealed class CoapEndpoint : CoapEngine, IDatagramProtocol
{
    private readonly DeduplicationRing _processed;
    private readonly Outbox _outbox;
    private readonly TimeSpan _exchangeLifetime;
    private readonly TimeSpan _nonLifetime;

    // What an endpoint has that serves groups: a device does not, and a native program with a device alone leaves it out.
    private readonly GroupRole? _group;

    /// <summary>Makes an endpoint.</summary>
    /// <param name="options">The bounds.</param>
    /// <param name="random">Randomness for Message IDs, tokens and back-off.</param>
    /// <param name="handler">Answers requests; null for a client alone, which rejects them with a RST.</param>
    /// <exception cref="ArgumentException">One of the tables would be longer than an array can be.</exception>
    public CoapEndpoint(CoapEndpointOptions options, IRandomSource random, ICoapRequestHandler? handler = null)
        : this(random, options, handler)
    {
        KnowRobustTransfer();
        _group = new(this);
    }

    private CoapEndpoint(IRandomSource random, CoapEndpointOptions options, ICoapRequestHandler? handler)
        : base(options, random, handler)
    {
        _processed = new DeduplicationRing(
            options.DeduplicationSlots, Math.Max(options.DeduplicationBytes, options.MaxMessageSize), Counters);
        _outbox = new Outbox(_processed, Math.Clamp(options.DeduplicationSlots, MinQueue, MaxQueue), Counters);
        _exchangeLifetime = options.Transmission.ExchangeLifetime;
        _nonLifetime = options.Transmission.NonLifetime;
    }

    /// <summary>Makes an endpoint that knows neither robust transfer (RFC 9177) nor groups (RFC 7252, 8).</summary>
    /// <inheritdoc cref="CoapEndpoint(CoapEndpointOptions, IRandomSource, ICoapRequestHandler?)"/>
    internal static CoapEndpoint OfDevice(CoapEndpointOptions options, IRandomSource random, ICoapRequestHandler handler) =>
        new(random, options, handler);

    /// <inheritdoc/>
    CoapEngine? IDatagramProtocol.Engine => this;

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now) => Receive(datagram, from, now, isMulticast: false);

    /// <summary>
    /// Takes a datagram that was sent to a multicast address (RFC 7252, 8): a request is answered after a while, unless there is nothing
    /// to say; anything else is ignored.
    /// </summary>
    /// <param name="datagram">The whole datagram; not needed after the call.</param>
    /// <param name="from">The peer.</param>
    /// <param name="now">The moment of arrival.</param>
    public void ReceiveMulticast(ReadOnlySpan<byte> datagram, in PeerId from, Instant now) =>
        Receive(datagram, from, now, isMulticast: true);

    /// <inheritdoc/>
    public void PeerFailed(in PeerId peer, PeerFailure failure, Instant now)
    {
        if (failure == PeerFailure.Refused && Options.GivesUpWhenRefused)
        {
            OnRefused(peer);
        }
        else if (failure == PeerFailure.SessionClosed)
        {
            OnConnectionClosed(peer);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Renders due notifications and deferred responses by calling the handler.</remarks>
    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buffer.Length, Options.MaxMessageSize, nameof(buffer));
        if (_outbox.TryTake(buffer, out transmit)
            || (HasMessages && (TryTransmitNext(buffer, now, out transmit) || _outbox.TryTake(buffer, out transmit))))
        {
            Counters.Transmitted++;
            return true;
        }

        return false;
    }

    /// <summary>Asks whether a peer is there, with an Empty CON (RFC 7252, 4.3).</summary>
    /// <param name="to">The peer.</param>
    /// <returns>The exchange: <see cref="CoapEventKind.Reset"/> is the answer, <see cref="CoapEventKind.Timeout"/> that there is none.
    /// None if all <see cref="CoapEndpointOptions.Exchanges"/> are in use.</returns>
    public ExchangeId Ping(in PeerId to) => SendPing(to);

    private protected override bool IsReliable => false;

    // A piggybacked response to a CON (RFC 7252, 5.2.1), a NON of its own Message ID to a NON (5.2.3).
    private protected override void GetReplyHeader(in Arrival arrival, out CoapType type, out ushort messageId)
    {
        bool confirmable = arrival.Message.Type == CoapType.Confirmable;
        type = confirmable ? CoapType.Acknowledgement : CoapType.NonConfirmable;
        messageId = confirmable ? arrival.Message.MessageId : NextMessageId(arrival.From);
    }

    private protected override void SendReply(in Arrival arrival, ReadOnlySpan<byte> reply)
    {
        TimeSpan lifetime = arrival.Message.Type == CoapType.Confirmable ? _exchangeLifetime : _nonLifetime;
        ReplyHandle handle = _processed.Add(arrival.From, arrival.Message.MessageId, arrival.Now, lifetime, reply);
        if (!reply.IsEmpty)
        {
            _outbox.Reply(arrival.From, handle);
        }
    }

    private protected override void SendUnverified(in Arrival arrival, ReadOnlySpan<byte> reply) =>
        _outbox.Reply(arrival.From, _processed.Add(arrival.From, arrival.Message.MessageId, arrival.Now, TimeSpan.Zero, reply));

    private protected override void Acknowledge(in Arrival arrival)
    {
        if (arrival.Message.Type != CoapType.Confirmable)
        {
            SendReply(arrival, default);
            return;
        }

        Span<byte> acknowledgement = stackalloc byte[CoapMessage.HeaderLength];
        Outbox.WriteEmpty(acknowledgement, CoapType.Acknowledgement, arrival.Message.MessageId);
        SendReply(arrival, acknowledgement);
    }

    // RFC 7252, 4.2 and 4.3: rejecting a CON sends a RST, rejecting a NON is silent.
    private protected override void Reject(in Arrival arrival)
    {
        Counters.Dropped++;
        if (arrival.Message.Type == CoapType.Confirmable)
        {
            _outbox.Empty(arrival.From, CoapType.Reset, arrival.Message.MessageId);
        }
    }

    private void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now, bool isMulticast)
    {
        Counters.Received++;
        Arrival arrival = default;
        arrival.From = from;
        arrival.Now = now;
        bool extendedTokens = Options.MaxTokenLength > CoapToken.MaxLength;
        if (!CoapMessage.TryParseDatagram(datagram, extendedTokens, out arrival.Message, out _))
        {
            Counters.Malformed++;
            if (!isMulticast && CoapMessage.TryReadHeader(datagram, out CoapType type, out ushort messageId)
                && type == CoapType.Confirmable)
            {
                // RFC 7252, 4.2: a Confirmable message with a format error is rejected; any other is ignored.
                _outbox.Empty(from, CoapType.Reset, messageId);
            }

            return;
        }

        if (isMulticast)
        {
            if (_group is { } group)
            {
                group.Receive(arrival);
            }
            else
            {
                Counters.Dropped++;
            }

            return;
        }

        switch (arrival.Message.Type)
        {
            case CoapType.Acknowledgement:
                ReceiveAcknowledgement(arrival);
                break;
            case CoapType.Reset:
                ReceiveReset(arrival);
                break;
            default:
                ReceiveMessage(ref arrival);
                break;
        }
    }

    private sealed class GroupRole(CoapEndpoint endpoint)
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void Receive(in Arrival arrival) => endpoint.ReceiveMulticast(arrival);
    }

    // RFC 7252, 8.1: only Non-confirmable requests may go to a group, and nothing is rejected.
    private void ReceiveMulticast(in Arrival arrival)
    {
        if (arrival.Message.Type != CoapType.NonConfirmable || !arrival.Message.Code.IsRequest)
        {
            Counters.Dropped++;
        }
        else if (_processed.TryFind(arrival.From, arrival.Message.MessageId, arrival.Now, out _))
        {
            Counters.Duplicates++;
        }
        else
        {
            SendReply(arrival, default);
            ReceiveGroupRequest(arrival);
        }
    }

    // A Confirmable or Non-confirmable message (RFC 7252, 4.2 and 4.3).
    private void ReceiveMessage(ref Arrival arrival)
    {
        CoapCode code = arrival.Message.Code;
        if (!code.IsRequest && !code.IsResponse)
        {
            // An Empty CON is a ping, which a RST answers (4.3); the reserved classes are rejected in the same way.
            Reject(arrival);
            return;
        }

        if (_processed.TryFind(arrival.From, arrival.Message.MessageId, arrival.Now, out ReplyHandle reply))
        {
            Counters.Duplicates++;
            if (arrival.Message.Type == CoapType.Confirmable && _processed.HasReply(reply))
            {
                _outbox.Reply(arrival.From, reply);
            }
        }
        else if (code.IsRequest)
        {
            ReceiveRequest(ref arrival);
        }
        else
        {
            ReceiveResponse(arrival);
        }
    }

    // A separate response or a notification (RFC 7252, 5.2.2 and 5.2.3).
    private void ReceiveResponse(in Arrival arrival)
    {
        int exchange = FindExchange(arrival.From, arrival.Message);
        if (exchange < 0 && TryTakeDetached(arrival))
        {
            OnHeard(arrival.From);
            Acknowledge(arrival);
            return;
        }

        if (exchange < 0)
        {
            // RFC 7641, 3.6: a RST, also to a NON, tells a server that this observation is forgotten.
            Counters.Dropped++;
            _outbox.Empty(arrival.From, CoapType.Reset, arrival.Message.MessageId);
            return;
        }

        OnHeard(arrival.From);
        if (Accept(exchange, arrival.Message, arrival.Now))
        {
            Acknowledge(arrival);
        }
        else
        {
            Reject(arrival);
        }
    }

    private void ReceiveAcknowledgement(in Arrival arrival)
    {
        int slot = FindMessage(arrival.From, arrival.Message.MessageId);
        if (slot >= 0 && arrival.Message.Code.IsEmpty)
        {
            OnHeard(arrival.From, slot, arrival.Now);
            OnAcknowledged(slot, arrival.Now);
        }
        else if (slot >= 0 && arrival.Message.Code.IsResponse && FindExchange(arrival.From, arrival.Message) == slot)
        {
            OnHeard(arrival.From, slot, arrival.Now);
            Accept(slot, arrival.Message, arrival.Now);
        }
        else
        {
            Counters.Dropped++;
        }
    }

    private void ReceiveReset(in Arrival arrival)
    {
        int slot = arrival.Message.Code.IsEmpty ? FindMessage(arrival.From, arrival.Message.MessageId) : -1;
        if (slot >= 0)
        {
            OnHeard(arrival.From);
            OnReset(slot);
        }
        else if (!arrival.Message.Code.IsEmpty || !OnReset(arrival.From, arrival.Message.MessageId))
        {
            Counters.Dropped++;
        }
    }
}
