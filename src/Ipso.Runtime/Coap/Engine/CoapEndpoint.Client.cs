namespace Ipso.Coap.Engine;

// The client role: requests of our own and what comes back (RFC 7252, 5.3; RFC 7641, 3).
public sealed partial class CoapEndpoint
{
    /// <summary>Requests under way, those included whose last event has not been taken.</summary>
    public int ExchangeCount => _requests.Count;

    /// <summary>Makes a request. It is sent when NSTART allows; its events bear the id that is returned.</summary>
    /// <param name="to">The server.</param>
    /// <param name="head">Method, URI and options.</param>
    /// <param name="payload">The payload; copied.</param>
    /// <returns>The exchange, which lives until its last event is taken; none if all <see cref="CoapEndpointOptions.Exchanges"/> are in
    /// use.</returns>
    /// <exception cref="ArgumentException">The request does not fit into <see cref="CoapEndpointOptions.MaxMessageSize"/>, or the head is
    /// no request.</exception>
    public ExchangeId Request(in PeerId to, in CoapRequestHead head, ReadOnlySpan<byte> payload = default)
    {
        if (!head.Method.IsRequest)
        {
            throw new ArgumentException($"{head.Method} is no method.", nameof(head));
        }

        ushort messageId = _messages.NextMessageId();
        if (!_requests.TryOpen(to, messageId, head.Observe, out int index, out CoapToken token))
        {
            Counters.ExchangesRefused++;
            return default;
        }

        int length = -1;
        try
        {
            length = RequestEncoder.Encode(_messages.GetBuffer(index), messageId, token, head, payload);
        }
        finally
        {
            if (length < 0)
            {
                _requests.Close(index);
            }
        }

        if (length < 0)
        {
            throw new ArgumentException($"The request is longer than {_options.MaxMessageSize} bytes.", nameof(payload));
        }

        _messages.Start(index, to, messageId, length, !head.NonConfirmable);
        return _requests.GetId(index);
    }

    /// <summary>Whether an exchange is not over: further events may come of what the network brings.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <returns>False if it is over, even if its last event has not been taken.</returns>
    public bool IsOpen(ExchangeId exchange) => _requests.IsOpen(exchange);

    /// <summary>
    /// Ends an exchange. An established observation is deregistered with the server, and the exchange ends with the event of that response;
    /// any other is forgotten at once, without event.
    /// </summary>
    /// <param name="exchange">The exchange.</param>
    /// <returns>False if it is over already.</returns>
    public bool Cancel(ExchangeId exchange)
    {
        if (!_requests.IsOpen(exchange))
        {
            return false;
        }

        int index = exchange.Slot;
        Span<byte> buffer = _messages.GetBuffer(index);
        int length = -1;
        ushort messageId = _messages.NextMessageId();
        if (_requests.IsObserving(index) && CoapMessage.TryParse(_messages.GetMessage(index), out CoapMessage registration, out _))
        {
            length = RequestEncoder.EncodeDeregistration(_composer.Scratch, messageId, registration);
        }

        _messages.Release(index);
        if (length < 0)
        {
            // Whatever still comes for this token is answered with a RST, which ends it as well (RFC 7641, 3.6).
            _requests.Close(index);
            return true;
        }

        _composer.Scratch[..length].CopyTo(buffer);
        _requests.BeginDeregistration(index, messageId);
        _messages.Start(index, _requests.GetPeer(index), messageId, length, confirmable: true);
        return true;
    }

    // A separate response or a notification (RFC 7252, 5.2.2 and 5.2.3).
    private void ReceiveResponse(in CoapMessage message, in PeerId from, Instant now)
    {
        int index = _requests.Find(from, message.Token);
        if (index < 0)
        {
            // RFC 7641, 3.6: a RST, also to a NON, tells a server that this observation is forgotten.
            Counters.Dropped++;
            _outbox.Empty(from, CoapType.Reset, message.MessageId);
            return;
        }

        if (!Accept(index, message, now))
        {
            Reject(message, from);
            return;
        }

        if (message.Type == CoapType.Confirmable)
        {
            Span<byte> acknowledgement = stackalloc byte[CoapMessage.HeaderLength];
            Outbox.WriteEmpty(acknowledgement, CoapType.Acknowledgement, message.MessageId);
            _outbox.Reply(from, _processed.Add(from, message.MessageId, now, _options.Transmission.ExchangeLifetime, acknowledgement));
        }
        else
        {
            _processed.Add(from, message.MessageId, now, _options.Transmission.NonLifetime, default);
        }
    }

    // A response whose token is known. It also acknowledges the request, should the ACK have been lost (RFC 7252, 5.2.2).
    private bool Accept(int index, in CoapMessage message, Instant now)
    {
        if (message.Datagram.Length > _options.MaxMessageSize || !RequestOptions.CheckResponse(message, out uint? observe))
        {
            _messages.Release(index);
            _requests.End(index, CoapEventKind.Rejected);
            return false;
        }

        if (_requests.TryAccept(index, message, observe, now))
        {
            _messages.Release(index);
        }

        return true;
    }
}
