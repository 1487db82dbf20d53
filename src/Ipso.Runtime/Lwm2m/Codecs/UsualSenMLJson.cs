using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Ipso.Buffers;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// SenML JSON in the form that nearly all packs have: without white space, the base name of an Object Instance first, and records of a name
/// and a value. Whatever else there may be is for <see cref="RecordReader"/>, which knows all forms.
/// </summary>
internal static class UsualSenMLJson
{
    // What a record has around its name and its value, the first character in the lowest bits.
    private const ulong BaseStart = 0x223A_226E_6222_7B5B; // [{"bn":"
    private const ulong NameStart = 0x22_3A22_6E22_2C22; // ","n":"
    private const ulong NumberStart = 0x3A22_7622_2C22; // ","v":
    private const ulong StringStart = 0x223A_2273_7622_2C22; // ","vs":"
    private const ulong BytesStart = 0x223A_2264_7622_2C22; // ","vd":"
    private const ulong LinkStart = 0x223A_226F_6C76_222C; // ,"vlo":"
    private const ulong BooleanStart = 0x3A_2262_7622_2C22; // ","vb":
    private const uint True = 0x6575_7274;
    private const ulong False = 0x65_736C_6166;
    private const ulong Next = 0x223A_226E_227B_2C7D; // },{"n":"
    private const ushort End = 0x5D7D; // }]

    // Among digits whose value stands for them.
    private const byte Slash = '/' ^ '0';
    private const byte Point = '.' ^ '0';
    private const byte Brace = '}' ^ '0';

    // [{"bn":"/3/0/","n":"0","v":0}]
    private const int MinLength = 30;

    // {"n":"0","v":0},
    private const int MinRecord = 16;

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
        int position = LookAtBaseName(padded, request, out ulong packed);
        if (position == 0)
        {
            return false;
        }

