namespace Ipso.Coap.Engine;

/// <summary>What a message is to PROBING_RATE.</summary>
internal enum MessageKind : byte
{
    /// <summary>Held back by other means: back-off, NSTART, or the peer's own request that it answers.</summary>
    Other,

    /// <summary>A Non-confirmable request: held back while its peer does not answer (RFC 7252, 4.7).</summary>
    Probe,

    /// <summary>A block of a robust transfer, which is held back as a whole if at all (RFC 9177, 7.2).</summary>
    RobustBlock,
}

// PROBING_RATE (RFC 7252, 4.7): what is sent to a peer that does not answer is made up for by time, at so many bytes a second. One moment
// for each peer says when all of it is; who is further ahead of it than EXCHANGE_LIFETIME waits.
internal sealed partial class MessageLayer
{
    // How long a message is held back at most before it is given up.
    private readonly TimeSpan _patience;
    private readonly TimeSpan _allowance;

    // By peer: when the first of the messages that are held back may go.
    private readonly TimerHeap _probing;

    /// <summary>The peer has answered something: nothing has to be made up for.</summary>
    public void Heard(in PeerId peer)
    {
        int index = _peers.Find(peer);
        if (index >= 0 && _peers[index].ProbedUntil != default)
        {
            _peers[index].ProbedUntil = default;
            if (_peers[index].Probes.Count > 0)
            {
                _probing.Clear(index);
                LetOneGo(index);
            }
        }
    }

    // Whether a message that is ready waits after all; it is then put where it does.
    private bool MustHold(int index, Instant now)
    {
        ref Slot slot = ref At(index);
        if (slot.Kind != MessageKind.Probe || _parameters.ProbingRate == 0)
        {
            return false;
        }

        ref PeerTable.Peer peer = ref _peers[slot.PeerIndex];
        if (peer.ProbedUntil <= now + _allowance)
        {
            return false;
        }

        if (slot.HeldUntil == default)
        {
            _counters.RequestsHeld++;
        }

        if (slot.HeldUntil <= now)
        {
            // Also where it has had its turn, was not taken, and another has gone before it meanwhile.
            slot.HeldUntil = now + _patience;
        }

        slot.State = State.Held;
        _timers.Set(index, slot.HeldUntil);
        _links.AddLast(ref peer.Probes, index);
        _probing.Set(slot.PeerIndex, peer.ProbedUntil - _allowance);
        return true;
    }

    // A message goes out, and counts until the peer answers.
    private void Charge(in Slot slot, Instant now)
    {
        if (_parameters.ProbingRate == 0)
        {
            return;
        }

        ref PeerTable.Peer peer = ref _peers[slot.PeerIndex];
        Instant from = peer.ProbedUntil > now ? peer.ProbedUntil : now;
        Instant until = new(from.Ticks + (slot.Length * TimeSpan.TicksPerSecond / _parameters.ProbingRate));
        if (slot.Kind != MessageKind.Probe)
        {
            // What is not held back itself runs up no more than can be made up for in a bounded time.
            Instant latest = now + _allowance;
            latest = slot.Kind == MessageKind.RobustBlock ? latest + _parameters.NonProbingWait : latest;
            until = until < latest ? until : from > latest ? from : latest;
        }

        peer.ProbedUntil = until;
        if (slot.Kind == MessageKind.Probe && peer.Probes.Count > 0 && until <= now + _allowance)
        {
            _probing.Clear(slot.PeerIndex);
            LetOneGo(slot.PeerIndex);
        }
        else
        {
            GiveTurn(slot);
        }
    }

    // The one that was let go has gone, or will not go: the next has its turn when the rate allows.
    private void GiveTurn(in Slot slot)
    {
        if (slot.Kind == MessageKind.Probe && _peers[slot.PeerIndex].Probes.Count > 0)
        {
            _probing.Set(slot.PeerIndex, _peers[slot.PeerIndex].ProbedUntil - _allowance);
        }
    }

    private void LetOneGo(int peer)
    {
        int index = _links.TakeFirst(ref _peers[peer].Probes);
        if (index >= 0)
        {
            _timers.Clear(index);
            MakeReady(index);
        }
    }

    private void StopHolding(int index)
    {
        int peer = At(index).PeerIndex;
        _links.Remove(ref _peers[peer].Probes, index);
        if (_peers[peer].Probes.Count == 0)
        {
            _probing.Clear(peer);
        }
    }
}
