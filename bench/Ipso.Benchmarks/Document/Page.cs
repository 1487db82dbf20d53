using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks.Document;

/// <summary>docs/performance.md: what is measured stands between marks, and is written anew where it was.</summary>
internal static class Page
{
    private static readonly string s_path = Path.Combine(Checkout.Root, "docs/performance.md");

    /// <summary>Runs a suite, and puts what it found between the marks that have its name.</summary>
    /// <returns>What the suite returned.</returns>
    /// <exception cref="InvalidDataException">The page has no such marks.</exception>
    internal static bool Run(string suite, Func<bool, bool> run, bool isQuick)
    {
        TextWriter console = Console.Out;
        using StringWriter output = new();
        Console.SetOut(output);
        try
        {
            if (!run(isQuick))
            {
                return false;
            }
        }
        finally
        {
            Console.SetOut(console);
            console.Write(output);
        }

        string text = output.ToString().ReplaceLineEndings("\n").Trim();
        string[] results = [.. text.Split('\n').Where(IsResult)];
        // What has no such lines is Markdown.
        Replace(suite, results.Length == 0 ? text : $"```\n{string.Join('\n', results)}\n```");
        return true;
    }

    private static bool IsResult(string line) =>
        line.StartsWith("FIGURE ", StringComparison.Ordinal) || line.StartsWith("RATIO ", StringComparison.Ordinal);

    private static void Replace(string mark, string text)
    {
        string page = File.ReadAllText(s_path);
        string begin = $"<!-- measured: {mark} -->\n";
        int start = page.IndexOf(begin, StringComparison.Ordinal);
        int end = start < 0 ? -1 : page.IndexOf("<!-- end -->", start, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new InvalidDataException($"{s_path} has no marks for {mark}.");
        }

        File.WriteAllText(s_path, $"{page[..(start + begin.Length)]}\n{text}\n\n{page[end..]}");
    }
}
