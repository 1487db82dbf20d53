using System.Net;

namespace Ipso.Net;

/// <summary>The events of a TCP host, with their numbers.</summary>
internal static class TcpLog
{
    public static void Started(IpsoLogger logger, IPEndPoint local) =>
        Write(logger, IpsoLogLevel.Information, 20, "TcpStarted", "TCP {Local} serves", "Local", local);

    public static void Stopped(IpsoLogger logger) => Write(logger, IpsoLogLevel.Information, 21, "TcpStopped", "TCP has stopped");

    public static void Failed(IpsoLogger logger, Exception exception) =>
        Write(logger, IpsoLogLevel.Critical, 22, "TcpFailed", "TCP has ended by an exception", exception: exception);

    public static void CannotAccept(IpsoLogger logger, IPEndPoint local, Exception exception) =>
        Write(
            logger,
            IpsoLogLevel.Warning,
            23,
            "TcpCannotAccept",
            "TCP {Local} cannot take a connection for now, and tries again in a second",
            "Local",
            local,
            exception);

    public static void Refused(IpsoLogger logger, IPEndPoint remote) =>
        Write(logger, IpsoLogLevel.Debug, 24, "TcpRefused", "TCP {Peer} was refused: there are too many connections", "Peer", remote);

    public static void Opened(IpsoLogger logger, IPEndPoint remote) =>
        Write(logger, IpsoLogLevel.Debug, 25, "TcpOpened", "TCP {Peer} is connected", "Peer", remote);

    public static void Closed(IpsoLogger logger, IPEndPoint remote) =>
        Write(logger, IpsoLogLevel.Debug, 26, "TcpClosed", "TCP {Peer} is no longer connected", "Peer", remote);

    public static void Stalled(IpsoLogger logger, IPEndPoint remote) =>
        Write(logger, IpsoLogLevel.Debug, 27, "TcpStalled", "TCP {Peer} does not take what is sent, and is reset", "Peer", remote);

    public static void Yielded(IpsoLogger logger, IPEndPoint remote) =>
        Write(logger, IpsoLogLevel.Debug, 28, "TcpYielded", "TCP {Peer} is idle, and gives way to another", "Peer", remote);

    public static void HandshakeFailed(IpsoLogger logger, IPEndPoint remote, string why)
    {
        if (logger.IsEnabled(IpsoLogLevel.Debug))
        {
            logger.Log(new IpsoLogEntry
            {
                Level = IpsoLogLevel.Debug,
                EventId = 29,
                EventName = "TlsHandshakeFailed",
                Template = "TCP {Peer} {Reason}",
                Arguments = [new("Peer", remote), new("Reason", why)],
            });
        }
    }

    public static void HandshakeRefused(IpsoLogger logger, IPEndPoint remote) =>
        Write(
            logger, IpsoLogLevel.Debug, 30, "TlsHandshakeRefused", "TCP {Peer} was refused: there are too many handshakes", "Peer", remote);

    private static void Write(
        IpsoLogger logger,
        IpsoLogLevel level,
        int id,
        string name,
        string template,
        string? argument = null,
        object? value = null,
        Exception? exception = null)
    {
        if (!logger.IsEnabled(level))
        {
            return;
        }

        ReadOnlySpan<IpsoLogArgument> arguments = argument is null ? [] : [new(argument, value)];
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
}
