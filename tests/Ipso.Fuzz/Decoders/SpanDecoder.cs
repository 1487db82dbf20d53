using Ipso.Fuzz.Corpus;

namespace Ipso.Fuzz.Decoders;

/// <summary>Decodes bytes and says what came of it; the bytes are all that there is.</summary>
internal delegate Verdict DecodeSpan(ReadOnlySpan<byte> input);

/// <summary>A decoder that is a function over bytes.</summary>
internal sealed class SpanDecoder(string name, Dialect dialect, DecodeSpan decode, Func<IEnumerable<byte[]>>? examples = null)
    : Decoder(name, dialect)
{
    /// <summary>What a proof may keep on the stack.</summary>
    internal const int StackBytes = 1024;

    // Proving a long one right takes a copy of it.
    internal override long AllocationBound(int length, ulong variant, bool isAccepted) => length <= StackBytes ? 0 : 2L * length + 64;

    internal override IEnumerable<Example> Examples() => examples?.Invoke().Select(static bytes => new Example(bytes)) ?? [];

    internal override Verdict Decode(ReadOnlySpan<byte> input, ulong variant)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Verdict verdict = decode(input);
        return verdict with { Allocated = GC.GetAllocatedBytesForCurrentThread() - before };
    }
}
