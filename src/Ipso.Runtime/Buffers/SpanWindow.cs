using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ipso.Buffers;

/// <summary>Eight bytes of a span at once, for readers that guess what comes and look before they take.</summary>
internal static class SpanWindow
{
    /// <summary>The eight bytes at a position, the first in the lowest bits; zeros stand for those beyond the end.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="position">The position, 0 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Read64(ReadOnlySpan<byte> source, int position) =>
        source.Length - position >= 8
            ? Unchecked.LoadLittle(ref Unchecked.At(ref MemoryMarshal.GetReference(source), position))
            : Read64AtEnd(source, position);

    // The last eight bytes of all, moved down: no loop.
    private static ulong Read64AtEnd(ReadOnlySpan<byte> source, int position)
    {
        int left = source.Length - position;
        if (left <= 0)
        {
            return 0;
        }

        if (source.Length >= 8)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(source[^8..]) >> (8 - left) * 8;
        }

        ulong window = 0;
        for (int i = source.Length - 1; i >= position; i--)
        {
            window = window << 8 | source[i];
        }

        return window;
    }
}
