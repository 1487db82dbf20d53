using Ipso.Coap;

namespace Ipso.Fuzz.Decoders;

/// <summary>The decoder of CoAP messages. A message has one form on the wire: what was taken is written again byte for byte.</summary>
internal static class MessageDecoders
{
    internal static Verdict CoapMessage(ReadOnlySpan<byte> input)
    {
        bool isAccepted = Ipso.Coap.CoapMessage.TryParse(input, out CoapMessage message, out CoapParseError error);
        bool hasHeader = Ipso.Coap.CoapMessage.TryReadHeader(input, out CoapType type, out ushort messageId);
        Digest digest = new();
        digest.Add((ulong)error);
        digest.Add((ulong)type << 16 | messageId);
        string? violation = isAccepted != (error == CoapParseError.None) ? "the error contradicts the result" : null;
        if (!isAccepted || violation is not null)
        {
            return new() { Digest = digest.Value, Violation = violation };
        }

        if (!hasHeader || type != message.Type || messageId != message.MessageId)
        {
            violation = "the header reads otherwise alone";
        }

        Span<byte> stack = stackalloc byte[SpanDecoder.StackBytes];
        Span<byte> again = input.Length <= SpanDecoder.StackBytes ? stack : new byte[input.Length];
        int length = Write(message, again, ref digest);
        violation ??= length >= 0 && again[..length].SequenceEqual(input) ? null : "the message is written otherwise";
        return new() { IsAccepted = true, Position = input.Length, Digest = digest.Value, Violation = violation };
    }

    private static int Write(CoapMessage message, Span<byte> destination, ref Digest digest)
    {
        CoapMessageWriter writer = new(destination, message.Type, message.Code, message.MessageId, message.Token);
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

            writer.Option(option.Number, option.Value);
        }

        digest.Add(message.Payload);
        writer.Payload(message.Payload);
        return writer.Finish();
    }
}
