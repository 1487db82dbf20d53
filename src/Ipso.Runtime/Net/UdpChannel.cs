using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>Where a channel tells what has not arrived.</summary>
internal interface IUdpFailures
{
    /// <summary>Told under the lock of the host.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="failure">What is known.</param>
    void Failed(in PeerId peer, PeerFailure failure);

    /// <summary>
    /// Segmentation was asked for, and a socket does without all or part of it. Told under the lock, or while it is opened.
    /// </summary>
    /// <param name="local">The address of the socket.</param>
    /// <param name="reason">Why.</param>
    void LacksSegmentation(IPEndPoint local, string reason);
}

/// <summary>
/// A socket with its buffers. One thread receives; all else, <see cref="TryTake"/> included, is done under the lock of the host.
/// </summary>
internal abstract class UdpChannel : IDisposable
{
    /// <summary>More than any datagram holds: none is cut off.</summary>
    protected const int MaxDatagram = 65_535;

    protected UdpChannel(Socket socket, byte index, UdpPaths paths, UdpCounters counters, IUdpFailures failures)
    {
        Socket = socket;
        Index = index;
        Paths = paths;
        Counters = counters;
        Failures = failures;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        IsV6 = LocalEndPoint.AddressFamily == AddressFamily.InterNetworkV6;
        ReachesV4 = !IsV6 || socket.DualMode;
        if (OperatingSystem.IsLinux())
        {
            ErrorQueue = new LinuxErrorQueue(socket, IsV6);
        }
    }

    public IPEndPoint LocalEndPoint { get; }

    public bool ReachesV4 { get; }

    public bool ReachesV6 => IsV6;

    public byte Index { get; }

    /// <summary>Whether peers carry the address of ours that they were heard on.</summary>
    public virtual bool KnowsLocalAddresses => false;

    protected Socket Socket { get; }

    protected bool IsV6 { get; }

    protected UdpPaths Paths { get; }

    protected UdpCounters Counters { get; }

    protected IUdpFailures Failures { get; }

    protected LinuxErrorQueue? ErrorQueue { get; }

    /// <summary>Set by a receiving call that failed, for <see cref="TakeErrors"/>.</summary>
    protected bool HasErrors { get; set; }

    /// <summary>The room for the next datagram to be sent.</summary>
    public abstract Span<byte> Buffer { get; }

    /// <summary>
    /// Waits for datagrams: there is none after a time-out or an error that is not the end of the socket. Not under the lock.
    /// </summary>
    public abstract void Receive();

    /// <summary>The next of the datagrams received.</summary>
    /// <param name="datagram">Its bytes, until <see cref="Receive"/>.</param>
    /// <param name="from">Who has sent it.</param>
    /// <param name="isMulticast">Whether it was sent to a group.</param>
    /// <returns>False if there are no more.</returns>
    public abstract bool TryTake(out ReadOnlySpan<byte> datagram, out PeerId from, out bool isMulticast);

    /// <summary>Sends what is in <see cref="Buffer"/>, at once or with <see cref="Flush"/>.</summary>
    public abstract void Send(in PeerId to, int length);

    /// <summary>Sends what waits.</summary>
    public virtual void Flush()
    {
    }

    /// <summary>The path whose datagrams leave from an address of ours.</summary>
    public virtual UdpPath PathOf(IPAddress source) => new(Index, hasAddress: false, high: 0, low: 0, index: 0);

    /// <summary>Tells of the ICMP messages that a receiving call stumbled over.</summary>
    public void TakeErrors()
    {
        if (HasErrors)
        {
            HasErrors = false;
            TakeErrorQueue();
        }
    }

    /// <summary>Ends a wait in <see cref="Receive"/>, and those that would follow. For any thread.</summary>
    /// <param name="self">The address of the socket.</param>
    /// <param name="byDatagram">Whether an empty datagram from the socket to itself may help.</param>
    public void EndWait(SocketAddress self, bool byDatagram)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // Elsewhere the calls that follow might fail, and the one that waits go on.
                Socket.Shutdown(SocketShutdown.Receive);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The call has no other answer for a socket without a peer, and ends the wait all the same (shutdown(2), ENOTCONN).
        }

        try
        {
            if (byDatagram)
            {
                Socket.SendTo(default, SocketFlags.None, self);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // No way to ourselves, as in a network namespace without loopback; or the wait is over already.
        }
    }

    public virtual void Dispose() => Socket.Dispose();

    /// <summary>Tells of all ICMP messages that wait.</summary>
    /// <returns>False if there is none.</returns>
    protected bool TakeErrorQueue()
    {
        bool any = false;
        while (ErrorQueue is { } queue && queue.TryTake(out PeerId peer, out PeerFailure failure))
        {
            any = true;
            Failures.Failed(UdpAddress.WithPath(peer, Index), failure);

            // The message does not say which of our addresses it is about.
            for (int path = 0; path < Paths.Count; path++)
            {
                if (Paths[path].HasAddress && Paths[path].Channel == Index)
                {
                    Failures.Failed(UdpAddress.WithPath(peer, (byte)path), failure);
                }
            }
        }

        return any;
    }

    /// <summary>What an error of a sending call means.</summary>
    protected static PeerFailure ToFailure(SocketError error) => error switch
    {
        SocketError.ConnectionRefused or SocketError.ConnectionReset => PeerFailure.Refused,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown
            or SocketError.AccessDenied or SocketError.TimedOut or SocketError.AddressNotAvailable => PeerFailure.Unreachable,
        SocketError.MessageSize => PeerFailure.MessageTooLong,
        _ => PeerFailure.NotSent,
    };
}
