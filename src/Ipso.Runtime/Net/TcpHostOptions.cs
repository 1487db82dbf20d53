using System.Net;

namespace Ipso.Net;

/// <summary>How a TCP host listens and connects. Immutable; a value out of range throws where it is set.</summary>
public sealed record TcpHostOptions
{
    /// <summary>
    /// Where to listen, with TLS or without; an <see cref="IPEndPoint"/> is a listener without. None for a client alone, which is the
    /// default; at most 64.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Too many.</exception>
    public IReadOnlyList<TcpListenerOptions> Listeners
    {
        get;
        init => field = value is { Count: <= 64 }
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value?.Count, "Must be 0 to 64 listeners.");
    }
    = [];

    /// <summary>Whether <see cref="IPAddress.IPv6Any"/> serves IPv4 as well; true.</summary>
    public bool DualStack { get; init; } = true;

    /// <summary>
    /// How many connections one address may have opened here, that of a prefix of 64 bits in IPv6; what comes beyond is closed at once. 1
    /// to 65535; null, the default, for three quarters of all that the endpoint has room for, so that nobody alone shuts out the others.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int? ConnectionsPerAddress
    {
        get;
        init => field = value is null or (>= 1 and <= 65535)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 1 to 65535.");
    }

    /// <summary>
    /// After what time without a request or a response a connection that a peer has opened gives way to a new one, where there are as many
    /// as the endpoint has room for: the one unused for longest is sent a Release (RFC 8323, 5.5) and closed. One that observes, waits for
    /// a response or is waited for gives way to nobody; one that does nothing but answer Pings does. Within
    /// <see cref="ConnectionsPerAddress"/>. 0 to 24 hours; null for never; 1 minute.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan? YieldAfter
    {
        get;
        init => field = value is { } time ? Within(time, TimeSpan.Zero) : null;
    }
    = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How many bytes may wait for one peer to take them. It is not read from while more than a little waits; notifications to it still
    /// come up, and beyond this bound the connection is reset. 128 KiB to 64 MiB; 256 KiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int SendBuffer
    {
        get;
        init => field = value is >= 1 << 17 and <= 1 << 26
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 131072 to 67108864.");
    }
    = 256 * 1024;

    /// <summary>
    /// How long a peer may take nothing of what waits for it until the connection is reset. More than 0, at most 24 hours; 30 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan SendTimeout { get; init => field = Within(value, TimeSpan.FromTicks(1)); } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many handshakes of TLS may be under way with peers that have connected here, apart from the connections, which none of them
    /// displaces; three quarters of them with one address, that of a prefix of 64 bits in IPv6. What comes beyond is closed at once. 1 to
    /// 65535; 64.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxHandshakes
    {
        get;
        init => field = value is >= 1 and <= 65535
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 1 to 65535.");
    }
    = 64;

    /// <summary>How long a handshake of TLS may take, in either role. More than 0, at most 24 hours; 15 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan HandshakeTimeout { get; init => field = Within(value, TimeSpan.FromTicks(1)); } = TimeSpan.FromSeconds(15);

    /// <summary>How long connecting may take. More than 0, at most 24 hours; 30 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan ConnectTimeout { get; init => field = Within(value, TimeSpan.FromTicks(1)); } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a connection that we have closed waits for the peer to do so too, so that our last words are not lost in a reset. A stop
    /// takes no longer than this, after <see cref="ReleaseTime"/>: what a peer has not taken by then is lost. More than 0, at most 24 hours;
    /// 2 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan Linger { get; init => field = Within(value, TimeSpan.FromTicks(1)); } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long, between the Release of a stop (RFC 8323, 5.5) and closing, peers still get answers and may close themselves. 0 to 24
    /// hours; 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan ReleaseTime { get; init => field = Within(value, TimeSpan.Zero); }

    /// <summary>The clock; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where to log; nowhere by default.</summary>
    public IpsoLogger Logger { get; init; } = IpsoLogger.None;

    /// <summary>
    /// The host for datagrams of an owner that answers requests over both: this one then is called under that one's lock, and is to be stopped
    /// before it. <see langword="null"/> for a lock of its own.
    /// </summary>
    public UdpHost? SharesLockWith { get; init; }

    // Off for the tests of what other systems do.
    internal bool ReadsByItself { get; init; } = OperatingSystem.IsLinux();

    private static TimeSpan Within(TimeSpan value, TimeSpan least) =>
        value >= least && value <= TimeSpan.FromHours(24)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Must be {least} to 24 hours.");
}
