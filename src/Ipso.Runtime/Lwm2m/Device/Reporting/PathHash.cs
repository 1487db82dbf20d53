namespace Ipso.Lwm2m.Device;

/// <summary>Hashes of paths, by levels.</summary>
internal static class PathHash
{
    /// <summary>The path of the first levels of another one.</summary>
    /// <param name="path">The other one.</param>
    /// <param name="depth">How many levels, 0 to 4; more than the path has change nothing.</param>
    internal static Lwm2mPath Truncate(Lwm2mPath path, int depth) =>
        depth >= 4 ? path : new(path.Packed | ulong.MaxValue >> depth * 16);

    /// <summary>The hash of a path.</summary>
    internal static int Of(Lwm2mPath path) => (int)(path.Packed * 0x9e37_79b9_7f4a_7c15 >> 32);

    /// <summary>The hash of a path; that of a resource instance is its resource's.</summary>
    internal static int OfResource(Lwm2mPath path) => Of(Truncate(path, 3));
}
