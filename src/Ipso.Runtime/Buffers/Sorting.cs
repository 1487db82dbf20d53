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
        for (int i = items.Length / 2 - 1; i >= 0; i--)
        {
            Sift<T, TOrder>(items, i);
        }

        // The greatest of those that are left goes behind the others.
        while (items.Length > 1)
        {
            ref T last = ref items[^1];
            (items[0], last) = (last, items[0]);
            items = items[..^1];
            Sift<T, TOrder>(items, 0);
        }
    }

    // The greatest of a heap is at its root.
    private static void Sift<T, TOrder>(Span<T> heap, int parent)
        where TOrder : struct, IOrder<T>
    {
        T item = heap[parent];
        while (parent * 2 + 1 is int child && child < heap.Length)
        {
            child += child + 1 < heap.Length && TOrder.IsBefore(in heap[child], in heap[child + 1]) ? 1 : 0;
            if (!TOrder.IsBefore(in item, in heap[child]))
            {
                break;
            }

            heap[parent] = heap[child];
            parent = child;
        }

        heap[parent] = item;
    }
}
