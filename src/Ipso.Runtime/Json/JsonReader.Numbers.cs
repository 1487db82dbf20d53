using System.Buffers.Text;
using System.Numerics;

namespace Ipso.Json;

// RFC 8259, 6.
internal ref partial struct JsonReader
{
    private const int MaxShortDigits = 15;

    // An array: unoptimised code builds a span property of doubles anew at each call.
    private static readonly double[] s_powersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14];

    /// <summary>The next number, or a failure.</summary>
    internal JsonNumber ReadNumber()
    {
        if (Peek() < 0)
        {
            Fail();
            return default;
        }

        ReadOnlySpan<byte> rest = _source[_position..];
        if (TryReadShortNumber(rest, out JsonNumber shortNumber))
        {
            return shortNumber;
        }

        int length = NumberLength(rest, out bool isInteger);
        ReadOnlySpan<byte> text = rest[..length];
        _position += length;

        if (isInteger && Utf8Parser.TryParse(text, out long signed, out int used) && used == length)
        {
            return new(JsonNumberKind.Integer, (ulong)signed);
        }

        if (isInteger && Utf8Parser.TryParse(text, out ulong unsigned, out used) && used == length)
        {
            return new(JsonNumberKind.Unsigned, unsigned);
        }

        if (length > 0 && Utf8Parser.TryParse(text, out double number, out used) && used == length && double.IsFinite(number))
        {
            return JsonNumber.OfFloat(number);
        }

        Fail();
        return default;
    }

    // A number of at most 15 digits without an exponent. Both the digits and the power of ten are doubles exactly, so that the one
    // division rounds correctly. Anything else, right or wrong, is left alone.
    private bool TryReadShortNumber(ReadOnlySpan<byte> rest, out JsonNumber number)
    {
        number = default;
        int start = rest is [(byte)'-', ..] ? 1 : 0;
        int point = -1;
        long digits = 0;
        int at = start;
        for (; (uint)at < (uint)rest.Length && at <= start + MaxShortDigits + 1; at++)
        {
            uint digit = (uint)rest[at] - '0';
            if (digit <= 9)
            {
                digits = digits * 10 + digit;
            }
            else if (rest[at] == '.' && point < 0)
            {
                point = at;
            }
            else
            {
                break;
            }
        }

        int wholeDigits = (point < 0 ? at : point) - start;
        int fractionDigits = point < 0 ? 0 : at - point - 1;
        bool isShort = wholeDigits > 0 && wholeDigits + fractionDigits <= MaxShortDigits
            && (wholeDigits == 1 || rest[start] != '0')
            && (point < 0 || fractionDigits > 0)
            && (at == rest.Length || rest[at] is not ((byte)'e' or (byte)'E' or (byte)'.'));
        if (!isShort)
        {
            return false;
        }

        _position += at;
        if (point < 0)
        {
            number = WholeNumber(digits, isNegative: start != 0);
            return true;
        }

        double value = digits / s_powersOfTen[fractionDigits];
        number = JsonNumber.OfFloat(start == 0 ? value : -value);
        return true;
    }

    /// <summary>
    /// Looks at a number without exponent, of at most fifteen digits or at most seven on either side of its point, and takes nothing.
    /// </summary>
    /// <param name="offset">Where it begins, from here on; then where it ends.</param>
    /// <param name="number">The number.</param>
    internal readonly bool TryLookAtNumber(scoped ref int offset, out JsonNumber number)
    {
        number = default;
        ulong window = Peek64(offset);
        bool isNegative = (byte)window == '-';
        if (isNegative)
        {
            window = Peek64(++offset);
        }

        int wholeDigits = DigitCount(window);
        if (wholeDigits == 0 || wholeDigits > 1 && (byte)window == '0')
        {
            return false;
        }

        ulong value = ToInteger(window, wholeDigits);
        offset += wholeDigits;
        if (wholeDigits == 8)
        {
            return TryLookAtLongNumber(ref offset, value, isNegative, out number);
        }

        byte next = (byte)(window >> wholeDigits * 8);
        if (next != '.')
        {
            number = WholeNumber((long)value, isNegative);
            return !IsExponent(next);
        }

        window = Peek64(offset + 1);
        int fractionDigits = DigitCount(window);
        if (fractionDigits is 0 or 8 || IsExponent((byte)(window >> fractionDigits * 8)))
        {
            return false;
        }

        // At most 14 digits, and a power of ten: both doubles exactly, so that the one division rounds correctly.
        offset += 1 + fractionDigits;
        double power = s_powersOfTen[fractionDigits];
        double magnitude = (value * power + ToInteger(window, fractionDigits)) / power;
        number = JsonNumber.OfFloat(isNegative ? -magnitude : magnitude);
        return true;
    }

    // Behind eight digits: as many as a time has, and no fraction.
    private readonly bool TryLookAtLongNumber(scoped ref int offset, ulong value, bool isNegative, out JsonNumber number)
    {
        ulong window = Peek64(offset);
        int digits = DigitCount(window);
        if (digits == 8)
        {
            number = default;
            return false;
        }

        if (digits > 0)
        {
            value = value * (ulong)s_powersOfTen[digits] + ToInteger(window, digits);
        }

        offset += digits;
        number = WholeNumber((long)value, isNegative);
        byte next = (byte)(window >> digits * 8);
        return next != '.' && !IsExponent(next);
    }

    private static bool IsExponent(byte character) => (character | 0x20) == 'e';

    // The sign of zero is part of a double, and no integer has it.
    private static JsonNumber WholeNumber(long magnitude, bool isNegative) =>
        !isNegative ? new(JsonNumberKind.Integer, (ulong)magnitude)
        : magnitude != 0 ? new(JsonNumberKind.Integer, (ulong)-magnitude)
        : JsonNumber.OfFloat(-0.0);

    // How many of eight bytes, the first being the lowest, are digits before one that is not.
    private static int DigitCount(ulong window)
    {
        ulong digits = window ^ 0x3030_3030_3030_3030;
        ulong others = ((digits & 0x7F7F_7F7F_7F7F_7F7F) + 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080;
        return BitOperations.TrailingZeroCount(others) >> 3;
    }

    // One to eight digits at once: zeros are put before them, then neighbours are added, then pairs, then fours.
    private static ulong ToInteger(ulong window, int digits)
    {
        ulong value = window << (8 - digits) * 8 & 0x0F0F_0F0F_0F0F_0F0F;
        value = value * 10 + (value >> 8) & 0x00FF_00FF_00FF_00FF;
        value = value * 100 + (value >> 16) & 0x0000_FFFF_0000_FFFF;
        return (uint)(value * 10_000 + (value >> 32));
    }

    // number = [ "-" ] ( "0" / digit1-9 *DIGIT ) [ "." 1*DIGIT ] [ ( "e" / "E" ) [ "+" / "-" ] 1*DIGIT ]; 0 where there is none.
    private static int NumberLength(ReadOnlySpan<byte> text, out bool isInteger)
    {
        int at = text is [(byte)'-', ..] ? 1 : 0;
        int digits = DigitCount(text, at);
        isInteger = true;
        if (digits == 0 || digits > 1 && text[at] == '0')
        {
            return 0;
        }

        at += digits;
        if (at < text.Length && text[at] == '.')
        {
            isInteger = false;
            digits = DigitCount(text, at + 1);
            if (digits == 0)
            {
                return 0;
            }

            at += 1 + digits;
        }

        if (at < text.Length && text[at] is (byte)'e' or (byte)'E')
        {
            isInteger = false;
            int sign = at + 1 < text.Length && text[at + 1] is (byte)'+' or (byte)'-' ? 1 : 0;
            digits = DigitCount(text, at + 1 + sign);
            if (digits == 0)
            {
                return 0;
            }

            at += 1 + sign + digits;
        }

        return at;
    }

    private static int DigitCount(ReadOnlySpan<byte> text, int start)
    {
        int end = start;
        while (end < text.Length && char.IsAsciiDigit((char)text[end]))
        {
            end++;
        }

        return end - start;
    }
}
