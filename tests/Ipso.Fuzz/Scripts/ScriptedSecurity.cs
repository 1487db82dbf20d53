using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Fuzz.Scripts;

/// <summary>
/// Security that does what the datagrams say: it drops, asks back, accepts, routes to the session of another, renames, refuses to protect,
/// and ends. It proves nothing; what it may do is what an implementation may do.
/// </summary>
/// <remarks>
/// The first byte is the kind. The second, of a handshake: what becomes of it (0 dropped, 1 asked back, 2 routed, 7 accepted even where
/// there is no room, else accepted), in its fourth bit whether it opens the session, in the highest two who the peer is. Of data: 0x80
/// routed to another session, 0x40 discarded, 0x20 as two records, 0x10 the newest, 8 the next message is refused.
/// </remarks>
internal sealed class ScriptedSecurity : DatagramSecurity
{
    internal const byte Alert = 0x15, Handshake = 0x16, Data = 0x17;

    private readonly List<ScriptedSession> _alive = [];

    /// <summary>How many sessions have not been disposed.</summary>
    internal int Alive => _alive.Count;

    public override SecurityFeatures Features =>
        SecurityFeatures.PreSharedKey | SecurityFeatures.ConnectionId | SecurityFeatures.VirtualTime;

    internal void Begin() => _alive.Clear();

    internal void Forget(ScriptedSession session) => _alive.Remove(session);

    public override Inspection Inspect(
        ReadOnlySpan<byte> datagram,
        in PeerId from,
        bool mayAccept,
        Instant now,
        Span<byte> reply,
        out int replyLength,
        out SecuritySession? session)
    {
        replyLength = 0;
        session = null;
        switch (datagram)
        {
            case [Data, >= 0x80 and var which, ..]:
                return Route(which, out session);
            case [Handshake, var what, ..] when (what & 7) == 2:
                return Route(what >> 3, out session);
            case [Handshake, var what, ..] when (what & 7) == 1:
                replyLength = Math.Min(datagram.Length, reply.Length);
                datagram[..replyLength].CopyTo(reply);
                return Inspection.Reply;
            case [Handshake, var what, ..] when (what & 7) == 7 || (mayAccept && (what & 7) != 0):
                session = Add(now);
                return Inspection.Accept;
            case [Handshake, var what, ..] when (what & 7) != 0:
                return Inspection.Refuse;
            default:
                return Inspection.Drop;
        }
    }

    public override SecuritySession Connect(in PeerId to, SecurityCredentials credentials, ReadOnlySpan<byte> resume, Instant now) =>
        Add(now);

    private ScriptedSession Add(Instant now)
    {
        ScriptedSession session = new(this, now);
        _alive.Add(session);
        return session;
    }

    private Inspection Route(int which, out SecuritySession? session)
    {
        session = _alive.Count == 0 ? null : _alive[which % _alive.Count];
        return session is null ? Inspection.Drop : Inspection.Route;
    }
}

/// <summary>A session of scripted security. Whoever uses it after it was disposed is told.</summary>
internal sealed class ScriptedSession : SecuritySession
{
    private const int MaxPlain = 1100;
    private const int Overhead = 2;
    private const int MaxFlights = 6;

    private static readonly TimeSpan s_retransmission = TimeSpan.FromSeconds(1);

    private readonly ScriptedSecurity _owner;
    private readonly byte[] _rest = new byte[2048];
    private SessionState _state;
    private PeerIdentity? _identity;
    private Instant? _due;
    private int _restLength;
    private int _flights;
    private int _waiting = 1;
    private byte _word = ScriptedSecurity.Handshake;
    private bool _refuses;
    private bool _isDisposed;

    internal ScriptedSession(ScriptedSecurity owner, Instant now)
    {
        _owner = owner;
        _due = now + s_retransmission;
    }

    public override SessionState State => Alive(_state);

    public override PeerIdentity? Identity => Alive(_identity);

    public override int MaxPayload => Alive(_state) == SessionState.Open ? MaxPlain : 0;

    public override Instant? NextDeadline => Alive(_due);

    public override DatagramVerdict Receive(ReadOnlySpan<byte> datagram, Span<byte> plain, Instant now, out int length)
    {
        length = 0;
        _restLength = 0;
        switch (datagram)
        {
            case [ScriptedSecurity.Alert, ..] when Alive(_state) != SessionState.Closed:
                (_state, _due) = (SessionState.Closed, null);
                return DatagramVerdict.Authentic;
            case [ScriptedSecurity.Handshake, var what, ..] when Alive(_state) == SessionState.Handshaking:
                _waiting++;
                if ((what & 8) != 0)
                {
                    (_state, _due) = (SessionState.Open, null);
                    _identity = new PeerIdentity(PeerIdentityKind.PreSharedKey, [(byte)(what >> 6)]);
                    return DatagramVerdict.Authentic;
                }

                return DatagramVerdict.Handshake;
            case [ScriptedSecurity.Data, var how, ..] when Alive(_state) == SessionState.Open && (how & 0x40) == 0:
                _refuses = (how & 8) != 0;
                ReadOnlySpan<byte> whole = datagram[Overhead..];
                ReadOnlySpan<byte> first = (how & 0x20) != 0 ? whole[..(whole.Length / 2)] : whole;
                first.CopyTo(plain);
                length = first.Length;
                _restLength = Math.Min(whole.Length - first.Length, _rest.Length);
                whole.Slice(first.Length, _restLength).CopyTo(_rest);
                return (how & 0x10) != 0 ? DatagramVerdict.AuthenticAndNewest : DatagramVerdict.Authentic;
            default:
                return DatagramVerdict.Discarded;
        }
    }

    public override bool TryReadMore(Span<byte> plain, out int length)
    {
        length = Alive(_restLength);
        _rest.AsSpan(0, length).CopyTo(plain);
        _restLength = 0;
        return length > 0;
    }

    public override int Protect(ReadOnlySpan<byte> plain, Span<byte> datagram, Instant now)
    {
        bool refuses = _refuses;
        _refuses = false;
        if (Alive(_state) != SessionState.Open || plain.Length > MaxPlain || refuses)
        {
            return 0;
        }

        (datagram[0], datagram[1]) = (ScriptedSecurity.Data, 0);
        plain.CopyTo(datagram[Overhead..]);
        return Overhead + plain.Length;
    }

    public override bool TryTransmit(Span<byte> datagram, Instant now, out int length)
    {
        length = 0;
        if (Alive(_waiting) == 0)
        {
            return false;
        }

        _waiting--;
        (datagram[0], datagram[1], length) = (_word, 0, Overhead);
        return true;
    }

    // An implementation may leave its deadline where it is, and say the same again.
    public override void OnDeadline(Instant now)
    {
        if (Alive(_due) > now || _due is null)
        {
            return;
        }

        _waiting++;
        if (++_flights == MaxFlights)
        {
            (_state, _due) = (SessionState.Closed, null);
        }
        else if (_flights % 3 != 0)
        {
            _due = now + s_retransmission;
        }
    }

    public override void Close()
    {
        if (Alive(_state) == SessionState.Open)
        {
            _word = ScriptedSecurity.Alert;
            _waiting = 1;
        }

        (_state, _due) = (SessionState.Closed, null);
    }

    public override byte[] Export() => Alive(_state) == SessionState.Open ? [1, 2, 3] : [];

    protected override void Dispose(bool disposing)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _isDisposed = true;
        _owner.Forget(this);
        base.Dispose(disposing);
    }

    private T Alive<T>(T value)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return value;
    }
}
