using Ipso.Buffers;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// Names of records that fit in a word, as nearly all do: a Resource, <c>5700</c>, or a Resource Instance, <c>6/0</c>, with ids of at most
/// four digits. Read without a loop; what is longer or wrong is left to <see cref="RecordName"/>.
/// </summary>
internal static class ShortName
{
    /// <summary>The longest name, in bytes.</summary>
    internal const int MaxLength = 8;

    private const ulong Ones = 0x0101_0101_0101_0101;
    private const ulong HighBits = 0x8080_8080_8080_8080;

    /// <summary>How many bytes come before the first one of a value, the lowest being the first; 8 where none has it.</summary>
    internal static int IndexOf(ulong text, byte value)
    {
        ulong difference = text ^ value * Ones;
        return System.Numerics.BitOperations.TrailingZeroCount((difference - Ones) & ~difference & HighBits) >> 3;
    }

    /// <summary>Reads a name.</summary>
    /// <param name="text">The name, its first byte in the lowest bits; what stands behind it does not matter.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <returns>
    /// The Resource's id in bits 16 to 31 and the Resource Instance's below, 65535 where there is none; negative where it is no such name.
    /// </returns>
    // Results are returned, not put where a parameter points: a record waits for the one before, and memory in between takes longer.
    internal static long Read(ulong text, int length)
    {
        int slash = IndexOf(text, (byte)'/');
        if (slash >= length)
        {
            return ReadId(text, length) << 16 | Lwm2mPath.MaxId;
        }

        return length > MaxLength ? -1 : ReadId(text, slash) << 16 | ReadId(text >> (slash + 1) * 8, length - slash - 1);
    }

    /// <summary>Reads the base name of an Object Instance, <c>/3303/0/</c>, with ids of at most four digits.</summary>
    /// <param name="source">What the base name is in.</param>
    /// <param name="position">Where it begins.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="packed">The ids in their places of a path, zeros below.</param>
    internal static bool TryReadInstance(PaddedPayload source, int position, int length, out ulong packed)
    {
        ulong start = source.Read(position);
        if (length == 8 && (start & 0xFF00_FF00_0000_00FF) == 0x2F00_2F00_0000_002F)
        {
            // /3303/0/
            uint instanceDigit = (byte)(start >> 48) - (uint)'0';
            long objectId = ReadId(start >> 8, 4);
            packed = (ulong)objectId << 48 | (ulong)instanceDigit << 32;
            return objectId >= 0 && instanceDigit <= 9;
        }

        // Between the first slash and the last one it is as the name of a Resource Instance.
        long ids = Read(source.Read(position + 1), length - 2);
        packed = (ulong)ids << 32;
        return ids >= 0 && (ushort)ids != Lwm2mPath.MaxId && (byte)start == '/' && (byte)source.Read(position + length - 1) == '/';
    }

    /// <summary>Reads an id of one to four digits without a leading zero; negative where it is none.</summary>
    /// <inheritdoc cref="Read"/>
    // All at once: first the digits behind the number are pushed out and zeros put before it.
    internal static long ReadId(ulong text, int length)
    {
        int shift = (4 - length) * 8;
        uint digits = (uint)(text << shift | 0x3030_3030UL >> 32 - shift) ^ 0x3030_3030;
        bool areDigits = (uint)(length - 1) < 4 && ((digits + 0x7676_7676 | digits) & 0x8080_8080) == 0;
        if (!areDigits || length > 1 && (byte)text == '0')
        {
            return -1;
        }

        digits = digits * 10 + (digits >> 8) & 0x00FF_00FF;
        return (ushort)(digits * 100 + (digits >> 16));
    }
}
