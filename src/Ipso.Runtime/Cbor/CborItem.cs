using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ipso.Buffers;

namespace Ipso.Cbor;

/// <summary>Writes the heads of data items and numbers, each in its shortest form (RFC 8949, 4.1).</summary>
internal static class CborItem
{
    /// <summary>The longest head, and the longest number, in bytes. Whatever is written, that many may be written to.</summary>
    internal const int MaxHeadLength = 9;

    // The exponents of a single whose value is a normal half: 2^-14 and up, below 2^16.
    private const uint LeastNormalHalf = 0x3880_0000;
    private const uint NormalHalves = 0x0F00_0000;
    private const uint HalfRebias = 0x3800_0000;
    private const uint Infinity = 0x7F80_0000;

    /// <summary>Writes a head.</summary>
    /// <returns>The bytes written; <see cref="MaxHeadLength"/> are enough room.</returns>
    internal static int WriteHead(Span<byte> destination, CborMajor major, ulong argument) =>
        WriteHead(ref Start(destination), major, argument);

    /// <summary>Writes an integer.</summary>
    /// <inheritdoc cref="WriteHead(Span{byte}, CborMajor, ulong)"/>
    internal static int WriteInteger(Span<byte> destination, long value) => WriteInteger(ref Start(destination), value);

    /// <summary>Writes a double as the shortest of half, single and double that holds it exactly.</summary>
    /// <inheritdoc cref="WriteHead(Span{byte}, CborMajor, ulong)"/>
    internal static int WriteFloat(Span<byte> destination, double value) => WriteFloat(ref Start(destination), value);

    // Most heads are of one byte: no call for them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int WriteHead(ref byte to, CborMajor major, ulong argument)
    {
        if (argument >= 24)
        {
            return WriteLongHead(ref to, major, argument);
        }

        to = (byte)((uint)major << 5 | (uint)argument);
        return 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int WriteInteger(ref byte to, long value)
    {
        // A negative value n goes as -1 - n, which is n with all bits inverted.
        long sign = value >> 63;
        return WriteHead(ref to, (CborMajor)((uint)sign & 1), (ulong)(value ^ sign));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int WriteFloat(ref byte to, double value)
    {
        float single = (float)value;
        if (single != value)
        {
            to = 0xFB;
            Unchecked.StoreBig(ref Unchecked.At(ref to, 1), BitConverter.DoubleToUInt64Bits(value));
            return 9;
        }

        uint bits = BitConverter.SingleToUInt32Bits(single);
        if (TryToHalf(bits, out ushort half))
        {
            to = 0xF9;
            Unchecked.StoreBig(ref Unchecked.At(ref to, 1), half);
            return 3;
        }

        to = 0xFA;
        Unchecked.StoreBig(ref Unchecked.At(ref to, 1), bits);
        return 5;
    }

    internal static int WriteBoolean(ref byte to, bool value)
    {
        to = value ? (byte)0xF5 : (byte)0xF4;
        return 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteLongHead(ref byte to, CborMajor major, ulong argument)
    {
        uint initial = (uint)major << 5;
        switch (argument)
        {
            case <= byte.MaxValue:
                Unchecked.StoreBig(ref to, (ushort)((initial | 24) << 8 | (uint)argument));
                return 2;
            case <= ushort.MaxValue:
                // With the byte behind it, which is written next, it is one store.
                Unchecked.StoreBig(ref to, (initial | 25) << 24 | (uint)argument << 8);
                return 3;
            case <= uint.MaxValue:
                to = (byte)(initial | 26);
                Unchecked.StoreBig(ref Unchecked.At(ref to, 1), (uint)argument);
                return 5;
            default:
                to = (byte)(initial | 27);
                Unchecked.StoreBig(ref Unchecked.At(ref to, 1), argument);
                return 9;
        }
    }

    // The platform converts in many more steps and calls, for it also rounds; here it is asked only whether that is needed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryToHalf(uint single, out ushort half)
    {
        uint sign = single >> 16 & 0x8000;
        uint magnitude = single & 0x7FFF_FFFF;
        if (magnitude - LeastNormalHalf < NormalHalves)
        {
            half = (ushort)(sign | magnitude - HalfRebias >> 13);
            return (single & 0x1FFF) == 0;
        }

        if (magnitude < LeastNormalHalf)
        {
            // Zero, and the multiples of the least half, 2^-24.
            float multiple = BitConverter.UInt32BitsToSingle(magnitude) * (1 << 24);
            half = (ushort)(sign | (uint)multiple);
            return (uint)multiple == multiple;
        }

        half = (ushort)(sign | 0x7C00);
        return magnitude == Infinity;
    }

    private static ref byte Start(Span<byte> destination) => ref MemoryMarshal.GetReference(destination[..MaxHeadLength]);
}
