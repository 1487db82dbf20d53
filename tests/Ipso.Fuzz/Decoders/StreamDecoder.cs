using Ipso.Coap;
using Ipso.Fuzz.Corpus;

namespace Ipso.Fuzz.Decoders;

/// <summary>
/// The framer of CoAP's byte streams: however the bytes are cut, the messages and the fault are those of the bytes in one piece.
/// </summary>
internal sealed class StreamDecoder() : Decoder("coap-stream", Dialect.Coap)
{
    private const int MaxMessageSize = 2000;

    // Two framers, whose buffers double up to the longest message.
    internal override long AllocationBound(int length, ulong variant, bool isAccepted) => 12 * 1024;

    internal override IEnumerable<Example> Examples()
    {
        byte[][] messages = [.. MessageDecoders.Examples(CoapFraming.Stream)];
        for (int i = 0; i < messages.Length; i++)
        {
            yield return new([.. messages[i], .. messages[^(1 + i)], .. messages[i / 2]]);
        }
    }

    internal override Verdict Decode(ReadOnlySpan<byte> input, ulong variant)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool extendedTokens = (variant & 1) != 0;
        Result whole = Read(input, input.Length, extendedTokens);
        Result cut = Read(input, 1 + (int)(variant >> 1 & 0x3f), extendedTokens);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        string? violation = whole.Messages != cut.Messages || whole.Digest != cut.Digest ? "the messages depend on how the stream is cut"
            : whole.Error != cut.Error ? $"the fault depends on how the stream is cut: {whole.Error} and {cut.Error}"
            : whole.Error == CoapParseError.None && whole.Taken != input.Length ? "bytes are left without a fault"
            : whole.IsStuck || cut.IsStuck ? "no byte is taken and no message read"
            : null;
        return new()
        {
            IsAccepted = whole.Error == CoapParseError.None && whole.Messages > 0,
            Position = whole.Taken,
            Allocated = allocated,
            Digest = whole.Digest ^ (ulong)whole.Error,
            Violation = violation,
        };
    }

    internal override string Describe(ulong variant) => $"in pieces of {1 + (int)(variant >> 1 & 0x3f)} bytes";

    private static Result Read(ReadOnlySpan<byte> stream, int piece, bool extendedTokens)
    {
        CoapStreamFramer framer = new(MaxMessageSize, extendedTokens);
        Digest digest = new();
        int messages = 0;
        int position = 0;
        while (true)
        {
            int taken = framer.Append(stream.Slice(position, Math.Min(piece, stream.Length - position)));
            position += taken;
            int before = messages;
            while (framer.TryRead(out CoapMessage message))
            {
                digest.Add(message.Datagram);
                digest.Add((ulong)message.Payload.Length);
                messages++;
            }

            bool isStuck = taken == 0 && messages == before;
            if (position == stream.Length || isStuck)
            {
                return new(messages, digest.Value, framer.Error, position, isStuck && position < stream.Length
                    && framer.Error == CoapParseError.None);
            }
        }
    }

    private readonly record struct Result(int Messages, ulong Digest, CoapParseError Error, int Taken, bool IsStuck);
}
