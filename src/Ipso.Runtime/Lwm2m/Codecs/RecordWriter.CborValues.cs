using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ipso.Lwm2m.Codecs;

// A value in CBOR (RFC 8949; LwM2M TS Core, Appendix C), the same whatever format is around it. The caller has made sure of the slack.
internal ref partial struct RecordWriter
{
    private void PutCborInteger(long value)
    {
        if (value >= 0)
        {
            CborHead(0x00, (ulong)value);
        }
        else
        {
            CborHead(0x20, (ulong)~value);
        }
    }

    // The shortest of half, single and double that holds the value exactly (RFC 8949, 4.1).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PutCborFloat(double value)
    {
        float single = (float)value;
        if (single != value)
        {
            Put(0xFB);
            PutUInt64(BitConverter.DoubleToUInt64Bits(value));
            return;
        }

        Half half = (Half)single;
        if ((float)half == single)
        {
            Put(0xF9);
            PutUInt16(BitConverter.HalfToUInt16Bits(half));
        }
        else
        {
            Put(0xFA);
            PutUInt32(BitConverter.SingleToUInt32Bits(single));
        }
    }

    private void PutCborBoolean(bool value) => Put(value ? (byte)0xF5 : (byte)0xF4);

    private void PutCborText(string value)
    {
        // Most strings are ASCII: as many bytes as characters, written behind a head of that length at once.
        int start = _position;
        CborHead(0x60, (ulong)value.Length);
        if (Ascii.FromUtf16(value, _buffer[_position..], out int written) == OperationStatus.Done)
        {
            _position += written;
            return;
        }

        _position = start;
        CborHead(0x60, (ulong)Encoding.UTF8.GetByteCount(value));
        PutUtf8(value);
    }

    private void PutCborBytes(ReadOnlySpan<byte> value)
    {
        CborHead(0x40, (ulong)value.Length);
        if (value.Length > _buffer.Length - _position)
        {
            Overflow();
        }
        else
        {
            Put(value);
        }
    }

    private void PutCborObjectLink(ObjectLink value)
    {
        int head = _position++;
        value.TryFormat(_buffer[_position..], out int written);
        _buffer[head] = (byte)(0x60 + written);
        _position += written;
    }

    private void CborHead(byte major, ulong argument)
    {
        switch (argument)
        {
            case < 24:
                Put((byte)(major | (byte)argument));
                break;
            case <= byte.MaxValue:
                Put((byte)(major | 24));
                Put((byte)argument);
                break;
            case <= ushort.MaxValue:
                Put((byte)(major | 25));
                PutUInt16((ushort)argument);
                break;
            case <= uint.MaxValue:
                Put((byte)(major | 26));
                PutUInt32((uint)argument);
                break;
            default:
                Put((byte)(major | 27));
                PutUInt64(argument);
                break;
        }
    }
}
