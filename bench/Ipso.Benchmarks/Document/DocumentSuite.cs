using Ipso.Benchmarks.Codecs;
using Ipso.Benchmarks.Generator;
using Ipso.Benchmarks.Size;

namespace Ipso.Benchmarks.Document;

/// <summary>Measures what docs/performance.md says, and writes it there.</summary>
internal static class DocumentSuite
{
    internal static bool Run(bool isQuick)
    {
        Page.Replace("codecs", CodecTable.Measure(isQuick));
        return Repeat("ratios", CodecSuite.Run, isQuick)
            && Repeat("generator", GeneratorSuite.Run, isQuick)
            && Repeat("size", SizeSuite.Run, isQuick);
    }

    // What the suite prints goes where it went, and its results to the page.
    private static bool Repeat(string mark, Func<bool, bool> run, bool isQuick)
    {
        TextWriter console = Console.Out;
        using StringWriter lines = new();
        Console.SetOut(lines);
        bool isRight;
        try
        {
            isRight = run(isQuick);
        }
        finally
        {
            Console.SetOut(console);
            console.Write(lines);
        }

        IEnumerable<string> results = lines.ToString().Split('\n').Where(IsResult);
        Page.Replace(mark, $"```\n{string.Join('\n', results)}\n```");
        return isRight;
    }

    private static bool IsResult(string line) =>
        line.StartsWith("FIGURE ", StringComparison.Ordinal) || line.StartsWith("RATIO ", StringComparison.Ordinal);
}