        // The end of the base name and what is behind it stand where the end of a record would; in the copy that does.
        Unchecked.StoreLittle(ref padded.At(position, sizeof(ulong)), Next);
        Span<PayloadRecord> all = records.Reserve(payload.Length / MinRecord + 1);
        int read = 0;
        uint beyondAscii = 0;
        while (true)
        {
            read += ReadShort(padded, packed, all[read..], ref position);
            if (position == payload.Length - 2 && (ushort)padded.Read(position) == End)
            {
                records.Take(read);
                // RFC 8259, 8.1.
                return beyondAscii == 0 || Utf8Text.IsValid(payload);
            }

            if (read == all.Length || !TryReadOne(padded, packed, ref all[read], ref position, ref beyondAscii))
            {
                return false;
            }

            read++;
        }
    }

    // As many records as are short, of ASCII, and end within the payload. Nothing is called from here: all of it stays in the processor's
    // registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ReadShort(PaddedPayload padded, ulong packed, Span<PayloadRecord> room, scoped ref int position)
    {
        int at = position;
        ulong window = padded.Read(at);
        ref PayloadRecord record = ref MemoryMarshal.GetReference(room);
        ref PayloadRecord end = ref Unsafe.Add(ref record, room.Length);
        while (window == Next && Unsafe.IsAddressLessThan(ref record, ref end))
        {
            window = padded.Read(at + 8);
            uint digits = (uint)window ^ 0x3030_3030;
            int field = at + 8;
            uint ids;
            if ((byte)(window >> 32) == '"' && ((digits + 0x7676_7676 | digits) & 0x8080_8080) == 0 && (byte)digits != 0)
            {
                digits = digits * 10 + (digits >> 8) & 0x00FF_00FF;
                ids = digits * 100 + (digits >> 16) << 16 | Lwm2mPath.MaxId;
                field += 4;
            }
            else if ((byte)(window >> 8) == '"' && (byte)digits <= 9)
            {
                ids = (uint)(byte)digits << 16 | Lwm2mPath.MaxId;
                field += 1;
            }
            else if ((byte)(window >> 16) == '"' && (byte)digits - 1u < 9 && (byte)(digits >> 8) <= 9)
            {
                ids = (uint)((byte)digits * 10 + (byte)(digits >> 8)) << 16 | Lwm2mPath.MaxId;
                field += 2;
            }
            else if ((byte)(window >> 24) == '"' && (byte)digits <= 9 && (byte)(digits >> 8) == Slash && (byte)(digits >> 16) <= 9)
            {
                ids = (uint)(byte)digits << 16 | (byte)(digits >> 16);
                field += 3;
            }
            else if ((byte)(window >> 32) == '"' && (byte)digits - 1u < 9 && (byte)(digits >> 8) <= 9
                && (byte)(digits >> 16) == Slash && digits >> 24 <= 9)
            {
                ids = (uint)((byte)digits * 10 + (byte)(digits >> 8)) << 16 | digits >> 24;
                field += 4;
            }
            else
            {
                break;
            }

            window = padded.Read(field);
            int next;
            if (window << 16 == NumberStart << 16)
            {
                next = LookAtShortNumber(padded, field + 6, ref record);
            }
            else if (window == StringStart)
            {
                next = LookAtAscii(padded, field + 8, ref record);
            }
            else
            {
                break;
            }

            record.Path = new(packed | ids);
            record.End = next + 1;
            record.Use = RecordUse.None;
            // Neither 0, for a value that is not short, nor where the payload ends.
            if ((uint)next - 1 >= (uint)padded.Length - 1)
            {
                break;
            }

            record = ref Unsafe.Add(ref record, 1);
            at = next;
            window = padded.Read(at);
        }

        position = at;
        return (int)(Unsafe.ByteOffset(ref MemoryMarshal.GetReference(room), ref record) / Unsafe.SizeOf<PayloadRecord>());
    }

    // A whole number of at most 15 digits, or a short one with a point: where it ends; 0 where it is none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LookAtShortNumber(PaddedPayload padded, int position, ref PayloadRecord record)
    {
        ulong window = padded.Read(position);
        bool isNegative = (byte)window == '-';
        if (isNegative)
        {
            window = padded.Read(++position);
        }

        ulong digits = window ^ DecimalDigits.EightZeros;
        ulong others = DecimalDigits.OthersThanDigits(digits);
        int whole = Guessed(BitOperations.TrailingZeroCount(others) >> 3);
        if (whole == 0 || (byte)digits == 0 && (byte)(digits >> 8) <= 9)
        {
            return 0;
        }

        ulong value = DecimalDigits.Read(digits, whole);
        if (whole == 8)
        {
            digits = padded.Read(position + 8) ^ DecimalDigits.EightZeros;
            int more = BitOperations.TrailingZeroCount(DecimalDigits.OthersThanDigits(digits)) >> 3;
            if (more == 8 || (byte)(digits >> 8 * more) != Brace)
            {
                return 0;
            }

            value = value * (ulong)DecimalText.PowerOfTen(more) + (more == 0 ? 0 : DecimalDigits.Read(digits, more));
            whole += more;
        }
        else if ((byte)(digits >> 8 * whole) != Brace)
        {
            return LookAtFraction(digits, others, whole, isNegative, position, ref record);
        }

        if (isNegative)
        {
            // The sign of zero is part of a double, and no integer has it.
            if (value == 0)
            {
                return 0;
            }

            value = 0 - value;
        }

        record.SetInteger((long)value);
        return position + whole;
    }

    // What is below 16, by a branch: where the next record begins is guessed by the processor then, as it is in most payloads the same as
    // in the one before, and nothing waits for what was calculated.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Guessed(int length) => length switch
    {
        1 => 1,
        2 => 2,
        3 => 3,
        4 => 4,
        5 => 5,
        6 => 6,
        7 => 7,
        8 => 8,
        9 => 9,
        10 => 10,
        11 => 11,
        12 => 12,
        13 => 13,
        14 => 14,
        15 => 15,
        _ => 0,
    };

    // The digits before the point, the point and those behind it are within eight bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LookAtFraction(ulong digits, ulong others, int whole, bool isNegative, int position, ref PayloadRecord record)
    {
        int end = BitOperations.TrailingZeroCount(others & others - 1) >> 3;
        int fraction = end - whole - 1;
        if ((byte)(digits >> 8 * whole) != Point || end == 8 || fraction == 0 || (byte)(digits >> 8 * end) != Brace)
        {
            return 0;
        }

        // The point is what comes first of all that is no digit; without it the digits are a whole number.
        ulong before = (1UL << 8 * whole) - 1;
        ulong number = DecimalDigits.Read(digits & before | digits >> 8 & ~before, end - 1);
        double magnitude = number / DecimalText.PowerOfTen(fraction);
        record.SetFloat(isNegative ? -magnitude : magnitude);
        return position + end;
    }

    // Where a text of ASCII without escapes ends, behind its quotation mark; 0 where it is none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LookAtAscii(PaddedPayload padded, int start, ref PayloadRecord record)
    {
        int end = start;
        uint ends = 0;
        while (end < padded.Length)
        {
            Vector128<sbyte> bytes = Vector128.LoadUnsafe(ref padded.At(end, Vector128<byte>.Count)).AsSByte();
            // Below zero are all that are not ASCII.
            ends = (Vector128.LessThan(bytes, Vector128.Create((sbyte)' '))
                | Vector128.Equals(bytes, Vector128.Create((sbyte)'"'))
                | Vector128.Equals(bytes, Vector128.Create((sbyte)'\\'))).ExtractMostSignificantBits();
            if (ends != 0)
            {
                break;
            }

            end += Vector128<byte>.Count;
        }

        end += Guessed(BitOperations.TrailingZeroCount(ends));
        record.SetBytes(ValueKind.Text, start, end - start);
        return end < padded.Length && (byte)padded.Read(end) == '"' ? end + 1 : 0;
    }

    // Where a text without escapes ends, behind its quotation mark; 0 where it is none.
    private static int LookAtText(PaddedPayload padded, int start, ValueKind kind, ref PayloadRecord record, scoped ref uint beyondAscii)
    {
        int end = start;
        uint ends = 0;
        while (end < padded.Length)
        {
            ends = Ends(Vector128.LoadUnsafe(ref padded.At(end, Vector128<byte>.Count)), ref beyondAscii);
            if (ends != 0)
            {
                break;
            }

            end += Vector128<byte>.Count;
        }

        end += BitOperations.TrailingZeroCount(ends);
        record.SetBytes(kind, start, end - start);
        return end < padded.Length && (byte)padded.Read(end) == '"' ? end + 1 : 0;
    }

    // Any record of a name and a value that is a number or a text without escapes, behind what separates it from the one before.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryReadOne(
        PaddedPayload padded, ulong packed, ref PayloadRecord record, scoped ref int position,
        scoped ref uint beyondAscii)
    {
        int start = position + 8;
        ulong name = padded.Read(start);
        int length = ShortName.IndexOf(name, (byte)'"');
        long ids = ShortName.Read(name, length);
        position = ids < 0 || padded.Read(position) != Next ? 0 : LookAtValue(padded, start + length, ref record, ref beyondAscii);
        record.Path = new(packed | (ulong)ids);
        record.End = position + 1;
        record.Use = RecordUse.None;
        return position != 0 && position < padded.Length;
    }

    // [{"bn":"/3/0/","n":": where the base name's end stands, as the end of a record would; 0 where it is no Object Instance's below the
    // request.
    private static int LookAtBaseName(PaddedPayload padded, Lwm2mPath request, out ulong packed)
    {
        packed = 0;
        if (padded.Read(0) != BaseStart)
        {
            return 0;
        }

        int length = 0;
        int windowed;
        do
        {
            windowed = ShortName.IndexOf(padded.Read(8 + length), (byte)'"');
            length += windowed;
        }
        while (windowed == 8 && length < Lwm2mPath.MaxTextLength);

        bool isUsual = ShortName.TryReadInstance(padded, 8, length, out packed) && request.HasInstance(packed)
            && (padded.Read(8 + length) ^ NameStart) << 8 == 0;
        return isUsual ? 8 + length - 1 : 0;
    }

    // A label and a value: a number, a text, a boolean, a link or bytes. Where the value ends; 0 where it is none of these.
    private static int LookAtValue(PaddedPayload padded, int position, ref PayloadRecord record, ref uint beyondAscii)
    {
        ulong label = padded.Read(position);
        if (label << 16 == NumberStart << 16)
        {
            int length = DecimalText.Read(padded.Bytes[(position + 6)..], isJson: true, out Number number);
            record.SetNumber(number);
            return length != 0 ? position + 6 + length : 0;
        }

        if (label << 8 == BooleanStart << 8)
        {
            return LookAtBoolean(padded, position + 7, ref record);
        }

        int start = padded.Read(position + 1) == LinkStart ? position + 9 : position + 8;
        ValueKind kind = start > position + 8 ? ValueKind.LinkText
            : label == StringStart ? ValueKind.Text
            : label == BytesStart ? ValueKind.Base64Url
            : ValueKind.None;
        return kind != ValueKind.None ? LookAtText(padded, start, kind, ref record, ref beyondAscii) : 0;
    }

    private static int LookAtBoolean(PaddedPayload padded, int position, ref PayloadRecord record)
    {
        ulong window = padded.Read(position);
        bool isTrue = (uint)window == True;
        record.SetBoolean(isTrue);
        return isTrue ? position + 4 : window << 24 == False << 24 ? position + 5 : 0;
    }

    // Which of sixteen bytes end a text.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Ends(Vector128<byte> bytes, scoped ref uint beyondAscii)
    {
        beyondAscii |= bytes.ExtractMostSignificantBits();
        return (Vector128.Equals(bytes, Vector128.Create((byte)'"'))
            | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
            | Vector128.LessThan(bytes, Vector128.Create((byte)0x20))).ExtractMostSignificantBits();
    }
}
