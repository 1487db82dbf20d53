namespace Ipso.Coap.Engine;

/// <summary>
/// Between the form of a datagram, the one that the engine knows, and that of a byte stream: the header is all that differs (RFC 8323,
/// 3.2).
/// </summary>
internal static class StreamFrames
{
    /// <summary>The form of a datagram of a message in that of a stream.</summary>
    public static Span<byte> Unframe(in CoapMessage message, Span<byte> destination)
    {
        _ = MessageHeader.ReadStream(message.Datagram, CoapFraming.Stream, extendedTokens: true, out MessageHeader header);
        ReadOnlySpan<byte> body = message.Datagram[(header.TokenStart + header.TokenLength)..];
        int size = MessageHeader.GetSize(CoapFraming.Datagram, header.TokenLength);
        MessageHeader.Write(destination, CoapFraming.Datagram, CoapType.NonConfirmable, message.Code, 0, message.TokenBytes);
        body.CopyTo(destination[size..]);
        return destination[..(size + body.Length)];
    }

    /// <summary>The form of a stream of a message in that of a datagram.</summary>
    public static int Frame(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        _ = MessageHeader.ReadDatagram(message, extendedTokens: true, out MessageHeader header);
        ReadOnlySpan<byte> token = message.Slice(header.TokenStart, header.TokenLength);
        ReadOnlySpan<byte> body = message[(header.TokenStart + header.TokenLength)..];
        MessageHeader.Write(destination, CoapFraming.Stream, default, new CoapCode(message[header.CodeOffset]), 0, token);
        int size = MessageHeader.GetSize(CoapFraming.Stream, token.Length);
        body.CopyTo(destination[size..]);
        return MessageHeader.Complete(destination, CoapFraming.Stream, size + body.Length, body.Length);
    }
}
