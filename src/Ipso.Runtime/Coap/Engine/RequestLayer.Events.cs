namespace Ipso.Coap.Engine;

// What the owner is told: the freshest response of each exchange, and its end.
internal sealed partial class RequestLayer
{
    /// <summary>Keeps a message as the freshest response of an exchange.</summary>
    public void Store(int index, ReadOnlySpan<byte> message)
    {
        message.CopyTo(_responses.AsSpan(index * _maxMessageSize, _maxMessageSize));
        _exchanges[index].ResponseLength = message.Length;
    }

    /// <summary>Room for <see cref="Stored"/> to be written in place.</summary>
    public Span<byte> ResponseBuffer(int index) => _responses.AsSpan(index * _maxMessageSize, _maxMessageSize);

    public void Stored(int index, int length) => _exchanges[index].ResponseLength = length;

    /// <summary>Tells of the notification that is stored.</summary>
    public void Notify(int index)
    {
        DropResponseBody(index);
        Raise(index, CoapEventKind.Notification);
    }

    /// <summary>Ends an exchange with the response that is stored.</summary>
    public void Respond(int index) =>
        End(index, _exchanges[index].IsEstablished ? CoapEventKind.ObservationEnded : CoapEventKind.Response);

    /// <summary>Ends an exchange with an event; one that fetches for another ends without.</summary>
    public void End(int index, CoapEventKind kind, TransferFault fault = TransferFault.None, int transmissions = 0)
    {
        ref Exchange exchange = ref _exchanges[index];
        if (exchange.Parent > 0)
        {
            _counters.TransfersDropped++;
            Close(index);
            return;
        }

        SetState(index, State.Done);
        exchange.Fault = fault;
        exchange.Transmissions = transmissions;
        bool succeeds = kind is CoapEventKind.Response or CoapEventKind.ObservationEnded;
        EndBodies(index, succeeds);
        if (!succeeds)
        {
            DropResponseBody(index);
        }

        Raise(index, kind);
    }

    public bool TryTakeEvent(out CoapEvent e)
    {
        int index = _links.TakeFirst(ref _events);
        if (index < 0)
        {
            e = default;
            return false;
        }

        ref Exchange exchange = ref _exchanges[index];
        exchange.EventWaits = false;
        CoapMessage message = default;
        bool hasMessage = exchange.Event is CoapEventKind.Response or CoapEventKind.Notification or CoapEventKind.ObservationEnded
            or CoapEventKind.Unprotected
            && CoapMessage.TryParse(GetResponse(index), out message, out _);
        e = new CoapEvent
        {
            Kind = exchange.Event,
            Exchange = GetId(index),
            Peer = exchange.Peer,
            HasMessage = hasMessage,
            Message = message,
            TransferFault = exchange.Fault,
            Transmissions = exchange.Transmissions,
        };
        DropResponseBody(index);
        if (exchange.State == State.Done)
        {
            // The bytes stay where they are until the next request, which is a call into the endpoint.
            Close(index);
        }

        return true;
    }

    private void Raise(int index, CoapEventKind kind)
    {
        ref Exchange exchange = ref _exchanges[index];
        exchange.Event = kind;
        if (!exchange.EventWaits)
        {
            exchange.EventWaits = true;
            _links.AddLast(ref _events, index);
        }
    }

    private void DropEvent(int index)
    {
        if (_exchanges[index].EventWaits)
        {
            _exchanges[index].EventWaits = false;
            _links.Remove(ref _events, index);
        }
    }
}
