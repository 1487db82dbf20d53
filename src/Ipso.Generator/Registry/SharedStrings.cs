using System;

namespace Ipso.Generator.Registry;

/// <summary>
/// Strings of the words that definitions repeat: most texts of a file are names, flags, operations and types that another one has as
/// well. A place in the table belongs to the last string that had its hash.
/// </summary>
internal static class SharedStrings
{
    private const int Size = 512;

    // What is longer is a description, which nobody else has.
    private const int MaxLength = 40;

    [ThreadStatic]
    private static string?[]? s_table;

    private static string?[] Table => s_table ??= new string?[Size];

    /// <summary>A text as a string.</summary>
    public static string Of(ReadOnlySpan<char> text) => Find(text) ?? Add(text);

    /// <summary>A text as a string, if it has been met before; only then is there one.</summary>
    public static string? Find(ReadOnlySpan<char> text) =>
        text.Length == 0 ? ""
        : text.Length <= MaxLength && Table[Place(text)] is { } known && text.SequenceEqual(known.AsSpan()) ? known
        : null;

    /// <summary>A text as a string, to be met again if it is one of those that are.</summary>
    public static string Add(ReadOnlySpan<char> text)
    {
        string added = text.ToString();
        if (text.Length <= MaxLength)
        {
            Table[Place(text)] = added;
        }

        return added;
    }

    // By its length and some of its characters; the rest of them seldom tell two words apart.
    private static int Place(ReadOnlySpan<char> text) =>
        ((((((text.Length * 31) + text[0]) * 31) + text[text.Length / 2]) * 31) + text[text.Length - 1]) % Size;
}
