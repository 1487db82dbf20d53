using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Ipso.Buffers;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// SenML CBOR in the form that nearly all packs have: an array of known length, the base name of an Object Instance, and records of a name
/// and a value. Whatever else there may be is for <see cref="RecordReader"/>, which knows all forms.
/// </summary>
// Most lengths are constants behind a branch: the processor guesses it and goes on with the next record, where it would have to wait for one
// that is calculated.
internal static class UsualSenMLCbor
{
    // The head of a map of two, and label 0.
    private const ushort MapOf2 = 0x00A2;

    // The head of a map of three, and label -2.
    private const ushort FirstMap = 0x21A3;

    // The text "vlo".
    private const uint ObjectLinkLabel = 0x6F_6C_76_63;

    // Among digits whose value stands for them.
    private const byte Slash = '/' ^ '0';

    // 81 a3 21 65 2f d 2f d 2f 00 61 d 02 v
    private const int MinLength = 14;

    // a2 00 61 d 02 v
    private const int MinRecord = 6;

    /// <summary>Reads all records of a payload, if all are in this form and below the request's path.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="request">The path of the request.</param>
    /// <param name="room">Room for a copy, longer by what is behind a <see cref="PaddedPayload"/>.</param>
    /// <param name="records">Where to.</param>
    // In a frame of its own: what it needs is not to be cleared where there is another format.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool TryReadAll(ReadOnlySpan<byte> payload, Lwm2mPath request, Span<byte> room, ref RecordList records)
    {
        if (payload.Length < MinLength)
        {
            return false;
        }

        PaddedPayload padded = new(payload, room);
        int position = LookAtBase(padded, request, out ulong packed, out int count);
        if (position == 0)
        {
            return false;
        }

        // The base name's last byte stands where the map's head would. (What is stored there and loaded with what is behind it stalls.)
        ulong window = padded.Read(position) & ~0xFFUL | MapOf2;
        Span<PayloadRecord> all = records.Reserve(count);
        int read = 0;
        while (true)
        {
            int before = position;
            read += ReadShort(padded, window, packed, all[read..], ref position);
            if (read == count)
            {
                records.Take(count);
                return position == padded.Length;
            }

            window = position == before ? window : padded.Read(position);
            if (!TryReadOne(padded, window, packed, ref all[read], ref position))
            {
                return false;
            }

            read++;
            window = padded.Read(position);
        }
    }

    // As many records as are short and end within the payload. Nothing is called from here: all of it stays in the processor's registers.
    private static int ReadShort(PaddedPayload padded, ulong window, ulong packed, Span<PayloadRecord> room, scoped ref int position)
    {
        int at = position;
        int index = 0;
        for (; index < room.Length; index++)
        {
            // a2 00 6n <name>
            uint digits = (uint)(window >> 24) ^ 0x3030_3030;
            int field = at + 3;
            uint ids;
            switch ((uint)window & 0xFF_FFFF)
            {
                case 0x64_00A2 when ((digits + 0x7676_7676 | digits) & 0x8080_8080) == 0 && (byte)digits != 0:
                    digits = digits * 10 + (digits >> 8) & 0x00FF_00FF;
                    ids = digits * 100 + (digits >> 16) << 16 | Lwm2mPath.MaxId;
                    field += 4;
                    break;
                case 0x61_00A2 when (byte)digits <= 9:
                    ids = (uint)(byte)digits << 16 | Lwm2mPath.MaxId;
                    field += 1;
                    break;
                case 0x62_00A2 when (byte)digits - 1u < 9 && (byte)(digits >> 8) <= 9:
                    ids = (uint)((byte)digits * 10 + (byte)(digits >> 8)) << 16 | Lwm2mPath.MaxId;
                    field += 2;
                    break;
                case 0x63_00A2 when (byte)digits <= 9 && (byte)(digits >> 8) == Slash && (byte)(digits >> 16) <= 9:
                    ids = (uint)(byte)digits << 16 | (byte)(digits >> 16);
                    field += 3;
                    break;
                case 0x64_00A2 when (byte)digits - 1u < 9 && (byte)(digits >> 8) <= 9 && (byte)(digits >> 16) == Slash && digits >> 24 <= 9:
                    ids = (uint)((byte)digits * 10 + (byte)(digits >> 8)) << 16 | digits >> 24;
                    field += 4;
                    break;
                default:
                    goto Other;
            }

            ref PayloadRecord record = ref room[index];
            window = padded.Read(field);
            int end = field + 2;
            byte initial = (byte)(window >> 8);
            if ((byte)window == 2)
            {
                switch (initial)
                {
                    case < 0x18:
                        record.SetInteger(initial);
                        break;
                    case 0x18:
                        record.SetInteger((byte)(window >> 16));
                        end += 1;
                        break;
                    case 0x19:
                        record.SetInteger(BinaryPrimitives.ReverseEndianness((ushort)(window >> 16)));
                        end += 2;
                        break;
                    case 0x1A:
                        record.SetInteger(BinaryPrimitives.ReverseEndianness((uint)(window >> 16)));
                        end += 4;
                        break;
                    case 0xF9 when CborHead.IsFiniteHalf(BinaryPrimitives.ReverseEndianness((ushort)(window >> 16))):
                        record.SetFloat(CborHead.FiniteHalfToDouble(BinaryPrimitives.ReverseEndianness((ushort)(window >> 16))));
                        end += 2;
                        break;
                    case 0xFA:
                        record.SetFloat(BitConverter.UInt32BitsToSingle(BinaryPrimitives.ReverseEndianness((uint)(window >> 16))));
                        end += 4;
                        break;
                    case 0xFB:
                        record.SetFloat(BitConverter.UInt64BitsToDouble(BinaryPrimitives.ReverseEndianness(padded.Read(end))));
                        end += 8;
                        break;
                    default:
                        goto Other;
                }
            }
            else if ((byte)window == 3 && initial - 0x60u < 24)
            {
                record.SetBytes(ValueKind.Text, end, initial - 0x60);
                end += initial - 0x60;
            }
            else if ((byte)window == 4 && (initial | 1) == 0xF5)
            {
                record.SetBoolean(initial == 0xF5);
            }
            else
            {
                goto Other;
            }

            record.Path = new(packed | ids);
            record.End = end;
            record.Use = RecordUse.None;
            if (end > padded.Length)
            {
                goto Other;
            }

            at = end;
            window = padded.Read(at);
        }

    Other:
        position = at;
        return index;
    }

