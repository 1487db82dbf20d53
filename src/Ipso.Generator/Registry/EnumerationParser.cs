using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Ipso.Generator.Registry;

/// <summary>Reads the values that RangeEnumeration names: <c>0: RELEASE 1: CLICK 255: STUCK</c>, on one line or on several.</summary>
internal static class EnumerationParser
{
    // What stands between a value and its name.
    private static readonly char[] s_signs = [':', '='];

    /// <summary>The named values in their order; none where the text is no enumeration.</summary>
    /// <param name="text">The registry's text, blanks collapsed.</param>
    /// <param name="kind">The resource's type.</param>
    public static EquatableArray<NamedValue> Parse(string text, ResourceKind kind)
    {
        if (kind is not (ResourceKind.Integer or ResourceKind.UnsignedInteger) || text.IndexOfAny(s_signs) < 0)
        {
            return default;
        }

        var values = new List<NamedValue>();
        int labelStart = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (!TryHead(text, i, out Number value, out int end))
            {
                continue;
            }

            // Nothing may stand before the first value, and a value without a name is none.
            if (values.Count == 0 ? i > 0 : !TryName(values, text.Substring(labelStart, i - labelStart)))
            {
                return default;
            }

            values.Add(new NamedValue(value.Digits, ""));
            labelStart = end;
            i = end - 1;
        }

        bool isEnumeration = values.Count > 1
            && TryName(values, text.Substring(labelStart))
            && values.Select(static value => value.Value).Distinct().Count() == values.Count
            && values.All(value => Fits(value.Value, kind));
        return isEnumeration ? new(values) : default;
    }

    // A number with ":" or "=" behind it, at the text's beginning or behind a blank, comma or semicolon.
    private static bool TryHead(string text, int start, out Number value, out int end)
    {
        value = default;
        end = start;
        if (start > 0 && text[start - 1] is not (' ' or ',' or ';'))
        {
            return false;
        }

        int digits = start < text.Length && text[start] == '-' ? start + 1 : start;
        int stop = digits;
        while (stop < text.Length && text[stop] is >= '0' and <= '9')
        {
            stop++;
        }

        int sign = stop < text.Length && text[stop] == ' ' ? stop + 1 : stop;
        if (stop == digits || sign == text.Length || Array.IndexOf(s_signs, text[sign]) < 0
            || Number.TryParse(text.Substring(start, stop - start)) is not { } number)
        {
            return false;
        }

        value = number;
        end = sign + 1;
        return true;
    }

    private static bool TryName(List<NamedValue> values, string text)
    {
        string label = text.Trim(' ', ',', ';', '.');
        values[values.Count - 1] = new NamedValue(values[values.Count - 1].Value, label);

        // "0: off 2-100: reserved" has a name with a colon in it, which is not what was meant.
        return label.Any(char.IsLetter) && label.IndexOfAny(s_signs) < 0;
    }

    private static bool Fits(string digits, ResourceKind kind) => kind == ResourceKind.Integer
        ? long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
        : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
