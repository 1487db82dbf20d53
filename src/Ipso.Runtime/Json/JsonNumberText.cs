using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ipso.Buffers;

namespace Ipso.Json;

/// <summary>Numbers as text, shortest first (RFC 8259, 6): what is written reads back as the same number.</summary>
internal static class JsonNumberText
{
    /// <summary>The longest text of a number, in bytes. Whatever is written, that many may be written to.</summary>
    internal const int MaxLength = ShortestDecimal.MaxLength;

    /// <summary>Writes an integer.</summary>
    /// <returns>The bytes written; <see cref="MaxLength"/> are enough room.</returns>
    internal static int Write(Span<byte> destination, long value) => Write(ref Start(destination), value);

    /// <inheritdoc cref="Write(Span{byte}, long)"/>
    internal static int Write(Span<byte> destination, ulong value) => DecimalDigits.Write(ref Start(destination), value);

    /// <summary>Writes a finite double in its shortest form; without exponent where that is not longer than usual.</summary>
    /// <inheritdoc cref="Write(Span{byte}, long)"/>
    internal static int Write(Span<byte> destination, double value) => Write(ref Start(destination), value);

    internal static int Write(ref byte to, long value)
    {
        if (value >= 0)
        {
            return DecimalDigits.Write(ref to, (ulong)value);
        }

        to = (byte)'-';
        return 1 + DecimalDigits.Write(ref Unchecked.At(ref to, 1), 0 - (ulong)value);
    }

    internal static int Write(ref byte to, double value)
    {
        if (!double.IsNegative(value))
        {
            return WriteMagnitude(ref to, value);
        }

        to = (byte)'-';
        ref byte behind = ref Unchecked.At(ref to, 1);
        if (value != 0)
        {
            return 1 + WriteMagnitude(ref behind, -value);
        }

        // The sign of zero is part of a double, and no integer has it.
        "0.0"u8.CopyTo(MemoryMarshal.CreateSpan(ref behind, 3));
        return 4;
    }

    // Measured values have few decimals. At most 15 digits that read back as the value are the shortest: no others so short do. So a
    // product that was rounded is no guess where the division leads back.
    private static int WriteMagnitude(ref byte to, double value)
    {
        const double FifteenDigits = 1e15;
        long whole = double.ConvertToIntegerNative<long>(value);
        if (whole == value && value < FifteenDigits)
        {
            return DecimalDigits.Write(ref to, (ulong)whole);
        }

        double product = value * 1e3 + 0.5;
        long thousandths = double.ConvertToIntegerNative<long>(product);
        if (thousandths / 1e3 == value && product < FifteenDigits)
        {
            (long integer, long fraction) = Math.DivRem(thousandths, 1000);
            int length = DecimalDigits.Write(ref to, (ulong)integer);
            return length + DecimalDigits.WriteFraction4(ref Unchecked.At(ref to, length), (uint)fraction * 10);
        }

        product = value * 1e6 + 0.5;
        long millionths = double.ConvertToIntegerNative<long>(product);
        // Of smaller ones the form with an exponent is the shorter.
        if (millionths / 1e6 == value && product < FifteenDigits && millionths >= 100)
        {
            (long integer, long fraction) = Math.DivRem(millionths, 1_000_000);
            int length = DecimalDigits.Write(ref to, (ulong)integer);
            return length + DecimalDigits.WriteFraction8(ref Unchecked.At(ref to, length), (uint)fraction * 100);
        }

        return WriteShortest(ref to, value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int WriteShortest(ref byte to, double value)
    {
        // The sign, if any, is written. An exponent's "e" must be in lower case (RFC 8428, 5).
        return ShortestDecimal.Write(value, MemoryMarshal.CreateSpan(ref to, MaxLength - 1), (byte)'e');
    }

    private static ref byte Start(Span<byte> destination) => ref MemoryMarshal.GetReference(destination[..MaxLength]);
}
