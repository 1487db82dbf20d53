using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;

namespace Ipso.Generator.Naming;

/// <summary>C# identifiers of the names that people gave to objects and resources.</summary>
internal static class Identifier
{
    // Metadata holds names of less than 1024 bytes (CS7013), and a file's name, which some tools make of a type's, is still shorter.
    private const int MaxLength = 128;

    /// <summary>
    /// Joins the words of a name, each with a capital; letters of any script are kept. What is too long for a name is cut. Empty if
    /// nothing of the name can stand in an identifier.
    /// </summary>
    public static string Of(string name)
    {
        // One more: for what is put before a digit.
        Span<char> result = stackalloc char[MaxLength + 1];
        int length = 0;
        bool startsWord = true;

        // As it stands: whether a runtime composes "e" + U+0301 depends on its globalization mode, and C# takes either.
        foreach (char c in name)
        {
            if (length >= MaxLength)
            {
                break;
            }

            if (c is '\'' or '\u2019')
            {
                continue; // "Sensor's" is one word
            }

            if (!IsPart(c) || (length == 0 && IsMark(c)))
            {
                startsWord = true;
                continue;
            }

            // No keyword of C# begins with a capital; a letter without case cannot spell one.
            if (length == 0 && char.IsDigit(c))
            {
                result[length++] = '_';
            }

            result[length++] = startsWord ? char.ToUpperInvariant(c) : c;
            startsWord = false;
        }

        return result.Slice(0, length).ToString();
    }

    public static bool IsValid(string text) =>
        text.Length <= MaxLength && SyntaxFacts.IsValidIdentifier(text) && SyntaxFacts.GetKeywordKind(text) == SyntaxKind.None;

    public static bool IsNamespace(string text) => text.Length <= 3 * MaxLength && text.Split('.').All(IsValid);

    /// <summary>The names that are in a list more than once.</summary>
    public static HashSet<string> Repeated(IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return new(names.Where(name => !seen.Add(name)), StringComparer.Ordinal);
    }

    /// <summary>A number as names and sources write it.</summary>
    public static string Number(ushort id) => id.ToString(CultureInfo.InvariantCulture);

    // A surrogate is no part: C# has no identifiers beyond the Basic Multilingual Plane. '_' separates words like any sign.
    private static bool IsPart(char c) =>
        char.IsLetter(c) || IsMark(c) || char.GetUnicodeCategory(c) == UnicodeCategory.DecimalDigitNumber;

    private static bool IsMark(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
