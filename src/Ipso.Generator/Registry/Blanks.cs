using System;

namespace Ipso.Generator.Registry;

internal static class Blanks
{
    /// <summary>Trims, and makes every run of blanks, tabs and line ends of any kind (U+2028 too) one space.</summary>
    public static string Collapse(string text) => Collapse(text, 0, text.Length);

    /// <summary>The same for a part of a text.</summary>
    public static string Collapse(string text, int start, int length)
    {
        length = TrimmedLength(text, start, length, out start);
        ReadOnlySpan<char> part = text.AsSpan(start, length);
        if (SharedStrings.Find(part) is { } known)
        {
            return known;
        }

        int collapsed = CollapsedLength(part);
        if (collapsed == length)
        {
            return length == text.Length ? text : SharedStrings.Add(part);
        }

        char[] result = new char[length];
        text.CopyTo(start, result, 0, collapsed);
        for (int i = start + collapsed; i < start + length; i++)
        {
            char c = text[i];
            bool isBlank = char.IsWhiteSpace(c);
            if (!isBlank || result[collapsed - 1] != ' ')
            {
                result[collapsed++] = isBlank ? ' ' : c;
            }
        }

        return new string(result, 0, collapsed);
    }

    /// <summary>The length of a part of a text without the blanks at its ends.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the part begins.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="first">Where it begins without the blanks.</param>
    public static int TrimmedLength(string text, int start, int length, out int first)
    {
        first = start;
        int end = start + length;
        while (first < end && char.IsWhiteSpace(text[first]))
        {
            first++;
        }

        while (end > first && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return end - first;
    }

    // How far the text is as it should be; most is so to its end.
    private static int CollapsedLength(ReadOnlySpan<char> text)
    {
        int doubled = text.IndexOf("  ".AsSpan());
        text = doubled < 0 ? text : text.Slice(0, doubled + 1);
        int broken = text.IndexOfAny('\t', '\r', '\n');
        text = broken < 0 ? text : text.Slice(0, broken);

        // Plain text has no other blanks.
        for (int i = PlainText.Length(text); i < text.Length; i += 1 + PlainText.Length(text.Slice(i + 1)))
        {
            if (char.IsWhiteSpace(text[i]))
            {
                return i;
            }
        }

        return text.Length;
    }
}
