using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ipso.Buffers;

/// <summary>
/// The text that nearly every string is: ASCII without control characters, quotation mark and reverse solidus. It is the same in UTF-8, as
/// long as in UTF-16, and JSON escapes nothing of it, so that one pass makes it and finds out whether it is such.
/// </summary>
internal static class UnescapedAscii
{
    /// <summary>Writes a string's bytes, if it is such a text.</summary>
    /// <param name="text">The string.</param>
    /// <param name="to">Where to; as many bytes as the string has characters, and no more, are written to.</param>
    /// <returns>Whether it is; where not, what was written is of no use.</returns>
    /// <remarks>In line, and nothing is called from here: a caller that does no more needs no frame.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryWrite(string text, ref byte to)
    {
        ref ushort from = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text.AsSpan()));
        int length = text.Length;
        // The last piece may lie over the one before, so that no rest is left.
        if (length >= 16)
        {
            Vector128<short> bad = Vector128<short>.Zero;
            int at = 0;
            do
            {
                bad |= Write16(ref from, at, at + 8, ref to);
                at += 16;
            }
            while (at <= length - 16);

            return (bad | Write16(ref from, length - 16, length - 8, ref to)) == Vector128<short>.Zero;
        }

        if (length >= 8)
        {
            return Write16(ref from, 0, length - 8, ref to) == Vector128<short>.Zero;
        }

        return length >= 4 ? TryWrite4To7(ref from, length, ref to) : TryWriteUpTo3(ref from, length, ref to);
    }

    /// <summary>Whether a string is of printable ASCII, and these are its bytes.</summary>
    /// <param name="text">The string.</param>
    /// <param name="bytes">As many bytes as the string has characters.</param>
    internal static bool IsAt(string text, ReadOnlySpan<byte> bytes)
    {
        ref ushort from = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text.AsSpan()));
        ref byte at = ref MemoryMarshal.GetReference(bytes);
        int length = text.Length;
        if (length != bytes.Length)
        {
            return false;
        }

        if (length >= 16)
        {
            Vector128<sbyte> differences = Compare16(ref from, 0, 8, ref at);
            for (int first = 16; first < length - 16; first += 16)
            {
                differences |= Compare16(ref from, first, first + 8, ref at);
            }

            return (differences | Compare16(ref from, length - 16, length - 8, ref at)) == Vector128<sbyte>.Zero;
        }

        if (length >= 8)
        {
            return Compare16(ref from, 0, length - 8, ref at) == Vector128<sbyte>.Zero;
        }

        return length >= 4 ? IsAt4To7(ref from, length, ref at) : IsAtUpTo3(ref from, length, ref at);
    }

    private static bool IsAt4To7(ref ushort from, int length, ref byte at)
    {
        Vector128<short> units = Vector128.Create(Load4(ref from, 0), Load4(ref from, length - 4)).AsInt16();
        Vector128<sbyte> bytes = Narrow(units, units);
        uint first = Unsafe.ReadUnaligned<uint>(ref at);
        uint last = Unsafe.ReadUnaligned<uint>(ref Unchecked.At(ref at, length - 4));
        Vector128<uint> there = Vector128.Create(first, last, first, last);
        return ((bytes ^ there.AsSByte()) | OthersThanPrintable(bytes)) == Vector128<sbyte>.Zero;
    }

    private static bool IsAtUpTo3(ref ushort from, int length, ref byte at)
    {
        for (int i = 0; i < length; i++)
        {
            if (Unsafe.Add(ref from, i) != Unchecked.At(ref at, i) || Unchecked.At(ref at, i) >= 0x80)
            {
                return false;
            }
        }

        return true;
    }

    // Eight characters each from two places, which may overlap, and the bytes at the same places: zero where they are the same text.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Compare16(ref ushort from, int first, int second, ref byte at)
    {
        Vector128<sbyte> bytes = Narrow(
            Vector128.LoadUnsafe(ref from, (nuint)first).AsInt16(), Vector128.LoadUnsafe(ref from, (nuint)second).AsInt16());
        Vector128<ulong> there = Vector128.Create(
            Unsafe.ReadUnaligned<ulong>(ref Unchecked.At(ref at, first)), Unsafe.ReadUnaligned<ulong>(ref Unchecked.At(ref at, second)));
        return (bytes ^ there.AsSByte()) | OthersThanPrintable(bytes);
    }

    private static bool IsUnescaped(int unit) => (uint)(unit - ' ') <= '~' - ' ' && unit is not ('"' or '\\');

    // Eight characters each from two places, which may overlap.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Write16(ref ushort from, int first, int second, ref byte to)
    {
        Vector128<sbyte> bytes = Narrow(
            Vector128.LoadUnsafe(ref from, (nuint)first).AsInt16(), Vector128.LoadUnsafe(ref from, (nuint)second).AsInt16());
        Unsafe.WriteUnaligned(ref Unchecked.At(ref to, first), bytes.AsUInt64().ToScalar());
        Unsafe.WriteUnaligned(ref Unchecked.At(ref to, second), bytes.AsUInt64().GetElement(1));
        return OthersIn(bytes).AsInt16();
    }

    // The same of four and four.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryWrite4To7(ref ushort from, int length, ref byte to)
    {
        Vector128<short> units = Vector128.Create(Load4(ref from, 0), Load4(ref from, length - 4)).AsInt16();
        Vector128<sbyte> bytes = Narrow(units, units);
        Unsafe.WriteUnaligned(ref to, bytes.AsUInt32().ToScalar());
        Unsafe.WriteUnaligned(ref Unchecked.At(ref to, length - 4), bytes.AsUInt32().GetElement(1));
        return OthersIn(bytes) == Vector128<sbyte>.Zero;
    }

    // The first, the one in the middle and the last, some of them the same.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryWriteUpTo3(ref ushort from, int length, ref byte to)
    {
        if (length == 0)
        {
            return true;
        }

        int middle = length >> 1;
        int a = from, b = Unsafe.Add(ref from, middle), c = Unsafe.Add(ref from, length - 1);
        to = (byte)a;
        Unchecked.At(ref to, middle) = (byte)b;
        Unchecked.At(ref to, length - 1) = (byte)c;
        return IsUnescaped(a) && IsUnescaped(b) && IsUnescaped(c);
    }

    private static ulong Load4(ref ushort from, int index) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<ushort, byte>(ref Unsafe.Add(ref from, index)));

    // What no signed byte holds becomes the least or the greatest one, neither of which is such a character.
    private static Vector128<sbyte> Narrow(Vector128<short> lower, Vector128<short> upper) =>
        Vector128.NarrowWithSaturation(lower, upper);

    private static Vector128<sbyte> OthersIn(Vector128<sbyte> bytes) =>
        OthersThanPrintable(bytes)
        | Vector128.Equals(bytes, Vector128.Create((sbyte)'"'))
        | Vector128.Equals(bytes, Vector128.Create((sbyte)'\\'));

    // Adding one takes the greatest, DEL, to the least: one comparison then finds everything outside of 0x20 to 0x7E.
    private static Vector128<sbyte> OthersThanPrintable(Vector128<sbyte> bytes) =>
        Vector128.LessThan(bytes + Vector128<sbyte>.One, Vector128.Create((sbyte)(' ' + 1)));
}
