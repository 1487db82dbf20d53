using Ipso.Coap;

namespace Ipso.Fuzz.Decoders;

/// <summary>The decoders of CoAP messages. A message has one form on the wire: what was taken is written again byte for byte.</summary>
internal static class MessageDecoders
{
    internal static Verdict CoapMessage(ReadOnlySpan<byte> input) => Message(input, CoapFraming.Datagram, extendedTokens: false);

    internal static Verdict CoapExtendedTokens(ReadOnlySpan<byte> input) => Message(input, CoapFraming.Datagram, extendedTokens: true);

    internal static Verdict CoapStreamMessage(ReadOnlySpan<byte> input) => Message(input, CoapFraming.Stream, extendedTokens: true);

    internal static Verdict CoapWebSocketMessage(ReadOnlySpan<byte> input) => Message(input, CoapFraming.WebSocket, extendedTokens: true);

    /// <summary>Messages of a framing to begin with, of all that differs between them.</summary>
    internal static IEnumerable<byte[]> Examples(CoapFraming framing)
    {
        byte[] buffer = new byte[1024];
        foreach (int tokenLength in (int[])[0, 2, 8, 13, 300])
        {
            foreach (int payloadLength in (int[])[0, 5, 200, 400])
            {
                CoapMessageWriter writer = new(buffer, framing, CoapType.Confirmable, CoapCode.Get, 7, new byte[tokenLength]);
                writer.Option(CoapOptionNumber.UriPath, "3303"u8);
                writer.Option(CoapOptionNumber.Block2, 0x2e);
                writer.Payload(new byte[payloadLength]);
                yield return buffer[..writer.Finish()];
            }
        }

        if (framing != CoapFraming.Datagram)
        {
            yield return buffer[..CoapSignals.WriteCsm(buffer, framing, new(8192, true, 100))];
            yield return buffer[..CoapSignals.WritePing(buffer, framing, [1, 2], custody: true)];
            yield return buffer[..CoapSignals.WriteRelease(buffer, framing, "[::1]:5683"u8, 60)];
            yield return buffer[..CoapSignals.WriteAbort(buffer, framing, (CoapOptionNumber)17, "bad"u8)];
        }
    }

    private static Verdict Message(ReadOnlySpan<byte> input, CoapFraming framing, bool extendedTokens)
    {
        bool isAccepted = Ipso.Coap.CoapMessage.TryParse(
            input, framing, extendedTokens, out CoapMessage message, out CoapParseError error);
        bool hasHeader = Ipso.Coap.CoapMessage.TryReadHeader(input, out CoapType type, out ushort messageId);
        Digest digest = new();
        digest.Add((ulong)error);
        digest.Add((ulong)type << 16 | messageId);
        string? violation = isAccepted != (error == CoapParseError.None) ? "the error contradicts the result" : null;
        if (!isAccepted || violation is not null)
        {
            return new() { Digest = digest.Value, Violation = violation };
        }

        if (framing == CoapFraming.Datagram && (!hasHeader || type != message.Type || messageId != message.MessageId))
        {
            violation = "the header reads otherwise alone";
        }

        if (message.TokenBytes.Length > CoapToken.MaxLength && (!extendedTokens || message.Token != default))
        {
            violation = "a long token was not asked for, or has a short one";
        }

        violation ??= Signal(message, ref digest);
        Span<byte> stack = stackalloc byte[SpanDecoder.StackBytes];
        Span<byte> again = input.Length <= SpanDecoder.StackBytes ? stack : new byte[input.Length];
        int length = Write(message, again, ref digest, ref violation);
        violation ??= length >= 0 && again[..length].SequenceEqual(input) ? null : "the message is written otherwise";
        return new() { IsAccepted = true, Position = input.Length, Digest = digest.Value, Violation = violation };
    }

    private static int Write(CoapMessage message, Span<byte> destination, ref Digest digest, ref string? violation)
    {
        CoapMessageWriter writer = new(
            destination, message.Framing, message.Type, message.Code, message.MessageId, message.TokenBytes);
        int lookups = 16;
        foreach (CoapOption option in message.Options)
        {
            digest.Add((ulong)option.Number);
            digest.Add(option.Value);
            // Finding an option by its number goes over those before it: a few will do.
            if (lookups-- > 0)
            {
                digest.Add(message.Options.TryGetUInt(option.Number, out uint number) ? number : ulong.MaxValue);
            }

            violation ??= Value(message.Code, option, ref digest);
            writer.Option(option.Number, option.Value);
        }

        digest.Add(message.Payload);
        writer.Payload(message.Payload);
        return writer.Finish();
    }

    // Whatever the option is, its value is read as each of the kinds that there are.
    private static string? Value(CoapCode code, CoapOption option, ref Digest digest)
    {
        bool isKnown = CoapOptionInfo.TryGet(code, option.Number, out CoapOptionInfo info);
        digest.Add(isKnown && info.Allows(option.Value.Length) ? 1UL : 0);
        bool isBlock = BlockOption.TryRead(option.Value, out BlockOption block);
        digest.Add(block.Value);
        bool isTag = CoapETag.TryRead(option.Value, out CoapETag tag);
        digest.Add(tag.Bytes);
        bool isNoResponse = NoResponse.TryRead(option.Value, out NoResponse noResponse);
        digest.Add(noResponse.Value);
        bool hasNext = block.TryGetNext(option.Value.Length, out BlockOption next);
        return isBlock != (option.Value.Length <= 3) || new BlockOption(block.Number, block.More, block.SizeExponent) != block
            ? "a block is another when written"
            : hasNext && next.Offset <= block.Offset ? "the next block is not behind"
            : block.TryShrink(0, out BlockOption small) && small.Offset != block.Offset ? "a smaller block begins elsewhere"
            : isTag && !tag.Bytes.SequenceEqual(option.Value) ? "an entity-tag has other bytes"
            : isNoResponse != (option.Value.Length <= 1) ? "No-Response has another length"
            : null;
    }

    // Read as signals, which any bytes may claim to be.
    private static string? Signal(CoapMessage message, ref Digest digest)
    {
        bool isTaken = CoapCapabilities.Base.TryUpdate(message, out CoapCapabilities capabilities, out CoapOptionNumber badOption);
        digest.Add(capabilities.MaxMessageSize);
        digest.Add((ulong)badOption);
        digest.Add((ulong)(CoapSignals.GetHoldOff(message)?.Ticks ?? -1));
        digest.Add((ulong)(CoapSignals.GetBadCsmOption(message) ?? 0));
        digest.Add(CoapSignals.HasCustody(message) ? 1UL : 0);
        digest.Add((ulong)CoapSignals.GetAlternativeAddresses(message).Count());
        return capabilities.MaxTokenLength is < CoapToken.MaxLength or > CoapToken.MaxExtendedLength
            || (!isTaken && capabilities != CoapCapabilities.Base)
            || isTaken != (badOption == 0)
                ? "the capabilities are out of range, or were changed by what was refused"
                : null;
    }
}
