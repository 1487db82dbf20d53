using System;
using System.Collections.Generic;
using System.Linq;

namespace Ipso.Generator.Registry;

/// <summary>
/// Reads RangeEnumeration, in which the registry writes whatever its authors meant. What is enforced refuses only what every reading of
/// the text refuses; a text that allows of no such reading is left to people.
/// </summary>
internal static class RangeParser
{
    private static readonly Number s_zero = Number.TryParse("0")!.Value;
    private static readonly Number s_maxLength = Number.TryParse("2147483647")!.Value;

    private static readonly string[] s_separators = ["...", "\u2026", "..", " to "];

    private static readonly string[] s_bytes = ["bytes", "byte", "octets", "octet"];

    private static readonly (Number Min, Number Max) s_long =
        (Number.TryParse("-9223372036854775808")!.Value, Number.TryParse("9223372036854775807")!.Value);

    private static readonly (Number Min, Number Max) s_ulong = (s_zero, Number.TryParse("18446744073709551615")!.Value);

    /// <summary>Reads a range of a resource of some type.</summary>
    /// <param name="text">The registry's text, blanks collapsed.</param>
    /// <param name="kind">The resource's type.</param>
    /// <param name="range">The range; null where the text allows all that the type does.</param>
    /// <returns>Whether the text could be read.</returns>
    public static bool TryParse(string text, ResourceKind kind, out ValueRange? range)
    {
        range = null;
        return kind switch
        {
            ResourceKind.Integer => TryIntegers(text, s_long.Min, s_long.Max, out range),
            ResourceKind.UnsignedInteger => TryIntegers(text, s_ulong.Min, s_ulong.Max, out range),
            ResourceKind.Float => TryFloats(text, out range),
            ResourceKind.String => TryLengths(text, out range) || TryWords(text, out range),
            ResourceKind.Opaque => TryLengths(text, out range),
            _ => false,
        };
    }

    private static bool TryIntegers(string text, Number min, Number max, out ValueRange? range)
    {
        range = null;
        List<(Number Min, Number Max)>? items = Items(text);

        // "255" alone may be the only value, the largest one, or a width.
        if (items is null || (items.Count == 1 && IsSingle(items[0])) || !items.All(AreIntegers))
        {
            return false;
        }

        return TryLimit(RangeSubject.Value, items, min, max, out range);
    }

    private static bool TryFloats(string text, out ValueRange? range)
    {
        range = null;
        if (Items(text) is not { } items || (items.Count == 1 && IsSingle(items[0])))
        {
            return false;
        }

        range = new ValueRange(RangeSubject.Value, Intervals(items), default);
        return true;
    }

    private static bool TryLengths(string text, out ValueRange? range)
    {
        range = null;
        string? unit = Array.Find(s_bytes, name => text.EndsWith(name, StringComparison.OrdinalIgnoreCase));
        if (Items(unit is null ? text : text.Substring(0, text.Length - unit.Length)) is not { } items)
        {
            return false;
        }

        bool areLengths = items.All(static item => AreIntegers(item) && !item.Min.IsNegative)
            && items.Exists(static item => item.Max != s_zero);

        // "32 bytes" may be the length or the most that it may be: what is longer is wrong either way.
        if (items.Count == 1 && IsSingle(items[0]))
        {
            items[0] = (s_zero, items[0].Max);
        }

        return areLengths && TryLimit(RangeSubject.Length, items, s_zero, s_maxLength, out range);
    }

    private static bool TryWords(string text, out ValueRange? range)
    {
        string[] words = [.. text.Split(',', ';').Select(static word => word.Trim()).Distinct()];
        bool areWords = words.Length > 1
            && words.All(static word => word.Length > 0 && word.All(static c => char.IsLetterOrDigit(c) || c is '_' or '-' or '+' or '/'));
        range = areWords ? new ValueRange(RangeSubject.Words, default, new(words)) : null;
        return areWords;
    }

    // A bound that the type cannot reach is the type's own; a range that no value fits was meant otherwise.
    private static bool TryLimit(
        RangeSubject subject, List<(Number Min, Number Max)> items, Number min, Number max, out ValueRange? range)
    {
        (Number Min, Number Max)[] limited = [.. items
            .Where(item => item.Max.CompareTo(min) >= 0 && item.Min.CompareTo(max) <= 0)
            .Select(item => (item.Min.CompareTo(min) < 0 ? min : item.Min, item.Max.CompareTo(max) > 0 ? max : item.Max))];
        bool isAll = Array.Exists(limited, item => item.Min.CompareTo(min) == 0 && item.Max.CompareTo(max) == 0);
        range = limited.Length == 0 || isAll ? null : new ValueRange(subject, Intervals(limited), default);
        return limited.Length > 0;
    }

    /// <summary>The parts of a list, or null if one of them is none.</summary>
    private static List<(Number Min, Number Max)>? Items(string text)
    {
        string[] parts = text.Split(',', ';');

        // "16-32-48": with two of them it would be a range.
        string[] dashed = parts.Length == 1 && text.IndexOf('-') > 0 ? text.Split('-') : [];
        if (dashed.Length > 2 && IsAscending(dashed))
        {
            parts = dashed;
        }

        var items = new List<(Number Min, Number Max)>();
        foreach (string part in parts)
        {
            if (Item(part) is not { } item)
            {
                return null;
            }

            if (item.Min.CompareTo(item.Max) > 0)
            {
                // "-30..-120" is a range; "1,5..0,5" is one with commas for points, which as a list means something else.
                if (parts.Length > 1)
                {
                    return null;
                }

                item = (item.Max, item.Min);
            }

            items.Add(item);
        }

        return items;
    }

    private static (Number Min, Number Max)? Item(string text)
    {
        foreach (string separator in s_separators)
        {
            int at = text.IndexOf(separator, StringComparison.Ordinal);
            if (at >= 0)
            {
                return Bounds(text.Substring(0, at), text.Substring(at + separator.Length));
            }
        }

        if (Number.TryParse(text) is { } single)
        {
            return (single, single);
        }

        int dash = text.Trim().Length == 0 ? -1 : text.IndexOfAny(['-', '\u2013', '\u2014'], text.Length - text.TrimStart().Length + 1);
        return dash < 0 ? null : Bounds(text.Substring(0, dash), text.Substring(dash + 1));
    }

    private static (Number Min, Number Max)? Bounds(string low, string high) =>
        Number.TryParse(low) is { } min && Number.TryParse(high) is { } max ? (min, max) : null;

    private static bool IsAscending(string[] parts)
    {
        Number previous = s_zero;
        foreach (string part in parts)
        {
            if (Number.TryParse(part) is not { } number || number.CompareTo(previous) <= 0)
            {
                return false;
            }

            previous = number;
        }

        return true;
    }

    private static bool AreIntegers((Number Min, Number Max) item) => item.Min.IsInteger && item.Max.IsInteger;

    private static bool IsSingle((Number Min, Number Max) item) => item.Min == item.Max;

    private static EquatableArray<Interval> Intervals(IEnumerable<(Number Min, Number Max)> items) =>
        new(items.Select(static item => new Interval(item.Min.Digits, item.Max.Digits)));
}
