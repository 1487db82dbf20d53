using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ipso.Buffers;

/// <summary>
/// The double that is nearest to a number that neither a multiplication nor a division of doubles gives: of many digits, or very large or
/// small. As an integer of any length it is multiplied, or moved up and divided; its highest bits are the double's, and the others say how
/// to round. Few numbers come here.
/// </summary>
internal static class LongDecimal
{
    // Behind the 768th digit, the number is in the middle between two doubles or it is not.
    private const int MaxDigits = 749;

    // For those digits, or 10^1095 and four words.
    private const int Words = 128;

    // Of a power of ten that fits a word.
    private const int WordExponent = 9;

    private const int MantissaBits = 52;
    private const int LeastExponent = -1074;
    private const ulong Infinity = 0x7FFUL << MantissaBits;

    /// <summary>The double that is nearest; infinite where it is too large for any.</summary>
    /// <param name="first">The first digits, not zero.</param>
    /// <param name="rest">The digits behind them, with a point among them or none.</param>
    /// <param name="exponent">The power of ten that the first are to be multiplied by, -345 to 310.</param>
    [SkipLocalsInit]
    internal static double Nearest(ulong first, ReadOnlySpan<byte> rest, int exponent)
    {
        Span<uint> words = stackalloc uint[Words];
        (words[0], words[1]) = ((uint)first, (uint)(first >> 32));
        int length = words[1] == 0 ? 1 : 2;
        exponent -= Append(words, ref length, rest);
        // What is left after a division has three words at least.
        int moved = Math.Max(4 - Math.Min(exponent, 0) / WordExponent - length, 0);
        words[..length].CopyTo(words[moved..]);
        words[..moved].Clear();
        length += moved;
        uint below = 0;
        for (int left = Math.Max(exponent, -exponent); left > 0; left -= WordExponent)
        {
            uint power = (uint)DecimalText.PowerOfTen(Math.Min(left, WordExponent));
            if (exponent > 0)
            {
                MultiplyAndAdd(words, ref length, power, 0);
            }
            else
            {
                below |= Divide(words, ref length, power);
            }
        }

        // The highest bit comes to the top of a word, and of all that is below two words counts whether it is something.
        int shift = BitOperations.LeadingZeroCount(words[length - 1]);
        MultiplyAndAdd(words, ref length, 1U << shift, 0);
        ulong highest = (ulong)words[length - 1] << 32 | words[length - 2];
        foreach (uint word in words[..(length - 2)])
        {
            below |= word;
        }

        return Rounded(below == 0 ? highest : highest | 1, (length - 2 - moved) * 32 - shift);
    }

    // A word whose highest bit is set, times a power of two.
    private static double Rounded(ulong word, int exponent)
    {
        // Of very small numbers fewer bits are kept.
        int dropped = Math.Max(63 - MantissaBits, LeastExponent - exponent);
        if (dropped > 64)
        {
            return 0;
        }

        ulong kept = word >> 1 >> dropped - 1;
        ulong rest = word << 64 - dropped;
        const ulong Half = 1UL << 63;
        bool isUp = rest > Half || rest == Half && (kept & 1) != 0;
        // The mantissa's highest bit adds one to the exponent, and so does rounding up to the next power of two.
        ulong bits = ((ulong)(exponent + dropped - LeastExponent) << MantissaBits) + kept + (isUp ? 1UL : 0);
        return BitConverter.UInt64BitsToDouble(Math.Min(bits, Infinity));
    }

    // How many more digits the number has then.
    private static int Append(Span<uint> words, ref int length, ReadOnlySpan<byte> rest)
    {
        int count = 0;
        uint left = 0;
        foreach (byte character in rest)
        {
            uint digit = character - (uint)'0';
            if (character == '.')
            {
                continue;
            }

            if (count == MaxDigits)
            {
                left |= digit;
                continue;
            }

            MultiplyAndAdd(words, ref length, 10, digit);
            count++;
        }

        if (left != 0)
        {
            MultiplyAndAdd(words, ref length, 10, 1);
            count++;
        }

        return count;
    }

    // The lowest word comes first.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MultiplyAndAdd(Span<uint> words, ref int length, uint factor, uint summand)
    {
        ulong carry = summand;
        foreach (ref uint word in words[..length])
        {
            carry += (ulong)word * factor;
            word = (uint)carry;
            carry >>= 32;
        }

        if (carry != 0)
        {
            words[length++] = (uint)carry;
        }
    }

    // Gives the remainder. The highest words, which become zero, are not looked at again.
    private static uint Divide(Span<uint> words, ref int length, uint divisor)
    {
        ulong remainder = 0;
        for (int i = length - 1; i >= 0; i--)
        {
            (ulong quotient, remainder) = Math.DivRem(remainder << 32 | words[i], divisor);
            words[i] = (uint)quotient;
        }

        length -= words[length - 1] == 0 ? 1 : 0;
        return (uint)remainder;
    }
}
