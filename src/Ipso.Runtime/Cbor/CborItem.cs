using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ipso.Cbor;

/// <summary>Writes the heads of data items and numbers, each in its shortest form (RFC 8949, 4.1).</summary>
internal static class CborItem
{
    /// <summary>The longest head, and the longest number, in bytes.</summary>
    internal const int MaxHeadLength = 9;

    /// <summary>Writes a head.</summary>
    /// <returns>The bytes written; <see cref="MaxHeadLength"/> are enough room.</returns>
    // In line the argument's length is asked for once, without a call in between.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int WriteHead(Span<byte> destination, CborMajor major, ulong argument)
    {
        byte initial = (byte)((int)major << 5);
        switch (argument)
        {
            case < 24:
                destination[0] = (byte)(initial | (byte)argument);
                return 1;
            case <= byte.MaxValue:
                destination[0] = (byte)(initial | 24);
                destination[1] = (byte)argument;
                return 2;
            case <= ushort.MaxValue:
                destination[0] = (byte)(initial | 25);
                BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)argument);
                return 3;
            case <= uint.MaxValue:
                destination[0] = (byte)(initial | 26);
                BinaryPrimitives.WriteUInt32BigEndian(destination[1..], (uint)argument);
                return 5;
            default:
                destination[0] = (byte)(initial | 27);
                BinaryPrimitives.WriteUInt64BigEndian(destination[1..], argument);
                return 9;
        }
    }

    /// <summary>Writes an integer.</summary>
    /// <inheritdoc cref="WriteHead"/>
    internal static int WriteInteger(Span<byte> destination, long value) =>
        value >= 0
            ? WriteHead(destination, CborMajor.Unsigned, (ulong)value)
            : WriteHead(destination, CborMajor.Negative, (ulong)~value);

    /// <summary>Writes a double as the shortest of half, single and double that holds it exactly.</summary>
    /// <inheritdoc cref="WriteHead"/>
    internal static int WriteFloat(Span<byte> destination, double value)
    {
        float single = (float)value;
        if (single != value)
        {
            destination[0] = 0xFB;
            BinaryPrimitives.WriteDoubleBigEndian(destination[1..], value);
            return 9;
        }

        Half half = (Half)single;
        if ((float)half == single)
        {
            destination[0] = 0xF9;
            BinaryPrimitives.WriteHalfBigEndian(destination[1..], half);
            return 3;
        }

        destination[0] = 0xFA;
        BinaryPrimitives.WriteSingleBigEndian(destination[1..], single);
        return 5;
    }
}
