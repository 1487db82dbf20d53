using System.Numerics;
using System.Runtime.CompilerServices;
using Ipso.Buffers;

namespace Ipso.Json;

// RFC 8259, 6.
internal ref partial struct JsonReader
{
    /// <summary>Eight digits of zero: what they are added to as characters.</summary>
    internal const ulong Zeros = 0x3030_3030_3030_3030;

    /// <summary>The next number, or a failure.</summary>
    internal Number ReadNumber()
    {
        if (Peek() < 0)
        {
            Fail();
            return default;
        }

        if (TryLookAtNumber(_source, _position, out int length, out Number shortNumber))
        {
            _position += length;
            return shortNumber;
        }

        ReadOnlySpan<byte> rest = _source[_position..];
        length = NumberLength(rest, out bool isInteger);
        ReadOnlySpan<byte> text = rest[..length];
        _position += length;

        if (isInteger && DecimalText.TryParse(text, out long signed))
        {
            return new(NumberKind.Integer, (ulong)signed);
        }

        if (isInteger && DecimalText.TryParse(text, out ulong unsigned))
        {
            return new(NumberKind.Unsigned, unsigned);
        }

        if (length > 0 && DecimalText.TryParse(text, out double number))
        {
            return Number.Of(number);
        }

        Fail();
        return default;
    }

    /// <summary>
    /// Looks at a number without exponent, of at most fifteen digits or at most seven on either side of its point, and takes nothing.
    /// </summary>
    /// <param name="source">What the number is in.</param>
    /// <param name="position">Where it begins.</param>
    /// <param name="length">The number's length.</param>
    /// <param name="number">The number.</param>
    internal static bool TryLookAtNumber(ReadOnlySpan<byte> source, int position, out int length, out Number number)
    {
        length = 0;
        number = default;
        int start = position;
        ulong window = SpanWindow.Read64(source, position);
        bool isNegative = (byte)window == '-';
        if (isNegative)
        {
            window = SpanWindow.Read64(source, ++position);
        }

        int wholeDigits = DigitCount(window);
        if (wholeDigits == 0 || wholeDigits > 1 && (byte)window == '0')
        {
            return false;
        }

        ulong value = DigitsOf(window, wholeDigits);
        position += wholeDigits;
        window = SpanWindow.Read64(source, position);
        if (wholeDigits == 8)
        {
            // As many more as a time has, and no fraction.
            wholeDigits = DigitCount(window);
            value = wholeDigits is 0 or 8 ? value : value * (ulong)DecimalText.PowerOfTen(wholeDigits) + DigitsOf(window, wholeDigits);
            position += wholeDigits;
            byte end = (byte)(window >> (8 * wholeDigits & 63));
            length = position - start;
            number = WholeNumber((long)value, isNegative);
            return wholeDigits < 8 && end != '.' && !IsExponent(end);
        }

        if ((byte)window != '.')
        {
            length = position - start;
            number = WholeNumber((long)value, isNegative);
            return !IsExponent((byte)window);
        }

        window = SpanWindow.Read64(source, position + 1);
        int fractionDigits = DigitCount(window);
        if (fractionDigits is 0 or 8 || IsExponent((byte)(window >> fractionDigits * 8)))
        {
            return false;
        }

        // At most 14 digits, and a power of ten: both doubles exactly, so that the one division rounds correctly.
        double power = DecimalText.PowerOfTen(fractionDigits);
        double magnitude = (value * power + DigitsOf(window, fractionDigits)) / power;
        length = position + 1 + fractionDigits - start;
        number = Number.Of(isNegative ? -magnitude : magnitude);
        return true;
    }

    private static bool IsExponent(byte character) => (character | 0x20) == 'e';

    // The sign of zero is part of a double, and no integer has it.
    private static Number WholeNumber(long magnitude, bool isNegative) =>
        !isNegative ? new(NumberKind.Integer, (ulong)magnitude)
        : magnitude != 0 ? new(NumberKind.Integer, (ulong)-magnitude)
        : Number.Of(-0.0);

    // How many of eight bytes, the first being the lowest, are digits before one that is not.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int DigitCount(ulong window)
    {
        ulong others = OthersThanDigits(window ^ Zeros);
        return BitOperations.TrailingZeroCount(others) >> 3;
    }

    // The highest bit of each byte above nine.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong OthersThanDigits(ulong digits) =>
        ((digits & 0x7F7F_7F7F_7F7F_7F7F) + 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080;

    // One to eight digits at once: zeros are put before them, then neighbours are added, then pairs, then fours.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong ToInteger(ulong window, int digits)
    {
        ulong value = window << (8 - digits) * 8 & 0x0F0F_0F0F_0F0F_0F0F;
        value = value * 10 + (value >> 8) & 0x00FF_00FF_00FF_00FF;
        value = value * 100 + (value >> 16) & 0x0000_FFFF_0000_FFFF;
        return (uint)(value * 10_000 + (value >> 32));
    }

    // For what comes seldom, and is not there three times for it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong DigitsOf(ulong window, int digits) => ToInteger(window, digits);

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

    [MethodImpl(MethodImplOptions.NoInlining)]
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
