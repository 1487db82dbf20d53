using Ipso.Buffers;

namespace Ipso.Lwm2m;

/// <summary>Paths as a set of what lies on them.</summary>
internal static class PathSet
{
    /// <summary>
    /// Sorts paths in ascending order of their ids and drops those that lie on another one, so that nothing lies on two of them. A path
    /// comes where the last of what lies on it would come.
    /// </summary>
    /// <param name="paths">The paths; the kept ones are moved to the start.</param>
    /// <returns>The kept ones.</returns>
    internal static Span<Lwm2mPath> Merge(Span<Lwm2mPath> paths)
    {
        foreach (ref Lwm2mPath path in paths)
        {
            path = WithoutIdsBehindTheLast(path);
        }

        Sorting.Sort<Lwm2mPath, ByIds>(paths);
        // The levels left out are the greatest ids: from behind, a path comes right before all that lies on it.
        int kept = paths.Length;
        for (int i = paths.Length - 1; i >= 0; i--)
        {
            if (kept == paths.Length || !paths[kept].Contains(paths[i]))
            {
                paths[--kept] = paths[i];
            }
        }

        paths[kept..].CopyTo(paths);
        return paths[..(paths.Length - kept)];
    }

    /// <summary>The place of the first path that is not before another one.</summary>
    /// <param name="merged">Paths in ascending order.</param>
    /// <param name="path">The other one.</param>
    internal static int PlaceOf(ReadOnlySpan<Lwm2mPath> merged, Lwm2mPath path)
    {
        int low = 0, high = merged.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (merged[middle].Packed < path.Packed)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Whether a path lies on one of a set.</summary>
    /// <param name="merged">What <see cref="Merge"/> kept.</param>
    /// <param name="path">The path.</param>
    internal static bool Covers(ReadOnlySpan<Lwm2mPath> merged, Lwm2mPath path)
    {
        int place = PlaceOf(merged, path);
        return place < merged.Length && merged[place].Contains(path);
    }

    // Whoever makes a path of four ids may leave out one in the middle: what comes behind it means nothing.
    private static Lwm2mPath WithoutIdsBehindTheLast(Lwm2mPath path) =>
        path.Depth == 4 ? path : new(path.Packed | ulong.MaxValue >> path.Depth * 16);

    private readonly struct ByIds : IOrder<Lwm2mPath>
    {
        public static bool IsBefore(in Lwm2mPath x, in Lwm2mPath y) => x.Packed < y.Packed;
    }
}
