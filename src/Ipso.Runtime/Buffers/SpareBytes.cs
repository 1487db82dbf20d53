using System.Runtime.CompilerServices;

namespace Ipso.Buffers;

/// <summary>
/// Arrays of bytes that are borrowed while a payload is read or written: each thread keeps a few that came back. Of long ones it keeps the
/// last, until the garbage collector wants it. The platform's pool is 2 KB of native code.
/// </summary>
internal static class SpareBytes
{
    // A payload's copy, its records, and a text in it that has to be put together.
    private const int MaxSpares = 3;

    private const int MinLength = 1024;
    private const int MaxKept = 32 * 1024;

    [InlineArray(MaxSpares)]
    private struct Spares
    {
        private byte[]? _first;
    }

    [ThreadStatic]
    private static Spares s_spares;

    [ThreadStatic]
    private static WeakReference<byte[]>? s_long;

    // Whether it is with somebody: to let go of it and take it back would bring what the platform has for COM.
    [ThreadStatic]
    private static bool s_isLongLent;

    private static byte[]? Long
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        get => s_long is { } last && last.TryGetTarget(out byte[]? array) ? array : null;
    }

    /// <summary>Borrows an array of any content.</summary>
    /// <param name="length">Its length at least.</param>
    internal static byte[] Rent(int length)
    {
        // Whoever borrows while it is lent, be it from within a callback, gets another.
        foreach (ref byte[]? spare in (Span<byte[]?>)s_spares)
        {
            if (spare is { } array && array.Length >= length)
            {
                spare = null;
                return array;
            }
        }

        if (!s_isLongLent && Long is { } longArray && longArray.Length >= length)
        {
            s_isLongLent = true;
            return longArray;
        }

        return new byte[Math.Max(length, MinLength)];
    }

    /// <summary>Gives an array back.</summary>
    internal static void Return(byte[] array)
    {
        if (array.Length > MaxKept)
        {
            if (Long != array)
            {
                s_long = new(array);
            }

            s_isLongLent = false;
            return;
        }

        // The longest are worth most: what is always borrowed together is there before long.
        ref byte[]? shortest = ref s_spares[0];
        foreach (ref byte[]? spare in (Span<byte[]?>)s_spares)
        {
            if ((spare?.Length ?? 0) < (shortest?.Length ?? 0))
            {
                shortest = ref spare;
            }
        }

        if (array.Length > (shortest?.Length ?? 0))
        {
            shortest = array;
        }
    }
}
