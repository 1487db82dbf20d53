using System.Buffers.Text;

namespace Ipso.Cbor;

/// <summary>Decimal fractions (RFC 8949, 3.4.4): mantissa * 10^exponent, both integers.</summary>
internal static class CborDecimalFraction
{
    // Up to these both operands of a multiplication or division are exact, so that its result is the nearest double.
    private const int MaxExactExponent = 22;
    private const ulong MaxExactMantissa = 1UL << 53;

    // Beyond it the value of any mantissa is zero or infinite.
    private const ulong MaxExponent = 999;

    // An array: unoptimised code builds a span property of doubles anew at each call.
    private static readonly double[] s_powersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>The double that is nearest to the value; infinite where it is too large for any.</summary>
    /// <returns>Whether the two items are integers of at most 64 bits.</returns>
    internal static bool TryToDouble(CborHead exponent, CborHead mantissa, out double value)
    {
        value = 0;
        if (!IsInteger(exponent) || !IsInteger(mantissa) || mantissa is { Major: CborMajor.Negative, Argument: ulong.MaxValue })
        {
            return false;
        }

        bool isNegative = mantissa.Major == CborMajor.Negative;
        ulong magnitude = isNegative ? mantissa.Argument + 1 : mantissa.Argument;
        int power = (int)Math.Min(exponent.Argument, MaxExponent);
        power = exponent.Major == CborMajor.Negative ? -1 - power : power;
        value = Scaled(magnitude, power);
        value = isNegative ? -value : value;
        return true;
    }

    private static bool IsInteger(CborHead head) => head.Major is CborMajor.Unsigned or CborMajor.Negative;

    private static double Scaled(ulong magnitude, int power)
    {
        if (magnitude <= MaxExactMantissa && Math.Abs(power) <= MaxExactExponent)
        {
            return power < 0 ? magnitude / s_powersOfTen[-power] : magnitude * s_powersOfTen[power];
        }

        // The platform's parser rounds rightly whatever the digits are.
        Span<byte> text = stackalloc byte[32];
        Utf8Formatter.TryFormat(magnitude, text, out int digits);
        text[digits] = (byte)'E';
        Utf8Formatter.TryFormat(power, text[(digits + 1)..], out int rest);
        return Utf8Parser.TryParse(text[..(digits + 1 + rest)], out double value, out _) ? value : 0;
    }
}
