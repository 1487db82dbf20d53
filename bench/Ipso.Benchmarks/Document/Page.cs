using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks.Document;

/// <summary>docs/performance.md: what is measured stands between marks, and is written anew where it was.</summary>
internal static class Page
{
    private static readonly string s_path = Path.Combine(Checkout.Root, "docs/performance.md");

    /// <exception cref="InvalidDataException">The page has no such marks.</exception>
    internal static void Replace(string mark, string text)
    {
        string page = File.ReadAllText(s_path);
        string begin = $"<!-- measured: {mark} -->\n";
        const string End = "<!-- end -->";
        int start = page.IndexOf(begin, StringComparison.Ordinal);
        int end = start < 0 ? -1 : page.IndexOf(End, start, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new InvalidDataException($"{s_path} has no marks for {mark}.");
        }

        File.WriteAllText(s_path, $"{page[..(start + begin.Length)]}\n{text.ReplaceLineEndings("\n").Trim()}\n\n{page[end..]}");
    }
}
