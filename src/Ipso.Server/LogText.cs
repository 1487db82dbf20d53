using System.Globalization;

namespace Ipso.Server;

/// <summary>What devices say, as it may stand in a line of a log.</summary>
internal static class LogText
{
    private const int MaxLength = 200;

    /// <summary>Whether a text would not stay in its line, or move what stands there.</summary>
    internal static bool BreaksLines(string text) => text.Any(Breaks);

    /// <summary>A text of at most 200 characters in one line.</summary>
    internal static string Of(string text)
    {
        string start = text.Length > MaxLength ? $"{text[..MaxLength]}..." : text;
        return BreaksLines(start) ? string.Concat(start.Select(static c => Breaks(c) ? '?' : c)) : start;
    }

    private static bool Breaks(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
