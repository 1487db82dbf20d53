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

    // Up to these both operands of a multiplication or division are exact, so that its result is the nearest double.
    private const int MaxExactExponent = 22;
    private const ulong MaxExactDigits = 1UL << 53;

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
        int length = Read(text, isJson: false, out Number number);
        value = number.Bits;
        return length != 0 && length == text.Length && number.Kind != NumberKind.Float && char.IsAsciiDigit((char)text[0]);
    }

    /// <summary>
    /// Reads a double, the one nearest to the digits: digits with a point among them or none, behind a sign or none, before an exponent or none.
    /// </summary>
    /// <returns>Whether the text is one, and finite.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        int length = Read(text, isJson: false, out Number number);
        value = number.ToDouble();
        return length != 0 && length == text.Length;
    }

    /// <summary>
    /// Reads the number that a text begins with, in one pass: an integer where it is written as one and 64 bits hold it, else the double
    /// nearest to the digits.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="isJson">
    /// Whether a number is what it is in JSON (RFC 8259, 6): digits on both sides of a point, no zero before other digits, no plus before
    /// them.
    /// </param>
    /// <param name="number">The number.</param>
    /// <returns>Its length; 0 where there is none, or it is not finite.</returns>
    internal static int Read(ReadOnlySpan<byte> text, bool isJson, out Number number)
    {
        number = default;
        bool isNegative = text is [(byte)'-', ..];
        int start = isNegative || !isJson && text is [(byte)'+', ..] ? 1 : 0;
        // The digits that fit a word, the power of ten that it is to be multiplied by, and where the others begin.
        ulong word = 0;
        int exponent = 0;
        int rest = -1;
        int point = -1;
        int end = start;
        for (; end < text.Length; end++)
        {
            uint digit = (uint)text[end] - '0';
            if (digit > 9)
            {
                if (text[end] != '.' || point >= 0)
                {
                    break;
                }

                point = end;
            }
            else if (rest < 0 && (word < ulong.MaxValue / 10 || word == ulong.MaxValue / 10 && digit <= ulong.MaxValue % 10))
            {
                word = word * 10 + digit;
                exponent -= point < 0 ? 0 : 1;
            }
            else
            {
                rest = rest < 0 ? end : rest;
                exponent += point < 0 ? 1 : 0;
            }
        }

        int wholeDigits = (point < 0 ? end : point) - start;
        int fractionDigits = point < 0 ? 0 : end - point - 1;
        bool areDigits = isJson
            ? wholeDigits > 0 && (wholeDigits == 1 || text[start] != '0') && (point < 0 || fractionDigits > 0)
            : wholeDigits + fractionDigits > 0;
        int length = end;
        if (end < text.Length && (text[end] | 0x20) == 'e')
        {
            int exponentLength = ReadExponent(text[(end + 1)..], out int power);
            areDigits &= exponentLength != 0;
            exponent += power;
            length += 1 + exponentLength;
        }

        if (!areDigits)
        {
            return 0;
        }

        // The sign of zero is part of a double, and no integer has it.
        bool isInteger = point < 0 && rest < 0 && length == end;
        if (isInteger && (!isNegative || word - 1 <= long.MaxValue))
        {
            number = isNegative ? Number.Of(-(long)word) : Number.Of(word);
            return length;
        }

        double magnitude = Scaled(word, exponent, rest < 0 ? [] : text[rest..end]);
        number = Number.Of(isNegative ? -magnitude : magnitude);
        return double.IsFinite(magnitude) ? length : 0;
    }

    // Digits behind a sign or none, and how many bytes they are; 0 where there are none.
    private static int ReadExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        // Larger ones make no difference: no text has as many digits.
        const int Enough = int.MaxValue / 4;
        bool isNegative = text is [(byte)'-', ..];
        int start = isNegative || text is [(byte)'+', ..] ? 1 : 0;
        int at = start;
        exponent = 0;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            exponent = exponent < Enough / 10 ? exponent * 10 + text[at] - '0' : Enough;
        }

        exponent = isNegative ? -exponent : exponent;
        return at > start ? at : 0;
    }

    /// <summary>A power of ten, as a double exactly.</summary>
    /// <param name="exponent">The exponent, 0 to 22.</param>
    internal static double PowerOfTen(int exponent) => s_powersOfTen[exponent];

    /// <summary>The double that is nearest to a word times a power of ten; infinite where it is too large for any.</summary>
    /// <param name="word">The word.</param>
    /// <param name="exponent">The exponent of the power.</param>
    internal static double Scaled(ulong word, int exponent) => Scaled(word, exponent, []);

    // The digits in the rest, with a point among them or none, are behind those of the word.
    private static double Scaled(ulong word, int exponent, ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty && word <= MaxExactDigits && exponent is >= -MaxExactExponent and <= MaxExactExponent)
        {
            return exponent < 0 ? word / s_powersOfTen[-exponent] : word * s_powersOfTen[exponent];
        }

        return word == 0 || exponent < MinExponent ? 0
            : exponent > MaxExponent ? double.PositiveInfinity
            : LongDecimal.Nearest(word, rest, exponent);
    }
}
