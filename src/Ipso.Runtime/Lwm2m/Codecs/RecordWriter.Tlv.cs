using System.Buffers.Binary;

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

    private const int TlvMaxHeader = 6;

    // The narrowest of 1, 2, 4 and 8 bytes that holds the value (LwM2M TS Core, Appendix C).
    private void TlvInteger(ulong key, int instance, long value)
    {
        if (!HasSlack())
        {
            return;
        }

        int length = value == (sbyte)value ? 1 : value == (short)value ? 2 : value == (int)value ? 4 : 8;
        TlvHeader(key, instance, length);
        PutBigEndian((ulong)value, length);
    }

    private void TlvUnsigned(ulong key, int instance, ulong value)
    {
        if (!HasSlack())
        {
            return;
        }

        int length = value <= byte.MaxValue ? 1 : value <= ushort.MaxValue ? 2 : value <= uint.MaxValue ? 4 : 8;
        TlvHeader(key, instance, length);
        PutBigEndian(value, length);
    }

    private void TlvFloat(ulong key, int instance, double value)
    {
        if (!HasSlack())
        {
            return;
        }

        float single = (float)value;
        bool isExact = single == value;
        TlvHeader(key, instance, isExact ? 4 : 8);
        if (isExact)
        {
            PutUInt32(BitConverter.SingleToUInt32Bits(single));
        }
        else
        {
            PutUInt64(BitConverter.DoubleToUInt64Bits(value));
        }
    }

    private void TlvString(ulong key, int instance, string value)
    {
        if (!HasSlack())
        {
            return;
        }

        int length = System.Text.Encoding.UTF8.GetByteCount(value);
        TlvHeader(key, instance, length);
        PutUtf8(value);
    }

    private void TlvOpaque(ulong key, int instance, ReadOnlySpan<byte> value)
    {
        if (!HasSlack())
        {
            return;
        }

        TlvHeader(key, instance, value.Length);
        if (value.Length > _buffer.Length - _position)
        {
            Overflow();
        }
        else
        {
            Put(value);
        }
    }

    private void TlvObjectLink(ulong key, int instance, ObjectLink value)
    {
        if (!HasSlack())
        {
            return;
        }

        TlvHeader(key, instance, 4);
        PutUInt16(value.ObjectId);
        PutUInt16(value.InstanceId);
    }

    private void TlvHeader(ulong key, int instance, int length)
    {
        _records++;
        if (instance < 0)
        {
            TlvHeader(TlvResource, ResourceKey.Id(key), length);
        }
        else
        {
            TlvHeader(TlvResourceInstance, (ushort)instance, length);
        }
    }

    private void TlvHeader(byte type, ushort id, int length)
    {
        if (length > TlvMaxLength)
        {
            Overflow();
            return;
        }

        int lengthOfLength = length < 8 ? 0 : length <= byte.MaxValue ? 1 : length <= ushort.MaxValue ? 2 : 3;
        bool wide = id > byte.MaxValue;
        Put((byte)(type | (wide ? TlvIdIn16Bits : 0) | lengthOfLength << 3 | (lengthOfLength == 0 ? length : 0)));
        if (wide)
        {
            PutUInt16(id);
        }
        else
        {
            Put((byte)id);
        }

        for (int shift = (lengthOfLength - 1) * 8; shift >= 0; shift -= 8)
        {
            Put((byte)(length >> shift));
        }
    }

    private void PutBigEndian(ulong value, int length)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_buffer[_position..], value << (8 - length) * 8);
        _position += length;
    }

    /// <summary>Leaves room for the longest header; what it encloses is written behind it and then moved up to the header's true end.</summary>
    private int ReserveTlvHeader()
    {
        if (!HasSlack())
        {
            return -1;
        }

        int start = _position;
        _position += TlvMaxHeader;
        return start;
    }

    private void CloseTlv(ref int start, byte type, ushort id)
    {
        int headerStart = start;
        start = -1;
        if (Overflowed)
        {
            return;
        }

        int contentStart = headerStart + TlvMaxHeader;
        int length = _position - contentStart;
        _position = headerStart;
        TlvHeader(type, id, length);
        if (Overflowed)
        {
            return;
        }

        _buffer.Slice(contentStart, length).CopyTo(_buffer[_position..]);
        _position += length;
    }
}
