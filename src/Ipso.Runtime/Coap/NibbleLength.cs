using System.Buffers.Binary;

namespace Ipso.Coap;

/// <summary>
/// Numbers in a nibble that is extended by 1 byte (13), 2 bytes (14) or, in a length of a stream, 4 bytes (15): the lengths of messages
/// (RFC 8323, 3.2) and of tokens (RFC 8974, 2.1).
/// </summary>
internal static class NibbleLength
{
    public const int OneByte = 13;
    public const int TwoBytes = 14;
    public const int FourBytes = 15;
    public const int TwoBytesOffset = 269;
    public const int FourBytesOffset = 65805;

    /// <summary>Reads a number; false where its extension is cut short.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, int nibble, ref int position, out long value)
    {
        value = nibble;
        ReadOnlySpan<byte> extension = source[Math.Min(position, source.Length)..];
        switch (nibble)
        {
            case < OneByte:
                return true;
            case OneByte when extension.Length >= 1:
                value = OneByte + extension[0];
                position += 1;
                return true;
            case TwoBytes when extension.Length >= 2:
                value = TwoBytesOffset + BinaryPrimitives.ReadUInt16BigEndian(extension);
                position += 2;
                return true;
            case FourBytes when extension.Length >= 4:
                value = FourBytesOffset + (long)BinaryPrimitives.ReadUInt32BigEndian(extension);
                position += 4;
                return true;
            default:
                return false;
        }
    }

    /// <summary>The bytes that a number takes besides the nibble, which holds those up to a greatest.</summary>
    public static int ExtensionSize(int value, int maxInNibble) =>
        value <= maxInNibble ? 0 : value < TwoBytesOffset ? 1 : value < FourBytesOffset ? 2 : 4;

    /// <summary>Writes the extension of a number; returns the nibble.</summary>
    /// <remarks>A number between the greatest of the nibble and 13 has no form.</remarks>
    public static int Write(Span<byte> destination, int value, int maxInNibble, ref int position)
    {
        int size = ExtensionSize(value, maxInNibble);
        switch (size)
        {
            case 0:
                return value;
            case 1:
                destination[position] = (byte)(value - OneByte);
                break;
            case 2:
                BinaryPrimitives.WriteUInt16BigEndian(destination[position..], (ushort)(value - TwoBytesOffset));
                break;
            default:
                BinaryPrimitives.WriteUInt32BigEndian(destination[position..], (uint)(value - FourBytesOffset));
                break;
        }

        position += size;
        return size switch { 1 => OneByte, 2 => TwoBytes, _ => FourBytes };
    }
}
