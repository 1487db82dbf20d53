using System;
using System.Globalization;

namespace Ipso.Generator.Registry;

/// <summary>
/// A numeric range. The bounds are kept as digits and not as doubles: how a double is printed differs between the runtimes that
/// host a compiler, and the emitted source must not.
/// </summary>
/// <param name="Min">The lower bound, as a plain decimal number.</param>
/// <param name="Max">The upper bound, as a plain decimal number.</param>
internal sealed record NumericBounds(string Min, string Max)
{
    // Beyond it not every integer is a double, and a bound that is off by one is worse than none.
    private const double ExactIntegers = 9007199254740992;

    /// <summary>Reads <c>a..b</c> for a numeric type; all else that the registry holds in this place is no numeric range.</summary>
    public static NumericBounds? TryParse(string text, ResourceKind kind)
    {
        if (kind is not (ResourceKind.Integer or ResourceKind.UnsignedInteger or ResourceKind.Float))
        {
            return null;
        }

        int dots = text.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0
            || !TryNumber(text.Substring(0, dots), out string low, out double from)
            || !TryNumber(text.Substring(dots + 2), out string high, out double to))
        {
            return null;
        }

        if (kind != ResourceKind.Float && !(IsExactInteger(from) && IsExactInteger(to)))
        {
            return null;
        }

        return from <= to ? new NumericBounds(low, high) : new NumericBounds(high, low);
    }

    private static bool IsExactInteger(double value) => Math.Abs(value) < ExactIntegers && Math.Floor(value) == value;

    private static bool TryNumber(string text, out string digits, out double value)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        text = text.Trim();
        digits = "";
        value = 0;

        // "1...15" leaves ".15", and "1." is half a number as well: what is meant is anybody's guess.
        if (text.Length == 0 || text[0] == '.' || text[text.Length - 1] == '.'
            || !double.TryParse(text, style, CultureInfo.InvariantCulture, out value)
            || double.IsInfinity(value)
            || double.IsNaN(value))
        {
            return false;
        }

        digits = Canonical(text);
        return true;
    }

    // +007.50 -> 7.5, -0.0 -> 0
    private static string Canonical(string text)
    {
        bool negative = text[0] == '-';
        string number = text.TrimStart('+', '-').TrimStart('0');
        if (number.IndexOf('.') >= 0)
        {
            number = number.TrimEnd('0').TrimEnd('.');
        }

        if (number.Length == 0 || number[0] == '.')
        {
            number = "0" + number;
        }

        return negative && number != "0" ? "-" + number : number;
    }
}
