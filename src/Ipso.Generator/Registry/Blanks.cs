using System.Text;

namespace Ipso.Generator.Registry;

internal static class Blanks
{
    /// <summary>Trims, and makes every run of blanks, tabs and line ends of any kind (U+2028 too) one space.</summary>
    public static string Collapse(string text)
    {
        int collapsed = CollapsedLength(text);
        if (collapsed == text.Length)
        {
            return text;
        }

        var result = new StringBuilder(text, 0, collapsed, text.Length);
        for (int i = collapsed; i < text.Length; i++)
        {
            char c = text[i];
            if (!char.IsWhiteSpace(c))
            {
                result.Append(c);
            }
            else if (result.Length > 0 && result[result.Length - 1] != ' ')
            {
                result.Append(' ');
            }
        }

        int length = result.Length;
        return result.ToString(0, length > 0 && result[length - 1] == ' ' ? length - 1 : length);
    }

    /// <summary>The length of a text without the blanks at its ends.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where it begins.</param>
    public static int TrimmedLength(string text, out int start)
    {
        start = 0;
        int end = text.Length;
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return end - start;
    }

    // How far the text is as it should be; most is so to its end.
    private static int CollapsedLength(string text)
    {
        bool isBehindBlank = true;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            // Nearly all are letters: what lies between blank and delete is none.
            bool isBlank = c is not (> ' ' and < '\u007F') && char.IsWhiteSpace(c);
            if (isBlank && (isBehindBlank || c != ' ' || i == text.Length - 1))
            {
                return i;
            }

            isBehindBlank = isBlank;
        }

        return text.Length;
    }
}
