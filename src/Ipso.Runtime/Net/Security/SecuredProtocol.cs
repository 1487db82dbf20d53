using System.Runtime.CompilerServices;
using Ipso.Coap.Engine;

namespace Ipso.Net.Security;

/// <summary>Says which security is in force for an address, by the socket it was heard on.</summary>
/// <param name="address">The peer's address.</param>
/// <returns>The security.</returns>
public delegate DatagramSecurity SecuritySelector(in PeerId address);

/// <summary>The end of a session.</summary>
/// <param name="Peer">Its name.</param>
/// <param name="Address">Where the peer was heard of last.</param>
/// <param name="IsClient">Whether we had begun it.</param>
/// <param name="WasOpen">False if it did not come about.</param>
/// <param name="Reason">Why, in words for a log; null where nothing is known, as after a word from the peer, or none.</param>
internal readonly record struct SessionEnd(PeerId Peer, PeerId Address, bool IsClient, bool WasOpen, string? Reason)
{
    public override string ToString() => Reason ?? nameof(SessionEnd);
}

/// <summary>
/// A host that is told of sessions. It makes no delegate itself: one that takes a struct has it boxed, to a native compiler, in every program.
/// </summary>
internal interface ISessionOwner
{
    /// <summary>A session has ended.</summary>
    void OnSessionEnded(SessionEnd end);
}

/// <summary>
/// A protocol behind datagram security. Outside, datagrams are protected and peers are addresses; inside, they are plain, and a peer is a
/// session: its name stays the same when its address changes, and no other session ever has it.
/// </summary>
/// <remarks>
/// <para>Where all addresses are without security, there is no need for this class: <see cref="Secure"/> gives the protocol itself, so that
/// NoSec costs nothing.</para>
/// <para>All tables are bounded (<see cref="SecurityOptions"/>). A stranger never displaces an open session: handshakes have room of their
/// own, and only one that has come to its end takes the place of the session unused for longest.</para>
/// </remarks>
public sealed partial class SecuredProtocol : IDatagramProtocol, IPeerDirectory, IDisposable
{
    private const int MaxDatagram = 65_535;
    private const int MaxReply = 512;
    private const int Replies = 16;

    private readonly IDatagramProtocol _inner;
    private readonly SecuritySelector _select;
    private readonly SecurityOptions _options;
    private readonly SessionTable _sessions;
    private readonly byte[] _plain = GC.AllocateUninitializedArray<byte>(MaxDatagram);
    private readonly byte[] _replies = new byte[Replies * MaxReply];
    private readonly (PeerId To, int Length)[] _replyTo = new (PeerId To, int Length)[Replies];
    private int _replyFirst;
    private int _replyCount;

    /// <summary>Puts security in front of a protocol.</summary>
    /// <param name="inner">The protocol. From now on it is called by this class only.</param>
    /// <param name="select">Which security is in force for an address.</param>
    /// <param name="options">The bounds; null for the defaults.</param>
    public SecuredProtocol(IDatagramProtocol inner, SecuritySelector select, SecurityOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(select);
        _inner = inner;
        _select = select;
        _options = options ?? new SecurityOptions();

        // Those that are over keep their place until their last words are sent: as many again as may be in handshakes.
        _sessions = new SessionTable(_options.MaxSessions + (2 * _options.MaxHandshakes));
    }

    /// <summary>What has been counted.</summary>
    public SecurityCounters Counters { get; } = new();

    /// <summary>How many sessions are open.</summary>
    public int SessionCount => _sessions.OpenCount;

    /// <summary>How many handshakes are under way.</summary>
    public int HandshakeCount => _sessions.HandshakeCount;

    /// <summary>Told of each session of ours that is open now.</summary>
    internal Action<PeerId>? Opened { get; set; }

    /// <summary>Told of each session that ends, as long as its name is known yet.</summary>
    internal Action<SessionEnd>? Ended { get; set; }

    /// <summary>Tells a host of each session that ends.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Tell(ISessionOwner host) => Ended = host.OnSessionEnded;

    /// <inheritdoc/>
    public Instant? NextDeadline
    {
        get
        {
            Instant? next = Instant.Earlier(_inner.NextDeadline, _sessions.NextDeadline);
            int oldest = _sessions.Oldest;
            return oldest < 0 ? next : Instant.Earlier(next, _sessions[oldest].LastUsed + _options.IdleTimeout);
        }
    }

    /// <summary>Puts security in front of a protocol, where there is any.</summary>
    /// <param name="inner">The protocol.</param>
    /// <param name="security">The security for all addresses.</param>
    /// <param name="options">The bounds; null for the defaults.</param>
    /// <returns>For <see cref="DatagramSecurity.NoSec"/> the protocol itself.</returns>
    public static IDatagramProtocol Secure(IDatagramProtocol inner, DatagramSecurity security, SecurityOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(security);
        return security.IsTransparent ? inner : new SecuredProtocol(inner, (in _) => security, options);
    }

