using System.Buffers.Binary;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Tests.Net.Security;

/// <summary>
/// Security that proves the seam and nothing else: a cookie, a handshake of two round trips, records with a Connection ID, a sequence
/// number and a checksum keyed by a shared number. Anybody can break it.
/// </summary>
internal sealed class ToySecurity(IReadOnlyDictionary<byte, uint> keys, int mtu = 64) : DatagramSecurity
{
    public const byte Hello = 1, Cookie = 2, ServerHello = 3, Finish = 4, Finished = 5, Data = 6, Closing = 7;

    private readonly Dictionary<byte, ToySession> _byId = [];
    private byte _nextId;

    public override SecurityFeatures Features =>
        SecurityFeatures.PreSharedKey | SecurityFeatures.ConnectionId | SecurityFeatures.VirtualTime;

    public List<ToySession> Disposed { get; } = [];

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
        if (datagram is [Data or Closing, byte id, ..] && _byId.TryGetValue(id, out ToySession? known))
        {
            session = known;
            return Inspection.Route;
        }

        if (datagram is not [Hello, byte key, ..] || !keys.TryGetValue(key, out uint secret))
        {
            return Inspection.Drop;
        }

        uint cookie = (uint)from.GetHashCode();
        if (datagram.Length < 6 || BinaryPrimitives.ReadUInt32LittleEndian(datagram[2..]) != cookie)
        {
            reply[0] = Cookie;
            BinaryPrimitives.WriteUInt32LittleEndian(reply[1..], cookie);
            replyLength = 5;
            return Inspection.Reply;
        }

        if (!mayAccept)
        {
            return Inspection.Refuse;
        }

        session = _byId[_nextId] = new ToySession(this, isClient: false, key, secret, mtu, _nextId, now);
        _nextId++;
        return Inspection.Accept;
    }

    public override SecuritySession Connect(in PeerId to, SecurityCredentials credentials, ReadOnlySpan<byte> resume, Instant now) =>
        credentials is PreSharedKeyCredentials psk
            ? new ToySession(
                this, isClient: true, psk.Identity.Span[0], BinaryPrimitives.ReadUInt32LittleEndian(psk.Key.Span), mtu, 0, now)
            : throw new NotSupportedException("Toys share keys.");

    public static PreSharedKeyCredentials Credentials(byte identity, uint key)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, key);
        return new(new[] { identity }, bytes);
    }

    internal void Forget(ToySession session)
    {
        Disposed.Add(session);
        if (_byId.TryGetValue(session.ConnectionId, out ToySession? known) && known == session)
        {
            _byId.Remove(session.ConnectionId);
        }
    }
}

internal sealed class ToySession : SecuritySession
{
    /// <summary>What begins a message that the session breaks over; a record that begins like this and is not the first ends it.</summary>
    public const byte End = 0x7f;

    private static readonly TimeSpan s_retransmission = TimeSpan.FromSeconds(1);
    private readonly ToySecurity _owner;
    private readonly bool _isClient;
    private readonly byte _keyId;
    private readonly uint _key;
    private readonly int _mtu;
    private readonly Queue<byte[]> _out = new();
    private SessionState _state;
    private byte[] _flight = [];
    private Instant? _due;
    private uint _sent;
    private uint _newest;
    private byte[] _more = [];

    public ToySession(ToySecurity owner, bool isClient, byte keyId, uint key, int mtu, byte connectionId, Instant now)
    {
        (_owner, _isClient, _keyId, _key, _mtu, ConnectionId) = (owner, isClient, keyId, key, mtu, connectionId);
        if (isClient)
        {
            Fly([ToySecurity.Hello, keyId], now);
        }
    }

    public byte ConnectionId { get; private set; }

    public override SessionState State => _state;

    public override PeerIdentity? Identity => _state == SessionState.Handshaking ? null : new(PeerIdentityKind.PreSharedKey, [_keyId]);

    public override int MaxPayload => _state == SessionState.Open ? _mtu - 10 : 0;

    public override Instant? NextDeadline => _due;

