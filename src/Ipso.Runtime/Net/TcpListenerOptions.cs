using System.Net;

namespace Ipso.Net;

/// <summary>An address and port to listen on, and the security there. An <see cref="IPEndPoint"/> is one without.</summary>
/// <param name="EndPoint">Address and port; port 0 lets the system choose. <see cref="IPAddress.IPv6Any"/> serves IPv4 as well.</param>
public sealed record TcpListenerOptions(IPEndPoint EndPoint)
{
    /// <summary>TLS, for <c>coaps+tcp</c> (RFC 8323, 8.2), whose port is 5684; null, the default, for none.</summary>
    public TlsServerOptions? Tls { get; init; }

    /// <summary>A listener without security.</summary>
    /// <param name="endPoint">Address and port.</param>
    /// <returns>The listener.</returns>
    public static implicit operator TcpListenerOptions(IPEndPoint endPoint) => new(endPoint);

    /// <summary>A listener without security.</summary>
    /// <param name="endPoint">Address and port.</param>
    /// <returns>The listener.</returns>
    public static TcpListenerOptions FromIPEndPoint(IPEndPoint endPoint) => new(endPoint);
}
