using System.Runtime.InteropServices;

namespace Ipso.Benchmarks.Security;

/// <summary>What the C library has given out.</summary>
internal static unsafe partial class GlibcHeap
{
    /// <summary>In bytes; 0 where it is not glibc 2.33 or newer.</summary>
    internal static long InUse
    {
        get
        {
            if (!OperatingSystem.IsLinux()
                || !NativeLibrary.TryLoad("libc.so.6", out nint library)
                || !NativeLibrary.TryGetExport(library, "mallinfo2", out nint address))
            {
                return 0;
            }

            // Ten numbers: hblkhd is the fifth, what is mapped; uordblks the eighth, what is in use of the arenas.
            MallInfo info = ((delegate* unmanaged<MallInfo>)address)();
            return (long)(info.Numbers[4] + info.Numbers[7]);
        }
    }

    private struct MallInfo
    {
        internal fixed ulong Numbers[10];
    }
}
