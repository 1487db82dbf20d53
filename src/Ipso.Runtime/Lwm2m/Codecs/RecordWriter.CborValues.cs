using System.Buffers;
using System.Text;
using Ipso.Cbor;

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

    private void PutCborFloat(double value) => _position += CborItem.WriteFloat(_buffer[_position..], value);

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
        // Most heads are of one byte: no call for them.
        if (argument < 24)
        {
            Put((byte)(major | (byte)argument));
            return;
        }

        _position += CborItem.WriteHead(_buffer[_position..], (CborMajor)(major >> 5), argument);
    }
}
