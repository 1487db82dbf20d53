using System;

namespace Ipso.Generator.Registry;

/// <summary>
/// Strings of the words that definitions repeat: most texts of a file are names, flags, operations and types that another one has as
/// well. A place in the table belongs to the last string that had its hash; what is not there is made anew.
/// </summary>
internal static class SharedStrings
{
    private const int Size = 512;

    // What is longer is a description, which nobody else has.
    private const int MaxLength = 40;

    [ThreadStatic]
    private static string?[]? s_table;

    /// <summary>A part of a text as a string.</summary>
    public static string Of(string text, int start, int length)
    {
        if (length is 0 or > MaxLength)
        {
            return text.Substring(start, length);
        }

        ReadOnlySpan<char> part = text.AsSpan(start, length);
        uint hash = (uint)length;
        foreach (char c in part)
        {
            hash = (hash * 31) + c;
        }

        string?[] table = s_table ??= new string?[Size];
        ref string? known = ref table[hash % Size];
        return known is not null && part.SequenceEqual(known.AsSpan()) ? known : known = part.ToString();
    }
}
