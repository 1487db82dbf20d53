using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Ipso.Generator.Registry;

/// <summary>Printable ASCII, tabs and line ends, of which nearly all text consists: it is found many characters at a time.</summary>
internal static class PlainText
{
    private const char First = ' ';
    private const char Last = '~';

    /// <summary>How many characters of a text are plain before the first that is not.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        int length = 0;
        foreach (Vector<ushort> characters in MemoryMarshal.Cast<char, Vector<ushort>>(text))
        {
            // What is below the first becomes large: the difference has no sign.
            Vector<ushort> arePlain = Vector.LessThanOrEqual(characters - new Vector<ushort>(First), new Vector<ushort>(Last - First))
                | Vector.Equals(characters, new Vector<ushort>('\n'))
                | Vector.Equals(characters, new Vector<ushort>('\r'))
                | Vector.Equals(characters, new Vector<ushort>('\t'));
            if (!Vector.EqualsAll(arePlain, new Vector<ushort>(ushort.MaxValue)))
            {
                break;
            }

            length += Vector<ushort>.Count;
        }

        while (length < text.Length && text[length] is (>= First and <= Last) or '\n' or '\r' or '\t')
        {
            length++;
        }

        return length;
    }
}
