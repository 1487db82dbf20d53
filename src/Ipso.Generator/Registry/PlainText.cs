using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Ipso.Generator.Registry;

/// <summary>The printable characters of ASCII, of which nearly all text consists, many at a time.</summary>
internal static class PlainText
{
    private const char First = ' ';
    private const char Last = '~';

    /// <summary>How many characters of a text are printable ASCII before the first that is not.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        var first = new Vector<ushort>(First);
        var range = new Vector<ushort>(Last - First);
        int length = 0;
        foreach (Vector<ushort> characters in MemoryMarshal.Cast<char, Vector<ushort>>(text))
        {
            // What is below the first becomes large: the difference has no sign.
            if (!Vector.LessThanOrEqualAll(characters - first, range))
            {
                break;
            }

            length += Vector<ushort>.Count;
        }

        while (length < text.Length && text[length] is >= First and <= Last)
        {
            length++;
        }

        return length;
    }
}
