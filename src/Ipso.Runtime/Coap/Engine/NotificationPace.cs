namespace Ipso.Coap.Engine;

/// <summary>
/// How fast Non-confirmable notifications go to a client: one in a round-trip time on average, or in 3 s where that is not known (RFC 7641,
/// 4.5.1). For each client a moment says when all that went out is made up for; who is <see cref="Burst"/> intervals ahead of it waits, and
/// so do all that come after, in their order.
/// </summary>
internal sealed class NotificationPace
{
    /// <summary>How many may go at once to a client that has heard of nothing for a while.</summary>
    public const int Burst = 10;

    /// <summary>What an observer takes in bytes.</summary>
    public const int EntrySize = 12;

    private readonly PeerTable _peers;
    private readonly IndexLinks _links;

    // By observer: the entry of the peer in whose list it is.
    private readonly int[] _holders;

    // By peer: when the first that waits may go.
    private readonly TimerHeap _due;
    private readonly TimeSpan _interval;
    private readonly CoapCounters _counters;
    private readonly int _maxPeers;
    private int _peerCount;

    /// <param name="peers">The peers.</param>
    /// <param name="maxPeers">To how many of them something may be held back at a time; what goes to others is not.</param>
    /// <param name="observers">How many observers there may be.</param>
    /// <param name="interval">The interval where the round-trip time is not known; zero for no limit.</param>
    /// <param name="counters">Where is counted what is held back.</param>
    public NotificationPace(PeerTable peers, int maxPeers, int observers, TimeSpan interval, CoapCounters counters)
    {
        _peers = peers;
        _maxPeers = maxPeers;
        _interval = interval;
        _counters = counters;
        _links = new IndexLinks(observers);
        _holders = new int[observers];
        _due = new TimerHeap(peers.Capacity);
    }

    /// <summary>When the next one may go that is held back.</summary>
    public Instant NextDeadline => _due.Next;

    /// <summary>Whether a notification has to wait for its turn; it then does.</summary>
    public bool MustHold(int observer, in PeerId peer, Instant now)
    {
        int index = _interval == TimeSpan.Zero ? -1 : _peers.Find(peer);
        if (index < 0)
        {
            return false;
        }

        ref PeerTable.Peer entry = ref _peers[index];
        Instant latest = now + (Burst * IntervalOf(entry));
        if (entry.NotifiedUntil > latest)
        {
            // The round trip has turned out to be shorter.
            entry.NotifiedUntil = latest;
        }

        if (entry.Paced.Count == 0)
        {
            if (DueOf(entry) <= now || _peerCount == _maxPeers)
            {
                return false;
            }

            _peerCount++;
            _peers.Hold(index);
            _due.Set(index, DueOf(entry));
        }

        _counters.NotificationsHeld++;
        _holders[observer] = index;
        _links.AddLast(ref entry.Paced, observer);
        return true;
    }

    /// <summary>A Non-confirmable notification has gone out.</summary>
    public void Gone(in PeerId peer, Instant now)
    {
        if (_interval > TimeSpan.Zero)
        {
            ref PeerTable.Peer entry = ref _peers[_peers.Get(peer)];
            entry.NotifiedUntil = (entry.NotifiedUntil > now ? entry.NotifiedUntil : now) + IntervalOf(entry);
        }
    }

    /// <summary>An observer waits no longer.</summary>
    public void Remove(int observer)
    {
        int index = _holders[observer];
        _links.Remove(ref _peers[index].Paced, observer);
        LetGoIfEmpty(index);
    }

    /// <summary>An observer whose turn has come.</summary>
    public bool TryTakeDue(Instant now, out int observer)
    {
        observer = -1;
        if (!_due.TryTakeDue(now, out int index))
        {
            return false;
        }

        ref PeerTable.Peer entry = ref _peers[index];
        observer = _links.TakeFirst(ref entry.Paced);
        if (entry.Paced.Count > 0)
        {
            // As if this one had gone out already.
            _due.Set(index, (DueOf(entry) > now ? DueOf(entry) : now) + IntervalOf(entry));
        }

        LetGoIfEmpty(index);
        return true;
    }

    private void LetGoIfEmpty(int index)
    {
        if (_peers[index].Paced.Count == 0)
        {
            _due.Clear(index);
            _peers.LetGo(index);
            _peerCount--;
        }
    }

    private Instant DueOf(in PeerTable.Peer peer) => peer.NotifiedUntil - ((Burst - 1) * IntervalOf(peer));

    private TimeSpan IntervalOf(in PeerTable.Peer peer) => peer.RoundTrip > 0 ? TimeSpan.FromTicks(peer.RoundTrip) : _interval;
}