    public override DatagramVerdict Receive(ReadOnlySpan<byte> datagram, Span<byte> plain, Instant now, out int length)
    {
        length = 0;
        _more = [];
        if (datagram is [ToySecurity.Data or ToySecurity.Closing, ..])
        {
            return Open(datagram, plain, out length);
        }

        if (_state != SessionState.Handshaking)
        {
            return DatagramVerdict.Discarded;
        }

        switch (datagram)
        {
            case [ToySecurity.Cookie, ..] when _isClient && datagram.Length == 5:
                Fly([ToySecurity.Hello, _keyId, .. datagram[1..]], now);
                return DatagramVerdict.Handshake;
            case [ToySecurity.Hello, ..] when !_isClient:
                _out.Enqueue([ToySecurity.ServerHello, ConnectionId]);
                return DatagramVerdict.Handshake;
            case [ToySecurity.ServerHello, byte id] when _isClient:
                ConnectionId = id;
                Fly(Sealed([ToySecurity.Finish, id]), now);
                return DatagramVerdict.Handshake;
            case [ToySecurity.Finish, ..] when !_isClient && IsAuthentic(datagram):
                _state = SessionState.Open;
                _out.Enqueue(Sealed([ToySecurity.Finished, ConnectionId]));
                return DatagramVerdict.Authentic;
            case [ToySecurity.Finished, ..] when _isClient && IsAuthentic(datagram):
                (_state, _due) = (SessionState.Open, null);
                return DatagramVerdict.Authentic;
            default:
                return DatagramVerdict.Discarded;
        }
    }

    public override bool TryReadMore(Span<byte> plain, out int length)
    {
        byte[] more = _more;
        if (more is [End, ..])
        {
            (_state, _more, length) = (SessionState.Closed, [], 0);
            return false;
        }

        length = more.Length;
        more.CopyTo(plain);
        _more = [];
        return length > 0;
    }

    public override int Protect(ReadOnlySpan<byte> plain, Span<byte> datagram, Instant now)
    {
        if (plain.Length > MaxPayload || _state != SessionState.Open)
        {
            return 0;
        }

        if (plain is [End, ..])
        {
            Close();
            return 0;
        }

        byte[] record = Record(ToySecurity.Data, plain);
        record.CopyTo(datagram);
        return record.Length;
    }

    public override bool TryTransmit(Span<byte> datagram, Instant now, out int length)
    {
        if (!_out.TryDequeue(out byte[]? next))
        {
            length = 0;
            return false;
        }

        next.CopyTo(datagram);
        length = next.Length;
        return true;
    }

    public override void OnDeadline(Instant now)
    {
        if (_due <= now)
        {
            Fly(_flight, now);
        }
    }

    public override void Close()
    {
        if (_state == SessionState.Open)
        {
            _out.Enqueue(Record(ToySecurity.Closing, []));
        }

        _state = SessionState.Closed;
    }

    protected override void Dispose(bool disposing)
    {
        _owner.Forget(this);
        base.Dispose(disposing);
    }

    // A byte 0xfe splits a message into two records of one datagram.
    private DatagramVerdict Open(ReadOnlySpan<byte> datagram, Span<byte> plain, out int length)
    {
        length = 0;
        if (_state != SessionState.Open || datagram.Length < 10 || !IsAuthentic(datagram))
        {
            return DatagramVerdict.Discarded;
        }

        uint sequence = BinaryPrimitives.ReadUInt32LittleEndian(datagram[2..]);
        bool isNewest = sequence > _newest;
        _newest = Math.Max(_newest, sequence);
        if (datagram[0] == ToySecurity.Closing)
        {
            _state = SessionState.Closed;
            return DatagramVerdict.Authentic;
        }

        byte[] clear = datagram[6..^4].ToArray();
        for (int i = 0; i < clear.Length; i++)
        {
            clear[i] ^= (byte)_key;
        }

        int split = Array.IndexOf(clear, (byte)0xfe);
        byte[] first = split < 0 ? clear : clear[..split];
        _more = split < 0 ? [] : clear[(split + 1)..];
        first.CopyTo(plain);
        length = first.Length;
        return isNewest ? DatagramVerdict.AuthenticAndNewest : DatagramVerdict.Authentic;
    }

    private byte[] Record(byte type, ReadOnlySpan<byte> plain)
    {
        byte[] record = new byte[6 + plain.Length];
        record[0] = type;
        record[1] = ConnectionId;
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(2), ++_sent);
        for (int i = 0; i < plain.Length; i++)
        {
            record[6 + i] = (byte)(plain[i] ^ (byte)_key);
        }

        return Sealed(record);
    }

    private void Fly(byte[] flight, Instant now)
    {
        _flight = flight;
        _due = now + s_retransmission;
        _out.Enqueue(flight);
    }

    private byte[] Sealed(ReadOnlySpan<byte> bytes)
    {
        byte[] result = [.. bytes, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32LittleEndian(result.AsSpan(bytes.Length), Sum(bytes));
        return result;
    }

    private bool IsAuthentic(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 6 && BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) == Sum(bytes[..^4]);

    private uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 2166136261 ^ _key;
        foreach (byte b in bytes)
        {
            sum = (sum ^ b) * 16777619;
        }

        return sum;
    }
}
