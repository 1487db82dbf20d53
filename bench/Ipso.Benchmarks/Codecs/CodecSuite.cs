using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks.Codecs;

/// <summary>Our codecs against the libraries that .NET has for the same bytes, and against copying the finished payload.</summary>
internal static class CodecSuite
{
    private const string Header = """
        # How to read these lines. Each is of one process, whose contestants took turns; only ratios mean anything on a shared machine.
        # RATIO <object>.<format>.<direction>.vs-<library> N   the library takes N times as long as we do: above 1 we are faster.
        #   cborwriter and the like: the library as it comes, and a reader on it that checks what ours does; lax-*: as fast as it gets by hand.
        # RATIO <object>.<format>.<direction>.vs-memcpy N      we take N times as long as a copy of the payload: less is better.
        # ALLOC <object>.<format>.<direction> N                bytes allocated for one operation, by us or by the library named.
        # decode: into an object that has the same values already; decode-changed: two payloads by turns whose numbers differ.
        """;

    internal static bool Run(bool isQuick)
    {
        using CodecField field = new();
        int rounds = field.Tournament.Run(TimeSpan.FromSeconds(isQuick ? 8 : 60));

        Console.WriteLine(Header);
        Console.WriteLine($"# Medians over {rounds} rounds.");
        foreach (Contestant contestant in field.Measured)
        {
            Console.WriteLine($"# {contestant.Name} {contestant.Nanoseconds:0.0} ns");
        }

        foreach (Duel duel in field.Duels)
        {
            Console.WriteLine($"RATIO {duel.Name} {duel.Numerator.RatioTo(duel.Denominator):0.00}");
        }

        foreach (Contestant contestant in field.Measured)
        {
            Console.WriteLine($"ALLOC {contestant.Name} {contestant.AllocatedBytes():0.##}");
        }

        return true;
    }
}
