using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ipso.Buffers;

/// <summary>
/// The text that nearly every string is: ASCII, which is the same in UTF-8 and as long as in UTF-16. One pass makes it and finds out whether it
/// is such, and whether there is nothing in it that JSON escapes: control characters, quotation mark and reverse solidus; DEL counts as one.
/// </summary>
internal static class AsciiText
{
    /// <summary>Writes a string's bytes, if it is ASCII.</summary>
    /// <inheritdoc cref="TryWrite(string, ref byte, bool)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryWrite(string text, ref byte to) => TryWrite(text, ref to, isForJson: false);

    /// <summary>Writes a string's bytes, if it is ASCII of which JSON escapes nothing.</summary>
    /// <inheritdoc cref="TryWrite(string, ref byte, bool)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryWriteUnescaped(string text, ref byte to) => TryWrite(text, ref to, isForJson: true);

    /// <param name="text">The string.</param>
    /// <param name="to">Where to; as many bytes as the string has characters, and no more, are written to.</param>
    /// <param name="isForJson">Whether what JSON escapes is none of it; a constant.</param>
    /// <returns>Whether it is; where not, what was written is of no use.</returns>
    /// <remarks>In line, and nothing is called from here: a caller that does no more needs no frame.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryWrite(string text, ref byte to, bool isForJson)
    {
        ref ushort from = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text.AsSpan()));
        nuint length = (uint)text.Length;
        Vector128<ushort> others;
        // The last piece may lie over the one before, so that no rest is left.
        if (length >= 16)
        {
            nuint last = length - 16;
            others = Write16(ref from, last, ref to, isForJson);
            for (nuint at = 0; at < last; at += 16)
            {
                others |= Write16(ref from, at, ref to, isForJson);
            }
        }
        else if (length >= 8)
        {
            others = Write8To15(ref from, length - 8, ref to, isForJson);
        }
        else if (length >= 4)
        {
            others = Write4To7(ref from, length - 4, ref to, isForJson);
        }
        else
        {
            // Not by a return of its own: what all ways lead to is then one test of the outcome and not two.
            others = length > 0 ? Write1To3(ref from, length, ref to, isForJson) : Vector128<ushort>.Zero;
        }

        return (isForJson ? others : others & Vector128.Create((ushort)0xFF80)) == Vector128<ushort>.Zero;
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

        if (length < 8)
        {
            return length >= 4 ? IsAt4To7(ref from, length, ref at) : IsAtUpTo3(ref from, length, ref at);
        }

        // Sixteen by sixteen; the last ones overlap with those before, and of less than sixteen two times eight do.
        int first = 0;
        int second = Math.Min(8, length - 8);
        Vector128<sbyte> differences = Compare16(ref from, first, second, ref at);
        while (second != length - 8)
        {
            first = Math.Min(first + 16, length - 16);
            second = first + 8;
            differences |= Compare16(ref from, first, second, ref at);
        }

        return differences == Vector128<sbyte>.Zero;
    }

    private static bool IsAt4To7(ref ushort from, int length, ref byte at)
    {
        Vector128<short> units = Vector128.Create(Load4(ref from, 0), Load4(ref from, (nuint)(length - 4))).AsInt16();
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

    // Each writes a piece and gives what may speak against it, by bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Write16(ref ushort from, nuint at, ref byte to, bool isForJson)
    {
        Vector128<ushort> lower = Vector128.LoadUnsafe(ref from, at), upper = Vector128.LoadUnsafe(ref from, at + 8);
        Vector128<sbyte> bytes = Narrow(lower.AsInt16(), upper.AsInt16());
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, at), bytes);
        return OthersIn(lower | upper, bytes, isForJson);
    }

    // Eight and eight, which overlap.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Write8To15(ref ushort from, nuint last, ref byte to, bool isForJson)
    {
        Vector128<ushort> lower = Vector128.LoadUnsafe(ref from), upper = Vector128.LoadUnsafe(ref from, last);
        Vector128<sbyte> bytes = Narrow(lower.AsInt16(), upper.AsInt16());
        Unsafe.WriteUnaligned(ref to, bytes.AsUInt64().ToScalar());
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, last), bytes.AsUInt64().GetElement(1));
        return OthersIn(lower | upper, bytes, isForJson);
    }

    // The same of four and four.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Write4To7(ref ushort from, nuint last, ref byte to, bool isForJson)
    {
        Vector128<ushort> units = Vector128.Create(Load4(ref from, 0), Load4(ref from, last)).AsUInt16();
        Vector128<sbyte> bytes = Narrow(units.AsInt16(), units.AsInt16());
        Unsafe.WriteUnaligned(ref to, bytes.AsUInt32().ToScalar());
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, last), bytes.AsUInt32().GetElement(1));
        return OthersIn(units, bytes, isForJson);
    }

    // The first, the one in the middle and the last, some of them the same.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Write1To3(ref ushort from, nuint length, ref byte to, bool isForJson)
    {
        nuint middle = length >> 1;
        ulong a = from, b = Unsafe.Add(ref from, middle), c = Unsafe.Add(ref from, length - 1);
        to = (byte)a;
        Unsafe.Add(ref to, middle) = (byte)b;
        Unsafe.Add(ref to, length - 1) = (byte)c;
        if (!isForJson)
        {
            return Vector128.CreateScalar(a | b | c).AsUInt16();
        }

        Vector128<short> units = Vector128.Create(a | b << 16 | c << 32 | c << 48).AsInt16();
        return OthersIn(Narrow(units, units)).AsUInt16();
    }

    // Of ASCII that is what is in any of its units, of what JSON does not escape the bytes that it would.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> OthersIn(Vector128<ushort> units, Vector128<sbyte> bytes, bool isForJson) =>
        isForJson ? OthersIn(bytes).AsUInt16() : units;

    private static ulong Load4(ref ushort from, nuint index) =>
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
