namespace Ipso.Coap.Engine;

// Which connection gives way when there are too many, and which has been released and is needed no more.
public sealed partial class CoapStreamEndpoint
{
    // A connection is in use if it has been named in the search that is being made.
    private uint _search;

    /// <summary>
    /// Finds the connection that has gone without a request and a response for longest, and that nothing is under way on: no request of
    /// ours, no observation, no response that has been put off, no body that is held, no message of which a part has come. Signals are no
    /// use: a peer that does nothing but answer Pings is idle.
    /// </summary>
    /// <param name="unusedSince">Only connections that have not been used since are looked at.</param>
    /// <param name="mayGiveWay">Which connections come into question.</param>
    /// <param name="peer">The connection.</param>
    /// <returns>False if there is none.</returns>
    public bool TryFindIdle(Instant unusedSince, Predicate<PeerId> mayGiveWay, out PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(mayGiveWay);
        _search++;
        NameUnderWay(withObservations: true);
        int found = -1;
        for (int i = _open.First; i >= 0; i = _links.Next(i))
        {
            ref Connection connection = ref _connections[i];
            if (connection.UsedAt <= unusedSince && (found < 0 || connection.UsedAt < _connections[found].UsedAt)
                && IsIdle(connection) && mayGiveWay(connection.Peer))
            {
                found = i;
            }
        }

        peer = found < 0 ? default : _connections[found].Peer;
        return found >= 0;
    }

    // RFC 8323, 5.5: a peer that has said Release waits for us to close, which we do when it and we have the answers that are waited for.
    // Observations end with that: they would hold the connection for ever.
    private void CloseReleased()
    {
        if (_released == 0)
        {
            return;
        }

        _search++;
        NameUnderWay(withObservations: false);
        for (int i = _open.First; i >= 0;)
        {
            int next = _links.Next(i);
            if (_connections[i].IsReleased && IsIdle(_connections[i]))
            {
                BeginClosing(i);
            }

            i = next;
        }
    }

    private bool IsIdle(in Connection connection) =>
        connection is { IsHeld: false, Waits: false, HasBegun: false, Framer.Pending: 0 } && connection.InUse != _search;

    private protected override void UnderWay(in PeerId peer)
    {
        if (Find(peer) is >= 0 and int index)
        {
            _connections[index].InUse = _search;
        }
    }
}
