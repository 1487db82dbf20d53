namespace Ipso.Net;

/// <summary>What a UDP host has counted since it exists. Read at any time; the values are approximate while it runs.</summary>
public sealed class UdpCounters
{
    /// <summary>Datagrams received, empty ones included.</summary>
    public long Received { get; internal set; }

    /// <summary>Bytes received, without headers.</summary>
    public long BytesReceived { get; internal set; }

    /// <summary>Datagrams handed to the system.</summary>
    public long Sent { get; internal set; }

    /// <summary>Bytes handed to the system, without headers.</summary>
    public long BytesSent { get; internal set; }

    /// <summary>Receiving calls that brought datagrams. With batching fewer than <see cref="Received"/>.</summary>
    public long ReceiveCalls { get; internal set; }

    /// <summary>Datagrams that nobody listened for (ICMP port unreachable).</summary>
    public long Refused { get; internal set; }

    /// <summary>Datagrams that found no way, or a filter in it.</summary>
    public long Unreachable { get; internal set; }

    /// <summary>Datagrams too long for the system or the path.</summary>
    public long TooLong { get; internal set; }

    /// <summary>Datagrams that the system refused to send for another reason.</summary>
    public long NotSent { get; internal set; }
}
