namespace Ipso.Coap.Engine;

// The server side of observation (RFC 7641, 4): who is to be notified, how, and when an observer is dropped.
public abstract partial class CoapEngine
{
    // The observer that a notification went to, to be believed only if the generation still matches.
    private struct Notified
    {
        public int Observer;
        public uint Generation;
    }

    // By slot of the Confirmable notifications.
    private readonly Notified[] _notified;
    private readonly IndexLinks _notifiedLinks;
    private IndexList _freeNotified;

    /// <summary>Whether <see cref="CoapEventKind.NotificationAcknowledged"/> is told.</summary>
    internal bool TellsOfAcknowledgements { get; set; }

    /// <summary>How many observers there are.</summary>
    public int ObserverCount => _observers.Count;

    /// <summary>An observer by its position.</summary>
    /// <param name="position">0 to <see cref="ObserverCount"/> - 1. Positions change when an observer is added or removed.</param>
    /// <returns>Peer, token and tag.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public CoapObserver GetObserver(int position)
    {
        int index = IndexAt(position);
        ReadOnlySpan<byte> token = _observers.TokenOf(index);
        return new CoapObserver(
            _observers[index].Peer, token.Length <= CoapToken.MaxLength ? new(token) : default, _observers[index].Tag);
    }

    /// <summary>The token of an observer by its position, however long it is (RFC 8974).</summary>
    /// <param name="position">0 to <see cref="ObserverCount"/> - 1.</param>
    /// <returns>A view into the engine's memory that is valid until the next call into it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public ReadOnlySpan<byte> GetObserverToken(int position) => _observers.TokenOf(IndexAt(position));

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
        for (int index = _observers.FirstOf(tag); index >= 0; index = _observers.NextAfter(tag, index))
        {
            _observers.MarkDirty(index, confirmable);
            count++;
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

    /// <summary>Finds the observation that a request registers anew or ends: the one of its peer and token.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tag">The tag of the observation.</param>
    internal bool TryFindObserver(in CoapRequest request, out ulong tag)
    {
        int index = FindObserver(request.From, request.TokenBytes);
        tag = index < 0 ? 0 : _observers[index].Tag;
        return index >= 0;
    }

    /// <summary>Whether there is an observer of a tag.</summary>
    internal bool HasObserver(ulong tag) => _observers.FirstOf(tag) >= 0;

    /// <summary>Forgets the observers of a tag, without notification and without event.</summary>
    internal void RemoveObservers(ulong tag)
    {
        for (int index = _observers.FirstOf(tag); index >= 0; index = _observers.FirstOf(tag))
        {
            Forget(index);
        }
    }

    private int IndexAt(int position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)position, (uint)_observers.Count, nameof(position));
        return _observers.IndexAt(position);
    }

    private bool TryNotify(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        while (_observers.TryDequeue(out int index)
            || (_freeNotified.Count > 0 && _observers.TryWake() && _observers.TryDequeue(out index)))
        {
            ref ObserverTable.Observer observer = ref _observers[index];
            int slot = -1;
            if (MustConfirm(observer, now))
            {
                if (!_messages.MayStart(observer.Peer))
                {
                    _observers.WaitForPeer(index);
                    continue;
                }

                if (_freeNotified.Count == 0)
                {
                    _observers.WaitForSlot(index);
                    continue;
                }

                slot = TakeSlot();
            }
            else if (!IsReliable && _observers.MustPace(index, now))
            {
                continue;
            }

            if (_guard is { } guard
                ? guard.TryNotify(index, slot, buffer, now, out transmit)
                : TryNotifyBound(index, slot, buffer, now, out transmit))
            {
                Counters.Notifications++;
                return true;
            }
        }

        transmit = default;
        return false;
    }

    private bool TryNotifyBound(int index, int slot, Span<byte> buffer, Instant now, out Transmit transmit)
    {
        transmit = default;
        ref ObserverTable.Observer observer = ref _observers[index];
        uint generation = observer.Generation;
        ulong tag = observer.Tag;
        observer.IsDirty = false;
        if (!TryIdentify(out PeerIdentity? identity))
        {
            GiveBack(slot);
            RemoveObserver(index, ObserverEnd.Failed);
            return false;
        }

        Arrival arrival = default;
        arrival.From = observer.Peer;
        arrival.Now = now;
        CoapResponse response = new(_composer.Begin(), canObserve: false);
        if (CoapMessage.TryParseDatagram(_observers.GetRequest(index), extendedTokens: true, out arrival.Message, out _))
        {
            _ = RequestOptions.Check(arrival.Message, out arrival.Known, out _);
            ReadOnlySpan<byte> body = observer.IsBodyApart ? Join(_kept, observer.Body) : arrival.Message.Payload;
            arrival.IsNotification = true;
            arrival.ObserveTag = tag;
            _ = Invoke(arrival, body, sink: null, identity, ref response);
        }

        if (!_observers.IsCurrent(index, generation) || response.IsWithheld)
        {
            // The handler itself has removed the observer, or notifies it later.
            GiveBack(slot);
            DropBody(ref response);
            return false;
        }

        bool isLast = !response.Code.IsSuccess;
        if (isLast && slot < 0 && _freeNotified.Count > 0 && !IsReliable && _messages.MayStart(arrival.From))
        {
            // The last word should arrive, if there is room to make sure of it.
            slot = TakeSlot();
        }

        SetObserve(ref observer);
        if (isLast)
        {
            _composer.Head.RemoveOfBody();
        }

        Address(arrival, slot >= 0 ? CoapType.Confirmable : CoapType.NonConfirmable, NextMessageId(arrival.From));
        Compose(arrival, ref response);
        isLast = !response.Code.IsSuccess;
        _observers.Notified(index, _composer.MessageId);

        bool sent;
        if (slot >= 0)
        {
            observer.InFlight = slot;
            observer.MustConfirm = false;
            _notified[slot - _firstNotified] = new() { Observer = index, Generation = generation };
            sent = TryStart(slot, arrival, buffer, out transmit);
        }
        else
        {
            sent = TryGive(arrival.From, buffer, out transmit);
            _pace.Gone(arrival.From, now);
            if (IsReliable && observer.MustConfirm)
            {
                // The transport sees to it (RFC 8323, 3): nobody acknowledges a message.
                observer.MustConfirm = false;
                TellOfAcknowledgement(arrival.From, tag);
            }
        }

        if (isLast)
        {
            // A last notification under way goes on being retransmitted, on nobody's behalf.
            observer.InFlight = -1;
            RemoveObserver(index, ObserverEnd.Failed);
        }

        return sent;
    }

    // The message that has been composed goes out by a slot, until it is acknowledged.
    private bool TryStart(int slot, in Arrival arrival, Span<byte> buffer, out Transmit transmit)
    {
        ReadOnlySpan<byte> message = _composer.Message;
        message.CopyTo(_messages.GetBuffer(slot));
        _guard?.BindSlot(slot);
        _messages.Start(slot, arrival.From, _composer.MessageId, message.Length, confirmable: true);
        return TryTransmitMessage(buffer, arrival.Now, out transmit);
    }

    private bool MustConfirm(in ObserverTable.Observer observer, Instant now) =>
        !IsReliable
        && (observer.MustConfirm
            || observer.ConfirmAt <= now
            || (_options.ConfirmableEvery > 0 && observer.SinceConfirmed + 1 >= _options.ConfirmableEvery));

    private int TakeSlot() => _firstNotified + _notifiedLinks.TakeFirst(ref _freeNotified);

    private void GiveBack(int slot)
    {
        if (slot >= 0)
        {
            FreeSlot(slot);
        }
    }

    private bool TryGetNotified(int slot, out int index)
    {
        ref Notified notified = ref _notified[slot - _firstNotified];
        index = notified.Observer;
        return _observers.IsCurrent(index, notified.Generation) && _observers[index].InFlight == slot;
    }

    private void ConfirmNotification(int index, Instant now)
    {
        _observers[index].InFlight = -1;
        TellOfAcknowledgement(_observers[index].Peer, _observers[index].Tag);
        _observers.Confirmed(index, now);
        _observers.Enqueue(index);
    }

    private void TellOfAcknowledgement(in PeerId peer, ulong tag)
    {
        if (TellsOfAcknowledgements)
        {
            _serverEvents.NotificationAcknowledged(peer, tag);
        }
    }

    private void RemoveObserver(int index, ObserverEnd end)
    {
        _serverEvents.ObserverRemoved(_observers[index].Peer, _observers[index].Tag, end);
        Forget(index);
    }

    private void Forget(int index)
    {
        int slot = _observers[index].InFlight;
        PeerId peer = _observers[index].Peer;
        _observers.Remove(index);
        _observers.Wake(peer);
        if (slot >= 0 && _messages.IsActive(slot))
        {
            ReleaseMessage(slot);
            FreeSlot(slot);
        }
    }
}
