namespace Ipso.Buffers;

/// <summary>
/// Arrays that are borrowed for a while, of types that few places need: each thread keeps one that came back. The platform's pool is 2 KB
/// of native code for each type; bytes are <see cref="SpareBytes"/>.
/// </summary>
/// <typeparam name="T">What the arrays are of.</typeparam>
internal static class SpareArrays<T>
{
    // What is longer is not kept.
    private const int MaxKept = 4096;

    [ThreadStatic]
    private static T[]? s_spare;

    /// <summary>Borrows an array of any content.</summary>
    /// <param name="length">Its length at least.</param>
    internal static T[] Rent(int length)
    {
        T[]? spare = s_spare;
        if (spare is not null && spare.Length >= length)
        {
            s_spare = null;
            return spare;
        }

        return new T[Math.Max(length, 16)];
    }

    /// <summary>Gives an array back.</summary>
    /// <param name="array">The array.</param>
    /// <param name="isCleared">Whether what is in it is to be forgotten.</param>
    internal static void Return(T[] array, bool isCleared = false)
    {
        if (isCleared)
        {
            Array.Clear(array);
        }

        if (array.Length <= MaxKept && array.Length >= (s_spare?.Length ?? 0))
        {
            s_spare = array;
        }
    }
}
