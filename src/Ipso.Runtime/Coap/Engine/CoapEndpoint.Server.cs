using System.Globalization;

namespace Ipso.Coap.Engine;

// The server role: requests are answered by the handler, at once, with a piggybacked response to a CON (RFC 7252, 5.2.1).
public sealed partial class CoapEndpoint
{
    private const int LastMethod = (int)CoapMethod.IPatch;

    private void ReceiveRequest(in CoapMessage message, in PeerId from, Instant now)
    {
        if (_handler is null)
        {
            Reject(message, from);
            return;
        }

        if (message.Code.Detail > LastMethod)
        {
            Refuse(message, from, now, CoapCode.MethodNotAllowed, default);
            return;
        }

        if (message.Datagram.Length > _options.MaxMessageSize)
        {
            // RFC 7959, 4: Size1 says how much payload this very request could have carried.
            int room = _options.MaxMessageSize - (message.Datagram.Length - message.Payload.Length);
            Refuse(message, from, now, CoapCode.RequestEntityTooLarge, default, (uint)Math.Max(room, 0));
            return;
        }

        CoapCode refusal = RequestOptions.Check(message, out RequestOptions known, out CoapOptionNumber offender);
        if (!refusal.IsEmpty)
        {
            RefuseOption(message, from, now, refusal, offender);
            return;
        }

        Answer(message, known, from, now);
    }

    private void Answer(in CoapMessage message, in RequestOptions known, in PeerId from, Instant now)
    {
        int existing = known.Observe is null ? -1 : _observers.Find(from, message.Token);
        if (known.Observe == ObserveAction.Deregister && existing >= 0)
        {
            RemoveObserver(existing, ObserverEnd.Deregistered);
        }

        bool registers = known.Observe == ObserveAction.Register;
        bool canObserve = registers && _observers.HasRoom(existing, message.Datagram.Length);
        if (registers && !canObserve)
        {
            Counters.ObserversRefused++;
        }

        CoapResponse response = _composer.Begin(canObserve);
        Invoke(new CoapRequest(message, known, from, isNotification: false, observeTag: 0), known, ref response);

        uint? sequence = null;
        if (registers)
        {
            sequence = Register(message, from, response, now);
        }

        Reply(message, from, now, response, sequence);
    }

    // Adds the observer that the handler has accepted; one that it has not leaves the table (RFC 7641, 4.1).
    private uint? Register(in CoapMessage message, in PeerId from, in CoapResponse response, Instant now)
    {
        int existing = _observers.Find(from, message.Token);
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

        int index = _observers.Put(existing, from, message, tag, now);
        ref ObserverTable.Observer observer = ref _observers[index];
        observer.Sequence = ObserveSequence.Next(observer.Sequence);
        return observer.Sequence;
    }

    private void Invoke(in CoapRequest request, in RequestOptions known, ref CoapResponse response)
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

        if (!response.Code.IsResponse)
        {
            response.Fail(CoapCode.InternalServerError, "The handler gave no response code"u8);
        }

        if (response.PayloadLength > known.MaxPayload)
        {
            // The peer wants blocks smaller than this, and block-wise transfer is not there.
            response.Fail(CoapCode.BadOption, "Option 23 is not supported for this size"u8);
        }
    }

    private void RefuseOption(in CoapMessage message, in PeerId from, Instant now, CoapCode code, CoapOptionNumber offender)
    {
        if (code == CoapCode.BadOption && message.Type == CoapType.NonConfirmable)
        {
            // RFC 7252, 5.4.1: an unknown critical option causes a NON to be rejected, which is silent.
            Counters.Refused++;
            return;
        }

        Span<byte> diagnostic = stackalloc byte[32];
        "Option "u8.CopyTo(diagnostic);
        ((int)offender).TryFormat(diagnostic[7..], out int digits, default, CultureInfo.InvariantCulture);
        " is not supported"u8.CopyTo(diagnostic[(7 + digits)..]);
        Refuse(message, from, now, code, diagnostic[..(24 + digits)]);
    }

    private void Refuse(
        in CoapMessage message, in PeerId from, Instant now, CoapCode code, ReadOnlySpan<byte> diagnostic, uint? size1 = null)
    {
        Counters.Refused++;
        CoapResponse response = _composer.Begin(canObserve: false);
        response.Fail(code, diagnostic);
        Reply(message, from, now, response, observe: null, size1);
    }

    private void Reply(in CoapMessage request, in PeerId to, Instant now, in CoapResponse response, uint? observe, uint? size1 = null)
    {
        bool confirmable = request.Type == CoapType.Confirmable;
        CoapType type = confirmable ? CoapType.Acknowledgement : CoapType.NonConfirmable;
        ushort messageId = confirmable ? request.MessageId : _messages.NextMessageId();
        ReadOnlySpan<byte> reply = _composer.End(response, type, messageId, request.Token, observe, size1);
        TimeSpan lifetime = confirmable ? _options.Transmission.ExchangeLifetime : _options.Transmission.NonLifetime;
        _outbox.Reply(to, _processed.Add(to, request.MessageId, now, lifetime, reply));
    }
}
