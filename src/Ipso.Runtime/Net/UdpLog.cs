using System.Net;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Net;

/// <summary>The events of a UDP host, with their numbers.</summary>
internal static class UdpLog
{
    public static void Started(IpsoLogger logger, IPEndPoint local)
    {
        if (logger.IsEnabled(IpsoLogLevel.Information))
        {
            Write(logger, IpsoLogLevel.Information, 1, "UdpStarted", "UDP {Local} serves", [new("Local", local)]);
        }
    }

    public static void Stopped(IpsoLogger logger, IPEndPoint local)
    {
        if (logger.IsEnabled(IpsoLogLevel.Information))
        {
            Write(logger, IpsoLogLevel.Information, 2, "UdpStopped", "UDP {Local} has stopped", [new("Local", local)]);
        }
    }

    public static void Failed(IpsoLogger logger, IPEndPoint local, Exception exception)
    {
        if (logger.IsEnabled(IpsoLogLevel.Critical))
        {
            Write(logger, IpsoLogLevel.Critical, 3, "UdpFailed", "UDP {Local} has ended by an exception", [new("Local", local)], exception);
        }
    }

    public static void PeerFailed(IpsoLogger logger, in PeerId peer, PeerFailure failure)
    {
        if (logger.IsEnabled(IpsoLogLevel.Debug))
        {
            Write(
                logger,
                IpsoLogLevel.Debug,
                4,
                "UdpPeerFailed",
                "UDP {Peer} was not reached: {Failure}",
                [new("Peer", UdpAddress.ToEndPoint(peer)), new("Failure", failure)]);
        }
    }

    public static void SessionEnded(IpsoLogger logger, in SessionEnd end)
    {
        if (logger.IsEnabled(IpsoLogLevel.Debug))
        {
            string reason = end.Reason ?? (end.WasOpen ? "closed" : "no answer in time");
            Write(
                logger,
                IpsoLogLevel.Debug,
                end.WasOpen ? 7 : 8,
                end.WasOpen ? "UdpSessionEnded" : "UdpHandshakeFailed",
                end.WasOpen ? "The session with UDP {Peer} has ended: {Reason}" : "The handshake with UDP {Peer} failed: {Reason}",
                [new("Peer", UdpAddress.ToEndPoint(end.Address)), new("Reason", reason)]);
        }
    }

    public static void LacksSegmentation(IpsoLogger logger, IPEndPoint local, string reason)
    {
        if (logger.IsEnabled(IpsoLogLevel.Warning))
        {
            Write(
                logger,
                IpsoLogLevel.Warning,
                6,
                "UdpLacksSegmentation",
                "UDP {Local} goes without segmentation: {Reason}",
                [new("Local", local), new("Reason", reason)]);
        }
    }

    private static void Write(
        IpsoLogger logger,
        IpsoLogLevel level,
        int id,
        string name,
        string template,
        ReadOnlySpan<IpsoLogArgument> arguments,
        Exception? exception = null) =>
        logger.Log(new IpsoLogEntry
        {
            Level = level,
            EventId = id,
            EventName = name,
            Template = template,
            Arguments = arguments,
            Exception = exception,
        });
}
