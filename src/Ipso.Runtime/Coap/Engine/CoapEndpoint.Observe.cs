namespace Ipso.Coap.Engine;

// The server side of observation (RFC 7641, 4): who is to be notified, how, and when an observer is dropped.
public sealed partial class CoapEndpoint
{
    // By slot of the Confirmable notifications: the observer that it went to, to be believed only if the generation still matches.
    private readonly (int Observer, uint Generation)[] _notified;

    /// <summary>How many observers there are.</summary>
    public int ObserverCount => _observers.Count;

    /// <summary>An observer by its position.</summary>
    /// <param name="position">0 to <see cref="ObserverCount"/> - 1. Positions change when an observer is added or removed.</param>
    /// <returns>Peer, token and tag.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public CoapObserver GetObserver(int position)
    {
        ref ObserverTable.Observer observer = ref _observers[IndexAt(position)];
        return new CoapObserver(observer.Peer, observer.Token, observer.Tag);
    }

    /// <summary>
    /// Marks all observers of a tag as to be notified. The handler renders the representation when the notification is sent, so that
    /// changes in between become one.
    /// </summary>
    /// <param name="tag">The tag that the handler gave.</param>
    /// <param name="confirmable">Whether the notification is to be a Confirmable one.</param>
    /// <returns>How many observers there are with the tag.</returns>
    public int Notify(ulong tag, bool confirmable = false)
    {
        int count = 0;
        for (int i = 0; i < _observers.Count; i++)
        {
            int index = _observers.IndexAt(i);
            if (_observers[index].Tag == tag)
            {
                _observers.MarkDirty(index, confirmable);
                count++;
            }
        }

        return count;
    }

    /// <summary>Marks one observer as to be notified.</summary>
    /// <param name="position">0 to <see cref="ObserverCount"/> - 1.</param>
    /// <param name="confirmable">Whether the notification is to be a Confirmable one.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public void NotifyObserver(int position, bool confirmable = false) => _observers.MarkDirty(IndexAt(position), confirmable);

    /// <summary>Forgets all observers of a peer, without notification and without event.</summary>
    /// <param name="peer">The peer.</param>
    /// <returns>How many there were.</returns>
    public int RemoveObservers(in PeerId peer)
    {
        int removed = 0;
        for (int i = _observers.Count - 1; i >= 0; i--)
        {
            int index = _observers.IndexAt(i);
            if (_observers[index].Peer == peer)
            {
                Forget(index);
                removed++;
            }
        }

        return removed;
    }

    private int IndexAt(int position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)position, (uint)_observers.Count, nameof(position));
        return _observers.IndexAt(position);
    }

    private bool TryNotify(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        for (int i = _observers.QueueCount; i > 0 && _observers.TryDequeue(out int index); i--)
        {
            int slot = -1;
            if (!_observers[index].IsDirty)
            {
                // Registered anew meanwhile, which has told it the state.
                continue;
            }

            if (MustConfirm(_observers[index], now) && !TryReserve(_observers[index].Peer, out slot))
            {
                // Comes up again as soon as an acknowledgement or a timeout makes room.
                _observers.Enqueue(index);
            }
            else if (TryNotify(index, slot, buffer, now, out transmit))
            {
                Counters.Notifications++;
                return true;
            }
        }

        transmit = default;
        return false;
    }

    private bool TryNotify(int index, int slot, Span<byte> buffer, Instant now, out Transmit transmit)
    {
        transmit = default;
        ref ObserverTable.Observer observer = ref _observers[index];
        uint generation = observer.Generation;
        ulong tag = observer.Tag;
        PeerId peer = observer.Peer;
        observer.IsDirty = false;

        if (!CoapMessage.TryParse(_observers.GetRequest(index), out CoapMessage request, out _)
            || !RequestOptions.Check(request, out RequestOptions known, out _).IsEmpty)
        {
            return false;
        }

        CoapResponse response = _composer.Begin(canObserve: false);
        Invoke(new CoapRequest(request, known, peer, isNotification: true, tag), known, ref response);
        if (!_observers.IsCurrent(index, generation))
        {
            // The handler itself has removed the observer.
            return false;
        }

        bool isLast = !response.Code.IsSuccess;
        if (isLast && slot < 0)
        {
            // The last word should arrive, if there is room to make sure of it.
            _ = TryReserve(peer, out slot);
        }

        CoapType type = slot >= 0 ? CoapType.Confirmable : CoapType.NonConfirmable;
        ushort messageId = _messages.NextMessageId();
        observer.Sequence = ObserveSequence.Next(observer.Sequence);
        ReadOnlySpan<byte> message = _composer.End(response, type, messageId, observer.Token, isLast ? null : observer.Sequence);
        observer.LastMessageId = messageId;
        observer.HasNotified = true;
        observer.SinceConfirmed++;

        bool sent = true;
        if (slot >= 0)
        {
            observer.InFlight = slot;
            observer.MustConfirm = false;
            _notified[slot - _options.Exchanges] = (index, generation);
            message.CopyTo(_messages.GetBuffer(slot));
            _messages.Start(slot, peer, messageId, message.Length, confirmable: true);
            sent = TryTransmitMessage(buffer, now, out transmit);
        }
        else
        {
            message.CopyTo(buffer);
            transmit = new Transmit(peer, message.Length);
        }

        if (isLast)
        {
            // A last notification under way goes on being retransmitted, on nobody's behalf.
            observer.InFlight = -1;
            RemoveObserver(index, ObserverEnd.Failed);
        }

        return sent;
    }

    private bool MustConfirm(in ObserverTable.Observer observer, Instant now) =>
        observer.MustConfirm
        || observer.ConfirmAt <= now
        || (_options.ConfirmableEvery > 0 && observer.SinceConfirmed + 1 >= _options.ConfirmableEvery);

    // A slot for a Confirmable notification, if NSTART allows one to the peer.
    private bool TryReserve(in PeerId peer, out int slot)
    {
        slot = -1;
        if (!_messages.MayStart(peer))
        {
            return false;
        }

        for (int i = _options.Exchanges; i < _options.Exchanges + _notified.Length; i++)
        {
            if (!_messages.IsActive(i))
            {
                slot = i;
                return true;
            }
        }

        return false;
    }

    private bool TryGetNotified(int slot, out int index)
    {
        (index, uint generation) = _notified[slot - _options.Exchanges];
        return _observers.IsCurrent(index, generation) && _observers[index].InFlight == slot;
    }

    private void ConfirmNotification(int index, Instant now)
    {
        _observers[index].InFlight = -1;
        _observers.Confirmed(index, now);
        _observers.Enqueue(index);
    }

    private void RemoveObserver(int index, ObserverEnd end)
    {
        _serverEvents.ObserverRemoved(_observers[index].Peer, _observers[index].Tag, end);
        Forget(index);
    }

    private void Forget(int index)
    {
        int slot = _observers[index].InFlight;
        _observers.Remove(index);
        if (slot >= 0)
        {
            _messages.Release(slot);
        }
    }
}
