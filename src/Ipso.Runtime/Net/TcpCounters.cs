namespace Ipso.Net;

/// <summary>What a TCP host has counted since it exists. Read at any time; the values are approximate while it runs.</summary>
public sealed class TcpCounters
{
    /// <summary>Connections that peers have opened, those refused left out.</summary>
    public long Accepted { get; internal set; }

    /// <summary>Connections that this host has opened.</summary>
    public long Connected { get; internal set; }

    /// <summary>Connections closed at once because there are too many.</summary>
    public long Refused { get; internal set; }

    /// <summary>Connections closed at once because there are too many of one address.</summary>
    public long RefusedByAddress { get; internal set; }

    /// <summary>Handshakes of TLS begun, in either role.</summary>
    public long Handshakes { get; internal set; }

    /// <summary>Handshakes of TLS that failed or took too long.</summary>
    public long HandshakesFailed { get; internal set; }

    /// <summary>Connections closed at once because too many handshakes of TLS are under way, at all or with one address.</summary>
    public long HandshakesRefused { get; internal set; }

    /// <summary>Idle connections that gave way to others.</summary>
    public long Yielded { get; internal set; }

    /// <summary>Connections that are gone, however they ended.</summary>
    public long Closed { get; internal set; }

    /// <summary>Connections that the peer or the network has broken.</summary>
    public long Broken { get; internal set; }

    /// <summary>Connections reset because the peer did not take what was sent.</summary>
    public long Stalled { get; internal set; }

    /// <summary>Bytes received.</summary>
    public long BytesReceived { get; internal set; }

    /// <summary>Bytes handed to the system.</summary>
    public long BytesSent { get; internal set; }
}
