using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ipso.Buffers;

/// <summary>
/// Arrays that are borrowed for a call: each thread keeps two that came back, as many as are borrowed at a time as a rule. The platform's
/// pool, where streams have theirs for as long as they last, keeps more, in 2 KB of native code for each type.
/// </summary>
/// <typeparam name="T">What the arrays are of.</typeparam>
internal static class SpareArrays<T>
{
    // What is longer is not kept, in bytes.
    private const int MaxKept = 64 * 1024;

    [ThreadStatic]
    private static T[]? s_longer;

    [ThreadStatic]
    private static T[]? s_shorter;

    /// <summary>Borrows an array of any content.</summary>
    /// <param name="length">Its length at least.</param>
    internal static T[] Rent(int length) => Take(ref s_shorter, length) ?? Take(ref s_longer, length) ?? New(length);

    /// <summary>Gives an array back.</summary>
    /// <param name="array">The array.</param>
    /// <param name="isCleared">Whether what is in it is to be forgotten.</param>
    internal static void Return(T[] array, bool isCleared = false)
    {
        if (isCleared)
        {
            Array.Clear(array);
        }

        if (array.Length > MaxKept / Unsafe.SizeOf<T>())
        {
            return;
        }

        ref T[]? longer = ref s_longer;
        if (array.Length >= (longer?.Length ?? 0))
        {
            (array, longer) = (longer!, array);
        }

        ref T[]? shorter = ref s_shorter;
        if (array is not null && array.Length >= (shorter?.Length ?? 0))
        {
            shorter = array;
        }
    }

    // What is kept fits who needs a little more, too.
    private static T[] New(int length) =>
        new T[length <= MaxKept / Unsafe.SizeOf<T>() ? (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, 16)) : length];

    private static T[]? Take(ref T[]? spare, int length)
    {
        T[]? taken = spare;
        if (taken is null || taken.Length < length)
        {
            return null;
        }

        spare = null;
        return taken;
    }
}
