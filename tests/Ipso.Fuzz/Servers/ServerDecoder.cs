using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Decoders;

namespace Ipso.Fuzz.Servers;

/// <summary>An LwM2M Server: its input is a script of what devices, transport, store, time and program do to it.</summary>
internal sealed class ServerDecoder() : Decoder("lwm2m-server", Dialect.Coap)
{
    // A server is made for each case, and lives through the days until its last device has gone.
    internal override int Cost => 20;

    // That the same bytes give the same outcome is what a failing case needs to be seen again.
    internal override int RepeatedOneIn => 1;

    // Devices are objects.
    internal override long AllocationBound(int length, ulong variant, bool isAccepted) => long.MaxValue;

    internal override IEnumerable<Example> Examples() => ServerExamples.All().Select(static bytes => new Example(bytes));

    internal override string Describe(ulong variant) =>
        $"{((variant & 1) != 0 ? "with" : "without")} a store{((variant & 2) != 0 ? ", and stopped" : "")}";

    internal override Verdict Decode(ReadOnlySpan<byte> input, ulong variant)
    {
        ServerRun run = new();
        run.Run(input, variant);
        return new()
        {
            IsAccepted = run.HasServed, Position = input.Length, Digest = run.Outcome, Violation = run.Violation,
        };
    }
}
