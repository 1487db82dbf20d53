namespace Ipso.Coap.Engine;

/// <summary>
/// A CoAP endpoint over datagrams, client and server in one (RFC 7252; observation: RFC 7641), without I/O: datagrams and moments go in,
/// datagrams, deadlines and events come out.
/// </summary>
/// <remarks>
/// <para>One thread at a time. All memory is taken by the constructor (<see cref="CoapEndpointOptions"/>); no call allocates once running,
/// unless the handler throws.</para>
/// <para>Message IDs are one sequence for all peers. Non-confirmable requests do not count against NSTART. Block-wise transfer (RFC 7959)
/// and separate responses of the server role are not part of it; requests that need them are refused as the RFCs say.</para>
/// </remarks>
public sealed partial class CoapEndpoint : IDatagramProtocol
{
    private readonly CoapEndpointOptions _options;
    private readonly ICoapRequestHandler? _handler;
    private readonly DeduplicationRing _processed;
    private readonly Outbox _outbox;
    private readonly MessageLayer _messages;
    private readonly RequestLayer _requests;
    private readonly ObserverTable _observers;
    private readonly ServerEvents _serverEvents;
    private readonly ResponseComposer _composer;

    /// <summary>Makes an endpoint.</summary>
    /// <param name="options">The bounds.</param>
    /// <param name="random">Randomness for Message IDs, tokens and back-off.</param>
    /// <param name="handler">Answers requests; null for a client alone, which rejects them with a RST.</param>
    /// <exception cref="ArgumentException">One of the tables would be longer than an array can be.</exception>
    public CoapEndpoint(CoapEndpointOptions options, IRandomSource random, ICoapRequestHandler? handler = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        if ((long)options.MaxMessageSize * (options.Exchanges + options.ConfirmableNotifications) > Array.MaxLength
            || (long)options.ObserverRequestSize * options.Observers > Array.MaxLength)
        {
            throw new ArgumentException($"The tables would take {options.MaxMemory} bytes.", nameof(options));
        }

        _options = options;
        _handler = handler;
        int size = options.MaxMessageSize;
        _processed = new DeduplicationRing(options.DeduplicationSlots, Math.Max(options.DeduplicationBytes, size), Counters);
        _outbox = new Outbox(_processed, Counters);

        // An exchange and the slot of its message have the same index; those of notifications come after.
        _messages = new MessageLayer(options.Exchanges + options.ConfirmableNotifications, size, options.Transmission, random, Counters);
        _requests = new RequestLayer(options.Exchanges, size, random);
        _observers = new ObserverTable(options.Observers, options.ObserverRequestSize, options.ConfirmableInterval);
        _notified = new (int Observer, uint Generation)[options.ConfirmableNotifications];
        _serverEvents = new ServerEvents(Counters);
        _composer = new ResponseComposer(size);
    }

    /// <summary>What has been counted.</summary>
    public CoapCounters Counters { get; } = new();

