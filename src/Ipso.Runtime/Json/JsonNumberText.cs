using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Ipso.Json;

/// <summary>Numbers as text, shortest first (RFC 8259, 6): what is written reads back as the same number.</summary>
internal static class JsonNumberText
{
    /// <summary>The longest text of a number, in bytes: a sign, 17 digits, a point and an exponent, with some room.</summary>
    internal const int MaxLength = 32;

    /// <summary>Writes an integer.</summary>
    /// <returns>The bytes written; <see cref="MaxLength"/> are enough room.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Write(Span<byte> destination, long value)
    {
        Utf8Formatter.TryFormat(value, destination, out int written);
        return written;
    }

    /// <inheritdoc cref="Write(Span{byte}, long)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Write(Span<byte> destination, ulong value)
    {
        Utf8Formatter.TryFormat(value, destination, out int written);
        return written;
    }

    /// <summary>Writes a finite double in its shortest form; without exponent where that is not longer than usual.</summary>
    /// <inheritdoc cref="Write(Span{byte}, long)"/>
    internal static int Write(Span<byte> destination, double value)
    {
        if (value == Math.Truncate(value) && Math.Abs(value) < 1e15)
        {
            // The sign of zero is part of a double, and no integer has it.
            if (value == 0 && double.IsNegative(value))
            {
                "-0.0"u8.CopyTo(destination);
                return 4;
            }

            return Write(destination, (long)value);
        }

        // Measured values have few decimals. At most 15 digits that read back as the value are the shortest: no others so short do.
        double thousandths = Math.Round(value * 1000);
        if (Math.Abs(thousandths) < 1e15 && thousandths / 1000 == value)
        {
            return WriteThousandths(destination, (long)thousandths);
        }

        Utf8Formatter.TryFormat(value, destination, out int written);
        // An exponent's "e" must be in lower case (RFC 8428, 5).
        int exponent = destination[..written].IndexOf((byte)'E');
        if (exponent >= 0)
        {
            destination[exponent] = (byte)'e';
        }

        return written;
    }

    private static int WriteThousandths(Span<byte> destination, long value)
    {
        int at = 0;
        if (value < 0)
        {
            destination[at++] = (byte)'-';
        }

        (long whole, long fraction) = Math.DivRem(Math.Abs(value), 1000);
        at += Write(destination[at..], whole);
        destination[at++] = (byte)'.';
        for (; fraction != 0; fraction = fraction % 100 * 10)
        {
            destination[at++] = (byte)('0' + fraction / 100);
        }

        return at;
    }
}
