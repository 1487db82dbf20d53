namespace Ipso.Coap.Engine;

// Connections come and go.
public sealed partial class CoapStreamEndpoint
{
    /// <summary>The longest message that is taken from a WebSocket.</summary>
    internal int MaxWebSocketMessage => Options.MaxMessageSize - WebSocketFrames.Growth;

    /// <summary>Whether requests can go over a connection.</summary>
    /// <param name="peer">The connection.</param>
    /// <returns>False if there is none of that name, or it is about to be closed.</returns>
    public bool IsOpen(in PeerId peer) => CanReach(peer);

    /// <summary>A connection has been made. Our CSM is the first message on it.</summary>
    /// <param name="peer">Its name, which no other connection has.</param>
    /// <param name="now">The moment.</param>
    /// <returns>False if there are too many, or there is one of that name: the connection is then to be closed.</returns>
    public bool Open(in PeerId peer, Instant now) => OpenIn(CoapFraming.Stream, peer, now);

    // What travels in WebSockets becomes longer on its way to here, so that the peer is told of less.
    internal bool OpenIn(CoapFraming framing, in PeerId peer, Instant now)
    {
        if (Find(peer) >= 0 || _free.Count == 0)
        {
            Counters.ConnectionsRefused++;
            return false;
        }

        int index = _links.TakeFirst(ref _free);
        _links.AddLast(ref _open, index);
        CoapStreamFramer framer = _connections[index].Framer
            ?? new CoapStreamFramer(Options.MaxMessageSize, Options.MaxTokenLength > CoapToken.MaxLength);
        framer.Reset();
        _connections[index] = new Connection { Peer = peer, Framer = framer, Capabilities = CoapCapabilities.Base, UsedAt = now };
        _byPeer.Add(peer.GetHashCode(), index);
        Wait(index, Patience.Csm, now + Options.CsmTimeout);
        int size = framing == CoapFraming.WebSocket ? MaxWebSocketMessage : Options.MaxMessageSize;
        var ours = new CoapCapabilities((uint)size, true, Options.MaxTokenLength);
        Signal(peer, CoapSignals.WriteCsm(_outgoing, CoapFraming.Datagram, ours));
        return true;
    }

    /// <summary>Names a connection that is to be closed once all messages have been written, and forgets it.</summary>
    /// <param name="peer">The connection.</param>
    /// <returns>False if there is none.</returns>
    public bool TryTakeClosing(out PeerId peer)
    {
        int index = _closing.First;
        peer = index < 0 ? default : _connections[index].Peer;
        if (index >= 0)
        {
            Remove(index);
        }

        return index >= 0;
    }

    /// <summary>A connection has been closed: its requests end, and its observations are forgotten.</summary>
    /// <param name="peer">The connection.</param>
    public void Close(in PeerId peer)
    {
        int index = Find(peer);
        if (index >= 0)
        {
            Remove(index);
        }
    }
}
