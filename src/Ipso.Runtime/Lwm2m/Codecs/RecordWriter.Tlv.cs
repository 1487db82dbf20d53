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

    // The narrowest of 1, 2, 4 and 8 bytes that holds the value (LwM2M TS Core, Appendix C). By branches, which the processor guesses: for
    // a length that is calculated, all that is behind would have to wait. Too long to be taken in line (RecordWriter.Kinds.cs), and a leaf but
    // for the jump at the end.
    private void TlvInteger(ulong key, long value)
    {
        int at = _position;
        ref byte to = ref At(at);
        ushort id = ResourceKey.Id(key);
        if (value == (sbyte)value)
        {
            _position = at + PutTlvShort(ref to, TlvType, id, (byte)value, 1);
            return;
        }

        if (value == (short)value)
        {
            _position = at + PutTlvShort(ref to, TlvType, id, BinaryPrimitives.ReverseEndianness((ushort)value), 2);
            return;
        }

        if (value == (int)value)
        {
            _position = at + PutTlvShort(ref to, TlvType, id, BinaryPrimitives.ReverseEndianness((uint)value), 4);
            return;
        }

        TlvLong(key, (ulong)value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TlvLong(ulong key, ulong value) => _position += PutTlvLong(ref At(_position), TlvType, ResourceKey.Id(key), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TlvUnsigned(ulong key, ulong value)
    {
        uint type = TlvType;
        ushort id = ResourceKey.Id(key);
        ref byte to = ref At(_position);
        _position += value switch
        {
            <= byte.MaxValue => PutTlvShort(ref to, type, id, value, 1),
            <= ushort.MaxValue => PutTlvShort(ref to, type, id, BinaryPrimitives.ReverseEndianness((ushort)value), 2),
            <= uint.MaxValue => PutTlvShort(ref to, type, id, BinaryPrimitives.ReverseEndianness((uint)value), 4),
            _ => PutTlvLong(ref to, type, id, value),
        };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TlvFloat(ulong key, double value)
    {
        float single = (float)value;
        ushort id = ResourceKey.Id(key);
        if (single == value)
        {
            uint bits = BinaryPrimitives.ReverseEndianness(BitConverter.SingleToUInt32Bits(single));
            _position += PutTlvShort(ref At(_position), TlvType, id, bits, 4);
        }
        else
        {
            _position += PutTlvLong(ref At(_position), TlvType, id, BitConverter.DoubleToUInt64Bits(value));
        }
    }

    // Too long to be taken in line (RecordWriter.Kinds.cs), and a leaf but for the jump at the end.
    private void TlvString(ulong key, string value)
    {
        // Most strings are ASCII, as many bytes as characters, and so short that there is room for them wherever a record begins.
        int length = value.Length;
        int at = _position;
        if (length <= Slack - TlvMaxHeader)
        {
            uint head = TlvType | (uint)(length < 8 ? length : length << 16 | 1 << 3);
            ushort id = ResourceKey.Id(key);
            int start = length < 8 ? at + TlvMinHeader : at + TlvMinHeader + 1;
            if (id <= byte.MaxValue)
            {
                Unchecked.StoreLittle(ref At(at), (uint)id << 8 | head);
            }
            else
            {
                head = (head & 0xFF) | (head & 0xFF_0000) << 8;
                Unchecked.StoreLittle(ref At(at), head | (uint)BinaryPrimitives.ReverseEndianness(id) << 8 | TlvIdIn16Bits);
                start++;
            }

            if (UnescapedAscii.TryWrite(value, ref At(start)))
            {
                _position = start + length;
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
        _position += PutTlvShort(ref At(_position), TlvType, ResourceKey.Id(key), BinaryPrimitives.ReverseEndianness(link), 4);
    }

    // Of a multiple resource's instance with a small id and value; as above.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PutTlvInstance(ref byte to, uint id, int value)
    {
        uint head = id << 8 | TlvResourceInstance;
        if (value == (sbyte)value)
        {
            Unchecked.StoreLittle(ref to, (uint)(byte)value << 16 | head | 1);
            return TlvMinHeader + 1;
        }

        if (value == (short)value)
        {
            Unchecked.StoreLittle(ref to, (uint)BinaryPrimitives.ReverseEndianness((ushort)value) << 16 | head | 2);
            return TlvMinHeader + 2;
        }

        Unchecked.StoreLittle(ref to, (ulong)BinaryPrimitives.ReverseEndianness((uint)value) << 16 | head | 4);
        return TlvMinHeader + 4;
    }

    // What PutTlvInstance writes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TlvInstanceLength(int value) =>
        TlvMinHeader + (value == (sbyte)value ? 1 : value == (short)value ? 2 : 4);

    // A record of up to four bytes, in one store: the bytes from the lowest one on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PutTlvShort(ref byte to, uint type, ushort id, ulong bytes, int length)
    {
        uint head = type | (uint)length;
        if (id <= byte.MaxValue)
        {
            Unchecked.StoreLittle(ref to, bytes << 16 | (uint)id << 8 | head);
            return TlvMinHeader + length;
        }

        Unchecked.StoreLittle(ref to, bytes << 24 | (uint)BinaryPrimitives.ReverseEndianness(id) << 8 | TlvIdIn16Bits | head);
        return TlvMinHeader + 1 + length;
    }

    private static int PutTlvLong(ref byte to, uint type, ushort id, ulong value)
    {
        int header = WriteTlvHeader(ref to, (byte)type, id, sizeof(ulong));
        Unchecked.StoreBig(ref Unchecked.At(ref to, header), value);
        return header + sizeof(ulong);
    }

    // Without a branch: the sign of what is no id.
    private readonly uint TlvType => TlvResourceInstance | (uint)(_instance >> 31) & (TlvResource ^ TlvResourceInstance);

    /// <summary>Writes a record's header.</summary>
    /// <returns>Where the value goes; the buffer's end where it is too long for TLV.</returns>
    private readonly int PutTlvHeader(ulong key, int length) =>
        length <= TlvMaxLength
            ? _position + WriteTlvHeader(ref At(_position), (byte)TlvType, ResourceKey.Id(key), length)
            : _buffer.Length;

    // No byte behind it is touched: what it is the header of may be there already.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteTlvHeader(ref byte to, byte type, ushort id, int length)
    {
        int at = 2;
        if (id > byte.MaxValue)
        {
            type |= TlvIdIn16Bits;
            Unchecked.StoreBig(ref Unchecked.At(ref to, 1), id);
            at = 3;
        }
        else
        {
            Unchecked.At(ref to, 1) = (byte)id;
        }

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
