using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ipso.Buffers;

/// <summary>
/// A copy of a payload with zeros behind it: what looks at eight bytes of it at once need not ask at each step where it ends, but only holds
/// the end of what it has found against the payload's.
/// </summary>
internal readonly ref struct PaddedPayload
{
    /// <summary>How far behind the payload's end may be looked, in bytes.</summary>
    internal const int Padding = 64;

    private readonly ref byte _start;

    /// <summary>Copies a payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="room">Where to, <see cref="Padding"/> bytes longer at least.</param>
    internal PaddedPayload(ReadOnlySpan<byte> payload, Span<byte> room)
    {
        Copy(payload, room);
        _start = ref MemoryMarshal.GetReference(room);
        Length = payload.Length;
    }

    // Not in line with each format's reader, as the rest is.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Copy(ReadOnlySpan<byte> payload, Span<byte> room)
    {
        payload.CopyTo(room);
        room.Slice(payload.Length, Padding).Clear();
    }

    /// <summary>The length of the payload, in bytes.</summary>
    internal int Length { get; }

    /// <summary>The payload.</summary>
    internal ReadOnlySpan<byte> Bytes => MemoryMarshal.CreateReadOnlySpan(ref _start, Length);

    /// <summary>The eight bytes at a position, the first in the lowest bits.</summary>
    /// <param name="position">The position, from 0 to eight less than <see cref="Padding"/> behind the end.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong Read(int position) => Unchecked.LoadLittle(ref At(position, sizeof(ulong)));

    /// <summary>The byte at a position, and how many may be read from there on.</summary>
    /// <param name="position">The position.</param>
    /// <param name="length">How many bytes are going to be read.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref byte At(int position, int length)
    {
        Debug.Assert((uint)position <= (uint)(Length + Padding - length));
        return ref Unchecked.At(ref _start, position);
    }
}