    // Any record of a name and a value that is a number, a text, bytes or a boolean. The window is its start.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryReadOne(
        PaddedPayload padded, ulong window, ulong packed, ref PayloadRecord record, scoped ref int position)
    {
        int length = (byte)(window >> 16) - 0x60;
        long ids = (uint)length <= ShortName.MaxLength ? ShortName.Read(padded.Read(position + 3), length) : -1;
        if ((ushort)window != MapOf2 || ids < 0)
        {
            return false;
        }

        position += 3 + length;
        uint label = (uint)padded.Read(position);
        bool isLink = label == ObjectLinkLabel;
        CborReader reader = new(padded.Bytes);
        reader.MoveTo(position + (isLink ? 4 : 1));
        CborHead value = reader.ReadHead();
        RecordReader.ReadCborValue(ref reader, value, ref record);
        int labelOfValue = record.Kind switch
        {
            ValueKind.Integer or ValueKind.Unsigned or ValueKind.Float => 2,
            ValueKind.CborText => isLink ? (int)(ObjectLinkLabel & 0xFF) : 3,
            ValueKind.Boolean => 4,
            ValueKind.Bytes => 8,
            _ => 0,
        };
        if (record.Kind == ValueKind.CborText)
        {
            record.Kind = isLink ? ValueKind.LinkText : ValueKind.Text;
        }

        position = reader.Position;
        record.Path = new(packed | (ulong)ids);
        record.End = position;
        record.Use = RecordUse.None;
        // Tags, and integers that are none of 64 bits, have rules of their own in SenML.
        bool isPlain = value.Major != CborMajor.Tag && !(value.Major == CborMajor.Negative && record.Kind == ValueKind.Float);
        return isPlain && (byte)label == labelOfValue && !reader.Failed;
    }

    // The heads of the array and the first map, and the base name: where that ends, at its slash; 0 where it is no Object Instance's below the
    // request, or there are no records.
    private static int LookAtBase(
        PaddedPayload padded, Lwm2mPath request, out ulong packed, out int count)
    {
        int position = LookAtPack((uint)padded.Read(0), out count);
        uint first = (uint)padded.Read(position);
        int length = (byte)(first >> 16) - 0x60;
        int start = position + 3;
        packed = 0;
        // A count that cannot be must not be believed.
        return position != 0 && count <= padded.Length / MinRecord && (ushort)first == FirstMap && (uint)length <= 23
            && ShortName.TryReadInstance(padded, start, length, out packed) && request.HasInstance(packed)
            ? start + length - 1
            : 0;
    }

    // The head of an array: where its items begin, and how many there are. 0 where it is none, or empty.
    private static int LookAtPack(uint start, out int count)
    {
        int information = (byte)start - 0x80;
        count = information < 24 ? information
            : information == 24 ? (byte)(start >> 8)
            : BinaryPrimitives.ReverseEndianness((ushort)(start >> 8));
        return count == 0 || information is < 0 or > 25 ? 0 : information < 24 ? 1 : information - 22;
    }
}
