namespace Ipso.Coap.Engine;

/// <summary>
/// A body that is pulled piece by piece, so that it need not lie in memory: what a handler answers with, or a client sends (RFC 7959).
/// </summary>
/// <remarks>Called inside the calls into the engine, on their thread; it must not call the engine.</remarks>
public interface ICoapBody
{
    /// <summary>The length in bytes, for Size1 and Size2; null if it is not known beforehand.</summary>
    long? Length { get; }

    /// <summary>Gives the bytes from an offset on.</summary>
    /// <param name="offset">Where to begin. A body that can only be read from start to end is asked for one piece after the other, without
    /// a gap, and never for the same one twice; if it is asked for another it answers -1.</param>
    /// <param name="destination">To be filled to its end, unless the body ends before.</param>
    /// <param name="isLast">Whether the body ends with these bytes.</param>
    /// <returns>How many bytes there are; -1 if they cannot be had: the transfer fails, and the peer is told.</returns>
    int Read(long offset, Span<byte> destination, out bool isLast);

    /// <summary>
    /// Whether <see cref="Read"/> can give bytes now; true unless they come from somewhere that may be slow. Of a body that is not ready
    /// the client role sends nothing until <see cref="CoapEngine.Proceed"/>; the server role leaves the request for the block unanswered,
    /// so that the client repeats it. Over a reliable transport the server role does not ask.
    /// </summary>
    /// <param name="offset">Where the bytes begin.</param>
    /// <param name="length">How many are wanted; a body that ends before is ready too.</param>
    bool IsReady(long offset, int length) => true;

    /// <summary>The transfer is over, complete or not; called once.</summary>
    void Close();
}

/// <summary>Takes a body piece by piece, so that it need not lie in memory (RFC 7959).</summary>
/// <remarks>Called inside the calls into the engine, on their thread; it must not call the engine.</remarks>
public interface ICoapBodySink
{
    /// <summary>Takes the next bytes of the body.</summary>
    /// <param name="bytes">The bytes; not needed after the call.</param>
    /// <returns>False to break off: the request is answered with 4.13, or a fetch ends as failed.</returns>
    bool Write(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Whether <see cref="Write"/> can take a block now; true unless whoever reads may be slow. While it is not, the client role asks for
    /// no further block until <see cref="CoapEngine.Proceed"/>; the server role leaves the block unanswered, so that the client repeats
    /// it. Over a byte stream nothing more is read from the connection until it is (<see cref="CoapStreamEndpoint.IsHeld"/>), and a block is
    /// anything up to <see cref="CoapEndpointOptions.MaxMessageSize"/> (BERT). What is not ready for
    /// <see cref="CoapEndpointOptions.TransferLifetime"/> has broken off.
    /// </summary>
    bool IsReady => true;

    /// <summary>The transfer has begun anew: what was written counts no more.</summary>
    void Restart();

    /// <summary>The transfer has broken off and will not be completed.</summary>
    void Abandon();
}