    /// <inheritdoc/>
    public Instant? NextDeadline =>
        Instant.Earlier(Instant.Earlier(_messages.NextDeadline, _requests.NextDeadline), _observers.NextDeadline);

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
    {
        Counters.Received++;
        if (!CoapMessage.TryParse(datagram, out CoapMessage message, out _))
        {
            Counters.Malformed++;
            if (CoapMessage.TryReadHeader(datagram, out CoapType type, out ushort messageId) && type == CoapType.Confirmable)
            {
                // RFC 7252, 4.2: a Confirmable message with a format error is rejected; any other is ignored.
                _outbox.Empty(from, CoapType.Reset, messageId);
            }

            return;
        }

        switch (message.Type)
        {
            case CoapType.Acknowledgement:
                ReceiveAcknowledgement(message, from, now);
                break;
            case CoapType.Reset:
                ReceiveReset(message, from);
                break;
            default:
                ReceiveMessage(message, from, now);
                break;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Renders due notifications by calling the handler.</remarks>
    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buffer.Length, _options.MaxMessageSize, nameof(buffer));
        if (_outbox.TryTake(buffer, out transmit) || TryTransmitMessage(buffer, now, out transmit) || TryNotify(buffer, now, out transmit))
        {
            Counters.Transmitted++;
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void OnDeadline(Instant now)
    {
        while (_messages.TryTakeExpired(now, out int slot))
        {
            if (slot < _options.Exchanges)
            {
                _requests.End(slot, CoapEventKind.Timeout);
            }
            else if (TryGetNotified(slot, out int observer))
            {
                RemoveObserver(observer, ObserverEnd.Timeout);
            }

            _messages.Release(slot);
        }

        _requests.OnDeadline(now);
        _observers.OnDeadline(now);
    }

    /// <summary>Takes the next event.</summary>
    /// <param name="e">The event. Its message is a view into the endpoint that is valid until the next call into it.</param>
    /// <returns>False if there is none.</returns>
    public bool TryTakeEvent(out CoapEvent e) => _requests.TryTakeEvent(out e) || _serverEvents.TryTake(out e);

    private bool TryTransmitMessage(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        if (!_messages.TryTransmit(buffer, now, out transmit, out int finished))
        {
            return false;
        }

        if (finished >= 0 && finished < _options.Exchanges)
        {
            _requests.Await(finished, now + _options.ResponseTimeout);
        }

        return true;
    }

    // A Confirmable or Non-confirmable message (RFC 7252, 4.2 and 4.3).
    private void ReceiveMessage(in CoapMessage message, in PeerId from, Instant now)
    {
        CoapCode code = message.Code;
        if (!code.IsRequest && !code.IsResponse)
        {
            // An Empty CON is a ping, which a RST answers (4.3); the reserved classes are rejected in the same way.
            Reject(message, from);
            return;
        }

        if (_processed.TryFind(from, message.MessageId, now, out ReplyHandle reply))
        {
            Counters.Duplicates++;
            if (message.Type == CoapType.Confirmable)
            {
                _outbox.Reply(from, reply);
            }

            return;
        }

        if (code.IsRequest)
        {
            ReceiveRequest(message, from, now);
        }
        else
        {
            ReceiveResponse(message, from, now);
        }
    }

    private void ReceiveAcknowledgement(in CoapMessage message, in PeerId from, Instant now)
    {
        int slot = _messages.Find(from, message.MessageId);
        if (slot < 0)
        {
            Counters.Dropped++;
        }
        else if (message.Code.IsEmpty)
        {
            _messages.Release(slot);
            if (slot < _options.Exchanges)
            {
                _requests.Await(slot, now + _options.ResponseTimeout);
            }
            else if (TryGetNotified(slot, out int observer))
            {
                ConfirmNotification(observer, now);
            }
        }
        else if (message.Code.IsResponse && slot < _options.Exchanges && _requests.GetToken(slot) == message.Token)
        {
            Accept(slot, message, now);
        }
        else
        {
            Counters.Dropped++;
        }
    }

    private void ReceiveReset(in CoapMessage message, in PeerId from)
    {
        int slot = message.Code.IsEmpty ? _messages.Find(from, message.MessageId) : -1;
        int index;
        if (slot >= _options.Exchanges)
        {
            if (TryGetNotified(slot, out int observer))
            {
                RemoveObserver(observer, ObserverEnd.Reset);
            }

            _messages.Release(slot);
        }
        else if (slot >= 0)
        {
            _messages.Release(slot);
            _requests.End(slot, CoapEventKind.Reset);
        }
        else if (message.Code.IsEmpty && (index = _observers.FindNotified(from, message.MessageId)) >= 0)
        {
            RemoveObserver(index, ObserverEnd.Reset);
        }
        else if (message.Code.IsEmpty && (index = _requests.FindWaiting(from, message.MessageId)) >= 0)
        {
            _requests.End(index, CoapEventKind.Reset);
        }
        else
        {
            Counters.Dropped++;
        }
    }

    // RFC 7252, 4.2 and 4.3: rejecting a CON sends a RST, rejecting a NON is silent.
    private void Reject(in CoapMessage message, in PeerId from)
    {
        Counters.Dropped++;
        if (message.Type == CoapType.Confirmable)
        {
            _outbox.Empty(from, CoapType.Reset, message.MessageId);
        }
    }
}
