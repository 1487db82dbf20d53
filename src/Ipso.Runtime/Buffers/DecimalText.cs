using System.Numerics;

namespace Ipso.Buffers;

/// <summary>
/// Numbers as decimal text, each the whole of a text, taken as <see cref="System.Buffers.Text.Utf8Parser"/> takes them. The platform's parser
/// is 10 KB of native code, for forms that nobody sends.
/// </summary>
internal static class DecimalText
{
    // An array: unoptimised code builds a span property of doubles anew at each call.
    private static readonly double[] s_powersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    // As many digits as any word holds.
    private const int WordDigits = 19;

    // Up to these both operands of a multiplication or division are exact, so that its result is the nearest double.
    private const int MaxExactExponent = 22;
    private const ulong MaxExactDigits = 1UL << 53;

    // 5^27 is the last one that fits a word.
    private const int MaxWordExponent = 27;

    // Beyond them a word is zero or infinite.
    private const int MinExponent = -345;
    private const int MaxExponent = 310;

    /// <summary>Reads an integer: digits behind a sign or none.</summary>
    /// <returns>Whether the text is one, and fits.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        bool isNegative = text is [(byte)'-', ..];
        bool isParsed = TryParse(isNegative || text is [(byte)'+', ..] ? text[1..] : text, out ulong magnitude);
        value = isNegative ? -(long)magnitude : (long)magnitude;
        return isParsed && magnitude <= (isNegative ? 1UL << 63 : long.MaxValue);
    }

    /// <summary>Reads an unsigned integer: digits alone.</summary>
    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out long)"/>
    internal static bool TryParse(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        foreach (byte character in text)
        {
            uint digit = (uint)character - '0';
            if (digit > 9 || value > ulong.MaxValue / 10 || value * 10 > ulong.MaxValue - digit)
            {
                return false;
            }

            value = value * 10 + digit;
        }

        return !text.IsEmpty;
    }

    /// <summary>
    /// Reads a double, the one nearest to the digits: digits with a point among them or none, behind a sign or none, before an exponent or none.
    /// </summary>
    /// <returns>Whether the text is one, and finite.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        bool isNegative = text is [(byte)'-', ..];
        int start = isNegative || text is [(byte)'+', ..] ? 1 : 0;
        int point = -1;
        int at = start;
        for (; at < text.Length && (text[at] == '.' ? point < 0 : char.IsAsciiDigit((char)text[at])); at++)
        {
            point = text[at] == '.' ? at : point;
        }

        ReadOnlySpan<byte> digits = text[start..at];
        int exponent = 0;
        bool isNumber = digits.Length > (point < 0 ? 0 : 1)
            && (at == text.Length || (text[at] | 0x20) == 'e' && TryParseExponent(text[(at + 1)..], out exponent));
        if (!isNumber)
        {
            return false;
        }

        value = Nearest(digits, exponent);
        value = isNegative ? -value : value;
        return double.IsFinite(value);
    }

    // Larger ones make no difference: no text has as many digits.
    private static bool TryParseExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        const int Enough = int.MaxValue / 4;
        bool isNegative = text is [(byte)'-', ..];
        text = isNegative || text is [(byte)'+', ..] ? text[1..] : text;
        exponent = 0;
        foreach (byte character in text)
        {
            uint digit = (uint)character - '0';
            if (digit > 9)
            {
                return false;
            }

            exponent = exponent < Enough / 10 ? exponent * 10 + (int)digit : Enough;
        }

        exponent = isNegative ? -exponent : exponent;
        return !text.IsEmpty;
    }

    /// <summary>A power of ten, as a double exactly.</summary>
    /// <param name="exponent">The exponent, 0 to 22.</param>
    internal static double PowerOfTen(int exponent) => s_powersOfTen[exponent];

    // Of digits with a point among them or none.
    private static double Nearest(ReadOnlySpan<byte> digits, int exponent)
    {
        ulong word = 0;
        int count = 0;
        int at = 0;
        bool isBehindPoint = false;
        for (; at < digits.Length && count < WordDigits; at++)
        {
            if (digits[at] == '.')
            {
                isBehindPoint = true;
                continue;
            }

            word = word * 10 + digits[at] - '0';
            count += word != 0 ? 1 : 0;
            exponent -= isBehindPoint ? 1 : 0;
        }

        ReadOnlySpan<byte> rest = digits[at..];
        int point = isBehindPoint ? 0 : rest.IndexOf((byte)'.');
        exponent += point < 0 ? rest.Length : point;
        return Scaled(word, exponent, rest);
    }

    /// <summary>The double that is nearest to a word times a power of ten; infinite where it is too large for any.</summary>
    /// <param name="word">The word.</param>
    /// <param name="exponent">The exponent of the power.</param>
    internal static double Scaled(ulong word, int exponent) => Scaled(word, exponent, []);

    // The digits in the rest, with a point among them or none, are behind those of the word.
    private static double Scaled(ulong word, int exponent, ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty && word <= MaxExactDigits && Math.Abs(exponent) <= MaxExactExponent)
        {
            return exponent < 0 ? word / s_powersOfTen[-exponent] : word * s_powersOfTen[exponent];
        }

        if (rest.IsEmpty && word != 0 && Math.Abs(exponent) <= MaxWordExponent)
        {
            return ScaledInTwoWords(word, exponent);
        }

        return word == 0 || exponent < MinExponent ? 0
            : exponent > MaxExponent ? double.PositiveInfinity
            : LongDecimal.Nearest(word, rest, exponent);
    }

    // All bits of the product are in two words; of the quotient those that are, and whether there are more.
    private static double ScaledInTwoWords(ulong word, int exponent)
    {
        int shift = BitOperations.LeadingZeroCount(word);
        word <<= shift;
        ulong power = 1;
        for (int i = Math.Abs(exponent); i > 0; i--)
        {
            power *= 5;
        }

        ulong high, low;
        ulong remainder = 0;
        exponent -= shift;
        if (exponent + shift >= 0)
        {
            high = Math.BigMul(word, power, out low);
            exponent += 64;
        }
        else
        {
            (high, remainder) = Math.DivRem(word, power);
            low = 0;
            for (int i = 0; i < 64; i++)
            {
                remainder <<= 1;
                low <<= 1;
                if (remainder >= power)
                {
                    remainder -= power;
                    low |= 1;
                }
            }
        }

        if (high == 0)
        {
            (high, low) = (low, 0);
            exponent -= 64;
        }

        // The highest bit comes to the top.
        shift = BitOperations.LeadingZeroCount(high);
        if (shift != 0)
        {
            high = high << shift | low >> 64 - shift;
            low <<= shift;
        }

        const int MantissaBits = 53;
        const int Below = 64 - MantissaBits;
        const int ExponentOfZero = 1023 + MantissaBits - 2;
        ulong mantissa = high >> Below;
        ulong below = high << MantissaBits;
        const ulong Half = 1UL << 63;
        bool isUp = below > Half || below == Half && ((low | remainder) != 0 || (mantissa & 1) != 0);
        // The mantissa's highest bit adds one to the exponent, and so does rounding up to the next power of two.
        ulong bits = ((ulong)(exponent - shift + Below + ExponentOfZero) << MantissaBits - 1) + mantissa + (isUp ? 1UL : 0);
        return BitConverter.UInt64BitsToDouble(bits);
    }
}
