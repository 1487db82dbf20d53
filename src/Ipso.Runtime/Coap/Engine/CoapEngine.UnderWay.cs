namespace Ipso.Coap.Engine;

// Which peers something is under way with, whether or not they send anything.
public abstract partial class CoapEngine
{
    /// <summary>
    /// Names each peer that a request of ours waits for, that observes, or whose request has been put off, to <see cref="UnderWay"/>.
    /// Bodies in blocks are not among that: whoever sends or takes one asks for the next block again and again.
    /// </summary>
    /// <param name="withObservations">Whether observations count, which may go on for ever: theirs, and ours once they stand.</param>
    private protected void NameUnderWay(bool withObservations)
    {
        for (int i = 0; _client is not null && i < _options.Exchanges; i++)
        {
            PeerId peer = _requests.GetPeer(i);
            if (_requests.IsOpenTo(i, peer) && (withObservations || !_requests.IsObserving(i)))
            {
                UnderWay(peer);
            }
        }

        for (int i = 0; withObservations && i < _observers.Count; i++)
        {
            UnderWay(_observers[_observers.IndexAt(i)].Peer);
        }

        _deferral?.NameUnderWay();
    }

    /// <summary>Something is under way with a peer.</summary>
    private protected virtual void UnderWay(in PeerId peer)
    {
    }
}
