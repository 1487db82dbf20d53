using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ipso.Buffers;

/// <summary>
/// Eight bytes of a payload at once, as <see cref="SpanWindow"/>, and without a branch: for loops that look at nearly every byte of it and
/// hold all that they have found against its end.
/// </summary>
internal readonly ref struct PayloadWindow
{
    /// <summary>The shortest payload, in bytes.</summary>
    internal const int MinLength = 8;

    private readonly ref byte _start;
    private readonly int _last;

    /// <summary>Takes a payload.</summary>
    /// <param name="payload">The payload, of <see cref="MinLength"/> bytes at least.</param>
    internal PayloadWindow(ReadOnlySpan<byte> payload)
    {
        _start = ref MemoryMarshal.GetReference(payload);
        _last = payload.Length - MinLength;
    }

    /// <summary>The length of the payload, in bytes.</summary>
    internal int Length => _last + MinLength;

    /// <summary>
    /// The eight bytes at a position, the first in the lowest bits. Zeros stand for those beyond the end; where the position itself lies
    /// there it is any eight bytes of the payload.
    /// </summary>
    /// <param name="position">The position, 0 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong Read(int position)
    {
        int at = Math.Min(position, _last);
        return Unchecked.LoadLittle(ref Unchecked.At(ref _start, at)) >> (position - at) * 8;
    }
}
