using System.Net;

namespace Ipso.Net;

/// <summary>A TCP port could not be opened. The message is one line that a user understands.</summary>
public sealed class TcpBindException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="endPoint">What was to be opened.</param>
    /// <param name="message">One line that says why not.</param>
    /// <param name="inner">The exception of the socket.</param>
    public TcpBindException(IPEndPoint endPoint, string message, Exception inner)
        : base(message, inner) => EndPoint = endPoint;

    /// <summary>What was to be opened.</summary>
    public IPEndPoint EndPoint { get; }
}
