using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Scripts;

namespace Ipso.Fuzz.Decoders;

/// <summary>A whole endpoint: its input is a script of what the network, the time and the application do to it.</summary>
internal sealed class EndpointDecoder(string name, EngineScript script, Func<IEnumerable<byte[]>> examples, long allocates = 0)
    : Decoder(name, Dialect.Coap)
{
    private const int SeedShift = 16;

    // An endpoint is made for each case, and lives through hundreds of steps and the days until it comes to rest.
    internal override int Cost => 5;

    // That the same bytes give the same outcome is what a failing case needs to be seen again.
    internal override int RepeatedOneIn => 1;

    internal override long AllocationBound(int length, ulong variant, bool isAccepted) => allocates;

    internal override IEnumerable<Example> Examples() => examples().Select(static bytes => new Example(bytes));

    internal override string Describe(ulong variant) => $"bounds: {ScriptBounds.NameOf(BoundsOf(variant))}";

    internal override Verdict Decode(ReadOnlySpan<byte> input, ulong variant)
    {
        script.Run(input, BoundsOf(variant), variant >> SeedShift);
        return new()
        {
            // Everything that came was a message in its place, and somebody was answered.
            IsAccepted = script.Counters.Handled + script.Answers > 0 && script.Counters.Malformed + script.Counters.Dropped == 0,
            Position = input.Length,
            Allocated = script.Allocated,
            Digest = script.Outcome,
            Violation = script.Violation,
        };
    }

    private static int BoundsOf(ulong variant) => ScenarioOf(variant, ScriptBounds.Count);
}
