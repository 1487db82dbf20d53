using System;
using System.Globalization;
using System.Numerics;

namespace Ipso.Generator.Registry;

/// <summary>A plain decimal number of a range: exact to the last digit, however long it is.</summary>
/// <param name="Digits">The number without a sign that says nothing, without leading zeros and trailing ones: <c>+007.50</c> is 7.5.</param>
/// <param name="Whole">What stands before the point, without the sign.</param>
internal readonly record struct Number(string Digits, BigInteger Whole) : IComparable<Number>
{
    public bool IsInteger => Digits.IndexOf('.') < 0;

    public bool IsNegative => Digits[0] == '-';

    private string Fraction => IsInteger ? "" : Digits.Substring(Digits.IndexOf('.') + 1);

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
        bool isNegative = hasSign && text[0] != '+' && number != "0";
        return new Number((isNegative ? "-" : "") + number, BigInteger.Parse("0" + whole, NumberStyles.None, CultureInfo.InvariantCulture));
    }

    public int CompareTo(Number other)
    {
        if (IsNegative != other.IsNegative)
        {
            return IsNegative ? -1 : 1;
        }

        int byWhole = Whole.CompareTo(other.Whole);
        int bySize = byWhole != 0 ? byWhole : string.CompareOrdinal(Fraction, other.Fraction);
        return IsNegative ? -bySize : bySize;
    }

    // No double has as many digits before its point, and nobody means more behind it.
    private const int MaxLength = 300;

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
