namespace Ipso.Coap.Engine;

// What a connection is given time for, and what happens when it is up.
public sealed partial class CoapStreamEndpoint
{
    private enum Patience : byte
    {
        None,

        /// <summary>The CSM is to come (RFC 8323, 5.3).</summary>
        Csm,

        /// <summary>A message has begun, and the rest of it is to come.</summary>
        Message,

        /// <summary>Nothing has to come; after a while the peer is asked whether it is there.</summary>
        Idle,

        /// <summary>The Pong is to come, or anything else (RFC 8323, 5.4).</summary>
        Pong,

        /// <summary>The application is asked again whether it takes the next message.</summary>
        Held,
    }

    // How often a sink is asked whether it is ready when nobody says so, and a Ping for which there is no room is tried.
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether nothing is taken from a connection until a sink is ready for the next block of its body. It is asked every second, and after
    /// <see cref="Proceed(in PeerId, Instant)"/>.
    /// </summary>
    /// <param name="peer">The connection.</param>
    /// <returns>False too if there is no such connection.</returns>
    public bool IsHeld(in PeerId peer) => Find(peer) is >= 0 and int index && _connections[index].IsHeld;

    /// <summary>A sink that was not ready for a block may be now: goes on with the connection that its body comes over.</summary>
    /// <param name="peer">The connection.</param>
    /// <param name="now">The moment.</param>
    /// <returns>False if the connection was not held.</returns>
    public bool Proceed(in PeerId peer, Instant now)
    {
        int index = Find(peer);
        bool isHeld = index >= 0 && _connections[index].IsHeld;
        if (isHeld)
        {
            GoOn(index, now);
        }

        return isHeld;
    }

    /// <summary>A message has begun to come over a connection whose messages are handed in whole: its time runs from now on.</summary>
    /// <param name="peer">The connection.</param>
    /// <param name="now">The moment.</param>
    internal void BeginMessage(in PeerId peer, Instant now)
    {
        if (Find(peer) is >= 0 and int index && !_connections[index].IsClosing)
        {
            _connections[index].HasBegun = true;
            Wait(index, hasRead: false, now);
        }
    }

    private void GoOn(int index, Instant now)
    {
        _connections[index].IsHeld = false;
        _ = Read(index, now);
    }

    private void Wait(int index, Patience patience, Instant until)
    {
        _connections[index].Patience = patience;
        _timers.Set(index, until);
    }

    // After reading: what is waited for now? The time for a message counts from the end of the one before, not from each byte.
    private void Wait(int index, bool hasRead, Instant now)
    {
        ref Connection connection = ref _connections[index];
        if (connection.IsHeld)
        {
            Wait(index, Patience.Held, now + s_retry);
        }
        else if (!connection.HasCsm)
        {
            return;
        }
        else if (connection.Waits)
        {
            // For us: the peer cannot help it.
            connection.Patience = Patience.None;
            _timers.Clear(index);
        }
        else if (connection.Framer!.Pending > 0 || connection.HasBegun)
        {
            if (hasRead || connection.Patience != Patience.Message)
            {
                Wait(index, Patience.Message, now + Options.MessageTimeout);
            }
        }
        else if (Options.IdleTimeout == TimeSpan.Zero)
        {
            connection.Patience = Patience.None;
            _timers.Clear(index);
        }
        else if (hasRead || connection.Patience is not (Patience.Idle or Patience.Pong))
        {
            Wait(index, Patience.Idle, now + Options.IdleTimeout);
        }
    }

    private void OnDue(int index, Instant now)
    {
        switch (_connections[index].Patience)
        {
            case Patience.Held:
                GoOn(index, now);
                break;
            case Patience.Idle when !HasRoom:
                Wait(index, Patience.Idle, now + s_retry);
                break;
            case Patience.Idle:
                Signal(_connections[index].Peer, CoapSignals.WritePing(_outgoing, CoapFraming.Datagram, default));
                Wait(index, Patience.Pong, now + Options.MessageTimeout);
                break;
            case Patience.Pong:
                Counters.ConnectionsSilent++;
                Abort(index, null, "No answer to a Ping"u8);
                break;
            default:
                Counters.ConnectionsTooSlow++;
                Abort(index, null, "Too slow"u8);
                break;
        }
    }
}
