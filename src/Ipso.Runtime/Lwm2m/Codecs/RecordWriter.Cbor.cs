using System.Buffers.Binary;

namespace Ipso.Lwm2m.Codecs;

// SenML CBOR (RFC 8428, 6): an array of maps with integer labels bn -2, n 0, v 2, vs 3, vb 4, vd 8; vlo keeps its name (LwM2M TS Core, 7.4.6).
internal ref partial struct RecordWriter
{
    private const byte CborMapOf2 = 0xA2;
    private const byte CborLabelBaseName = 0x21;
    private const byte CborLabelName = 0x00;
    private const byte CborLabelValue = 0x02;
    private const byte CborLabelString = 0x03;
    private const byte CborLabelBoolean = 0x04;
    private const byte CborLabelData = 0x08;

    private void CborInteger(ulong key, int instance, long value)
    {
        if (BeginCbor(key, instance, CborLabelValue))
        {
            PutCborInteger(value);
        }
    }

    private void CborUnsigned(ulong key, int instance, ulong value)
    {
        if (BeginCbor(key, instance, CborLabelValue))
        {
            CborHead(0x00, value);
        }
    }

    private void CborFloat(ulong key, int instance, double value)
    {
        if (BeginCbor(key, instance, CborLabelValue))
        {
            PutCborFloat(value);
        }
    }

    private void CborBoolean(ulong key, int instance, bool value)
    {
        if (BeginCbor(key, instance, CborLabelBoolean))
        {
            PutCborBoolean(value);
        }
    }

    private void CborString(ulong key, int instance, string value)
    {
        if (BeginCbor(key, instance, CborLabelString))
        {
            PutCborText(value);
        }
    }

    private void CborOpaque(ulong key, int instance, ReadOnlySpan<byte> value)
    {
        if (BeginCbor(key, instance, CborLabelData))
        {
            PutCborBytes(value);
        }
    }

    private void CborObjectLink(ulong key, int instance, ObjectLink value)
    {
        if (BeginCborRecord(key, instance))
        {
            Put("\u0063vlo"u8);
            PutCborObjectLink(value);
        }
    }

    private bool BeginCbor(ulong key, int instance, byte label)
    {
        // The usual record, a2 00 <name>: map head, label, text head and digits are one store of the key.
        if (!_basePending && instance < 0 && _baseDepth == 2)
        {
            if (!HasSlack())
            {
                return false;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(_buffer[_position..], key << 16 | CborMapOf2);
            _position += 3 + ResourceKey.DigitCount(key);
            _records++;
        }
        else if (!BeginCborRecord(key, instance))
        {
            return false;
        }

        Put(label);
        return true;
    }

    private bool BeginCborRecord(ulong key, int instance)
    {
        if (!HasSlack())
        {
            return false;
        }

        bool hasName = HasName(instance);
        int fields = 1 + (_basePending ? BaseFields : 0) + (hasName ? 1 : 0);
        Put((byte)(0xA0 + fields));
        if (_basePending)
        {
            PutCborBase(hasName);
        }

        if (hasName)
        {
            Put(CborLabelName);
            int head = _position++;
            PutName(key, instance);
            _buffer[head] = (byte)(0x60 + _position - head - 1);
        }

        _records++;
        return true;
    }

    private readonly int BaseFields => (_isBaseKnown ? 0 : 1) + (HasTime ? 1 : 0);

    private void PutCborBase(bool hasName)
    {
        if (!_isBaseKnown)
        {
            PutCborBaseName(hasName);
        }

        if (HasTime)
        {
            PutCborTime();
        }

        _basePending = false;
    }

    private void PutCborBaseName(bool hasName)
    {
        Put(CborLabelBaseName);
        int head = _position++;
        PutBaseName(hasName);
        _buffer[head] = CborTextHead(_position - head - 1, out bool inTwoBytes);
        if (inTwoBytes)
        {
            int length = _position - head - 1;
            _buffer.Slice(head + 1, length).CopyTo(_buffer[(head + 2)..]);
            _buffer[head + 1] = (byte)length;
            _position++;
        }
    }

    private static byte CborTextHead(int length, out bool inTwoBytes)
    {
        inTwoBytes = length >= 24;
        return inTwoBytes ? (byte)0x78 : (byte)(0x60 + length);
    }

    // The number of records is known at the end only: one byte waits for it, and more are made room for in the rare larger pack.
    private void FinishCbor()
    {
        if (_records < 24)
        {
            if (_buffer.IsEmpty)
            {
                Overflow();
            }
            else
            {
                _buffer[0] = (byte)(0x80 + _records);
            }

            return;
        }

        int extra = _records <= byte.MaxValue ? 1 : _records <= ushort.MaxValue ? 2 : 4;
        if (Overflowed || _position + extra > _buffer.Length)
        {
            Overflow();
            return;
        }

        _buffer[1.._position].CopyTo(_buffer[(1 + extra)..]);
        int end = _position + extra;
        _position = 0;
        CborHead(0x80, (ulong)_records);
        _position = end;
    }
}
