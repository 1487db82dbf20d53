namespace Ipso.Buffers;

/// <summary>
/// The double that is nearest to a number of many digits, or one that is very large or small: an approximation is held against the number,
/// both as integers of any length, and gives way to its neighbour until none is nearer. Few numbers come here.
/// </summary>
internal static class LongDecimal
{
    // Behind the 768th digit, the number is in the middle between two doubles or it is not.
    private const int MaxDigits = 749;

    // For those digits and 2^1075, or 10^1095 and a mantissa.
    private const int Words = 128;

    private const int MantissaBits = 52;
    private const int Bias = 1023 + MantissaBits;
    private const ulong HiddenBit = 1UL << MantissaBits;
    private const ulong Infinity = 0x7FFUL << MantissaBits;

    /// <summary>The double that is nearest; infinite where it is too large for any.</summary>
    /// <param name="word">The first digits, not zero.</param>
    /// <param name="rest">The digits behind them, with a point among them or none.</param>
    /// <param name="exponent">The power of ten that the word is to be multiplied by, -345 to 310.</param>
    internal static double Nearest(ulong word, ReadOnlySpan<byte> rest, int exponent)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(Math.Min(Approximate(word, exponent), double.MaxValue));
        LongInteger number = new(stackalloc uint[Words], word);
        exponent -= Append(ref number, rest);
        number.MultiplyByPowerOfTen(exponent);
        Span<uint> room = stackalloc uint[2 * Words];
        while (bits != Infinity)
        {
            // In the middle of two it is the even one.
            int above = CompareToMiddle(number, bits, exponent, room);
            if (above > 0 || above == 0 && (bits & 1) != 0)
            {
                bits++;
                continue;
            }

            int below = bits == 0 ? 1 : CompareToMiddle(number, bits - 1, exponent, room);
            if (below > 0 || below == 0 && (bits & 1) == 0)
            {
                return BitConverter.UInt64BitsToDouble(bits);
            }

            bits--;
        }

        return double.PositiveInfinity;
    }

    private static double Approximate(double value, int exponent)
    {
        for (; exponent >= 20; exponent -= 20)
        {
            value *= 1e20;
        }

        for (; exponent <= -20; exponent += 20)
        {
            value /= 1e20;
        }

        return exponent < 0 ? value / DecimalText.PowerOfTen(-exponent) : value * DecimalText.PowerOfTen(exponent);
    }

    // How many more digits the number has then.
    private static int Append(ref LongInteger number, ReadOnlySpan<byte> rest)
    {
        int count = 0;
        int left = 0;
        foreach (byte digit in rest)
        {
            if (digit == '.')
            {
                continue;
            }

            if (count == MaxDigits)
            {
                left |= digit - '0';
                continue;
            }

            number.MultiplyAndAdd(10, digit - (uint)'0');
            count++;
        }

        if (left != 0)
        {
            number.MultiplyAndAdd(10, 1);
            count++;
        }

        return count;
    }

    // The number, which is still to be multiplied by a power of ten where the exponent is negative, against the middle between the double of
    // these bits and the next one.
    private static int CompareToMiddle(LongInteger number, ulong bits, int powerOfTen, Span<uint> room)
    {
        int exponent = (int)(bits >> MantissaBits);
        ulong mantissa = bits & (HiddenBit - 1) | (exponent == 0 ? 0 : HiddenBit);
        LongInteger middle = new(room[..Words], 2 * mantissa + 1);
        LongInteger compared = new(room[Words..], number);
        middle.MultiplyByPowerOfTen(-powerOfTen);
        // One less, since the middle was doubled.
        exponent = Math.Max(exponent, 1) - Bias - 1;
        middle.ShiftLeft(exponent);
        compared.ShiftLeft(-exponent);
        return compared.CompareTo(middle);
    }

    // The lowest word first, the highest is not zero.
    private ref struct LongInteger
    {
        private readonly Span<uint> _words;
        private int _length;

        internal LongInteger(Span<uint> room, ulong value)
        {
            _words = room;
            room[0] = (uint)value;
            room[1] = (uint)(value >> 32);
            _length = room[1] == 0 ? 1 : 2;
        }

        internal LongInteger(Span<uint> room, LongInteger value)
        {
            _words = room;
            _length = value._length;
            value._words[.._length].CopyTo(room);
        }

        internal void MultiplyAndAdd(uint factor, uint summand)
        {
            ulong carry = summand;
            foreach (ref uint word in _words[.._length])
            {
                carry += (ulong)word * factor;
                word = (uint)carry;
                carry >>= 32;
            }

            if (carry != 0)
            {
                _words[_length++] = (uint)carry;
            }
        }

        // By none where the exponent is negative, as below.
        internal void MultiplyByPowerOfTen(int exponent)
        {
            for (; exponent >= 9; exponent -= 9)
            {
                MultiplyAndAdd(1_000_000_000, 0);
            }

            for (; exponent > 0; exponent--)
            {
                MultiplyAndAdd(10, 0);
            }
        }

        internal void ShiftLeft(int bits)
        {
            for (; bits > 0; bits -= 31)
            {
                MultiplyAndAdd(1U << Math.Min(bits, 31), 0);
            }
        }

        internal readonly int CompareTo(LongInteger other)
        {
            int order = _length - other._length;
            for (int i = _length - 1; order == 0 && i >= 0; i--)
            {
                order = _words[i].CompareTo(other._words[i]);
            }

            return order;
        }
    }
}
