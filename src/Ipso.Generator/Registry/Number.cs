using System;

namespace Ipso.Generator.Registry;

/// <summary>A plain decimal number of a range: exact to the last digit, however long it is.</summary>
/// <param name="Digits">The number without a sign that says nothing and without needless zeros: <c>+007.50</c> is 7.5.</param>
internal readonly record struct Number(string Digits) : IComparable<Number>
{
    // No double has as many digits before its point, and nobody means more behind it.
    private const int MaxLength = 300;

    public bool IsInteger => Digits.IndexOf('.') < 0;

    public bool IsNegative => Digits[0] == '-';

    // Where the digits before the point begin and end.
    private int Start => IsNegative ? 1 : 0;

    private int Point => IsInteger ? Digits.Length : Digits.IndexOf('.');

    /// <summary>Reads digits with a sign and a point, if they have any.</summary>
    public static Number? TryParse(string text)
    {
        text = text.Trim();
        bool hasSign = text.Length > 0 && text[0] is '+' or '-' or '\u2212';
        string digits = hasSign ? text.Substring(1) : text;
        int point = digits.IndexOf('.');
        string whole = point < 0 ? digits : digits.Substring(0, point);
        string fraction = point < 0 ? "" : digits.Substring(point + 1).TrimEnd('0');
        bool isNumber = IsDigits(whole) && (point < 0 || IsDigits(digits.Substring(point + 1)));
        if (!isNumber || digits.Length > MaxLength)
        {
            return null;
        }

        whole = whole.TrimStart('0');
        string number = (whole.Length == 0 ? "0" : whole) + (fraction.Length == 0 ? "" : "." + fraction);
        return new Number(hasSign && text[0] != '+' && number != "0" ? "-" + number : number);
    }

    public int CompareTo(Number other)
    {
        if (IsNegative != other.IsNegative)
        {
            return IsNegative ? -1 : 1;
        }

        // Of two numbers without leading zeros the one with more digits before its point is the larger.
        int byLength = (Point - Start).CompareTo(other.Point - other.Start);
        int bySize = byLength != 0 ? byLength : string.CompareOrdinal(Digits, Start, other.Digits, other.Start, MaxLength);
        return IsNegative ? -bySize : bySize;
    }

    private static bool IsDigits(string text)
    {
        foreach (char c in text)
        {
            if (c is < '0' or > '9')
            {
                return false;
            }
        }

        return text.Length > 0;
    }
}
