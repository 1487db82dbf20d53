using System.Runtime.CompilerServices;

namespace Ipso.Buffers;

/// <summary>
/// Arrays of bytes that are borrowed while a payload is read or written: each thread keeps a few that came back. Of long ones it keeps the
/// last, until the garbage collector wants it. The platform's pool is 2 KB of native code.
/// </summary>
internal static class SpareBytes
{
    // A payload's copy, its records, a text in it that has to be put together, and one that it is compared with.
    private const int MaxSpares = 4;

    private const int MinLength = 1024;
    private const int MaxKept = 32 * 1024;

    [InlineArray(MaxSpares)]
    private struct Spares
    {
        private byte[]? _first;
    }

    private struct Kept
    {
        internal Spares Spares;
        internal WeakReference<byte[]>? Long;

        // Whether it is with somebody: to let go of it and take it back would bring what the platform has for COM.
        internal bool IsLongLent;

        internal readonly byte[]? LongArray
        {
            [MethodImpl(MethodImplOptions.NoInlining)]
            get => Long is { } last && last.TryGetTarget(out byte[]? array) ? array : null;
        }
    }

    [ThreadStatic]
    private static Kept s_kept;

    /// <summary>Borrows an array of any content.</summary>
    /// <param name="length">Its length at least.</param>
    internal static byte[] Rent(int length)
    {
        // Whoever borrows while it is lent, be it from within a callback, gets another.
        ref Kept kept = ref s_kept;
        foreach (ref byte[]? spare in (Span<byte[]?>)kept.Spares)
        {
            if (spare is { } array && array.Length >= length)
            {
                spare = null;
                return array;
            }
        }

        if (!kept.IsLongLent && kept.LongArray is { } longArray && longArray.Length >= length)
        {
            kept.IsLongLent = true;
            return longArray;
        }

        return new byte[Math.Max(length, MinLength)];
    }

    /// <summary>Gives an array back.</summary>
    internal static void Return(byte[] array)
    {
        ref Kept kept = ref s_kept;
        if (array.Length > MaxKept)
        {
            if (kept.LongArray != array)
            {
                kept.Long = new(array);
            }

            kept.IsLongLent = false;
            return;
        }

        // The longest are worth most, and the shortest of all is let go: what is always borrowed together is there before long.
        byte[]? left = array;
        foreach (ref byte[]? spare in (Span<byte[]?>)kept.Spares)
        {
            if (left is not null && left.Length > (spare?.Length ?? 0))
            {
                (left, spare) = (spare, left);
            }
        }
    }
}
