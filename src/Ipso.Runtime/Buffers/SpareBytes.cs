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

    [ThreadStatic]
    private static byte[]?[]? s_spares;

    [ThreadStatic]
    private static WeakReference<byte[]>? s_long;

    // Whether it is with somebody: to let go of it and take it back would bring what the platform has for COM.
    [ThreadStatic]
    private static bool s_isLongLent;

    /// <summary>Borrows an array of any content.</summary>
    /// <param name="length">Its length at least.</param>
    internal static byte[] Rent(int length)
    {
        // Whoever borrows while it is lent, be it from within a callback, gets another.
        foreach (ref byte[]? spare in s_spares.AsSpan())
        {
            if (spare is { } array && array.Length >= length)
            {
                spare = null;
                return array;
            }
        }

        if (!s_isLongLent && s_long is { } last && last.TryGetTarget(out byte[]? longArray) && longArray.Length >= length)
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
            if (s_long is not { } last || !last.TryGetTarget(out byte[]? longArray) || longArray != array)
            {
                s_long = new(array);
            }

            s_isLongLent = false;
            return;
        }

        // The longest are worth most: what is always borrowed together is there before long.
        s_spares ??= new byte[]?[MaxSpares];
        ref byte[]? shortest = ref s_spares[0];
        foreach (ref byte[]? spare in s_spares.AsSpan())
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
