namespace Ipso.Coap.Engine;

/// <summary>
/// Between a message as a WebSocket carries it, whose Len is 0 because the frames have the length, and the same message in a byte stream
/// (RFC 8323, 3.2 and 4.2). The one place where the two meet.
/// </summary>
internal static class WebSocketFrames
{
    /// <summary>
    /// How much longer a message may become in a byte stream: the Extended Length of what has less than 65805 bytes, as all of ours have.
    /// </summary>
    public const int Growth = 2;

    /// <summary>What stands in a byte stream for a message that is none: a TKL that is reserved (RFC 8974, 2.1).</summary>
    public static ReadOnlySpan<byte> Malformed => [0x0f];

    /// <summary>What stands in a byte stream for a message longer than may be: a length of 4 GiB.</summary>
    public static ReadOnlySpan<byte> TooLarge => [0xf0, 0xff, 0xff, 0xff, 0xff, 0x00];

    /// <summary>Makes a message of a byte stream out of one of a WebSocket, in place.</summary>
    /// <param name="buffer">The message, and behind it <see cref="Growth"/> bytes of room.</param>
    /// <param name="length">The length of the message; less than 65805.</param>
    /// <returns>The length in the byte stream; of what is no message, that of <see cref="Malformed"/>, which is there then.</returns>
    public static int ToStream(Span<byte> buffer, int length)
    {
        CoapParseError error = MessageHeader.ReadStream(
            buffer[..length], CoapFraming.WebSocket, extendedTokens: true, out MessageHeader header);
        int bodyLength = length - header.TokenStart - header.TokenLength;
        if (error != CoapParseError.None || bodyLength < 0)
        {
            Malformed.CopyTo(buffer);
            return Malformed.Length;
        }

        return MessageHeader.Complete(buffer, CoapFraming.Stream, length, bodyLength);
    }

    /// <summary>Makes a message of a WebSocket out of the first one of a byte stream, which is ours and whole.</summary>
    /// <param name="stream">The byte stream.</param>
    /// <param name="message">At least as long as the message there.</param>
    /// <param name="length">The length of the message.</param>
    /// <returns>How many bytes of the stream it took.</returns>
    public static int FromStream(ReadOnlySpan<byte> stream, Span<byte> message, out int length)
    {
        int taken = LengthOf(stream);
        _ = MessageHeader.ReadStream(stream, CoapFraming.Stream, extendedTokens: true, out MessageHeader header);
        message[0] = (byte)(stream[0] & 0xf);
        ReadOnlySpan<byte> rest = stream[header.CodeOffset..taken];
        rest.CopyTo(message[1..]);
        length = 1 + rest.Length;
        return taken;
    }

    /// <summary>The length of the first message of a byte stream, which is ours and whole.</summary>
    public static int LengthOf(ReadOnlySpan<byte> stream)
    {
        _ = MessageHeader.ReadStream(stream, CoapFraming.Stream, extendedTokens: true, out MessageHeader header);
        return (int)header.TotalLength;
    }
}
