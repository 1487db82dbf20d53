namespace Ipso.Testing;

/// <summary>What a network has done to the datagrams that it was given.</summary>
public sealed class NetworkCounters
{
    /// <summary>Datagrams that nodes have sent; the copies that the network makes are not among them.</summary>
    public long Sent { get; internal set; }

    /// <summary>Copies that the network has made.</summary>
    public long Duplicated { get; internal set; }

    /// <summary>Datagrams and copies that were held back for others to overtake them.</summary>
    public long HeldBack { get; internal set; }

    /// <summary>Datagrams and copies that have arrived.</summary>
    public long Delivered { get; internal set; }

    /// <summary>Datagrams and copies that a link has lost.</summary>
    public long Lost { get; internal set; }

    /// <summary>Datagrams longer than the link's MTU.</summary>
    public long TooLarge { get; internal set; }

    /// <summary>Datagrams that were sent into a partition.</summary>
    public long Partitioned { get; internal set; }

    /// <summary>Datagrams to an address that no node has, or that cannot be reached from an address of the other IP version.</summary>
    public long Unreachable { get; internal set; }

    /// <summary>Datagrams and copies that arrived at a node that was down.</summary>
    public long Down { get; internal set; }
}
