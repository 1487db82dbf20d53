namespace Ipso.Coap.Engine;

// Signals (RFC 8323, 5): what the two ends say of the connection itself.
public sealed partial class CoapStreamEndpoint
{
    /// <summary>Asks a peer for a sign of life; it answers with a Pong (RFC 8323, 5.4).</summary>
    /// <param name="peer">The connection.</param>
    /// <returns>False if there is no such connection.</returns>
    public bool Ping(in PeerId peer)
    {
        bool isOpen = Find(peer) >= 0;
        if (isOpen)
        {
            Signal(peer, CoapSignals.WritePing(_outgoing, CoapFraming.Datagram, default));
        }

        return isOpen;
    }

    /// <summary>Says that a connection is about to be closed in order: what was asked is still answered (RFC 8323, 5.5).</summary>
    /// <param name="peer">The connection.</param>
    /// <returns>False if there is no such connection.</returns>
    public bool Release(in PeerId peer)
    {
        bool isOpen = Find(peer) >= 0;
        if (isOpen)
        {
            Signal(peer, CoapSignals.WriteRelease(_outgoing, CoapFraming.Datagram));
        }

        return isOpen;
    }

    /// <summary>
    /// Whether a peer has said that it is about to close (RFC 8323, 5.5): new requests should go to another connection. When all that was asked
    /// before has been answered, <see cref="TryTakeClosing"/> names it.
    /// </summary>
    /// <param name="peer">The connection.</param>
    /// <returns>True after its Release, as long as the connection is there.</returns>
    public bool IsReleased(in PeerId peer) => Find(peer) is >= 0 and int index && _connections[index].IsReleased;

    private void TakeSignal(int index, in CoapMessage signal)
    {
        ref Connection connection = ref _connections[index];
        CoapCode code = signal.Code;
        CoapOptionNumber badOption = CoapSignals.FindBadOption(signal);
        if (code == CoapCode.Csm)
        {
            if (connection.Capabilities.TryUpdate(signal, out connection.Capabilities, out badOption))
            {
                connection.HasCsm = true;
            }
            else
            {
                Abort(index, badOption, default);
            }
        }
        else if (!connection.HasCsm)
        {
            Abort(index, null, "CSM expected"u8);
        }
        else if (badOption != 0)
        {
            Abort(index, null, "Critical option of a signal"u8);
        }
        else if (code == CoapCode.Ping)
        {
            bool custody = CoapSignals.HasCustody(signal);
            Signal(connection.Peer, CoapSignals.WritePong(_outgoing, CoapFraming.Datagram, signal.TokenBytes, custody));
        }
        else if (code == CoapCode.Release)
        {
            _released += connection.IsReleased ? 0 : 1;
            connection.IsReleased = true;
            Released?.Invoke(connection.Peer, CoapSignals.GetHoldOff(signal) ?? TimeSpan.Zero);
        }
        else if (code == CoapCode.Abort)
        {
            BeginClosing(index);
        }
    }

    private void Signal(in PeerId peer, int length) =>
        _outbox.Reply(peer, _replies.Add(peer, 0, default, TimeSpan.Zero, _outgoing.AsSpan(0, length)));

    // RFC 8323, 5.6: says why, and closes.
    private void Abort(int index, CoapOptionNumber? badOption, ReadOnlySpan<byte> diagnostic)
    {
        Counters.ConnectionsAborted++;
        Signal(_connections[index].Peer, CoapSignals.WriteAbort(_outgoing, CoapFraming.Datagram, badOption, diagnostic));
        BeginClosing(index);
    }
}
