namespace Ipso.Net.Security;

/// <summary>The bounds of datagram security. Immutable; a value out of range throws where it is set.</summary>
public sealed record SecurityOptions
{
    /// <summary>How many sessions may be open. When all are, the one unused for longest gives way. 1 to 1048576; 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxSessions { get; init => field = Within(value, 1, 1 << 20); } = 64;

    /// <summary>
    /// How many handshakes may be under way, apart from the open sessions, which none of them displaces. Further ones are refused in
    /// silence: the peer tries again. 1 to 65536; 16.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxHandshakes { get; init => field = Within(value, 1, 1 << 16); } = 16;

    /// <summary>
    /// How long a handshake may take. Peers that hold a wrong key may fall silent (RFC 6347, 4.1.2.7). Up to an hour; 30 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan HandshakeTimeout { get; init => field = Within(value, TimeSpan.FromTicks(1), TimeSpan.FromHours(1)); }
        = TimeSpan.FromSeconds(30);

    /// <summary>How long a session may be unused before it is closed. Up to a year; 24 h.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan IdleTimeout { get; init => field = Within(value, TimeSpan.FromTicks(1), TimeSpan.FromDays(366)); }
        = TimeSpan.FromHours(24);

    /// <summary>
    /// The longest message in bytes that is kept while the handshake with its peer is under way, one per session. 0 to 65507; 1152.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxHeldMessage { get; init => field = Within(value, 0, 65507); } = 1152;

    private static T Within<T>(T value, T min, T max)
        where T : struct, IComparable<T> =>
        value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Must be {min} to {max}.");
}

/// <summary>What datagram security has counted since it exists. Read between two calls, or take the values as approximate.</summary>
public sealed class SecurityCounters
{
    /// <summary>Handshakes begun, of either role.</summary>
    public long Handshakes { get; internal set; }

    /// <summary>Handshakes that came to an open session.</summary>
    public long Opened { get; internal set; }

    /// <summary>Handshakes that failed or took too long.</summary>
    public long HandshakesFailed { get; internal set; }

    /// <summary>Handshakes that found no room: of peers that have proved their address, and our own.</summary>
    public long HandshakesRefused { get; internal set; }

    /// <summary>Datagrams answered without a session: cookies.</summary>
    public long Challenges { get; internal set; }

    /// <summary>Datagrams that no session took and that began none: the sum of the six that follow.</summary>
    public long Discarded => Unauthentic + Malformed + Surplus + Stray + ToGroup + Unanswered;

    /// <summary>
    /// Of these, those from the address of a session that it did not take: forged, replayed, damaged, or of the session before it. Which of
    /// that, nobody can tell: a replay is dropped by its number, which proves nothing.
    /// </summary>
    public long Unauthentic { get; internal set; }

    /// <summary>Those from the address of a session that no peer sends: no record of the protocol, or one that cannot be.</summary>
    public long Malformed { get; internal set; }

    /// <summary>Those from the address of a handshake that keeps as many for later as it may.</summary>
    public long Surplus { get; internal set; }

    /// <summary>Those from an address without a session that are nothing which could begin one.</summary>
    public long Stray { get; internal set; }

    /// <summary>Those to a group, which no session is with.</summary>
    public long ToGroup { get; internal set; }

    /// <summary>Those of strangers whose cookies were not sent, since as many as may wait were waiting.</summary>
    public long Unanswered { get; internal set; }

    /// <summary>Open sessions closed because another needed the room.</summary>
    public long Evicted { get; internal set; }

    /// <summary>Open sessions closed because nothing used them.</summary>
    public long Idle { get; internal set; }

    /// <summary>Changes of a peer's address that a session survived.</summary>
    public long Moved { get; internal set; }

    /// <summary>Messages not sent: too long, of a session that is gone, or one too many during its handshake.</summary>
    public long NotSent { get; internal set; }
}