    /// <summary>Starts a session as the client. What is sent to it before it is open is kept, one message, and follows.</summary>
    /// <param name="address">The server's address.</param>
    /// <param name="credentials">How to prove who we are.</param>
    /// <param name="resume">What <see cref="Export"/> gave of an earlier session; empty for a full handshake.</param>
    /// <param name="now">The moment.</param>
    /// <param name="peer">The server's name for the protocol inside.</param>
    /// <returns>False if there is no room for one more handshake.</returns>
    /// <exception cref="NotSupportedException">The security in force for the address has no such credentials.</exception>
    public bool TryConnect(
        in PeerId address, SecurityCredentials credentials, ReadOnlySpan<byte> resume, Instant now, out PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        peer = default;
        if (!MayAccept())
        {
            Counters.HandshakesRefused++;
            return false;
        }

        SecuritySession session = _select(address).Connect(address, credentials, resume, now);
        int slot = Add(session, address, isClient: true, now);
        peer = _sessions[slot].Name;
        return true;
    }

    /// <summary>What resumes the session with a peer later, perhaps after a restart. Holds secrets.</summary>
    /// <param name="peer">The peer's name.</param>
    /// <returns>Empty if there is no such session, or none that can be resumed.</returns>
    public byte[] Export(in PeerId peer) => _sessions.FindName(peer) is >= 0 and var slot ? _sessions[slot].Session!.Export() : [];

    /// <summary>The session of a name; null if it is gone.</summary>
    internal SecuritySession? FindSession(in PeerId peer) => _sessions.FindName(peer) is >= 0 and var slot ? _sessions[slot].Session : null;

    /// <summary>Ends the session with a peer.</summary>
    /// <param name="peer">The peer's name.</param>
    /// <param name="now">The moment.</param>
    public void Close(in PeerId peer, Instant now)
    {
        if (_sessions.FindName(peer) is >= 0 and var slot)
        {
            End(slot, now);
        }
    }

    /// <summary>Ends all sessions and handshakes. What is to be transmitted after that is the word to the peers.</summary>
    /// <param name="now">The moment.</param>
    public void CloseAll(Instant now)
    {
        for (int slot = 0; slot < _sessions.Capacity; slot++)
        {
            if (_sessions[slot].Session is not null)
            {
                End(slot, now);
            }
        }
    }

    /// <inheritdoc/>
    public PeerIdentity? FindIdentity(in PeerId peer) =>
        _sessions.FindName(peer) is >= 0 and var slot && _sessions[slot].IsOpen ? _sessions[slot].Session!.Identity : null;

    /// <summary>The address of a peer: where it was heard of last, for logs.</summary>
    /// <param name="peer">A name, or an address.</param>
    /// <param name="address">The address.</param>
    /// <returns>False if the session of that name is gone.</returns>
    public bool TryGetAddress(in PeerId peer, out PeerId address)
    {
        address = peer;
        if (SessionTable.IsName(peer))
        {
            int slot = _sessions.FindName(peer);
            address = slot < 0 ? default : _sessions[slot].Address;
            return slot >= 0;
        }

        return true;
    }

    /// <summary>Forgets all sessions, without a word to the peers.</summary>
    public void Dispose()
    {
        for (int slot = 0; slot < _sessions.Capacity; slot++)
        {
            if (_sessions[slot].Session is not null)
            {
                _sessions.Remove(slot);
            }
        }
    }

    // A handshake that gives way to the new one makes room for it.
    private bool MayAccept(int instead = -1) =>
        _sessions.HasRoom && (instead >= 0 || _sessions.HandshakeCount < _options.MaxHandshakes);

    private int Add(SecuritySession session, in PeerId address, bool isClient, Instant now)
    {
        Counters.Handshakes++;
        int slot = _sessions.Add(session, address, isClient, now + _options.HandshakeTimeout);
        Follow(slot, now);
        return slot;
    }

    // Whatever was done with a session: it is opened, retired, and given its deadline and its turn to transmit.
    private void Follow(int slot, Instant now)
    {
        ref SessionTable.Entry entry = ref _sessions[slot];
        if (entry.Session is not { } session || entry.IsRetired)
        {
            return;
        }

        switch (session.State)
        {
            case SessionState.Closed:
                End(slot, now);
                return;
            case SessionState.Open when !entry.IsOpen:
                Open(slot, now);
                break;
            default:
                break;
        }

        Instant? due = session.NextDeadline;
        _sessions.SetDeadline(slot, entry.IsOpen ? due : Instant.Earlier(due, entry.HandshakeEnds));
        _sessions.Enqueue(slot);
    }

    private void Open(int slot, Instant now)
    {
        Counters.Opened++;
        if (_sessions.OpenCount == _options.MaxSessions)
        {
            Counters.Evicted++;
            End(_sessions.Oldest, now);
        }

        // RFC 6347, 4.2.8: only now does the peer's new session end the one before.
        int predecessor = _sessions.Open(slot, now);
        if (predecessor >= 0)
        {
            End(predecessor, now);
        }

        if (_sessions[slot].IsClient)
        {
            Opened?.Invoke(_sessions[slot].Name);
        }
    }

    // The session's last words are sent, and its name is never heard again.
    private void End(int slot, Instant now)
    {
        ref SessionTable.Entry entry = ref _sessions[slot];
        if (entry.IsRetired)
        {
            return;
        }

        bool wasKnown = entry.IsOpen || entry.IsClient;
        if (!entry.IsOpen)
        {
            Counters.HandshakesFailed++;
        }

        PeerId name = entry.Name;
        entry.Session!.Close();
        Ended?.Invoke(new SessionEnd(name, entry.Address, entry.IsClient, entry.IsOpen, entry.Session.Failure));
        _sessions.Retire(slot);
        if (wasKnown)
        {
            _inner.PeerFailed(name, PeerFailure.SessionClosed, now);
        }
    }
}
