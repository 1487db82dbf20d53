using System.Diagnostics.CodeAnalysis;
using System.Net;
using Ipso.Net.Security;

namespace Ipso.Net;

/// <summary>An address and port to listen on, and the security there.</summary>
/// <param name="EndPoint">Address and port; port 0 lets the system choose. <see cref="IPAddress.IPv6Any"/> serves IPv4 as well.</param>
public sealed record UdpListener(IPEndPoint EndPoint)
{
    /// <summary>The security; none by default.</summary>
    public DatagramSecurity Security { get; init; } = DatagramSecurity.NoSec;

    /// <summary>Whether <see cref="IPAddress.IPv6Any"/> serves IPv4 as well; true.</summary>
    public bool DualStack { get; init; } = true;

    /// <summary>
    /// Whether answers leave a wildcard socket from the very address that was asked (RFC 7252, 5.2: a client takes them from nowhere else).
    /// Then a peer is one of that address, and <see cref="UdpHost.GetPeer(IPEndPoint)"/> has to be asked anew when ours has changed. By default it is
    /// so where the port is fixed, as a server's is, and not where the system chooses it, as for a client. On Linux alone.
    /// </summary>
    public bool? AnswersFromAskedAddress { get; init; }

    /// <summary>
    /// The multicast groups to join (RFC 7252, 12.8). They need a wildcard address, and Linux: without its packet information nobody could
    /// tell what was sent to a group, which has rules of its own (RFC 7252, 8). None by default.
    /// </summary>
    /// <exception cref="ArgumentNullException">The list is null; an empty one is none.</exception>
    public IReadOnlyList<MulticastGroup> Groups
    {
        get => Memberships?.Groups ?? [];
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            Memberships = value.Count == 0 ? null : new(value);
        }
    }

    internal MulticastMemberships? Memberships { get; private init; }

    /// <summary>Address and port alone: a native program would have all that formats the rest, whether it prints it or not.</summary>
    public override string ToString() => EndPoint.ToString();

    /// <inheritdoc/>
    // Of one value, as of all options.
    public override int GetHashCode() => EndPoint.GetHashCode();

    internal bool KeepsAskedAddress =>
        OperatingSystem.IsLinux()
        && UdpBinding.IsWildcard(EndPoint)
        && (Memberships is not null || (AnswersFromAskedAddress ?? EndPoint.Port != 0));
}

/// <summary>A multicast group on an interface.</summary>
/// <param name="Address">The group's address.</param>
/// <param name="Interface">The index of the interface; 0 for the one that the system chooses.</param>
public readonly record struct MulticastGroup(IPAddress Address, int Interface = 0)
{
    /// <summary>All CoAP Nodes, 224.0.1.187 (RFC 7252, 12.8).</summary>
    public static MulticastGroup AllCoapNodes { get; } = new(new IPAddress([224, 0, 1, 187]));

    /// <summary>All CoAP Nodes of the link, FF02::FD (RFC 7252, 12.8).</summary>
    public static MulticastGroup AllCoapNodesOfLink { get; } = new(IPAddress.Parse("ff02::fd"));

    /// <summary>All CoAP Nodes of the site, FF05::FD (RFC 7252, 12.8).</summary>
    public static MulticastGroup AllCoapNodesOfSite { get; } = new(IPAddress.Parse("ff05::fd"));
}

/// <summary>How a UDP host listens. Immutable; a value out of range throws where it is set.</summary>
public sealed record UdpHostOptions
{
    /// <summary>Makes options for listeners that are still to be set.</summary>
    public UdpHostOptions() => MakeClock = PoolClock.Factory;

    /// <summary>Makes options for some listeners, of which there are 1 to 64.</summary>
    /// <param name="clock">Makes the host's clock.</param>
    /// <param name="sockets">The listeners, which stay as they are.</param>
#pragma warning disable CS8618 // Listeners are the sockets.
    [SetsRequiredMembers]
    internal UdpHostOptions(HostClockFactory clock, params UdpListener[] sockets) => (MakeClock, Sockets) = (clock, sockets);
#pragma warning restore CS8618

    /// <summary>Where to listen: one socket and one thread each, all of one protocol. 1 to 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public required IReadOnlyList<UdpListener> Listeners
    {
        get => Sockets;
        init => Sockets = value is { Count: >= 1 and <= 64 }
            ? [.. value]
            : throw new ArgumentOutOfRangeException(nameof(value), value?.Count, "Must be 1 to 64 listeners.");
    }

    /// <summary>The listeners, for who does not want a native program to have all that every kind of list can do as one.</summary>
    internal UdpListener[] Sockets { get; private init; } = [];

    internal HostClockFactory MakeClock { get; }

    /// <summary>
    /// How many datagrams one system call may take and give. More than 1 is for Linux (recvmmsg, sendmmsg) and quietly 1 elsewhere. It
    /// saves system calls where datagrams wait already. Each takes 8 KiB of memory, and more where longer datagrams come. 1 to 1024; 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int Batch
    {
        get;
        init => field = value is >= 1 and <= 1024
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 1 to 1024.");
    }
    = 1;

    /// <summary>
    /// Whether neighbouring datagrams of a batch that go to one peer and are equally long, the last perhaps shorter, go through the system
    /// as one (UDP_SEGMENT, up to 64 of them), and likewise those that come from one (UDP_GRO). False by default.
    /// </summary>
    /// <remarks>
    /// <para>What the system does for a datagram is most of what one costs, and this does it once for all of them. It gains where a peer
    /// gets or sends several at once: blocks of a body (RFC 9177), a proxy, a server that asks one device for a lot. Datagrams of many
    /// peers in turn cost what they do without. On the way they are separate datagrams, and no peer has to know of it.</para>
    /// <para>It takes <see cref="Batch"/> of more than 1 and Linux: 4.18 to send, 5.0 to receive. Elsewhere the host logs that it goes
    /// without. What the system refuses to send as one, as where the way takes no datagrams so long, is sent separately. Each of a batch
    /// may come to take 64 KiB of memory, per socket: 4 MiB with a batch of 64.</para>
    /// </remarks>
    public bool Segmentation { get; init; }

    /// <summary>The room in bytes that the system keeps for datagrams not yet received, per socket; null for its default.</summary>
    public int? ReceiveBuffer { get; init; }

    /// <summary>The bounds of security sessions, where a listener has security; null for the defaults.</summary>
    public SecurityOptions? Security { get; init; }

    /// <summary>The clock; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where to log; nowhere by default.</summary>
    public IpsoLogger Logger { get; init; } = IpsoLogger.None;

    /// <summary>The name alone: a native program would have all that formats the values, whether it prints them or not.</summary>
    public override string ToString() => nameof(UdpHostOptions);

    /// <inheritdoc/>
    // Of one value: no table has options for its keys, and one of all values is up to 1 KB of native code.
    public override int GetHashCode() => Batch;

    // Off for the tests of a stop whose datagram to itself does not arrive.
    internal bool WakesByDatagram { get; init; } = true;
}
