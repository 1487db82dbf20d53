using Ipso.Fuzz.Corpus;

namespace Ipso.Fuzz.Decoders;

/// <summary>A decoder of the runtime under examination: bytes in, a verdict out, the same for the same bytes and variant.</summary>
/// <param name="name">How it is called on the command line.</param>
/// <param name="dialect">What its inputs look like.</param>
internal abstract class Decoder(string name, Dialect dialect)
{
    internal string Name { get; } = name;

    internal Dialect Dialect { get; } = dialect;

    /// <summary>How many cases of a decoder that reads a payload take as long as one of this: it gets fewer by as much.</summary>
    internal virtual int Cost => 1;

    /// <summary>For one in how many cases it is proven that the outcome is the same again, with other bytes around the input.</summary>
    internal virtual int RepeatedOneIn => 8;

    /// <summary>What an input of a length may allocate, in bytes.</summary>
    internal virtual long AllocationBound(int length, ulong variant, bool isAccepted) => 0;

    /// <summary>Inputs that the decoder takes.</summary>
    internal virtual IEnumerable<Example> Examples() => [];

    /// <summary>Decodes an input and proves what can be proven of the result.</summary>
    /// <param name="input">The input.</param>
    /// <param name="variant">Everything else that the decoder has a choice of, as bits.</param>
    internal abstract Verdict Decode(ReadOnlySpan<byte> input, ulong variant);

    /// <summary>What a variant means.</summary>
    internal virtual string Describe(ulong variant) => "";

    /// <summary>A variant of a certain scenario: what the decoder is asked, in the lowest 16 bits.</summary>
    internal static ulong WithScenario(ulong variant, int scenario) => variant & ~0xFFFFUL | (ushort)scenario;

    /// <summary>The scenario that a variant is of.</summary>
    internal static int ScenarioOf(ulong variant, int count) => (ushort)variant % count;
}
