using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Ipso.Buffers;

namespace Ipso.Lwm2m.Codecs;

// OMA TLV (LwM2M TS Core, 7.4.5). Type byte: bits 7-6 what it is, bit 5 a 16-bit id, bits 4-3 the size of the length, bits 2-0 the length.
internal ref partial struct RecordWriter
{
    internal const byte TlvObjectInstance = 0b00 << 6;
    internal const byte TlvResourceInstance = 0b01 << 6;
    internal const byte TlvMultipleResource = 0b10 << 6;
    internal const byte TlvResource = 0b11 << 6;
    internal const byte TlvIdIn16Bits = 1 << 5;
    internal const int TlvMaxLength = 0xFF_FFFF;

    private const int TlvMinHeader = 2;
    private const int TlvMaxHeader = 6;

    // What floats, strings and the like take as a rule: where it is a good guess nothing is moved when a multiple resource ends.
    private const int TlvTypicalValue = 8;

    // What the content of an Object Instance is guessed to take: a length of one byte.
    private const int TlvTypicalInstance = 100;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TlvInteger(ulong key, long value)
    {
        if (TryNarrow(value, out ulong bytes, out nuint length))
        {
            _position += PutTlvShort(ref At(_position), key, bytes, length);
        }
        else
        {
            TlvLong(key, (ulong)value);
        }
    }

    /// <summary>
    /// The narrowest of 1, 2 and 4 bytes that hold a value (LwM2M TS Core, Appendix C), the first of them in the lowest place. By branches,
    /// which the processor guesses: for a length that is calculated, all that is behind would have to wait.
    /// </summary>
    /// <returns>Whether there is such: the others take 8 bytes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryNarrow(long value, out ulong bytes, out nuint length)
    {
        if (value == (sbyte)value)
        {
            bytes = (byte)value;
            length = 1;
        }
        else if (value == (short)value)
        {
            bytes = BinaryPrimitives.ReverseEndianness((ushort)value);
            length = 2;
        }
        else if (value == (int)value)
        {
            bytes = BinaryPrimitives.ReverseEndianness((uint)value);
            length = 4;
        }
        else
        {
            bytes = 0;
            length = 0;
            return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TlvLong(ulong key, ulong value) => _position += PutTlvLong(ref At(_position), key, value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TlvUnsigned(ulong key, ulong value)
    {
        ref byte to = ref At(_position);
        _position += value switch
        {
            <= byte.MaxValue => PutTlvShort(ref to, key, value, 1),
            <= ushort.MaxValue => PutTlvShort(ref to, key, BinaryPrimitives.ReverseEndianness((ushort)value), 2),
            <= uint.MaxValue => PutTlvShort(ref to, key, BinaryPrimitives.ReverseEndianness((uint)value), 4),
            _ => PutTlvLong(ref to, key, value),
        };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TlvFloat(ulong key, double value)
    {
        float single = (float)value;
        if (single == value)
        {
            uint bits = BinaryPrimitives.ReverseEndianness(BitConverter.SingleToUInt32Bits(single));
            _position += PutTlvShort(ref At(_position), key, bits, 4);
        }
        else
        {
            _position += PutTlvLong(ref At(_position), key, BitConverter.DoubleToUInt64Bits(value));
        }
    }

    // Too long to be taken in line (RecordWriter.Kinds.cs), and a leaf but for the jump at the end.
    private void TlvString(ulong key, string value)
    {
        // Most strings are ASCII, as many bytes as characters, and so short that there is room for them wherever a record begins.
        nuint length = (uint)value.Length;
        if (length <= Slack - TlvMaxHeader)
        {
            ref byte to = ref At(_position);
            ulong id = ResourceKey.WideId(key);
            // Chosen without a branch: short and long strings follow each other in an object, and to be jumped over costs as much.
            ulong head = TlvTypeOf(key) + (length < 8 ? length : (length << 16) + (1 << 3));
            nuint text = (nuint)(length < 8 ? TlvMinHeader : TlvMinHeader + 1);

            if (id <= byte.MaxValue)
            {
                Unchecked.StoreLittle(ref to, (uint)(head + (id << 8)));
            }
            else
            {
                head = (head & 0xFF) | (head & 0xFF_0000) << 8;
                Unchecked.StoreLittle(ref to, (uint)head | (uint)BinaryPrimitives.ReverseEndianness((ushort)id) << 8 | TlvIdIn16Bits);
                text++;
            }

            if (AsciiText.TryWrite(value, ref Unsafe.Add(ref to, text)))
            {
                _position += (int)(text + length);
                return;
            }
        }

        TlvUtf8(key, value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TlvUtf8(ulong key, string value) =>
        _position = PutUtf8(PutTlvHeader(key, Encoding.UTF8.GetByteCount(value)), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TlvOpaque(ulong key, ReadOnlySpan<byte> value) => _position = PutBytes(PutTlvHeader(key, value.Length), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TlvObjectLink(ulong key, ObjectLink value)
    {
        uint link = (uint)value.ObjectId << 16 | value.InstanceId;
        _position += PutTlvShort(ref At(_position), key, BinaryPrimitives.ReverseEndianness(link), 4);
    }

    // A record of up to four bytes, in one store: the bytes from the lowest one on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PutTlvShort(ref byte to, ulong key, ulong bytes, nuint length)
    {
        ulong id = ResourceKey.WideId(key);
        ulong head = TlvTypeOf(key) + length;
        if (id <= byte.MaxValue)
        {
            Unchecked.StoreLittle(ref to, (bytes << 16) + (id << 8) + head);
            return TlvMinHeader + (int)length;
        }

        Unchecked.StoreLittle(ref to, bytes << 24 | (uint)BinaryPrimitives.ReverseEndianness((ushort)id) << 8 | TlvIdIn16Bits | head);
        return TlvMinHeader + 1 + (int)length;
    }

    private static int PutTlvLong(ref byte to, ulong key, ulong value)
    {
        int header = WriteTlvHeader(ref to, (byte)TlvTypeOf(key), ResourceKey.Id(key), sizeof(ulong));
        Unchecked.StoreBig(ref Unchecked.At(ref to, header), value);
        return header + sizeof(ulong);
    }

    // Without a branch: of a Resource Instance the key has the id alone.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong TlvTypeOf(ulong key) => TlvResourceInstance + (key & ResourceKey.TextHead) * 2;

    /// <summary>Writes a record's header.</summary>
    /// <returns>Where the value goes; the buffer's end where it is too long for TLV.</returns>
    private readonly int PutTlvHeader(ulong key, int length) =>
        length <= TlvMaxLength
            ? _position + WriteTlvHeader(ref At(_position), (byte)TlvTypeOf(key), ResourceKey.Id(key), length)
            : _buffer.Length;

    // No byte behind it is touched: what it is the header of may be there already.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteTlvHeader(ref byte to, byte type, ushort id, int length)
    {
        int at = WriteTlvId(ref to, ref type, id);
        switch (length)
        {
            case < 8:
                to = (byte)(type | length);
                return at;
            case <= byte.MaxValue:
                to = (byte)(type | 1 << 3);
                Unchecked.At(ref to, at) = (byte)length;
                return at + 1;
            case <= ushort.MaxValue:
                to = (byte)(type | 2 << 3);
                Unchecked.StoreBig(ref Unchecked.At(ref to, at), (ushort)length);
                return at + 2;
            default:
                to = (byte)(type | 3 << 3);
                Unchecked.At(ref to, at) = (byte)(length >> 16);
                Unchecked.StoreBig(ref Unchecked.At(ref to, at + 1), (ushort)length);
                return at + 3;
        }
    }

    /// <summary>Writes the id of a header, and says in its type which form it has.</summary>
    /// <returns>Where the length goes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteTlvId(ref byte to, ref byte type, ushort id)
    {
        if (id > byte.MaxValue)
        {
            type |= TlvIdIn16Bits;
            Unchecked.StoreBig(ref Unchecked.At(ref to, 1), id);
            return TlvMinHeader + 1;
        }

        Unchecked.At(ref to, 1) = (byte)id;
        return TlvMinHeader;
    }

    private static int TlvHeaderLength(ushort id, int length) =>
        TlvMinHeader + (id > byte.MaxValue ? 1 : 0) + (length < 8 ? 0 : length <= byte.MaxValue ? 1 : length <= ushort.MaxValue ? 2 : 3);

    private void BeginTlvInstance()
    {
        _limit = RegularLimit;
        if (_isOneOfSeveral)
        {
            OpenTlv(ref _outer, _base.InstanceId, TlvTypicalInstance);
        }
    }

    // Where a single instance is read, TLV has a Resource Instance record, and no resource around it.
    private bool BeginTlvMultiple(ulong key, int count) =>
        _baseDepth == 4 || OpenTlv(ref _inner, ResourceKey.Id(key), count * (TlvMinHeader + TlvTypicalValue));

    /// <summary>Leaves room for the header of what has a length as guessed.</summary>
    private bool OpenTlv(ref Frame frame, ushort id, int length)
    {
        if (!Fits())
        {
            return false;
        }

        frame.Header = _position;
        frame.Content = _position += TlvHeaderLength(id, length);
        return true;
    }

    private void CloseTlv(ref Frame frame, byte type, ushort id)
    {
        Frame open = frame;
        frame = default;
        if (open.IsOpen && !Overflowed)
        {
            CloseTlv(open.Header, open.Content, _position, type, id);
        }
    }

    private void CloseTlv(int header, int content, int end, byte type, ushort id)
    {
        int length = end - content;
        int shift = header + TlvHeaderLength(id, length) - content;
        _position = end + shift;
        if (length > TlvMaxLength || _position > _buffer.Length)
        {
            Overflow();
            return;
        }

        if (shift != 0)
        {
            _buffer.Slice(content, length).CopyTo(_buffer[(content + shift)..]);
        }

        WriteTlvHeader(ref At(header), type, id, length);
    }
}
