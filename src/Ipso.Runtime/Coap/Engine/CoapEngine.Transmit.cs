namespace Ipso.Coap.Engine;

// Messages are given out, and what becomes of an exchange when its request is.
public abstract partial class CoapEngine
{
    /// <summary>Whether there may be a message to send: somebody has to call <c>TryTransmit</c>.</summary>
    public bool WantsToTransmit => HasMessages;

    /// <summary>Whether there may be a message to send, apart from replies.</summary>
    private protected bool HasMessages =>
        _messages.HasReady || _deferred?.FirstReady >= 0 || _transfers.HasWaiting || _observers.HasQueued;

    /// <summary>The next message, apart from replies; false if there is none for now.</summary>
    private protected bool TryTransmitNext(Span<byte> buffer, Instant now, out Transmit transmit) =>
        TryTransmitMessage(buffer, now, out transmit)
        || _deferral?.TryTransmit(buffer, now, out transmit) == true
        || TryTransmitTransfer(buffer, now, out transmit)
        || TryNotify(buffer, now, out transmit);

    private bool TryTransmitMessage(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        while (_messages.TryTransmit(buffer, now, out transmit, out int finished))
        {
            if (finished >= 0)
            {
                OnFinished(finished, now);
            }

            if (transmit.Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    // A message that needs no acknowledgement is done with when it is sent.
    private void OnFinished(int slot, Instant now)
    {
        if (slot < _firstNotified)
        {
            _client?.OnSent(slot, now);
        }
        else
        {
            FreeSlot(slot);
        }
    }

    // A request has arrived, or was sent as NON.
    private void OnRequestSent(int index, Instant now)
    {
        if (_requests.Body(index).IsRobust)
        {
            GoOn(index, now);
        }
        else
        {
            _requests.Await(index, now + _options.ResponseTimeout);
        }
    }
}
