namespace Ipso.Buffers;

/// <summary>An order of things.</summary>
/// <typeparam name="T">The things.</typeparam>
internal interface IOrder<T>
{
    /// <summary>Whether one comes before another.</summary>
    static abstract bool IsBefore(in T x, in T y);
}

/// <summary>
/// Sorts in place, in a time that no order of theirs makes worse than n log n. The platform's way is faster, and 2 KB of native code for
/// each type; here little is sorted, and seldom.
/// </summary>
internal static class Sorting
{
    internal static void Sort<T, TOrder>(Span<T> items)
        where TOrder : struct, IOrder<T>
    {
        // First what is in the second half, then all before it one by one, become a heap; then the greatest, which is at its root, goes
        // behind what is left of it.
        int root = items.Length / 2;
        int length = items.Length;
        while (length > 1)
        {
            int parent = Math.Max(--root, 0);
            T item = items[parent];
            if (root < 0)
            {
                item = items[--length];
                items[length] = items[0];
            }

            while (parent * 2 + 1 is int child && child < length)
            {
                child += child + 1 < length && TOrder.IsBefore(in items[child], in items[child + 1]) ? 1 : 0;
                if (!TOrder.IsBefore(in item, in items[child]))
                {
                    break;
                }

                items[parent] = items[child];
                parent = child;
            }

            items[parent] = item;
        }
    }
}
