using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ipso.Buffers;

/// <summary>Decimal digits, four or eight at a time: a word is divided as lanes, two digits in each and then one.</summary>
internal static class DecimalDigits
{
    /// <summary>The room that a number needs, in bytes: its 20 digits at most, and what the last store may write behind them.</summary>
    internal const int Room = 28;

    /// <summary>Eight digits of zero: what the others are added to as characters.</summary>
    internal const ulong EightZeros = 0x30303030_30303030;

    private const uint FourZeros = 0x30303030;
    private const uint Hundred = 100;
    private const uint TenThousand = 10_000;
    private const uint HundredMillion = 100_000_000;

    /// <summary>Writes a number without leading zeros.</summary>
    /// <param name="to">Where to; <see cref="Room"/> bytes are written to.</param>
    /// <param name="value">The number.</param>
    /// <returns>How many digits it has.</returns>
    internal static int Write(ref byte to, ulong value)
    {
        if (value < 10)
        {
            to = (byte)('0' + value);
            return 1;
        }

        if (value < TenThousand)
        {
            uint digits = Four((uint)value);
            int zeros = BitOperations.TrailingZeroCount(digits) >> 3;
            Unchecked.StoreLittle(ref to, (digits | FourZeros) >> zeros * 8);
            return 4 - zeros;
        }

        if (value < HundredMillion)
        {
            ulong digits = Eight((uint)value);
            int zeros = BitOperations.TrailingZeroCount(digits) >> 3;
            Unchecked.StoreLittle(ref to, (digits | EightZeros) >> zeros * 8);
            return 8 - zeros;
        }

        ulong high = value / HundredMillion;
        int length = Write(ref to, high);
        Unchecked.StoreLittle(ref Unchecked.At(ref to, length), Eight((uint)(value - high * HundredMillion)) | EightZeros);
        return length + 8;
    }

    /// <summary>Writes a number without leading zeros, and nothing behind it.</summary>
    /// <param name="value">The number.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="written">How many digits it has; 0 where the destination is too short.</param>
    /// <returns>Whether the destination was long enough.</returns>
    // Utf8Formatter does the same in 1 KB of native code.
    internal static bool TryWrite(ulong value, Span<byte> destination, out int written)
    {
        Span<byte> text = stackalloc byte[Room];
        written = Write(ref text[0], value);
        if (!text[..written].TryCopyTo(destination))
        {
            written = 0;
            return false;
        }

        return true;
    }

    /// <summary>Writes a fraction, a point and digits without trailing zeros; writes to 5 bytes.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="tenThousandths">The fraction, above 0 and below 10,000.</param>
    /// <returns>The bytes of it.</returns>
    internal static int WriteFraction4(ref byte to, uint tenThousandths)
    {
        to = (byte)'.';
        uint digits = Four(tenThousandths);
        Unchecked.StoreLittle(ref Unchecked.At(ref to, 1), digits | FourZeros);
        return 5 - (BitOperations.LeadingZeroCount(digits) >> 3);
    }

    /// <summary>Writes a fraction, a point and digits without trailing zeros; writes to 9 bytes.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="hundredMillionths">The fraction, above 0 and below 100,000,000.</param>
    /// <returns>The bytes of it.</returns>
    internal static int WriteFraction8(ref byte to, uint hundredMillionths)
    {
        to = (byte)'.';
        ulong digits = Eight(hundredMillionths);
        Unchecked.StoreLittle(ref Unchecked.At(ref to, 1), digits | EightZeros);
        return 9 - (BitOperations.LeadingZeroCount(digits) >> 3);
    }

    /// <summary>Which of eight digits, their characters' value taken off them, are none: the highest bit of their bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong OthersThanDigits(ulong digits) =>
        ((digits & 0x7F7F_7F7F_7F7F_7F7F) + 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080;

    /// <summary>Reads one to eight digits at once, the first in the lowest byte, as characters or without their value.</summary>
    // Zeros are put before them, then neighbours are added, then pairs, then fours.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Read(ulong digits, int count)
    {
        ulong value = digits << (8 - count) * 8 & 0x0F0F_0F0F_0F0F_0F0F;
        value = value * 10 + (value >> 8) & 0x00FF_00FF_00FF_00FF;
        value = value * 100 + (value >> 16) & 0x0000_FFFF_0000_FFFF;
        return (uint)(value * 10_000 + (value >> 32));
    }

    // The digits of a number below 10,000, the first in the lowest byte. The divisions are multiplications: right for what fits a lane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Four(uint value)
    {
        uint hundreds = value * 10_486 >> 20;
        uint pairs = hundreds | (value - hundreds * Hundred) << 16;
        uint tens = pairs * 103 >> 10 & 0x000F_000F;
        return tens | (pairs - tens * 10) << 8;
    }

    // The digits of a number below 100,000,000, the first in the lowest byte.
    private static ulong Eight(uint value)
    {
        uint high = value / TenThousand;
        ulong halves = high | (ulong)(value - high * TenThousand) << 32;
        ulong hundreds = halves * 10_486 >> 20 & 0x7F_0000_007F;
        ulong pairs = hundreds | (halves - hundreds * Hundred) << 16;
        ulong tens = pairs * 103 >> 10 & 0x000F_000F_000F_000F;
        return tens | (pairs - tens * 10) << 8;
    }
}
