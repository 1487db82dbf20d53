using System.Net;

namespace Ipso.Net;

/// <summary>A TCP connection could not be made. The message is one line that a user understands.</summary>
public sealed class TcpConnectException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="endPoint">What was to be reached.</param>
    /// <param name="message">One line that says why not.</param>
    /// <param name="inner">The exception of the socket, if there is one.</param>
    public TcpConnectException(IPEndPoint endPoint, string message, Exception? inner = null)
        : base(message, inner) => EndPoint = endPoint;

    /// <summary>What was to be reached.</summary>
    public IPEndPoint EndPoint { get; }
}
