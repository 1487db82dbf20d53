namespace Ipso.Coap.Engine;

// Who is to be notified next, and what the others wait for.
internal sealed partial class ObserverTable
{
    /// <summary>
    /// Notes that the state has changed. What is under way is waited for, so that changes in between become one notification.
    /// </summary>
    public void MarkDirty(int index, bool confirmable)
    {
        ref Observer observer = ref this[index];
        observer.IsDirty = true;
        observer.MustConfirm |= confirmable;
        if (confirmable && observer.Wait == Wait.Pace)
        {
            StopWaiting(index);
        }

        Enqueue(index);
    }

    /// <summary>Gives an observer its turn if it has something to hear, nothing under way, and waits for nothing.</summary>
    public void Enqueue(int index)
    {
        ref Observer observer = ref this[index];
        if (observer.IsDirty && observer.Wait == Wait.Nothing && observer.InFlight < 0)
        {
            observer.Wait = Wait.Turn;
            _links.AddLast(ref _turns, index);
        }
    }

    public bool TryDequeue(out int index)
    {
        index = _links.TakeFirst(ref _turns);
        if (index < 0)
        {
            return false;
        }

        this[index].Wait = Wait.Nothing;
        return true;
    }

    /// <summary>Whether a Non-confirmable notification has to wait, so that its client is not told too much; it then does.</summary>
    public bool MustPace(int index, Instant now)
    {
        ref Observer observer = ref this[index];
        bool mustWait = !observer.HasWaited && _pace.MustHold(index, observer.Peer, now);
        observer.HasWaited = false;
        observer.Wait = mustWait ? Wait.Pace : observer.Wait;
        return mustWait;
    }

    /// <summary>Puts an observer that waits for nothing back until an acknowledgement of its peer.</summary>
    public void WaitForPeer(int index)
    {
        this[index].Wait = Wait.Peer;
        _waitingForPeer.Add(this[index].Peer.GetHashCode(), index);
        _waitingForPeerCount++;
    }

    /// <summary>Puts an observer that waits for nothing back until a slot is free.</summary>
    public void WaitForSlot(int index)
    {
        this[index].Wait = Wait.Slot;
        _links.AddLast(ref _waitingForSlot, index);
    }

    /// <summary>Gives one observer its turn that waits for an acknowledgement of a peer.</summary>
    public void Wake(in PeerId peer)
    {
        if (_waitingForPeerCount == 0)
        {
            return;
        }

        for (int i = _waitingForPeer.First(peer.GetHashCode()); i >= 0; i = _waitingForPeer.Next(i))
        {
            if (this[i].Peer == peer)
            {
                StopWaiting(i);
                Enqueue(i);
                return;
            }
        }
    }

    /// <summary>Gives one observer its turn that waits for a slot; false if none does.</summary>
    public bool TryWake()
    {
        int index = _waitingForSlot.First;
        if (index < 0)
        {
            return false;
        }

        StopWaiting(index);
        Enqueue(index);
        return true;
    }

    // Registered anew, which tells it the state: it has nothing to hear. If it was woken to be told another one may have waited behind it.
    private void StopWaitingWithoutNews(int index)
    {
        ref Observer observer = ref this[index];
        bool hadTurn = observer.Wait == Wait.Turn;
        StopWaiting(index);
        observer.HasWaited = false;
        if (hadTurn)
        {
            Wake(observer.Peer);
        }
    }

    private void StopWaiting(int index)
    {
        switch (this[index].Wait)
        {
            case Wait.Turn:
                _links.Remove(ref _turns, index);
                break;
            case Wait.Slot:
                _links.Remove(ref _waitingForSlot, index);
                break;
            case Wait.Pace:
                _pace.Remove(index);
                break;
            case Wait.Peer:
                _waitingForPeer.Remove(index);
                _waitingForPeerCount--;
                break;
            default:
                break;
        }

        this[index].Wait = Wait.Nothing;
    }
}
