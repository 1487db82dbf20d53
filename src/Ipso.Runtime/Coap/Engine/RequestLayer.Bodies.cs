namespace Ipso.Coap.Engine;

// Bodies in blocks, and the exchanges that fetch the rest of a notification for another (RFC 7959).
internal sealed partial class RequestLayer
{
    /// <summary>Whether another exchange with the same peer has a body under way.</summary>
    public bool HasOtherSending(int index)
    {
        for (int i = 0; i < _exchanges.Length; i++)
        {
            if (i != index && _bodies[i].IsSending && _exchanges[i].Peer == _exchanges[index].Peer)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What each block of a request says of observation; null for nothing.</summary>
    public uint? ObserveOf(int index) =>
        _exchanges[index].WantsObservation ? (uint)ObserveAction.Register
        : _exchanges[index].IsDeregistering ? (uint)ObserveAction.Deregister : null;

    /// <summary>Makes an exchange the one that fetches the rest of a notification of another.</summary>
    public void Join(int parent, int child)
    {
        _exchanges[parent].Child = child + 1;
        _exchanges[child].Parent = parent + 1;
    }

    /// <summary>The exchange that fetches for this one; -1 if there is none.</summary>
    public int ChildOf(int index) => _exchanges[index].Child - 1;

    /// <summary>The exchange that this one fetches for; -1 if there is none.</summary>
    public int ParentOf(int index) => _exchanges[index].Parent - 1;

    /// <summary>Hands the response that a child has fetched to its parent, and ends the child.</summary>
    public void Deliver(int child)
    {
        int parent = ParentOf(child);
        Store(parent, _responses.AsSpan(child * _maxMessageSize, _exchanges[child].ResponseLength));
        DropResponseBody(parent);
        _bodies[parent].Response = _bodies[child].Response;
        _bodies[child].Response = default;
        Close(child);
        Raise(parent, CoapEventKind.Notification);
    }

    /// <summary>Takes the memory that the first response needs whose body has come in blocks.</summary>
    public void TakeMemory() => _ = _whole.Bytes;

    // The stored message; with the body behind it if that has come in blocks.
    private ReadOnlySpan<byte> GetResponse(int index)
    {
        ReadOnlySpan<byte> head = _responses.AsSpan(index * _maxMessageSize, _exchanges[index].ResponseLength);
        ref PagedBytes body = ref _bodies[index].Response;
        if (body.Length == 0)
        {
            return head;
        }

        byte[] whole = _whole.Bytes;
        head.CopyTo(whole);
        whole[head.Length] = CoapMessage.PayloadMarker;
        int length = head.Length + 1;
        length += _pages.CopyTo(body, 0, whole.AsSpan(length));
        return whole.AsSpan(0, length);
    }

    private void EndBodies(int index, bool succeeds)
    {
        ref ExchangeBody body = ref _bodies[index];
        ICoapBody? source = body.Source;
        ICoapBodySink? sink = succeeds ? null : body.Sink;
        body.Source = null;
        body.Sink = null;
        body.IsSending = false;
        _pages.Release(ref body.Request);
        BodyCalls.Close(source, _counters);
        BodyCalls.Abandon(sink, _counters);
    }

    private void DropResponseBody(int index) => _pages.Release(ref _bodies[index].Response);
}
